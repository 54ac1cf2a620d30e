"""JupyterLab over a notebook: what people see after downloading it, and after Run All."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from one_notebook import FILE, SAID, clean, create, described
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.process, pytest.mark.slow]
OUTPUT = ".jp-OutputArea-output"
DRAWN = f"n => [...document.querySelectorAll('{OUTPUT} img')].filter(e => e.naturalWidth).length == n"
IDLE = ".jp-Notebook-ExecutionIndicator[data-status=idle]"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create(tmp_path_factory.mktemp("lab") / "a project")


@pytest.fixture(scope="module")
def lab(project: Path) -> Iterator[str]:
    """Address of the notebook in a JupyterLab of its own."""
    command = ["jupyter", "lab", "--no-browser", "--allow-root", "--port=0", "--notebook-dir=notebooks"]
    server = subprocess.Popen(command, cwd=project, env=clean(project), stderr=subprocess.PIPE, text=True)
    found = (re.search(r"(http://127\.0\.0\.1:\d+)/lab\?token=(\w+)", line) for line in server.stderr)
    address, token = next(filter(None, found)).groups()
    yield f"{address}/lab/tree/{FILE}?token={token}"
    server.terminate()
    server.communicate()


def pictures(page: Page, count: int) -> list[str]:
    """Return the alt texts of the visible pictures, once `count` of them are drawn."""
    page.wait_for_function(DRAWN, arg=count)
    return page.eval_on_selector_all(f"{OUTPUT} img", "all => all.filter(e => e.naturalWidth).map(e => e.alt)")


def test_a_notebook_shows_its_charts_before_and_after_it_has_run(browser: Browser, project: Path, lab: str) -> None:
    path = project / "notebooks" / FILE
    page = browser.new_context(viewport={"width": 1300, "height": 2400}).new_page()
    page.set_default_timeout(600_000)
    page.goto(lab)
    expected = described(path)
    assert pictures(page, len(expected)) == expected
    page.wait_for_selector(IDLE)  # JupyterLab drops what is run before its kernel has started
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
