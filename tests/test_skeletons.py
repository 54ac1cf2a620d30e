"""A claim and a section from one command: entry, cell and notebook are sound, and nothing is half written."""

import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
import yaml
from click.testing import CliRunner
from real_project import contents, executed

from torch_program.claims import read_ledger
from torch_program.commands import main
from torch_program.intake import description, validation
from torch_program.intake.skeletons import KINDS
from torch_program.pipeline import files, plan
from torch_program.pipeline.execution import declared_topics
from torch_program.results import read

ROOT = Path(__file__).resolve().parents[1]
SECTION_3_1 = "notebooks/3-1-scale-and-integration.ipynb"
A_FACT = "claim w So. --section 3.1 --kind fact"
FILLED = {  # what a person writes for each "?" of a number and of a comparison
    'test: {op: "?", value: "?", unit: persons}': "test: {op: over, value: 1, unit: persons}",
    'window: "?"': "window: 3",
    'says: "?"': "says: Something is so",
    'threshold: "?"': "threshold: 50",
    'unit: "?"': "unit: percent",
    'why: "?"': "why: It would be false otherwise.",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The parts of the project that the commands read and write."""
    for name in ("data", "editions", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("_config.yml", "_toc.yml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "src").symlink_to(ROOT / "src")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def say(words: str) -> str:
    done = CliRunner().invoke(main, ["new", *shlex.split(words)])
    assert done.exit_code == 0, done.output
    return done.output


def added(before: str, after: str) -> list[str]:
    """The lines that `after` has more; everything else must be as it was."""
    old, new = before.splitlines(), after.splitlines()
    start = next((n for n, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]), len(old))
    more = len(new) - len(old)
    assert new[:start] + new[start + more :] == old
    return new[start : start + more]


def test_a_claim_stands_behind_the_others_of_its_section_and_all_else_stays(project: Path) -> None:
    path, notebook = project / "data/claims.yml", project / SECTION_3_1
    text, cells = path.read_text(), json.loads(notebook.read_bytes())["cells"]
    said = say("claim wages-grow 'Wages: they grow.' --section 3.1 --kind fact")
    lines = added(text, path.read_text())
    lines = [line for line in lines if line]  # which of two blank lines is the new one, nobody can tell
    assert lines[:4] == [
        "  - id: wages-grow",
        '    section: "3.1"',
        "    kind: fact",
        '    statement: "Wages: they grow."',
    ]
    new_text = path.read_text().splitlines()
    at = new_text.index(lines[0]) + 1
    assert new_text[at - 1 + len(lines) : at + 1 + len(lines)][1].startswith("  # 3.2 "), (
        "the next heading comes after it"
    )
    assert f"data/claims.yml, line {at}" in said and SECTION_3_1 in said
    of_section = [claim.id for claim in read_ledger(path).of_section("3.1")]
    assert of_section[-1] == "wages-grow" and len(of_section) > 1
    new = json.loads(notebook.read_bytes())["cells"]
    (cell,) = [c for c in new if c["id"] == "wages-grow"]
    assert [c for c in new if c != cell] == cells and new.index(cell) == len(new) - 2
    assert not [p for p in validation.check(project / "data") if p.severity == "error"]


def test_the_words_of_a_number_are_those_of_its_series_and_its_figures_are_loaded(project: Path) -> None:
    notebook = project / "notebooks/4-2-overconcentration.ipynb"
    assert "torch_zones" in declared_topics(json.loads(notebook.read_bytes()))
    said = say("claim many-employees 'There are many.' --section 4.3 --kind number --series htz_employees")
    assert "yours to declare" in said
    claims = yaml.safe_load((project / "data/claims.yml").read_text())["claims"]
    (claim,) = [c for c in claims if c["id"] == "many-employees"]
    assert claim["facets"] == {
        "quantity": "persons at a date",
        "numerator": "employees",
        "mode": "stock",
        "scope": "in zones",
        "place": "China",
    }
    assert (claim["test"]["unit"], claim["test"]["value"], claim["as_of"]) == ("persons", "?", "2023")
    after = json.loads((project / "notebooks/4-3-regulatory-uncertainty.ipynb").read_bytes())
    assert declared_topics(after) == ["regulation", "technology_market", "torch_zones"]


@pytest.fixture
def begun(project: Path) -> Path:
    """A section with a claim of each kind, filled in."""
    say("section 6 'Spin-outs abroad'")
    for kind in KINDS:
        series = "--series htz_employees" if kind == "number" else ""
        say(f"claim of-kind-{kind} 'It is so.' --section 6 --kind {kind} {series}")
    path = project / "data/claims.yml"
    text = path.read_text()
    for old, new in FILLED.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text)
    description.describe(project / "data")
    return project


def ran(parameters: dict) -> dict:
    made, name = plan.make(), "6-spin-outs-abroad"
    assert name in made.sections
    return {claim["id"]: claim for claim in read(executed(made, name, parameters))["claims"]}


def faults(project: Path) -> list[str]:
    found = validation.check(project / "data", notebooks=project / "notebooks")
    return [str(problem) for problem in found if problem.severity == "error"]


@pytest.mark.process
def test_the_check_wants_nothing_but_what_is_left_to_a_person(project: Path) -> None:
    say("claim wages-grow 'Wages grow.' --section 3.1 --kind fact")
    assert faults(project) == []
    say("claim wages-high 'Wages are high.' --section 3.1 --kind comparison")
    told = faults(project)
    assert len(told) == 4 and all("left to be filled in" in fault for fault in told)


@pytest.mark.process
def test_every_kind_of_claim_in_a_new_section_runs_and_asserts_nothing_without_evidence(begun: Path) -> None:
    made = plan.make()
    assert made.faults() == []
    assert faults(begun) == []
    claims = ran(made.parameters)
    assert list(claims) == [f"of-kind-{kind}" for kind in KINDS]
    verdicts = {kind: claims[f"of-kind-{kind}"]["verdict"] for kind in KINDS}
    assert not verdicts["number"].startswith("unverified") and claims["of-kind-number"]["measures"]
    assert verdicts["opinion"] == "not scored"
    for kind in ("fact", "comparison", "causal"):
        assert verdicts[kind].startswith(("unverified", "not tested")) and not any(
            measure["decides"] for measure in claims[f"of-kind-{kind}"]["measures"]
        )


@pytest.mark.process
def test_a_new_number_runs_in_an_edition_that_knows_none_of_its_figures(begun: Path) -> None:
    claims = ran(plan.make().parameters | {"cutoff": "1999-12-31", "panel_year": 1999})
    assert (
        claims["of-kind-number"]["verdict"] == "unverified, no evidence" and claims["of-kind-number"]["measures"] == []
    )


def test_a_section_is_listed_in_the_order_of_its_number(project: Path) -> None:
    toc = (project / "_toc.yml").read_text()
    say("section 3.5 Between")
    assert added(toc, (project / "_toc.yml").read_text()) == ["      - file: notebooks/3-5-between"]
    before, line, after = (project / "_toc.yml").read_text().partition("      - file: notebooks/3-5-between\n")
    assert line and before.endswith("3-4-talent-pipelines\n") and after.lstrip().startswith("- file: notebooks/4-1")
    content = (project / "notebooks/3-5-between.ipynb").read_text()
    nbformat.validate(nbformat.reads(content, as_version=4))
    assert json.loads(content)["cells"][0]["source"] in ("# 3.5 Between", ["# 3.5 Between"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("claim 'Wages Grow' So. --section 3.1 --kind fact", "Did you mean wages-grow?"),
        ("claim zones-over-170 So. --section 3.1 --kind fact", "there is a claim zones-over-170"),
        ("claim w So. --section 3.1 --kind facts", "Did you mean fact?"),
        ("claim w ' ' --section 3.1 --kind fact", "The statement is empty."),
        ("claim w So. --section 3.9 --kind fact", "torch-program new section 3.9"),
        ("claim w So. --section 3.1 --kind number --series htz_gpd", "Did you mean htz_gdp?"),
        ("claim w So. --section 3.1 --kind fact --series htz_gdp", "Leave it out."),
        ("claim w So. --section 3.1 --kind number --series city_gdp", "and none of the whole country"),
        ("section 3.1 Again", "Section 3.1 is notebooks/3-1-scale-and-integration.ipynb."),
        ("section six Again", "'six' is no number of a section."),
        ("section 6 火炬", "Latin letters"),
    ],
)
def test_a_refusal_is_a_sentence_and_leaves_everything_as_it_was(project: Path, words: str, said: str) -> None:
    before = contents(project)
    done = CliRunner().invoke(main, ["new", *shlex.split(words)])
    assert done.exit_code == 1 and said in done.output and done.output.endswith("Nothing was written.\n")
    assert contents(project) == before


@pytest.mark.parametrize(
    ("file", "spoil", "words", "said"),
    [
        ("data/claims.yml", lambda text: "", A_FACT, "no list of claims"),
        ("data/claims.yml", lambda text: "a: 1\n", A_FACT, "no list of claims"),
        ("data/claims.yml", lambda text: f"{text}  - id: [\n", A_FACT, r"claims.yml, line \d+: not readable as YAML"),
        (SECTION_3_1, lambda text: "[]", A_FACT, "this is no notebook"),
        (
            SECTION_3_1,
            lambda text: f"{{\n<<<<<<< HEAD\n{text[2:]}",
            A_FACT,
            f"{SECTION_3_1}, line 2: this is no notebook.",
        ),
        ("_toc.yml", lambda text: "format: jb-book\nroot: book/index\n", "section 6 Six", "_toc.yml lists no section."),
        ("_toc.yml", lambda text: "\tformat: [", "section 6 Six", "_toc.yml, line 1: The file is not readable as YAML"),
    ],
)
def test_files_that_cannot_be_read_or_hold_nothing_are_named(
    project: Path, file: str, spoil: Callable[[str], str], words: str, said: str
) -> None:
    (project / file).write_text(spoil((project / file).read_text()))
    done = CliRunner().invoke(main, ["new", *shlex.split(words)])
    assert done.exit_code == 1 and isinstance(done.exception, SystemExit), done.output
    assert re.search(said, done.output), done.output


def test_files_are_written_all_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new, last = (tmp_path / name for name in ("old", "new", "last"))
    old.write_bytes(b"before")
    whole = files.write_whole

    def fails(path: Path, content: bytes) -> None:
        if path == last:
            raise KeyboardInterrupt
        whole(path, content)

    monkeypatch.setattr(files, "write_whole", fails)
    with pytest.raises(KeyboardInterrupt):
        files.write_all({old: b"after", new: b"after", last: b"after"})
    assert old.read_bytes() == b"before" and not new.exists() and not last.exists()
    files.write_all({old: b"after", new: b"after"})
    assert (old.read_bytes(), new.read_bytes()) == (b"after", b"after")
