"""Asking more companies: who is found and who never, letters and tasks, nobody twice, and what came of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from broker import access, clock
from broker.access import Role
from broker.companies import queries as companies
from broker.companies import service as relations
from broker.companies.models import EngagementStatus, Task, Workplace
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.needs import states
from broker.needs.analyses.models import Analysis
from broker.needs.asking import queries, service
from broker.needs.asking.finding import find_likely
from broker.needs.asking.models import AskedCompany, InquiryRound
from broker.needs.inquiries import service as inquiries
from broker.needs.inquiries.models import Inquiry, InquiryAnswer, InquiryKind
from broker.topics import queries as topics
from broker.topics import service as topic_changes
from tests import factories
from tests import factories_needs as make
from tests.client import form_values

ADDRESS = "/behov/summering/T023/fraga"
METAL = {"industry_codes": ["25620"], "industry_edition": "2025"}
# Norrtälje is farther from Flen than anybody travels for a course.
FAR = "0188"


def ours(name, *, status=EngagementStatus.ACTIVE, employees=20, email=None, owner_id=None, **facts):
    """Store a company that we have a relation to, of the industry of those that weld unless told otherwise."""
    company = factories.company(name, **(METAL | facts))
    engagement = relations.engage(company)
    engagement.status, engagement.employees, engagement.owner_id = status, employees, owner_id
    if email:
        factories.person(company, "Karin Exempel", email=email)
    db.session.commit()
    return company


@pytest.fixture
def holder(scope, user):
    """Give a company in Flen whose people need to weld."""
    company = ours("Har Behovet AB")
    make.need(by=user, company=company)
    return company


def likely(topic_id="T023"):
    return [companies.get_company(row.company_id).name for row in find_likely(topics.get_topic(topic_id), None).judged]


def boxes(page):
    return [int(key) for key in re.findall(r'name="company_ids" id="company_ids-\d+" value="(\d+)"', page)]


def rounds():
    return list(db.session.scalars(select(InquiryRound)))


def letters():
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def test_only_companies_that_may_be_asked_and_are_within_reach_are_found(holder):
    found = ours("Passar AB")
    ours("Nej Tack AB", status=EngagementStatus.DECLINED)
    ours("Avregistrerat AB", deregistered_on=clock.today())
    ours("Konkurs AB", proceedings=["KK 2026-05-01"])
    ours("Rekonstruktion AB", proceedings=["FR 2026-05-01"])
    ours("Vilar AB", is_active=False)
    ours("Långt Bort AB", municipality_code=FAR)
    ours("Okänd Ort AB", municipality_code=None)
    factories.company("Inte Vårt AB", **METAL)
    ours("Annan Bransch AB", industry_codes=["88101"])
    moved = ours("Verkstad Här AB", municipality_code=FAR)
    factories.add(Workplace(company_id=moved.id, name="Verkstaden", municipality_code="0483"))

    assert likely() == ["Passar AB", "Rekonstruktion AB", "Verkstad Här AB"]
    with access.acting_in(factories.organisation().id):
        assert likely() == []
    assert found.name in likely()


def test_what_was_needed_and_said_before_counts_and_an_open_need_ends_the_question(holder, user, scope):
    other = {"industry_codes": None}
    met, gone, beside, spoke, ticked, has = (ours(f"{name} AB", **other) for name in "ABCDEF")
    states.meet_need(begun(make.need(by=user, company=met)), by=user)
    withdrawn = make.need(by=user, company=gone)
    withdrawn.status, withdrawn.status_reason = "withdrawn", "Fick inte ihop gruppen"
    make.need(by=user, company=beside, topic_id="T026")
    make.need(by=user, company=has)
    texts = {"goal": None, "ability": "Klara svetsningen av rostfritt själva", "gap": None, "consequence": None}
    db.session.add(Analysis(company_id=spoke.id, held_on=clock.today(), added_by_id=user.id, **texts))
    link = inquiries.open_inquiry(InquiryKind.COMPANY, name="E", company=ticked, topic_ids=["T023"], by=user)
    inquiries.receive_answer(link, said(ticked), link="")
    db.session.commit()

    judged = {row.company_id: row.reasons[0].kind.value for row in find_likely(topics.get_topic("T023"), None).judged}

    assert judged == {
        met.id: "met", gone.id: "withdrawn", beside.id: "neighbour", spoke.id: "said", ticked.id: "said"
    }  # fmt: skip


def begun(need):
    """Give the need as it is while the training goes on."""
    need.status = "in_delivery"
    db.session.flush()
    db.session.refresh(need)
    return need


def said(company):
    nothing = dict.fromkeys(("organisation_number", "barrier_note", "earliest_on", "latest_on", "contact_name"))
    counts = {"women": 1, "men": 1, "unknown_sex": 0}
    return nothing | counts | {
        "company_name": company.name, "place": "Flen", "text": "Ja", "topic_ids": ["T023"], "barriers": [],
        "contact_reach": None,
    }  # fmt: skip


@pytest.mark.parametrize("codes", [["0482"], []])
def test_where_nobody_has_the_need_we_look_around_ourselves_for_who_has_had_one_beside_it(client, scope, user, codes):
    scope.municipality_codes = codes
    near, far = ours("Nära AB"), ours("Långt Bort AB", municipality_code=FAR)
    for company in (near, far):
        make.need(by=user, company=company, topic_id="T026")

    page = client.get(ADDRESS).text

    assert boxes(page) == ([near.id] if codes else [far.id, near.id])
    assert "Har eller har haft behov i ett närliggande område: CNC-programmering (15)" in page
    assert "I samma kommun" not in page and ("50 km från Flen" in page or "Vi letar i hela landet." in page)


def test_the_page_says_why_and_ticks_the_likeliest_but_none_that_got_the_form_lately(client, holder, user):
    ours("Passar AB", email="karin@passar.example")
    lately = ours("Nyss AB", email="karin@nyss.example")
    link = inquiries.open_inquiry(InquiryKind.COMPANY, name="Nyss AB", company=lately, by=user)
    inquiries.send_inquiry(link, companies.list_people(lately.id)[0], link="", by=user)
    factories.interaction(lately, by=user, happened_on=clock.today() - timedelta(days=5))
    db.session.commit()

    page = client.get(ADDRESS).text

    assert "Samma bransch som 1 av 1 som har eller har haft behovet: 25 Tillverkning av metallvaror" in page
    assert "undergrupp 256" in page
    assert "20 anställda, ungefär som 1 av 1 av dem" in page and "I samma kommun som ett av behoven" in page
    assert "Kontakt för 5 dagar sedan" in page and "Fick formuläret" in page
    assert len(form_values(page)["company_ids"]) == 1
    assert str(lately.id) not in form_values(page)["company_ids"]
    assert "company_ids" not in form_values(client.get(f"{ADDRESS}?markera=inga").text)
    assert 'value="Fråga om Svetsning MIG/MAG"' in page


def test_letters_go_with_a_link_of_their_own_and_who_has_no_address_gets_a_task(client, app, holder, user, scope):
    colleague = factories.user(organisation=scope)
    written = ours("Brev AB", email="karin@brev.example")
    silent = ours("Uppgift AB", owner_id=colleague.id)
    blocked = ours("Spärr AB", email="karin@sparr.example", no_advertising=True)
    protected = ours("Skyddad AB", email="karin@skyddad.example")
    companies.list_people(protected.id)[0].is_protected = True
    db.session.commit()
    page = client.get(ADDRESS)
    assert "karin@skyddad.example" not in page.text and "karin@sparr.example" not in page.text

    data = form_values(page.text) | {"way": "letters"}
    sent = client.post(ADDRESS, data=data)
    again = client.post(ADDRESS, data=data)

    assert sent.location == again.location == f"/behov/fragor/{rounds()[0].id}"
    assert [letter.recipient for letter in letters()] == ["karin@brev.example"]
    (link,) = db.session.scalars(select(Inquiry))
    assert "Svetsning MIG/MAG" in letters()[0].body and f"/behov-hos-er/{link.token}" in letters()[0].body
    assert (link.company_id, link.topic_ids) == (written.id, ["T023"])
    form = form_values(app.test_client().get(f"/behov-hos-er/{link.token}").text)
    assert form["topic_ids"] == ["T023"]
    tasks = {task.company_id: task.owner_id for task in db.session.scalars(select(Task))}
    assert tasks == {silent.id: colleague.id, blocked.id: user.id, protected.id: user.id}
    shown = client.get(sent.location).text
    assert "4 företag frågade" in shown and "0 av 3 uppgifter klara" in shown and "Företag frågade om ett" in shown


def test_nobody_is_asked_twice_before_a_season_has_passed(client, holder, user, monkeypatch):
    first, second = ours("Ett AB"), ours("Två AB")
    client.submit(ADDRESS, way="tasks", company_ids=[first.id])

    page = client.get(ADDRESS).text
    assert "Frågat om det här" in page and boxes(page) == [second.id]
    refused = client.submit(ADDRESS, way="tasks", company_ids=[first.id])
    assert refused.status_code == 422 and "Någon har just frågat de företag som du valde." in refused.text
    both = client.submit(ADDRESS, way="tasks", company_ids=[first.id, second.id])
    assert "1 företag fick ingen fråga" in client.get(both.location).text
    assert [len(queries.list_asked_of(row.id)) for row in rounds()] == [1, 1]

    today = clock.today()
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=120))
    assert boxes(client.get(ADDRESS).text) == [first.id, second.id]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"company_ids": []}, "Välj minst ett företag att fråga."),
        ({"way": ""}, "Välj hur ni frågar."),
        ({"title": " "}, "Skriv vad som ska göras."),
        ({"due_on": "2020-01-01"}, "Ange idag eller en senare dag."),
        ({"company_ids": list(range(1, 60))}, "Välj högst 50 företag åt gången."),
        ({"company_ids": ["x"]}, "Välj bland alternativen i listan."),
        ({"company_ids": ["99999999"]}, "Någon har just frågat de företag som du valde."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(client, holder, facts, sentence):
    company = ours("Passar AB")
    values = {"way": "tasks", "company_ids": [company.id], "title": "Ring om svets"} | facts

    refused = client.submit(ADDRESS, **values)

    assert refused.status_code == 422 and sentence in refused.text
    assert refused.text.count("Välj ett av alternativen") == 0
    if "title" not in facts:
        assert form_values(refused.text)["title"] == "Ring om svets"
    if "company_ids" not in facts:
        assert form_values(refused.text)["company_ids"] == [str(company.id)]
    assert rounds() == [] and letters() == []


def test_who_can_get_neither_letter_nor_task_is_told_of(client, holder):
    ours("Brev AB", email="karin@brev.example")
    ours("Ingen Adress AB")
    data = {name: value for name, value in form_values(client.get(ADDRESS).text).items() if name != "tasks_for_rest"}

    sent = client.post(ADDRESS, data=data | {"way": "letters", "title": "", "due_on": ""})

    page = client.get(sent.location).text
    assert "1 företag är frågat." in page and "1 företag fick ingen fråga" in page
    assert db.session.scalars(select(Task)).all() == []


def test_the_round_tells_what_came_of_it_and_the_sum_leads_to_it(client, holder, user):
    company = ours("Svarar AB", email="karin@svarar.example")
    address = client.post(ADDRESS, data=form_values(client.get(ADDRESS).text) | {"way": "letters"}).location
    assert "Inte svarat" in client.get(address).text
    (link,) = db.session.scalars(select(Inquiry))
    inquiries.receive_answer(link, said(company), link="")
    db.session.commit()
    assert "1 svar att bekräfta" in client.get(address).text

    inquiries.confirm_answer(db.session.scalars(select(InquiryAnswer)).one(), company, by=user)
    db.session.commit()

    page = client.get(address).text
    assert "Bekräftat" in page and "1 behov registrerat sedan dess" in page and "1 svar på 1 brev" in page
    (row,) = queries.list_rounds("T023")
    assert (row.asked, row.letters, row.answered) == (1, 1, 1)
    assert f'href="{address}"' in client.get("/behov/summering/T023").text
    assert f'href="/behov/formular/{link.id}"' in client.get(f"/foretag/{company.id}/behov").text


def test_a_round_follows_its_topic_and_its_company(client, holder, user):
    company = ours("Passar AB")
    client.submit(ADDRESS, way="tasks", company_ids=[company.id])

    topic_changes.merge_topics(topics.get_topic("T023"), topics.get_topic("T024"), by=user)
    db.session.commit()

    assert rounds()[0].topic_id == "T024"
    assert "Alla som kan ha behovet är redan frågade." in client.get("/behov/summering/T024/fraga").text


def test_a_reader_sees_a_round_but_asks_nobody(client_for, holder, user):
    company = ours("Passar AB")
    to_ask = service.ToAsk(company, relations.engage(company).id, None, user.id)
    task = service.TaskToDo("Fråga", clock.today())
    made, _late = service.ask_companies(
        [to_ask], topic_id="T023", half_year=None, task=task, link_of=lambda _inquiry: "", by=user
    )
    db.session.commit()
    reader = client_for(Role.READER)

    assert "1 företag frågat" in reader.get(f"/behov/fragor/{made.id}").text
    assert reader.get(ADDRESS).status_code == 403
    assert "Fråga fler företag" not in reader.get("/behov/summering/T023").text
    assert db.session.scalars(select(AskedCompany)).one().task_id
