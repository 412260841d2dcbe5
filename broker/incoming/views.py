"""Pages of letters on their way to the log: the private address, and the letters that wait for their company."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies import queries as companies
from broker.companies.forms import FindCompanyForm
from broker.companies.letters import warnings_about
from broker.errors import NotFoundError
from broker.extensions import db
from broker.incoming import queries, service
from broker.incoming.addresses import with_secret
from broker.incoming.forms import PlaceForm
from broker.incoming.receiving import base_address

blueprint = Blueprint("incoming", __name__, template_folder="templates")


@blueprint.get("/konto/brev-till-loggen")
@requires(Permission.EDIT)
def index():
    """Show whether the person has a private address, and what becomes of what is sent there."""
    address = queries.find_address(current_user.id)
    return render_template(
        "incoming/index.html",
        base=base_address(),
        has_address=address is not None and address.secret_hash is not None,
        rules=queries.incoming_rules(clock.today()),
        count=queries.count_waiting(current_user.id),
    )


@blueprint.post("/konto/brev-till-loggen/adress")
@requires(Permission.EDIT)
def open_address():
    """Give the person a private address, a new one if there was one, and show it once."""
    base = base_address()
    if base:
        secret = service.open_address(by=me())
        db.session.commit()
        flash(with_secret(base, secret), "letter-address")
    return redirect(url_for("incoming.index"))


@blueprint.post("/konto/brev-till-loggen/adress/ta-bort")
@requires(Permission.EDIT)
def close_address():
    """Make the person's private address useless."""
    service.close_address(by=me())
    db.session.commit()
    flash(_("Adressen är borttagen. Det som skickas dit tas inte emot."), "success")
    return redirect(url_for("incoming.index"))


@blueprint.get("/brev")
@requires(Permission.EDIT)
def waiting():
    """Show the letters that wait until the person says which company they are about."""
    rules = queries.incoming_rules(clock.today())
    letters = queries.list_waiting(current_user.id, limit=rules.waiting_per_person)
    return render_template("incoming/waiting.html", letters=letters, rules=rules)


@blueprint.route("/brev/<int:letter_id>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def place(letter_id):
    """Read a letter that waits, and choose its company: one that its addresses can mean, or one that is looked for."""
    form = PlaceForm()
    if form.is_submitted() and (location := idempotency.find_location(form.token.data)):
        return redirect(location)
    if queries.is_settled(letter_id, current_user.id):
        return _settled()
    letter = service.read_waiting(queries.get_waiting(letter_id, current_user.id), base=base_address())
    try:
        # Only now it is held: nobody has waited while it was read.
        row = queries.get_waiting(letter_id, current_user.id, to_change=request.method == "POST")
    except NotFoundError:
        # The same form can have been sent twice at once, and the other one was first.
        location = idempotency.find_location(form.token.data)
        return redirect(location) if location else _settled()
    looked_for = FindCompanyForm(request.args)
    is_asked = "q" in request.args and looked_for.validate()
    proposed = service.candidates_for(row, letter, base=base_address())
    found = companies.suggest_companies(looked_for.q.data) if is_asked else []
    form.company_id.offer(list(dict.fromkeys([*found, *proposed])))
    if form.validate_on_submit():
        return _placed(form, row, letter, is_known=form.company_id.data in {company.id for company in proposed})
    page = render_template(
        "incoming/place.html", row=row, letter=letter, form=form, looked_for=looked_for, is_asked=is_asked
    )
    return page, 422 if form.errors else 200


def _placed(form, row, letter, *, is_known):
    company = companies.get_company(form.company_id.data)
    contact, left_out = service.place_letter(row, letter, company, by=me())
    location = url_for("companies.show_interaction", interaction_id=contact.id)
    idempotency.remember(form.token.data, location)
    db.session.commit()
    flash(_("Brevet är en kontakt med %(name)s.", name=company.name), "success")
    for warning in warnings_about(letter, left_out, is_known=is_known):
        flash(warning, "warning")
    return redirect(location)


@blueprint.post("/brev/<int:letter_id>/kasta")
@requires(Permission.EDIT)
def throw_away(letter_id):
    """Let go of a letter that waits."""
    if queries.is_settled(letter_id, current_user.id):
        return _settled()
    service.throw_away(queries.get_waiting(letter_id, current_user.id, to_change=True), by=me())
    db.session.commit()
    flash(_("Brevet är bortkastat här. I din e-post finns det kvar."), "success")
    flash(str(letter_id), "thrown-letter")
    return redirect(url_for("incoming.waiting"))


@blueprint.post("/brev/<int:letter_id>/angra")
@requires(Permission.EDIT)
def take_back(letter_id):
    """Let a letter wait again that was thrown away."""
    service.take_back(queries.get_thrown(letter_id, current_user.id), by=me())
    db.session.commit()
    flash(_("Brevet väntar på dig igen."), "success")
    return redirect(url_for("incoming.waiting"))


def _settled():
    flash(_("Brevet väntar inte längre: det är redan loggat eller kastat."), "info")
    return redirect(url_for("incoming.waiting"))
