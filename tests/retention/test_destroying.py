"""What is destroyed is gone from every table and file; what is not due, or somebody else's, is as it was."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from flask import url_for
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text, update

from broker import access, audit, clock, database, files, mail
from broker.companies.merging import service as merging
from broker.companies.models import Engagement, EngagementStatus, Interaction
from broker.esf.kinds import AidBasis
from broker.esf.models import Commitment, Contribution
from broker.extensions import db
from broker.leads.models import LeadOffer
from broker.needs.models import Cohort, CohortStatus, Need, NeedStatus
from broker.retention import queries, service, work
from broker.retention.kinds import GONE, GONE_PERSON, KINDS
from broker.retention.models import RecordKind
from broker.retention.service import Decision
from broker.retention.showing import _PAGES
from tests import factories, factories_esf, factories_needs, factories_procurement
from tests.conftest import signed_in_client
from tests.retention import records
from tests.retention.records import WORD


def test_no_word_of_any_kind_is_left_in_any_table_or_file(app, administrator, organisation, user):
    found = records.one_of_each(organisation, user)
    contents = [files.path_of(row) for row in files.list_hashes()]
    assert len(records.holding(WORD)) > len(KINDS) and all(path.exists() for path in contents)

    for kind in RecordKind:
        records.rule(kind, by=administrator)
        done = records.destroy(kind, by=administrator)
        assert (done.counted, done.destroyed, done.is_finished) == (1, 1, True), kind

    assert records.holding(WORD) == []
    assert not any(path.exists() for path in contents)
    for kind, row in found.items():
        assert queries.count_due(KINDS[kind], clock.today(), clock.today()).count == 0
        history = audit.history_of(row)
        assert history[0].label == "Gallrad" and history[0].facts == {"reference": "KS 2026/114"}
    assert audit.find_break() is None
    if db.engine.dialect.name == "sqlite":
        stored = b"".join(path.read_bytes() for path in files._root().parent.glob("broker.db*"))
        assert WORD.encode() not in stored


def test_what_reports_count_stays(app, administrator, organisation, user):
    found = records.one_of_each(organisation, user)
    contact, person, need = (found[kind] for kind in (RecordKind.CONTACTS, RecordKind.PEOPLE, RecordKind.NEEDS))
    before = (contact.kind, contact.happened_on, contact.company_id, contact.logged_by_id)
    counted = (need.topic_id, need.participants, need.hours, need.earliest_on)
    for kind in RecordKind:
        records.rule(kind, by=administrator)
        records.destroy(kind, by=administrator)
    db.session.expire_all()

    assert (contact.kind, contact.happened_on, contact.company_id, contact.logged_by_id) == before
    assert (contact.summary, contact.people) == (GONE, [])
    assert (person.name, person.name_key, person.phone) == (GONE_PERSON, "gallrad person", None)
    assert (need.topic_id, need.participants, need.hours, need.earliest_on) == counted
    assert db.session.query(LeadOffer).one().result is not None


def test_every_page_of_what_was_destroyed_opens_and_no_search_finds_it(app, administrator, organisation, user):
    found = records.one_of_each(organisation, user)
    client = signed_in_client(app, user)
    company_id = found[RecordKind.CONTACTS].company_id
    keys = {kind: row.id for kind, row in found.items()}
    for kind in RecordKind:
        records.rule(kind, by=administrator)
        records.destroy(kind, by=administrator)

    shown = (
        f"/kontakter/{keys[RecordKind.CONTACTS]}",
        f"/foretag/{company_id}",
        f"/foretag/{company_id}/historik",
        f"/foretag/{company_id}/kontakter",
        f"/leads/skickade/{keys[RecordKind.SENT_LEADS]}",
    )
    with app.test_request_context():
        shown += tuple(url_for(page, **{name: keys[kind]}) for kind, (page, name) in _PAGES.items())
    for url in shown:
        page = client.get(url)
        assert page.status_code == 200 and WORD not in page.text, url
    opened = client.get(f"/kontakter/{keys[RecordKind.CONTACTS]}").text
    assert "Gallrad" in opened and "KS 2026/114" in opened
    results = client.get("/foretag", query_string={"q": f"{WORD} Persson"}).text
    assert f"/foretag/{company_id}" not in results


def test_what_still_goes_on_is_never_due_and_the_page_says_why(app, administrator, organisation, user):
    waiting, ended = factories_needs.need(by=user), records.old_need(by=user)
    first, second = (records.contact(row.company, by=user) for row in (waiting, ended))
    waiting.interaction_id, ended.interaction_id = first.id, second.id
    # A purchase of a training was closed the other day: what was written about its needs is kept for four years.
    bought = records.old_need(by=user)
    cohort = factories_needs.cohort(factories_needs.need(by=user), factories_needs.need(by=user), by=user)
    cohort.members[0].need_id = bought.id
    purchase = factories_procurement.purchase(by=user)
    purchase.cohort_id, purchase.state = cohort.id, "closed"
    db.session.commit()
    today = clock.today()

    assert queries.count_due(KINDS[RecordKind.CONTACTS], today, today).count == 1
    assert [count for _why, count in queries.count_held_back(KINDS[RecordKind.CONTACTS], today, today)] == [1]
    due = [row.id for row, _day in queries.list_due(KINDS[RecordKind.NEEDS], today, today).rows]
    assert due == [ended.id]
    assert len(queries.count_held_back(KINDS[RecordKind.NEEDS], today, today)) == 2


def test_a_need_in_a_project_that_runs_is_left_alone(app, administrator, organisation, user):
    factories_esf.joined_project(organisation, user)
    need = db.session.get_one(Need, db.session.query(Contribution).first().need_id)
    db.session.execute(update(Cohort).values(status=CohortStatus.DELIVERED))
    need.status, need.status_at = NeedStatus.MET, records.moment_of(clock.today() - timedelta(days=2000))
    db.session.commit()
    today = clock.today()

    assert queries.count_due(KINDS[RecordKind.NEEDS], today, today).count == 0
    assert [str(why) for why, _count in queries.count_held_back(KINDS[RecordKind.NEEDS], today, today)] == [
        "Behovet är med i ett projekt som pågår, eller vars handlingar ska sparas än"
    ]


def test_a_need_is_kept_for_years_after_the_last_payment_to_its_project(app, administrator, organisation, user):
    project, kind, today = factories_esf.joined_project(organisation, user), KINDS[RecordKind.NEEDS], clock.today()
    for need in db.session.query(Need):
        need.status, need.status_at = NeedStatus.MET, records.moment_of(date(today.year - 13, 1, 1))
        need.description = WORD
    db.session.execute(update(Cohort).values(status=CohortStatus.DELIVERED))
    grant = factories_esf.grant(project, user)
    project.starts_on, project.ends_on, grant.ends_on = (date(today.year - 12, month, 1) for month in (1, 11, 11))

    def count_due(paid_on, basis):
        grant.final_payment_on = paid_on
        db.session.execute(update(Commitment).values(aid_basis=basis))
        db.session.commit()
        return queries.count_due(kind, today, today).count

    assert count_due(None, AidBasis.NO_AID) == 0
    assert count_due(date(today.year - 5, 1, 1), AidBasis.NO_AID) == 0
    assert count_due(date(today.year - 6, 12, 31), AidBasis.NO_AID) == 2
    assert count_due(date(today.year - 10, 1, 1), AidBasis.DE_MINIMIS) == 0
    assert count_due(date(today.year - 11, 12, 31), AidBasis.DE_MINIMIS) == 2


def test_a_rule_that_keeps_longer_stops_what_was_decided_by_an_earlier_one(app, administrator, user):
    company, kind = factories.company(), KINDS[RecordKind.CONTACTS]
    old, older = (records.contact(company, by=user, days=days) for days in (3 * 365, 6 * 365))
    records.rule(RecordKind.CONTACTS, by=administrator)
    through = queries.find_rule(kind, clock.today()).last_day(clock.today())
    decided = service.decide(Decision(kind, through, "KS 9"), (2, older.id), by=administrator)
    db.session.commit()
    records.rule(RecordKind.CONTACTS, by=administrator, years=5)
    job = work.add_job(decided, by=administrator)
    db.session.commit()
    records.carry_out(job)

    done = queries.get_destruction(decided.id)
    assert (done.counted, done.destroyed, done.is_finished) == (2, 1, True)
    db.session.expire_all()
    assert (old.summary == GONE, older.summary == GONE) == (False, True)


@pytest.mark.parametrize("database_app", ["postgresql"], indirect=True)
def test_what_is_exempted_in_the_same_moment_is_left_alone(app, administrator, organisation, user):
    kind, today = KINDS[RecordKind.CONTACTS], clock.today()
    contact = records.contact(factories.company(), by=user)
    db.session.commit()
    key, scope = contact.id, organisation.id

    def lock():
        with app.app_context(), database.writing(), access.acting_in(scope):
            found = queries.lock_due(kind, today, today, [key])
            db.session.rollback()
            return found

    service.exempt(kind, contact, reason="Begärd", by=administrator)
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(lock)
        while not db.session.scalar(text("select count(*) from pg_locks where not granted")):
            assert not asked.done()
        db.session.commit()
        assert asked.result(timeout=10) == []


def test_a_relation_that_was_merged_away_goes_along(app, administrator, user):
    kept, gone = factories.company("Ett AB"), factories.company("Ett")
    gone.organisation_number = None
    then, today = records.moment_of(clock.today() - timedelta(days=2000)), clock.today()
    for company, note in ((kept, "Vill inte"), (gone, WORD)):
        told = {"status": EngagementStatus.DECLINED, "note": note, "created_at": then}
        db.session.add(Engagement(company_id=company.id, **told))
    db.session.flush()
    merge = merging.merge_companies(kept, gone, {}, by=user)
    db.session.commit()
    records.rule(RecordKind.RELATIONS, by=administrator)
    assert queries.count_due(KINDS[RecordKind.RELATIONS], today, today).count == 0

    merge.undo_until, merge.fields = today - timedelta(days=1), None
    db.session.commit()
    assert records.destroy(RecordKind.RELATIONS, by=administrator).destroyed == 1
    assert records.holding(WORD) == []


def test_a_relation_without_contacts_counts_from_when_it_began_at_the_earliest(app, administrator, user):
    today, kind = clock.today(), KINDS[RecordKind.RELATIONS]
    for begun, name in ((100, "Ett AB"), (900, "Två AB"), (2900, "Tre AB")):
        company = factories.company(name)
        company.deregistered_on = today - timedelta(days=2000)
        created_at = records.moment_of(today - timedelta(days=begun))
        db.session.add(Engagement(company_id=company.id, note="Upphörde", created_at=created_at))
    db.session.commit()

    days = {row.company.name: day for row, day in queries.list_due(kind, today - timedelta(days=730), today).rows}
    assert days == {"Två AB": today - timedelta(days=900), "Tre AB": today - timedelta(days=2000)}
    counted = queries.count_due(kind, today - timedelta(days=730), today)
    assert (counted.count, counted.oldest) == (2, today - timedelta(days=2000))


def test_what_a_file_was_called_is_gone_with_it(app, administrator, organisation, user):
    found = records.one_of_each(organisation, user)
    client = signed_in_client(app, user)
    pages = {RecordKind.CONTACTS: "kontakter", RecordKind.NEEDS: "behov", RecordKind.ANALYSES: "behovsanalyser"}
    for kind, page in pages.items():
        url = f"/{page}/{found[kind].id}/filer/ny"
        assert client.submit(url, file=(io.BytesIO(b"plan"), f"{WORD}.txt")).status_code == 302
        records.rule(kind, by=administrator)
        records.destroy(kind, by=administrator)

    assert not any(files.list_attachments(found[kind]) for kind in pages) and "audit_event" not in records.holding(WORD)


def test_a_content_that_somebody_else_keeps_too_stays_on_the_disk(app, administrator, organisation, user):
    found = records.one_of_each(organisation, user)
    attachment = files.list_attachments(found[RecordKind.CONTACTS])[0]
    copy = files.Attachment(
        subject_type="company",
        subject_id=found[RecordKind.CONTACTS].company_id,
        content_hash=attachment.content_hash,
        file_name="samma.txt",
        media_type="text/plain",
        size=1,
    )
    factories.add(copy, organisation_id=factories.organisation().id)
    path = files.path_of(attachment.content_hash)
    records.rule(RecordKind.CONTACTS, by=administrator)
    records.destroy(RecordKind.CONTACTS, by=administrator)

    assert path.exists() and files.list_attachments(found[RecordKind.CONTACTS]) == []


def test_a_sent_letter_is_forgotten_after_three_months(app):
    # One of them waits still: the machine was not running.
    for days, sent_at in ((100, clock.now()), (99, None), (80, clock.now())):
        letter = mail.write(f"{WORD}@example.se", f"{WORD}?", WORD)
        letter.created_at, letter.sent_at = clock.now() - timedelta(days=days), sent_at
    db.session.commit()
    mail.tidy()

    left = {(clock.now() - letter.created_at).days for letter in db.session.query(mail.OutgoingMail)}
    assert left == {99, 80}


AGES = st.integers(700, 770)
CONTACTS = st.lists(st.tuples(AGES, st.sampled_from(["ours", "theirs", "exempted", "needed"])), min_size=1, max_size=8)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=CONTACTS, through=AGES)
def test_what_is_not_due_is_byte_for_byte_as_it_was(app, administrator, organisation, user, rows, through):
    other = factories.organisation()
    company, kind = factories.company(), KINDS[RecordKind.CONTACTS]
    if queries.find_rule(kind, clock.today()) is None:
        records.rule(RecordKind.CONTACTS, by=administrator)
    last_day = min(
        clock.today() - timedelta(days=through), queries.find_rule(kind, clock.today()).last_day(clock.today())
    )
    due = set()
    for days, whose in rows:
        with access.acting_in(other.id if whose == "theirs" else organisation.id):
            row = records.contact(company, by=user, days=days)
            if whose == "exempted":
                service.exempt(kind, row, reason="Begärd", by=administrator)
            if whose == "needed":
                factories_needs.need(by=user, company=company, interaction_id=row.id)
            db.session.commit()
        if whose == "ours" and row.happened_on <= last_day:
            due.add(row.id)
    before = {key: row for key, row in records.everything().items() if key not in {("interaction", key) for key in due}}

    assert {row.id for row, _day in queries.list_due(kind, last_day, clock.today()).rows} == due
    if due:
        records.destroy(RecordKind.CONTACTS, by=administrator, through=last_day)

    after = records.everything()
    written = {"audit_chain", "destruction", "job", "audit_event"}
    assert {key: after.get(key) for key in before if key[0] not in written} == {
        key: row for key, row in before.items() if key[0] not in written
    }
    assert all(WORD not in "".join(after["interaction", key]) for key in due)
    # The next example begins anew.
    with access.every_organisation():
        db.session.execute(update(Interaction).values(happened_on=clock.today()))
        db.session.commit()
