"""Forms for providers, what they teach and what vetting found."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Email, Optional

from broker import clock
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
    pairs,
    shown,
)
from broker.providers.models import Language, Provider, ProviderKind
from broker.providers.service import Finding
from broker.reference import queries as reference
from broker.reference.choices import municipality_choices
from broker.topics.queries import known_topics


def _topic_choices() -> list[Any]:
    return pairs(((topic.id, topic.label) for topic in known_topics().values()), empty=_l("Alla kompetensområden"))


class RegisterFilter(Form):
    """What to look for in the register."""

    class Meta:
        """A search is a link that can be kept, so it carries no token."""

        csrf = False

    q = TextField(_l("Namn"))
    topic_id = ChoiceField(_l("Kompetensområde"), choices=_topic_choices)
    kind = ChoiceField(_l("Slag av anordnare"))
    language = ChoiceField(_l("Språk"))
    place = ChoiceField(_l("Kan ge utbildning i"), choices=lambda: municipality_choices(_l("Alla kommuner")))
    status = ChoiceField(_l("Granskning"))

    def set_statuses(self, document: Mapping[str, Any]) -> None:
        """Offer the statuses of the vetting list."""
        self.status.choices = pairs(
            ((row["id"], reference.text_of(row)) for row in document["statuses"]), empty=_("Alla lägen")
        )

    def set_counts(self, counts: Mapping[StrEnum, int]) -> None:
        """Offer the kinds and the languages that there are, each with how many providers have it."""
        for field, of, empty in (
            (self.kind, ProviderKind, _("Alla slag")),
            (self.language, Language, _("Alla språk")),
        ):
            rows = [(row.value, f"{row.label} ({counts[row]})") for row in of if row in counts]
            field.choices = pairs(rows, empty=empty)

    def chosen(self) -> dict[str, str]:
        """Give what was chosen, by name; what is not among the choices is not."""
        return {field.short_name: field.data for field in self if field.data and not field.errors}

    def as_sentence(self) -> str:
        """Tell in words what was chosen, part by part; nothing when every provider is let through."""
        chosen = self.chosen()
        language = str(Language(chosen["language"]).label).lower() if "language" in chosen else ""
        parts = [
            _("”%(text)s”", text=chosen["q"]) if "q" in chosen else "",
            shown(self.topic_id, chosen.get("topic_id")),
            str(ProviderKind(chosen["kind"]).label).lower() if "kind" in chosen else "",
            _("på %(language)s", language=language) if language else "",
            _("i %(place)s", place=reference.municipality_name(chosen["place"])) if "place" in chosen else "",
            shown(self.status, chosen.get("status")).lower(),
        ]
        told = " · ".join(filter(None, parts))
        return _("Anordnare %(filter)s", filter=told) if told else ""


class DayForm(Form):
    """Which day to show the vetting of."""

    class Meta:
        """It is a link that can be kept, so it carries no token."""

        csrf = False

    dag = DateField(_l("Visa hur granskningen stod den"), [Optional(), not_in_future])


class _ProviderFields:
    name = TextField(_l("Namn"), [Required(_l("Ange anordnarens namn."))])
    organisation_number = TextField(_l("Organisationsnummer"))
    kind = ChoiceField(
        _l("Slag av anordnare"),
        coerce=ProviderKind,
        choices=lambda: choices(ProviderKind, empty=_("Inte angivet")),
    )
    municipality_code = ChoiceField(_l("Kommun"), choices=lambda: municipality_choices(_l("Välj kommun")))
    contact_name = TextField(_l("Kontaktperson"))
    email = TextField(_l("E-postadress"), [Optional(), Email(_l("Skriv adressen som namn@exempel.se."))])
    phone = TextField(_l("Telefon"))
    website = TextField(_l("Webbplats"))
    has_employees = BooleanField(_l("Har anställda"), default=True)
    gives_certificates = BooleanField(_l("Ger intyg, behörighet eller betyg som är reglerade"))
    is_paused = BooleanField(_l("Pausad: används inte just nu"))
    note = LongTextField(_l("Anteckning"))


class NewProviderForm(_ProviderFields, CreateForm):
    """A new provider in the register."""


class EditProviderForm(_ProviderFields, EditForm):
    """What is known about a provider; the personal number of a sole trader never comes back on a page."""

    new_number = TextField(
        _l("Nytt personnummer"),
        description=_l("Numret är sparat och visas inte. Skriv det med tolv siffror bara om det ska ändras."),
    )

    def __init__(self, *, obj: Provider) -> None:
        super().__init__(obj=obj)
        del self["organisation_number" if obj.has_personal_number else "new_number"]

    @property
    def number_name(self) -> str:
        """Give the name of the field that the number is written in."""
        return "new_number" if "new_number" in self else "organisation_number"

    def values(self) -> dict[str, Any]:
        """Give the values by the names that the service uses; a number that is not replaced is left out."""
        values = super().values()
        replaced = values.pop("new_number", None)
        return values | {"organisation_number": replaced} if replaced else values


class ChecksForm(CreateForm):
    """What was found about the items of one group on one day; an item without a result is left as it was."""

    checked_on = DateField(
        _l("Kontrollerat den"),
        [Required(_l("Ange vilken dag kontrollen gjordes.")), not_in_future],
        default=clock.today,
    )

    def findings(self, items: Sequence[Mapping[str, Any]]) -> list[Finding]:
        """Give what was found about the items that have a result."""
        return [
            Finding(
                item_id=item["id"],
                result=self[f"{item['id']}_result"].data,
                evidence=self[f"{item['id']}_evidence"].data,
                note=self[f"{item['id']}_note"].data,
                is_equivalent=f"{item['id']}_equivalent" in self and self[f"{item['id']}_equivalent"].data,
                valid_to=self[f"{item['id']}_valid_to"].data if item.get("expires_field") else None,
            )
            for item in items
            if self[f"{item['id']}_result"].data
        ]


def checks_form(document: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> ChecksForm:
    """Give a form with the fields of these items."""
    fields: dict[str, Any] = {}
    results = [(row["id"], reference.text_of(row)) for row in document["item_results"]]
    for item in items:
        name = item["id"]
        fields[f"{name}_result"] = ChoiceField(
            reference.text_of(item),
            choices=pairs(results, empty=_("Ingen ny kontroll")),
            description=reference.text_of(item, "evidence"),
        )
        fields[f"{name}_evidence"] = TextField(_("Underlag för: %(item)s", item=reference.text_of(item)))
        if not item.get("personal_data"):
            fields[f"{name}_equivalent"] = BooleanField(
                _("Likvärdigt bevis för: %(item)s", item=reference.text_of(item))
            )
        fields[f"{name}_note"] = TextField(_("Anteckning om: %(item)s", item=reference.text_of(item)))
        if item.get("expires_field"):
            fields[f"{name}_valid_to"] = DateField(_("Gäller till och med: %(item)s", item=reference.text_of(item)))
    return type("GroupChecksForm", (ChecksForm,), fields)()
