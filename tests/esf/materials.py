"""An application's material, made by hand, and its files opened again."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
from pypdf import PdfReader

from broker.esf.budgets.arithmetic import BudgetLine, CheckResult, CoFinancingLine, ProjectPlan, compute_budget
from broker.esf.budgets.lines import BudgetRules, CompanyShare
from broker.esf.budgets.months import compute_months
from broker.esf.budgets.spreading import Period
from broker.esf.exports import pdf, xlsx
from broker.esf.exports.material import (
    ActivityRow,
    ActorRow,
    AttachmentRow,
    BudgetMaterial,
    DataTable,
    Fact,
    GoalRow,
    IndicatorRow,
    Material,
    Question,
    Section,
    Source,
    StateAidRow,
)
from broker.sentences import Sentence

RULES = BudgetRules(
    model="yrkeskategori",
    model_words=Sentence("Enhetskostnad per yrkeskategori"),
    flat_rate=Decimal("0.15"),
    other_costs_allowed=True,
    cofinancing_rate=Decimal("0.46"),
    hours_per_year=Decimal(1720),
    max_months=36,
    share_tolerance=Decimal("0.0005"),
    computed_types=frozenset(),
    adds_to_total=frozenset({"deltagare", "annat_an_pengar"}),
    unit_costs={"ledare": Decimal(592), "deltagare": Decimal(290)},
)


PERIOD = Period(date(2027, 3, 1), date(2029, 2, 28))


def budget(lines=None):
    lines = lines or (
        BudgetLine("Lärcentrum", "personal", "Ledare", Decimal(3440), Decimal(592), rate_id="ledare", sources=(1,)),
        BudgetLine("Kommun*", "externa_tjanster", "Utbildning", amount=Decimal("3200000.10")),
        BudgetLine("Kommun*", "intakter", "Avgifter", amount=Decimal("1000.05")),
    )
    cofinancing = (
        CoFinancingLine("deltagare", "Tid", "Företagen", Decimal(1440), Decimal(290), rate_id="deltagare"),
        CoFinancingLine("annat_an_pengar", "Lokal", "Verkstad AB", amount=Decimal(5000)),
    )
    return BudgetMaterial(
        lines=lines,
        cofinancing=cofinancing,
        cost_type_titles={"personal": "Personal", "externa_tjanster": "Externa tjänster"},
        cofinancing_titles={"deltagare": "Ersättning eller lön till deltagare"},
        adds_to_total=RULES.adds_to_total,
        result=compute_budget(lines, cofinancing, RULES, plan=ProjectPlan(24, 36, Decimal(1440))),
        unit_costs={"ledare": Decimal(592), "deltagare": Decimal(290)},
        hours_per_year=Decimal(1720),
        period=PERIOD,
        months=compute_months(lines, cofinancing, RULES, project=PERIOD).rows,
        companies=(
            CompanyShare("Lärcentrum", "Svets AB", Decimal(1000), Decimal(290), is_signed=True),
            CompanyShare("Kommunen", "Plåt AB", Decimal(440), Decimal(290), is_signed=False),
        ),
    )


def actor(name="Svets AB", number="556677-8899"):
    return ActorRow(
        name,
        number,
        "Aktiebolag",
        "Deltagande aktör",
        "Motala",
        "Litet",
        participants_women=3,
        participants_men=4,
        hours=Decimal(280),
        commitment_on=date(2026, 11, 2),
    )


def aid(name="Svets AB"):
    return StateAidRow(
        name,
        "556677-8899",
        "Försumbart stöd",
        aid_sek=Decimal(236000),
        sek_per_eur=Decimal("11.00"),
        rate_on=date(2026, 11, 20),
        rate_source="Riksbanken",
        aid_eur=Decimal("21454.55"),
        earlier_eur=Decimal(60000),
        left_eur=Decimal("218545.45"),
        status="Godkänt",
        reasons=("Ryms under taket.",),
    )


def question(text="Företagen hittar inte svetsare.", table=None, name="problem"):
    return Question(
        id=name,
        title="Beskriv det problem som projektet vill lösa",
        text=text,
        certainty="seen",
        exact_wording=True,
        guidance="Säg vems problem det är.",
        table=table,
        sources=(1, 2),
    )


def material(**changes):
    plain_material = Material(
        project_name="Svetsare för Östergötland",
        diary_number="24-030",
        call_facts=(Fact("Utlysning", "Kompetensutveckling för yrkesverksamma"),),
        template_name="ESF+ ansökan om stöd",
        template_version="0.1.0",
        notice="Utkast. Jämför med Projektrummet+ innan ni skickar in.",
        created_on=date(2026, 11, 25),
        sections=(Section("problemformulering", "Problemformulering", (question(),)),),
        goals=(GoalRow("Fler svetsare", "Antal", "0", "24", date(2027, 6, 1), "Företagen"),),
        activities=(
            ActivityRow(
                "Svetsning",
                "Fler svetsare",
                "Svets",
                24,
                Decimal(40),
                "Kurs",
                "Motala",
                "Yrkesskolan",
                None,
                None,
            ),
        ),
        actors=(actor(),),
        budget=budget(),
        state_aid=(aid(),),
        indicators=(IndicatorRow("EECO01", "Antal deltagare totalt", 12, 12, 24, "recalled"),),
        checks=(CheckResult("b1", "stop", True, "Andelen är 46 %.", "Medfinansieringens andel"),),
        attachments=(AttachmentRow("Inköpspolicy", True, "policy.pdf", "Finns"),),
        sources=(Source(1, "Besök hos Svets AB 2026-10-01"), Source(2, "SCB")),
        left_out=("Två företag med skyddade uppgifter är utelämnade.",),
    )
    return replace(plain_material, **changes)


def answering(text):
    """Give a material where the text is project name, answer, table cell, actor, beneficiary and aid row."""
    lines = (
        BudgetLine(text, "personal", text, Decimal(10), Decimal(592)),
        BudgetLine("Annan", "personal", "Roll", Decimal(5), Decimal(592)),
    )
    table = DataTable(("Rubrik", "Värde"), ((text, "1"),))
    return material(
        project_name=text,
        sections=(Section("s", text, (question(text, table),)),),
        actors=(actor(text),),
        state_aid=(aid(text),),
        budget=budget(lines),
    )


def open_pdf(given):
    return PdfReader(io.BytesIO(pdf.render(given)))


def open_xlsx(given, **options):
    return openpyxl.load_workbook(io.BytesIO(xlsx.render(given)), **options)


def many_companies(count):
    names = [f"Företag {number} i Östergötland AB" for number in range(count)]
    return material(actors=tuple(map(actor, names)), state_aid=tuple(map(aid, names)))
