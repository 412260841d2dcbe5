"""The list of companies as the rows of a file, with the columns that the page shows."""

from collections.abc import Iterable

from flask_babel import gettext as _

from broker.companies.models import Company, Engagement
from broker.formatting import organisation_number
from broker.spreadsheets import Cell


def headings() -> list[str]:
    """Give what stands above the columns."""
    return [_("Namn"), _("Organisationsnummer"), _("Ort"), _("Vår relation"), _("Senaste kontakt")]


def table(companies: Iterable[tuple[Company, Engagement | None]]) -> list[list[Cell]]:
    """Give one row for each company; a sole trader's number is not written out."""
    return [
        [
            company.name,
            organisation_number(company.shown_number),
            company.place,
            str(engagement.status.label) if engagement else None,
            engagement.last_contact_on if engagement else None,
        ]
        for company, engagement in companies
    ]
