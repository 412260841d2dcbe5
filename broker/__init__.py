"""Broker: the working tool of Swedish learning centres."""

import gc

# What is imported lives as long as the process; looking through it for garbage, again and again, doubled the start.
gc.disable()

from pathlib import Path

from flask import Flask
from flask_login import current_user
from jinja2 import FileSystemBytecodeCache, StrictUndefined

from broker import access, database, errors, files, formatting, home, idempotency, jobs, mail, pages
from broker.accounts import queries as accounts
from broker.accounts import service as accounts_service
from broker.accounts import views as accounts_views
from broker.accounts.second_factor import views as second_factor_views
from broker.accounts.single_sign_on import installed as sign_on
from broker.accounts.single_sign_on import views as sign_on_views
from broker.companies import views as companies_views
from broker.companies.imports import inspection
from broker.companies.imports import views as imports_views
from broker.companies.merging import forgetting as merging_forgetting
from broker.companies.merging import views as merging_views
from broker.companies.register import client as register
from broker.companies.words import upkeep as words_upkeep
from broker.esf import views as esf_views
from broker.esf.calls import reminding as call_reminding
from broker.esf.commitments import form_views as commitment_form_views
from broker.esf.commitments import upkeep as commitment_upkeep
from broker.esf.grants import views as grants_views
from broker.esf.outcomes import public_views as results_views
from broker.esf.outcomes import report_views as outcomes_views
from broker.esf.readiness import views as readiness_views
from broker.esf.snapshots import views as snapshots_views
from broker.esf.writing import pens
from broker.extensions import babel, csrf, db, login, migrate
from broker.extracts import views as extracts_views
from broker.incoming import forgetting as incoming_forgetting
from broker.incoming import mailbox, receiving
from broker.incoming import views as incoming_views
from broker.leads import reminders as lead_reminders
from broker.leads import views as leads_views
from broker.leads.tips import forgetting
from broker.leads.tips import page_views as tip_page_views
from broker.leads.tips import views as tips_views
from broker.meetings import views as meetings_views
from broker.needs import views as needs_views
from broker.needs.analyses import views as analyses_views
from broker.needs.asking import views as asking_views
from broker.needs.cohorts import views as cohorts_views
from broker.needs.confirmations import form_views as confirmation_form_views
from broker.needs.confirmations import views as confirmations_views
from broker.needs.courses import views as courses_views
from broker.needs.drafts import views as drafts_views
from broker.needs.evaluations import form_views as evaluation_form_views
from broker.needs.evaluations import upkeep as evaluation_upkeep
from broker.needs.evaluations import views as evaluations_views
from broker.needs.inquiries import form_views as inquiry_form_views
from broker.needs.inquiries import upkeep as inquiry_upkeep
from broker.needs.inquiries import views as inquiries_views
from broker.needs.joint import views as joint_views
from broker.needs.noted import views as noted_views
from broker.needs.offers import views as need_offers_views
from broker.needs.scores import reply_views as score_reply_views
from broker.needs.scores import views as scores_views
from broker.needs.sums import views as sums_views
from broker.offline import views as offline_views
from broker.procurement import views as procurement_views
from broker.procurement.board import views as purchase_board_views
from broker.procurement.filing import views as filing_views
from broker.procurement.frameworks import views as frameworks_views
from broker.procurement.offers import views as purchase_offers_views
from broker.procurement.offers.comparison import views as comparison_views
from broker.procurement.value import views as purchase_value_views
from broker.providers import views as providers_views
from broker.providers.applying import form_views as application_form_views
from broker.providers.applying import views as applications_views
from broker.providers.applying.forgetting import forget_applicants
from broker.providers.hearings import registers
from broker.providers.hearings import views as hearings_views
from broker.providers.importing import views as offering_lists_views
from broker.providers.offerings import views as offerings_views
from broker.providers.people import views as provider_people_views
from broker.reminders import letters
from broker.reminders import views as reminders_views
from broker.reports import views as reports_views
from broker.retention import views as retention_views
from broker.rules import views as rules_views
from broker.saved_views import views as saved_views_views
from broker.topics import views as topics_views
from broker.traces import views as traces_views
from broker.traces import visits
from config import Settings, read_settings

gc.freeze()
# A page leaves a thousand things that only a look for garbage finds. Python looked several times a page; after fifty
# pages it takes what somebody who waits for a page would notice (80 ms), after ten a fifth of that.
gc.set_threshold(10_000, 20, 20)
gc.enable()

__version__ = "0.1.0"

FEATURES = (
    pages,
    home,
    accounts_views,
    second_factor_views,
    sign_on_views,
    saved_views_views,
    topics_views,
    companies_views,
    imports_views,
    merging_views,
    reminders_views,
    incoming_views,
    meetings_views,
    leads_views,
    tips_views,
    tip_page_views,
    traces_views,
    providers_views,
    offerings_views,
    offering_lists_views,
    hearings_views,
    applications_views,
    application_form_views,
    provider_people_views,
    procurement_views,
    purchase_board_views,
    purchase_value_views,
    rules_views,
    purchase_offers_views,
    comparison_views,
    filing_views,
    frameworks_views,
    needs_views,
    analyses_views,
    inquiries_views,
    inquiry_form_views,
    sums_views,
    asking_views,
    noted_views,
    cohorts_views,
    courses_views,
    need_offers_views,
    confirmations_views,
    confirmation_form_views,
    evaluations_views,
    evaluation_form_views,
    scores_views,
    score_reply_views,
    drafts_views,
    joint_views,
    esf_views,
    snapshots_views,
    grants_views,
    outcomes_views,
    results_views,
    readiness_views,
    commitment_form_views,
    reports_views,
    extracts_views,
    retention_views,
    offline_views,
)
# What is done every minute beside the jobs.
UPKEEP = (
    accounts_service.tidy,
    idempotency.tidy,
    mail.tidy,
    inspection.tidy,
    lead_reminders.remind_of_late,
    letters.write_due,
    call_reminding.write_urgent,
    commitment_upkeep.remind_unsigned,
    commitment_upkeep.forget_drafts,
    pens.tidy,
    forgetting.forget_tippers,
    forget_applicants,
    inquiry_upkeep.remind_unanswered,
    inquiry_upkeep.forget_contacts,
    evaluation_upkeep.send_due,
    evaluation_upkeep.close_over,
    visits.tell_of_shared_visits,
    merging_forgetting.tidy,
    incoming_forgetting.tidy,
    registers.look_at_registers,
    mailbox.read_mailbox,
    words_upkeep.renew_daily,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application from its settings, or from the environment."""
    settings = settings or read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app = Flask(__name__)
    app.jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
        # Compiling a page's templates is most of its first visit, in every process anew.
        "bytecode_cache": FileSystemBytecodeCache(_template_folder(settings.data_dir)),
        # By default four hundred templates are kept, and one more makes pages read theirs again and again.
        "cache_size": -1,
    }
    app.config.from_mapping(pages.flask_settings(settings), VERSION=__version__)
    for extension in (db, csrf, login):
        extension.init_app(app)
    migrate.init_app(app, db, directory=str(database.migrations_folder()), render_as_batch=True, compare_type=True)
    babel.init_app(app, default_locale="sv", locale_selector=pages.choose_language)
    database.init_app(app)
    errors.init_app(app)
    idempotency.init_app(app)
    formatting.init_app(app)
    jobs.init_app(app, url=settings.jobs_url, secret=settings.secret_key, may=accounts.may)
    mail.init_app(app, url=settings.mail_url, base_url=settings.base_url)
    files.init_app(app, folder=settings.files_dir)
    sign_on.init_app(app, settings)
    register.init_app(app, register.Access.of(settings))
    receiving.init_app(app, url=settings.mail_in_url, address=settings.mail_in_address)
    for upkeep in UPKEEP:
        app.extensions["broker_jobs"].add_upkeep(upkeep)
    pages.init_app(app)
    access.init_app(app, find_acting=lambda: accounts.find_acting(current_user))
    for feature in FEATURES:
        app.register_blueprint(feature.blueprint)
    return app


def _template_folder(data_dir: Path) -> str:
    folder = data_dir / "templates"
    folder.mkdir(mode=0o700, exist_ok=True)
    return str(folder)
