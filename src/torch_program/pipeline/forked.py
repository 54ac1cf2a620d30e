"""Processes that are forked from one which has imported what they need (Linux).

Importing takes most of the time of a small notebook, and a good part of a build in which one word has changed. So a
build has a template of each kind, begun while a processor has nothing else to do, and shared by all its workers. Asked
over a socket, a template forks, and the child becomes `python -m module arguments`. A child ends when whoever asked for
it does. Where forking is not possible, or a template does not answer, an ordinary process starts.
"""

import atexit
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from functools import cache
from tempfile import mkdtemp
from typing import NamedTuple

from torch_program.pipeline import template

ORDINARY = "TORCH_ORDINARY_PROCESSES"  # set to anything: do without
SHARED = "TORCH_TEMPLATES"  # who shares its templates, their owner and their folder
PROVISIONER = "forked-provisioner"
begun: dict[str, "subprocess.Popen[bytes]"] = {}  # templates that this process has started


def available() -> bool:
    """Can processes be forked here?"""
    return hasattr(os, "pidfd_open") and not os.environ.get(ORDINARY)


@cache
def place() -> tuple[int, str]:
    """Owner of the templates and their folder: those that the parent of this process shares with it, else its own.

    They end when their owner does.
    """
    giver, _, given = os.environ.get(SHARED, "").partition(":")
    if giver == str(os.getppid()):  # not what somebody further up has left in the environment
        owner, _, folder = given.partition(":")
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


class Command(NamedTuple):
    """`python -m module arguments`, in a folder and with an environment of its own."""

    module: str
    arguments: Sequence[str]
    folder: str
    environment: Mapping[str, str]


def run(kind: str, command: Command, output: int) -> int:
    """Exit code of a command, which writes to the descriptor `output`."""
    process = fork(kind, command, output, output)
    if not process:
        words, where = [sys.executable, "-m", command.module, *command.arguments], command.folder
        return subprocess.run(words, cwd=where, env=command.environment, stdout=output, stderr=output).returncode
    try:
        return process.wait()
    finally:
        process.kill()


def fork(kind: str, command: Command, output: int, errors: int) -> "ForkedProcess | None":
    """The process of a command; None when there is no template to fork."""
    if not available():
        return None
    request = json.dumps(command._asdict()).encode()
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
            _begin(kind, address, owner, connection)
    finally:
        os.close(lock)
    return connection


def _begin(kind: str, address: str, owner: int, connection: socket.socket) -> None:
    """Start a template and connect to it; who does so while it imports is heard afterwards."""
    single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # no thread may run while the template forks
    same = {"PYTHONHASHSEED": "0", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    env = {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "JPY_PARENT_PID"}} | single | same
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(address)
        listener.listen(128)
        connection.connect(address)  # as long as somebody listens for certain: a template may end at once
        ends = os.pidfd_open(owner)
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", template.__file__, kind, str(listener.fileno()), str(ends)],
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
    begun[kind] = process
    if owner == os.getpid():  # a worker that has nothing to do may end before the others
        atexit.register(process.kill)


class ForkedProcess:
    """What jupyter_client needs of `Popen`, for a process that is not our child."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int, connection: socket.socket) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._connection = connection

    def poll(self) -> int | None:
        ended = self.returncode is not None or select.select([self._connection], [], [], 0)[0]
        return self.wait() if ended else None

    def wait(self) -> int:
        if self.returncode is None:
            code = b""
            with suppress(OSError):
                code = self._connection.recv(32)
            self.returncode = int(code or -signal.SIGKILL)
            self._connection.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Let the template send it: as long as it has not taken leave of the process, its number is no other's."""
        if self.poll() is None:
            with suppress(OSError):
                self._connection.send(bytes([number]))

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)
