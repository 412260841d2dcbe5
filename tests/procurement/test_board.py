"""The board of purchases: where they stand and what they cost."""

from datetime import date, timedelta
from decimal import Decimal

from broker import access, clock
from broker.access import Role
from broker.extensions import db
from broker.procurement.board import queries
from tests import factories as general
from tests import factories_procurement as factories
from tests.procurement.test_queries import cohort

TODAY = date(2026, 3, 16)


def signed(user, on, amount, *, title="Truck", provider=None, group=None, state="contracted"):
    row = factories.purchase(
        by=user, title=title, state=state, contract_date=on, contract_value_sek=amount, value_sek="50000"
    )
    row.provider_id, row.cohort_id = provider and provider.id, group and group.id
    db.session.commit()
    return row


def test_purchases_stand_in_the_column_of_their_state_the_most_urgent_first(scope, user):
    factories.purchase(by=user, title="Utan dag", state="need_confirmed")
    factories.purchase(by=user, title="Snart", state="request_sent", offer_deadline="2026-03-20T12:00:00+01:00")
    factories.purchase(by=user, title="Nu", state="request_sent", offer_deadline="2026-03-17T12:00:00+01:00")
    factories.purchase(by=user, title="Beslutat", state="direct_decided")
    factories.purchase(by=user, title="Slut", state="closed")
    found = {row.kind: [entry.purchase.title for entry in row.rows] for row in queries.list_columns(TODAY)}
    assert found == {"open": ["Nu", "Snart", "Utan dag"], "decision": ["Beslutat"], "contract": [], "delivery": []}


def test_contracts_are_added_up_to_the_ore_by_month_and_by_whom(scope, user):
    school, other = factories.provider(by=user), factories.provider(by=user, name="Lernia")
    group = cohort(user)
    signed(user, "2026-03-02", "100000.10", provider=school, group=group)
    signed(user, "2026-03-16", "0.90", provider=school, group=group)
    signed(user, "2025-04-01", "7000", provider=other)
    signed(user, "2025-03-31", "9999", provider=other, title="För länge sedan")
    signed(user, "2026-03-03", "8888", provider=other, state="cancelled")
    neighbour = general.organisation()
    with access.acting_in(neighbour.id):
        signed(general.user(organisation=neighbour), "2026-03-03", "777", title="Grannens")

    contracts = queries.list_contracts(TODAY)
    months = queries.sum_by_month(contracts, TODAY)
    assert len(months) == 12
    assert (months[0].month, months[0].amount, months[0].count) == (date(2026, 3, 1), Decimal("100001.00"), 2)
    assert (months[-1].month, months[-1].amount) == (date(2025, 4, 1), Decimal(7000))
    bought = [
        (row.provider, row.topic, row.municipality, row.count, row.amount) for row in queries.sum_by_provider(contracts)
    ]
    assert bought == [
        ("Svetsskolan i Flen", "Truckutbildning", "Flen", 2, Decimal("100001.00")),
        ("Lernia", "", "", 1, Decimal(7000)),
    ]


def test_the_page_shows_all_of_it_to_a_reader(client_for, scope, user):
    factories.vetted_provider(by=user)
    yesterday = clock.today() - timedelta(days=1)
    signed(user, yesterday.isoformat(), "123456", title="Truck i Flen")
    page = client_for(Role.READER).get("/inkop/tavla").text
    assert "Truck i Flen" in page
    assert page.count("123\xa0456,00\xa0kr") >= 2
    assert "Dokumentation slutförd" not in page
    assert "Kvalitetssäkrad" in page
