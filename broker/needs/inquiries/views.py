"""Pages of inquiries: the answers that wait, the links, making one, and what is done about an answer."""

from datetime import timedelta

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from broker import audit, clock, idempotency, qr
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies import queries as companies
from broker.companies.forms import FindCompanyForm
from broker.extensions import db
from broker.formatting import event_entries
from broker.leads.tips import queries as tips
from broker.needs.inquiries import queries, service
from broker.needs.inquiries.forms import CompanyLinkForm, ConfirmForm, LinkForm, RejectForm
from broker.needs.inquiries.models import InquiryKind

blueprint = Blueprint("inquiries", __name__, template_folder="../templates")


@blueprint.get("/behov/formular")
@requires(Permission.READ)
def index():
    """Show the answers that wait, the links, and the answers that were dealt with."""
    return render_template(
        "inquiries/index.html",
        new=queries.list_answers(is_new=True),
        done=queries.list_answers(is_new=False),
        inquiries=queries.list_inquiries(),
        today=clock.today(),
    )


@blueprint.route("/behov/formular/ny", methods=["GET", "POST"])
@requires(Permission.EDIT)
def open_inquiry():
    """Make a link for a campaign or for every company."""
    last = clock.today() + timedelta(days=queries.inquiry_rules(clock.today()).days_open)
    form = LinkForm(data={"open_until": last})
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        inquiry = service.open_inquiry(**form.values(), by=me())
        return _opened(inquiry, form.token.data)
    return render_template("inquiries/open_inquiry.html", form=form), 422 if form.errors else 200


@blueprint.route("/foretag/<int:company_id>/behovsformular", methods=["GET", "POST"])
@requires(Permission.EDIT)
def open_for_company(company_id):
    """Make a link for one company, and send it to somebody there."""
    company = companies.get_company(company_id)
    people = companies.list_people(company.id)
    form = CompanyLinkForm()
    form.offer(people)
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        inquiry = service.open_inquiry(InquiryKind.COMPANY, name=company.name, company=company, by=me())
        for person in people:
            if person.id == form.person_id.data:
                service.send_inquiry(inquiry, person, link=_address(inquiry), by=me())
        return _opened(inquiry, form.token.data)
    page = render_template("inquiries/open_for_company.html", form=form, company=company)
    return page, 422 if form.errors else 200


@blueprint.get("/behov/formular/<int:inquiry_id>")
@requires(Permission.READ)
def show(inquiry_id):
    """Show a link with its square of dots."""
    inquiry = queries.get_inquiry(inquiry_id)
    return render_template(
        "inquiries/show.html",
        inquiry=inquiry,
        is_open=inquiry.is_open_on(clock.today()),
        address=_address(inquiry),
        drawing=qr.draw(_address(inquiry)),
        history=event_entries(audit.history_of(inquiry)),
    )


@blueprint.post("/behov/formular/<int:inquiry_id>/stang")
@requires(Permission.EDIT)
def close_inquiry(inquiry_id):
    """Close a link."""
    inquiry = queries.get_inquiry(inquiry_id)
    service.close_inquiry(inquiry, by=me())
    db.session.commit()
    flash(_("Länken är stängd."), "success")
    return redirect(url_for("inquiries.show", inquiry_id=inquiry.id))


@blueprint.get("/behov/formular/svar/<int:answer_id>")
@requires(Permission.READ)
def show_answer(answer_id):
    """Show what a company has said."""
    answer = queries.get_answer(answer_id)
    return render_template(
        "inquiries/show_answer.html",
        answer=answer,
        match=queries.find_company(answer) if answer.is_new else None,
        needs=queries.list_needs_of(answer.id),
        rules=tips.tip_rules(clock.today()),
        history=event_entries(audit.history_of(answer)),
    )


@blueprint.route("/behov/formular/svar/<int:answer_id>/bekrafta", methods=["GET", "POST"])
@requires(Permission.EDIT)
def confirm(answer_id):
    """Make an answer needs: of the company that it points out, or of one of those that it can mean."""
    answer = queries.get_answer(answer_id, to_change=request.method == "POST")
    looked_for = FindCompanyForm(request.args)
    is_asked = "q" in request.args and looked_for.validate()
    text, match = looked_for.q.data if is_asked else None, queries.find_company(answer)
    form = ConfirmForm()
    form.company_id.offer(tips.list_candidates(answer.company_name, answer.place, text, match=match))
    if form.validate_on_submit():
        company = companies.get_company(form.company_id.data)
        made = service.confirm_answer(answer, company, by=me())
        db.session.commit()
        told = ngettext(
            "Svaret är bekräftat och blev %(num)s behov att klarlägga.",
            "Svaret är bekräftat och blev %(num)s behov att klarlägga.",
            len(made),
        )
        flash(told, "success")
        if len(made) == 1:
            return redirect(url_for("needs.show", need_id=made[0].id))
        return redirect(url_for("needs.list_of_company", company_id=company.id))
    page = render_template("inquiries/confirm.html", answer=answer, form=form, looked_for=looked_for)
    return page, 422 if form.errors else 200


@blueprint.route("/behov/formular/svar/<int:answer_id>/avvisa", methods=["GET", "POST"])
@requires(Permission.EDIT)
def reject(answer_id):
    """Leave an answer, with the reason."""
    answer = queries.get_answer(answer_id, to_change=request.method == "POST")
    form = RejectForm(obj=answer)
    if form.validate_on_submit():
        form.check_version(answer)
        service.reject_answer(answer, reason=form.reason.data, by=me())
        db.session.commit()
        flash(_("Svaret är avvisat."), "success")
        return redirect(url_for("inquiries.show_answer", answer_id=answer.id))
    return render_template("inquiries/reject.html", answer=answer, form=form), 422 if form.errors else 200


def _address(inquiry):
    return current_app.config["BASE_URL"] + url_for("inquiry_form.answer", token=inquiry.token)


def _opened(inquiry, token):
    location = idempotency.remember(token, url_for("inquiries.show", inquiry_id=inquiry.id))
    db.session.commit()
    flash(_("Länken är klar.") if inquiry.sent_on is None else _("Länken är skickad."), "success")
    return redirect(location)
