"""The file of a purchase as one ZIP: the PDF and every paper, named in order, written as it is sent."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from broker import clock
from broker.swedish import clean

_BLOCK = 256 * 1024
_UNSAFE = str.maketrans(dict.fromkeys('/\\:*?"<>|', "-"))
_LONGEST = 120


def stream(content: bytes, papers: Sequence[tuple[str, Path, datetime]], *, written_at: datetime) -> Iterator[bytes]:
    """Give the ZIP in parts, so that neither it nor any paper is ever in memory whole.

    A paper is a name, where its content lies, and when it came. The names say the order: 01_, 02_ and so on.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        archive.writestr(_entry(_numbered(1, "Akt.pdf"), written_at), content)
        yield sink.take()
        for number, (name, path, came_at) in enumerate(papers, start=2):
            with archive.open(_entry(_numbered(number, name), came_at), "w") as target, path.open("rb") as source:
                while block := source.read(_BLOCK):
                    target.write(block)
                    yield sink.take()
    yield sink.take()


def safe(name: str) -> str:
    """Give a name that every system takes, with its å, ä and ö, and with its ending."""
    plain = clean(name).translate(_UNSAFE).replace("\n", " ").strip(". ") or "fil"
    stem, dot, ending = plain.rpartition(".")
    return plain if len(plain) <= _LONGEST else f"{stem[: _LONGEST - len(ending) - 1]}{dot}{ending}"[:_LONGEST]


def _numbered(number: int, name: str) -> str:
    return f"{number:02}_{safe(name)}"


def _entry(name: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, clock.in_sweden(moment).timetuple()[:6])
    entry.external_attr = 0o644 << 16
    return entry


class _Sink:
    """Takes what the archive writes until it is sent; it cannot be gone back in, so the archive never tries."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        """Keep a part until it is sent."""
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Do nothing: what is written is sent by whoever takes it."""

    def close(self) -> None:
        """Do nothing, for the same reason."""

    def take(self) -> bytes:
        """Give what has been written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken
