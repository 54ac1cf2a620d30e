"""Processes that are forked from one which has imported what they need (Linux).

Importing takes most of the time of a small notebook, and a good part of a build in which one word has changed. So a
build has a template of each kind, begun while a processor has nothing else to do, and shared by all its workers. Asked
over a socket, a template forks, and the child becomes `python -m module arguments`. The template runs nothing itself,
so nothing can leak from one child into the next. A child ends when whoever asked for it does. Where forking is not
possible, or a template does not answer, an ordinary process starts.

This file is also run as a script, without our package: a kernel must import the library of its own bundle.
"""

import atexit
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
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from functools import cache
from tempfile import mkdtemp
from typing import Any, NoReturn

ORDINARY = "TORCH_ORDINARY_PROCESSES"  # set to anything: do without
SHARED = "TORCH_TEMPLATES"  # who shares its templates, their owner and their folder
PROVISIONER = "forked-provisioner"
KERNELS, PAGES = "kernels", "pages"
IMPORTED = {
    KERNELS: (
        *("numpy", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_svg"),
        *("matplotlib_inline.backend_inline", "seaborn", "inequality.gini", "pydantic", "yaml", "PIL.PngImagePlugin"),
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
begun: dict[str, "subprocess.Popen[bytes]"] = {}  # templates that this process has started


# what a process asks for ----------------------------------------------------------------------------------------------


def available() -> bool:
    """Can processes be forked here?"""
    return hasattr(os, "pidfd_open") and not os.environ.get(ORDINARY)


@cache
def place() -> tuple[int, str]:
    """Owner of the templates and their folder: those that the parent of this process shares with it, else its own.

    They end when their owner does.
    """
    giver, owner, folder = [*os.environ.get(SHARED, "").split(":", 2), "", "", ""][:3]
    if giver == str(os.getppid()):  # not what somebody further up has left in the environment
        return int(owner), folder
    folder = mkdtemp(prefix="torch-program-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return os.getpid(), folder


def shared() -> dict[str, str]:
    """What to put into the environment of a child that shall use the templates of this process."""
    return {SHARED: "{}:{}:{}".format(os.getpid(), *place())} if available() else {}


@contextmanager
def kernels() -> Iterator[None]:
    """Inside, kernels that jupyter_client starts in this process are forked, where that is possible."""
    if not available():
        yield
        return
    from importlib.metadata import EntryPoint

    from jupyter_client.provisioning.factory import KernelProvisionerFactory as Factory

    factory = Factory.instance()
    factory.provisioners[PROVISIONER] = EntryPoint(
        PROVISIONER, f"{__name__}_provisioner:ForkedProvisioner", Factory.GROUP_NAME
    )
    before, factory.default_provisioner_name = factory.default_provisioner_name, PROVISIONER
    try:
        yield
    finally:
        factory.default_provisioner_name = before


def begin(kind: str) -> None:
    """Let the template of a kind import, while this process does something else."""
    if available():
        _connected(kind).close()


def run(
    kind: str,
    module: str,
    arguments: Sequence[str],
    folder: str | os.PathLike[str],
    environment: Mapping[str, str],
    output: int,
) -> int:
    """Exit code of `python -m module arguments`, which writes to the descriptor `output`."""
    process = fork(kind, module, arguments, folder, environment, output, output)
    try:
        if process:
            return process.wait() or 0
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.run(command, cwd=folder, env=environment, stdout=output, stderr=output).returncode
    finally:
        if process:
            process.kill()


def fork(
    kind: str,
    module: str,
    arguments: Sequence[str],
    folder: str | os.PathLike[str],
    environment: Mapping[str, str],
    output: int,
    errors: int,
) -> "ForkedProcess | None":
    """A process that is `python -m module arguments`; None when there is no template to fork."""
    if not available():
        return None
    request = json.dumps(
        {"module": module, "arguments": arguments, "folder": os.fspath(folder), "environment": dict(environment)}
    ).encode()
    for _ in range(2):  # a template that was killed is noticed by its empty answer; the next one is new
        connection = _connected(kind)
        with suppress(OSError):
            socket.send_fds(connection, [request], [output, errors])
            if answer := connection.recv(32):
                return ForkedProcess(int(answer), connection)
        connection.close()
    return None


def _connected(kind: str) -> socket.socket:
    """A connection to the template of a kind, which is begun where there is none."""
    owner, folder = place()
    address = os.path.join(folder, kind)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    lock = os.open(folder, os.O_RDONLY)
    flock(lock, LOCK_EX)  # or two workers would begin one each
    try:
        try:
            connection.connect(address)
        except (FileNotFoundError, ConnectionRefusedError):
            with suppress(FileNotFoundError):
                os.unlink(address)
            _begin(kind, address, owner)
            connection.connect(address)
    finally:
        os.close(lock)
    return connection


def _begin(kind: str, address: str, owner: int) -> None:
    """Start a template; who connects while it imports is heard afterwards."""
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # no thread may run while the template forks
    same = {"PYTHONHASHSEED": "0", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "JPY_PARENT_PID"}} | single | same
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen(128)
        ends = os.pidfd_open(owner)
        try:
            template = subprocess.Popen(
                [sys.executable, "-P", __file__, kind, str(listener.fileno()), str(ends)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # nobody who reads to its end shall wait for an import
                pass_fds=[listener.fileno(), ends],
                env=env,
                cwd="/",
                start_new_session=True,  # a terminal's Ctrl-C does not reach it, from its first moment on
            )
        finally:
            os.close(ends)
    begun[kind] = template
    if owner == os.getpid():  # a worker that has nothing to do may end before the others
        atexit.register(template.kill)


class ForkedProcess:
    """What jupyter_client needs of `Popen`, for a process that is not our child."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._connection], [], [], timeout)[0]:
            code = b""
            with suppress(OSError):
                code = self._connection.recv(32)
            self.returncode = int(code or -signal.SIGKILL)
            self._connection.close()
        return self.returncode

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int | None:
        return self._ended(timeout)

    def send_signal(self, number: int) -> None:
        """Let the template send it: as long as it has not taken leave of the process, its number is no other's."""
        if self.poll() is None:
            with suppress(OSError):
                self._connection.send(bytes([number]))

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


# the template ---------------------------------------------------------------------------------------------------------


@dataclass
class Child:
    """A process that was forked, and who asked for it, as long as it is there."""

    pid: int
    ended: int  # becomes readable when it has
    asked_by: socket.socket | None


def serve(kind: str, listener: socket.socket, owner: int) -> dict[str, Any]:
    """Import, then fork a process for each request; returns in those alone, with what the process is to become.

    A connection brings one request with the descriptors of output and errors, then signals, a byte each; its end kills.
    Back go the number of the process and, when it has ended, its exit code.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as in pipeline/__init__.py
    gc.disable()  # of what is imported nothing is garbage
    for module in IMPORTED[kind]:
        importlib.import_module(module)
    gc.enable()
    gc.collect()
    gc.freeze()  # collected objects stay in shared pages
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
                for stream, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), *streams)):
                    os.dup2(descriptor, stream)
                    os.close(descriptor)
                for each in (listener, connection, *new, *(child.asked_by for child in children)):
                    if each:
                        each.close()
                for descriptor in (owner, *(child.ended for child in children)):
                    os.close(descriptor)
                return json.loads(request)
            os.setpgid(pid, pid)  # as it does itself: who is first does not matter
            for descriptor in streams:
                os.close(descriptor)
            children.append(Child(pid, os.pidfd_open(pid), connection))
            with suppress(OSError):
                connection.send(str(pid).encode())
        if listener in ready:
            new.append(listener.accept()[0])


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
