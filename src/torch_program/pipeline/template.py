"""A template: a process that has imported what others need, and forks when it is asked to (Linux).

It runs nothing itself, so nothing can leak from one child into the next. It is run as a script, without our package: a
kernel must import the library of its own bundle.
"""

import ctypes
import gc
import importlib
import json
import os
import runpy
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

KERNELS, PAGES = "kernels", "pages"
IMPORTED = {
    KERNELS: (
        *("numpy", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_svg"),
        *("matplotlib_inline.backend_inline", "seaborn", "pydantic", "yaml", "PIL.PngImagePlugin"),
        *("IPython.core.completer", "ipykernel.ipkernel", "ipykernel.kernelapp"),
    ),
    PAGES: (
        *("jupyter_book.cli.main", "jupyter_book.sphinx", "myst_nb.sphinx_ext", "sphinx_book_theme"),
        *("sphinx_copybutton", "sphinx_comments", "sphinx_external_toc", "sphinx.builders.html"),
        *("sphinx.util.parallel", "pydantic", "fontTools.subset", "PIL.ImageFont"),
    ),
}
LONGEST = 1 << 20  # bytes of a request: the system sends none that is longer
PR_SET_PDEATHSIG = 1  # of linux/prctl.h


@dataclass
class Child:
    """A process that was forked, and who asked for it, as long as it is there."""

    pid: int
    ended: int  # becomes readable when it has
    asked_by: socket.socket | None


def prepare(kind: str) -> None:
    """Import what the children need."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as in pipeline/__init__.py
    gc.disable()  # of what is imported nothing is garbage
    for module in IMPORTED[kind]:
        importlib.import_module(module)
    gc.enable()
    gc.set_threshold(20_000, 20, 20)  # charts and tables are full of cycles that live: to look often costs a sixth
    gc.collect()
    gc.freeze()  # collected objects stay in shared pages


def serve(kind: str, listener: socket.socket, owner: int) -> dict[str, Any]:
    """Prepare, then fork a process for each request; returns in those alone, with what the process is to become.

    A connection brings one request with the descriptors of output and errors, then signals, a byte each; its end kills.
    Back go the number of the process and, when it has ended, its exit code.
    """
    prepare(kind)
    new: list[socket.socket] = []  # connections without a request as yet
    children: list[Child] = []
    while True:
        asking = [child.asked_by for child in children if child.asked_by]
        heard: list[Any] = [owner, listener, *new, *asking, *(child.ended for child in children)]
        ready = select.select(heard, [], [])[0]
        if owner in ready:
            end(children, os.path.dirname(listener.getsockname()))
        for child in [child for child in children if child.ended in ready]:
            children.remove(child)
            bury(child)
        for child in [child for child in children if child.asked_by in ready]:
            hear(child)
        for connection in [connection for connection in new if connection in ready]:
            new.remove(connection)
            request, streams = received(connection)
            if not request:
                connection.close()
                continue
            pid = os.fork()
            if pid == 0:
                let_go(streams, owner, [listener, connection, *new], children)
                return json.loads(request)
            os.setpgid(pid, pid)  # as it does itself: who is first does not matter
            for descriptor in streams:
                os.close(descriptor)
            children.append(Child(pid, os.pidfd_open(pid), connection))
            with suppress(OSError):
                connection.send(str(pid).encode())
        if listener in ready:
            new.append(listener.accept()[0])


def let_go(streams: Iterable[int], owner: int, sockets: Iterable[socket.socket], children: Iterable[Child]) -> None:
    """In a new child: read nothing, write to the streams, and hold nothing that is the template's."""
    for stream, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), *streams)):
        os.dup2(descriptor, stream)
        os.close(descriptor)
    for descriptor in (owner, *(child.ended for child in children)):
        os.close(descriptor)
    for each in (*sockets, *(child.asked_by for child in children)):
        if each:
            each.close()


def received(connection: socket.socket) -> tuple[bytes, list[int]]:
    """A request and its descriptors; nothing from one that went away."""
    with suppress(OSError):
        request, streams, _, _ = socket.recv_fds(connection, LONGEST, 2)
        return request, streams
    return b"", []


def hear(child: Child) -> None:
    """Give a child the signals that were sent for it."""
    assert child.asked_by
    signals = b""
    with suppress(OSError):
        signals = child.asked_by.recv(32)
    if not signals:
        child.asked_by.close()
        child.asked_by = None
    for number in signals or [signal.SIGKILL]:
        os.killpg(child.pid, number)


def bury(child: Child) -> None:
    """Take leave of a child that has ended, and say with which code."""
    code = os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1])
    os.close(child.ended)
    if child.asked_by:
        with suppress(OSError):
            child.asked_by.send(str(code).encode())
        child.asked_by.close()


def end(children: Iterable[Child], folder: str) -> NoReturn:
    """Nobody is left who could ask."""
    for child in children:
        os.killpg(child.pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)  # for an owner that was killed
    os._exit(0)


def become(module: str, arguments: Sequence[str], folder: str, environment: Mapping[str, str]) -> None:
    """Be `python -m module arguments`."""
    os.setpgid(0, 0)
    end_with_parent()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    time.tzset()
    sys.argv = [module, *arguments]
    sys.path[:0] = ["", *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # or every child would draw the same numbers
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def end_with_parent() -> None:
    """Kill this process when its parent ends, where the system can do that."""
    system = ctypes.CDLL(None)
    if hasattr(system, "prctl"):  # Linux
        system.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    become(**serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2])), int(sys.argv[3])))
