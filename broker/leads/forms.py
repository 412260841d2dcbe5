"""Forms of leads."""

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field
from wtforms.validators import ValidationError

from broker import clock
from broker.accounts.models import Organisation
from broker.companies.models import Person
from broker.formatting import day
from broker.forms import (
    CheckboxesField,
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    LongTextField,
    Required,
    TextField,
    choices,
    pairs,
)
from broker.leads import queries
from broker.leads.models import LeadGround, LeadResult, SharedField
from broker.topics import queries as topics

_OF_PERSON = (SharedField.PERSON, SharedField.PHONE, SharedField.EMAIL)


def _suggested_day() -> date:
    return clock.today() + timedelta(days=queries.lead_days(clock.today()).suggested_wait)


class LeadForm(CreateForm):
    """A lead to offer: to whom, about what, with which details, on which ground, by when."""

    near = CheckboxesField(_l("I företagets kommun"), coerce=int)
    other = ChoiceField(_l("Annan organisation"), coerce=int)
    summary = LongTextField(_l("Vad gäller det?"), [Required(_l("Skriv vad leadet gäller."))], render_kw={"rows": 3})
    topic_id = ChoiceField(
        _l("Kompetensområde"),
        choices=lambda: pairs(((row.id, row.label) for row in topics.topics_in_use().values()), empty=_("Inget valt")),
    )
    person_id = ChoiceField(_l("Kontaktperson"), coerce=int)
    fields = CheckboxesField(_l("Det här får följa med"), coerce=SharedField, default=list)
    ground = ChoiceField(
        _l("Grund för att lämna ut uppgifterna"),
        [Required(_l("Välj grund."))],
        coerce=LeadGround,
        # Nothing is chosen beforehand: a ground is somebody's judgement.
        choices=lambda: choices(LeadGround, empty=_("Välj grund")),
    )
    ground_note = TextField(
        _l("Vem har samtyckt, när och hur, eller varför passar paragrafen?"),
        [Required(_l("Skriv vem som har samtyckt, när och hur, eller varför paragrafen passar."))],
    )
    answer_by = DateField(_l("Svar senast"), [Required(_l("Ange när du vill ha svar."))], default=_suggested_day)

    def offer_to(self, near: list[Organisation], others: list[Organisation], people: list[Person]) -> None:
        """Fill the choices in: organisations of the company's municipality first, and the people of the company."""
        self.near.choices = pairs((row.id, row.name) for row in near)
        if not near:
            self.other.label.text = _("Mottagare")
        empty = _("Ingen annan") if near else _("Välj organisation")
        self.other.choices = pairs(((row.id, row.name) for row in others), empty=empty)
        self.person_id.choices = pairs(((row.id, row.name) for row in people), empty=_("Ingen person"))
        self.fields.choices = choices(name for name in SharedField if people or name is not SharedField.PERSON)

    @property
    def receiver_ids(self) -> list[int]:
        """Give the keys of everybody the lead goes to."""
        return [*(self.near.data or []), *([self.other.data] if self.other.data else [])]

    def validate_other(self, field: Field) -> None:
        """Refuse a lead to nobody."""
        if not self.receiver_ids:
            raise ValidationError(_("Välj minst en mottagare."))

    def validate_person_id(self, field: Field) -> None:
        """Refuse a name that is to go along when nobody is chosen."""
        if field.data is None and len(field.choices) > 1 and SharedField.PERSON in (self.fields.data or []):
            raise ValidationError(_("Välj kontaktperson, eller ta bort krysset vid namn och funktion."))

    def validate_fields(self, field: Field) -> None:
        """Refuse a person of whom nothing would go along."""
        if self.person_id.data and not set(_OF_PERSON) & set(field.data or []):
            raise ValidationError(_("Kryssa för vad om kontaktpersonen som får följa med, eller välj Ingen person."))

    def validate_answer_by(self, field: Field) -> None:
        """Refuse a day that has passed, and one so far away that nobody would follow the lead."""
        if field.data and field.data < clock.today():
            raise ValidationError(_("Ange en dag från och med i dag."))
        last = clock.today() + timedelta(days=queries.lead_days(clock.today()).longest_wait)
        if field.data and field.data > last:
            raise ValidationError(_("Ange en dag senast den %(day)s.", day=day(last)))

    def values(self) -> dict[str, Any]:
        """Give what the service needs beside receivers and person."""
        kept = ("summary", "topic_id", "fields", "ground", "ground_note", "answer_by")
        return {name: value for name, value in super().values().items() if name in kept}


class QuestionForm(EditForm):
    """A question to the sender."""

    question = LongTextField(_l("Vad vill du fråga avsändaren?"), [Required(_l("Skriv din fråga."))])


class ReasonForm(EditForm):
    """A word to the sender."""

    reason = LongTextField(_l("Vad vill du säga till avsändaren?"), [Required(_l("Skriv några ord till avsändaren."))])


class ReplyForm(EditForm):
    """A word back to the receiver who asked."""

    reply = LongTextField(_l("Ditt svar"), [Required(_l("Skriv ditt svar."))])


class ResultForm(EditForm):
    """What became of a lead."""

    result = ChoiceField(
        _l("Vad blev det?"),
        [Required(_l("Välj vad det blev."))],
        coerce=LeadResult,
        choices=lambda: choices(LeadResult),
    )
    result_note = LongTextField(_l("Några ord om det"))
