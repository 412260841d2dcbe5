"""The way of a cohort from plan to evaluation: each step with whether it is done, what is missing, and its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from broker.access import Permission, can
from broker.formatting import day, say
from broker.needs.cohorts.parts import Place
from broker.needs.confirmations.queries import Part, confirmations_of_cohorts, parts_of
from broker.needs.courses import checks
from broker.needs.courses.models import CourseSession
from broker.needs.courses.queries import sessions_of_cohorts
from broker.needs.evaluations.queries import Link, links_of_cohorts
from broker.needs.joint.queries import Hosting
from broker.needs.models import Cohort
from broker.procurement.models import Purchase
from broker.procurement.queries import Standing, standings_of


@dataclass(frozen=True)
class Step:
    """One step; `is_needed` is not true of a step that some groups leave out."""

    label: str
    is_done: bool
    told: str
    # No page, where the step is somebody else's to take.
    url: str | None
    is_needed: bool = True


@dataclass(frozen=True)
class Known:
    """What the steps of a cohort follow from."""

    sessions: Sequence[CourseSession]
    parts: Sequence[Part]
    purchase: Purchase | None
    standing: Standing | None
    projects: Sequence[Place]
    links: Sequence[Link]
    # Who buys, if the cohort is a part of a joint group.
    hosting: Hosting | None = None


def list_steps(cohort: Cohort, known: Known) -> list[Step]:
    """List the steps of a cohort in their order."""
    return [
        _planned(cohort, known),
        _confirmed(cohort, known),
        _bought(cohort, known),
        _in_project(cohort, known),
        _going_on(cohort),
        _evaluated(cohort, known),
    ]


def find_left(cohort: Cohort, known: Known) -> Step | None:
    """Give the first step that is left for a cohort; once it is delivered, what was left out before stays so."""
    if cohort.is_dissolved:
        return None
    steps = list_steps(cohort, known)[-1:] if cohort.is_delivered else list_steps(cohort, known)
    return next((step for step in steps if step.is_needed and not step.is_done), None)


def find_left_of_each(
    cohorts: Sequence[Cohort], purchases: Mapping[int, Purchase], hostings: Mapping[int, Hosting]
) -> dict[int, Step | None]:
    """Give the first step that is left for each cohort, by its key; no more queries for many than for one."""
    keys = [cohort.id for cohort in cohorts]
    sessions, asked, links = sessions_of_cohorts(keys), confirmations_of_cohorts(keys), links_of_cohorts(keys)
    standings = standings_of(list(purchases.values()))
    found = {}
    for cohort in cohorts:
        purchase = purchases.get(cohort.id)
        known = Known(
            sessions=sessions[cohort.id],
            parts=parts_of(cohort, asked[cohort.id], sessions[cohort.id]),
            purchase=purchase,
            standing=standings[purchase.id] if purchase else None,
            # A project is never what is left: many groups have none.
            projects=(),
            links=links[cohort.id],
            hosting=hostings.get(cohort.id),
        )
        found[cohort.id] = find_left(cohort, known)
    return found


def _planned(cohort: Cohort, known: Known) -> Step:
    missing = checks.list_missing(cohort, known.sessions)
    told = say(missing[0]) if missing else _("Anordnare, plats och tillfällen är klara.")
    return Step(_("Planerad"), not missing, told, url_for("courses.show", cohort_id=cohort.id))


def _confirmed(cohort: Cohort, known: Known) -> Step:
    count, everybody = sum(part.is_confirmed for part in known.parts), len(known.parts)
    told = _("%(count)s av %(all)s företag har bekräftat.", count=count, all=everybody)
    is_done = bool(everybody) and count == everybody
    return Step(_("Bekräftad"), is_done, told, url_for("confirmations.index", cohort_id=cohort.id))


def _bought(cohort: Cohort, known: Known) -> Step:
    hosting = known.hosting
    if hosting and not hosting.is_for_us_to_buy:
        url = url_for("cohorts.show", cohort_id=cohort.id)
        if hosting.is_seen:
            url = url_for("joint.show_group", plan_id=hosting.part.plan_id, joint_group_id=hosting.part.group_id)
        told = _("%(host)s köper för hela gruppen.", host=hosting.part.host.name)
        return Step(_("Köpt"), False, told, url, is_needed=False)
    if known.purchase is None or known.standing is None:
        if not can(Permission.PROCURE):
            return Step(_("Köpt"), False, _("Inget inköp än. Be den som köper in hos er börja det."), None)
        url = url_for("procurement.new", utbildningsgrupp=cohort.id)
        return Step(_("Köpt"), False, _("Inget inköp än."), url)
    url = url_for("procurement.show", purchase_id=known.purchase.id)
    return Step(_("Köpt"), known.standing.is_bound, known.standing.label, url)


def _in_project(cohort: Cohort, known: Known) -> Step:
    if not known.projects:
        url = url_for("esf.index", utbildningsgrupp=cohort.id)
        return Step(_("I ett projekt"), False, _("Inte i något projekt."), url, is_needed=False)
    told = ", ".join(place.name for place in known.projects)
    return Step(_("I ett projekt"), True, told, known.projects[0].url)


def _going_on(cohort: Cohort) -> Step:
    words = _("Började %(day)s.", day=day(cohort.begun_on)) if cohort.begun_on else ""
    told = words or _("Börjar %(day)s.", day=day(cohort.starts_on))
    return Step(_("Pågår"), cohort.has_begun, told, url_for("courses.show", cohort_id=cohort.id))


def _evaluated(cohort: Cohort, known: Known) -> Step:
    answers, people = sum(link.answers for link in known.links), sum(link.people for link in known.links)
    if not cohort.is_delivered:
        told = _("Anteckna närvaron när utbildningen är slut.")
    elif not known.links:
        told = _("Skicka utvärderingen till dem som var med.")
    else:
        told = _("%(count)s av %(people)s har svarat.", count=answers, people=people)
    return Step(_("Utvärderad"), bool(answers), told, url_for("evaluations.index", cohort_id=cohort.id))
