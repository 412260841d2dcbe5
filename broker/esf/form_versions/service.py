"""What a project's people do about its form: move the project to the version that is in force."""

from flask_babel import gettext as _

from broker import audit, clock
from broker.accounts.models import User
from broker.actions import Action
from broker.errors import RefusedError
from broker.esf.form_versions import queries
from broker.esf.models import Project


def change_form(project: Project, version: str, *, by: User) -> None:
    """Let a project follow the version of the form that is in force; refuses any other, and the one it has.

    Answers are kept by the id of their question, also those whose question is gone.
    """
    current = queries.get_current(clock.today()).version
    if version != current:
        raise RefusedError(_("En annan version av blanketten gäller nu. Läs vad den ändrar och byt sedan."))
    if project.form_version == current:
        raise RefusedError(_("Projektet har redan den blankett som gäller."))
    earlier, project.form_version = project.form_version, current
    audit.record(Action.PROJECT_FORM_CHANGED, project, by=by, changes={"version": [earlier, current]})
