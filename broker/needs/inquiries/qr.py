"""The square of dots that a telephone reads as an address, as the path of a drawing."""

from dataclasses import dataclass

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

# Empty modules around the dots, without which readers do not find them (ISO/IEC 18004).
_MARGIN = 4


@dataclass(frozen=True)
class Drawing:
    """The dots as one path, and how many units the drawing is wide and high."""

    path: str
    size: int


def draw(address: str) -> Drawing:
    """Draw an address; a quarter of a printed code may be damaged, and it is still read."""
    code = QRCode(None, QRErrorCorrectLevel.Q)
    code.addData(address)
    code.make()
    count = code.getModuleCount()
    dots = (
        f"M{column + _MARGIN} {row + _MARGIN}h1v1h-1z"
        for row in range(count)
        for column in range(count)
        if code.isDark(row, column)
    )
    return Drawing("".join(dots), count + 2 * _MARGIN)
