"""The letter that gives a provider the link to its scorecard, in Swedish."""

from flask_babel import gettext as _

from broker import mail
from broker.accounts.models import Organisation, User
from broker.formatting import day, in_swedish
from broker.needs.scores.models import ScoreReply


@in_swedish()
def ask(reply: ScoreReply, sender: Organisation, link: str, *, by: User) -> None:
    """Write where the provider sees what its trainings were judged, and that it may reply."""
    body = _(
        "Här ser ni vad de som har gått era utbildningar hos oss tycker, och där kan ni svara om ni vill. Svaret visas "
        "bredvid omdömena när någon hos oss har läst det. Ni behöver inget konto.\n\n%(link)s\n\n"
        "Länken är er egen och fungerar till och med %(day)s.\n\n%(name)s, %(organisation)s\n",
        link=link,
        day=day(reply.open_until),
        name=by.name,
        organisation=sender.name,
    )
    mail.write(reply.recipient, _("Omdömen om era utbildningar"), body, reply_to=by.email)
