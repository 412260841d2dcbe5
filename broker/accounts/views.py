"""Pages for signing in, passwords, invitations, switching organisation, and the people of an organisation."""

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, logout_user

from broker import idempotency
from broker.access import Permission, Role, before_second_factor, public, requires, signed_in
from broker.accounts import passwords, queries, service
from broker.accounts.entering import inside, let_in
from broker.accounts.forms import (
    AcceptForm,
    ChangePasswordForm,
    ForgottenForm,
    InviteForm,
    NewPasswordForm,
    OrganisationForm,
    RolesForm,
    SignInForm,
)
from broker.accounts.me import me
from broker.accounts.parts import administration_lines
from broker.accounts.second_factor import queries as second_factors
from broker.accounts.second_factor import service as second_factor
from broker.accounts.second_factor.codes import FEW
from broker.accounts.single_sign_on.installed import find_sign_on, is_only_way_in
from broker.extensions import db, login

blueprint = Blueprint("accounts", __name__, template_folder="templates")

LANGUAGES = ("sv", "en")


@login.user_loader
def load_user(token):
    """Give the user of a living session."""
    found = queries.find_session(token)
    if found is None:
        return None
    found.token = token
    found.user.session = found
    service.keep_alive(found)
    return found.user


@blueprint.route("/logga-in", methods=["GET", "POST"])
@public
def sign_in():
    """Sign in and go on to where the person was heading."""
    form, sign_on, next_url = SignInForm(), find_sign_on(), request.args.get("next")
    if form.validate_on_submit():
        try:
            only_operators = is_only_way_in()
            user = service.identify(**form.values(), address=request.remote_addr or "", only_operators=only_operators)
        except (passwords.WrongPasswordError, passwords.TooManyAttemptsError, service.PasswordNotUsedError) as error:
            db.session.commit()
            form.refuse("password", str(error))
            page = render_template("accounts/sign_in.html", form=form, sign_on=sign_on, next_url=next_url)
            return page, error.status
        half = second_factor.enter(user)
        db.session.commit()
        return let_in(user, half, next_url)
    page = render_template("accounts/sign_in.html", form=form, sign_on=sign_on, next_url=next_url)
    return page, 422 if form.errors else 200


@blueprint.post("/logga-ut")
@signed_in
@before_second_factor
def sign_out():
    """End the session."""
    service.sign_out(me())
    db.session.commit()
    logout_user()
    session.clear()
    flash(_("Du är utloggad."), "success")
    return redirect(url_for("accounts.sign_in"))


@blueprint.route("/konto", methods=["GET", "POST"])
@signed_in
@before_second_factor
def show_account():
    """Show the person's own account and change the password."""
    form = ChangePasswordForm()
    status = 200
    if form.validate_on_submit():
        try:
            service.change_password(
                me(), present=form.present.data, new=form.password.data, address=request.remote_addr or ""
            )
        except (passwords.WrongPasswordError, passwords.TooManyAttemptsError) as error:
            db.session.commit()
            form.refuse("present", str(error))
            status = error.status
        else:
            db.session.commit()
            flash(_("Lösenordet är bytt. Du är utloggad överallt utom här."), "success")
            return redirect(url_for("accounts.show_account"))
    page = render_template(
        "accounts/show_account.html",
        form=form,
        sign_on=find_sign_on(),
        second_factor=second_factors.find_second_factor(current_user.id),
        recovery_codes=second_factors.count_recovery_codes(current_user.id),
        few_codes=FEW,
    )
    return page, 422 if form.errors and status == 200 else status


@blueprint.route("/glomt-losenord", methods=["GET", "POST"])
@public
def ask_for_reset():
    """Mail a link for a new password; the answer never tells whether anybody has the address."""
    form = ForgottenForm()
    status = 200
    if form.validate_on_submit():
        link = current_app.config["BASE_URL"] + url_for("accounts.reset_password", token="TOKEN")  # noqa: S106 - a place to fill in.
        try:
            service.ask_for_reset(
                email=form.email.data,
                link=link.replace("TOKEN", "{token}"),
                address=request.remote_addr or "",
                only_operators=is_only_way_in(),
            )
        except passwords.TooManyAttemptsError as error:
            form.refuse("email", str(error))
            status = error.status
        else:
            db.session.commit()
            current_app.extensions["broker_jobs"].kick()
            flash(
                _("Har adressen ett konto kommer det strax ett brev dit med en länk. Titta också i skräpposten."),
                "info",
            )
            return redirect(url_for("accounts.sign_in"))
    page = render_template("accounts/ask_for_reset.html", form=form)
    return page, 422 if form.errors and status == 200 else status


@blueprint.route("/nytt-losenord/<string:token>", methods=["GET", "POST"])
@public
def reset_password(token):
    """Choose a new password by way of the link in a letter."""
    form = NewPasswordForm()
    if form.validate_on_submit():
        service.reset_password(token, form.password.data)
        db.session.commit()
        flash(_("Lösenordet är bytt. Logga in med det nya."), "success")
        return redirect(url_for("accounts.sign_in"))
    queries.get_reset_by_token(token)
    return render_template("accounts/reset_password.html", form=form), 422 if form.errors else 200


@blueprint.post("/byt-organisation")
@signed_in
@before_second_factor
def switch_organisation():
    """Act for another of the person's organisations."""
    service.act_for(me(), request.form.get("organisation_id", 0, type=int))
    db.session.commit()
    return redirect(url_for("home.index"))


@blueprint.get("/sprak/<string:language>")
@public
def set_language(language):
    """Show the pages in Swedish or English from now on."""
    if language in LANGUAGES:
        session["language"] = language
    return redirect(inside(request.args.get("next")))


@blueprint.route("/inbjudan/<string:token>", methods=["GET", "POST"])
@public
def accept_invitation(token):
    """Accept an invitation and come in."""
    invitation = queries.get_invitation_by_token(token)
    form = AcceptForm()
    if form.validate_on_submit() and not is_only_way_in():
        try:
            user = service.identify_invited(
                invitation,
                name=form.name.data or "",
                password=form.password.data,
                address=request.remote_addr or "",
            )
        except (passwords.WrongPasswordError, passwords.TooManyAttemptsError) as error:
            db.session.commit()
            form.refuse("password", str(error))
        else:
            half = second_factor.enter(user, invitation=invitation)
            db.session.commit()
            answer = let_in(user, half, None)
            if half is None:
                flash(_("Välkommen, %(name)s.", name=user.name), "success")
            return answer
    shown = {"invitation": invitation, "token": token, "sign_on": find_sign_on()}
    page = render_template("accounts/accept_invitation.html", form=form, **shown)
    return page, 422 if form.errors else 200


@blueprint.get("/administration")
@requires(Permission.ADMINISTER)
def index():
    """Show the people of the organisation and the open invitations."""
    organisation = queries.get_organisation(g.acting.organisation_id)
    return render_template(
        "accounts/index.html",
        organisation=organisation,
        memberships=queries.list_memberships(organisation.id),
        invitations=queries.list_open_invitations(organisation.id),
        holders=second_factors.list_holders(organisation.id),
        lines=administration_lines(),
    )


@blueprint.route("/administration/bjud-in", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def invite():
    """Invite somebody by mail."""
    form = InviteForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        link = current_app.config["BASE_URL"] + url_for("accounts.accept_invitation", token="TOKEN")  # noqa: S106 - a place to fill in.
        organisation = queries.get_organisation(g.acting.organisation_id)
        service.invite(organisation, **form.values(), link=link.replace("TOKEN", "{token}"), by=me())
        location = idempotency.remember(form.token.data, url_for("accounts.index"))
        db.session.commit()
        current_app.extensions["broker_jobs"].kick()
        flash(_("Inbjudan till %(email)s är på väg.", email=form.email.data), "success")
        return redirect(location)
    return render_template("accounts/invite.html", form=form), 422 if form.errors else 200


@blueprint.post("/administration/inbjudningar/<int:invitation_id>/aterkalla")
@requires(Permission.ADMINISTER)
def revoke_invitation(invitation_id):
    """Make an invitation useless."""
    invitation = queries.get_invitation(invitation_id, g.acting.organisation_id)
    service.revoke_invitation(invitation, by=me())
    db.session.commit()
    flash(_("Inbjudan till %(email)s är återkallad.", email=invitation.email), "success")
    return redirect(url_for("accounts.index"))


@blueprint.route("/administration/personer/<int:membership_id>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def edit_roles(membership_id):
    """Change what a person may do."""
    membership = queries.get_membership(membership_id, g.acting.organisation_id)
    form, is_own = RolesForm(obj=membership), membership.user_id == current_user.id
    if form.validate_on_submit():
        form.check_version(membership)
        try:
            service.set_roles(
                queries.get_organisation(membership.organisation_id), membership.user, form.roles.data, by=me()
            )
        except service.LastAdministratorError as error:
            form.refuse("roles", str(error))
        else:
            db.session.commit()
            flash(_("Rollerna för %(name)s är sparade.", name=membership.user.name), "success")
            has_left = is_own and Role.ADMINISTRATOR not in form.roles.data
            return redirect(url_for("home.index" if has_left else "accounts.index"))
    page = render_template("accounts/edit_roles.html", form=form, membership=membership, is_own=is_own)
    return page, 422 if form.errors else 200


@blueprint.get("/organisationer")
@requires(Permission.OPERATE)
def organisations():
    """Show every organisation of the installation."""
    return render_template("accounts/organisations.html", organisations=queries.list_organisations())


@blueprint.route("/organisationer/ny", methods=["GET", "POST"])
@requires(Permission.OPERATE)
def add_organisation():
    """Add an organisation."""
    form = OrganisationForm()
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        organisation = service.add_organisation(**form.values(), by=me())
        location = idempotency.remember(form.token.data, url_for("accounts.organisations"))
        db.session.commit()
        flash(_("%(name)s är tillagd.", name=organisation.name), "success")
        return redirect(location)
    return render_template("accounts/add_organisation.html", form=form), 422 if form.errors else 200
