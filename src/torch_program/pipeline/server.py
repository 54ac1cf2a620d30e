"""A server on this machine and for this machine alone, of pages that may not be published yet."""

import errno
import sys
from collections.abc import Callable
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

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
