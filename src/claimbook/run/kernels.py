"""Kernels forked from a process that has already imported what notebooks need.

These imports take most of the time of a small notebook. The process is the forkserver of the standard
library. It never imports our package, so each kernel imports the library next to its notebook.
"""

import gc
import os
import signal
import sys
import time
from multiprocessing import forkserver, get_context, parent_process, resource_tracker
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from threading import Lock, Thread
from typing import Any, cast
from unittest.mock import patch
from uuid import uuid4

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from claimbook.run import environment

IMPORTED = [
    *("numpy", "pandas", "matplotlib.pyplot", "matplotlib.backends.backend_svg", "matplotlib_inline.backend_inline"),
    *("seaborn", "pydantic.json_schema", "pydantic.type_adapter", "yaml", "PIL.PngImagePlugin"),
    *("IPython.core.completer", "ipykernel.ipkernel", "ipykernel.kernelapp"),
]
LAUNCHER = "ipykernel_launcher"  # the module that starts a kernel; here its arguments are used
LONGEST_SOCKET_PATH = 90  # longest path for a socket, with a margin; longer ones use ports
STARTING = Lock()
OUR_PACKAGE = __name__.partition(".")[0]


def start_forkserver() -> None:
    """Start the forkserver and its imports in the background, protected from Ctrl-C in a terminal.

    Its environment is the clean one. As it takes that of this process, only one thread may start it at a time.
    """
    forkserver.set_forkserver_preload(IMPORTED)
    resource_tracker.ensure_running()  # first, because starting it unblocks signals
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        with STARTING, patch.dict(os.environ, environment.clean(**environment.KERNEL), clear=True):
            forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def manager(kernel_name: str, sockets: Path) -> AsyncKernelManager:
    """Return a manager that starts a kernel by forking.

    It communicates through files that begin with `sockets`, because another process could take a port first.
    """
    kernel_manager = AsyncKernelManager(kernel_name=kernel_name, kernel_spec_manager=OurKernel())
    if len(str(sockets)) < LONGEST_SOCKET_PATH:
        kernel_manager.transport, kernel_manager.ip = "ipc", str(sockets)
    start_forkserver()
    kernel_manager.provisioner = ForkingProvisioner(
        kernel_id=str(uuid4()), kernel_spec=kernel_manager.kernel_spec, parent=kernel_manager
    )
    return kernel_manager


class OurKernel(KernelSpecManager):
    """Knows one kernel, so that the kernels that somebody has installed under the same name are not used."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(argv=[sys.executable, "-m", LAUNCHER, "-f", "{connection_file}"], language="python")


class ForkingProvisioner(LocalProvisioner):
    """Starts a kernel by forking."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        given = cmd[cmd.index(LAUNCHER) + 1 :], kwargs["cwd"], kwargs["env"], environment.path_of_packages()
        process = get_context("forkserver").Process(target=become_kernel, args=given, daemon=True)
        process.start()
        self.process = cast(Any, Forked(process))
        self.pid = self.pgid = process.pid
        return self.connection_info


class Forked:
    """Gives a process of multiprocessing the methods of `Popen` that jupyter_client needs."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self.process = process
        self.terminate, self.kill = process.terminate, process.kill

    def poll(self) -> int | None:
        return self.process.exitcode

    def wait(self) -> int | None:
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(cast(int, self.process.pid), number)


def end_with_parent() -> None:
    """In a kernel: exit when the process that requested it ends. The forkserver would keep it alive."""
    cast(Any, parent_process()).join()
    os._exit(1)


def become_kernel(arguments: list[str], folder: str, variables: dict[str, str], packages: list[str]) -> None:
    """In the new process: become a kernel in its own process group, out of reach of Ctrl-C.

    `packages` are the folders of Python and its packages, from which it imports all that is not in its folder.
    """
    import numpy as np  # the forkserver has imported all three; other processes do not need them
    from ipykernel import kernelapp
    from IPython.core import application

    gc.freeze()  # keeps imported objects in shared memory
    gc.set_threshold(20_000, 20, 20)  # frequent collection costs a sixth of the time
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # drops a pending one
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update({name: value for name, value in variables.items() if name != "JPY_PARENT_PID"})
    Thread(target=end_with_parent, daemon=True).start()
    os.chdir(folder)
    time.tzset()
    for module in [name for name in sys.modules if name.partition(".")[0] == OUR_PACKAGE]:
        del sys.modules[module]  # imported with this function
    sys.path[:] = ["", *variables["PYTHONPATH"].split(os.pathsep), *packages]
    sys.argv = [LAUNCHER, *arguments]
    for folders in (application.ENV_CONFIG_DIRS, application.SYSTEM_CONFIG_DIRS):
        folders.clear()  # nor do settings and start-up files of this machine count
    np.random.seed()  # otherwise every kernel would draw the same numbers
    kernelapp.launch_new_instance()
