"""The company's own page about its commitment: what it promises, its certificate, and its signature; no account."""

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import access, clock, database
from broker.access import public
from broker.documents import pdf
from broker.esf.budgets.lines import PARTICIPANTS
from broker.esf.commitments import queries, service
from broker.esf.commitments.forms import SignForm, TakeBackForm, TellForm
from broker.esf.commitments.models import CommitmentLink
from broker.esf.commitments.paper import Situation, as_blocks, hash_of, write
from broker.extensions import csrf, db
from broker.formatting import day
from broker.leads.tips.queries import tip_rules
from broker.leads.tips.strangers import receive
from broker.reference import queries as reference
from broker.reference.models import DocumentKind

blueprint = Blueprint("commitment_form", __name__, template_folder="../templates")

# Bytes: the longest texts that the form takes, several times over.
_LARGEST_ANSWER = 100_000


@blueprint.route("/atagande/<string:token>", methods=["GET", "POST"])
@csrf.exempt
@public
def fill_in(token: str) -> ResponseReturnValue:
    """Let a company see what it promises, and correct it."""
    request.max_content_length = _LARGEST_ANSWER
    link = _link_of(token)
    is_first = request.method == "GET" and link.opened_at is None
    if is_first:
        link = _in_turn(token)
    with access.acting_in(link.organisation_id):
        situation = _situation(link)
        if not _is_open(link, situation):
            return _closed(link)
        told = service.told_by(link, situation)
        shown = _shown(link, situation)
        rules = tip_rules(clock.today())
        rows = queries.commitment_rules(clock.today()).rows_of_aid
        form = TellForm(token, rules, told, rows=rows, sek_per_eur=situation.project.sek_per_eur)
        done, status = receive(
            form,
            url_for("commitment_form.sign", token=token),
            organisation_id=link.organisation_id,
            sender=request.remote_addr or "",
            store=lambda: service.keep_draft(link, form.told()),
            says_the_same=lambda: told == form.told(),
            too_many=_("Det har kommit många svar på kort tid. Vänta en stund och skicka igen."),
        )
        if done:
            return done
        page = render_template("commitments/fill_in.html", form=form, token=token, **shown)
        if is_first:
            service.note_opened(link, situation.commitment)
            db.session.commit()
        return page, status


@blueprint.route("/atagande/<string:token>/underteckna", methods=["GET", "POST"])
@csrf.exempt
@public
def sign(token: str) -> ResponseReturnValue:
    """Show a company the exact text, and let it sign."""
    request.max_content_length = _LARGEST_ANSWER
    link = _link_of(token)
    with access.acting_in(link.organisation_id):
        situation = _situation(link)
        if not _is_open(link, situation):
            return _closed(link)
        told = service.told_by(link, situation)
        if told.staff is None:
            return redirect(url_for("commitment_form.fill_in", token=token))
        text, shown = write(told, situation), _shown(link, situation)
        form = SignForm(token, tip_rules(clock.today()))
        address = _sheet(link)
        done, status = receive(
            form,
            url_for("commitment_form.thank", token=token),
            organisation_id=link.organisation_id,
            sender=request.remote_addr or "",
            store=lambda: service.sign_on_screen(
                link,
                situation,
                shown=form.shown.data or "",
                signer_name=form.signer_name.data or "",
                signer_role=form.signer_role.data or "",
                address=address,
            ),
            too_many=_("Det har kommit många svar på kort tid. Vänta en stund och skicka igen."),
        )
    if done:
        return done
    return render_template(
        "commitments/sign.html", form=form, token=token, text=text, key=hash_of(text), **shown
    ), status


@blueprint.get("/atagande/<string:token>/tack")
@public
def thank(token: str) -> ResponseReturnValue:
    """Show a company what it has signed or taken back, word for word."""
    link = _link_of(token)
    with access.acting_in(link.organisation_id):
        if link.is_closed:
            return _closed(link)
        standing = queries.get_standing(link.project, link.commitment_id)
        shown = {"organisation": link.organisation, "token": token, "may_change": link.is_open_on(clock.today())}
        if standing.own_withdrawal is not None:
            return render_template("commitments/taken_back.html", **shown, paper=standing.own_withdrawal)
        if standing.paper is None:
            return redirect(url_for("commitment_form.fill_in", token=token))
        may_take_back = not link.is_closed
        return render_template(
            "commitments/thank.html",
            **shown,
            paper=standing.paper,
            may_take_back=may_take_back,
            open_until=link.open_until,
        )


@blueprint.route("/atagande/<string:token>/aterkalla", methods=["GET", "POST"])
@csrf.exempt
@public
def take_back(token: str) -> ResponseReturnValue:
    """Let a company take its commitment back, also after the last day to sign."""
    request.max_content_length = _LARGEST_ANSWER
    link = _link_of(token)
    with access.acting_in(link.organisation_id):
        if link.is_closed:
            return _closed(link)
        paper = queries.get_standing(link.project, link.commitment_id).paper
        if paper is None:
            return redirect(url_for("commitment_form.thank", token=token))
        form = TakeBackForm(token, tip_rules(clock.today()))
        shown = {"paper": paper, "project": link.project, "organisation": link.organisation, "token": token}
        key = paper.text_hash
        done, status = receive(
            form,
            url_for("commitment_form.thank", token=token),
            organisation_id=link.organisation_id,
            sender=request.remote_addr or "",
            store=lambda: service.withdraw_over_link(
                link,
                paper,
                shown=form.shown.data or "",
                name=form.signer_name.data or "",
                role=form.signer_role.data or "",
                reason=form.reason.data or "",
                address=_sheet(link),
            ),
            too_many=_("Det har kommit många svar på kort tid. Vänta en stund och skicka igen."),
        )
        return done or (render_template("commitments/take_back.html", form=form, key=key, **shown), status)


@blueprint.get("/atagande/<string:token>/atagande.pdf")
@public
def download(token: str) -> ResponseReturnValue:
    """Hand the text out on paper, to be signed by hand and sent back."""
    link = _link_of(token)
    with access.acting_in(link.organisation_id):
        situation = _situation(link)
        if not _is_open(link, situation):
            return _closed(link)
        return as_pdf(write(service.told_by(link, situation), situation), situation)


def as_pdf(text: str, situation: Situation) -> Response:
    """Give the text that a company signs as a tagged PDF with places for a signature by hand."""
    title = _("Åtagande: %(company)s", company=situation.company.name_outside)
    content = pdf.render(
        as_blocks(text, to_sign=True), title=title, subject=situation.project.name, created_on=clock.today()
    )
    headers = {"Content-Disposition": 'attachment; filename="atagande.pdf"'}
    return Response(content, mimetype="application/pdf", headers=headers)


def _link_of(token: str) -> CommitmentLink:
    with access.every_organisation():
        return queries.get_by_token(token)


def _situation(link: CommitmentLink) -> Situation:
    kinds = DocumentKind.STATE_AID_RULES, DocumentKind.TIP_RULES, DocumentKind.COMMITMENT_RULES
    reference.read_ahead(*kinds, on=clock.today())
    return queries.situation_of(link.project, link.commitment)


def _is_open(link: CommitmentLink, situation: Situation) -> bool:
    # Who has left the project has nothing to promise it.
    return link.is_open_on(clock.today()) and bool(situation.contributions)


def _in_turn(token: str) -> CommitmentLink:
    # What a page only reads cannot be written to on SQLite once others have written: it is read anew to be written.
    db.session.rollback()
    database.set_writing(True)
    return _link_of(token)


def _closed(link: CommitmentLink) -> ResponseReturnValue:
    standing = queries.get_standing(link.project, link.commitment_id)
    is_signed = not link.is_closed and standing.paper is not None
    shown = {"organisation": link.organisation, "token": link.token, "is_signed": is_signed}
    return render_template("commitments/closed.html", **shown), 410


def _sheet(link: CommitmentLink) -> str:
    place = url_for("esf.show_commitment", project_id=link.project_id, commitment_id=link.commitment_id)
    address: str = current_app.config["BASE_URL"] + place
    return address


def _shown(link: CommitmentLink, situation: Situation) -> dict[str, object]:
    return {
        "organisation_name": link.organisation.name,
        "company_name": situation.company.name,
        "project": link.project,
        "situation": situation,
        "open_until": day(link.open_until),
        "price": situation.call.prices.get(PARTICIPANTS),
    }
