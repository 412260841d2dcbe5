"""Forms of what a project has come to: the people and costs of a month, measurements, reports and links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field

from broker.esf.budgets.lines import PERSONNEL, BudgetLine, CoFinancingLine
from broker.esf.budgets.spreading import Period
from broker.esf.form_fields import HourField
from broker.esf.outcomes.models import Audience, CostMonth, ParticipantMonth, ResultState
from broker.esf.outcomes.service import PEOPLE
from broker.esf.row_forms import RowForm
from broker.formatting import days, say
from broker.forms import (
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    KronorField,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
    choices,
    not_in_future,
    pairs,
)
from broker.sentences import N_, Sentence

_MOST_PEOPLE = 10_000
# The choice of a report that is no period.
FINAL = "final"


@dataclass(frozen=True)
class Sheet:
    """The rows of one month as one thing that two people may edit; its version is that of all of them."""

    version: str
    values: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError as error:
            raise AttributeError(name) from error


def version_of(rows: Iterable[ParticipantMonth | CostMonth]) -> str:
    """Give a text that changes as soon as any of the rows does, or one comes or goes."""
    return " ".join(f"{row.id}:{row.version}" for row in sorted(rows, key=lambda row: row.id)) or "0"


class ParticipantsForm(EditForm):
    """Who took part from each company in one month."""

    def rows(self, company_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Give what was filled in, by company; an empty field is none."""
        return {
            company_id: {name: self[f"{name}_{company_id}"].data or 0 for name in PEOPLE}
            | {"hours": self[f"hours_{company_id}"].data or Decimal(0)}
            for company_id in company_ids
        }

    def fields_of(self, company_id: int) -> list[Field]:
        """Give the fields of one company."""
        return [self[f"{name}_{company_id}"] for name in (*PEOPLE, "hours")]


def participants_form(names: Mapping[int, str], sheet: Sheet) -> ParticipantsForm:
    """Give the form for these companies, filled in with what is known."""
    labels = {
        "women_began": N_("Kvinnor som började, %(company)s"),
        "men_began": N_("Män som började, %(company)s"),
        "unknown_began": N_("Kön okänt som började, %(company)s"),
        "women_finished": N_("Kvinnor som avslutade, %(company)s"),
        "men_finished": N_("Män som avslutade, %(company)s"),
        "unknown_finished": N_("Kön okänt som avslutade, %(company)s"),
    }
    fields: dict[str, Any] = {}
    for company_id, company in names.items():
        for name, label in labels.items():
            words = say(Sentence(label, {"company": company}))
            fields[f"{name}_{company_id}"] = WholeNumberField(words, most=_MOST_PEOPLE)
        fields[f"hours_{company_id}"] = HourField(_("Timmar tillsammans, %(company)s", company=company))
    form_class = type("MonthParticipantsForm", (ParticipantsForm,), fields)
    return form_class(data=dict(sheet.values) | {"version": sheet.version})


class CostsForm(EditForm):
    """What every row of the budget and the financing came to in one month."""

    def costs(self, lines: Iterable[BudgetLine]) -> dict[int, tuple[Decimal | None, Decimal | None]]:
        """Give hours and amount by the budget's row."""
        return {
            line.row_id: (self[f"cost_{line.row_id}"].data, None)
            if line.cost_type == PERSONNEL
            else (None, self[f"cost_{line.row_id}"].data)
            for line in lines
        }

    def contributions(self, lines: Iterable[CoFinancingLine]) -> dict[int, Decimal | None]:
        """Give the amount by the financing's row."""
        return {line.row_id: self[f"financing_{line.row_id}"].data for line in lines}


def costs_form(lines: Sequence[BudgetLine], financing: Sequence[CoFinancingLine], sheet: Sheet) -> CostsForm:
    """Give the form for these rows: hours for staff, kronor for everything else."""
    fields: dict[str, Any] = {}
    for line in lines:
        if line.cost_type == PERSONNEL:
            fields[f"cost_{line.row_id}"] = HourField(_("%(title)s, timmar", title=line.title))
        else:
            fields[f"cost_{line.row_id}"] = KronorField(_("%(title)s, kronor", title=line.title))
    for given in financing:
        fields[f"financing_{given.row_id}"] = KronorField(_("%(title)s, kronor", title=given.title))
    form_class = type("MonthCostsForm", (CostsForm,), fields)
    return form_class(data=dict(sheet.values) | {"version": sheet.version})


class ResultForm(RowForm):
    """What was measured of a milestone."""

    measured_on = DateField(_l("Mätt"), [Required(_l("Ange vilken dag det mättes.")), not_in_future])
    value = TextField(_l("Utfall"), [Required(_l("Skriv vad mätningen visade."))])
    state = ChoiceField(
        _l("Läge"), [Required(_l("Välj hur det går."))], choices=lambda: choices(ResultState), coerce=ResultState
    )
    note = LongTextField(_l("Kommentar"), render_kw={"rows": 3})


class ReportForm(CreateForm):
    """Which report is taken out: that of a period by its last day, or the final figures."""

    period = ChoiceField(_l("Rapport"), [Required(_l("Välj en rapport."))])

    def offer(self, periods: Iterable[Period], *, is_over: bool) -> None:
        """Offer the periods, and the final figures once the project is over."""
        rows = [(row.ends_on.isoformat(), days(row.starts_on, row.ends_on)) for row in periods]
        self.period.choices = pairs([*([(FINAL, _("Slutsiffror för hela projektet"))] if is_over else []), *rows])


class LinkForm(CreateForm):
    """Who gets an address, and until when it shows anything."""

    audience = ChoiceField(
        _l("Vem länken är till"),
        [Required(_l("Välj vem länken är till."))],
        choices=lambda: choices(Audience),
        coerce=Audience,
    )
    open_until = DateField(_l("Öppen till och med"), [Required(_l("Ange den sista dagen."))])
