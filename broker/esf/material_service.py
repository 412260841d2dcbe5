"""The application as plain data for the export: without people's names, secrets and personal numbers."""

import re
from dataclasses import replace

from broker import audit, swedish
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.esf import aid, checks, queries, tables
from broker.esf.application import Application
from broker.esf.budgets import figures
from broker.esf.budgets.arithmetic import BudgetRefusedError, CheckResult
from broker.esf.budgets.companies import company_shares
from broker.esf.budgets.workbook import render_budget
from broker.esf.commitments.queries import list_papers
from broker.esf.exports.material import (
    AttachmentRow,
    BudgetMaterial,
    Fact,
    IndicatorRow,
    Material,
    Question,
    Section,
    Source,
    StateAidRow,
)
from broker.esf.known_answers import known_text
from broker.esf.public_text import PublicText
from broker.formatting import in_swedish, organisation_number
from broker.sentences import Sentence

_FOOTNOTE = re.compile(r"\[(\d+)\]")
_FROM_PROJECT = "Projektets egna uppgifter"


def build_material(application: Application) -> Material:
    """Give everything that an export of the application needs; refuses a budget that cannot be computed."""
    try:
        budget = figures.compute(application)
    except BudgetRefusedError as error:
        raise RefusedError(Sentence.of(error)) from error
    public = PublicText(name_keys(application))
    # An application is in Swedish, whatever language its writer reads pages in.
    with in_swedish():
        material = public.over(_material(application, budget))
    return replace(material, left_out=_left_out(application, public))


def _material(application: Application, budget: figures.Budget) -> Material:
    """Give the application as it was written, before anything is left out."""
    sections, sources = _sections(application)
    form = application.form
    return Material(
        project_name=application.project.name,
        diary_number=application.call.diary_no,
        call_facts=_call_facts(application),
        template_name=form["name"],
        template_version=form["version"],
        notice=form["export_notice_sv"],
        created_on=application.today,
        sections=sections,
        goals=tables.goal_rows(application),
        activities=tables.activity_rows(application),
        actors=tables.actor_rows(application),
        budget=budget_material(application, budget),
        state_aid=_state_aid(application),
        indicators=_indicators(application),
        checks=_checks(application),
        attachments=_attachments(application),
        sources=sources,
        left_out=(),
        effects=tables.effect_rows(application),
    )


def budget_material(application: Application, budget: figures.Budget) -> BudgetMaterial:
    """Give the budget as plain data, with titles in the language of the texts around it."""
    return BudgetMaterial(
        lines=budget.lines,
        cofinancing=budget.cofinancing,
        cost_type_titles=figures.cost_types(application.form),
        cofinancing_titles=figures.cofinancing_kinds(application.form),
        adds_to_total=budget.rules.adds_to_total,
        result=replace(budget.result, checks=tuple(_in_words(check) for check in budget.result.checks)),
        unit_costs=dict(budget.rules.unit_costs),
        hours_per_year=budget.rules.hours_per_year,
        period=budget.period,
        months=budget.monthly.rows,
        companies=company_shares(application),
    )


def export_budget(application: Application, *, state: str, by: User) -> tuple[bytes, str]:
    """Give the budget as the project's own workbook with its name, and record who took it; it is not for others."""
    budget = figures.compute(application)
    with in_swedish():
        material = budget_material(application, budget)
    name = application.project.name
    content = render_budget(
        material,
        project_name=name,
        notice=application.form["export_notice_sv"],
        state=state,
        created_on=application.today,
    )
    slug = swedish.slug(name) or "projekt"
    file_name = f"{slug}-budget-{application.today}.xlsx"
    audit.record(Action.APPLICATION_EXPORTED, application.project, by=by, file_name=file_name, size=len(content))
    return content, file_name


def _in_words(check: CheckResult) -> CheckResult:
    return replace(check, sentence=str(check.sentence))


def name_keys(application: Application) -> list[str]:
    """Give the folded names of people that the rows know of and that no text for people outside may hold."""
    project = application.project
    seated = [member.name for member in application.steering.members]
    signed = [paper.signer_name for paper in list_papers(project)]
    own = [swedish.search_key(name) for name in (project.signatory, project.contact, *seated, *signed) if name]
    return [*own, *queries.list_person_keys(project)]


def _sections(application: Application) -> tuple[tuple[Section, ...], tuple[Source, ...]]:
    sections: list[Section] = []
    sources: list[Source] = []
    for section in application.form["sections"]:
        questions = []
        for question in section["questions"]:
            answer = application.answers.get(question["id"])
            own = {source["number"]: source["text"] for source in answer.sources} if answer else {}
            numbers = {number: len(sources) + place for place, number in enumerate(sorted(own), start=1)}
            sources += [Source(numbers[number], own[number]) for number in sorted(own)]
            text = (answer.text if answer else None) or ""
            if not text and (text := known_text(application.project, question["id"])):
                numbers = _from_project(sources)
            questions.append(
                Question(
                    id=question["id"],
                    title=question["text_sv"],
                    text=_renumbered(text, numbers),
                    certainty=question["certainty"],
                    exact_wording=question["exact_wording"],
                    guidance=question["help_sv"],
                    table=tables.table_of(question["id"], application),
                    max_characters=question["max_chars"],
                    sources=tuple(numbers.values()),
                )
            )
        sections.append(Section(section["id"], section["title_sv"], tuple(questions)))
    return tuple(sections), tuple(sources)


def _from_project(sources: list[Source]) -> dict[int, int]:
    found = next((source for source in sources if source.text == _FROM_PROJECT), None)
    if found is None:
        found = Source(len(sources) + 1, _FROM_PROJECT)
        sources.append(found)
    return {found.number: found.number}


def _renumbered(text: str, numbers: dict[int, int]) -> str:
    """Give a text whose footnotes have their numbers in the whole application."""
    return _FOOTNOTE.sub(lambda found: f"[{numbers.get(int(found[1]), int(found[1]))}]", text)


def _call_facts(application: Application) -> tuple[Fact, ...]:
    call, project = application.call, application.project
    facts = [
        ("Utlysning", call.title),
        ("Utlysningens version", f"{call.version}, läst {call.read_on}"),
        ("Region", call.region),
        ("Programområde", " ".join(filter(None, [call.programme_area, call.specific_objective]))),
        ("Projektperiod", f"{project.starts_on} till {project.ends_on}"),
        ("Källa", call.source),
    ]
    return tuple(Fact(label, value) for label, value in facts)


def _checks(application: Application) -> tuple[CheckResult, ...]:
    groups = checks.check_application(application)
    return tuple(check.as_result() for group in groups for check in group.checks)


def _state_aid(application: Application) -> tuple[StateAidRow, ...]:
    rate = aid.exchange_rate(application)
    rows = []
    for row in aid.assess(application):
        if rate is None or row.aid_sek is None or row.aid_eur is None:
            continue
        rows.append(
            StateAidRow(
                organisation=row.commitment.company.name,
                organisation_number=organisation_number(row.commitment.company.shown_number),
                basis=str(row.commitment.aid_basis.label),
                aid_sek=row.aid_sek,
                sek_per_eur=rate.sek_per_eur,
                rate_on=rate.rate_on,
                rate_source=rate.source,
                aid_eur=row.aid_eur,
                earlier_eur=row.earlier_eur or row.aid_eur * 0,
                left_eur=row.left_eur or row.aid_eur * 0,
                status=row.status.label,
                reasons=tuple(map(str, row.reasons)),
            )
        )
    return tuple(rows)


def _indicators(application: Application) -> tuple[IndicatorRow, ...]:
    """Give the common indicators that the project's rows can estimate."""
    women, men = application.women, application.men
    small = _count_small(application)
    estimates = {
        "commitment.participants": (women, men, application.participants),
        "company.count_by_size_class": (None, None, small),
    }
    return tuple(
        IndicatorRow(row["code"], row["title_sv"], *estimates[row["estimated_by"]], certainty=row["certainty"])
        for row in application.form["indicators"]
        if row["estimated_by"] in estimates
    )


def _count_small(application: Application) -> int | None:
    sizes = [aid.company_size(row, application).size_class for row in application.commitments]
    return None if None in sizes else sum(size != "large" for size in sizes)


def _attachments(application: Application) -> tuple[AttachmentRow, ...]:
    there = {row.kind: row for row in application.attachments}
    return tuple(
        AttachmentRow(
            row["title"],
            row["required"],
            there[row["id"]].file_name if row["id"] in there else "",
            "Finns" if row["id"] in there else "Saknas",
        )
        for row in application.call.attachments
    )


def _left_out(application: Application, public: PublicText) -> tuple[str, ...]:
    """Say what was left out of a document that anybody may ask for, and why."""
    rows = [
        "Kontaktperson, behörig företrädare och ledamöter: namn på personer skrivs direkt i Projektrummet+.",
        "Företagens omsättning, balansomslutning, koncern och avgift: kan vara affärshemligheter.",
        "Priser per deltagare: kan vara affärshemligheter hos utbildningsanordnaren.",
        "Vad som sades vid kontakterna och grunden för att behoven lämnades till projektet.",
    ]
    sole = sum(row.company is not None and row.company.is_sole_trader for row in application.actors)
    if sole:
        rows.append(f"Organisationsnummer för {sole} enskilda näringsidkare: de är personnummer.")
    named = {row["id"] for row in application.call.attachments}
    extra = [row.file_name for row in application.attachments if row.kind not in named]
    if extra:
        rows.append(f"Bilagor som utlysningen inte nämner: {public.of(', '.join(extra))}.")
    left = [row for row in application.contributions if row.left_out_reason]
    if left:
        rows.append(f"{len(left)} behov som projektet inte möter av en angiven orsak.")
    if public.replaced:
        rows.append(
            f"{public.replaced} namn eller personnummer i texterna är ersatta. Läs igenom och skriv om meningarna."
        )
    return tuple(rows)
