"""From staged notebooks to pages: lay out the source tree, let Jupyter Book compile it, put the result in its place.

What Sphinx has read stays, so that a changed word or value costs the reading of its document and of those that name
its file as a dependency, as Sphinx sees for itself. Anything else that changes makes it begin anew, because nobody
knows all that a directive or a transform looks at. All pages are written each time: they show each other's titles and
numbers.
"""

import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

from claimbook.build import contents, jupyter_book
from claimbook.build.files import below, renewed, write_whole
from claimbook.say.about import about
from claimbook.templates import filled

KEPT = "kept.json"  # beside what Sphinx has read: what with and around, written when a build has ended well
KEPT_FILES = "CLAIMBOOK_KEPT"  # folder of files that few changes of the book change, for the extensions that make them
MADE = "_build"  # where Jupyter Book puts what it makes, in a source tree
FILES, DATA = "files", "data"  # where that is in a build, and where the evidence is in a source tree
PDF = f"{about().slug}.pdf"  # the Sphinx extensions write these beside the pages
ANNEX, BRIEF = f"{about().slug}-annex.pdf", f"{about().slug}-brief.pdf"
PRINTS = (PDF, ANNEX, BRIEF)
WORKBOOK = f"{about().slug}.xlsx"
FEED = "changes.atom"
# of the theme, 6 MB that no page loads: book/_static/icons.css draws its icons, and its macros have made their pages;
# a browser that lays a page out before it has read icons.css asks for the small form of the font of icons
UNUSED = ("*.html", "vendor/**/*.ttf", "scripts/fontawesome.js*", "scripts/bootstrap.js*", "**/*.map")


class BookFailed(Exception):
    """Jupyter Book did not finish; the message holds its warnings and errors."""


def stage(files: Mapping[str, Path], texts: Mapping[str, str], notebooks: Mapping[str, Path], source: Path) -> None:
    """Make `source` hold the files, the texts, the notebooks and what was made of it before, nothing else.

    Notebooks are there already.
    """
    wanted = {source / name for name in (*files, *texts)} | set(notebooks.values())
    there = [p for p in source.rglob("*") if not p.is_relative_to(source / MADE)]
    for path in [p for p in there if p.is_file() and p not in wanted]:
        path.unlink()
    for folder in sorted((p for p in there if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    for name, path in files.items():
        renewed(source / name, path.read_bytes())
    for name, text in texts.items():
        renewed(source / name, text.encode())


def compile_pages(source: Path, library: str, epoch: int, means: str = "", around: str = "") -> Path:
    """Compile the source tree and return the folder of its pages; any warning is an error.

    `library` is where Python finds our code, `epoch` the date that goes into the files. `means` says what pages are
    made with, `around` what they are made of beside documents and data: while both are the same, what was read is kept,
    and while `means` is, files of unchanged content are; with "" nothing is. A build that fails or is killed leaves
    nothing of its reading that a later one would use.
    """
    made = source / MADE
    mark, html, files = made / KEPT, made / "html", kept_files(source, means)
    facts = json.dumps([means, around]).encode()
    if not means or not mark.exists() or mark.read_bytes() != facts:
        for path in [p for p in made.glob("*") if p.name != FILES]:  # myst-nb keeps images of earlier runs there
            remove(path)
    for path in [p for p in (made / FILES).glob("*") if p != files]:
        remove(path)
    remove(mark)
    remove(html)  # of a build that was killed
    variables = {KEPT_FILES: str(files) if means else "", "SOURCE_DATE_EPOCH": str(epoch)}
    code, said = jupyter_book.build(source, ["-n", "-W", "--keep-going", "-q"], library, variables)
    if code != 0 or not (html / "index.html").exists():
        raise BookFailed("Jupyter Book: " + told(said, source))
    remove(html / ".buildinfo")  # a digest of where packages lie, which would make the same pages differ
    for path in [p for pattern in UNUSED for p in (html / "_static").glob(pattern)]:
        remove(path)
    title, (_, first) = contents.read(source / contents.SETTINGS)["title"], contents.documents(source)[0]
    write_whole(html / "index.html", filled("leads.html", title=title, first=f"{first}.html").encode())
    if means:
        write_whole(mark, facts)
    return html


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def kept_files(source: Path, means: str) -> Path:
    """Folder of files of a source tree that are made with `means` and stay while their own content does."""
    return source / MADE / FILES / hashlib.sha256(means.encode()).hexdigest()[:12]


def made_once(name: str, make: Callable[[], bytes], *of: bytes, folder: Path | str | None = None) -> bytes:
    """In a build that keeps what it can: a file that is made anew when what it is made `of` or with has changed."""
    folder = folder or os.environ.get(KEPT_FILES)
    if not folder:
        return make()
    path = Path(folder, name)
    mark = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in of)).digest()
    if path.exists() and (kept := path.read_bytes()).startswith(mark):
        return kept[len(mark) :]
    content = make()
    write_whole(path, mark + content)
    return content


def documents(source: Path) -> list[str]:
    """Files of the documents of the book, by their names in its source tree."""
    listed = [source / name for _, name in contents.documents(source)]
    return [p.relative_to(source).as_posix() for name in listed for p in name.parent.glob(f"{name.name}.*")]


def watched(source: Path) -> list[str]:
    """Files whose changes Sphinx sees: documents, and the data, which documents name as what they depend on."""
    return [*documents(source), *below(source / DATA, DATA)]


def told(log: str, source: Path) -> str:
    """The warnings, errors and exception in a log, without the folder of the build; else its last line."""
    lines = [line.strip() for line in log.replace(f"{source}/", "").splitlines() if line.strip()]
    named = [line for line in lines if "WARNING" in line or "ERROR" in line or "CRITICAL" in line]
    named += [said for head, said in pairwise(lines) if "Extension error" in head]
    named += re.findall(r"^[\w.]+(?:Error|Exception): .*", "\n".join(lines), flags=re.MULTILINE)
    return "\n".join(dict.fromkeys(named)) or (lines[-1] if lines else "no message")


def publish(pages: Path, target: Path) -> None:
    """Put finished pages in place of the old ones, which stay readable until then."""
    new, old = target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.old")
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
    pages.rename(new)
    if target.exists():
        target.rename(old)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)
