"""Pages of the extract: whom it is about, what was found, the extract as a page and as a file.

What is searched for is only ever sent in the body of a request, so that no name stands in an address, a log or a
browser's history; for the same reason no title names anybody.
"""

import json

from flask import Blueprint, Response, g, render_template, request
from flask_babel import gettext as _

from broker import clock
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.extensions import db
from broker.extracts import paper, queries, service
from broker.extracts.forms import ChoiceForm, SearchForm
from broker.extracts.telling import Choice, asked_for, passage, reasons_of, tell, title_of
from broker.formatting import in_swedish

blueprint = Blueprint("extracts", __name__, url_prefix="/administration/registerutdrag", template_folder="templates")


@blueprint.route("", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def index():
    """Say what an extract is and ask whom it is about, anew with what was typed or not; show what was found."""
    form = SearchForm()
    if "change" not in request.form and form.validate_on_submit():
        findings = queries.find(form.terms())
        return _found(form.terms(), findings, ChoiceForm(), {hit.key for hit in findings.hits if hit.is_sure})
    return render_template("extracts/index.html", form=form), 422 if form.errors else 200


@blueprint.route("/utdrag", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def show():
    """Show the extract of what was chosen, or the choice again to change it.

    Who comes by an address alone begins with whom it is about.
    """
    form = ChoiceForm()
    if not form.is_submitted():
        return render_template("extracts/index.html", form=SearchForm())
    if "change" in request.form and form.validate():
        return _found(form.terms(), queries.find(form.terms()), form, form.keys)
    extract, refusal = _made(form, "page")
    if extract is None:
        return refusal
    return render_template(
        "extracts/show.html",
        blocks=paper.document_of(extract),
        fields={name: form[name].data or "" for name in ("name", "email", "phone", "number", "left_out")}
        | {"rows": " ".join(sorted(form.keys))},
    )


@blueprint.post("/utdrag.pdf")
@requires(Permission.ADMINISTER)
def download_pdf():
    """Hand out the extract as a PDF, in Swedish whatever the language of the pages."""
    with in_swedish():
        extract, refusal = _made(ChoiceForm(), "pdf")
        content = extract and paper.write(extract)
    return _download(content, "application/pdf", "pdf") if extract else refusal


@blueprint.post("/utdrag.json")
@requires(Permission.ADMINISTER)
def download_json():
    """Hand out the extract as data, in Swedish whatever the language of the pages."""
    with in_swedish():
        extract, refusal = _made(ChoiceForm(), "json")
        data = extract and extract.as_data(paper.information(extract))
    content = json.dumps(data, ensure_ascii=False, indent=2)
    return _download(content, "application/json", "json") if extract else refusal


def _made(form, shape):
    """Give the extract and record it, or the page that says what is missing."""
    if not form.validate_on_submit():
        return None, (render_template("extracts/index.html", form=form), 422)
    terms = form.terms()
    findings = queries.find(terms)
    choice = Choice.of(findings, form.keys, form.left_out.data or "")
    if choice.dropped and not choice.reason:
        form.refuse("left_out", _("Skriv i en mening vad som utelämnas och varför, eller kryssa i raderna igen."))
        return None, (_found(terms, findings, form, form.keys), 422)
    extract = tell(choice, terms, organisation=g.acting.organisation_name)
    service.record_extract(extract, shape=shape, by=me())
    db.session.commit()
    return extract, None


def _found(terms, findings, form, keys):
    return render_template(
        "extracts/found.html",
        form=form,
        terms=terms,
        asked_for=asked_for(terms),
        groups={
            label: [
                (hit, hit.key in keys, title_of(hit), "; ".join(reasons_of(hit)), passage(hit, terms)) for hit in hits
            ]
            for label, hits in queries.by_label(findings.hits).items()
        },
        cut=[str(kind.label) for kind in findings.cut],
        has_protected=any(getattr(hit.row, "is_protected", False) for hit in findings.hits),
    )


def _download(content, media_type, ending):
    disposition = f'attachment; filename="registerutdrag-{clock.today()}.{ending}"'
    return Response(content, content_type=media_type, headers={"Content-Disposition": disposition})
