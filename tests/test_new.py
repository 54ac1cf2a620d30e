"""A claim of each kind in a new section, as the commands print them, is sound, and asserts nothing without evidence."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from nbformat.v4 import new_code_cell
from real_project import executed

from torch_program.commands import main
from torch_program.commands.new import KINDS
from torch_program.intake import description, validation
from torch_program.pipeline import plan
from torch_program.results import read

ROOT = Path(__file__).resolve().parents[1]
NAME = "6-spin-outs-abroad"
FILLED = ("over", "1", "persons", '"2023"', "persons at a date", "3", "It is so", "50", "percent", "It would be false.")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("data", "editions", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("_config.yml", "_toc.yml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "src").symlink_to(ROOT / "src")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def say(words: str, code: int = 0) -> str:
    done = CliRunner().invoke(main, ["new", *shlex.split(words)])
    assert done.exit_code == code, done.output
    return done.output


@pytest.mark.process
def test_what_is_printed_can_be_pasted_and_only_what_is_left_to_a_person_is_told(project: Path) -> None:
    line = re.search(r"^ +- file: notebooks/.*\n", say("section 6 'Spin-outs “abroad”'"), re.M)[0]
    toc, ledger, path = project / "_toc.yml", project / "data/claims.yml", project / f"notebooks/{NAME}.ipynb"
    toc.write_text(re.sub(r".*notebooks/5-conclusion\n", rf"{line}\g<0>", toc.read_text()))
    notebook = json.loads(path.read_bytes())
    for kind in KINDS:
        said = say(f"claim of-kind-{kind} 'It: \"is\" so.' --section 6 --kind {kind}")
        _, entry, cell = re.split(r"^In .*:\n\n", said.rpartition("\nWhat is")[0], flags=re.M)
        ledger.write_text(ledger.read_text() + entry)
        notebook["cells"].insert(-1, new_code_cell(cell, id=kind))
    path.write_text(json.dumps(notebook))
    description.describe(project / "data")
    faults = validation.check(project / "data", notebooks=project / "notebooks")
    assert {fault.rule for fault in faults} == {"This is left to be filled in."} and len(faults) == len(FILLED)
    for word in FILLED:
        ledger.write_text(ledger.read_text().replace('"?"', word, 1))
    description.describe(project / "data")
    assert validation.check(project / "data", notebooks=project / "notebooks") == []
    made = plan.make()
    assert made.faults() == [] and NAME in made.sections
    claims = read(executed(made, NAME, made.parameters))["claims"]
    assert [claim["id"] for claim in claims] == [f"of-kind-{kind}" for kind in KINDS]
    assert all(claim["verdict"].startswith(("unverified", "not tested", "not scored")) for claim in claims)


def test_a_refusal_is_a_sentence_and_overwrites_nothing(project: Path) -> None:
    assert "Section 3.1 is notebooks/3-1-scale-and-integration.ipynb." in say("section 3.1 Again", 1)
    assert "with Latin letters" in say("section 6 火炬", 1) and "has a number" in say("section six Again", 1)
    assert 'torch-program new section 3.9 "Title"' in say("claim w So. --section 3.9 --kind fact", 1)
    assert "'facts' is not one of" in say("claim w So. --section 3.1 --kind facts", 2)
