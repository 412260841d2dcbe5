"""Topics that are merged, split, retired and restored: what follows, what others see, what comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import clock
from broker.access import Role, acting_in
from broker.audit import history_of
from broker.errors import RefusedError
from broker.extensions import db
from broker.needs import queries as needs
from broker.needs.queries import NeedFilter
from broker.needs.service import CohortRefusedError, form_cohort
from broker.reference import queries as reference
from broker.saved_views.models import ListPage
from broker.saved_views.service import save_view
from broker.topics import queries, service
from broker.topics.models import ChangeKind, TopicChange
from tests import factories, factories_esf, factories_leads, factories_procurement
from tests import factories_needs as make
from tests.client import form_values
from tests.conftest import signed_in_client

WELDING, LICENCE, ROBOT = "T023", "T024", "T025"


@pytest.fixture
def coordinator(app, organisation):
    return signed_in_client(app, factories.user(organisation=organisation, roles=[Role.COORDINATOR]))


@pytest.fixture
def everything(scope, user):
    """Give one of everything that has the topic of welding: a need alone, a cohort of two, an offering and a view."""
    alone = make.need(by=user, description="Lära två att svetsa")
    cohort = make.cohort(*(make.need(by=user, women=2, men=2) for _number in range(2)), by=user)
    provider = factories_procurement.vetted_provider(by=user)
    offering = factories_procurement.offering(provider, by=user, topic_id=WELDING)
    view = save_view(ListPage.NEEDS, {"omrade": [WELDING]}, name="Svets", is_shared=False, by=user)
    db.session.commit()
    return [alone, cohort, *(member.need for member in cohort.members), offering, view]


def topic(topic_id):
    return queries.get_topic(topic_id)


def topics_of(rows):
    db.session.expire_all()
    return {row.topic_id if hasattr(row, "topic_id") else row.arguments["omrade"][0] for row in rows}


def merged(topic_id, into_id, by):
    change = service.merge_topics(topic(topic_id), topic(into_id), by=by)
    db.session.commit()
    return change


def split(topic_id, name, by, *, words=(), chosen=()):
    change = service.split_topic(topic(topic_id), name=name, words=words, chosen=chosen, by=by)
    db.session.commit()
    return change


def test_a_merge_tells_what_follows_moves_it_and_comes_back_whole(coordinator, everything):
    page = coordinator.get(f"/kompetensomraden/{WELDING}/sla-ihop").text
    for count in ("3 behov", "1 utbildningsgrupp", "1 utbildning i utbudet", "1 sparat urval"):
        assert count in page

    coordinator.submit(f"/kompetensomraden/{WELDING}/sla-ihop", into_id=LICENCE)

    assert topics_of(everything) == {LICENCE}
    assert coordinator.get(f"/kompetensomraden/{WELDING}").status_code == 404
    listed = coordinator.get("/kompetensomraden").text
    assert "Svetsning MIG/MAG gick upp i Svetslicens" in listed

    (change,) = queries.list_changes()
    coordinator.press(f"/kompetensomraden/andringar/{change.id}/angra", "/kompetensomraden")

    assert topics_of(everything) == {WELDING}
    assert "Ångrad " in coordinator.get("/kompetensomraden").text


def test_only_what_followed_and_is_still_there_comes_back(everything, user):
    change = merged(WELDING, LICENCE, user)
    newer = make.need(by=user, topic_id=LICENCE)
    everything[0].topic_id = ROBOT
    db.session.commit()

    service.undo_change(change, by=user)
    db.session.commit()

    assert (topics_of([newer]), topics_of(everything[:1]), topics_of(everything[1:])) == (
        {LICENCE},
        {ROBOT},
        {WELDING},
    )


def test_the_need_and_the_organisation_remember_what_happened(everything, user, organisation):
    merged(WELDING, LICENCE, user)

    (edited, *_earlier) = history_of(everything[0])
    assert edited.facts["changes"] == {"topic_id": [WELDING, LICENCE]}
    (event,) = [row for row in history_of(organisation) if row.action == "topic:merged"]
    assert event.facts == {"topic": ["Svetsning MIG/MAG", "Svetslicens"], "rows": 6}


def test_the_names_of_a_topic_lead_to_the_one_that_it_has_gone_into(scope, user):
    merged(WELDING, ROBOT, user)

    assert queries.topic_matcher().propose("svetsutbildning halvautomat")[0][0].id == ROBOT
    assert queries.topic_matcher().propose("rörtråd")[0][0].id == ROBOT
    assert queries.topic_label(WELDING) == "Svetsning MIG/MAG"


def test_a_split_takes_along_what_is_ticked_and_can_be_planned_taught_and_found(coordinator, scope, user):
    stays, follows = (make.need(by=user, description=text) for text in ("MAG på plåt", "TIG i rostfritt"))
    page = coordinator.get(f"/kompetensomraden/{WELDING}/dela")
    assert "TIG i rostfritt" in page.text

    coordinator.submit(
        f"/kompetensomraden/{WELDING}/dela", name="TIG-svets", words="tigsvetsning\ntigga", rows=[f"need:{follows.id}"]
    )

    (change,) = queries.list_changes()
    own = change.new_id
    assert (topics_of([stays]), topics_of([follows])) == ({WELDING}, {own})
    assert (follows.topic_label, topic(own).category) == ("TIG-svets", "Produktion")
    assert queries.topic_matcher().propose("vi vill tigga")[0][0].id == own
    assert needs.cohort_rules(clock.today()).group_of(own) == needs.cohort_rules(clock.today()).group_of(WELDING)
    assert [row.topic_id for row in needs.list_needs(NeedFilter(text="tig-svets")).rows] == [own]
    cohort = make.cohort(follows, make.need(by=user, topic_id=own), by=user)
    assert cohort.title == "TIG-svets, Flen"

    service.undo_change(change, by=user)
    db.session.commit()

    assert topics_of([stays, follows, cohort]) == {WELDING}
    assert own not in queries.known_topics()


def test_a_retired_topic_is_kept_by_what_has_it_and_chosen_by_nothing_new(coordinator, scope, user, client):
    need = make.need(by=user)
    coordinator.submit(f"/kompetensomraden/{WELDING}/anvand-inte")

    form = client.get(f"/foretag/{need.company_id}/behov/nytt")
    assert form.status_code == 200
    described = client.submit(f"/foretag/{need.company_id}/behov/nytt", text="svetsutbildning MIG").text
    assert f'value="{WELDING}"' not in described
    edited = client.get(f"/behov/{need.id}/redigera").text
    assert form_values(edited)["topic_id"] == WELDING
    assert client.submit(f"/behov/{need.id}/redigera", hours="24").status_code == 302
    assert "Svetsning MIG/MAG" in client.get(f"/behov?omrade={WELDING}").text

    (change,) = queries.list_changes()
    service.undo_change(change, by=user)
    db.session.commit()
    assert WELDING in queries.topics_in_use()


def test_a_change_that_a_later_one_rests_on_is_undone_after_it(scope, user):
    first, second = merged(WELDING, LICENCE, user), merged(LICENCE, ROBOT, user)
    assert queries.ours().successor(WELDING) == ROBOT

    with pytest.raises(RefusedError, match="Ångra först den senare ändringen av Svetslicens"):
        service.undo_change(first, by=user)
    for change in (second, first):
        service.undo_change(change, by=user)
    with pytest.raises(RefusedError, match="redan ångrad"):
        service.undo_change(first, by=user)

    assert set(queries.topics_in_use()) == set(reference.topics())


@pytest.mark.parametrize(
    ("address", "fields", "sentence"),
    [
        ("sla-ihop", {}, "Välj det kompetensområde som ska vara kvar."),
        ("sla-ihop", {"into_id": WELDING}, "Välj ett av alternativen i listan."),
        ("dela", {"name": "excel"}, "Det finns redan ett kompetensområde som heter så."),
        ("dela", {"name": "x" * 81}, "Skriv ett namn med högst 80 tecken."),
        ("dela", {"name": "TIG", "words": "kurs"}, "Skriv ord som säger vad utbildningen handlar om"),
        ("dela", {"name": "TIG", "rows": ["need:0"]}, "Välj bland alternativen i listan."),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do_and_nothing_changes(coordinator, scope, address, fields, sentence):
    answer = coordinator.submit(f"/kompetensomraden/{WELDING}/{address}", **fields)

    assert answer.status_code == 422 and sentence in answer.text
    assert queries.list_changes() == []


def test_a_change_sent_twice_happens_once(coordinator, scope):
    data = form_values(coordinator.get(f"/kompetensomraden/{WELDING}/dela").text) | {"name": "TIG"}
    answers = [coordinator.post(f"/kompetensomraden/{WELDING}/dela", data=data) for _time in range(2)]

    assert len({answer.location for answer in answers}) == 1
    assert len(queries.list_changes()) == 1


def test_another_organisation_has_the_national_topics_and_hears_no_own_name(scope, organisation, user):
    own = split(WELDING, "Hemlig svets", user).new_id
    merged(LICENCE, ROBOT, user)
    receiver = factories.organisation()
    lead = factories_leads.lead(sender=organisation, receivers=[receiver], by=user, topic_id=own)
    assert lead.topic_label == "Hemlig svets"

    with acting_in(receiver.id):
        received = factories_leads.received(lead, receiver)
        assert (received.topic_id, received.topic_label) == (WELDING, "Svetsning MIG/MAG")
        assert queries.topic_label(own) == "Svetsning MIG/MAG"
        assert set(queries.topics_in_use()) == set(reference.topics())


def test_what_is_brought_into_a_project_has_the_national_topic(scope, organisation, user):
    own = split(WELDING, "Hemlig svets", user).new_id
    pair = [factories_esf.need(factories_esf.company(), user) for _number in range(2)]
    for need in pair:
        need.topic_id = own
    cohort = factories_esf.cohort(user, *pair)
    cohort.topic_id = own
    db.session.commit()

    project = factories_esf.project(organisation, user)
    brought = factories_esf.join(project, cohort, user)

    assert {row.topic_id for row in brought} == {WELDING}


def test_a_proposal_from_before_the_merge_is_refused_and_one_from_after_it_forms(scope, user):
    pair = [make.need(by=user, women=2, men=2) for _number in range(2)]
    earlier = make.plan_of(*pair)
    merged(WELDING, LICENCE, user)

    with pytest.raises(CohortRefusedError):
        form_cohort(earlier, by=user)
    assert make.cohort(*pair, by=user).topic_id == LICENCE


@st.composite
def histories(draw):
    """Give a history of changes as the service lets them happen, each with its key."""
    changes, in_use = [], ["T001", "T002", "T003", "T004"]
    for key in range(1, draw(st.integers(1, 8)) + 1):
        kind = draw(st.sampled_from(ChangeKind))
        topic_id = draw(st.sampled_from(in_use))
        change = TopicChange(id=key, kind=kind, topic_id=topic_id, moved={}, label=f"Eget {key}", into_id=None)
        others = [other for other in in_use if other != topic_id]
        if kind is ChangeKind.SPLIT:
            in_use.append(change.new_id)
        elif not others:
            continue
        else:
            in_use.remove(topic_id)
            change.into_id = draw(st.sampled_from(others)) if kind is ChangeKind.MERGED else None
        changes.append(change)
    return changes, in_use


@given(histories())
def test_after_any_history_every_topic_ends_in_one_that_rows_can_have_and_keeps_its_place(history):
    changes, in_use = history
    ours = queries._of_changes(changes)

    assert {key for key in ours.in_use if key.partition(".")[0] in ("T001", "T002", "T003", "T004")} == set(in_use)
    assert all(ours.successor(key) in ours.known for key in ours.named)
    before = queries._of_changes(changes[:-1]).places
    assert all(ours.places[key] == place for key, place in before.items())
    assert sorted(ours.places.values()) == list(range(len(ours.named)))
