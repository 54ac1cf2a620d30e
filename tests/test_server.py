"""The server of pages on this machine: for whom it answers, and that a browser that goes away is no event."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import pytest
import tiny_project

from torch_program.live.server import Files, News, Pages, PortTaken, Server, server


class Told(News):
    """News that let a test know when a browser waits for them."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = threading.Event()

    def wait(self, seen: int) -> bool:
        self.waiting.set()
        return super().wait(seen)


@contextmanager
def serving(folder: Path, news: News) -> Iterator[Server]:
    """A running server; afterwards every request is answered."""
    running = server(0, partial(Pages, directory=str(folder), news=news), "live")
    running.daemon_threads = False  # so that closing waits for them
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield running
    finally:
        running.shutdown()
        running.server_close()


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    (tmp_path / "index.html").write_text("<body>Hand-made</body>")
    (tmp_path / "folder/a.css").write_text("a {}")
    return tmp_path


def ask(running: Server, path: str, host: str) -> tuple[int, str]:
    connection = HTTPConnection("localhost", running.server_port, timeout=tiny_project.ENDS)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", host)
    connection.endheaders()
    answer = connection.getresponse()
    said = answer.status, answer.read().decode()
    connection.close()
    return said


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/index.html", "localhost:8000", 200),
        ("/index.html", "127.0.0.1", 200),
        ("/folder/a.css", "localhost:8000", 200),
        ("/index.html", "evil.example:8000", 403),  # a name that its owner points to this machine
        ("/folder/a.css", "evil.example", 403),
        ("/index.html", "", 403),
        ("/folder/", "localhost", 404),
        ("/%00", "localhost", 404),
        ("/%00.html", "localhost", 404),
        ("/.live?seen=x", "localhost", 400),
        ("/.live?seen=-1", "localhost", 400),
        ("/../../etc/passwd", "localhost", 404),
    ],
)
def test_pages_are_given_to_who_asks_this_machine_by_its_own_name_and_anything_else_is_refused(
    pages: Path, capfd: pytest.CaptureFixture, path: str, host: str, status: int
) -> None:
    with serving(pages, News()) as running:
        got, said = ask(running, path, host)
    assert got == status
    assert ("Hand-made" in said or "a {}" in said) == (status == 200)
    assert capfd.readouterr().err == ""


def test_a_tab_that_is_closed_while_it_waits_for_news_leaves_no_traceback(
    pages: Path, capfd: pytest.CaptureFixture
) -> None:
    news = Told()
    with serving(pages, news) as running:
        tab = socket.create_connection(("localhost", running.server_port))
        tab.sendall(b"GET /.live?seen=0 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert news.waiting.wait(tiny_project.ENDS)
        tab.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closed at once
        tab.close()
        news.tell()
    assert capfd.readouterr().err == ""


def test_a_taken_port_is_told_with_the_command_for_another() -> None:
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {port} is taken. Choose another one: make serve PORT={port + 1}"):
            server(port, Files, "serve")


@pytest.mark.process
def test_a_report_is_served_until_ctrl_c_and_only_when_there_is_one(tmp_path: Path) -> None:
    folder = tiny_project.create(tmp_path / "project")
    code, said = tiny_project.run(folder, "serve", "--port", "0")
    assert code == 1 and "Run `make report` first." in said
    html = folder / "_build/2026/html"
    html.mkdir(parents=True)
    (html / "index.html").write_text("Hand-made")
    process = tiny_project.start(folder, "serve", "--port", "0")
    address = tiny_project.when(process, "http://localhost")
    port = int(address.partition("localhost:")[2].partition("/")[0])
    connection = HTTPConnection("localhost", port, timeout=tiny_project.ENDS)
    connection.request("GET", "/index.html")
    assert connection.getresponse().read() == b"Hand-made"
    connection.close()
    tiny_project.ctrl_c(process)
    said = process.communicate()[0]
    assert (process.returncode, said) == (0, "\nEnded.\n")
