"""Invented providers with offerings, in every state of vetting."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from broker import clock
from broker.demo.organisations import DemoOrganisation
from broker.extensions import db
from broker.providers import queries as providers
from broker.providers.models import Language, Level, Mode, Offering, Provider, ProviderKind, VettingCheck
from broker.reference import queries as reference

_NAMES = (
    "Exempel Svetsskolan AB", "Exempel Industriutbildning AB", "Exempel Arbetsmiljöcentrum AB",
    "Exempel Transportskola HB", "Exempel Komvux Mitt", "Exempel Digitalkurser AB", "Exempel Livsmedelskurser AB",
    "Exempel Folkhögskola", "Exempel Byggutbildarna AB",
)  # fmt: skip
_TOPICS = (
    ("T023", "T024", "T030"), ("T026", "T028", "T033", "T002"), ("T009", "T021", "T008"), ("T014", "T013", "T001"),
    ("T062", "T041", "T055"), ("T041", "T042", "T047"), ("T063", "T064"), ("T010", "T011"), ("T005", "T018", "T006"),
)  # fmt: skip
HOURLY_ORE = 55_000
# Those whose names say that they are no companies.
_KINDS = {4: ProviderKind.ADULT_EDUCATION, 7: ProviderKind.FOLK_HIGH_SCHOOL}
# Per participant, per group, or both: so many öre an hour.
_PRICES = ((0, HOURLY_ORE), (480_000, 0), (200_000, 20_000))
_IN_THE_REGISTER = timedelta(days=900)
_MORNING = time(9)


def add_providers(organisation: DemoOrganisation, random: Random, today: date, *, count: int) -> list[Provider]:
    """Add providers to an organisation's register; the first nine show the nine ways vetting can stand."""
    items = providers.vetting_document(today)["items"]
    mandatory = [item for item in items if item["mandatory"]]
    added = []
    for place in range(count):
        provider = Provider(
            name=_NAMES[place % len(_NAMES)],
            kind=_KINDS.get(place % len(_NAMES), ProviderKind.PRIVATE),
            organisation_number=None,
            municipality_code=organisation.municipality_codes[0],
            contact_name="Utbildningssamordnaren",
            email=f"kurser@utbildare{place}.example",
            phone=f"0980-319 2{place % 100:02d}",
            created_at=morning_of(today - _IN_THE_REGISTER),
            is_paused=_VETTING[place % len(_VETTING)] is _paused,
        )
        db.session.add(provider)
        db.session.flush()
        db.session.add_all(give_offerings(provider, _TOPICS[place % len(_TOPICS)], random, today))
        _VETTING[place % len(_VETTING)](provider, mandatory, organisation.user_ids[-1], today)
        added.append(provider)
    return added


def morning_of(day: date) -> datetime:
    """Give when work begins on a day."""
    return datetime.combine(day, _MORNING, tzinfo=clock.SWEDEN)


def give_offerings(provider: Provider, topic_ids: Sequence[str], random: Random, today: date) -> list[Offering]:
    """Give one training for each topic, of an invented length and price."""
    offerings = []
    for place, topic_id in enumerate(topic_ids):
        hours = random.choice([8, 16, 24, 40])
        fixed, each = _PRICES[place % len(_PRICES)]
        renewal_years = reference.topics()[topic_id].renewal_years
        offerings.append(
            Offering(
                provider_id=provider.id,
                topic_id=topic_id,
                title=f"{reference.topic_label(topic_id)}, {hours} timmar",
                levels=[Level.BASIC.value, Level.FURTHER.value],
                modes=[Mode.ON_SITE.value, Mode.BLENDED.value],
                languages=[Language.SWEDISH.value, Language.ENGLISH.value],
                municipality_code=provider.municipality_code or "",
                reach_km=random.choice([80, 120, 200]),
                capacity=random.choice([10, 12, 16, 20]),
                hours=hours,
                smallest_group=(1, 6, 4)[place % 3],
                fixed_price_ore=hours * fixed,
                price_per_participant_ore=hours * each,
                lead_weeks=(2, 6, 4)[place % 3],
                valid_to=today + timedelta(days=500) if place == 1 else None,
                certificate="Intyg om genomförd utbildning" if renewal_years else None,
                renewal_years=renewal_years,
            )
        )
    return offerings


def check_item(
    provider: Provider, item: dict[str, str], result: str, day: date, user_id: int, *, note: str | None = None
) -> VettingCheck:
    """Give the result of an item that was checked and recorded on a day."""
    return VettingCheck(
        provider_id=provider.id,
        item_id=item["id"],
        result=result,
        checked_on=day,
        checked_by_id=user_id,
        note=note,
        created_at=morning_of(day),
    )


def approve_all(provider: Provider, items: list[dict[str, str]], user_id: int, day: date) -> None:
    """Add an approved check of every item on a day."""
    db.session.add_all(check_item(provider, item, "approved", day, user_id) for item in items)


def _all_approved(provider: Provider, items: list[dict[str, str]], user_id: int, today: date) -> None:
    approve_all(provider, items, user_id, today - timedelta(days=40))


def _with_remark(provider: Provider, items: list[dict[str, str]], user_id: int, today: date) -> None:
    _all_approved(provider, items, user_id, today)
    note = "Fullmakten gäller till årsskiftet."
    db.session.add(check_item(provider, items[1], "remark", today - timedelta(days=20), user_id, note=note))


def _half_done(provider: Provider, items: list[dict[str, str]], user_id: int, today: date) -> None:
    half = items[: len(items) // 2]
    db.session.add_all(check_item(provider, item, "approved", today - timedelta(days=5), user_id) for item in half)


def _untouched(provider: Provider, items: list[dict[str, str]], user_id: int, today: date) -> None:
    """Leave a new provider as it came."""


def _being_heard(provider: Provider, items: list[dict[str, str]], user_id: int, today: date) -> None:
    _all_approved(provider, items, user_id, today)
    knock_out = next(item for item in items if item["knock_out"])
    note = "Registreringsbeviset är äldre än ett år."
    db.session.add(check_item(provider, knock_out, "failed", today - timedelta(days=3), user_id, note=note))


def _expired(provider: Provider, items: list[dict[str, str]], user_id: int, today: date) -> None:
    approve_all(provider, items, user_id, today - timedelta(days=800))


def _expiring_soon(provider: Provider, items: list[dict[str, str]], user_id: int, today: date) -> None:
    approve_all(provider, items, user_id, today - timedelta(days=165))


def _paused(provider: Provider, items: list[dict[str, str]], user_id: int, today: date) -> None:
    _all_approved(provider, items, user_id, today)


def _to_be_completed(provider: Provider, items: list[dict[str, str]], user_id: int, today: date) -> None:
    _all_approved(provider, items, user_id, today)
    last = next(item for item in reversed(items) if not item["knock_out"])
    note = "Uppgift saknas."
    db.session.add(check_item(provider, last, "failed", today - timedelta(days=2), user_id, note=note))


_VETTING: tuple[Callable[[Provider, list[dict[str, str]], int, date], None], ...] = (
    _all_approved, _with_remark, _expiring_soon, _all_approved, _half_done, _being_heard, _expired, _paused,
    _to_be_completed, _untouched,
)  # fmt: skip
