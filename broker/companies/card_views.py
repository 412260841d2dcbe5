"""Pages of contact cards: take in what a phone or a mail program saved, and hand cards out."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from broker import idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.companies import queries, service
from broker.companies.blueprint import blueprint
from broker.companies.cards import Card, read_cards, write_cards
from broker.companies.forms import CardsForm
from broker.companies.models import Company, Person
from broker.errors import RefusedError
from broker.extensions import db


@blueprint.route("/foretag/kontaktkort", methods=["GET", "POST"])
@requires(Permission.EDIT)
def add_cards() -> ResponseReturnValue:
    """Take contact cards in: each person to the company that the card names, or to the one whose page led here."""
    chosen = request.args.get("foretag", type=int)
    company = queries.get_company(chosen) if chosen else None
    form = CardsForm()
    placed = None
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        try:
            cards = read_cards(form.file.data.read())
        except RefusedError as error:
            form.refuse("file", str(error))
        else:
            placed = service.add_people_of(cards, at=company, source=form.source.data or "", by=me())
            idempotency.remember(form.token.data, url_for("companies.add_cards", foretag=chosen))
            db.session.commit()
            added = len(placed.added)
            flash(
                ngettext("%(num)s kontaktperson är tillagd.", "%(num)s kontaktpersoner är tillagda.", added), "success"
            )
    page = render_template("companies/add_cards.html", form=form, company=company, placed=placed)
    return page, 422 if form.errors else 200


@blueprint.get("/personer/<int:person_id>/kontaktkort.vcf")
@requires(Permission.READ)
def download_card(person_id: int) -> ResponseReturnValue:
    """Hand out one contact person as a card; nobody with a protected identity leaves this way."""
    person = queries.get_person(person_id)
    return _file([person], queries.get_company(person.company_id), f"kontakt-{person.id}.vcf")


@blueprint.get("/foretag/<int:company_id>/kontaktkort.vcf")
@requires(Permission.READ)
def download_cards(company_id: int) -> ResponseReturnValue:
    """Hand out a company's contact persons as cards; nobody with a protected identity leaves this way."""
    company = queries.get_company(company_id)
    return _file(queries.list_people(company_id), company, f"foretag-{company_id}.vcf")


def _file(people: list[Person], company: Company, file_name: str) -> Response:
    cards = [
        Card(person.name, company.name, person.function or "", person.phone or "", person.email or "")
        for person in people
    ]
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(write_cards(cards), content_type="text/vcard; charset=utf-8", headers=headers)
