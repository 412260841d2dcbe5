"""Finds whom to ask about a topic: gathers what the queries read, lets it be judged, and adds whom to write to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from broker import access, clock
from broker.accounts import queries as accounts
from broker.companies.models import Company, Engagement, Person
from broker.needs.asking import queries
from broker.needs.asking.likely import AskingRules, Candidate, Earlier, Holder, Industry, Judge, Judged, Said
from broker.needs.half_years import HalfYear, half_year_of_period
from broker.needs.models import WAITING, NeedStatus
from broker.needs.planning import places
from broker.needs.reachable import list_reachable
from broker.reference import queries as reference
from broker.reference.distances import kilometres
from broker.reference.queries import Topic
from broker.swedish import search_key, sort_key
from broker.topics import queries as topics

_DIVISION = 2
_MONTH = timedelta(days=clock.DAYS_A_MONTH)
# Shorter words are looked for as whole words, longer ones also as the beginning of compounds.
_SHORT_WORD, _TELLING_WORD = 5, 9
_PART_OF_LABEL = re.compile(r" – |[/()]")


@dataclass(frozen=True)
class Found:
    """Who is likely to have a need, the likeliest first; who has it, and where the search went out from."""

    judged: Sequence[Judged]
    holders: int
    centres: Sequence[str]
    rules: AskingRules

    @property
    def centre_names(self) -> list[str]:
        """Give the municipalities that distances are counted from."""
        return sorted(map(reference.municipality_name, self.centres), key=sort_key)


@dataclass(frozen=True)
class Row:
    """A company that may be asked: why, whom to write to, and what has been done lately."""

    judged: Judged
    company: Company
    engagement: Engagement
    people: Sequence[Person]
    asked_on: date | None
    sent_on: date | None
    rules: AskingRules

    @property
    def is_asked(self) -> bool:
        """Tell whether it was asked about the topic so lately that it is not asked again."""
        return self.asked_on is not None and _days_since(self.asked_on) < self.rules.quiet_days

    @property
    def is_ticked(self) -> bool:
        """Tell whether it is proposed: not one that lately got the form for another reason."""
        got_form = self.sent_on is not None and _days_since(self.sent_on) < self.rules.quiet_days
        return not self.is_asked and not got_form

    @property
    def days_since_contact(self) -> int | None:
        """Give how many days ago somebody was in touch, if it was lately."""
        last = self.engagement.last_contact_on
        days = _days_since(last) if last else None
        return days if days is not None and days <= self.rules.recent_days else None


def find_likely(topic: Topic, half_year: HalfYear | None) -> Found:
    """Find our companies that are likely to need a topic too, around the needs of a half-year if one is given."""
    today = clock.today()
    rules, needs = queries.asking_rules(today), queries.list_holders(topic.id)
    # Without any needs we look around ourselves, and being near says nothing.
    centres = _centres(needs, half_year) or accounts.get_organisation(access.organisation_in_scope()).municipality_codes
    near, holders = _near(centres, rules.max_km), _holders(needs)
    beside = [other.id for other in topics.known_topics().values() if other.category == topic.category]
    said = _said(topic, today - rules.said_months * _MONTH)
    rows = queries.list_candidates(
        topic.id,
        near=near,
        divisions={holder.industry.code[:_DIVISION] for holder in holders if holder.industry},
        beside=beside,
        said=said,
    )
    earlier = _earlier(queries.list_earlier({row[0] for row in rows}, beside), topic.id)
    judge = Judge(holders, topic_id=topic.id, renewal_years=topic.renewal_years, rules=rules, today=today)
    candidates = _candidates(rows, near, earlier, said, rules.ending)
    return Found(judge.likely(candidates), len(holders), centres, rules)


def list_rows(judged: Sequence[Judged], topic_id: str, rules: AskingRules) -> list[Row]:
    """Add to these companies what a broker sees of them, and whom to write to; no letters to who does not want them."""
    keys = [row.company_id for row in judged]
    relations, people = queries.list_relations(keys), list_reachable(keys)
    asked = queries.list_asked(topic_id, keys)
    return [
        Row(
            row,
            *relations[row.company_id],
            [] if relations[row.company_id][0].no_advertising else people[row.company_id],
            *asked.get(row.company_id, (None, None)),
            rules,
        )
        for row in judged
    ]


def _centres(needs: Iterable[Any], half_year: HalfYear | None) -> list[str]:
    """Give where the clear needs of the half-year are, or else those that wait, or else all there have been."""
    known = list(needs)
    clear = [need for need in known if need.status is NeedStatus.CLARIFIED]
    narrowed = [
        need
        for need in clear
        if half_year is None or half_year_of_period(need.earliest_on, need.latest_on) == half_year
    ]
    waiting = [need for need in known if need.status in WAITING]
    found = {need.municipality_code for need in narrowed or waiting or known}
    return sorted(found & _places().keys())


def _holders(needs: Iterable[Any]) -> list[Holder]:
    by_company = {
        need.company_id: Holder(need.company_id, _industry(need.industry_codes, need.industry_edition), need.employees)
        for need in needs
    }
    return list(by_company.values())


def _industry(codes: Sequence[str] | None, edition: str | None) -> Industry | None:
    return Industry(edition or "", codes[0]) if codes else None


def _candidates(
    rows: Iterable[Any],
    near: Mapping[str, int],
    earlier: Mapping[int, list[Earlier]],
    said: Mapping[int, list[Said]],
    ending: Sequence[str],
) -> list[Candidate]:
    """Make each company one candidate, as near as its nearest place; none that is being wound up."""
    found: dict[int, Candidate] = {}
    for company_id, key, own, workplace, codes, edition, proceedings, employees in rows:
        if any(text.partition(" ")[0] in ending for text in proceedings or []):
            continue
        km = min(near[code] for code in (own, workplace) if code in near)
        if company_id not in found or km < found[company_id].km:
            found[company_id] = Candidate(
                company_id,
                key,
                km,
                _industry(codes, edition),
                employees,
                tuple(earlier.get(company_id, ())),
                tuple(said.get(company_id, ())),
            )
    return list(found.values())


def _earlier(rows: Iterable[Any], topic_id: str) -> dict[int, list[Earlier]]:
    """Give by company what it needed: in other topics what it did not take back."""
    found: dict[int, list[Earlier]] = {}
    for row in rows:
        is_withdrawn = row.status is NeedStatus.WITHDRAWN
        if row.topic_id == topic_id or not is_withdrawn:
            on = clock.in_sweden(row.status_at).date()
            need = Earlier(row.id, row.topic_id, on, is_withdrawn, row.status_reason or "")
            found.setdefault(row.company_id, []).append(need)
    return found


def _said(topic: Topic, since: date) -> dict[int, list[Said]]:
    """Give by company where it spoke of the topic: ticked it in an answer that waits, or used a word for it."""
    found: dict[int, list[Said]] = {}
    for key, company_id, received_at, topic_ids in queries.list_waiting_answers():
        if topic.id in topic_ids:
            found.setdefault(company_id, []).append(Said(True, key, clock.in_sweden(received_at).date()))
    words = _words(topic)
    for key, company_id, held_on, *texts in queries.list_talks(since):
        if match := words.search(search_key(" ".join(filter(None, texts)))):
            found.setdefault(company_id, []).append(Said(False, key, held_on, match[0]))
    return found


def _words(topic: Topic) -> re.Pattern[str]:
    """Give what finds a word for the topic in a folded text: its names, and the first word of its label if it tells."""
    names = {search_key(name) for name in (*_PART_OF_LABEL.split(topic.label), *topic.aliases)}
    first = search_key(topic.label).partition(" ")[0]
    words = sorted(
        names | ({first} if len(first) >= _TELLING_WORD else set()) - {""}, key=lambda word: (-len(word), word)
    )
    patterns = [re.escape(word) + (r"\b" if len(word) < _SHORT_WORD else r"\w*") for word in words if word]
    return re.compile(rf"\b(?:{'|'.join(patterns)})")


def _near(centres: Sequence[str], most_km: int) -> dict[str, int]:
    """Give the municipalities within reach with how far it is to the nearest centre; all, at no distance, for none."""
    nearest = {code: min((_km(code, centre) for centre in centres), default=0) for code in _places()}
    return {code: km for code, km in nearest.items() if km <= most_km}


@lru_cache(maxsize=50_000)
def _km(start: str, end: str) -> int:
    known = _places()
    return kilometres(known[start], known[end]) if start != end else 0


@lru_cache(maxsize=1)
def _places() -> Mapping[str, Any]:
    return places()


def _days_since(day: date) -> int:
    return (clock.today() - day).days
