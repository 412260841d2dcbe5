"""The hard rules of a cohort, one function each, with the sentence that explains a refusal."""

from collections.abc import Callable, Iterable

from broker.needs.bundling.instance import DISTANCE, Instance, Need, Offering, PlannedCohort, Solution
from broker.needs.bundling.travel import Distances
from broker.sentences import N_, Sentence

Failure = Sentence | None


class Rules:
    """The rules for the needs, places and providers of one instance."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.distances = Distances(instance.places)
        self._venues = frozenset(instance.venues)
        self._offerings: dict[int, list[Offering]] = {}
        for offering in instance.offerings:
            self._offerings.setdefault(offering.area, []).append(offering)

    def failures(self, need: Need, cohort: PlannedCohort) -> dict[str, Sentence]:
        """Give what hinders a need from being taught in a cohort, by the name of the rule."""
        checks = {name: check(self, need, cohort) for name, check in MEMBER_RULES.items()}
        return {name: sentence for name, sentence in checks.items() if sentence is not None}

    def cohort_failures(self, cohort: PlannedCohort) -> list[Sentence]:
        """Give everything that is wrong with a cohort: its own rules and those of each member."""
        own: Iterable[Failure] = (check(self, cohort) for check in COHORT_RULES)
        needs = [self.instance.needs_by_id[need_id] for need_id, _part in cohort.members]
        return [
            *(sentence for sentence in own if sentence is not None),
            *(sentence for need in needs for sentence in self.failures(need, cohort).values()),
        ]

    def plan_failures(self, solution: Solution) -> list[Sentence]:
        """Give everything that is wrong with a plan; nothing for a plan that may be carried out."""
        used: set[tuple[int, int]] = set()
        found: list[Sentence] = []
        for cohort in solution.cohorts:
            if unknown := [
                sentence for sentence in (self._known_once(pair, used) for pair in cohort.members) if sentence
            ]:
                found += unknown
            else:
                found += self.cohort_failures(cohort)
        return found

    def providers_for(self, cohort: PlannedCohort) -> list[Offering]:
        """Give the offerings that can hold this cohort and are vetted to its end."""
        return [offering for offering in self.offerings_at(cohort) if offering.capacity >= self.size(cohort)]

    def offerings_at(self, cohort: PlannedCohort) -> list[Offering]:
        """Give the vetted offerings for the cohort's training, place and weeks, whatever the size of the group."""
        return [
            offering
            for offering in self._offerings.get(cohort.area, [])
            if offering.levels >> cohort.level & 1
            and offering.modes & cohort.mode
            and offering.languages & cohort.language
            and offering.vetted_until >= cohort.start + cohort.weeks
            and (cohort.place is None or self.distances.from_place(offering.base)[cohort.place] <= offering.reach_km)
        ]

    def size(self, cohort: PlannedCohort) -> int:
        """Give how many people a cohort is for."""
        needs = self.instance.needs_by_id
        return sum(self.instance.participants_of(needs[need_id], part) for need_id, part in cohort.members)

    def companies(self, cohort: PlannedCohort) -> set[int]:
        """Give the companies of a cohort."""
        return {self.instance.needs_by_id[need_id].company for need_id, _part in cohort.members}

    def gets_on(self, need: Need, cohort: PlannedCohort) -> bool:
        """Tell whether the company of a need may be taught with those of a cohort."""
        if not self.instance.apart:
            return True
        companies = self.companies(cohort)
        return not any(
            need.company in pair and companies & (set(pair) - {need.company}) for pair in self.instance.apart
        )

    def kilometres(self, need: Need, cohort: PlannedCohort) -> int:
        """Give how far the people of a need travel to a cohort; nothing at a distance."""
        return 0 if cohort.place is None else self.distances.from_place(need.municipality)[cohort.place]

    def is_venue(self, place: int | None) -> bool:
        """Tell whether a course can be held there."""
        return place in self._venues

    def _known_once(self, pair: tuple[int, int], used: set[tuple[int, int]]) -> Failure:
        need = self.instance.needs_by_id.get(pair[0])
        if need is None or not 0 <= pair[1] < len(self.instance.sizes_of(need)):
            return Sentence(N_("Behov %(need)s finns inte i underlaget."), {"need": pair[0]})
        if pair in used:
            return Sentence(N_("Behov %(need)s finns i två grupper."), {"need": pair[0]})
        used.add(pair)
        return None


def area_fits(rules: Rules, need: Need, cohort: PlannedCohort) -> Failure:
    """A cohort teaches one area."""
    if need.area == cohort.area:
        return None
    return Sentence(N_("Behovet gäller ett annat kompetensområde."))


def level_fits(rules: Rules, need: Need, cohort: PlannedCohort) -> Failure:
    """A need for a certain level is met only by that level."""
    return None if need.level in (0, cohort.level) else Sentence(N_("Behovet gäller en annan nivå."))


def language_fits(rules: Rules, need: Need, cohort: PlannedCohort) -> Failure:
    """The language must be one that the need accepts."""
    return None if need.languages & cohort.language else Sentence(N_("Deltagarna läser inte på gruppens språk."))


def mode_fits(rules: Rules, need: Need, cohort: PlannedCohort) -> Failure:
    """The mode must be one that the need accepts."""
    return None if need.modes & cohort.mode else Sentence(N_("Företaget godtar inte gruppens utbildningsform."))


def hours_fit(rules: Rules, need: Need, cohort: PlannedCohort) -> Failure:
    """The course may not be shorter than the need, nor much longer."""
    if rules.instance.weights.hours_fit(need.hours, cohort.hours):
        return None
    return Sentence(
        N_("Behovet är %(own)s timmar, men gruppen läser %(taught)s."), {"own": need.hours, "taught": cohort.hours}
    )


def window_fits(rules: Rules, need: Need, cohort: PlannedCohort) -> Failure:
    """The whole course must lie in the need's window."""
    if need.earliest <= cohort.start and cohort.start + cohort.weeks <= need.latest:
        return None
    return Sentence(N_("Perioden överlappar inte."))


def travel_fits(rules: Rules, need: Need, cohort: PlannedCohort) -> Failure:
    """Nobody travels further than the need says."""
    distance = rules.kilometres(need, cohort)
    if distance <= need.max_km:
        return None
    return Sentence(
        N_("Det är %(distance)s km dit, men företaget reser högst %(most)s km."),
        {"distance": distance, "most": need.max_km},
    )


def choice_is_single(rules: Rules, cohort: PlannedCohort) -> Failure:
    """A cohort has one language and one mode."""
    if cohort.language.bit_count() == 1 and cohort.mode.bit_count() == 1:
        return None
    return Sentence(N_("Gruppen ska ha ett språk och en utbildningsform."))


def place_fits(rules: Rules, cohort: PlannedCohort) -> Failure:
    """A cohort at a distance has no place, every other meets where a course can be held."""
    if cohort.mode == DISTANCE:
        return None if cohort.place is None else Sentence(N_("En grupp på distans har ingen ort."))
    return None if rules.is_venue(cohort.place) else Sentence(N_("Gruppen ska träffas på en ort med kurslokal."))


def size_fits(rules: Rules, cohort: PlannedCohort) -> Failure:
    """The group must be within the sizes of its area."""
    area, size = rules.instance.areas[cohort.area], rules.size(cohort)
    if size < area.smallest:
        return Sentence(N_("För få deltagare: %(size)s av minst %(least)s."), {"size": size, "least": area.smallest})
    if size > area.largest:
        return Sentence(N_("För många deltagare: %(size)s, högst %(most)s."), {"size": size, "most": area.largest})
    return None


def companies_suffice(rules: Rules, cohort: PlannedCohort) -> Failure:
    """Enough companies must learn together."""
    count, least = len(rules.companies(cohort)), rules.instance.weights.min_companies
    if count >= least:
        return None
    return Sentence(N_("För få företag: %(count)s av minst %(least)s."), {"count": count, "least": least})


def companies_get_on(rules: Rules, cohort: PlannedCohort) -> Failure:
    """Companies that are kept apart are not taught together."""
    companies = rules.companies(cohort)
    if not any(one in companies and other in companies for one, other in rules.instance.apart):
        return None
    return Sentence(N_("Två av företagen ska inte läsa i samma grupp."))


def provider_can(rules: Rules, cohort: PlannedCohort) -> Failure:
    """Where a provider is demanded, a vetted one must be able to give the training."""
    if not rules.instance.weights.require_provider or rules.providers_for(cohort):
        return None
    return Sentence(N_("Ingen granskad utbildningsanordnare kan ge utbildningen."))


MEMBER_RULES: dict[str, Callable[[Rules, Need, PlannedCohort], Failure]] = {
    "area": area_fits,
    "level": level_fits,
    "language": language_fits,
    "mode": mode_fits,
    "hours": hours_fit,
    "window": window_fits,
    "travel": travel_fits,
}
COHORT_RULES: tuple[Callable[[Rules, PlannedCohort], Failure], ...] = (
    choice_is_single,
    place_fits,
    size_fits,
    companies_suffice,
    companies_get_on,
    provider_can,
)
