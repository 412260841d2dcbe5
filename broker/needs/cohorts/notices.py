"""What a page says when a cohort has been changed, beside what it was asked to do."""

from collections.abc import Collection, Sequence

from flask import flash
from flask_babel import gettext as _
from flask_babel import ngettext

from broker.needs.cohorts.parts import places_of
from broker.needs.confirmations.queries import list_parts
from broker.needs.joint.models import SharedNeed
from broker.needs.joint.queries import list_notes
from broker.needs.models import Cohort


def tell_of_projects(cohort: Cohort) -> None:
    """Say where else the change has to be made: in the projects that the cohort has come into."""
    if places := places_of(cohort.id):
        names = ", ".join(place.name for place in places)
        flash(_("Gruppen är med i %(names)s. Ändra bidraget där också.", names=names), "info")


def tell_of_answers(cohort: Cohort) -> None:
    """Say how many companies know of other days, another place or another cost than hold now."""
    parts = [part for part in list_parts(cohort) if part.confirmation and part.has_to_be_told]
    if parts:
        text = ngettext(
            "%(num)s företag har inte fått det som gäller nu. Fråga det på nytt under Bekräftelser.",
            "%(num)s företag har inte fått det som gäller nu. Fråga dem på nytt under Bekräftelser.",
            len(parts),
        )
        flash(text, "warning")


def list_shared(need_ids: Collection[int]) -> list[SharedNeed]:
    """List which of these needs others see in a joint plan: once placed by us alone, they leave it."""
    return list_notes(list(need_ids), only_open=True)


def tell_of_plans(left: Sequence[SharedNeed]) -> None:
    """Say which joint plans needs have left, where groups that counted on them have fallen."""
    for plan in dict.fromkeys(note.plan_name for note in left):
        names = ", ".join(dict.fromkeys(note.need.company.name for note in left if note.plan_name == plan))
        flash(
            _("%(names)s lämnade samplaneringen %(plan)s, och de andra där får veta det.", names=names, plan=plan),
            "info",
        )
