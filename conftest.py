"""Set-up of pytest, for tests/ and for `pytest --nbval` on notebooks, from any folder.

Adds to nbval that numbers agree within a tolerance, and that changes are reported in plain words.
"""

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

try:
    import cell_outputs
    from nbval.kernel import RunningKernel
    from nbval.plugin import IPyNbCell

    from claimbook.changes.difference import comparable
    from claimbook.project.folders import python_path
except ModuleNotFoundError as error:  # of what is raised here, pytest passes on only an exit
    sys.exit(f"This pytest has no {error.name}. Run `make unit` once, and then .venv/bin/pytest: it has all of them.")

pytest_plugins = ["shared_fixtures"]  # of engine/tests/helpers
collect_ignore = ["notebooks/profiles"]  # they store no outputs to compare with
MOVED = "moved"  # property of a test's report: what a build or a notebook says otherwise than what is stored
MOST = 30  # sentences of it in the summary


def keep_history(kernel: RunningKernel, code: str, allow_stdin: bool | None = None) -> str:
    """Keep the history of the kernel, which nbval would clear and a section needs for its verdicts through time."""
    return kernel.kc.execute(code, allow_stdin=allow_stdin, stop_on_error=False)


RunningKernel.execute_cell_input = keep_history


def pytest_configure(config: pytest.Config) -> None:
    """Kernels start as in the pipeline: our library, no personal start-up files, no warning about the transport."""
    folder = TemporaryDirectory(prefix="torch-program-ipython-")
    config.add_cleanup(folder.cleanup)
    profile = Path(folder.name) / "profile_default"
    profile.mkdir()
    (profile / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 50\n")
    os.environ["IPYTHONDIR"] = folder.name
    os.environ["PYTHONPATH"] = python_path(config.rootpath)
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Pass both sides of nbval's comparison through `sanitize`, after the patterns that a user gives."""
    if isinstance(item, IPyNbCell):
        by_patterns, compare = item.sanitize, item.compare_outputs
        item.sanitize = lambda value: comparable(by_patterns(value))
        # prose that waits for a number is shown later than nbval looks; its values are compared where they are recorded
        item.compare_outputs = lambda fresh, stored: cell_outputs.waits(fresh) or compare(fresh, stored)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report what changed in a cell whose output differs, because the report of nbval is long and hard to read."""
    report = yield
    if report.failed and isinstance(item, IPyNbCell):
        fresh = item.test_outputs or []
        errors = [f"{o['ename']}: {o['evalue']}" for o in fresh if o["output_type"] == "error"]
        reported = errors or cell_outputs.moved(item.cell.outputs, fresh) or ["see what nbval says above"]
        where = f"{item.path.stem}, cell {item.cell['id']}"
        report.user_properties.append((MOVED, [f"{where}: {sentence}" for sentence in reported]))
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Print at the end what changed, and the commands that accept it."""
    yield
    properties = [p for report in terminalreporter.stats.get("failed", ()) for p in report.user_properties]
    reported = list(
        dict.fromkeys(sentence for name, sentences in properties if name == MOVED for sentence in sentences)
    )
    if reported:
        terminalreporter.section("what moved")
        for sentence in sorted(reported, key=lambda s: ": claim " not in s)[:MOST]:
            terminalreporter.line(sentence)
        if len(reported) > MOST:
            terminalreporter.line(
                f"… and {len(reported) - MOST:,} more: `make diff` shows them, the farthest moved first"
            )
        terminalreporter.line(cell_outputs.ACCEPT)
