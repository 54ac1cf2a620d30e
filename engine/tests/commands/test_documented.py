"""Everything that people can type or fill in is documented, and the documents name nothing that does not exist."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator

import click
import pytest
from checkout import MAKEFILES, ROOT

from claimbook.commands import main
from claimbook.project.folders import CODE

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "benchmarks/README.md", *sorted(ROOT.glob("book/*.md"))]
SPEAKING = [*PAGES, ROOT / ".ci/run", *(ROOT / "notebooks").rglob("*.ipynb")]
SPEAKING += [path for code in CODE for path in (ROOT / code).rglob("*.py")]
TEXT = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
RERUN = (ROOT / "book/rerun-figures.md").read_text(encoding="utf-8")
VERBS = set(re.findall(r"^([a-z-]+):", MAKEFILES, re.M))
TYPED = list(dict.fromkeys(re.findall(r"^\$ (.+?)(?: +# .*)?$", TEXT, re.M)))  # in blocks of a terminal
MOST_VERBS = 12  # in `make help`: two hands and a little
OURS = "claimbook "


def listed(verb: str) -> list[str]:
    # within `make test` an inner make would also print the folder it enters
    done = subprocess.run(["make", "--no-print-directory", verb], cwd=ROOT, capture_output=True, text=True, check=True)
    return [line.split()[0] for line in done.stdout.splitlines()]


def leaves(command: click.Command, *names: str) -> Iterator[tuple[str, click.Command]]:
    """Return every command as people type it."""
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            yield from leaves(command.get_command(click.Context(command), name), *names, name)
    elif not command.hidden:
        yield " ".join(names), command


COMMANDS = dict(leaves(main))


def options(command: click.Command) -> set[str]:
    return {opt for one in command.params if isinstance(one, click.Option) for opt in one.opts}


def test_help_is_short_and_together_with_tools_lists_every_verb() -> None:
    everyday, tools = listed("help"), listed("tools")
    assert len(everyday) <= MOST_VERBS, "mark one with ### in the Makefile; then `make tools` lists it"
    assert sorted(everyday + tools) == sorted(VERBS)


def test_every_verb_is_documented_and_what_is_named_is_one() -> None:
    assert [verb for verb in VERBS if not re.search(rf"(`|^\$ |\| )make {verb}\b(?!-)", TEXT, re.M)] == []
    for path in SPEAKING:
        named = re.findall(r"(?:`|^\$ |^)make ([a-z-]+)", path.read_text(encoding="utf-8"), re.M)
        assert set(named) - VERBS == set(), path


@pytest.mark.parametrize("typed", [line for line in TYPED if line.startswith("make ")])
def test_what_is_given_to_a_verb_reaches_its_command(typed: str) -> None:
    given = shlex.split(typed)[1:]
    done = subprocess.run(["make", "--dry-run", *given], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name, _, value in (setting.partition("=") for setting in given[1:]):
        for word in [f"--{name.lower()}"] if value == "1" else value.split():
            assert word in done.stdout


def test_every_variable_of_a_verb_is_documented_and_no_other() -> None:
    taken = set(re.findall(r"\$\((?:call quoted,\$\(|or \$\(|if \$\()?([A-Z_]+)\)", MAKEFILES))
    made = set(re.findall(r"^([A-Z_]+) :?= ", MAKEFILES, re.M)) | {"CURDIR", "MAKECMDGOALS", "MAKEFILE_LIST"}
    mine = taken - made - {"CLAIMBOOK_DATA"}
    output = [*re.findall(r"`[^`\n]+`", TEXT), *(line for line in TYPED if line.startswith("make "))]
    assert set(re.findall(r"\b([A-Z]+)=", " ".join(output))) == mine


@pytest.mark.parametrize(
    "typed", [*(line for line in TYPED if line.startswith(OURS)), *dict.fromkeys(re.findall(rf"`({OURS}[^`]+)`", TEXT))]
)
def test_a_command_that_is_named_exists_with_its_options(typed: str) -> None:
    words = shlex.split(typed.removeprefix(OURS))
    name = max((name for name in COMMANDS if words[: len(name.split())] == name.split()), key=len, default="")
    assert name, f"there is no {typed}"
    assert {word for word in words if word.startswith("--")} - options(COMMANDS[name]) == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_documented_with_each_option_or_is_what_a_verb_runs(name: str) -> None:
    recipe = "".join(re.findall(rf"^.*\$\(RUN\) {name}\b.*(?:\n\t  .*)*", MAKEFILES, re.M))
    defined = re.findall(r"^(\w+_OPTIONS?) = ((?:.*\\\n)*.*)", MAKEFILES, re.M)
    for variable, definition in reversed(defined):  # a later one names those before
        recipe = recipe.replace(f"$({variable})", definition)
    assert recipe or f"{OURS}{name}" in TEXT
    assert sorted(option for option in options(COMMANDS[name]) if option not in recipe + TEXT) == []


def test_a_file_that_a_contributor_is_sent_to_is_there() -> None:
    named = re.findall(r"`((?:\w+/)+[\w*./]*|\w+\.\w+)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    made = {"results.json"}
    assert len(named) > 20 and [name for name in named if name not in made and not list(ROOT.glob(name))] == []


def columns() -> dict[str, set[str]]:
    """Columns of each table as datapackage.json describes them; all of data/figures have the same."""
    resources = json.loads((ROOT / "data/datapackage.json").read_text(encoding="utf-8"))["resources"]
    tables = [one for one in resources if one["path"].endswith(".csv")]
    return {f"data/{one['path']}": {field["name"] for field in one["schema"]["fields"]} for one in tables}


def test_a_column_that_is_named_exists_and_every_table_too() -> None:
    by_hand = RERUN.partition("## Add figures by hand")[2].partition("\n## ")[0]
    known = columns()
    tables = set(re.findall(r"`(data/[\w/]+\.csv)`", TEXT))
    assert tables and tables - known.keys() == set()
    named = set(re.findall(r"`([a-z_]+)`", by_hand))
    assert len(named) > 5 and named - set().union(*known.values()) == set()


def test_every_column_is_described_where_the_page_says() -> None:
    resources = json.loads((ROOT / "data/datapackage.json").read_text(encoding="utf-8"))["resources"]
    fields = [(one["path"], field) for one in resources for field in one.get("schema", {}).get("fields", ())]
    assert [(path, field["name"]) for path, field in fields if not field.get("description")] == []
    assert "`data/datapackage.json` describes every column" in RERUN
