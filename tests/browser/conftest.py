"""A browser over the finished pages of the default edition, which are served on loopback.

`open_tab(...)` gives a Tab; `tab.go(name)` opens a page of the book. A tab fails its test when a page asked another
machine for something, or wrote an error to the console.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import chromium
import pytest
from axe_playwright_python.sync_playwright import Axe
from finished_report import DESK, HTML, PHONE, book_pages
from playwright.sync_api import Browser, Page, sync_playwright
from tab import Tab

from claimbook.project import outputs
from claimbook.project.outputs import figures

SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # other machines have no address
]

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
COLORS = ("color-contrast", "link-in-text-block")  # all that differs in the dark
SHOWN = """() => [...document.querySelectorAll("figure.chart")].map(figure => {
    const drawings = figure.querySelectorAll(":scope > svg"), box = drawings[0].getBoundingClientRect();
    const sizes = [...drawings[0].querySelectorAll("text")].map(text => parseFloat(text.getAttribute("font-size")));
    return {
        label: figure.id,
        drawings: drawings.length,
        left: box.left,
        right: box.right,
        type: Math.min(...sizes) * box.width / drawings[0].viewBox.baseVal.width,
    };
})"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files without a log. It has no icon, so it answers a request for one with an empty response."""

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path == "/favicon.ico":
            self.send_response(204)
            self.end_headers()
        else:
            super().do_GET()


OpenTab = Callable[..., AbstractContextManager[Tab]]


@pytest.fixture(scope="session")
def html() -> Path:
    """Folder of the finished pages."""
    assert (HTML / "index.html").exists(), "There are no pages to look at. Run `make report` first."
    return HTML


@pytest.fixture(scope="session")
def page_names() -> list[str]:
    """Every page of the book, by its name in `_toc.yml`, and the page of search results."""
    return [*book_pages(), "search"]


@pytest.fixture(scope="session")
def drawn(html: Path) -> Callable[[str], dict[str, dict]]:
    """Return the figures of a page by label, from its executed notebook."""
    source = html.parent / "source"
    return lambda name: {f["label"]: f for f in figures(outputs.read_notebook(source / f"{name}.ipynb"))}


@contextmanager
def served(handler: Callable[..., SimpleHTTPRequestHandler]) -> Iterator[str]:
    """Address at which a handler answers."""
    running = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()


@pytest.fixture(scope="session")
def site(html: Path) -> Iterator[str]:
    """Address of the pages."""
    with served(partial(Quiet, directory=str(html))) as address:
        yield address


@pytest.fixture
def held_back(html: Path) -> Callable[[str, bytes], AbstractContextManager[tuple[str, threading.Event]]]:
    """`with held_back(name, mark) as (site, rest)`: the page stops at the mark until `rest` is set."""

    @contextmanager
    def holding(name: str, mark: bytes) -> Iterator[tuple[str, threading.Event]]:
        rest = threading.Event()
        first, found, last = (html / f"{name}.html").read_bytes().partition(mark)
        assert found

        class Holding(Quiet):
            def do_GET(self) -> None:
                if self.path != f"/{name}.html":
                    return super().do_GET()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(first)
                rest.wait()
                self.wfile.write(found + last)

        with served(partial(Holding, directory=str(html))) as address:
            try:
                yield address, rest
            finally:
                rest.set()

    return holding


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of a process."""
    path = chromium.find()
    if not path:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(chromium.HOW)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=SWITCHES)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def open_tab(browser: Browser, site: str) -> OpenTab:
    """A context manager: `with open_tab(PHONE, dark=True, javascript=False, still=True) as tab`.

    In a still one the test says when time passes.
    """

    @cache
    def kept(size: tuple[int, int], dark: bool, javascript: bool, still: bool) -> Tab:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            has_touch=size == PHONE,
            reduced_motion="reduce",
        )
        page = context.new_page()
        if still:
            page.clock.install(time=0)
        return Tab(page, site, dark)

    @contextmanager
    def opened(
        size: tuple[int, int] = DESK, *, dark: bool = False, javascript: bool = True, still: bool = False
    ) -> Iterator[Tab]:
        tab = kept(size, dark, javascript, still)
        tab.page.set_viewport_size({"width": size[0], "height": size[1]})  # a test may have changed it
        try:
            with tab.explained():
                yield tab
            assert not tab.outside, "\n".join(tab.outside)
            assert not tab.errors, "\n".join(tab.errors)
        finally:
            tab.forget()

    return opened


@pytest.fixture
def page(request: pytest.FixtureRequest, open_tab: OpenTab) -> Iterator[Page]:
    """The page that a module calls PAGE, in a window on a desk."""
    with open_tab() as tab:
        yield tab.go(request.module.PAGE)


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """Return violations of WCAG on a page in light mode and in dark mode, one line for each place."""

    def found(page: Page, rules: dict) -> list[str]:
        done = Axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"], "preload": False})
        return [f"{v['id']}: {node['html'][:160]}" for v in done.response["violations"] for node in v["nodes"]]

    def both(page: Page, *more: str) -> list[str]:
        light = found(page, {"type": "tag", "values": [*WCAG, *more]})
        page.emulate_media(color_scheme="dark")
        page.locator("html:not([data-theme=light])").wait_for(state="attached")  # it has a theme, or only style
        return light + [f"dark, {line}" for line in found(page, {"type": "rule", "values": COLORS})]

    return both


@pytest.fixture(scope="session")
def charts() -> Callable[[Page], list[dict]]:
    """What a page shows of its charts: label, edges and smallest type of each, in pixels of the window."""
    return lambda page: page.evaluate(SHOWN)
