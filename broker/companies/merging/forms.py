"""Forms of merging: which field of which row stays, and which company is the other one."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField

from broker.companies.merging.fields import BOTH, GONE, KEPT, FieldChoice
from broker.companies.merging.models import MergeKind
from broker.forms import ChoiceField, CreateForm, Form, Required, TextField, WholeNumberField, pairs

_NOTHING = _l("(tomt)")


class MergeForm(CreateForm):
    """Two rows that become one; made anew for each pair, with one choice for each field in which they differ."""

    # What the rows were when the page was made; a pair that has changed since is looked at again.
    state = HiddenField()

    @classmethod
    def for_fields(cls, fields: Sequence[FieldChoice], state: str) -> "MergeForm":
        """Give a form for these fields, set to what is proposed."""
        radios = {_named(row.name): _radio(row) for row in fields}
        form: MergeForm = type("FieldsForm", (cls,), radios)()
        form.is_stale = form.is_submitted() and form.state.data != state
        form.state.data = state
        return form

    def chosen(self) -> dict[str, str]:
        """Give which row each field is taken from."""
        return {name.removeprefix("field_"): field.data for name, field in self._fields.items() if _is_radio(name)}


class FindOtherForm(Form):
    """Which company is the same."""

    class Meta:
        """A search changes nothing and needs no token."""

        csrf = False

    q = TextField(_l("Namn eller organisationsnummer"))


class PairForm(Form):
    """Two keys of one kind."""

    kind = ChoiceField(coerce=MergeKind, choices=pairs((kind.value, kind.value) for kind in MergeKind))
    first = WholeNumberField(most=2**53)
    second = WholeNumberField(most=2**53)


def _radio(row: FieldChoice) -> RadioField:
    choices = [(KEPT, row.kept_text or str(_NOTHING)), (GONE, row.gone_text or str(_NOTHING))]
    if row.can_be_both:
        choices.append((BOTH, _("Båda")))
    return RadioField(
        str(row.title), [Required(_l("Välj vad som ska gälla."))], choices=pairs(choices), default=row.proposed
    )


def _named(name: str) -> str:
    return f"field_{name}"


def _is_radio(name: str) -> bool:
    return name.startswith("field_")
