"""The seventeen organisations in twenty-two municipalities of Östra Mellansverige, and people who work there."""

from collections.abc import Iterable
from dataclasses import dataclass

from broker.access import Role
from broker.accounts import passwords
from broker.accounts import service as accounts
from broker.accounts.models import Membership, OrganisationKind, User
from broker.demo.register import organisation_number
from broker.extensions import db
from broker.reference import queries as reference
from broker.swedish import search_key, sort_key

PASSWORD = "broker-demo-2026"  # noqa: S105 - printed for everybody who runs the demo.
FIRST_EMAIL = "maklare@demo.example"

ORGANISATIONS = (
    ("Lärcentrum Östhammar", ("Östhammar",)),
    ("Lärcentrum Tierp", ("Tierp",)),
    ("Lärcentrum Lindesberg", ("Lindesberg",)),
    ("Lärcentrum Karlskoga", ("Karlskoga",)),
    ("Lärcentrum Ljusnarsberg", ("Ljusnarsberg",)),
    ("Lärcentrum Hällefors", ("Hällefors",)),
    ("Lärcentrum Örebro", ("Örebro",)),
    ("Sydnärkes utbildningsförbund", ("Askersund", "Hallsberg", "Laxå")),
    ("Lärcentrum Kinda", ("Kinda",)),
    ("Lärcentrum Motala", ("Motala",)),
    ("Lärcentrum Åtvidaberg", ("Åtvidaberg",)),
    ("Lärcentrum Flen", ("Flen",)),
    ("Lärcentrum Nyköping", ("Nyköping",)),
    ("Lärcentrum Strängnäs", ("Strängnäs",)),
    ("Viadidakt", ("Katrineholm", "Vingåker")),
    ("Lärcentrum Sala", ("Sala",)),
    ("Norra Västmanlands utbildningsförbund", ("Skinnskatteberg", "Fagersta", "Norberg")),
)
FIRST = "Viadidakt"
SECOND = "Lärcentrum Flen"
THIRD = "Lärcentrum Nyköping"
# A series like those of the invented companies, with the first digit that public bodies have.
_SERIES = "2999"


@dataclass(frozen=True)
class DemoOrganisation:
    """An organisation of the demo: its key, its municipalities, who works there."""

    id: int
    name: str
    municipality_codes: tuple[str, ...]
    user_ids: tuple[int, ...]


def add_organisations(*, is_nation: bool) -> list[DemoOrganisation]:
    """Add the organisations with two people each; for the nation also one for every other municipality."""
    password_hash = passwords.hash_password(PASSWORD)
    rows = [(name, [_code(place) for place in places]) for name, places in ORGANISATIONS]
    if is_nation:
        taken = {code for _name, codes in rows for code in codes}
        rows += [
            (f"Lärcentrum {place.name}", [code])
            for code, place in reference.municipalities().items()
            if code not in taken
        ]
    return [_add(name, codes, password_hash, place) for place, (name, codes) in enumerate(rows)]


def _add(name: str, codes: list[str], password_hash: str, serial: int) -> DemoOrganisation:
    kind = OrganisationKind.FEDERATION if len(codes) > 1 else OrganisationKind.LEARNING_CENTRE
    number = organisation_number(_SERIES, serial)
    organisation = accounts.add_organisation(
        name=name, kind=kind, municipality_codes=codes, organisation_number=number, by=None
    )
    people = list(_people(name, _mailbox(name, codes), password_hash))
    db.session.add_all(people)
    db.session.flush()
    for user, roles in zip(people, ([Role.BROKER], list(Role)), strict=True):
        db.session.add(Membership(user_id=user.id, organisation_id=organisation.id, roles=roles))
    return DemoOrganisation(organisation.id, name, tuple(codes), tuple(user.id for user in people))


def _mailbox(name: str, codes: list[str]) -> str:
    words = search_key(name).split()
    if name in dict(ORGANISATIONS):
        return words[0] if len(codes) > 1 else words[-1]
    # Håbo and Habo are two places: beyond the seventeen the code tells them apart.
    return f"{words[-1]}-{codes[0]}"


def add_first_user(organisations: list[DemoOrganisation]) -> User:
    """Add the person that the demo is signed in as: every role at one organisation, broker at a second."""
    user = User(
        email=FIRST_EMAIL,
        name="Demo Mäklare",
        sort_key=sort_key("Demo Mäklare"),
        password_hash=passwords.hash_password(PASSWORD),
        is_operator=True,
    )
    db.session.add(user)
    db.session.flush()
    for organisation in organisations:
        if organisation.name in (FIRST, SECOND):
            roles = list(Role) if organisation.name == FIRST else [Role.BROKER]
            if organisation.name == FIRST:
                user.last_organisation_id = organisation.id
            db.session.add(Membership(user_id=user.id, organisation_id=organisation.id, roles=roles))
    return user


def _people(organisation: str, place: str, password_hash: str) -> Iterable[User]:
    for part, name in (("maklare", "Mäklare"), ("samordnare", "Samordnare")):
        shown = f"{name} {organisation}"
        yield User(
            email=f"{part}.{place}@demo.example",
            name=shown,
            sort_key=sort_key(shown),
            password_hash=password_hash,
        )


def _code(name: str) -> str:
    place = reference.find_municipality(name)
    if place is None:
        raise ValueError(f"unknown municipality {name}")
    return place.code
