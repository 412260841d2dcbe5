"""Draws the activities in time: bars by goal over the months of the call's window; plain figures for a template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from broker.esf.application import Application
from broker.esf.budgets.spreading import next_month
from broker.esf.chain.models import SteeringMeeting
from broker.esf.chain.tree import is_inside
from broker.esf.models import Activity

WIDTH = 950
_TOP, _ROW, _HEAD, _BAR = 46, 40, 30, 14
_EVERY = 3
_NARROWEST = 4.0
# Where in the row a bar begins: its name stands above it.
_BELOW_NAME = 20


@dataclass(frozen=True)
class Span:
    """A part of the time axis."""

    x: float
    width: float


@dataclass(frozen=True)
class Tick:
    """The beginning of a month; each third one has its day for a label."""

    x: float
    day: date
    has_label: bool


@dataclass(frozen=True)
class Row:
    """An activity as a bar, or the heading of a goal; an activity without days has no bar."""

    y: int
    text: str
    bar: Span | None = None
    is_heading: bool = False
    is_outside: bool = False
    is_in_closing: bool = False
    is_right: bool = False


@dataclass(frozen=True)
class Gantt:
    """The whole drawing; spans of the project's own time and of its closing months lie behind the bars."""

    height: int
    ticks: tuple[Tick, ...]
    project: Span
    closing: Span | None
    meetings: tuple[float, ...]
    rows: tuple[Row, ...]
    width: int = WIDTH
    bar_top: int = _BELOW_NAME
    bar_height: int = _BAR


def first_closing_day(ends_on: date, months: int) -> date:
    """Give the first day of the last months of a project that ends on a day."""
    after = ends_on + timedelta(days=1)
    count = after.year * 12 + after.month - 1 - months
    first = date(count // 12, count % 12 + 1, 1)
    # The same day of the earlier month, or its last when that month is shorter.
    return min(first + timedelta(days=after.day - 1), next_month(first) - timedelta(days=1))


def closing_from(application: Application) -> date | None:
    """Give the first day of the months that the project keeps for closing, if it says how many they are."""
    plan = application.steering.follow_up
    months = plan.closing_months if plan else None
    return first_closing_day(application.project.ends_on, months) if months else None


def is_in_closing(activity: Activity, application: Application) -> bool:
    """Tell whether an activity goes on into the months that the project keeps for closing."""
    first = closing_from(application)
    return bool(first and activity.ends_on and activity.ends_on >= first)


def draw(application: Application, meetings: Sequence[SteeringMeeting], *, without_goal: str) -> Gantt:
    """Draw the activities of an application, those of a goal under it, each once, and when the steering group meets."""
    project, call = application.project, application.call
    first = min(call.earliest_start, project.starts_on).replace(day=1)
    last = max(call.latest_end, project.ends_on)
    axis = _Axis(first, last)
    rows: list[Row] = []
    y = _TOP
    for title, activities in _by_goal(application, without_goal):
        rows.append(Row(y, title, is_heading=True))
        y += _HEAD
        for activity in activities:
            rows.append(_row(activity, y, axis, application))
            y += _ROW
    closing = closing_from(application)
    return Gantt(
        height=y + 6,
        ticks=tuple(axis.ticks()),
        project=axis.span(project.starts_on, project.ends_on),
        closing=axis.span(closing, project.ends_on) if closing else None,
        meetings=tuple(axis.at(row.held_on) for row in meetings if first <= row.held_on <= last),
        rows=tuple(rows),
    )


def _by_goal(application: Application, without_goal: str) -> list[tuple[str, list[Activity]]]:
    groups: list[tuple[str, list[Activity]]] = []
    shown: set[int] = set()
    for goal in application.goals:
        own = [row for row in application.activities_for(goal) if row.id not in shown]
        shown |= {row.id for row in own}
        if own:
            groups.append((application.in_full(goal), own))
    loose: Sequence[Activity] = [row for row in application.activities if row.id not in shown]
    return [*groups, (without_goal, list(loose))] if loose else groups


@dataclass(frozen=True)
class _Axis:
    first: date
    last: date

    def at(self, day: date) -> float:
        """Give where a day begins; one beyond the ends is drawn at the end."""
        days = (self.last - self.first).days + 1
        return round(WIDTH * min(max((day - self.first).days, 0), days) / days, 1)

    def span(self, first: date, last: date) -> Span:
        """Give a part of the axis with both its days."""
        start, end = self.at(first), self.at(last + timedelta(days=1))
        width = max(end - start, _NARROWEST)
        return Span(min(start, WIDTH - width), round(width, 1))

    def ticks(self) -> list[Tick]:
        """Give the months."""
        found, day = [], self.first
        while day <= self.last:
            found.append(Tick(self.at(day), day, (day.month - 1) % _EVERY == 0))
            day = next_month(day)
        return found


def _row(activity: Activity, y: int, axis: _Axis, application: Application) -> Row:
    starts_on, ends_on = activity.starts_on or activity.ends_on, activity.ends_on or activity.starts_on
    bar = axis.span(starts_on, ends_on) if starts_on and ends_on else None
    return Row(
        y,
        activity.title,
        bar,
        is_outside=not is_inside(activity, application.project),
        is_in_closing=is_in_closing(activity, application),
        # Beyond the middle the name stands to the left of where the bar ends, so that it stays within the drawing.
        is_right=bar is not None and bar.x > WIDTH / 2,
    )
