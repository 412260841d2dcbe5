"""Sentences are stored as they were meant and shown in the language of whoever reads them."""

import json
from datetime import date, timedelta

import pytest
from flask_babel import force_locale

from broker import clock, jobs
from broker.extensions import db
from broker.formatting import countdown, in_swedish, say
from broker.reference import queries as reference
from broker.reference.models import DocumentKind
from broker.reference.service import load_documents
from broker.sentences import Sentence

LISTED = Sentence("Import av %(file)s", {"file": "Kommun 100 %.csv"})
STEP = Sentence("Ny inköpsväg: %(route)s", {"route": Sentence("Direktupphandling", english="Direct award")})


@pytest.mark.parametrize(
    ("sentence", "swedish", "english"),
    [
        (Sentence("Avbryt"), "Avbryt", "Cancel"),
        (LISTED, "Import av Kommun 100 %.csv", "Import of Kommun 100 %.csv"),
        (STEP, "Ny inköpsväg: Direktupphandling", "New route: Direct award"),
        (Sentence.joined([Sentence("Avbryt"), Sentence("Spara")]), "Avbryt, Spara", "Cancel, Save"),
        (Sentence("Något som ingen har översatt"), "Något som ingen har översatt", "Något som ingen har översatt"),
    ],
)
def test_a_sentence_is_said_in_both_languages_fresh_and_stored(app, sentence, swedish, english):
    assert str(sentence) == say(sentence) == say(sentence.as_stored()) == swedish
    with force_locale("en"):
        assert say(sentence) == say(sentence.as_stored()) == english
        assert str(sentence) == swedish


def test_a_day_in_a_sentence_is_shown_as_days_are_fresh_and_stored(app):
    told = Sentence("Räkenskapsåret till %(day)s", {"day": date(2026, 3, 1)})
    stored = json.loads(json.dumps(told.as_stored()))

    assert Sentence.of(stored) == told
    assert say(told) == say(stored) == "Räkenskapsåret till 1 mars 2026"


def test_what_was_stored_as_plain_text_is_still_shown(app):
    with force_locale("en"):
        assert say("Såld till 100 % enligt %(namn)s") == "Såld till 100 % enligt %(namn)s"
        assert say(None) == say("") == ""


def test_an_error_says_its_sentence(app):
    with force_locale("en"):
        assert say(ValueError(LISTED)) == "Import of Kommun 100 %.csv"
        assert say(ValueError()) == ""


def test_a_title_comes_back_from_the_database_as_it_was(scope, user):
    made = [jobs.add_job("import_companies", title, {}, by=user) for title in (LISTED, Sentence("Prov"))]
    db.session.commit()
    db.session.expire_all()

    assert [jobs.get_job(job.id).title for job in made] == [LISTED, Sentence("Prov")]


def test_what_is_stored_or_sent_is_in_swedish_for_a_while(app):
    with force_locale("en"):
        with in_swedish():
            assert say("Avbryt") == "Avbryt"
        assert say("Avbryt") == "Cancel"


def test_a_row_of_the_rules_is_in_swedish_where_it_has_no_english(app):
    with force_locale("en"):
        assert reference.text_of({"label_sv": "Ny", "label_en": "New"}) == "New"
        assert reference.text_of({"label_sv": "Projektets nyckel"}) == "Projektets nyckel"
        assert reference.text_of({"evidence": "Intyg", "evidence_en": "Certificate"}, "evidence") == "Certificate"


def test_rules_that_are_stored_get_their_english_words_and_nothing_else(app):
    vetting = reference.get_document_version(DocumentKind.VETTING, "1")
    workflow = reference.get_document_version(DocumentKind.WORKFLOW, "5")
    whole = vetting.content
    vetting.content = {**whole, "item_results": [{**row, "label_en": ""} for row in whole["item_results"]]}
    workflow.content = {**workflow.content, "law": "En äldre lag"}

    assert load_documents() == 0

    assert vetting.content == whole
    assert workflow.content["law"] == "En äldre lag"


def test_the_english_words_that_a_rule_gets_are_seen_by_whom_has_read_it_before(app):
    vetting = reference.get_document_version(DocumentKind.VETTING, "1")
    whole = vetting.content
    swedish = {**whole, "item_results": [{**row, "label_en": ""} for row in whole["item_results"]]}
    vetting.content, vetting.loaded_at = swedish, clock.now()
    db.session.commit()

    def read():
        db.session.expunge_all()
        return reference.get_document_version(DocumentKind.VETTING, "1").content

    assert read() == swedish
    load_documents()
    db.session.commit()
    assert read() == whole


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "i dag"),
        (1, "om 1 dag"),
        (60, "om 60 dagar"),
        (-1, "för 1 dag sedan"),
        (-45, "för 45 dagar sedan"),
        (200, "om 7 månader"),
        (-800, "för 26 månader sedan"),
    ],
)
def test_a_day_is_counted_down_to(app, days, words):
    with app.test_request_context():
        assert countdown(clock.today() + timedelta(days=days)) == words
