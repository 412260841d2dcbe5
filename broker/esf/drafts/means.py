"""First texts about organisation, money, anchoring, and the lists that the form asks for."""

from decimal import Decimal

from broker.esf import aid
from broker.esf.application import Application
from broker.esf.budgets import figures
from broker.esf.budgets.amounts import as_hours, as_kr, as_number, as_percent
from broker.esf.budgets.lines import PERSONNEL
from broker.esf.budgets.spreading import full_time_hours
from broker.esf.drafts.draft import Draft, between, companies, ended, in_month, on
from broker.esf.gates import missing_attachments
from broker.esf.kinds import AidBasis, Page
from broker.esf.state_aid import AidStatus
from broker.sentences import N_, Sentence

_NO_BUDGET = Sentence(N_("Lägg in projektets kostnader i budgeten."))


def organisation(application: Application, draft: Draft) -> None:
    """Write the roles with their share of full time and employer."""
    year = figures.budget_rules(application).hours_per_year
    roles = [(actor, row) for actor in application.actors for row in actor.budget_rows if row.cost_type == PERSONNEL]
    for actor, row in roles:
        hours, period = figures.hours_of(row, application) or Decimal(0), figures.period_of(row, application)
        full_time = full_time_hours(period, year, Decimal(1), row.persons)
        share = as_percent(hours / full_time) if full_time else ""
        persons = f", {row.persons} personer" if row.persons > 1 else ""
        draft.say(
            f"{row.title} vid {actor.name}{persons}: {as_hours(hours)}, "
            f"{share} av heltid {between([period.starts_on, period.ends_on])}.",
            f"Personalraden ”{row.title}” i budgeten",
            Page.BUDGET,
            [row],
        )
    if not roles:
        draft.lack(Sentence(N_("Lägg in projektets roller som personalkostnader i budgeten.")))


def competence(application: Application, draft: Draft) -> None:
    """Write which services are bought; what the staff can, only people know."""
    for actor in application.actors:
        for row in actor.budget_rows:
            if row.cost_type == "externa_tjanster":
                draft.say(
                    f"Köps in av {actor.name}: {ended(row.title)}",
                    f"Raden ”{row.title}” i budgeten",
                    Page.BUDGET,
                    [row],
                )
    draft.lack(
        Sentence(
            N_(
                "Skriv vilken erfarenhet som finns, och vem som kan jämställdhet, tillgänglighet och "
                "icke-diskriminering."
            )
        )
    )


def cost_effectiveness(application: Application, draft: Draft) -> None:
    """Write what the project costs, in all and per participant and hour."""
    budget = figures.find_budget(application)
    if budget is None or not budget.result.total_cost:
        draft.lack(_NO_BUDGET)
        return
    result = budget.result
    draft.say(f"Projektets totala kostnad är {as_kr(result.total_cost)}.", "Budgetens rader", Page.BUDGET)
    parts = [
        ("personal", result.personnel),
        ("schablon", result.flat_rate_cost),
        ("övriga kostnader", result.other_costs),
    ]
    shares = ", ".join(f"{label} {as_percent(amount / result.total_cost)}" for label, amount in parts if amount)
    draft.say(f"Av den totala kostnaden är {shares}.", "Budgetens rader", Page.BUDGET)
    if result.cost_per_participant is not None:
        draft.say(
            f"Kostnaden per deltagare är {as_kr(result.cost_per_participant)} för {result.participants} deltagare.",
            "Budgeten och projektets behov",
            Page.BUDGET,
        )
    if result.cost_per_hour is not None:
        draft.say(
            f"Kostnaden per deltagartimme är {as_kr(result.cost_per_hour)} för {as_hours(result.participant_hours)}.",
            "Deltagarnas timmar i medfinansieringen",
            Page.BUDGET,
        )
    draft.lack(Sentence(N_("Skriv varför varje kostnad behövs och är skälig.")))


def economy(application: Application, draft: Draft) -> None:
    """Write the need of liquidity and on which grounds companies take part."""
    budget = figures.find_budget(application)
    if budget and budget.result.direct_cost:
        worst = figures.liquidity(application, budget).worst
        draft.say(
            f"Likviditetsbehovet är högst {as_kr(max(-worst.lowest, Decimal(0)))}, i slutet av "
            f"{in_month(worst.lowest_in)}: så mycket har då betalats utöver det stöd och de pengar som har kommit.",
            "Budgeten delad på projektets månader, med blankettens tider för utbetalning",
            Page.BUDGET,
        )
    else:
        draft.lack(_NO_BUDGET)
    for basis in AidBasis:
        count = sum(row.aid_basis == basis for row in application.commitments)
        if count:
            ground = str(basis.label).lower()
            draft.say(f"{companies(count)} deltar på grunden {ground}.", "Företagens åtaganden", Page.STATE_AID)
    open_cases = [row for row in aid.assess(application) if row.status in (AidStatus.REFUSED, AidStatus.STOPPED)]
    if open_cases:
        draft.lack(Sentence(N_("Lös frågan om statsstöd för %(count)s företag."), {"count": len(open_cases)}))
    draft.lack(Sentence(N_("Skriv hur inköpen görs och vem som bär kostnaderna tills stödet kommer.")))


def anchoring(application: Application, draft: Draft) -> None:
    """Write who has signed, and who has not."""
    signed = [row for row in application.commitments if row.signed_on]
    days = [row.signed_on for row in signed if row.signed_on]
    if days:
        names = "; ".join(f"{row.company.name} {on(row.signed_on)}" for row in signed if row.signed_on)
        draft.say(
            f"{len(signed)} av {companies(len(application.commitments))} har undertecknat ett åtagande, "
            f"{between(days)}, om tillsammans "
            f"{as_number(application.committed_hours, 0)} timmar.",
            names,
            Page.STATE_AID,
            signed,
        )
    unsigned = len(application.commitments) - len(signed)
    if unsigned:
        draft.say(
            f"{companies(unsigned)} har anmält behov men inte undertecknat ett åtagande.",
            "Företagens åtaganden",
            Page.STATE_AID,
            [row for row in application.commitments if not row.signed_on],
        )
    if not application.commitments:
        draft.lack(Sentence(N_("Lägg till en utbildningsgrupp, så får varje företag ett åtagande.")))
    draft.lack(Sentence(N_("Skriv projektägarens beslut att söka, med datum.")))


def steering(application: Application, draft: Draft) -> None:
    """Write the steering group."""
    project = application.project
    _facts(
        draft,
        [
            (N_("ledamöter"), "; ".join(row.seat for row in application.steering.members)),
            (N_("mandat"), project.steering_mandate),
            (N_("möten"), project.steering_frequency),
        ],
    )


def uptake(application: Application, draft: Draft) -> None:
    """Write who takes the results over."""
    project = application.project
    _facts(
        draft,
        [
            (N_("tar över arbetssättet"), project.uptake_owner),
            (N_("finansiering"), project.uptake_funding),
            (N_("från"), on(project.uptake_on) if project.uptake_on else ""),
        ],
    )


def actor_list(application: Application, draft: Draft) -> None:
    """Write how many actors there are in each role; the rows themselves are a table."""
    for role in application.form["actors"]["roles"]:
        names = [actor.name for actor in application.actors if actor.role == role["id"]]
        if names:
            draft.say(f"{role['title_sv']}: {len(names)}.", "; ".join(names), Page.ACTORS)
    if not application.actors:
        draft.lack(Sentence(N_("Lägg till projektets aktörer.")))


def budget_table(application: Application, draft: Draft) -> None:
    """Write the sums of the budget and how they are financed."""
    budget = figures.find_budget(application)
    if budget is None or not budget.result.total_cost:
        draft.lack(_NO_BUDGET)
        return
    result = budget.result
    for sub in result.sub_budgets:
        draft.say(f"{sub.beneficiary}: {as_kr(sub.direct_cost)}.", f"Delbudgeten för {sub.beneficiary}", Page.BUDGET)
    draft.say(
        f"Total kostnad {as_kr(result.total_cost)}, medfinansiering {as_kr(result.cofinancing)} "
        f"({as_percent(result.cofinancing_rate)}), sökt stöd {as_kr(result.support)}.",
        "Budgetens och medfinansieringens rader",
        Page.BUDGET,
    )


def attachments(application: Application, draft: Draft) -> None:
    """Write which of the call's attachments are here."""
    there = {row.kind for row in application.attachments}
    for row in application.call.attachments:
        if row["id"] in there:
            draft.say(f"{row['title']} bifogas.", f"Bilagan {row['title']}", Page.ATTACHMENTS)
    for title in missing_attachments(application):
        draft.lack(Sentence(N_("Lägg till bilagan %(title)s."), {"title": title}))
    if not application.call.attachments:
        draft.lack(Sentence(N_("Utlysningen anger inga bilagor.")))


def _facts(draft: Draft, rows: list[tuple[str, str | None]]) -> None:
    for label, value in rows:
        if value:
            draft.say(
                f"{label[:1].upper()}{label[1:]}: {ended(value)}",
                "Projektets uppgifter om styrgrupp och tillvaratagande",
                Page.ANCHORING,
            )
        else:
            draft.lack(
                Sentence(N_("Ange %(label)s på sidan om styrgrupp och tillvaratagande."), {"label": Sentence(label)})
            )
