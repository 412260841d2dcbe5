"""The vocabulary of events: everything that is recorded, and how it is told."""

from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l


class Action(StrEnum):
    """Everything that is recorded, `subject:action` in the past tense; a value is stored forever and never reused."""

    USER_ADDED = "user:added"
    USER_INVITED = "user:invited"
    INVITATION_ACCEPTED = "invitation:accepted"
    INVITATION_REVOKED = "invitation:revoked"
    MEMBERSHIP_CHANGED = "membership:changed"
    SIGNED_IN = "user:signed_in"
    SIGNED_OUT = "user:signed_out"
    PASSWORD_CHANGED = "user:password_changed"  # noqa: S105 - the name of an event.
    ORGANISATION_ADDED = "organisation:added"
    COMPANIES_IMPORTED = "companies:imported"
    PEOPLE_IMPORTED = "people:imported"
    IMPORT_UNDONE = "import:undone"
    COMPANY_ADDED = "company:added"
    COMPANY_REFRESHED = "company:refreshed"
    COMPANY_MERGED = "company:merged"
    COMPANY_PARTED = "company:parted"
    DUPLICATE_RULED_OUT = "duplicate:ruled_out"
    DUPLICATE_RULED_IN = "duplicate:ruled_in"
    ENGAGEMENT_EDITED = "engagement:edited"
    TAG_RENAMED = "tag:renamed"
    TOPIC_MERGED = "topic:merged"
    TOPIC_SPLIT = "topic:split"
    TOPIC_RETIRED = "topic:retired"
    TOPIC_CHANGE_UNDONE = "topic:change_undone"
    TOPIC_WORD_ADDED = "topic:word_added"
    TOPIC_WORD_REMOVED = "topic:word_removed"
    WORKPLACE_ADDED = "workplace:added"
    PERSON_ADDED = "person:added"
    PERSON_EDITED = "person:edited"
    PERSON_MERGED = "person:merged"
    PERSON_PARTED = "person:parted"
    SIZE_FIGURES_ADDED = "size_figures:added"
    SIZE_FIGURES_EDITED = "size_figures:edited"
    OUTSIDE_OWNER_ADDED = "outside_owner:added"
    OWNERSHIP_ADDED = "ownership:added"
    OWNERSHIP_EDITED = "ownership:edited"
    SIZE_CHOSEN = "size:chosen"
    INTERACTION_LOGGED = "interaction:logged"
    INTERACTION_EDITED = "interaction:edited"
    TASK_ADDED = "task:added"
    TASK_EDITED = "task:edited"
    TASK_DONE = "task:done"
    TASK_REOPENED = "task:reopened"
    PLAN_DROPPED = "plan:dropped"
    LEAD_OFFERED = "lead:offered"
    LEAD_RECEIVED = "lead:received"
    LEAD_REVOKED = "lead:revoked"
    LEAD_OPENED = "lead:opened"
    LEAD_ACCEPTED = "lead:accepted"
    LEAD_DECLINED = "lead:declined"
    LEAD_ASKED = "lead:asked"
    LEAD_REPLIED = "lead:replied"
    LEAD_RETURNED = "lead:returned"
    LEAD_RESULT_REPORTED = "lead:result_reported"
    LEAD_ESCALATED = "lead:escalated"
    LEAD_PERSON_HIDDEN = "lead:person_hidden"
    TIP_TAKEN = "tip:taken"
    TIP_DISMISSED = "tip:dismissed"
    TIP_PAGE_OPENED = "tip_page:opened"
    TIP_PAGE_CLOSED = "tip_page:closed"
    TIP_PAGE_RENEWED = "tip_page:renewed"
    ANALYSIS_ADDED = "analysis:added"
    ANALYSIS_EDITED = "analysis:edited"
    INQUIRY_OPENED = "inquiry:opened"
    INQUIRY_SENT = "inquiry:sent"
    INQUIRY_REMINDED = "inquiry:reminded"
    INQUIRY_CLOSED = "inquiry:closed"
    COMPANIES_ASKED = "inquiry_round:asked"
    ANSWER_CONFIRMED = "inquiry_answer:confirmed"
    ANSWER_REJECTED = "inquiry_answer:rejected"
    NEED_ADDED = "need:added"
    NEED_EDITED = "need:edited"
    NEED_CLARIFIED = "need:clarified"
    NEED_PLACED = "need:placed"
    NEED_RELEASED = "need:released"
    NEED_BEGUN = "need:begun"
    NEED_MET = "need:met"
    NEED_WITHDRAWN = "need:withdrawn"
    COHORT_FORMED = "cohort:formed"
    COHORT_BEGUN = "cohort:begun"
    COHORT_DISSOLVED = "cohort:dissolved"
    COHORT_END_TOLD = "cohort:end_told"
    COHORT_PLANNED = "cohort:planned"
    COHORT_SESSIONS_ADDED = "cohort:sessions_added"
    COHORT_SESSION_EDITED = "cohort:session_edited"
    COHORT_SESSION_REMOVED = "cohort:session_removed"
    CONFIRMATION_LINK_MADE = "cohort:confirmation_link_made"
    CONFIRMATION_LINK_REPLACED = "cohort:confirmation_link_replaced"
    CONFIRMATION_SENT = "cohort:confirmation_sent"
    CONFIRMATION_REMINDED = "cohort:confirmation_reminded"
    CONFIRMATION_ANSWERED = "cohort:confirmation_answered"
    COHORT_NUMBER_CHANGED = "cohort:number_changed"
    COHORT_JOINED = "cohort:joined"
    COHORT_LEFT = "cohort:left"
    COHORT_DELIVERED = "cohort:delivered"
    ATTENDANCE_RECORDED = "cohort:attendance_recorded"
    EVALUATION_LINK_MADE = "cohort:evaluation_link_made"
    EVALUATION_LINK_REPLACED = "cohort:evaluation_link_replaced"
    EVALUATION_SENT = "cohort:evaluation_sent"
    EVALUATION_REMINDED = "cohort:evaluation_reminded"
    PROVIDER_ADDED = "provider:added"
    PROVIDER_EDITED = "provider:edited"
    OFFERING_ADDED = "offering:added"
    OFFERING_EDITED = "offering:edited"
    VETTING_RECORDED = "vetting:recorded"
    VETTING_HEARD = "vetting:heard"
    VETTING_ANSWERED = "vetting:answered"
    VETTING_ASSESSED = "vetting:assessed"
    VETTING_DECIDED = "vetting:decided"
    VETTING_REOPENED = "vetting:reopened"
    PURCHASE_STARTED = "purchase:started"
    PURCHASE_MOVED = "purchase:moved"
    PURCHASE_DOCUMENTED = "purchase:documented"
    FRAMEWORK_ADDED = "framework:added"
    FRAMEWORK_EDITED = "framework:edited"
    FRAMEWORK_SUPPLIER_ADDED = "framework:supplier_added"
    FRAMEWORK_SUPPLIER_EDITED = "framework:supplier_edited"
    FRAMEWORK_OPTION_ADDED = "framework:option_added"
    FRAMEWORK_OPTION_EDITED = "framework:option_edited"
    CALL_OFF_DECLINED = "framework:call_off_declined"
    CALL_ADDED = "call:added"
    PROJECT_STARTED = "project:started"
    PROJECT_EDITED = "project:edited"
    COHORT_JOINED_PROJECT = "cohort:joined_project"
    ANSWER_SAVED = "answer:saved"
    GOAL_SAVED = "goal:saved"
    ACTIVITY_SAVED = "activity:saved"
    ACTOR_SAVED = "actor:saved"
    BUDGET_SAVED = "budget:saved"
    STATE_AID_SAVED = "state_aid:saved"
    GATE_SAVED = "gate:saved"
    APPLICATION_EXPORTED = "application:exported"
    LIST_EXPORTED = "list:exported"
    FILE_ADDED = "file:added"
    VIEW_SAVED = "view:saved"
    VIEW_EDITED = "view:edited"
    VIEW_REMOVED = "view:removed"
    REMINDERS_CHOSEN = "reminders:chosen"
    CALENDAR_OPENED = "calendar:opened"
    CALENDAR_CLOSED = "calendar:closed"
    CONTACT_RULE_ADDED = "contact_rule:added"
    CONTACT_RULE_EDITED = "contact_rule:edited"
    CONTACT_RULE_REMOVED = "contact_rule:removed"
    MEETING_INVITED = "meeting:invited"
    MEETING_CANCELLED = "meeting:cancelled"
    EVENT_IMPORTED = "event:imported"
    LETTER_ADDRESS_OPENED = "letter_address:opened"
    LETTER_ADDRESS_CLOSED = "letter_address:closed"
    LETTER_RECEIVED = "letter:received"
    LETTER_LOGGED = "letter:logged"
    LETTER_PLACED = "letter:placed"
    LETTER_THROWN = "letter:thrown"
    LETTER_TAKEN_BACK = "letter:taken_back"
    LETTER_EXPIRED = "letter:expired"
    AGREEMENT_PROPOSED = "agreement:proposed"
    AGREEMENT_WITHDRAWN = "agreement:withdrawn"
    AGREEMENT_ACCEPTED = "agreement:accepted"
    AGREEMENT_DECLINED = "agreement:declined"
    AGREEMENT_ENDED = "agreement:ended"
    COLLEAGUE_ASKED = "colleague:asked"
    SHARED_VISIT_TOLD = "shared_visit:told"
    GROUP_DRAFT_ADDED = "group_draft:added"
    GROUP_DRAFT_EDITED = "group_draft:edited"
    JOINT_PLAN_STARTED = "joint_plan:started"
    JOINT_INVITED = "joint_plan:invited"
    JOINT_INVITATION_WITHDRAWN = "joint_plan:invitation_withdrawn"
    JOINT_INVITATION_DECLINED = "joint_plan:invitation_declined"
    JOINT_PLAN_JOINED = "joint_plan:joined"
    JOINT_PLAN_LEFT = "joint_plan:left"
    JOINT_NEED_CONTRIBUTED = "joint_need:contributed"
    JOINT_NEED_RENEWED = "joint_need:renewed"
    JOINT_NEED_WITHDRAWN = "joint_need:withdrawn"
    JOINT_GROUP_PROPOSED = "joint_group:proposed"
    JOINT_GROUP_ACCEPTED = "joint_group:accepted"
    JOINT_GROUP_AGREED = "joint_group:agreed"
    JOINT_GROUP_FELL = "joint_group:fell"
    JOINT_GROUP_RESIZED = "joint_group:resized"
    JOINT_GROUP_PART_DISSOLVED = "joint_group:part_dissolved"

    @property
    def label(self) -> Any:
        """Give what happened as a person would say it in Swedish."""
        return _LABELS[self]


_LABELS = {
    Action.USER_ADDED: _l("Användare tillagd"),
    Action.USER_INVITED: _l("Inbjudan skickad"),
    Action.INVITATION_ACCEPTED: _l("Inbjudan antagen"),
    Action.INVITATION_REVOKED: _l("Inbjudan återkallad"),
    Action.MEMBERSHIP_CHANGED: _l("Roller ändrade"),
    Action.SIGNED_IN: _l("Inloggning"),
    Action.SIGNED_OUT: _l("Utloggning"),
    Action.PASSWORD_CHANGED: _l("Lösenord bytt"),
    Action.ORGANISATION_ADDED: _l("Organisation tillagd"),
    Action.COMPANIES_IMPORTED: _l("Företag importerade"),
    Action.PEOPLE_IMPORTED: _l("Kontaktpersoner importerade"),
    Action.IMPORT_UNDONE: _l("Import ångrad"),
    Action.COMPANY_ADDED: _l("Företag tillagt"),
    Action.COMPANY_REFRESHED: _l("Uppgifter hämtade från registret"),
    Action.COMPANY_MERGED: _l("Företag sammanslagna"),
    Action.COMPANY_PARTED: _l("Sammanslagning av företag ångrad"),
    Action.DUPLICATE_RULED_OUT: _l("Inte dubblett"),
    Action.DUPLICATE_RULED_IN: _l("Kan vara dubblett igen"),
    Action.ENGAGEMENT_EDITED: _l("Vår relation ändrad"),
    Action.TAG_RENAMED: _l("Etikett bytt"),
    Action.TOPIC_MERGED: _l("Kompetensområden sammanslagna"),
    Action.TOPIC_SPLIT: _l("Kompetensområde delat"),
    Action.TOPIC_RETIRED: _l("Kompetensområde används inte längre"),
    Action.TOPIC_CHANGE_UNDONE: _l("Ändring av kompetensområde ångrad"),
    Action.TOPIC_WORD_ADDED: _l("Ord för kompetensområde tillagt"),
    Action.TOPIC_WORD_REMOVED: _l("Ord för kompetensområde borttaget"),
    Action.WORKPLACE_ADDED: _l("Arbetsställe tillagt"),
    Action.PERSON_ADDED: _l("Kontaktperson tillagd"),
    Action.PERSON_EDITED: _l("Kontaktperson ändrad"),
    Action.PERSON_MERGED: _l("Kontaktpersoner sammanslagna"),
    Action.PERSON_PARTED: _l("Sammanslagning av kontaktpersoner ångrad"),
    Action.SIZE_FIGURES_ADDED: _l("Uppgifter om storlek tillagda"),
    Action.SIZE_FIGURES_EDITED: _l("Uppgifter om storlek ändrade"),
    Action.OUTSIDE_OWNER_ADDED: _l("Ägare utanför registret tillagd"),
    Action.OWNERSHIP_ADDED: _l("Ägande tillagt"),
    Action.OWNERSHIP_EDITED: _l("Ägande ändrat"),
    Action.SIZE_CHOSEN: _l("Storlek bedömd"),
    Action.INTERACTION_LOGGED: _l("Kontakt loggad"),
    Action.INTERACTION_EDITED: _l("Kontakt ändrad"),
    Action.TASK_ADDED: _l("Uppgift tillagd"),
    Action.TASK_EDITED: _l("Uppgift ändrad"),
    Action.TASK_DONE: _l("Uppgift klar"),
    Action.TASK_REOPENED: _l("Uppgift öppnad igen"),
    Action.PLAN_DROPPED: _l("Planerad kontakt blev inte av"),
    Action.LEAD_OFFERED: _l("Lead skickat"),
    Action.LEAD_RECEIVED: _l("Lead mottaget i inkorgen"),
    Action.LEAD_REVOKED: _l("Lead återkallat"),
    Action.LEAD_OPENED: _l("Lead öppnat"),
    Action.LEAD_ACCEPTED: _l("Lead antaget"),
    Action.LEAD_DECLINED: _l("Lead avböjt"),
    Action.LEAD_ASKED: _l("Fråga om lead"),
    Action.LEAD_REPLIED: _l("Svar på fråga om lead"),
    Action.LEAD_RETURNED: _l("Lead återlämnat"),
    Action.LEAD_RESULT_REPORTED: _l("Resultat av lead"),
    Action.LEAD_ESCALATED: _l("Påminnelse om lead"),
    Action.LEAD_PERSON_HIDDEN: _l("Kontaktpersonen borttagen ur lead"),
    Action.TIP_TAKEN: _l("Tips omhändertaget"),
    Action.TIP_DISMISSED: _l("Tips avfärdat"),
    Action.TIP_PAGE_OPENED: _l("Formuläret för tips öppnat"),
    Action.TIP_PAGE_CLOSED: _l("Formuläret för tips stängt"),
    Action.TIP_PAGE_RENEWED: _l("Ny adress till formuläret för tips"),
    Action.ANALYSIS_ADDED: _l("Behovsanalys skriven"),
    Action.ANALYSIS_EDITED: _l("Behovsanalys ändrad"),
    Action.INQUIRY_OPENED: _l("Länk till behovsformuläret gjord"),
    Action.INQUIRY_SENT: _l("Länk till behovsformuläret skickad"),
    Action.INQUIRY_REMINDED: _l("Påminnelse om behovsformuläret skickad"),
    Action.INQUIRY_CLOSED: _l("Länk till behovsformuläret stängd"),
    Action.COMPANIES_ASKED: _l("Företag frågade om ett behov"),
    Action.ANSWER_CONFIRMED: _l("Svar i behovsformuläret bekräftat"),
    Action.ANSWER_REJECTED: _l("Svar i behovsformuläret avvisat"),
    Action.NEED_ADDED: _l("Behov registrerat"),
    Action.NEED_EDITED: _l("Behov ändrat"),
    Action.NEED_CLARIFIED: _l("Behov klarlagt"),
    Action.NEED_PLACED: _l("Behov med i en utbildningsgrupp"),
    Action.NEED_RELEASED: _l("Behov väntar igen"),
    Action.NEED_BEGUN: _l("Utbildning för behovet har börjat"),
    Action.NEED_MET: _l("Behov tillgodosett"),
    Action.NEED_WITHDRAWN: _l("Behov avslutat"),
    Action.COHORT_FORMED: _l("Utbildningsgrupp bildad"),
    Action.COHORT_BEGUN: _l("Utbildningen har börjat"),
    Action.COHORT_DISSOLVED: _l("Utbildningsgrupp upplöst"),
    Action.COHORT_END_TOLD: _l("Företaget har fått veta att utbildningen inte blir av"),
    Action.COHORT_PLANNED: _l("Upplägget ändrat"),
    Action.COHORT_SESSIONS_ADDED: _l("Tillfällen tillagda"),
    Action.COHORT_SESSION_EDITED: _l("Tillfälle ändrat"),
    Action.COHORT_SESSION_REMOVED: _l("Tillfälle borttaget"),
    Action.CONFIRMATION_LINK_MADE: _l("Länk för svar om deltagare gjord"),
    Action.CONFIRMATION_LINK_REPLACED: _l("Länk för svar om deltagare bytt"),
    Action.CONFIRMATION_SENT: _l("Fråga om deltagare skickad"),
    Action.CONFIRMATION_REMINDED: _l("Påminnelse om deltagare skickad"),
    Action.CONFIRMATION_ANSWERED: _l("Svar om deltagare"),
    Action.COHORT_NUMBER_CHANGED: _l("Antalet deltagare ändrat efter svaret"),
    Action.COHORT_JOINED: _l("Företag taget in i gruppen"),
    Action.COHORT_LEFT: _l("Företag taget ur gruppen"),
    Action.COHORT_DELIVERED: _l("Utbildningen är genomförd"),
    Action.ATTENDANCE_RECORDED: _l("Närvaro antecknad"),
    Action.EVALUATION_LINK_MADE: _l("Länk till utvärderingen gjord"),
    Action.EVALUATION_LINK_REPLACED: _l("Länk till utvärderingen bytt"),
    Action.EVALUATION_SENT: _l("Utvärdering skickad"),
    Action.EVALUATION_REMINDED: _l("Påminnelse om utvärdering skickad"),
    Action.PROVIDER_ADDED: _l("Anordnare tillagd"),
    Action.PROVIDER_EDITED: _l("Anordnare ändrad"),
    Action.OFFERING_ADDED: _l("Utbildning i utbudet tillagd"),
    Action.OFFERING_EDITED: _l("Utbildning i utbudet ändrad"),
    Action.VETTING_RECORDED: _l("Granskning antecknad"),
    Action.VETTING_HEARD: _l("Anordnaren fick tillfälle att yttra sig"),
    Action.VETTING_ANSWERED: _l("Anordnarens yttrande antecknat"),
    Action.VETTING_ASSESSED: _l("Anordnarens åtgärder bedömda"),
    Action.VETTING_DECIDED: _l("Beslut om anordnaren"),
    Action.VETTING_REOPENED: _l("Granskningen öppnad på nytt"),
    Action.PURCHASE_STARTED: _l("Inköp påbörjat"),
    Action.PURCHASE_MOVED: _l("Inköp flyttat"),
    Action.PURCHASE_DOCUMENTED: _l("Dokumentation antecknad"),
    Action.FRAMEWORK_ADDED: _l("Ramavtal tillagt"),
    Action.FRAMEWORK_EDITED: _l("Ramavtal ändrat"),
    Action.FRAMEWORK_SUPPLIER_ADDED: _l("Leverantör i ramavtalet tillagd"),
    Action.FRAMEWORK_SUPPLIER_EDITED: _l("Leverantör i ramavtalet ändrad"),
    Action.FRAMEWORK_OPTION_ADDED: _l("Option i ramavtalet tillagd"),
    Action.FRAMEWORK_OPTION_EDITED: _l("Option i ramavtalet ändrad"),
    Action.CALL_OFF_DECLINED: _l("Nej till avrop antecknat"),
    Action.CALL_ADDED: _l("Utlysning tillagd"),
    Action.PROJECT_STARTED: _l("Projekt påbörjat"),
    Action.PROJECT_EDITED: _l("Projekt ändrat"),
    Action.COHORT_JOINED_PROJECT: _l("Utbildningsgrupp lagd till projektet"),
    Action.ANSWER_SAVED: _l("Svar sparat"),
    Action.GOAL_SAVED: _l("Mål sparat"),
    Action.ACTIVITY_SAVED: _l("Aktivitet sparad"),
    Action.ACTOR_SAVED: _l("Aktör sparad"),
    Action.BUDGET_SAVED: _l("Budget sparad"),
    Action.STATE_AID_SAVED: _l("Statsstöd sparat"),
    Action.GATE_SAVED: _l("Formellt krav avstämt"),
    Action.APPLICATION_EXPORTED: _l("Ansökan exporterad"),
    Action.LIST_EXPORTED: _l("Lista exporterad"),
    Action.FILE_ADDED: _l("Fil tillagd"),
    Action.VIEW_SAVED: _l("Urval sparat"),
    Action.VIEW_EDITED: _l("Urval ändrat"),
    Action.VIEW_REMOVED: _l("Urval borttaget"),
    Action.REMINDERS_CHOSEN: _l("Påminnelser valda"),
    Action.CALENDAR_OPENED: _l("Kalenderns adress skapad"),
    Action.CALENDAR_CLOSED: _l("Kalenderns adress borttagen"),
    Action.CONTACT_RULE_ADDED: _l("Regel om kontakter tillagd"),
    Action.CONTACT_RULE_EDITED: _l("Regel om kontakter ändrad"),
    Action.CONTACT_RULE_REMOVED: _l("Regel om kontakter borttagen"),
    Action.MEETING_INVITED: _l("Kalenderinbjudan skickad"),
    Action.MEETING_CANCELLED: _l("Kalenderinbjudan avbokad"),
    Action.EVENT_IMPORTED: _l("Hämtad ur en kalenderfil"),
    Action.LETTER_ADDRESS_OPENED: _l("Privat adress för brev skapad"),
    Action.LETTER_ADDRESS_CLOSED: _l("Privat adress för brev borttagen"),
    Action.LETTER_RECEIVED: _l("Brev har kommit till en privat adress"),
    Action.LETTER_LOGGED: _l("Brev till en privat adress blev en kontakt"),
    Action.LETTER_PLACED: _l("Brev som väntade placerat hos företaget"),
    Action.LETTER_THROWN: _l("Brev som väntade bortkastat"),
    Action.LETTER_TAKEN_BACK: _l("Bortkastat brev taget tillbaka"),
    Action.LETTER_EXPIRED: _l("Brev som ingen placerade bortkastat"),
    Action.AGREEMENT_PROPOSED: _l("Överenskommelse föreslagen"),
    Action.AGREEMENT_WITHDRAWN: _l("Förslag till överenskommelse återtaget"),
    Action.AGREEMENT_ACCEPTED: _l("Överenskommelse antagen"),
    Action.AGREEMENT_DECLINED: _l("Förslag till överenskommelse avböjt"),
    Action.AGREEMENT_ENDED: _l("Överenskommelse avslutad"),
    Action.COLLEAGUE_ASKED: _l("Fråga till en kollega i en annan organisation"),
    Action.SHARED_VISIT_TOLD: _l("Brev om att en annan organisation planerar besök samma månad"),
    Action.GROUP_DRAFT_ADDED: _l("Utkast till grupper påbörjat"),
    Action.GROUP_DRAFT_EDITED: _l("Utkast till grupper ändrat"),
    Action.JOINT_PLAN_STARTED: _l("Samplanering påbörjad"),
    Action.JOINT_INVITED: _l("Organisation inbjuden till samplaneringen"),
    Action.JOINT_INVITATION_WITHDRAWN: _l("Inbjudan till samplaneringen återtagen"),
    Action.JOINT_INVITATION_DECLINED: _l("Inbjudan till samplaneringen avböjd"),
    Action.JOINT_PLAN_JOINED: _l("Organisation med i samplaneringen"),
    Action.JOINT_PLAN_LEFT: _l("Organisation har lämnat samplaneringen"),
    Action.JOINT_NEED_CONTRIBUTED: _l("Behov bidraget till samplaneringen"),
    Action.JOINT_NEED_RENEWED: _l("Behovets kopia i samplaneringen förnyad"),
    Action.JOINT_NEED_WITHDRAWN: _l("Behov taget tillbaka ur samplaneringen"),
    Action.JOINT_GROUP_PROPOSED: _l("Gemensam grupp föreslagen"),
    Action.JOINT_GROUP_ACCEPTED: _l("Ja till gemensam grupp"),
    Action.JOINT_GROUP_AGREED: _l("Gemensam grupp överenskommen"),
    Action.JOINT_GROUP_FELL: _l("Gemensam grupp blev inte av"),
    Action.JOINT_GROUP_RESIZED: _l("Antalet i den gemensamma gruppen ändrat"),
    Action.JOINT_GROUP_PART_DISSOLVED: _l("En organisation har löst upp sin del av den gemensamma gruppen"),
}
