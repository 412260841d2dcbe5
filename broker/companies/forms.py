"""Forms of companies."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, Optional, ValidationError
from wtforms.widgets import ListWidget, RadioInput

from broker import clock
from broker.access import organisation_in_scope
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.companies.listing import COLUMNS, USUAL
from broker.companies.models import Company, EngagementStatus, InteractionKind, LegalBasis
from broker.companies.narrowing import NOWHERE
from broker.companies.numbers import InvalidNumberError, parse_number
from broker.companies.orders import CompanyOrder
from broker.companies.search import is_name
from broker.companies.tags.queries import LONGEST_TAG
from broker.formatting import organisation_number
from broker.forms import (
    CheckboxesField,
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    Form,
    LongTextField,
    Required,
    TextField,
    TimeField,
    WholeNumberField,
    choices,
    pairs,
)
from broker.reference.choices import municipality_choices
from broker.swedish import clean, search_key

_EMAIL = Email(_l("Skriv e-postadressen som namn@exempel.se."))
# No company has a longer name.
_LONGEST_SEARCH = 200


class FoundCompanyField(ChoiceField):
    """One of some companies that were found, each with its place and number."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, coerce=int, **options)

    def offer(self, found: Iterable[Company]) -> None:
        """Fill the companies in."""
        self.choices = pairs((company.id, _told(company)) for company in found)


def _told(company: Company) -> str:
    return " · ".join(filter(None, [company.name, company.place, organisation_number(company.shown_number)]))


def colleague_choices() -> list[SelectChoice]:
    """Give the people of the organisation, after an empty choice."""
    users = accounts.list_users(organisation_in_scope())
    return pairs(((user.id, user.name) for user in users), empty=_("Ingen"))


def colleagues_to_choose(field: CheckboxesField, *, besides: int, chosen: Iterable[User] = ()) -> list[User]:
    """Offer the people of the organisation and those who were chosen before, and give them; all but one."""
    users = {user.id: user for user in (*accounts.list_users(organisation_in_scope()), *chosen) if user.id != besides}
    field.choices = pairs((user.id, user.name) for user in users.values())
    return list(users.values())


def _refuse_reversed(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise ValidationError(_("Ange en sista dag som ligger efter den första."))


class FilterForm(Form):
    """What the list of companies is narrowed to, and how it is shown."""

    class Meta:
        """A search changes nothing and needs no token."""

        csrf = False

    q = TextField(_l("Namn, organisationsnummer eller person"))
    kommun = ChoiceField(
        _l("Kommun"),
        choices=lambda: municipality_choices(_("Alla kommuner"), (NOWHERE, _("Utan känd kommun"))),
    )
    status = ChoiceField(
        _l("Vår relation"), coerce=EngagementStatus, choices=lambda: choices(EngagementStatus, empty=_("Alla"))
    )
    etikett = TextField(_l("Etikett"), render_kw={"list": "etiketter"})
    traffad_fran = DateField(_l("Träffade från och med"))
    traffad_till = DateField(_l("Träffade till och med"))
    vara = BooleanField(_l("Bara företag som vi har en relation till"))
    utan_steg = BooleanField(_l("Bara våra företag utan nästa steg"))
    ej_traffade = ChoiceField(
        _l("Inte träffade på"),
        coerce=int,
        choices=lambda: pairs(
            ((months, _("%(months)s månader", months=months)) for months in (3, 6, 12, 24)),
            empty=_("Spelar ingen roll"),
        ),
    )
    ordning = ChoiceField(
        _l("Ordning"),
        coerce=CompanyOrder,
        choices=lambda: choices(CompanyOrder, empty=_("Namn eller bäst träff")),
        description=_l("Alla utom den första visar bara företag som vi har en relation till."),
    )
    # A saved view may ask for a column that there was once.
    kol = CheckboxesField(
        _l("Kolumner"),
        choices=lambda: [(column.key, str(column.title)) for column in COLUMNS],
        default=USUAL,
        filters=[lambda keys: [column.key for column in COLUMNS if column.key in (keys or [])]],
    )

    def validate_traffad_till(self, field: Field) -> None:
        """Refuse a period that ends before it begins: no company would be met in it."""
        _refuse_reversed(self.traffad_fran.data, field.data)


class PeriodForm(Form):
    """Which contacts a list shows."""

    class Meta:
        """A search changes nothing and needs no token."""

        csrf = False

    fran = DateField(_l("Från och med"), [Required(_l("Ange den första dagen."))])
    till = DateField(_l("Till och med"), [Required(_l("Ange den sista dagen."))])
    hur = ChoiceField(_l("Hur"), coerce=InteractionKind, choices=lambda: choices(InteractionKind, empty=_("Alla sätt")))
    kommun = ChoiceField(_l("Kommun"), choices=lambda: municipality_choices(_("Alla kommuner")))
    mina = BooleanField(_l("Bara kontakter där jag var med"))

    def validate_till(self, field: Field) -> None:
        """Refuse a period that ends before it begins."""
        _refuse_reversed(self.fran.data, field.data)


class CompanyForm(CreateForm):
    """A company that the register lacks, or whose number is not known yet."""

    number = TextField(
        _l("Organisationsnummer"),
        description=_l("Lämna tomt om du inte vet det. Då ser bara ni företaget, tills det slås ihop med rätt."),
    )
    name = TextField(_l("Namn"), [Required(_l("Ange företagets namn."))])
    post_town = TextField(_l("Postort"))
    municipality_code = ChoiceField(_l("Kommun"), choices=lambda: municipality_choices(_("Välj kommun")))
    is_another = BooleanField(_l("Det är ett annat företag: lägg till ändå"))

    def values(self) -> dict[str, Any]:
        """Give the facts without the answer to whether it is another company than the one that is there already."""
        return {name: value for name, value in super().values().items() if name != "is_another"}


def facts_in_search(text: str) -> dict[str, str]:
    """Give what the text of a search that found nothing says of a company to add: a whole number, or else a name.

    Says nothing of what can be neither: a piece of a number, a mail address, signs alone. The number of a sole trader
    is a personal number, which no address of a page is to carry on.
    """
    text = " ".join(clean(text).split())[:_LONGEST_SEARCH]
    try:
        number = parse_number(text)
    except InvalidNumberError:
        return {"name": text} if search_key(text) and is_name(text) and "@" not in text else {}
    return {} if number.is_personal else {"number": organisation_number(number.digits)}


class FetchForm(CreateForm):
    """A company to fetch from the register by its number."""

    number = TextField(
        _l("Organisationsnummer"),
        [Required(_l("Ange organisationsnumret."))],
        description=_l("Tio siffror. För en enskild firma ägarens personnummer med tolv siffror; det sparas aldrig."),
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )


class FindCompanyForm(Form):
    """Which company the contact was with."""

    class Meta:
        """A search changes nothing and needs no token."""

        csrf = False

    q = TextField(_l("Företag"), [Required(_l("Skriv minst tre bokstäver av namnet, eller numret."))])


class EngagementForm(EditForm):
    """What we note about our relation to a company."""

    status = ChoiceField(_l("Läge"), coerce=EngagementStatus, choices=lambda: choices(EngagementStatus))
    owner_id = ChoiceField(_l("Ansvarig hos oss"), coerce=int, choices=colleague_choices)
    tags = TextField(_l("Etiketter"), render_kw={"list": "etiketter", "data-tags": ""})
    employees = WholeNumberField(_l("Anställda"), [Optional()], most=500_000)
    phone = TextField(_l("Telefon"))
    email = TextField(_l("E-postadress"), [Optional(), _EMAIL])
    website = TextField(_l("Webbplats"))
    industry = TextField(_l("Bransch"), description=_l("Med egna ord, om registrets bransch inte säger nog."))
    note = LongTextField(_l("Anteckning"), render_kw={"rows": 3})

    def values(self) -> dict[str, Any]:
        """Give the tags as a list."""
        tags = [" ".join(clean(tag).split()) for tag in (self.tags.data or "").split(",")]
        return super().values() | {"tags": [tag for tag in tags if tag]}

    def validate_tags(self, field: Field) -> None:
        """Refuse a tag that is a sentence."""
        if any(len(tag.strip()) > LONGEST_TAG for tag in (field.data or "").split(",")):
            raise ValidationError(_("Korta varje etikett till högst %(limit)s tecken.", limit=LONGEST_TAG))


class PersonForm(CreateForm):
    """Somebody at the company."""

    name = TextField(_l("Namn"), [Required(_l("Ange personens namn."))])
    function = TextField(_l("Funktion"))
    phone = TextField(_l("Telefon"))
    email = TextField(_l("E-postadress"), [Optional(), _EMAIL])
    source = TextField(
        _l("Varifrån uppgifterna kommer"),
        [Required(_l("Ange varifrån uppgifterna kommer, till exempel: personen själv."))],
    )
    legal_basis = ChoiceField(_l("Rättslig grund"), coerce=LegalBasis, choices=lambda: choices(LegalBasis))
    is_protected = BooleanField(_l("Skyddad identitet"))
    is_another = BooleanField(_l("Det är någon annan: lägg till ändå"))

    def values(self) -> dict[str, Any]:
        """Give the details without the answer to whether it is somebody else than who is there already."""
        return {name: value for name, value in super().values().items() if name != "is_another"}


class EditPersonForm(EditForm, PersonForm):
    """Somebody at the company whose details change."""

    token = None
    is_another = None
    is_active = BooleanField(_l("Visas i listor"))


class WorkplaceForm(CreateForm):
    """A place where people of the company work."""

    name = TextField(_l("Namn"), [Required(_l("Ange vad arbetsstället kallas."))])
    street = TextField(_l("Gatuadress"))
    post_town = TextField(_l("Postort"))
    municipality_code = ChoiceField(_l("Kommun"), choices=lambda: municipality_choices(_("Välj kommun")))
    employees = WholeNumberField(_l("Anställda"), [Optional()], most=500_000)


class LetterForm(CreateForm):
    """A letter that was saved from a mail program."""

    file = FileField(_l("Brev"), [Required(_l("Välj ett sparat brev."))], render_kw={"accept": ".eml,message/rfc822"})


class CardsForm(CreateForm):
    """Contact cards that a phone or a mail program saved."""

    file = FileField(_l("Kontaktkort"), [Required(_l("Välj en fil med kontaktkort."))], render_kw={"accept": ".vcf"})
    source = TextField(
        _l("Varifrån uppgifterna kommer"),
        [Required(_l("Ange varifrån uppgifterna kommer, till exempel: personen själv."))],
        default=lambda: _("Personen själv"),
    )


class TaskForm(CreateForm):
    """Something to do."""

    title = TextField(_l("Vad ska göras"), [Required(_l("Skriv vad som ska göras."))])
    due_on = DateField(_l("Senast"), [Required(_l("Ange senast vilken dag."))])


class EditTaskForm(EditForm, TaskForm):
    """Something to do that changes, or that somebody else is to do."""

    token = None
    owner_id = ChoiceField(
        _l("Vem"), [Required(_l("Välj vem som ska göra det."))], coerce=int, choices=colleague_choices
    )


class PlanForm(CreateForm):
    """A contact that is planned."""

    kind = ChoiceField(
        _l("Hur"),
        [Required(_l("Välj hur ni ska ses eller höras."))],
        coerce=InteractionKind,
        choices=lambda: choices(InteractionKind.reached()),
    )
    due_on = DateField(_l("Dag"), [Required(_l("Ange vilken dag."))])
    starts_at = TimeField(_l("Klockan"), description=_l("Lämna tomt om tiden inte är bestämd."))
    minutes = WholeNumberField(_l("Minuter"), [Optional()], least=5, most=24 * 60, default=60)
    title = TextField(_l("Vad det gäller"), [Required(_l("Skriv med några ord vad det gäller."))])
    colleague_ids = CheckboxesField(_l("Kollegor som följer med"), coerce=int, choices=[])

    def validate_due_on(self, field: Field) -> None:
        """Refuse a day that has passed, unless it was the day already."""
        if field.data and field.data < clock.today() and field.data != field.object_data:
            raise ValidationError(_("Ange idag eller en senare dag. En kontakt som redan varit loggar du i stället."))


class EditPlanForm(EditForm, PlanForm):
    """A planned contact that changes, or that somebody else takes over."""

    token = None
    owner_id = ChoiceField(
        _l("Vem"), [Required(_l("Välj vem som tar kontakten."))], coerce=int, choices=colleague_choices
    )
