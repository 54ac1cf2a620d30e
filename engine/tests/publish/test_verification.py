"""Verification without a build: how far files agree, and archives that may be faulty or hostile."""

import hashlib
import io
import json
import re
import struct
import zipfile

import pytest

from claimbook.project.folders import UserError
from claimbook.project.outputs import FIGURE_MIME, IMAGE
from claimbook.publish import verification
from claimbook.publish.deposit import this_machine
from claimbook.publish.verification import nearly_the_same, to_nine_digits
from claimbook.say.words import first_difference

NOTEBOOK, PAGE = "notebooks/4-2.ipynb", "html/index.html"


def notebook(number: str = "0.5", cell: str = "0.5", drawn: str = "7.25", word: str = "fragile") -> str:
    """Make a notebook by hand: a number, the data of a figure, a drawing, and words."""
    lines = [f'<img alt="1.5" {IMAGE}', f"<path d='M{drawn} 3'/>\n", '<text>1.50</text>">']
    figure = {"csv": f"year,slope\n2010,{cell}\n", "label": "fig-1.50"}
    data = {FIGURE_MIME: figure, "text/html": lines, "text/plain": [f"{word} 0.5"]}
    return json.dumps({"cells": [{"outputs": [{"data": data}], "n": "NUMBER"}]}).replace('"NUMBER"', number)


@pytest.mark.parametrize(
    "other",
    [
        *(notebook(number=number) for number in ("0.5000000001", "0.50000000049", "0.4999999999", "5e-1", "0.50")),
        *(notebook(cell=cell) for cell in ("0.5000000001", "4.9999999999e-1")),
        *(notebook(drawn=drawn) for drawn in ("7.26", "7.24", "7.2500")),
    ],
)
def test_numbers_that_differ_after_the_ninth_digit_and_rounded_coordinates_are_nearly_the_same(other):
    assert notebook() != other and to_nine_digits(notebook(), other) and to_nine_digits(other, notebook())


@pytest.mark.parametrize(
    "other",
    [
        *(notebook(number=number) for number in ("0.500000001", "0.499999999", "-0.5", "0.6", "1", "true", '"0.5"')),
        *(notebook(cell=cell) for cell in ("0.500000001", "0.6", "", "half", "0.5,0.5")),
        *(notebook(drawn=drawn) for drawn in ("7.27", "8", "7.25 7.25", "x")),
        notebook(word="robust"),
        notebook().replace("fragile 0.5", "fragile 0.5000000001"),
        notebook().replace("fig-1.50", "fig-1.51"),
        notebook().replace("<text>1.50", "<text>1.51"),
        notebook().replace('alt=\\"1.5', 'alt=\\"1.51'),
        notebook().replace('"cells"', '"cells": [], "cells"'),
        notebook(number="1e999999999999999999"),
        *('{"cells": 1}', "[" * 10**5, '{"csv": 1}', "<html>", "\xff", "1" * 5000),
    ],
)
def test_everything_else_in_a_notebook_differs(other):
    assert notebook() != other and not to_nine_digits(notebook(), other) and not to_nine_digits(other, notebook())


def test_a_number_that_is_zero_but_for_rounding_is_nearly_zero():
    assert to_nine_digits(notebook("1e-17"), notebook("0.0")) and not to_nine_digits(notebook("1e-9"), notebook("0.0"))


def test_only_notebooks_and_results_are_read_by_value():
    late = dict.fromkeys((NOTEBOOK, PAGE), notebook("0.5000000001").encode())
    found = {name: "differs" for name in late}
    assert nearly_the_same(found, late, dict.fromkeys(late, notebook().encode())) == {NOTEBOOK}
    assert nearly_the_same(found, late, {}) == nearly_the_same(found, {}, late) == set()


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (b"a\nb\n", b"a\nc\n", "line 2: “b”, built again: “c”"),
        (b"a\n", b"a\nc\n", "line 2: “”, built again: “c”"),
        (b"a\n", b"a", "different line endings"),
        (b"a\x1b[2Jb", b"a\x1b[2Jc", "line 1: “a\ufffd[2Jb”, built again: “a\ufffd[2Jc”"),
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
    "larger than it may be": (packed(("d/x", b"x"), size=0xFFFFFFF0), "would unpack to 4 GB"),
    "larger than it says": (packed(("d/x", bytes(10**6)), size=10), "cannot be unpacked: Bad CRC-32"),
    "packed in another way, and damaged": (ODD[:60] + bytes(40) + ODD[100:], "cannot be unpacked: Corrupt input data"),
    "no manifest": (packed(("d/x", b"")), "is not a deposit of this report: it has no folder with MANIFEST.sha256"),
    "a manifest in another encoding": (
        deposit(manifest=b"\xff\xfe"),
        "MANIFEST.sha256, line 1: “\ufffd\ufffd” is no checksum",
    ),
    "a manifest of what is outside": (deposit(manifest=b"00  ../x"), "line 1: “00  ../x” is no checksum with a name"),
    "results that are no JSON": (deposit(b"<html>"), "results.json of the deposit cannot be used: Expecting value"),
    "an edition that is a list": (deposit(b'{"edition": [1]}'), "names no edition that its sources have"),
    "results without a bottom": (deposit(b"[" * 10**5), "results.json of the deposit cannot be used: "),
}


@pytest.mark.parametrize("what", STRANGE)
def test_a_strange_archive_is_refused_in_a_sentence_and_leaves_nothing(tmp_path, what):
    content, says = STRANGE[what]
    given = tmp_path / "deposit.zip"
    given.write_bytes(content)
    with pytest.raises(UserError, match=re.escape(says)):
        verification.opened(given)
    assert [*tmp_path.iterdir()] == [given]


# circumstances ---------------------------------------------------------------------------------------------------


def test_sources_that_ask_for_other_packages_are_refused_in_a_sentence(root):
    lock = "source/requirements.lock"
    verification.same_environment(verification.Claimed("2026", "", {lock: (root / "requirements.lock").read_bytes()}))
    for given, says in (
        ({lock: b"click==0.1\n"}, "with other packages than this project has.*make setup"),
        ({}, "have no requirements.lock"),
    ):
        with pytest.raises(UserError, match=says):
            verification.same_environment(verification.Claimed("2026", "", given))


def test_a_machine_is_named_by_what_may_move_a_last_digit(monkeypatch):
    found = {"SIMD Extensions": {"found": ["AVX2", "AVX512"]}}
    monkeypatch.setattr("numpy.show_config", lambda mode: found)
    assert " (AVX2 AVX512), Python " in this_machine() and "\n" not in this_machine()


def test_the_machine_is_reported_as_in_the_file_next_to_a_deposit_or_in_a_build(tmp_path):
    deposit, build = tmp_path / "three-towns-2026-x.zip", tmp_path / "2026"
    assert verification.maker(deposit) == "an unknown machine"
    (tmp_path / "three-towns-2026-x-machine.txt").write_text("AMD\x1b[2J\n")
    for path in (deposit, deposit.with_suffix("")):
        assert verification.maker(path) == "AMD\N{REPLACEMENT CHARACTER}[2J"
    build.mkdir()
    (build / "machine.txt").write_text("Intel\n")
    assert verification.maker(build) == "Intel"
