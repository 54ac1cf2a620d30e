"""From staged notebooks to pages: prepares the source tree, runs Jupyter Book, and publishes the result.

Documents that Sphinx has read are kept, so that a changed word or value costs only the reading of the documents
that depend on that file. Any other change starts over, because directives and transforms may read other files
than they report. All pages are written each time, because they show each other's titles and numbers.
"""

import hashlib
import json
import re
import shutil
import signal
import time
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

from claimbook.project import outputs
from claimbook.project.files import below, content_of, digest_of, renewed, write_whole
from claimbook.project.outputs import ANNEX_VARIABLE, STORED_FILES_VARIABLE
from claimbook.project.yaml_files import read_yaml
from claimbook.run import environment
from claimbook.templates import filled

STORED_FACTS = "kept.json"  # `tools` and `others` of the last successful build
PRODUCTS_FOLDER = "_build"  # folder of Jupyter Book's products, in a source tree
STORED_FOLDER, DATA_FOLDER = "files", "data"  # kept files in MADE; the evidence in a source tree
# 6 MB of the theme that no page loads: book/_static/icons.css draws its icons, and its macros are no longer needed.
# The small icon font stays, because a browser may ask for it before it has read icons.css.
UNUSED = ("*.html", "vendor/**/*.ttf", "scripts/fontawesome.js*", "scripts/bootstrap.js*", "**/*.map")


class BookFailed(Exception):
    """Jupyter Book did not finish; the message contains its warnings and errors."""


def stage_sources(
    files: Mapping[str, Path], texts: Mapping[str, str], notebooks: Mapping[str, Path], source: Path
) -> None:
    """Make `source` contain files, texts, notebooks and products of earlier builds, and nothing else.

    The notebooks are already there.
    """
    wanted = {source / name for name in (*files, *texts)} | set(notebooks.values())
    there = [p for p in source.rglob("*") if not p.is_relative_to(source / PRODUCTS_FOLDER)]
    for path in [p for p in there if p.is_file() and p not in wanted]:
        path.unlink()
    for folder in sorted((p for p in there if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    for name, path in files.items():
        renewed(source / name, path.read_bytes())
    for name, text in texts.items():
        renewed(source / name, text.encode())


def compile_pages(source: Path, library: str, epoch: int, tools: str, others: str, annex: bool) -> Path:
    """Compile the source tree, and return the folder of its pages. Any warning raises BookFailed.

    `library` is PYTHONPATH for our code; `epoch` is the date for all files. `tools` is a text that changes with what
    makes pages, `others` one that changes with the inputs that Sphinx does not watch. While both stay the same,
    documents already read are kept; while `tools` does, so are files whose content is unchanged. With `annex` the annex
    is made too, and pages link to it. A build that fails or is killed leaves no documents for later builds.
    """
    made = source / PRODUCTS_FOLDER
    mark, html, files = made / STORED_FACTS, made / "html", stored_files_folder(source, tools)
    facts = json.dumps([tools, others, annex]).encode()
    _remove_stale(source, files, keep_documents=_as_before(mark, facts))
    variables = {STORED_FILES_VARIABLE: str(files), "SOURCE_DATE_EPOCH": str(epoch)}
    variables[ANNEX_VARIABLE] = "1" if annex else ""
    code, output = environment.run_jupyter_book(source, ["-n", "-W", "--keep-going", "-q"], library, variables)
    if code < 0:
        why = signal.Signals(-code).name
        raise BookFailed(f"Jupyter Book was ended by {why}, perhaps because memory ran out. Start again.")
    if code != 0 or not (html / "index.html").exists():
        raise BookFailed("Jupyter Book: " + warnings_in_log(output, source))
    _finish(html, source)
    write_whole(mark, facts)
    return html


def _as_before(mark: Path, facts: bytes) -> bool:
    """Return whether the last successful build stored these facts, and stored them in the past.

    If the clock was set back since, Sphinx would take new files for old ones.
    """
    return content_of(mark) == facts and mark.stat().st_mtime <= time.time()


def _remove_stale(source: Path, files: Path, keep_documents: bool) -> None:
    """Remove the last build's pages and facts, kept files except `files`, and perhaps the documents already read."""
    products = source / PRODUCTS_FOLDER
    # without documents, all goes: myst-nb keeps old images
    stale = [products / STORED_FACTS, products / "html"] if keep_documents else [*products.glob("*")]
    for path in [*stale, *(products / STORED_FOLDER).glob("*")]:
        if path not in {files, files.parent}:
            remove(path)


def _finish(html: Path, source: Path) -> None:
    """Remove what no page uses or what differs between equal builds, and lead index.html to the first page."""
    remove(html / ".buildinfo")  # contains paths of packages, which would make equal pages differ
    for path in [p for pattern in UNUSED for p in (html / "_static").glob(pattern)]:
        remove(path)
    title, (_, first) = read_yaml(source / "_config.yml")["title"], outputs.listed_documents(source)[0]
    write_whole(html / "index.html", filled("leads.html", title=title, first=f"{first}.html").encode())


def remove(path: Path) -> None:
    """Remove a file or folder if it exists."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def stored_files_folder(source: Path, tools: str) -> Path:
    """Return the folder for files made with `tools`, which are reused while their own content is unchanged."""
    return source / PRODUCTS_FOLDER / STORED_FOLDER / hashlib.sha256(tools.encode()).hexdigest()[:12]


def watched(source: Path) -> list[str]:
    """Return the files whose changes Sphinx notices: documents, and data that documents depend on."""
    documents = [path for _, name in outputs.listed_documents(source) for path in source.glob(f"{name}.*")]
    return [*(path.relative_to(source).as_posix() for path in documents), *below(source / DATA_FOLDER, DATA_FOLDER)]


def unwatched(files: Mapping[str, Path], texts: Mapping[str, str], source: Path) -> str:
    """Return a text that changes with the list of watched files and with each file that Sphinx does not watch."""
    seen = watched(source)
    unwatched = digest_of({name: path for name, path in files.items() if name not in seen})
    return json.dumps([unwatched, seen, texts])


def warnings_in_log(log: str, source: Path) -> str:
    """Return the warnings, errors and exceptions in a log, without the build folder, else its last line."""
    lines = [line.strip() for line in log.replace(f"{source}/", "").splitlines() if line.strip()]
    named = [line for line in lines if "WARNING" in line or "ERROR" in line or "CRITICAL" in line]
    named += [message for head, message in pairwise(lines) if "Extension error" in head]
    named += re.findall(r"^[\w.]+(?:Error|Exception): .*", "\n".join(lines), flags=re.MULTILINE)
    return "\n".join(dict.fromkeys(named)) or (lines[-1] if lines else "no message")


def publish(pages: Path, target: Path) -> None:
    """Replace the old pages with the finished ones. Until then, the old ones stay readable."""
    old = target.with_name(f".{target.name}.old")
    remove(old)
    if target.exists():
        target.rename(old)
    pages.rename(target)
    remove(old)
