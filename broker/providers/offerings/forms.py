"""Forms for one training that a provider gives."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

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
    pairs,
)
from broker.providers.models import Language, Level, Mode
from broker.reference.choices import municipality_choices
from broker.topics.queries import topics_in_use

LARGEST_REACH_KM, LARGEST_GROUP, LONGEST_HOURS = 2000, 10_000, 10_000
LONGEST_LEAD_WEEKS, LONGEST_RENEWAL_YEARS = 104, 50


class _OfferingFields:
    topic_id = ChoiceField(
        _l("Kompetensområde"),
        [Required(_l("Välj vad utbildningen handlar om."))],
        choices=lambda: pairs(
            ((topic.id, topic.label) for topic in topics_in_use().values()),
            empty=_("Välj kompetensområde"),
        ),
    )
    title = TextField(_l("Utbildningens namn"), [Required(_l("Ange vad utbildningen heter."))])
    skills = LongTextField(_l("Vad deltagarna kan efteråt"))
    levels = CheckboxesField(
        _l("Nivåer"),
        [Required(_l("Välj minst en nivå."))],
        choices=lambda: [choice for choice in choices(Level) if choice.value != Level.ANY.value],
    )
    modes = CheckboxesField(_l("Var den ges"), [Required(_l("Välj minst ett sätt."))], choices=lambda: choices(Mode))
    languages = CheckboxesField(_l("Språk"), [Required(_l("Välj minst ett språk."))], choices=lambda: choices(Language))
    municipality_code = ChoiceField(
        _l("Utgår från kommun"),
        [Required(_l("Välj den kommun som anordnaren utgår från."))],
        choices=lambda: municipality_choices(_l("Välj kommun")),
    )
    reach_km = WholeNumberField(
        _l("Reser högst, km"),
        [Required(_l("Ange hur långt anordnaren reser, 0 om inte alls."))],
        most=LARGEST_REACH_KM,
    )
    smallest_group = WholeNumberField(_l("Deltagare i en grupp, minst"), least=1, most=LARGEST_GROUP)
    capacity = WholeNumberField(
        _l("Deltagare i en grupp, högst"),
        [Required(_l("Ange hur många som får plats."))],
        least=1,
        most=LARGEST_GROUP,
    )
    hours = WholeNumberField(
        _l("Längd i timmar"),
        [Required(_l("Ange hur många timmar utbildningen tar."))],
        least=1,
        most=LONGEST_HOURS,
    )
    fixed_price = KronorField(_l("Pris per grupp exkl. moms"))
    price = KronorField(_l("Pris per deltagare exkl. moms"))
    lead_weeks = WholeNumberField(_l("Veckor från beställning till första dagen"), most=LONGEST_LEAD_WEEKS)
    valid_from = DateField(_l("Ges från och med"))
    valid_to = DateField(_l("Ges till och med"))
    certificate = TextField(_l("Intyg eller certifikat som den leder till"))
    renewal_years = WholeNumberField(_l("Intyget förnyas efter så många år"), least=1, most=LONGEST_RENEWAL_YEARS)

    def values(self) -> dict[str, Any]:
        """Give what was filled in, prices in öre, and what an empty field means."""
        values: dict[str, Any] = super().values()  # type: ignore[misc]
        return values | {
            "fixed_price_ore": int((values.pop("fixed_price") or 0) * 100),
            "price_per_participant_ore": int((values.pop("price") or 0) * 100),
            "smallest_group": values["smallest_group"] or 1,
            "lead_weeks": values["lead_weeks"] or 0,
        }

    def validate_price(self, field: Any) -> None:
        """Ask for one price or both."""
        if field.data is None and self.fixed_price.data is None and not field.errors and not self.fixed_price.errors:
            field.errors = [*field.errors, _("Ange ett pris, per grupp, per deltagare eller båda. 0 om den är gratis.")]

    def validate_capacity(self, field: Any) -> None:
        """Refuse a group that is smaller at most than at least."""
        if field.data is not None and field.data < (self.smallest_group.data or 1):
            field.errors = [*field.errors, _("Ange minst lika många som i den minsta gruppen.")]

    def validate_valid_to(self, field: Any) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            field.errors = [*field.errors, _("Ange en dag som inte ligger före den första.")]

    def validate_renewal_years(self, field: Any) -> None:
        """Refuse the renewal of nothing."""
        if field.data and not self.certificate.data:
            field.errors = [*field.errors, _("Ange också vilket intyg det gäller, eller lämna fältet tomt.")]


class OfferingForm(_OfferingFields, CreateForm):
    """One training that a provider gives."""


class EditOfferingForm(_OfferingFields, EditForm):
    """What is known about one training."""

    def keep_topic(self, topic_id: str, label: str) -> None:
        """Offer the topic that it has, also when the organisation no longer uses it."""
        offered: Sequence[Any] = self.topic_id.choices
        if topic_id not in {choice.value for choice in offered}:
            self.topic_id.choices = [*offered, *pairs([(topic_id, label)])]
