"""The check of a project's days against its call: its start, its last day and its length."""

from broker.esf.application import Application
from broker.esf.check_rows import STOP, Check
from broker.esf.kinds import Page
from broker.formatting import day
from broker.sentences import N_, Sentence


def window_faults(application: Application) -> list[Sentence]:
    """Say what of a project's days the call does not allow, and what to do; the call may have been corrected since."""
    call, project = application.call, application.project
    faults = []
    if not call.earliest_start <= project.starts_on <= call.latest_start:
        facts = {"start": day(project.starts_on), "first": day(call.earliest_start), "last": day(call.latest_start)}
        text = N_("Projektet startar %(start)s. Flytta starten till mellan %(first)s och %(last)s.")
        faults.append(Sentence(text, facts))
    if project.ends_on > call.latest_end:
        text = N_("Projektet slutar %(end)s. Låt det sluta senast %(last)s.")
        faults.append(Sentence(text, {"end": day(project.ends_on), "last": day(call.latest_end)}))
    if project.months > call.max_months:
        text = N_("Projektet är %(months)s månader. Korta det till högst %(most)s.")
        faults.append(Sentence(text, {"months": project.months, "most": call.max_months}))
    return faults


def check_window(application: Application) -> Check:
    """Check that the project starts, ends and lasts as its call says."""
    faults = window_faults(application)
    sentence = Sentence(N_("Projektets start, slut och längd är de som utlysningen tillåter."))
    if faults:
        sentence = Sentence.joined(faults, " ")
    return Check("tid", STOP, not faults, sentence, Page.EDIT)
