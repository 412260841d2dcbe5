"""The one error that the reading of company files raises."""

from broker.sentences import Sentence


class UnreadableFileError(Exception):
    """Say why a whole file cannot be read and what to do about it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
