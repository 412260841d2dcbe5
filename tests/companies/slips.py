"""Slips as people make them in one word."""


def typed_otherwise(meant, place, gone, put):
    """Give a word with other letters at one place, and with two letters that have changed places."""
    other = f"{meant[:place]}{put}{meant[place + gone :]}"
    return other, f"{meant[:place]}{meant[place : place + 2][::-1]}{meant[place + 2 :]}"
