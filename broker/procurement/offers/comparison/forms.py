"""Forms of the comparison: how offers are compared, and the points of one offer."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, FieldList, FormField, HiddenField
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from broker import idempotency
from broker.forms import (
    ChoiceField,
    EditForm,
    KronorField,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
    choices,
    pairs,
)
from broker.procurement.offers.comparison.service import Criterion, Score
from broker.procurement.offers.evaluation import HIGHEST, WHOLE, SheetModel
from broker.procurement.offers.models import OfferScore, OfferSheet, PurchaseOffer

ROWS = 5


class CriterionRow(PlainForm):
    """One quality; an empty row is none."""

    name = TextField(_l("Kriterium"))
    meaning = LongTextField(_l("Vad som ger 0 och 5 poäng"), render_kw={"rows": 2})
    weight = WholeNumberField(_l("Vikt i procent"), most=WHOLE)
    worth = KronorField(_l("Full poäng är värd, kronor"))

    def validate_name(self, field: Field) -> None:
        """Refuse a row with something in it but no name."""
        if not field.data and any(part.data for part in self):
            raise ValidationError(_("Ge kriteriet ett namn, eller töm raden."))


class SheetForm(EditForm):
    """How the offers will be compared."""

    token = HiddenField(default=idempotency.new_token)
    model = ChoiceField(
        _l("Så jämförs offerterna"),
        [Required(_l("Välj hur de jämförs."))],
        choices=lambda: choices(SheetModel, empty=_("Välj")),
    )
    participants = WholeNumberField(
        _l("Antal deltagare som priset räknas för"),
        [Required(_l("Ange för hur många deltagare priset räknas."))],
        least=1,
        most=100_000,
    )
    price_weight = WholeNumberField(
        _l("Prisets vikt i procent"),
        most=WHOLE,
        description=_l("Bara för pris och kvalitet med vikter. Alla vikter ska tillsammans bli 100."),
    )
    criteria = FieldList(FormField(CriterionRow), min_entries=ROWS, max_entries=ROWS)

    def _shown_fields(self) -> list[Field]:
        return [field for field in super()._shown_fields() if field.short_name != "criteria"]

    def rows(self) -> list[Criterion]:
        """Give the criteria that were written."""
        return [
            Criterion(
                row.data["name"],
                row.data["meaning"] or "",
                row.data["weight"] or 0,
                int((row.data["worth"] or 0) * 100),
            )
            for row in self.criteria
            if row.data["name"]
        ]


class _PointsForm(EditForm):
    criterion_ids: tuple[int, ...] = ()

    def scores(self) -> dict[int, Score]:
        """Give the points that were chosen, with their reasons."""
        return {
            key: Score(int(self[f"points_{key}"].data), self[f"reason_{key}"].data or "")
            for key in self.criterion_ids
            if self[f"points_{key}"].data is not None
        }


def sheet_values(sheet: OfferSheet | None, *, participants: int | None) -> dict[str, Any]:
    """Give what is settled as the form shows it; version 0 says that nothing was."""
    if sheet is None:
        return {"version": 0, "participants": participants, "criteria": [{} for _number in range(ROWS)]}
    rows: list[dict[str, Any]] = [
        {
            "name": row.name,
            "meaning": row.meaning,
            "weight": row.weight or None,
            "worth": Decimal(row.worth_ore) / 100 if row.worth_ore else None,
        }
        for row in sheet.criteria
    ]
    return {
        "version": sheet.version,
        "model": sheet.model.value,
        "participants": sheet.participants,
        "price_weight": sheet.price_weight if sheet.model is SheetModel.WEIGHTED else None,
        "criteria": rows + [{} for _number in range(ROWS - len(rows))],
    }


def points_form(sheet: OfferSheet, offer: PurchaseOffer, scores: Iterable[OfferScore]) -> Any:
    """Give the form with a choice of points and a reason for each quality, filled with what is given."""
    known = {row.criterion_id: row for row in scores}
    fields: dict[str, Any] = {"criterion_ids": tuple(row.id for row in sheet.criteria)}
    data: dict[str, Any] = {"version": offer.version}
    scale = [(str(points), str(points)) for points in range(HIGHEST + 1)]
    for row in sheet.criteria:
        fields[f"points_{row.id}"] = ChoiceField(
            row.name,
            [Required(_("Välj poäng från 0 till %(highest)s.", highest=HIGHEST))],
            choices=pairs(scale, empty=_("Välj poäng")),
            description=row.meaning,
        )
        fields[f"reason_{row.id}"] = LongTextField(
            _("Skäl för poängen: %(name)s", name=row.name),
            [Required(_("Skriv varför offerten får de poängen."))],
            render_kw={"rows": 2},
        )
        if row.id in known:
            data |= {f"points_{row.id}": str(known[row.id].points), f"reason_{row.id}": known[row.id].reason}
    return type("PointsForm", (_PointsForm,), fields)(data=data)
