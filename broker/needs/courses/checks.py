"""What is missing or does not agree in how a cohort is to be taught, each in a sentence that says what to do."""

from collections.abc import Sequence

from broker.needs.courses.models import CourseSession
from broker.needs.courses.offers import Offer
from broker.needs.courses.queries import minutes_of
from broker.needs.models import Cohort
from broker.providers.models import Mode
from broker.sentences import N_, Sentence

_HOUR = 60


def list_missing(cohort: Cohort, sessions: Sequence[CourseSession]) -> list[Sentence]:
    """Say what has to be decided before companies can be asked: provider, venue, sessions, hours."""
    found = []
    if cohort.offering is None:
        found.append(Sentence(N_("Välj anordnare och utbildning.")))
    if cohort.mode is not Mode.DISTANCE and not cohort.venue:
        found.append(Sentence(N_("Skriv var utbildningen hålls.")))
    if not sessions:
        found.append(Sentence(N_("Lägg till tillfällen.")))
    elif minutes_of(sessions) != cohort.hours * _HOUR:
        values = {"planned": hours_in_words(minutes_of(sessions)), "hours": cohort.hours}
        found.append(Sentence(N_("Tillfällena är %(planned)s timmar tillsammans, utbildningen är %(hours)s."), values))
    return found


def list_warnings(cohort: Cohort, chosen: Offer | None) -> list[Sentence]:
    """Say what does not agree: vetting and offering of who is to teach, and the windows that the days lie outside."""
    found = []
    if chosen is not None and cohort.is_formed:
        found += [chosen.stop] if chosen.stop else []
        text = N_("Den valda utbildningen: %(misfit)s")
        found += [Sentence(text, {"misfit": misfit}) for misfit in chosen.fit.misfits]
    for need in dict.fromkeys(member.need for member in cohort.members):
        company = {"company": need.company.name}
        if need.earliest_on and cohort.starts_on < need.earliest_on:
            text = N_("%(company)s kan börja tidigast %(day)s.")
            found.append(Sentence(text, company | {"day": need.earliest_on}))
        if need.latest_on and cohort.ends_on > need.latest_on:
            text = N_("%(company)s ska vara klart senast %(day)s.")
            found.append(Sentence(text, company | {"day": need.latest_on}))
    return found


def hours_in_words(minutes: int) -> str:
    """Give minutes as hours with a decimal comma where it is needed: 2,5."""
    hours = round(minutes / _HOUR, 2)
    return f"{hours:g}".replace(".", ",")
