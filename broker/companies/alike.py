"""A step before something is added that seems to be there already: told while typing, and once more when it is sent."""

from flask_babel import gettext as _

from broker.access import Permission, can
from broker.companies import queries as companies
from broker.companies.forms import CompanyForm, PersonForm
from broker.companies.merging import queries
from broker.companies.models import Company, Person
from broker.companies.search import is_name

# Fewer letters begin too many names.
_LETTERS_TO_SUGGEST_BY = 3


def companies_like(form: CompanyForm) -> list[Company]:
    """List the companies that the typed one seems to be."""
    place = {"post_town": form.post_town.data, "municipality_code": form.municipality_code.data}
    return queries.list_alike_companies(form.name.data or "", **place)


def companies_suggested(form: CompanyForm, *, besides: list[Company]) -> list[Company]:
    """List what the search suggests for the number and the name as far as they are typed, without those shown already.

    A text that the form would refuse suggests nothing.
    """
    number, name = (form.number.data or "") if form.number.validate(form) else "", ""
    if form.name.validate(form):
        name = form.name.data or ""
    found = [] if is_name(number) else companies.list_best(number)
    if len(name) >= _LETTERS_TO_SUGGEST_BY:
        named = companies.list_best(name)
        found += named or ([] if besides else companies.list_near(name))
    return [company for company in dict.fromkeys(found) if company not in besides][: companies.SUGGESTED]


def people_like(form: PersonForm, company_id: int) -> list[Person]:
    """List the people of a company whom the typed one seems to be."""
    typed = {"name": form.name.data, "email": form.email.data, "phone": form.phone.data}
    return queries.list_alike_people(company_id, **typed, with_protected=can(Permission.SEE_PROTECTED))


def is_refused(form: CompanyForm | PersonForm, alike: list[Company] | list[Person]) -> bool:
    """Tell whether somebody has to look at what is alike first, and say so on the form."""
    if not alike or form.is_another.data:
        return False
    form.refuse("is_another", _("Titta först på det som liknar. Är det något annat, kryssa i rutan och spara igen."))
    return True
