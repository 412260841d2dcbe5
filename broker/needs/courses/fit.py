"""What of an offering fits a group or a waiting need, and what is missing, each in a sentence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from broker import clock
from broker.needs.models import Cohort, Need
from broker.providers.models import Level, Offering
from broker.reference import queries as reference
from broker.reference.distances import kilometres
from broker.sentences import N_, Sentence


@dataclass(frozen=True)
class Fit:
    """What fits, and what is missing."""

    fits: Sequence[Sentence]
    misfits: Sequence[Sentence]

    def __add__(self, other: "Fit") -> "Fit":
        """Give all that both say, one after the other."""
        return Fit([*self.fits, *other.fits], [*self.misfits, *other.misfits])


# Whether something fits, with what is said when it does and when it does not.
_Judged = tuple[bool, Sentence | None, Sentence | None]


def judge_group(offering: Offering, cohort: Cohort, people: int) -> Fit:
    """Say what of an offering fits a formed cohort and what keeps it from it, from size to certificate.

    `people` is the size of the whole group where the cohort is only a part of one.
    """
    size, places = {"people": people}, Sentence(N_("%(places)s platser."), {"places": offering.capacity})
    too_few = size | {"least": offering.smallest_group}
    taught = {"hours": offering.hours, "needed": cohort.hours}
    distance = distance_to(offering, cohort.municipality_code)
    is_late, order_by = _is_late(offering, cohort), offering.order_by(cohort.starts_on)
    return _fit(
        [
            (
                people <= offering.capacity,
                places if people >= offering.smallest_group else None,
                Sentence(N_("Har %(places)s platser, gruppen är %(people)s."), size | {"places": offering.capacity}),
            ),
            (
                people >= offering.smallest_group,
                None,
                Sentence(N_("Ges för minst %(least)s deltagare, gruppen är %(people)s."), too_few),
            ),
            _hours(offering, cohort.hours, Sentence(N_("Är %(hours)s timmar, gruppen har %(needed)s."), taught)),
            _language([cohort.language], offering, Sentence(N_("Ges inte på gruppens språk."))),
            _mode([cohort.mode], offering, Sentence(N_("Ges inte i gruppens form."))),
            _level(cohort.level, offering, Sentence(N_("Ges inte på gruppens nivå."))),
            (
                distance is None or distance <= offering.reach_km,
                None,
                Sentence(
                    N_("Reser högst %(most)s km, hit är det %(distance)s."),
                    {"distance": distance, "most": offering.reach_km},
                ),
            ),
            (
                not is_late,
                Sentence(N_("Beställs senast %(day)s."), {"day": order_by})
                if offering.lead_weeks and clock.today() <= order_by
                else None,
                Sentence(
                    N_("Behöver %(weeks)s veckor från beställning, gruppen börjar %(start)s."),
                    {"weeks": offering.lead_weeks, "start": cohort.starts_on},
                ),
            ),
            _certificate(offering, [row.need for row in cohort.members]),
        ]
    )


def judge_need(offering: Offering, need: Need) -> Fit:
    """Say what of an offering fits a waiting need, and what is missing: people, hours, language, way there, days."""
    values = {"least": offering.smallest_group, "more": offering.smallest_group - need.participants}
    places = {"places": offering.capacity, "people": need.participants}
    taught = {"hours": offering.hours, "needed": need.hours}
    judged = _fit(
        [
            (
                values["more"] <= 0,
                None,
                Sentence(N_("Ges för minst %(least)s deltagare: det behövs %(more)s till."), values),
            ),
            (
                need.participants <= offering.capacity,
                None,
                Sentence(N_("Har %(places)s platser, behovet är %(people)s deltagare."), places),
            ),
            _hours(offering, need.hours, Sentence(N_("Är %(hours)s timmar, behovet är %(needed)s."), taught)),
            _language(need.languages, offering, Sentence(N_("Ges inte på något språk som behovet godtar."))),
            _mode(_modes_of(need), offering, Sentence(N_("Ges inte i någon form som behovet godtar."))),
            _level(need.level, offering, Sentence(N_("Ges inte på behovets nivå."))),
        ]
    )
    days_and_way = Fit([], [*_too_far(offering, need), *_wrong_days(offering, need)])
    return judged + days_and_way + _fit([_certificate(offering, [need])])


def _fit(judged: Iterable[_Judged]) -> Fit:
    rows = list(judged)
    return Fit(
        [fits for holds, fits, _misfit in rows if holds and fits is not None],
        [misfit for holds, _fits, misfit in rows if not holds and misfit is not None],
    )


def _hours(offering: Offering, needed: int, misfit: Sentence) -> _Judged:
    return offering.hours == needed, Sentence(N_("%(hours)s timmar."), {"hours": offering.hours}), misfit


def _language(wanted: Iterable[str], offering: Offering, misfit: Sentence) -> _Judged:
    return _shares(wanted, offering.languages), Sentence(N_("Rätt språk.")), misfit


def _mode(wanted: Iterable[str], offering: Offering, misfit: Sentence) -> _Judged:
    return _shares(wanted, offering.modes), Sentence(N_("Rätt form.")), misfit


def _level(wanted: Level, offering: Offering, misfit: Sentence) -> _Judged:
    return wanted in (Level.ANY, *offering.levels), Sentence(N_("Rätt nivå.")), misfit


def distance_to(offering: Offering, municipality_code: str | None) -> int | None:
    """Give how far it is by road from where the provider starts, in km; nothing for what is taught at a distance."""
    if municipality_code is None:
        return None
    places = reference.municipalities()
    return kilometres(places[offering.municipality_code], places[municipality_code])


def _modes_of(need: Need) -> list[str]:
    return [need.preferred_mode.value, *need.modes]


def _shares(wanted: Iterable[str], given: Iterable[str]) -> bool:
    return bool(set(wanted) & set(given))


def _certificate(offering: Offering, needs: Iterable[Need]) -> _Judged:
    is_enough = offering.certificate is not None or offering.provider.gives_certificates
    is_enough = is_enough or not any(need.is_mandatory_training for need in needs)
    leads_to = Sentence(N_("Leder till: %(certificate)s."), {"certificate": offering.certificate})
    misfit = Sentence(N_("Inget intyg är antecknat, men utbildningen är ett lagkrav. Fråga anordnaren."))
    return is_enough, leads_to if offering.certificate is not None else None, misfit


def _is_late(offering: Offering, cohort: Cohort) -> bool:
    # What has been chosen may be ordered already; the time to order it is told while it can be chosen.
    is_chosen = cohort.offering_id == offering.id
    return not is_chosen and offering.order_by(cohort.starts_on) < clock.today() <= cohort.starts_on


def _too_far(offering: Offering, need: Need) -> list[Sentence]:
    distance = distance_to(offering, need.municipality_code)
    # What can be given and taken at a distance is near everywhere; else both sides may travel a part of the way.
    is_at_distance = _shares({"distance"} & set(_modes_of(need)), offering.modes)
    if distance is None or is_at_distance or distance <= offering.reach_km + need.max_km:
        return []
    values = {"distance": distance, "reach": offering.reach_km, "most": need.max_km}
    text = N_("Det är %(distance)s km dit: anordnaren reser högst %(reach)s, deltagarna %(most)s.")
    return [Sentence(text, values)]


def _wrong_days(offering: Offering, need: Need) -> list[Sentence]:
    first, last = need.earliest_on, need.latest_on
    if first is None or last is None:
        return []
    found = []
    if offering.valid_from and offering.valid_from > last:
        values = {"first": offering.valid_from, "last": last}
        found.append(Sentence(N_("Ges från och med %(first)s, behovet ska vara klart senast %(last)s."), values))
    if offering.valid_to and offering.valid_to < max(first, clock.today()):
        values = {"last": offering.valid_to, "first": first}
        found.append(Sentence(N_("Ges till och med %(last)s, behovet kan börja tidigast %(first)s."), values))
    if offering.lead_weeks and offering.order_by(last) < clock.today():
        text = N_("Behöver %(weeks)s veckor från beställning, behovet ska vara klart senast %(last)s.")
        found.append(Sentence(text, {"weeks": offering.lead_weeks, "last": last}))
    return found
