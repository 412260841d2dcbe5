"""What the page of a purchase shows: its values and papers as people read them, the steps taken and the history."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _

from broker.accounts import queries as accounts
from broker.audit import AuditEvent
from broker.files import Attachment
from broker.formatting import moment, say
from broker.procurement import queries, workflow
from broker.procurement.fields import Names, to_show
from broker.procurement.models import Purchase, PurchaseStep
from broker.procurement.situation import Situation
from broker.providers import queries as providers
from broker.reference import queries as reference


def list_values(situation: Situation, *, is_hidden: bool) -> dict[str, str]:
    """Give what is filled in, by field, as people read it; without what tells of offers where these are hidden."""
    definitions, agreement = situation.document["fields"], situation.framework and situation.framework.agreement
    shown = [name for name in definitions if situation.has(name) and not (is_hidden and name in workflow.OFFER_FIELDS)]
    kinds = {name: definitions[name].get("of", definitions[name]["type"]) for name in shown}
    names = Names(
        providers=dict(providers.list_provider_names()) if "provider" in kinds.values() else {},
        users=accounts.names_of(_keys(situation, [name for name in shown if kinds[name] == "user"])),
        frameworks={str(agreement.id): agreement.name} if agreement else {},
    )
    return {name: to_show(name, definitions[name], situation.values[name], names) for name in shown}


def list_record(situation: Situation, values: Mapping[str, str]) -> list[tuple[str, str | None]]:
    """List what the documentation of a direct award holds at least, with what is known of it: LOU 19 a kap. 11 §."""
    contents, definitions = situation.route.get("record_contents"), situation.document["fields"]
    minimum = contents["minimum"] if contents else []
    return [(reference.text_of(definitions[name]), values.get(name)) for name in minimum]


def list_papers(
    purchase: Purchase, situation: Situation, attachments: Sequence[Attachment], *, is_hidden: bool
) -> list[dict[str, Any]]:
    """List the papers with what each is; without those that tell of offers where these are hidden."""
    labels = {name: reference.text_of(row) for name, row in situation.document["documents"].items()}
    return [
        {
            "label": labels.get(attachment.kind, ""),
            "file": attachment,
            "is_earlier": queries.is_of_earlier_round(purchase, attachment),
        }
        for attachment in attachments
        if not (is_hidden and attachment.kind in workflow.OFFER_PAPERS)
    ]


def step_entry(step: PurchaseStep, situation: Situation, *, is_hidden: bool) -> dict[str, Any]:
    """Give a step that was taken as a line of the timeline; what was noted while offers were in may tell of them."""
    was_secret = workflow.may_tell_of_offers(situation, step.from_state, step.to_state)
    text = "" if is_hidden and was_secret else say(step.note)
    return _entry(moment(step.taken_at), say(step.label), text, step.taken_by.name, "check")


def tells_of_offers(event: AuditEvent) -> bool:
    """Tell whether an event of the history says something about offers."""
    return event.action.startswith("offer") or event.facts.get("kind") in workflow.OFFER_PAPERS


def event_entry(event: AuditEvent, states: Mapping[str, Any]) -> dict[str, Any]:
    """Give an event as a line of the timeline, with from where to where the purchase was moved."""
    return _entry(moment(event.happened_at), event.label, _move(event.facts, states), event.actor_name, "history")


def _keys(situation: Situation, names: Iterable[str]) -> set[int]:
    values = [situation.values[name] for name in names]
    return {int(key) for value in values for key in (value if isinstance(value, list) else [value])}


def _entry(at: str, title: str, text: str, by: str, icon: str) -> dict[str, Any]:
    return {"at": at, "title": title, "text": text, "by": by, "url": None, "icon": icon}


def _move(facts: Mapping[str, Any], states: Mapping[str, Any]) -> str:
    if "to_state" not in facts:
        return ""
    before, after = (reference.text_of(states[facts[name]]) for name in ("from_state", "to_state"))
    return _("Från %(before)s till %(after)s.", before=before, after=after)
