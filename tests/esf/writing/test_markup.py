"""The small markup: what people write and paste becomes paragraphs, lists and tables, and nothing is lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.documents.blocks import Grid, Items, Text
from broker.documents.markup import marked, parse
from tests.esf.materials import answering, open_pdf
from tests.esf.test_exports import flat, open_docx, tags

LISTS = "- ett\n- **två** ord\n\n3. tredje\n4. fjärde"
ALL = f"Inledning\nandra raden\n\n{LISTS}\n\n| Område | Antal |\n| --- | ---: |\n| Svets | 12 |"


def test_paragraphs_lists_and_tables_are_read():
    first, bullets, numbers, table = parse(ALL)

    assert first == Text("Inledning\nandra raden")
    assert [item.text for item in bullets.items] == ["ett", "två ord"] and bullets.first is None
    assert bullets.items[1].pieces == (("två", True), (" ord", False))
    assert (numbers.first, [item.text for item in numbers.items]) == (3, ["tredje", "fjärde"])
    assert table == Grid(("Område", "Antal"), (("Svets", "12"),), frozenset({1}))


@pytest.mark.parametrize(
    ("pasted", "kind", "size"),
    [
        ("•\tett\n•\ttvå", Items, 2),
        ("· ett\n· två", Items, 2),
        ("o\tett\no\ttvå", Items, 2),
        ("1)\tett\n2)\ttvå", Items, 2),
        ("Område\tAntal\nSvets\t12", Grid, 1),
    ],
)
def test_what_word_processors_leave_of_lists_and_tables_is_read(pasted, kind, size):
    [block] = parse(pasted)

    assert isinstance(block, kind)
    assert len(block.items if kind is Items else block.rows) == size


@pytest.mark.parametrize("text", ["-1 grad", "a | b", "5*3*2", "**", "2026. Sedan", "ett\ttabbsteg", "o sole mio", "-"])
def test_a_sign_that_only_looks_like_markup_stands_for_itself(text):
    assert parse(text) == [Text(text)]


@given(st.text(alphabet="ab1. -*|\t\n•o)", max_size=60))
def test_no_word_of_a_text_is_lost_or_moved(text):
    words = []
    for block in parse(text):
        match block:
            case Text():
                words.append(block.text)
            case Items():
                words += [item.text for item in block.items]
            case Grid():
                words += [marked(cell).text for row in (block.header, *block.rows) for cell in row]

    kept = "".join(re.findall(r"[ab]", "".join(words)))
    assert kept == "".join(re.findall(r"[ab]", text))


def test_the_exports_have_the_lists_and_tables_as_such():
    document = open_docx(answering(ALL))
    bullets = [row.text for row in document.paragraphs if row.style.name == "List Bullet"]
    assert bullets == ["ett", "två ord"]
    assert "3. tredje" in [row.text for row in document.paragraphs]
    assert any([cell.text for cell in table.rows[0].cells] == ["Område", "Antal"] for table in document.tables)

    tree = flat(tags(open_pdf(answering(ALL)).trailer["/Root"]["/StructTreeRoot"]))
    assert (tree.count("/L"), tree.count("/LBody")) == (2, 4)
