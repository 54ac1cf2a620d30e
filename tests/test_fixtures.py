"""What a newcomer may rely on in any test: a fixture means one thing, and no test module needs another."""

import ast
from collections import defaultdict
from functools import cache
from pathlib import Path

from checkout import ROOT

TESTS = [ROOT / "tests", ROOT / "engine/tests"]


@cache
def modules() -> dict[Path, ast.Module]:
    paths = sorted(path for folder in TESTS for path in folder.rglob("*.py"))
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def test_a_fixture_is_defined_once_except_where_a_folder_has_its_own() -> None:
    """A conftest.py may replace a fixture for its folder: `sound` gives the small data of the report under test."""
    places: dict[str, list[Path]] = defaultdict(list)
    for path, tree in modules().items():
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        for fixture in (f for f in functions if any("fixture" in ast.unparse(d) for d in f.decorator_list)):
            places[fixture.name].append(path.relative_to(ROOT))
    again = {name: paths for name, paths in places.items() if len(paths) > 1}
    shared = {"conftest.py", "shared_fixtures.py"}
    assert {n: paths for n, paths in again.items() if not {path.name for path in paths} <= shared} == {}


def test_no_module_of_tests_imports_from_another() -> None:
    """What two modules need is a fixture in helpers/shared_fixtures.py or a conftest.py, or is in a folder helpers/."""
    of_tests = {path.stem for path in modules() if path.name.startswith("test_")} | {"tests"}
    nodes = [(path, node) for path, tree in modules().items() for node in ast.walk(tree)]
    needed = [(path, node.module or "") for path, node in nodes if isinstance(node, ast.ImportFrom)]
    needed += [(path, name.name) for path, node in nodes if isinstance(node, ast.Import) for name in node.names]
    assert [(path.name, name) for path, name in needed if name.partition(".")[0] in of_tests] == []
