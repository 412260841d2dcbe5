"""Invented register files in the exact form of the national ones, streamed to a folder, the same for the same seed."""

from random import Random

from broker.demo import words
from broker.demo.register import organisation_number
from broker.reference import queries as reference

# Series that no known company uses; sole traders have the birth dates and serial numbers kept for tests.
SERIES = (
    "5299", "9299", "7299", "8299", "2299", "2599", "5199", "9199", "7199", "8199", "2199", "9399", "7399",
)  # fmt: skip
PERSON = "189312249833"
# Of the rows of the national files: organisations, and those of them that SCB knows.
ORGANISATIONS, IN_SCB, SCB_PEOPLE = 0.41, 0.75, 0.5
_STEP = 611_953
_BOLAGSVERKET = (
    "organisationsidentitet;namnskyddslopnummer;registreringsland;organisationsnamn;organisationsform;"
    "avregistreringsdatum;avregistreringsorsak;pagandeAvvecklingsEllerOmstruktureringsforfarande;"
    "registreringsdatum;verksamhetsbeskrivning;postadress"
)
_FACTS = [
    "COAdress", "Foretagsnamn", "FtgStat", "Gatuadress", "JEStat", "JurForm", "Namn", "Ng1", "Ng2", "Ng3", "Ng4", "Ng5",
    "PeOrgNr", "PostNr", "PostOrt", "RegDatKtid", "Reklamsparrtyp",
]  # fmt: skip
_SCB = "\t".join(["ForAndrTyp", *_FACTS, *(f"m{fact}" for fact in _FACTS if fact != "PeOrgNr"), ""])
_MARKS = "\t1" * 16 + "\t"


def write_files(folder, rows, *, seed=1):
    """Write both files, Bolagsverket's with so many rows; give their paths and how many organisations they hold."""
    random = Random(seed)
    towns = [place.name.upper() for place in reference.municipalities().values()]
    count = int(rows * ORGANISATIONS)
    bolagsverket, scb = folder / "bolagsverket_bulkfil.txt", folder / "scb_bulkfil_JE.txt"
    with bolagsverket.open("w", encoding="utf-8") as first, scb.open("w", encoding="iso-8859-1", newline="") as second:
        first.write(_BOLAGSVERKET + "\n")
        second.write(_SCB + "\r\n")
        for place in range(rows):
            facts = _facts(place, random, towns)
            if place * count // rows == (place + 1) * count // rows:
                first.write(_bolagsverket_row(PERSON, "PERSON", "E", facts))
                if random.random() < IN_SCB * ORGANISATIONS * SCB_PEOPLE / (1 - SCB_PEOPLE) / (1 - ORGANISATIONS):
                    second.write(_scb_row(PERSON, "10", facts))
                continue
            # Neighbours in the real files have nothing in common, so the numbers come in no order.
            number = place * count // rows * _STEP % count
            digits = organisation_number(SERIES[number // 100_000], number % 100_000)
            first.write(_bolagsverket_row(digits, "ORGNR", "AB", facts))
            if random.random() < IN_SCB:
                second.write(_scb_row(f"16{digits}", "49", facts))
    return bolagsverket, scb, count


def _facts(place, random, towns):
    trade, industry, *_rest = words.TRADES[place % len(words.TRADES)]
    town = random.choice(towns)
    return {
        "name": f"Exempel {random.choice(words.PLACES)} {random.choice(words.PLACES)} {trade} {place % 997}",
        "day": f"{random.randint(1950, 2025)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}",
        "ended": f"2019-{random.randint(1, 12):02}-11" if random.random() < 0.4 else "",
        "text": f"Bolaget ska bedriva verksamhet inom {trade.lower()}, äga och förvalta fast och lös egendom samt "
        f"idka därmed förenlig verksamhet i {town.title()} med omnejd.",
        "street": f"Exempelgatan {random.randint(1, 90)}",
        "postcode": f"{random.randint(100, 984)}30",
        "town": town,
        "industry": industry,
    }


def _bolagsverket_row(digits, kind, form, facts):
    reason = "LIAV-AVORG" if facts["ended"] else ""
    fields = (
        f"{digits}${kind}-IDORG", "1", "SE-LAND", f"{facts['name']} {form}$FORETAGSNAMN-ORGNAM${facts['day']}",
        f"{form}-ORGFO", facts["ended"], reason, "", facts["day"], facts["text"],
        f"{facts['street']}$${facts['town']}${facts['postcode']}$SE-LAND",
    )  # fmt: skip
    return '"' + '";"'.join(fields) + '"\n'


def _scb_row(number, form, facts):
    fields = (
        "1", "", "", "1", facts["street"].upper(), "1", form, facts["name"].upper(), facts["industry"],
        "", "", "", "", number, facts["postcode"], facts["town"], facts["day"].replace("-", ""), "1",
    )  # fmt: skip
    return "\t".join(fields) + _MARKS + "\r\n"
