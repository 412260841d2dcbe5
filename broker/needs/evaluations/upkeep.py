"""What evaluations do by themselves: letters go out when it is time, one reminder follows, and old forms are closed."""

from broker import clock, mail
from broker.companies.models import Person
from broker.companies.queries import get_company
from broker.needs import queries as needs
from broker.needs.confirmations.queries import list_confirmations
from broker.needs.evaluations import closing, queries, service
from broker.needs.evaluations.asking import AskedForm, Forms, forms_on
from broker.needs.evaluations.models import FormKind
from broker.needs.models import Cohort
from broker.needs.reachable import list_reachable
from broker.upkeep import do_each


def send_due() -> None:
    """Ask every company whose time has come, and remind once of what nobody has answered; called every minute."""
    do_each(_list_due, _ask)
    do_each(_list_late, _remind)


def close_over() -> None:
    """Close what was asked so long ago that no answer is taken any more, and count it; called every minute."""
    do_each(lambda: queries.list_over(clock.today()), _close)


def _list_due() -> list[tuple[int, int, int, Forms]]:
    forms = forms_on(clock.today())
    return [(*row, forms) for row in queries.list_due(forms, clock.today())]


def _list_late() -> list[tuple[int, int]]:
    return queries.list_to_remind(forms_on(clock.today()), clock.today())


def _ask(cohort_id: int, company_id: int, forms: Forms) -> None:
    cohort, company = needs.get_cohort(cohort_id), get_company(company_id)
    needs.lock_cohort(cohort.id)
    links = queries.list_links(cohort.id)
    asked = {link.evaluation.kind for link in links if link.evaluation.company_id == company.id}
    kinds = [kind for kind, form in forms.items() if kind not in asked and _is_due(cohort, form)]
    open_kinds = [kind for kind in kinds if kind.is_by_company or not _is_closed(links, kind)]
    # Who answers for the company comes first in the letter, then what is handed on.
    open_kinds.sort(key=lambda kind: not kind.is_by_company)
    if open_kinds:
        service.send(cohort, company, _find_person(cohort, company.id, links), link_of=_link, by=None, kinds=open_kinds)


def _is_due(cohort: Cohort, form: AskedForm) -> bool:
    first, last = form.due_between(clock.today())
    ended = cohort.delivered_on if form.kind is FormKind.DIRECT else cohort.ends_on
    return ended is not None and first <= ended <= last


def _is_closed(links: list[queries.Link], kind: FormKind) -> bool:
    return closing.is_closed([link for link in links if link.evaluation.kind is kind])


def _find_person(cohort: Cohort, company_id: int, links: list[queries.Link]) -> Person | None:
    """Find who got the last letter about this training and may get another, or else whom we met last."""
    written = [link.evaluation for link in links if link.evaluation.company_id == company_id]
    written += [row for row in list_confirmations(cohort.id) if row.company_id == company_id]  # type: ignore[misc]
    for row in written:
        if row.person and row.person.company_id == company_id and row.can_be_written_to:
            return row.person
    return next(iter(list_reachable([company_id])[company_id]), None)


def _remind(evaluation_id: int) -> None:
    cohort_id = queries.find_cohort_of(evaluation_id)
    if cohort_id is not None:
        service.remind(needs.get_cohort(cohort_id), link_of=_link, by=None, only=evaluation_id)


def _close(cohort_id: int, kind: FormKind) -> None:
    cohort = needs.get_cohort(cohort_id)
    needs.lock_cohort(cohort.id)
    closing.close(cohort, kind)


def _link(token: str) -> str:
    return mail.link_to("evaluation_form.answer", token=token)
