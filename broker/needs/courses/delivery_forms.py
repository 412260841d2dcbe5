"""The form of what is noted once a training is over; its fields are the companies and the needs of the cohort."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from broker.forms import ChoiceField, EditForm, LongTextField, Required, WholeNumberField, choices
from broker.needs.courses.delivery import SEXES, Came, Count, Result
from broker.needs.models import Need
from broker.number_fields import NumberField

_MOST = 500


class DeliveryForm(EditForm):
    """Who came from each company, what they missed, and which needs were met."""

    came: Sequence[Came] = ()
    needs: Sequence[Need] = ()

    def fields_of(self, company_id: int) -> list[Field]:
        """Give the fields of a company: for each sex how many, and what they missed."""
        return [self[f"{part}_{company_id}"] for name, _minutes in SEXES for part in (name, f"{name}_missed")]

    def judged(self) -> list[tuple[Need, Field, Field]]:
        """Give the needs with the fields of what became of them and why."""
        return [(need, self[f"result_{need.id}"], self[f"why_{need.id}"]) for need in self.needs]

    def counts(self) -> list[Came]:
        """Give who came, as it was filled in."""
        return [self.came_of(row) for row in self.came]

    def came_of(self, row: Came) -> Came:
        """Give who came from a company, as it was filled in."""
        return replace(row, counts={name: self._count(name, row.company.id) for name, _minutes in SEXES})

    def tick_of(self, row: Came) -> Field | None:
        """Give the box that confirms that more came than was known, when there are more."""
        return self[f"more_{row.company.id}"] if self.came_of(row).is_more_than_known else None

    def results(self) -> Mapping[int, tuple[Result, str | None]]:
        """Give what became of each need."""
        return {need.id: (result.data, why.data) for need, result, why in self.judged()}

    def _count(self, name: str, company_id: int) -> Count:
        people, missed = self[f"{name}_{company_id}"].data, self[f"{name}_missed_{company_id}"].data
        return Count(people or 0, missed or Decimal(0))


def delivery_form(came: Sequence[Came], needs: Sequence[Need], *, version: int) -> DeliveryForm:
    """Give the form for these companies and needs, filled in with what is expected."""
    fields: dict[str, Any] = {"came": came, "needs": needs}
    known: dict[str, Any] = {"version": version}
    labels = {
        "women": (_("Kvinnor"), _("Kvinnor, missade timmar")),
        "men": (_("Män"), _("Män, missade timmar")),
        "unknown_sex": (_("Kön okänt"), _("Kön okänt, missade timmar")),
    }
    for row in came:
        for name, count in row.counts.items():
            people, missed = f"{name}_{row.company.id}", f"{name}_missed_{row.company.id}"
            fields[people] = WholeNumberField(labels[name][0], most=_MOST)
            fields[missed] = NumberField(labels[name][1], render_kw={"inputmode": "decimal"})
            known |= {people: count.people, missed: count.missed}
        fields[f"more_{row.company.id}"] = BooleanField(_("Ja, så många kom"), [_more(row)])
    for need in needs:
        fields[f"result_{need.id}"] = ChoiceField(
            _("Blev behovet tillgodosett?"),
            [Required(_("Välj ett av alternativen."))],
            coerce=Result,
            choices=choices(Result, empty=_("Välj")),
        )
        fields[f"why_{need.id}"] = LongTextField(_("Varför inte?"), [_why(need.id)], render_kw={"rows": 2})
    form_class = type("CohortDeliveryForm", (DeliveryForm,), fields)
    return form_class(data=known)


def _more(row: Came) -> Any:
    def check(form: DeliveryForm, field: Field) -> None:
        came = form.came_of(row)
        if came.is_more_than_known and not field.data:
            values = {"company": row.company.name, "people": came.people, "planned": row.planned}
            text = _("%(people)s är fler än de %(planned)s som var planerade från %(company)s.", **values)
            planned, people = sum(each.planned for each in form.came), sum(each.people for each in form.counts())
            if people > planned:
                whole = _("Gruppen var %(planned)s och blir %(people)s.", planned=planned, people=people)
                text = f"{text} {whole}"
            raise ValidationError(f"{text} {_('Rätta antalet, eller kryssa i att så många kom.')}")

    return check


def _why(need_id: int) -> Any:
    def check(form: DeliveryForm, field: Field) -> None:
        if form[f"result_{need_id}"].data is Result.NOT_MET and not field.data:
            raise ValidationError(_("Skriv med några ord varför behovet inte blev tillgodosett."))

    return check
