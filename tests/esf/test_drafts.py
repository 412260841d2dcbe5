"""First texts: true figures with footnotes to their rows, and what is missing said instead of invented."""

import re

import pytest

from broker.esf import answer_service, queries
from broker.esf.drafts import writers
from broker.esf.drafts.draft import Draft
from broker.extensions import db
from tests import factories_esf

TYPED = [
    "role",
    "deviation",
    "evaluation_note",
    "response",
    "owner_role",
    "steering_mandate",
    "uptake_owner",
    "uptake_funding",
    "purpose",
    "cause",
    "consequence",
    "reason",
    "text",
    "call_part",
    "indicator",
    "baseline",
    "target",
    "data_source",
    "method_reference",
    "adjustments",
]


def test_the_problem_counts_companies_municipalities_women_and_men(scope, user):
    project = factories_esf.project(scope, user)
    needs = [
        factories_esf.need(factories_esf.company(), user, women=2, men=1, municipality_code=code)
        for code in ("0482", "0483", "0483")
    ]
    factories_esf.join(project, factories_esf.cohort(user, *needs), user)

    draft = answer_service.suggest_text(project, "problem")

    assert draft.lines[0].startswith("3 företag i 2 kommuner har uppgett behov av ")
    assert draft.lines[0].endswith("(6 kvinnor, 3 män). [1]")
    assert needs[0].company.name in draft.sources[0]["text"]


def test_the_problem_says_what_keeps_people_from_training_since_the_form_asks_of_accessibility(scope, user):
    project = factories_esf.project(scope, user)
    needs = [factories_esf.need(factories_esf.company(), user) for _number in range(2)]
    needs[0].barriers, needs[1].barriers = ["time"], ["language", "time"]
    needs[1].barrier_note = "Skiftgång gör kvällar omöjliga"
    factories_esf.join(project, factories_esf.cohort(user, *needs), user)

    text = answer_service.suggest_text(project, "problem").text

    assert "hinder för att delta: tider (2 företag) och språk (1 företag). [" in text
    assert "Om hindren säger de: ”Skiftgång gör kvällar omöjliga”. [" in text


def test_an_empty_project_says_what_is_missing_and_invents_nothing(scope, user):
    project = factories_esf.project(scope, user)

    for question_id in ("problem", "orsaker", "konsekvenser", "behov", "mal", "aktiviteter", "budgettabell"):
        draft = answer_service.suggest_text(project, question_id)
        assert (draft.text, bool(draft.missing)) == ("", True), question_id


def test_every_footnote_of_every_text_has_its_source(scope, user):
    project = factories_esf.joined_project(scope, user)
    factories_esf.complete(project, user)
    factories_esf.worked_budget(project, user)

    for section in queries.get_form(project.form_version)["sections"]:
        for question in section["questions"]:
            draft = answer_service.suggest_text(project, question["id"])
            cited = {int(number) for number in re.findall(r"\[(\d+)\]", draft.text)}
            assert cited == {source["number"] for source in draft.sources}, question["id"]
            assert draft.text or draft.missing, question["id"]


@pytest.mark.parametrize(
    ("question_id", "part"),
    [
        ("orsaker", "nivån organisation, som projektet kan påverka, uppgivna av 2 företag: För få"),
        ("konsekvenser", "2 företag uppger som konsekvens: Order går till utlandet. ["),
        ("behov", "Syften som företagen uppger: ”Ta emot större order” (2 företag). ["),
        ("behov", "genom besök den "),
        ("deltagare", "12 anställda i 2 företag deltar (8 kvinnor, 4 män)."),
        ("metodval", "bygger på forskning: Ellström 2010."),
        ("organisation", "Projektledare vid"),
        ("kostnadseffektivitet", "12\u00a0232\u00a0848,80\u00a0kr"),
        ("ekonomi", "Likviditetsbehovet är högst"),
        ("forankring", "2 av 2 företag har undertecknat ett åtagande"),
        ("styrgrupp", "Ledamöter: Näringslivschef, Kommunen; Företagare, Kommunen."),
        ("budgettabell", "sökt stöd 6\u00a0605\u00a0738,35\u00a0kr"),
    ],
)
def test_texts_hold_what_the_rows_say(scope, user, question_id, part):
    project = factories_esf.joined_project(scope, user)
    factories_esf.complete(project, user)
    factories_esf.worked_budget(project, user)

    assert part in answer_service.suggest_text(project, question_id).text


def test_a_need_left_out_is_not_in_the_text(scope, user):
    project = factories_esf.joined_project(scope, user)
    row = queries.list_contributions(project)[0]
    row.left_out_reason = "Löses i företaget"
    db.session.commit()

    assert answer_service.suggest_text(project, "problem").lines[0].startswith("1 företag i 1 kommun ")


def test_a_first_text_goes_after_ones_own_with_footnotes_of_its_own():
    own, kept = "Eget [1]", [{"number": 1, "text": "Rad", "page": "actors"}]
    draft = Draft()
    draft.say("Nytt", "Annan rad")

    text, sources = answer_service.merge_texts(own, kept, draft)

    assert text == "Eget [1]\n\nNytt [2]"
    assert [source["number"] for source in sources] == [1, 2]


def test_names_keep_their_capitals_and_days_are_written_out(scope, user):
    project = factories_esf.joined_project(scope, user)
    factories_esf.complete(project, user)

    texts = "\n\n".join(answer_service.suggest_text(project, question_id).text for question_id in writers.WRITERS)

    assert f"behov av ”{factories_esf.topic().label}”" in texts
    assert not re.search(r"\b20\d\d-\d\d-\d\d\b", texts)
    assert all(
        re.search(r"([.!?…](?: \[\d+\])?|\|)$", line) for line in texts.split("\n\n") if line not in ("", project.name)
    )


def test_what_somebody_ended_with_a_full_stop_has_one_in_every_text(scope, user):
    project = factories_esf.joined_project(scope, user)
    factories_esf.complete(project, user)
    application = queries.load_application(project.id)
    plans = (project, *application.brought, *application.causes, *application.goals, *application.activities)
    led = (*application.steering.members, *application.steering.risks, application.steering.follow_up)
    milestones = [row for goal in application.goals for row in goal.milestones]
    for row in (*plans, *milestones, *led, *application.actors):
        for name in TYPED:
            if getattr(row, name, None) and not (row in application.actors and name == "role"):
                setattr(row, name, f"{getattr(row, name).removesuffix('.')}.")
    db.session.commit()

    texts = [answer_service.suggest_text(project, question_id).text for question_id in writers.WRITERS]
    assert not re.search(r"\.[.;]|\.”", "\n".join(texts))
