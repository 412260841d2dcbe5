"""The letter that tells a provider what was found and by when it may answer; in Swedish whoever causes it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _

from broker import mail
from broker.accounts.models import Organisation, User
from broker.formatting import day, in_swedish
from broker.providers.models import Provider
from broker.reference import queries as reference


@in_swedish()
def tell(
    provider: Provider,
    items: Sequence[Mapping[str, Any]],
    found: str | None,
    *,
    recipient: str,
    answer_by: date,
    sender: Organisation,
    by: User,
) -> None:
    """Write what was found, that nothing is decided, by when to answer, and that measures count."""
    points = "\n".join(f"– {reference.text_of(item)}{_law(item)}" for item in items)
    body = _(
        "%(organisation)s granskar %(provider)s som utbildningsanordnare. Vid granskningen underkändes:\n\n"
        "%(found)s\n\n"
        "Inget är beslutat. Ni får yttra er till och med %(day)s, som svar på det här brevet (lagen om offentlig "
        "upphandling, 13 kap. 4 §). Stämmer något inte, så berätta det. Har ni betalat, eller gjort något som visar "
        "att ni är att lita på, så berätta det också: det vägs in (13 kap. 5 §). Skicka inga utdrag ur "
        "belastningsregistret; vi får inte spara dem.\n\n%(name)s, %(organisation)s\n",
        organisation=sender.name,
        provider=provider.name,
        found="\n\n".join(filter(None, [points, found])),
        day=day(answer_by),
        name=by.name,
    )
    subject = _("Ni får yttra er innan %(organisation)s beslutar", organisation=sender.name)
    mail.write(recipient, subject, body, reply_to=by.email)


def _law(item: Mapping[str, Any]) -> str:
    return f" ({item['law']})" if item.get("law") else ""
