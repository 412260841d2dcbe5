"""The documents of what a project has come to: a quarter's report, the final figures, and what outsiders are shown.

They are in Swedish, whoever reads them, and name no person; a sole trader is not named either. What somebody has typed
goes through the same sieve as the texts of an application.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from broker import clock
from broker.documents.blocks import Block, Grid, Heading, Text, one_line
from broker.esf.application import Application
from broker.esf.budgets import figures as budget_figures
from broker.esf.budgets.amounts import as_count, as_kr
from broker.esf.budgets.lines import BudgetResult
from broker.esf.budgets.spreading import Period
from broker.esf.grants.models import ChangeState, Evidence, GrantDecision
from broker.esf.material_service import name_keys
from broker.esf.outcomes import figures
from broker.esf.outcomes.figures import Line, Part, People
from broker.esf.outcomes.models import Audience
from broker.esf.outcomes.situation import Situation
from broker.esf.public_text import PublicText
from broker.formatting import day, days, say
from broker.swedish import search_key

UNKNOWN = "Uppgift saknas"
_PEOPLE = ("Kvinnor", "Män", "Kön okänt", "Alla")
_COUNTS = frozenset(range(1, 20))
# The sums of a budget by the letters of the form's formulas.
_SUMS = (
    ("Personal", "personnel"),
    ("Schablon", "flat_rate_cost"),
    ("Övriga kostnader", "other_costs"),
    ("Intäkter", "revenue"),
    ("Projektets kostnad (D)", "direct_cost"),
    ("Bidrag i annat än pengar (W)", "in_kind"),
    ("Total kostnad (T)", "total_cost"),
    ("Medfinansiering (C)", "cofinancing"),
    ("Projektets egen del (K)", "owner_share"),
    ("Stöd (S)", "support"),
)


def build_report(situation: Situation, period: Period) -> list[Block]:
    """Write the report of a period: what happened in it, what it has come to since the start, and what was planned."""
    last = period.ends_on
    within, so_far = situation.between(period.starts_on, last), situation.until(last)
    earlier = situation.until(period.starts_on.replace(day=1) - timedelta(days=1))
    told = [
        *_front(situation, days(period.starts_on, last)),
        *_people("Deltagare som började i perioden", within.parts),
        *_people("Deltagare som har börjat sedan starten", so_far.parts),
        *_planned(so_far.parts),
        *_hours(situation.application, within.parts, so_far.parts),
        *_money(situation.application, earlier.money, so_far.money),
        *_targets(situation, last),
        *_indicators(situation.application, so_far.parts),
        *_deviations(situation, period),
        *_changes(situation, last),
        *_evidence(row for row in situation.evidence if _is_of(row, period, situation)),
    ]
    return _without_names(situation, told, with_companies=True)


def build_for(audience: Audience, situation: Situation) -> list[Block]:
    """Write what a project with support has come to, for those who are shown it."""
    return build_for_funder(situation) if audience is Audience.FUNDER else build_for_politicians(situation)


def build_for_funder(situation: Situation) -> list[Block]:
    """Write what the project has come to up to today, for who pays for it."""
    today = situation.application.today
    so_far = situation.until(today)
    told = [
        *_front(situation, _days_so_far(situation)),
        *_people("Deltagare som har börjat sedan starten", so_far.parts),
        *_planned(so_far.parts),
        *_hours(situation.application, None, so_far.parts),
        *_money(situation.application, None, so_far.money),
        *_targets(situation, today),
        *_indicators(situation.application, so_far.parts),
        *_deviations(situation, Period(date.min, today)),
        *_changes(situation, today),
        *_evidence(situation.evidence),
    ]
    return _without_names(situation, told, with_companies=True)


def build_for_politicians(situation: Situation) -> list[Block]:
    """Write in plain words what the project has come to: no company is named, and no small group of people is told."""
    application, today = situation.application, situation.application.today
    so_far = situation.until(today)
    total, grant, fewest = so_far.whole, situation.decision, situation.rules.fewest_to_show
    told: list[Block] = [
        Heading(1, one_line(application.project.name)),
        Text(f"Läget {day(today)}. Projektet pågår {_period(grant)}."),
        Text(f"{total.companies} av {total.planned_companies} planerade företag deltar. {_in_words(total, fewest)}"),
    ]
    if so_far.money is not None:
        costs = f"Projektet har hittills kostat {as_kr(so_far.money.direct_cost)}."
        support = f" Beviljat stöd är {as_kr(grant.support_kr)}." if grant.support_kr is not None else ""
        told.append(Text(costs + support))
    places = merge_small(figures.by_municipality(so_far.parts, UNKNOWN), fewest, "Övriga kommuner")
    topics = merge_small(figures.by_topic(so_far.parts, UNKNOWN), fewest, "Övriga områden")
    told += [
        *_few("Var deltagarna finns", "Kommun", places, fewest),
        *_few("Vad de lär sig", "Kompetensområde", topics, fewest),
        *_goals(situation, today),
    ]
    return _without_names(situation, told, with_companies=False)


def _without_names(situation: Situation, blocks: Sequence[Block], *, with_companies: bool) -> list[Block]:
    """Take people's names and numbers out of every text, those of sole traders too, and of companies unless told."""
    companies = {part.company for part in figures.parts_of(situation.application, situation.months)}
    hidden = [search_key(row.name) for row in companies if row.is_sole_trader or not with_companies]
    public = PublicText([*name_keys(situation.application), *hidden])
    return [public.over(block) for block in blocks]


def _in_words(total: Line, fewest: int) -> str:
    planned = f"av {total.planned.total} planerade personer har börjat en utbildning"
    if 0 < total.began.total < fewest:
        return f"Färre än {fewest} {planned}."
    return (
        f"{total.began.total} {planned}, och {total.finished.total} har avslutat den. "
        f"Tillsammans har de varit där {as_count(total.hours)} timmar."
    )


def merge_small(lines: Sequence[Line], fewest: int, name: str) -> list[Line]:
    """Put lines of too few people together with the next smallest, so that none can be told apart or reckoned out.

    The others keep their order; a line where nobody has begun tells of nobody and stays.
    """
    counted = sorted((line for line in lines if line.began.total), key=lambda line: line.began.total)
    merged: list[Line] = []
    for line in counted:
        together = sum(row.began.total for row in merged)
        if line.began.total >= fewest and (not merged or together >= fewest):
            break
        merged.append(line)
    if len(merged) < 2:
        return list(lines)
    rest = [line for line in lines if line not in merged]
    name = name if any(line.began.total for line in rest) else "Alla tillsammans"
    return [*rest, Line(name, tuple(part for line in merged for part in line.parts))]


def as_stored(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Give a report as plain data, to be kept."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        if isinstance(block, Heading):
            found.append({"heading": block.text, "level": block.level})
        elif isinstance(block, Grid):
            found.append({"header": block.header, "rows": block.rows, "numeric": sorted(block.numeric)})
        elif isinstance(block, Text):
            found.append({"text": block.text, "is_remark": block.is_remark})
    return found


def from_stored(rows: Sequence[Mapping[str, Any]]) -> list[Block]:
    """Give a report as it was kept."""
    found: list[Block] = []
    for row in rows:
        if "heading" in row:
            found.append(Heading(row["level"], row["heading"]))
        elif "header" in row:
            cells = tuple(tuple(cells) for cells in row["rows"])
            found.append(Grid(tuple(row["header"]), cells, frozenset(row["numeric"])))
        else:
            found.append(Text(row["text"], is_remark=row["is_remark"]))
    return found


def _front(situation: Situation, period: str) -> Iterator[Block]:
    project, grant = situation.application.project, situation.decision
    yield Heading(1, one_line(project.name))
    rows = [
        ("Period", period),
        ("Projektägare", project.owner.name),
        ("Diarienummer", grant.diary_no or situation.application.call.diary_no),
        ("Beslut", f"{say(grant.outcome.label)} {day(grant.decided_on)}"),
        ("Projektperiod enligt beslutet", _period(grant)),
        ("Beviljat stöd", _kr(grant.support_kr)),
    ]
    yield Grid(("Uppgift", "Värde"), tuple(rows))


def _people(title: str, parts: Sequence[Part]) -> Iterator[Block]:
    yield Heading(2, title)
    lines = _by_organisation(parts)
    rows = tuple((line.name, *_sexes(line.began), str(line.finished.total)) for line in lines)
    yield Grid(("Organisation", *_PEOPLE, "Avslutade"), rows, _COUNTS)


def _planned(parts: Sequence[Part]) -> Iterator[Block]:
    yield Heading(2, "Planerade deltagare")
    rows = tuple((line.name, *_sexes(line.planned)) for line in _by_organisation(parts))
    yield Grid(("Organisation", *_PEOPLE), rows, _COUNTS)


def _by_organisation(parts: Sequence[Part]) -> list[Line]:
    return [*figures.by_organisation(parts, UNKNOWN), Line("Hela projektet", tuple(parts))]


def _sexes(people: People) -> tuple[str, ...]:
    return str(people.women), str(people.men), str(people.unknown), str(people.total)


def _hours(application: Application, within: Sequence[Part] | None, so_far: Sequence[Part]) -> Iterator[Block]:
    """Write each company's attended hours beside what it has promised: only those are co-financing."""
    yield Heading(2, "Deltagarnas timmar per företag")
    rows = figures.by_company(application, so_far)
    now = {row.company.id: row.line.hours for row in figures.by_company(application, within or ())}
    header = ("Företag", *(("I perioden",) if within is not None else ()), "Sedan starten", "Utlovade", "Värde")
    cells = []
    for row in rows:
        mine = (as_count(now.get(row.company.id, Decimal(0))),) if within is not None else ()
        told = as_count(row.promised) if row.promised is not None else "Inget undertecknat"
        cells.append((row.company.name_outside, *mine, as_count(row.line.hours), told, _kr(row.value)))
    yield Grid(header, tuple(cells), _COUNTS)


def _money(application: Application, earlier: BudgetResult | None, so_far: BudgetResult | None) -> Iterator[Block]:
    yield Heading(2, "Kostnader och finansiering")
    if so_far is None:
        yield Text("Kostnaderna kan inte räknas ut. Rätta raderna i budgeten.")
        return
    plan = budget_figures.find_budget(application)
    header = ("Summa", *(("I perioden",) if earlier else ()), "Sedan starten", "Planerat i hela projektet")
    rows = []
    for title, name in _SUMS:
        reached = getattr(so_far, name)
        # What is in the period is the difference between two sums, so that periods add up to the öre.
        mine = (as_kr(reached - getattr(earlier, name)),) if earlier else ()
        rows.append((title, *mine, as_kr(reached), as_kr(getattr(plan.result, name)) if plan else UNKNOWN))
    yield Grid(header, tuple(rows), _COUNTS)


def _targets(situation: Situation, last: date) -> Iterator[Block]:
    yield Heading(2, "Mål och delmål")
    rows = []
    for target in situation.targets(last):
        latest, milestone = target.latest, target.milestone
        rows.append(
            (
                target.goal.text,
                milestone.indicator,
                milestone.baseline or "",
                milestone.target or "",
                _day(milestone.due_on),
                f"{latest.value} ({day(latest.measured_on)})" if latest else "Inte mätt",
                say(latest.state.label) if latest else "",
            )
        )
    header = ("Mål", "Mått", "Utgångsläge", "Målvärde", "Datum", "Utfall", "Läge")
    yield from _listing(header, rows, "Inga delmål är inlagda.")


def _goals(situation: Situation, last: date) -> Iterator[Block]:
    yield Heading(2, "Mål")
    rows = [
        (
            target.goal.text,
            f"{target.milestone.indicator}: {target.milestone.target or ''}",
            target.latest.value if target.latest else "Inte mätt",
            say(target.latest.state.label) if target.latest else "",
        )
        for target in situation.targets(last)
    ]
    yield from _listing(("Mål", "Målvärde", "Utfall", "Läge"), rows, "Inga delmål är inlagda.")


def _indicators(application: Application, parts: Sequence[Part]) -> Iterator[Block]:
    yield Heading(2, "Indikatorer")
    yield Text("SCB tar fram indikatorerna ur deltagarrapporteringen. Här står det som projektets egna rader säger.")
    rows = []
    for row in figures.indicators_of(application, parts):
        sexes = _sexes(row.reached)[:-1] if row.reached else ("", "", "")
        counts = [UNKNOWN if count is None else str(count) for count in (row.count_reached, row.count_planned)]
        rows.append((row.code, say(row.title), *sexes, *counts))
    yield from _listing(("Kod", "Indikator", *_PEOPLE, "Planerat"), rows, "Inga indikatorer finns.", range(2, 7))


def _deviations(situation: Situation, period: Period) -> Iterator[Block]:
    """Write the deviations of a period as they stood on its last day."""
    yield Heading(2, "Avvikelser")
    rows = []
    for row in situation.deviations:
        if row.noticed_on > period.ends_on or (row.settled_on and row.settled_on < period.starts_on):
            continue
        settled = day(row.settled_on) if row.settled_on and row.settled_on <= period.ends_on else "Öppen"
        rows.append((row.text, day(row.noticed_on), row.consequence or "", row.response or "", settled))
    yield from _listing(("Avvikelse", "Märktes", "Leder till", "Åtgärd", "Åtgärdad"), rows, "Inga avvikelser.")


def _changes(situation: Situation, last: date) -> Iterator[Block]:
    """Write the changes that had been asked for on a day as they stood then; what is only planned is our own."""
    yield Heading(2, "Ändringar som kräver beslut")
    names = situation.rules.kinds
    rows = []
    for row in situation.changes:
        if state := row.state_on(last):
            since = row.asked_on if state is ChangeState.ASKED else row.decided_on
            rows.append((say(names.get(row.kind, row.kind)), row.text, say(state.label), _day(since)))
    yield from _listing(("Vad", "Ändring", "Läge", "Datum"), rows, "Inga ändringar.")


def _is_of(row: Evidence, period: Period, situation: Situation) -> bool:
    """Tell whether a paper is of a period: by its month, or by its day; what comes after the project is of its end."""
    about = row.month or clock.in_sweden(row.uploaded_at).date()
    is_last = period.ends_on >= situation.application.project.ends_on
    return period.starts_on.replace(day=1) <= about and (is_last or about <= period.ends_on)


def _evidence(evidence: Iterable[Evidence]) -> Iterator[Block]:
    yield Heading(2, "Underlag")
    counts: dict[str, int] = {}
    for row in evidence:
        label = say(row.kind.label)
        counts[label] = counts.get(label, 0) + 1
    rows = [(label, str(counts[label])) for label in sorted(counts)]
    yield from _listing(("Vad det styrker", "Filer"), rows, "Inga underlag är sparade.", range(1, 2))


def _few(title: str, first: str, lines: Sequence[Line], fewest: int) -> Iterator[Block]:
    yield Heading(2, title)
    rows = [(line.name, str(line.companies), *_if_many(line.began, fewest)) for line in lines]
    yield from _listing((first, "Företag", *_PEOPLE), rows, "Ingen har börjat ännu.", range(1, 6))
    if any("" in row[2:] for row in rows):
        yield Text(f"Kvinnor och män visas bara där de är minst {fewest}.", is_remark=True)


def _if_many(people: People, fewest: int) -> tuple[str, ...]:
    """Give the counts of people, without sexes where any of them is few: one man among many is one man."""
    if 0 < people.total < fewest:
        return "", "", "", f"Färre än {fewest}"
    if any(0 < count < fewest for count in (people.women, people.men, people.unknown)):
        return "", "", "", str(people.total)
    return _sexes(people)


def _listing(
    header: tuple[str, ...], rows: Sequence[tuple[str, ...]], empty: str, numeric: Sequence[int] = ()
) -> Iterator[Block]:
    yield Grid(header, tuple(rows), frozenset(numeric)) if rows else Text(empty)


def _days_so_far(situation: Situation) -> str:
    project, today = situation.application.project, situation.application.today
    if today < project.starts_on:
        return "Projektet har inte börjat"
    return days(project.starts_on, min(today, project.ends_on))


def _period(grant: GrantDecision) -> str:
    return days(grant.starts_on, grant.ends_on) if grant.starts_on and grant.ends_on else UNKNOWN


def _day(value: date | None) -> str:
    return day(value) if value else ""


def _kr(amount: Decimal | None) -> str:
    return UNKNOWN if amount is None else as_kr(amount)
