"""The deposit: complete, described, the same bytes again, and proved by building it once more."""

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import tiny_project
from rocrate.rocrate import ROCrate

from torch_program.citation import deposit, verification
from torch_program.citation.tree import copied, project_files

pytestmark = pytest.mark.process
ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")  # only the loopback of its own
# It takes Linux and root, and CI must.
CLOSED = ALONE if sys.platform.startswith("linux") and (os.geteuid() == 0 or os.environ.get("CI")) else ()
KNOCK = "import socket; socket.create_connection(('192.0.2.1', 80), 3)"  # an address that documentation uses


@pytest.fixture(scope="module")
def project(built, tmp_path_factory) -> Path:
    """A tiny project with a finished report and its deposit."""
    folder = shutil.copytree(built, tmp_path_factory.mktemp("deposit") / "project")
    code, said = tiny_project.run(folder, "deposit")
    assert code == 0, said
    return folder


@pytest.fixture(scope="module")
def packed(project) -> Path:
    (found,) = (project / "_build" / "2026").glob("*.zip")
    return found


@pytest.fixture(scope="module")
def unpacked(packed, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    zipfile.ZipFile(packed).extractall(folder)
    (top,) = folder.iterdir()
    return top


def test_the_archive_holds_report_and_sources_and_is_named_by_edition_and_content(packed, project):
    names = zipfile.ZipFile(packed).namelist()
    (top,) = {name.split("/")[0] for name in names}
    assert packed.name == f"{top}.zip" and top.startswith("torch-program-2026-")
    inside = {name.split("/", 1)[1] for name in names}
    assert {"README.md", ".zenodo.json", "ro-crate-metadata.json", "CITATION.cff", "results.json"} <= inside
    assert {"torch-program.pdf", "html/book/index.html", "notebooks/2-1-first.ipynb", "MANIFEST.sha256"} <= inside
    assert {f"source/{name}" for name in project_files(project)} <= inside
    assert "source/requirements.lock" in inside and "source/data/figures/one.csv" in inside
    assert not [name for name in inside if "__pycache__" in name or "_build" in name]


def test_dates_rights_and_order_are_fixed(packed):
    entries = zipfile.ZipFile(packed).infolist()
    assert {entry.date_time for entry in entries} == {(2026, 11, 25, 0, 0, 0)}
    assert {stat.S_IMODE(entry.external_attr >> 16) for entry in entries} <= {0o644, 0o755}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


def test_the_same_report_gives_the_same_bytes(packed, project):
    before = packed.read_bytes()
    (project / "CITATION.cff").touch()
    code, said = tiny_project.run(project, "deposit")
    assert code == 0, said
    assert packed.read_bytes() == before


def test_every_file_but_the_manifest_is_in_the_manifest_with_its_checksum(unpacked):
    lines = (unpacked / "MANIFEST.sha256").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {path.relative_to(unpacked).as_posix(): path for path in unpacked.rglob("*") if path.is_file()}
    assert set(listed) == set(files) - {"MANIFEST.sha256"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in listed.items())


def test_the_reader_of_ro_crates_opens_it_and_finds_what_it_names(unpacked):
    crate = ROCrate(unpacked)
    assert crate.name.endswith("(edition 2026)") and crate.datePublished.isoformat().startswith("2026-11-25")
    assert crate.license["@id"] == "https://spdx.org/licenses/MIT"
    named = [entity.id for entity in crate.data_entities]
    assert "notebooks/2-1-first.ipynb" in named and "source/data/figures/one.csv" in named
    assert not [name for name in named if not (unpacked / name).exists()]


def test_the_metadata_for_zenodo_have_what_it_requires(unpacked):
    known = json.loads((unpacked / ".zenodo.json").read_text(encoding="utf-8"))
    assert known["upload_type"] == "publication" and known["publication_type"] == "report"
    assert known["creators"] == [{"name": "Torch Program Report maintainers"}]
    assert known["title"] and known["description"] and known["publication_date"] == "2026-11-25"
    assert known["access_right"] == "open" and known["license"] == "mit" and "related_identifiers" not in known


def test_a_deposit_is_what_its_sources_give_in_another_folder_and_without_a_network(packed, project):
    if CLOSED:
        knocked = subprocess.run([*CLOSED, sys.executable, "-c", KNOCK], capture_output=True, text=True)
        assert "Network is unreachable" in knocked.stderr
    process = tiny_project.start(project, "verify", str(packed), within=CLOSED)
    said = process.communicate()[0]
    assert process.returncode == 0, said
    assert said.rstrip().endswith("PASS") and said.count("the same") == len(deposit.PRODUCTS)
    assert "notebooks: 2-1-first" in said  # it says how far it is
    assert 0 < said.index("runs the code that it holds, with your rights") < said.index("done"), "said before it is run"


def test_a_changed_file_is_told_before_anything_is_built(unpacked, project, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(unpacked, copy)
    (copy / "results.json").write_text((copy / "results.json").read_text().replace("supported", "overstated"))
    (copy / "html" / "book" / "index.html").unlink()
    code, said = tiny_project.run(project, "verify", str(copy))
    assert code == 1
    assert "results.json was changed after the deposit was made" in said
    assert "html/book/index.html is missing from the deposit" in said


@pytest.mark.parametrize(
    "name", ["source/{abs}", "source/../../hostile", "{abs}", "source/a\\b", "source/link/hostile", ""]
)
def test_a_manifest_that_names_a_file_outside_the_deposit_is_refused_before_anything_is_written(tmp_path, name):
    folder, outside = tmp_path / "work" / "deposit", tmp_path / "hostile"
    name = name.format(abs=outside)
    (folder / "source").mkdir(parents=True)
    (folder / "results.json").write_text('{"edition": "2026"}')
    (tmp_path / "elsewhere").mkdir()
    (folder / "source" / "link").symlink_to(tmp_path / "elsewhere")
    inside = folder / name.replace("//", "/")
    if name and not name.startswith("/"):
        inside.parent.mkdir(parents=True, exist_ok=True)
        inside.write_bytes(b"x")
    digest = hashlib.sha256(b"x").hexdigest()
    (folder / "MANIFEST.sha256").write_text(f"{digest}  {name}\n")
    with pytest.raises(verification.Unverifiable, match="lists .* which is no file inside the deposit"):
        copied(verification.opened(folder, tmp_path).sources, tmp_path / "project")
    assert not (tmp_path / "project").exists()


def test_a_difference_is_told_with_its_place(unpacked, tmp_path):
    claimed = verification.opened(unpacked, tmp_path).products
    forged = tmp_path / "results.json"
    forged.write_text(claimed["results.json"].read_text().replace("stable", "fragile", 1))
    (said,) = verification.differences(claimed, {**claimed, "results.json": forged}, "results.json")
    assert said == 'results.json, claims[0].robustness.label: "stable", built again: "fragile"'
    less = {name: path for name, path in claimed.items() if name != "html/search.html"}
    assert verification.differences(claimed, less, "html") == ["html/search.html: the sources do not give this file"]
    assert verification.differences(less, claimed, "html") == ["html/search.html: missing, though the sources give it"]


def test_places_of_differences_in_text_and_in_bytes():
    assert verification.difference(b"a\nb\n", b"a\nc\n", "x.html") == "line 2: “b”, built again: “c”"
    assert verification.difference(b"a\n", b"a\nc\n", "x.html") == "line 2: “”, built again: “c”"
    assert verification.difference(b"\xff\x00", b"\xff\x01", "x.pdf") == "byte 1 of 2 (built again: 2 bytes)"
    assert verification.difference(b"same", b"same", "x.pdf") == ""


def test_another_environment_is_named_in_a_sentence(unpacked, tmp_path):
    claimed = verification.opened(unpacked, tmp_path)
    lock = tmp_path / "requirements.lock"
    lock.write_text(claimed.sources["requirements.lock"].read_text().replace("\npandas==", "\npandas==9.", 1))
    other = replace(claimed, sources={**claimed.sources, "requirements.lock": lock})
    with pytest.raises(verification.Unverifiable, match=r"not the one that made the report \(pandas .*make setup"):
        verification.same_environment(other)


def test_this_environment_has_the_versions_of_the_lock_or_verify_says_which_not(root):
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    assert len(verification.LOCKED.findall(lock)) > 100
    assert verification.other_versions("click==0.1 ; python_version < '3'\nnobody-has-this==1\n") == []
    assert verification.other_versions("click==0.1 \\\n    --hash=sha256:0\n")[0].startswith("click ")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nothing.zip", "There is no nothing.zip."),
        ("_config.yml", "_config.yml is no zip archive"),
        ("data", "data is neither a deposit nor the build of an edition."),
        ("_build/2023", "There is no _build/2023"),
    ],
)
def test_what_cannot_be_verified_is_told(project, name, said, monkeypatch, tmp_path):
    monkeypatch.chdir(project)
    with pytest.raises(verification.Unverifiable, match=re.escape(said)):
        verification.opened(Path(name), tmp_path)


def test_a_report_that_is_behind_its_notebooks_is_not_deposited(project):
    notebook = project / "notebooks" / "2-1-first.ipynb"
    before = notebook.read_text()
    notebook.write_text(before.replace("Some prose.", "Other prose."))
    code, said = tiny_project.run(project, "deposit")
    notebook.write_text(before)
    assert code == 1 and "notebooks/2-1-first.ipynb: changed since the report of edition 2026 was made" in said
    code, said = tiny_project.run(project, "deposit", "--edition", "2023")
    assert code == 1 and "Run `make report EDITION=2023` first" in said


def test_the_tree_of_this_project_is_what_git_tracks(root):
    files = project_files(root)
    assert {"data/sources.csv", "requirements.lock", "Makefile", "src/torch_program/__init__.py"} <= set(files)
    assert list(files) == sorted(files) and not [name for name in files if name.startswith(("_build/", ".venv/"))]


def test_the_site_is_made_of_every_edition_of_the_project(project):
    (project / "editions" / "2023.yml").unlink()  # a second edition would take a second build
    code, said = tiny_project.run(project, "site")
    assert code == 0 and "0 of 3 notebooks run" in said, said
    site = project / "_build" / "site"
    assert 'href="2026/index.html"' in (site / "index.html").read_text(encoding="utf-8")
    assert "All editions" in (site / "2026" / "book" / "index.html").read_text(encoding="utf-8")
    assert (site / "2026" / "book" / "torch-program.pdf").exists()
