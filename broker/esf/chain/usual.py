"""The risks that every application is asked about, in our own words, as a start: people edit and judge them."""

from broker.sentences import N_, Sentence

# The form's help to the question about risks names these four (esf_application_form.yaml, "risker").
USUAL_RISKS: dict[str, tuple[Sentence, Sentence]] = {
    "leaving": (
        Sentence(N_("Företag lämnar projektet innan utbildningen är klar.")),
        Sentence(N_("Håll en reservlista till varje grupp och stäm av med företagen före varje kursstart.")),
    ),
    "not_released": (
        Sentence(N_("Företagen kan inte släppa sin personal när det är mycket att göra.")),
        Sentence(N_("Lägg utbildningen i kortare pass, utanför företagens toppar, och erbjud ett andra tillfälle.")),
    ),
    "dearer": (
        Sentence(N_("Utbildningen blir dyrare än vad som är budgeterat.")),
        Sentence(N_("Stäm av priset innan gruppen startar, och ha bestämt vilka grupper som går först.")),
    ),
    "late_money": (
        Sentence(N_("Stödet betalas ut senare än kostnaderna uppstår.")),
        Sentence(N_("Låt projektägaren besluta om likviditet för tiden, och ansök om utbetalning så ofta det går.")),
    ),
}
