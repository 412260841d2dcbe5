"""What holds for every framework agreement, whatever is called off and in whatever order."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from broker.procurement.frameworks import checks, rules
from broker.procurement.frameworks.models import (
    CallOffModel,
    FrameworkAgreement,
    FrameworkDecline,
    FrameworkLaw,
    FrameworkOption,
    FrameworkSupplier,
    OptionState,
    VolumeUnit,
)
from broker.procurement.frameworks.rules import CallOff, Framework, Level, Limits
from broker.procurement.workflow import find_step
from broker.providers.models import Provider
from broker.reference.queries import read_yaml
from tests.factories_procurement import situation

TODAY = date(2026, 5, 4)
LIMITS = Limits.from_content(read_yaml("framework_rules"))
AMOUNTS = st.integers(0, 40_000_000).map(lambda ore: Decimal(ore) / 100)


def agreement(suppliers=0, **values):
    """Give an agreement without a database, with so many suppliers in order."""
    defaults = {
        "id": 1,
        "name": "Ramavtal Truck",
        "law": FrameworkLaw.CHAPTER_19,
        "starts_on": date(2025, 1, 1),
        "ends_on": date(2027, 12, 31),
        "model": CallOffModel.RANKING,
        "ceiling_ore": 1_000_000_00,
        "used_elsewhere_ore": 0,
        "used_elsewhere_volume": 0,
        "is_own_named": True,
        "named_users": [],
        "topic_ids": [],
        "cpv_codes": [],
    }
    row = FrameworkAgreement(**(defaults | values))
    row.suppliers = [
        FrameworkSupplier(id=key, provider_id=100 + key, provider=Provider(name=f"Nummer {key}"), rank=key)
        for key in range(1, suppliers + 1)
    ]
    return row


def call(key, value, volume, *, is_contracted=False):
    return CallOff(key, "Köp", None, value, volume, is_contracted)


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["start", "sign", "cancel"]), st.integers(0, 8), AMOUNTS, st.integers(0, 30)),
        max_size=25,
    ),
    elsewhere=st.integers(0, 100_000_000),
)
def test_used_and_reserved_never_go_beyond_the_ceilings_in_whatever_order(steps, elsewhere):
    row = agreement(used_elsewhere_ore=elsewhere, volume_unit=VolumeUnit.HOURS, volume_ceiling=80)
    stored = {}
    for step, key, value, volume in steps:
        others = [made for made in stored.values() if made.purchase_id != key]
        framework = Framework(row, LIMITS, others)
        if step == "cancel":
            stored.pop(key, None)
            continue
        refused = rules.why_not(framework, day=TODAY, value=value, authority=None)
        if not (refused or rules.why_not_volume(framework, volume)):
            stored[key] = call(key, value, volume, is_contracted=step == "sign")
        room = rules.room_of(row, stored.values(), LIMITS)
        hours = rules.volume_room_of(row, stored.values(), LIMITS)
        assert room.taken <= room.ceiling and hours.taken <= hours.ceiling
        assert room.left == room.ceiling - room.taken


@given(
    count=st.integers(1, 6),
    ended=st.sets(st.integers(1, 6)),
    tries=st.lists(st.tuples(st.booleans(), st.integers(1, 6)), max_size=20),
)
def test_the_ranking_never_skips_anybody_without_a_recorded_no(count, ended, tries):
    row = agreement(count)
    for supplier in row.suppliers:
        supplier.ended_on = date(2026, 1, 1) if supplier.id in ended else None
    declines = []
    for says_no, key in tries:
        framework = Framework(row, LIMITS, declines=tuple(declines))
        if says_no:
            first = rules.proposed(framework, day=TODAY, value=Decimal(1))
            declines += [FrameworkDecline(supplier_id=first.id)] if first else []
            continue
        refused = sent_to(framework, 100 + key)
        before = [one for one in row.suppliers if one.id < key and one.id not in ended]
        is_bound = key <= count and key not in ended
        said_no = {decline.supplier_id for decline in declines}
        is_turn = is_bound and key not in said_no and all(one.id in said_no for one in before)
        assert (not refused) is is_turn
        assert all(sentence.endswith(".") for sentence in refused.values())


def sent_to(framework, provider_id):
    """Give what is refused when a call-off is sent to a provider."""
    before = situation(
        "call_off_without_competition", "framework_checked", today=TODAY, framework=1, value_sek="1", annex2="yes"
    )
    before = type(before)(**(before.__dict__ | {"frameworks": lambda key: framework}))
    after = before.with_values({"chosen_provider": str(provider_id)})
    return checks.list_refusals(before, after, find_step(after, "call_off_sent"), note=None)


@given(values=st.lists(st.tuples(st.integers(0, 3), AMOUNTS), max_size=30))
def test_fixed_allocation_proposes_somebody_who_has_not_got_more_than_the_share(values):
    row = agreement(4, model=CallOffModel.FIXED_ALLOCATION)
    for supplier, share in zip(row.suppliers, (40, 30, 20, 10), strict=True):
        supplier.share_percent = share
    others = [CallOff(key, "Köp", 101 + key, value, 0, True) for key, value in values]
    called, total = rules.called_off_by(others), sum((value for _key, value in values), Decimal(0))
    first = rules.proposed(Framework(row, LIMITS, others), day=TODAY, value=Decimal(0))
    assert called.get(first.provider_id, 0) <= total * first.share_percent / 100


def test_the_levels_are_those_of_the_rules():
    row = agreement()
    levels = {
        percent: rules.room_of(row, [call(1, Decimal(percent) * 10_000, 0)], LIMITS).level()
        for percent in (0, 79, 80, 94, 95, 99, 100)
    }
    assert levels == {
        0: Level.FREE,
        79: Level.FREE,
        80: Level.PLAN,
        94: Level.PLAN,
        95: Level.SHOW,
        99: Level.SHOW,
        100: Level.FULL,
    }


def test_a_code_covers_the_codes_below_it_and_no_other():
    row = agreement(cpv_codes=["80500000-9"])
    assert rules.covers(row, topic_id=None, cpv="80530000-8") is True
    assert rules.covers(row, topic_id=None, cpv="80500000-9") is True
    assert rules.covers(row, topic_id=None, cpv="80400000-8") is False
    assert rules.covers(agreement(cpv_codes=["80530000-8"]), topic_id=None, cpv="80500000-9") is False
    assert rules.covers(agreement(cpv_codes=["80000000-4"]), topic_id=None, cpv="80530000-8") is True
    assert rules.covers(row, topic_id="T001", cpv=None) is None


def test_a_used_option_is_part_of_the_term_and_an_open_one_is_not():
    row = agreement()
    row.options = [FrameworkOption(extends_to=date(2028, 12, 31), call_by=date(2027, 6, 30), state=OptionState.OPEN)]
    assert (row.last_day, row.longest_term_ends_on) == (date(2027, 12, 31), date(2028, 12, 31))
    row.options[0].state = OptionState.USED
    assert row.is_in_force(date(2028, 12, 31)) and not row.is_in_force(date(2029, 1, 1))
    assert not row.is_in_force(row.starts_on - timedelta(days=1))
