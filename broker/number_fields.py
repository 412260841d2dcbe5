"""Fields for numbers with decimals: amounts in euro, rates, and whatever else is measured."""

from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _
from wtforms import StringField


class NumberField(StringField):
    """A number with decimals, from nothing up to a largest, with as many decimals as it may have."""

    decimals = 2
    largest = Decimal(10) ** 12

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number, or say how to write it."""
        text = "".join(valuelist[0].split()).replace(",", ".").rstrip("%") if valuelist else ""
        if not text:
            self.data = None
            return
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise ValueError(self.example()) from error
        if not number.is_finite() or not 0 <= number < self.largest or number != round(number, self.decimals):
            raise ValueError(self.example())
        self.data = number

    def example(self) -> str:
        """Say how the number is written."""
        return _("Skriv ett tal, till exempel 12,5.")

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}".replace(".", ",")


class EuroField(NumberField):
    """An amount in euro."""

    def example(self) -> str:
        """Say how the amount is written."""
        return _("Skriv ett belopp i euro, till exempel 60 000.")


class RateField(NumberField):
    """Kronor per euro with four decimals."""

    decimals = 4
    largest = Decimal(1000)

    def example(self) -> str:
        """Say how a rate is written."""
        return _("Skriv kursen med högst fyra decimaler, till exempel 11,0475.")
