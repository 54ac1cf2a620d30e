"""Verification without a build: how far two trees of files agree, and what a stranger may hand in as a deposit."""

import hashlib
import io
import json
import re
import struct
import zipfile
from pathlib import Path

import pytest

from claimbook.build.files import below
from claimbook.publish import archive, verification
from claimbook.publish.agreement import DIFFERS, NEARLY, SAME, answer, difference, differences, same_to_nine_digits
from claimbook.publish.identity import claim_hash, content_hash, figure_hash, section_hash
from claimbook.say.project import Told
from claimbook.say.recorded import FIGURE_MIME, RESULTS_MIME

SLOPE, LAST, OTHER = "-0.005041271539897116", "-0.0050412715398971165", "-0.006041271539897116"
MEASURED = "0.23410210650900307"


def tree(folder: Path, slope: str = SLOPE, packing: int = zipfile.ZIP_DEFLATED, pdf: bytes = b"") -> dict[str, Path]:
    """A build by hand: a notebook, and what is made from it, which names the hashes of the results and of a figure."""
    table = f"year,slope\n2010,{slope}\n2011,{MEASURED}\n"
    claim = {"id": "trend", "value": float(slope)}
    data = {RESULTS_MIME: {"claims": [claim]}, FIGURE_MIME: {"label": "fig-trend", "csv": table}}
    outputs = [{"data": {mime: shown}} for mime, shown in data.items()]
    cell = {"source": "edition = '2026'", "metadata": {"tags": ["parameters"]}, "outputs": outputs}
    notebook = {"cells": [cell]}
    own, other = {"4-2": notebook}, {"5": {"cells": []}}
    hashes = content_hash(own | other), section_hash("4-2", notebook), claim_hash(claim, {"edition": "2026"})
    named = f"content {', '.join(digest[:12] for digest in hashes)}, data {figure_hash(table)}"
    workbook = io.BytesIO()
    with zipfile.ZipFile(workbook, "w", packing) as file:
        file.writestr(zipfile.ZipInfo("xl/text.xml"), f"<t>{named}, slope {slope}</t>", packing)
    files = {
        **{f"notebooks/{name}.ipynb": json.dumps(run).encode() for name, run in (own | other).items()},
        "results.json": json.dumps({"statistics": {"beta": {"value": float(slope)}, "gini": {"value": 0.4}}}).encode(),
        "html/index.html": f"<p>Slope {slope[:8]}, {named}.</p>".encode(),
        "html/fig-trend.csv": table.encode(),
        "html/book.xlsx": workbook.getvalue(),
        "torch-program.pdf": b"%PDF\xff" + (pdf or named.encode()),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return below(folder)


def test_the_same_bytes_are_the_same(tmp_path):
    assert differences(tree(tmp_path / "a"), tree(tmp_path / "b")) == []
    assert answer([]) == SAME and SAME[0] == 0


def test_another_last_digit_is_told_from_which_number_to_which_and_hashes_of_it_are_no_difference(tmp_path):
    claimed, built = tree(tmp_path / "a"), tree(tmp_path / "b", LAST)
    found = differences(claimed, built)
    assert answer(found) == NEARLY and NEARLY[0] == 3
    assert {d.name for d in found} == set(claimed) - {"notebooks/5.ipynb"}, (
        "every other file names the hash of the results, or the number"
    )
    assert f"results.json, {SLOPE} → {LAST}" in map(str, found)
    assert {d.name for d in found if not d.numbers} == {"html/index.html", "torch-program.pdf"}
    assert not any(MEASURED in str(d) for d in found)


def test_another_value_differs_and_is_named_with_its_place(tmp_path):
    found = differences(tree(tmp_path / "a"), tree(tmp_path / "b", OTHER))
    assert answer(found) == DIFFERS and DIFFERS[0] == 1
    told = [str(d) for d in found]
    assert f"results.json, statistics.beta.value: “{SLOPE}”, built again: “{OTHER}”" in told
    assert f"html/fig-trend.csv, line 2: “2010,{SLOPE}”, built again: “2010,{OTHER}”" in told
    assert any(d.startswith("html/book.xlsx, xl/text.xml, line 1: ") for d in told)


def test_a_last_digit_does_not_hide_another_value_in_the_same_file():
    was, now = (json.dumps({"a": float(a), "b": b}) for a, b in ((SLOPE, "stable"), (LAST, "fragile")))
    said = difference("results.json", was.encode(), now.encode())
    assert str(said) == 'results.json, b: “"stable"”, built again: “"fragile"”'


@pytest.mark.parametrize("name", ["html/index.html", "torch-program.pdf", "html/book.xlsx"])
def test_a_hash_that_is_not_that_of_the_notebooks_differs(tmp_path, name):
    claimed, built = tree(tmp_path / "a"), tree(tmp_path / "b")
    forged = tree(tmp_path / "c", LAST)[name]
    assert answer(differences(claimed | {name: forged}, built)) == DIFFERS


def test_a_workbook_that_is_packed_otherwise_holds_the_same(tmp_path):
    claimed, built = tree(tmp_path / "a"), tree(tmp_path / "b", packing=zipfile.ZIP_STORED)
    (found,) = differences(claimed, built)
    assert found.name == "html/book.xlsx" and not found.says and not found.numbers


def test_a_file_too_many_or_too_few_differs(tmp_path):
    claimed = tree(tmp_path / "a")
    less = {name: path for name, path in claimed.items() if name != "html/index.html"}
    for one, other, says in (
        (claimed, less, "which the sources do not give"),
        (less, claimed, "which is missing, though the sources give it"),
    ):
        (found,) = differences(one, other)
        assert str(found) == f"html/index.html, {says}" and answer([found]) == DIFFERS


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("0.1234567891", "0.1234567894", True),
        ("0.123456789", "0.123456790", False),
        ("1.00000000", "1.00000001", False),
        ("1.000000001", "1.000000004", True),
        ("0.9999999994999", "0.9999999995001", True),  # on the two sides of an edge
        ("5", "4.99999999999", True),
        ("2023", "2024", False),
        ("0", "1e-300", False),
        ("-0.5", "0.5", False),
        ("9" * 400, "8" * 400, False),
    ],
)
def test_nine_digits(one: str, other: str, same: bool):
    assert same_to_nine_digits(one, other) is same


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (b"a\nb\n", b"a\nc\n", "line 2: “b”, built again: “c”"),
        (b"a\n", b"a\nc\n", "line 2: “”, built again: “c”"),
        (b"in 2022-2023", b"in 2022-2024", "line 1: “in 2022-2023”, built again: “in 2022-2024”"),
        (
            b"a\x1b[2Jb",
            b"a\x1b[2Jc",
            "line 1: “a\N{REPLACEMENT CHARACTER}[2Jb”, built again: “a\N{REPLACEMENT CHARACTER}[2Jc”",
        ),
    ],
)
def test_places_in_text_are_told_without_what_a_terminal_obeys(was: bytes, now: bytes, says: str):
    assert difference("x.html", was, now).says == says


def test_other_bytes_that_are_no_text_are_told_by_checksums():
    assert difference("x.png", b"\xff\x00", b"\xff\x01").says.startswith("sha256: “")


# what a stranger hands in ----------------------------------------------------------------------------------------


def packed(*files: tuple[str, bytes], size: int | None = None, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files; `size` is what it says of its first."""
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
    "no manifest": (packed(("d/x", b"")), "is no deposit of this report: it holds no folder with MANIFEST.sha256"),
    "a manifest in another encoding": (deposit(manifest=b"\xff\xfe"), "MANIFEST.sha256 of the deposit cannot be used"),
    "a manifest of what is outside": (deposit(manifest=b"00  ../x"), "../x is missing from the deposit"),
    "results that are no JSON": (deposit(b"<html>"), "results.json of the deposit cannot be used: Expecting value"),
    "an edition that is a list": (deposit(b'{"edition": [1]}'), "cannot be used: it names no edition"),
    "results without a bottom": (deposit(b"[" * 10**5), "results.json of the deposit cannot be used: "),
}


@pytest.mark.parametrize("what", STRANGE)
def test_a_strange_archive_is_refused_in_a_sentence_and_leaves_nothing_outside(tmp_path, what):
    content, says = STRANGE[what]
    given, scratch = tmp_path / "deposit.zip", tmp_path / "scratch"
    given.write_bytes(content)
    with pytest.raises(Told, match=re.escape(says)):
        verification.opened(given, scratch)
    assert sum(path.stat().st_size for path in below(scratch).values()) < 10**6
    assert set(tmp_path.iterdir()) <= {given, scratch}


def test_names_that_lead_outside_are_unpacked_inside(tmp_path):
    given = tmp_path / "deposit.zip"
    given.write_bytes(packed(("../../outside", b""), ("/abs", b""), ("d/MANIFEST.sha256", b"")))
    with pytest.raises(Told):
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


def test_workbooks_and_notebooks_of_a_stranger_are_compared_without_a_traceback(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST", 10**6)
    claimed, built = tree(tmp_path / "a"), tree(tmp_path / "b")
    claimed["html/book.xlsx"].write_bytes(packed(("xl/text.xml", bytes(10**6)), ("\xff", b"\xff")))
    claimed["notebooks/4-2.ipynb"].write_bytes(b'{"cells": 1}')
    assert {d.name for d in differences(claimed, built)} == {"html/book.xlsx", "notebooks/4-2.ipynb"}


# circumstances ---------------------------------------------------------------------------------------------------


def test_this_environment_has_the_versions_of_the_lock_or_verify_says_which_not(root):
    lock = (root / "requirements.lock").read_text(encoding="utf-8")
    assert len(verification.LOCKED.findall(lock)) > 100
    assert verification.other_versions("click==0.1 ; python_version < '3'\nnobody-has-this==1\n") == []
    assert verification.other_versions("click==0.1 \\\n    --hash=sha256:0\n")[0].startswith("click ")


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"click==0.1\n", r"not the one that made the report \(click .*make setup"), (b"a==1 ; b\n", "cannot be used: ")],
)
def test_another_environment_is_named_in_a_sentence(tmp_path, content, says):
    lock = tmp_path / "requirements.lock"
    lock.write_bytes(content)
    with pytest.raises(verification.Unverifiable, match=says):
        verification.same_environment(verification.Claimed("2026", {}, {lock.name: lock}))
