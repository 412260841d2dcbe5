"""How a company's number of people is dealt out over its parts of a cohort, when it is another than was planned."""

from collections.abc import Sequence


def dealt_out(total: int, planned: Sequence[int]) -> list[int]:
    """Give how many each part gets: as planned as far as they last, and what is more in the first."""
    left, found = total, []
    for size in planned:
        found.append(min(size, left))
        left -= found[-1]
    return [found[0] + left, *found[1:]] if found else []
