"""What the alternatives of the workflow's fields are called in Swedish; the file names them by id only."""

from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

_ALTERNATIVES = MappingProxyType(
    {
        "buyer": {
            "company": _l("Företaget"),
            "municipality_own_staff": _l("Kommunen, för egen personal"),
            "municipality_for_group": _l("Kommunen, för en grupp företag"),
            "project_partnership": _l("Projektets parter"),
        },
        "payer": {
            "company": _l("Företaget eller företagen"),
            "municipality": _l("Kommunen"),
            "esf_project": _l("Ett ESF-projekt"),
        },
        "annex2": {"yes": _l("Ja"), "no": _l("Nej"), "unclear": _l("Oklart")},
        "value_basis": {
            "contract_total": _l("Hela avtalet"),
            "recurring_previous_12_months": _l("Återkommande, de senaste tolv månaderna"),
            "recurring_next_12_months": _l("Återkommande, de kommande tolv månaderna"),
            "no_total_price_48_months": _l("Utan totalpris, 48 månader"),
            "framework_maximum": _l("Ramavtalets största värde"),
        },
        "competition_method": {
            "request_to_several": _l("Förfrågan till flera"),
            "request_to_one": _l("Förfrågan till en"),
            "published_on_own_site": _l("Förfrågan på egen webbplats"),
            "advertised": _l("Annons"),
        },
        "direct_award_ground": {
            "low_value": _l("Lågt värde (2 §)"),
            "no_suitable_tenders": _l("Inga lämpliga anbud (3 §)"),
            "only_invalid_tenders": _l("Bara ogiltiga anbud (4 §)"),
            "extreme_urgency": _l("Synnerlig brådska (5 §)"),
            "exclusive_rights_or_similar": _l("Ensamrätt eller liknande (5 §)"),
            "exceptional_reasons": _l("Synnerliga skäl (5 §)"),
            "during_court_review": _l("Under överprövning (6 §)"),
        },
        "notice_channel": {"electronic": _l("Elektroniskt"), "other": _l("På annat sätt")},
        "procedure": {
            "own_design_ch19": _l("Eget förfarande enligt 19 kap."),
            "open": _l("Öppet förfarande"),
            "restricted": _l("Selektivt förfarande"),
            "negotiated_with_notice": _l("Förhandlat förfarande med föregående annonsering"),
            "competitive_dialogue": _l("Konkurrenspräglad dialog"),
            "innovation_partnership": _l("Innovationspartnerskap"),
        },
        "reserved": {
            "none": _l("Inte reserverad"),
            "mission_organisation": _l("För vissa organisationer (25 §)"),
            "registered_idebur": _l("För registrerade idéburna organisationer (25 a §)"),
        },
        "review_outcome": {
            "pending": _l("Inte avgjort"),
            "dismissed": _l("Ansökan avslogs"),
            "corrected": _l("Upphandlingen ska rättas"),
            "redo": _l("Upphandlingen ska göras om"),
            "withdrawn": _l("Ansökan återkallades"),
        },
        "call_off_model": {
            "single_supplier": _l("En leverantör"),
            "ranking": _l("Rangordning"),
            "fixed_allocation": _l("Fast fördelning"),
            "mini_competition": _l("Förnyad konkurrensutsättning"),
        },
        "regular_form": {
            "komvux": _l("Komvux"),
            "regionalt_yrkesvux": _l("Regionalt yrkesvux"),
            "yrkeshogskola": _l("Yrkeshögskola"),
            "yh_short_course": _l("Kort kurs på yrkeshögskola"),
            "university": _l("Högskola eller universitet"),
            "folk_high_school": _l("Folkhögskola"),
            "validation": _l("Validering"),
        },
        "commission_form": {
            "municipal": _l("Kommun"),
            "yh": _l("Yrkeshögskola"),
            "university": _l("Högskola eller universitet"),
            "folk_high_school": _l("Folkhögskola"),
            "private": _l("Privat anordnare"),
        },
        "exemption_ground": {
            "in_house": _l("Internt köp"),
            "public_cooperation": _l("Samarbete mellan myndigheter"),
            "central_purchasing_body": _l("Köp från inköpscentral"),
        },
    }
)


def alternative_label(field_name: str, value: str) -> Any:
    """Give what an alternative of a field is called; a new one of a later workflow is called by its id."""
    return _ALTERNATIVES.get(field_name, {}).get(value, value)
