"""The kinds of rows that are about people themselves: whom we talk to, who writes or signs, who has an account."""

from flask_babel import lazy_gettext as _l

from broker.accounts.models import Invitation, Membership
from broker.companies.models import Company, Engagement, Interaction, Person
from broker.esf.chain.models import SteeringMember
from broker.esf.commitments.models import CommitmentLink, SignedPaper
from broker.esf.models import Project
from broker.extracts.kinds import TOLD_BY_COMPANY, Kind
from broker.incoming.models import IncomingLetter
from broker.leads.models import Lead, ReceivedLead
from broker.leads.tips.models import Tip
from broker.mail import OutgoingMail
from broker.meetings.models import MeetingGuest
from broker.needs.confirmations.models import Confirmation
from broker.needs.evaluations.models import Evaluation
from broker.needs.inquiries.models import Inquiry, InquiryAnswer
from broker.needs.scores.models import ScoreReply
from broker.procurement.filing.models import ReasonsRequest
from broker.procurement.offers.models import PurchaseOffer
from broker.providers.applying.models import ProviderApplication
from broker.providers.hearings.models import VettingStep
from broker.providers.models import Provider
from broker.providers.people.models import ProviderPerson

_NAME, _FUNCTION, _EMAIL, _PHONE = _l("Namn"), _l("Funktion"), _l("E-postadress"), _l("Telefon")
_REACH = _l("Telefon eller e-postadress")
_SENT, _REMINDED, _ROLES = _l("Skickat den"), _l("Påminnelse den"), _l("Roller")
_OUR_LETTER = _l("Vårt eget brev")

PEOPLE = (
    Kind(
        Person,
        _l("Kontaktpersoner hos företag"),
        title="name",
        names=("name",),
        emails=("email",),
        phones=("phone",),
        facts={
            "name": _NAME,
            "function": _FUNCTION,
            "email": _EMAIL,
            "phone": _PHONE,
            "is_protected": _l("Skyddad identitet"),
            "is_active": _l("Är kvar hos företaget"),
        },
        texts=("function", "source"),
    ),
    Kind(
        Interaction,
        _l("Kontakter"),
        texts=("summary", "letter_from"),
        facts={"kind": _l("Hur"), "us": _l("Vilka av oss"), "letter_from": _l("Brev från")},
    ),
    Kind(
        ProviderPerson,
        _l("Kontaktpersoner hos anordnare"),
        title="name",
        names=("name",),
        emails=("email",),
        phones=("phone",),
        texts=("function", "source"),
        facts={
            "name": _NAME,
            "function": _FUNCTION,
            "email": _EMAIL,
            "phone": _PHONE,
            "is_active": _l("Är kvar hos anordnaren"),
        },
    ),
    Kind(
        Provider,
        _l("Anordnare"),
        names=("contact_name", "name"),
        emails=("email",),
        phones=("phone",),
        texts=("note", "website"),
        facts={"name": _l("Anordnare"), "contact_name": _l("Kontaktperson"), "email": _EMAIL, "phone": _PHONE},
    ),
    Kind(
        Membership,
        _l("Konton hos oss"),
        title="user.name",
        names=("user.name",),
        emails=("user.email",),
        facts={
            "user.name": _NAME,
            "user.email": _EMAIL,
            "roles": _ROLES,
            "user.is_active": _l("Kontot är öppet"),
            "user.created_at": _l("Kontot gjordes"),
        },
        origin=_l("Lämnat av personen själv och av den som bjöd in"),
    ),
    Kind(
        Invitation,
        _l("Inbjudningar till konton"),
        title="email",
        emails=("email",),
        facts={
            "email": _EMAIL,
            "roles": _ROLES,
            "expires_at": _l("Gällde till"),
            "accepted_at": _l("Antagen"),
            "revoked_at": _l("Återkallad"),
        },
        origin=_l("Lämnat av den som bjöd in"),
    ),
    Kind(
        Company,
        _l("Enskilda näringsidkare"),
        title="name",
        names=("name",),
        facts={
            "name": _NAME,
            "address": _l("Postadress"),
            "municipality_name": _l("Kommun"),
            "legal_form_label": _l("Företagsform"),
            "industry_labels": _l("Bransch"),
            "description": _l("Verksamhet enligt registret"),
            "registered_on": _l("Registrerad den"),
            "deregistered_on": _l("Avregistrerad den"),
            "proceeding_labels": _l("Pågående förfaranden"),
            "no_advertising": _l("Vill inte ha reklam"),
            "source_date": _l("Uppgifterna är från den"),
        },
        origin=_l("Hämtat ur ett offentligt register"),
    ),
    Kind(
        Engagement,
        _l("Vår relation till företag"),
        emails=("email",),
        phones=("phone",),
        texts=("note", "website", "industry", "tags", "source"),
        facts={
            "email": _EMAIL,
            "phone": _PHONE,
            "website": _l("Webbplats"),
            "status": _l("Läge"),
            "employees": _l("Antal anställda"),
            "tags": _l("Etiketter"),
            "owner.name": _l("Ansvarig hos oss"),
        },
    ),
    Kind(
        Tip,
        _l("Tips"),
        names=("tipper_name",),
        reaches=("tipper_reach",),
        texts=("company_name", "place", "need", "reason", "answered_by"),
        facts={
            "tipper_name": _NAME,
            "tipper_reach": _REACH,
            "company_name": _l("Företag"),
            "place": _l("Ort"),
            "state": _l("Läge"),
        },
        origin=_l("Lämnat i vårt formulär för tips"),
    ),
    Kind(
        Inquiry,
        _l("Länkar till behovsformuläret"),
        texts=("name",),
        facts={"name": _l("Länk"), "sent_on": _SENT, "reminded_on": _REMINDED},
        origin=_OUR_LETTER,
    ),
    Kind(
        InquiryAnswer,
        _l("Svar i behovsformuläret"),
        names=("contact_name",),
        reaches=("contact_reach",),
        texts=("company_name", "place", "text", "barrier_note", "reason", "answered_by"),
        facts={
            "contact_name": _NAME,
            "contact_reach": _REACH,
            "company_name": _l("Företag"),
            "place": _l("Ort"),
            "state": _l("Läge"),
        },
        origin=_l("Lämnat i vårt formulär om behov"),
    ),
    Kind(
        ProviderApplication,
        _l("Anmälningar från anordnare"),
        names=("contact_name", "name"),
        emails=("email",),
        phones=("phone",),
        texts=("contact_function", "website", "offerings", "reach", "proofs", "reason", "answered_by"),
        facts={
            "name": _l("Anordnare"),
            "contact_name": _NAME,
            "contact_function": _FUNCTION,
            "email": _EMAIL,
            "phone": _PHONE,
            "state": _l("Läge"),
        },
        origin=_l("Lämnat i vårt formulär för anordnare"),
    ),
    Kind(
        IncomingLetter,
        _l("Brev som har kommit in"),
        texts=("sender", "subject"),
        facts={"sender": _l("Från"), "subject": _l("Ämne"), "sent_on": _SENT},
        origin=_l("Brev till en av oss"),
    ),
    Kind(
        OutgoingMail,
        _l("Brev som vi har skickat"),
        title="subject",
        emails=("recipient",),
        facts={"recipient": _EMAIL, "subject": _l("Ämne")},
        origin=_OUR_LETTER,
    ),
    Kind(
        MeetingGuest,
        _l("Inbjudningar till möten"),
        emails=("email",),
        facts={"email": _EMAIL},
        origin=_l("Våra egna inbjudningar"),
    ),
    Kind(
        Lead,
        _l("Leads som vi har skickat"),
        texts=("summary", "ground_note", "shared"),
        facts={"shared": _l("Uppgifter som följde med"), "ground": _l("Grund för att lämna ut")},
    ),
    Kind(
        ReceivedLead,
        _l("Leads som vi har fått"),
        texts=(
            "summary",
            "ground_note",
            "shared",
            "sent_by",
            "answered_by",
            "question",
            "reason",
            "reply",
            "result_note",
        ),
        facts={
            "sender.name": _l("Från"),
            "shared": _l("Uppgifter som följde med"),
            "ground": _l("Grund för att lämna ut"),
        },
        origin=_l("Lämnat av en annan organisation"),
    ),
    Kind(
        Confirmation,
        _l("Frågor om deltagare"),
        texts=("note", "noted_by", "told", "answered_to"),
        facts={"sent_on": _SENT, "reminded_on": _REMINDED, "answered_at": _l("Svar")},
        origin=TOLD_BY_COMPANY,
    ),
    Kind(
        Evaluation,
        _l("Länkar till utvärderingar"),
        facts={"sent_on": _SENT, "reminded_on": _REMINDED},
        origin=_OUR_LETTER,
    ),
    Kind(
        ScoreReply,
        _l("Anordnares svar på omdömen"),
        reaches=("recipient",),
        texts=("text", "shown", "moderated_by"),
        facts={"recipient": _EMAIL, "sent_on": _SENT},
        origin=_l("Lämnat av anordnaren"),
    ),
    Kind(
        VettingStep,
        _l("Granskning av anordnare"),
        reaches=("recipient",),
        texts=("text", "conditions"),
        facts={"kind": _l("Steg"), "recipient": _l("Brevet gick till")},
    ),
    Kind(
        PurchaseOffer,
        _l("Offerter"),
        names=("bidder_name",),
        texts=("note", "standing_reason"),
        facts={"bidder_name": _l("Anbudsgivare"), "received_at": _l("Kom in"), "standing": _l("Läge")},
        origin=_l("Lämnat av anbudsgivaren"),
        purchase="purchase_id",
    ),
    Kind(
        ReasonsRequest,
        _l("Begäran om skälen för ett beslut"),
        names=("asked_by",),
        texts=("note",),
        facts={"asked_by": _NAME, "answered_on": _l("Svar")},
        origin=_l("Lämnat av anbudsgivaren"),
        purchase="purchase_id",
    ),
    Kind(
        CommitmentLink,
        _l("Länkar till åtaganden i projekt"),
        texts=("draft",),
        facts={"sent_on": _SENT, "reminded_on": _REMINDED, "opened_at": _l("Öppnad")},
        origin=_OUR_LETTER,
    ),
    Kind(
        SignedPaper,
        _l("Undertecknade åtaganden"),
        names=("signer_name", "withdrawer_name"),
        texts=(
            "signer_role",
            "withdrawer_role",
            "withdrawal_reason",
            "withdrawal_text",
            "text",
            "promise",
            "file_name",
        ),
        facts={
            "signer_name": _l("Undertecknat av"),
            "signer_role": _FUNCTION,
            "signed_on": _l("Undertecknat den"),
            "way": _l("Hur"),
            "withdrawer_name": _l("Återkallat av"),
            "withdrawn_on": _l("Återkallat den"),
        },
        origin=TOLD_BY_COMPANY,
    ),
    Kind(
        SteeringMember,
        _l("Styrgrupper i projekt"),
        names=("name",),
        texts=("role", "organisation", "actor_role"),
        facts={"name": _NAME, "role": _l("Roll"), "organisation": _l("Organisation"), "is_active": _l("Är kvar")},
    ),
    Kind(
        Project,
        _l("Projekt"),
        names=("signatory", "contact"),
        reaches=("signatory", "contact"),
        texts=("name", "steering_mandate", "steering_frequency", "uptake_owner", "uptake_funding", "rate_source"),
        facts={"name": _l("Projekt"), "signatory": _l("Firmatecknare"), "contact": _l("Kontaktperson")},
    ),
)
