"""A server on this machine and for this machine alone, of pages that may not be published yet."""

import errno
import re
import sys
import threading
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from torch_program.pipeline.plan import PlanError

HERE = "localhost"
NAMES = (HERE, "127.0.0.1")


class PortTaken(PlanError):
    """Another program listens there; the message says what to do."""


class Files(SimpleHTTPRequestHandler):
    """Files of a folder, for who names this machine in the address; no lists of what lies there."""

    def parse_request(self) -> bool:
        """Read the head of a request; False when it was answered with an error."""
        if not super().parse_request():
            return False
        asked = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
        if asked not in NAMES:  # a page elsewhere can give its own name this address, and would read along
            self.send_error(HTTPStatus.FORBIDDEN, f"Ask for http://{HERE}")
            return False
        if "\0" in unquote(urlsplit(self.path).path):
            self.send_error(HTTPStatus.NOT_FOUND)
            return False
        return True

    def list_directory(self, path: Any) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing: the terminal is for what was made."""


class Server(ThreadingHTTPServer):
    """Answers side by side, and says nothing of a browser that went away."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a tab that was closed while it waited
            super().handle_error(request, client_address)


def server(port: int, handler: Callable[..., Files], verb: str) -> Server:
    """A server that listens on a port, 0 for any; raises PortTaken."""
    try:
        return Server((HERE, port), handler)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise PortTaken(f"Port {port} is taken. Choose another one: make {verb} PORT={port + 1}") from None


# of pages that are edited --------------------------------------------------------------------------------------------

PATIENCE = 25.0  # seconds after which a page that waits for news asks again
NEWS = "/.live"
SCRIPT = """<script>
(function wait() {
  fetch("%s?seen=%d").then(r => r.status === 200 ? location.reload() : wait()).catch(() => setTimeout(wait, 1000));
})();
</script></body>"""


class News:
    """Counts the versions of the pages; a browser waits for the next one."""

    def __init__(self) -> None:
        self.version, self.changed = 0, threading.Condition()

    def tell(self) -> None:
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def wait(self, seen: int) -> bool:
        """Is there a newer version than the one that was seen, now or within PATIENCE seconds?"""
        with self.changed:
            return self.changed.wait_for(lambda: self.version > seen, PATIENCE)


class Pages(Files):
    """Serves the pages as they lie there, each with a script that waits for news."""

    def __init__(self, *arguments: Any, news: News, **more: Any) -> None:
        self.news = news
        super().__init__(*arguments, **more)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        path = Path(self.translate_path(address.path))
        if address.path == NEWS:
            seen = parse_qs(address.query).get("seen", ["0"])[0]
            if not re.fullmatch(r"[0-9]{1,9}", seen):
                self.send_error(400)
                return
            self._answer(200 if self.news.wait(int(seen)) else 204, "text/plain", b"")
        elif path.suffix == ".html" and path.is_file():
            page = path.read_text(encoding="utf-8").replace("</body>", SCRIPT % (NEWS, self.news.version), 1)
            self._answer(200, "text/html; charset=utf-8", page.encode())
        else:
            super().do_GET()

    def _answer(self, code: int, kind: str, content: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)


def serve(pages: Path, port: int, news: News) -> Server:
    """A server of pages that are edited, running in the background; raises PortTaken."""
    running = server(port, partial(Pages, directory=str(pages), news=news), "live")
    threading.Thread(target=running.serve_forever, daemon=True).start()
    return running
