"""What every form refuses, in words that say what to do."""

import lxml.html
import pytest
from werkzeug.datastructures import MultiDict
from wtforms.validators import Length

from broker.companies import queries as companies
from broker.forms import CheckboxesField, ChoiceField, Form, KronorField, LongTextField, Required, TextField, pairs
from broker.procurement.forms import NumberField
from tests import factories
from tests.client import form_values
from tests.conftest import signed_in_client


class Sample(Form):
    name = TextField("Namn", [Required("Skriv ett namn."), Length(min=1, message="Minst ett tecken.")])
    note = LongTextField("Anteckning", [Required("Skriv något.")])
    one = ChoiceField("En", coerce=int, choices=lambda: pairs([(1, "Ett")], empty="Inget"))
    sure = ChoiceField("Säkert", [Required("Välj.")], coerce=int, choices=lambda: pairs([(1, "Ett")]))
    several = CheckboxesField("Flera", coerce=int, choices=lambda: pairs([(1, "Ett")]))


def filled_in(app, **sent):
    with app.test_request_context("/", method="POST"):
        form = Sample(formdata=MultiDict(sent), meta={"csrf": False})
        form.validate()
        return form.data, {name: list(errors) for name, errors in form.errors.items()}


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\u200b \u2060\ufeff", "\u00ad"])
def test_a_text_that_nobody_can_see_is_no_text(app, text):
    data, errors = filled_in(app, name=text, note=text, one="", sure="1")
    assert (data["name"], data["note"]) == (None, None)
    assert errors == {"name": ["Skriv ett namn."], "note": ["Skriv något."]}


def test_signs_between_letters_stay(app):
    data, errors = filled_in(app, name="👩\u200d🏭", note="nam\u00adnet", sure="1")
    assert (data["name"], data["note"]) == ("👩\u200d🏭", "nam\u00adnet")
    assert errors == {}


@pytest.mark.parametrize("mark", ["\n", "\r\n", "\x85", "\u2028", "\x0b"])
def test_one_line_stays_one_line_and_a_text_keeps_its_lines(app, mark):
    data, errors = filled_in(app, name=f"Anna{mark}Bcc: x", note="ett\ntvå", sure="1")
    assert (data["name"], data["note"], errors) == ("Anna Bcc: x", "ett\ntvå", {})


@pytest.mark.parametrize("sent", ["x", "7", "1x"])
def test_a_choice_that_was_not_offered_is_refused_in_swedish(app, sent):
    _data, errors = filled_in(app, name="a", note="b", one=sent, sure=sent, several=[sent])
    assert errors == {
        "one": ["Välj ett av alternativen i listan."],
        "sure": ["Välj ett av alternativen i listan."],
        "several": ["Välj bland alternativen i listan."],
    }


SIGNS = """<"&'åäö>"""


class Offering(Form):
    one = ChoiceField("En", choices=lambda: pairs([(SIGNS, SIGNS), ("2", "Två")], empty="Inget"))
    several = CheckboxesField("Flera", choices=lambda: pairs([(SIGNS, SIGNS), ("2", "Två")]))


def test_what_is_offered_is_written_with_its_signs_and_what_is_chosen_is_marked(app):
    with app.test_request_context("/"):
        form = Offering(formdata=MultiDict({"one": SIGNS, "several": "2"}), meta={"csrf": False})
        select = lxml.html.fromstring(form.one(class_="form-select", aria_describedby=SIGNS, required=False))
        boxes = [lxml.html.fromstring(box(aria_invalid=False)) for box in form.several]

    assert dict(select.items()) == {
        "id": "one", "name": "one", "class": "form-select", "aria-describedby": SIGNS,
    }  # fmt: skip
    assert [(option.get("value"), option.text, option.get("selected") is not None) for option in select] == [
        ("", "Inget", False), (SIGNS, SIGNS, True), ("2", "Två", False),
    ]  # fmt: skip
    assert [(box.get("value"), box.get("type"), box.get("checked") is not None) for box in boxes] == [
        (SIGNS, "checkbox", False), ("2", "checkbox", True),
    ]  # fmt: skip


@pytest.mark.parametrize("sent", ["1e999999", "1e30", "nan", "-inf", "-1", "1e-400", "1,234"])
def test_what_is_no_amount_or_number_is_refused_with_a_sentence(app, sent):
    class Amounts(Form):
        amount = KronorField("Belopp")
        grade = NumberField("Betyg", least=1, most=5)

    with app.test_request_context("/", method="POST"):
        form = Amounts(formdata=MultiDict({"amount": sent, "grade": sent}), meta={"csrf": False})
        assert not form.validate()
        assert form.amount.errors and all("Skriv ett belopp" in str(error) for error in form.amount.errors)
        assert bool(form.grade.errors) is (sent != "1,234")


def test_a_forms_token_leads_nobody_else_to_what_it_made(app, client, scope):
    company = factories.company()
    address = f"/foretag/{company.id}/arbetsstallen/nytt"
    sent = form_values(client.get(address).text) | {"name": "Verkstaden"}
    first = client.post(address, data=sent)
    colleague = signed_in_client(app, factories.user(organisation=scope))
    theirs = sent | {"csrf_token": colleague.csrf_token(address), "name": "Lagret"}

    assert client.post(address, data=sent).location == first.location
    colleague.post(address, data=theirs)

    assert [place.name for place in companies.get_card(company.id)[2]] == ["Verkstaden", "Lagret"]
