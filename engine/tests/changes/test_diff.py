"""The command that compares: what its two arguments may name, its error messages, and the stored records."""

import bz2
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import ROOT
from click.testing import CliRunner
from hand_made_records import record as hand_made

from claimbook.changes import difference, record
from claimbook.commands import main
from claimbook.project import editions, folders
from claimbook.run import plan


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without notebooks, whose default edition was built and stored."""
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/index\n")
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "data" / "figures").mkdir(parents=True)
    (tmp_path / "editions").mkdir()
    data = (f"data/{name}" for name in ("sources.csv", "series.csv", "claims.yml", "datapackage.json"))
    for name in ("editions/2023.yml", "editions/2026.yml", *data):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    build()
    record.stored_record_path(tmp_path, "2026").write_bytes(bz2.compress(Path("_build/2026/record.json").read_bytes()))
    return tmp_path


def build(edition: str = "2026", **changed: object) -> None:
    """Write the record of a build of the current files."""
    made = plan.make_plan(edition)
    files = record.digests({}, {name: path.read_bytes() for name, path in made.deciding.items()})
    document = hand_made() | {"edition": edition, "parameters": made.parameters, "files": files} | changed
    made.record.parent.mkdir(parents=True, exist_ok=True)
    made.record.write_bytes(record.record_as_json(document))


def say(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def moved() -> dict[str, dict]:
    statistics = hand_made()["statistics"]
    return {"statistics": statistics | {"small": statistics["small"] | {"value": 3.0}}}


def test_without_arguments_the_build_is_compared_with_its_baseline(stored: Path) -> None:
    assert say("diff").startswith("Nothing changed from the baseline of 2026 to edition 2026.\n")
    build(**moved())
    assert "small | 2.0\u202f% → 3.0\u202f% | +1, +50.00 %" in say("diff")
    assert "small | 2.0\u202f%" in (stored / "_build/changes.txt").read_text()
    build("2023", **moved())
    assert say("baseline", "--edition", "2023") == "renewed    editions/2023.record.json.bz2\n"
    assert say("baseline", "--edition", "2023").startswith("unchanged")
    assert "from the baseline of 2023" in say("diff", "baseline", "2023")
    record.stored_record_path(stored, "2023").write_bytes(b"cut")
    assert say("baseline", "--edition", "2023").startswith("renewed")


def test_each_side_may_be_an_edition_a_file_or_a_folder(stored: Path) -> None:
    build("2023", **moved())
    results = {name: hand_made()[name] for name in ("edition", "parameters", "claims", "statistics")}
    Path("elsewhere.json").write_text(json.dumps(results))
    run = Path(shutil.copytree("_build/2023", "_build/2026+cutoff=2024-12-31"), "record.json")
    run.write_text(run.read_text().replace('"2023"', f'"{run.parent.name}"', 1))
    asked = ("2023", "_build/2023 2026", "_build/2023/record.json elsewhere.json")
    for words in (*asked, *(f"{one} {run.parent.name}" for one in ("2026", "baseline"))):
        assert "1 statistic changed" in say("diff", *words.split())
    shutil.rmtree("_build")
    assert "Nothing changed from the baseline of 2026 to edition 2026 (stored record)" in say("diff")


def other_data() -> None:
    Path("data/units.csv").write_text("unit\n")


SPOILT: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "the build": lambda: Path("_build/2026/record.json").write_text("{"),
    "the data": other_data,
    "no build": lambda: shutil.rmtree("_build"),
    "nothing stored": lambda: Path("editions/2026.record.json.bz2").unlink(),
    "an empty folder": lambda: Path("empty").mkdir(),
}


@pytest.mark.parametrize(
    ("typed", "spoilt", "sentences"),
    [
        ("diff 2032", "nothing", ("There is no edition, build or file '2032'", "Did you mean 2026?")),
        ("diff 2023", "nothing", ("Edition 2023 has no stored record", "`make report EDITION=2023`")),
        ("diff baseline baseline", "nothing", ("Both sides are the baseline",)),
        ("diff", "nothing stored", ("no stored record, editions/2026.record.json.bz2", "`make baseline EDITION=2026`")),
        ("diff empty", "an empty folder", ("empty has neither record.json nor results.json",)),
        ("diff", "the build", ("_build/2026/record.json: not readable as a record", "`make report`")),
        ("diff data/sources.csv", "nothing", ("data/sources.csv: not readable as a record",)),
        ("baseline", "no build", ("Edition 2026 has not been built", "`make report EDITION=2026`")),
        ("baseline", "the data", ("These files have changed since the build of 2026: data/units.csv", "`make report")),
    ],
)
def test_a_mistake_is_a_sentence(stored: Path, typed: str, spoilt: str, sentences: tuple[str, ...]) -> None:
    SPOILT[spoilt]()
    output = say(*typed.split(), code=1)
    assert output.startswith("Error: ") and not [sentence for sentence in sentences if sentence not in output]


def test_a_build_from_other_files_is_compared_and_said_to_be_old(stored: Path) -> None:
    other_data()
    assert "Note: These files have changed since the build of 2026: data/units.csv." in say("diff")


@pytest.mark.book
def test_the_build_equals_its_stored_record(record_property: Callable[[str, object], None]) -> None:
    """The regression check of the report itself: claims, statistics, published figures and the data of every chart."""
    stored = record.read_record(record.stored_record_path(ROOT, editions.DEFAULT))
    found = difference.difference_between(stored, record.read_record(plan.plan_of(ROOT).record))
    record_property("moved", [f"stored record: {sentence}" for sentence in difference.sentences(found)])
    assert not any((found.claims, found.statistics, found.evidence, found.charts)), "see what moved, below"


def test_the_stored_records_were_made_from_the_same_data() -> None:
    how = "Run `make report EDITION={0}`, then `make baseline EDITION={0}`."
    paths = {name: record.stored_record_path(ROOT, name) for name in folders.edition_names(ROOT)}
    missing = [name for name, path in paths.items() if not path.exists()]
    assert not missing, f"no stored record of {', '.join(missing)}. {how.format(missing[0])}"
    files = {name: record.read_record(path)["files"] for name, path in paths.items()}
    data = {name: {f: h for f, h in found.items() if f.startswith("data/")} for name, found in files.items()}
    for name in paths:
        assert data[name] == data[editions.DEFAULT], how.format(name)
