"""How much a build does, counted and not timed. A build that does more than it must gives the same pages, only later.

A count that grew is a fault, or is worth its price: then write it here, and say in the commit what for. One that fell
is written here too.
"""

import re
from collections import Counter
from pathlib import Path

import pytest
import towns
from finished_report import article_text

pytestmark = [pytest.mark.process, pytest.mark.slow]
COUNTED = {  # functions of the engine, and what a call of one is
    "run_notebook": "notebooks run",
    "_at": "days of which evidence is made",
    "call_function": "days for which functions are asked",
    "png": "pictures drawn",
    "without_cells": "documents read",
    "add_tags": "pages written",
    "typeset": "PDFs set",
}
# a decorator, because functions are sent to other processes by their names
COUNTS = """\
{indent}@lambda f: __import__("functools").wraps(f)(
{indent}    lambda *args, **named: (open({file!r}, "a").write({name!r} + "\\n"), f(*args, **named))[1])
{indent}def {name}("""
CHANGES = {  # file, old text, new text, and what the page of the first section then says
    "everything": (towns.FIRST, "should open", "should open", "should open"),
    "nothing": (towns.FIRST, "should open", "should open", "counted 46 libraries"),
    "prose": (towns.FIRST, ", counted {libraries}", ", counted {libraries} or {libraries}", "counted 46 or 46"),
    "a word of a page": ("book/index.md", "its towns Alder", "the towns Alder", "counted 46 or 46 libraries"),
    "a figure": (towns.FIGURES, towns.LATEST, towns.LATEST.replace("46", "47"), "counted 47 or 47 libraries"),
}
RUN = {"notebooks run": 1, "days of which evidence is made": 6, "days for which functions are asked": 9}
PAGES = {"documents read": 8, "pages written": 13, "PDFs set": 2}
ONE_PAGE = {"documents read": 1, "pages written": 4, "PDFs set": 1}  # Sphinx also writes page one, index and search
MOST: dict[str, dict[str, int]] = {
    "everything": RUN | PAGES | {"pictures drawn": 2},
    "nothing": {},
    "prose": ONE_PAGE,
    "a word of a page": ONE_PAGE,
    "a figure": RUN | PAGES | {"pictures drawn": 1, "pages written": 10},
}


def count_calls(folder: Path, file: Path) -> None:
    """Let every call of these functions, in the folder's own copy of the engine, add the function's name to a file."""
    modules = {path: path.read_text() for path in (folder / "engine").rglob("*.py")}
    for name in COUNTED:
        begin = re.compile(rf"^( *)def {name}\(", re.M)
        ((path, begins),) = ((path, found) for path, text in modules.items() for found in begin.finditer(text))
        modules[path] = modules[path].replace(begins[0], COUNTS.format(indent=begins[1], file=str(file), name=name))
        path.write_text(modules[path])


def test_a_build_shows_the_last_change_and_does_no_more_than_it_needs(tmp_path: Path) -> None:
    folder, file = towns.create(tmp_path / "towns"), tmp_path / "calls"
    towns.edit(folder / "_config.yml", "downloads, ", "")  # they take as long as all pages
    count_calls(folder, file)
    done: dict[str, dict[str, int]] = {}
    page = folder / f"_build/2026/html/{towns.FIRST}".replace(".ipynb", ".html")
    for change, (name, old, new, says) in CHANGES.items():
        towns.edit(folder / name, old, new)
        file.write_text("")
        code, output = towns.run(folder, "report")
        assert code == 0 and says in article_text(page), output
        done[change] = {COUNTED[name]: n for name, n in Counter(file.read_text().split()).items()}
    assert done["everything"].keys() == {*COUNTED.values()}, "each of these functions is called"
    grew = {(change, what): n for change in done for what, n in done[change].items() if n > MOST[change].get(what, 0)}
    assert grew == {}
