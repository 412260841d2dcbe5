"""Pages of sums: all of them, and one topic with where its needs are and what it lacks for a group."""

from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask_babel import gettext as _

from broker import clock
from broker.access import Permission, requires
from broker.accounts import queries as accounts
from broker.needs import filters
from broker.needs import queries as needs
from broker.needs.asking import queries as asking
from broker.needs.half_years import HalfYear, half_year_code, half_year_name, read_half_year
from broker.needs.models import NeedStatus
from broker.needs.planning import CohortRules
from broker.needs.queries import NeedFilter, NeedSum
from broker.needs.sums import queries
from broker.needs.sums.groups import Lack, lack_in_words, lack_of
from broker.reference import map as municipality_map
from broker.topics import queries as topics

blueprint = Blueprint("sums", __name__, template_folder="../templates")

# Stands in the address of a page whose map shows companies instead of people.
_COMPANIES = "foretag"


@blueprint.get("/behov/summering")
@requires(Permission.READ)
def index():
    """Show the same need over companies and municipalities, and what each sum lacks for a group."""
    totals = needs.sum_needs()
    bars = [
        (row.topic_label, row.people, url_for("needs.index", omrade=row.topic_id, status="clarified")) for row in totals
    ]
    rules = needs.cohort_rules(clock.today())
    placed = queries.count_placed(rules)
    rows = [
        (row, _sum_sentence(row), _rows_url(row.topic_id, row.half_year), _lack(row, row.topic_id, rules, have))
        for row in needs.sum_needs_by_half_year()
        for have in [placed[row.topic_id, row.half_year]]
    ]
    return render_template(
        "sums/index.html",
        bars=bars,
        rows=rows,
        identified=needs.count_identified(),
        in_words=lack_in_words,
        half_year_code=half_year_code,
    )


@blueprint.get("/behov/summering/<string:topic_id>")
@requires(Permission.READ)
def show(topic_id):
    """Show one topic, over all time or in a half-year: where its needs are, and what they lack for a group."""
    topic, half_year = topics.get_topic(topic_id), read_half_year(request.args.get("halvar"))
    chosen = NeedFilter(topic_id=topic.id, status=NeedStatus.CLARIFIED, half_year=half_year)
    rules, total = needs.cohort_rules(clock.today()), needs.count_needs(chosen)
    by_companies = request.args.get("visa") == _COMPANIES
    places = queries.sum_by_municipality(chosen)
    by_half_year = queries.count_placed(rules, topic.id)
    placed = by_half_year[topic.id, half_year] if half_year else by_half_year.total()
    return render_template(
        "sums/show.html",
        topic=topic,
        period=half_year_name(half_year) or _("alla perioder"),
        code=half_year_code(half_year),
        periods=_periods(topic.id, half_year),
        sentence=filters.count_in_words(total),
        total=total,
        group=rules.group_of(topic.id),
        lack=_lack(total, topic.id, rules, placed),
        placed=placed,
        in_words=lack_in_words,
        places=[(row, _rows_url(topic.id, half_year, kommun=row.municipality_code)) for row in places],
        map=_map(places, topic.id, half_year, by_companies),
        by_companies=by_companies,
        page=needs.list_needs(chosen),
        rounds=asking.list_rounds(topic.id),
        rows_url=_rows_url(topic.id, half_year),
        identified=needs.count_needs(NeedFilter(topic_id=topic.id, status=NeedStatus.IDENTIFIED)).needs,
    )


def _sum_sentence(row: NeedSum) -> str:
    numbers = [filters.companies_in_words(row.companies), filters.people_in_words(row.people)]
    return ", ".join([*numbers, row.topic_label, half_year_name(row.half_year)])


def _rows_url(topic_id: str, half_year: HalfYear | None, **more: Any) -> str:
    return url_for("needs.index", omrade=topic_id, status="clarified", halvar=half_year_code(half_year), **more)


def _lack(row: Any, topic_id: str, rules: CohortRules, placed: int) -> Lack:
    group, least, people = rules.group_of(topic_id), rules.weights.min_companies, row.people - placed
    return lack_of(people, row.companies, smallest=group.smallest, largest=group.largest, min_companies=least)


def _periods(topic_id: str, half_year: HalfYear | None) -> list[dict[str, Any]]:
    """Give the half-years in which the topic has needs, after all of them together, as tabs."""
    found = sorted(row.half_year for row in needs.sum_needs_by_half_year(topic_id) if row.half_year)
    return [
        {
            "label": half_year_name(each) or _("Alla perioder"),
            "url": url_for("sums.show", topic_id=topic_id, halvar=half_year_code(each)),
            "is_current": each == half_year,
        }
        for each in [None, *found]
    ]


def _map(
    places: list[queries.PlaceSum], topic_id: str, half_year: HalfYear | None, by_companies: bool
) -> municipality_map.MunicipalityMap:
    """Draw the regions of the organisation and of the needs."""
    values = {row.municipality_code: row.companies if by_companies else row.people for row in places}
    ours = accounts.get_organisation(g.acting.organisation_id).municipality_codes
    regions = municipality_map.regions_of([*ours, *values])
    return municipality_map.draw(regions, values, lambda code: _rows_url(topic_id, half_year, kommun=code))
