"""Pages of the import: upload, see what the file says, try it, import it, see how each row ended."""

from functools import partial

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from broker import clock, files, jobs, spreadsheets
from broker.access import Permission, requires
from broker.accounts import service as accounts
from broker.accounts.me import me
from broker.companies.imports import inspection, queries, report
from broker.companies.imports.forms import MappingForm, OptionsForm, UploadForm
from broker.companies.imports.headings import CLEARABLE, FIELD_TITLES, fingerprint, shown_heading
from broker.companies.imports.job import start_import
from broker.companies.imports.models import RowOutcome
from broker.companies.imports.reading import reading_of
from broker.companies.imports.undo_job import start_undo
from broker.companies.parts import links_from_list
from broker.errors import NotFoundError, RefusedError
from broker.extensions import db
from broker.formatting import say
from broker.jobs import JobState
from broker.sentences import Sentence

# Seconds that a page waits for the job: most files are looked into by then, and the next page shows the list.
_PATIENCE = 1.5
_ENDINGS = {
    "nya": RowOutcome.NEW,
    "andrade": RowOutcome.CHANGED,
    "oforandrade": RowOutcome.UNCHANGED,
    "konflikter": RowOutcome.CONFLICT,
    "avvisade": RowOutcome.REFUSED,
    "overhoppade": RowOutcome.SKIPPED,
}
# Which kind of list somebody has asked for, in the address: whether it is one of people.
_KINDS = {"foretag": False, "personer": True}

blueprint = Blueprint("imports", __name__, template_folder="../templates")


@blueprint.route("/foretag/importera", methods=["GET", "POST"])
@requires(Permission.IMPORT)
def upload():
    """Take a file in."""
    form = UploadForm()
    if form.validate_on_submit():
        sent = form.file.data
        try:
            job = inspection.add_upload(sent.stream, file_name=sent.filename, media_type=sent.mimetype, by=me())
        except RefusedError as error:
            db.session.rollback()
            form.refuse("file", say(error))
        else:
            db.session.commit()
            jobs.send(job)
            job = jobs.wait_for(job, seconds=_PATIENCE)
            if job.state is not JobState.FAILED:
                return redirect(url_for("imports.prepare", attachment_id=job.arguments["attachment_id"]))
            form.refuse("file", say(job.message))
    return render_template("imports/upload.html", form=form), 422 if form.errors else 200


@blueprint.route("/foretag/importera/<int:attachment_id>", methods=["GET", "POST"])
@requires(Permission.IMPORT)
def prepare(attachment_id):
    """Show what the file says and let the person correct what the columns mean; then try or import."""
    inspected = inspection.find_inspection(attachment_id, current_user.id)
    if inspected is None:
        raise NotFoundError
    if inspected.state is not JobState.DONE:
        return render_template("imports/inspect.html", job=inspected)
    attachment = files.get_attachment(attachment_id)
    table = inspection.table_of(inspected)
    reading = reading_of(table, _KINDS.get(request.args.get("slag"))) if table else None
    options = OptionsForm(source=attachment.file_name)
    mapping = MappingForm.for_table(table, reading) if table else None
    if options.validate_on_submit() and (mapping is None or mapping.validate()):
        chosen = options.values() | {"is_dry_run": "try" in request.form}
        if mapping:
            chosen |= mapping.options() | {"headings": fingerprint(table.headings), "is_people": reading.is_people}
        job = start_import(attachment, chosen, by=me())
        db.session.commit()
        jobs.send(job)
        return redirect(url_for("imports.result", job_id=job.id))
    return render_template(
        "imports/prepare.html",
        attachment=attachment,
        file_format=inspection.format_of(inspected),
        table=table,
        headings=[say(shown_heading(heading)) for heading in table.headings] if table else [],
        mapping=mapping,
        clearable=CLEARABLE,
        reading=reading,
        form=options,
    ), 422 if options.errors or (mapping and mapping.errors) else 200


@blueprint.get("/foretag/importera/resultat/<int:job_id>")
@requires(Permission.IMPORT)
def result(job_id):
    """Show how far the import has come, or how each row ended."""
    job = _own_job(job_id, "import_companies", "inspect_upload")
    if job.kind == "inspect_upload":
        return redirect(url_for("imports.prepare", attachment_id=job.arguments["attachment_id"]))
    result = job.result or {}
    lacking = {row[3] for row in result.get("refusals", []) if row[4:] == [True] and row[3]}
    # What the list has won already is among the choices, so that it can be taken back.
    kept = result.get("conflicts", {}) | dict.fromkeys(job.arguments.get("takes", []), 0)
    conflicts = [(name, say(Sentence(FIELD_TITLES[name])), kept[name]) for name in FIELD_TITLES if name in kept]
    skipped = [
        (_("Överhoppade: %(reason)s", reason=say(reason)), count) for reason, count in result.get("skipped", {}).items()
    ]
    imported = queries.find_imported_list(job_id)
    return render_template(
        "imports/result.html",
        job=job,
        links=links_from_list(job_id) if imported and imported.undone_at is None else [],
        skipped=skipped,
        conflicts=conflicts,
        takes=job.arguments.get("takes", []),
        has_rows=queries.has_rows(job_id),
        imported=imported,
        today=clock.today(),
        namesakes=queries.companies_called(lacking),
    )


@blueprint.get(
    "/foretag/importera/resultat/<int:job_id>/<any(nya,andrade,oforandrade,konflikter,avvisade,overhoppade):ending>"
)
@requires(Permission.IMPORT)
def rows(job_id, ending):
    """Show the rows that ended so, each with what it changes."""
    job = _own_job(job_id, "import_companies")
    page = queries.list_rows(job_id, _ENDINGS[ending], after=request.args.get("efter", 0, int))
    address = partial(url_for, "imports.rows", job_id=job_id, ending=ending)
    return render_template(
        "imports/rows.html",
        job=job,
        ending=ending,
        rows=[(row, report.texts_of(row.outcome, row.changes)) for row in page.rows],
        next_url=address(efter=page.next_after) if page.next_after else None,
        first_url=address() if "efter" in request.args else None,
    )


@blueprint.post("/foretag/importera/resultat/<int:job_id>/igen")
@requires(Permission.IMPORT)
def again(job_id):
    """Import for real what was tried, or start an interrupted import again."""
    job = _own_job(job_id, "import_companies")
    options = {name: value for name, value in job.arguments.items() if name not in ("attachment_id", "is_dry_run")}
    if "skip_refused" in request.form:
        options["skip_refused"] = True
    if "takes_chosen" in request.form:
        options["takes"] = [name for name in request.form.getlist("take") if name in FIELD_TITLES]
    # Each choice is the row and the number of the company that it is about.
    chosen = dict(choice.split(":", 1) for choice in request.form.getlist("company") if ":" in choice)
    options["numbers"] = options.get("numbers", {}) | chosen
    try:
        attachment = files.get_attachment(job.arguments["attachment_id"])
    except NotFoundError:
        flash(_("Filen finns inte kvar: en lista sparas i en vecka. Ladda upp den igen."), "info")
        return redirect(url_for("imports.upload"))
    fresh = start_import(attachment, options | {"is_dry_run": "try" in request.form}, by=me())
    db.session.commit()
    jobs.send(fresh)
    flash(_("Provkörningen har startat.") if "try" in request.form else _("Importen har startat."), "success")
    return redirect(url_for("imports.result", job_id=fresh.id))


@blueprint.post("/foretag/importera/resultat/<int:job_id>/rapport.<any(csv, xlsx):file_type>")
@requires(Permission.IMPORT)
def download(job_id, file_type):
    """Hand out how every row of a list ended, or what stays of one that was undone, as a file."""
    job = _own_job(job_id, "import_companies", "undo_import")
    rows = report.table(job.id)
    accounts.record_list_export("rader i en inläst lista", rows=len(rows), by=me())
    db.session.commit()
    content = spreadsheets.render(file_type, _("Resultat"), report.headings(), rows)
    headers = {"Content-Disposition": f"attachment; filename=import-{job.id}.{file_type}"}
    return Response(content, mimetype=spreadsheets.MEDIA_TYPES[file_type], headers=headers)


@blueprint.post("/foretag/importera/resultat/<int:job_id>/angra")
@requires(Permission.IMPORT)
def undo(job_id):
    """Find out what the undoing of a stored list would do, or undo it."""
    imported = queries.find_imported_list(_own_job(job_id, "import_companies").id)
    if imported is None or not imported.can_be_undone(clock.today()):
        flash(_("Importen är redan ångrad, eller så har tiden att ångra den gått ut."), "info")
        return redirect(url_for("imports.result", job_id=job_id))
    job = start_undo(jobs.get_job(job_id), is_trial="try" in request.form, by=me())
    db.session.commit()
    jobs.send(job)
    jobs.wait_for(job, seconds=_PATIENCE)
    return redirect(url_for("imports.undoing", job_id=job.id))


@blueprint.get("/foretag/importera/angra/<int:job_id>")
@requires(Permission.IMPORT)
def undoing(job_id):
    """Show what the undoing of a list does or would do, and what stays and why."""
    job = _own_job(job_id, "undo_import")
    page = queries.list_rows(job_id, RowOutcome.KEPT, after=request.args.get("efter", 0, int))
    address = partial(url_for, "imports.undoing", job_id=job_id)
    return render_template(
        "imports/undoing.html",
        job=job,
        imported=queries.find_imported_list(job.arguments["import_job_id"]),
        today=clock.today(),
        rows=[(row, report.texts_of(row.outcome, row.changes)) for row in page.rows],
        next_url=address(efter=page.next_after) if page.next_after else None,
        first_url=address() if "efter" in request.args else None,
    )


def _own_job(job_id, *kinds):
    job = jobs.get_job(job_id)
    if job.kind not in kinds or job.owner_id != current_user.id:
        raise NotFoundError
    return job
