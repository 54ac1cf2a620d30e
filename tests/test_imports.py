"""The engine knows no report, and its rooms import in one direction: a room knows nothing of those above it."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
import yaml
from words_of_report import OF_THE_REPORT

from claimbook.project.folders import CODE, python_path
from claimbook.run import build
from claimbook.run.plan import TOOL_ROOMS

OURS = ("claimbook", "torch_program")
ROOT = Path(__file__).resolve().parents[1]
ENGINE = ROOT / "engine/src/claimbook"
ROOMS = {path.parent.name for path in ENGINE.glob("*/__init__.py")} | {path.stem for path in ENGINE.glob("[!_]*.py")}
HAS_THE_WORDS = "engine/tests/helpers/words_of_report.py"  # lists them
WRITTEN = {".py", ".html", ".md", ".txt", ".yml", ".ipynb", ".json", ".css", ".js", ".typ", ".cff", ".csv"}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path, at_start: bool) -> Iterator[str]:
    """Yield our modules that a module imports: when it is loaded, or at any time."""
    for node in tree_of(path).body if at_start else ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in OURS:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.partition(".")[0] in OURS)


def modules() -> dict[str, Path]:
    folders = [ROOT / code for code in CODE]
    paths = {p: p.relative_to(at).with_suffix("").parts for at in folders for p in sorted(at.rglob("*.py"))}
    return {".".join(parts).removesuffix(".__init__"): path for path, parts in paths.items()}


def room(module: str) -> str:
    """ "say" of "claimbook.say.words"; the report is a room of its own."""
    first, *inner = module.split(".")
    return first if first != "claimbook" else next((part for part in inner[:1] if part in ROOMS), "")


def test_the_engine_imports_nothing_of_the_report() -> None:
    engine = {m: path for m, path in modules().items() if m.startswith("claimbook")}
    assert {
        m: n for m, path in engine.items() for n in imported(path, at_start=False) if room(n) == "torch_program"
    } == {}


def in_words(code: str) -> str:
    """Return code with its identifiers split into words: zone_kind contains "zone"."""
    return re.sub(r"_|(?<=[a-z])(?=[A-Z])", " ", code)


def words_of_the_report(path: Path) -> set[str]:
    """Words of the report in the name and the text of a file."""
    text = f"{path.relative_to(ROOT)}\n{path.read_text(encoding='utf-8', errors='replace')}"
    return {*re.findall(OF_THE_REPORT, in_words(text), re.I)}


def test_the_engine_its_tests_and_its_examples_say_no_word_of_the_report() -> None:
    files = {p.relative_to(ROOT).as_posix(): p for p in (ROOT / "engine").rglob("*") if p.is_file()}
    own = {name: p for name, p in files.items() if p.suffix in WRITTEN or p.name == "Makefile"}
    del own[HAS_THE_WORDS]
    said = {name: words_of_the_report(p) for name, p in own.items() if "_build" not in p.parts}
    assert said and {name: words for name, words in said.items() if words} == {}


@pytest.mark.parametrize(("text", "found"), [("zone_kind", True), ("TorchFigure", True), ("ozone", False)])
def test_a_word_of_the_report_is_found_in_an_identifier_but_not_in_a_longer_word(text: str, found: bool) -> None:
    assert bool(re.search(OF_THE_REPORT, in_words(text), re.I)) is found


def drawn() -> list[str]:
    """Return the rooms in the drawing of CONTRIBUTING.md, from top to bottom."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.findall(r"^.   (\w+)  ", re.search(r"```text\n(.+?)```", text, re.S)[1], re.M)


def test_the_drawing_of_the_rooms_shows_every_folder_and_no_other() -> None:
    folders = [path for path in ENGINE.iterdir() if path.is_dir() and path.name != "__pycache__"]
    kept = [path.name for path in folders if any(p.name != "__pycache__" for p in path.iterdir())]
    assert sorted(drawn()) == sorted({*kept, *ROOMS, "torch_program"})


def test_a_room_imports_only_rooms_that_are_drawn_below_it() -> None:
    order = drawn()
    arrows = {(room(m), room(name)) for m, path in modules().items() for name in imported(path, at_start=False)}
    assert [(a, b) for a, b in sorted(arrows) if a and b and order.index(a) > order.index(b)] == []


def test_imports_inside_a_function_say_what_they_save() -> None:
    silent = []
    for name, path in modules().items():
        lines = path.read_text(encoding="utf-8").splitlines()
        inner = [n for n, line in enumerate(lines) if re.match(r" +(from \S+ )?import ", line)]
        first = [n for n in inner if not {n - 1, n - 2} & {*inner} and "TYPE_CHECKING" not in lines[n - 1]]
        silent += [f"{name}:{n + 1}" for n in first if "  # " not in lines[n] and "TYPE_CHECKING" not in lines[n - 2]]
    assert silent == []


def test_notebooks_do_not_see_the_rooms_from_intake_upwards() -> None:
    rooms = drawn()
    unseen = {*rooms[1 : rooms.index("intake") + 1], "look", "templates", "__main__.py"}
    assert unseen == set(TOOL_ROOMS)


def test_no_module_needs_itself_to_be_loaded() -> None:
    known = modules()
    needs = {  # a package that is being loaded is there for its modules
        m: {name for name in imported(path, at_start=True) if name in known and not f"{m}.".startswith(f"{name}.")}
        for m, path in known.items()
    }
    try:
        list(TopologicalSorter(needs).static_order())
    except CycleError as error:
        raise AssertionError(" → ".join(error.args[1])) from None


def loaded_after(code: str) -> list[str]:
    """Return the modules that a new process has loaded after it ran this code."""
    command = [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"]
    environment = os.environ | {"PYTHONPATH": python_path(ROOT)}
    return subprocess.check_output(command, env=environment, text=True).split()


@pytest.mark.slow
def test_sphinx_starts_without_what_only_notebooks_need() -> None:
    parts = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["sphinx"]["config"]["book_parts"]
    loaded = loaded_after("; ".join(f"import claimbook.pages.{name}" for name in parts))
    assert not {"matplotlib", "pandas", "seaborn"} & {*loaded}, "each start of Sphinx waits a second and more for them"


def test_the_check_of_a_build_runs_again_when_code_that_it_imports_changes() -> None:
    loaded = [m for m in loaded_after("import claimbook.run.checking") if m.startswith("claimbook.")]
    paths = [modules()[m].relative_to(ROOT).as_posix() for m in loaded]
    unwatched = {path for path in paths if build.NO_CHECK.match(path)}
    assert {path for path in unwatched if path.count("/") > 3 and not re.search("/run/|__init__", path)} == set()
