"""Forms of the size of companies."""

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from broker import clock
from broker.companies.sizes.ceilings import rules_on
from broker.companies.sizes.groups import EXEMPT, HolderKind, condition_of
from broker.companies.sizes.models import Currency
from broker.companies.sizes.rules import Category
from broker.formatting import say
from broker.forms import (
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    Form,
    LongTextField,
    Required,
    TextField,
    choices,
    not_in_future,
)
from broker.number_fields import NumberField, RateField


class UnitsField(NumberField):
    """Annual work units."""

    largest = Decimal(1_000_000)

    def example(self) -> str:
        """Say how they are written."""
        return _("Skriv årsarbetskrafter med högst två decimaler, till exempel 12,5.")


class MoneyField(NumberField):
    """An amount in the money of the accounts."""

    def example(self) -> str:
        """Say how the amount is written."""
        return _("Skriv ett belopp med högst två decimaler, till exempel 12 500 000.")


class ShareField(NumberField):
    """A share in per cent, up to all."""

    largest = Decimal("100.01")

    def example(self) -> str:
        """Say how a share is written."""
        return _("Skriv en andel från 0 till 100 procent, till exempel 33,34.")


_SOURCE = [Required(_l("Ange varifrån uppgiften kommer, till exempel: årsredovisningen för 2025."))]
_READ_ON = [Required(_l("Ange vilken dag uppgiften hämtades.")), not_in_future]


class FiguresForm(CreateForm):
    """The figures of an accounting period."""

    closed_on = DateField(_l("Räkenskapsåret slutade"), [Required(_l("Ange räkenskapsårets sista dag."))])
    headcount = UnitsField(
        _l("Årsarbetskrafter"),
        description=_l(
            "Heltid hela året är 1, deltid och säsong en del av 1. Ägare som arbetar räknas, lärlingar inte."
        ),
    )
    turnover = MoneyField(_l("Omsättning, utan moms"))
    balance = MoneyField(_l("Balansomslutning"), description=_l("En enskild firma kan sakna den."))
    currency = ChoiceField(
        _l("Valuta"), [Required(_l("Välj valuta."))], coerce=Currency, choices=lambda: choices(Currency)
    )
    sek_per_eur = RateField(_l("Kronor per euro"), description=_l("Kursen på räkenskapsårets sista dag."))
    rate_on = DateField(_l("Kursens dag"))
    rate_source = TextField(_l("Kursens källa"))
    is_consolidated = BooleanField(_l("Koncernredovisning: dotterföretagen ingår redan"))
    is_estimate = BooleanField(_l("Uppskattning: företaget är nytt och har inget bokslut ännu"))
    source = TextField(_l("Varifrån uppgifterna kommer"), _SOURCE)
    source_on = DateField(_l("Hämtade"), _READ_ON, default=clock.today)

    def validate_closed_on(self, field: Field) -> None:
        """Refuse accounts of a year that is not over, unless they are an estimate."""
        if field.data and field.data > clock.today() and not self.is_estimate.data:
            raise ValidationError(
                _("Året är inte slut. Ange ett avslutat år, eller kryssa i att det är en uppskattning.")
            )

    def validate_sek_per_eur(self, field: Field) -> None:
        """Ask for the rate where there are kronor to convert."""
        has_kronor = self.currency.data is Currency.SEK and (self.turnover.data or self.balance.data)
        if has_kronor and not field.data:
            raise ValidationError(_("Ange eurokursen, så att beloppen kan jämföras med gränserna."))

    def validate_rate_source(self, field: Field) -> None:
        """Ask where a rate was read, and of which day it is."""
        if self.sek_per_eur.data and not (field.data and self.rate_on.data):
            raise ValidationError(_("Ange kursens dag och källa, till exempel Riksbanken."))


class EditFiguresForm(EditForm, FiguresForm):
    """Figures to correct, or to leave out."""

    token = None
    is_void = BooleanField(_l("Uppgifterna är fel och ska inte räknas"))


class FindOwnerForm(Form):
    """Which company owns or is owned."""

    class Meta:
        """A search changes nothing and needs no token."""

        csrf = False

    q = TextField(_l("Företag"))


class OwnershipForm(CreateForm):
    """What an owner holds."""

    kind = ChoiceField(
        _l("Ägaren är"),
        [Required(_l("Välj vad ägaren är."))],
        coerce=HolderKind,
        choices=lambda: choices(HolderKind),
    )
    capital = ShareField(_l("Andel av kapitalet, procent"), [Required(_l("Ange andelen av kapitalet, 0 om ingen."))])
    votes = ShareField(_l("Andel av rösterna, procent"), description=_l("Tomt betyder lika stor som av kapitalet."))
    controls = BooleanField(_l("Bestämmer ändå: utser styrelsens majoritet, eller genom avtal eller bolagsordning"))
    is_same_market = BooleanField(
        _l("En person: företaget är på samma marknad som personens andra företag, eller en angränsande")
    )
    starts_on = DateField(_l("Från och med"), description=_l("Tomt betyder sedan länge."))
    ends_on = DateField(_l("Till och med"), description=_l("Tomt betyder tills vidare."))
    source = TextField(_l("Varifrån uppgiften kommer"), _SOURCE)
    source_on = DateField(_l("Hämtad"), _READ_ON, default=clock.today)

    def exemptions(self) -> str:
        """Tell which owners may have up to the half without being counted, as the rules of today say."""
        rules = rules_on(clock.today())
        kinds = [(kind, condition_of(kind, rules)) for kind in HolderKind if kind in EXEMPT]
        told = [f"{kind.label} ({say(condition)})" if condition else str(kind.label) for kind, condition in kinds]
        return _("Upp till hälften utan att räknas in kan dessa ha: %(kinds)s.", kinds="; ".join(told))

    def values(self) -> dict[str, Any]:
        """Give the votes as those of the capital where nothing else is said."""
        values = super().values()
        return values | {"votes": values["capital"] if values["votes"] is None else values["votes"]}

    def validate_ends_on(self, field: Field) -> None:
        """Refuse a holding that ends before it begins."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("Ange en sista dag som inte ligger före den första."))


class OutsideOwnershipForm(OwnershipForm):
    """What an owner outside the register holds, and who that is."""

    name = TextField(_l("Namn"), [Required(_l("Ange vad ägaren eller företaget heter."))])
    number = TextField(
        _l("Organisationsnummer"), description=_l("Inte för en person. Ett utländskt skrivs som det är.")
    )
    country = TextField(_l("Land"), description=_l("Om det är utländskt."))


class EditOwnershipForm(EditForm, OwnershipForm):
    """A holding to correct, to end, or to leave out."""

    token = None
    is_void = BooleanField(_l("Uppgiften är fel och ska inte räknas"))


class ChosenSizeForm(EditForm):
    """What somebody says that the size is, whatever the figures say."""

    chosen = ChoiceField(
        _l("Vår bedömning"), coerce=Category, choices=lambda: choices(Category, empty=_("Som uppgifterna säger"))
    )
    reason = LongTextField(_l("Varför"), render_kw={"rows": 3})

    def validate_reason(self, field: Field) -> None:
        """Ask why the figures are not to be followed."""
        if self.chosen.data and not field.data:
            raise ValidationError(_("Skriv varför ni bedömer storleken annorlunda."))
