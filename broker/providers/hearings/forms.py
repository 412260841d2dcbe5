"""Forms of what follows on the checks of a provider."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Email

from broker import clock
from broker.forms import ChoiceField, CreateForm, DateField, LongTextField, Required, TextField, choices, not_in_future
from broker.providers.hearings.standing import Cure, Outcome

_NOTHING_ABOUT_CRIMES = _l("Skriv inga uppgifter om brott, och inga namn på personer.")


class HearingForm(CreateForm):
    """What a provider is told, where, and by when it may answer."""

    found = LongTextField(_l("Det här har kommit fram"), description=_NOTHING_ABOUT_CRIMES)
    recipient = TextField(
        _l("Skicka till"),
        [Required(_l("Ange anordnarens e-postadress.")), Email(_l("Skriv adressen som namn@exempel.se."))],
    )
    answer_by = DateField(_l("Svar senast"), [Required(_l("Ange till och med vilken dag anordnaren får svara."))])


class AnswerForm(CreateForm):
    """What a provider answered, and when."""

    answered_on = DateField(
        _l("Svaret kom den"), [Required(_l("Ange vilken dag svaret kom.")), not_in_future], default=clock.today
    )
    text = LongTextField(_l("Det här svarade anordnaren"), description=_NOTHING_ABOUT_CRIMES)


class AssessmentForm(CreateForm):
    """Whether what a provider has answered and done is enough."""

    cure = ChoiceField(
        _l("Bedömning"),
        [Required(_l("Välj hur du bedömer svaret."))],
        choices=lambda: choices(Cure, empty=_l("Välj bedömning")),
        coerce=Cure,
    )
    text = LongTextField(_l("Varför"), description=_NOTHING_ABOUT_CRIMES)


class DecisionForm(CreateForm):
    """How a vetting ends."""

    outcome = ChoiceField(
        _l("Beslut"),
        [Required(_l("Välj beslut."))],
        choices=lambda: choices(Outcome, empty=_l("Välj beslut")),
        coerce=Outcome,
    )
    reason = LongTextField(
        _l("Skäl"),
        description=_l(
            "Behövs när anordnaren nekas, får villkor eller har yttrat sig. "
            "Skriv inga uppgifter om brott, och inga namn."
        ),
    )
    conditions = LongTextField(
        _l("Villkor"), description=_l("Behövs när anordnaren godkänns på villkor. Skriv vad som ska göras och när.")
    )
    valid_until = DateField(_l("Beslutet gäller till och med"))


class ReopeningForm(CreateForm):
    """What has happened, so that the vetting has to be done again."""

    happened_on = DateField(
        _l("Det hände den"), [Required(_l("Ange vilken dag det hände.")), not_in_future], default=clock.today
    )
    text = LongTextField(
        _l("Det här har hänt"),
        [Required(_l("Skriv vad som har hänt."))],
        description=_l("Till exempel ny ägare, återkallad F-skatt eller klagomål. Skriv inga uppgifter om brott."),
    )
