"""First texts about the project as a whole and about its problem: needs, causes, consequences, actors."""

from broker.companies.models import InteractionKind
from broker.esf import aid
from broker.esf.application import Application
from broker.esf.company_size import SizeClass
from broker.esf.drafts import tallies
from broker.esf.drafts.draft import (
    Draft,
    between,
    by_topic,
    companies,
    count_companies,
    ended,
    inside,
    listed,
    municipalities,
    on,
    people,
    quoted,
)
from broker.esf.kinds import Page
from broker.esf.models import Contribution
from broker.needs.models import Barrier, CauseLevel
from broker.sentences import N_, Sentence

_NO_NEEDS = Sentence(N_("Lägg till en utbildningsgrupp i projektet, så finns behov att skriva om."))


def contact(application: Application, draft: Draft) -> None:
    """Write who applies; people are named in the form itself, never in the export."""
    owner = application.owner
    if owner is None:
        draft.lack(Sentence(N_("Lägg till projektägaren bland aktörerna.")))
        return
    number = f", organisationsnummer {_dashed(owner.organisation_number)}" if owner.organisation_number else ""
    draft.say(f"Projektägare är {owner.name}{number}.", "Projektägarens rad bland aktörerna", Page.ACTORS, [owner])
    if not owner.organisation_number:
        draft.lack(Sentence(N_("Ange projektägarens organisationsnummer.")))
    draft.lack(
        Sentence(
            N_("Skriv kontaktperson och behörig företrädare direkt i Projektrummet+: namn tas inte med i exporten.")
        )
    )


def summary(application: Application, draft: Draft) -> None:
    """Write the figures of the project in a few sentences."""
    rows = application.brought
    if not rows:
        draft.lack(_NO_NEEDS)
        return
    topics = listed(quoted(group[0].topic_label) for group in by_topic(application).values())
    draft.say_of(
        rows,
        f"{companies(count_companies(rows))} i {municipalities(_places(rows))} deltar i projektet med "
        f"{application.participants} anställda ({people(rows)}).",
    )
    draft.say(f"De har uppgett behov av {topics}.")
    first, last = application.project.starts_on, application.project.ends_on
    draft.say(f"Projektet pågår från {on(first)} till {on(last)}.")
    draft.lack(Sentence(N_("Skriv vilket problem projektet löser och vilken förändring som väntas.")))


def problem(application: Application, draft: Draft) -> None:
    """Write how many companies need what, and for whom."""
    groups = by_topic(application)
    if not groups:
        draft.lack(_NO_NEEDS)
        return
    for rows in groups.values():
        draft.say_of(rows, _need_sentence(rows))
    total = application.participants
    is_share_known = total and not application.unknown_sex
    share = f", varav {round(100 * application.women / total)} procent kvinnor" if is_share_known else ""
    draft.say(f"Sammanlagt gäller behoven {total} anställda{share}.")
    _small_companies(application, draft)
    tallies.women_and_men(
        draft,
        "Kvinnor och män i varje område, för jämställdhetsanalysen:",
        "Område",
        {rows[0].topic_label: rows for rows in groups.values()},
    )
    _barriers(application, draft)
    draft.lack(
        Sentence(
            N_(
                "Skriv hur problemet ser ut ur jämställdhet, tillgänglighet och icke-diskriminering: "
                "av uppgifterna framgår antalet kvinnor och män, och de hinder som företagen har uppgett."
            )
        )
    )


def causes(application: Application, draft: Draft) -> None:
    """Write the causes by level, and which of them the project can influence."""
    for level in CauseLevel:
        rows = [row for row in application.brought if row.cause and row.cause_level == level]
        for words, is_within in (("kan påverka", True), ("inte kan påverka", False), ("", None)):
            chosen = [row for row in rows if row.is_cause_within_reach is is_within]
            if not chosen:
                continue
            reach = f", som projektet {words}" if words else ""
            texts = "; ".join(dict.fromkeys(inside(row.cause or "") for row in chosen))
            draft.say_of(
                chosen,
                f"Orsaker på nivån {str(level.label).lower()}{reach}, uppgivna av "
                f"{companies(count_companies(chosen))}: {ended(texts)}",
            )
    bare = [row for row in application.brought if not (row.cause and row.cause_level)]
    if bare or not application.brought:
        draft.lack(
            Sentence(N_("Ange orsak och nivå för %(count)s behov."), {"count": len(bare)}) if bare else _NO_NEEDS
        )


def consequences(application: Application, draft: Draft) -> None:
    """Write what companies say follows if nothing is done."""
    rows = [row for row in application.brought if row.consequence]
    for text in dict.fromkeys(row.consequence or "" for row in rows):
        same = [row for row in rows if row.consequence == text]
        draft.say_of(
            same,
            f"{companies(count_companies(same))} uppger som konsekvens: {ended(text)}",
        )
    bare = len(application.brought) - len(rows)
    if bare or not rows:
        draft.lack(Sentence(N_("Ange konsekvensen för %(count)s behov."), {"count": bare}) if bare else _NO_NEEDS)


def needs(application: Application, draft: Draft) -> None:
    """Write what is needed, how many stand behind each need, and how and when it was told."""
    groups = by_topic(application)
    if not groups:
        draft.lack(_NO_NEEDS)
        return
    for rows in groups.values():
        draft.say_of(rows, _need_sentence(rows))
    _purposes(application, draft)
    told = [row for row in application.brought if row.contacted_on]
    if told:
        days = [row.contacted_on for row in told if row.contacted_on]
        kinds = {row.contact_kind for row in told if row.contact_kind}
        ways = listed(str(kind.label).lower() for kind in InteractionKind if kind in kinds)
        by = f" genom {ways}" if ways else ""
        draft.say_of(
            told,
            f"Behoven har samlats in{by} {between(days)}, från {companies(count_companies(told))}.",
        )
    tallies.told_by_month(draft, application.brought)
    untold = [row for row in application.brought if not row.contacted_on]
    if untold:
        draft.lack(
            Sentence(N_("Ange när företaget berättade om behovet, för %(count)s behov."), {"count": len(untold)})
        )


def actors(application: Application, draft: Draft) -> None:
    """Write why each actor is needed."""
    for actor in application.actors:
        if actor.reason:
            role = application.role_title(actor.role).lower()
            draft.say(
                f"{actor.name} ({role}): {ended(actor.reason)}", f"{actor.name} bland aktörerna", Page.ACTORS, [actor]
            )
        else:
            draft.lack(Sentence(N_("Motivera varför %(name)s behövs."), {"name": actor.name}))


def _need_sentence(rows: list[Contribution]) -> str:
    topic = quoted(rows[0].topic_label)
    return (
        f"{companies(count_companies(rows))} i {municipalities(_places(rows))} har uppgett behov av "
        f"{topic} ({people(rows)})."
    )


def _purposes(application: Application, draft: Draft) -> None:
    """Write what companies want with the training, the purpose of most companies first."""
    rows = [row for row in application.brought if row.purpose]
    groups: dict[str, list[Contribution]] = {}
    for row in rows:
        groups.setdefault(inside(row.purpose or ""), []).append(row)
    parts = [
        f"{quoted(purpose)} ({companies(count_companies(same))})"
        for purpose, same in sorted(groups.items(), key=lambda item: (-count_companies(item[1]), item[0]))
    ]
    if parts:
        draft.say_of(rows, f"Syften som företagen uppger: {'; '.join(parts)}.")


def _barriers(application: Application, draft: Draft) -> None:
    """Write what companies say keeps people from training: the form asks for the problem as to accessibility."""
    rows = [row for row in application.brought if row.barriers or row.barrier_note]
    counted = [(barrier, [row for row in rows if barrier in row.barriers]) for barrier in Barrier]
    kinds = listed(
        f"{str(barrier.label).lower()} ({companies(count_companies(same))})" for barrier, same in counted if same
    )
    if kinds:
        draft.say_of(
            rows,
            f"När det gäller tillgänglighet uppger företagen hinder för att delta: {kinds}.",
        )
    notes = list(dict.fromkeys(inside(row.barrier_note) for row in rows if row.barrier_note))
    if notes:
        noted = [row for row in rows if row.barrier_note]
        draft.say_of(noted, f"Om hindren säger de: {'; '.join(map(quoted, notes))}.")


def _places(rows: list[Contribution]) -> int:
    return len({row.municipality_code for row in rows})


def _small_companies(application: Application, draft: Draft) -> None:
    sizes = [aid.company_size(row, application).size_class for row in application.commitments]
    known = [size for size in sizes if size is not None]
    if known:
        draft.say(
            f"{known.count(SizeClass.SMALL)} av {len(known)} företag med kända uppgifter är små.",
            "Företagens åtaganden: anställda, omsättning och balansomslutning",
            Page.STATE_AID,
            application.commitments,
        )
    if len(known) < len(sizes):
        draft.lack(
            Sentence(
                N_("Ange anställda, omsättning och balansomslutning för %(count)s företag."),
                {"count": len(sizes) - len(known)},
            )
        )


def _dashed(number: str | None) -> str:
    return f"{number[:6]}-{number[6:]}" if number and len(number) == 10 else number or ""
