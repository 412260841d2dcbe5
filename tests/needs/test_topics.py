"""Free text as companies say it leads to the right topic."""

import pytest

from broker.needs.topics import find_clear_topic, propose_topics


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Tre på lagret behöver truckkort, gärna före sommaren", "Truckutbildning"),
        ("Heta arbeten går ut i höst för sex montörer", "Heta arbeten"),
        ("Vill bli bättre på Excel, två på kontoret", "Excel"),
        ("HLR för hela personalen (14 pers)", "HLR och första hjälpen"),
        ("Ledarskap för nya arbetsledare, 2 st", "Ledarskap för nya chefer"),
        ("CNC-programmering Heidenhain, en person", "CNC-programmering"),
        ("Svenska på arbetsplatsen – fyra medarbetare med annat modersmål", "Svenska på arbetsplatsen"),
        ("AI – vad kan vi ha det till?", "AI i arbetet"),
        ("YKB-fortbildning 3 chaufförer", "YKB – yrkeskompetensbevis"),
        ("ADR", "ADR – farligt gods"),
        ("Säljutbildning för innesäljarna", "Säljutbildning"),
        ("Livsmedelshygien + egenkontroll, ny personal", "Livsmedelshygien"),
        ("GDPR, bara grunderna", "GDPR och dataskydd"),
        ("Bokföring och bokslut, ägaren själv", "Bokföring"),
        ("Lean/5S hela verkstan", "Lean och ständiga förbättringar"),
        ("Hållbarhetsrapport, kunden kräver det", "Hållbarhetsarbete och rapportering"),
        ("Cybersäkerhet för alla", "IT- och informationssäkerhet"),
        ("Upphandling/anbud LOU", "Upphandling och anbud"),
    ],
)
def test_a_real_phrase_gives_its_topic_first(text, label):
    assert propose_topics(text)[0][0].label == label


def test_a_phrase_with_two_needs_gives_both():
    labels = {topic.label for topic, _reason in propose_topics("Fallskydd och lift, 5 montörer")}

    assert {"Fallskydd", "Liftutbildning"} <= labels


@pytest.mark.parametrize("text", ["truckkorten", "TRUCKKORT", "truckutbildningar", "motviktstruckar"])
def test_endings_and_compounds_do_not_hide_the_topic(text):
    assert propose_topics(text)[0][0].id == "T001"


@pytest.mark.parametrize("text", ["", "vet ej, ring i augusti", "!!!", "och i för att"])
def test_a_text_without_a_need_gives_no_topic(text):
    assert propose_topics(text) == []


def test_the_reason_names_the_words_that_it_resembles():
    assert str(propose_topics("skylift")[0][1]) == "Liknar ”skylift”."


@pytest.mark.parametrize("text", ["Tre på lagret behöver truckkort", "Elsäkerhet", "konflikter i arbetslaget"])
def test_a_clear_topic_is_chosen_beforehand(text):
    assert find_clear_topic(text) is propose_topics(text)[0][0]


@pytest.mark.parametrize("text", ["", "två svetsare ska bli bättre", "svetsning", "Fallskydd och lift, 5 montörer"])
def test_a_weak_likeness_or_one_of_two_is_left_to_a_person(text):
    assert find_clear_topic(text) is None


def test_no_more_topics_than_asked_for_are_proposed():
    assert len(propose_topics("svetsning, truck, excel och bokföring", limit=2)) == 2
