"""Set-up of all tests, and of nbval's comparison of notebooks with their stored outputs."""

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from nbval.kernel import RunningKernel
from nbval.plugin import IPyNbCell

from torch_program.changes.record import DIGITS
from torch_program.pipeline.execution import IPYTHON_CONFIG

ROOT = Path(__file__).resolve().parents[1]
DRAWINGS = {"svg", "png"}  # fields of a figure that other platforms may draw with other bytes

compare_text = IPyNbCell.sanitize


def comparable(value: Any) -> Any:
    """JSON without drawings, and with numbers as exact as they must agree; nbval alone has no tolerance."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items() if key not in DRAWINGS}
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


def pytest_configure(config: pytest.Config) -> None:
    """Kernels start as in the pipeline: our library, no personal start-up files, no warning about the transport."""
    IPyNbCell.sanitize = sanitize
    RunningKernel.execute_cell_input = execute
    profile = Path(tempfile.mkdtemp(prefix="torch-program-ipython-")) / "profile_default"
    profile.mkdir()
    (profile / "ipython_kernel_config.py").write_text(IPYTHON_CONFIG)
    os.environ["IPYTHONDIR"] = str(profile.parent)
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"


@pytest.fixture(scope="session")
def root() -> Path:
    """Folder of the project."""
    return ROOT
