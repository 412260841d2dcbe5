"""What the pages about a company show of traces: those of others before we act, and who sees ours."""

from flask_babel import gettext as _

from broker.companies.models import Company
from broker.companies.parts import Part, Place, shown_with_company
from broker.traces import queries

_TEMPLATES = {Place.CARD: "traces/_card.html", Place.LOG: "traces/_notice.html", Place.CONTACT: None}


@shown_with_company
def traces_part(company: Company, place: Place) -> Part | None:
    """Give what an agreement lets both sides see; nothing at all without one."""
    neighbours = queries.list_neighbours(company)
    if not neighbours:
        return None
    names = ", ".join(neighbour.name for neighbour in neighbours)
    seen = _(
        "Att ni har haft kontakt, hur, vilken månad och vem man kan fråga ser också %(names)s. Aldrig vad som sades.",
        names=names,
    )
    template = _TEMPLATES[place]
    if template is None:
        return Part(seen)
    traces = queries.list_traces(company, neighbours)
    return Part(seen, template, {"company": company, "names": names, "traces": traces})
