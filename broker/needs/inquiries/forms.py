"""Forms of inquiries: the public one, and those by which we make links and deal with answers."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import ValidationError

from broker import clock
from broker.companies.forms import FoundCompanyField
from broker.companies.models import Person
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
    WholeNumberField,
    choices,
    pairs,
)
from broker.leads.tips.forms import LINE, TEXT, NumberedForm
from broker.leads.tips.queries import TipRules
from broker.needs.forms import topic_choices
from broker.needs.inquiries.models import Inquiry, InquiryKind
from broker.needs.models import Barrier
from broker.topics import queries as topics

_MOST = 5000


class AnswerForm(NumberedForm):
    """What a company says that it needs; nothing has to be known but who it is and something of what."""

    company_name = TextField(_l("Företagets namn"), [LINE], render_kw={"autocomplete": "organization"})
    topic_ids = CheckboxesField(_l("Passar något av det här?"), choices=[])
    text = LongTextField(_l("Vad behöver ni kunna som ni inte kan i dag?"), [TEXT], render_kw={"rows": 4})
    women = WholeNumberField(_l("Hur många kvinnor gäller det?"), most=_MOST)
    men = WholeNumberField(_l("Hur många män gäller det?"), most=_MOST)
    unknown_sex = WholeNumberField(_l("Hur många som ni inte vet könet på?"), most=_MOST)
    earliest_on = DateField(_l("När kan det tidigast börja?"))
    latest_on = DateField(_l("När ska det senast vara klart?"))
    place = TextField(_l("I vilken kommun eller ort arbetar de?"), [LINE])
    barriers = CheckboxesField(_l("Vad kan göra det svårt att delta?"), choices=lambda: choices(Barrier))
    barrier_note = LongTextField(_l("Berätta mer om det"), [TEXT], render_kw={"rows": 2})
    contact_name = TextField(_l("Vem kan vi fråga?"), [LINE], render_kw={"autocomplete": "name"})
    contact_reach = TextField(_l("E-postadress eller telefonnummer"), [LINE])

    def __init__(self, inquiry: Inquiry, rules: TipRules) -> None:
        # Who is asked about one topic finds it ticked; of a campaign people tick what fits.
        chosen = inquiry.current_topic_ids
        known = {"topic_ids": chosen} if inquiry.company else None
        super().__init__(inquiry.token, rules, known=known)
        self.company = inquiry.company
        self.topic_ids.choices = pairs((topic_id, topics.topic_label(topic_id)) for topic_id in chosen)

    def validate_company_name(self, field: Field) -> None:
        """Ask who they are, unless the link is one company's."""
        if not self.company and not field.data:
            raise ValidationError(_("Skriv vad företaget heter."))

    def validate_place(self, field: Field) -> None:
        """Ask where they are, unless the link is one company's."""
        if not self.company and not field.data:
            raise ValidationError(_("Skriv var de som ska lära sig arbetar."))

    def validate_text(self, field: Field) -> None:
        """Ask for some words, unless a topic says enough."""
        if not field.data and not self.topic_ids.data:
            raise ValidationError(_("Skriv med några ord vad ni behöver kunna."))

    def validate_latest_on(self, field: Field) -> None:
        """Refuse a window that ends before it begins, and one that is over."""
        if field.data and field.data < max(self.earliest_on.data or date.min, clock.today()):
            raise ValidationError(_("Ange en senaste dag som inte har varit, och som inte ligger före den tidigaste."))

    def values(self) -> dict[str, Any]:
        """Give what is stored of an answer; who the company is, a link for one company knows itself."""
        values = super().values()
        for name in ("women", "men", "unknown_sex"):
            values[name] = values[name] or 0
        if self.company:
            values |= {"company_name": self.company.name, "organisation_number": None}
        return values | {"place": values["place"] or ""}


def _campaign_topics() -> list[Any]:
    return [choice for choice in topic_choices("") if choice.value]


class LinkForm(CreateForm):
    """A link for a campaign or for every company."""

    kind = ChoiceField(
        _l("Vem är länken för?"),
        [Required(_l("Välj vem länken är för."))],
        coerce=InquiryKind,
        choices=lambda: choices([InquiryKind.CAMPAIGN, InquiryKind.ORGANISATION]),
    )
    name = TextField(_l("Namn"), [Required(_l("Skriv ett namn, till exempel Frukostmöte i maj."))])
    open_until = DateField(_l("Öppen till och med"), [Required(_l("Ange till vilken dag länken ska fungera."))])
    topic_ids = CheckboxesField(_l("Områden att kryssa i"), choices=_campaign_topics)

    def validate_open_until(self, field: Field) -> None:
        """Refuse a day that has been."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("Ange en dag som inte har varit."))


class CompanyLinkForm(CreateForm):
    """A link for one company, sent to somebody there or handed over."""

    person_id = ChoiceField(_l("Skicka länken till"), coerce=int)

    def offer(self, people: list[Person]) -> None:
        """Offer those who have an address; their names are ours to see, for they are not protected."""
        rows = ((person.id, f"{person.name}, {person.email}") for person in people if person.email)
        self.person_id.choices = pairs(rows, empty=_("Ingen, jag lämnar över den själv"))


class ConfirmForm(Form):
    """Which company an answer is from."""

    company_id = FoundCompanyField(_l("Företag"), [Required(_l("Välj vilket företag svaret kommer från."))])


class RejectForm(EditForm):
    """Why an answer is rejected."""

    reason = LongTextField(_l("Varför?"), [Required(_l("Skriv med några ord varför svaret avvisas."))])
