"""What differs between two versions of a call, field by field, as people say it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from broker.esf.models import Call
from broker.formatting import day, kronor, moment, percent, say
from broker.sentences import N_, Sentence

# The fields of a call in the order of its text, and how each is said.
FIELDS: Mapping[str, tuple[str, Callable[[Any], str]]] = MappingProxyType(
    {
        "title": (N_("Namn"), str),
        "region": (N_("Region"), str),
        "programme_area": (N_("Programområde"), str),
        "specific_objective": (N_("Särskilt mål"), str),
        "opens_on": (N_("Öppnar"), day),
        "closes_at": (N_("Stänger"), moment),
        "signing_deadline": (N_("Sista dag att signera"), day),
        "budget_kr": (N_("Utlysningens belopp i kronor"), kronor),
        "cofinancing_rate": (N_("Medfinansiering"), percent),
        "budget_model": (N_("Budgetmodell"), str),
        "flat_rate": (N_("Schablon på personalkostnaden i procent"), percent),
        "max_months": (N_("Längsta projekttid i månader"), str),
        "earliest_start": (N_("Tidigaste start"), day),
        "latest_start": (N_("Senaste start"), day),
        "latest_end": (N_("Senaste slut"), day),
        "state_aid_basis": (N_("Statsstödsgrund"), lambda basis: str(basis.label)),
        "parts": (N_("Delar och mål i utlysningen"), "\n".join),
        "sectors": (N_("Branscher som får delta"), "\n".join),
        "priorities": (N_("Vad utlysningen prioriterar"), "\n".join),
        "phases": (N_("Faser"), "\n".join),
        "excerpt": (N_("Text ur utlysningen"), str),
        "source": (N_("Källa"), str),
    }
)


@dataclass(frozen=True)
class Change:
    """One field that differs: what it is called, what it said and what it says; empty for nothing."""

    label: str
    before: str
    after: str


def list_changes(before: Call, after: Call) -> list[Change]:
    """List what the later version says otherwise; each attachment and each unit cost stands by itself."""
    found = [
        Change(say(Sentence(label)), _told(getattr(before, name), tell), _told(getattr(after, name), tell))
        for name, (label, tell) in FIELDS.items()
        if getattr(before, name) != getattr(after, name)
    ]
    return [*found, *_of_attachments(before, after), *_of_prices(before, after)]


def _told(value: Any, tell: Callable[[Any], str]) -> str:
    return "" if value is None or value in ("", []) else tell(value)


def _of_attachments(before: Call, after: Call) -> Iterator[Change]:
    old, new = ({row["id"]: row for row in call.attachments} for call in (before, after))
    for attachment_id in [*new, *(key for key in old if key not in new)]:
        title = (new.get(attachment_id) or old[attachment_id])["title"]
        told = [
            "" if row is None else _("Krävs") if row["required"] else _("Frivillig")
            for row in (old.get(attachment_id), new.get(attachment_id))
        ]
        if told[0] != told[1]:
            yield Change(_("Bilaga: %(title)s", title=title), *told)


def _of_prices(before: Call, after: Call) -> Iterator[Change]:
    old, new = before.prices, after.prices
    for name in [*new, *(key for key in old if key not in new)]:
        if old.get(name) != new.get(name):
            yield Change(
                _("Enhetskostnad: %(name)s", name=name),
                kronor(old.get(name)),
                kronor(new.get(name)),
            )
