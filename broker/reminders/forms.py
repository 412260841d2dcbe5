"""Forms of reminders."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from broker.forms import Form


class RemindersForm(Form):
    """Whether a letter comes, and what a calendar outside Broker shows."""

    is_mailed = BooleanField(_l("Skicka mig ett brev varje vardagsmorgon när något väntar"))
    shows_titles = BooleanField(_l("Visa rubriker i min kalender"))
    shows_companies = BooleanField(_l("Visa företagets namn i min kalender"))
