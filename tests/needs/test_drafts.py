"""A broker works on a draft of groups: decides, tries, takes back, and forms what he is content with."""

import re

import pytest

from broker import jobs
from broker.access import Role, acting_in
from broker.extensions import db
from broker.needs import queries as needs_queries
from broker.needs import service as needs_service
from broker.needs.bundling.instance import Solution
from broker.needs.bundling.objective import score
from broker.needs.drafts import queries, work
from broker.needs.drafts.content import Content
from broker.providers import service as providers
from tests import factories, factories_procurement
from tests import factories_needs as make
from tests.client import form_values

FLEN, KATRINEHOLM, STRANGNAS = "0482", "0483", "0486"


@pytest.fixture
def four(scope, user):
    """Four companies with two people each: one group of eight, or two of four."""
    return [make.need(by=user, men=1, company=factories.company(f"Bolag {letter} AB")) for letter in "ABCD"]


@pytest.fixture
def draft(four, user):
    return make.draft(by=user)


def content_of(draft):
    db.session.expire_all()
    return Content.from_stored(queries.get_step(queries.get_draft(draft.id)).content)


def members(draft):
    return sorted(sorted(need for need, _part in cohort.plan.members) for cohort in content_of(draft).cohorts)


def press(client, draft, edit, follow=True, **fields):
    version = queries.get_draft(draft.id).version
    address = f"/behov/utkast/{draft.id}/andra"
    response = client.press(address, version=version, edit=edit, **fields)
    return client.get(response.location).text if follow and response.status_code == 302 else response.text


def split(client, draft, *chosen):
    group = content_of(draft).cohorts[0].key
    return press(client, draft, "split", group=group, part=[f"{need.id}-0" for need in chosen])


def test_a_draft_begins_with_the_proposals_and_changes_nothing_else(client, four):
    response = client.submit("/behov/utkast/nytt", name="Svets i vår")

    page = client.get(response.location).text
    assert "1, varav 0 låsta" in page
    assert "8 från 4 företag: 4 kvinnor och 4 män" in page
    assert "Ingen annan indelning är bättre" in page
    assert "Svets i vår" in client.get("/behov/utkast").text
    assert needs_queries.list_cohorts().rows == []


def test_the_value_of_a_draft_is_what_the_engine_says_beside_what_is_formed(scope, user, four):
    make.cohort(four[0], four[1], by=user)
    make.need(by=user, company=four[0].company)
    draft = make.draft(by=user)
    desk = work.open_desk(draft.id)[1]
    formed, everything = desk.instance.locked, (*desk.instance.locked, *desk.planned.values())

    assert desk.planned
    of_all, of_formed = (score(desk.instance, Solution(rows)).objective for rows in (everything, formed))
    assert desk.value == of_all - of_formed


def test_what_is_stored_of_a_draft_is_read_back_as_it_was(draft):
    content = content_of(draft)

    assert content.proofs is not None
    assert Content.from_stored(content.as_stored()) == content


def test_a_group_is_split_and_merged_and_every_step_can_be_taken_back(client, draft, four):
    a, b, c, d = (need.id for need in four)

    assert "Delade gruppen" in split(client, draft, four[0], four[1])
    assert members(draft) == [[a, b], [c, d]]
    keys = [cohort.key for cohort in content_of(draft).cohorts]
    assert "Slog ihop grupperna" in press(client, draft, "merge", group=keys[0], other=keys[1])
    assert members(draft) == [[a, b, c, d]]

    press(client, draft, "undo")
    assert members(draft) == [[a, b], [c, d]]
    press(client, draft, "undo")
    assert "Det finns inget att ångra." in press(client, draft, "undo")
    press(client, draft, "choose", step=2)
    assert members(draft) == [[a, b], [c, d]]


def test_hard_rules_say_no_with_their_sentence_and_nothing_changes(client, draft, four):
    split(client, draft, four[0], four[1])
    before = content_of(draft)
    key = before.cohorts[0].key

    refused = press(client, draft, "take_out", part=f"{four[2].id}-0")
    assert "För få deltagare: 2 av minst" in refused
    assert "inte alla" in press(client, draft, "split", group=key, part=[])
    assert "Välj två olika grupper." in press(client, draft, "merge", group=key, other=key)
    assert "finns inte längre i utkastet" in press(client, draft, "lock", group=99)
    assert "Välj vad som ska ändras." in press(client, draft, "explode")
    assert content_of(draft) == before


def test_what_was_ticked_for_a_refused_edit_stays_ticked(client, draft, four):
    key, chosen = content_of(draft).cohorts[0].key, f"{four[1].id}-0"

    refused = press(client, draft, "split", group=key, at=key, part=[chosen])

    assert "För få deltagare" in refused
    assert re.findall(r'value="(\d+-0)" checked', refused) == [chosen]


def test_a_need_is_moved_to_a_group_where_it_fits_and_the_others_say_why_not(client, user, draft, four):
    split(client, draft, four[0], four[1])
    fifth = make.need(by=user, men=1, company=factories.company("Bolag E AB"))
    far = make.need(by=user, company=factories.company("Långt bort AB"), municipality_code="1280")
    keys = [cohort.key for cohort in content_of(draft).cohorts]

    page = client.get(f"/behov/utkast/{draft.id}/flytta?behov={four[0].id}-0").text
    assert "I gruppen som behovet lämnar: För få" in page
    page = client.get(f"/behov/utkast/{draft.id}/flytta?behov={fifth.id}-0").text
    assert page.count("Flytta hit") == 2
    assert "Ta ut behovet" not in page
    page = client.get(f"/behov/utkast/{draft.id}/flytta?behov={far.id}-0").text
    assert "Långt bort AB: Det är" in page and "Flytta hit" not in page
    assert "Flyttade Bolag E AB" in press(client, draft, "move", part=f"{fifth.id}-0", group=keys[0])
    assert "men företaget reser högst 50 km" in press(client, draft, "move", part=f"{far.id}-0", group=keys[0])
    assert "Flyttade Bolag E AB" in press(client, draft, "move", part=f"{fifth.id}-0", group=keys[1])
    assert any(fifth.id in group and four[0].id in group for group in members(draft))


def test_what_is_locked_stays_and_the_rest_is_worked_out_anew(client, user, draft, four):
    split(client, draft, four[0], four[1])
    locked, other = content_of(draft).cohorts
    version = queries.get_draft(draft.id).version
    address, there = f"/behov/utkast/{draft.id}", {"edit": "lock", "group": locked.key, "sida": 2}
    back = client.press(f"{address}/andra", version=version, **there).location
    assert back == f"{address}?sida=2#grupp-{locked.key}"
    assert "är låst. Lås upp den först." in press(client, draft, "merge", group=locked.key, other=other.key)
    new = [make.need(by=user), make.need(by=user)]

    recalculate(client, draft)

    kept = content_of(draft).find(locked.key)
    assert kept is not None and kept.is_locked and kept.plan == locked.plan
    placed = {need_id for group in members(draft) for need_id in group}
    assert {need.id for need in new} <= placed


def recalculate(client, draft):
    version = queries.get_draft(draft.id).version
    response = client.press(f"/behov/utkast/{draft.id}/rakna", version=version)
    assert response.status_code == 302, response.text
    return response


def test_a_need_that_is_taken_out_stays_out_until_it_is_let_in(client, user, scope):
    needs = [make.need(by=user, men=1, company=factories.company(f"Bolag {letter} AB")) for letter in "ABC"]
    draft = make.draft(by=user)

    assert "Tog ut Bolag A AB" in press(client, draft, "take_out", part=f"{needs[0].id}-0")
    recalculate(client, draft)
    assert "Uttaget för hand." in client.get(f"/behov/utkast/{draft.id}").text
    assert needs[0].id not in members(draft)[0]
    press(client, draft, "let_in", part=f"{needs[0].id}-0")
    recalculate(client, draft)
    assert members(draft) == [[need.id for need in needs]]


def test_the_draft_tells_what_is_no_longer_true_and_is_mended(client, user, draft, four):
    press(client, draft, "lock", group=content_of(draft).cohorts[0].key)
    needs_service.withdraw_need(four[0], reason="Löst", by=user)
    needs_service.edit_need(four[1], make.need_values(men=1, max_km=51), by=user)
    db.session.commit()

    page = client.get(f"/behov/utkast/{draft.id}").text
    assert "Bolag A AB väntar inte längre" in page
    assert "Bolag B AB har ändrat sitt behov" in page
    recalculate(client, draft)
    page = client.get(f"/behov/utkast/{draft.id}").text
    assert "väntar inte längre" not in page and "har ändrat" not in page
    assert members(draft) == [[need.id for need in four[1:]]]


def test_a_group_is_formed_as_from_a_proposal_and_leaves_the_draft(client, draft, four):
    split(client, draft, four[0], four[1])
    first, second = content_of(draft).cohorts
    version = queries.get_draft(draft.id).version
    address = f"/behov/utkast/{draft.id}/bilda"

    response = client.press(address, version=version, group=first.key)
    assert "Bildade grupper:" in client.get(response.location).text
    assert [row.participants for row in needs_queries.list_cohorts().rows] == [4]
    press(client, draft, "lock", group=second.key)
    client.press(address, version=queries.get_draft(draft.id).version)
    assert len(needs_queries.list_cohorts().rows) == 2
    # Back to a step from before: what has been formed cannot be formed again.
    press(client, draft, "choose", step=2)
    response = client.press(address, version=queries.get_draft(draft.id).version, group=first.key)
    assert "väntar inte längre" in client.get(f"/behov/utkast/{draft.id}").text
    assert len(needs_queries.list_cohorts().rows) == 2


def test_two_brokers_at_once_lose_nothing(client, client_for, draft):
    key, seen = content_of(draft).cohorts[0].key, queries.get_draft(draft.id).version
    address = f"/behov/utkast/{draft.id}/andra"
    client_for(Role.BROKER).press(address, version=seen, edit="lock", group=key)

    response = client.press(address, version=seen, edit="unlock", group=key)

    assert response.status_code == 409
    assert "Lås upp gruppen" in response.text and "Låste gruppen" in response.text
    newest = re.search(r'name="version" value="(\d+)"', response.text).group(1)
    again = client.press(address, version=newest, edit="unlock", group=key)
    assert again.status_code == 302
    assert not content_of(draft).cohorts[0].is_locked


def test_a_what_if_is_shown_beside_the_draft_and_holds_only_when_chosen(client, draft):
    response = client.submit(f"/behov/utkast/{draft.id}/tank-om", largest="-5")

    page = client.get(response.location).text
    assert "Tänkte om: största grupp från 0 till -5 deltagare mot det vanliga." in page
    assert "Siffrorna sida vid sida" in page and "Behov med annat sällskap" in page
    assert content_of(draft).settings.largest == 0
    step = int(response.location.rpartition("=")[2])
    press(client, draft, "choose", step=step)
    assert content_of(draft).settings.largest == -5
    assert client.submit(f"/behov/utkast/{draft.id}/tank-om", travel="900").status_code == 422


def test_a_group_by_the_drafts_own_limits_waits_for_the_usual_ones(client, user, scope):
    needs = [make.need(by=user, max_km=5), make.need(by=user, max_km=5, municipality_code=KATRINEHOLM)]
    draft = make.draft(by=user)
    assert members(draft) == []
    needs_service.edit_need(needs[0], make.need_values(max_km=20), by=user)
    needs_service.edit_need(needs[1], make.need_values(max_km=20, municipality_code=KATRINEHOLM), by=user)
    db.session.commit()

    response = client.submit(f"/behov/utkast/{draft.id}/tank-om", travel="200")
    press(client, draft, "choose", step=int(response.location.rpartition("=")[2]))

    assert len(members(draft)) == 1
    assert "Kan inte bildas förrän det här är löst" in client.get(f"/behov/utkast/{draft.id}").text
    version, key = queries.get_draft(draft.id).version, content_of(draft).cohorts[0].key
    response = client.press(f"/behov/utkast/{draft.id}/bilda", version=version, group=key)
    assert "men företaget reser högst 20 km" in client.get(response.location).text
    assert needs_queries.list_cohorts().rows == []


def test_needs_without_a_group_are_gathered_by_hand(client, user, draft, four):
    press(client, draft, "dissolve", group=content_of(draft).cohorts[0].key)
    far = make.need(by=user, company=factories.company("Långt Bort AB"), municipality_code="1280", max_km=10)
    parts = [f"{need.id}-0" for need in four[:3]]

    assert "Gjorde Svetsning MIG/MAG" in press(client, draft, "gather", part=parts)
    assert members(draft) == [[need.id for need in four[:3]]]
    refused = press(client, draft, "gather", part=[f"{four[3].id}-0", f"{far.id}-0"])
    assert "får ingen plats." in refused
    assert "Välj minst två behov" in press(client, draft, "gather", part=[f"{far.id}-0"])
    # One that has a group already, or is nobody's need, is not left over.
    assert "Välj minst två behov" in press(client, draft, "gather", part=[*parts, "999999-0"])
    assert members(draft) == [[need.id for need in four[:3]]]


def test_a_draft_is_renamed_put_away_and_found_again(client, client_for, user, draft):
    stale = client.get(f"/behov/utkast/{draft.id}/redigera").text
    client.submit(f"/behov/utkast/{draft.id}/redigera", name="Svets i höst", is_put_away="y")

    assert "Svets i höst" not in client.get("/behov/utkast").text
    away = client.get("/behov/utkast?undanlagda=1").text
    assert "Svets i höst" in away
    assert client.submit(f"/behov/utkast/{draft.id}/redigera", name=" ").status_code == 422
    late = client.post(f"/behov/utkast/{draft.id}/redigera", data=form_values(stale) | {"name": "Mitt namn"})
    assert late.status_code == 409
    assert "Mitt namn" in late.text
    client.submit(f"/behov/utkast/{draft.id}/redigera", is_put_away="")
    assert "Svets i höst" in client.get("/behov/utkast").text


def test_two_drafts_are_compared(client, user, draft, four):
    other = make.draft(by=user, name="Ett annat")
    split(client, other, four[0], four[1])

    assert "Ett annat" in client.get(f"/behov/utkast/{draft.id}/jamfor").text
    page = client.get(f"/behov/utkast/{draft.id}/jamfor?utkast={other.id}").text
    assert page.count("Svetsning MIG/MAG, Flen") >= 5
    assert client.get(f"/behov/utkast/{draft.id}/jamfor?steg=99").status_code == 404


def test_two_companies_are_kept_apart(client, draft, four):
    pair = [f"{four[0].id}-0", f"{four[1].id}-0"]
    assert "Välj två olika företag" in press(client, draft, "keep_apart", part=pair[:1])
    page = press(client, draft, "keep_apart", part=pair)
    assert "Höll isär Bolag A AB och Bolag B AB." in page
    assert "Två av företagen ska inte läsa i samma grupp." in page

    recalculate(client, draft)

    assert members(draft) != [] and not any({four[0].id, four[1].id} <= set(group) for group in members(draft))
    companies = sorted(need.company_id for need in four[:2])
    press(client, draft, "let_together", pair=f"{companies[0]}-{companies[1]}")
    assert content_of(draft).apart == ()


def test_a_place_and_a_provider_are_chosen_among_those_that_everybody_accepts(client, user, draft):
    make.need(by=user, municipality_code=KATRINEHOLM, topic_id="T042")
    make.need(by=user, municipality_code="1280", topic_id="T042")
    provider = factories_procurement.vetted_provider(by=user, name="Svetsskolan")
    factories_procurement.offering(provider, by=user, topic_id="T023", municipality_code=FLEN, reach_km=200)
    db.session.commit()
    key = content_of(draft).cohorts[0].key

    page = client.get(f"/behov/utkast/{draft.id}/grupp?nyckel={key}").text
    assert "Katrineholm" in page and "Bolag A AB: Det är" in page and "Svetsskolan" in page
    assert "reser högst 50 km" in press(client, draft, "venue", group=key, venue="1280")
    assert "till Katrineholm." in press(client, draft, "venue", group=key, venue=KATRINEHOLM)
    assert "Valde Svetsskolan" in press(client, draft, "provider", group=key, provider=provider.id)
    assert "Välj en anordnare som kan och får" in press(client, draft, "provider", group=key, provider=999)

    providers.edit_provider(provider, is_paused=True, by=user)
    db.session.commit()
    assert "får inte längre, ge utbildningen" in client.get(f"/behov/utkast/{draft.id}").text


def test_a_large_draft_is_worked_out_by_a_job(client, user, four, monkeypatch):
    monkeypatch.setattr(work, "MOST_LIVE_NEEDS", 1)

    response = client.submit("/behov/utkast/nytt", name="Alla")

    (draft,) = queries.list_drafts()
    job = jobs.list_jobs(user.id)[0]
    assert job.state is jobs.JobState.DONE
    assert client.get(f"/behov/utkast?job_id={job.id}").location == f"/behov/utkast/{draft.id}"
    assert response.location == f"/jobb/{job.id}"
    assert members(draft) == [[need.id for need in four]]
    client.submit(f"/behov/utkast/{draft.id}/tank-om", travel="50")
    assert "jamfor?steg=3" in client.get(f"/behov/utkast?job_id={job.id + 1}").location


def test_a_draft_of_others_and_a_reader(client, client_for, user, draft):
    reader = client_for(Role.READER)
    page = reader.get(f"/behov/utkast/{draft.id}").text
    assert "Ändra gruppen" not in page and "Flytta" not in page
    with acting_in(factories.organisation().id):
        foreign = make.draft(by=user).id
    assert client.get(f"/behov/utkast/{foreign}").status_code == 404
    assert client.get(f"/behov/utkast/{draft.id}/jamfor?utkast={foreign}").status_code == 404
