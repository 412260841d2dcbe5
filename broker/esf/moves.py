"""An application as it would be with a cohort more or less, and what that does to every figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from broker.esf import join_service, queries
from broker.esf.application import Application
from broker.esf.budgets import figures
from broker.esf.budgets.models import TakenOutCohort
from broker.esf.budgets.pages import Compared, compare
from broker.esf.kinds import JoinGround
from broker.esf.models import Commitment, Contribution
from broker.needs.models import Cohort
from broker.sentences import N_, Sentence
from broker.swedish import sort_key


@dataclass(frozen=True)
class Group:
    """A cohort that is in the project, as all its members may know it: by its needs."""

    cohort_id: int
    rows: Sequence[Contribution]

    @property
    def title(self) -> str:
        """Give what is to be learnt."""
        return self.rows[0].topic_label

    @property
    def from_name(self) -> str:
        """Give the organisation that brought it."""
        return self.rows[0].contributed_by.name

    @property
    def participants(self) -> int:
        """Give how many people take part."""
        return sum(row.participants for row in self.rows)

    @property
    def companies(self) -> list[str]:
        """List the names of the companies, each once."""
        return sorted({row.company.name for row in self.rows}, key=sort_key)

    @property
    def signed(self) -> list[str]:
        """List the names of the companies that have signed for what would be less."""
        names = {row.company.name for row in self.rows if row.commitment and row.commitment.signed_on}
        return sorted(names, key=sort_key)


def groups_in(application: Application) -> list[Group]:
    """List the cohorts of a project, in the order in which they came."""
    found: dict[int, list[Contribution]] = {}
    for row in application.contributions:
        found.setdefault(row.cohort_id, []).append(row)
    return [Group(cohort_id, rows) for cohort_id, rows in found.items()]


def without_cohort(application: Application, cohort_id: int) -> Application:
    """Give the application as it would be if a cohort were taken out; nothing is stored."""
    leaving = [row for row in application.contributions if row.cohort_id == cohort_id]
    staying = [row for row in application.contributions if row.cohort_id != cohort_id]
    companies = {row.company_id for row in staying if not row.left_out_reason}
    gone = join_service.activities_left_by(cohort_id, staying, application.activities)
    less = {
        company_id: join_service.counted_together(row for row in leaving if row.company_id == company_id)
        for company_id in companies
    }
    return replace(
        application,
        contributions=staying,
        commitments=[
            _changed(row, [-part for part in less[row.company_id]])
            for row in application.commitments
            if row.company_id in companies
        ],
        activities=[row for row in application.activities if row not in gone],
    )


def with_cohort(application: Application, cohort: Cohort) -> Application:
    """Give the application as it would be with a cohort more; nothing is stored."""
    project = application.project
    kept = queries.find_taken_out(project, cohort.id)
    coming = join_service.plan_contributions(project, cohort, ground=JoinGround.CONSENT, ground_note="", kept=kept)
    earlier = queries.find_activity_of(project, cohort.id) if kept else None
    for row in coming:
        row.activity_id = row.activity_id or (earlier.id if earlier else None)
    back = [earlier] if earlier and earlier not in application.activities else []
    return replace(
        application,
        contributions=[*application.contributions, *coming],
        commitments=_with_more(application, coming, kept),
        activities=[*application.activities, *back],
    )


def effects(before: Application, after: Application) -> list[Compared]:
    """Set every figure of two applications side by side: people, companies, hours, costs and financing."""
    now, then = figures.find_budget(before), figures.find_budget(after)
    return [
        *_counts(before, after),
        *(compare(now.result, then.result) if now and then else []),
    ]


def _counts(before: Application, after: Application) -> Iterable[Compared]:
    for title, count in (
        (N_("Behov"), lambda application: len(application.brought)),
        (N_("Företag"), lambda application: len({row.company_id for row in application.brought})),
        (N_("Kvinnor"), lambda application: application.women),
        (N_("Män"), lambda application: application.men),
        (N_("Kön okänt"), lambda application: application.unknown_sex),
        (N_("Deltagarnas timmar i behoven"), lambda rows: sum(row.participant_hours for row in rows.brought)),
        (N_("Undertecknade timmar"), lambda application: application.committed_hours),
    ):
        yield Compared(Sentence(title), Decimal(count(before)), Decimal(count(after)), is_money=False)


def _with_more(
    application: Application, coming: Sequence[Contribution], kept: TakenOutCohort | None
) -> list[Commitment]:
    stored = {row.company_id: row for row in queries.list_commitments(application.project)}
    found = []
    for company_id in {row.company_id for row in [*application.brought, *coming] if not row.left_out_reason}:
        old = stored.get(company_id)
        rows = [row for row in coming if row.company_id == company_id]
        added = join_service.added_by(company_id, rows, kept) if rows else (0, 0, 0)
        found.append(_changed(old or Commitment(company_id=company_id, women=0, men=0, hours=0), added))
    return found


def _changed(row: Commitment, more: Sequence[int]) -> Commitment:
    """Give a copy of a commitment with more or less in it, which is never stored."""
    women, men, hours = (max(0, old + new) for old, new in zip((row.women, row.men, row.hours), more, strict=True))
    return Commitment(company_id=row.company_id, signed_on=row.signed_on, women=women, men=men, hours=hours)
