"""Forms of offers: one offer, whether it is compared, and who handles and sees them."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField

from broker import clock, idempotency
from broker.accounts.models import User
from broker.file_kinds import ACCEPTED
from broker.forms import (
    CheckboxesField,
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    Form,
    KronorField,
    LongTextField,
    Required,
    TextField,
    choices,
    pairs,
)
from broker.procurement.forms import MomentField, right_number
from broker.procurement.offers.models import OfferReader, PurchaseOffer, ReaderPart, Standing
from broker.procurement.service import Paper, StepRefusedError


class _OfferFields(Form):
    provider_id = ChoiceField(_l("Anordnare i registret"), coerce=int)
    bidder_name = TextField(_l("Eller en anordnare som inte finns i registret"))
    organisation_number = TextField(
        _l("Anordnarens organisationsnummer"),
        [right_number],
        description=_l("Behövs om anordnaren inte finns i registret."),
    )
    received_at = MomentField(_l("Kom in"), [Required(_l("Ange dag och tid då offerten kom in."))])
    fixed_price = KronorField(_l("Pris per grupp exkl. moms"))
    price = KronorField(_l("Pris per deltagare exkl. moms"), description=_l("Skriv priset som det står i offerten."))
    valid_to = DateField(_l("Offerten gäller till och med"))
    note = LongTextField(_l("Anteckning"), render_kw={"rows": 3})
    file = FileField(_l("Offerten som fil"), description=ACCEPTED)

    def values_of_offer(self) -> dict[str, Any]:
        """Give the offer by the names of its columns: öre, and moments with their zone."""
        received_at: Any = self.received_at.data
        return {
            "provider_id": self.provider_id.data,
            "bidder_name": self.bidder_name.data,
            "organisation_number": self.organisation_number.data or None,
            "received_at": received_at.replace(tzinfo=clock.SWEDEN),
            "fixed_price_ore": _ore(self.fixed_price.data),
            "price_per_participant_ore": _ore(self.price.data),
            "valid_to": self.valid_to.data,
            "note": self.note.data,
        }

    def paper(self) -> Paper | None:
        """Give the file that came, if one did."""
        sent = self.file.data
        return Paper("", sent.stream, sent.filename, sent.mimetype) if sent else None


class OfferForm(CreateForm, _OfferFields):
    """A new offer."""


class EditOfferForm(EditForm, _OfferFields):
    """What was registered of an offer, to correct."""


class StandingForm(EditForm):
    """Whether an offer is compared, and why."""

    standing = ChoiceField(_l("Offerten"), [Required(_l("Välj läge."))], choices=lambda: choices(Standing))
    reason = LongTextField(_l("Skäl"), [Required(_l("Skriv skälet. Det blir en del av akten."))])


class ClosingForm(EditForm):
    """Another last moment for offers and why."""

    closes_at = MomentField(_l("Ny sista dag och tid"), [Required(_l("Ange den nya sista dagen och tiden."))])
    closing_reason = LongTextField(_l("Skäl"), [Required(_l("Skriv varför tiden flyttas."))])


class HandlerForm(EditForm):
    """Who handles the purchase from now on."""

    handler_id = ChoiceField(_l("Ny handläggare"), [Required(_l("Välj vem som ska handlägga inköpet."))], coerce=int)


class ReadersForm(EditForm):
    """Who beside the handler sees the offers before the decision."""

    token = HiddenField(default=idempotency.new_token)
    assessor = CheckboxesField(_l("Bedömer offerterna"))
    present = CheckboxesField(_l("Är med när offerterna öppnas"))

    def parts(self) -> dict[int, ReaderPart]:
        """Give the part of each who is named; who does both assesses."""
        found = {int(key): ReaderPart.PRESENT for key in self.present.data or []}
        return found | {int(key): ReaderPart.ASSESSOR for key in self.assessor.data or []}


def offer_values(offer: PurchaseOffer) -> dict[str, Any]:
    """Give an offer as its form shows it; one that costs nothing says 0."""
    has_fixed = offer.fixed_price_ore or not offer.price_per_participant_ore
    return {
        "version": offer.version,
        "provider_id": offer.provider_id,
        "bidder_name": None if offer.provider_id else offer.bidder_name,
        "organisation_number": None if offer.provider_id else offer.organisation_number,
        "received_at": clock.in_sweden(offer.received_at).replace(tzinfo=None),
        "fixed_price": Decimal(offer.fixed_price_ore) / 100 if has_fixed else None,
        "price": Decimal(offer.price_per_participant_ore) / 100 if offer.price_per_participant_ore else None,
        "valid_to": offer.valid_to,
        "note": offer.note,
    }


def provider_choices(names: Any) -> list[Any]:
    """Give the providers of the register as choices."""
    return pairs(names, empty=_("Inte i registret"))


def readers_form(users: list[User], readers: list[OfferReader], *, version: int) -> ReadersForm:
    """Give the form that names who sees the offers, with those who do."""
    named: dict[str, list[str]] = {part.value: [] for part in ReaderPart}
    for row in readers:
        named[row.part].append(str(row.user_id))
    form = ReadersForm(data={"version": version, **named})
    form.assessor.choices = form.present.choices = pairs([(str(user.id), user.name) for user in users])
    return form


def put_refusals(form: Form, error: StepRefusedError) -> None:
    """Put refusals on their fields; what has no field stands above the form."""
    for name, sentence in error.by_name.items():
        if name in form:
            form.refuse(name, sentence)
        else:
            form.form_errors.append(sentence)
    form.form_errors.extend(error.others)


def _ore(amount: Decimal | None) -> int | None:
    return None if amount is None else int(amount * 100)
