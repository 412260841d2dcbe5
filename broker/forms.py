"""What every form shares: version and token, Swedish numbers and dates, texts that say what to do."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from html import escape as escape_plainly
from typing import Any, ClassVar, Protocol

from flask import after_this_request, current_app, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from markupsafe import Markup, escape
from werkzeug.wrappers import Response
from wtforms import DateField as WtformsDateField
from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms import FileField as WtformsFileField
from wtforms import TimeField as WtformsTimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget, Select
from wtforms.widgets.core import clean_key

from broker import clock, idempotency
from broker.errors import ConflictError, Difference
from broker.file_kinds import ACCEPTED
from broker.formatting import day, moment, number, time_of_day, yes_no
from broker.swedish import clean

_HIDDEN = {"csrf_token", "version", "token"}
_LONGEST_TEXT, _LONGEST_LINE, _LARGEST_AMOUNT = 20_000, 500, 10**12
_NOT_OFFERED = _l("Välj ett av alternativen i listan.")
_EARLIEST_DAY, _LATEST_DAY = date(1900, 1, 1), date(2199, 12, 31)


class Form(FlaskForm):
    """The parent of every form: its values by name, without what only the web needs."""

    def values(self) -> dict[str, Any]:
        """Give what was filled in, by the names that the services use."""
        return {name: field.data for name, field in self._fields.items() if name not in _HIDDEN}

    def validate(self, extra_validators: Any = None) -> bool:
        """Try what was filled in, and remember the form for the page that shows it when it cannot be saved."""
        g.sent_form = self
        return bool(super().validate(extra_validators))

    def asked(self) -> dict[str, Any]:
        """Give what the address of a list says of its filter, by the names of the fields, for links that keep it."""
        return {name: values for name in self._fields if any(values := request.args.getlist(name))}

    def sent(self) -> dict[str, str]:
        """Give what was filled in as pages show it, by the labels of the fields."""
        texts = {str(field.label.text): shown(field, field.data) for field in self._shown_fields()}
        return {label: text for label, text in texts.items() if text}

    def _shown_fields(self) -> list[Field]:
        never = (HiddenField, PasswordField, WtformsFileField)
        return [field for field in self._fields.values() if not isinstance(field, never)]

    def refuse(self, name: str, sentence: str) -> None:
        """Put a refusal that only the service could know on the field that it concerns."""
        field = self._fields[name]
        field.errors = [*field.errors, sentence]


class CreateForm(Form):
    """A form that makes something: sent twice, it makes it once."""

    token = HiddenField(default=idempotency.new_token)


class HasVersion(Protocol):
    """What a form can have been opened on: a row, or several rows that are edited as one."""

    @property
    def version(self) -> Any:
        """Give what is another once somebody has saved."""


class EditForm(Form):
    """A form that changes a row: refuses to overwrite what somebody else saved meanwhile."""

    version = HiddenField()

    def check_version(self, row: HasVersion) -> None:
        """Raise ConflictError, with both texts, if the row was saved after this form was shown."""
        if str(self.version.data or "") != str(row.version):
            raise ConflictError(list(self._differences(row)), row.version)

    def _differences(self, row: HasVersion) -> Iterable[Difference]:
        for field in self._shown_fields():
            # What is not a column of the row was given to the form by the view.
            saved = getattr(row, field.short_name, field.object_data)
            mine, theirs = shown(field, field.data), shown(field, saved)
            if mine != theirs:
                yield Difference(field.short_name, str(field.label.text), mine, theirs)


class StateForm(EditForm):
    """A step that needs no words, but must be taken on what was shown."""


def shown(field: Field, value: Any) -> str:
    """Give a value of a field as pages show it: the label of a choice, a day in words, yes or no."""
    if isinstance(value, list | tuple):
        return ", ".join(shown(field, part) for part in value)
    if value is None:
        return ""
    labels = {str(choice.value): str(choice.label) for choice in getattr(field, "choices", None) or []}
    if str(value) in labels:
        return labels[str(value)]
    return _as_words(value)


def _as_words(value: Any) -> str:
    match value:
        case bool():
            return yes_no(value)
        case datetime():
            return moment(value if value.tzinfo else value.replace(tzinfo=clock.SWEDEN))
        case date():
            return day(value)
        case time():
            return time_of_day(value)
        case int() | Decimal():
            return number(value)
        case _:
            return str(value)


class TextField(StringField):
    """One line of text, stored in its one form; empty means None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what came; a line break, which no browser sends, would begin a new line in a letter or a calendar."""
        self.data = _find_text([" ".join(text.splitlines()) for text in valuelist])

    def pre_validate(self, form: Any) -> None:
        """Refuse a text that nobody typed."""
        _check_length(self.data, _LONGEST_LINE)


class LongTextField(TextAreaField):
    """Several lines of text, stored in their one form; empty means None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Clean what came."""
        self.data = _find_text(valuelist)

    def pre_validate(self, form: Any) -> None:
        """Refuse a text that no page can show."""
        _check_length(self.data, _LONGEST_TEXT)


def _find_text(valuelist: list[str]) -> str | None:
    text = clean(valuelist[0]) if valuelist else ""
    # Signs without width can be typed by themselves, but nobody can read them.
    return text if any(letter.isprintable() and not letter.isspace() for letter in text) else None


def _check_length(text: str | None, limit: int) -> None:
    if text and len(text) > limit:
        raise ValidationError(_("Korta texten till högst %(limit)s tecken.", limit=limit))


class DateField(WtformsDateField):
    """A day, as the browser sends it or as people write it: 2026-03-01, 20260301 or 1/3 2026."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%d", "%Y%m%d", "%d/%m %Y"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day, or say how to write it."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata([valuelist[0].strip()])
        except ValueError as error:
            raise ValueError(_("Skriv datumet som 2026-03-01.")) from error
        if self.data is not None and not _EARLIEST_DAY <= self.data <= _LATEST_DAY:
            # One sentence about the year is enough: no other rule shall judge the same day.
            self.data = None
            raise ValueError(_("Kontrollera årtalet. Dagen ska ligga mellan år 1900 och 2199."))


class TimeField(WtformsTimeField):
    """A time of the day, as the browser sends it or as people write it: 13:00, 13.00, 1300 or 13."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, format=["%H:%M", "%H.%M", "%H%M", "%H:%M:%S"], **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time, or say how to write it."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        text = valuelist[0].strip()
        try:
            # An hour alone would be read as an hour of one figure and a minute.
            super().process_formdata([f"{text}:00" if text.isdecimal() and len(text) <= 2 else text])
        except ValueError as error:
            raise ValueError(_("Skriv klockslaget som 13:00.")) from error


class WholeNumberField(IntegerField):
    """A whole number from a smallest to a largest; spaces between thousands are welcome."""

    def __init__(
        self, label: Any = None, validators: Any = None, least: int = 0, most: int = 1_000_000, **options: Any
    ) -> None:
        super().__init__(label, validators, **options)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, or say which numbers are possible."""
        text = _without_spaces(valuelist)
        if not text:
            self.data = None
            return
        try:
            self.data = int(text)
        except ValueError as error:
            raise ValueError(_("Skriv ett heltal, till exempel 12.")) from error

    def pre_validate(self, form: Any) -> None:
        """Refuse a number outside the limits."""
        if self.data is not None and not self.least <= self.data <= self.most:
            raise ValidationError(_("Skriv ett tal från %(least)s till %(most)s.", least=self.least, most=self.most))


class KronorField(StringField):
    """An amount in kronor with at most two decimals, never below zero, given as Decimal."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount, or say how to write it."""
        text = _without_spaces(valuelist).removesuffix("kr").replace(",", ".")
        if not text:
            self.data = None
            return
        try:
            # Decimal knows 1e6 and digits of every script too, which nobody means as kronor.
            amount = Decimal(text if re.fullmatch(r"-?[0-9.]+", text) else "?")
        except InvalidOperation as error:
            raise ValueError(_("Skriv ett belopp i kronor, till exempel 12 500,50.")) from error
        # What has very many digits cannot be rounded at all, so its size is looked at first.
        if amount.is_finite() and not 0 <= amount < _LARGEST_AMOUNT:
            raise ValueError(_("Skriv ett belopp från 0 till en biljon kronor."))
        if not amount.is_finite() or amount != round(amount, 2):
            raise ValueError(_("Skriv ett belopp med högst två decimaler. Punkt och komma betyder båda decimaler."))
        self.data = amount

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data).replace(".", ",")


def _without_spaces(valuelist: list[str]) -> str:
    return "".join(valuelist[0].split()).replace("\u2212", "-") if valuelist else ""


def _attributes(**values: Any) -> str:
    """Give attributes as HTML, as WTForms does but in a quarter of the time; what is False is left out."""
    shown = sorted((clean_key(name), value) for name, value in values.items() if value is not False)
    return " ".join(name if value is True else f'{name}="{escape(str(value))}"' for name, value in shown)


class _Box(CheckboxInput):
    html_params = staticmethod(_attributes)


class CheckboxesField(SelectMultipleField):
    """Several choices as a list of boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = _Box()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        sentence = _l("Välj bland alternativen i listan.")
        super().__init__(label, validators, invalid_value_message=sentence, invalid_choice_message=sentence, **options)


class Required(InputRequired):
    """The field must be filled in; says what to do with the name of the thing."""

    def __init__(self, sentence: Any) -> None:
        super().__init__(sentence)

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse an empty field, also one with only spaces; how it should have been written is then no question."""
        if field.data in (None, "", []):
            if field.process_errors:
                raise StopValidation
            raise StopValidation(str(self.message))


class SometimesRequired:
    """The field is asked for only with another answer, as its words say; so it is not marked as optional."""

    field_flags: ClassVar[dict[str, bool]] = {"sometimes_required": True}

    def __call__(self, form: Any, field: Field) -> None:
        """Let everything through: who saves the answers knows when it is needed."""


def choices(kind: Iterable[StrEnum], *, empty: Any = None) -> list[SelectChoice]:
    """Give an enum, or some of it, as choices with its own labels, after an empty one if that has a text."""
    first = [SelectChoice(value="", label=str(empty))] if empty is not None else []
    return first + [SelectChoice(value=member.value, label=str(member.label)) for member in kind]  # type: ignore[attr-defined]


def pairs(rows: Iterable[tuple[Any, str]], *, empty: Any = None) -> list[SelectChoice]:
    """Give choices from (value, label) pairs, after an empty one if that has a text."""
    first = [SelectChoice(value="", label=str(empty))] if empty is not None else []
    return first + [SelectChoice(value=value, label=label) for value, label in rows]


class _Options(Select):
    """Choices without groups and attributes of their own, written as plain text in a tenth of the time."""

    def __call__(self, field: Any, **kwargs: Any) -> Markup:
        """Give the list as HTML."""
        flags = {name: True for name in self.validation_attrs if getattr(field.flags, name)}
        lines = (
            f"<option{' selected' if field.coerce(choice.value) == field.data else ''}"
            f' value="{escape_plainly(str(choice.value))}">{escape_plainly(str(choice.label or choice.value))}</option>'
            for choice in field.choices or []
        )
        attributes = _attributes(**{"id": field.id, "name": field.name, **flags, **kwargs})
        return Markup(f"<select {attributes}>{''.join(lines)}</select>")  # noqa: S704 - each part is escaped above.


class ChoiceField(SelectField):
    """One choice of several; an empty one is None."""

    widget = _Options()

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        kind = options.pop("coerce", str)
        super().__init__(
            label,
            validators,
            coerce=lambda value: None if value in ("", None, "None") else kind(value),
            invalid_value_message=_NOT_OFFERED,
            **options,
        )

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not among the choices."""
        if self.process_errors:
            return
        if self.data is None and any(choice.value == "" for choice in self.choices or []):
            return
        if not any(self.coerce(choice.value) == self.data for choice in self.choices or []):
            raise ValidationError(_NOT_OFFERED)


def not_in_future(form: Any, field: Field) -> None:
    """Refuse a day that has not come yet."""
    if isinstance(field.data, date) and field.data > clock.today():
        raise ValidationError(_("Ange en dag som inte ligger i framtiden."))


class FileForm(CreateForm):
    """A document that is to be kept with something."""

    file = FileField(_l("Fil"), [Required(_l("Välj en fil."))], description=ACCEPTED)


def forget_typed(key: str) -> None:
    """Tell the browser that the form with this key is saved, so that it drops what it has kept of it."""
    _tell_browser("kept-saved", key)


def forget_waiting(token: str) -> None:
    """Tell the device that what it kept under this token is saved, so that it does not send it too."""
    _tell_browser("waiting-saved", token)


def _tell_browser(name: str, value: str) -> None:

    @after_this_request
    def tell(response: Response) -> Response:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        response.set_cookie(name, value, secure=secure, samesite="Lax")
        return response
