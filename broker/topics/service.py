"""What people do with topics: merge, split and retire them, take that back, and teach the words that they go by."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from broker import audit, clock, database
from broker.access import organisation_in_scope
from broker.accounts import queries as accounts
from broker.accounts.models import Organisation, User
from broker.actions import Action
from broker.errors import RefusedError
from broker.extensions import db
from broker.reference.queries import Topic
from broker.swedish import clean, search_key
from broker.topics import queries
from broker.topics.models import ChangeKind, TopicChange, TopicWord
from broker.topics.stems import content_words

LONGEST_NAME = 80
# A text of more telling words than these is a story, not a name for a topic.
_MOST_REMEMBERED = 8


class WordRefusedError(RefusedError):
    """The word says nothing about a topic, or is known already."""


@dataclass(frozen=True)
class Follower:
    """A kind of row of another feature that points at a topic and follows it.

    `count_in_words` says how many there are, `find_keys` which have a topic, `move` gives rows another topic, and
    `list_choices` offers those that a person can choose among when a topic is split.
    """

    kind: str
    count_in_words: Callable[[int], str]
    find_keys: Callable[[str], list[int]]
    move: Callable[[Sequence[int], str, User], None]
    list_choices: Callable[[str], list[tuple[int, str]]] | None = None


_followers: list[Follower] = []


def follow(follower: Follower) -> None:
    """Let the rows of another feature follow their topic."""
    _followers.append(follower)


def count_followers(topic_id: str) -> list[str]:
    """Say, kind by kind, how many rows have a topic; nothing for none."""
    counts = ((follower, len(follower.find_keys(topic_id))) for follower in _followers)
    return [follower.count_in_words(count) for follower, count in counts if count]


def moved_in_words(change: TopicChange) -> list[str]:
    """Say, kind by kind, how many rows followed a change."""
    return [row.count_in_words(len(change.moved[row.kind])) for row in _followers if change.moved.get(row.kind)]


def list_choices(topic_id: str) -> list[tuple[str, str]]:
    """List what can follow a topic that is split off, each as a key of its kind and its text."""
    offered = [(row.kind, row.list_choices(topic_id)) for row in _followers if row.list_choices]
    return [(f"{kind}:{key}", text) for kind, rows in offered for key, text in rows]


def merge_topics(topic: Topic, into: Topic, *, by: User) -> TopicChange:
    """Let a topic go into another, with all its rows and names; refuses itself and one that cannot be chosen."""
    _hold()
    if into.id == topic.id or into.id not in queries.topics_in_use() or topic.id not in queries.known_topics():
        raise RefusedError(_("Välj ett annat kompetensområde, som används."))
    moved = {row.kind: row.find_keys(topic.id) for row in _followers}
    change = _change(ChangeKind.MERGED, topic, moved, into_id=into.id, by=by)
    _move(moved, into.id, by)
    _record(Action.TOPIC_MERGED, by, topic=[topic.label, into.label], rows=_total(moved))
    return change


def split_topic(topic: Topic, *, name: str, words: Iterable[str], chosen: Iterable[str], by: User) -> TopicChange:
    """Make a part of a topic one of its own, with words for it and the chosen rows; refuses a name that is taken."""
    _hold()
    name = _checked_name(name)
    words = list({key: text for text in words if (key := search_key(text)) != search_key(name)}.values())
    for word in words:
        _check_word(word)
    if topic.id not in queries.known_topics():
        raise RefusedError(_("Kompetensområdet har gått upp i ett annat. Ladda om sidan."))
    wanted = {*chosen} & {key for key, _text in list_choices(topic.id)}
    moved: dict[str, list[int]] = {row.kind: [] for row in _followers}
    for key in sorted(wanted):
        kind, _colon, number = key.partition(":")
        moved[kind].append(int(number))
    change = _change(ChangeKind.SPLIT, topic, moved, label=name, by=by)
    made = queries.get_topic(change.new_id)
    for word in words:
        add_word(made, word, by=by)
    _move(moved, made.id, by)
    _record(Action.TOPIC_SPLIT, by, topic=[topic.label, name], rows=_total(moved))
    return change


def retire_topic(topic: Topic, *, by: User) -> TopicChange:
    """Let nobody choose a topic any longer; what has it keeps it. Refuses one that is retired already."""
    _hold()
    if topic.id not in queries.topics_in_use():
        raise RefusedError(_("Kompetensområdet används inte längre. Ladda om sidan."))
    change = _change(ChangeKind.RETIRED, topic, {}, by=by)
    _record(Action.TOPIC_RETIRED, by, topic=topic.label)
    return change


def undo_change(change: TopicChange, *, by: User) -> None:
    """Take a change back: what followed and still has the topic returns. Refuses one that a later change rests on."""
    _hold()
    if change.undone_at is not None:
        raise RefusedError(_("Ändringen är redan ångrad."))
    later = queries.find_later_change(change)
    if later is not None:
        name = queries.topic_label(later.topic_id)
        raise RefusedError(_("Ångra först den senare ändringen av %(topic)s.", topic=name))
    change.undone_at, change.undone_by_id = clock.now(), by.id
    if change.kind is ChangeKind.MERGED:
        back = {row.kind: _still(row, change, str(change.into_id)) for row in _followers}
    elif change.kind is ChangeKind.SPLIT:
        back = {row.kind: row.find_keys(change.new_id) for row in _followers}
    else:
        back = {}
    db.session.flush()
    _move(back, change.topic_id, by)
    queries.forget()
    label = queries.topic_label(change.topic_id)
    _record(Action.TOPIC_CHANGE_UNDONE, by, topic=label, rows=_total(back))


def add_word(topic: Topic, text: str, *, by: User) -> TopicWord:
    """Let a topic be known by one more word; refuses one that says nothing, is too long or is known already."""
    text = clean(text)
    _check_word(text)
    known = {search_key(name) for name in (topic.label, *topic.aliases)}
    word = queries.find_word(topic.id, search_key(text))
    if search_key(text) in known or (word is not None and not word.is_confirmed):
        raise WordRefusedError(_("Kompetensområdet är redan känt som ”%(word)s”.", word=text))
    if word is None:
        word = TopicWord(topic_id=topic.id, text=text, added_by_id=by.id)
        db.session.add(word)
    word.text, word.is_confirmed = text, False
    db.session.flush()
    queries.forget()
    _record(Action.TOPIC_WORD_ADDED, by, topic=topic.label, word=text)
    return word


def remove_word(word: TopicWord, *, by: User) -> None:
    """Forget a word of ours for a topic; what it said is not kept in the history either, for it can hold a name."""
    db.session.delete(word)
    db.session.flush()
    queries.forget()
    _record(Action.TOPIC_WORD_REMOVED, by, topic=queries.topic_label(word.topic_id))


def remember(text: str | None, topic_id: str, *, by: User) -> None:
    """Remember that a person said which topic a text means, if that was not clear without; a long text is no name."""
    words = content_words(text or "")
    if not 0 < len(words) <= _MOST_REMEMBERED:
        return
    # Only what tells the topic is kept, not who said it in how many words.
    said = " ".join(words)
    word = queries.find_word(topic_id, search_key(said))
    if word is not None:
        word.uses += 1
        queries.forget()
        return
    clear = queries.topic_matcher().find_clear(text or "")
    if clear is not None and clear.id == topic_id:
        return
    # Somebody else can say the same in the same moment; what is about to be saved must not fail for that.
    facts = {"topic_id": topic_id, "text": said, "key": search_key(said), "is_confirmed": True, "added_by_id": by.id}
    database.insert_unless_there(TopicWord, organisation_id=organisation_in_scope(), **facts)
    queries.forget()


def _hold() -> None:
    # Two people who change topics at once must see each other, or one topic could go into another and back.
    database.hold(Organisation.id, organisation_in_scope())
    queries.forget()


def _change(kind: ChangeKind, topic: Topic, moved: Mapping[str, list[int]], *, by: User, **values: Any) -> TopicChange:
    change = TopicChange(kind=kind, topic_id=topic.id, moved=dict(moved), changed_by_id=by.id, **values)
    db.session.add(change)
    db.session.flush()
    queries.forget()
    return change


def _move(keys: Mapping[str, Sequence[int]], topic_id: str, by: User) -> None:
    for follower in _followers:
        if keys.get(follower.kind):
            follower.move(keys[follower.kind], topic_id, by)


def _still(follower: Follower, change: TopicChange, topic_id: str) -> list[int]:
    return sorted({*change.moved.get(follower.kind, ())} & {*follower.find_keys(topic_id)})


def _total(moved: Mapping[str, Sequence[int]]) -> int:
    return sum(len(keys) for keys in moved.values())


def _checked_name(name: str) -> str:
    name = clean(name)
    if not search_key(name) or len(name) > LONGEST_NAME:
        raise RefusedError(_("Skriv ett namn med högst %(limit)s tecken.", limit=LONGEST_NAME))
    if search_key(name) in {search_key(topic.label) for topic in queries.known_topics().values()}:
        raise RefusedError(_("Det finns redan ett kompetensområde som heter så. Skriv ett annat namn."))
    return name


def _check_word(text: str) -> None:
    if not content_words(text) or len(text) > LONGEST_NAME:
        raise WordRefusedError(
            _("Skriv ord som säger vad utbildningen handlar om, med högst %(limit)s tecken.", limit=LONGEST_NAME)
        )


def _record(action: Action, by: User, **facts: Any) -> None:
    audit.record(action, accounts.get_organisation(organisation_in_scope()), by=by, **facts)
