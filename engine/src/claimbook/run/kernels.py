"""Runs the cells of one notebook with papermill, in a kernel forked from a process that has imported what it needs.

These imports take most of the time of a small notebook. The process is the forkserver of the standard library. It
imports the code of engine and report too, from a copy of what the build began with. A kernel for other code, as after
an edit, forgets that and imports its own.
"""

import logging
import os
import sys
from collections.abc import Mapping
from multiprocessing import get_context, spawn
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, cast
from unittest.mock import patch
from uuid import uuid4

import papermill
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbclient.exceptions import CellTimeoutError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines

from claimbook import patches
from claimbook.notebook.kernel import LAUNCHER, become_kernel
from claimbook.run import environment

LONGEST_SOCKET_PATH = 90  # longest path for a socket, with a margin; longer ones use ports
OWN_KERNEL = "own-kernel"  # name of our engine
NO_MAGIC = "IPython does not know this command; a %%prose cell must come after the cell that makes the section"
SILENT_LOG = logging.Logger("notebooks")  # our sentences replace its messages, such as "Kernel died"
SILENT_LOG.addHandler(logging.NullHandler())
TIMEOUT = 600  # seconds that a cell may take


def manager(kernel_name: str, sockets: Path, code: str) -> AsyncKernelManager:
    """Return a manager that forks a kernel. `code` is PYTHONPATH, with which it finds engine and report.

    It communicates through files that begin with `sockets`, because another process could take a port first.
    """
    kernel_manager = AsyncKernelManager(kernel_name=kernel_name, kernel_spec_manager=OurKernel())
    if len(str(sockets)) < LONGEST_SOCKET_PATH:
        kernel_manager.transport, kernel_manager.ip = "ipc", str(sockets)
    environment.start_forkserver(code)
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
        # a kernel must not run the script of this process, which may need code that notebooks do not have
        with environment.STARTING, patch.object(spawn, "get_preparation_data", lambda _: {"sys_path": sys.path}):
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


# one notebook ------------------------------------------------------------------------------------------------------


class OwnKernel(Engine):
    """A papermill engine whose kernels have their own folder and environment.

    It writes the notebook once, at the end. Papermill's own engine writes it before and after each cell with
    all charts so far, and runs in the folder and environment of its process.
    """

    @classmethod
    def execute_managed_notebook(  # type: ignore[override]  # only the settings that we pass
        cls, nb_man: Any, kernel_name: str, kernel: dict[str, Any], **_: Any
    ) -> Any:
        path, nb_man.output_path = nb_man.output_path, None
        client = PapermillNotebookClient(
            nb_man,
            km=manager(kernel_name, Path(kernel["cwd"]).parent / "kernel", kernel["env"]["PYTHONPATH"]),
            timeout=TIMEOUT,
            shutdown_kernel="immediate",  # a polite shutdown sometimes takes three seconds
            log=SILENT_LOG,
        )
        try:
            return client.execute(cleanup_kc=True, **kernel)
        finally:
            nb_man.output_path = path


papermill_engines.register(OWN_KERNEL, OwnKernel)
patches.names_of_classes_in_threads()


def run_notebook(notebook: Path, executed: Path, parameters: Mapping[str, Any], variables: Mapping[str, str]) -> str:
    """Run a notebook in its folder, with these environment variables. Returns why it stopped before its end, or ""."""
    try:
        result = papermill.execute_notebook(
            str(notebook),
            str(executed),
            engine_name=OWN_KERNEL,
            parameters=dict(parameters),
            progress_bar=False,
            log_output=False,
            autosave_cell_every=0,
            kernel={"cwd": str(notebook.parent), "env": dict(variables)},
        )
    except papermill.PapermillExecutionError as error:
        message = f"{error.ename}: {error.evalue}".removesuffix(": ")
        return NO_MAGIC if message == "CellExecutionError" else message  # an unknown magic has neither name nor value
    except CellTimeoutError:
        return f"a cell ran longer than {TIMEOUT} s"
    except RuntimeError as error:  # raised in a cell or before the first one
        if "Kernel died" not in str(error):
            raise
        return "the kernel died, perhaps because memory ran out"
    errors = [output.ename for cell in result.cells for output in cell.get("outputs", ()) if "ename" in output]
    return f"{errors[-1]}: a cell may not end its notebook" if errors else ""  # papermill accepts exit()
