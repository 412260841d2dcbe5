"""Forms of the import."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField

from broker.companies.imports.headings import FIELD_TITLES, shown_heading
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
    def for_table(cls, table: TablePreview, meanings: Mapping[str, str]) -> "MappingForm":
        """Give a form with one choice for each column, set to what its heading means or seems to mean."""
        choices = pairs(((field, say(title)) for field, title in FIELD_TITLES.items()), empty=_("Läs inte in"))
        fields = {
            f"column_{place}": ChoiceField(say(shown_heading(heading)), choices=choices, default=meanings.get(heading))
            for place, heading in enumerate(table.headings)
        }
        form = type("ColumnsForm", (cls,), fields)()
        form.headings = table.headings
        return form

    def chosen(self) -> dict[str, str]:
        """Give the meaning of each column by its heading."""
        meanings = {heading: self[f"column_{place}"].data for place, heading in enumerate(self.headings)}
        return {heading: meaning for heading, meaning in meanings.items() if meaning}
