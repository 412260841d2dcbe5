"""Rows of an application as the tables of the export and of the pages."""

from decimal import Decimal

from broker.esf import aid
from broker.esf.application import Application
from broker.esf.budgets import figures
from broker.esf.budgets.amounts import as_hours, as_percent
from broker.esf.budgets.lines import PERSONNEL
from broker.esf.budgets.spreading import full_time_hours
from broker.esf.exports.material import ActivityRow, ActorRow, DataTable, EffectRow, GoalRow
from broker.esf.models import Actor, Contribution
from broker.formatting import organisation_number


def goal_rows(application: Application) -> tuple[GoalRow, ...]:
    """Give the goals as the export lists them: a row for each milestone, or one for a goal without any."""
    rows = []
    for goal in application.goals:
        text, cause = application.in_full(goal), "; ".join(row.text for row in application.causes_of(goal))
        rows += [
            GoalRow(
                text=text,
                indicator=row.indicator,
                baseline=row.baseline or "",
                target=row.target or "",
                due_on=row.due_on,
                data_source=row.data_source or "",
                cause=cause,
            )
            for row in goal.milestones
        ] or [GoalRow(text, indicator="", baseline="", target="", due_on=None, data_source="", cause=cause)]
    return tuple(rows)


def effect_rows(application: Application) -> tuple[EffectRow, ...]:
    """Give what the goals lead to as the export lists it."""
    return tuple(
        EffectRow(
            application.in_full(goal), str(row.kind.label), row.text, row.due_on, row.sign or "", row.owner_role or ""
        )
        for goal in application.goals
        for row in goal.effects
    )


def activity_rows(application: Application) -> tuple[ActivityRow, ...]:
    """Give the activities as the export lists them."""
    rows = []
    for activity in application.activities:
        needs = application.needs_of(activity)
        rows.append(
            ActivityRow(
                title=activity.title,
                goal="; ".join(map(application.in_full, application.goals_of(activity))),
                needs=", ".join(dict.fromkeys(need.topic_label for need in needs)),
                participants=sum(need.participants for need in needs),
                hours=Decimal(activity.hours),
                format=str(activity.mode.label) if activity.mode else "",
                place=activity.place,
                provider=activity.provider_name or "",
                starts_on=activity.starts_on,
                ends_on=activity.ends_on,
            )
        )
    return tuple(rows)


def actor_rows(application: Application) -> tuple[ActorRow, ...]:
    """Give the actors as the export lists them; a sole trader's number is masked."""
    return tuple(_actor_row(actor, application) for actor in application.actors)


def _actor_row(actor: Actor, application: Application) -> ActorRow:
    commitment = next((row for row in application.commitments if row.company_id == actor.company_id), None)
    size = aid.company_size(commitment, application).size_class if commitment else None
    return ActorRow(
        name=actor.name,
        organisation_number=organisation_number(actor.shown_number),
        legal_form=actor.legal_form_label,
        role=application.role_title(actor.role),
        municipality=actor.municipality_name,
        size_class=size.label if size else "",
        participants_women=commitment.women if commitment else 0,
        participants_men=commitment.men if commitment else 0,
        hours=Decimal(commitment.hours if commitment else 0),
        commitment_on=commitment.signed_on if commitment else None,
    )


def table_of(question_id: str, application: Application) -> DataTable | None:
    """Give the table that belongs to a question, if its answer is one and the rows exist."""
    maker = {"deltagare": _participants, "tidplan": _schedule, "organisation": _roles, "risker": _risks}.get(
        question_id
    )
    table = maker(application) if maker else None
    return table if table and table.rows else None


def _participants(application: Application) -> DataTable:
    columns = {"women": "Kvinnor", "men": "Män", **({"unknown_sex": "Kön okänt"} if application.unknown_sex else {})}
    groups: dict[tuple[str, str], list[Contribution]] = {}
    for row in application.brought:
        groups.setdefault((row.municipality_name, row.topic_label), []).append(row)
    rows = tuple(
        (*key, *(str(sum(getattr(row, name) for row in same)) for name in columns))
        for key, same in sorted(groups.items())
    )
    return DataTable(("Kommun", "Kompetensområde", *columns.values()), rows)


def _schedule(application: Application) -> DataTable:
    rows = tuple((row.title, str(row.starts_on or ""), str(row.ends_on or "")) for row in application.activities)
    return DataTable(("Aktivitet", "Start", "Slut"), rows)


def _risks(application: Application) -> DataTable:
    rows = tuple(
        (row.text, str(row.likelihood or ""), str(row.impact or ""), row.response or "", row.owner_role or "")
        for row in application.steering.risks
    )
    return DataTable(("Risk", "Sannolikhet", "Konsekvens", "Hur den möts", "Bevakas av"), rows)


def _roles(application: Application) -> DataTable:
    year = figures.budget_rules(application).hours_per_year
    rows = []
    for actor in application.actors:
        for row in actor.budget_rows:
            if row.cost_type == PERSONNEL:
                hours = figures.hours_of(row, application) or Decimal(0)
                full_time = full_time_hours(figures.period_of(row, application), year, Decimal(1), row.persons)
                share = as_percent(hours / full_time) if full_time else ""
                rows.append((row.title, actor.name, as_hours(hours), share))
    return DataTable(("Roll", "Arbetsgivare", "Timmar", "Del av heltid"), tuple(rows))
