"""A claim and a section begun by a command need nothing but what is marked, and run when it is filled in."""

import json
import shutil
from pathlib import Path

import nbformat
import pytest
import yaml
from click.testing import CliRunner

from torch_program.claims import read_ledger
from torch_program.commands import main
from torch_program.intake import effects, ledger, validation
from torch_program.pipeline.plan import make

ROOT = Path(__file__).parents[1]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A copy of what the commands write to, beside the rest of the project."""
    root = tmp_path / "project"
    root.mkdir()
    for name in ("editions", "src", "book"):
        (root / name).symlink_to(ROOT / name)
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "_toc.yml", root)
    monkeypatch.chdir(root)
    return root


def say(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == code, done.output
    return done.output


def faults(root: Path) -> list[str]:
    found = validation.check(root / "data") + ledger.use(root / "data", root / "notebooks")
    return [str(problem) for problem in found]


def fill_in(root: Path, **values: object) -> None:
    """Write what is left open: numbers and texts in the ledger by the name of their field, prose in the notebook."""
    path = root / "data" / "claims.yml"
    lines = path.read_text(encoding="utf-8").splitlines()
    for index, line in enumerate(lines):
        name, _, value = line.strip().removeprefix("- ").partition(": ")
        if value == "'?'":
            lines[index] = line.replace("'?'", json.dumps(values[name]))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for notebook in (root / "notebooks").glob("*.ipynb"):
        text = notebook.read_text(encoding="utf-8").replace('"## ?"', '"## Words"').replace('"?"', '"Words."')
        notebook.write_text(text.replace(r"\"?\"", r"\"Title\""), encoding="utf-8")
    validation.describe(root / "data")


def test_a_section_with_claims_of_every_kind_runs_when_it_is_filled_in(project):
    topic = ("--topic", "incubation")
    assert "Written: notebooks/4-5-incubators.ipynb, _toc.yml" in say(
        "new", "section", "4.5", "incubators", "--title", "Incubators", *topic
    )
    toc = [c["file"] for c in yaml.safe_load((project / "_toc.yml").read_text())["parts"][0]["chapters"]]
    assert toc.index("notebooks/4-5-incubators") == toc.index("notebooks/4-4-state-dependence") + 1
    for kind, more in {
        "number": ("--series", "incubators_national"),
        "fact": (),
        "comparison": (),
        "opinion": (),
    }.items():
        said = say("new", "claim", f"of-{kind}", "--section", "4.5", "--kind", kind, *more)
        assert "evidence.load" not in said  # the notebook loads the topic
    open_ = [fault for fault in faults(project) if "left to be filled in" in fault]
    assert len(open_) > 8 and len(open_) == len(faults(project))
    fill_in(project, statement="S.", value=1000, says="So.", threshold=5, unit="percent", why="Because.")
    assert faults(project) == []
    plan = make()
    nbformat.validate(nbformat.read(plan.committed("4-5-incubators"), as_version=4))
    assert plan.faults_of_parameters() == []
    claims, why = effects.judged(plan, "4-5-incubators")
    assert why == "" and [claim["id"] for claim in claims] == ["of-number", "of-fact", "of-comparison", "of-opinion"]
    assert claims[0]["verdict"] != "unverified"  # the facets are those of the series


def test_a_claim_stands_behind_those_of_its_section_and_its_cells_before_the_conclusion(project):
    before = [claim.id for claim in read_ledger(project / "data" / "claims.yml").claims]
    say("new", "claim", "zones-again", "--section", "2.1", "--kind", "fact")
    text = (project / "data" / "claims.yml").read_text(encoding="utf-8")
    assert [line for line in (ROOT / "data" / "claims.yml").read_text(encoding="utf-8").splitlines() if line] == [
        line
        for line in text.replace(text[text.index("  - id: zones-again") : text.index("  # 2.2")], "").splitlines()
        if line
    ]
    fill_in(project, statement="S.", says="So.")
    after = [claim.id for claim in read_ledger(project / "data" / "claims.yml").claims]
    assert [claim for claim in after if claim != "zones-again"] == before
    cells = [c["id"] for c in json.loads((project / "notebooks" / "2-1-torch-program.ipynb").read_text())["cells"]]
    at = cells.index("zones-again")
    assert cells[-1] == "record" and len(cells) - at > 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("claim", "Zones", "--section", "2.1", "--kind", "fact"), "small letters"),
        (("claim", "zones-over-170", "--section", "2.1", "--kind", "fact"), "already"),
        (("claim", "x", "--section", "9.9", "--kind", "fact"), "new section 9.9"),
        (("claim", "x", "--section", "2.1", "--kind", "number", "--series", "htz_cont"), "Did you mean htz_count?"),
        (("section", "2.1", "again", "--topic", "talent"), "has a notebook already: notebooks/2-1-torch-program.ipynb"),
        (("section", "x", "again", "--topic", "talent"), "write a number and a name"),
        (("section", "4.5", "again", "--topic", "tallent"), "Did you mean talent?"),
    ],
)
def test_what_cannot_be_begun_is_told_and_nothing_is_written(project, words, says):
    before = {p: p.read_bytes() for p in project.rglob("*") if p.is_file() and not p.is_symlink()}
    assert says in say("new", *words, code=1)
    assert {p: p.read_bytes() for p in project.rglob("*") if p.is_file() and not p.is_symlink()} == before


def test_a_series_of_a_topic_that_the_notebook_does_not_load_is_told(project):
    said = say("new", "claim", "x", "--section", "2.1", "--kind", "number", "--series", "students_abroad")
    assert 'Add "talent" to the call of evidence.load in notebooks/2-1-torch-program.ipynb' in said
