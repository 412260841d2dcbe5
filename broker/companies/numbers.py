"""Organisation numbers and the personal identity numbers of sole traders: reading, writing, masking."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from broker.sentences import N_, Sentence

_LUHN_PAIR = {f"{first}{second}": sum(divmod(first * 2, 10)) + second for first in range(10) for second in range(10)}
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_VAT = re.compile(r"(?i)SE(\d{10})01")
_DIGITS = re.compile(r"(\d{2})?\d{6}-?\d{4}", re.ASCII)
_WITH_AGE_SIGN = re.compile(r"\d{6}\+\d{4}", re.ASCII)
_WITHIN = re.compile(r"(?<!\d)(?:\d{2})?\d{6}[-+]?\d{4}(?!\d)", re.ASCII)
_CENTURIES = ("18", "19", "20")
_ASK_FOR_TWELVE = Sentence(
    N_(
        "Numret är ett personnummer utan århundrade. Skriv det med tolv siffror (ÅÅÅÅMMDD-NNNN), "
        "så att det inte kan förväxlas med en annan persons."
    )
)


class InvalidNumberError(ValueError):
    """Say why a text is no organisation number and what to do; never repeats the number itself."""

    def __init__(self, sentence: Sentence, *, is_personal: bool = False) -> None:
        super().__init__(sentence)
        self.is_personal = is_personal


@dataclass(frozen=True, slots=True)
class Number:
    """The number of an organisation (ten digits) or of a sole trader, who is a person (twelve digits)."""

    digits: str

    @property
    def is_personal(self) -> bool:
        """Tell whether the number points out a person."""
        return len(self.digits) == 12

    def __repr__(self) -> str:
        """Give the masked form, so that no personal number reaches a log."""
        return f"Number({mask_number(self)})"


def parse_number(text: str) -> Number:
    """Give the number written in any usual form, or raise InvalidNumberError.

    A personal number is looked for first, since both kinds share the check digit: in an organisation number
    the third digit is at least 2, in a personal number the month makes it 0 or 1.
    """
    digits = _digits_of(text)
    if len(digits) == 12 and digits[:2] in _CENTURIES:
        return _person(digits)
    if len(digits) == 12 and digits[:2] != "16":
        raise InvalidNumberError(
            Sentence(
                N_(
                    "Numret har tolv siffror men börjar varken med 16 eller med ett århundrade. "
                    "Skriv organisationsnumret med tio siffror."
                )
            )
        )
    return _organisation(digits[-10:])


def find_organisation_number(digits: str) -> Number | None:
    """Give the number for an organisation's ten plain digits, or None: the fast way for large files."""
    if len(digits) != 10 or digits[2] < "2" or not has_check_digit(digits):
        return None
    return Number(digits)


def has_check_digit(digits: str) -> bool:
    """Tell whether ten digits end in the right check digit (Luhn)."""
    try:
        total = (
            _LUHN_PAIR[digits[:2]]
            + _LUHN_PAIR[digits[2:4]]
            + _LUHN_PAIR[digits[4:6]]
            + _LUHN_PAIR[digits[6:8]]
            + _LUHN_PAIR[digits[8:]]
        )
    except KeyError:
        return False
    return total % 10 == 0


def format_number(number: Number) -> str:
    """Write the number in full with its hyphen; a personal number only where a person may see it."""
    return f"{number.digits[:-4]}-{number.digits[-4:]}"


def mask_number(number: Number) -> str:
    """Write the number for lists, exports and logs: a personal number shows its century alone."""
    return f"{number.digits[:2]}••••••-••••" if number.is_personal else format_number(number)


def holds_personal_number(text: str) -> bool:
    """Tell whether a text names a personal number among other words."""
    for found in _WITHIN.findall(text):
        try:
            if parse_number(found).is_personal:
                return True
        except InvalidNumberError as error:
            if error.is_personal:
                return True
    return False


def _digits_of(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    visible = "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc"))
    compact = re.sub(r"(?<=\d)[.,]0+$", "", visible.lstrip("'"), flags=re.ASCII)
    if not compact:
        raise InvalidNumberError(Sentence(N_("Organisationsnummer saknas. Ange tio siffror, NNNNNN-NNNN.")))
    if vat := _VAT.fullmatch(compact):
        return vat[1]
    if _WITH_AGE_SIGN.fullmatch(compact):
        raise InvalidNumberError(_ASK_FOR_TWELVE, is_personal=True)
    if not _DIGITS.fullmatch(compact):
        raise InvalidNumberError(_why_not_digits(compact))
    return compact.replace("-", "")


def _why_not_digits(compact: str) -> Sentence:
    if _SCIENTIFIC.fullmatch(compact):
        return Sentence(
            N_("Excel har kortat numret (som 5,56E+09). Gör kolumnen till text i Excel och fyll i numret igen.")
        )
    digits = compact.replace("-", "")
    if not (digits.isascii() and digits.isdigit()):
        return Sentence(N_("Numret innehåller annat än siffror och bindestreck. Skriv det som NNNNNN-NNNN."))
    if len(digits) in (10, 12):
        return Sentence(N_("Bindestrecket står på fel plats. Skriv numret som NNNNNN-NNNN."))
    text = N_("Numret har %(count)s siffror. Ett organisationsnummer har tio: kontrollera det.")
    if len(digits) in (9, 11):
        text = N_(
            "Numret har %(count)s siffror. Ett organisationsnummer har tio: kontrollera det. "
            "Excel kan ha tagit bort en inledande nolla."
        )
    return Sentence(text, {"count": len(digits)})


def _organisation(digits: str) -> Number:
    if digits[2] < "2":
        if _is_birth_date(f"20{digits[:6]}") and has_check_digit(digits):
            raise InvalidNumberError(_ASK_FOR_TWELVE, is_personal=True)
        raise InvalidNumberError(
            Sentence(
                N_(
                    "Numret är varken ett organisationsnummer (tredje siffran är minst 2) eller ett personnummer. "
                    "Kontrollera det mot företagets faktura eller webbplats."
                )
            )
        )
    if not has_check_digit(digits):
        raise InvalidNumberError(
            Sentence(N_("Kontrollsiffran stämmer inte. Kontrollera numret siffra för siffra och rätta det."))
        )
    return Number(digits)


def _person(digits: str) -> Number:
    if not _is_birth_date(digits[:8]):
        raise InvalidNumberError(
            Sentence(
                N_(
                    "Numrets första åtta siffror är inget födelsedatum. Skriv personnumret som ÅÅÅÅMMDD-NNNN "
                    "eller organisationsnumret som NNNNNN-NNNN."
                )
            ),
            is_personal=True,
        )
    if not has_check_digit(digits[2:]):
        raise InvalidNumberError(
            Sentence(
                N_("Personnumrets kontrollsiffra stämmer inte. Kontrollera numret siffra för siffra och rätta det.")
            ),
            is_personal=True,
        )
    return Number(digits)


def _is_birth_date(digits: str) -> bool:
    # A samordningsnummer is a birth date with 60 added to the day.
    day = int(digits[6:])
    try:
        date(int(digits[:4]), int(digits[4:6]), day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True
