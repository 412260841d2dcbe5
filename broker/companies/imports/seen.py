"""Which company numbers a national file has already given, in a few dozen megabytes for millions of them."""

from mmap import mmap

from broker.companies.imports.rows import CompanyRow

# One bit for each number without its check digit. Mapped memory is handed out only as it is touched, and the
# numbers in use lie close together; a set of them all would need several hundred megabytes.
_BITS_BYTES = 10**9 // 8


class SeenNumbers:
    """Remember the numbers read, and whether the company was still registered on one of its rows."""

    def __init__(self) -> None:
        self._read = mmap(-1, _BITS_BYTES)
        self._registered = mmap(-1, _BITS_BYTES)
        self._people: dict[str, bool] = {}

    def is_news(self, row: CompanyRow) -> bool:
        """Tell whether the row is the first of its company, or the first that is registered; remember it."""
        digits, is_registered = row.number.digits, row.deregistered_on is None
        if len(digits) == 12:
            known = self._people.get(digits)
            self._people[digits] = is_registered or bool(known)
            return known is None or (is_registered and not known)
        place, bit = divmod(int(digits[:9]), 8)
        mask = 1 << bit
        if not self._read[place] & mask:
            self._read[place] |= mask
        elif not is_registered or self._registered[place] & mask:
            return False
        if is_registered:
            self._registered[place] |= mask
        return True
