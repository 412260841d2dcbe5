"""The reading order of an application: headings, texts and tables, the same in every document format."""

from collections.abc import Iterator, Sequence
from datetime import date

from broker.documents.blocks import Block, Grid, Heading, Notice, Text, one_line
from broker.documents.markup import parse
from broker.esf.budgets.amounts import as_hours, as_kr, as_number, as_percent
from broker.esf.exports.material import BudgetMaterial, Material, Question
from broker.sentences import N_

CERTAINTY = {
    "seen": N_("sedd i källan"),
    "seen_secondary": N_("sedd i andra hand"),
    "derived": N_("härledd ur urvalskriterierna"),
    "recalled": N_("allmän kännedom, inte bekräftad"),
}


def build_blocks(material: Material) -> list[Block]:
    """Give the whole application in reading order, the template's notice first."""
    parts = (
        _front,
        _sections,
        _goals,
        _effects,
        _activities,
        _actors,
        _costs,
        _financing,
        _state_aid,
        _indicators,
        _checks,
        _attachments,
        _left_out,
        _sources,
    )
    return [block for part in parts for block in part(material)]


def _front(material: Material) -> Iterator[Block]:
    yield Notice(material.notice)
    yield Heading(1, one_line(material.project_name))
    rows = [("Diarienummer", material.diary_number)]
    rows += [(fact.label, fact.value) for fact in material.call_facts]
    rows += [
        ("Blankett", f"{material.template_name}, version {material.template_version}"),
        ("Skapat", material.created_on.isoformat()),
    ]
    yield Grid(("Uppgift", "Värde"), tuple(rows))


def _sections(material: Material) -> Iterator[Block]:
    for section in material.sections:
        yield Heading(2, one_line(section.title))
        for question in section.questions:
            yield Heading(3, one_line(question.title))
            if question.guidance:
                yield Text(f"Vägledning: {question.guidance}", is_remark=True)
            yield from parse(question.text) or [Text("Frågan är inte besvarad.", is_remark=True)]
            if question.table and question.table.rows:
                yield Grid(question.table.header, question.table.rows)
            yield Text(_about(question), is_remark=True)


def _about(question: Question) -> str:
    wording = "Formulärets egen lydelse" if question.exact_wording else "Vår lydelse, jämför med formuläret"
    limit = f" av högst {as_number(question.max_characters, 0)}" if question.max_characters else ""
    about = f"{wording} ({CERTAINTY.get(question.certainty, question.certainty)}). "
    about += f"{as_number(question.characters, 0)}{limit} tecken."
    if question.sources:
        about += f" Källor: {_numbers(question.sources)}."
    return about


def _goals(material: Material) -> Iterator[Block]:
    header = ("Mål", "Orsak", "Mått", "Utgångsläge", "Målvärde", "Datum", "Uppgiften hämtas från")
    rows = [
        (
            goal.text,
            goal.cause,
            goal.indicator,
            goal.baseline,
            goal.target,
            _day(goal.due_on),
            goal.data_source,
        )
        for goal in material.goals
    ]
    yield from _listing("Mål och delmål", header, rows, "Inga mål är inlagda.")


def _effects(material: Material) -> Iterator[Block]:
    header = ("Mål", "Slag", "Resultat eller effekt", "Senast", "Märks genom", "Ansvar")
    rows = [(row.goal, row.kind, row.text, _day(row.due_on), row.sign, row.owner_role) for row in material.effects]
    if rows:
        yield from _listing("Resultat och effekter", header, rows, "")


def _activities(material: Material) -> Iterator[Block]:
    header = ("Aktivitet", "Mål", "Behov", "Deltagare", "Timmar", "Form och plats", "Utförare", "Tid")
    rows = [
        (
            activity.title,
            activity.goal,
            activity.needs,
            str(activity.participants),
            as_number(activity.hours, 0),
            " · ".join(part for part in (activity.format, activity.place) if part),
            activity.provider,
            f"{_day(activity.starts_on)} – {_day(activity.ends_on)}",
        )
        for activity in material.activities
    ]
    yield from _listing("Aktiviteter", header, rows, "Inga aktiviteter är inlagda.", {3, 4})


def _actors(material: Material) -> Iterator[Block]:
    header = ("Organisation", "Org.nr", "Juridisk form", "Roll", "Kommun", "Storlek")
    rows = [
        (
            actor.name,
            actor.organisation_number,
            actor.legal_form,
            actor.role,
            actor.municipality,
            actor.size_class,
        )
        for actor in material.actors
    ]
    yield from _listing("Deltagande aktörer", header, rows, "Inga aktörer är inlagda.")
    planned_header = ("Organisation", "Kvinnor", "Män", "Timmar", "Åtagande undertecknat")
    planned = [
        (
            actor.name,
            str(actor.participants_women),
            str(actor.participants_men),
            as_number(actor.hours, 0),
            _day(actor.commitment_on) or "Saknas",
        )
        for actor in material.actors
    ]
    yield from _listing("Planerade deltagare", planned_header, planned, "Inga deltagare är planerade.", {1, 2, 3})


def _costs(material: Material) -> Iterator[Block]:
    budget = material.budget
    header = ("Stödmottagare", "Kostnadsslag", "Rad", "Timmar", "Pris", "Belopp", "Källor")
    rows = [
        (
            line.beneficiary,
            budget.cost_type_titles.get(line.cost_type, line.cost_type),
            line.title,
            "" if line.hours is None else as_number(line.hours),
            "" if line.unit_cost is None else as_number(line.unit_cost),
            as_number(line.total),
            _numbers(line.sources),
        )
        for line in budget.lines
    ]
    yield from _listing("Kostnader", header, rows, "Inga kostnader är inlagda.", {3, 4, 5})
    subs_header = ("Stödmottagare", "Personal", "Schablon", "Övrigt", "Intäkter", "Summa")
    subs = [
        (
            sub.beneficiary,
            as_number(sub.personnel),
            as_number(sub.flat_rate_cost),
            as_number(sub.other_costs),
            as_number(sub.revenue),
            as_number(sub.direct_cost),
        )
        for sub in budget.result.sub_budgets
    ]
    yield from _listing("Delbudgetar", subs_header, subs, "Inga delbudgetar finns.", {1, 2, 3, 4, 5})
    if budget.companies:
        yield from _companies(budget)


def _companies(budget: BudgetMaterial) -> Iterator[Block]:
    header = ("Stödmottagare", "Företag", "Timmar", "Medfinansiering", "Åtagande")
    rows = [
        (
            row.beneficiary,
            row.company,
            as_number(row.hours),
            "" if row.total is None else as_number(row.total),
            "Undertecknat" if row.is_signed else "Saknas",
        )
        for row in budget.companies
    ]
    yield from _listing("Företag under delbudgetarna", header, rows, "", {2, 3})


def _financing(material: Material) -> Iterator[Block]:
    budget = material.budget
    header = ("Slag", "Aktör", "Rad", "Timmar", "Pris", "Belopp", "Källor")
    rows = [
        (
            budget.cofinancing_titles.get(line.kind, line.kind),
            line.actor,
            line.title,
            "" if line.hours is None else as_number(line.hours),
            "" if line.unit_cost is None else as_number(line.unit_cost),
            as_number(line.total),
            _numbers(line.sources),
        )
        for line in budget.cofinancing
    ]
    yield from _listing("Medfinansiering", header, rows, "Ingen medfinansiering är inlagd.", {3, 4, 5})
    yield Heading(2, "Budgetens summor")
    yield Grid(("Post", "Värde"), _totals(material), frozenset({1}))


def _totals(material: Material) -> tuple[tuple[str, str], ...]:
    result = material.budget.result
    rows = [
        ("Budgetmodell", result.model_name),
        ("Personal", as_kr(result.personnel)),
        (f"Schablon {as_percent(result.flat_rate)}", as_kr(result.flat_rate_cost)),
        ("Övriga kostnader", as_kr(result.other_costs)),
        ("Intäkter", as_kr(result.revenue)),
        ("Projektets kostnad", as_kr(result.direct_cost)),
        ("Bidrag i annat än pengar, med deltagarnas lön", as_kr(result.in_kind)),
        ("Total kostnad", as_kr(result.total_cost)),
        (f"Medfinansiering {as_percent(result.cofinancing_rate)}", as_kr(result.cofinancing)),
        ("Projektägarens andel", as_kr(result.owner_share)),
        ("Sökt ESF-stöd", as_kr(result.support)),
    ]
    if result.hours_missing is not None:
        rows.append(("Saknade deltagartimmar innan ägarens andel är noll", as_hours(result.hours_missing)))
    if result.cost_per_participant is not None:
        rows.append(("Total kostnad per deltagare", as_kr(result.cost_per_participant)))
    if result.cost_per_hour is not None:
        rows.append(("Total kostnad per deltagartimme", as_kr(result.cost_per_hour)))
    return tuple(rows)


def _state_aid(material: Material) -> Iterator[Block]:
    header = (
        "Organisation",
        "Grund",
        "Stöd kr",
        "Stöd euro",
        "Tidigare euro",
        "Kvar euro",
        "Bedömning",
    )
    rows = [
        (
            row.organisation,
            row.basis,
            as_number(row.aid_sek),
            as_number(row.aid_eur),
            as_number(row.earlier_eur),
            as_number(row.left_eur),
            " ".join((f"{row.status}.", *row.reasons)),
        )
        for row in material.state_aid
    ]
    yield from _listing("Statsstöd", header, rows, "Inget statsstöd är beräknat.", {2, 3, 4, 5})
    # The rate is one for the whole application; a column for it would take the room of the reasons.
    rates = [
        f"{as_number(row.sek_per_eur, 4)} kronor per euro ({row.rate_on}, {row.rate_source})"
        for row in material.state_aid
    ]
    yield from (Text(f"Kurs: {rate}.", is_remark=True) for rate in dict.fromkeys(rates))


def _indicators(material: Material) -> Iterator[Block]:
    header = ("Kod", "Indikator", "Kvinnor", "Män", "Totalt", "Säkerhet")
    rows = [
        (
            row.code,
            row.title,
            *("" if number is None else as_number(number, 0) for number in (row.women, row.men, row.total)),
            CERTAINTY.get(row.certainty, row.certainty),
        )
        for row in material.indicators
    ]
    yield from _listing("Indikatorer", header, rows, "Inga indikatorer är beräknade.", {2, 3, 4})


def _checks(material: Material) -> Iterator[Block]:
    header = ("Kontroll", "Nivå", "Läge", "Vad som gäller")
    level = {"stop": "Stopp", "warn": "Varning", "ask": "Fråga"}
    state = {True: "Klar", False: "Åtgärda", None: "Inte bedömt än"}
    rows = [
        (check.name, level.get(check.level, check.level), state[check.passed], str(check.sentence))
        for check in material.checks
    ]
    yield from _listing("Kontroller", header, rows, "Inga kontroller är gjorda.")


def _attachments(material: Material) -> Iterator[Block]:
    header = ("Bilaga", "Krävs", "Fil", "Läge")
    rows = [(row.title, "Ja" if row.required else "Nej", row.file_name, row.status) for row in material.attachments]
    yield from _listing("Bilagor", header, rows, "Utlysningen kräver inga bilagor.")


def _left_out(material: Material) -> Iterator[Block]:
    yield Heading(2, "Utelämnat")
    yield from (Text(sentence) for sentence in material.left_out or ("Inget är utelämnat.",))


def _sources(material: Material) -> Iterator[Block]:
    rows = [(str(source.number), source.text) for source in material.sources]
    yield from _listing("Källor", ("Nr", "Källa"), rows, "Inga källor är angivna.")


def _listing(
    title: str,
    header: tuple[str, ...],
    rows: Sequence[tuple[str, ...]],
    empty: str,
    numeric: set[int] | None = None,
) -> Iterator[Block]:
    yield Heading(2, title)
    if rows:
        yield Grid(header, tuple(rows), frozenset(numeric or ()))
    else:
        yield Text(empty, is_remark=True)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)
