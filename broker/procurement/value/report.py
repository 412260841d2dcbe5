"""The value of a purchase as a PDF in Swedish: every amount, the arithmetic, the code and the reasons."""

from collections.abc import Iterable, Iterator

from broker.documents import pdf
from broker.documents.blocks import Block, Grid, Heading, Text, writable
from broker.formatting import day, in_swedish, kronor, yes_no
from broker.procurement.fields import cpv_label
from broker.procurement.labels import alternative_label
from broker.procurement.models import Purchase
from broker.procurement.situation import Situation
from broker.procurement.value.parts import Part
from broker.procurement.value.queries import find_consequence
from broker.procurement.value.rules import Calculation, basis_of


@in_swedish()
def write(purchase: Purchase, situation: Situation, calculation: Calculation, *, organisation: str) -> bytes:
    """Give the PDF of how the value is reckoned; the same facts give the same bytes."""
    title = writable(f"Värdeberäkning: {purchase.title}")
    blocks = [
        Heading(1, title),
        _facts(situation, calculation, writable(organisation)),
        Heading(2, "Beräkning"),
        *_arithmetic(calculation),
        Heading(2, "Skäl"),
        *_reasons(situation),
    ]
    return pdf.render(blocks, title=title, subject="Värdeberäkning", created_on=situation.today)


def _facts(situation: Situation, calculation: Calculation, organisation: str) -> Grid:
    rows = [
        ("Myndighet", writable(situation.text("contracting_authority") or organisation)),
        ("Diarienummer", writable(situation.text("diary_number") or "")),
        ("CPV-kod", cpv_label(situation.text("cpv_main") or "")),
        ("Upphandlingen påbörjad", day(situation.day("procurement_started"))),
        ("Hur värdet räknats", f"{alternative_label('value_basis', basis_of(situation))} ({calculation.law})"),
        ("Optioner och förlängningar är med", yes_no(situation.values.get("value_includes_options"))),
        ("Uppskattat värde exkl. moms", kronor(calculation.value)),
    ]
    return Grid(("Uppgift", "Värde"), tuple(row for row in rows if row[1]))


def _arithmetic(calculation: Calculation) -> Iterator[Block]:
    rows = [*_rows(calculation.added, "+"), *_rows(calculation.taken_away, "−")]
    if calculation.months > 1:
        rows.append((f"Gånger {calculation.months} månader", "", kronor(calculation.total)))
    if calculation.is_raised:
        rows.append(("Avtalets egna belopp är högre och gäller därför (LOU 5 kap. 3 §)", "", kronor(calculation.least)))
    rows.append(("Värde exkl. moms", "", kronor(calculation.value)))
    yield Grid(("Belopp", "Tecken", "Kronor"), tuple(rows), numeric=frozenset({2}))
    if calculation.left_out:
        yield Text("Det här finns med men räknas inte på den valda grunden:")
        yield Grid(("Belopp", "Tecken", "Kronor"), tuple(_rows(calculation.left_out, "")), numeric=frozenset({2}))


def _rows(parts: Iterable[Part], sign: str) -> Iterator[tuple[str, str, str]]:
    for part in parts:
        label = f"{part.kind.label}: {part.text}"
        if part.use_by:
            label += f", används senast {day(part.use_by)}"
        if part.until:
            label += f", gäller till och med {day(part.until)}"
        yield writable(label), sign, kronor(part.amount)


def _reasons(situation: Situation) -> Iterator[Block]:
    consequence = find_consequence(situation)
    if consequence:
        limits = (
            f"Beloppsgränsen för direktupphandling är {kronor(consequence.within.direct_award_limit)} inom bilaga 2 "
            f"och {kronor(consequence.outside.direct_award_limit)} utanför den, för upphandlingar som påbörjas "
            f"{day(situation.day('procurement_started'))}."
        )
        yield Text(limits)
    for label, name in (
        ("Skäl för CPV-kod och bilaga 2", "annex2_reason"),
        ("Sakliga skäl för uppdelning", "split_reason"),
    ):
        yield Text(writable(f"{label}: {situation.text(name) or 'inga angivna.'}"))
