"""Forms of a new version: the file with its day and source, and the same once more when it has been looked at."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import HiddenField

from broker import clock
from broker.forms import CreateForm, DateField, Required, TextField


class VersionForm(CreateForm):
    """A file, or the text that was read of it, with the day that it counts from and where it comes from."""

    file = FileField(_l("YAML-fil"))
    text = HiddenField()
    valid_from = DateField(_l("Gäller från"), [Required(_l("Ange från vilken dag den gäller."))], default=clock.today)
    source = TextField(
        _l("Källa"),
        [Required(_l("Ange källan, till exempel SFS-nummer och dag."))],
        description=_l("Varifrån ändringen kommer, så att vem som helst kan kontrollera den."),
    )
