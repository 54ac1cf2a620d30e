"""Kernels that are forked from a process which has imported what every notebook imports (Linux).

Starting an interpreter and importing pandas and matplotlib takes most of the time of a small notebook. Each worker has
one such process; it runs no notebook itself, so nothing can leak from one kernel into the next. Where forking is not
possible, or the process does not answer, an ordinary kernel starts.

This file is also run as a script, without our package: a kernel must import the library of its own bundle.
"""

import gc
import importlib
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

ORDINARY = "TORCH_ORDINARY_KERNELS"  # set to anything: do without
NAME = "forked-provisioner"
IMPORTED = (
    *("numpy", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_svg", "matplotlib_inline.backend_inline"),
    *("seaborn", "inequality.gini", "pydantic", "yaml", "PIL.PngImagePlugin"),
    *("IPython.core.completer", "ipykernel.ipkernel", "ipykernel.kernelapp"),
)
_template: "subprocess.Popen[str] | None" = None


def available() -> bool:
    """Can kernels be forked here?"""
    return hasattr(os, "pidfd_open") and hasattr(signal, "pidfd_send_signal") and not os.environ.get(ORDINARY)


@contextmanager
def kernels() -> Iterator[None]:
    """Inside, kernels that jupyter_client starts in this process are forked, where that is possible."""
    if not available():
        yield
        return
    from importlib.metadata import EntryPoint

    from jupyter_client.provisioning.factory import KernelProvisionerFactory as Factory

    factory = Factory.instance()
    factory.provisioners[NAME] = EntryPoint(NAME, f"{__name__}_provisioner:ForkedProvisioner", Factory.GROUP_NAME)
    before, factory.default_provisioner_name = factory.default_provisioner_name, NAME
    try:
        yield
    finally:
        factory.default_provisioner_name = before


def begin() -> None:
    """Let the process that kernels are forked from import, while this one does something else."""
    if available():
        _running_template()


def fork(request: dict[str, Any]) -> "ForkedProcess | None":
    """A kernel with the arguments, folder and environment of the request; None when there is no template to fork."""
    for _ in range(2):  # a template that was killed is noticed by its empty answer; the next one is new
        template = _running_template()
        assert template.stdin and template.stdout  # pipes
        try:
            template.stdin.write(json.dumps(request) + "\n")
            template.stdin.flush()
            answer = template.stdout.readline()
        except OSError:
            answer = ""
        if answer.strip().isdigit():
            return ForkedProcess(int(answer))
        template.kill()
        template.wait()
    return None


def _running_template() -> "subprocess.Popen[str]":
    """The template of this process; it ends when this process does, because then its standard input closes."""
    global _template
    if _template is None or _template.poll() is not None:
        single = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # no thread may run while the template forks
        env = os.environ | single | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        env.pop("PYTHONPATH", None)
        _template = subprocess.Popen(
            [sys.executable, "-P", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=env,
            cwd="/",
            start_new_session=True,  # a terminal's Ctrl-C does not reach it, from its first moment on
        )
    return _template


class ForkedProcess:
    """What jupyter_client needs of `Popen`, for a process that is not our child."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._fd = os.pidfd_open(pid)

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._fd], [], [], timeout)[0]:
            os.close(self._fd)
            self.returncode = 0
        return self.returncode

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int | None:
        return self._ended(timeout)

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            signal.pidfd_send_signal(self._fd, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def serve() -> None:
    """Import, then fork one kernel for each line of standard input, and answer with its process number."""
    for module in IMPORTED:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # collected objects stay in shared pages
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    template = os.getpid()
    for line in sys.stdin:
        if not line.endswith("\n"):  # who asked was killed while it wrote
            break
        pid = os.fork()
        if pid == 0:
            _become_kernel(json.loads(line), template)
        print(pid, flush=True)


def _become_kernel(request: dict[str, Any], template: int) -> None:
    import numpy
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(null, descriptor)
    os.environ.clear()
    os.environ.update(request["env"])
    os.environ["JPY_PARENT_PID"] = str(template)
    os.chdir(request["cwd"])
    time.tzset()
    sys.path[:0] = ["", *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    numpy.random.seed()  # or every kernel would draw the same numbers
    try:
        # also as an option: ipykernel has read the variable in the template, and would outlive a killed worker
        IPKernelApp.launch_instance(argv=[*request["argv"], f"--IPKernelApp.parent_handle={template}"])
    finally:
        os._exit(0)


if __name__ == "__main__":
    try:
        serve()
    except BrokenPipeError:  # who wanted kernels was killed
        os._exit(0)  # without the last flush, which would break too
