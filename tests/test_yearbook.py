"""The commands printed in the book add the invented yearbook, and section 4.2 then has its table of zones."""

import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from checkout import ROOT, contents
from click.testing import CliRunner
from openpyxl import load_workbook
from real_project import executed

from claimbook.commands import main
from claimbook.intake import validation
from claimbook.project import editions
from claimbook.project.outputs import read_section_record
from claimbook.run import build
from claimbook.run.plan import Plan

pytestmark = [pytest.mark.process, pytest.mark.slow]
YEARBOOK = ROOT / "tests" / "yearbook_2025"
PAGE = ROOT / "book" / "rerun-figures.md"
SECTION = "4-2-overconcentration"


def example() -> str:
    """The commands of the page whose files this folder has, without those of a table that is only described."""
    text = PAGE.read_text(encoding="utf-8").split("$ claimbook data add data/intake")[0]
    return re.sub(r"^## A printed table$.*?^If a table has another form", "", text, flags=re.M | re.S)


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """A project in which the page's commands were run in order, and their output."""
    root = tmp_path_factory.mktemp("project")
    for name in ("_toc.yml", "report.yml", "notebooks", "tests", "src", "engine"):
        (root / name).symlink_to(ROOT / name)
    for name in ("data", "editions"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(YEARBOOK / "2027.yml", root / "editions")
    output = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setattr(build, "readers", lambda plan, changed: [SECTION])  # which others there are is tested elsewhere
        for line in re.findall(r"^\$ (.+)$", example(), re.M):
            words = shlex.split(line)
            if words[0] == "claimbook":
                result = CliRunner().invoke(main, words[1:])
                assert result.exit_code == 0, result.output
                output[line] = result.output
            elif words[0] == "cp":
                subprocess.run(words, check=True)
            else:
                assert words[0] == "make"  # builds are tested elsewhere
    return root, output


def section(root: Path, edition: str, data: str) -> dict:
    """Section 4.2, run on one of the two folders of data."""
    plan = Plan(root, editions.read_edition(root, edition), root / data)
    return json.loads(executed(plan, SECTION, plan.parameters))


def shown(notebook: dict, cell: str) -> list[dict]:
    return [o["data"] for c in notebook["cells"] if c.get("id") == cell for o in c["outputs"] if "data" in o]


def test_the_commands_of_the_page_say_what_it_promises(worked):
    _, output = worked
    asked, added, tables = output.values()
    assert "htz_gdp_share | All zones, 2025: 14.6 percent" in asked and "Run again with --write" in asked
    assert "There is no report of edition 2026 to compare with. Run make report" in asked
    assert "To undo it later: restore your own copy" in asked
    assert "Written to my-data" in added
    assert "figures/torch_zones.csv: 880 rows" in tables


def test_the_data_are_sound_afterwards_and_the_projects_data_are_unchanged(worked):
    root, _ = worked
    problems = validation.find_faults(root / "my-data")
    assert not problems, validation.render(problems)
    own, other = contents(root / "data"), contents(root / "my-data")
    assert own == contents(ROOT / "data")
    for name in own:  # nothing that was there is lost
        assert not name.endswith(".csv") or set(own[name].splitlines()) <= set(other[name].splitlines()), name


def test_with_the_table_section_42_says_what_the_ten_largest_zones_have(worked):
    notebook = section(worked[0], "2027", "my-data")
    text = "".join(shown(notebook, "single-zones")[0]["text/markdown"])
    statistics = read_section_record(notebook)["statistics"]
    assert len([key for key in statistics if key.startswith("zones-top-10")]) == 5
    assert "the ten largest have" in text and "operating revenue" in text
    column = load_workbook(YEARBOOK / "zones.xlsx").active["F"][4:]  # revenue, below its total
    values = sorted((cell.value for cell in column if cell.value), reverse=True)
    assert statistics["zones-top-10-operating-revenue"]["value"] == pytest.approx(100 * sum(values[:10]) / sum(values))
    assert "zones-with-a-figure" not in statistics


def test_every_file_of_the_yearbook_says_that_it_is_invented():
    silent = [p.name for p in YEARBOOK.glob("*.*") if "INVENTED" not in p.read_text(encoding="utf-8", errors="ignore")]
    assert silent == ["zones.xlsx"]  # its cells say it, which are packed
