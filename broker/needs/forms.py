"""Forms of needs."""

from collections.abc import Sequence
from textwrap import shorten as shortened
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, StopValidation, ValidationError

from broker import clock
from broker.access import organisation_in_scope
from broker.accounts import queries as accounts
from broker.companies.forms import colleague_choices
from broker.companies.models import Interaction
from broker.formatting import day, say
from broker.forms import (
    CheckboxesField,
    ChoiceField,
    CreateForm,
    DateField,
    EditForm,
    Form,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
    choices,
    pairs,
    shown,
)
from broker.needs.models import Barrier, CauseLevel, NeedStatus, Priority
from broker.needs.reading import People, Period, read_people, read_period
from broker.providers.models import Language, Level, Mode
from broker.reference.choices import municipality_choices
from broker.topics import queries as topics
from broker.topics.matching import outside_likeness

_OTHER = "other"


def topic_choices(empty: str, *, kept: str | None = None) -> list[SelectChoice]:
    """Give the topics in use, and one that a row has already, in Swedish order, after an empty choice."""
    rows = [topic for topic in topics.known_topics().values() if topic.id in topics.topics_in_use() or topic.id == kept]
    return pairs(((topic.id, topic.label) for topic in rows), empty=empty)


def _filter_choices() -> list[SelectChoice]:
    rows = topics.known_topics().values()
    return pairs(((topic.id, topic.label) for topic in rows), empty=_("Alla områden"))


class Known(Required):
    """The field must be filled in, but not in a need that is only identified."""

    def __call__(self, form: Any, field: Field) -> None:
        """Let an empty field pass where little need be known yet."""
        if form.is_rough and field.data in (None, "", []) and not field.process_errors:
            raise StopValidation
        super().__call__(form, field)


def _owner_choices() -> list[SelectChoice]:
    users = accounts.list_users(organisation_in_scope())
    return pairs(((user.id, user.name) for user in users), empty=_("Alla"))


class NeedFilterForm(Form):
    """What the list of needs is narrowed to."""

    class Meta:
        """A search changes nothing and needs no token."""

        csrf = False

    q = TextField(_l("Företag eller område"))
    omrade = ChoiceField(_l("Kompetensområde"), choices=_filter_choices)
    kommun = ChoiceField(_l("Kommun"), choices=lambda: municipality_choices(_("Alla kommuner")))
    status = ChoiceField(_l("Läge"), coerce=NeedStatus, choices=lambda: choices(NeedStatus, empty=_("Alla")))
    ansvarig = ChoiceField(_l("Ansvarig"), coerce=int, choices=_owner_choices)
    halvar = HiddenField()

    @property
    def owner_name(self) -> str:
        """Give the name of the person whose needs are asked for."""
        return shown(self.ansvarig, self.ansvarig.data)


class NeedTextForm(CreateForm):
    """What the company said, before anybody has chosen a topic."""

    text = LongTextField(
        _l("Vad behöver företaget lära sig?"), [Required(_l("Skriv det som företaget sade."))], render_kw={"rows": 3}
    )
    kontakt = HiddenField()


class _NeedFields(Form):
    """The fields of a need that adding and editing share; a rough one may lack topic, people and period."""

    is_rough = False

    interaction_id = ChoiceField(_l("Kontakt där företaget berättade"), coerce=int)
    description = LongTextField(_l("Så sade företaget"))
    level = ChoiceField(_l("Nivå"), [Required(_l("Välj nivå."))], coerce=Level, choices=lambda: choices(Level))
    participants = WholeNumberField(_l("Deltagare"), least=1, most=5000)
    women = WholeNumberField(_l("Varav kvinnor"), most=5000)
    men = WholeNumberField(_l("Varav män"), most=5000)
    hours = WholeNumberField(_l("Timmar"), [Required(_l("Ange hur många timmar."))], least=1, most=2000)
    preferred_mode = ChoiceField(
        _l("Helst"), [Required(_l("Välj hur utbildningen helst ska ges."))], coerce=Mode, choices=lambda: choices(Mode)
    )
    modes = CheckboxesField(_l("Godtar också"), choices=lambda: choices(Mode))
    languages = CheckboxesField(_l("Språk"), [Required(_l("Välj minst ett språk."))], choices=lambda: choices(Language))
    earliest_on = DateField(_l("Tidigast"), [Known(_l("Ange när utbildningen tidigast kan börja."))])
    latest_on = DateField(_l("Senast"), [Known(_l("Ange när utbildningen senast ska vara klar."))])
    municipality_code = ChoiceField(
        _l("Kommun där deltagarna finns"),
        [Required(_l("Välj kommun."))],
        choices=lambda: municipality_choices(_("Välj kommun")),
    )
    max_km = WholeNumberField(_l("Reser högst (km)"), [Required(_l("Ange hur långt de kan resa."))], most=2000)
    priority = ChoiceField(
        _l("Prioritet"), [Required(_l("Välj prioritet."))], coerce=Priority, choices=lambda: choices(Priority)
    )
    owner_id = ChoiceField(
        _l("Ansvarig"), [Required(_l("Välj vem som följer behovet."))], coerce=int, choices=colleague_choices
    )
    is_mandatory_training = BooleanField(_l("Lagen kräver att arbetsgivaren ger utbildningen"))
    barriers = CheckboxesField(_l("Hinder för att delta"), choices=lambda: choices(Barrier))
    barrier_note = LongTextField(_l("Mer om hindren"))
    purpose = LongTextField(_l("Syfte"))
    cause = LongTextField(_l("Orsak till behovet"))
    cause_level = ChoiceField(
        _l("Var orsaken ligger"), coerce=CauseLevel, choices=lambda: choices(CauseLevel, empty=_("Inte bedömt"))
    )
    consequence = LongTextField(_l("Följd om inget görs"))

    def offer_contacts(self, contacts: Sequence[Interaction]) -> None:
        """Offer these contacts by day and first words."""
        rows = ((row.id, f"{day(row.happened_on)}: {shortened(row.summary, 60, placeholder='…')}") for row in contacts)
        self.interaction_id.choices = pairs(rows, empty=_("Ingen kontakt"))

    def validate_participants(self, field: Field) -> None:
        """Refuse a need for nobody, and one with more women and men than people."""
        known = (self.women.data or 0) + (self.men.data or 0)
        if not (field.data or known or self.is_rough):
            raise ValidationError(_("Ange minst en deltagare."))
        if field.data and field.data < known:
            raise ValidationError(_("Ange minst lika många deltagare som kvinnor och män tillsammans."))

    def values(self) -> dict[str, Any]:
        """Give the values; those who are neither counted as women nor as men are of unknown sex."""
        values = super().values()
        women, men = values["women"] or 0, values["men"] or 0
        everybody = values.pop("participants") or women + men
        return {**values, "women": women, "men": men, "unknown_sex": everybody - women - men}

    def validate_description(self, field: Field) -> None:
        """Refuse a need of which neither words nor a topic tell anything."""
        if self.is_rough and not field.data and not self.chosen_topic:
            raise ValidationError(_("Skriv vad företaget sade, eller välj ett kompetensområde."))

    @property
    def chosen_topic(self) -> str | None:
        """Give the topic that was picked."""
        topic_id: str | None = self._fields["topic_id"].data
        return topic_id

    def validate_latest_on(self, field: Field) -> None:
        """Refuse a window that ends before it begins."""
        if field.data and self.earliest_on.data and field.data < self.earliest_on.data:
            raise ValidationError(_("Ange en senaste dag som inte ligger före den tidigaste."))


class NeedForm(CreateForm, _NeedFields):
    """A new need: the topic is one of the proposed, or any other."""

    proposed = RadioField(_l("Förslag på kompetensområde"), [Optional()], validate_choice=False)
    topic_id = ChoiceField(_l("Annat kompetensområde"), choices=lambda: topic_choices(_("Välj i listan")))
    # The topic whose usual hours and duty stand in the form; what is left as it was follows the one that is chosen.
    filled_in_for = HiddenField()

    def propose(self, text: str | None) -> None:
        """Offer the topics that a text can mean, one chosen only if it is clear, and quote what was read.

        A text about something else gets no proposal but a sentence that says so.
        """
        people, period = read_people(text or ""), read_period(text or "", clock.today())
        self.participants.description = _quote(people)
        self.earliest_on.description = _quote(period)
        matcher = topics.topic_matcher()
        found = matcher.propose(text or "")
        self.proposed.choices = [
            *((topic.id, f"{topic.label}. {say(reason)}") for topic, reason in found),
            *([(_OTHER, _("Inget av dem"))] if found else []),
        ]
        if not found:
            self.topic_id.label.text = _("Kompetensområde")
        if text and not found:
            self.topic_id.description = _say_unknown(outside_likeness(text).phrase)
        clear = matcher.find_clear(text or "")
        if self.proposed.data is None and clear and not self.topic_id.data:
            self.proposed.data = clear.id

    @property
    def chosen_topic(self) -> str | None:
        """Give the topic that was picked: from the list, or else among the proposals."""
        picked = self.proposed.data if self.proposed.data in topics.topics_in_use() else None
        return self.topic_id.data or picked

    def validate_topic_id(self, field: Field) -> None:
        """Refuse a need without a topic."""
        if self.chosen_topic is None and not self.is_rough:
            raise ValidationError(_("Välj ett kompetensområde."))

    def values(self) -> dict[str, Any]:
        """Give the values with the one topic that was confirmed."""
        values = super().values()
        del values["proposed"], values["filled_in_for"]
        return {**values, "topic_id": self.chosen_topic}


class EditNeedForm(EditForm, _NeedFields):
    """A need to change."""

    topic_id = ChoiceField(
        _l("Kompetensområde"),
        [Known(_l("Välj ett kompetensområde."))],
        choices=lambda: topic_choices(_("Välj i listan")),
    )

    def keep_topic(self, topic_id: str) -> None:
        """Offer the need's own topic too, though it may be one that is no longer used."""
        self.topic_id.choices = topic_choices(_("Välj i listan"), kept=topic_id)


class WithdrawForm(EditForm):
    """Why a need is no longer one."""

    reason = LongTextField(_l("Varför avslutas behovet?"), [Required(_l("Skriv varför behovet avslutas."))])


def _say_unknown(resembled: str) -> str:
    told = _("Texten liknar inget kompetensområde.")
    if resembled:
        told = _("Texten liknar ”%(subject)s”, som inget kompetensområde gäller.", subject=resembled)
    advice = _("Välj det i listan som passar. Passar inget: avbryt, och låt det stå i kontakten vad företaget vill.")
    return f"{told} {advice}"


def _quote(read: People | Period | None) -> str:
    return _("Ur texten: ”%(phrase)s”.", phrase=read.phrase) if read else ""
