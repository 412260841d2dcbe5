"""The one error that the reading of company files raises."""


class UnreadableFileError(Exception):
    """Say in Swedish why a whole file cannot be read and what to do about it."""
