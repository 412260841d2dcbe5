"""Forms of the decision, of changes that need one, of deviations, and of papers."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker import clock
from broker.esf.chain.models import Milestone
from broker.esf.grants.models import ChangeState, EvidenceKind, GrantOutcome
from broker.esf.grants.rules import GrantRules
from broker.esf.row_forms import RowForm
from broker.esf.snapshots.models import Snapshot
from broker.formatting import day, month, say
from broker.forms import (
    ChoiceField,
    DateField,
    EditForm,
    FileForm,
    KronorField,
    LongTextField,
    Required,
    TextField,
    choices,
    not_in_future,
    pairs,
)

_CHOOSE = _l("Välj")


class GrantForm(EditForm):
    """What was decided."""

    outcome = ChoiceField(
        _l("Beslut"),
        [Required(_l("Välj vad beslutet säger."))],
        choices=lambda: choices(GrantOutcome, empty=_CHOOSE),
        coerce=GrantOutcome,
    )
    decided_on = DateField(_l("Beslutsdag"), [Required(_l("Ange vilken dag beslutet är fattat.")), not_in_future])
    diary_no = TextField(_l("Ärendets diarienummer"))
    snapshot_id = ChoiceField(
        _l("Uttaget som lämnades in"),
        coerce=int,
        description=_l("Det ni senare ändrar i projektet jämförs med det."),
    )
    starts_on = DateField(_l("Första dag enligt beslutet"), description=_l("Behövs om projektet fick stöd."))
    ends_on = DateField(_l("Sista dag enligt beslutet"), description=_l("Behövs om projektet fick stöd."))
    support_kr = KronorField(_l("Beviljat stöd"), description=_l("Behövs om projektet fick stöd."))
    total_cost_kr = KronorField(_l("Total projektkostnad enligt beslutet"))
    conditions = LongTextField(_l("Villkor i beslutet"), render_kw={"rows": 4})
    agreement_on = DateField(_l("Alla projektåtaganden undertecknade"), [not_in_future])
    final_payment_on = DateField(
        _l("Sista utbetalningen"),
        [not_in_future],
        description=_l("Från den räknas hur länge underlag ska bevaras."),
    )

    def offer_snapshots(self, snapshots: Iterable[Snapshot]) -> None:
        """Offer what has been taken out of the project."""
        rows = [
            (row.id, _("Uttag %(number)s, %(day)s", number=row.number, day=day(clock.in_sweden(row.taken_at).date())))
            for row in snapshots
        ]
        self.snapshot_id.choices = pairs(rows, empty=_("Vet inte"))


class ChangeForm(RowForm):
    """A change that must be decided on before it is made."""

    kind = ChoiceField(_l("Vad som ändras"), [Required(_l("Välj vad som ändras."))])
    text = LongTextField(_l("Ändringen"), [Required(_l("Skriv vad som ska ändras."))], render_kw={"rows": 3})
    reason = LongTextField(_l("Varför"), render_kw={"rows": 3})
    state = ChoiceField(
        _l("Läge"), [Required(_l("Välj ett läge."))], choices=lambda: choices(ChangeState), coerce=ChangeState
    )
    asked_on = DateField(_l("Begärd"), [not_in_future])
    decided_on = DateField(_l("Beslutad"), [not_in_future])
    diary_no = TextField(_l("Beslutets diarienummer"))

    def offer_kinds(self, rules: GrantRules) -> None:
        """Offer the kinds of change that need a decision."""
        self.kind.choices = pairs(((key, say(name)) for key, name in rules.kinds.items()), empty=_CHOOSE)


class DeviationForm(RowForm):
    """Something that has not gone as planned."""

    text = LongTextField(
        _l("Avvikelse"),
        [Required(_l("Skriv vad som avviker från planen."))],
        description=_l("Skriv inga namn på personer. Finansiären läser texten."),
        render_kw={"rows": 3},
    )
    noticed_on = DateField(_l("Märktes"), [Required(_l("Ange vilken dag avvikelsen märktes.")), not_in_future])
    consequence = LongTextField(_l("Vad den leder till"), render_kw={"rows": 3})
    response = LongTextField(_l("Vad ni gör åt den"), render_kw={"rows": 3})
    owner_role = TextField(_l("Vem som ansvarar"), description=_l("En roll, inte ett namn."))
    settled_on = DateField(_l("Åtgärdad"), [not_in_future])


class EvidenceForm(FileForm):
    """A paper that proves something."""

    kind = ChoiceField(
        _l("Vad det styrker"),
        [Required(_l("Välj vad underlaget styrker."))],
        choices=lambda: choices(EvidenceKind, empty=_CHOOSE),
        coerce=EvidenceKind,
    )
    title = TextField(
        _l("Rubrik"),
        [Required(_l("Skriv vad underlaget är."))],
        description=_l(
            "Alla organisationer i projektet ser underlaget. Ladda inte upp listor med namn eller personnummer."
        ),
    )
    month = ChoiceField(_l("Månad"), coerce=date.fromisoformat)
    milestone_id = ChoiceField(_l("Delmål"), coerce=int)

    def offer(self, months: Iterable[date], milestones: Iterable[Milestone]) -> None:
        """Offer the months of the project and its milestones."""
        self.month.choices = pairs(((each.isoformat(), month(each)) for each in months), empty=_("Ingen"))
        self.milestone_id.choices = pairs(((row.id, row.indicator) for row in milestones), empty=_("Inget"))

    def facts(self) -> dict[str, Any]:
        """Give what was filled in, without the file and the milestone."""
        return {name: self[name].data for name in ("kind", "title", "month")}
