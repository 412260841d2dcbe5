"""Forms of applications: what a provider tells of itself, and why one is declined."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from wtforms import Field
from wtforms.validators import Email, ValidationError

from broker.errors import RefusedError
from broker.file_kinds import ACCEPTED, refuse_other_kinds
from broker.formatting import say
from broker.forms import CheckboxesField, ChoiceField, EditForm, LongTextField, Required, TextField, choices, pairs
from broker.leads.tips.forms import LINE, TEXT, NumberedForm
from broker.leads.tips.queries import TipRules
from broker.providers.applying.queries import FileRules
from broker.providers.applying.service import SentFile
from broker.providers.models import Language, ProviderKind
from broker.topics.queries import topics_in_use

_TOPICS = ("topic_1", "topic_2", "topic_3")


def _topics() -> list[Any]:
    return pairs(((topic.id, topic.label) for topic in topics_in_use().values()), empty=_("Välj kompetensområde"))


class ApplicationForm(NumberedForm):
    """What a provider tells of itself to be vetted."""

    name = TextField(_l("Anordnarens namn"), [Required(_l("Skriv vad ni heter.")), LINE])
    kind = ChoiceField(
        _l("Slag av anordnare"),
        [Required(_l("Välj vilket slag av anordnare ni är."))],
        coerce=ProviderKind,
        choices=lambda: choices(ProviderKind, empty=_("Välj slag")),
    )
    contact_name = TextField(
        _l("Kontaktperson"),
        [Required(_l("Skriv vem vi kan fråga.")), LINE],
        render_kw={"autocomplete": "name"},
    )
    contact_function = TextField(_l("Kontaktpersonens funktion"), [LINE])
    email = TextField(
        _l("E-postadress"),
        [Required(_l("Skriv vart vi skickar svaret.")), Email(_l("Skriv adressen som namn@exempel.se.")), LINE],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    phone = TextField(_l("Telefon"), [LINE], render_kw={"autocomplete": "tel", "inputmode": "tel"})
    website = TextField(_l("Webbplats"), [LINE])
    topic_1 = ChoiceField(_l("Kompetensområde"), [Required(_l("Välj vad ni lär ut."))], choices=_topics)
    topic_2 = ChoiceField(_l("Ett kompetensområde till"), choices=_topics)
    topic_3 = ChoiceField(_l("Och ett till"), choices=_topics)
    offerings = LongTextField(
        _l("Era utbildningar i korthet"),
        [Required(_l("Skriv med några ord vilka utbildningar ni ger.")), TEXT],
        render_kw={"rows": 5},
    )
    languages = CheckboxesField(
        _l("På vilka språk?"),
        [Required(_l("Välj minst ett språk."))],
        choices=lambda: pairs((language.value, str(language.label)) for language in Language),
    )
    reach = TextField(_l("Var ger ni utbildning?"), [Required(_l("Skriv var ni ger utbildning.")), LINE])
    proofs = LongTextField(_l("Vad kan ni visa?"), [TEXT], render_kw={"rows": 4})
    files = MultipleFileField(_l("Filer"), description=ACCEPTED)

    def __init__(self, page_token: str, rules: TipRules, file_rules: FileRules) -> None:
        super().__init__(page_token, rules)
        self.file_rules = file_rules

    def validate_files(self, field: Field) -> None:
        """Refuse more files than the rules take, and one that is too large or no document of a known kind."""
        sent = self.sent_files()
        if len(sent) > self.file_rules.most:
            raise ValidationError(_("Skicka högst %(most)s filer. Välj filerna igen.", most=self.file_rules.most))
        for file in sent:
            size = file.stream.seek(0, 2)
            file.stream.seek(0)
            if size > self.file_rules.largest:
                text = _("En fil får vara högst %(most)s MB. Välj filerna igen.", most=self.file_rules.largest_mb)
                raise ValidationError(text)
            try:
                refuse_other_kinds(file.stream, file.file_name)
            except RefusedError as error:
                raise ValidationError(say(error)) from error

    def sent_files(self) -> list[SentFile]:
        """Give the files that were sent along."""
        sent = [file for file in self.files.data or [] if getattr(file, "filename", "")]
        return [SentFile(file.stream, file.filename, file.mimetype) for file in sent]

    def values(self) -> dict[str, Any]:
        """Give what is stored, each topic once, without the files."""
        values = super().values()
        chosen = [values.pop(name) for name in _TOPICS]
        values.pop("files")
        return values | {"topic_ids": [topic for topic in dict.fromkeys(chosen) if topic]}


class DeclineForm(EditForm):
    """Why an application is declined."""

    reason = LongTextField(
        _l("Varför?"), [Required(_l("Skriv skälet. Det står i brevet till anordnaren."))], render_kw={"rows": 5}
    )
