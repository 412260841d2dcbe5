"""What an instance of the exchange format must be like before it is worked on."""

from broker.needs.bundling.instance import BLENDED, DISTANCE, ON_SITE, Instance, Need, PlannedCohort

_ALL_MODES = ON_SITE | DISTANCE | BLENDED
_PRIORITY_COUNT = 4
# Far beyond what anybody asks for, and small enough that all sums stay exact.
_LARGEST_GROUP = 1000
_MOST_PEOPLE = 100_000
_MOST_HOURS = 10_000
_MOST_KM = 100_000
_MOST_WEEKS = 100_000
_BITS = 60


class InstanceError(ValueError):
    """The data cannot be worked on; the text says what to mend."""


def check_instance(instance: Instance) -> None:
    """Refuse an instance whose numbers point outside its own lists or mean nothing."""
    if len(instance.needs_by_id) != len(instance.needs):
        raise InstanceError("Två behov har samma id. Ge varje behov ett eget.")
    places, areas = range(len(instance.places)), range(len(instance.areas))
    for area in instance.areas:
        if not 1 <= area.smallest <= area.largest <= _LARGEST_GROUP:
            raise InstanceError(
                f"Området {area.name} ska ha en minsta grupp från 1 och en största som inte är mindre, "
                f"högst {_LARGEST_GROUP}."
            )
    for need in instance.needs:
        _check_need(need, places, areas)
    if any(venue not in places for venue in instance.venues):
        raise InstanceError("venues pekar på en kommun som inte finns i municipalities.")
    if any(offering.base not in places or offering.area not in areas for offering in instance.offerings):
        raise InstanceError("offerings pekar på en kommun eller ett område som inte finns.")
    if any(min(offering.levels, offering.modes, offering.languages) < 0 for offering in instance.offerings):
        raise InstanceError("offerings har ett negativt tal för nivåer, former eller språk. Rätta det.")
    if any(one == other for one, other in instance.apart):
        raise InstanceError("apart har ett företag som ska hållas isär från sig självt. Ta bort raden.")
    _check_locked(instance)


def _check_need(need: Need, places: range, areas: range) -> None:
    if need.company < 0 or need.area not in areas or need.municipality not in places:
        raise InstanceError(f"Behov {need.id} pekar på ett företag, ett område eller en kommun som inte finns.")
    if need.women < 0 or need.men < 0 or need.participants < 1 or need.hours < 1:
        raise InstanceError(f"Behov {need.id} ska ha minst en deltagare och minst en timme, och inga negativa tal.")
    if not 1 <= need.priority <= _PRIORITY_COUNT or need.max_km < 0 or not 0 <= need.level < _BITS:
        raise InstanceError(f"Behov {need.id} ska ha prioritet 1–4 och inga negativa tal.")
    is_mode_accepted = 0 <= need.preferred_mode < 3 and need.modes >> need.preferred_mode & 1
    if not is_mode_accepted or need.modes & ~_ALL_MODES or not 1 <= need.languages < 1 << _BITS:
        raise InstanceError(f"Behov {need.id} ska godta minst ett språk och den form som det helst vill ha.")
    is_large = need.participants > _MOST_PEOPLE or need.hours > _MOST_HOURS or need.max_km > _MOST_KM
    if is_large or max(abs(need.earliest), abs(need.latest)) > _MOST_WEEKS:
        raise InstanceError(
            f"Behov {need.id} har ett orimligt stort tal. Kontrollera deltagare, timmar, veckor och km."
        )


def _check_locked(instance: Instance) -> None:
    used: set[tuple[int, int]] = set()
    for cohort in instance.locked:
        _check_cohort(instance, cohort)
        for need_id, part in cohort.members:
            need = instance.needs_by_id.get(need_id)
            if need is None or not 0 <= part < len(instance.sizes_of(need)):
                raise InstanceError(f"En låst grupp har del {part} av behov {need_id}, som inte finns.")
            if (need_id, part) in used:
                raise InstanceError(f"Behov {need_id} finns i två låsta grupper. Ta bort det ur den ena.")
            used.add((need_id, part))


def _check_cohort(instance: Instance, cohort: PlannedCohort) -> None:
    is_known = cohort.area in range(len(instance.areas)) and (
        cohort.place is None or cohort.place in range(len(instance.places))
    )
    is_sound = cohort.hours >= 1 and cohort.mode in (ON_SITE, DISTANCE, BLENDED) and 0 <= cohort.level < _BITS
    if not is_known or not is_sound or cohort.language < 1 or not cohort.members:
        raise InstanceError("En låst grupp ska ha deltagare, och område, kommun, form, språk och timmar som finns.")
