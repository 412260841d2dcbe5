"""The form by which companies are asked: which, how, and what the tasks say."""

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError
from wtforms.widgets import ListWidget, RadioInput

from broker import clock
from broker.accounts.models import User
from broker.forms import CheckboxesField, ChoiceField, CreateForm, DateField, Required, TextField, choices
from broker.needs.asking.finding import Row
from broker.needs.asking.service import TaskToDo, ToAsk

_USUAL_DAYS = 14


class Way(StrEnum):
    """How companies are asked."""

    LETTERS = "letters"
    TASKS = "tasks"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _WAYS[self]


_WAYS = {
    Way.LETTERS: _l("Brev med en länk till företagets eget formulär"),
    Way.TASKS: _l("Uppgifter hos oss, en för varje företag"),
}


class Whose(StrEnum):
    """Who of us gets the tasks."""

    KEEPER = "keeper"
    ME = "me"

    @property
    def label(self) -> Any:
        """Give the Swedish words."""
        return _WHOSE[self]


_WHOSE = {
    Whose.KEEPER: _l("Den som ansvarar för företaget, annars jag"),
    Whose.ME: _l("Jag"),
}


class _RadioField(ChoiceField):
    """One choice of a few that are all seen."""

    widget = ListWidget(prefix_label=False)
    option_widget = RadioInput()

    def pre_validate(self, form: Any) -> None:
        """Leave it to the field's own question to say that nothing is chosen, once."""
        if self.data is not None or self.process_errors:
            super().pre_validate(form)


class AskForm(CreateForm):
    """Which companies are asked, by letter or by tasks of ours."""

    # What may be chosen is what the page finds anew: a company that is no longer there is left out and told of.
    company_ids = CheckboxesField(_l("Företag"), coerce=int, choices=[], validate_choice=False)
    person_ids = CheckboxesField(_l("Kontaktpersoner"), coerce=int, choices=[], validate_choice=False)
    way = _RadioField(
        _l("Hur frågar ni?"), [Required(_l("Välj hur ni frågar."))], coerce=Way, choices=lambda: choices(Way)
    )
    tasks_for_rest = BooleanField(_l("Gör uppgifter för de företag som inte kan få brev"), default=True)
    whose = _RadioField(_l("Vem får uppgifterna?"), coerce=Whose, choices=lambda: choices(Whose), default=Whose.KEEPER)
    title = TextField(_l("Uppgiften"))
    due_on = DateField(_l("Senast"), default=lambda: clock.today() + timedelta(days=_USUAL_DAYS))

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(**options)
        self._most = most

    @property
    def makes_tasks(self) -> bool:
        """Tell whether any company may get a task."""
        return self.way.data is Way.TASKS or self.tasks_for_rest.data

    def validate_company_ids(self, field: Field) -> None:
        """Refuse none, and more than anybody can follow up."""
        if not field.data:
            raise ValidationError(_("Välj minst ett företag att fråga."))
        if len(set(field.data)) > self._most:
            raise ValidationError(_("Välj högst %(most)s företag åt gången.", most=self._most))

    def validate_whose(self, field: Field) -> None:
        """Ask whose the tasks are, where there are any."""
        if self.makes_tasks and not field.data:
            raise ValidationError(_("Välj vem som får uppgifterna."))

    def validate_title(self, field: Field) -> None:
        """Ask what the tasks say, where there are any."""
        if self.makes_tasks and not field.data:
            raise ValidationError(_("Skriv vad som ska göras."))

    def validate_due_on(self, field: Field) -> None:
        """Ask for a day to come, where there are tasks."""
        if self.makes_tasks and (field.data is None or field.data < clock.today()):
            raise ValidationError(_("Ange idag eller en senare dag."))

    def task(self) -> TaskToDo:
        """Give what a task says; of no account where there are none."""
        return TaskToDo(self.title.data or "", self.due_on.data or clock.today())

    def to_ask(self, rows: Sequence[Row], *, users: Sequence[User], by: User) -> list[ToAsk]:
        """Give the chosen companies that can be asked so, each with its person or with who gets the task."""
        ours, chosen = {user.id for user in users}, set(self.company_ids.data)
        found = []
        for row in rows:
            person = self._person(row) if self.way.data is Way.LETTERS else None
            if row.company.id not in chosen or (person is None and not self.makes_tasks):
                continue
            keeper = row.engagement.owner_id
            owner_id = keeper if self.whose.data is Whose.KEEPER and keeper in ours else by.id
            found.append(ToAsk(row.company, row.engagement.id, person, owner_id or by.id))
        return found

    def _person(self, row: Row) -> Any:
        wanted = set(self.person_ids.data or [])
        return next((person for person in row.people if person.id in wanted), None)
