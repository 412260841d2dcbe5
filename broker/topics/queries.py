"""Reads the topics as the organisation in scope has them, read once in a transaction and kept until it ends."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from types import MappingProxyType

from sqlalchemy import event, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.session import SessionTransaction

from broker import access
from broker.errors import NotFoundError
from broker.extensions import db
from broker.reference import queries as reference
from broker.reference.queries import Topic, TradeWords
from broker.swedish import sort_key
from broker.topics import matching
from broker.topics.matching import TopicMatcher
from broker.topics.models import ChangeKind, TopicChange, TopicWord, national_id

# So many of the organisation's own words are compared with, the latest; each makes the comparing a little slower.
_MOST_WORDS = 500
_KEPT, _MATCHER = "topics", "topic_matcher"


@dataclass(frozen=True)
class OurTopics:
    """The topics of one organisation: the national ones and its own, and what has become of each."""

    named: Mapping[str, Topic]
    merged: Mapping[str, str]
    retired: frozenset[str]
    undone: frozenset[str]

    @cached_property
    def known(self) -> Mapping[str, Topic]:
        """Give, in Swedish order, those that rows can have: the ones in use and the ones no longer used."""
        gone = {*self.merged, *self.undone}
        left = [topic for topic in self.named.values() if topic.id not in gone]
        return MappingProxyType({topic.id: topic for topic in sorted(left, key=lambda topic: sort_key(topic.label))})

    @cached_property
    def in_use(self) -> Mapping[str, Topic]:
        """Give, in Swedish order, those that can be chosen."""
        return MappingProxyType({topic.id: topic for topic in self.known.values() if topic.id not in self.retired})

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Give each topic's place in an order that new topics only add to, for what counts topics by number."""
        national, own = sorted(reference.topics()), [key for key in self.named if key not in reference.topics()]
        return {topic_id: place for place, topic_id in enumerate((*national, *own))}

    def successor(self, topic_id: str) -> str:
        """Give the topic that a topic has gone into, or the topic itself."""
        while topic_id in self.merged:
            topic_id = self.merged[topic_id]
        return topic_id


def ours() -> OurTopics:
    """Give the topics as the organisation in scope has them; the national ones if none is."""
    organisation_id = access.find_organisation_in_scope()
    if organisation_id is None:
        return _national()
    kept: dict[int, OurTopics] = db.session().info.setdefault(_KEPT, {})
    if organisation_id not in kept:
        kept[organisation_id] = _of_changes(db.session.scalars(select(TopicChange).order_by(TopicChange.id)).all())
    return kept[organisation_id]


def forget() -> None:
    """Read the topics anew from now on: something has been changed about them."""
    _drop(db.session())


@event.listens_for(Session, "after_transaction_end")
def _forget_at_the_end(session: Session, transaction: SessionTransaction) -> None:
    # Another process may change the topics as soon as nobody holds the transaction.
    if transaction.parent is None:
        _drop(session)


def _drop(session: Session) -> None:
    for name in (_KEPT, _MATCHER):
        session.info.pop(name, None)


def topics_in_use() -> Mapping[str, Topic]:
    """Give the topics that can be chosen, by id, in Swedish order of their labels."""
    return ours().in_use


def known_topics() -> Mapping[str, Topic]:
    """Give the topics that rows can have, by id, in Swedish order: also those no longer used."""
    return ours().known


def current_topics(topic_ids: Iterable[str]) -> list[str]:
    """Give what topics that were chosen some time ago have become, each once."""
    return list(dict.fromkeys(map(ours().successor, topic_ids)))


def topic_label(topic_id: str | None) -> str:
    """Give a topic's label, or nothing for no topic; of another organisation's topic the national one's."""
    if not topic_id:
        return ""
    if topic_id not in reference.topics() and (topic := ours().named.get(topic_id)):
        return topic.label
    return reference.topic_label(national_id(topic_id))


def get_topic(topic_id: str) -> Topic:
    """Give a topic that rows can have, or raise NotFoundError."""
    topic = known_topics().get(topic_id)
    if topic is None:
        raise NotFoundError
    return topic


def topic_matcher() -> TopicMatcher:
    """Give what finds the topics that a text can mean, by all the words that the organisation knows them by."""
    organisation_id = access.organisation_in_scope()
    kept: dict[int, TopicMatcher] = db.session().info.setdefault(_MATCHER, {})
    if organisation_id not in kept:
        kept[organisation_id] = _make_matcher(ours())
    return kept[organisation_id]


def _make_matcher(topics: OurTopics) -> TopicMatcher:
    latest = select(TopicWord).order_by(TopicWord.id.desc()).limit(_MOST_WORDS)
    names: dict[str, list[str]] = defaultdict(list)
    confirmed: dict[str, TopicWord] = {}
    for word in db.session.scalars(latest):
        if not word.is_confirmed:
            names[topics.successor(word.topic_id)].append(word.text)
        elif word.key not in confirmed or word.uses > confirmed[word.key].uses:
            # People have chosen differently for the same text: the more often, or else the later, is more likely.
            confirmed[word.key] = word
    trade_words: dict[str, list[TradeWords]] = defaultdict(list)
    for gone in topics.merged:
        names[topics.successor(gone)] += [topics.named[gone].label, *topics.named[gone].aliases]
        trade_words[topics.successor(gone)] += topics.named[gone].trade_words
    called = [_also_called(topic, names[topic.id], trade_words[topic.id]) for topic in topics.in_use.values()]
    said = ((topics.successor(word.topic_id), word.text) for word in confirmed.values())
    return matching.matcher(tuple(called), tuple(said))


def list_words(topic_id: str) -> Sequence[TopicWord]:
    """List the organisation's own words for a topic and what has gone into it, the latest first."""
    topics = ours()
    ids = [topic_id, *(gone for gone in topics.merged if topics.successor(gone) == topic_id)]
    query = select(TopicWord).options(joinedload(TopicWord.added_by)).where(TopicWord.topic_id.in_(ids))
    return db.session.scalars(query.order_by(TopicWord.id.desc()).limit(_MOST_WORDS)).all()


def get_word(word_id: int) -> TopicWord:
    """Give one of the organisation's words, or raise NotFoundError."""
    word = db.session.scalars(select(TopicWord).where(TopicWord.id == word_id)).one_or_none()
    if word is None:
        raise NotFoundError
    return word


def find_word(topic_id: str, key: str) -> TopicWord | None:
    """Give the organisation's word for a topic that is written so, if there is one."""
    query = select(TopicWord).where(TopicWord.topic_id == topic_id, TopicWord.key == key)
    return db.session.scalars(query).one_or_none()


def list_changes() -> Sequence[TopicChange]:
    """List what the organisation has changed about its topics, the latest first."""
    people = joinedload(TopicChange.changed_by), joinedload(TopicChange.undone_by)
    return db.session.scalars(select(TopicChange).options(*people).order_by(TopicChange.id.desc())).all()


def get_change(change_id: int) -> TopicChange:
    """Give a change, or raise NotFoundError."""
    change = db.session.scalars(select(TopicChange).where(TopicChange.id == change_id)).one_or_none()
    if change is None:
        raise NotFoundError
    return change


def find_later_change(change: TopicChange) -> TopicChange | None:
    """Give a change that came after and is about one of the same topics, unless it is undone."""
    query = select(TopicChange).where(TopicChange.id > change.id, TopicChange.undone_at.is_(None))
    later = db.session.scalars(query.order_by(TopicChange.id.desc()))
    return next((row for row in later if row.touched_ids & change.touched_ids), None)


@cache
def _national() -> OurTopics:
    return _of_changes([])


def _of_changes(changes: Sequence[TopicChange]) -> OurTopics:
    named, merged = dict(reference.topics()), {}
    retired, undone = set(), set()
    for change in changes:
        is_undone = change.undone_at is not None
        if change.kind is ChangeKind.SPLIT:
            named[change.new_id] = _split_off(change)
            undone |= {change.new_id} if is_undone else set()
        elif is_undone:
            continue
        elif change.kind is ChangeKind.MERGED:
            merged[change.topic_id] = str(change.into_id)
        else:
            retired.add(change.topic_id)
    return OurTopics(MappingProxyType(named), MappingProxyType(merged), frozenset(retired), frozenset(undone))


def _split_off(change: TopicChange) -> Topic:
    origin = reference.topics()[national_id(change.topic_id)]
    bare = replace(origin, aliases=(), skill_ids=(), trade_words=(), occupation_group_ids=(), note="")
    return replace(bare, id=change.new_id, label=str(change.label))


def _also_called(topic: Topic, names: Sequence[str], trade_words: Sequence[TradeWords]) -> Topic:
    if not names and not trade_words:
        return topic
    words = (*topic.trade_words, *trade_words)
    return replace(topic, aliases=(*topic.aliases, *names), trade_words=words)
