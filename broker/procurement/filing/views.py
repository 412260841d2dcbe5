"""Pages of the file for the registry: what it holds, the PDF, the ZIP, and requests for the reasons."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from broker import clock, files, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.extensions import db
from broker.procurement import queries as procurement
from broker.procurement.fields import Names
from broker.procurement.filing import archive, queries, report, service
from broker.procurement.filing.forms import AnswerForm, RequestForm
from broker.procurement.filing.notices import fields_of_notices, list_notices
from broker.procurement.forms import step_form
from broker.procurement.offers.forms import put_refusals
from broker.procurement.service import StepRefusedError

blueprint = Blueprint("filing", __name__, url_prefix="/inkop/<int:purchase_id>", template_folder="templates")


@blueprint.get("/akt")
@requires(Permission.PROCURE)
def show(purchase_id):
    """Show what the file holds, what it lacks, and the texts of the notices."""
    dossier = _gather(purchase_id)
    contents = dossier.situation.route.get("record_contents")
    minimum = contents["minimum"] if contents and not dossier.is_secret else []
    return render_template(
        "filing/show.html",
        dossier=dossier,
        purchase=dossier.purchase,
        missing=[dossier.label(name) for name in minimum if name not in dossier.shown],
        notices=list_notices(dossier),
    )


@blueprint.post("/akt/akt.pdf")
@requires(Permission.PROCURE)
def download_pdf(purchase_id):
    """Hand out the file as one PDF."""
    dossier = _gather(purchase_id)
    service.record_filing(dossier, "pdf", by=me())
    db.session.commit()
    return _download(report.write(dossier), "application/pdf", f"akt-{purchase_id}.pdf")


@blueprint.post("/akt/akt.zip")
@requires(Permission.PROCURE)
def download_zip(purchase_id):
    """Hand out the file and every paper as one ZIP, sent while it is written."""
    dossier = _gather(purchase_id)
    service.record_filing(dossier, "zip", by=me())
    db.session.commit()
    papers = [
        (
            row.file_name,
            files.path_of(row.attachment.content_hash),
            row.attachment.uploaded_at,
        )
        for row in dossier.papers
    ]
    parts = archive.stream(report.write(dossier), papers, written_at=clock.now())
    return _download(parts, "application/zip", f"akt-{purchase_id}.zip")


@blueprint.route("/akt/annons", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def complete_notice(purchase_id):
    """Fill in what the notices must say and no step asks for."""
    purchase = procurement.get_purchase(purchase_id)
    document = procurement.get_workflow(purchase)
    form = step_form(
        document,
        fields=fields_of_notices(document, purchase.route),
        papers=(),
        conditions={},
        values=purchase.values,
        names=Names(),
        version=purchase.version,
    )
    if form.validate_on_submit():
        form.check_version(purchase)
        try:
            service.complete_notice(purchase, form.answers(), by=me())
        except StepRefusedError as error:
            form.refuse_all(error.by_name, error.others)
        else:
            return _saved(purchase, _("Uppgifterna är sparade."), anchor="post_award_notice")
    page = render_template("filing/complete_notice.html", purchase=purchase, form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/begaran/ny", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def add_request(purchase_id):
    """Note that a tenderer asks for the reasons of the award."""
    purchase = procurement.get_purchase(purchase_id)
    form = RequestForm(data={"received_on": clock.today()})
    if form.validate_on_submit():
        if known := idempotency.find_location(form.token.data):
            return redirect(known)
        service.add_request(purchase, **form.values(), by=me())
        return _saved(purchase, _("Begäran är antecknad. Tidsgränsen står på inköpets sida."), token=form.token.data)
    page = render_template("filing/add_request.html", purchase=purchase, form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/begaran/<int:reasons_request_id>", methods=["GET", "POST"])
@requires(Permission.PROCURE)
def answer_request(purchase_id, reasons_request_id):
    """Note when the reasons were given."""
    purchase = procurement.get_purchase(purchase_id)
    row = queries.get_request(purchase, reasons_request_id)
    form = AnswerForm(data={"version": row.version, "answered_on": row.answered_on or clock.today(), "note": row.note})
    if form.validate_on_submit():
        form.check_version(row)
        try:
            service.answer_request(purchase, row, **form.values(), by=me())
        except StepRefusedError as error:
            put_refusals(form, error)
        else:
            return _saved(purchase, _("Svaret är antecknat."))
    page = render_template("filing/answer_request.html", purchase=purchase, row=row, form=form)
    return page, 422 if form.errors else 200


def _gather(purchase_id):
    procurement.read_rules(clock.today())
    purchase = procurement.get_purchase(purchase_id)
    return queries.gather(purchase, me(), organisation=g.acting.organisation_name, today=clock.today())


def _download(content, media_type, name):
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=media_type, headers=headers)


def _saved(purchase, message, *, token=None, anchor="begaran"):
    location = url_for("filing.show", purchase_id=purchase.id, _anchor=anchor)
    idempotency.remember(token, location)
    db.session.commit()
    flash(message, "success")
    return redirect(location)
