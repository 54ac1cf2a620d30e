"""The preview: what an edit touches, and that a browser gets to see it."""

import re
import shutil
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import tiny_project
import yaml
from tiny_project import ENDS, edit, run

from torch_program.live import preview
from torch_program.pipeline import editions
from torch_program.pipeline.plan import Plan

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def project(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the built project that is edited while the preview runs."""
    return shutil.copytree(built, tmp_path_factory.mktemp("live") / "project")


class Browser:
    """Asks a running preview for pages and waits for its news."""

    def __init__(self, folder: Path) -> None:
        self.seen, self.lines, self.ended = 0, [], False
        self.process = tiny_project.start(folder, "live", "--port", "0")
        self.heard = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        self.address = self.hears(r"(http://localhost:\d+)/index.html follows your edits")[1]

    def _listen(self) -> None:
        for line in self.process.stdout:
            with self.heard:
                self.lines.append(line)
                self.heard.notify_all()
        with self.heard:
            self.ended = True
            self.heard.notify_all()

    def hears(self, pattern: str) -> re.Match:
        with self.heard:
            self.heard.wait_for(lambda: self.ended or re.search(pattern, "".join(self.lines)), ENDS)
            said = "".join(self.lines)
        found = re.search(pattern, said)
        assert found, said
        return found

    def waits_for_news(self) -> None:
        ends = time.monotonic() + ENDS
        while self._get(f"/.live?seen={self.seen}").status != 200:
            assert time.monotonic() < ends, "".join(self.lines)
        self.seen += 1

    def page(self, name: str) -> str:
        return self._get(name).read().decode()

    def _get(self, path: str):
        return urllib.request.urlopen(self.address + path, timeout=ENDS)


@pytest.fixture(scope="module")
def browser(project: Path) -> Iterator[Browser]:
    browser = Browser(project)
    yield browser
    started = psutil.Process(browser.process.pid).children(recursive=True)
    browser.process.terminate()  # Ctrl-C is heard in the same place
    assert browser.process.wait(ENDS) == 0
    assert psutil.wait_procs(started, timeout=ENDS)[1] == []
    browser.hears("Ended")
    assert "Traceback" not in "".join(browser.lines)


def plan_of(folder: Path) -> Plan:
    return Plan(folder, editions.read(folder, editions.DEFAULT), folder / "data")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"book/index.md"}, []),
        ({"data/figures/one.csv"}, ["2-1-first", "5-conclusion"]),
        ({"data/sources.csv"}, ["2-1-first", "4-2-second", "5-conclusion"]),
        ({"src/torch_program/live/preview.py"}, []),
        ({"notebooks/2-1-first.ipynb"}, []),
    ],
)
def test_an_edit_touches_what_reads_the_file(project: Path, names: set[str], expected: list[str]) -> None:
    plan = plan_of(project)
    executed = {name: plan.executed(name).read_bytes() for name in plan.notebooks}
    assert preview.touched(plan, names, executed) == expected


def test_new_gone_and_different_files_are_seen() -> None:
    assert preview.changed({"a": 1, "b": 1, "c": 1}, {"b": 2, "c": 1, "d": 1}) == {"a", "b", "d"}


def test_the_preview_sets_no_pdf_and_leaves_style_sheets_as_they_are(root: Path) -> None:
    content = yaml.safe_load(preview.for_preview(root / "_config.yml"))
    parts = content["sphinx"]["config"]["torch_parts"]
    assert not set(preview.LEFT_OUT) & set(parts) and parts[-1] == preview.OWN
    assert content["title"] == yaml.safe_load((root / "_config.yml").read_text())["title"]


def test_an_edited_page_a_word_of_a_notebook_and_a_figure_are_seen_by_the_browser(
    project: Path, browser: Browser
) -> None:
    assert "<b>111</b>" in browser.page("/notebooks/2-1-first.html")
    edit(project / "book/index.md", "The value", "The measured value")
    browser.waits_for_news()
    assert "The measured value" in browser.page("/book/index.html")
    edit(project / "notebooks/2-1-first.ipynb", "Some prose", "Other prose")
    browser.waits_for_news()
    assert "Other prose" in browser.page("/notebooks/2-1-first.html")
    edit(project / "notebooks/2-1-first.ipynb", "The value is {value}", "It is {value}")
    browser.waits_for_news()
    assert "It is <b>111</b>" in browser.page("/notebooks/2-1-first.html")
    edit(project / "data/figures/one.csv", "111", "119")
    browser.waits_for_news()
    assert "119" not in browser.page("/notebooks/5-conclusion.html")  # what reads the notebook comes after it
    browser.waits_for_news()
    assert "119" in browser.page("/notebooks/5-conclusion.html")
    assert "<b>119</b>" in browser.page("/notebooks/2-1-first.html")


def test_a_mistake_is_told_and_the_old_pages_stay(project: Path, browser: Browser) -> None:
    before = browser.page("/notebooks/4-2-second.html")
    edit(project / "notebooks/4-2-second.ipynb", "value = int(", "value = integer(")
    browser.hears("4-2-second.ipynb, code cell 2 .*: NameError: name 'integer' is not defined")
    browser.hears("not shown, the old pages stay")
    assert browser.page("/notebooks/4-2-second.html") == before
    (project / "data/figures/two.csv").write_text("value\nBAD\n")
    browser.hears("two.csv: BAD is no value")


def test_a_taken_port_is_told(project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, said = run(project, "live", "--port", str(port))
    assert code == 1
    assert f"Port {port} is taken. Choose another one: make live PORT={port + 1}" in said
