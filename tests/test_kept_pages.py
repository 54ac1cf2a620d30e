"""What Sphinx has read is kept from build to build: after any edit the pages are those of a build from nothing."""

import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import tiny_project
from tiny_project import edit, run

from torch_program.pipeline import editions, publication
from torch_program.pipeline.files import write_whole

pytestmark = [pytest.mark.process, pytest.mark.slow]

FIRST, SECOND = "notebooks/2-1-first", "notebooks/4-2-second"
PAGE = "book/page"
LOOK = """\
    templates_path: [book/_templates]
    html_static_path: [book/_static]
    html_css_files: [tokens.css]
"""
SAYS = "# Page\n\n[](../notebooks/2-1-first.ipynb) comes before [](#later).\n\n(later)=\n## Later\n\nA last word.\n"
LISTED = "      - file: book/colophon\n"
THIRD = tiny_project.notebook(
    "Third", [tiny_project.PARAMETERS, f"from torch_program import results\n\n{tiny_project.END}"]
)
FONTS = "src/torch_program/fonts"
SPHINX = """
import os
import sys
from pathlib import Path

from torch_program.pipeline.publication import made_once

book = Path(sys.argv[2])
made = book / "_build"
assert not (made / "kept.json").exists(), "killed now, it would be taken for whole"
assert not (made / "html").exists()
read = made / ".doctrees"
says = "read kept" if read.exists() else "read anew"
read.mkdir(parents=True, exist_ok=True)
(made / "html").mkdir()
(made / "html/index.html").write_text(f"{says}, file of {made_once('file', os.environ['TURN'].encode).decode()}")
sys.exit("Failing" in (book / "book/index.md").read_text())
"""  # what it would have read it has, or not


def text(name: str, old: str, new: str) -> Callable[[Path], None]:
    return lambda folder: edit(folder / name, old, new)


def added(folder: Path) -> None:
    (folder / "notebooks/3-1-third.ipynb").write_text(THIRD)
    edit(
        folder / "_toc.yml", f"      - file: {SECOND}\n", f"      - file: notebooks/3-1-third\n      - file: {SECOND}\n"
    )


def removed(name: str) -> Callable[[Path], None]:
    def remove(folder: Path) -> None:
        edit(folder / "_toc.yml", f"      - file: {name}\n", "")
        next((folder / name).parent.glob(f"{Path(name).name}.*")).unlink()

    return remove


def another_font(folder: Path) -> None:
    shutil.copy(folder / FONTS / "torch-serif-600.ttf", folder / FONTS / "torch-serif-400.ttf")


SEEN = {  # all that is read again is what they are in, and what depends on it
    "a word of a page": text(f"{PAGE}.md", "A last word", "The last word"),
    "a title that other pages show": text(f"{FIRST}.ipynb", "# First", "# The very first"),
    "a heading less": text(f"{PAGE}.md", "comes before [](#later).\n\n(later)=\n## Later\n", "comes before all.\n"),
    "prose that tells a value": text(f"{FIRST}.ipynb", "The value is {value}", "Twice: {value}, {value}"),
    "a value": text("data/figures/one.csv", "111", "117"),
    "a claim": text("data/claims.yml", "statement: The third.", "statement: Another third."),
}
OTHER = {
    "a file of data more": lambda folder: shutil.copy(folder / "data/claims.yml", folder / "data/more.yml"),
    "a notebook more": added,
    "a notebook less": removed(SECOND),
    "a page less": removed(PAGE),
    "a font": another_font,
    "the print style": text("book/print/print.typ", "top: 22mm", "top: 36mm"),
    "a style sheet": text("book/_static/tokens.css", ":root", "html"),
    "the configuration": text("_config.yml", "title: Tiny", "title: Small"),
    "a template": text("book/_templates/layout.html", "content=", "content=x"),
    "the library": text("src/torch_program/sphinx_ext/colophon.py", '"Parameters"', '"All parameters"'),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tiny_project.create(tmp_path_factory.mktemp("kept") / "project")
    shutil.copytree(tiny_project.ROOT / "book/_templates", folder / "book/_templates")
    (folder / f"{PAGE}.md").write_text(SAYS)
    with open(folder / "_config.yml", "a") as file:
        file.write(LOOK)
    edit(folder / "_toc.yml", LISTED, f"{LISTED}      - file: {PAGE}\n")
    code, said = run(folder, "report")
    assert code == 0, said
    return folder


@pytest.fixture
def project(built: Path) -> Iterator[Path]:
    """The built project in its place, where what was read of it counts; afterwards it is as it was."""
    kept = built.with_name("as it was")
    shutil.copytree(built, kept)
    yield built
    shutil.rmtree(built)
    kept.rename(built)


def pages(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def was_read(folder: Path, name: str) -> int:
    return (folder / f"_build/2026/source/_build/.doctrees/{name}.doctree").stat().st_mtime_ns


def assert_nothing_is_stale(folder: Path, clean: Path) -> None:
    """The published pages are those that the same source tree gives elsewhere, from nothing."""
    shutil.copytree(folder / "_build/2026/source", clean, ignore=shutil.ignore_patterns("_build"))
    html = publication.compile_pages(clean, folder / "src", editions.read(folder, editions.DEFAULT).epoch)
    kept, anew = pages(folder / "_build/2026/html"), pages(html)
    assert kept.keys() == anew.keys()
    assert [name for name in kept if kept[name] != anew[name]] == []
    assert (folder / "_build/2026/torch-program.pdf").read_bytes() == anew[publication.PDF]


@pytest.mark.parametrize("name", [*SEEN, *OTHER])
def test_after_an_edit_no_page_is_stale(project: Path, tmp_path: Path, name: str) -> None:
    before, read = pages(project / "_build/2026/html"), was_read(project, "book/index")
    (SEEN | OTHER)[name](project)
    code, said = run(project, "report")
    assert code == 0, said
    assert pages(project / "_build/2026/html") != before
    assert (was_read(project, "book/index") == read) == (name in SEEN), "what Sphinx sees lets the rest stay"
    assert_nothing_is_stale(project, tmp_path / "clean")


def test_a_build_that_fails_or_is_killed_leaves_nothing_that_the_next_one_uses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "JUPYTER_BOOK", "stand_in")
    library = tmp_path / "library"
    for name, text in {"_toc.yml": tiny_project.TOC, "book/index.md": "# Front", "library/stand_in.py": SPHINX}.items():
        write_whole(tmp_path / name, text.encode())

    turns = count(1)

    def made(means: str, around: str = "") -> str:
        monkeypatch.setenv("TURN", str(next(turns)))
        html = publication.compile_pages(tmp_path, library, 0, means, around)
        return (html / "index.html").read_text()

    assert [made("same"), made("same")] == ["read anew, file of 1", "read kept, file of 1"]
    assert [made("same", "else"), made("other", "else")] == ["read anew, file of 1", "read anew, file of 4"]
    assert [made(""), made("other", "else")] == ["read anew, file of 5", "read anew, file of 6"]
    write_whole(tmp_path / "book/index.md", b"# Failing")
    with pytest.raises(publication.BookFailed):
        made("other", "else")
    write_whole(tmp_path / "book/index.md", b"# Front")
    assert made("other", "else") == "read anew, file of 6"


def test_a_document_that_seems_older_than_its_reading_makes_sphinx_begin_anew(tmp_path: Path) -> None:
    """Sphinx goes by times, and a clock can be set back."""
    page, mark = tmp_path / "page.md", tmp_path / publication.KEPT
    page.write_text("# Page")
    mark.write_text('{"around": "same", "read": {"page.md": "before"}}')
    for seconds, stays in ((1, True), (-1, False)):
        moment = mark.stat().st_mtime_ns + seconds * 10**9
        os.utime(page, ns=(moment, moment))
        assert publication.stays(mark, "same", {"page.md": "after"}, tmp_path) == stays
    assert publication.stays(mark, "same", {"page.md": "before"}, tmp_path), "it has not changed"
    assert not publication.stays(mark, "other", {"page.md": "before"}, tmp_path)
    assert not publication.stays(mark, "same", {}, tmp_path)
