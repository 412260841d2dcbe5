"""Opens the vetting of a provider anew when those who took part in several of its trainings found them bad."""

from broker import clock
from broker.clock import add_months
from broker.formatting import day, in_swedish, one_decimal
from broker.needs.scores import queries
from broker.providers import queries as providers
from broker.providers.hearings.queries import hearing_rules
from broker.providers.hearings.rules import LOW_SCORES_ITEM, LowScores
from broker.providers.hearings.service import reopen_by_itself


def look_at_scores(provider_id: int) -> None:
    """Open the vetting if enough trainings of late have a low mean, each counted once; nobody is refused by it.

    Only trainings whose answers are enough to be shown have a score, so a mean is never that of a few.
    """
    rules = hearing_rules(clock.today()).low_scores
    if rules is None:
        return
    since = add_months(clock.today(), -rules.within_months)
    low = [row for row in queries.list_low(provider_id, rules.level, since=since) if row.mean < rules.below]
    if len(low) < rules.trainings:
        return
    for row in low:
        row.reopened_on = clock.today()
    text = _in_words([(row.cohort.topic_label, row.mean, row.answers, row.taught_on) for row in low], rules)
    reopen_by_itself(providers.get_provider(provider_id), text=text, item_ids=LOW_SCORES_ITEM)


@in_swedish()
def _in_words(low, rules: LowScores) -> str:  # type: ignore[no-untyped-def]
    # What is written here is kept as a person's words are: in Swedish.
    named = [
        f"{topic} {day(taught_on)}: {one_decimal(mean)} av 5, {answers} svar" for topic, mean, answers, taught_on in low
    ]
    return f"Deltagarnas omdöme är under {one_decimal(rules.below)} i {len(low)} utbildningar. {'; '.join(named)}."
