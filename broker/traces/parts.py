"""What the pages about a company show of traces: those of others before we act, and who sees ours."""

from flask_babel import gettext as _

from broker.companies.models import Company
from broker.companies.parts import OthersContact, Part, Place, shown_with_company
from broker.traces import queries
from broker.traces.models import Trace

_MOST_ROWS = 20
_WITH_TRACES = (Place.CARD, Place.CONTACTS, Place.LOG, Place.PLAN)
# The page of all contacts shows the traces among its own rows, when somebody asks for them.
_TEMPLATES = {Place.CARD: "traces/_card.html", Place.CONTACTS: None}
_WITH_VISITS = (Place.CARD, Place.PLANNED)


@shown_with_company
def traces_part(company: Company, place: Place) -> Part | None:
    """Give what an agreement lets both sides see; nothing at all without one."""
    neighbours = queries.list_neighbours(company)
    if not neighbours:
        return None
    names = ", ".join(neighbour.name for neighbour in neighbours)
    traces = queries.list_traces(company, neighbours) if place in _WITH_TRACES else []
    latest = {trace.organisation_id: trace for trace in reversed(traces)}
    shown = {
        "company": company,
        "names": names,
        "traces": traces[:_MOST_ROWS],
        "is_cut": len(traces) > _MOST_ROWS,
        "latest": [latest[neighbour.id] for neighbour in neighbours if neighbour.id in latest],
        "visits": queries.list_shared_visits(company, neighbours) if place in _WITH_VISITS else [],
    }
    template = _TEMPLATES.get(place, "traces/_notice.html")
    return Part(
        _who_sees(place, names),
        template,
        shown,
        others={neighbour.id: neighbour.name for neighbour in neighbours},
        contacts=[_as_contact(trace) for trace in traces],
    )


def _as_contact(trace: Trace) -> OthersContact:
    asked = trace.colleague.name if trace.colleague else None
    return OthersContact(trace.organisation_id, trace.organisation_name, trace.kind, trace.month, asked)


def _who_sees(place: Place, names: str) -> str:
    if place in (Place.PLAN, Place.PLANNED):
        return _(
            "Planerar någon som ni har överenskommelse med (%(names)s) ett besök samma månad får ni båda veta det, "
            "men inte mer.",
            names=names,
        )
    return _(
        "Att ni har haft kontakt, hur, vilken månad och vem man kan fråga ser också %(names)s. Aldrig vad som sades.",
        names=names,
    )
