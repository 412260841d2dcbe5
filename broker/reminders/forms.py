"""Forms of reminders."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice

from broker.companies.models import EngagementStatus
from broker.forms import ChoiceField, CreateForm, EditForm, Form, Required, WholeNumberField, choices, pairs
from broker.reminders import queries


class RemindersForm(Form):
    """Which letters come, and what a calendar outside Broker shows."""

    is_mailed = BooleanField(_l("Skicka mig ett brev varje vardagsmorgon när något väntar"))
    mails_mentions = BooleanField(_l("Skicka mig ett brev när någon nämner mig i en kommentar"), default=True)
    mails_corrections = BooleanField(_l("Skicka mig ett brev när en utlysning rättas som ett av våra projekt följer"))
    shows_titles = BooleanField(_l("Visa rubriker i min kalender"))
    shows_companies = BooleanField(_l("Visa företagets namn i min kalender"))


def status_choices() -> list[SelectChoice]:
    """Give how far a relation can have come with companies that want to hear from us, after any of them."""
    rows = choices(EngagementStatus, empty=_("Alla lägen"))
    return [row for row in rows if row.value != EngagementStatus.DECLINED]


class RuleForm(CreateForm):
    """Which companies we talk to, and how often at least."""

    status = ChoiceField(_l("Läge"), coerce=EngagementStatus, choices=status_choices)
    tag = ChoiceField(
        _l("Etikett"), choices=lambda: pairs(((tag, tag) for tag in queries.list_tags()), empty=_("Alla etiketter"))
    )
    least_employees = WholeNumberField(_l("Minst så många anställda"), least=1)
    months = WholeNumberField(
        _l("Minst en kontakt på så många månader"),
        [Required(_l("Ange hur många månader det högst får gå mellan två kontakter."))],
        least=1,
        most=60,
    )


class EditRuleForm(EditForm, RuleForm):
    """A rule that is changed."""
