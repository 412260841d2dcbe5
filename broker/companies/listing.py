"""The columns of the list of companies, the same on the page and in a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l

from broker.companies.models import Company, Engagement
from broker.companies.narrowing import CompanyFilter
from broker.companies.orders import CompanyOrder
from broker.companies.steps import Step
from broker.formatting import organisation_number
from broker.spreadsheets import Cell

# Gives the address of the list in another order, or in that of names.
Address = Callable[[CompanyOrder | None], str]


@dataclass(frozen=True)
class Column:
    """One column: its key in addresses, its heading, what it says of a company and of our relation to it.

    Its orders are those that a press on the heading gives, in turn; a column without any sorts nothing.
    """

    key: str
    title: Any
    value: Callable[[Company, Engagement | None], Cell]
    orders: Sequence[CompanyOrder] = ()


def _of_relation(name: str) -> Callable[[Company, Engagement | None], Cell]:
    return lambda _company, engagement: getattr(engagement, name) if engagement else None


NAME = _l("Namn")
STEP = "nasta"
# The name always stands first, and is no choice.
COLUMNS = (
    Column("nummer", _l("Organisationsnummer"), lambda company, _: organisation_number(company.shown_number)),
    Column("ort", _l("Ort"), lambda company, _: company.place),
    Column("kommun", _l("Kommun"), lambda company, _: company.municipality_name),
    Column(
        "bransch", _l("Bransch"), lambda company, ours: (ours and ours.industry) or ", ".join(company.industry_labels)
    ),
    Column("form", _l("Företagsform"), lambda company, _: company.legal_form_label),
    Column("relation", _l("Vår relation"), lambda _, ours: str(ours.status.label) if ours else None),
    Column("ansvarig", _l("Ansvarig hos oss"), lambda _, ours: ours.owner.name if ours and ours.owner else None),
    Column(
        "kontakt",
        _l("Senaste kontakt"),
        _of_relation("last_contact_on"),
        (CompanyOrder.LONGEST_AGO, CompanyOrder.LATEST),
    ),
    # What it says is asked for once for all companies of a list: see with_steps().
    Column(STEP, _l("Nästa steg"), lambda _company, _ours: None, (CompanyOrder.NEXT_STEP,)),
    Column("anstallda", _l("Anställda"), _of_relation("employees")),
    Column("telefon", _l("Telefon"), _of_relation("phone")),
    Column("epost", _l("E-postadress"), _of_relation("email")),
    Column("etiketter", _l("Etiketter"), lambda _, ours: ", ".join(ours.tags) if ours else None),
)
USUAL = ("nummer", "ort", "relation", "kontakt", STEP)


def chosen_columns(keys: Sequence[str] | None) -> list[Column]:
    """Give the columns with these keys in their usual order; the usual ones if none is chosen."""
    wanted = keys or USUAL
    return [column for column in COLUMNS if column.key in wanted]


def shows_steps(columns: Iterable[Column]) -> bool:
    """Tell whether the next steps of the companies are asked for."""
    return any(column.key == STEP for column in columns)


def with_steps(columns: Iterable[Column], steps: Mapping[int, Step]) -> list[Column]:
    """Let the column of next steps say what was found for the companies of the list; headings stand in every row."""

    def of_company(company: Company, _ours: Engagement | None) -> Cell:
        return steps[company.id].as_text if company.id in steps else None

    said = [replace(column, title=str(column.title)) for column in columns]
    return [replace(column, value=of_company) if column.key == STEP else column for column in said]


def headings_to_sort_by(columns: Iterable[Column], chosen: CompanyFilter, address: Address) -> list[Any]:
    """Give what stands above the columns of the page; one by which the list can be sorted leads to where it is.

    What a text finds comes best match first, which is the order of no column.
    """
    by_name: Sequence[CompanyOrder | None] = () if chosen.text else (None,)
    shown = [(NAME, by_name), *((column.title, column.orders) for column in columns)]
    return [_heading(str(title), orders, chosen.order, address) for title, orders in shown]


def _heading(title: str, orders: Sequence[CompanyOrder | None], now: CompanyOrder | None, address: Address) -> Any:
    if not orders:
        return title
    if now not in orders:
        return {"label": title, "url": address(orders[0]), "direction": None}
    following = orders[(orders.index(now) + 1) % len(orders)]
    direction = "descending" if now and now.is_descending else "ascending"
    return {"label": title, "url": address(following), "direction": direction}


def headings(columns: Iterable[Column]) -> list[str]:
    """Give what stands above the columns of a file."""
    return [str(NAME), *(str(column.title) for column in columns)]


def table(companies: Iterable[tuple[Company, Engagement | None]], columns: Sequence[Column]) -> list[list[Cell]]:
    """Give one row for each company; a sole trader's number is not written out."""
    return [
        [company.name, *(column.value(company, engagement) for column in columns)] for company, engagement in companies
    ]
