"""The extract as a document: the same parts on the page and on paper, and what it says to whoever asked for it."""

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from broker import clock
from broker.documents import pdf
from broker.documents.blocks import Block, Heading, Items, Text, writable
from broker.extracts.extract import Entry, Extract
from broker.extracts.queries import MOST
from broker.formatting import day


def write(extract: Extract) -> bytes:
    """Give the extract as a PDF; its title names nobody, for it stands in lists of files and windows."""
    title = _("Registerutdrag")
    blocks = [Heading(1, title), *document_of(extract)]
    return pdf.render(blocks, title=title, subject=title, created_on=clock.in_sweden(extract.made_at).date())


def document_of(extract: Extract) -> list[Block]:
    """Give the extract in reading order, below its title."""
    return [*_opening(extract), *_sections(extract), *_closing(extract)]


def information(extract: Extract) -> list[str]:
    """Give what the extract says to whoever asked: purpose, what is not in it, and rights (GDPR art. 15.1)."""
    name = extract.organisation
    return [
        _(
            "%(name)s är personuppgiftsansvarig. Uppgifterna används för att ta reda på vad företag behöver lära sig "
            "och för att ordna utbildning. Inga beslut om dig fattas automatiskt.",
            name=name,
        ),
        _(
            "Utdraget säger inte vad som står i bifogade filer. Brev som vi har skickat är med bara när det går att "
            "säga att de är våra, och misslyckade inloggningar hör inte till någon organisation. Offerter i inköp som "
            "inte är beslutade är sekretessbelagda och är inte med."
        ),
        *(
            [_("Andra personers namn är ersatta med [annan person], eftersom de har rätt till skydd (artikel 15.4).")]
            if extract.has_others
            else []
        ),
        _(
            "Du kan begära att fel rättas och att användningen begränsas, och du kan invända mot att uppgifterna "
            "används. Uppgifter i allmänna handlingar får inte alltid raderas. Vänd dig till %(name)s. Är du inte "
            "nöjd kan du klaga hos Integritetsskyddsmyndigheten (IMY).",
            name=name,
        ),
    ]


def left_out(extract: Extract) -> str:
    """Say what somebody left out and why, or nothing."""
    if not extract.left_out:
        return ""
    if not extract.left_out_count:
        return extract.left_out
    counted = ngettext("%(num)s uppgift är utelämnad", "%(num)s uppgifter är utelämnade", extract.left_out_count)
    return f"{counted}: {extract.left_out}"


def _opening(extract: Extract) -> Iterator[Block]:
    on = day(clock.in_sweden(extract.made_at).date())
    yield _text(
        _("Från %(name)s den %(day)s, enligt artikel 15 i dataskyddsförordningen.", name=extract.organisation, day=on)
    )
    if extract.asked_for:
        yield Items(tuple(_pair(label, value) for label, value in extract.asked_for))
    if not extract.count:
        yield _text(_("Vi har inte hittat några uppgifter om dig."))
    if extract.cut:
        yield _text(
            _(
                "Det finns fler uppgifter. Bara de %(most)s senaste av varje slag har gåtts igenom: %(kinds)s.",
                most=MOST,
                kinds=", ".join(extract.cut),
            )
        )
    if told := left_out(extract):
        yield _text(told)


def _sections(extract: Extract) -> Iterator[Block]:
    for section in extract.sections:
        yield Heading(2, writable(section.title))
        if section.facts:
            yield Items(tuple(_pair(label, value) for label, value in section.facts))
        for entry in section.entries:
            yield Heading(3, writable(entry.title))
            yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[Block]:
    if entry.facts:
        yield Items(tuple(_pair(label, value) for label, value in entry.facts))
    for text in entry.texts:
        yield _text(text)


def _closing(extract: Extract) -> Iterator[Block]:
    yield Heading(2, _("Till vilka uppgifterna har lämnats ut"))
    if extract.recipients:
        yield Items(tuple(_text(line) for line in extract.recipients))
    else:
        yield _text(_("Vi har inte antecknat att uppgifterna har lämnats ut till någon annan."))
    yield Heading(2, _("Om utdraget och dina rättigheter"))
    for paragraph in information(extract):
        yield _text(paragraph)


def _text(text: str) -> Text:
    return Text(writable(text))


def _pair(label: str, value: str) -> Text:
    label, value = f"{writable(label)}: ", writable(value)
    return Text(label + value, runs=((label, True), (value, False)))
