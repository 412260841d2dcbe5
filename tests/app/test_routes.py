"""One table decides who may do what: every route, every role, own, foreign and missing things."""

from itertools import cycle

import pytest
from flask import url_for

from broker import access
from broker.access import ROLE_PERMISSIONS, Permission, Role
from broker.extensions import db
from tests import factories, factories_esf
from tests.app.world import build
from tests.client import CANARY
from tests.conftest import signed_in_client

# Every route of the product and what it takes to use it; a route that is not here fails the build.
TABLE = {
    "public": (
        "accounts.sign_in accounts.accept_invitation accounts.set_language "
        "accounts.ask_for_reset accounts.reset_password single_sign_on.leave single_sign_on.come_back "
        "second_factor.give_code second_factor.give_recovery_code "
        "reminders.show_calendar tips.give_tip tips.thank "
        "inquiry_form.answer inquiry_form.thank "
        "confirmation_form.answer confirmation_form.thank confirmation_form.download_calendar "
        "evaluation_form.answer evaluation_form.thank score_reply.answer score_reply.thank "
        "application_form.apply application_form.show_criteria application_form.thank "
        "commitment_form.fill_in commitment_form.sign commitment_form.thank commitment_form.take_back "
        "commitment_form.download "
        "pages.health pages.handbook pages.handbook_chapter pages.handbook_picture pages.show_style_guide "
        "snapshots.download_schema results.show "
        "offline.show_shell offline.service_worker offline.manifest"
    ),
    "signed_in": (
        "home.index accounts.show_account accounts.sign_out accounts.switch_organisation "
        "second_factor.turn_on second_factor.turn_off second_factor.renew_codes"
    ),
    Permission.READ: (
        "leads.index leads.sent leads.show leads.show_received leads.list_of_company tips.index tips.show "
        "companies.index companies.register_changes companies.suggest companies.show companies.timeline "
        "companies.by_municipality companies.tags companies.size companies.history "
        "companies.interactions companies.show_interaction "
        "companies.download_card companies.download_cards "
        "merging.index merging.merges "
        "topics.index topics.show "
        "needs.index needs.board needs.show needs.list_of_company sums.index sums.show asking.show "
        "analyses.show "
        "inquiries.index inquiries.show inquiries.show_answer "
        "cohorts.index cohorts.propose cohorts.show cohorts.show_parts "
        "courses.show courses.download_calendar confirmations.index "
        "evaluations.index evaluations.show_link scores.show "
        "drafts.index drafts.show drafts.compare "
        "joint.index joint.show joint.show_invitation joint.propose joint.show_group "
        "providers.index providers.queue providers.show providers.show_vetting providers.download_vetting "
        "procurement.index procurement.show purchase_value.show purchase_board.show purchase_offers.index "
        "comparison.show comparison.give_points "
        "offerings.show need_offers.show applications.index applications.show "
        "frameworks.index frameworks.show "
        "esf.commitments esf.show_commitment esf.print_commitment esf.show_paper esf.download_paper "
        "esf.aid_ledger esf.aid_register "
        "esf.index esf.show esf.goals esf.activities esf.actors esf.budget esf.budget_months "
        "esf.budget_month esf.budget_liquidity esf.budget_what_if esf.state_aid esf.checks esf.attachments "
        "esf.steering "
        "esf.history esf.download_file esf.show_section esf.calls esf.show_call reports.index "
        "esf.show_question esf.list_versions esf.show_rows esf.list_mentions "
        "esf.show_call_changes esf.preview_move esf.fit_projects "
        "outcomes.show outcomes.months outcomes.show_month outcomes.targets outcomes.show_for_funder "
        "outcomes.show_for_politicians "
        "grants.list_deviations grants.evidence grants.download_evidence "
        "esf.fit_calls esf.list_forms esf.preview_form "
        "saved_views.save saved_views.edit saved_views.remove "
        "reminders.index reminders.open_calendar reminders.close_calendar reminders.overdue "
        "pages.download pages.list_jobs pages.show_job pages.cancel_job"
    ),
    Permission.EDIT: (
        "leads.offer_lead leads.revoke_offer leads.reply_to_question leads.open_lead leads.accept_lead "
        "leads.decline_lead leads.ask_back leads.return_lead leads.report_result "
        "tips.take tips.add_company tips.dismiss "
        "companies.add_company companies.add_person companies.add_task companies.add_workplace "
        "companies.edit_engagement companies.edit_person companies.edit_interaction companies.edit_task "
        "companies.move_interaction companies.remove_interaction "
        "companies.finish_task companies.reopen_task companies.plan_contact companies.drop_plan "
        "companies.log_interaction "
        "companies.log_interaction_with companies.log_letter companies.add_file "
        "companies.add_cards companies.fetch_company companies.refresh_company reminders.download_plan offline.person "
        "meetings.invite meetings.call_off meetings.upload meetings.choose "
        "incoming.index incoming.open_address incoming.close_address "
        "incoming.waiting incoming.place incoming.throw_away incoming.take_back "
        "companies.add_size_figures companies.edit_size_figures companies.find_owner companies.add_ownership "
        "companies.edit_ownership companies.choose_size "
        "merging.alike_companies merging.alike_people merging.find_other merging.merge_companies "
        "merging.merge_people merging.rule_out merging.rule_in merging.undo "
        "needs.add_need needs.edit_need needs.withdraw_need needs.clarify_need needs.meet_need needs.add_file "
        "asking.ask noted.make_needs "
        "inquiries.open_inquiry inquiries.open_for_company inquiries.close_inquiry inquiries.confirm inquiries.reject "
        "analyses.add_analysis analyses.edit_analysis analyses.add_file "
        "traces.ask "
        "reminders.add_rule reminders.edit_rule reminders.remove_rule"
    ),
    Permission.IMPORT: (
        "imports.upload imports.prepare imports.result imports.rows imports.again imports.undo imports.undoing "
        "imports.download"
    ),
    Permission.BUNDLE: (
        "cohorts.calculate cohorts.form_cohort cohorts.dissolve_cohort cohorts.begin_cohort "
        "cohorts.take_in "
        "courses.edit_plan courses.add_sessions courses.edit_session courses.remove_session "
        "confirmations.ask confirmations.remind confirmations.note_answer "
        "confirmations.apply_number confirmations.take_out confirmations.replace_link "
        "evaluations.deliver evaluations.send evaluations.remind evaluations.replace_link "
        "drafts.start_draft drafts.show_group drafts.show_moves drafts.edit drafts.recalculate drafts.accept "
        "drafts.what_if drafts.show_parts drafts.edit_draft "
        "joint.start_plan joint.invite joint.join_plan joint.decline_invitation joint.withdraw_invitation "
        "joint.leave_plan joint.choose_need joint.contribute joint.renew joint.withdraw joint.calculate "
        "joint.propose_group joint.accept_group joint.decline_group"
    ),
    Permission.VET: (
        "providers.new providers.edit providers.add_file providers.record_checks offerings.add offerings.edit "
        "offering_lists.upload offering_lists.result offering_lists.store offering_lists.download "
        "hearings.open_hearing hearings.note_answer hearings.assess hearings.decide hearings.reopen "
        "scores.ask scores.queue scores.moderate_text scores.moderate_reply "
        "applications.accept applications.decline applications.show_page applications.open_page "
        "applications.close_page applications.renew_page provider_people.add provider_people.edit"
    ),
    Permission.PROCURE: (
        "procurement.new procurement.take_step procurement.change_route procurement.record_documentation "
        "purchase_value.settle purchase_value.add_part purchase_value.remove_part "
        "purchase_value.attach purchase_value.answer_option "
        "purchase_offers.add purchase_offers.edit purchase_offers.judge purchase_offers.hand_over "
        "purchase_offers.move_closing "
        "purchase_offers.name_readers comparison.settle comparison.keep_report "
        "filing.show filing.download_pdf filing.download_zip filing.add_request filing.answer_request "
        "filing.complete_notice "
        "frameworks.new frameworks.edit frameworks.add_supplier frameworks.edit_supplier frameworks.add_option "
        "frameworks.edit_option frameworks.add_file frameworks.decline"
    ),
    Permission.PROJECT: (
        "esf.start_project esf.edit_project esf.edit_anchoring esf.add_member esf.join_cohort "
        "esf.take_out_cohort esf.read_budget_file esf.save_budget_file esf.edit_contribution "
        "esf.gather_causes esf.add_cause esf.edit_cause esf.add_milestone esf.edit_milestone "
        "esf.add_effect esf.edit_effect "
        "esf.add_steering_member esf.edit_steering_member esf.add_steering_meeting esf.edit_steering_meeting "
        "esf.edit_follow_up esf.add_risk esf.edit_risk "
        "esf.take_in_risk "
        "esf.add_goal esf.edit_goal esf.add_activity esf.edit_activity esf.add_actor esf.edit_actor "
        "esf.edit_commitment esf.add_earlier_aid esf.add_budget_row esf.edit_budget_row esf.add_cofinancing_row "
        "esf.edit_cofinancing_row esf.edit_gate esf.add_attachment esf.remove_file esf.remove_row esf.save_answer "
        "esf.suggest_text "
        "esf.add_call esf.propose_projects esf.start_of_groups esf.ask_commitments esf.remind_commitments "
        "esf.edit_link esf.close_link esf.replace_link esf.add_paper esf.withdraw_paper esf.add_grant "
        "esf.edit_grant esf.set_rate esf.mark_registered "
        "esf.autosave_answer esf.tell_presence esf.take_pen esf.give_up_pen esf.restore_version esf.mark_done "
        "esf.mark_undone esf.take_in_changes esf.keep_as_is esf.add_comment esf.reply esf.settle_comment "
        "esf.reopen_comment esf.add_suggestion esf.accept_suggestion esf.decline_suggestion "
        "esf.correct_call esf.read_call_prices esf.move_project esf.change_form "
        "grants.edit_grant grants.add_deviation grants.edit_deviation grants.remove_deviation "
        "grants.add_change grants.edit_change grants.remove_change grants.add_evidence grants.remove_evidence "
        "outcomes.edit_participants outcomes.edit_costs outcomes.add_result outcomes.edit_result outcomes.remove_result"
    ),
    Permission.COORDINATE: (
        "companies.rename_tag topics.merge topics.split topics.retire topics.undo topics.add_word topics.remove_word"
    ),
    Permission.EXPORT: (
        "snapshots.index snapshots.take_out snapshots.show snapshots.download "
        "readiness.mark_ready readiness.withdraw "
        "outcomes.reports outcomes.show_report outcomes.download_report outcomes.open_link outcomes.close_link "
        "esf.download_aid_register esf.download_budget reports.export_needs reports.export_months companies.export_list"
    ),
    Permission.ADMINISTER: (
        "accounts.index accounts.invite accounts.edit_roles accounts.revoke_invitation second_factor.demand "
        "traces.index traces.propose traces.show_agreement traces.accept traces.decline traces.end "
        "tip_page.show tip_page.open_form tip_page.close_form tip_page.renew_address "
        "extracts.index extracts.show extracts.download_pdf extracts.download_json "
        "retention.index retention.show retention.add_rule retention.exempt retention.end_exemption "
        "retention.decide retention.log retention.download_log retention.show_destruction retention.go_on"
    ),
    Permission.OPERATE: (
        "accounts.organisations accounts.add_organisation rules.index rules.show rules.new rules.download"
    ),
}
ACCESS = {endpoint: rule for rule, endpoints in TABLE.items() for endpoint in endpoints.split()}
# What stays open, beside the public pages, to who lacks the second factor that his organisation demands.
BEFORE_SECOND_FACTOR = {
    "accounts.show_account",
    "accounts.sign_out",
    "accounts.switch_organisation",
    "second_factor.turn_on",
    "second_factor.turn_off",
    "second_factor.renew_codes",
}
NO_NUMBERS = ("-1", "1%00", "åäö", "1;drop")
# Parameters that name a private thing: a stranger must meet the same page as for a thing that does not exist.
SHARED = {"ending", "page", "company_id", "call_id", "name", "version"}


@pytest.fixture
def own(app, organisation, user):
    return build(organisation, user, factories.company(), factories_esf.call(user))


@pytest.fixture
def foreign(app, user):
    other = factories.organisation()
    stranger = factories.user(organisation=other, roles=list(Role), name=f"{CANARY}namn")
    with access.acting_in(other.id):
        call = factories_esf.call(stranger)
    return build(other, stranger, factories.company(), call)


def rules(app):
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def address_of(app, rule, values):
    with app.test_request_context():
        return url_for(rule.endpoint, **values)


def methods_of(rule):
    return sorted(rule.methods & {"GET", "POST"})


def ask(client, method, url):
    if method == "GET":
        return client.get(url)
    token = client.csrf_token()
    return client.post(url, data={"csrf_token": token})


def test_every_route_is_in_the_table_as_it_is_marked(app):
    marked = {rule.endpoint: app.view_functions[rule.endpoint].access for rule in rules(app)}

    assert marked == ACCESS


def test_without_signing_in_only_the_public_pages_open(app, own):
    client = app.test_client()
    for rule in rules(app):
        if ACCESS[rule.endpoint] == "public":
            continue
        url = address_of(app, rule, own.fill(rule))
        response = client.get(url) if "GET" in rule.methods else ask(client, "POST", url)
        assert response.status_code == 302 and response.location.startswith("/logga-in"), url


def test_who_lacks_the_second_factor_that_is_demanded_meets_nothing_but_the_way_to_it(app, own, organisation, user):
    organisation.demands_second_factor = True
    user.is_operator = True
    db.session.commit()
    client = signed_in_client(app, user)
    for rule in rules(app):
        if ACCESS[rule.endpoint] == "public":
            continue
        url = address_of(app, rule, own.fill(rule))
        for method in methods_of(rule):
            if rule.endpoint in BEFORE_SECOND_FACTOR:
                assert hasattr(app.view_functions[rule.endpoint], "is_before_second_factor")
                continue
            response = ask(client, method, url)
            assert (response.status_code, response.location) == (302, "/konto/tvastegsinloggning"), f"{method} {url}"
            assert response.text.count(CANARY) == 0


# Who may do what is decided before the database is asked.
@pytest.mark.parametrize("database_app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", Role)
def test_a_role_opens_exactly_what_the_table_says(app, own, organisation, role):
    client = signed_in_client(app, factories.user(organisation=organisation, roles=[role]))
    for rule in rules(app):
        needed = ACCESS[rule.endpoint]
        if not isinstance(needed, Permission):
            continue
        url = address_of(app, rule, own.fill(rule))
        for method in methods_of(rule):
            status = ask(client, method, url).status_code
            if needed in ROLE_PERMISSIONS[role]:
                assert status not in (401, 403) and status < 500, f"{role} {method} {url}: {status}"
            else:
                assert status == 403, f"{role} {method} {url}: {status}"


def test_a_stranger_meets_the_same_page_for_a_foreign_thing_as_for_none(app, own, foreign, organisation):
    person = factories.user(organisation=organisation, roles=list(Role), is_operator=True)
    client = signed_in_client(app, person)
    for rule in rules(app):
        private = [name for name in rule.arguments if (name in foreign.keys and name not in SHARED) or name == "row_id"]
        if not private:
            continue
        foreign_url = address_of(app, rule, foreign.fill(rule))
        missing_url = address_of(app, rule, own.fill(rule) | dict.fromkeys(private, 987_654_321))
        for method in methods_of(rule):
            answers = [ask(client, method, url) for url in (foreign_url, missing_url)]
            assert [answer.status_code for answer in answers] == [404, 404], f"{method} {foreign_url}"
            assert plain(answers[0].text) == plain(answers[1].text), foreign_url
            assert CANARY not in answers[0].text


def plain(html):
    """Give a page without what differs in every answer: tokens and the way back to the page itself."""
    lines = [line for line in html.splitlines() if "csrf_token" not in line and "/sprak/" not in line]
    return "\n".join(lines)


def test_no_page_of_one_organisation_holds_a_word_of_another(app, foreign, organisation):
    person = factories.user(organisation=organisation, roles=list(Role), is_operator=True)
    client = signed_in_client(app, person)
    for rule in rules(app):
        if "GET" not in rule.methods or rule.endpoint == "accounts.accept_invitation":
            continue
        url = address_of(app, rule, foreign.fill(rule))
        for address in (url, f"{url}?q={CANARY}"):
            answer = client.get(address).get_data().decode(errors="replace")
            # What the address itself says comes back in fields and links of the page.
            text = answer.replace(f'value="{CANARY}"', "").replace(f"{CANARY}”", "").replace(f"?q={CANARY}", "")
            text = "\n".join(line for line in text.splitlines() if "/sprak/" not in line)
            assert CANARY not in text, address


def test_ids_of_any_size_and_form_are_answered_without_failing(client, app):
    no_numbers = cycle(NO_NUMBERS)
    for rule in rules(app):
        numbers = [name for name in rule.arguments if name.endswith("_id") and name not in ("section_id",)]
        if not numbers or "GET" not in rule.methods:
            continue
        # What is no number leads to no page, whichever it is not; one such address of each kind tells it.
        for odd in ("0", "99999999999999999999999999", next(no_numbers)):
            url = rule.rule
            for part in url.split("<")[1:]:
                url = url.replace(f"<{part.split('>')[0]}>", odd)
            assert client.get(url).status_code in (302, 403, 404), url
