"""The words of a Swedish text as they are compared: stems, the parts of compounds, and pieces that bear a slip.

å, ä and ö are kept apart from a and o: mätning is no food.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from broker.swedish import clean

# What says that something is taught, to whom and when, and nothing about what it is.
_COMMON_TEXT = """
    och i för att med till av på en ett de som vi vår våra vårt vara är har behöver behov vill kan ska skall få
    får den det dem om eller samt ca st så men sin sina sitt oss man hur vad gör göra går gå gått in ut upp nu dag
    dagar tim timmar kväll helg ny nya nytt nyanställd nyanställda kurs kurser kursen utbildning utbildningar utb
    utbilda utbildas repetition förnya förnyelse fortbildning personal personalen personer person pers medarbetare
    anställd anställda deltagare alla hela fler flera några någon ingen inte steg grund grundkurs grunder
    grunderna grundläggande intro introduktion nybörjare nybörjarkurs fortsättning fortsättningskurs påbyggnad
    intensiv nivå del kategori företag företaget företagare småföretag småföretagare firman lära lär sig bli blir
    bättre mer veta hjälp gärna bara också sedan varje efter före innan inför under hos vid från över utan mot där
    när här kort körkort certifikat bevis behörighet licens intyg diplom utbildningsbevis förarbevis
    kompetensbevis examen erfarenhet vana kunskap kunskaper arbeta arbetar jobb jobba jobbar jobbet använda
    används vet ej ring ringa två tre fyra fem sex sju åtta nio tio elva tolv januari februari mars april maj juni
    juli augusti september oktober november december våren hösten sommaren vintern höst sommar vinter år året
    nästa yrkesbevis yrkesutbildning yrkes cert
"""
# What people say around what they want.
_TALK_TEXT = """
    körning körvana reparationsvana köra kör kört gubbar gubbarna grabbar grabbarna killar killarna tjejer folk
    gänget å nån nåt nåra sånt sån ens enda alltså ju väl nog liksom typ jag dig han hon min mitt mina deras ha hade
    haft ge ger gett fick fått blev blivit komma kommer kom säger säga sa tror tycker behövs behövde måste borde
    skulle ville kunde kunnat kunna ta tar tog ställa ställer ställs sätta sätter lägga lägger visa visar se ser
    sett hitta hittar letar leta söker söka hej tack trevligt träffas senast semester semestern igen gång gånger
    sant förra veckan veckor månad månader halvår halva hel helt lite mycket aldrig alltid ofta snart redan ännu än
    då ni er era ert varandra egen egna själv själva svar svara svarar uppe nere hemma stor större liten mindre bra
    dålig fel varför vart vilka vilken vilket sådant kollega kollegor kollegan
"""
_COMMON = frozenset((_COMMON_TEXT + _TALK_TEXT).split())
_TAUGHT = re.compile(
    r"(utbildningar|utbildningen|utbildning|utb|kurserna|kurser|kursen|kurs|korten|kortet|körkort|kort|certifikat"
    r"|certifikatet|certet|cert|förarbevis|beviset|bevis|licenser|licensen|licens|intyg|prövning|prov)$"
)
_PROOF = re.compile(r"certifikat|licens|prövning")
# The longest ending that leaves a stem comes off; what belongs to how a thing is done comes off with it.
_ENDING = re.compile(
    r"(ningarna|ningar|ningen|ning|elserna|elser|elsen|else|arnas|ernas|ornas|arens|andet|heten|heter|arna|erna|orna"
    r"|aren|arna|arne|ande|ade|are|het|ens|ets|en|et|er|ar|or|na|as|es|a|e|s)$"
)
_SHORTEST_STEM = 3
# So many words say what a text is about; a long letter is no title.
_MOST_WORDS, _LONGEST_WORD = 100, 50
# Whom a thing is for, how many they are, and where they work: a noun in its definite form.
_NUMBERS = "två|tre|fyra|fem|sex|sju|åtta|nio|tio|elva|tolv"
_AUDIENCE = re.compile(
    r"\b(?:för|till|åt)\s+(?P<people>[^,.;:+/&()–]+)|\b(?:på|i|hos|från)\s+(?P<place>\w+(?:en|et|an|na))\b"
    rf"|\b(?:\d{{1,2}}|{_NUMBERS})\s+(?:st\s+)?(?P<counted>\w+(?:are|örer|er|or|ar))\b"
)
# Whoever looks for a welder wants to employ one.
_WANTED = re.compile(
    rf"\b(?:hitta|hittar|söker|söka|anställa|rekrytera|tag på)\s+(?:en|ett|fler|nya|\d{{1,2}}|{_NUMBERS})"
    r"\s+\w+(?:are|arna|ör|örer|ist|ister|biträde|biträden)\b"
)
# People who are known: they are taught something else than what they are called by.
_KNOWN_PEOPLE = re.compile(r"(?:(?<!ning)arna|örer|örerna|isterna|männen)$")
# MIG is a way of welding, and "mig" is me.
_ME = re.compile(r"\b(?:lära|lär|av|för|åt|hos|till|ring|hjälpa|med|på|visa|som|hör)\s+mig\b")
_NO_LETTER = re.compile(r"[^0-9a-zåäö]+")
_PLAIN = str.maketrans({"é": "e", "è": "e", "ü": "u", "æ": "ä", "ø": "ö"})
_UNDOTTED = str.maketrans("åäö", "aao")
# Letters that join the parts of a compound, and vowels that a first part loses or changes.
_JOINTS = ("", "s", "e", "u", "o", "a", "n")
# A part whose other part is unknown has to be longer, to be more than chance.
_SHORTEST_PART, _SHORTEST_LONE_PART = 3, 4
_SHORTEST_PIECE, _LONGEST_PIECE = 3, 4


def content_words(text: str) -> list[str]:
    """Give the first words that say what a text is about, each once; what is common to all teaching is left out."""
    found: dict[str, None] = {}
    for word in words_of(text):
        bare = _TAUGHT.sub("", word)
        bare = bare if len(bare) >= _SHORTEST_STEM else word
        if len(word) > 1 and not {word, bare} & _COMMON:
            found[bare] = None
        if len(found) == _MOST_WORDS:
            break
    return list(found)


def asks_for_proof(text: str) -> bool:
    """Tell whether a text is about a test or a licence, rather than about learning."""
    return bool(_PROOF.search(text.casefold()))


def subject_words(text: str) -> list[str]:
    """Give the content words that are neither people nor where they work, unless there are no others."""
    people, words = audience(text), content_words(text)
    return [word for word in words if word not in people and not _KNOWN_PEOPLE.search(word)] or words


def asks_for_people(text: str) -> bool:
    """Tell whether a text is about finding somebody to employ, rather than about teaching those who are."""
    return bool(_WANTED.search(text.casefold()))


def audience(text: str) -> frozenset[str]:
    """Give the content words that say for whom or where something is taught: after "för", or "på" and a known place."""
    found: set[str] = set()
    is_said = False
    for told in _AUDIENCE.finditer(text.casefold()):
        is_said = is_said or bool(content_words(text[: told.start()]))
        if is_said or not told["people"]:
            found.update(content_words(told["people"] or told["place"] or told["counted"]))
    return frozenset(found)


@lru_cache(maxsize=20_000)
def stem_of(word: str) -> str:
    """Give a folded word without its ending."""
    stem = _ENDING.sub("", word)
    return stem if len(stem) >= _SHORTEST_STEM else word


def take_apart(word: str, known: frozenset[str]) -> tuple[str, str]:
    """Give the stems of a compound's first and last part, the first as long as is known; nothing for no compound."""
    ends = range(len(word) - _SHORTEST_PART, _SHORTEST_PART - 1, -1)
    splits = [(_first_of(word[:end], known), stem_of(word[end:])) for end in ends]
    whole = [(first, last) for first, last in splits if first and last in known]
    if whole:
        return whole[0]
    firsts = [first for first, last in splits if len(first) >= _SHORTEST_LONE_PART]
    lasts = [last for _first, last in splits if len(last) >= _SHORTEST_LONE_PART and last in known]
    return firsts[0] if firsts else "", lasts[-1] if lasts else ""


def _first_of(part: str, known: frozenset[str]) -> str:
    stems = (stem_of(part.removesuffix(joint)) for joint in _JOINTS if part.endswith(joint))
    return next((stem for stem in stems if len(stem) >= _SHORTEST_PART and stem in known), "")


def folded(word: str) -> str:
    """Give a word as somebody without å, ä and ö writes it."""
    return word.translate(_UNDOTTED)


def pieces_of(word: str) -> frozenset[str]:
    """Give the pieces of a word, of a few letters each, with its beginning marked."""
    padded = f"^{word}"
    return frozenset(
        padded[start : start + length]
        for length in range(_SHORTEST_PIECE, _LONGEST_PIECE + 1)
        for start in range(len(padded) - length + 1)
    )


def stems_of(texts: Iterable[str]) -> frozenset[str]:
    """Give the stems of all words of these texts."""
    return frozenset(stem_of(word) for text in texts for word in content_words(text))


def words_of(text: str) -> list[str]:
    """Give all words of a text in small letters, without signs."""
    told = _ME.sub(" ", clean(text).casefold().translate(_PLAIN))
    words = _NO_LETTER.sub(" ", told).split()
    return [word[:_LONGEST_WORD] for word in words]
