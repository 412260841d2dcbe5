"""What the style guide shows: a form with a field of every kind, whole and faulty, and rows for a table."""

from types import SimpleNamespace
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from broker import qr
from broker.forms import CheckboxesField

_NEEDED = [InputRequired("Fyll i fältet.")]
_CHOICES = [SelectChoice(value="visit", label="Besök & möte"), SelectChoice(value="call", label="<b>Samtal</b>")]


class ExampleForm(FlaskForm):
    """A field of every kind."""

    name = StringField("Namn", _NEEDED)
    email = EmailField("E-post", description="Dit bekräftelsen går.")
    happened_on = DateField("Dag", _NEEDED)
    people = IntegerField("Antal personer", _NEEDED)
    channel = SelectField("Kontaktväg", _NEEDED, choices=_CHOICES)
    summary = TextAreaField("Vad sades?", _NEEDED)
    agreed = BooleanField("Företaget har sagt ja", _NEEDED)
    kind = RadioField("Slag", _NEEDED, choices=_CHOICES)
    topics = CheckboxesField("Områden", _NEEDED, choices=_CHOICES)
    papers = FileField("Bilaga", _NEEDED)
    version = HiddenField(default="7")


def examples() -> dict[str, Any]:
    """Give what the page of the style guide shows."""
    faulty = ExampleForm(formdata=None, prefix="fel-", meta={"csrf": False})
    faulty.validate()
    row = SimpleNamespace(
        name="Ådalens Svets & Smide AB", municipality="Flen", employees=1200, status="Aktiv", tone="ok"
    )
    return {
        "form": ExampleForm(formdata=None),
        "faulty_form": faulty,
        "rows": [row, row, row],
        "drawing": qr.draw("https://larcentrum.example"),
    }
