"""First texts about goals, participants, method and time."""

from broker.esf.application import Application
from broker.esf.budgets.amounts import as_number
from broker.esf.chain.models import EffectKind, GoalEffect
from broker.esf.drafts import tallies
from broker.esf.drafts.draft import Draft, companies, count_companies, ended, inside, on, people, rows_as_source
from broker.esf.kinds import Page
from broker.sentences import N_, Sentence

_NO_GOALS = Sentence(N_("Skriv minst ett mål."))
_PLAN = "Projektets plan för uppföljning"
_NO_ACTIVITIES = Sentence(N_("Skriv minst en aktivitet."))


def goals(application: Application, draft: Draft) -> None:
    """Write the goals, which cause each answers and which part of the call."""
    for goal in application.goals:
        causes = "; ".join(inside(row.text) for row in application.causes_of(goal))
        cause = f" Målet svarar mot orsaken: {ended(causes)}" if causes else ""
        part = f" Del av utlysningen: {ended(goal.call_part)}" if goal.call_part else ""
        draft.say(
            f"{ended(application.in_full(goal))}{cause}{part}", f"Målet ”{inside(goal.text)}”", Page.GOALS, [goal]
        )
        if not causes or not goal.call_part:
            draft.lack(
                Sentence(
                    N_("Koppla målet ”%(text)s” till en orsak och en del av utlysningen."), {"text": inside(goal.text)}
                )
            )
    if not application.goals:
        draft.lack(_NO_GOALS)


def milestones(application: Application, draft: Draft) -> None:
    """Write how each goal is followed up."""
    for goal in application.goals:
        for row in goal.milestones:
            parts = [(N_("mått"), row.indicator), (N_("utgångsläge"), row.baseline), (N_("målvärde"), row.target)]
            parts += [(N_("datum"), on(row.due_on) if row.due_on else ""), (N_("uppgiften hämtas ur"), row.data_source)]
            known = " ".join(f"{label.capitalize()}: {ended(value)}" for label, value in parts if value)
            draft.say(f"{ended(goal.text)} {known}", f"Målet ”{inside(goal.text)}”", Page.GOALS, [goal])
            if empty := [Sentence(label) for label, value in parts if not value]:
                facts = {"names": Sentence.joined(empty), "text": inside(row.indicator)}
                draft.lack(Sentence(N_("Ange %(names)s för ”%(text)s”."), facts))
        if not goal.milestones:
            draft.lack(Sentence(N_("Lägg till ett delmål till ”%(text)s”."), {"text": inside(goal.text)}))
    if not application.goals:
        draft.lack(_NO_GOALS)


def effects(application: Application, draft: Draft) -> None:
    """Write the effects that the goals lead to."""
    for goal in application.goals:
        known = " ".join(map(_effect, goal.effects))
        if known:
            draft.say(f"{ended(goal.text)} {known}", f"Målet ”{inside(goal.text)}”", Page.GOALS, [goal])
        else:
            draft.lack(Sentence(N_("Ange väntad effekt av ”%(text)s”."), {"text": inside(goal.text)}))
    if not application.goals:
        draft.lack(_NO_GOALS)


def _effect(row: GoalEffect) -> str:
    """Say what a goal leads to, by what it is seen and when, and in which role somebody answers for it."""
    term = "På kort sikt" if row.kind is EffectKind.RESULT else "På lång sikt"
    sign = f" Det märks genom {ended(row.sign)}" if row.sign else ""
    day = f" Senast {on(row.due_on)}." if row.due_on else ""
    owner = f" Ansvar: {ended(row.owner_role)}" if row.owner_role else ""
    return f"{term}: {ended(row.text)}{sign}{day}{owner}"


def participants(application: Application, draft: Draft) -> None:
    """Write how many women and men take part, also by municipality."""
    rows = application.brought
    if not rows:
        draft.lack(Sentence(N_("Lägg till en utbildningsgrupp i projektet, så räknas deltagarna.")))
        return
    draft.say_of(
        rows,
        f"{application.participants} anställda i {companies(count_companies(rows))} deltar ({people(rows)}).",
    )
    tables = (
        ("Efter företagens storlek:", "Storlek", tallies.by_size(application)),
        ("Efter bransch:", "Bransch", tallies.by_industry(rows)),
        ("Efter kommun:", "Kommun", tallies.by_municipality(rows)),
    )
    for sentence, first, groups in tables:
        tallies.count_in_table(draft, sentence, first, groups)
    signed = [row for row in application.commitments if row.signed_on]
    committed = sum(row.women + row.men for row in signed)
    source = "Företagens undertecknade åtaganden"
    draft.say(f"Undertecknade åtaganden omfattar {committed} deltagare.", source, Page.STATE_AID, signed)
    unknown = [row for groups in (tables[0][2], tables[1][2]) for row in groups.get(tallies.UNKNOWN, [])]
    if unknown:
        draft.lack(
            Sentence(
                N_("Storlek eller bransch saknas för %(count)s företag. Fyll i åtagandet eller hämta ur registret."),
                {"count": count_companies(unknown)},
            )
        )


def methods(application: Application, draft: Draft) -> None:
    """Write what each way of working rests on."""
    for row in application.activities:
        if row.method_basis and row.method_reference:
            basis = str(row.method_basis.label).lower()
            draft.say(
                f"{row.title} bygger på {basis}: {ended(row.method_reference)}",
                f"Aktiviteten ”{row.title}”",
                Page.ACTIVITIES,
                [row],
            )
        else:
            draft.lack(Sentence(N_("Ange vad ”%(title)s” bygger på, med en hänvisning."), {"title": row.title}))
    if not application.activities:
        draft.lack(_NO_ACTIVITIES)


def activities(application: Application, draft: Draft) -> None:
    """Write each activity: for whom, how long, where and by whom."""
    for row in application.activities:
        needs = application.needs_of(row)
        mode = f", {str(row.mode.label).lower()}" if row.mode else ""
        place = f" i {row.place}" if row.municipality_code else ""
        provider = f" Utförare: {ended(row.provider_name)}" if row.provider_name else ""
        draft.say(
            f"{row.title}: {people(needs)} från {companies(count_companies(needs))}, "
            f"{as_number(row.hours, 0)} timmar{mode}{place}.{provider}",
            rows_as_source(needs) or f"Aktiviteten ”{row.title}”",
            Page.ACTIVITIES,
            needs or [row],
        )
        if not row.provider_name:
            draft.lack(Sentence(N_("Utföraren av ”%(title)s” är inte vald."), {"title": row.title}))
    if not application.activities:
        draft.lack(_NO_ACTIVITIES)


def schedule(application: Application, draft: Draft) -> None:
    """Write the plan in time."""
    project = application.project
    draft.say(f"Projektet startar {on(project.starts_on)} och avslutas {on(project.ends_on)}.")
    for row in application.activities:
        if row.starts_on and row.ends_on:
            draft.say(
                f"{row.title}: {on(row.starts_on)} till {on(row.ends_on)}.",
                f"Aktiviteten ”{row.title}”",
                Page.ACTIVITIES,
                [row],
            )
        else:
            draft.lack(Sentence(N_("Ange start och slut för ”%(title)s”."), {"title": row.title}))
    if not application.activities:
        draft.lack(_NO_ACTIVITIES)


def adjustments(application: Application, draft: Draft) -> None:
    """Write what is done differently because of the horizontal principles, and for how many women and men."""
    for row in application.activities:
        if row.adjustments:
            draft.say(f"{row.title}: {ended(row.adjustments)}", f"Aktiviteten ”{row.title}”", Page.ACTIVITIES, [row])
        else:
            draft.lack(
                Sentence(
                    N_("Ange vad som anpassas i ”%(title)s” på grund av de horisontella principerna."),
                    {"title": row.title},
                )
            )
    groups = {row.title: needs for row in application.activities if (needs := application.needs_of(row))}
    if groups:
        tallies.women_and_men(draft, "Kvinnor och män i varje aktivitet:", "Aktivitet", groups)
    if not application.activities:
        draft.lack(_NO_ACTIVITIES)


def risks(application: Application, draft: Draft) -> None:
    """Write the risks, the heaviest first, and how each is met."""
    for row in application.steering.risks:
        judged = f" Sannolikhet {row.likelihood} och konsekvens {row.impact} av 5." if row.weight else ""
        response = f" {ended(row.response)}" if row.response else ""
        owner = f" Bevakas av: {ended(row.owner_role)}" if row.owner_role else ""
        draft.say(f"{ended(row.text)}{judged}{response}{owner}", f"Risken ”{inside(row.text)}”", Page.STEERING)
        if not (row.weight and row.response):
            draft.lack(Sentence(N_("Bedöm risken ”%(text)s” och skriv hur den möts."), {"text": inside(row.text)}))
    if not application.steering.risks:
        draft.lack(Sentence(N_("Ta in eller skriv projektets risker.")))


def follow_up(application: Application, draft: Draft) -> None:
    """Write who follows up, how often and with which data, and where the figures of the goals come from."""
    plan = application.steering.follow_up
    if plan is not None and plan.is_complete and plan.evaluation is not None:
        text = f"Uppföljningen görs av {inside(plan.responsible or '')}, {inside(plan.frequency or '')}."
        text += f" Uppgifter: {ended(plan.data or '')} Vid avvikelse: {ended(plan.deviation or '')}"
        text += f" Utvärderare: {str(plan.evaluation.label).lower()}."
        draft.say(text + (f" {ended(plan.evaluation_note)}" if plan.evaluation_note else ""), _PLAN, Page.STEERING)
    for goal in application.goals:
        for row in goal.milestones:
            if row.data_source:
                day = f" senast {on(row.due_on)}" if row.due_on else ""
                draft.say(
                    f"Målet ”{inside(goal.text)}” följs upp{day} med uppgifter ur {ended(row.data_source)}",
                    f"Målet ”{inside(goal.text)}”",
                    Page.GOALS,
                    [goal],
                )
    if plan is None or not plan.is_complete:
        draft.lack(
            Sentence(N_("Skriv vem som följer upp, hur ofta, vad som händer vid avvikelser, och om utvärdering krävs."))
        )
