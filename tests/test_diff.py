"""The command that compares: what its two words may name, its mistakes in sentences, and --check."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hand_made_records import figure, notebook_with
from hand_made_records import record as hand_made

from torch_program.changes import record
from torch_program.commands import main
from torch_program.pipeline import editions, plan
from torch_program.pipeline.files import write_whole

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without notebooks, whose default edition was built and stored."""
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n")
    (tmp_path / "requirements.lock").touch()
    for name in ("2023", "2026"):
        (tmp_path / "editions").mkdir(exist_ok=True)
        shutil.copy(ROOT / "editions" / f"{name}.yml", tmp_path / "editions")
    (tmp_path / "data" / "figures").mkdir(parents=True)
    for name in ("sources.csv", "claims.yml", "series.csv", "datapackage.json"):
        shutil.copy(ROOT / "data" / name, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    build(tmp_path)
    record.stored(tmp_path, "2026").write_bytes(record.packed((tmp_path / "_build/2026/record.json").read_bytes()))
    return tmp_path


def build(project: Path, edition: str = "2026", **changed: object) -> None:
    """Lay down the record of a build of the files as they are."""
    made = plan.make(edition)
    files = record.digests({}, {name: path.read_bytes() for name, path in made.deciding.items()})
    document = hand_made() | {"edition": edition, "parameters": made.parameters, "files": files} | changed
    made.record.parent.mkdir(parents=True, exist_ok=True)
    made.record.write_bytes(record.as_json(document))


def kept_files(project: Path) -> dict[str, str]:
    return record.read(project / "_build/2026/record.json")["files"]


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["diff", *words], catch_exceptions=False)


def moved() -> dict[str, dict]:
    statistics = hand_made()["statistics"]
    statistics["small"]["value"] = 3.0
    return {"statistics": statistics}


def test_without_words_the_build_is_compared_with_its_baseline(project: Path) -> None:
    result = run()
    assert result.exit_code == 0
    assert result.output.startswith("Nothing moved from the baseline of 2026 to edition 2026.\n")
    assert "_build/changes.html" in result.output and len((project / "_build/changes.html").read_bytes()) < 5000


def test_check_is_green_on_what_is_stored_and_red_on_a_spoiled_value(project: Path) -> None:
    assert run("--check").exit_code == 0
    build(project, **moved())
    result = run("--check")
    assert result.exit_code == 1
    assert "small | 2.0\u202f% → 3.0\u202f% | +1, +50.00 %" in result.output
    assert result.output.endswith("If this is meant, accept it: `make report`, then `make baseline`\n")
    assert json.loads((project / "_build/changes.json").read_text())["statistics"][0]["distance"] == 0.2


def test_check_passes_other_words_and_stops_at_a_lost_figure(project: Path) -> None:
    build(project, prose={})
    assert run("--check").exit_code == 0
    build(project, evidence={name: column[1:] for name, column in hand_made()["evidence"].items()})
    result = run("--check")
    assert result.exit_code == 1
    assert "LOST: 1 figure" in result.output


def test_baseline_accepts_what_moved(project: Path) -> None:
    build(project, "2023", **moved())
    said = CliRunner().invoke(main, ["baseline", "--edition", "2023"]).output
    assert said == "renewed    editions/2023.record.json.gz\n"
    assert run("--check", "2023").exit_code == 0
    assert CliRunner().invoke(main, ["baseline", "--edition", "2023"]).output.startswith("unchanged")
    assert "baseline of 2023" in run("baseline", "2023").output
    assert "(1 row" not in run("2023", "2026").output


def test_each_side_may_be_an_edition_a_file_or_a_folder(project: Path, tmp_path: Path) -> None:
    build(project, "2023", **moved())
    results = {k: v for k, v in hand_made().items() if k in {"edition", "parameters", "claims", "statistics"}}
    (tmp_path / "elsewhere.json").write_text(json.dumps(results))
    for words in (("2023",), ("2023", "2026"), ("_build/2023", "2026"), ("_build/2023/record.json", "elsewhere.json")):
        result = run(*words)
        assert result.exit_code == 0
        assert "1 statistic moved" in result.output
    assert "Not compared: published figures" in run("2023", "elsewhere.json").output
    shutil.copytree(project / "_build/2023", project / "_build/2026+cutoff=2024-12-31")
    assert "1 statistic moved" in run("2026", "2026+cutoff=2024-12-31").output


def test_an_edition_that_was_not_built_is_read_from_its_stored_record(project: Path) -> None:
    shutil.rmtree(project / "_build")
    assert "Nothing moved from the baseline of 2026 to edition 2026 (stored record)" in run().output


def other_data(project: Path) -> None:
    (project / "data/units.csv").write_text("unit\n")


SPOILT: dict[str, Callable[[Path], object]] = {
    "nothing": lambda project: None,
    "the build": lambda project: (project / "_build/2026/record.json").write_text("{"),
    "the data": other_data,
    "no build": lambda project: shutil.rmtree(project / "_build"),
    "nothing stored": lambda project: record.stored(project, "2026").unlink(),
    "an empty folder": lambda project: (project / "empty").mkdir(),
}


@pytest.mark.parametrize(
    ("words", "spoilt", "sentences"),
    [
        (("2032",), "nothing", ("There is no edition, build or file '2032'", "Did you mean 2026?")),
        (("2023",), "nothing", ("Edition 2023 was not built and has no stored record", "`make report EDITION=2023`")),
        (("baseline", "baseline"), "nothing", ("A baseline is the same as itself",)),
        (("--check", "2023", "2026"), "nothing", ("--check takes one edition",)),
        (("--check", "2022"), "nothing", ("no edition '2022'",)),
        (("--check",), "no build", ("Edition 2026 was not built", "`make report`")),
        (("--check",), "nothing stored", ("has no stored record, editions/2026.record.json.gz", "`make baseline`")),
        (("--check",), "the data", ("made from other files than the ones here: data/units.csv", "`make report`")),
        (("empty",), "an empty folder", ("empty holds neither record.json nor results.json",)),
        ((), "the build", ("_build/2026/record.json: cannot be read as a record", "`make report`")),
        (("data/sources.csv",), "nothing", ("data/sources.csv: cannot be read as a record",)),
    ],
)
def test_a_mistake_gives_its_sentence(
    project: Path, words: tuple[str, ...], spoilt: str, sentences: tuple[str, ...]
) -> None:
    SPOILT[spoilt](project)
    result = run(*words)
    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    for sentence in sentences:
        assert sentence in result.output


def test_a_build_from_other_files_is_compared_and_said_to_be_old(project: Path) -> None:
    other_data(project)
    result = run()
    assert result.exit_code == 0
    assert "Note: The build of 2026 was made from other files than the ones here: data/units.csv." in result.output


def test_check_names_the_value_behind_a_figure_that_moved(project: Path) -> None:
    (project / "_toc.yml").write_text("root: book/index\nchapters: [{file: notebooks/2-1-made-up}]\n")
    here = plan.make()
    for path, value in ((here.committed("2-1-made-up"), 12.5), (here.staged("2-1-made-up"), 13.0)):
        write_whole(path, json.dumps(notebook_with(figure(csv=f"year,value\n2021,{value}\n"))).encode())
    files = record.digests({"2-1-made-up": json.loads(here.committed("2-1-made-up").read_bytes())}, {})
    charts = {"fig-made-up": {"notebook": "2-1-made-up", "data": "another", "rows": 1}}
    build(project, charts=charts, files=kept_files(project) | files)
    result = run("--check")
    assert result.exit_code == 1
    assert "figure fig-made-up, its data, row 1 (2021, 12.5), value: 12.5 → 13.0 (+0.5, +4.00 %)" in result.output


@pytest.mark.book
def test_the_build_says_what_its_stored_record_says(
    monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    """The regression check of the report itself: claims, statistics, published figures and the data of every chart."""
    monkeypatch.chdir(ROOT)
    result = run("--check")
    if result.exit_code:
        told = result.output.split("\npage ")[0].splitlines()  # what moved, without where the page lies
        record_property("moved", [f"stored record: {line.strip()}" for line in told if line.startswith("  ")])
    assert result.exit_code == 0, result.output


def test_the_stored_records_were_made_from_the_same_data() -> None:
    how = "Run `make report EDITION={0}`, then `make baseline EDITION={0}`."
    paths = {name: record.stored(ROOT, name) for name in editions.names(ROOT)}
    missing = [name for name, path in paths.items() if not path.exists()]
    assert not missing, f"no stored record of {', '.join(missing)}. {how.format(missing[0])}"
    files = {name: record.read(path)["files"] for name, path in paths.items()}
    data = {name: {f: h for f, h in found.items() if f.startswith("data/")} for name, found in files.items()}
    for name in paths:
        assert data[name] == data[editions.DEFAULT], how.format(name)
