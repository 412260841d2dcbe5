"""The square of dots that a telephone reads a text from, as the path of a drawing."""

from dataclasses import dataclass

import segno

# Empty modules around the dots, without which readers do not find them (ISO/IEC 18004).
_MARGIN = 4


@dataclass(frozen=True)
class Drawing:
    """The dots as one path, and how many units the drawing is wide and high."""

    path: str
    size: int


def draw(text: str) -> Drawing:
    """Draw a text; a quarter of a printed code may be damaged, and it is still read."""
    rows = segno.make_qr(text, error="q", boost_error=False).matrix
    dots = (
        f"M{column + _MARGIN} {row + _MARGIN}h1v1h-1z"
        for row, modules in enumerate(rows)
        for column, is_dark in enumerate(modules)
        if is_dark
    )
    return Drawing("".join(dots), len(rows) + 2 * _MARGIN)
