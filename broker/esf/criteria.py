"""The automatic checks of the five selection criteria."""

from collections.abc import Callable, Sequence

from broker.esf.application import Application, find_question
from broker.esf.budgets.figures import Budget
from broker.esf.budgets.lines import PERSONNEL
from broker.esf.chain.tree import is_inside
from broker.esf.check_names import NAMES
from broker.esf.check_rows import STOP, WARN, Check, named
from broker.esf.kinds import SUPPLIER, Page
from broker.sentences import N_, Sentence

_PRINCIPLES = {
    N_("jämställdhet"): "jämställd",
    N_("tillgänglighet"): "tillgänglig",
    N_("icke-diskriminering"): "diskriminer",
}


def _words(names: Sequence[str]) -> Sentence:
    return Sentence.joined(map(Sentence, names))


def check_answered(question_ids: Sequence[str], application: Application) -> Check:
    """Check that every question of the criterion is answered."""
    empty = [question_id for question_id in question_ids if not application.text_of(question_id)]
    if not empty:
        return Check(
            "k1a", STOP, True, Sentence(N_("Alla frågor om problemet är besvarade.")), Page.ANSWER, question_ids[0]
        )
    titles = [(find_question(application.form, question_id) or {}).get("text_sv", question_id) for question_id in empty]
    return Check(
        "k1a", STOP, False, Sentence(N_("Besvara %(names)s."), {"names": named(titles)}), Page.ANSWER, empty[0]
    )


def _principles_named(application: Application, budget: Budget | None) -> Check:
    text = application.text_of("problem").casefold()
    missing = [name for name, stem in _PRINCIPLES.items() if stem not in text]
    sentence = Sentence(N_("Problemet är beskrivet ur alla tre horisontella principerna."))
    if missing:
        sentence = Sentence(N_("Skriv minst en mening om %(names)s i problemet."), {"names": _words(missing)})
    return Check("k1b", STOP, not missing, sentence, Page.ANSWER, "problem")


def _needs_have_evidence(application: Application, budget: Budget | None) -> Check:
    if not application.brought:
        return Check(
            "k1c",
            STOP,
            False,
            Sentence(N_("Lägg till en utbildningsgrupp, så följer företagens behov med.")),
            Page.ACTORS,
        )
    bare = [f"{row.company.name}, {row.topic_label}" for row in application.brought if not row.contacted_on]
    sentence = Sentence(N_("Varje behov har ett företag och en daterad kontakt."))
    if bare:
        sentence = Sentence(N_("Ange när företaget berättade om behovet: %(names)s."), {"names": named(bare)})
    return Check("k1c", STOP, not bare, sentence, Page.ACTORS)


def _causes_have_level(application: Application, budget: Budget | None) -> Check:
    bare = [row.text for row in application.causes if row.level is None or row.is_within_reach is None]
    told = {link.contribution_id for cause in application.causes for link in cause.need_links}
    loose = [f"{row.company.name}, {row.topic_label}" for row in application.brought if row.id not in told]
    sentence = Sentence(N_("Varje orsak har en nivå, och det framgår vilka projektet kan påverka."))
    if not application.brought:
        sentence = Sentence(N_("Lägg till en utbildningsgrupp, så följer behovens orsaker med."))
    elif loose:
        sentence = Sentence(
            N_("Samla orsakerna ur behoven, eller koppla dem till en orsak: %(names)s."), {"names": named(loose)}
        )
    elif bare:
        sentence = Sentence(N_("Ange nivå och om projektet kan påverka orsaken: %(names)s."), {"names": named(bare)})
    passed = bool(application.brought and application.causes) and not bare and not loose
    return Check("k1d", STOP, passed, sentence, Page.GOALS)


def _actors_have_reason(application: Application, budget: Budget | None) -> Check:
    bare = [actor.name for actor in application.actors if not actor.reason]
    sentence = Sentence(N_("Varje aktör är motiverad."))
    if not application.actors:
        sentence = Sentence(N_("Lägg till projektets aktörer, var och en med varför den behövs."))
    elif bare:
        sentence = Sentence(N_("Motivera varför aktören behövs: %(names)s."), {"names": named(bare)})
    return Check("k1e", STOP, bool(application.actors) and not bare, sentence, Page.ACTORS)


def _goals_have_cause(application: Application, budget: Budget | None) -> Check:
    bare = [goal.text for goal in application.goals if not (application.causes_of(goal) and application.has_part(goal))]
    sentence = Sentence(N_("Varje mål svarar mot en orsak och en del av utlysningen."))
    if not application.goals:
        sentence = Sentence(N_("Skriv minst ett mål, ett för varje orsak som projektet vill påverka."))
    elif bare:
        sentence = Sentence(
            N_("Välj vilken orsak målet svarar mot och ange del av utlysningen: %(names)s."), {"names": named(bare)}
        )
    return Check("k2a", STOP, bool(application.goals) and not bare, sentence, Page.GOALS)


def _goals_can_be_followed(application: Application, budget: Budget | None) -> Check:
    bare = [
        goal.text
        for goal in application.goals
        if not goal.milestones or not all(row.is_complete for row in goal.milestones)
    ]
    sentence = Sentence(N_("Varje mål har delmål med mått, utgångsläge, målvärde, datum och källa."))
    if not application.goals:
        sentence = Sentence(N_("Skriv minst ett mål med delmål: mått, utgångsläge, målvärde, datum och källa."))
    elif bare:
        sentence = Sentence(
            N_("Ge delmål med mått, utgångsläge, målvärde, datum och källa till %(names)s."), {"names": named(bare)}
        )
    return Check("k2b", STOP, bool(application.goals) and not bare, sentence, Page.GOALS)


def _participants_agree(application: Application, budget: Budget | None) -> Check:
    women = sum(row.women for row in application.commitments)
    men = sum(row.men for row in application.commitments)
    agree: bool | None = (women, men) == (application.women, application.men) and women + men > 0
    sentence = Sentence(
        N_("Ansökan och åtagandena har samma antal: %(women)s kvinnor och %(men)s män."), {"women": women, "men": men}
    )
    if application.participants == 0:
        sentence = Sentence(N_("Lägg till en utbildningsgrupp, så räknas deltagarna."))
    elif application.unknown_sex:
        return _ask_for_sex(application)
    elif not agree:
        sentence = Sentence(
            N_(
                "Stäm av deltagarna: ansökan har %(women)s kvinnor och %(men)s män, åtagandena "
                "%(committed_women)s kvinnor och %(committed_men)s män."
            ),
            {"women": application.women, "men": application.men, "committed_women": women, "committed_men": men},
        )
    elif not any(row.signed_on for row in application.commitments):
        # Until a company has signed, both figures are the same copy of its needs.
        agree, sentence = None, Sentence(N_("Antalet stäms av när företagen har undertecknat sina åtaganden."))
    return Check("k2c", STOP, agree, sentence, Page.STATE_AID)


def _ask_for_sex(application: Application) -> Check:
    bare = [f"{row.company.name}, {row.topic_label}" for row in application.brought if row.unknown_sex]
    sentence = N_("Ange hur många kvinnor och män det är i behovet, ansökan frågar efter båda: %(names)s.")
    return Check("k2c", STOP, False, Sentence(sentence, {"names": named(bare)}), Page.ACTORS)


def _activities_have_goal(application: Application, budget: Budget | None) -> Check:
    bare = [
        row.title for row in application.activities if not (application.goals_of(row) and application.needs_of(row))
    ]
    sentence = Sentence(N_("Varje aktivitet svarar mot ett mål och minst ett behov."))
    if not application.activities:
        sentence = Sentence(N_("Skriv minst en aktivitet."))
    elif bare:
        sentence = Sentence(
            N_("Koppla aktiviteten till ett mål och minst ett behov: %(names)s."), {"names": named(bare)}
        )
    return Check("k3a", STOP, bool(application.activities) and not bare, sentence, Page.ACTIVITIES)


def _methods_have_basis(application: Application, budget: Budget | None) -> Check:
    bare = [row.title for row in application.activities if not (row.method_basis and row.method_reference)]
    sentence = Sentence(N_("Varje metod har en grund och en hänvisning."))
    if not application.activities:
        sentence = Sentence(N_("Skriv minst en aktivitet med vad arbetssättet bygger på."))
    elif bare:
        sentence = Sentence(
            N_("Ange vad arbetssättet bygger på, med en hänvisning: %(names)s."), {"names": named(bare)}
        )
    return Check("k3b", STOP, bool(application.activities) and not bare, sentence, Page.ACTIVITIES)


def _dates_are_inside(application: Application, budget: Budget | None) -> Check:
    project = application.project
    outside = [row.title for row in application.activities if not is_inside(row, project)]
    sentence = Sentence(N_("Alla aktiviteter ligger inom projektets tid och utlysningens fönster."))
    if not application.activities:
        sentence = Sentence(N_("Skriv minst en aktivitet med start och slut."))
    elif outside:
        sentence = Sentence(
            N_("Ge aktiviteten dagar från %(starts_on)s till %(ends_on)s: %(names)s."),
            {"starts_on": project.starts_on, "ends_on": project.ends_on, "names": named(outside)},
        )
    return Check("k3c", STOP, bool(application.activities) and not outside, sentence, Page.ACTIVITIES)


def _needs_are_met(application: Application, budget: Budget | None) -> Check:
    active = {row.id for row in application.activities}
    unmet = [f"{row.company.name}, {row.topic_label}" for row in application.brought if row.activity_id not in active]
    sentence = Sentence(N_("Varje behov möts av en aktivitet eller har en angiven orsak till att det lämnas utanför."))
    if not application.contributions:
        sentence = Sentence(N_("Lägg till en utbildningsgrupp, så syns vilka behov som ska mötas."))
    elif unmet:
        sentence = Sentence(
            N_("Möt behovet med en aktivitet, eller ange varför det lämnas utanför: %(names)s."),
            {"names": named(unmet)},
        )
    return Check("k3d", STOP, bool(application.contributions) and not unmet, sentence, Page.ACTIVITIES)


def _roles_have_share(application: Application, budget: Budget | None) -> Check:
    roles = [row for actor in application.actors for row in actor.budget_rows if row.cost_type == PERSONNEL]
    bare = [row.title for row in roles if not (row.hours or row.share)]
    sentence = Sentence(N_("Varje roll har omfattning, tid och arbetsgivare."))
    if not roles:
        sentence = Sentence(N_("Lägg in projektets roller som personalkostnader i budgeten."))
    elif bare:
        sentence = Sentence(N_("Ange timmar eller andel av heltid för %(names)s."), {"names": named(bare)})
    return Check("k4a", STOP, bool(roles) and not bare, sentence, Page.BUDGET)


def _competence_is_there(application: Application, budget: Budget | None) -> Check:
    costs = [row.title for actor in application.actors for row in actor.budget_rows]
    text = " ".join([application.text_of("kompetens"), *costs]).casefold()
    missing = [name for name, stem in _PRINCIPLES.items() if stem not in text]
    sentence = Sentence(N_("Kompetensen i de horisontella principerna är beskriven eller budgeterad."))
    if missing:
        sentence = Sentence(
            N_("Skriv vem som kan %(names)s, eller lägg inköpt kompetens i budgeten."),
            {"names": _words(missing)},
        )
    return Check("k4b", STOP, not missing, sentence, Page.ANSWER, "kompetens")


def _budget_passes(application: Application, budget: Budget | None) -> Check:
    results = budget.result.checks if budget else ()
    left = [row for row in results if row.passed is False]
    failing = [Sentence(NAMES[row.id]) for row in left if row.level == STOP]
    sentence = Sentence(N_("Budgeten klarar alla sina kontroller."))
    if budget is None:
        sentence = Sentence(N_("Rätta budgetens rader, så att den går att räkna."))
    elif failing:
        sentence = Sentence(N_("Rätta det här i budgeten: %(names)s."), {"names": named(failing)})
    elif left:
        names = named([Sentence(NAMES[row.id]) for row in left])
        sentence = Sentence(N_("Det här återstår i budgeten: %(names)s."), {"names": names})
    level = WARN if left and not failing else STOP
    return Check("k4c", level, budget is not None and not left, sentence, Page.BUDGET)


def _liquidity_is_shown(application: Application, budget: Budget | None) -> Check:
    shown = "likvid" in application.text_of("ekonomi").casefold()
    sentence = Sentence(N_("Likviditetsbehovet är beskrivet."))
    if not shown:
        sentence = Sentence(N_("Skriv hur kostnaderna bärs tills stödet betalas ut; hämta underlag för beloppet."))
    return Check("k4d", STOP, shown, sentence, Page.ANSWER, "ekonomi")


def _suppliers_are_outside(application: Application, budget: Budget | None) -> Check:
    own = {actor.organisation_number for actor in application.actors if actor.is_beneficiary}
    names = {actor.name.casefold() for actor in application.actors if actor.is_beneficiary}
    both = [
        row.title
        for row in application.activities
        if (row.provider_number and row.provider_number in own) or (row.provider_name or "").casefold() in names
    ]
    sentence = Sentence(N_("Ingen leverantör är också stödmottagare i samma aktivitet."))
    is_judged = any(row.provider_number or row.provider_name for row in application.activities)
    if not is_judged:
        sentence = Sentence(N_("Ange aktiviteternas utförare, så jämförs de med stödmottagarna."))
    elif both:
        sentence = Sentence(
            N_("Välj en annan leverantör eller låt stödmottagaren göra arbetet som egen kostnad: %(names)s."),
            {"names": named(both)},
        )
    return Check("k4e", STOP, not both if is_judged else None, sentence, Page.ACTIVITIES)


def _companies_have_signed(application: Application, budget: Budget | None) -> Check:
    unsigned = [row.company.name for row in application.commitments if not row.signed_on]
    sentence = Sentence(N_("Varje företag har ett undertecknat åtagande."))
    if not application.commitments:
        sentence = Sentence(N_("Lägg till en utbildningsgrupp, så får varje företag ett åtagande att underteckna."))
    elif unsigned:
        sentence = Sentence(
            N_("Hämta in undertecknat åtagande från %(names)s och ange datumet."), {"names": named(unsigned)}
        )
    return Check("k5a", STOP, bool(application.commitments) and not unsigned, sentence, Page.STATE_AID)


def _steering_is_described(application: Application, budget: Budget | None) -> Check:
    project = application.project
    done = bool(application.steering.members and project.steering_mandate)
    sentence = Sentence(N_("Styrgruppen har ledamöter och mandat."))
    if not done:
        sentence = Sentence(N_("Ange styrgruppens ledamöter och mandat."))
    return Check("k5b", STOP, done, sentence, Page.STEERING)


def check_breadth(application: Application) -> Check:
    """Check that each kind of actor has a seat in the steering group, but suppliers: they are chosen by it."""
    kinds = dict.fromkeys(row.role for row in application.actors if row.role != SUPPLIER)
    seated = {row.actor_role for row in application.steering.members}
    missing = [Sentence(application.role_title(kind)) for kind in kinds if kind not in seated]
    sentence = Sentence(N_("Varje slag av aktör har en ledamot i styrgruppen."))
    if missing:
        sentence = Sentence(
            N_("Ge styrgruppen en ledamot från varje slag av aktör: %(names)s."), {"names": Sentence.joined(missing)}
        )
    return Check("styrgrupp", WARN, not missing, sentence, Page.STEERING)


def check_follow_up(application: Application) -> Check:
    """Check that it is said who follows up, how often, with which data, what then, and who evaluates."""
    plan = application.steering.follow_up
    done = plan is not None and plan.is_complete
    sentence = Sentence(N_("Uppföljningen har vem, hur ofta, uppgifter, åtgärd vid avvikelse och utvärdering."))
    if not done:
        sentence = Sentence(
            N_("Ange vem som följer upp, hur ofta, med vilka uppgifter, vad som händer vid avvikelse, och utvärdering.")
        )
    return Check("uppfoljning", WARN, done, sentence, Page.FOLLOW_UP)


def _uptake_is_planned(application: Application, budget: Budget | None) -> Check:
    project = application.project
    done = bool(project.uptake_owner and project.uptake_funding and project.uptake_on)
    sentence = Sentence(N_("Det är bestämt vem som tar över resultaten, med vilka pengar och när."))
    if not done:
        sentence = Sentence(N_("Ange vem som tar över resultaten, med vilka pengar och från vilket datum."))
    return Check("k5c", STOP, done, sentence, Page.ANCHORING)


AUTOMATIC: dict[str, Callable[[Application, Budget | None], Check]] = {
    "k1b": _principles_named,
    "k1c": _needs_have_evidence,
    "k1d": _causes_have_level,
    "k1e": _actors_have_reason,
    "k2a": _goals_have_cause,
    "k2b": _goals_can_be_followed,
    "k2c": _participants_agree,
    "k3a": _activities_have_goal,
    "k3b": _methods_have_basis,
    "k3c": _dates_are_inside,
    "k3d": _needs_are_met,
    "k4a": _roles_have_share,
    "k4b": _competence_is_there,
    "k4c": _budget_passes,
    "k4d": _liquidity_is_shown,
    "k4e": _suppliers_are_outside,
    "k5a": _companies_have_signed,
    "k5b": _steering_is_described,
    "k5c": _uptake_is_planned,
}

# What the form asks for and has no check of its own for, by criterion.
OWN: dict[str, Callable[[Application], Check]] = {"k3": check_follow_up, "k5": check_breadth}
