"""The deposit: one archive with the report, its sources, and the metadata that data repositories need.

The same inputs give the same bytes: names are sorted, every file has the date of the edition, and there are two
kinds of permissions. The machine that makes a report can affect the last digit of a number. Its description is a file
next to the products and in none of them, so that they have the same bytes everywhere.
"""

import datetime as dt
import json
import lzma
import os
import platform
import stat
import subprocess
import sys
import sysconfig
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any

from claimbook.citation import CITATION_FILE, HASH_DIGITS, Work, apa, report_reference
from claimbook.project import folders
from claimbook.project.folders import Files, Paths, UserError, below, lock, sha256
from claimbook.project.outputs import ANNEX_PDF, BRIEF_PDF, OTHER_BRIEF_PDF, PDF, WORKBOOK
from claimbook.project.report import report_settings
from claimbook.run import runner
from claimbook.run.plan import ENGINE_CODE, Plan
from claimbook.say.words import printable
from claimbook.templates import filled

LARGEST_ARCHIVE = 2_000_000_000  # bytes; a deposit has at most a twentieth of this, its wheels a quarter
FAULTS = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError)
GIT = ".git"  # folder or file that can make git run commands


def write_archive(files: Iterable[tuple[str, bytes]], date: dt.date, target: Path) -> None:
    """Write an archive as a whole or not at all. Wheels are stored, because they are already compressed."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files:
            info = zipfile.ZipInfo(name, (date.year, date.month, date.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".whl") else zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, for these rights
            info.external_attr = (0o755 if content.startswith(b"#!") else 0o644) << 16
            archive.writestr(info, content, compresslevel=9)
    folders.write_whole(target, packed.getvalue())


def archived(path: Path) -> dict[str, bytes]:
    """Return every file of an archive by its name. Nothing is unpacked. Raises UserError."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if fault := fault_of_entries(entries):
                raise UserError(f"{path} is refused: {fault} Nothing was unpacked. Download it again.")
            return {entry.filename: archive.read(entry) for entry in entries if not entry.is_dir()}
    except FAULTS as error:
        if isinstance(error, OSError) and folders.disk_fault(error):
            raise
        why = getattr(error, "strerror", None) or error
        raise UserError(f"{path} cannot be unpacked: {why}. Download it again.") from None


def fault_of_entries(entries: Sequence[zipfile.ZipInfo]) -> str:
    """Return in a sentence why an archive with these entries is refused, or ""."""
    if (size := sum(entry.file_size for entry in entries)) > LARGEST_ARCHIVE:
        return f"it would unpack to {size / 1e9:,.0f} GB, but a deposit has at most {LARGEST_ARCHIVE / 1e9:.0f} GB."
    for entry in entries:
        if stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
            return f"{printable(entry.filename)} is a link or a device, but a deposit has only files and folders."
    folders = [entry.filename.rstrip("/") for entry in entries if entry.is_dir()]
    return fault_of_names([entry.filename for entry in entries if not entry.is_dir()], folders)


def fault_of_names(files: Sequence[str], folders: Sequence[str] = ()) -> str:
    """Return in a sentence why these names of files are refused, or "".

    Names that differ only in capital letters or in the form of their accents are one file on some systems.
    """
    for name in (*files, *folders):
        parts = name.split("/")
        if {"", ".", ".."} & set(parts) or "\\" in name or not name.isprintable():
            return f"the name “{printable(name)}” leads elsewhere or has signs that cannot be read."
        if GIT in map(str.casefold, parts):
            return f"{name} is a part of git, which could run commands. A deposit has no {GIT}."
    known = Counter(unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()) for name in files)
    if twice := [name for name, times in known.items() if times > 1]:
        return f"it has the name {twice[0]} twice, or one that only looks different."
    above = {name[:place] for name in known for place, sign in enumerate(name) if sign == "/"}
    if both := sorted(above & known.keys()):
        return f"{both[0]} is both a file and a folder."
    return ""


MADE_FOLDERS = {*"_build .pytest_cache .ruff_cache .hypothesis __pycache__ .venv .venv.new .venv.old".split(), GIT}


def project_files(root: Path) -> Paths:
    """Return the project's files by name, sorted: those in git or, without git, those that people made.

    A report whose engine is in another folder gets it and the list of packages. Only for a folder of the user: git may
    run commands that the settings of a folder name. Raises UserError if git fails.
    """
    listed = in_git(root, "ls-files") if (root / GIT).exists() else [name for name in below(root) if not is_made(name)]
    files = {name: root / name for name in listed if (root / name).is_file()}
    if not (root / "engine").is_dir():
        files |= {folders.LOCK_FILE: lock(root)} | folders.made_by_people(folders.ENGINE, ENGINE_CODE)
    return dict(sorted(files.items()))


def in_git(root: Path, *words: str) -> list[str]:
    """Return the names that git lists with a -z for a folder of the user. Raises UserError."""
    try:
        done = subprocess.run(["git", "-C", str(root), *words, "-z"], capture_output=True)
    except OSError as error:
        raise UserError(f"git cannot be started: {error.strerror}. Install it, to list the files of {root}.") from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().removesuffix(".")
        raise UserError(f"git cannot list the files of {root}: {reason}. Repair {root / GIT}, or remove it.")
    return [name for name in os.fsdecode(done.stdout).split("\0") if name]


def is_made(name: str) -> bool:
    """Return whether a file of the project was made by a tool, so that it is no source."""
    path = PurePosixPath(name)
    return bool(MADE_FOLDERS & set(path.parts)) or path.name.startswith(".DS_Store")


MACHINE_FILE = "machine.txt"


def this_machine() -> str:
    """Return on one line what may affect the last digit besides packages: system, vector instructions, Python."""
    import numpy  # takes a tenth of a second to import

    vectors = " ".join(numpy.show_config(mode="dicts")["SIMD Extensions"]["found"])
    return f"{platform.platform()} ({vectors}), Python {platform.python_version()}"


README = "README.md"
MANIFEST = "MANIFEST.sha256"
SOURCE_FOLDER = "source"  # folder of the project in the archive
RESULTS = "results.json"
CRATE = "ro-crate-metadata.json"
WHEELS = f"-wheels-{sysconfig.get_platform()}-{sys.implementation.cache_tag}.zip"  # for this system
MACHINE = f"-{MACHINE_FILE}"
MEDIA = {".md": "text/markdown", ".html": "text/html", ".pdf": "application/pdf", ".json": "application/json"}
MEDIA |= {".ipynb": "application/x-ipynb+json", ".csv": "text/csv", ".cff": "application/yaml"}
MEDIA |= {".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
FOLDERS = {
    "notebooks/": "the executed notebooks",
    "html/": "the report as web pages",
    f"{SOURCE_FOLDER}/": "data, notebooks, code and list of packages: everything needed to make the report",
}
ARCHIVE_FILES = {  # for readers of the archive
    README: "how to read, verify and rebuild",
    "html/book/index.html": "the report as web pages; begin here",
    BRIEF_PDF: "the brief: page one to print",
    **({OTHER_BRIEF_PDF: "the brief in another language"} if report_settings().also else {}),
    PDF: "the report in print",
    ANNEX_PDF: "evidence, measures, numbers and references, for looking things up",
    RESULTS: "every claim, measure, verdict and number",
    f"html/{WORKBOOK}": "claims, measures, rows and sources as an Excel workbook",
    CITATION_FILE: "how to cite",
}
ONE_OF_MANY = {  # the same for files by patterns of their names
    "notebooks/*": "Executed notebook {}",
    f"{SOURCE_FOLDER}/editions/*.seal.json": "How edition {} will be judged, sealed in advance",
    f"{SOURCE_FOLDER}/data/*.csv": "Evidence: {}",
}


def name_of(work: Work, files: Files) -> str:
    """Return the name of the archive and of the folder in it, with a hash of all files but those that repeat it."""
    content = manifest({name: content for name, content in files.items() if name not in {README, CRATE, MANIFEST}})
    return f"{report_settings().slug}-{work.edition}-{sha256(content)[:HASH_DIGITS]}"


def products(build: Plan) -> Paths:
    """Return the files that a build made, by their name in the deposit."""
    found = {f"notebooks/{name}.ipynb": path for name, path in build.staged_notebooks.items()}
    found |= below(build.html, "html") | {RESULTS: build.results} | replace(build, annex=True).prints
    return {name: path for name, path in sorted(found.items()) if path.exists()}


def archive_contents(plan: Plan, work: Work) -> dict[str, bytes]:
    """Return every file of the archive by its name."""
    files = {name: path.read_bytes() for name, path in products(plan).items()}
    files |= {f"{SOURCE_FOLDER}/{name}": path.read_bytes() for name, path in project_files(plan.root).items()}
    files[CITATION_FILE] = (plan.root / CITATION_FILE).read_bytes()
    listed = FOLDERS | ARCHIVE_FILES | {MANIFEST: "checksum of every file"}
    cite, name, licence = apa(report_reference(work)), name_of(work, files), f"{SOURCE_FOLDER}/LICENSE" in files
    files[README] = filled("deposit.md", work=work, files=listed, cite=cite, name=name, licence=licence).encode()
    described = json.dumps(crate(work, sorted(files)), ensure_ascii=False, indent=2, sort_keys=True)
    files[CRATE] = f"{described}\n".encode()
    files[MANIFEST] = manifest(files)
    return dict(sorted(files.items()))


def manifest(files: Files) -> bytes:
    """Return checksums in the format of `sha256sum -c`."""
    return "".join(f"{sha256(content)}  {name}\n" for name, content in sorted(files.items())).encode()


def crate(work: Work, names: Iterable[str]) -> dict[str, Any]:
    """Return the archive as an RO-Crate, with important and data files by name and the rest by folder."""
    from rocrate.model import ContextEntity  # takes a tenth of the time in which a command starts
    from rocrate.rocrate import ROCrate

    ro_crate, terms = ROCrate(version="1.2"), report_settings().licences
    maker = ro_crate.add(ContextEntity(ro_crate, "#maintainers", {"@type": "Organization", "name": work.author}))
    licences = {name: terms.address(name) for name in (terms.code, terms.compilation)}
    for name, place in licences.items():
        ro_crate.add(ContextEntity(ro_crate, place, {"@type": "CreativeWork", "name": name, "url": place}))
    about = {
        "name": f"{work.title} (edition {work.edition})",
        "description": work.abstract,
        "datePublished": work.cutoff.isoformat(),
        "license": [{"@id": place} for place in licences.values()],
        "keywords": [*work.keywords],
        **dict.fromkeys(("author", "creator", "publisher"), maker),
        "version": f"{work.version}, edition {work.edition}",
        "conditionsOfAccess": terms.statement,
        "identifier": work.doi_address or f"sha256:{work.content}",
    }
    for name, content in about.items():
        ro_crate.root_dataset[name] = content
    for name, description in FOLDERS.items():
        ro_crate.add_dataset(dest_path=name, properties={"name": description})
    evidence = {"name": "the evidence: published figures and their sources", "license": about["license"][1]}
    ro_crate.add_dataset(dest_path=f"{SOURCE_FOLDER}/data/", properties=evidence)
    for name in names:
        for description in (text for pattern, text in (ARCHIVE_FILES | ONE_OF_MANY).items() if fnmatch(name, pattern)):
            path = PurePosixPath(name)
            properties = {"name": description.format(path.stem.partition(".")[0]), "encodingFormat": MEDIA[path.suffix]}
            ro_crate.add_file(dest_path=name, properties=properties)
    return ro_crate.metadata.generate()


def path_next_to(archive: Path, kind: str) -> Path:
    """Return the path of a file next to a deposit (packed or not) and named after it."""
    return Path(str(archive.resolve()).removesuffix(".zip") + kind)


def fetch_wheels(root: Path, folder: Path) -> Paths:
    """Download the locked packages for this system and Python, checked against the hashes of the locks."""
    fetch = "-m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --only-binary :all:".split()
    locks = ["-r", str(lock(root)), "-r", str(folders.LOCKS / "requirements-uv.lock")]
    if runner.run_command([sys.executable, *fetch, *locks, "-d", str(folder)], folder):
        raise UserError("The locked packages could not be downloaded. pip says above why. Correct it and start again.")
    return below(folder)
