"""Verify a report: open it, make the deposit of its sources again in a temporary folder, and compare the two.

Two deposits are equal byte for byte, equal to nine significant digits, or different. Processors may round the last
digit of a number differently. Then everything that is made from the number differs too, if only by a hash. So pages and
print are not compared by what they seem to say: they are made again from the notebooks of the deposit, and have to be
the same bytes.
"""

import json
import math
import os
import re
import shutil
import stat
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import eq
from pathlib import Path
from typing import NamedTuple

from claimbook import citation
from claimbook.notebook.notebook_file import code_digest
from claimbook.project import folders
from claimbook.project.folders import Files, UserError, sha256, write_below
from claimbook.project.outputs import ANNEX_PDF, ANNEX_VARIABLE, IMAGE
from claimbook.publish import deposit
from claimbook.run import plan, runner
from claimbook.say.words import COMPARED_DIGITS, counted, first_difference, printable, shown, some

SAME, DIFFERS, CANNOT_VERIFY = 0, 1, 2  # exit codes
FILES_OF_NUMBERS = re.compile(r"notebooks/[^/]+\.ipynb|results\.json")  # files in which numbers are compared by value
# in JSON: the data of a figure, a fraction that is a whole cell of them, and a fraction that is a value or ends a line
CSV = re.compile(r'("csv": "(?:[^"\\]|\\.)*")')
CELL = re.compile(r"(?:(?<=,)|(?<=\\n))(-?\d+\.\d+(?:e[-+]?\d+)?)(?=,|\\n)")
VALUE = re.compile(r'(?:(?<=": )|(?=[^\s"]+\n))(-?\d+(?:\.\d+(?:e[-+]?\d+)?|e[-+]?\d+))(?![\w.])')
DRAWING = re.compile(rf'({re.escape(IMAGE[5:-1])}.*?\\")', re.S)  # in JSON, where the quote that ends it is escaped
DRAWING_TAG, COORDINATE = re.compile(r"(<[^<>]*>)"), re.compile(r"(-?\d+(?:\.\d+)?)")  # with two decimals at most
SameTexts = Callable[[str, str], bool]


def differing_files(claimed: Files, built: Files) -> dict[str, str]:
    """Return the files (by name) that differ between two deposits, and how each differs."""
    found = dict.fromkeys(claimed.keys() - built.keys(), "not produced by the sources")
    found |= dict.fromkeys(built.keys() - claimed.keys(), "missing, although the sources produce it")
    other = (name for name in claimed.keys() & built.keys() if claimed[name] != built[name])
    found |= {name: first_difference(claimed[name], built[name]) for name in other}
    return dict(sorted(found.items()))


def nearly_the_same(found: Iterable[str], claimed: Files, built: Files) -> set[str]:
    """Return which of these files have numbers that differ, but only after the ninth digit, and nothing else."""
    both = (name for name in found if FILES_OF_NUMBERS.fullmatch(name) and name in claimed and name in built)
    texts = ((name, *(of[name].decode(errors="surrogateescape") for of in (claimed, built))) for name in both)
    return {name for name, was, now in texts if to_nine_digits(was, now)}


def exit_code_and_answer(found: Collection[str], nearly: Collection[str]) -> tuple[int, str]:
    """Return exit code and answer; `found` are the files that differ, `nearly` those that do in late digits only."""
    if not found:
        return SAME, "SAME BYTES"
    if {*found} - {*nearly}:
        return DIFFERS, "DIFFERS"
    return SAME, (
        f"SAME TO NINE DIGITS: {', '.join(sorted(nearly))} differ only after the ninth digit of numbers, and by a "
        "hundredth of a point in drawings. All other files, made again from these notebooks, are the same bytes."
    )


def alike(pattern: re.Pattern[str], found: SameTexts, rest: SameTexts, was: str, now: str) -> bool:
    """Compare two texts: what a pattern finds by one function, and the texts around it by another."""
    one, other = pattern.split(was), pattern.split(now)
    return len(one) == len(other) and all(map(found, one[1::2], other[1::2])) and all(map(rest, one[::2], other[::2]))


def nearly_equal(was: str, now: str, abs_tol: float = 1e-12) -> bool:
    """Return whether two numbers agree to nine digits. Rounding may leave 1e-17 where another build has 0."""
    return math.isclose(float(was), float(now), rel_tol=10.0**-COMPARED_DIGITS, abs_tol=abs_tol)


same_tags = partial(alike, COORDINATE, partial(nearly_equal, abs_tol=0.015), eq)
same_drawings = partial(alike, DRAWING_TAG, same_tags, eq)
same_data, same_values = (partial(alike, number, nearly_equal, eq) for number in (CELL, VALUE))
to_nine_digits = partial(alike, DRAWING, same_drawings, partial(alike, CSV, same_data, same_values))  # of JSON files


NAMES_SHOWN = 3  # names shown of many files
SOURCES = f"{deposit.SOURCE_FOLDER}/"
MANIFEST_LINE = re.compile(r"[0-9a-f]{64}  .+")  # a line of the manifest
NO_CODE = re.compile(r"data/(?!intake/)|editions/|.*\.(md|csv|xlsx|png|svg|woff2|ttf|bz2|cff)$|LICENSE$")  # of sources


@dataclass(frozen=True)
class Claimed:
    """A report to be verified, as a deposit: its name and its files by name, sources included.

    `unlisted` are names of other files that are in the deposit; nothing reads them. `made` are folders of an unpacked
    deposit that set-up and builds have made there.
    """

    edition: str
    name: str
    files: Files
    unlisted: Sequence[str] = ()
    made: Sequence[str] = ()

    @property
    def sources(self) -> Files:
        """The files that should reproduce the report, by their names in the project."""
        return in_folder(SOURCES, self.files)


def in_folder(folder: str, files: Files) -> dict[str, bytes]:
    """Return the files of a folder, which ends with a slash, by their names in it."""
    return {name.removeprefix(folder): content for name, content in files.items() if name.startswith(folder)}


def opened(path: Path) -> Claimed:
    """Read a deposit, packed or not, or the folder of a build. Raises UserError."""
    if path.is_dir():
        return _unpacked(path) if (path / deposit.MANIFEST).exists() else _build(path)
    if not path.exists():
        raise UserError(f"There is no {path}. Name a deposit (.zip) or the folder of a build, like _build/2026.")
    files = deposit.archived(path)
    tops = [top for top, _, name in (name.partition("/") for name in files) if name == deposit.MANIFEST]
    if len(tops) != 1:
        raise UserError(f"{path} is not a deposit of this report: it has no folder with {deposit.MANIFEST}.")
    top = f"{tops[0]}/"
    outside = [f"{name}, outside the folder" for name in files if not name.startswith(top)]
    return _deposit(tops[0], in_folder(top, files), outside)


def _unpacked(folder: Path) -> Claimed:
    """Read the files of an unpacked deposit, and note what else is there. Links are not followed."""
    names, made = list[str](), list[str]()
    for place, inner, files_here in os.walk(folder):
        here = Path(place).relative_to(folder)
        is_source = here.parts[:1] == (deposit.SOURCE_FOLDER,)
        of_tools = {*inner} & deposit.MADE_FOLDERS - {deposit.GIT} if is_source else set[str]()
        inner[:] = [name for name in inner if name not in of_tools]
        odd = [name for name in inner if Path(place, name).is_symlink() or name.casefold() == deposit.GIT]
        names += [(here / name).as_posix() for name in (*files_here, *odd)]
        made += [(here / name).as_posix() for name in of_tools]
    if fault := deposit.fault_of_names(names):
        raise UserError(f"{folder} is refused: {fault}")
    plain = {name: folder / name for name in names if stat.S_ISREG((folder / name).lstat().st_mode)}
    files = {name: path.read_bytes() for name, path in plain.items()}
    return _deposit("", files, [name for name in names if name not in files], sorted(made))


def _deposit(name: str, files: Files, others: Sequence[str], made: Sequence[str] = ()) -> Claimed:
    """Return the deposit with these files. Raises UserError unless they are what the manifest lists."""
    listed = checksums_of(files.get(deposit.MANIFEST, b""))
    missing = f"is missing from the deposit, or a link, though {deposit.MANIFEST} lists it."
    was_changed = "was changed after the deposit was made: its checksum differs from the manifest."
    whole = {each for each, digest in listed.items() if each in files and sha256(files[each]) == digest}
    if damaged := [f"{each} {was_changed if each in files else missing}" for each in listed if each not in whole]:
        raise UserError("\n".join(damaged))
    if no_sources := [name for name in listed if name.startswith(SOURCES) and deposit.is_made(name)]:
        raise UserError(
            f"{deposit.MANIFEST} lists {some(no_sources, NAMES_SHOWN)}, but tools make such files, and a build would "
            "use them instead of making its own. A deposit has none of them."
        )
    try:
        results = json.loads(files.get(deposit.RESULTS, b"{}"))
    except (RecursionError, ValueError) as error:
        raise UserError(f"{deposit.RESULTS} of the deposit cannot be used: {error}.") from None
    edition = str(results.get("edition", "")) if isinstance(results, dict) else ""
    if f"{SOURCES}editions/{edition}.yml" not in listed:
        raise UserError(f"{deposit.RESULTS} of the deposit names no edition that its sources have.")
    unlisted = sorted([*(files.keys() - listed.keys() - {deposit.MANIFEST}), *others])
    return Claimed(edition, name, {each: files[each] for each in listed}, unlisted, made)


def checksums_of(manifest: bytes) -> dict[str, str]:
    """Return the checksums of the manifest by the names of their files. Raises UserError."""
    lines = manifest.decode(errors="replace").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, 1):
        if not MANIFEST_LINE.fullmatch(line):
            raise UserError(f"{deposit.MANIFEST}, line {number}: “{shown(line, 0)}” is no checksum with a name.")
    pairs = [line.split("  ", 1) for line in lines]
    if fault := deposit.fault_of_names([name for _, name in pairs]):
        raise UserError(f"{deposit.MANIFEST} is refused: {fault}")
    return {name: digest for digest, name in pairs}


def _build(folder: Path) -> Claimed:
    place = folder.resolve()
    root, name = place.parent.parent, place.name
    if place.parent.name != "_build" or name not in folders.edition_names(root):
        named = "Name a .zip, or the folder of a build, like _build/2026."
        raise UserError(f"{folder} is neither a deposit nor the build of an edition. {named}")
    built = plan.plan_of(root, name)
    if not built.results.exists():
        raise UserError(f"{folder} has no finished report. Run `make report EDITION={name}` first.")
    work = citation.read_work(built.source)
    files = deposit.archive_contents(built, work)
    del files[deposit.MANIFEST]
    return Claimed(name, deposit.name_of(work, files), files)


def same_environment(claimed: Claimed) -> None:
    """Raise UserError unless the sources need exactly the packages of this project."""
    lock = claimed.sources.get(folders.LOCK_FILE)
    if lock is None:
        raise UserError(f"The sources have no {folders.LOCK_FILE}, so it is unknown which packages made the report.")
    if lock != folders.lock(folders.root()).read_bytes():
        raise UserError(
            "The report was made with other packages than this project has. "
            "Unpack the deposit, run `make setup` in its folder source/, and verify with the .venv made there."
        )


def code_in_words(claimed: Claimed, path: Path) -> str:
    """Say in which files the code of the deposit at `path` differs from that of the project here."""
    root = folders.root()
    if root.resolve() == (path / deposit.SOURCE_FOLDER).resolve():
        return "Its own code verifies it. To have that done by code that you trust, start from your own copy."
    sources, ours = claimed.sources, {name: path.read_bytes() for name, path in deposit.project_files(root).items()}
    names = (name for name in sorted(sources.keys() | ours.keys()) if not NO_CODE.match(name))
    changed = [name for name in names if code_content(name, sources.get(name)) != code_content(name, ours.get(name))]
    if not changed:
        return "Its code is the same as yours."
    return f"Its code differs from yours in {counted(len(changed), 'file')}: {some(changed, NAMES_SHOWN)}."


def code_content(name: str, content: bytes | None) -> bytes | str | None:
    """Return the content of a file of code; of a notebook a hash of its code, if it is one."""
    try:
        return code_digest(content) if content and name.endswith(".ipynb") else content
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError):
        return content


def maker(path: Path) -> str:
    """Return the machine that made a report, as recorded in the folder of a build or next to a deposit."""
    is_build = path.is_dir() and not (path / deposit.MANIFEST).exists()
    place = path / deposit.MACHINE_FILE if is_build else deposit.path_next_to(path, deposit.MACHINE)
    description = place.read_text(errors="replace") if place.is_file() else ""
    return printable(description.strip())[:300] or "an unknown machine"


class Workplace(NamedTuple):
    """A copy of the sources, and the Python that runs them."""

    folder: Path
    python: str
    environment: Mapping[str, str]


def workplace(claimed: Claimed, folder: Path, wheels: Path | None) -> Workplace:
    """Copy the sources to `folder`. Raises UserError.

    With an archive of `wheels` the sources get their own environment; otherwise they use this one.
    """
    write_below(folder, claimed.sources)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CLAIMBOOK_")}
    environment |= {"PYTHONPATH": folders.python_path(folder), ANNEX_VARIABLE: "1" * (ANNEX_PDF in claimed.files)}
    if wheels:
        set_up_from_wheels(folder, wheels, environment)
    return Workplace(folder, str(folder / ".venv/bin/python") if wheels else sys.executable, environment)


def made_again(claimed: Claimed, at: Workplace, notebooks: Files) -> Claimed:
    """Let the sources make their report and their deposit, and return it. Raises UserError.

    With executed `notebooks` by name, everything else is made from these.
    """
    built = at.folder / "_build"
    shutil.rmtree(built, ignore_errors=True)
    edition = ("--edition", claimed.edition)
    if notebooks:
        given = write_below(at.folder.with_name("executed"), notebooks)
        _run(at, "-m", "claimbook", "report", *edition, "--executed", str(given))
    _run(at, "-m", "claimbook", "deposit", *edition)
    packed = [*(built / claimed.edition).glob("*.zip")]
    if len(packed) != 1:
        raise UserError(f"The sources made {counted(len(packed), 'deposit')} instead of one.")
    return opened(packed[0])


def compare_files(claimed: Claimed, make: Callable[[Files], Claimed]) -> tuple[dict[str, str], set[str]]:
    """Return how files differ from what `make` makes, or why they should not be there, and which only in late digits.

    `make` makes everything from the executed notebooks that it gets, which it runs if it gets none. If the deposit's
    notebooks have other late digits, so has all that is made from them. Then it is compared with what they give.
    """
    built = make({})
    found = differing_files(claimed.files, built.files)
    nearly = nearly_the_same(found, claimed.files, built.files)
    late = {name: says for name, says in found.items() if name.startswith("notebooks/")}
    if late and late.keys() <= nearly:
        built = make(in_folder("notebooks/", claimed.files))
        found = differing_files(claimed.files, built.files) | late
        nearly = late.keys() | nearly_the_same(found, claimed.files, built.files)
    found |= dict.fromkeys(claimed.unlisted, f"in the deposit, but not in {deposit.MANIFEST}")
    if claimed.name not in {"", built.name}:
        found[claimed.name] = f"the name of the folder, built again: “{built.name}”"
    return found, nearly


def set_up_from_wheels(folder: Path, wheels: Path, environment: Mapping[str, str]) -> None:
    """Let the sources make their own environment from an archive of wheels. pip and uv use no index."""
    where = write_below(folder.with_name("wheels"), deposit.archived(wheels)).as_uri()
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": where, "UV_OFFLINE": "1", "UV_FIND_LINKS": where}
    _run(Workplace(folder, sys.executable, {**environment, **offline}), "engine/src/claimbook/run/setup_environment.py")


def _run(at: Workplace, *words: str) -> None:
    """Run a command of the sources. It reports its progress on the terminal. Raises UserError."""
    code = runner.run_command([at.python, *words], at.folder, at.environment)
    if code < 0:
        raise UserError(f"Another program stopped the build (signal {-code}). Start again.")
    if code:
        raise UserError(f"The sources could not be built (exit code {code}); the reason is above.")
