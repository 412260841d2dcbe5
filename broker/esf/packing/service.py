"""Starts a project with groups in it."""

from collections.abc import Sequence
from datetime import date

from broker.accounts.models import Organisation, User
from broker.esf.join_service import join_cohort
from broker.esf.kinds import JoinGround
from broker.esf.models import Call, Project
from broker.esf.service import start_project
from broker.needs.models import Cohort


def start_with_groups(
    call: Call,
    owner: Organisation,
    cohorts: Sequence[Cohort],
    *,
    name: str,
    starts_on: date,
    ends_on: date,
    ground: JoinGround,
    ground_note: str,
    by: User,
) -> Project:
    """Start a project of the organisation in scope and bring groups into it, all on the same ground.

    Refuses days outside the call's window, a missing ground, and a group that is in another project for the call.
    """
    project = start_project(call, owner, name=name, starts_on=starts_on, ends_on=ends_on, by=by)
    for cohort in cohorts:
        join_cohort(project, cohort, ground=ground, ground_note=ground_note, by=by)
    return project
