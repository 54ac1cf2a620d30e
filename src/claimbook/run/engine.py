"""Runs the cells of one notebook with papermill, in a new kernel, and says why it stopped."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import papermill
from nbclient.exceptions import CellTimeoutError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines

from claimbook.run import kernels

OWN_KERNEL = "own-kernel"  # name of our engine
NO_MAGIC = "IPython does not know this command; a %%prose cell must come after the cell that makes the section"
SILENT = logging.Logger("notebooks")  # our sentences replace its messages, such as "Kernel died"
SILENT.addHandler(logging.NullHandler())
TIMEOUT = 600  # seconds that a cell may take


class OwnKernel(Engine):
    """A papermill engine whose kernels have their own folder and environment.

    It writes the notebook once, at the end. Papermill's own engine writes it before and after each cell with
    all charts so far, and runs in the folder and environment of its process.
    """

    @classmethod
    def execute_managed_notebook(  # type: ignore[override]  # only the settings that we pass
        cls, nb_man: Any, kernel_name: str, execution_timeout: int, kernel: dict[str, Any], **settings: Any
    ) -> Any:
        path, nb_man.output_path = nb_man.output_path, None
        client = PapermillNotebookClient(
            nb_man,
            km=kernels.manager(kernel_name, Path(kernel["cwd"]).parent / "kernel"),
            timeout=execution_timeout,
            shutdown_kernel=settings["shutdown_kernel"],
            log=SILENT,
        )
        try:
            return client.execute(cleanup_kc=True, **kernel)
        finally:
            nb_man.output_path = path


papermill_engines.register(OWN_KERNEL, OwnKernel)


def run_notebook(notebook: Path, executed: Path, parameters: Mapping[str, Any], environment: Mapping[str, str]) -> str:
    """Run a notebook in its folder. Returns why it stopped before its end, or ""."""
    try:
        result = papermill.execute_notebook(
            str(notebook),
            str(executed),
            engine_name=OWN_KERNEL,
            parameters=dict(parameters),
            progress_bar=False,
            log_output=False,
            execution_timeout=TIMEOUT,
            autosave_cell_every=0,
            shutdown_kernel="immediate",  # a polite shutdown sometimes takes three seconds
            kernel={"cwd": str(notebook.parent), "env": dict(environment)},
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
