"""What the rules and forms are called, and what a place in one is called."""

from types import MappingProxyType
from typing import Any

from flask_babel import lazy_gettext as _l

from broker.reference.models import DocumentKind

KIND_LABELS = MappingProxyType(
    {
        DocumentKind.THRESHOLDS: _l("Beloppsgränser för upphandling"),
        DocumentKind.WORKFLOW: _l("Inköpsvägar och deras steg"),
        DocumentKind.VETTING: _l("Granskningslista för anordnare"),
        DocumentKind.VETTING_RULES: _l("Dagar och händelser i granskningen"),
        DocumentKind.APPLICATION_FORM: _l("Formulär för ESF-ansökan"),
        DocumentKind.COHORT_RULES: _l("Regler för utbildningsgrupper"),
        DocumentKind.LEAD_RULES: _l("Dagar för leads"),
        DocumentKind.TIP_RULES: _l("Regler för tips"),
        DocumentKind.INQUIRY_RULES: _l("Regler för behovsformuläret"),
        DocumentKind.EVALUATION_FORM: _l("Frågor i utvärderingen"),
        DocumentKind.TRACE_RULES: _l("Regler för kontaktspår"),
        DocumentKind.JOINT_RULES: _l("Regler för samplanering"),
        DocumentKind.MERGE_RULES: _l("Regler för sammanslagning"),
        DocumentKind.REGISTER_SERVICE: _l("Frågor till Bolagsverket"),
        DocumentKind.INCOMING_RULES: _l("Regler för brev till loggen"),
        DocumentKind.IMPORT_RULES: _l("Regler för inlästa listor"),
        DocumentKind.FRAMEWORK_RULES: _l("Nivåer och dagar för ramavtal"),
        DocumentKind.PACKING_RULES: _l("Regler för att fördela grupper på projekt"),
        DocumentKind.COMMITMENT_RULES: _l("Dagar för företagens åtaganden"),
        DocumentKind.CALL_RULES: _l("När det påminns om en utlysning"),
        DocumentKind.GRANT_RULES: _l("Regler för tiden efter beslut om stöd"),
        DocumentKind.STATE_AID_RULES: _l("Regler om statsstöd: tak, år och stödnivåer"),
        DocumentKind.RETENTION_RULES: _l("Vad som inte får gallras än"),
        DocumentKind.ASKING_RULES: _l("Vikter för vilka företag som frågas"),
        DocumentKind.WRITING_RULES: _l("Regler för att skriva tillsammans"),
    }
)


def label_of(kind: DocumentKind) -> str:
    """Give what a rule or form is called; a new one without a name is called by its id."""
    label: Any = KIND_LABELS.get(kind, kind.value)
    return str(label)
