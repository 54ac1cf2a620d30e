"""A new report is small, passes the check and builds; its tables can change without editing JSON."""

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
import towns
from openpyxl import Workbook

from claimbook.intake.description import forms, resource_of
from claimbook.project.folders import below

pytestmark = pytest.mark.xdist_group("new report")
MOST = 16  # files of a new report
SOUND = [0, "The data pass every check.\n"]


@pytest.fixture
def new_report(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "mine")


@pytest.mark.process
def test_a_new_report_is_small_without_links_and_passes_its_check_and_a_folder_with_files_is_not_changed(new_report):
    assert len(below(new_report)) <= MOST and not [path for path in new_report.rglob("*") if path.is_symlink()]
    ledger = (new_report / "data/claims.yml").read_text()
    assert set(re.findall("kind: (.*)", ledger)) == {"number", "fact", "comparison", "causal", "opinion"}
    quiet = {".gitignore", "Makefile", "_config.yml", "_toc.yml", "requirements.lock"}
    quiet |= {path.name for path in (new_report / "editions").iterdir()}
    before = {name: path.read_bytes() for name, path in below(new_report).items()}
    assert {Path(name).name for name, content in before.items() if b"INVENTED" not in content} == quiet
    again = ["new", "report", str(new_report), "--title", "Again"]
    checked, (code, output) = towns.run_all(new_report, ["check"], again)
    assert checked == SOUND and code == 1 and "is not empty" in output
    assert {name: path.read_bytes() for name, path in below(new_report).items()} == before


@pytest.mark.process
def test_a_table_of_the_engine_is_described_as_soon_as_it_is_there(new_report: Path) -> None:
    table = "event_id,date,event,category,source_id,ended,ended_source_id\nlaw-2020,2020,A law,law,office_2024,,\n"
    (new_report / "data/timeline.csv").write_text(table)
    check, refresh = ["check"], ["check", "--refresh-datapackage"]
    (_, before), (_, refreshed), after = towns.run_all(new_report, check, refresh, check)
    assert "datapackage.json does not list this file" in before and "timeline.csv" in refreshed and after == SOUND
    towns.edit(new_report / "data/timeline.csv", "law-2020,2020", "law-2020,soon")
    assert towns.run(new_report, "check")[0] == 1


@pytest.mark.process
def test_new_figures_may_bring_the_first_conversion_of_a_unit(new_report: Path) -> None:
    """A new report has no units.csv yet."""
    book = Workbook()
    book.active.title = "units"
    for row in (["unit", "canonical", "factor"], ["tens", "count", "10"]):
        book.active.append(row)
    figures = book.create_sheet("figures")
    figures.append(["series", "entity", "period", "value", "unit", "source_id", "locator"])
    figures.append(["libraries", "Exampleland", "2022", "4.3", "tens", "office_2024", "table 2"])
    book.save(new_report / "new.xlsx")
    (code, output), after = towns.run_all(new_report, ["data", "add", "new.xlsx", "--write"], ["check"])
    assert code == 0 and "units.csv" in output and after == SOUND, output
    assert (new_report / "data/units.csv").read_text() == "unit,canonical,factor\ntens,count,10\n"


NOTHING_TO_DO = {
    "unit": "Tests of plain functions: this report has no tests of its own in tests/.\n",
    "lint": "All checks passed!\nTypes: this report has no code of its own in src/.\n",
    "profiles": "This report has no notebook in notebooks/profiles/",
}


@pytest.mark.process
def test_a_verb_without_anything_to_do_says_so_in_a_sentence(new_report: Path) -> None:
    done = towns.make(new_report, *NOTHING_TO_DO)
    assert done.returncode == 0, done.stdout + done.stderr
    places = [done.stdout.find(says) for says in NOTHING_TO_DO.values()]
    assert places[0] == 0 and places == sorted({*places}), done.stdout


@pytest.mark.slow
def test_lint_and_unit_go_red_for_code_and_tests_of_the_report(new_report: Path) -> None:
    (new_report / "src").mkdir()
    (new_report / "src/own.py").write_text("def half(n: int) -> int:\n    return n / 2\n")
    (new_report / "tests").mkdir()
    (new_report / "tests/test_own.py").write_text("import own\n\n\ndef test() -> None:\n    assert own.half(3) == 1\n")
    done = towns.make(new_report, "--keep-going", "lint", "unit")
    assert "lint] Error" in done.stderr and "src/own.py:2: error: Incompatible return value" in done.stdout
    assert "unit] Error" in done.stderr and "1.5 == 1" in done.stdout


@pytest.mark.process
def test_a_hint_names_a_command_that_exists_here(new_report: Path) -> None:
    hint = re.search(r"today's evidence: (.*)", towns.run(new_report, "report", "--edition", "2031")[1])[1]
    subprocess.run(["sh", "-c", hint], cwd=new_report, env=towns.with_library(new_report), check=True)
    assert (new_report / "editions/2031.yml").exists()
    (new_report / "src").mkdir()
    with_own_code = towns.run(new_report, "report", "--edition", "2032")[1]
    assert f"today's evidence: PYTHONPATH=src {hint.replace('2031', '2032')}" in with_own_code


@pytest.mark.slow
def test_the_deposit_of_a_report_that_the_wheel_made_needs_only_itself(new_built: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(next(new_built.glob("_build/*/*.zip"))).extractall(tmp_path / "unpacked")
    (source,) = (tmp_path / "unpacked").glob("*/source")
    set_up = subprocess.run(["make", "--dry-run", "setup"], cwd=source, capture_output=True, text=True).stdout
    (script,) = re.findall(r"python3 (\S+)", set_up)
    assert (source / script).samefile(source / "engine/src/claimbook/run/setup_environment.py")
    assert (source / "requirements.lock").exists()
    away = new_built.rename(tmp_path / "away")
    try:
        code, output = towns.run(source, "verify", "..")
    finally:
        away.rename(new_built)
    assert code == 0 and output.endswith("SAME BYTES\n"), output


@pytest.mark.slow
def test_a_new_report_builds_with_five_verdicts_and_pages_from_the_engine(new_built: Path) -> None:
    (build,) = (path.parent for path in (new_built / "_build").glob("*/results.json"))
    claims = json.loads((build / "results.json").read_bytes())["claims"]
    verdicts = [claim["verdict"].partition(",")[0] for claim in claims]
    assert verdicts == ["overstated", "confirmed", "supported", "not tested", "not scored"]
    front = (build / "html/book/index.html").read_text()
    assert "of 30 June 2024, tested against" in " ".join(front.split()) and "undated" not in front
    assert (build / "html/book/methods.html").exists() and (build / "html/_static/pages.css").exists()
    assert len(list(build.glob("*.pdf"))) == 3, "with the annex, which a deposit has"


@pytest.mark.slow
def test_a_report_may_leave_out_pages_and_replace_one(new_report: Path) -> None:
    toc = (new_report / "_toc.yml").read_text().partition("  - caption: Reference")[0]
    (new_report / "_toc.yml").write_text(f"{toc}      - file: book/evidence\n      - file: book/bibliography\n")
    (new_report / "book/_static").mkdir(parents=True)
    (new_report / "book/evidence.md").write_text("# Our evidence\n\n:::{evidence}\n:::\n\n:::{series-register}\n:::\n")
    (new_report / "book/_static/front.css").write_text("/* our own */")
    code, output = towns.run(new_report, "report")
    assert code == 0, output
    (html,) = (new_report / "_build").glob("*/html")
    assert "Our evidence" in (html / "book/evidence.html").read_text()
    assert (html / "_static/front.css").read_text() == "/* our own */"
    for page in [*html.glob("*/*.html")]:
        assert not re.search(r'href="[^"]*book/(methods|gaps|cite)\.html', page.read_text()), page


def test_a_description_follows_columns_that_come_and_go_but_not_a_slip() -> None:
    columns = [*forms()["series"]["columns"]]
    described = resource_of("series.csv", ",".join(columns).encode())
    assert [field["name"] for field in described["schema"]["fields"]] == columns
    fewer = [name for name in columns if name not in {"label_zh", "label"}]
    fields = resource_of("series.csv", ",".join(fewer).encode(), described)["schema"]["fields"]
    assert {field["name"] for field in fields} == {*fewer, "label"}, "only an optional column goes"
    slip = ",".join(columns).replace("counts", "count").encode()
    fields = resource_of("series.csv", slip, described)["schema"]["fields"]
    assert {field["name"] for field in fields} == {*columns}
    own = resource_of("wards.csv", b"ward,town\n")
    assert [field["name"] for field in own["schema"]["fields"]] == ["ward", "town"]
