"""First texts whose data have changed: told sentence by sentence, and taken in without touching what people wrote."""

from hypothesis import given
from hypothesis import strategies as st

from broker.esf.writing.freshness import Change, changes, take_in

OLD = "3 företag deltar. [1]\n\nNio kvinnor. [2]"
NOW = "4 företag deltar. [1]\n\nNio kvinnor. [2]\n\nKursen är kort. [3]"
SOURCES = [{"number": number, "text": f"ny rad {number}", "page": "actors"} for number in (1, 2, 3)]
OWN = [{"number": 5, "text": "gammal rad", "page": "actors"}, {"number": 6, "text": "annan rad", "page": "actors"}]


def test_only_the_sentences_that_differ_are_told():
    assert changes(OLD, NOW) == [Change("3 företag deltar.", "4 företag deltar."), Change("", "Kursen är kort.")]


def test_a_sentence_that_stands_is_replaced_inside_what_people_wrote():
    taken = take_in("Vi tror. 3 företag deltar. [5] Det räcker.\n\nNio kvinnor. [6]", OWN, OLD, NOW, SOURCES)

    assert taken.text == ("Vi tror. 4 företag deltar. [7] Det räcker.\n\nNio kvinnor. [6]\n\nKursen är kort. [8]")
    assert [(row["number"], row["text"]) for row in taken.sources[2:]] == [(7, "ny rad 1"), (8, "ny rad 3")]
    assert taken.by_hand == []


def test_a_sentence_that_somebody_rewrote_is_left_and_told():
    taken = take_in("Hela tre företag är med! [5]", OWN, OLD, NOW, SOURCES)

    assert taken.text.startswith("Hela tre företag är med! [5]")
    assert taken.by_hand == [Change("3 företag deltar.", "4 företag deltar.")]


def test_a_sentence_that_the_data_no_longer_say_goes():
    assert take_in("Före.\n\nNio kvinnor. [6]\n\nEfter.", OWN, OLD, "3 företag deltar. [1]", SOURCES).text == (
        "Före.\n\nEfter."
    )


@given(st.lists(st.sampled_from(["Ett.", "Två.", "Tre."]), unique=True), st.text(alphabet="xyz ", max_size=10))
def test_what_people_wrote_is_there_afterwards_whatever_the_data_say(sentences, own):
    own = " ".join(own.split())
    taken = take_in(f"{own}\n\nEtt.", [], "Ett.", "\n\n".join(sentences), [])

    assert taken.text.startswith(own)
    assert changes("\n\n".join(sentences), "\n\n".join(sentences)) == []
