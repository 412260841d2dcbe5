"""Why a cohort belongs together."""

from collections.abc import Sequence

from broker.needs.bundling.instance import Need, PlannedCohort
from broker.needs.bundling.rules import Rules
from broker.sentences import N_, Sentence


def why_together(rules: Rules, cohort: PlannedCohort) -> list[Sentence]:
    """Give the reasons for a cohort, in the order in which a person would ask."""
    needs = [rules.instance.needs_by_id[need_id] for need_id, _part in cohort.members]
    latest = min(need.latest for need in needs) - cohort.weeks
    people = rules.size(cohort)
    free = rules.instance.areas[cohort.area].largest - people
    return [
        Sentence(
            N_("%(companies)s företag behöver samma utbildning, tillsammans %(people)s deltagare."),
            {"companies": len(rules.companies(cohort)), "people": people},
        ),
        _travel_reason(rules, cohort, needs),
        _length_reason(cohort.weeks),
        _slack_reason(latest - cohort.start),
        _provider_reason(rules, cohort),
        *([Sentence(N_("Det finns plats för %(free)s deltagare till."), {"free": free})] if free else []),
    ]


def _length_reason(weeks: int) -> Sentence:
    if weeks == 1:
        return Sentence(N_("Kursen på en vecka ryms i allas perioder."))
    return Sentence(N_("Kursen på %(weeks)s veckor ryms i allas perioder."), {"weeks": weeks})


def _slack_reason(weeks: int) -> Sentence:
    if weeks == 0:
        return Sentence(N_("Starten kan inte skjutas upp."))
    if weeks == 1:
        return Sentence(N_("Starten kan skjutas upp högst en vecka."))
    return Sentence(N_("Starten kan skjutas upp högst %(slack)s veckor."), {"slack": weeks})


def _travel_reason(rules: Rules, cohort: PlannedCohort, needs: Sequence[Need]) -> Sentence:
    if cohort.place is None:
        return Sentence(N_("Alla godtar distans, så ingen behöver resa."))
    distances = [rules.kilometres(need, cohort) for need in needs]
    return Sentence(
        N_("Alla når %(place)s inom sin gräns. Längst är resan på %(longest)s km."),
        {"place": rules.instance.places[cohort.place].name, "longest": max(distances)},
    )


def _provider_reason(rules: Rules, cohort: PlannedCohort) -> Sentence:
    count = len({offering.provider for offering in rules.providers_for(cohort)})
    if not count:
        return Sentence(N_("Ingen granskad utbildningsanordnare i registret kan ge utbildningen än."))
    return Sentence(N_("Granskade utbildningsanordnare som kan ge utbildningen: %(count)s."), {"count": count})
