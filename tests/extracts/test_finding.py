"""Everything about one person is found in every place where words are kept, and nothing of another organisation."""

from sqlalchemy import JSON, Enum, String, TypeDecorator, update

from broker import access, clock, mail
from broker.access import Role
from broker.accounts.models import Membership
from broker.companies.identity import stored_number
from broker.companies.merging import service as merging
from broker.companies.merging.holders import holders_of
from broker.companies.models import Company, Person
from broker.companies.numbers import Number
from broker.extensions import Base, db
from broker.extracts import queries
from broker.extracts.terms import Terms
from broker.extracts.texts import WORDLESS
from broker.procurement.models import Purchase
from tests import factories, factories_esf, factories_leads, factories_procurement
from tests.app.world import build
from tests.client import CANARY

NAME, EMAIL, PHONE = "Åsa Öst-Ärlig", "asa.ost@svets.example", "070-174 06 05"
ASA = Terms(NAME, EMAIL, PHONE)


def words_of(found):
    return {hit.key for hit in found.hits}


def test_every_column_with_words_is_searched_or_said_to_hold_none_about_people():
    """Whoever adds a column with text says here whether it can be about somebody: in people.py or texts.py."""
    searched = {f"{kind.name}.{path}" for kind in queries.KINDS for path in kind.searched}
    wordless = " ".join(WORDLESS.values()).split()
    columns = {
        f"{mapper.local_table.name}.{column.name}"
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, access._SCOPED)
        for column in mapper.local_table.columns
        if holds_words(column.type)
    }

    assert columns - searched - set(wordless) == set()
    assert set(wordless) - columns == set() and len(wordless) == len(set(wordless))
    assert searched & set(wordless) == set()


def test_what_is_recognised_is_told_too():
    untold = {f"{kind.name}.{path}" for kind in queries.KINDS for path in kind.own if path not in kind.facts}

    assert untold == set()


def holds_words(kind):
    kind = kind.impl if isinstance(kind, TypeDecorator) else kind
    return isinstance(kind, String | JSON) and not isinstance(kind, Enum)


def test_every_row_that_points_at_a_person_comes_with_the_person():
    kinds = {kind.model for kind in queries.KINDS}
    found = holders_of(Person)

    assert {holder.model for holder in found.columns} - kinds == set()
    assert [links.table.name for links in found.links] == ["interaction_person"]


def test_a_name_is_found_in_every_column_that_is_searched(scope, user, monkeypatch):
    build(scope, user, factories.company(), factories_esf.call(user))
    factories_leads.tip(scope)
    # Before the decision nothing of a purchase is found.
    db.session.execute(update(Purchase).values(state="contracted"))
    db.session.commit()
    kinds = [kind for kind in queries.KINDS if rows_of(kind)]
    assert len(kinds) > 60

    for place in range(max(len(kind.searched) for kind in kinds)):
        written = {kind: kind.searched[place] for kind in kinds if place < len(kind.searched)}
        written = {kind: path for kind, path in written.items() if "." not in path}
        keys = {kind: write(kind, path) for kind, path in written.items()}
        db.session.expunge_all()
        monkeypatch.setattr(queries, "KINDS", tuple(written))
        found = {(hit.kind, hit.row.id) for hit in queries.find(ASA).hits if hit.is_sure}
        missed = [f"{kind.name}.{path}" for kind, path in written.items() if (kind, keys[kind]) not in found]
        assert missed == []
        db.session.rollback()


def rows_of(kind):
    query = db.select(kind.model.id).where(*queries._ours(kind.model)).order_by(kind.model.id.desc()).limit(1)
    return db.session.scalars(query).all()


def write(kind, path):
    """Put the person into a column of the newest row of a kind, in the way that the column is meant for."""
    column, text = getattr(kind.model, path), f"Ring {NAME.upper()}, i dag"
    value = text
    if path in kind.names:
        value = NAME
    elif path in kind.phones:
        value = "+46 (0)70 174 06 05"
    elif path in (*kind.emails, *kind.reaches):
        value = EMAIL.upper()
    elif isinstance(column.type, JSON):
        value = [text] if path in ("tags", "named_users", "cpv_codes", "changes", "images", "blocks") else {"x": [text]}
    key = rows_of(kind)[0]
    changes = {path: value} | ({f"{path}_key": "asa ost arlig"} if hasattr(kind.model, f"{path}_key") else {})
    with access.every_organisation():
        db.session.execute(update(kind.model).where(kind.model.id == key).values(changes))
    return key


def test_nothing_of_another_organisation_is_found(app, organisation, user):
    other = factories.organisation()
    stranger = factories.user(organisation=other, roles=list(Role), name=NAME, email=EMAIL)
    with access.acting_in(other.id):
        build(other, stranger, factories.company(), factories_esf.call(stranger))
        company = factories.company("Hemligt Namn AB")
        factories.person(company, NAME, email=EMAIL, phone=PHONE, is_protected=True)
        factories.interaction(company, by=stranger, summary=f"Träffade {NAME}")
        # The register belongs to all; in every other table somebody of theirs is written down.
        for kind in queries.KINDS:
            path = next((path for path in kind.searched if "." not in path), None)
            if path and kind.model is not Company and rows_of(kind):
                write(kind, path)
        mail.write(EMAIL, f"{CANARY}brev", "", reply_to=stranger.email)
        db.session.commit()

    with access.acting_in(organisation.id):
        assert words_of(queries.find(ASA)) == set()
    with access.acting_in(other.id):
        kinds = {hit.kind.name for hit in queries.find(ASA).hits}
        assert kinds >= {"person", "interaction", "membership", "outgoing_mail"} and len(kinds) > 50


def test_a_letter_is_ours_only_when_whoever_gets_the_answer_belongs_nowhere_else(scope, user):
    both = factories.user(organisation=scope)
    db.session.add(Membership(user=both, organisation=factories.organisation(), roles=[]))
    ours = mail.write(EMAIL, "Vårt brev", "", reply_to=user.email)
    mail.write(EMAIL, "Kan vara deras brev", "", reply_to=both.email)
    mail.write(EMAIL, "Brev utan svarsadress", "")
    mail.write("nagon@annan.example", "Till en annan", "", reply_to=user.email)
    db.session.commit()

    assert words_of(queries.find(ASA)) == {f"outgoing_mail-{ours.id}"}


def test_contacts_leads_and_invitations_come_with_the_person_and_go_with_him(scope, user):
    company = factories.company()
    asa = factories.person(company, NAME, is_active=False, is_protected=True)
    like = factories.person(company, "Åsa Öst-Ärligsson")
    with_her = factories.interaction(company, by=user, summary="Om svets.", people=[asa])
    with_like = factories.interaction(company, by=user, summary="Om truck.", people=[like])
    factories.interaction(company, by=user, summary="Om el.")

    found = queries.find(Terms(NAME))
    sure = {hit.key for hit in found.hits if hit.is_sure}

    assert sure == {f"person-{asa.id}", f"interaction-{with_her.id}"}
    assert words_of(found) == sure | {f"person-{like.id}", f"interaction-{with_like.id}"}
    assert [hit.key for hit in found.hits if hit.follows(set())] == [f"person-{asa.id}", f"person-{like.id}"]


def test_somebody_who_went_into_another_is_found_as_both(scope, user):
    company = factories.company()
    kept, gone = factories.person(company, "Å. Öst-Ärlig", email=EMAIL), factories.person(company, NAME, phone=PHONE)
    merging.merge_people(kept, gone, {}, by=user)
    db.session.commit()

    # The merge itself remembers what the fields were for as long as it can be undone.
    found = words_of(queries.find(ASA))
    assert found - {f"person-{kept.id}", f"person-{gone.id}"} == {key for key in found if key.startswith("merge-")}
    assert len(found) == 3


def test_a_sole_trader_is_found_by_name_or_by_the_whole_number_with_all_that_we_have(scope, user):
    trader = sole_trader(NAME)
    contact = factories.interaction(trader, by=user, summary="Om svets.")

    for terms in (Terms(NAME), Terms(number="198001019802")):
        assert words_of(queries.find(terms)) >= {f"company-{trader.id}", f"interaction-{contact.id}"}
    assert words_of(queries.find(Terms(number="198001029801"))) == set()


def sole_trader(name):
    number = stored_number(Number("198001019802"))
    return factories.add(Company(name=name, source="SCB", source_date=clock.today(), **number))


def test_an_offer_is_not_found_before_the_decision_by_the_handler_either(scope, user):
    """The handler may see it, but the extract is for somebody who may not."""
    purchase = factories_procurement.purchase(by=user, state="request_sent", suppliers_asked=["1", "2"])
    offer = factories_procurement.offer(purchase, by=user, name=NAME)

    assert words_of(queries.find(Terms(NAME))) == set()
    purchase.state = "direct_decided"
    db.session.commit()
    assert words_of(queries.find(Terms(NAME))) == {f"purchase-{purchase.id}", f"purchase_offer-{offer.id}"}


def test_so_many_that_nobody_looks_through_them_are_said(scope, user, monkeypatch):
    monkeypatch.setattr(queries, "MOST", 2)
    company = factories.company()
    for _number in range(3):
        factories.person(company, NAME)

    found = queries.find(ASA)

    assert len(found.hits) == 2 and [kind.name for kind in found.cut] == ["person"]
