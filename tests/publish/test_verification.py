"""Verification without a build: how far two trees of files agree, and deposits that may be faulty or hostile."""

import hashlib
import io
import json
import re
import struct
import zipfile
from pathlib import Path

import pytest

from claimbook.project.files import below
from claimbook.project.folders import UserError
from claimbook.project.outputs import FIGURE_MIME, RESULTS_MIME
from claimbook.publish import machine, verification
from claimbook.publish.agreement import (
    DIFFERS,
    NEARLY,
    SAME_BYTES,
    differing_files,
    exit_code_and_answer,
    first_difference,
)

SLOPE, LAST, OTHER = "-0.005041271539897116", "-0.0050412715398971165", "-0.006041271539897116"
MEASURED = "0.23410210650900307"


def tree(folder: Path, slope: str = SLOPE) -> dict[str, Path]:
    """Make a build by hand: a notebook with a number and the data of a figure, and a page with a hash of them."""
    table = f"year,slope\n2010,{slope}\n2011,{MEASURED}\n"
    data = {RESULTS_MIME: {"value": float(slope)}, FIGURE_MIME: {"label": "fig-trend", "csv": table}}
    notebook = {
        "cells": [{"source": "edition = '2026'", "outputs": [{"data": {m: shown}} for m, shown in data.items()]}]
    }
    digest = hashlib.sha256(table.encode()).hexdigest()[:12]
    files = {
        "notebooks/4-2.ipynb": json.dumps(notebook, indent=1).encode(),
        "notebooks/5.ipynb": b'{"cells": []}',
        "html/index.html": f"<p>Slope {slope[:8]},\ncontent {digest}.</p>".encode(),
        "three-towns.pdf": b"%PDF\xff" + digest.encode(),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return below(folder)


def agree(claimed: dict[str, Path], built: dict[str, Path]) -> tuple[dict[str, str], tuple[int, str]]:
    """Return how two builds differ, and the answer."""
    found = differing_files(claimed, built)
    return found, exit_code_and_answer(found, claimed, built)


def test_the_same_bytes_are_the_same(tmp_path):
    assert agree(tree(tmp_path / "a"), tree(tmp_path / "b")) == ({}, SAME_BYTES) and SAME_BYTES[0] == 0


def test_another_last_digit_of_a_notebook_is_reported_and_so_are_hashes_of_it_but_they_are_no_difference(tmp_path):
    found, answered = agree(tree(tmp_path / "a"), tree(tmp_path / "b", LAST))
    assert answered == NEARLY and NEARLY[0] == 3
    assert set(found) == {"notebooks/4-2.ipynb", "html/index.html", "three-towns.pdf"}
    assert f"{SLOPE[-9:]}" in found["notebooks/4-2.ipynb"] and found["three-towns.pdf"] == "other bytes"


def test_another_value_differs_and_is_named_with_its_place(tmp_path):
    found, answered = agree(tree(tmp_path / "a"), tree(tmp_path / "b", OTHER))
    assert answered == DIFFERS and DIFFERS[0] == 1
    assert found["html/index.html"] == "line 1: “<p>Slope -0.00504,”, built again: “<p>Slope -0.00604,”"


@pytest.mark.parametrize("name", ["html/index.html", "three-towns.pdf"])
def test_a_page_that_differs_where_no_notebook_does_differs(tmp_path, name):
    claimed, built = tree(tmp_path / "a"), tree(tmp_path / "b")
    assert agree(claimed | {name: tree(tmp_path / "c", LAST)[name]}, built)[1] == DIFFERS


def test_a_last_digit_does_not_hide_another_word_in_the_same_or_another_notebook(tmp_path):
    for number, name in enumerate(("notebooks/4-2.ipynb", "notebooks/5.ipynb")):
        claimed, built = tree(tmp_path / f"a{number}"), tree(tmp_path / f"b{number}", LAST)
        notebook = json.loads(built[name].read_bytes())
        built[name].write_text(json.dumps(notebook | {"cells": [*notebook["cells"], {"source": "fragile"}]}))
        assert agree(claimed, built)[1] == DIFFERS


def test_a_file_too_many_or_too_few_differs(tmp_path):
    whole, changed = tree(tmp_path / "a"), tree(tmp_path / "b", LAST)
    less = {name: path for name, path in changed.items() if name != "html/index.html"}
    for claimed, built, says in (
        (whole, less, "not produced by the sources"),
        (less, whole, "missing, although the sources produce it"),
    ):
        found, answered = agree(claimed, built)
        assert found["html/index.html"] == says and answered == DIFFERS


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (b"a\nb\n", b"a\nc\n", "line 2: “b”, built again: “c”"),
        (b"a\n", b"a\nc\n", "line 2: “”, built again: “c”"),
        (b"a\n", b"a", "different line endings"),
        (
            b"a\x1b[2Jb",
            b"a\x1b[2Jc",
            "line 1: “a\N{REPLACEMENT CHARACTER}[2Jb”, built again: “a\N{REPLACEMENT CHARACTER}[2Jc”",
        ),
        (b"\xff\x00", b"\xff\x01", "other bytes"),
    ],
)
def test_places_in_text_are_reported_without_what_a_terminal_obeys(was: bytes, now: bytes, says: str):
    assert first_difference(was, now) == says


# what a stranger hands in ----------------------------------------------------------------------------------------


def packed(*files: tuple[str, bytes], size: int | None = None, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make an archive of these files; `size` is the size that it declares for the first one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as file:
        for name, content in files:
            file.writestr(name, content)
    changed = bytearray(stream.getvalue())
    if size is not None:
        struct.pack_into("<L", changed, changed.index(b"PK\x01\x02") + 24, size)  # in the list at the end
    return bytes(changed)


def deposit(results: bytes = b'{"edition": "2026"}', manifest: bytes | None = None) -> bytes:
    listed = f"{hashlib.sha256(results).hexdigest()}  results.json\n".encode()
    return packed(("d/MANIFEST.sha256", listed if manifest is None else manifest), ("d/results.json", results))


ODD = packed(("d/x", bytes(range(256))), packing=zipfile.ZIP_LZMA)
STRANGE = {
    "no archive": (b"PK?", "cannot be unpacked: File is not a zip file"),
    "cut off": (deposit()[:-30], "cannot be unpacked: "),
    "a file and one below it": (packed(("d", b""), ("d/x", b"")), "cannot be unpacked: "),
    "larger than it may be": (packed(("d/x", b"x"), size=0xFFFFFFF0), "would unpack to 4 GB"),
    "larger than it says": (packed(("d/x", bytes(10**6)), size=10), "cannot be unpacked: Bad CRC-32"),
    "packed in another way, and damaged": (ODD[:60] + bytes(40) + ODD[100:], "cannot be unpacked: Corrupt input data"),
    "no manifest": (packed(("d/x", b"")), "is not a deposit of this report: it has no folder with MANIFEST.sha256"),
    "a manifest in another encoding": (deposit(manifest=b"\xff\xfe"), "MANIFEST.sha256 of the deposit cannot be used"),
    "a manifest of what is outside": (deposit(manifest=b"00  ../x"), "../x is missing from the deposit"),
    "results that are no JSON": (deposit(b"<html>"), "results.json of the deposit cannot be used: Expecting value"),
    "an edition that is a list": (deposit(b'{"edition": [1]}'), "cannot be used: it does not name an edition"),
    "results without a bottom": (deposit(b"[" * 10**5), "results.json of the deposit cannot be used: "),
}


@pytest.mark.parametrize("what", STRANGE)
def test_a_strange_archive_is_refused_in_a_sentence_and_leaves_nothing_outside(tmp_path, what):
    content, says = STRANGE[what]
    given, scratch = tmp_path / "deposit.zip", tmp_path / "scratch"
    given.write_bytes(content)
    with pytest.raises(UserError, match=re.escape(says)):
        verification.opened(given, scratch)
    assert sum(path.stat().st_size for path in below(scratch).values()) < 10**6
    assert set(tmp_path.iterdir()) <= {given, scratch}


def test_names_that_lead_outside_are_unpacked_inside(tmp_path):
    given = tmp_path / "deposit.zip"
    given.write_bytes(packed(("../../outside", b""), ("/abs", b""), ("d/MANIFEST.sha256", b"")))
    with pytest.raises(UserError):
        verification.opened(given, tmp_path / "a" / "b" / "scratch")
    assert {path.name for path in tmp_path.iterdir()} == {"deposit.zip", "a"} and not Path("/abs").exists()


def test_only_what_a_manifest_lists_below_its_sources_is_built_again(tmp_path):
    digest = hashlib.sha256(b"x").hexdigest()
    for name in ("source/listed", "source/since", "source/.venv/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "results.json").write_text('{"edition": "2026"}')
    (tmp_path / "MANIFEST.sha256").write_text(f"{digest}  source/listed\n{digest}  source/.venv/x\n")
    assert set(verification.opened(tmp_path, tmp_path / "scratch").sources) == {"listed"}


@pytest.mark.parametrize("content", [b'{"cells": 1}', b"[" * 10**5, b'{"csv": 1}', b"<html>", b"\xff"])
def test_notebooks_of_a_stranger_are_compared_without_a_traceback(tmp_path, content):
    claimed, built = tree(tmp_path / "a"), tree(tmp_path / "b")
    claimed["notebooks/4-2.ipynb"].write_bytes(content)
    found, answered = agree(claimed, built)
    assert set(found) == {"notebooks/4-2.ipynb"} and answered == DIFFERS


# circumstances ---------------------------------------------------------------------------------------------------


def test_sources_that_ask_for_other_packages_are_refused_in_a_sentence(tmp_path, root):
    lock, sources = tmp_path / "requirements.lock", {"requirements.lock": root / "requirements.lock"}
    lock.write_bytes(b"click==0.1\n")
    verification.same_environment(verification.Claimed("2026", {}, sources))
    for given, says in (
        ({lock.name: lock}, "with other packages than this project has.*make setup"),
        ({}, "have no requirements.lock"),
    ):
        with pytest.raises(verification.Unverifiable, match=says):
            verification.same_environment(verification.Claimed("2026", {}, given))


def test_a_machine_is_named_by_what_may_move_a_last_digit(tmp_path):
    cpu = tmp_path / "cpuinfo"
    cpu.write_text("model name\t: AMD EPYC\nflags\t\t: fpu avx avx2 avx512f\nmodel name\t: AMD EPYC\n")
    output = machine.this_machine(cpu)
    assert output.startswith("AMD EPYC (") and "AVX-512), " in output and ", numpy " in output and "\n" not in output
    cpu.write_text("Features\t: fp asimd\n")
    assert ", NEON)" in machine.this_machine(cpu)


def test_the_machine_is_reported_as_in_the_file_next_to_a_deposit_or_in_a_build(tmp_path):
    deposit, build = tmp_path / "three-towns-2026-x.zip", tmp_path / "2026"
    assert verification.maker(deposit) == "an unknown machine"
    (tmp_path / "three-towns-2026-x-machine.txt").write_text("AMD\x1b[2J\n")
    assert (
        verification.maker(deposit) == verification.maker(deposit.with_suffix("")) == "AMD\N{REPLACEMENT CHARACTER}[2J"
    )
    build.mkdir()
    (build / "machine.txt").write_text("Intel\n")
    assert verification.maker(build) == "Intel"
