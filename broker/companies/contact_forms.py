"""Forms of contacts: log one, and correct it afterwards."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError
from wtforms.widgets import ListWidget, RadioInput

from broker import clock
from broker.access import Permission, can
from broker.companies.forms import FoundCompanyField
from broker.companies.models import Interaction, InteractionKind, Person, Task
from broker.formatting import day
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
    choices,
    not_in_future,
    pairs,
)
from broker.sentences import N_

_OLDEST_CONTACT = timedelta(days=20 * 366)


class PlanField(ChoiceField):
    """One of the contacts that are planned with a company, or none of them."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, coerce=int, choices=[], **options)

    def offer(self, plans: Iterable[Task]) -> None:
        """Fill the plans in."""
        rows = [(task.id, f"{task.kind and task.kind.label} {day(task.due_on)}: {task.title}") for task in plans]
        self.choices = [*pairs(rows), *pairs([("", _("Nej"))])] if rows else pairs([], empty="")


def _today() -> date:
    return clock.today()


class _ContactFields(Form):
    """What a contact is, whether it is logged or corrected."""

    kind = ChoiceField(
        _l("Hur"),
        [Required(_l("Välj hur kontakten togs."))],
        coerce=InteractionKind,
        choices=lambda: choices(InteractionKind),
    )
    happened_on = DateField(_l("När"), [Required(_l("Ange när kontakten var.")), not_in_future], default=_today)
    summary = LongTextField(
        _l("Vad sades"), [Required(_l("Skriv med några ord vad som sades."))], render_kw={"rows": 4}
    )

    def validate_happened_on(self, field: Field) -> None:
        """Refuse a year that was hardly meant."""
        if field.data and field.data < clock.today() - _OLDEST_CONTACT:
            raise ValidationError(_("Kontrollera årtalet. En kontakt kan vara högst tjugo år gammal."))


class InteractionForm(CreateForm, _ContactFields):
    """A contact in five fields."""

    # A call without answer has a button of its own, which also plans the next one.
    kind = ChoiceField(
        _l("Hur"),
        [Required(_l("Välj hur kontakten togs."))],
        coerce=InteractionKind,
        choices=lambda: choices(InteractionKind.reached()),
    )
    next_step = TextField(_l("Nästa steg"))
    next_step_on = DateField(_l("Senast"))
    people = CheckboxesField(_l("Med vem"), coerce=int, choices=[])
    colleagues = CheckboxesField(_l("Kollegor som var med"), coerce=int, choices=[])
    plan_id = PlanField(_l("Var det här den planerade kontakten?"))

    def say_nobody_answered(self) -> None:
        """Take the form for a call that nobody answered, for which nothing has to be typed."""
        self.kind.choices, self.kind.data = choices([InteractionKind.NO_ANSWER]), InteractionKind.NO_ANSWER
        if self.happened_on.data is None:
            self.happened_on.process_data(clock.today())
        self.summary.data = self.summary.data or N_("Ringde utan att få svar.")

    def values(self) -> dict[str, Any]:
        """Give the facts of the contact without the plan, which is a row of its own."""
        return {name: value for name, value in super().values().items() if name != "plan_id"}

    def validate_next_step_on(self, field: Field) -> None:
        """Refuse a day without a step, and a day before the contact."""
        if field.data and self.happened_on.data and field.data < self.happened_on.data:
            raise ValidationError(_("Ange en dag som inte ligger före kontakten."))
        if field.data and not self.next_step.data:
            raise ValidationError(_("Skriv vad nästa steg är, eller ta bort datumet."))


class EditInteractionForm(EditForm, _ContactFields):
    """A logged contact to correct; its next step is a task of its own by now."""

    # Named otherwise than the row's own list, which holds people and not their keys.
    person_ids = CheckboxesField(_l("Med vem"), coerce=int, choices=[])
    colleague_ids = CheckboxesField(_l("Kollegor som var med"), coerce=int, choices=[])


class RemoveForm(EditForm):
    """A contact to take back."""

    with_steps = BooleanField(_l("Stäng också nästa steg"))


class MoveForm(EditForm):
    """The company that a contact was with."""

    company_id = FoundCompanyField(_l("Företag"), [Required(_l("Välj vilket företag kontakten var med."))])


def visible_people(interaction: Interaction) -> list[Person]:
    """Give those whom a contact was with, as far as whoever looks may see them."""
    return [person for person in interaction.people if not person.is_protected or can(Permission.SEE_PROTECTED)]
