"""The workflow that publishes, and what README says about addresses, in step with the citation file."""

import re

import pytest
import yaml
from checkout import MAKEFILES

from claimbook.project.report import report_settings


@pytest.fixture(scope="module")
def workflow(root) -> dict:
    return yaml.safe_load((root / ".github/workflows/publish.yml").read_text(encoding="utf-8"))


def test_every_action_is_pinned_to_a_commit(root):
    for path in (root / ".github/workflows").glob("*.yml"):
        used = re.findall(r"uses:\s*(\S+)", path.read_text(encoding="utf-8"))
        assert used and not [action for action in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action)]


def test_no_job_may_do_more_than_it_needs(workflow):
    assert workflow["permissions"] == {}
    rights = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    assert rights == {
        "build": {"contents": "read"},
        "pages": {"pages": "write", "id-token": "write"},
        "release": {"contents": "write"},
    }
    checkout = workflow["jobs"]["build"]["steps"][0]
    assert checkout["with"] == {"persist-credentials": False}


def test_no_text_from_outside_is_pasted_into_a_command(root):
    for path in (root / ".github/workflows").glob("*.yml"):
        jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
        assert not [step for job in jobs for step in job["steps"] if "${{" in step.get("run", "")], path.name


def test_it_runs_verbs_that_exist_and_publishes_what_they_make(root, workflow):
    runs = "\n".join(step.get("run", "") for step in workflow["jobs"]["build"]["steps"])
    verbs = set(re.findall(r"^([a-z-]+): .*##", MAKEFILES, re.M))
    made = [verb for line in re.findall(r"\bmake ([a-z ]+)", runs) for verb in line.split()]
    assert set(made) == {"site", "deposit", "wheel"} <= verbs
    paths = [step["with"]["path"] for step in workflow["jobs"]["build"]["steps"] if "path" in step.get("with", {})]
    assert paths == ["_build/site", "release/"]
    assert f"_build/*/{report_settings().slug}-*.zip" in runs


def test_readme_cites_what_the_citation_file_says(root):
    cff = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    year = str(cff["date-released"])[:4]
    sentence = f"{cff['authors'][0]['name']} ({year}). *{cff['title']}*. Version {cff['version']}."
    assert sentence in (root / "README.md").read_text(encoding="utf-8")
