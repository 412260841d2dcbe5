"""The exchange format is read strictly, and a refusal says what to mend."""

import gzip
import json

import pytest

from broker.needs.bundling.checks import InstanceError
from broker.needs.bundling.engine import solve
from broker.needs.bundling.exchange import load, parse, solution_document
from broker.needs.bundling.instance import DISTANCE, ON_SITE, parts_of, weeks_for
from tests.factories_needs import COLUMNS, CONFIG, engine_document, engine_need


def locked(*members):
    return {"area": 0, "level": 0, "lang": 1, "mode": 1, "hours": 8, "mun": 0, "start": 0, "members": list(members)}


def without(document, name):
    return {key: value for key, value in document.items() if key != name}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ([], "ett objekt"),
        (without(engine_document(), "needs"), "listan needs"),
        (without(engine_document(), "config"), "delen config"),
        (engine_document(config=without(CONFIG, "km_points")), "km_points"),
        (engine_document(config=CONFIG | {"min_companies": 0}), "min_companies"),
        (engine_document(config=CONFIG | {"km_points": "nära"}), "inte är ett tal"),
        (engine_document(columns=["id"]), "columns saknar"),
        (engine_document([1, 2]), "värden, ett per kolumn"),
        (engine_document(engine_need(1), engine_need(1)), "samma id"),
        (engine_document(engine_need(1, area=9)), "ett område eller en kommun"),
        (engine_document(engine_need(1, women=0, men=0)), "minst en deltagare"),
        (engine_document(engine_need(1, priority=5)), "prioritet 1–4"),
        (engine_document(engine_need(1, pref_mode=2)), "minst ett språk"),
        (engine_document(engine_need(1, hours="åtta")), "heltal"),
        (engine_document(areas=[["a", "A", 5, 4, 0]]), "minsta grupp"),
        (engine_document(areas=[["a"]]), "En rad i areas"),
        (engine_document(venues=[99]), "venues pekar"),
        (engine_document(offerings=[[1, 0, 1, 1, 1, 99, 10, 8, 9]]), "offerings pekar"),
        (engine_document(locked=[{"area": 0}]), "En rad i locked"),
        (engine_document(format=2), "format 1"),
        (engine_document(columns=[*COLUMNS, "ort"]), "columns har ort, som inte finns"),
        (engine_document(columns=[*COLUMNS[:-1], "men"]), "samma namn två gånger"),
        (engine_document(engine_need(1, hours=-8)), "inga negativa tal"),
        (engine_document(engine_need(1, max_km=-1)), "inga negativa tal"),
        (engine_document(engine_need(1, men=10**7)), "orimligt stort"),
        (engine_document(engine_need(1, men=10**20)), "men på rad 1 i needs ska innehålla heltal"),
        (engine_document(engine_need(1, company=-1)), "ett företag"),
        (engine_document(areas=[["a", "A", 4, 10**6, 0]]), "högst 1000"),
        (engine_document(config=CONFIG | {"cohort_base": -60}), "negativt värde"),
        (engine_document(config=CONFIG | {"split_points": 0.5}), "split_points i config ska innehålla heltal"),
        (engine_document(config=CONFIG | {"require_provider": 1}), "true eller false"),
        (engine_document(municipalities=[["Flen", 590.58, 16.587, "SE12"]]), "latitud"),
        (engine_document(offering_columns=["area", "provider"]), "offering_columns ska vara"),
        (engine_document(offerings=[[1, 0, -1, 1, 1, 0, 10, 8, 9]]), "negativt tal för nivåer"),
        (engine_document(engine_need(1), locked=[locked([1, 0]) | {"area": 7}]), "En låst grupp ska ha"),
        (engine_document(apart=[[1, 1]]), "hållas isär från sig självt"),
        (engine_document(apart=[[1, 2, 3]]), "En rad i apart"),
    ],
)
def test_faulty_data_is_refused_with_what_to_mend(document, sentence):
    with pytest.raises(InstanceError, match=sentence):
        parse(document)


@pytest.mark.parametrize(
    ("cohorts", "sentence"),
    [([locked([5, 0])], "som inte finns"), ([locked([1, 0]), locked([1, 0])], "två låsta grupper")],
)
def test_a_locked_cohort_must_hold_known_needs_once(cohorts, sentence):
    with pytest.raises(InstanceError, match=sentence):
        parse(engine_document(engine_need(1), locked=cohorts))


@pytest.mark.parametrize("name", ["needs.json", "needs.json.gz"])
def test_a_file_is_read_plain_or_compressed(tmp_path, name):
    content = json.dumps(engine_document(engine_need(3))).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(content) if name.endswith("gz") else content)

    assert [need.id for need in load(path).needs] == [3]


@pytest.mark.parametrize(("content", "sentence"), [(b"{", "inte giltig JSON"), (None, "går inte att läsa")])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, content, sentence):
    path = tmp_path / "needs.json"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InstanceError, match=sentence):
        load(path)


def test_a_broken_archive_is_refused(tmp_path):
    path = tmp_path / "needs.json.gz"
    path.write_bytes(b"inte gzip")

    with pytest.raises(InstanceError):
        load(path)


def test_a_plan_is_written_in_the_exchange_format():
    plan = solution_document(solve(parse(engine_document(engine_need(1), engine_need(2)))))

    assert plan["cohorts"] == [locked([1, 0], [2, 0])]


@pytest.mark.parametrize(
    ("hours", "mode", "weeks"), [(8, ON_SITE, 1), (24, ON_SITE, 3), (40, ON_SITE, 3), (24, DISTANCE, 4)]
)
def test_a_course_takes_the_weeks_that_the_format_says(hours, mode, weeks):
    assert weeks_for(hours, mode) == weeks


def test_the_parts_of_a_large_need_are_nearly_equal():
    assert parts_of(17, 8) == [6, 6, 5]
