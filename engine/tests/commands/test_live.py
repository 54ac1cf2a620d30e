"""The pages on localhost: for a browser on this machine, and for no other site."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import towns

from claimbook.commands.live import pages_of


def status_of(folder: Path, path: str, host: str | None) -> int:
    """Return the status that the server of a folder gives to a browser that asks this host.

    A thread asks, because tests with a browser keep a loop in this one.
    """
    sent, headers = asyncio.Queue[dict[str, Any]](), [(b"host", host.encode())] if host else []

    async def asked() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    asking = {"type": "http", "method": "GET", "path": path, "headers": headers, "extensions": {}}
    ThreadPoolExecutor().submit(asyncio.run, pages_of(folder)(asking, asked, sent.put)).result()
    return sent.get_nowait()["status"]


def test_pages_are_only_for_a_browser_on_this_machine(tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    (folder := tmp_path / "pages").mkdir()
    (folder / "index.html").write_text("page")
    paths = {"/": 200, "/\0": 404, "/../secret": 404, "/" + "a" * 5000: 404}
    assert {path: status_of(folder, path, "localhost:8000") for path in paths} == paths
    hosts = {"127.0.0.1:8000": 200, "other.example:8000": 400, "localhost.other.example": 400, None: 400}
    assert {host: status_of(folder, "/", host) for host in hosts} == hosts


@pytest.mark.process
def test_pages_are_made_from_nothing_and_after_a_changed_word(tmp_path: Path) -> None:
    folder = towns.create(tmp_path / "towns")
    page = folder / f"_build/2026/live/html/{towns.FIRST}".replace(".ipynb", ".html")
    for word in ("should", "must"):
        towns.edit(folder / towns.FIRST, "should open", f"{word} open")
        code, output = towns.run(folder, "preview")
        assert code == 0 and f"government {word} open" in page.read_text(), output
