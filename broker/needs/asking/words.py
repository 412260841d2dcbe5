"""The reasons for asking a company, in words."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from broker.formatting import day
from broker.needs.asking.likely import Earlier, Industry, Reason, ReasonKind, Said
from broker.reference import queries as reference
from broker.topics import queries as topics

_DIVISION = 2
_LONGEST_REASON = 80


def reason_in_words(reason: Reason) -> str:
    """Tell one reason as a sentence."""
    return _TOLD[reason.kind](reason.facts)


def industry_in_words(industry: Industry) -> str:
    """Give a wide industry by code and name; a group that has no name of its own by its division."""
    names = reference.industry_names()
    if name := names.get((industry.edition, industry.code)):
        return f"{industry.code} {name}"
    division = industry.code[:_DIVISION]
    name = names.get((industry.edition, division), "")
    return _("%(division)s %(name)s, undergrupp %(code)s", division=division, name=name, code=industry.code)


def _said(facts: Mapping[str, Any]) -> str:
    said: Said = facts["said"]
    if said.is_answer:
        return _("Har kryssat i området i behovsformuläret %(day)s, och svaret väntar", day=day(said.on))
    return _("Talade om ”%(word)s” i behovsanalysen %(day)s", word=said.word, day=day(said.on))


def _met(facts: Mapping[str, Any]) -> str:
    met = day(facts["need"].on)
    if "ends" not in facts:
        return _("Har utbildat i området förut: behovet var tillgodosett %(day)s", day=met)
    years = ngettext("%(num)s år", "%(num)s år", facts["years"])
    return _(
        "Behovet var tillgodosett %(day)s. Ett intyg gäller oftast i %(years)s, alltså till %(end)s",
        day=met,
        years=years,
        end=day(facts["ends"]),
    )


def _withdrawn(facts: Mapping[str, Any]) -> str:
    need: Earlier = facts["need"]
    if not need.reason:
        return _("Hade behovet, som avslutades %(day)s", day=day(need.on))
    short = need.reason if len(need.reason) <= _LONGEST_REASON else f"{need.reason[:_LONGEST_REASON].rstrip()}…"
    return _("Hade behovet, som avslutades %(day)s: ”%(reason)s”", day=day(need.on), reason=short)


def _same_industry(facts: Mapping[str, Any]) -> str:
    return ngettext(
        "Samma bransch som %(num)s av %(of)s som har eller har haft behovet: %(industry)s",
        "Samma bransch som %(num)s av %(of)s som har eller har haft behovet: %(industry)s",
        facts["count"],
        of=facts["of"],
        industry=industry_in_words(facts["industry"]),
    )


def _size(facts: Mapping[str, Any]) -> str:
    employees = ngettext("%(num)s anställd", "%(num)s anställda", facts["employees"])
    return _(
        "%(employees)s, ungefär som %(count)s av %(of)s av dem",
        employees=employees,
        count=facts["count"],
        of=facts["of"],
    )


def _near(facts: Mapping[str, Any]) -> str:
    if not facts["km"]:
        return _("I samma kommun som ett av behoven")
    return _("%(km)s km från närmaste behov", km=facts["km"])


def _neighbour(facts: Mapping[str, Any]) -> str:
    names = ", ".join(topics.topic_label(topic_id) for topic_id in facts["topic_ids"])
    return _("Har eller har haft behov i ett närliggande område: %(topics)s", topics=names)


_TOLD: dict[ReasonKind, Callable[[Mapping[str, Any]], str]] = {
    ReasonKind.SAID: _said,
    ReasonKind.RENEWAL: _met,
    ReasonKind.MET: _met,
    ReasonKind.WITHDRAWN: _withdrawn,
    ReasonKind.NEIGHBOUR: _neighbour,
    ReasonKind.SAME_GROUP: _same_industry,
    ReasonKind.SAME_DIVISION: _same_industry,
    ReasonKind.SIZE: _size,
    ReasonKind.NEAR: _near,
}
