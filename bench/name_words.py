"""Words as a nation's names have them: the made companies are called by some fifty, real ones by half a million."""

from itertools import islice
from random import Random

from sqlalchemy import insert

from broker import clock
from broker.companies.words.models import NameWord
from broker.extensions import db

COUNT = 500_000
_CHUNK = 10_000
# What Swedish words begin with, have in the middle and end with; together they make more than are asked for.
_PARTS = """
b bl br d dr f fj fl fr g gl gr h hj j k kl kn kr kv l m n p pl pr r s sk sl sm sn sp st str sv t tr v
a e i o u y
b d f g gg k kt l ld ll lm ls m mm n nd ng nn nst p r rd rg rk rl rn rs s sk ss st t tt v
a ab an ar by eri em en er fors gard hult ing is lund mo o on or sen stad ta teknik us vik
"""
_BEGINNINGS, _VOWELS, _MIDDLES, _ENDINGS = (line.split() for line in _PARTS.strip().splitlines())


def add_words():
    """Add half a million made words to those of the names; commits nothing."""
    random, made = Random(1), set()
    while len(made) < COUNT:
        made.add(_word(random))
    words = iter(sorted(made))
    while chunk := [{"word": word, "names": 1, "counted_on": clock.today()} for word in islice(words, _CHUNK)]:
        db.session.execute(insert(NameWord), chunk)


def _word(random):
    syllables = random.choice((1, 1, 2, 2, 3))
    middle = "".join(random.choice(_VOWELS) + random.choice(_MIDDLES) for _ in range(syllables))
    return random.choice(_BEGINNINGS) + middle + random.choice(_ENDINGS)
