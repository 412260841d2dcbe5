"""What every public form does with what a stranger sends: takes it once, within the limits, and thanks."""

from collections.abc import Callable

from flask import redirect
from werkzeug.wrappers import Response

from broker import idempotency
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.forms import forget_typed
from broker.leads.tips.forms import StampedForm
from broker.leads.tips.service import TooManyTipsError, count_attempt


def receive(
    form: StampedForm,
    thanks: str,
    *,
    organisation_id: int,
    sender: str,
    store: Callable[[], object],
    says_the_same: Callable[[], bool] = lambda: True,
    too_many: str = "",
) -> tuple[Response | None, int]:
    """Take what a form was filled in with, and give where that leads; or nothing, and the status of its page.

    All public forms share the limits of tips: it is the same strangers that they hold off. A form that was sent before
    is stored anew only if it no longer says the same: who goes back in the browser and mends sends it once more.
    Counting an attempt ends the transaction, so what the page says has to be read before.
    """
    if form.is_trapped:
        return redirect(thanks), 302
    if not form.validate_on_submit():
        return None, 422 if form.errors else 200
    known = idempotency.find_location(form.token.data)
    if known and says_the_same():
        return redirect(known), 302
    try:
        count_attempt(organisation_id, sender)
        store()
    except TooManyTipsError as error:
        form.form_errors = [too_many or say(error)]
        return None, error.status
    except RefusedError as error:
        form.form_errors = [say(error)]
        return None, error.status
    if not known:
        idempotency.remember(form.token.data, thanks)
    db.session.commit()
    forget_typed(form.page_token)
    return redirect(thanks), 302
