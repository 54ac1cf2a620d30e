"""The pages on localhost: for a browser on this machine, and for no other site."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from claimbook.commands.live import pages_of

HOST = {"host": "localhost:8000"}
OTHER = {"host": "other.example:8000"}


def answer(folder: Path, kind: str, path: str, headers: dict[str, str]) -> dict[str, Any]:
    """Return how the server of a folder begins its answer."""
    sent: list[dict[str, Any]] = []

    async def asked() -> dict[str, Any]:
        return {"type": "websocket.connect" if kind == "websocket" else "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    asking = {"type": kind, "method": "GET", "path": path, "headers": encoded, "extensions": {}}
    asyncio.run(pages_of(folder)(asking, asked, send))
    return sent[0]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/", HOST, 200),
        ("/", HOST | {"origin": "http://localhost:8000"}, 200),
        ("/", {"host": "127.0.0.1:8000"}, 200),
        ("/", OTHER, 403),
        ("/", OTHER | {"origin": "http://other.example:8000"}, 403),
        ("/", {"host": "localhost.other.example"}, 403),
        ("/", {}, 403),
        ("/", HOST | {"origin": "http://other.example"}, 403),
        ("/", HOST | {"origin": "null"}, 403),
        ("/\0", HOST, 404),
        ("/../secret", HOST, 404),
        ("/" + "a" * 5000, HOST, 404),
    ],
)
def test_pages_are_only_for_a_browser_on_this_machine(tmp_path, path, headers, status):
    (tmp_path / "secret").touch()
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages/index.html").write_text("page")
    assert answer(tmp_path / "pages", "http", path, headers)["status"] == status


def test_another_site_does_not_hear_of_edits(tmp_path: Path) -> None:
    """Without the check, the server itself would close a connection to what it does not have."""
    assert answer(tmp_path, "websocket", "/reload", HOST)["type"] == "websocket.close"
    assert answer(tmp_path, "websocket", "/reload", HOST | {"origin": "http://other.example"})["status"] == 403
