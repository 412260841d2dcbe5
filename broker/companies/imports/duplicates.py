"""The same company on several rows of one ordinary list."""

from array import array
from dataclasses import replace

from broker.companies.imports.people import is_shared_address
from broker.companies.imports.rows import CompanyRow, PersonRow, ReadResult, Refusal, Skipped, SkipReason
from broker.sentences import N_, Sentence
from broker.swedish import company_key, search_key

_FACTS = (
    "name",
    "legal_form",
    "registered_on",
    "industry",
    "street",
    "postcode",
    "post_town",
    "country",
    "municipality_name",
    "sni_codes",
    "employees",
    "phone",
    "email",
    "website",
)
_CONTACT = ("contact_name", "contact_function", "contact_email", "contact_phone")


class CompaniesInList:
    """Remember the companies of one list, as hashes, so that a long list does not fill the memory.

    A later row of the same company is accepted when it says nothing else about the company and names another
    contact person (Lime gives one row for each person), skipped when it says nothing new, and else refused.
    """

    def __init__(self) -> None:
        self._first: dict[str, tuple[int, array[int], list[int]]] = {}

    def check(self, row: CompanyRow, number_column: str) -> ReadResult:
        """Give the row back when it adds something, else why it is skipped or refused."""
        facts = array("q", (_hash_of(row, field) for field in _FACTS))
        told = (*(getattr(row, field) for field in _CONTACT), row.contact_is_protected)
        contact = hash(told) if _has_contact(row) else 0
        note = _hash_of(row, "note")
        known = self._first.get(row.number.digits)
        if known is None:
            self._first[row.number.digits] = (row.row, facts, [contact, note])
            return row
        first_row, first_facts, people = known
        is_same = all(fact in (0, first) for fact, first in zip(facts, first_facts, strict=True))
        if is_same and contact and contact not in people[::2]:
            people += [contact, note]
            # What the first row says of the company is not taken away by an empty cell of a later one.
            return replace(row, clears=row.clears.intersection(_CONTACT)) if row.clears else row
        if is_same and (contact == 0 or contact in people[::2]) and (note == 0 or note in people[1::2]):
            return Skipped(row.row, SkipReason.REPEATED)
        return Refusal(
            row.row,
            number_column,
            Sentence(
                N_(
                    "Företaget finns redan på rad %(row)s med andra uppgifter. "
                    "Slå ihop raderna till en, eller ta bort den som är fel."
                ),
                {"row": first_row},
            ),
        )


class PeopleInList:
    """Remember the people of one list, so that nobody is stored twice and nobody takes over another's address."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str], tuple[int, int]] = {}
        self._addresses: dict[tuple[str, str], int] = {}

    def check(self, row: PersonRow) -> ReadResult:
        """Give the row back when it is the first of its person, else why it is skipped or refused."""
        company = row.company_number.digits if row.company_number else company_key(row.company_name or "")
        facts = hash((row.contact_function, row.contact_email, row.contact_phone, row.contact_is_protected))
        first = self._names.setdefault((company, search_key(row.contact_name)), (row.row, facts))
        if first != (row.row, facts):
            if first[1] == facts:
                return Skipped(row.row, SkipReason.REPEATED)
            return _refused(
                row, N_("Personen finns redan på rad %(row)s med andra uppgifter. Slå ihop raderna."), first[0]
            )
        email = (row.contact_email or "").lower()
        if email and not is_shared_address(email):
            first_row = self._addresses.setdefault((company, email), row.row)
            if first_row != row.row:
                sentence = N_(
                    "E-postadressen står också på rad %(row)s, hos någon annan på företaget. Rätta en av dem."
                )
                return _refused(row, sentence, first_row)
        return row


def _refused(row: PersonRow, sentence: str, first_row: int) -> Refusal:
    return Refusal(row.row, None, Sentence(sentence, {"row": first_row}), row.company_name)


def _hash_of(row: CompanyRow, field: str) -> int:
    value = getattr(row, field)
    return 0 if value is None else hash(value)


def _has_contact(row: CompanyRow) -> bool:
    return any(getattr(row, field) for field in _CONTACT)
