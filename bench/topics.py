"""Measures the way from free text to topics: how often it is right, what it refuses, and how long it takes."""

import csv
import statistics
import time
from pathlib import Path

from broker.reference import queries as reference
from broker.topics.matching import matcher

_DATA = Path(__file__).parent / "data"
_TUNED_ON = (
    "titles_first_held_out.csv",
    "titles_more.csv",
    "titles_second_held_out.csv",
    "titles_third.csv",
    "titles_fourth.csv",
)
_SHOWN = 5


def measure_topics():
    print("\nFritext till kompetensområde")
    shares = "".join(f"{name:>12}" for name in ("rätt först", "bland fem", "avvisade"))
    print(f"{'':28}{shares}{'senare':>9}{'fel':>6}{'inget':>8}{'gissade':>10}{'ms':>8}")
    found = matcher(tuple(reference.topics().values()))
    labelled = _read("titles_labelled.csv")
    sets = (
        ("avstämda på", labelled[::2] + [row for name in _TUNED_ON for row in _read(name)]),
        ("kontroll", labelled[1::2]),
        ("annan hand", _read("titles_of_another_hand.csv")),
        ("orörda", _read("titles_held_out.csv")),
        ("kringgående", _read("titles_roundabout.csv")),
    )
    for name, rows in sets:
        _print_row(f"{len(rows)} titlar, {name}", rows, found.propose)


def _read(name):
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        return [(row["title"], set(row["topics"].split())) for row in csv.DictReader(file, delimiter=";")]


def _print_row(name, rows, propose):
    propose("")
    answers, durations = [], []
    for title, right in rows:
        started = time.perf_counter()
        proposed = propose(title)
        durations.append((time.perf_counter() - started) * 1000)
        answers.append(([topic.id for topic, _reason in proposed[:_SHOWN]], right))
    taught = [(ids, right) for ids, right in answers if right]
    first = statistics.mean(bool(ids) and ids[0] in right for ids, right in taught)
    five = statistics.mean(bool(right & set(ids)) for ids, right in taught)
    refused = statistics.mean(not ids for ids, right in answers if not right)
    # The misses by kind: right but not first, wrong altogether, nothing proposed; and what should have been refused.
    later = sum(bool(right & set(ids[1:])) and ids[0] not in right for ids, right in taught)
    wrong = sum(bool(ids) and not right & set(ids) for ids, right in taught)
    nothing = sum(not ids for ids, _right in taught)
    guessed = sum(bool(ids) for ids, right in answers if not right)
    misses = f"{later:9}{wrong:6}{nothing:8}{guessed:10}"
    print(f"{name:28}{first:12.1%}{five:12.1%}{refused:12.1%}{misses}{statistics.median(durations):8.2f}")
