"""The command that puts needs together without a database."""

import json

from click.testing import CliRunner

from broker.cli_data import bundle
from tests.factories_needs import engine_document, engine_need
from tests.needs.checker import broken_rules, worth


def run(folder, content, *options):
    source, target = folder / "needs.json", folder / "bundles.json"
    source.write_text(content, encoding="utf-8")
    return CliRunner().invoke(bundle, ["--in", str(source), "--out", str(target), *options]), target


def test_a_plan_is_written_and_its_worth_told(tmp_path):
    document = engine_document(*(engine_need(number) for number in range(1, 9)))

    result, target = run(tmp_path, json.dumps(document), "--effort", "quick", "--workers", "1")

    cohorts = json.loads(target.read_text(encoding="utf-8"))["cohorts"]
    value = worth(document, cohorts)
    assert broken_rules(document, cohorts) == []
    assert result.exit_code == 0
    assert f"Värde {value}, högst möjligt {value}, gap 0.00%" in result.output


def test_faulty_data_ends_with_what_to_mend_and_nothing_is_written(tmp_path):
    for content, sentence in (
        ("{", "inte giltig JSON"),
        (json.dumps(engine_document(engine_need(1, area=9))), "Behov 1"),
    ):
        result, target = run(tmp_path, content)

        assert (result.exit_code, target.exists()) == (1, False)
        assert sentence in result.output


def test_a_file_that_is_not_there_is_named(tmp_path):
    result = CliRunner().invoke(bundle, ["--in", str(tmp_path / "borta.json"), "--out", str(tmp_path / "ut.json")])

    assert result.exit_code == 1
    assert "borta.json går inte att läsa" in result.output
