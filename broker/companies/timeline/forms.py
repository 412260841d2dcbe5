"""The filter of a company's timeline: its form, and the same said as a sentence."""

from collections.abc import Iterable, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from broker.accounts.models import User
from broker.companies.models import InteractionKind, Person
from broker.companies.timeline.queries import TimelineFilter
from broker.forms import ChoiceField, Form, choices, pairs

PLANNED = "planerat"


class TimelineForm(Form):
    """What the timeline of a company shows."""

    class Meta:
        """A search changes nothing and needs no token."""

        csrf = False

    visa = ChoiceField(
        _l("Visa"), choices=lambda: pairs([(PLANNED, _("Det som är planerat"))], empty=_("Det som har varit"))
    )
    hur = ChoiceField(_l("Hur"), coerce=InteractionKind, choices=lambda: choices(InteractionKind, empty=_("Alla sätt")))
    vem = ChoiceField(_l("Vem av oss"), coerce=int, choices=[])
    person = ChoiceField(_l("Med vem"), coerce=int, choices=[])
    org = ChoiceField(_l("Vems kontakter"), coerce=int, choices=[])

    def offer(self, users: Iterable[User], people: Iterable[Person], others: Mapping[int, str]) -> None:
        """Offer those of us who met the company, its people, and the organisations that show us traces."""
        self.vem.choices = pairs(((user.id, user.name) for user in users), empty=_("Alla hos oss"))
        self.person.choices = pairs(((person.id, person.name) for person in people), empty=_("Alla på företaget"))
        self.org.choices = pairs(others.items(), empty=_("Våra egna"))

    def chosen(self) -> TimelineFilter:
        """Give what a valid form asks for."""
        return TimelineFilter(
            is_planned=self.visa.data == PLANNED,
            kind=self.hur.data,
            user_id=self.vem.data,
            person_id=self.person.data,
            organisation_id=self.org.data,
        )

    def as_sentence(self) -> str:
        """Tell the filter in words, part by part."""
        named = {
            field.name: next((str(row.label) for row in field.choices if row.value == field.data), "")
            for field in (self.vem, self.person, self.org)
        }
        beginning = _("Planerade kontakter") if self.visa.data == PLANNED else _("Alla kontakter")
        parts = [
            beginning if not self.hur.data else "",
            str(self.hur.data.label) if self.hur.data else "",
            _("planerade") if self.hur.data and self.visa.data == PLANNED else "",
            _("som %(name)s har haft", name=named["org"]) if self.org.data else "",
            _("där %(name)s från oss är med", name=named["vem"]) if self.vem.data else "",
            _("med %(name)s", name=named["person"]) if self.person.data else "",
        ]
        return " · ".join(filter(None, parts))
