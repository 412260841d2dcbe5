"""What is done about evaluations: send the link of each company, remind once, receive an answer."""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from broker import access, audit, clock
from broker.accounts import queries as accounts
from broker.accounts.models import User
from broker.actions import Action
from broker.companies.models import Company, Person
from broker.errors import RefusedError
from broker.extensions import db
from broker.leads.tips.service import new_token
from broker.needs import queries as needs
from broker.needs.confirmations.queries import list_to_remind
from broker.needs.confirmations.service import LinkOf
from broker.needs.evaluations import letters, queries
from broker.needs.evaluations.models import Evaluation, EvaluationAnswer
from broker.needs.models import Cohort
from broker.needs.reachable import check_reachable


class EvaluationRefusedError(RefusedError):
    """A company cannot be asked, or an answer cannot be received, as things are."""


def send(cohort: Cohort, company: Company, person: Person | None, *, link_of: LinkOf, by: User) -> Evaluation:
    """Make the link of a company whose people took part, and send it, once, if there is somebody to write to.

    Refuses a training of which nobody has noted who came, and a person without an address or with protected identity.
    """
    needs.lock_cohort(cohort)
    if not cohort.is_delivered:
        raise EvaluationRefusedError(_("Anteckna först hur många som kom, så att svaren kan räknas mot dem."))
    known = {link.evaluation.company_id: link.evaluation for link in queries.list_links(cohort.id)}
    evaluation = known.get(company.id) or _add(cohort, company, by)
    if person is None or evaluation.sent_on is not None:
        return evaluation
    check_reachable(person, company.id)
    evaluation.person, evaluation.sent_on = person, clock.today()
    _write(evaluation, person, link_of, is_reminder=False)
    audit.record(Action.EVALUATION_SENT, cohort, by=by, company=company.name)
    return evaluation


def remind(cohort: Cohort, *, link_of: LinkOf, by: User) -> int:
    """Remind, once each, the companies from which nobody has answered, and count them."""
    needs.lock_cohort(cohort)
    count = 0
    for link in queries.list_links(cohort.id):
        evaluation = link.evaluation
        if link.answers or not is_open(evaluation) or not list_to_remind([evaluation]):
            continue
        if evaluation.person is not None:
            evaluation.reminded_on, count = clock.today(), count + 1
            _write(evaluation, evaluation.person, link_of, is_reminder=True)
            audit.record(Action.EVALUATION_REMINDED, cohort, by=by, company=evaluation.company.name)
    return count


def replace_link(evaluation: Evaluation, *, by: User) -> None:
    """Give a company's form a new address; the earlier one leads nowhere, and whoever had it gets no more letters."""
    evaluation.replace_address(new_token())
    audit.record(Action.EVALUATION_LINK_REPLACED, evaluation.cohort, by=by, company=evaluation.company.name)


def is_open(evaluation: Evaluation) -> bool:
    """Tell whether the form takes answers."""
    return evaluation.cohort.is_delivered and clock.today() <= evaluation.open_until


def receive(evaluation: Evaluation, answers: dict[str, Any]) -> EvaluationAnswer:
    """Store what one person answered; refuses more answers than people who came."""
    with access.acting_in(evaluation.organisation_id):
        needs.lock_cohort(evaluation.cohort)
        if not is_open(evaluation) or queries.get_link(evaluation).is_full:
            raise EvaluationRefusedError(_("Alla som var med har redan svarat, eller så är tiden ute."))
        answer = EvaluationAnswer(evaluation_id=evaluation.id, answers=answers, received_on=clock.today())
        db.session.add(answer)
    return answer


def _add(cohort: Cohort, company: Company, by: User) -> Evaluation:
    questions = queries.current_questions(clock.today())
    evaluation = Evaluation(
        cohort=cohort,
        company=company,
        token=new_token(),
        form_version=questions.version,
        open_until=clock.today() + timedelta(days=questions.days_open),
    )
    db.session.add(evaluation)
    db.session.flush()
    audit.record(Action.EVALUATION_LINK_MADE, cohort, by=by, company=company.name)
    return evaluation


def _write(evaluation: Evaluation, person: Person, link_of: LinkOf, *, is_reminder: bool) -> None:
    organisation = accounts.get_organisation(evaluation.organisation_id)
    letters.send_link(evaluation, person, organisation, link_of(evaluation.token), is_reminder=is_reminder)
