"""The second step of the sign-in, and the second factor under one's own account and under Administration."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from broker import qr
from broker.access import Permission, before_second_factor, public, requires, signed_in
from broker.accounts import queries as accounts
from broker.accounts.entering import half_sign_in_token, inside, remember_in_browser
from broker.accounts.me import me
from broker.accounts.passwords import TooManyAttemptsError, WrongPasswordError
from broker.accounts.second_factor import codes, queries, service
from broker.accounts.second_factor.forms import CodeForm, ConfirmForm, DemandForm, RecoveryForm, TurnOnForm
from broker.accounts.second_factor.sealing import UnreadableSecretError
from broker.accounts.second_factor.service import SecondFactorNeededError, WrongCodeError
from broker.accounts.single_sign_on.installed import find_sign_on
from broker.errors import NotFoundError
from broker.extensions import db

blueprint = Blueprint("second_factor", __name__, template_folder="templates")


@blueprint.route("/logga-in/kod", methods=["GET", "POST"])
@public
def give_code():
    """Ask who gave the right password for the code of the app, and let him in."""
    return _second_step(CodeForm(), "second_factor/give_code.html", on_paper=False)


@blueprint.route("/logga-in/aterstallningskod", methods=["GET", "POST"])
@public
def give_recovery_code():
    """Ask who gave the right password and has no app for a code on paper, and let him in."""
    return _second_step(RecoveryForm(), "second_factor/give_recovery_code.html", on_paper=True)


def _second_step(form, template, *, on_paper):
    token, next_url, status = half_sign_in_token(), request.args.get("next"), 200
    try:
        if form.validate_on_submit():
            user = service.finish_sign_in(
                token, code=form.code.data, address=request.remote_addr or "", on_paper=on_paper
            )
            left = queries.count_recovery_codes(user.id)
            db.session.commit()
            remember_in_browser(user)
            if on_paper and left <= codes.FEW:
                flash(_few_left(left), "warning")
            return redirect(inside(next_url))
        queries.get_half_sign_in(token)
    except NotFoundError as error:
        db.session.rollback()
        flash(str(error), "warning")
        return redirect(url_for("accounts.sign_in", next=next_url))
    except (WrongCodeError, TooManyAttemptsError, UnreadableSecretError) as error:
        db.session.rollback()
        form.refuse("code", str(error))
        status = error.status
    return render_template(template, form=form, next_url=next_url), 422 if form.errors and status == 200 else status


def _few_left(left):
    return ngettext(
        "Du har %(num)d återställningskod kvar. Gör nya under Ditt konto.",
        "Du har %(num)d återställningskoder kvar. Gör nya under Ditt konto.",
        left,
    )


@blueprint.route("/konto/tvastegsinloggning", methods=["GET", "POST"])
@signed_in
@before_second_factor
def turn_on():
    """Show the secret that the app needs, and turn the second factor on for the first right code."""
    if queries.find_second_factor(current_user.id):
        return redirect(url_for("accounts.show_account"))
    form, status = TurnOnForm(), 200
    if request.method == "GET":
        form.sealed.data = service.propose_secret(me())
    try:
        secret = service.open_proposed(me(), form.sealed.data or "")
    except UnreadableSecretError:
        flash(_("Sidan var för gammal. Läs in den nya rutan i appen och skriv koden."), "warning")
        return redirect(url_for("second_factor.turn_on"))
    if form.validate_on_submit():
        try:
            shown = service.turn_on(me(), **form.values(), address=request.remote_addr or "")
        except (WrongPasswordError, TooManyAttemptsError) as error:
            db.session.commit()
            form.refuse("password", str(error))
            status = error.status
        except WrongCodeError as error:
            form.refuse("code", str(error))
        else:
            return _show_recovery_codes(shown)
    address = codes.address_of(secret, current_user.email)
    page = render_template(
        "second_factor/turn_on.html",
        form=form,
        address=address,
        drawing=qr.draw(address),
        secret=codes.in_groups(secret),
        is_demanded=bool(g.acting and g.acting.lacks_second_factor),
        sign_on=find_sign_on(),
    )
    return page, 422 if form.errors and status == 200 else status


@blueprint.route("/konto/tvastegsinloggning/nya-koder", methods=["GET", "POST"])
@signed_in
@before_second_factor
def renew_codes():
    """Give new recovery codes for the password and a code."""
    return _confirmed("second_factor/renew_codes.html", service.renew_recovery_codes, _show_recovery_codes)


@blueprint.route("/konto/tvastegsinloggning/stang-av", methods=["GET", "POST"])
@signed_in
@before_second_factor
def turn_off():
    """Turn the second factor off for the password and a code."""
    return _confirmed("second_factor/turn_off.html", service.turn_off, _say_turned_off)


def _confirmed(template, change, answer):
    if not queries.find_second_factor(current_user.id):
        return redirect(url_for("accounts.show_account"))
    form, status = ConfirmForm(), 200
    if form.validate_on_submit():
        try:
            changed = change(me(), **form.values(), address=request.remote_addr or "")
        except (WrongPasswordError, TooManyAttemptsError) as error:
            db.session.commit()
            form.refuse("password", str(error))
            status = error.status
        except (WrongCodeError, UnreadableSecretError) as error:
            db.session.rollback()
            form.refuse("code", str(error))
        else:
            return answer(changed)
    return render_template(template, form=form), 422 if form.errors and status == 200 else status


def _show_recovery_codes(shown):
    db.session.commit()
    current_app.extensions["broker_jobs"].kick()
    return render_template("second_factor/recovery_codes.html", codes=shown)


def _say_turned_off(_nothing):
    db.session.commit()
    current_app.extensions["broker_jobs"].kick()
    flash(_("Tvåstegsinloggningen är avstängd. Du är utloggad överallt utom här."), "success")
    return redirect(url_for("accounts.show_account"))


@blueprint.route("/administration/tvastegsinloggning", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def demand():
    """Choose whether the organisation demands a second factor of those who come in with a password."""
    organisation = accounts.get_organisation(g.acting.organisation_id)
    form = DemandForm(obj=organisation)
    if form.validate_on_submit():
        form.check_version(organisation)
        try:
            service.demand(organisation, form.demands_second_factor.data, by=me())
        except SecondFactorNeededError as error:
            form.refuse("demands_second_factor", str(error))
        else:
            db.session.commit()
            flash(_("Valet är sparat."), "success")
            return redirect(url_for("accounts.index"))
    page = render_template("second_factor/demand.html", form=form, organisation=organisation)
    return page, 422 if form.errors else 200
