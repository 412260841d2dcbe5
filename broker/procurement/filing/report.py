"""The file of a purchase as a PDF in Swedish: everything in order, for the registry."""

from collections.abc import Iterable, Iterator

from broker import clock
from broker.documents import pdf
from broker.documents.blocks import Block, Grid, Heading, Notice, Text, writable
from broker.formatting import day, in_swedish, moment, say
from broker.procurement.deadlines import Deadline
from broker.procurement.filing.notices import list_notices
from broker.procurement.filing.queries import Dossier
from broker.procurement.offers.comparison.report import SECRECY, comparison, offers_grid
from broker.reference.queries import text_of

_COVER = ("contracting_authority", "diary_number", "subject", "buyer", "buyer_orgnr")
_VALUE = (
    "value_sek",
    "value_basis",
    "value_includes_options",
    "recurring",
    "similar_value_12m_sek",
    "split_reason",
    "cpv_main",
    "annex2",
    "annex2_reason",
    "procurement_started",
    "state_aid_checked",
)
_ASKED = (
    "direct_award_ground",
    "direct_award_reason",
    "competition_method",
    "suppliers_asked",
    "few_suppliers_reason",
    "offer_deadline",
    "notice_database",
    "notice_id",
    "ted_notice_id",
    "notice_published",
    "tender_deadline",
    "tenders_opened",
    "opening_attendees",
    "providers_presented",
    "presentation_criteria",
    "conflict_check",
)
_DECISION = (
    "evaluation_result",
    "suppliers_set_aside",
    "chosen_provider",
    "award_reason",
    "decision_date",
    "decision_maker",
    "delegation_ref",
    "notice_sent_date",
    "notice_channel",
    "review_case",
    "review_outcome",
    "review_decision_date",
    "cancel_reason",
    "cancel_date",
)
_CONTRACT = ("contract_date", "contract_start", "contract_end", "contract_value_sek", "standstill_end")
_TOLD_ELSEWHERE = ("offers_received",)


@in_swedish()
def write(dossier: Dossier) -> bytes:
    """Give the PDF of a purchase; the same facts on the same day give the same bytes."""
    title = writable(f"Akt: {dossier.purchase.title}")
    blocks = [
        Heading(1, title),
        *_secrecy(dossier),
        _cover(dossier),
        *_fields(dossier, "Värde och CPV", _VALUE),
        *_events(dossier),
        *_ended_rounds(dossier),
        *_fields(dossier, "Vilka som tillfrågades", _ASKED),
        *_offers(dossier),
        *_fields(dossier, "Beslut", _DECISION),
        *_deadlines(dossier),
        *_fields(dossier, "Avtal", _CONTRACT),
        *_record(dossier),
        *_notices(dossier),
        *_fields(dossier, "Övriga uppgifter", _others(dossier)),
        *_papers(dossier),
    ]
    return pdf.render(blocks, title=title, subject="Akt till diariet", created_on=dossier.situation.today)


def _secrecy(dossier: Dossier) -> Iterator[Block]:
    if dossier.is_withheld:
        yield Notice(f"{SECRECY} Offerter, jämförelse och handlingar om dem är utelämnade.")
    elif dossier.is_secret:
        yield Notice(SECRECY)


def _cover(dossier: Dossier) -> Grid:
    route, state = dossier.situation.route, dossier.situation.document["states"][dossier.purchase.state]
    rows = [(dossier.label(name), dossier.shown.get(name, "")) for name in _COVER]
    kept = [row for row in rows if row[1] or row[0] == dossier.label("diary_number")]
    facts = [
        ("Organisation", dossier.organisation),
        *((label, value or "Saknas") for label, value in kept),
        ("Inköpsväg", ". ".join(filter(None, [text_of(route).rstrip("."), route.get("law", "")]))),
        ("Handläggare", dossier.purchase.handler.name),
        ("Läge", f"{text_of(state)}, {day(dossier.situation.today)}"),
        ("Arbetsgång", f"version {dossier.purchase.workflow_version}"),
    ]
    return _facts(facts)


def _fields(dossier: Dossier, heading: str, names: Iterable[str]) -> Iterator[Block]:
    rows = [(dossier.label(name), dossier.shown[name]) for name in names if name in dossier.shown]
    if rows:
        yield Heading(2, heading)
        yield _facts(rows)


def _events(dossier: Dossier) -> Iterator[Block]:
    states = dossier.situation.document["states"]
    rows = []
    for step in dossier.purchase.steps:
        left = text_of(states[step.from_state]) if step.from_state in states else ""
        reached = text_of(states[step.to_state]) if step.to_state in states else ""
        note = "Utelämnad: sekretess" if step.note and dossier.hides(step) else say(step.note)
        rows.append(
            (moment(step.taken_at), writable(step.taken_by.name), say(step.label), left, reached, writable(note))
        )
    yield Heading(2, "Händelser")
    yield Grid(("När", "Vem", "Vad", "Från", "Till", "Anteckning och skäl"), tuple(rows))


def _ended_rounds(dossier: Dossier) -> Iterator[Block]:
    for row in dossier.ended_rounds:
        yield Heading(2, f"Omgång {row.number}, som avslutades {moment(row.ended_at)}")
        yield _facts(row.facts.items())
        if row.offers:
            yield offers_grid(row.offers, row.people)
        if row.sheet and row.result:
            yield from comparison(row.sheet, row.offers, row.scores, row.result)


def _offers(dossier: Dossier) -> Iterator[Block]:
    noted = dossier.purchase.values.get("offers_as_text") or dossier.purchase.values.get("offers_received") or []
    if dossier.is_withheld:
        return
    if dossier.offers or noted:
        yield Heading(2, "Offerter")
    if dossier.offers:
        yield offers_grid(dossier.offers, dossier.people)
    elif noted:
        yield _facts([(str(number), line) for number, line in enumerate(noted, start=1)])
    if dossier.sheet and dossier.result:
        yield from comparison(dossier.sheet, dossier.offers, dossier.scores, dossier.result)


def _deadlines(dossier: Dossier) -> Iterator[Block]:
    if not (dossier.deadlines or dossier.requests):
        return
    yield Heading(2, "Avtalsspärr och tidsgränser")
    if dossier.deadlines:
        rows = tuple((row.label, day(row.on), _stand(row), row.law) for row in dossier.deadlines)
        yield Grid(("Tidsgräns", "Dag", "Läge", "Lag"), rows)
    if dossier.requests:
        asked = tuple(
            (writable(row.asked_by), day(row.received_on), day(row.answered_on) or "Inte än", writable(row.note or ""))
            for row in dossier.requests
        )
        yield Grid(("Begärde skälen", "Kom in", "Besvarad", "Anteckning"), asked)


def _stand(deadline: Deadline) -> str:
    if deadline.is_done:
        return "Klart"
    return "Löper" if deadline.is_task else "Att känna till"


def _record(dossier: Dossier) -> Iterator[Block]:
    contents = dossier.situation.route.get("record_contents")
    if not contents or dossier.is_secret:
        return
    rows = [(name, dossier.shown.get(name, "")) for name in contents["minimum"]]
    missing = [dossier.label(name) for name, value in rows if not value]
    yield Heading(2, "Dokumentation av direktupphandlingen")
    yield _facts([(dossier.label(name), value or "Saknas") for name, value in rows])
    yield Text(f"Saknas i dokumentationen: {', '.join(missing)}." if missing else "Dokumentationen är fullständig.")
    yield Text("Minsta innehåll enligt LOU 19 a kap. 11 § och lagens förarbeten.", is_remark=True)


def _notices(dossier: Dossier) -> Iterator[Block]:
    if not dossier.situation.has("contract_date"):
        return
    for notice in list_notices(dossier):
        if notice.id == "post_award_notice" and any(row.id == "post_notice" for row in dossier.deadlines):
            yield Heading(2, notice.label)
            yield _facts(notice.rows)
            if notice.missing:
                yield Text(f"Saknas i annonsen: {', '.join(notice.missing)}.")


def _papers(dossier: Dossier) -> Iterator[Block]:
    yield Heading(2, "Handlingar")
    if not dossier.papers:
        yield Text("Inga handlingar.")
        return
    rows = tuple(
        (
            f"{number:02}",
            writable(paper.label),
            writable(paper.attachment.file_name),
            day(clock.in_sweden(paper.attachment.uploaded_at).date()),
            paper.attachment.content_hash[:32] + "\n" + paper.attachment.content_hash[32:],
        )
        for number, paper in enumerate(dossier.papers, start=2)
    )
    yield Grid(("Nr", "Slag", "Fil", "Tillagd", "SHA-256"), rows)
    yield Text("Numren är filernas i ZIP-filen, där den här akten är 01.", is_remark=True)


def _others(dossier: Dossier) -> list[str]:
    told = {*_COVER, *_VALUE, *_ASKED, *_DECISION, *_CONTRACT, *_TOLD_ELSEWHERE}
    return [name for name in dossier.shown if name not in told]


def _facts(rows: Iterable[tuple[str, str]]) -> Grid:
    return Grid(("Uppgift", "Värde"), tuple((writable(label), writable(value)) for label, value in rows))
