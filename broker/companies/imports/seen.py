"""Which company numbers a national file has already given, in a few dozen megabytes for millions of them."""

from enum import Enum
from mmap import mmap

from broker.companies.imports.rows import CompanyRow

# One bit for each number without its check digit. Mapped memory is handed out only as it is touched, and the
# numbers in use lie close together; a set of them all would need several hundred megabytes.
_BITS_BYTES = 10**9 // 8


class Sighting(Enum):
    """What a row is to the company that it tells of."""

    FIRST = "first"
    BETTER = "better"
    REPEATED = "repeated"


class SeenNumbers:
    """Remember the numbers read, and whether the company was still registered on one of its rows."""

    def __init__(self) -> None:
        self._read = mmap(-1, _BITS_BYTES)
        self._registered = mmap(-1, _BITS_BYTES)
        self._people: dict[str, bool] = {}

    def see(self, row: CompanyRow) -> Sighting:
        """Tell whether the row is the first of its company, or the first that is registered; remember it."""
        digits, is_registered = row.number.digits, row.deregistered_on is None
        if len(digits) == 12:
            known = self._people.get(digits)
            self._people[digits] = is_registered or bool(known)
            return _sighting(is_known=known is not None, is_better=is_registered and not known)
        place, bit = divmod(int(digits[:9]), 8)
        mask = 1 << bit
        is_known, was_registered = self._read[place] & mask, self._registered[place] & mask
        self._read[place] |= mask
        if is_registered:
            self._registered[place] |= mask
        return _sighting(is_known=bool(is_known), is_better=is_registered and not was_registered)


def _sighting(*, is_known: bool, is_better: bool) -> Sighting:
    if not is_known:
        return Sighting.FIRST
    return Sighting.BETTER if is_better else Sighting.REPEATED
