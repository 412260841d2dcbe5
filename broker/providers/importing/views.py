"""Pages of a list of offerings: upload, how each row would end, store; and the list as a file to fill in."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import jobs, spreadsheets
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies.imports.forms import UploadForm
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.providers import queries
from broker.providers.importing import listing, service
from broker.providers.importing.service import Outcome
from broker.sentences import Sentence

# Seconds that a page waits for the job: a list of ordinary length is read by then.
_PATIENCE = 1.5

blueprint = Blueprint("offering_lists", __name__, url_prefix="/anordnare", template_folder="../templates")


@blueprint.route("/<int:provider_id>/utbud/las-in", methods=["GET", "POST"])
@requires(Permission.VET)
def upload(provider_id):
    """Take a list of what a provider teaches in, and try it."""
    provider = queries.get_provider(provider_id)
    form = UploadForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            job = service.take_in(provider, sent.stream, file_name=sent.filename, media_type=sent.mimetype, by=me())
        except RefusedError as error:
            db.session.rollback()
            form.refuse("file", say(error))
        else:
            db.session.commit()
            return _run(job)
    return render_template("offering_lists/upload.html", form=form, provider=provider), 422 if form.errors else 200


@blueprint.get("/utbud/inlasning/<int:job_id>")
@requires(Permission.VET)
def result(job_id):
    """Show how far the list has come, or how each of its rows ends."""
    job = _own_job(job_id)
    found = job.result or {}
    return render_template(
        "offering_lists/result.html",
        job=job,
        provider=queries.get_provider(job.arguments["provider_id"]),
        counts=found.get("counts", {}),
        rows=[_shown(*row) for row in found.get("rows", [])],
        columns=[(heading, say(Sentence(title))) for heading, title in found.get("columns", [])],
        unknown=found.get("unknown", []),
    )


@blueprint.post("/utbud/inlasning/<int:job_id>")
@requires(Permission.VET)
def store(job_id):
    """Store what has been tried."""
    tried = _own_job(job_id)
    try:
        job = service.store_list(tried, by=me())
    except NotFoundError:
        flash(_("Filen finns inte kvar: en lista sparas i en vecka. Ladda upp den igen."), "info")
        return redirect(url_for("offering_lists.upload", provider_id=tried.arguments["provider_id"]))
    db.session.commit()
    return _run(job)


@blueprint.get("/<int:provider_id>/utbud.xlsx")
@requires(Permission.VET)
def download(provider_id):
    """Hand out what a provider teaches as a list that can be filled in and read in again."""
    provider = queries.get_provider(provider_id)
    content = spreadsheets.render("xlsx", _("Utbud"), *listing.table(provider))
    headers = {"Content-Disposition": f"attachment; filename=utbud-{provider.id}.xlsx"}
    return Response(content, mimetype=spreadsheets.MEDIA_TYPES["xlsx"], headers=headers)


def _run(job):
    jobs.send(job)
    jobs.wait_for(job, seconds=_PATIENCE)
    return redirect(url_for("offering_lists.result", job_id=job.id))


def _own_job(job_id):
    job = jobs.get_own_job(job_id, me().id)
    if job.kind != service.JOB:
        raise NotFoundError
    return job


def _shown(row, title, outcome, column, told):
    labels = {
        Outcome.NEW: (_("Ny"), "ok"),
        Outcome.CHANGED: (_("Ändras"), "info"),
        Outcome.UNCHANGED: (_("Oförändrad"), "off"),
        Outcome.REFUSED: (_("Går inte"), "stop"),
    }
    between = " " if outcome == Outcome.REFUSED else ", "
    return {"row": row, "title": title, "tag": labels[outcome], "column": column, "told": between.join(map(say, told))}
