"""Set-up of all tests, and of nbval's comparison of notebooks with their stored outputs."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell
from tiny_project import Meeting

from torch_program.changes import outputs
from torch_program.changes.record import DIGITS, rounded
from torch_program.pipeline.execution import IPYTHON_CONFIG

ROOT = Path(__file__).resolve().parents[1]
MOVED = "moved"  # property of a test's report: what a build or a notebook says otherwise than what is stored
MOST = 30  # sentences of it in the summary

compare_text = IPyNbCell.sanitize


def comparable(value: Any) -> Any:
    """JSON without drawings, and with numbers as exact as they must agree; nbval alone has no tolerance."""
    if isinstance(value, dict):
        kept = {key: item for key, item in value.items() if key not in outputs.DRAWINGS}
        return {key: rounded(item) if key == "csv" else comparable(item) for key, item in kept.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return value


def sanitize(cell: IPyNbCell, value: Any) -> Any:
    return compare_text(cell, value) if isinstance(value, str) else comparable(value)


def execute(kernel: RunningKernel, source: str, allow_stdin: bool | None = None) -> str:
    """Run a cell as JupyterLab does: nbval's way leaves the history out, where IPython looks for a closing `;`."""
    return kernel.kc.execute(source, store_history=True, allow_stdin=bool(allow_stdin), stop_on_error=False)


class WhatMoved:
    """A plugin, since the hooks of this file itself do not hear of notebooks/."""

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Iterator[None]:
        """A cell that does not say what is stored tells what moved: what nbval prints is long and hard to read."""
        report = (yield).get_result()
        if report.failed and isinstance(item, IPyNbCell):
            fresh = item.test_outputs or []
            errors = [f"{o['ename']}: {o['evalue']}" for o in fresh if o["output_type"] == "error"]
            told = errors or outputs.moved(item.cell.outputs, fresh) or ["see what nbval says above"]
            where = outputs.place(item.path.stem, item.cell["id"])
            report.user_properties.append((MOVED, [f"{where}: {sentence}" for sentence in told]))

    @pytest.hookimpl(hookwrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
        """The last lines, below all differences: what moved, and the commands that accept it."""
        yield
        properties = [p for report in terminalreporter.stats.get("failed", ()) for p in report.user_properties]
        told = list(
            dict.fromkeys(sentence for name, sentences in properties if name == MOVED for sentence in sentences)
        )
        if told:
            terminalreporter.section("what moved")
            for sentence in sorted(told, key=lambda s: ": verdict of " not in s)[:MOST]:
                terminalreporter.line(sentence)
            if len(told) > MOST:
                terminalreporter.line(
                    f"… and {len(told) - MOST:,} more: `make diff` shows them, the farthest moved first"
                )
            terminalreporter.line(outputs.ACCEPT)


def pytest_configure(config: pytest.Config) -> None:
    """Kernels start as in the pipeline: our library, no personal start-up files, no warning about the transport."""
    config.pluginmanager.register(WhatMoved())
    IPyNbCell.sanitize = sanitize
    RunningKernel.execute_cell_input = execute
    profile = Path(tempfile.mkdtemp(prefix="torch-program-ipython-")) / "profile_default"
    profile.mkdir()
    atexit.register(shutil.rmtree, profile.parent, ignore_errors=True)
    (profile / "ipython_kernel_config.py").write_text(IPYTHON_CONFIG)
    os.environ["IPYTHONDIR"] = str(profile.parent)
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"


@pytest.fixture
def meeting(tmp_path: Path) -> Iterator[Meeting]:
    """Where a process waits for the test, so that neither depends on how fast the other is."""
    place = Meeting(tmp_path / "meeting")
    yield place
    place.close()


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the project."""
    return ROOT
