"""What happens in each invented purchase: its first answers and its steps, with values, papers and days."""

from typing import Any

from broker.demo.purchase_desk import Desk, Offered, Step, Story
from broker.formatting import number
from broker.procurement.frameworks.models import CallOffModel

_BOARD = "Bildningsnämnden"
_EDUCATION, _LEADERSHIP = "80530000-8", "79632000-3"
_DELEGATION = "Punkt 4.2 i nämndens delegationsordning"
_ON_REQUEST = "Anordnare utan utbildningen i sitt utbud har sagt att de kan ordna den för gruppen."
_WHY_ANNEX_2 = "Yrkesutbildning för vuxna är en utbildningstjänst i bilaga 2."


def _start(desk: Desk, value_kr: int, *, started: int = -45, **values: Any) -> dict[str, Any]:
    answers = {
        "buyer": "municipality_for_group",
        "cpv_main": _EDUCATION,
        "annex2": "yes",
        "annex2_reason": _WHY_ANNEX_2,
        "procurement_started": desk.day(started),
        "value_sek": str(value_kr),
    }
    return answers | values


def _confirmed(subject: str) -> Step:
    return Step("need_confirmed", {"subject": subject, "contracting_authority": _BOARD}, ("need_record",))


def _confirmed_for_others(subject: str) -> Step:
    return Step("need_confirmed", {"subject": subject}, ("need_record",))


def _route_chosen(*papers: str) -> Step:
    values = {
        "value_basis": "contract_total",
        "value_includes_options": True,
        "recurring": False,
        "similar_value_12m_sek": "0",
        "state_aid_checked": True,
    }
    return Step("route_chosen", values, papers)


def _decision(desk: Desk, days: int) -> dict[str, Any]:
    return {"decision_date": desk.day(days), "decision_maker": desk.user, "delegation_ref": _DELEGATION}


def _contract(desk: Desk, days: int, value_kr: int) -> dict[str, Any]:
    return {
        "contract_date": desk.day(days),
        "contract_start": desk.day(days + 14),
        "contract_end": desk.day(days + 380),
        "contract_value_sek": str(value_kr),
    }


def _offers(desk: Desk, *prices_kr: int) -> list[str]:
    return [f"{name}, {number(price)} kr" for name, price in zip(desk.provider_names.values(), prices_kr, strict=False)]


def _requested(desk: Desk, days: int, diary_number: str) -> list[Step]:
    asked = {
        "suppliers_asked": desk.providers[:3],
        "competition_method": "request_to_several",
        "offer_deadline": desk.moment(days, 12),
    }
    return [
        _confirmed("Utbildning på plats för en grupp från flera företag, med intyg och utvärdering."),
        _route_chosen(),
        Step("direct_preparing", {"direct_award_ground": "low_value", "diary_number": diary_number}),
        Step("request_sent", asked, ("request_for_offer",), _ON_REQUEST),
    ]


def _contracted_directly(desk: Desk) -> list[Step]:
    reason = "Lägst pris av de offerter som uppfyller alla krav."
    return [
        *_requested(desk, -24, "DEMO 2026/041"),
        Step("offers_in", {"offers_received": _offers(desk, 248_000, 262_500, 281_000)}, ("offer",)),
        Step("supplier_check", {"chosen_provider": desk.chosen}),
        Step("direct_decided", {"award_reason": reason} | _decision(desk, -18), ("supplier_check",)),
        Step("bidders_informed", {"notice_sent_date": desk.day(-17)}, ("award_notification",)),
        Step("contracted", _contract(desk, -9, 248_000), ("contract",)),
    ]


def _cancelled(desk: Desk) -> list[Step]:
    reason = "Två av företagen drog tillbaka sina behov, så gruppen blev för liten. Inget avtal tecknas."
    return [
        *_requested(desk, -12, "DEMO 2026/047"),
        Step("offers_in", {"offers_received": _offers(desk, 119_000)}, ("offer",)),
        Step("cancelled", {"cancel_reason": reason, "cancel_date": desk.day(-4)}),
    ]


def _in_standstill(desk: Desk) -> list[Step]:
    published = {
        "notice_database": "Påhittad annonsdatabas",
        "notice_id": "DEMO-19-0007",
        "notice_published": desk.day(-62),
        "tender_deadline": desk.moment(-35, 23),
    }
    opened = {
        "tenders_opened": desk.moment(-26, 9),
        "opening_attendees": [desk.user],
        "offers_received": _offers(desk, 1_380_000, 1_425_000),
    }
    evaluated = {
        "chosen_provider": desk.chosen,
        "evaluation_result": "Anbud 1 har lägst pris och full poäng för lärarnas erfarenhet.",
    }
    awarded = {"award_reason": "Bästa förhållandet mellan pris och kvalitet enligt utvärderingen."}
    return [
        _confirmed("Utbildning för anställda i små företag under två år, på plats i båda kommunerna."),
        _route_chosen("value_calculation"),
        Step("documents_drafting", {"diary_number": "DEMO 2026/018", "procedure": "own_design_ch19"}),
        Step("advertised", published, ("procurement_documents",)),
        Step("tenders_opened", opened, ("opening_protocol", "tender")),
        Step("supplier_check"),
        Step("evaluated", evaluated, ("evaluation_report", "supplier_check")),
        Step("awarded", awarded | _decision(desk, -4), ("award_decision",)),
        Step(
            "standstill",
            {"notice_sent_date": desk.day(-2), "notice_channel": "electronic"},
            ("award_notification",),
        ),
    ]


def _advertised(desk: Desk) -> list[Step]:
    published = {
        "notice_database": "Påhittad annonsdatabas",
        "notice_id": "DEMO-EU-0003",
        "ted_notice_id": "DEMO-TED-0003",
        "notice_published": desk.day(-12),
        "tender_deadline": desk.moment(30, 23),
    }
    return [
        _confirmed("Ledarutveckling för arbetsledare i kommunens verksamheter, tre år med option på ett."),
        _route_chosen("value_calculation"),
        Step("documents_drafting", {"diary_number": "DEMO 2026/052", "procedure": "open"}),
        Step("advertised", published, ("procurement_documents",)),
    ]


def _suppliers(desk: Desk, model: CallOffModel) -> list[str]:
    return [str(row.provider_id) for row in desk.frameworks[model].suppliers]


def _asked(desk: Desk, place: int) -> Step:
    first = {"chosen_provider": _suppliers(desk, CallOffModel.RANKING)[place - 1]}
    return Step("call_off_sent", first, ("call_off_request",))


def _waiting_for_second(desk: Desk) -> list[Step]:
    no = "Alla lärare med behörighet för traktor är upptagna till i maj."
    return [
        _confirmed("Repetition för förare av traktor och hjullastare, sex deltagare."),
        Step("framework_checked", {"state_aid_checked": True}),
        _asked(desk, 1),
        Step("call_off_declined", note=no),
        _asked(desk, 2),
    ]


def _called_off(desk: Desk) -> list[Step]:
    return [
        _confirmed("Utbildning för förare av motviktstruck, teori och körprov, åtta deltagare."),
        Step("framework_checked", {"state_aid_checked": True}),
        _asked(desk, 1),
        Step("call_off_awarded", _decision(desk, -64)),
        Step("contracted", _contract(desk, -60, 96_000), ("order_confirmation",)),
        Step("in_delivery", {"delivery_start": desk.day(-30), "participants_planned": 8}),
        Step("delivered", {"delivery_end": desk.day(-8), "participants_completed": 7}),
    ]


def _mini_competition(desk: Desk) -> list[Step]:
    invited = {
        "suppliers_asked": _suppliers(desk, CallOffModel.MINI_COMPETITION),
        "offer_deadline": desk.moment(-3, 12),
        "diary_number": "DEMO 2026/055",
    }
    return [
        _confirmed("Utbildning för en grupp från flera företag; tid, plats och lärare lämnas öppna."),
        Step("framework_checked", {"state_aid_checked": True}),
        Step("call_off_sent", invited, ("call_off_request",)),
        Step(
            "mini_tenders_in",
            is_compared=True,
            papers=("tender",),
            offers=(
                Offered(0, 60_000, 5_900, desk.moment(-6, 9)),
                Offered(1, 0, 11_500, desk.moment(-5, 14)),
                Offered(2, 138_000, 0, desk.moment(-4, 10)),
            ),
        ),
    ]


def _exempt(desk: Desk) -> list[Step]:
    assessed = {"decision_maker": desk.user, "delegation_ref": _DELEGATION}
    return [
        _confirmed("Utbildning som två kommuner ordnar tillsammans med egna lärare."),
        Step("exemption_assessed", assessed, ("exemption_record",)),
    ]


def _company_decides(desk: Desk) -> list[Step]:
    presented = {
        "providers_presented": desk.providers[:3],
        "presentation_criteria": "Alla granskade anordnare inom tolv mil.",
        "conflict_check": True,
    }
    return [
        _confirmed_for_others("Kurs i kalkylprogram för ekonomiavdelningen, fem deltagare."),
        Step("not_procured", {"buyer_orgnr": desk.company_number}),
        Step("providers_presented", presented, note=_ON_REQUEST),
        Step("company_deciding"),
    ]


def _commissioned(desk: Desk) -> list[Step]:
    return [
        _confirmed_for_others("Uppdragsutbildning i produktionsteknik för företagets egna operatörer."),
        Step("not_procured", {"buyer_orgnr": desk.company_number}),
        Step("company_deciding", {"chosen_provider": desk.chosen}),
        Step("company_ordered", {"company_decision_date": desk.day(-35)}),
        Step("in_delivery", {"delivery_start": desk.day(-6), "participants_planned": 6}),
    ]


def _application(desk: Desk) -> list[Step]:
    return [
        _confirmed_for_others("Deltagarna söker själva till den ordinarie utbildningen; ansökan öppnar i vår."),
        Step("not_procured"),
        Step("application_open", {"chosen_provider": desk.chosen}),
    ]


STORIES = (
    Story("direct_award", "Utbildning", lambda desk: _start(desk, 260_000), _contracted_directly),
    Story(
        "advertised_chapter_19",
        "Utbildning för småföretag",
        lambda desk: _start(desk, 1_450_000, started=-120),
        _in_standstill,
        route_reason="Flera anordnare finns inom räckhåll, och nämnden vill ha ett avtal för två år.",
        asked_by="Påhittad anbudsgivare",
    ),
    Story(
        "call_off_mini_competition",
        "Avrop",
        lambda desk: _start(desk, 160_000, framework=desk.frameworks[CallOffModel.MINI_COMPETITION].id),
        _mini_competition,
    ),
    Story(
        "exempt",
        "Samarbete mellan kommuner",
        lambda desk: _start(
            desk,
            120_000,
            exemption_ground="public_cooperation",
            exemption_reason="Kommunerna löser en gemensam uppgift med egna lärare och delar bara på kostnaden.",
        ),
        _exempt,
    ),
    Story(
        "regular_education",
        "Komvux",
        lambda desk: {"buyer": "municipality_for_group", "regular_form": "komvux"},
        _application,
    ),
    Story("direct_award", "Inställd utbildning", lambda desk: _start(desk, 125_000), _cancelled),
    Story(
        "direct_award",
        "Nytt inköp",
        lambda desk: _start(desk, 180_000, started=-2),
        lambda desk: [_confirmed("Utbildning på plats för en ny grupp.")],
    ),
    Story(
        "call_off_without_competition",
        "Truckutbildning för åtta förare",
        lambda desk: _start(desk, 96_000, started=-90, framework=desk.frameworks[CallOffModel.RANKING].id),
        _called_off,
        is_for_cohort=False,
    ),
    Story(
        "call_off_without_competition",
        "Repetition för traktorförare",
        lambda desk: _start(desk, 74_000, started=-12, framework=desk.frameworks[CallOffModel.RANKING].id),
        _waiting_for_second,
        is_for_cohort=False,
    ),
    Story(
        "advertised_eu",
        "Ledarutveckling för arbetsledare",
        lambda desk: _start(
            desk,
            2_900_000,
            started=-30,
            buyer="municipality_own_staff",
            cpv_main=_LEADERSHIP,
            annex2="no",
            annex2_reason="Personalutveckling av ledare ligger utanför bilaga 2.",
        ),
        _advertised,
        is_for_cohort=False,
    ),
    Story(
        "company_buys",
        "Kalkylprogram, företaget köper själv",
        lambda desk: {"buyer": "company"},
        _company_decides,
        is_for_cohort=False,
    ),
    Story(
        "commissioned_by_company",
        "Produktionsteknik, uppdragsutbildning",
        lambda desk: {"buyer": "company", "commission_form": "yh"},
        _commissioned,
        is_for_cohort=False,
    ),
)
COHORTS = sum(story.is_for_cohort for story in STORIES)
