"""Forms of tags."""

from flask_babel import lazy_gettext as _l

from broker.forms import CreateForm, Required, TextField


class RenameTagForm(CreateForm):
    """What a tag is called from now on."""

    new_name = TextField(
        _l("Ny etikett"), [Required(_l("Skriv vad etiketten ska heta."))], render_kw={"list": "etiketter"}
    )
