"""Pages of tips: the public form, the tips that came in, and what is done about them."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from broker import audit, clock, idempotency
from broker.access import Permission, public, requires
from broker.accounts.me import me
from broker.companies import alike
from broker.companies import queries as companies
from broker.companies import service as companies_service
from broker.companies.forms import CompanyForm, FindCompanyForm
from broker.extensions import csrf, db
from broker.formatting import event_entries, organisation_number
from broker.leads.tips import queries, service
from broker.leads.tips.forms import DismissForm, TakeForm, TipForm
from broker.leads.tips.strangers import receive

blueprint = Blueprint("tips", __name__)

# Bytes: the longest texts that the form takes, several times over.
_LARGEST_TIP = 100_000


@blueprint.route("/tipsa/<string:token>", methods=["GET", "POST"])
@csrf.exempt
@public
def give_tip(token):
    """Let anybody tell an organisation about a company."""
    request.max_content_length = _LARGEST_TIP
    page = queries.get_open_page(token)
    rules = queries.tip_rules(clock.today())
    form = TipForm(page.token, rules)
    link = current_app.config["BASE_URL"] + url_for("tips.index")
    done, status = receive(
        form,
        url_for("tips.thank", token=token),
        organisation_id=page.organisation_id,
        sender=request.remote_addr or "",
        store=lambda: service.receive_tip(page, form.values(), link=link),
    )
    if done:
        return done
    return render_template("tips/give_tip.html", form=form, organisation=page.organisation, rules=rules), status


@blueprint.get("/tipsa/<string:token>/tack")
@public
def thank(token):
    """Thank for a tip."""
    page = queries.get_open_page(token)
    return render_template("tips/thank.html", page=page)


@blueprint.get("/leads/tips")
@requires(Permission.READ)
def index():
    """Show the tips that wait, and those that were dealt with."""
    before = request.args.get("fore", type=int)
    rows, next_before = queries.list_answered(before=before)
    new, has_more_new = queries.list_new() if before is None else ([], False)
    return render_template(
        "tips/index.html",
        new=new,
        has_more_new=has_more_new,
        answered=rows,
        first_url=None if before is None else url_for("tips.index"),
        next_url=url_for("tips.index", fore=next_before) if next_before else None,
    )


@blueprint.get("/leads/tips/<int:tip_id>")
@requires(Permission.READ)
def show(tip_id):
    """Show a tip."""
    tip = queries.get_tip(tip_id)
    return render_template(
        "tips/show.html",
        tip=tip,
        match=queries.find_company(tip) if tip.is_new else None,
        rules=queries.tip_rules(clock.today()),
        history=event_entries(audit.history_of(tip)),
    )


@blueprint.route("/leads/tips/<int:tip_id>/ta-hand-om", methods=["GET", "POST"])
@requires(Permission.EDIT)
def take(tip_id):
    """Take a tip on: the company that its number points out, or one of those that it can mean."""
    tip = _tip(tip_id)
    looked_for = FindCompanyForm(request.args)
    is_asked = "q" in request.args and looked_for.validate()
    text, match = looked_for.q.data if is_asked else None, queries.find_company(tip)
    form = TakeForm()
    form.company_id.offer(queries.list_candidates(tip.company_name, tip.place, text, match=match))
    if form.validate_on_submit():
        return _taken(tip, companies.get_company(form.company_id.data))
    page = render_template("tips/take.html", tip=tip, form=form, looked_for=looked_for)
    return page, 422 if form.errors else 200


@blueprint.route("/leads/tips/<int:tip_id>/nytt-foretag", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_company(tip_id):
    """Take a tip on about a company that the register lacks."""
    tip = _tip(tip_id)
    form = CompanyForm(
        data={
            "name": tip.company_name,
            "number": organisation_number(tip.organisation_number),
            "post_town": tip.place,
            "municipality_code": queries.municipality_of(tip),
        }
    )
    found = []
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        found = alike.companies_like(form)
        if not alike.is_refused(form, found):
            try:
                company = companies_service.add_company(**form.values(), by=me())
            except companies_service.DuplicateNumberError as error:
                form.refuse("number", str(error))
                found = [error.company]
            except companies_service.UnknownNumberError as error:
                form.refuse("number", str(error))
            else:
                idempotency.remember(form.token.data, url_for("companies.show", company_id=company.id))
                return _taken(tip, company)
    return render_template("tips/add_company.html", tip=tip, form=form, alike=found), 422 if form.errors else 200


def _taken(tip, company):
    service.take_tip(tip, company, by=me())
    db.session.commit()
    flash(_("Tipset är ert. Nästa steg finns på Idag."), "success")
    return redirect(url_for("companies.show", company_id=company.id))


@blueprint.route("/leads/tips/<int:tip_id>/avfarda", methods=["GET", "POST"])
@requires(Permission.EDIT)
def dismiss(tip_id):
    """Leave a tip, with the reason."""
    tip = _tip(tip_id)
    form = DismissForm(obj=tip)
    if form.validate_on_submit():
        form.check_version(tip)
        service.dismiss_tip(tip, reason=form.reason.data, by=me())
        db.session.commit()
        flash(_("Tipset är avfärdat."), "success")
        return redirect(url_for("tips.show", tip_id=tip.id))
    return render_template("tips/dismiss.html", tip=tip, form=form), 422 if form.errors else 200


def _tip(tip_id):
    return queries.get_tip(tip_id, to_change=request.method == "POST")
