"""The page frame and every component: escaped, labelled, tied together and valid HTML."""

import re
from pathlib import Path
from types import SimpleNamespace

import html5lib
import pytest
from flask import Flask, flash, render_template, render_template_string, url_for
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from jinja2 import StrictUndefined
from wtforms import (
    FieldList,
    HiddenField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from broker import formatting, style_guide
from broker.pages import at_list, files_to_choose_again, list_id

BROKER = Path(__file__).parents[1] / "broker"
HOSTILE = "<script>alert('x')</script>\"'&{{ 7*7 }}"
CHOICES = [SelectChoice(value="a", label="Besök & möte"), SelectChoice(value="b", label="<b>Samtal</b>")]
NEEDED = [InputRequired("Ange vad som gäller.")]


def base_context(**changes):
    context = {
        "navigation": [SimpleNamespace(label="Idag", url="/", icon="sun", is_current=True)]
        + [
            SimpleNamespace(label=label, url=f"/{label.lower()}", icon=icon, is_current=False)
            for label, icon in [("Företag", "building"), ("Behov", "school"), ("Rapporter", "chart-bar")]
        ],
        "current_user": SimpleNamespace(is_authenticated=True, name="Anna Ek"),
        "acting": SimpleNamespace(
            organisation_name="Katrineholms lärcentrum",
            organisations=[(1, "Katrineholms lärcentrum"), (2, "Flens lärcentrum")],
            switch_url="/byt",
        ),
        "log_contact_url": "/kontakter/ny",
        "search_url": "/sok",
        "suggest_url": "/sok/forslag",
        "language": "sv",
        "other_language": SimpleNamespace(label="English", code="en", url="/sprak/en"),
        "sign_out_url": "/logga-ut",
        "account_url": "/konto",
        "help_url": "/hjalp",
        "manifest_url": "/manifest.webmanifest",
        "waiting_owner": "1-2",
        "user_id": 1,
    }
    return context | changes


def signed_out():
    nobody = SimpleNamespace(is_authenticated=False, name="")
    nothing = dict.fromkeys(("acting", "log_contact_url", "search_url", "other_language"))
    return base_context(navigation=[], current_user=nobody, **nothing)


def style_guide_context():
    return style_guide.examples()


def make_app():
    app = Flask("broker", template_folder=str(BROKER / "templates"), static_folder=str(BROKER / "static"))
    app.config.update(SECRET_KEY="only for this test", TESTING=True)
    app.jinja_options = {"undefined": StrictUndefined}
    Babel(app, default_locale="sv")
    formatting.init_app(app)
    CSRFProtect(app)
    for endpoint in ("offline.person", "offline.service_worker", "offline.show_shell"):
        app.add_url_rule(f"/{endpoint}", endpoint)
    app.add_template_global(lambda: None, "acting_id")
    app.add_template_global(lambda: "/kontakter/ny", "log_contact_here")
    app.add_template_global(files_to_choose_again)
    app.add_template_global(list_id)
    app.add_template_global(at_list)
    app.add_template_global(lambda filename: url_for("static", filename=filename, v="1"), "asset")
    return app


@pytest.fixture
def app():
    app = make_app()
    with app.test_request_context():
        yield app


def render(source, **context):
    return render_template_string(source, **context)


def draw(file, call, **context):
    name = call.split("(")[0]
    return render(f'{{% from "components/{file}.html" import {name} %}}{{{{ {call} }}}}', **context)


def parse(markup):
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    if "<!doctype" in markup:
        return parser.parse(markup)
    container = "tr" if markup.startswith(("<td", "<th")) else "div"
    return parser.parseFragment(markup, container=container)


def assert_points_somewhere(tree):
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    for element in tree.iter():
        for attribute in ("for", "aria-describedby", "aria-labelledby", "popovertarget"):
            assert set((element.get(attribute) or "").split()) <= set(ids)


def faulty(**fields):
    form = type("Faulty", (FlaskForm,), fields)(formdata=None)
    form.validate()
    return form


HOSTILE_CALLS = [
    ("tag", "tag(x, 'ok')"),
    ("forms", "post_button(x, x, fields={x: x})"),
    ("forms", "conflict({x: x, 'b': x}, {x: 'annat'})"),
    ("page", "facts([(x, x), (x, x, x), (x, None)])"),
    ("page", "facts([(x, x), (x, None)] | select, gathered=true)"),
    ("page", "tabs([{'label': x, 'url': x, 'is_current': true}], x)"),
    ("page", "back_link(x, x)"),
    ("page", "button_link(x, x)"),
    ("page", "empty_state(x, x, x)"),
    ("page", "who_sees(x)"),
    ("timeline", "timeline([{'at': x, 'title': x, 'text': x, 'by': x, 'url': x, 'icon': 'phone'}], x)"),
    ("timeline", "timeline([], x)"),
    ("progress", "progress({'state_label': x, 'done': 1, 'total': 2, 'percent': 50, 'message': x})"),
    ("pagination", "pagination(x, x, x)"),
    ("chart", "bar_chart('b', x, x, [(x, 4, x), (x, 2, None)])"),
    ("chart", "municipality_map('m', x, shapes, x, '0 0 9 9')"),
    ("table", "list_table([], x, [x], x, x, x)"),
]


@pytest.mark.parametrize(("file", "call"), HOSTILE_CALLS)
def test_hostile_text_comes_out_as_text_in_valid_html(app, file, call):
    shape = {"code": "0482", "name": HOSTILE, "path": "M0 0H9Z", "value": 3, "shade": 2, "url": HOSTILE}
    tree = parse(draw(file, call, x=HOSTILE, shapes=[shape, shape | {"code": "0483", "value": None}]))
    assert tree.find(".//script") is None
    assert HOSTILE in "".join(tree.itertext())
    assert_points_somewhere(tree)


def test_hostile_text_in_rows_and_panels_comes_out_as_text(app):
    markup = render(
        '{% from "components/table.html" import list_table, cell, row_header %}'
        '{% from "components/page.html" import panel %}'
        "{% call panel(x, id='p') %}{% call(row) list_table([x], x, [x, (x, 'num'), to_sort], x) %}"
        "{% call row_header(x) %}{{ row }}{% endcall %}{% call cell(x, numeric=true) %}{{ row }}{% endcall %}"
        "{% endcall %}{% endcall %}",
        x=HOSTILE,
        to_sort={"label": HOSTILE, "url": HOSTILE, "direction": "descending"},
    )
    tree = parse(markup)
    assert tree.find(".//script") is None
    assert tree.find(".//th[@aria-sort='descending']/a").get("href") == HOSTILE
    assert tree.find(".//td").get("data-l") == HOSTILE
    assert tree.find(".//td").get("class") == "num"
    assert tree.find(".//th[@scope='row']").get("role") == "rowheader"


@pytest.mark.parametrize(
    "name", [name for name in style_guide.ExampleForm.__dict__ if not name.startswith("_") and name != "version"]
)
def test_a_faulty_field_is_labelled_and_tied_to_its_hint_and_error(app, name):
    form = style_guide_context()["faulty_form"]
    form[name].errors = [HOSTILE]
    tree = parse(draw("forms", "field(f, hint='En hjälp')", f=form[name]))
    described = tree.find(".//*[@aria-describedby]").get("aria-describedby")
    assert described == f"fel-{name}-hjalp fel-{name}-fel"
    assert HOSTILE in "".join(tree.itertext())
    assert len(tree.findall(".//label")) == len([*tree.iter("input"), *tree.iter("select"), *tree.iter("textarea")])
    assert_points_somewhere(tree)


@pytest.mark.parametrize("name", ["name", "channel", "summary", "papers", "agreed", "kind"])
def test_a_faulty_control_says_that_it_is_invalid(app, name):
    form = style_guide_context()["faulty_form"]
    assert 'aria-invalid="true"' in draw("forms", "field(f)", f=form[name])


def test_only_fields_that_may_be_left_empty_say_so(app):
    form = style_guide.ExampleForm(formdata=None)
    assert "(frivilligt)" in draw("forms", "field(f)", f=form.email)
    assert "(frivilligt)" not in draw("forms", "field(f)", f=form.name)
    assert "(frivilligt)" not in draw("forms", "field(f, mark_optional=false)", f=form.email)


def test_the_description_of_a_field_is_its_hint(app):
    assert "Dit bekräftelsen går." in draw("forms", "field(f)", f=style_guide.ExampleForm(formdata=None).email)


def test_attributes_reach_the_control(app):
    control = parse(
        draw("forms", "field(f, autocomplete='email')", f=style_guide.ExampleForm(formdata=None).email)
    ).find(".//input")
    assert control.get("autocomplete") == "email"


def test_choices_are_grouped_under_a_legend(app):
    tree = parse(draw("forms", "field(f)", f=style_guide.ExampleForm(formdata=None).topics))
    assert tree.find(".//fieldset/legend").text.strip() == "Områden"
    assert [label.text for label in tree.iter("label")] == ["Besök & möte", "<b>Samtal</b>"]


def test_the_error_summary_links_to_every_faulty_control(app):
    form = style_guide_context()["faulty_form"]
    fields = "{% for item in f %}{{ field(item) }}{% endfor %}"
    source = '{% from "components/forms.html" import field, error_summary %}{{ error_summary(f) }}' + fields
    tree = parse(render(source, f=form))
    targets = {link.get("href") for link in tree.iter("a")}
    ids = {f"#{element.get('id')}" for element in tree.iter() if element.tag in ("input", "select", "textarea")}
    assert len(targets) == 9
    assert targets <= ids


def test_the_error_summary_names_errors_without_a_field_of_their_own(app):
    form = faulty(days=FieldList(StringField("Dag", NEEDED), min_entries=2), secret=HiddenField(validators=NEEDED))
    form.form_errors = ["Fyll i minst en rad."]
    tree = parse(draw("forms", "error_summary(f)", f=form))
    assert "Fyll i minst en rad." in "".join(tree.itertext())
    assert [link.get("href") for link in tree.iter("a")] == ["#days-0", "#days-1"]


def test_each_line_of_the_error_summary_names_its_field_and_stands_once(app):
    form = faulty(number=StringField("Organisationsnummer", NEEDED), said=StringField("Vad sades?", NEEDED))
    form.number.errors = [*form.number.errors, *form.number.errors]
    form.form_errors = ["Fyll i minst en rad.", "Fyll i minst en rad."]
    tree = parse(draw("forms", "error_summary(f)", f=form))
    lines = [" ".join("".join(line.itertext()).split()) for line in tree.iter("li")]
    assert [line for line in lines if "CSRF" not in line] == [
        "Fyll i minst en rad.",
        "Organisationsnummer: Ange vad som gäller.",
        "Vad sades? Ange vad som gäller.",
    ]


def test_a_form_without_errors_has_no_summary(app):
    assert draw("forms", "error_summary(f)", f=style_guide.ExampleForm(formdata=None)).strip() == ""


def test_a_form_carries_protection_version_and_the_key_of_kept_text(app):
    source = '{% import "components/forms.html" as forms %}{% call forms.form(f, cancel="/", keep="k") %}.{% endcall %}'
    tree = parse(render(source, f=style_guide.ExampleForm(formdata=None)))
    hidden = {field.get("name"): field.get("value") for field in tree.iter("input")}
    assert hidden["version"] == "7"
    assert hidden["csrf_token"]
    assert tree.find(".//form").get("data-keep") == "k"
    assert tree.find(".//*[@data-kept-notice]").get("hidden") is not None


def test_a_form_that_only_asks_has_no_token_in_its_address(app):
    source = '{% import "components/forms.html" as forms %}{% call forms.form(f, method="get") %}.{% endcall %}'
    assert "csrf_token" not in render(source, f=style_guide.ExampleForm(formdata=None))


def test_a_filter_draws_its_fields_count_and_a_way_to_clear(app):
    tree = parse(draw("filters", "filter_form(f, x, '3 företag')", f=style_guide.ExampleForm(formdata=None), x=HOSTILE))
    assert tree.find(".//input[@name='email']") is not None
    assert tree.find(".//input[@name='csrf_token']") is None
    assert tree.find(".//*[@role='status']").text == "3 företag"
    assert tree.find(".//a").get("href") == "?"


def test_a_filter_folds_all_but_its_first_fields_and_tells_how_many_are_chosen(app):
    form = style_guide.ExampleForm(formdata=None, data={"people": 3, "agreed": True})
    tree = parse(draw("filters", "filter_form(f, 'Alla', '3 företag', first=('email',))", f=form))
    folded = tree.find(".//details")
    assert folded.get("open") is None and " ".join(folded.find("summary").itertext()).split()[-2:] == ["(2", "valda)"]
    assert folded.find(".//input[@name='people']") is not None and folded.find(".//input[@name='email']") is None
    assert len(tree.findall(".//input[@name='email']")) == 1
    # Whoever has chosen below need not go up again to press.
    assert [button.text for button in folded.findall(".//button")] == ["Visa"]


def test_a_filter_shows_what_must_be_mended_and_folds_nothing_without_the_first_fields(app):
    faulty = style_guide.ExampleForm(formdata=None, meta={"csrf": False})
    faulty.validate()
    shown = parse(draw("filters", "filter_form(f, 'Alla', '', first=('email',))", f=faulty))
    assert shown.find(".//details").get("open") is not None
    assert parse(draw("filters", "filter_form(f, 'Alla', '')", f=faulty)).find(".//details") is None


def test_a_conflict_marks_only_the_fields_that_differ(app):
    markup = draw("forms", "conflict({'a': '1', 'b': '2'}, {'a': '1', 'b': '3'})")
    assert markup.count("Skiljer sig") == 1


def test_bars_are_drawn_against_the_largest_or_their_own_height(app):
    markup = draw("chart", "bar_chart('b', 't', 'd', [('a', 40, None), ('b', 10, None), ('c', 0, None)])")
    assert re.findall(r'chart-bar.*?width="([\d.]+)%"', markup) == ["100.0", "25.0", "0.0"]


@pytest.mark.parametrize("bars", [[], [("a", 0, None)]])
def test_a_chart_of_nothing_is_still_a_chart(app, bars):
    assert "t" in draw("chart", "bar_chart('b', 't', 'd', bars)", bars=bars)


def test_a_job_of_unknown_length_shows_no_figure(app):
    job = {"state_label": "Väntar", "done": 0, "total": None, "percent": None, "message": None}
    assert parse(draw("progress", "progress(job)", job=job)).find(".//progress").get("value") is None


def test_every_icon_in_the_templates_is_in_the_sprite():
    sprite = (BROKER / "static/vendor/icons.svg").read_text()
    for template in BROKER.glob("templates/**/*.html"):
        for name in re.findall(r'icon(?:\("|": ")([a-z0-9-]+)"', template.read_text()):
            assert f'id="i-{name}"' in sprite, (template.name, name)


@pytest.mark.parametrize("context", [base_context, signed_out])
def test_the_style_guide_is_one_valid_page(app, context):
    page = render_template("stilguide.html", **context(), **style_guide_context())
    tree = parse(page)
    assert tree.find(".//title").text == "Stilguide – Broker"
    assert [heading.text for heading in tree.iter("h1")] == ["Stilguide"]
    assert_points_somewhere(tree)


def test_pages_have_nothing_a_strict_content_policy_would_stop(app):
    page = render_template("stilguide.html", **base_context(), **style_guide_context())
    tree = parse(page)
    assert tree.find(".//style") is None
    assert all(script.get("src") for script in tree.iter("script"))
    attributes = {name for element in tree.iter() for name in element.attrib if isinstance(name, str)}
    assert not [name for name in attributes if name == "style" or name.startswith(("on", "hx-on"))]


def test_the_frame_offers_what_the_user_may_do(app):
    page = render_template("errors/error.html", **base_context(), **error_context())
    tree = parse(page)
    assert tree.find(".//form[@action='/byt']//option[@selected]").text == "Katrineholms lärcentrum"
    assert tree.find(".//form[@action='/logga-ut']//input[@name='csrf_token']") is not None
    assert tree.find(".//a[@href='/kontakter/ny']") is not None
    assert tree.find(".//a[@aria-current='page']") is not None


def test_a_signed_out_page_has_no_menu_search_or_account(app):
    page = render_template("errors/error.html", **signed_out(), **error_context())
    tree = parse(page)
    assert tree.find(".//form") is None
    assert tree.find(".//nav") is None


def error_context():
    return {"title": HOSTILE, "message": HOSTILE, "next_url": "/", "next_label": "Till Idag"}


def test_hostile_text_in_the_frame_comes_out_as_text(app):
    flash(HOSTILE, "success")
    acting = SimpleNamespace(organisation_name=HOSTILE, organisations=[(1, HOSTILE), (2, "b")], switch_url=HOSTILE)
    user = SimpleNamespace(is_authenticated=True, name=HOSTILE)
    page = render_template("errors/error.html", **base_context(acting=acting, current_user=user), **error_context())
    tree = parse(page)
    assert all(script.get("src") for script in tree.iter("script"))
    assert tree.find(".//title").text == f"{HOSTILE} – Broker"
    assert tree.find(".//h1").text == HOSTILE
    assert tree.find(".//main//*[@role='status']").text == HOSTILE


def test_the_conflict_page_keeps_the_text_of_the_user(app):
    texts = {"mine": {"Mål": f"Mitt\n{HOSTILE}"}, "theirs": {"Mål": "Deras"}}
    page = render_template(
        "errors/conflict.html", **base_context(), **texts, kept=[("goal", HOSTILE)], version=8, back_url="/"
    )
    tree = parse(page)
    assert [cell.text for cell in tree.iter("td")] == [f"Mitt\n{HOSTILE}", "Deras"]
    assert tree.find(".//input[@name='goal']").get("value") == HOSTILE
    assert tree.find(".//input[@name='version']").get("value") == "8"
