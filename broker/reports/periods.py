"""The periods that people report on."""

from datetime import date, timedelta

from flask_babel import gettext as _

from broker import clock


def usual_periods(today: date) -> list[tuple[str, date, date]]:
    """Give the usual periods, each with its name, first and last day: this year so far comes first."""
    this_month, quarter = today.replace(day=1), date(today.year, today.month - (today.month - 1) % 3, 1)
    one_day = timedelta(days=1)
    return [
        (_("I år"), date(today.year, 1, 1), today),
        (_("Den här månaden"), this_month, today),
        (_("Förra månaden"), clock.add_months(this_month, -1), this_month - one_day),
        (_("Förra kvartalet"), clock.add_months(quarter, -3), quarter - one_day),
        (_("Förra året"), date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    ]
