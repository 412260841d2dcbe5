"""Pages of the ledger of aid: a company's, an aid that we note, and what is to be registered."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import clock, spreadsheets
from broker.access import Permission, organisation_in_scope, requires
from broker.accounts import queries as accounts
from broker.accounts import service as accounts_service
from broker.accounts.me import me
from broker.errors import RefusedError
from broker.esf import queries as esf
from broker.esf.blueprint import blueprint, edit_page, find_made, finish, refuse
from broker.esf.budgets.amounts import as_number
from broker.esf.ledger import queries, service
from broker.esf.ledger.forms import AidRateForm, GrantForm, LedgerDayForm
from broker.esf.ledger.models import AidGrant
from broker.extensions import db
from broker.formatting import day, organisation_number
from broker.forms import StateForm


@blueprint.get("/foretag/<int:company_id>/stod")
@requires(Permission.READ)
def aid_ledger(company_id: int) -> ResponseReturnValue:
    """Show all aid that is known of a company and those that it hangs together with, and the room on a day."""
    company = queries.get_company(company_id)
    form = LedgerDayForm(request.args)
    is_read = "dag" not in request.args or form.validate()
    on = (form.dag.data if is_read else None) or queries.usual_day(company)
    form.dag.process_data(on) if is_read else None
    ledger = queries.load_ledger(company, on)
    return render_template("ledger/show.html", company=company, ledger=ledger, form=form), 200 if is_read else 422


@blueprint.route("/foretag/<int:company_id>/stod/nytt", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def add_grant(company_id: int) -> ResponseReturnValue:
    """Note an aid to a company."""
    return _grant_page(company_id, None)


@blueprint.route("/statsstod/<int:grant_id>", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def edit_grant(grant_id: int) -> ResponseReturnValue:
    """Mend an aid that we have noted."""
    grant = queries.get_grant(grant_id)
    return _grant_page(grant.company_id, grant)


@blueprint.route("/projekt/<int:project_id>/tidigare-stod/<int:aid_id>/kurs", methods=["GET", "POST"])
@requires(Permission.PROJECT)
def set_rate(project_id: int, aid_id: int) -> ResponseReturnValue:
    """Enter the rate of the day for an aid that a certificate has in kronor."""
    project = esf.get_project(project_id)
    aid = queries.get_earlier_aid(project, aid_id)
    form = AidRateForm(obj=aid, version="1")
    cancel = url_for("esf.show_commitment", project_id=project.id, commitment_id=aid.commitment_id)
    if form.validate_on_submit():
        try:
            service.set_rate(project, aid, **form.values(), by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            db.session.commit()
            flash(_("Kursen är sparad, och stödet räknas i euro."), "success")
            return redirect(cancel)
    title = _("Eurokursen %(day)s", day=day(aid.granted_on))
    note = _("Stödet från %(giver)s är angivet i kronor. Riksbanken publicerar kursen för varje dag.", giver=aid.giver)
    return edit_page(title, form, cancel, project=project, note=note)


@blueprint.get("/statsstod/registrera")
@requires(Permission.READ)
def aid_register() -> ResponseReturnValue:
    """Show the aid that we have granted with the last day to register each."""
    since, days = queries.register_rules(clock.today())
    return render_template("ledger/register.html", rows=queries.list_to_register(clock.today()), since=since, days=days)


@blueprint.post("/statsstod/registrera/<string:file_type>")
@requires(Permission.EXPORT)
def download_aid_register(file_type: str) -> ResponseReturnValue:
    """Hand out the table for the register as a file; it is recorded who took it."""
    if file_type not in spreadsheets.MEDIA_TYPES:
        raise RefusedError(_("Välj Excel eller CSV."))
    authority = accounts.get_organisation(organisation_in_scope()).name
    rows = [
        [
            row.grant.company.name,
            organisation_number(row.grant.company.shown_number),
            as_number(row.grant.amount_eur),
            "" if row.grant.amount_kr is None else as_number(row.grant.amount_kr),
            row.grant.granted_on,
            authority,
            row.grant.instrument,
            ", ".join(row.grant.company.industry_codes or []),
            row.last_day,
            row.grant.registered_on,
        ]
        for row in queries.list_to_register(clock.today())
    ]
    headings = [
        _("Namn"),
        _("Organisationsnummer"),
        _("Belopp i euro"),
        _("Belopp i kronor"),
        _("Beviljat"),
        _("Stödgivare"),
        _("Slag av stöd"),
        _("SNI"),
        _("Registreras senast"),
        _("Registrerat"),
    ]
    accounts_service.record_list_export("stöd att registrera", rows=len(rows), by=me())
    db.session.commit()
    content = spreadsheets.render(file_type, _("Stöd att registrera"), headings, rows)
    headers = {"Content-Disposition": f"attachment; filename=stod-att-registrera.{file_type}"}
    return Response(content, mimetype=spreadsheets.MEDIA_TYPES[file_type], headers=headers)


@blueprint.post("/statsstod/<int:grant_id>/registrerat")
@requires(Permission.PROJECT)
def mark_registered(grant_id: int) -> ResponseReturnValue:
    """Note that an aid is in the register."""
    grant = queries.get_grant(grant_id)
    StateForm().check_version(grant)
    service.mark_registered(grant, by=me())
    db.session.commit()
    flash(_("Stödet är markerat som registrerat."), "success")
    return redirect(url_for("esf.aid_register"))


def _grant_page(company_id: int, grant: AidGrant | None) -> ResponseReturnValue:
    company = queries.get_company(company_id)
    project_id = request.args.get("projekt", type=int)
    form = GrantForm(obj=grant)
    if grant is None and project_id and not form.is_submitted():
        _propose(form, project_id, company_id)
    if grant is not None and grant.amount_kr is not None and not form.is_submitted():
        # It is reckoned anew from the kronor.
        form.amount_eur.process_data(None)
    cancel = url_for("esf.aid_ledger", company_id=company.id)
    if form.validate_on_submit():
        if location := find_made(form, grant):
            return redirect(location)
        try:
            if project_id:
                esf.get_project(project_id)
            service.save_grant(company, grant, form.values(), project_id=project_id, by=me())
        except RefusedError as error:
            refuse(form, error)
        else:
            return finish(form, grant, cancel, _("Stödet är antecknat."))
    return edit_page(_("Stöd till %(name)s", name=company.name), form, cancel)


def _propose(form: GrantForm, project_id: int, company_id: int) -> None:
    """Fill in what the project gives the company; a person confirms it by saving."""
    project = esf.get_project(project_id)
    form.giver.process_data(project.owner.name)
    form.instrument.process_data(_("Utbildning i projektet ”%(project)s”", project=project.name))
    form.granted_on.process_data(min(project.starts_on, clock.today()))
    form.amount_kr.process_data(queries.project_aid(project, company_id))
    form.sek_per_eur.process_data(project.sek_per_eur)
    form.rate_source.process_data(project.rate_source)
    form.is_ours.process_data(esf.owns(project))
