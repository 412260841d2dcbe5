"""What a page says when a cohort has been changed, beside what it was asked to do."""

from flask import flash
from flask_babel import gettext as _

from broker.needs.cohorts.parts import places_of
from broker.needs.models import Cohort


def tell_of_projects(cohort: Cohort) -> None:
    """Say where else the change has to be made: in the projects that the cohort has come into."""
    if places := places_of(cohort.id):
        names = ", ".join(place.name for place in places)
        flash(_("Gruppen är med i %(names)s. Ändra bidraget där också.", names=names), "info")
