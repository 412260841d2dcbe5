"""Differences word by word."""

from hypothesis import given
from hypothesis import strategies as st

from broker.esf.writing.differences import GONE, NEW, SAME, Piece, compare, count_words

texts = st.text(alphabet="ab å,.\n", max_size=40)


@given(texts, texts)
def test_both_texts_can_be_read_out_of_the_difference(before, after):
    pieces = compare(before, after)

    assert "".join(piece.text for piece in pieces if piece.kind != NEW) == before
    assert "".join(piece.text for piece in pieces if piece.kind != GONE) == after


def test_words_that_change_side_by_side_are_one_change():
    pieces = compare("14 företag i 3 kommuner", "16 bolag i 3 kommuner")

    assert pieces == [Piece(GONE, "14 företag"), Piece(NEW, "16 bolag"), Piece(SAME, " i 3 kommuner")]
    assert count_words(pieces, NEW) == 2
