"""The pages on localhost: for a browser on this machine, and for no other site."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import towns

from claimbook.commands.live import pages_of

HOST = {"host": "localhost:8000"}
OTHER = {"host": "other.example:8000"}


def status_of(folder: Path, path: str, headers: dict[str, str]) -> int:
    """Return the status of the answer that the server of a folder gives."""
    sent: list[dict[str, Any]] = []

    async def asked() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    asking = {"type": "http", "method": "GET", "path": path, "headers": encoded, "extensions": {}}
    asyncio.run(pages_of(folder)(asking, asked, send))
    return sent[0]["status"]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", HOST, 200),
        ("/", {"host": "127.0.0.1:8000"}, 200),
        ("/", OTHER, 400),
        ("/", {"host": "localhost.other.example"}, 400),
        ("/", {}, 400),
        ("/\0", HOST, 404),
        ("/../secret", HOST, 404),
        ("/" + "a" * 5000, HOST, 404),
    ],
)
def test_pages_are_only_for_a_browser_on_this_machine(tmp_path, path, headers, status):
    (tmp_path / "secret").touch()
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/index.html").write_text("page")
    assert status_of(tmp_path / "pages", path, headers) == status


@pytest.mark.process
def test_pages_are_made_from_nothing_and_after_a_changed_word(tmp_path: Path) -> None:
    folder = towns.create(tmp_path / "towns")
    page = folder / f"_build/2026/live/html/{towns.FIRST}".replace(".ipynb", ".html")
    for old, new in (("should open", "should open"), ("should open", "must open")):
        towns.edit(folder / towns.FIRST, old, new)
        code, output = towns.run(folder, "preview")
        assert code == 0 and f"government {new}" in page.read_text(), output
