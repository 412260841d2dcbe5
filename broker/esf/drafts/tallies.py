"""Needs counted by what the form asks for: size of the company, industry, municipality, topic, month of the contact."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from babel.dates import format_date

from broker.companies.models import InteractionKind
from broker.esf import aid
from broker.esf.application import Application
from broker.esf.company_size import SizeClass
from broker.esf.drafts.draft import (
    Draft,
    companies,
    count_companies,
    inside,
    listed,
    municipalities,
    people,
    quoted,
)
from broker.esf.models import Contribution
from broker.reference import queries as reference
from broker.swedish import sort_key

UNKNOWN = "Uppgift saknas"
_HEADER = ("Företag", "Kvinnor", "Män", "Kön okänt", "Alla")
Groups = dict[str, list[Contribution]]


def by_size(application: Application) -> Groups:
    """Give the needs by the size of their company, the small ones first; a size that is not known is said last."""
    sizes = {row.company_id: aid.company_size(row, application).size_class for row in application.commitments}
    order = [*(size.label for size in SizeClass), UNKNOWN]
    groups = _grouped(application.brought, lambda row: _label(sizes.get(row.company_id)))
    return {label: groups[label] for label in order if label in groups}


def by_industry(rows: Iterable[Contribution]) -> Groups:
    """Give the needs by the section of the industry that the register has for their company."""
    return _by_people(_grouped(rows, _industry))


def by_municipality(rows: Iterable[Contribution]) -> Groups:
    """Give the needs by municipality, in Swedish order."""
    groups = _grouped(rows, lambda row: row.municipality_name or UNKNOWN)
    return dict(sorted(groups.items(), key=lambda item: sort_key(item[0])))


def count_in_table(draft: Draft, sentence: str, first: str, groups: Groups) -> None:
    """Write a table of groups of needs: companies, women, men and everybody; each row opens its needs."""
    draft.tabulate(sentence, (first, *_HEADER), ((_counts(label, rows), rows) for label, rows in groups.items()))


def women_and_men(draft: Draft, sentence: str, first: str, groups: Groups) -> None:
    """Write a table of women and men with the share of women, where the sex of everybody is known."""
    header = (first, "Kvinnor", "Män", "Andel kvinnor")
    rows = []
    for label, needs in groups.items():
        women, men, unknown = (sum(getattr(row, name) for row in needs) for name in ("women", "men", "unknown_sex"))
        known = women + men if not unknown else 0
        share = f"{round(100 * women / known)} procent" if known else "inte känd"
        rows.append(((label, women, men, share), needs))
    draft.tabulate(sentence, header, rows)


def told_by_month(draft: Draft, rows: Sequence[Contribution]) -> None:
    """Write what companies have said, month by month: how many, how, about what, and in which words."""
    told = [row for row in rows if row.contacted_on]
    months: dict[date, list[Contribution]] = {}
    for row in sorted(told, key=lambda row: (row.contacted_on or date.min, row.id)):
        months.setdefault((row.contacted_on or date.min).replace(day=1), []).append(row)
    if months:
        items = [(_month(month, needs), needs) for month, needs in months.items()]
        draft.list_of("Vad företagen har berättat, månad för månad:", items)


def _month(month: date, rows: list[Contribution]) -> str:
    kinds = {row.contact_kind for row in rows}
    ways = listed(str(kind.label).lower() for kind in InteractionKind if kind in kinds)
    topics = listed(dict.fromkeys(quoted(row.topic_label) for row in rows))
    words = dict.fromkeys(
        quoted(text) for row in rows for text in (row.purpose, row.consequence) if text and inside(text)
    )
    places = municipalities(len({row.municipality_code for row in rows}))
    said = f" De sade: {'; '.join(words)}." if words else ""
    how = f" genom {ways}" if ways else ""
    return (
        f"{format_date(month, 'MMMM y', locale='sv')}: {companies(count_companies(rows))} i {places}{how}, "
        f"om {topics} ({people(rows)}).{said}"
    )


def _counts(label: str, rows: Sequence[Contribution]) -> tuple[Any, ...]:
    women, men, unknown = (sum(getattr(row, name) for row in rows) for name in ("women", "men", "unknown_sex"))
    return (label, count_companies(rows), women, men, unknown, women + men + unknown)


def _grouped(rows: Iterable[Contribution], label_of: Callable[[Contribution], str]) -> Groups:
    groups: Groups = {}
    for row in rows:
        groups.setdefault(label_of(row), []).append(row)
    return groups


def _by_people(groups: Groups) -> Groups:
    """Order groups by how many people they are for; what is not known is said last."""

    def key(item: tuple[str, list[Contribution]]) -> tuple[bool, int, str]:
        return item[0] == UNKNOWN, -sum(row.participants for row in item[1]), sort_key(item[0])

    return dict(sorted(groups.items(), key=key))


def _industry(row: Contribution) -> str:
    codes, edition = row.company.industry_codes, row.company.industry_edition
    return reference.industry_sections().get((edition or "", codes[0][:2]), UNKNOWN) if codes else UNKNOWN


def _label(size: SizeClass | None) -> str:
    return size.label if size else UNKNOWN
