"""What is done about evaluations: send the link of each company, remind once, receive an answer."""

from collections.abc import Sequence
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
from broker.leads.tips.pages import new_token
from broker.needs import queries as needs
from broker.needs.confirmations.queries import list_to_remind
from broker.needs.confirmations.service import LinkOf
from broker.needs.evaluations import closing, letters, queries
from broker.needs.evaluations.asking import forms_of, forms_on
from broker.needs.evaluations.models import Evaluation, EvaluationAnswer, EvaluationText, FormKind, TextState
from broker.needs.models import Cohort
from broker.needs.reachable import check_reachable


class EvaluationRefusedError(RefusedError):
    """A company cannot be asked, or an answer cannot be received, as things are."""


def send(
    cohort: Cohort,
    company: Company,
    person: Person | None,
    *,
    link_of: LinkOf,
    by: User | None,
    kinds: Sequence[FormKind] = (FormKind.DIRECT,),
) -> list[Evaluation]:
    """Make the links of a company whose people took part, and send them in one letter, once, if somebody can get it.

    Without a user it is the system that sends. Refuses a training of which nobody has noted who came, one whose
    answers are already counted, and a person without an address or with protected identity.
    """
    needs.lock_cohort(cohort.id)
    if not cohort.is_delivered:
        raise EvaluationRefusedError(_("Anteckna först hur många som kom, så att svaren kan räknas mot dem."))
    known = queries.list_links(cohort.id)
    evaluations = [_find_or_add(cohort, company, kind, known, by) for kind in kinds]
    unsent = [row for row in evaluations if row.sent_on is None]
    if person is None or not unsent:
        return evaluations
    check_reachable(person, company.id)
    for evaluation in unsent:
        evaluation.person, evaluation.sent_on = person, clock.today()
        audit.record(Action.EVALUATION_SENT, cohort, by=by, company=company.name, form=evaluation.kind)
    _write(unsent, person, link_of, is_reminder=False)
    return evaluations


def remind(cohort: Cohort, *, link_of: LinkOf, by: User | None, only: int | None = None) -> int:
    """Remind, once each, the companies from which nobody has answered, and count them; with a key only that link."""
    needs.lock_cohort(cohort.id)
    count = 0
    for link in queries.list_links(cohort.id):
        evaluation = link.evaluation
        if only not in (None, evaluation.id):
            continue
        if link.answers or not is_open(evaluation) or not list_to_remind([evaluation]):
            continue
        if evaluation.person is not None:
            evaluation.reminded_on, count = clock.today(), count + 1
            _write([evaluation], evaluation.person, link_of, is_reminder=True)
            audit.record(Action.EVALUATION_REMINDED, cohort, by=by, company=evaluation.company.name)
    return count


def replace_link(evaluation: Evaluation, *, by: User) -> None:
    """Give a company's form a new address; the earlier one leads nowhere, and whoever had it gets no more letters."""
    evaluation.replace_address(new_token())
    audit.record(Action.EVALUATION_LINK_REPLACED, evaluation.cohort, by=by, company=evaluation.company.name)


def is_open(evaluation: Evaluation) -> bool:
    """Tell whether the form takes answers; one that was closed is never opened again."""
    is_over = evaluation.closed_on is not None or clock.today() > evaluation.open_until
    return evaluation.cohort.is_delivered and not is_over


def receive(evaluation: Evaluation, answers: dict[str, Any]) -> EvaluationAnswer:
    """Store what one person answered, its texts apart; refuses more answers than people who came.

    The last answer closes the form, and then what was answered is counted.
    """
    with access.acting_in(evaluation.organisation_id):
        needs.lock_cohort(evaluation.cohort_id)
        if not is_open(evaluation) or queries.get_link(evaluation).is_full:
            raise EvaluationRefusedError(_("Alla som var med har redan svarat, eller så är tiden ute."))
        texts = forms_of(evaluation.form_version)[evaluation.kind].text_ids
        figures = {name: value for name, value in answers.items() if name not in texts}
        answer = EvaluationAnswer(evaluation_id=evaluation.id, answers=figures, received_on=clock.today())
        db.session.add(answer)
        for name in texts & set(answers):
            _add_text(evaluation, name, answers[name])
        db.session.flush()
        if queries.get_link(evaluation).is_full:
            evaluation.closed_on = clock.today()
        closing.close(evaluation.cohort, evaluation.kind)
    return answer


def _find_or_add(
    cohort: Cohort, company: Company, kind: FormKind, known: Sequence[queries.Link], by: User | None
) -> Evaluation:
    own = [link for link in known if link.evaluation.kind is kind]
    for link in own:
        if link.evaluation.company_id == company.id:
            return link.evaluation
    if closing.is_closed(own) and not kind.is_by_company:
        raise EvaluationRefusedError(
            _("Svaren om utbildningen är redan räknade. Fler svar skulle visa vad de sista svarade.")
        )
    form = forms_on(clock.today())[kind]
    evaluation = Evaluation(
        cohort=cohort,
        company=company,
        kind=kind,
        token=new_token(),
        form_version=form.version,
        open_until=clock.today() + timedelta(days=form.days_open),
    )
    db.session.add(evaluation)
    db.session.flush()
    audit.record(Action.EVALUATION_LINK_MADE, cohort, by=by, company=company.name, form=kind)
    return evaluation


def _add_text(evaluation: Evaluation, question_id: str, text: str) -> None:
    state = TextState.WAITING if evaluation.kind.is_by_company else TextState.HELD
    values = {"question_id": question_id, "text": text, "state": state, "received_on": clock.today()}
    db.session.add(EvaluationText(evaluation_id=evaluation.id, **values))


def _write(evaluations: Sequence[Evaluation], person: Person, link_of: LinkOf, *, is_reminder: bool) -> None:
    organisation = accounts.get_organisation(evaluations[0].organisation_id)
    links = {row.kind: link_of(row.token) for row in evaluations}
    letters.send_links(evaluations[0], person, organisation, links, is_reminder=is_reminder)
