"""What a company is told of a training, as pairs of a label and a text: on its page, and in its letter."""

import hashlib
from collections.abc import Sequence

from flask_babel import gettext as _

from broker.formatting import in_swedish, time_of_day, weekday_and_day
from broker.needs.courses.models import CourseSession
from broker.needs.models import Cohort

Facts = list[tuple[str, str]]


def facts_of(cohort: Cohort) -> Facts:
    """Give what is known of a training beside its days, in the reader's language; what is not known is left out."""
    offering = cohort.offering
    found = [
        (_("Utbildning"), offering.title if offering else cohort.topic_label),
        (_("Kompetensområde"), cohort.topic_label if offering else ""),
        (_("Anordnare"), offering.provider.name if offering else ""),
        (_("Form"), str(cohort.mode.label)),
        (_("Plats"), ", ".join(filter(None, [cohort.venue, cohort.address]))),
        (_("Timmar"), str(cohort.hours)),
        (_("Kostnad"), cohort.cost or ""),
    ]
    return [(label, text) for label, text in found if text]


def session_in_words(session: CourseSession) -> str:
    """Give when a session is: tis 12 jan. 2027 kl. 13:00–16:00."""
    return _(
        "%(day)s kl. %(start)s–%(end)s",
        day=weekday_and_day(session.day),
        start=time_of_day(session.starts_at),
        end=time_of_day(session.ends_at),
    )


@in_swedish()
def as_text(cohort: Cohort, sessions: Sequence[CourseSession]) -> str:
    """Give all of it as a letter says it, in Swedish; a company whose letter said something else is told anew."""
    lines = [f"{label}: {text}" for label, text in facts_of(cohort)]
    days = [f"* {session_in_words(session)}" for session in sessions]
    return "\n".join([*lines, "", _("Tillfällen:"), *days])


def key_of(told: str) -> str:
    """Give what a page carries to tell whether what it said still holds when it is sent."""
    return hashlib.sha256(told.encode()).hexdigest()[:16]
