"""Shows the engine's sentences in the reader's language."""

from collections.abc import Iterable

from flask_babel import gettext

from broker.needs.bundling.sentence import Sentence


def say(sentence: Sentence) -> str:
    """Give a sentence in the language of the page."""
    values = {
        name: gettext(value) if isinstance(value, str) and value else value for name, value in sentence.values.items()
    }
    return str(gettext(sentence.text, **values)) if values else str(gettext(sentence.text))


def say_all(sentences: Iterable[Sentence]) -> list[str]:
    """Give several sentences in the language of the page."""
    return [say(sentence) for sentence in sentences]
