"""House rules: what every view, module and template must keep to."""

import ast
import re
from pathlib import Path

import pytest

from broker import create_app
from tests.conftest import make_settings

ROOT = Path(__file__).parents[2]
PRODUCT = sorted((ROOT / "broker").rglob("*.py"))
TEMPLATES = sorted((ROOT / "broker").rglob("templates/**/*.html"))
LONGEST_FILE, LONGEST_FUNCTION = 400, 50


def named(path):
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def plain_app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rules")
    return create_app(make_settings(folder, f"sqlite:///{folder / 'broker.db'}"))


def test_every_view_says_who_may_see_it(plain_app):
    unmarked = [
        name for name, view in plain_app.view_functions.items() if name != "static" and not hasattr(view, "access")
    ]

    assert unmarked == []


def test_every_path_is_plain_and_every_parameter_has_a_type(plain_app):
    for rule in plain_app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        words = re.sub(r"<[^>]+>", "", rule.rule)
        assert re.fullmatch(r"[a-z0-9/.-]*", words), rule.rule
        assert all(":" in parameter for parameter in re.findall(r"<([^>]+)>", rule.rule)), rule.rule


def test_every_view_has_a_line_that_says_what_it_shows(plain_app):
    silent = [name for name, view in plain_app.view_functions.items() if name != "static" and not view.__doc__]

    assert silent == []


@pytest.mark.parametrize("path", PRODUCT, ids=named)
def test_a_module_says_what_lives_in_it_and_stays_short(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)

    assert ast.get_docstring(tree), "no docstring"
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < LONGEST_FUNCTION, node.name


def test_no_module_gives_one_name_twice():
    """Of two lists with one name the second is silently the only one."""
    for path in PRODUCT:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        targets = [target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets]
        targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
        given = [target.id for target in targets if isinstance(target, ast.Name)]
        assert len(given) == len(set(given)), named(path)


@pytest.mark.parametrize(
    "path", [path for path in PRODUCT if path.name.endswith(("service.py", "queries.py"))], ids=named
)
def test_services_and_queries_leave_the_commit_to_the_edge(path):
    assert ".commit()" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [path for path in PRODUCT if path.name.endswith("queries.py")], ids=named)
def test_queries_never_write(path):
    text = path.read_text(encoding="utf-8")

    assert not re.search(
        r"db\.session\.(add|add_all|delete|flush)\(|^from sqlalchemy import .*\b(insert|update|delete)\b", text, re.M
    )


@pytest.mark.parametrize(
    "path", [path for path in PRODUCT if path.name in ("models.py", "queries.py", "service.py")], ids=named
)
def test_the_face_of_a_feature_knows_nothing_of_the_web(path):
    assert not re.search(r"^(from|import) (flask|flask_wtf|wtforms)\b", path.read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("path", [path for path in PRODUCT if path.name.endswith("views.py")], ids=named)
def test_views_ask_queries_and_never_the_database(path):
    assert not re.search(
        r"db\.session\.(execute|scalars?|query|get|add)\(|\bselect\(", path.read_text(encoding="utf-8")
    )


def test_no_savepoint_takes_the_end_of_the_chain_early_or_forgets_events():
    savepoint = re.compile(r"begin_nested|savepoint", re.IGNORECASE)

    assert [named(path) for path in PRODUCT if savepoint.search(path.read_text(encoding="utf-8"))] == []


SCOPE_HOLES = (
    r"from_statement|session\.connection\(|db\.session\.get(_one)?\((?!User|Company|Organisation)|\.__table__\b"
)


@pytest.mark.parametrize("path", PRODUCT, ids=named)
def test_no_way_around_the_scope_is_used(path):
    if path.name in ("access.py", "installation.py"):
        return
    assert not re.search(SCOPE_HOLES, path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_compiles_uses_what_it_imports_and_has_no_inline_code(path, plain_app):
    text = path.read_text(encoding="utf-8")
    plain_app.jinja_env.parse(text)

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script>|hx-on|\|\s*safe", text)
    for names in re.findall(r"{% from \"[^\"]+\" import ([^%]+)%}", text):
        for name in names.split(","):
            used = name.split(" as ")[-1].replace("with context", "").strip()
            assert len(re.findall(rf"\b{used}\b", text)) > 1, f"{used} is imported and not used"
    assert len(text.splitlines()) <= 150


def test_the_repository_speaks_of_the_product_alone():
    private = re.compile("|".join(("/" + "work/", "\\.\\./" + "shared", "/" + "root/", "index-" + "url")))
    files = [path for kind in ("py", "md", "html", "toml", "lock", "yaml", "js") for path in ROOT.rglob(f"*.{kind}")]
    skipped = {".venv", "node_modules", "var"}

    for path in files:
        if not skipped & set(path.relative_to(ROOT).parts):
            assert not private.search(path.read_text(encoding="utf-8", errors="ignore")), named(path)
