"""From staged notebooks to pages: prepares the source tree, runs Jupyter Book, and publishes the result.

Documents that Sphinx has read are kept, so that a changed word or value costs only the reading of the documents
that depend on that file. Any other change starts over, because directives and transforms may read other files
than they report. The pages stay too, and `claimbook.pages.writing` says which are written again. Readers get a copy.
"""

import filecmp
import json
import os
import re
import shutil
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from claimbook.project.folders import Paths, content_of, renewed, write_whole
from claimbook.project.outputs import listed_documents
from claimbook.project.yaml_files import read_yaml
from claimbook.run import environment
from claimbook.run.plan import PRODUCTS_FOLDER, Plan
from claimbook.templates import filled

STORED_FACTS = "kept.json"  # tools, folder, names of files and annex of the last successful build
# 6 MB of the theme that no page loads: book/_static/icons.css draws its icons, and its macros are no longer needed.
# The small icon font stays, because a browser may ask for it before it has read icons.css.
# .buildinfo contains paths of packages, and .written.json digests; both would make equal pages differ.
UNUSED = """\
.buildinfo .written.json _static/*.html _static/vendor/**/*.ttf _static/**/*.map
_static/scripts/fontawesome.js* _static/scripts/bootstrap.js*""".split()


class BookFailed(Exception):
    """Jupyter Book did not finish; the message contains its warnings and errors."""


def stage_sources(files: Paths, texts: Mapping[str, str], notebooks: Paths, source: Path) -> None:
    """Write files and texts into `source`, and remove all others but the notebooks and the last products."""
    wanted = {source / name for name in (*files, *texts)} | set(notebooks.values())
    there = [p for p in source.rglob("*") if not p.is_relative_to(source / PRODUCTS_FOLDER)]
    for path in sorted(there, reverse=True):  # what is in a folder comes before it
        if path.is_file() and path not in wanted:
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    for name, path in files.items():
        renewed(source / name, path.read_bytes())
    for name, text in texts.items():
        renewed(source / name, text.encode())


def compile_pages(plan: Plan) -> Path:
    """Compile the source tree of a plan, and return the folder of its pages. Any warning raises BookFailed.

    While the tools, the folder and the names of all files stay the same, documents already read and their pages are
    kept; while the tools do, so are files whose content is unchanged. With the annex, pages link to it. A build that
    fails or is killed leaves nothing for later builds.
    """
    source, made, files = plan.source, plan.source / PRODUCTS_FOLDER, plan.stored_files
    html, mark = made / "html", made / STORED_FACTS
    facts = json.dumps([plan.tools, str(source), sorted([*plan.book_files, *plan.notebooks]), plan.annex]).encode()
    # if documents must be read again, everything goes, because myst-nb keeps old images
    stale = [mark] if _as_before(mark, facts) else [*made.glob("*")]
    for path in {*stale, *files.parent.glob("*")} - {files, files.parent}:
        remove(path)
    code, output = environment.run_jupyter_book(source, plan.python_path, plan.variables)
    if code < 0:
        why = signal.Signals(-code).name
        raise BookFailed(f"Jupyter Book was ended by {why}, perhaps because memory ran out. Start again.")
    if code != 0 or not (html / "index.html").exists():
        raise BookFailed("Jupyter Book: " + warnings_in_log(output, source))
    title, (_, first) = read_yaml(source / "_config.yml")["title"], listed_documents(source)[0]
    write_whole(html / "index.html", filled("leads.html", title=title, first=f"{first}.html").encode())
    write_whole(mark, facts)
    return html


def _as_before(mark: Path, facts: bytes) -> bool:
    """Return whether the last successful build stored these facts, and stored them in the past.

    If the clock was set back since, Sphinx would take new files for old ones.
    """
    return content_of(mark) == facts and mark.stat().st_mtime <= time.time()


def remove(path: Path) -> None:
    """Remove a file or folder if it exists."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def warnings_in_log(log: str, source: Path) -> str:
    """Return the warnings, errors and exceptions in a log, without the build folder, else its last line."""
    lines = [line.strip() for line in log.replace(f"{source}/", "").splitlines() if line.strip()]
    named = [line for line in lines if re.search("WARNING|ERROR|CRITICAL", line)]
    named += [message for head, message in pairwise(lines) if "Extension error" in head]
    named += re.findall(r"^(?!sphinx\.errors)[\w.]+(?:Error|Exception): .*", "\n".join(lines), flags=re.MULTILINE)
    return "\n".join(dict.fromkeys(named)) or (lines[-1] if lines else "no message")


def publish(pages: Path, target: Path) -> None:
    """Replace the old pages with a copy of the finished ones. Until then, the old ones stay readable.

    The copy lacks what no page uses or what differs between equal builds. Files that stay as they were are not copied.
    """

    def copied(page: str, copy: str) -> None:
        published = target / Path(page).relative_to(pages)
        if published.is_file() and filecmp.cmp(page, published):
            with suppress(OSError):  # some file systems know no links
                return os.link(published, copy)
        shutil.copy2(page, copy)

    new, old = (target.with_name(f".{target.name}.{state}") for state in ("new", "old"))
    remove(new)
    remove(old)
    shutil.copytree(pages, new, copy_function=copied)
    for pattern in UNUSED:
        for path in [*new.glob(pattern)]:
            remove(path)
    if target.exists():
        target.rename(old)
    new.rename(target)
    remove(old)
