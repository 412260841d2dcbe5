"""Pages of one training that a provider gives: added, shown, changed."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from broker import clock, idempotency
from broker.access import Permission, requires
from broker.accounts.me import me
from broker.extensions import db
from broker.providers import queries, service
from broker.providers.offerings.forms import EditOfferingForm, OfferingForm
from broker.providers.offerings.parts import parts_of

blueprint = Blueprint("offerings", __name__, url_prefix="/anordnare", template_folder="../templates")


@blueprint.route("/<int:provider_id>/utbud/ny", methods=["GET", "POST"])
@requires(Permission.VET)
def add(provider_id):
    """Add one training that a provider gives."""
    provider = queries.get_provider(provider_id)
    form = OfferingForm(data={"municipality_code": provider.municipality_code})
    if form.validate_on_submit():
        if location := idempotency.find_location(form.token.data):
            return redirect(location)
        offering = service.add_offering(provider, **form.values(), by=me())
        location = idempotency.remember(form.token.data, url_for("providers.show", provider_id=provider.id))
        db.session.commit()
        flash(_("%(title)s är tillagd.", title=offering.title), "success")
        return redirect(location)
    return render_template("offerings/add.html", form=form, provider=provider), 422 if form.errors else 200


@blueprint.get("/utbud/<int:offering_id>")
@requires(Permission.READ)
def show(offering_id):
    """Show one training: how it is given, what it costs, and for whom it would do."""
    offering = queries.get_offering(offering_id)
    status = queries.status_of(offering.provider, today=clock.today())
    return render_template(
        "offerings/show.html",
        offering=offering,
        provider=offering.provider,
        status=status,
        parts=parts_of(offering, status),
    )


@blueprint.route("/utbud/<int:offering_id>/redigera", methods=["GET", "POST"])
@requires(Permission.VET)
def edit(offering_id):
    """Change what is known about a training."""
    offering = queries.get_offering(offering_id)
    form = EditOfferingForm(obj=offering)
    form.keep_topic(offering.topic_id, offering.topic)
    if form.validate_on_submit():
        form.check_version(offering)
        service.edit_offering(offering, **form.values(), by=me())
        db.session.commit()
        flash(_("%(title)s är sparad.", title=offering.title), "success")
        return redirect(url_for("offerings.show", offering_id=offering.id))
    return render_template("offerings/edit.html", form=form, offering=offering), 422 if form.errors else 200
