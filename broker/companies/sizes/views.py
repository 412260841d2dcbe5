"""Pages of the size of a company: the judgement with its steps, figures by year, owners, and a choice of one's own."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies import queries as companies
from broker.companies.blueprint import blueprint
from broker.companies.models import Company
from broker.companies.sizes import queries, service
from broker.companies.sizes.forms import (
    ChosenSizeForm,
    EditFiguresForm,
    EditOwnershipForm,
    FiguresForm,
    FindOwnerForm,
    OutsideOwnershipForm,
    OwnershipForm,
)
from broker.companies.sizes.models import OutsideOwner
from broker.errors import RefusedError
from broker.extensions import db
from broker.forms import Form

OWNED = "agt"


@blueprint.get("/foretag/<int:company_id>/storlek")
@requires(Permission.READ)
def size(company_id: int) -> ResponseReturnValue:
    """Show the size of a company, every step to it, and what is noted about figures and owners."""
    company = companies.get_company(company_id)
    case = queries.load_case(company, clock.today())
    status = queries.find_status(company_id)
    return render_template("companies/size.html", company=company, case=case, result=case.assessment, status=status)


@blueprint.route("/foretag/<int:company_id>/storlek/uppgifter/nya", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_size_figures(company_id: int) -> ResponseReturnValue:
    """Note the figures of an accounting period, of the company or of one that counts with it."""
    company = companies.get_company(company_id)
    whose = _end() or company
    form = FiguresForm()
    if form.is_submitted() and (location := idempotency.find_location(form.token.data)):
        return redirect(location)
    if form.validate_on_submit():
        try:
            service.add_figures(whose, form.values(), company=company, by=me())
        except RefusedError as error:
            form.refuse("closed_on", str(error))
        else:
            return _created(form, company, _("Uppgifterna om %(name)s är sparade.", name=whose.name))
    return _page(_("Nya uppgifter om %(name)s", name=whose.name), form, company)


@blueprint.route("/foretag/<int:company_id>/storlek/uppgifter/<int:figures_id>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_size_figures(company_id: int, figures_id: int) -> ResponseReturnValue:
    """Correct the figures of an accounting period."""
    company, figures = companies.get_company(company_id), queries.get_figures(figures_id)
    form = EditFiguresForm(obj=figures)
    if form.validate_on_submit():
        form.check_version(figures)
        try:
            service.edit_figures(figures, form.values(), company=company, by=me())
        except RefusedError as error:
            form.refuse("closed_on", str(error))
        else:
            return _saved(company, _("Uppgifterna är sparade."))
    return _page(_("Ändra uppgifterna för %(year)s", year=figures.closed_on.year), form, company)


@blueprint.get("/foretag/<int:company_id>/storlek/agande/sok")
@requires(Permission.EDIT)
def find_owner(company_id: int) -> ResponseReturnValue:
    """Find the company that owns this one, or that this one owns; one outside the register is noted by its name."""
    company = companies.get_company(company_id)
    form = FindOwnerForm(request.args)
    text = form.q.data if form.validate() else None
    found = [row for row in companies.suggest_companies(text) if row.id != company_id] if text else []
    return render_template(
        "companies/find_owner.html",
        company=company,
        form=form,
        direction=_direction(),
        found=found,
        outside=queries.suggest_outside_owners(text) if text else [],
    )


@blueprint.route("/foretag/<int:company_id>/storlek/agande/nytt", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_ownership(company_id: int) -> ResponseReturnValue:
    """Note what an owner holds of the company, or what the company holds of another."""
    company, other = companies.get_company(company_id), _end()
    form = OwnershipForm() if other else OutsideOwnershipForm()
    if form.is_submitted() and (location := idempotency.find_location(form.token.data)):
        return redirect(location)
    if form.validate_on_submit():
        try:
            _add(company, other, form.values())
        except RefusedError as error:
            form.form_errors = [*form.form_errors, str(error)]
        else:
            return _created(form, company, _("Ägandet är sparat."))
    if request.method == "GET":
        if isinstance(other, Company) and _direction() != OWNED:
            form.kind.process_data(queries.usual_kind(other))
        if isinstance(form, OutsideOwnershipForm):
            form.name.process_data(request.args.get("namn"))
    return _page(_ownership_title(company, other), form, company)


def _add(company: Company, other: Company | OutsideOwner | None, values: dict[str, Any]) -> None:
    if other is None:
        named = {name: values.pop(name) for name in ("name", "number", "country")}
        other = service.add_outside_owner(**named, kind=values["kind"], by=me())
    owner, owned = (company, other) if _direction() == OWNED else (other, company)
    service.add_ownership(owner, owned, values, company=company, by=me())


@blueprint.route("/foretag/<int:company_id>/storlek/agande/<int:ownership_id>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def edit_ownership(company_id: int, ownership_id: int) -> ResponseReturnValue:
    """Correct or end what an owner holds."""
    company, ownership = companies.get_company(company_id), queries.get_ownership(ownership_id)
    form = EditOwnershipForm(obj=ownership)
    if form.validate_on_submit():
        form.check_version(ownership)
        try:
            service.edit_ownership(ownership, form.values(), company=company, by=me())
        except RefusedError as error:
            form.form_errors = [*form.form_errors, str(error)]
        else:
            return _saved(company, _("Ägandet är ändrat."))
    title = _("%(owner)s i %(owned)s", owner=ownership.owner_name, owned=ownership.owned_name)
    return _page(title, form, company)


@blueprint.route("/foretag/<int:company_id>/storlek/bedomning", methods=["GET", "POST"])
@requires(Permission.EDIT)
def choose_size(company_id: int) -> ResponseReturnValue:
    """Say what size a company is, whatever the figures say, and why."""
    company, status = companies.get_company(company_id), queries.find_status(company_id)
    form = ChosenSizeForm(obj=status)
    if form.validate_on_submit():
        if status:
            form.check_version(status)
        service.choose_size(company, form.chosen.data, form.reason.data, by=me())
        return _saved(company, _("Bedömningen är sparad."))
    return _page(_("Vår egen bedömning"), form, company)


def _end() -> Company | OutsideOwner | None:
    """Give the company or the owner outside the register that the address names."""
    if company_id := request.args.get("foretag", type=int):
        return companies.get_company(company_id)
    if owner_id := request.args.get("utom", type=int):
        return queries.get_outside_owner(owner_id)
    return None


def _direction() -> str:
    return OWNED if request.args.get("slag") == OWNED else "agare"


def _ownership_title(company: Company, other: Company | OutsideOwner | None) -> str:
    if other is None and _direction() == OWNED:
        return _("Nytt företag som %(name)s äger", name=company.name)
    if other is None:
        return _("Ny ägare till %(name)s", name=company.name)
    ends = (company.name, other.name) if _direction() == OWNED else (other.name, company.name)
    return _("%(owner)s i %(owned)s", owner=ends[0], owned=ends[1])


def _created(form: Any, company: Company, told: str) -> ResponseReturnValue:
    location = idempotency.remember(form.token.data, url_for("companies.size", company_id=company.id))
    db.session.commit()
    flash(told, "success")
    return redirect(location)


def _saved(company: Company, told: str) -> ResponseReturnValue:
    db.session.commit()
    flash(told, "success")
    return redirect(url_for("companies.size", company_id=company.id))


def _page(title: str, form: Form, company: Company) -> ResponseReturnValue:
    page = render_template("companies/size_form.html", title=title, form=form, company=company)
    return page, 422 if form.errors else 200
