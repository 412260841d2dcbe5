"""Forms of framework agreements, their suppliers and options, and of a no to a call-off."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from broker import idempotency
from broker.forms import (
    CheckboxesField,
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
from broker.procurement.fields import cpv_label
from broker.procurement.frameworks.models import CallOffModel, FrameworkLaw, OptionState, VolumeUnit
from broker.reference import queries as reference
from broker.topics.queries import current_topics, topics_in_use

_ORE_PER_KRONA = 100
_MOST_SUPPLIERS, _WHOLE, _LARGEST_VOLUME = 200, 100, 10_000_000


class _FrameworkFields:
    name = TextField(_l("Ramavtalets namn"), [Required(_l("Ange vad ramavtalet heter."))])
    diary_number = TextField(_l("Diarienummer"))
    owner = TextField(
        _l("Upphandlande myndighet"),
        [Required(_l("Ange vilken myndighet eller nämnd som har upphandlat ramavtalet."))],
    )
    subject = LongTextField(_l("Vad ramavtalet omfattar"))
    topic_ids = CheckboxesField(
        _l("Kompetensområden"),
        default=list,
        choices=lambda: pairs((topic.id, topic.label) for topic in topics_in_use().values()),
    )
    cpv_codes = CheckboxesField(
        _l("CPV-koder"), default=list, choices=lambda: pairs((code, cpv_label(code)) for code in reference.cpv_codes())
    )
    law = ChoiceField(
        _l("Upphandlat enligt"),
        [Required(_l("Välj vilka regler ramavtalet är upphandlat enligt."))],
        choices=lambda: choices(FrameworkLaw, empty=_("Välj")),
        coerce=FrameworkLaw,
    )
    starts_on = DateField(_l("Gäller från och med"), [Required(_l("Ange vilken dag ramavtalet börjar gälla."))])
    ends_on = DateField(
        _l("Gäller till och med, utan optioner"), [Required(_l("Ange vilken dag ramavtalet slutar gälla."))]
    )
    term_reason = LongTextField(_l("Särskilda skäl för mer än fyra år"))
    model = ChoiceField(
        _l("Avropsordning"),
        [Required(_l("Välj hur det avgörs vem som får ett avrop."))],
        choices=lambda: choices(CallOffModel, empty=_("Välj")),
        coerce=CallOffModel,
    )
    ceiling = KronorField(_l("Takvärde exkl. moms"), [Required(_l("Ange det största värde som får avropas."))])
    used_elsewhere = KronorField(_l("Avropat utanför Broker"))
    volume_ceiling = WholeNumberField(_l("Största volym"), least=1, most=_LARGEST_VOLUME)
    volume_unit = ChoiceField(
        _l("Volymen räknas i"), choices=lambda: choices(VolumeUnit, empty=_("Ingen volym")), coerce=VolumeUnit
    )
    used_elsewhere_volume = WholeNumberField(_l("Volym avropad utanför Broker"), most=_LARGEST_VOLUME)
    is_own_named = BooleanField(_l("Vår organisation, eller någon av våra nämnder, får avropa"), default=True)
    users_in_lines = LongTextField(_l("Nämnder och myndigheter som får avropa"))

    def values(self) -> dict[str, Any]:
        """Give what was filled in as it is stored: amounts in öre, names as a list."""
        values: dict[str, Any] = super().values()  # type: ignore[misc]
        names = (line.strip() for line in (values.pop("users_in_lines") or "").splitlines())
        return values | {
            "ceiling_ore": int(values.pop("ceiling") * _ORE_PER_KRONA),
            "used_elsewhere_ore": int((values.pop("used_elsewhere") or 0) * _ORE_PER_KRONA),
            "used_elsewhere_volume": values["used_elsewhere_volume"] or 0,
            "named_users": [name for name in names if name],
        }

    def validate_ceiling(self, field: Any) -> None:
        """Refuse a ceiling of nothing."""
        if field.data == 0:
            field.errors = [*field.errors, _("Ange ett belopp som är större än 0.")]

    def validate_volume_unit(self, field: Any) -> None:
        """Ask for both the volume and what it counts, or neither."""
        if (field.data is None) != (self.volume_ceiling.data is None) and not self.volume_ceiling.errors:
            field.errors = [*field.errors, _("Ange både volymen och vad den räknas i, eller lämna båda tomma.")]


class FrameworkForm(_FrameworkFields, CreateForm):
    """A framework agreement that is to be kept."""


class EditFrameworkForm(_FrameworkFields, EditForm):
    """What a framework agreement says."""

    def keep_topics(self, topic_ids: Iterable[str]) -> None:
        """Show the topics that the agreement covers as they are now, also those that are no longer used."""
        current = current_topics(topic_ids)
        offered = {choice.value for choice in self.topic_ids.choices}
        more = [topic_id for topic_id in current if topic_id not in offered]
        self.topic_ids.choices = [*self.topic_ids.choices, *pairs((key, key) for key in more)]


class _SupplierFields:
    rank = WholeNumberField(_l("Plats i rangordningen"), least=1, most=_MOST_SUPPLIERS)
    share_percent = WholeNumberField(_l("Andel i procent"), most=_WHOLE)


class SupplierForm(_SupplierFields, CreateForm):
    """A provider that is to stand in an agreement."""

    provider_id = ChoiceField(_l("Anordnare"), [Required(_l("Välj anordnare."))], coerce=int)


class EditSupplierForm(_SupplierFields, EditForm):
    """A supplier's place in an agreement."""

    ended_on = DateField(_l("Inte längre leverantör från och med"))
    ended_reason = LongTextField(_l("Skäl till att den inte är kvar"))


class _OptionFields:
    extends_to = DateField(_l("Förlänger till och med"), [Required(_l("Ange till vilken dag optionen förlänger."))])
    call_by = DateField(_l("Ska avropas senast"), [Required(_l("Ange vilken dag optionen senast ska vara avropad."))])


class OptionForm(_OptionFields, CreateForm):
    """An option that is to be kept with an agreement."""


class EditOptionForm(_OptionFields, EditForm):
    """An option, and whether it was used."""

    state = ChoiceField(_l("Läge"), choices=lambda: choices(OptionState), coerce=OptionState)
    decided_on = DateField(_l("Avropad den"), [not_in_future])


class DeclineForm(EditForm):
    """A supplier's no to a call-off; its version says whose turn it was when the form was shown."""

    token = HiddenField(default=idempotency.new_token)
    reason = LongTextField(_l("Skäl"), [Required(_l("Skriv vilket skäl leverantören gav."))])
    said_on = DateField(_l("Dag då leverantören sa nej"), [Required(_l("Ange vilken dag.")), not_in_future])
    said_by = TextField(_l("Vem som sa nej"), [Required(_l("Ange vem hos leverantören som sa nej."))])
