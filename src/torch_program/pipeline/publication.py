"""From staged notebooks to pages: lay out the source tree, let Jupyter Book compile it, put the result in its place.

What Sphinx has read stays, so that a changed word costs the reading of its document and of those that name it as a
dependency, as Sphinx sees for itself. Anything else that changes makes it begin anew, because nobody knows all that a
directive or a transform looks at. All pages are written each time: they show each other's titles and numbers.
"""

import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from torch_program.pipeline import contents
from torch_program.pipeline.files import digest_of, write_whole

JUPYTER_BOOK = (sys.executable, "-m", "torch_program.pipeline.jupyter_book")
AT_FDCWD, RENAME_EXCHANGE = -100, 2  # of linux/fcntl.h and linux/fs.h
KEPT = "kept.json"  # beside what Sphinx has read: of what, written when a build has ended well
FOR_WORDS = "TORCH_KEPT"  # folder of files that few words of the book change, for the extensions that make them
PDF = "torch-program.pdf"  # the Sphinx extensions write these beside the pages
ANNEX, BRIEF, WORD = "torch-program-annex.pdf", "torch-program-brief.pdf", "torch-program-brief.docx"
PRINTS = (PDF, ANNEX, BRIEF, WORD)


class BookFailed(Exception):
    """Jupyter Book did not finish; the message holds its warnings and errors."""


def stage(
    files: Mapping[str, Path],
    notebooks: Mapping[str, Path],
    source: Path,
    keep: Path | None = None,
    written: Mapping[str, bytes] | None = None,
) -> None:
    """Make `source` hold the files, what is `written`, the notebooks and the folder `keep`, nothing else.

    Notebooks and `keep` are there already.
    """
    written = written or {}
    wanted = {source / name for name in (*files, *written)} | set(notebooks.values())
    there = [p for p in source.rglob("*") if not (keep and p.is_relative_to(keep))]
    for path in [p for p in there if p.is_file() and p not in wanted]:
        path.unlink()
    for folder in sorted((p for p in there if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
    for name, path in files.items():
        target = source / name
        if not target.exists() or target.read_bytes() != path.read_bytes():
            write_whole(target, path.read_bytes())
    for name, content in written.items():
        write_whole(source / name, content)


def compile_pages(source: Path, library: Path, epoch: int, around: str = "") -> Path:
    """Compile the source tree and return the folder of its pages; any warning is an error.

    `library` is the folder of our package, `epoch` the date that goes into the files. `around` says what the pages are
    made of beside the words of their documents: while it is the same, what was read of them is kept; with "" nothing
    is. A build that fails or is killed leaves nothing that a later one would use.
    """
    made = source / "_build"
    mark, html = made / KEPT, made / "html"
    words = {name: digest_of({name: source / name}) for name in documents(source)} if around else {}
    if not (around and stays(mark, around, words, source)):
        shutil.rmtree(made, ignore_errors=True)  # myst-nb keeps images of earlier runs there
    mark.unlink(missing_ok=True)
    shutil.rmtree(html, ignore_errors=True)  # of a build that was killed
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(epoch), "PYTHONPATH": str(library), "PYTHONHASHSEED": "0"}
    environment |= {FOR_WORDS: str(made / "files") if around else ""}
    command = [*JUPYTER_BOOK, "build", str(source), "-n", "-W", "--keep-going", "-q"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=source)
    if done.returncode != 0 or not (html / "index.html").exists():
        raise BookFailed("Jupyter Book: " + told(done.stdout + done.stderr, source))
    if around:
        write_whole(mark, json.dumps({"around": around, "words": words}).encode())
    return html


def made_once(name: str, make: Callable[[], bytes], *of: bytes) -> bytes:
    """In a build that keeps what it read: a file made anew when what it is made `of` did change, or anything that is no
    word of the book."""
    folder = os.environ.get(FOR_WORDS)
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


def stays(mark: Path, around: str, words: Mapping[str, str], source: Path) -> bool:
    """May Sphinx go on from what it has read? It goes by times: what changed must be newer than its reading."""
    if not mark.exists():
        return False
    kept, read_by = json.loads(mark.read_bytes()), mark.stat().st_mtime_ns
    changed = [name for name, digest in words.items() if kept["words"].get(name) != digest]
    newer = all((source / name).stat().st_mtime_ns > read_by for name in changed)
    return kept["around"] == around and kept["words"].keys() == words.keys() and newer


def told(log: str, source: Path) -> str:
    """The warnings and errors of a log, without the folder of the build; else its last line."""
    lines = [line.strip() for line in log.replace(f"{source}/", "").splitlines() if line.strip()]
    named = [line for line in lines if "WARNING" in line or "ERROR" in line or "CRITICAL" in line]
    return "\n".join(dict.fromkeys(named)) or (lines[-1] if lines else "no message")


def publish(pages: Path, target: Path) -> None:
    """Put finished pages in place of the old ones, which stay readable until then."""
    new, old = target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.old")
    for folder in (new, old):
        shutil.rmtree(folder, ignore_errors=True)
    pages.rename(new)
    if target.exists() and exchange(new, target):
        new.rename(old)
    elif target.exists():
        target.rename(old)
        new.rename(target)
    else:
        new.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step, so that a kill never leaves a reader without pages; False where that is unknown."""
    system = ctypes.CDLL(None)
    if not hasattr(system, "renameat2"):  # Linux
        return False
    return system.renameat2(AT_FDCWD, os.fsencode(one), AT_FDCWD, os.fsencode(other), RENAME_EXCHANGE) == 0
