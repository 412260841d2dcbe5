"""The way from a page of a list to another opens at the list."""

import pytest

from tests.test_components import make_app, parse, render

LISTS = """{% from "components/table.html" import list_table %}
{% from "components/pagination.html" import pagination %}
{% for caption in captions %}
{% call(row) list_table([1], caption, ["Namn"], "") %}<td>{{ row }}</td>{% endcall %}
{% endfor %}
{{ pagination(before, "/foretag?q=a&id=7", "Sida 2") }}"""


@pytest.mark.parametrize(
    ("captions", "place"),
    [
        (["Nya företag", "Företag, i <b>ordning"], "#lista-foretag-i-b-ordning"),
        (["Företag", "Företag"], "#lista-foretag-1"),
        ([], ""),
    ],
)
def test_the_way_to_another_page_opens_at_the_list_before_it(captions, place):
    with make_app().test_request_context("/foretag"):
        tree = parse(render(LISTS, captions=captions, before="/annat#kontakter"))

    assert [link.get("href") for link in tree.iter("a")] == ["/annat#kontakter", f"/foretag?q=a&id=7{place}"]
    ids = [element.get("id") for element in tree.iter("div") if element.get("id")]
    assert len(ids) == len(set(ids)) == len(captions) and place.removeprefix("#") in [*ids, ""]
