"""Which documents are taken as papers."""

import io
import zipfile

import pytest

from broker import file_kinds
from broker.errors import RefusedError


def package(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("Offert.PDF", b"%PDF-1.7"),
        ("avtal.docx", package("[Content_Types].xml", "word/document.xml")),
        ("avtal.odt", package("mimetype", "content.xml")),
        ("pris.xls", b"\xd0\xcf\x11\xe0\xa1"),
        ("brev.eml", "Från: någon".encode()),
        ("anteckning.txt", "åäö".encode("utf-16")),
        ("intyg.jpg", b"\xff\xd8\xff\xe0"),
    ],
)
def test_a_document_is_taken_and_left_at_its_beginning(scope, name, content):
    stream = io.BytesIO(content)
    file_kinds.refuse_other_kinds(stream, name)
    assert stream.read() == content


@pytest.mark.parametrize(
    "name", ["program.exe", "skript.ps1", "sida.html", "bild.svg", "arkiv.zip", "x.pdf.exe", "pdf"]
)
def test_what_is_no_document_is_refused_with_what_is_taken(scope, name):
    with pytest.raises(RefusedError, match="Det här tas emot: PDF, Word"):
        file_kinds.refuse_other_kinds(io.BytesIO(b"%PDF"), name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("offert.pdf", b"MZ\x90\x00"),
        ("offert.txt", b"MZ\x90\x00"),
        ("offert.docx", b"MZ\x90\x00"),
        ("offert.docx", package("META-INF/MANIFEST.MF")),
        ("offert.docx", package("[Content_Types].xml", "word/vbaProject.bin")),
        ("skript.txt", b"#!/bin/sh"),
        ("bild.png", b"<svg>"),
    ],
)
def test_a_content_that_is_not_what_the_name_says_is_refused(scope, name, content):
    with pytest.raises(RefusedError, match="Innehållet är inte det"):
        file_kinds.refuse_other_kinds(io.BytesIO(content), name)
