"""Texts of private rows that no kind of record takes away, each with the reason: what is new must be thought of."""

KEPT = {
    "a fact of the public register, or a copy of one": {
        "engagement": "name_key sort_key organisation_number",
        "workplace": "name street postcode post_town municipality_code",
        "outside_owner": "name name_key number country",
        "provider": "name name_key sort_key organisation_number municipality_code",
    },
    "a choice of a list, or counted by the statistics": {
        "cohort": "topic_id municipality_code",
        "engagement": "tags industry website source",
        "evaluation_answer": "answers",
        "evaluation_text": "question_id moderated_by",
        "group_draft": "topic_id",
        "inquiry": "topic_ids",
        "inquiry_answer": "company_name organisation_number place topic_ids barriers answered_by",
        "inquiry_round": "topic_id half_year",
        "lead": "topic_id",
        "lead_offer": "answered_by",
        "need": "topic_id modes languages municipality_code barriers",
        "offering": "topic_id levels modes languages municipality_code",
        "provider_application": "organisation_number name topic_ids languages answered_by",
        "received_lead": "sent_by topic_id answered_by",
        "score_reply": "moderated_by",
        "tip": "company_name organisation_number place answered_by",
        "topic_change": "topic_id into_id label moved",
        "topic_word": "topic_id text key",
        "training_score": "counts",
    },
    "a paper of a purchase or of a vetting: kept by the archives' own rules, no kind of this version": {
        "framework_agreement": "name diary_number owner subject topic_ids cpv_codes term_reason named_users",
        "framework_decline": "said_by reason",
        "framework_supplier": "ended_reason",
        "offer_criterion": "name meaning",
        "offer_score": "reason",
        "offering": "title skills certificate",
        "provider": "contact_name email phone website note",
        "provider_person": "name function email phone source",
        "purchase": "title workflow_version route state values",
        "purchase_offer": "bidder_name organisation_number note standing_reason",
        "purchase_round": "values",
        "purchase_step": "from_state to_state label note",
        "reasons_request": "asked_by note",
        "vetting_check": "item_id result evidence note",
        "vetting_step": "item_ids text conditions recipient",
    },
    "state aid is proved with it for ten years (EU 2023/2831, art. 6), and it is no word about people": {
        "aid_grant": "giver instrument rate_source",
        "ownership": "source",
        "size_figures": "rate_source source",
        "size_status": "because reason",
    },
    "how a group was taught and who of a company came, in numbers and places": {
        "cohort": "venue address cost reason called_off",
        "confirmation": "told answered_to noted_by token",
        "course_session": "uid",
        "evaluation": "form_version token",
        "group_draft": "name",
        "group_draft_step": "told content",
        "inquiry": "token name",
        "score_reply": "token",
        "shared_need": "plan_name",
    },
    "has an end of its own": {
        "imported_row": "name changes images",
        "incoming_letter": "key sender subject content_hash",
        "merge": "moved had fields",
    },
    "what one of us has asked the machine to do: names of files and numbers of rows": {
        "job": "kind title arguments message result worker",
    },
    "no word about anybody outside": {
        "call_letter": "kind",
        "contact_rule": "tag",
        "imported_event": "key",
        "letter_address": "secret_hash",
        "reminder_choice": "token_hash",
        "saved_view": "name arguments",
    },
    "goes as a whole row with its record": {
        "attachment": "subject_type kind content_hash file_name media_type",
        "meeting_guest": "email",
    },
    "what the log of the archives is made of, without a word of what was destroyed": {
        "destruction": "reference waiting_files",
        "retention_exemption": "reason",
        "retention_rule": "reference",
    },
}


def kept_columns():
    """Give each kept column as table and name."""
    return {(table, name) for tables in KEPT.values() for table, names in tables.items() for name in names.split()}
