"""Pages of duplicates: likely pairs, what is alike while somebody types, the merge with its preview, the undoing."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from broker import clock, idempotency
from broker.access import Permission, can, requires
from broker.accounts.me import me
from broker.companies import alike
from broker.companies import queries as companies
from broker.companies.forms import CompanyForm, PersonForm
from broker.companies.merged import MovedError
from broker.companies.merging import queries, service
from broker.companies.merging.forms import FindOtherForm, MergeForm, PairForm
from broker.companies.merging.labels import counts_as_words
from broker.companies.merging.models import MergeKind
from broker.companies.merging.queries import PAGE
from broker.companies.models import Engagement, Person
from broker.errors import NotFoundError
from broker.extensions import db
from broker.formatting import day

blueprint = Blueprint("merging", __name__, template_folder="../templates")
_LISTS = {
    "foretag": queries.list_company_pairs,
    "personer": queries.list_person_pairs,
    "roller": queries.list_several_roles,
}


@blueprint.app_errorhandler(MovedError)
def follow(error):
    """Lead from the address of what went into another thing to the same page of that one, with what was sent."""
    db.session.rollback()
    named = request.view_args or {}
    moved = [name for name, key in named.items() if name.endswith(error.parameter) and key == error.gone_id]
    if not moved:
        page = "companies.show" if error.parameter == "company_id" else "companies.edit_person"
        return redirect(url_for(page, **{error.parameter: error.kept_id}))
    address = url_for(request.endpoint, **named | dict.fromkeys(moved, error.kept_id))
    # What the address says may have any name, and some names would mean something else to url_for.
    asked = urlencode(request.args.to_dict(flat=False), doseq=True)
    return redirect(f"{address}?{asked}" if asked else address, 307)


@blueprint.get("/foretag/dubbletter/<any(foretag,personer,roller):part>")
@requires(Permission.READ)
def index(part):
    """Show what seems to be there twice, the likeliest first, and why."""
    number = max(1, request.args.get("sida", 1, int))
    page = _LISTS[part](first=(number - 1) * PAGE)
    address = partial(url_for, "merging.index", part=part)
    return render_template(
        "merging/index.html",
        part=part,
        page=page,
        kind=MergeKind.COMPANY if part == "foretag" else MergeKind.PERSON,
        first_url=address(sida=number - 1) if number > 1 else None,
        next_url=address(sida=number + 1) if page.count > number * PAGE else None,
    )


@blueprint.post("/foretag/dubbletter/inte")
@requires(Permission.EDIT)
def rule_out():
    """Remember that a pair is two different things."""
    form = _pair_form()
    service.rule_out(form.kind.data, form.first.data, form.second.data, by=me())
    db.session.commit()
    flash(_("Paret visas inte längre som dubblett."), "success")
    flash(f"{form.kind.data.value} {form.first.data} {form.second.data}", "ruled-out")
    return redirect(_list_of(form.kind.data))


@blueprint.post("/foretag/dubbletter/ater")
@requires(Permission.EDIT)
def rule_in():
    """Take back that a pair is two different things."""
    form = _pair_form()
    service.rule_in(form.kind.data, form.first.data, form.second.data, by=me())
    db.session.commit()
    flash(_("Paret visas som möjlig dubblett igen."), "success")
    return redirect(_list_of(form.kind.data))


@blueprint.get("/foretag/liknande")
@requires(Permission.EDIT)
def alike_companies():
    """Show the companies that the one being typed seems to be, and what the search suggests for it."""
    form = CompanyForm(request.args, meta={"csrf": False})
    found = alike.companies_like(form)
    suggested = alike.companies_suggested(form, besides=found)
    return render_template("merging/alike.html", form=form, found=found, suggested=suggested, company=None)


@blueprint.get("/foretag/<int:company_id>/personer/liknande")
@requires(Permission.EDIT)
def alike_people(company_id):
    """Show the people of a company whom the one being typed seems to be."""
    company = companies.get_company(company_id)
    form = PersonForm(request.args, meta={"csrf": False})
    found = alike.people_like(form, company_id)
    return render_template("merging/alike.html", form=form, found=found, suggested=[], company=company)


@blueprint.get("/foretag/<int:company_id>/sla-ihop")
@requires(Permission.EDIT)
def find_other(company_id):
    """Find the company that is the same as this one."""
    company = companies.get_company(company_id)
    form = FindOtherForm(request.args)
    found = companies.suggest_companies(form.q.data) if form.validate() and form.q.data else []
    others = [other for other in found if other.id != company.id and not (other.has_number and company.has_number)]
    return render_template("merging/find_other.html", form=form, company=company, found=others)


@blueprint.route("/foretag/<int:company_id>/sla-ihop/<int:other_company_id>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def merge_companies(company_id, other_company_id):
    """Show what a merge does, field by field, and merge: the first company goes into the other one."""
    if location := idempotency.find_location(request.form.get("token")):
        return redirect(location)
    gone, kept = companies.get_company(company_id), companies.get_company(other_company_id)
    if gone.has_number and not kept.has_number:
        gone, kept = kept, gone
    service.check_companies(kept, gone)
    relations = queries.relations_to(kept.id, gone.id)
    form = MergeForm.for_fields(fields := service.compare(*relations), _state(relations))
    if form.validate_on_submit() and not form.is_stale:
        merge = service.merge_companies(kept, gone, form.chosen(), by=me())
        location = idempotency.remember(form.token.data, url_for("companies.show", company_id=kept.id))
        return _merged(merge, location)
    counted = queries.count_of_companies((gone.id, kept.id), with_protected=can(Permission.SEE_PROTECTED))
    page = render_template(
        "merging/merge_companies.html",
        form=form,
        fields=fields,
        kept=kept,
        gone=gone,
        counts={key: counts_as_words(rows) for key, rows in counted.items()},
        days=queries.days_to_undo(clock.today()),
    )
    return page, 409 if form.is_stale else 422 if form.errors else 200


@blueprint.route("/personer/<int:person_id>/sla-ihop/<int:other_person_id>", methods=["GET", "POST"])
@requires(Permission.EDIT)
def merge_people(person_id, other_person_id):
    """Show what a merge does, field by field, and merge: the first person goes into the other one."""
    if location := idempotency.find_location(request.form.get("token")):
        return redirect(location)
    gone, kept = companies.get_person(person_id), companies.get_person(other_person_id)
    service.check_people(kept, gone)
    form = MergeForm.for_fields(fields := service.compare(kept, gone), _state([kept, gone]))
    if form.validate_on_submit() and not form.is_stale:
        merge = service.merge_people(kept, gone, form.chosen(), by=me())
        location = idempotency.remember(form.token.data, url_for("companies.show", company_id=kept.company_id))
        return _merged(merge, location)
    page = render_template(
        "merging/merge_people.html",
        form=form,
        fields=fields,
        kept=kept,
        gone=gone,
        company=companies.get_company(kept.company_id),
        counts={key: counts_as_words(rows) for key, rows in queries.count_of_people([kept.id, gone.id]).items()},
        days=queries.days_to_undo(clock.today()),
    )
    return page, 409 if form.is_stale else 422 if form.errors else 200


@blueprint.get("/foretag/sammanslagningar")
@requires(Permission.READ)
def merges():
    """Show what was merged, newest first, and until when each can be undone."""
    rows = queries.list_merges(before=request.args.get("fore", type=int), limit=PAGE + 1)
    shown = rows[:PAGE]
    moved = queries.counts_moved(shown, with_protected=can(Permission.SEE_PROTECTED))
    return render_template(
        "merging/merges.html",
        merges=[(row, counts_as_words(moved[row.id])) for row in shown],
        names=queries.names_in(shown),
        today=clock.today(),
        kinds=MergeKind,
        first_url=url_for("merging.merges") if "fore" in request.args else None,
        next_url=url_for("merging.merges", fore=shown[-1].id) if len(rows) > PAGE else None,
    )


@blueprint.post("/foretag/sammanslagningar/<int:merge_id>/angra")
@requires(Permission.EDIT)
def undo(merge_id):
    """Put back what a merge moved and changed."""
    undone = service.undo_merge(queries.get_merge(merge_id), by=me())
    db.session.commit()
    flash(_("Sammanslagningen är ångrad."), "success")
    left = undone.stayed + undone.added
    if left:
        text = ngettext(
            "%(num)s rad som tillkommit eller ändrats sedan dess ligger kvar där den är.",
            "%(num)s rader som tillkommit eller ändrats sedan dess ligger kvar där de är.",
            left,
        )
        flash(text, "info")
    if undone.edited_fields:
        flash(_("Fält som ändrats sedan dess har sitt nya värde kvar."), "info")
    return redirect(url_for("merging.merges"))


def _merged(merge, location):
    db.session.commit()
    flash(
        _("Sammanslaget. Det går att ångra till %(day)s under Sammanslagningar.", day=day(merge.undo_until)), "success"
    )
    flash(str(merge.id), "merged")
    return redirect(location)


def _state(rows: Sequence[Engagement | Person | None]) -> str:
    return "-".join(f"{row.id}.{row.version}" if row else "0" for row in rows)


def _pair_form() -> PairForm:
    form = PairForm()
    if not form.validate() or None in (form.kind.data, form.first.data, form.second.data):
        raise NotFoundError
    get = companies.get_company if form.kind.data is MergeKind.COMPANY else companies.get_person
    for key in (form.first.data, form.second.data):
        get(key or 0)
    return form


def _list_of(kind: MergeKind) -> str:
    return url_for("merging.index", part="foretag" if kind is MergeKind.COMPANY else "personer")
