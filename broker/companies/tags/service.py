"""What people do with tags: write them as they are written already, rename one everywhere, let two become one."""

from collections.abc import Callable, Iterable

from flask_babel import gettext as _

from broker import audit
from broker.access import organisation_in_scope
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.tags import queries
from broker.companies.tags.queries import LONGEST_TAG, Tag, tag_key
from broker.errors import RefusedError
from broker.saved_views.models import ListPage
from broker.saved_views.queries import list_all_views
from broker.swedish import clean

# What other features do with their rows that name a tag which is called something else from now on.
RenamingStep = Callable[[Tag, str, User], None]
_renaming: list[RenamingStep] = []


def when_renamed(step: RenamingStep) -> RenamingStep:
    """Mark what another feature has to do in the moment when a tag is renamed."""
    _renaming.append(step)
    return step


def as_known(tags: Iterable[str], *, kept: Iterable[str] = ()) -> list[str]:
    """Give tags without doubles, each spelled as the organisation does already; those that are kept as they are."""
    known, same = queries.list_tags(), {tag_key(tag): tag for tag in kept}
    found: dict[str, str] = {}
    for tag in tags:
        usual = queries.find_tag(tag, known)
        found.setdefault(tag_key(tag), same.get(tag_key(tag)) or (usual.name if usual else tag))
    return list(found.values())


def rename_tag(tag: Tag, new_name: str, *, by: User) -> int:
    """Call a tag something else on all our companies and give on how many; a name that exists already takes it in."""
    name = clean(new_name)
    if "," in name or not tag_key(name) or len(name) > LONGEST_TAG:
        raise RefusedError(_("Skriv en etikett utan komma, med högst %(limit)s tecken.", limit=LONGEST_TAG))
    other = queries.find_tag(name, queries.list_tags())
    if other is not None and other.name != tag.name:
        name = other.name
    spellings = {*tag.spellings, *(other.spellings if other else ())} - {name}
    if not spellings:
        raise RefusedError(_("Så heter etiketten redan. Skriv ett annat namn."))
    changed = 0
    for engagement in queries.list_tagged(sorted(spellings)):
        values = {"tags": list(dict.fromkeys(name if row in spellings else row for row in engagement.tags))}
        facts = audit.changes(engagement, values)
        engagement.tags = values["tags"]
        audit.record(Action.ENGAGEMENT_EDITED, engagement, by=by, changes=facts, fields=[])
        changed += engagement.merge_id is None
    _rename_in_views(tag, name)
    for step in _renaming:
        step(tag, name, by)
    organisation = accounts.get_organisation(organisation_in_scope())
    is_merged = other is not None and other.name != tag.name
    audit.record(Action.TAG_RENAMED, organisation, by=by, tag=[tag.name, name], companies=changed, is_merged=is_merged)
    return changed


def _rename_in_views(tag: Tag, name: str) -> None:
    for view in list_all_views(ListPage.COMPANIES):
        asked = view.arguments.get("etikett", [])
        if any(tag_key(text) == tag_key(tag.name) for text in asked):
            view.arguments = view.arguments | {"etikett": [name]}
