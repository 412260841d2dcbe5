"""The headings of ordinary lists: which field each column holds, in Swedish, English, HubSpot and Lime."""

import hashlib
import re
from collections.abc import Sequence

from broker.companies.imports.errors import UnreadableFileError
from broker.sentences import N_, Sentence
from broker.swedish import search_key

# The fields a list can fill, with the names shown where a user corrects the guess.
FIELD_TITLES = {
    "number": N_("Organisationsnummer"),
    "name": N_("Företagsnamn"),
    "legal_form": N_("Företagsform"),
    "registered_on": N_("Registreringsdatum"),
    "industry": N_("Bransch eller verksamhet"),
    "street": N_("Gatuadress"),
    "postcode": N_("Postnummer"),
    "post_town": N_("Postort"),
    "postcode_town": N_("Postnummer och ort i samma kolumn"),
    "country": N_("Land"),
    "municipality_name": N_("Kommun"),
    "sni_2025": N_("SNI-kod (SNI 2025)"),
    "sni_2007": N_("SNI-kod (SNI 2007)"),
    "employees": N_("Antal anställda"),
    "phone": N_("Företagets telefon"),
    "email": N_("Företagets e-post"),
    "website": N_("Webbplats"),
    "contact_name": N_("Kontaktperson"),
    "contact_first_name": N_("Kontaktpersonens förnamn"),
    "contact_last_name": N_("Kontaktpersonens efternamn"),
    "contact_function": N_("Kontaktpersonens befattning"),
    "contact_email": N_("Kontaktpersonens e-post"),
    "contact_phone": N_("Kontaktpersonens telefon"),
    "contact_source": N_("Varifrån kontaktpersonens uppgifter kommer"),
    "contact_legal_basis": N_("Rättslig grund för kontaktpersonens uppgifter"),
    "contact_is_protected": N_("Skyddad identitet (ja eller nej)"),
    "note": N_("Anteckning"),
}
# What a list of people can say: who it is, and at which company.
PEOPLE_FIELDS = ("number", "name", *(field for field in FIELD_TITLES if field.startswith("contact_")))

# The fields of which an empty cell may say that what is stored is no longer true.
CLEARABLE = (
    "industry", "employees", "phone", "email", "website",
    "contact_function", "contact_email", "contact_phone", "note",
)  # fmt: skip

_KNOWN = {
    "number": (
        "organisationsnummer|organisationsnr|orgnr|org nr|org nummer|orgnummer|organisations nr|"
        "foretag orgnr|foretag organisationsnummer|organisation number|organization number|org no|"
        "company number|registration number|company registration number|vat number|momsnummer|"
        "momsregistreringsnummer|vat nr|organisationsnummer personnummer"
    ),
    "name": (
        "foretag|foretagsnamn|foretagets namn|foretag namn|bolag|bolagsnamn|firma|firmanamn|kund|"
        "kundnamn|organisation|organisationsnamn|arbetsgivare|company|company name|account name|"
        "organization name|foretag foretagsnamn|associated company|primary company"
    ),
    "legal_form": "bolagsform|foretagsform|organisationsform|juridisk form|legal form|company type",
    "registered_on": "registreringsdatum|registrerat|registrerad|bolaget registrerat|founded",
    "industry": "bransch|verksamhet|verksamhetsbeskrivning|naringsgren|industry|foretag bransch",
    "street": (
        "adress|gatuadress|besoksadress|postadress|utdelningsadress|adress 1|gata|address|"
        "street address|street|foretag adress 1|foretag adress|foretag besoksadress|"
        "foretag postadress|address line 1|visiting address"
    ),
    "postcode": ("postnr|postnummer|post nr|foretag postnr|foretag postnummer|postal code|postcode|zip|zip code"),
    "post_town": "ort|postort|stad|city|town|foretag ort|foretag postort",
    "postcode_town": (
        "adress 2|foretag adress 2|postnr ort|postnr och ort|postnummer och ort|postnummer ort|postnr postort|zip city"
    ),
    "country": "land|country|country region|foretag land",
    "municipality_name": "kommun|kommunnamn|sateskommun|foretag kommun|municipality",
    "sni_2025": "sni 2025|sni2025|sni kod 2025|snikod 2025",
    "sni_2007": "sni 2007|sni2007|sni kod 2007|snikod 2007",
    "employees": (
        "antal anstallda|anstallda|antal anst|anst|personal|antal medarbetare|number of employees|"
        "employees|headcount|foretag antal anstallda|storlek"
    ),
    "phone": "foretagets telefon|foretag telefon|vaxel|telefon vaxel|company phone|company phone number",
    "email": "foretagets e post|foretag e post|foretag epost|company email|info e post",
    "website": (
        "webbplats|hemsida|webb|url|www|website|website url|company domain name|foretag webbplats|foretag hemsida"
    ),
    "contact_name": (
        "kontaktperson|kontakt|kontaktpersonens namn|kontakt namn|person namn|person|contact|"
        "contact name|contact person|namn kontaktperson|kontaktperson namn"
    ),
    "contact_first_name": "fornamn|kontaktperson fornamn|person fornamn|first name",
    "contact_last_name": "efternamn|kontaktperson efternamn|person efternamn|last name",
    "contact_function": "befattning|titel|roll|funktion|person befattning|person titel|job title|title",
    "contact_email": "person e post|person epost|kontaktperson e post|e post kontaktperson|contact email",
    "contact_phone": (
        "person mobil|person telefon|mobil|mobiltelefon|mobilnummer|kontaktperson telefon|"
        "telefon kontaktperson|direkttelefon|mobile phone number|mobile|contact phone"
    ),
    "contact_source": "kalla|uppgiftskalla|kontaktperson kalla|kontaktpersonens kalla",
    "contact_legal_basis": "rattslig grund|laglig grund|legal basis",
    "contact_is_protected": (
        "skyddad identitet|skyddad|skyddade personuppgifter|sekretess|sekretessmarkering|sekretessmarkerad|"
        "skyddad folkbokforing|protected identity|protected"
    ),
    "note": (
        "anteckning|anteckningar|kommentar|kommentarer|kompetensbehov|kompetensbehov kommentar|behov|"
        "ovrigt|notering|notes|note|comment|comments"
    ),
}
# What these mean depends on the columns around them: the company's, or those of the person standing before.
_UNCERTAIN = {
    "namn|name": ("name", "contact_name"),
    "telefon|tel|telefonnummer|tfn|tel nr|phone|phone number": ("phone", "contact_phone"),
    "e post|epost|e mail|email|mail|mejl|e postadress|epostadress": ("email", "contact_email"),
}
_FIELD_OF = {key: field for field, keys in _KNOWN.items() for key in keys.split("|")}
_CHOICE_OF = {key: fields for keys, fields in _UNCERTAIN.items() for key in keys.split("|")}
_EMPTY = re.compile(r"Kolumn (\d+)")
_NUMBER_STARTS = ("organisationsnummer ", "orgnr ", "org nr ", "org nummer ")
_PERSON_FIELDS = frozenset({"contact_name", "contact_first_name", "contact_last_name"})


def guess_mapping(headings: Sequence[str]) -> dict[str, str]:
    """Give which field each heading stands for; headings that are not recognised are left out."""
    mapping: dict[str, str] = {}
    for heading in headings:
        field = _field_of(search_key(heading))
        if field and field not in mapping.values():
            mapping[heading] = field
    for place, heading in enumerate(headings):
        choice = _CHOICE_OF.get(search_key(heading))
        if choice and heading not in mapping:
            person_before = any(mapping.get(earlier) in _PERSON_FIELDS for earlier in headings[:place])
            # A second number after a person may be private, so it never becomes the company's by a guess.
            free = [field for field in choice[person_before:] if field not in mapping.values()]
            if free:
                mapping[heading] = free[0]
    return {heading: mapping[heading] for heading in headings if heading in mapping}


def guess_people_mapping(headings: Sequence[str]) -> dict[str, str]:
    """Give which field each heading of a list of people stands for: names and addresses are those of the person."""
    keys = {heading: search_key(heading) for heading in headings}
    mapping: dict[str, str] = {}
    # A telephone that is said to be a mobile is the person's before one that may be anybody's.
    for field_of in (_field_of, lambda key: _CHOICE_OF.get(key, ("", None))[1]):
        for heading, key in keys.items():
            field = field_of(key)
            if field in PEOPLE_FIELDS and heading not in mapping and field not in mapping.values():
                mapping[heading] = field
    return {heading: mapping[heading] for heading in headings if heading in mapping}


def is_list_of_people(headings: Sequence[str]) -> bool:
    """Tell whether a list seems to be one of people: somebody to reach, no number and no facts of a company."""
    people, companies = set(guess_people_mapping(headings).values()), set(guess_mapping(headings).values())
    facts = companies - set(PEOPLE_FIELDS) - {"phone", "email", "note"}
    reach = {"contact_email", "contact_phone", "contact_function"} & people
    return bool(_PERSON_FIELDS & people and reach) and not facts and "number" not in companies


def checked_mapping(mapping: dict[str, str], headings: Sequence[str]) -> dict[str, str]:
    """Give a caller's own mapping back, or raise UnreadableFileError when it does not fit the file."""
    chosen = {heading: field for heading, field in mapping.items() if field}
    for heading, field in chosen.items():
        if heading not in headings:
            raise UnreadableFileError(
                Sentence(
                    N_("Kolumnen %(heading)s finns inte i filen. Välj bland filens kolumner igen."),
                    {"heading": heading},
                )
            )
        if field not in FIELD_TITLES:
            raise UnreadableFileError(
                Sentence(
                    N_("Kolumnen %(heading)s pekar på ett okänt fält. Välj fält i listan igen."), {"heading": heading}
                )
            )
    for field in set(chosen.values()):
        if list(chosen.values()).count(field) > 1:
            raise UnreadableFileError(
                Sentence(
                    N_("Två kolumner är valda till %(field)s. Välj en av dem."),
                    {"field": Sentence(FIELD_TITLES[field])},
                )
            )
    return chosen


def fingerprint(headings: Sequence[str]) -> str:
    """Give what tells one list's headings from another's, without keeping what somebody may have written in them."""
    return hashlib.sha256("\n".join(headings).encode()).hexdigest()


def shown_heading(heading: str) -> Sentence:
    """Give a column's name as people see it: that of an empty heading is ours, any other is the file's own."""
    if found := _EMPTY.fullmatch(heading):
        return Sentence(N_("Kolumn %(place)s"), {"place": found[1]})
    return Sentence("%(heading)s", {"heading": heading})


def unique_headings(cells: Sequence[str]) -> tuple[str, ...]:
    """Give each column a name of its own: empty headings by place, repeated ones numbered."""
    names: list[str] = []
    taken: set[str] = set()
    for place, cell in enumerate(cells, start=1):
        heading = name = " ".join(cell.split()) or f"Kolumn {place}"
        copy = 1
        while name in taken:
            copy += 1
            name = f"{heading} ({copy})"
        taken.add(name)
        names.append(name)
    return tuple(names)


def _field_of(key: str) -> str | None:
    if key.startswith(_NUMBER_STARTS):
        return "number"
    return _FIELD_OF.get(key)
