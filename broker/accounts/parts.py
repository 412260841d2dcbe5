"""What other features tell on the page for administrators, one line each."""

from collections.abc import Callable

# Gives a sentence and where to read more, or nothing when there is nothing to tell.
AdministrationLine = Callable[[], tuple[str, str] | None]
_lines: list[AdministrationLine] = []


def administration_line(line: AdministrationLine) -> AdministrationLine:
    """Mark what a feature has to tell those who administer the organisation in scope."""
    _lines.append(line)
    return line


def administration_lines() -> list[tuple[str, str]]:
    """Give what there is to tell now."""
    return [told for line in _lines if (told := line()) is not None]
