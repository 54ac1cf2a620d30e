"""JupyterLab over a notebook: what people see after downloading it, and after Run All."""

import re
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import pytest
from one_notebook import FILE, SAID, clean, described
from playwright.sync_api import Browser, Page
from tab import PATIENCE, Tab

pytestmark = [pytest.mark.process, pytest.mark.slow]
LAB = "jupyter lab --no-browser --allow-root --port=0 --notebook-dir=notebooks --expose-app-in-browser".split()
OUTPUT = ".jp-OutputArea-output"
DRAWN = f"n => [...document.querySelectorAll('{OUTPUT} img')].filter(e => e.naturalWidth).length == n"
# JupyterLab drops what is run before it has heard of its kernel, and until then its page says "idle"
KERNEL = "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status"
PROMPTS = "[...document.querySelectorAll('.jp-InputPrompt')].map(e => e.innerText)"


@pytest.fixture(scope="module")
def lab(ran_towns: Path) -> Iterator[str]:
    """Address of a JupyterLab of its own."""
    server = subprocess.Popen(LAB, cwd=ran_towns, env=clean(ran_towns), stderr=subprocess.PIPE, text=True)
    lines: SimpleQueue[str] = SimpleQueue()
    threading.Thread(target=lambda: [*map(lines.put, server.stderr)]).start()  # a server stops at a full pipe
    said = iter(partial(lines.get, timeout=PATIENCE / 1000), None)
    found = (re.search(r"(http://127\.0\.0\.1:\d+)/lab\?token=(\w+)", line) for line in said)
    address, token = next(filter(None, found)).groups()
    yield f"{address}/lab/tree/{FILE}?token={token}"
    server.kill()  # asked politely, it sometimes never ends; its kernel ends without it
    server.wait()


def pictures(page: Page, count: int) -> list[str]:
    """Return the alt texts of the visible pictures, once `count` of them are drawn."""
    page.wait_for_function(DRAWN, arg=count)
    return page.eval_on_selector_all(f"{OUTPUT} img", "all => all.filter(e => e.naturalWidth).map(e => e.alt)")


def test_a_notebook_shows_its_charts_before_and_after_it_has_run(browser: Browser, ran_towns: Path, lab: str) -> None:
    page = browser.new_context(viewport={"width": 1300, "height": 2400}).new_page()
    expected = described(ran_towns / "notebooks" / FILE)
    with Tab(page, lab, dark=False).explained(f"'Kernel: ' + {KERNEL} + ', cells: ' + {PROMPTS}"):
        page.goto(lab)
        assert pictures(page, len(expected)) == expected
        page.wait_for_function(f"{KERNEL} == 'idle'")
        page.get_by_role("menuitem", name="Edit", exact=True).click()
        page.get_by_text("Clear Outputs of All Cells", exact=True).first.click()
        page.locator(f"{OUTPUT} img").first.wait_for(state="detached")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).first.click()
        assert pictures(page, len(expected)) == expected
    kinds = page.eval_on_selector_all(OUTPUT, "all => all.map(e => e.dataset.mimeType)")
    assert not [kind for kind in kinds if kind.startswith("application/")]  # errors and what goes to stderr too
    assert page.get_by_text(SAID).count()
    page.context.close()
