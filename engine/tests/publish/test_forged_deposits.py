"""Deposits that somebody forged, with a consistent manifest: what the command says, and its exit code.

The towns are deposited once, and made again once from notebooks with other late digits, as another processor may give
them. Most forgeries are compared with one of these two instead of another build, because their sources are genuine.
"""

import hashlib
import os
import re
import stat
import subprocess
import zipfile
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner, Result
from towns import FIRST, edit

from claimbook.commands import main
from claimbook.project.folders import LOCK_FILE, write_below
from claimbook.publish import deposit, verification
from claimbook.publish.verification import Claimed

pytestmark = [pytest.mark.process, pytest.mark.slow, pytest.mark.xdist_group("deposits")]
Files = dict[str, bytes]
PAGE, CHART, DATA = "html/notebooks/1-towns.html", "html/figures/fig-towns.svg", "html/figures/fig-towns.csv"
RUNS = "This runs the code in it"  # printed before any code of a deposit runs
MARK = "touch-me"  # file that a command in settings of git would make
MAKES_MARK = f"[core]\n\tfsmonitor = touch {MARK}; false\n\trepositoryformatversion = 0\n".encode()


@pytest.fixture(scope="module")
def genuine(packed) -> Claimed:
    return verification.opened(packed)


@pytest.fixture(scope="module")
def nudged(genuine, tmp_path_factory) -> Claimed:
    """The deposit of a processor that rounds a number and a coordinate in another way."""
    place = verification.workplace(genuine, tmp_path_factory.mktemp("nudged") / "project", None)
    given = verification.in_folder("notebooks/", genuine.files)
    first = given["1-towns.ipynb"].decode()
    first, moved = re.subn(r'"value": (\d+)\.0,', r'"value": \1.00000000001,', first, count=1)
    drawn = re.search(r"(?<=<use x=')\d+\.\d\d?(?=')", first)
    assert moved and drawn
    first = f"{first[: drawn.start()]}{float(drawn[0]) + 0.01:.2f}{first[drawn.end() :]}"
    return verification.made_again(genuine, place, given | {"1-towns.ipynb": first.encode()})


@pytest.fixture
def verified(deposited, genuine, nudged, tmp_path, monkeypatch) -> Callable[..., Result]:
    """Pack files as a deposit, or take a path, and verify it. Building again gives the deposits from above."""

    def again(claimed: Claimed, place: None, notebooks: Mapping[str, bytes]) -> Claimed:
        if not notebooks:
            return genuine
        assert {f"notebooks/{name}": text for name, text in notebooks.items()}.items() <= nudged.files.items()
        return nudged

    monkeypatch.setattr(verification, "made_again", again)
    monkeypatch.setattr(verification, "workplace", lambda *_: None)
    monkeypatch.chdir(deposited)
    return lambda path: CliRunner().invoke(main, ["verify", str(path)])


def manifest(files: Mapping[str, bytes]) -> bytes:
    return "".join(f"{hashlib.sha256(text).hexdigest()}  {name}\n" for name, text in sorted(files.items())).encode()


def pack(path: Path, name: str, files: Mapping[str, bytes], *others: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    """Pack files into a folder with this name, with a manifest of them; `others` are entries that it does not list."""
    with zipfile.ZipFile(path, "w") as archive:
        for file, text in files.items():
            archive.writestr(f"{name}/{file}", text)
        archive.writestr(f"{name}/{deposit.MANIFEST}", manifest(files))
        for entry, text in others:
            archive.writestr(entry, text)
    return path


def laid_out(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, text in {**files, deposit.MANIFEST: manifest(files)}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)
    return folder


def replaced(name: str, was: str, now: str, files: Mapping[str, bytes]) -> Files:
    """Return the files with a text replaced in one, where it must be."""
    assert was.encode() in files[name]
    return {**files, name: files[name].replace(was.encode(), now.encode())}


def right(files: Mapping[str, bytes]) -> Files:
    """Turn the first verdict from wrong to right in results, pages and print, but not in the notebooks."""
    for name in (name for name in files if re.fullmatch(r"(html/.*|results)\.(html|json)", name)):
        files = replaced(name, "wrong", "right", files) if b"wrong" in files[name] else files
    return {**files, **{name: files[name] + b"%right" for name in files if name.endswith(".pdf")}}


def attached(files: Mapping[str, bytes]) -> Files:
    """Change the results.json that the PDF has attached."""
    out = BytesIO()
    with pikepdf.open(BytesIO(files["three-towns.pdf"])) as pdf:
        results = pdf.attachments["results.json"].get_file().read_bytes()
        pdf.attachments["results.json"] = results.replace(b"wrong", b"right")
        pdf.save(out)
    return {**files, "three-towns.pdf": out.getvalue()}


def digit(files: Mapping[str, bytes], late: str) -> Files:
    """Add digits to a number in results.json."""
    new, found = re.subn(rb'("value": \d+\.0)(?=,)', rb"\g<1>" + late.encode(), files["results.json"], count=1)
    assert found
    return {**files, "results.json": new}


def redrawn(files: Mapping[str, bytes]) -> Files:
    """Move something that a drawing in a notebook fills."""
    new, found = re.subn(rb"\d+(?=\.\d+' fill)", b"1", files[FIRST], count=1)
    assert found and new != files[FIRST]
    return {**files, FIRST: new}


ONLY_LATE = "differ only after the ninth digit of numbers"
REPLACED = {  # a text in a file, and what somebody writes instead
    "a key of results that is there twice": (
        "results.json", '"answer": "wrong"', '"answer": "right",\n"answer": "wrong"'),
    "a label in a drawing": (FIRST, ">Alder 22<", ">Alder 23<"),
    "prose after something like a drawing": (FIRST, "is invented, counted", "data:image/ is right, counted"),
    "README": ("README.md", "INVENTED", "TRUE"),
    "RO-Crate": (deposit.CRATE, "INVENTED", "TRUE"),
    "a script in a page": (PAGE, "</body>", "<script></script></body>"),
    "the target of a link": (PAGE, 'href="../book/', 'href="//a.org/'),
    "the data of a figure": (DATA, "22", "23"),
}  # fmt: skip
DIFFER: dict[str, tuple[Callable[[Files], Files], str]] = {  # a change to the files, and what is said of it
    **{what: (partial(replaced, name, was, now), f"{name}, line") for what, (name, was, now) in REPLACED.items()},
    "results, pages and print say right": (right, "results.json, line"),
    "a number in its second digit": (lambda f: digit(f, "1"), "results.json, line"),
    "a drawing in a notebook": (redrawn, f"{FIRST}, line"),
    "how to cite": (lambda f: {**f, "CITATION.cff": b"title: Mine\n"}, "CITATION.cff, line 1: “"),
    "an attachment of the PDF": (attached, "three-towns.pdf, other bytes"),
    "a listed file too many": (lambda f: {**f, "html/more": b"<p>"}, "html/more, not produced by the sources"),
    "no chart": (lambda f: {n: f[n] for n in f if n != CHART}, f"{CHART}, missing, although the sources produce it"),
}


@pytest.mark.parametrize("what", DIFFER)
@pytest.mark.parametrize("digits", ["the same", "late"])
def test_a_forged_file_differs_and_is_named_even_if_numbers_differ_in_late_digits(
    verified, genuine, nudged, tmp_path, what, digits
):
    change, says = DIFFER[what]
    of = genuine if digits == "the same" else nudged
    done = verified(pack(tmp_path / "d.zip", of.name, change(dict(of.files))))
    assert done.exit_code == 1 and done.output.endswith("\nDIFFERS\n"), done.output
    assert f"\n    {says}" in done.output and done.output.index(RUNS) < done.output.index(says)
    assert "Its code is the same as yours." in done.output


def test_a_genuine_deposit_is_the_same_packed_or_not_and_where_it_was_set_up(verified, genuine, tmp_path):
    folder = laid_out(tmp_path / "unpacked", genuine.files)
    for place in (".venv/bin", "engine/src/claimbook/__pycache__"):
        (folder / "source" / place).mkdir(parents=True)
        (folder / "source" / place / "x.pyc").touch()
    for path in (pack(tmp_path / "d.zip", genuine.name, genuine.files), folder):
        done = verified(path)
        assert done.exit_code == 0 and done.output.endswith("\nSAME BYTES\n"), done.output
        assert "README.md                 the same bytes\n" in done.output
    assert "nothing in them is compared: source/.venv, source/engine/src/claimbook/__pycache__." in done.output


@pytest.mark.parametrize("of", ["results.json", "notebooks"])
def test_late_digits_are_the_same_to_nine_digits_and_their_files_are_named(verified, genuine, nudged, tmp_path, of):
    forged = digit(genuine.files, "0000000004") if of == "results.json" else nudged.files
    done = verified(pack(tmp_path / "d.zip", genuine.name if of == "results.json" else nudged.name, forged))
    name = FIRST if of == "notebooks" else of
    assert done.exit_code == 0 and f"SAME TO NINE DIGITS: {name} {ONLY_LATE}" in done.output, done.output
    assert "1 file differs" in done.output and f"    {name}, line" in done.output
    assert not [line for line in done.output.splitlines() if re.search(r"html.* differ", line)]


def test_late_digits_do_not_excuse_the_hashes_of_other_numbers(verified, genuine, nudged, tmp_path):
    assert genuine.name != nudged.name
    cite = "html/book/cite.html"
    done = verified(pack(tmp_path / "d.zip", nudged.name, nudged.files | {cite: genuine.files[cite]}))
    assert done.exit_code == 1 and f"    {cite}, line" in done.output, done.output


def test_files_that_the_manifest_does_not_list_are_named(verified, genuine, tmp_path):
    name, folder = genuine.name, laid_out(tmp_path / "unpacked", genuine.files)
    others = [(f"{name}/html/more.html", b""), ("outside", b""), (f"{name}/source/__pycache__/x.pyc", b"")]
    done = verified(pack(tmp_path / "d.zip", name, genuine.files, *others))
    assert done.exit_code == 1 and done.output.endswith("\nDIFFERS\n"), done.output
    for other in ("html/more.html", "outside, outside the folder", "source/__pycache__/x.pyc"):
        assert f"    {other}, in the deposit, but not in MANIFEST.sha256" in done.output
    os.mkfifo(folder / "html/pipe")
    for link in ("source/a", "source/b"):
        (folder / link).symlink_to(".")
    done = verified(folder)
    assert done.exit_code == 1, done.output
    for other in ("html/pipe", "source/a", "source/b"):
        assert f"    {other}, in the deposit, but not in MANIFEST.sha256" in done.output


def test_the_folder_in_an_archive_has_the_hash_of_its_content(verified, genuine, tmp_path):
    done = verified(pack(tmp_path / "d.zip", "three-towns-2026-000000000000", genuine.files))
    assert done.exit_code == 1, done.output
    assert f"the name of the folder, built again: “{genuine.name}”" in done.output


def test_it_is_said_before_code_runs_in_which_files_it_differs(verified, deposited, genuine, tmp_path):
    (deposited / "engine/mine.py").touch()
    edit(deposited / FIRST, "section.record()", "section.record( )")
    done = verified(pack(tmp_path / "d.zip", genuine.name, genuine.files))
    (deposited / "engine/mine.py").unlink()
    edit(deposited / FIRST, "section.record( )", "section.record()")
    says = f"Its code differs from yours in 2 files: engine/mine.py, {FIRST}.\n"
    assert says in done.output and done.output.index(says) < done.output.index(RUNS), done.output


# what is refused before any code runs ----------------------------------------------------------------------------


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


Entries = list[tuple[str | zipfile.ZipInfo, bytes]]
REFUSED: dict[str, tuple[Files, Entries, str]] = {  # files and entries that are added, and what is said
    "settings of git": ({"source/.git/config": MAKES_MARK}, [], "source/.git/config is a part of git"),
    "a file that leads git elsewhere": ({"source/.git": b"gitdir: /nowhere"}, [], "source/.git is a part of git"),
    "git deep in the sources": ({"source/data/x/.GIT/config": b""}, [], "source/data/x/.GIT/config is a part of git"),
    "an empty folder of git, not listed": ({}, [("d/source/.git/", b"")], "source/.git is a part of git"),
    "a name twice": ({}, [("d/results.json", b"{}")], "it has the name d/results.json twice"),
    "capital letters": ({"html/book/INDEX.html": b""}, [], "it has the name d/html/book/index.html twice"),
    "forms of an accent": ({"caf\u00e9": b"1", "cafe\u0301": b"2"}, [], "it has the name d/caf\u00e9 twice"),
    "a file and a folder": ({"results.json/x": b""}, [], "d/results.json is both a file and a folder"),
    "a link": ({}, [(link("d/html/passwd"), b"/etc/passwd")], "d/html/passwd is a link or a device"),
    "a name that leads outside": ({}, [("d/../../x", b"")], "the name “d/../../x” leads elsewhere"),
    "an absolute name": ({}, [("/etc/x", b"")], "the name “/etc/x” leads elsewhere"),
    "a build that is there already": (
        {"source/_build/2026/results.json": b"{}"},
        [],
        "MANIFEST.sha256 lists source/_build/2026/results.json, but tools make such files",
    ),
    "bytecode": ({"source/engine/src/claimbook/__pycache__/x.pyc": b""}, [], "but tools make such files"),
    "another edition": ({"results.json": b'{"edition": "../2026"}'}, [], "names no edition that its sources have"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("what", REFUSED)
def test_a_deposit_that_could_deceive_is_refused_in_a_sentence(verified, genuine, tmp_path, what):
    more, entries, says = REFUSED[what]
    done = verified(pack(tmp_path / "d.zip", "d", genuine.files | more, *entries))
    assert done.exit_code == 2 and done.output.startswith("Error: ") and says in done.output, done.output
    assert RUNS not in done.output


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "html\\x", "html/./x", "results.json", "Results.json"])
def test_a_manifest_with_names_that_deceive_is_refused(verified, genuine, tmp_path, name):
    folder = laid_out(tmp_path / "d", genuine.files)
    with (folder / deposit.MANIFEST).open("ab") as lines:
        lines.write(f"{hashlib.sha256(b'').hexdigest()}  {name}\n".encode())
    done = verified(folder)
    assert done.exit_code == 2 and "Error: MANIFEST.sha256 is refused: " in done.output, done.output


def test_a_listed_file_is_no_link(verified, genuine, tmp_path):
    folder = laid_out(tmp_path / "d", genuine.files)
    (folder / "README.md").rename(tmp_path / "README.md")
    (folder / "README.md").symlink_to(tmp_path / "README.md")
    done = verified(folder)
    assert done.exit_code == 2 and "README.md is missing from the deposit, or a link" in done.output


def test_git_runs_nothing_in_an_unpacked_deposit_of_a_stranger(verified, genuine, tmp_path):
    folder = laid_out(tmp_path / "d", genuine.files)
    subprocess.run(["git", "init", "-q", folder / "source"], check=True)
    (folder / "source/.git/config").write_bytes(MAKES_MARK)
    subprocess.run(["git", "ls-files"], cwd=folder / "source", check=False, capture_output=True)
    assert (folder / "source" / MARK).exists(), "git would run it"
    (folder / "source" / MARK).unlink()
    done = verified(folder)
    assert done.exit_code == 2 and "source/.git" in done.output and "is a part of git" in done.output
    assert not (folder / "source" / MARK).exists() and RUNS not in done.output


def test_without_git_or_with_broken_settings_of_it_a_sentence_says_so(verified, genuine, tmp_path, monkeypatch):
    path = pack(tmp_path / "d.zip", genuine.name, genuine.files)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config").write_text("[core")
    (tmp_path / "_toc.yml").touch()
    (tmp_path / LOCK_FILE).write_bytes(genuine.sources[LOCK_FILE])
    monkeypatch.chdir(tmp_path)  # the project of the user
    for paths, says in ((os.environ["PATH"], "git cannot list the files of"), ("", "git cannot be started: ")):
        monkeypatch.setenv("PATH", paths)
        done = verified(path)
        assert done.exit_code == 2 and f"Error: {says}" in done.output, done.output


def test_the_whole_command_makes_pages_again_from_notebooks_with_late_digits(
    genuine, nudged, deposited, tmp_path, monkeypatch, capfd
):
    def again(claimed: Claimed, place: verification.Workplace, notebooks: Mapping[str, bytes]) -> Claimed:
        if notebooks:
            return made_again(claimed, place, notebooks)
        write_below(place.folder, {"_build/2026/first.zip": b""})  # as the first time leaves it
        return genuine

    made_again = verification.made_again
    monkeypatch.setattr(verification, "made_again", again)
    monkeypatch.chdir(deposited)
    done = CliRunner().invoke(main, ["verify", str(pack(tmp_path / "d.zip", nudged.name, nudged.files))])
    assert done.exit_code == 0 and f"{FIRST} {ONLY_LATE}" in done.output.splitlines()[-1], done.output
    assert capfd.readouterr().out.count(" notebooks: 1-towns") == 1, "it is taken from the deposit"
