"""The deposit is complete and described, has the same bytes again, and is verified by another build."""

import hashlib
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from rocrate.rocrate import ROCrate
from towns import FIGURES, FIRST, NAME, edit, run, start

from claimbook.commands import main
from claimbook.project.folders import UserError
from claimbook.publish import deposit, verification
from claimbook.publish.deposit import project_files

pytestmark = [pytest.mark.process, pytest.mark.slow, pytest.mark.xdist_group("deposits")]
ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")  # only the loopback of its own
# It takes Linux and root, and CI must.
CLOSED = ALONE if sys.platform.startswith("linux") and (os.geteuid() == 0 or os.environ.get("CI")) else ()
DAY = date(2026, 6, 30)
KNOCK = "import socket; socket.create_connection(('192.0.2.1', 80), 3)"  # an address that documentation uses


@pytest.fixture(scope="module")
def unpacked(packed, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    zipfile.ZipFile(packed).extractall(folder)
    (top,) = folder.iterdir()
    return top


def test_the_archive_holds_report_and_sources_and_is_named_by_edition_and_content(packed, deposited):
    names = zipfile.ZipFile(packed).namelist()
    (top,) = {name.split("/")[0] for name in names}
    assert packed.name == f"{top}.zip" and top.startswith("three-towns-2026-")
    inside = {name.split("/", 1)[1] for name in names}
    assert {"README.md", "ro-crate-metadata.json", "CITATION.cff", "results.json"} <= inside
    assert {"three-towns.pdf", "html/book/index.html", FIRST, "MANIFEST.sha256"} <= inside
    assert {f"source/{name}" for name in project_files(deposited)} <= inside
    assert "source/requirements.lock" in inside and f"source/{FIGURES}" in inside
    assert not [name for name in inside if "__pycache__" in name or "_build" in name]


def test_dates_rights_and_order_are_fixed(packed):
    entries = zipfile.ZipFile(packed).infolist()
    assert {entry.date_time for entry in entries} == {(*DAY.timetuple()[:3], 0, 0, 0)}
    assert {stat.S_IMODE(entry.external_attr >> 16) for entry in entries} <= {0o644, 0o755}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)


def test_the_same_report_gives_the_same_bytes(packed, deposited):
    before = packed.read_bytes()
    (deposited / "CITATION.cff").touch()
    code, output = run(deposited, "deposit")
    assert code == 0, output
    assert packed.read_bytes() == before


def test_a_changed_file_gives_another_name_and_the_command_says_that_it_is_not_committed(deposited, tmp_path):
    copy = shutil.copytree(deposited, tmp_path / "copy")
    (copy / "remark.txt").write_text("one\n")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example"]
    for words in (["init", "-q"], ["add", ".", ":(exclude)_build"], ["commit", "-q", "-m", "All"]):
        subprocess.run([*git, *words], cwd=copy, check=True)
    edit(copy / "remark.txt", "one", "other")
    code, output = run(copy, "deposit")
    assert code == 0, output
    assert "Not as in the last commit, and packed as they are now: remark.txt." in output
    (before,), (after,) = ([path.name for path in f.glob("_build/2026/*.zip")] for f in (deposited, copy))
    assert before != after


def test_every_file_but_the_manifest_is_in_the_manifest_with_its_checksum(unpacked):
    lines = (unpacked / "MANIFEST.sha256").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    files = {path.relative_to(unpacked).as_posix(): path for path in unpacked.rglob("*") if path.is_file()}
    assert set(listed) == set(files) - {"MANIFEST.sha256"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == digest for name, digest in listed.items())


def test_the_reader_of_ro_crates_opens_it_and_finds_what_it_names(unpacked):
    crate = ROCrate(unpacked)
    assert crate.name.endswith("(edition 2026)") and crate.datePublished.isoformat().startswith(str(DAY))
    assert [licence.id for licence in crate.license] == [f"https://spdx.org/licenses/{n}" for n in ("MIT", "CC0-1.0")]
    assert crate.metadata["conformsTo"] == "https://w3id.org/ro/crate/1.2"
    assert crate.dereference("source/data/")["license"].id.endswith("CC0-1.0")
    named = [entity.id for entity in crate.data_entities]
    assert FIRST in named and f"source/{FIGURES}" in named
    assert not [name for name in named if not (unpacked / name).exists()]


def test_a_deposit_is_what_its_sources_give_in_another_folder_and_without_a_network(packed, deposited):
    if CLOSED:
        knocked = subprocess.run([*CLOSED, sys.executable, "-c", KNOCK], capture_output=True, text=True)
        assert "Network is unreachable" in knocked.stderr
    process = start(deposited, "verify", str(packed), within=CLOSED)
    output = process.communicate()[0]
    assert process.returncode == 0, output
    assert output.rstrip().endswith("SAME BYTES") and output.count("the same bytes") == 10 and "differ" not in output
    made, again = (line.split(maxsplit=2)[2] for line in output.splitlines() if line.startswith(("Made", "Again")))
    assert made == again == deposit.this_machine()
    assert f"notebooks: {NAME}" in output  # it says how far it is
    warning = output.index("This runs the code in it with your permissions")
    assert 0 < warning < output.index("done"), "said before it is run"


def test_a_changed_file_is_reported_before_anything_is_built(unpacked, deposited, tmp_path, monkeypatch):
    copy = tmp_path / "copy"
    shutil.copytree(unpacked, copy)
    (copy / "results.json").write_text((copy / "results.json").read_text().replace("overstated", "supported"))
    (copy / "html" / "book" / "index.html").unlink()
    monkeypatch.chdir(deposited)
    done = CliRunner().invoke(main, ["verify", str(copy)])
    assert done.exit_code == 2
    assert "results.json was changed after the deposit was made" in done.output
    assert "html/book/index.html is missing from the deposit" in done.output


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("nothing.zip", "There is no nothing.zip."),
        ("data", "data is neither a deposit nor the build of an edition."),
        ("_build/2023", "There is no _build/2023"),
    ],
)
def test_what_cannot_be_verified_is_reported(deposited, name, output, monkeypatch):
    monkeypatch.chdir(deposited)
    with pytest.raises(UserError, match=re.escape(output)):
        verification.opened(Path(name))


LOCKS = ("requirements.lock", "requirements-uv.lock")


def wheelhouse(folder: Path) -> None:
    """Make a folder with two packages that no index has, and a lock with the hash of each."""
    folder.mkdir()
    for name, lock in zip(("tiny_package", "tiny_installer"), LOCKS, strict=True):
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        files = {f"{name}.py": "", f"{name}-1.0.dist-info/METADATA": about}
        files |= {f"{name}-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"}
        files |= {f"{name}-1.0.dist-info/RECORD": "".join(f"{file},,\n" for file in files)}
        wheel = folder / f"{name}-1.0-py3-none-any.whl"
        deposit.write_archive([(file, text.encode()) for file, text in files.items()], DAY, wheel)
        (folder / lock).write_text(f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")


def test_sources_are_set_up_from_fetched_packages_without_an_index(tmp_path, monkeypatch):
    monkeypatch.setattr(deposit.folders, "LOCKS", tmp_path / "house")
    house, packed, folder, got = (tmp_path / name for name in ("house", "wheels.zip", "a project", "got"))
    wheelhouse(house)
    got.mkdir()
    with monkeypatch.context() as index:
        index.setenv("PIP_NO_INDEX", "1")
        index.setenv("PIP_FIND_LINKS", house.as_uri())
        deposit.write_archive([(n, p.read_bytes()) for n, p in deposit.fetch_wheels(house, got).items()], DAY, packed)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/")  # where nobody answers
    locks = [word for name in LOCKS for word in ("-r", str(house / name))]
    install = ["-m", "pip", "install", "--quiet", "--target", "lib", *locks]
    (folder / "engine/src/claimbook/run").mkdir(parents=True)
    (folder / "engine/src/claimbook/run/setup_environment.py").write_text(
        f"import subprocess, sys\nsys.exit(subprocess.call([sys.executable, *{install}]))"
    )
    verification.set_up_from_wheels(folder, packed, os.environ)
    assert {"tiny_package.py", "tiny_installer.py"} < {path.name for path in (folder / "lib").iterdir()}
    packed.unlink()
    with pytest.raises(UserError, match="wheels.zip cannot be unpacked: No such file"):
        verification.set_up_from_wheels(folder, packed, os.environ)


def test_a_report_that_cannot_be_finished_is_not_deposited(built, tmp_path):
    copy = shutil.copytree(built, tmp_path / "copy")
    edit(copy / FIRST, "evidence.load(", "evidence.lode(")
    code, output = run(copy, "deposit")
    assert code and "Nothing was published, because edition 2026 is not finished." in output
    assert not [*copy.glob("_build/2026/*.zip")]


def test_the_tree_of_this_project_is_what_git_tracks(root):
    files = project_files(root)
    assert {"data/sources.csv", "requirements.lock", "Makefile", "engine/src/claimbook/__init__.py"} <= set(files)
    assert list(files) == sorted(files) and not [name for name in files if name.startswith(("_build/", ".venv/"))]


def test_the_site_is_made_of_every_edition_of_the_project(deposited):
    code, output = run(deposited, "site")
    assert code == 0 and "site     _build/site/index.html" in output, output
    site = deposited / "_build" / "site"
    assert 'href="2026/index.html"' in (site / "index.html").read_text(encoding="utf-8")
    assert "All editions" in (site / "2026" / "book" / "index.html").read_text(encoding="utf-8")
    assert (site / "2026/book/three-towns.pdf").exists(), "where Google Scholar is told to look"
    assert (site / ".nojekyll").exists()


def test_a_notebook_that_git_does_not_know_is_not_left_out_in_silence(built, tmp_path):
    project = shutil.copytree(built, tmp_path / "project", ignore=shutil.ignore_patterns("_build"))
    for words in (["init", "-q"], ["add", "."], ["reset", "-q", "--", "notebooks/2-more.ipynb", FIGURES]):
        subprocess.run(["git", *words], cwd=project, check=True)
    code, output = run(project, "deposit")
    assert code == 1 and not (project / "_build").exists(), "refused before anything is built"
    assert f"the report needs. Run: git add {FIGURES} notebooks/2-more.ipynb" in " ".join(output.split())
