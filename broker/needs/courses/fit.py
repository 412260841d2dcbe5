"""What of an offering fits a group or a waiting need, and what is missing, each in a sentence."""

from collections.abc import Iterable

from broker import clock
from broker.needs.models import Cohort, Need
from broker.providers.models import Level, Offering
from broker.reference import queries as reference
from broker.reference.distances import kilometres
from broker.sentences import N_, Sentence


def group_fits(offering: Offering, cohort: Cohort, people: int) -> list[Sentence]:
    """Say what of an offering fits a cohort that so many are taught with, from places to when it is ordered."""
    places = Sentence(N_("%(places)s platser."), {"places": offering.capacity})
    order_by = Sentence(N_("Beställs senast %(day)s."), {"day": offering.order_by(cohort.starts_on)})
    checks = (
        (offering.smallest_group <= people <= offering.capacity, places),
        (cohort.language in offering.languages, Sentence(N_("Rätt språk."))),
        (cohort.mode in offering.modes, Sentence(N_("Rätt form."))),
        (_teaches(offering, cohort.level), Sentence(N_("Rätt nivå."))),
        (cohort.hours == offering.hours, Sentence(N_("%(hours)s timmar."), {"hours": offering.hours})),
        (offering.certificate is not None, _certificate(offering)),
        (bool(offering.lead_weeks) and clock.today() <= offering.order_by(cohort.starts_on), order_by),
    )
    return [sentence for holds, sentence in checks if holds]


def group_misfits(offering: Offering, cohort: Cohort, people: int) -> list[Sentence]:
    """Say what keeps an offering from a formed cohort, from size to certificate; nothing when it fits.

    `people` is the size of the whole group where the cohort is only a part of one.
    """
    group = {"people": people}
    hours = {"hours": offering.hours, "needed": cohort.hours}
    checks = (
        (
            offering.capacity < people,
            Sentence(N_("Har %(places)s platser, gruppen är %(people)s."), group | {"places": offering.capacity}),
        ),
        (
            offering.smallest_group > people,
            Sentence(
                N_("Ges för minst %(least)s deltagare, gruppen är %(people)s."),
                group | {"least": offering.smallest_group},
            ),
        ),
        (offering.hours != cohort.hours, Sentence(N_("Är %(hours)s timmar, gruppen har %(needed)s."), hours)),
        (cohort.language not in offering.languages, Sentence(N_("Ges inte på gruppens språk."))),
        (cohort.mode not in offering.modes, Sentence(N_("Ges inte i gruppens form."))),
        (not _teaches(offering, cohort.level), Sentence(N_("Ges inte på gruppens nivå."))),
    )
    found = [sentence for holds, sentence in checks if holds]
    distance = distance_to(offering, cohort.municipality_code)
    if distance is not None and distance > offering.reach_km:
        values = {"distance": distance, "most": offering.reach_km}
        found.append(Sentence(N_("Reser högst %(most)s km, hit är det %(distance)s."), values))
    return [*found, *_too_late(offering, cohort), *_lacks_certificate(offering, [row.need for row in cohort.members])]


def need_fits(offering: Offering, need: Need) -> list[Sentence]:
    """Say what of an offering fits a waiting need: language, mode, level, hours and certificate."""
    checks = (
        (_shares(need.languages, offering.languages), Sentence(N_("Rätt språk."))),
        (_shares(_modes_of(need), offering.modes), Sentence(N_("Rätt form."))),
        (_teaches(offering, need.level), Sentence(N_("Rätt nivå."))),
        (need.hours == offering.hours, Sentence(N_("%(hours)s timmar."), {"hours": offering.hours})),
        (offering.certificate is not None, _certificate(offering)),
    )
    return [sentence for holds, sentence in checks if holds]


def need_misfits(offering: Offering, need: Need) -> list[Sentence]:
    """Say what is missing before an offering does for a waiting need: people, hours, language, way there, days."""
    values = {"least": offering.smallest_group, "more": offering.smallest_group - need.participants}
    places = {"places": offering.capacity, "people": need.participants}
    hours = {"hours": offering.hours, "needed": need.hours}
    checks = (
        (values["more"] > 0, Sentence(N_("Ges för minst %(least)s deltagare: det behövs %(more)s till."), values)),
        (
            offering.capacity < need.participants,
            Sentence(N_("Har %(places)s platser, behovet är %(people)s deltagare."), places),
        ),
        (offering.hours != need.hours, Sentence(N_("Är %(hours)s timmar, behovet är %(needed)s."), hours)),
        (not _shares(need.languages, offering.languages), Sentence(N_("Ges inte på något språk som behovet godtar."))),
        (not _shares(_modes_of(need), offering.modes), Sentence(N_("Ges inte i någon form som behovet godtar."))),
        (not _teaches(offering, need.level), Sentence(N_("Ges inte på behovets nivå."))),
    )
    found = [sentence for holds, sentence in checks if holds]
    return [*found, *_too_far(offering, need), *_wrong_days(offering, need), *_lacks_certificate(offering, [need])]


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


def _teaches(offering: Offering, level: Level) -> bool:
    return level in (Level.ANY, *offering.levels)


def _certificate(offering: Offering) -> Sentence:
    return Sentence(N_("Leder till: %(certificate)s."), {"certificate": offering.certificate})


def _lacks_certificate(offering: Offering, needs: Iterable[Need]) -> list[Sentence]:
    is_given = offering.certificate is not None or offering.provider.gives_certificates
    if is_given or not any(need.is_mandatory_training for need in needs):
        return []
    return [Sentence(N_("Inget intyg är antecknat, men utbildningen är ett lagkrav. Fråga anordnaren."))]


def _too_late(offering: Offering, cohort: Cohort) -> list[Sentence]:
    # What has been chosen may be ordered already; the time to order it is told while it can be chosen.
    is_chosen = cohort.offering_id == offering.id
    if is_chosen or not offering.order_by(cohort.starts_on) < clock.today() <= cohort.starts_on:
        return []
    values = {"weeks": offering.lead_weeks, "start": cohort.starts_on}
    return [Sentence(N_("Behöver %(weeks)s veckor från beställning, gruppen börjar %(start)s."), values)]


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
