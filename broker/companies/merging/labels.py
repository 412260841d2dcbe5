"""What moves with a company or a person, said in numbers: one sentence for each kind of row."""

from collections.abc import Callable, Mapping

from flask_babel import ngettext

_LABELS: dict[str, Callable[[int], str]] = {
    "actor.company_id": lambda count: ngettext("%(num)s aktör i projekt", "%(num)s aktörer i projekt", count),
    "analysis.company_id": lambda count: ngettext("%(num)s behovsanalys", "%(num)s behovsanalyser", count),
    "asked_company.company_id": lambda count: ngettext("%(num)s fråga om behov", "%(num)s frågor om behov", count),
    "attachment.subject_id.company": lambda count: ngettext("%(num)s fil", "%(num)s filer", count),
    "attachment.subject_id.engagement": lambda count: ngettext("%(num)s fil", "%(num)s filer", count),
    "attachment.subject_id.person": lambda count: ngettext("%(num)s fil", "%(num)s filer", count),
    "attendance.company_id": lambda count: ngettext(
        "%(num)s uppgift om närvaro", "%(num)s uppgifter om närvaro", count
    ),
    "confirmation.company_id": lambda count: ngettext(
        "%(num)s fråga om deltagare", "%(num)s frågor om deltagare", count
    ),
    "confirmation.person_id": lambda count: ngettext(
        "%(num)s fråga om deltagare", "%(num)s frågor om deltagare", count
    ),
    "evaluation.company_id": lambda count: ngettext("%(num)s utvärdering", "%(num)s utvärderingar", count),
    "evaluation.person_id": lambda count: ngettext("%(num)s utvärdering", "%(num)s utvärderingar", count),
    "aid_grant.company_id": lambda count: ngettext("%(num)s antecknat stöd", "%(num)s antecknade stöd", count),
    "commitment_link.person_id": lambda count: ngettext(
        "%(num)s länk till ett åtagande", "%(num)s länkar till åtaganden", count
    ),
    "commitment.company_id": lambda count: ngettext("%(num)s åtagande i projekt", "%(num)s åtaganden i projekt", count),
    "contribution.company_id": lambda count: ngettext(
        "%(num)s bidrag till projekt", "%(num)s bidrag till projekt", count
    ),
    "imported_row.company_id": lambda count: ngettext(
        "%(num)s rad ur en inläst lista", "%(num)s rader ur inlästa listor", count
    ),
    "inquiry.company_id": lambda count: ngettext(
        "%(num)s länk till behovsformuläret", "%(num)s länkar till behovsformuläret", count
    ),
    "inquiry.person_id": lambda count: ngettext(
        "%(num)s länk till behovsformuläret", "%(num)s länkar till behovsformuläret", count
    ),
    "inquiry_answer.company_id": lambda count: ngettext(
        "%(num)s svar i behovsformuläret", "%(num)s svar i behovsformuläret", count
    ),
    "interaction.company_id": lambda count: ngettext("%(num)s kontakt", "%(num)s kontakter", count),
    "interaction_person": lambda count: ngettext("%(num)s kontakt", "%(num)s kontakter", count),
    "lead.company_id": lambda count: ngettext("%(num)s skickat lead", "%(num)s skickade leads", count),
    "lead.person_id": lambda count: ngettext("%(num)s skickat lead", "%(num)s skickade leads", count),
    "meeting_guest.person_id": lambda count: ngettext("%(num)s inbjudan", "%(num)s inbjudningar", count),
    "need.company_id": lambda count: ngettext(
        "%(num)s behov, med sin plats i utbildningsgrupper",
        "%(num)s behov, med sina platser i utbildningsgrupper",
        count,
    ),
    "ownership.owned_company_id": lambda count: ngettext("%(num)s ägare", "%(num)s ägare", count),
    "ownership.owner_company_id": lambda count: ngettext("%(num)s ägt företag", "%(num)s ägda företag", count),
    "participant_month.company_id": lambda count: ngettext(
        "%(num)s månad med deltagare i projekt", "%(num)s månader med deltagare i projekt", count
    ),
    "person.company_id": lambda count: ngettext("%(num)s kontaktperson", "%(num)s kontaktpersoner", count),
    "received_lead.company_id": lambda count: ngettext("%(num)s mottaget lead", "%(num)s mottagna leads", count),
    "size_figures.company_id": lambda count: ngettext("%(num)s räkenskapsår", "%(num)s räkenskapsår", count),
    "size_status.company_id": lambda count: ngettext(
        "%(num)s bedömning av storlek", "%(num)s bedömningar av storlek", count
    ),
    "task.company_id": lambda count: ngettext("%(num)s uppgift", "%(num)s uppgifter", count),
    "tip.company_id": lambda count: ngettext("%(num)s tips", "%(num)s tips", count),
    "trace_question.company_id": lambda count: ngettext(
        "%(num)s fråga till en kollega", "%(num)s frågor till kollegor", count
    ),
    "workplace.company_id": lambda count: ngettext("%(num)s arbetsställe", "%(num)s arbetsställen", count),
}


def is_named(name: str) -> bool:
    """Tell whether there are words for the rows of this column."""
    return name in _LABELS


def counts_as_words(counts: Mapping[str, int]) -> list[str]:
    """Say how many rows of each kind there are, the most first; a kind without words counts as other rows."""
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    told = [_LABELS[name](count) for name, count in ranked if count and name in _LABELS]
    others = sum(count for name, count in ranked if name not in _LABELS)
    return [*told, *([ngettext("%(num)s annan rad", "%(num)s andra rader", others)] if others else [])]
