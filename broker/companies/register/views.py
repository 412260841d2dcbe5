"""Pages that ask the register: add a company by its number, bring one up to date."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies import lookups, queries
from broker.companies.blueprint import blueprint
from broker.companies.forms import FetchForm
from broker.companies.numbers import InvalidNumberError, Number, parse_number
from broker.companies.register import service
from broker.errors import RefusedError
from broker.extensions import db
from broker.formatting import say


@blueprint.route("/foretag/hamta", methods=["GET", "POST"])
@requires(Permission.EDIT)
def fetch_company() -> ResponseReturnValue:
    """Add a company by its number, with what the register says of it."""
    form = FetchForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            number = parse_number(form.number.data or "")
            if known := lookups.find_company_of(number):
                flash(_("%(name)s fanns redan.", name=known.name), "success")
                return redirect(url_for("companies.show", company_id=known.id))
            return _add(number, form)
        except InvalidNumberError as error:
            form.refuse("number", say(error))
        except RefusedError as error:
            form.refuse("number", str(error))
    page = render_template("companies/fetch_company.html", form=form, is_available=service.is_available())
    return page, 422 if form.errors else 200


def number_to_fetch(text: str) -> str | None:
    """Give the organisation number that somebody has searched for, if the register can be asked about it."""
    try:
        number = parse_number(text)
    except InvalidNumberError:
        return None
    return None if number.is_personal or not service.is_available() else number.digits


def _add(number: Number, form: FetchForm) -> ResponseReturnValue:
    fetched = service.add_company(number, service.ask(number), by=me())
    location = idempotency.remember(form.token.data, url_for("companies.show", company_id=fetched.company.id))
    db.session.commit()
    flash(_("%(name)s är tillagt.", name=fetched.company.name), "success")
    _tell_of_silence(fetched)
    return redirect(location)


@blueprint.post("/foretag/<int:company_id>/hamta")
@requires(Permission.EDIT)
def refresh_company(company_id: int) -> ResponseReturnValue:
    """Bring what is known of a company up to date with what the register says now."""
    location = redirect(url_for("companies.show", company_id=company_id))
    number = queries.get_company(company_id).organisation_number
    try:
        if number is None:
            raise RefusedError(_("Företaget har inget organisationsnummer att fråga registret om."))
        answer = service.ask(Number(number))
        fetched = service.refresh_company(queries.get_company(company_id), answer, by=me())
    except RefusedError as error:
        db.session.rollback()
        flash(str(error), "error")
        return location
    db.session.commit()
    flash(
        _("Registret har nya uppgifter, och de är sparade.") if fetched.changed else _("Inget är ändrat i registret."),
        "success",
    )
    _tell_of_silence(fetched)
    return location


def _tell_of_silence(fetched: service.Fetched) -> None:
    for name in fetched.silent:
        flash(_("%(name)s svarade inte, så deras uppgifter är som förut. Försök igen senare.", name=name), "error")
