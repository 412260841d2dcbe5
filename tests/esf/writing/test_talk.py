"""Comments, mentions and suggestions."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select

from broker import access
from broker.actions import Action
from broker.audit import history_of
from broker.errors import RefusedError
from broker.esf import answer_service, queries, service
from broker.esf.writing import queries as writing
from broker.esf.writing import talk
from broker.esf.writing.models import Origin
from broker.extensions import db
from broker.mail import OutgoingMail
from broker.reminders import service as reminders
from tests import factories, factories_esf

PEOPLE = [SimpleNamespace(id=place, name=name) for place, name in enumerate(["Åsa Ek", "Åsa Ekman", "Bo Lind-Ström"])]


@pytest.fixture
def project(scope, user):
    row = factories_esf.project(scope, user)
    answer_service.save_answer(row, "problem", text="Kort.", by=user)
    db.session.commit()
    return row


@pytest.fixture
def anna(project):
    return factories.user(organisation=project.owner, name="Anna Alm")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@Åsa Ekman ser du?", ["Åsa Ekman"]),
        ("@asa ek: ser du?", ["Åsa Ek"]),
        ("@Åsa ser du?", []),
        ("Fråga @bo och @Åsa Ek.", ["Bo Lind-Ström", "Åsa Ek"]),
        ("bo@lind.example skrev", []),
        ("@", []),
    ],
)
def test_a_name_after_an_at_sign_is_a_person_when_only_one_is_meant(text, named):
    assert [person.name for person in talk.find_mentioned(text, PEOPLE)] == named


def test_who_is_named_gets_a_letter_without_what_was_said_and_sees_it_on_idag(project, user, anna):
    talk.add_comment(project, "problem", text="@Anna Alm stämmer hemligheten?", link="https://b.example/x", by=user)
    db.session.commit()

    [letter] = db.session.scalars(select(OutgoingMail)).all()
    assert letter.recipient == anna.email
    assert "https://b.example/x" in letter.body and "hemligheten" not in letter.subject + letter.body
    [(comment, _project)] = writing.list_mentions(anna.id)

    talk.add_comment(project, "problem", text="Ja.", reply_to=comment, link="", by=anna)
    db.session.commit()

    assert writing.list_mentions(anna.id) == []


def test_who_wants_no_letters_about_mentions_gets_none_and_sees_it_on_idag_all_the_same(project, user, anna):
    reminders.choose_reminders(is_mailed=True, shows_titles=False, shows_companies=False, mails_mentions=False, by=anna)
    talk.add_comment(project, "problem", text="@Anna Alm ser du?", link="", by=user)
    db.session.commit()
    assert db.session.scalars(select(OutgoingMail)).all() == []
    assert len(writing.list_mentions(anna.id)) == 1

    # In another organisation of the project she wants them.
    neighbour = factories.organisation()
    service.add_member(project, neighbour, by=user)
    with access.acting_in(neighbour.id):
        reminders.choose_reminders(is_mailed=False, shows_titles=False, shows_companies=False, by=anna)
        db.session.commit()
    talk.add_comment(project, "problem", text="@Anna Alm och nu?", link="", by=user)
    db.session.commit()
    assert [letter.recipient for letter in db.session.scalars(select(OutgoingMail))] == [anna.email]


def test_a_settled_comment_waits_for_nobody(project, user, anna):
    talk.add_comment(project, "problem", text="@Anna ser du?", link="", by=user)
    db.session.commit()
    [comment] = writing.list_comments(project, "problem")

    talk.settle_comment(project, comment, is_settled=True, by=user)
    db.session.commit()

    assert writing.list_mentions(anna.id) == []
    assert writing.count_open_talk(project) == {}

    talk.settle_comment(project, comment, is_settled=False, by=user)
    db.session.commit()
    assert history_of(project)[0].action == Action.COMMENT_REOPENED


def test_a_suggestion_that_somebody_else_accepts_is_the_newest_version(project, user, anna):
    talk.add_suggestion(project, "problem", text="Längre.", sources=[], by=anna)
    db.session.commit()
    [suggestion] = writing.list_suggestions(project, "problem")
    with pytest.raises(RefusedError):
        talk.decide_suggestion(project, suggestion, is_accepted=True, by=anna)

    talk.decide_suggestion(project, suggestion, is_accepted=True, by=user)
    db.session.commit()

    assert queries.find_answer(project, "problem").text == "Längre."
    newest = writing.list_versions(project, "problem")[0]
    assert (newest.origin, newest.written_by.name) == (Origin.SUGGESTED, user.name)


def test_a_suggestion_against_an_older_text_overwrites_nothing(project, user, anna):
    talk.add_suggestion(project, "problem", text="Längre.", sources=[], by=anna)
    answer_service.save_answer(project, "problem", text="Nytt.", by=user)
    db.session.commit()
    [suggestion] = writing.list_suggestions(project, "problem")

    with pytest.raises(RefusedError):
        talk.decide_suggestion(project, suggestion, is_accepted=True, by=user)

    assert queries.find_answer(project, "problem").text == "Nytt."
