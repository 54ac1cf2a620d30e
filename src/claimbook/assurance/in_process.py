"""Runs notebooks in this process, without a kernel and without drawing, for questions that need many runs."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import chdir, contextmanager
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

from claimbook.notebook.notebook_file import code_cells, parse_notebook
from claimbook.notebook.section import Section
from claimbook.project import folders, parameters
from claimbook.project.files import scratch
from claimbook.run import kernels
from claimbook.run.plan import Plan

Displayed = list[dict[str, Any]]  # what one cell displayed: content by MIME type


def displays(plan: Plan, name: str, changed: Mapping[str, bytes], go_on: bool = False) -> Iterator[Displayed]:
    """Run a notebook and yield what each code cell displays.

    `changed` replaces the contents of files, by their name in the project. A cell that fails displays
    {"error": why} and ends the run, unless `go_on` is set.
    """
    from IPython.core.interactiveshell import InteractiveShell  # these take a second to import
    from IPython.utils.capture import capture_output
    from traitlets.config import Config

    from claimbook.charts import figures

    main = sys.modules["__main__"]  # the shell replaces it, and without a real one no process can be forked
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    with (
        _laid_out(plan, name, changed) as folder,
        chdir(folder / "notebooks"),
        # drawings follow from data and words, which are compared; without them a run takes a quarter less
        patch.object(figures.Chart, "svg", lambda *_: ""),
        patch.object(shell, "_showtraceback", lambda *_: None),  # in a kernel, it would also fail the cell that asks
        patch.dict(os.environ),
    ):
        os.environ.pop(folders.DATA_VARIABLE, None)  # the folder has its own data
        try:
            for _, source, cell in code_cells(parse_notebook(plan.committed(name).read_bytes())):
                with capture_output() as captured:
                    done = shell.run_cell(source)
                if parameters.TAG in cell["metadata"].get("tags", ()):
                    names = shell.user_ns.keys()  # a profile lacks some parameters of sections
                    shell.push({name: value for name, value in plan.parameters.items() if name in names})
                outputs = [dict(output.data) for output in captured.outputs if output.data and not output.update]
                if not done.success:
                    error = done.error_before_exec or done.error_in_exec
                    outputs.append({"error": f"{type(error).__name__}: {error}"})
                yield outputs
                if not done.success and not go_on:
                    return
        finally:
            shell.reset(new_session=False)
            sys.modules["__main__"] = main


@contextmanager
def sections_made() -> Iterator[list[Section]]:
    """Collect every Section that a notebook creates inside the block, without lines through time, which take long."""
    sections: list[Section] = []
    begin = Section.__init__

    def kept(self: Section, *args: Any, **more: Any) -> None:
        begin(self, *args, **more)
        sections.append(self)

    with patch.object(Section, "__init__", kept), patch.object(Section, "_turns", lambda *_: []):
        yield sections


@contextmanager
def _laid_out(plan: Plan, name: str, changed: Mapping[str, bytes]) -> Iterator[Path]:
    """Provide a folder to run a notebook in, with the data and the sections of the last build that it reads."""
    wanted = plan.data_files | {f"notebooks/{section}.ipynb": plan.staged(section) for section in plan.read_by(name)}
    with scratch() as folder:
        (folder / "notebooks").mkdir()
        (folder / folders.MARKER).touch()
        for relative, path in wanted.items():
            target = folder / relative
            target.parent.mkdir(parents=True, exist_ok=True)
            if relative in changed:
                target.write_bytes(changed[relative])
            else:
                target.symlink_to(path)
        yield folder


def ignore_signals() -> None:
    """Ignore signals in a worker process: the main process hears them and ends the workers."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def processes() -> Iterator[ProcessPoolExecutor]:
    """Provide a worker process for each processor, and kill them if anything goes wrong here, Ctrl-C included."""
    kernels.start_forkserver()
    pool = ProcessPoolExecutor(mp_context=get_context("forkserver"), initializer=ignore_signals)
    try:
        yield pool
    except BaseException:
        for process in active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
