"""Fields that only the application has: shares, hours, a time, and lists as lines."""

import json
from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import gettext as _
from wtforms import HiddenField, StringField, TextAreaField

from broker.esf.budgets.amounts import to_ore
from broker.esf.budgets.lines import PARTICIPANTS
from broker.esf.kinds import ROW_KINDS, Page
from broker.number_fields import NumberField
from broker.swedish import clean, search_key

_MOST_SOURCES = 500
_LONGEST_SOURCES = 1_000_000
_HIGHEST_NUMBER = 100_000
_MOST_ROWS, _HIGHEST_KEY = 5_000, 2**63


class HourField(NumberField):
    """A number of hours."""

    largest = Decimal(10) ** 8

    def example(self) -> str:
        """Say how hours are written."""
        return _("Skriv ett antal timmar, till exempel 3 440.")


class PercentField(NumberField):
    """A share, written in per cent and given as a part of one."""

    largest = Decimal(100)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the per cent."""
        super().process_formdata(valuelist)
        if self.data is not None:
            self.data /= 100

    def _value(self) -> str:
        if self.raw_data or self.data is None:
            return super()._value()
        return f"{(self.data * 100).normalize():f}".replace(".", ",")

    def example(self) -> str:
        """Say how a share is written."""
        return _("Skriv en andel från 0 upp till men inte med 100 procent, till exempel 46.")


class TimeField(StringField):
    """A time of day, 16:00 or 16.00."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the time, or say how to write it."""
        text = valuelist[0].strip().replace(".", ":") if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            self.data = time.fromisoformat(text.zfill(5))
        except ValueError as error:
            raise ValueError(_("Skriv klockslaget som 16:00.")) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return f"{self.data:%H:%M}" if isinstance(self.data, time) else ""


class WordListField(TextAreaField):
    """Words, one a line."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines."""
        self.data = _lines(valuelist)

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "\n".join(self.data or [])


class PriceListField(TextAreaField):
    """Names with prices, one a line: name; price."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the prices, or say how to write them."""
        self.data = {}
        for line in _lines(valuelist):
            name, _semicolon, price = line.rpartition(";")
            text = "".join(price.split()).replace(",", ".").removesuffix("kr")
            try:
                amount = Decimal(text)
            except InvalidOperation as error:
                raise ValueError(
                    _("Skriv varje rad som benämning; pris, till exempel Projektledare; 592,00.")
                ) from error
            if not name.strip() or not amount.is_finite() or not 0 < amount < 100_000 or amount != to_ore(amount):
                raise ValueError(_("Skriv varje rad som benämning; pris, till exempel Projektledare; 592,00."))
            is_participants = search_key(name) == PARTICIPANTS
            self.data[PARTICIPANTS if is_participants else name.strip()] = str(amount)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{name}; {str(price).replace('.', ',')}" for name, price in (self.data or {}).items())


class AttachmentListField(TextAreaField):
    """Attachments, one a line; those that are not required say so after a semicolon."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the lines."""
        rows = [line.partition(";") for line in _lines(valuelist)]
        self.data = [
            {
                "id": search_key(title).replace(" ", "-"),
                "title": title.strip(),
                "required": search_key(rest) != "frivillig",
            }
            for title, _semicolon, rest in rows
            if title.strip()
        ]

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(f"{row['title']}{'' if row['required'] else '; frivillig'}" for row in self.data or [])


class SourcesField(HiddenField):
    """The footnotes of a text, carried by the page from the first text to the saved answer."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the footnotes; anything else than a list of them is refused and taken as none."""
        self.data = []
        try:
            self.data = _sources(valuelist[0]) if valuelist and valuelist[0] else []
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError(_("Källorna gick inte att läsa. Hämta underlaget på nytt och spara svaret.")) from error

    def _value(self) -> str:
        return json.dumps(self.data or [], ensure_ascii=False)


def _sources(text: str) -> list[dict[str, Any]]:
    if len(text) > _LONGEST_SOURCES:
        raise ValueError
    pages = {page.value for page in Page}
    rows = [
        {"number": int(row["number"]), "text": clean(str(row["text"]))[:20_000], "page": row["page"]} | _rows(row)
        for row in json.loads(text)[:_MOST_SOURCES]
        if row["page"] in pages
    ]
    if any(not 0 < row["number"] <= _HIGHEST_NUMBER for row in rows):
        raise ValueError
    return rows


def _rows(source: dict[str, Any]) -> dict[str, Any]:
    """Give which rows a footnote opens, if it says so; a kind that there is no page for is left out."""
    if source.get("kind") not in ROW_KINDS:
        return {}
    keys = [int(key) for key in source["rows"][:_MOST_ROWS]]
    if any(not 0 < key < _HIGHEST_KEY for key in keys):
        raise ValueError
    return {"kind": source["kind"], "rows": keys}


def _lines(valuelist: list[str]) -> list[str]:
    text: Any = clean(valuelist[0]) if valuelist else ""
    return [line.strip() for line in text.split("\n") if line.strip()]
