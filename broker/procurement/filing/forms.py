"""Forms of the file: a request for the reasons, and its answer."""

from flask_babel import lazy_gettext as _l

from broker.forms import CreateForm, DateField, EditForm, LongTextField, Required, TextField, not_in_future


class RequestForm(CreateForm):
    """That somebody asked for the reasons."""

    asked_by = TextField(_l("Vem som begär skälen"), [Required(_l("Skriv vilken anordnare som begär skälen."))])
    received_on = DateField(_l("Begäran kom in"), [Required(_l("Ange vilken dag begäran kom in.")), not_in_future])
    note = LongTextField(_l("Anteckning"), render_kw={"rows": 3})


class AnswerForm(EditForm):
    """That the reasons were given."""

    answered_on = DateField(_l("Skälen lämnades"), [Required(_l("Ange vilken dag skälen lämnades.")), not_in_future])
    note = LongTextField(_l("Anteckning"), render_kw={"rows": 3})
