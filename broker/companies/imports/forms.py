"""Forms of the import."""

from collections.abc import Collection, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from broker.companies.imports.headings import CLEARABLE, FIELD_TITLES, shown_heading
from broker.companies.imports.tables import TablePreview
from broker.formatting import say
from broker.forms import ChoiceField, Form, pairs


class UploadForm(Form):
    """The file to import."""

    file = FileField(_l("Fil"), [FileRequired(_l("Välj en fil."))])


class OptionsForm(Form):
    """What to do with rows that cannot be used."""

    skip_refused = BooleanField(_l("Hoppa över rader som inte går att använda"))
    include_sole_traders = BooleanField(
        _l("Ta med enskilda näringsidkare (deras nummer är personnummer och visas aldrig)")
    )


class MappingForm(Form):
    """What each column of a list means; made anew for each file."""

    class Meta:
        """The form travels inside the form of the options, which carries the token."""

        csrf = False

    @classmethod
    def for_table(cls, table: TablePreview, meanings: Mapping[str, str], clears: Collection[str] = ()) -> "MappingForm":
        """Give a form with two choices for each column: what it means, and whether its empty cells clear."""
        choices = pairs(((field, say(title)) for field, title in FIELD_TITLES.items()), empty=_("Läs inte in"))
        fields: dict[str, Any] = {}
        for place, heading in enumerate(table.headings):
            name, meaning = say(shown_heading(heading)), meanings.get(heading)
            fields[f"column_{place}"] = ChoiceField(name, choices=choices, default=meaning)
            fields[f"clears_{place}"] = BooleanField(
                _("Tom cell i %(column)s tömmer uppgiften", column=name), default=bool(meaning) and meaning in clears
            )
        form = type("ColumnsForm", (cls,), fields)()
        form.headings = table.headings
        return form

    def validate(self, extra_validators: Any = None) -> bool:
        """Refuse columns that cannot be cleared by an empty cell."""
        is_valid = super().validate(extra_validators)
        for column, clears in self.columns():
            if clears.data and column.data not in CLEARABLE:
                clears.errors = [_("En tom cell kan inte tömma den uppgiften. Avmarkera rutan.")]
                is_valid = False
        return is_valid

    def columns(self) -> list[tuple[Any, Any]]:
        """Give the fields of each column: what it means, and whether its empty cells clear."""
        return [(self[f"column_{place}"], self[f"clears_{place}"]) for place in range(len(self.headings))]

    def cleared(self) -> list[str]:
        """Give the fields of which an empty cell takes the stored value away."""
        return [column.data for column, clears in self.columns() if clears.data]

    def chosen(self) -> dict[str, str]:
        """Give the meaning of each column by its heading."""
        meanings = {heading: self[f"column_{place}"].data for place, heading in enumerate(self.headings)}
        return {heading: meaning for heading, meaning in meanings.items() if meaning}
