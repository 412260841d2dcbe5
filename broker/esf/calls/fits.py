"""Whether a call fits a project, as reasons and never as a score: each holds, does not, or cannot be told yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from broker.esf.application import Application
from broker.esf.budgets import figures
from broker.esf.budgets.amounts import as_kr, as_percent
from broker.esf.budgets.figures import Budget
from broker.esf.calls.moving import PAGE_NAMES, Under, under
from broker.esf.check_rows import named
from broker.esf.gates import missing_attachments
from broker.esf.kinds import Page
from broker.esf.models import Call, Contribution
from broker.formatting import day
from broker.reference import queries as reference
from broker.sentences import N_, Sentence

# Bought training is budgeted under this kind of cost.
_BOUGHT = "externa_tjanster"


@dataclass(frozen=True)
class Reason:
    """One reason: whether it speaks for the call, None while nothing tells, and the page where it is settled."""

    fits: bool | None
    sentence: Sentence
    page: Page

    @property
    def page_name(self) -> Sentence:
        """Give what the page is called."""
        return Sentence(PAGE_NAMES[self.page])


def list_reasons(application: Application, call: Call) -> list[Reason]:
    """Say why a call fits a project and why not, in the order in which people ask."""
    moved = under(application, call)
    budget = figures.find_budget(moved)
    return [
        _region(moved),
        *_window(moved),
        _size(moved, budget),
        _cofinancing(budget),
        _bought_training(moved),
        _sectors(moved),
        _attachments(moved),
        _aid(moved),
    ]


def _region(moved: Under) -> Reason:
    counties, region = reference.counties_of_region(moved.call.region), moved.call.region
    if not counties:
        text = N_("Broker känner inte regionen ”%(region)s”. Jämför själv med var deltagarna finns.")
        return Reason(None, Sentence(text, {"region": region}), Page.ACTORS)
    if not moved.brought:
        return Reason(None, Sentence(N_("Inga behov är med än, så regionen går inte att pröva.")), Page.ACTORS)
    outside = {row.municipality_name for row in moved.brought if row.municipality_code[:2] not in counties}
    if outside:
        text = N_("Deltagare i %(places)s ligger utanför %(region)s.")
        return Reason(False, Sentence(text, {"places": named(sorted(outside)), "region": region}), Page.ACTORS)
    return Reason(True, Sentence(N_("Alla deltagare finns i %(region)s."), {"region": region}), Page.ACTORS)


def _window(moved: Under) -> Iterator[Reason]:
    call, project = moved.call, moved.project
    facts = {"first": day(call.earliest_start), "last": day(call.latest_start), "end": day(call.latest_end)}
    starts = call.earliest_start <= project.starts_on <= call.latest_start
    text = N_("Projektets start ligger mellan %(first)s och %(last)s.")
    if not starts:
        text = N_("Utlysningen vill ha en start mellan %(first)s och %(last)s.")
    yield Reason(starts, Sentence(text, facts), Page.EDIT)
    ends = project.ends_on <= call.latest_end
    text = (
        N_("Projektet slutar senast %(end)s.") if ends else N_("Utlysningen vill att projektet slutar senast %(end)s.")
    )
    yield Reason(ends, Sentence(text, facts), Page.EDIT)
    short = project.months <= call.max_months
    text = N_("%(months)s månader ryms i %(most)s.") if short else N_("%(months)s månader är mer än %(most)s.")
    yield Reason(short, Sentence(text, {"months": project.months, "most": call.max_months}), Page.EDIT)


def _size(moved: Under, budget: Budget | None) -> Reason:
    limit = moved.call.budget_kr
    if limit is None:
        return Reason(None, Sentence(N_("Utlysningens belopp är inte inlagt.")), Page.BUDGET)
    if budget is None or not budget.lines:
        return Reason(None, Sentence(N_("Budgeten är inte klar, så stödet går inte att jämföra.")), Page.BUDGET)
    fits = budget.result.support <= limit
    facts = {"support": as_kr(budget.result.support), "limit": as_kr(limit)}
    text = N_("Stödet, %(support)s, ryms i utlysningens %(limit)s.")
    if not fits:
        text = N_("Stödet, %(support)s, är mer än utlysningens %(limit)s.")
    return Reason(fits, Sentence(text, facts), Page.BUDGET)


def _cofinancing(budget: Budget | None) -> Reason:
    if budget is None or not budget.lines:
        return Reason(
            None, Sentence(N_("Budgeten är inte klar, så medfinansieringen går inte att räkna.")), Page.BUDGET
        )
    result = budget.result
    share = as_percent(result.cofinancing_rate)
    if result.owner_share < 0:
        text = N_("Bidragen i annat än pengar är mer än %(share)s. Ta bort en del av dem.")
        return Reason(False, Sentence(text, {"share": share}), Page.BUDGET)
    if not result.owner_share:
        return Reason(True, Sentence(N_("Deltagarnas tid räcker till %(share)s."), {"share": share}), Page.BUDGET)
    facts = {"share": share, "rest": as_kr(result.owner_share)}
    if (result.planned_owner_share or 0) >= result.owner_share:
        text = N_("Medfinansieringen på %(share)s är planerad, med %(rest)s från projektägaren.")
        return Reason(True, Sentence(text, facts), Page.BUDGET)
    text = N_("Till %(share)s behövs %(rest)s till, från projektägaren eller som deltagartimmar.")
    return Reason(False, Sentence(text, facts), Page.BUDGET)


def _bought_training(moved: Under) -> Reason:
    section, model = moved.form["budget"], moved.call.budget_model
    row = next((row for row in section["models"] if row["id"] == model), None)
    if row is None:
        text = N_("Projektets blankett känner inte budgetmodellen ”%(model)s”.")
        return Reason(None, Sentence(text, {"model": model}), Page.BUDGET)
    kinds = [kind for kind in section["cost_types"] if kind["id"] == _BOUGHT]
    allowed = any(model in kind["models"] for kind in kinds)
    facts = {"model": reference.words_of(row, "name")}
    text = N_("Budgetmodellen ”%(model)s” tillåter köpt utbildning.")
    if not allowed:
        text = N_("Budgetmodellen ”%(model)s” tillåter inte köpt utbildning.")
    return Reason(allowed, Sentence(text, facts), Page.BUDGET)


def _sectors(moved: Under) -> Reason:
    if not moved.call.sectors:
        return Reason(True, Sentence(N_("Utlysningen är öppen för alla branscher.")), Page.ACTORS)
    wanted = tuple(code.replace(".", "") for code in moved.call.sectors)
    companies = {row.company_id: row for row in moved.brought}
    unknown = [row.company.name for row in companies.values() if not row.company.industry_codes]
    outside = [row.company.name for row in companies.values() if row.company.industry_codes and not _is_in(row, wanted)]
    if outside:
        text = N_("Utanför utlysningens branscher: %(names)s.")
        return Reason(False, Sentence(text, {"names": named(sorted(outside))}), Page.ACTORS)
    if unknown or not companies:
        text = N_("Branschen är okänd för %(names)s.") if unknown else N_("Inga företag är med än.")
        return Reason(None, Sentence(text, {"names": named(sorted(unknown))} if unknown else {}), Page.ACTORS)
    return Reason(True, Sentence(N_("Alla företag har en bransch som får delta.")), Page.ACTORS)


def _is_in(row: Contribution, wanted: tuple[str, ...]) -> bool:
    return any(code.replace(".", "").startswith(wanted) for code in row.company.industry_codes or [])


def _attachments(moved: Under) -> Reason:
    if lacking := missing_attachments(moved):
        text = N_("Bilagor som saknas: %(names)s.")
        return Reason(False, Sentence(text, {"names": named(lacking)}), Page.ATTACHMENTS)
    return Reason(True, Sentence(N_("Alla bilagor som utlysningen kräver är på plats.")), Page.ATTACHMENTS)


def _aid(moved: Under) -> Reason:
    basis = moved.call.state_aid_basis
    facts = {"basis": str(basis.label)}
    if not moved.commitments:
        text = N_("Utlysningens grund är ”%(basis)s”. Inga företag är med än.")
        return Reason(None, Sentence(text, facts), Page.STATE_AID)
    other = [row.company.name for row in moved.commitments if row.aid_basis != basis]
    if other:
        text = N_("Utlysningens grund är ”%(basis)s”. En annan har %(names)s.")
        return Reason(False, Sentence(text, facts | {"names": named(sorted(other))}), Page.STATE_AID)
    return Reason(True, Sentence(N_("Alla företag deltar på utlysningens grund, ”%(basis)s”."), facts), Page.STATE_AID)
