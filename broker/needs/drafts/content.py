"""What a step of a draft holds, as plain data that can be stored and read back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from broker.needs.bundling.instance import Proof
from broker.needs.planning import CohortPlan

Part = tuple[int, int]


@dataclass(frozen=True)
class Settings:
    """What a what-if changes: people more or fewer in a group, and per cent of distances and of two weights."""

    smallest: int = 0
    largest: int = 0
    travel: int = 100
    group_cost: int = 100
    travel_cost: int = 100


@dataclass(frozen=True)
class DraftCohort:
    """A group of a draft: its plan, whether it stays when the rest is worked out anew, and who is meant to teach."""

    key: int
    plan: CohortPlan
    is_locked: bool = False
    provider_id: int | None = None


@dataclass(frozen=True)
class Proofs:
    """What proved the bound when the draft was last worked out, by topic, and the day, for which alone it holds."""

    made_on: date
    by_topic: Mapping[str, Proof]


@dataclass(frozen=True)
class Content:
    """A whole draft at one step.

    `out` are parts of needs that a person has taken out; `seen` tells which version of each need was worked on, and
    `left` which needs were left over then.
    """

    cohorts: tuple[DraftCohort, ...] = ()
    settings: Settings = Settings()
    apart: tuple[tuple[int, int], ...] = ()
    out: frozenset[Part] = frozenset()
    seen: Mapping[int, int] = field(default_factory=dict)
    left: frozenset[int] = frozenset()
    bound: int | None = None
    proofs: Proofs | None = None

    def find(self, key: int | None) -> DraftCohort | None:
        """Give the group with a key, if the draft has it."""
        return next((cohort for cohort in self.cohorts if cohort.key == key), None)

    def free_key(self) -> int:
        """Give a key that no group of the draft has."""
        return max((cohort.key for cohort in self.cohorts), default=0) + 1

    def with_cohorts(self, changed: Iterable[DraftCohort], gone: Iterable[int] = ()) -> "Content":
        """Give the content with these groups instead of those with their keys, and without those that are gone."""
        new, dropped = {cohort.key: cohort for cohort in changed}, set(gone)
        kept = [new.pop(cohort.key, cohort) for cohort in self.cohorts if cohort.key not in dropped]
        return replace(self, cohorts=(*kept, *new.values()))

    def as_stored(self) -> dict[str, Any]:
        """Give the content as plain data."""
        return {
            "cohorts": [
                {
                    "key": cohort.key,
                    "plan": json.loads(cohort.plan.as_text()),
                    "locked": cohort.is_locked,
                    "provider": cohort.provider_id,
                }
                for cohort in self.cohorts
            ],
            "settings": asdict(self.settings),
            "apart": [list(pair) for pair in self.apart],
            "out": sorted(map(list, self.out)),
            "seen": sorted(map(list, self.seen.items())),
            "left": sorted(self.left),
            "bound": self.bound,
            "proofs": self.proofs and _stored_proofs(self.proofs),
        }

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> "Content":
        """Read what as_stored gave."""
        return cls(
            cohorts=tuple(
                DraftCohort(row["key"], CohortPlan.from_text(json.dumps(row["plan"])), row["locked"], row["provider"])
                for row in stored["cohorts"]
            ),
            settings=Settings(**stored["settings"]),
            apart=tuple((one, other) for one, other in stored["apart"]),
            out=frozenset((need, part) for need, part in stored["out"]),
            seen=dict(stored["seen"]),
            left=frozenset(stored["left"]),
            bound=stored["bound"],
            proofs=stored["proofs"] and _read_proofs(stored["proofs"]),
        )


def _stored_proofs(proofs: Proofs) -> dict[str, Any]:
    return {
        "made_on": proofs.made_on.isoformat(),
        "by_topic": {
            topic_id: {
                "bound": proof.bound,
                "items": [[*pair, price] for pair, price in proof.items.items()],
                "companies": [list(pair) for pair in proof.companies.items()],
                "locked": sorted(map(list, proof.locked)),
            }
            for topic_id, proof in proofs.by_topic.items()
        },
    }


def _read_proofs(stored: Mapping[str, Any]) -> Proofs:
    found = {
        topic_id: Proof(
            bound=row["bound"],
            items={(need, part): price for need, part, price in row["items"]},
            companies=dict(row["companies"]),
            locked=frozenset((need, part) for need, part in row["locked"]),
        )
        for topic_id, row in stored["by_topic"].items()
    }
    return Proofs(date.fromisoformat(stored["made_on"]), found)
