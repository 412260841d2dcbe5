"""The public form over which any provider may ask to be vetted, and the criteria, the same for all."""

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from broker import access, clock
from broker.access import public
from broker.extensions import csrf
from broker.leads.tips.queries import tip_rules
from broker.leads.tips.strangers import receive
from broker.providers.applying import queries, service
from broker.providers.applying.forms import ApplicationForm

blueprint = Blueprint("application_form", __name__, template_folder="templates")

# Bytes: the longest texts that the form takes, several times over, beside the files.
_LARGEST_TEXTS = 200_000


@blueprint.route("/bli-granskad/<string:token>", methods=["GET", "POST"])
@csrf.exempt
@public
def apply(token: str) -> ResponseReturnValue:
    """Let any provider ask an organisation to vet it."""
    page = queries.get_open_page(token)
    file_rules = queries.file_rules(clock.today())
    request.max_content_length = file_rules.most * file_rules.largest + _LARGEST_TEXTS
    rules = tip_rules(clock.today())
    link = current_app.config["BASE_URL"] + url_for("applications.index")
    with access.acting_in(page.organisation_id):
        form = ApplicationForm(page.token, rules, file_rules)
        done, status = receive(
            form,
            url_for("application_form.thank", token=token),
            organisation_id=page.organisation_id,
            sender=request.remote_addr or "",
            store=lambda: service.receive(page, form.values(), form.sent_files(), link=link),
            too_many=_("Det har kommit många anmälningar på kort tid. Vänta en stund och skicka igen."),
        )
        if done:
            return done
        shown = {"organisation": page.organisation, "rules": rules, "file_rules": file_rules, "token": token}
        return render_template("applying/apply.html", form=form, **shown), status


@blueprint.get("/bli-granskad/<string:token>/krav")
@public
def show_criteria(token: str) -> str:
    """Show what every provider is tried against, and which proof is asked for."""
    page = queries.get_open_page(token)
    groups = queries.criteria(clock.today())
    return render_template("applying/criteria.html", organisation=page.organisation, groups=groups, token=token)


@blueprint.get("/bli-granskad/<string:token>/tack")
@public
def thank(token: str) -> str:
    """Thank for an application."""
    return render_template("applying/thank.html", organisation=queries.get_open_page(token).organisation)
