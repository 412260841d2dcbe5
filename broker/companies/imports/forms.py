"""Forms of the import."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from broker.companies.imports.changes import PROTECTED
from broker.companies.imports.headings import CLEARABLE, FIELD_TITLES, PEOPLE_FIELDS, guess_mapping, shown_heading
from broker.companies.imports.reading import Reading
from broker.companies.imports.tables import TablePreview
from broker.companies.models import LegalBasis
from broker.formatting import say
from broker.forms import ChoiceField, Form, TextField, choices, pairs
from broker.sentences import Sentence


class UploadForm(Form):
    """The file to import."""

    file = FileField(_l("Fil"), [FileRequired(_l("Välj en fil."))])


class OptionsForm(Form):
    """What to do with rows that cannot be used."""

    skip_refused = BooleanField(_l("Hoppa över rader som inte går att använda"))
    include_sole_traders = BooleanField(
        _l("Ta med enskilda näringsidkare (deras nummer är personnummer och visas aldrig)")
    )

    source = TextField(
        _l("Varifrån kontaktpersonernas uppgifter kommer"),
        description=_l("Gäller de rader som inte själva säger det."),
    )
    legal_basis = ChoiceField(
        _l("Rättslig grund för kontaktpersonernas uppgifter"),
        coerce=LegalBasis,
        choices=lambda: choices(LegalBasis),
        default=LegalBasis.PUBLIC_TASK,
    )


class MappingForm(Form):
    """What each column of a list means; made anew for each file."""

    class Meta:
        """The form travels inside the form of the options, which carries the token."""

        csrf = False

    @classmethod
    def for_table(cls, table: TablePreview, reading: Reading) -> "MappingForm":
        """Give a form with two choices for each column: what it means, and whether its empty cells clear."""
        offered = PEOPLE_FIELDS if reading.is_people else FIELD_TITLES
        meant = pairs(((field, say(Sentence(FIELD_TITLES[field]))) for field in offered), empty=_("Läs inte in"))
        fields: dict[str, Any] = {}
        for place, heading in enumerate(table.headings):
            name, meaning = say(shown_heading(heading)), reading.meanings.get(heading)
            fields[f"column_{place}"] = ChoiceField(name, choices=meant, default=meaning)
            fields[f"clears_{place}"] = BooleanField(
                _("Tom cell i %(column)s tömmer uppgiften", column=name),
                default=bool(meaning) and meaning in reading.clears,
            )
        form = type("ColumnsForm", (cls,), fields)()
        form.headings = table.headings
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse columns that an empty cell cannot clear, and to leave out who has a protected identity."""
        is_valid = super().validate(extra_validators)
        is_about_people = any(name.startswith("contact_") for name in self.chosen().values())
        protecting = {head for head, name in guess_mapping(self.headings).items() if name == PROTECTED}
        for heading, (column, _clears) in zip(self.headings, self.columns(), strict=True):
            if is_about_people and heading in protecting and column.data != PROTECTED:
                column.errors = [_("Läs in kolumnen: den säger vem som har skyddad identitet.")]
                is_valid = False
        for column, clears in self.columns():
            if clears.data and column.data not in CLEARABLE:
                clears.errors = [_("En tom cell kan inte tömma den uppgiften. Avmarkera rutan.")]
                is_valid = False
        return is_valid

    def columns(self) -> list[tuple[Any, Any]]:
        """Give the fields of each column: what it means, and whether its empty cells clear."""
        return [(self[f"column_{place}"], self[f"clears_{place}"]) for place in range(len(self.headings))]

    def options(self) -> dict[str, Any]:
        """Give what was chosen by the names of an ImportPlan: what the columns mean, and where empty cells clear."""
        clears = [column.data for column, clears in self.columns() if clears.data]
        return {"mapping": self.chosen(), "clears": sorted(clears)}

    def chosen(self) -> dict[str, str]:
        """Give the meaning of each column by its heading."""
        meanings = {heading: self[f"column_{place}"].data for place, heading in enumerate(self.headings)}
        return {heading: meaning for heading, meaning in meanings.items() if meaning}
