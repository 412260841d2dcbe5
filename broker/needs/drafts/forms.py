"""Forms of drafts."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField
from wtforms.widgets import RangeInput

from broker.errors import ConflictError, Difference
from broker.formatting import say
from broker.forms import ChoiceField, CreateForm, EditForm, Required, TextField, WholeNumberField
from broker.needs.drafts import queries
from broker.needs.drafts.content import Part, Settings
from broker.needs.drafts.models import GroupDraft
from broker.needs.forms import topic_choices

_LARGEST_KEY = 2**31


class StartDraftForm(CreateForm):
    """What a draft is called, and which topic it is about."""

    name = TextField(_l("Namn på utkastet"), [Required(_l("Skriv ett namn på utkastet."))])
    topic_id = ChoiceField(_l("Kompetensområde"))

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.topic_id.choices = topic_choices(_("Alla områden"))


class EditDraftForm(EditForm):
    """What a draft is called, and whether anybody still works on it."""

    name = TextField(_l("Namn på utkastet"), [Required(_l("Skriv ett namn på utkastet."))])
    is_put_away = BooleanField(_l("Lägg undan utkastet"))


class DraftForm(EditForm):
    """One edit of a draft; which one, and of what, stands in the fields that the page wrote."""

    edit = HiddenField()

    def check_draft(self, draft: GroupDraft, label: Any) -> None:
        """Raise ConflictError if somebody else has edited the draft since the page was shown."""
        if str(self.version.data or "") != str(draft.version):
            latest = say(queries.get_step(draft).told)
            difference = Difference("edit", str(_("Ändring av utkastet")), str(label), latest)
            raise ConflictError([difference], draft.version)


class WhatIfForm(EditForm):
    """Other limits and weights, to see what they would give; a slider shows its number beside it."""

    smallest = WholeNumberField(
        _l("Minsta grupp, fler eller färre än området brukar"), least=-4, most=8, widget=RangeInput()
    )
    largest = WholeNumberField(_l("Största grupp, färre än området brukar"), least=-12, most=0, widget=RangeInput())
    travel = WholeNumberField(
        _l("Hur långt deltagarna reser, procent av vad de har sagt"), least=25, most=200, widget=RangeInput()
    )
    group_cost = WholeNumberField(
        _l("Färre och fullare grupper, procent av den vanliga vikten"), least=0, most=400, widget=RangeInput()
    )
    travel_cost = WholeNumberField(
        _l("Kortare resor, procent av den vanliga vikten"), least=0, most=400, widget=RangeInput()
    )

    def settings(self) -> Settings:
        """Give what was chosen; a slider that did not come means the usual."""
        usual = vars(Settings())
        return Settings(**{name: usual[name] if value is None else value for name, value in self.values().items()})


STEPS = {"smallest": 1, "largest": 1, "travel": 25, "group_cost": 50, "travel_cost": 50}


def sent_number(name: str) -> int | None:
    """Give a whole number that a page wrote into a form or an address, or None."""
    value = request.values.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 12 and int(value) < _LARGEST_KEY else None


def sent_parts(name: str) -> list[Part]:
    """Give the parts of needs that a page wrote as 12-0; what is written otherwise is left out."""
    found = []
    for value in request.values.getlist(name):
        need, _dash, part = value.partition("-")
        if need.isdecimal() and part.isdecimal() and len(value) < 20 and int(need) < _LARGEST_KEY:
            found.append((int(need), int(part)))
    return found


def sent_part(name: str = "part") -> Part:
    """Give the one part of a need that a page wrote; one that does not exist when there is none."""
    return next(iter(sent_parts(name)), (0, 0))


def as_field(part: Part) -> str:
    """Give what sent_parts reads."""
    return f"{part[0]}-{part[1]}"
