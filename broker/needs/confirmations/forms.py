"""Forms of confirmations: what a company answers, and whom we write to."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField
from wtforms.validators import ValidationError

from broker.companies.models import Company, Person
from broker.forms import ChoiceField, CreateForm, EditForm, Form, LongTextField, Required, WholeNumberField, pairs
from broker.leads.tips.forms import TEXT, StampedForm
from broker.leads.tips.queries import TipRules
from broker.needs.confirmations.queries import Part

# Written as the column's values are, so that the page of a conflict finds their words.
_YES, _NO = str(True), str(False)
_MOST = 500
_PERSON = "person_"


def _part_choices() -> list[Any]:
    return pairs([(_YES, _("Ja, vi deltar")), (_NO, _("Nej, vi kan inte delta"))])


class _AnswerFields(Form):
    takes_part = RadioField(
        _l("Deltar ni?"), [Required(_l("Välj om ni deltar."))], choices=_part_choices, validate_choice=False
    )
    women = WholeNumberField(_l("Hur många kvinnor?"), most=_MOST)
    men = WholeNumberField(_l("Hur många män?"), most=_MOST)
    unknown_sex = WholeNumberField(_l("Hur många som ni inte vet könet på?"), most=_MOST)

    def validate_takes_part(self, field: Field) -> None:
        """Ask for one of the two answers."""
        if field.data not in (_YES, _NO):
            raise ValidationError(_("Välj om ni deltar."))

    def validate_women(self, field: Field) -> None:
        """Ask for somebody, unless the answer is no."""
        counts = (self.women.data, self.men.data, self.unknown_sex.data)
        if self.takes_part.data == _YES and not any(counts) and not field.errors:
            raise ValidationError(_("Skriv hur många som deltar, eller välj att ni inte kan delta."))

    def values(self) -> dict[str, Any]:
        """Give what is stored; who says no sends nobody."""
        values = super().values()
        takes_part = values["takes_part"] == _YES
        counts = {name: (values[name] or 0) if takes_part else 0 for name in ("women", "men", "unknown_sex")}
        return {"takes_part": takes_part, "note": values["note"], **counts}


class AnswerForm(_AnswerFields, StampedForm):
    """What a company answers over its link."""

    note = LongTextField(_l("Något vi behöver veta?"), [TEXT], render_kw={"rows": 3})
    shown = HiddenField()

    def __init__(self, page_token: str, rules: TipRules, part: Part) -> None:
        super().__init__(page_token, rules, known=known_of(part))


class NoteForm(_AnswerFields, EditForm):
    """What a company has answered by telephone."""

    note = LongTextField(_l("Vad företaget sa"))
    shown = HiddenField()


def known_of(part: Part) -> dict[str, Any]:
    """Give the form filled in with the latest answer, or else with what was planned."""
    answer = part.confirmation
    if answer is None or not answer.has_answer:
        return {"women": part.women, "men": part.men, "unknown_sex": part.unknown_sex}
    known = {name: getattr(answer, name) for name in ("women", "men", "unknown_sex", "note")}
    # To what holds now they have not answered yet.
    return known if part.has_old_yes else known | {"takes_part": _YES if answer.takes_part else _NO}


class AskForm(CreateForm):
    """Whom the letter goes to at each company."""

    @property
    def person_fields(self) -> list[Field]:
        """Give the choice of a person for each company."""
        return [field for name, field in self._fields.items() if name.startswith(_PERSON)]

    def chosen(self, company_id: int) -> int | None:
        """Give whom the letter to a company goes to, if anybody was chosen."""
        return self[f"{_PERSON}{company_id}"].data


def ask_form(
    companies: Sequence[Company], people: Mapping[int, list[Person]], written_to: Mapping[int, int]
) -> AskForm:
    """Give a form with a choice of a person for each company; who was written to, or the only one, is chosen."""
    fields, known = {}, {}
    for company in companies:
        rows = people[company.id]
        fields[f"{_PERSON}{company.id}"] = ChoiceField(
            company.name,
            coerce=int,
            choices=pairs(((row.id, f"{row.name}, {row.email}") for row in rows), empty=_("Ingen, jag frågar själv")),
        )
        keys = [row.id for row in rows]
        earlier = written_to.get(company.id)
        known[f"{_PERSON}{company.id}"] = earlier if earlier in keys else (keys[0] if len(keys) == 1 else None)
    form_class = type("CompaniesAskForm", (AskForm,), fields)
    return form_class(data=known)
