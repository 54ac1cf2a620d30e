"""What a build may depend on besides files, and the two processes that depend on nothing else.

It is about the environment of all processes of a build, and the packages that are installed. From one of the two,
kernels are forked: it starts when notebooks will run. The other is Jupyter Book, which starts when a processor is idle.
"""

import gc
import os
import re
import signal
import site
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from claimbook import patches
from claimbook.notebook.kernel import PRELOADED
from claimbook.project.folders import CODE, ENGINE, LOCKS, MARKER, REPORT_FILE, Files, python_path, write_below

# variables of the user that processes of a build receive, the last three to say which processor to compute as; no
# result may depend on them
PASSED = """\
PATH LD_LIBRARY_PATH TMPDIR XDG_CACHE_HOME
GLIBC_TUNABLES NPY_DISABLE_CPU_FEATURES OPENBLAS_CORETYPE""".split()
FIXED = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "PYTHONNOUSERSITE": "1",
    "HOME": "/nonexistent",  # nobody's settings
}

KERNEL = {  # for processes from which kernels are forked, which must have no threads
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


def clean(**variables: str) -> dict[str, str]:
    """Return the environment for a process whose results must not depend on the user, with these variables."""
    passed = {name: os.environ[name] for name in PASSED if name in os.environ}
    cached = passed.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    # matplotlib reads settings there too, but people do not write any into a cache
    return passed | FIXED | {"MPLCONFIGDIR": os.path.join(cached, "matplotlib")} | variables


def path_of_packages() -> list[str]:
    """Return the folders of modules of this process without the working directory, PYTHONPATH and the user's own."""
    given = ["", *os.environ.get("PYTHONPATH", "").split(os.pathsep), site.getusersitepackages()]
    dropped = {os.path.abspath(folder) for folder in given}
    return [folder for folder in sys.path if os.path.abspath(folder) not in dropped]


@cache
def installed(lock: Path) -> dict[str, str]:
    """Return the version of each installed package, except those that only other locks than `lock` name.

    Tests and clusters use those; a report is the same with and without them.
    """
    found = {}
    for folder in {sysconfig.get_path(kind) for kind in ("purelib", "platlib")}:
        for entry in sorted(os.listdir(folder)):
            if named := re.fullmatch(r"(.+?)-([^-]+)\.(?:dist|egg)-info", entry):
                found[named[1].lower().replace("_", "-")] = named[2]
    others = {name for path in LOCKS.glob("requirements-*.lock") for name in packages_in(path)} - {*packages_in(lock)}
    return {name: version for name, version in found.items() if name not in others}


def packages_in(lock: Path) -> list[str]:
    """Return the names of the packages in a lock."""
    return [name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", lock.read_text("utf-8"), re.M)]


IMPORTED = (  # by the process from which kernels are forked
    "numpy pandas matplotlib.pyplot matplotlib.backends.backend_svg matplotlib_inline.backend_inline seaborn "
    "pydantic.json_schema pydantic.type_adapter yaml PIL.PngImagePlugin "
    "IPython.core.completer ipykernel.ipkernel ipykernel.kernelapp"
).split()
STARTING = Lock()


def start_forkserver(code: str = "") -> None:
    """Start the forkserver and its imports in the background, protected from Ctrl-C in a terminal.

    `code` is PYTHONPATH for the code of engine and report; without it, the forkserver imports none. The environment
    is the clean one. As the forkserver takes that of this process, only one thread may start it at a time.
    """
    from multiprocessing import forkserver, resource_tracker  # these take a tenth of the time in which a command starts
    from unittest.mock import patch

    path = code.split(os.pathsep)
    forkserver.set_forkserver_preload(IMPORTED + [PRELOADED] * Path(path[-1], ENGINE.name).is_dir())
    variables = clean(**KERNEL, PYTHONPATH=code)
    resource_tracker.ensure_running()  # first, because starting it unblocks signals
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        # newer Pythons give it this path, older ones only PYTHONPATH
        with STARTING, patch.dict(os.environ, variables, clear=True), patch.object(sys, "path", path + sys.path):
            forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# Number of parts into which Sphinx cuts the documents. It prepares one part while it writes another, so with few large
# parts a processor would wait.
JOBS = 3 * (os.cpu_count() or 1)
OPTIONS = "-n -W --keep-going -q".split()
COPYING = Lock()
copies: dict[tuple[tuple[str, bytes], ...], TemporaryDirectory] = {}  # of code, by its files
at_work: set["subprocess.Popen[str]"] = set()
waiting: list["subprocess.Popen[str]"] = []


@cache
def start_early(library: str, project: Path, **variables: str) -> None:
    """Start Jupyter Book, once, before there is a book to make. The next call of `run_jupyter_book` uses this process.

    `library` is PYTHONPATH for our code, `variables` are added to the environment.
    """
    waiting.append(_start(library, project, variables))


def _start(library: str, place: Path, variables: Mapping[str, str]) -> "subprocess.Popen[str]":
    """Start a process that waits for the folder of a book. It inherits open files such as the lock of the build."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        close_fds=False,
        start_new_session=True,  # Ctrl-C in a terminal does not reach it
        env=clean(PYTHONPATH=library, **variables),
        cwd=place,
    )
    at_work.add(process)
    return process


def run_jupyter_book(source: Path, library: str, variables: Mapping[str, str]) -> tuple[int, str]:
    """Build the book in `source`. Returns the exit code of Jupyter Book and its output.

    `library` and `variables` are those of `start_early`.
    """
    process = waiting.pop() if waiting else _start(library, source, variables)
    try:
        output, _ = process.communicate(str(source))
        return process.returncode, output
    finally:
        at_work.discard(process)


def kill_running() -> None:
    """Kill the processes of Jupyter Book, running or waiting, with their children, and remove the copies of code."""
    for process in at_work:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    while copies:
        copies.popitem()[1].cleanup()


def copy_of_code(files: Files) -> str:
    """Copy the code among these files to a temporary folder, and return PYTHONPATH for it. Same code is copied once."""
    code = tuple(sorted(item for item in files.items() if item[0].startswith((*CODE, REPORT_FILE))))
    with COPYING:
        if code not in copies:
            copies[code] = TemporaryDirectory(prefix="claimbook-", ignore_cleanup_errors=True)
            write_below(Path(copies[code].name), {**dict(code), MARKER: b""})
        return python_path(Path(copies[code].name).resolve())


def wait_and_run() -> None:
    """Run in the new process: import Jupyter Book and our pages, wait for the folder of a book, and build it.

    If the build ends first, this process ends too. The working directory has the same `report.yml` as the book.

    The garbage collector is off. It would take a third of the time, and the tree of pages is needed until the end.
    """
    gc.disable()
    patches.without_database()
    from jupyter_book.cli.main import main as jupyter_book  # only this process needs these

    from claimbook.pages.pdf import typesetter

    pages = "myst_nb.sphinx_ sphinx.cmd.build sphinx_book_theme".split()
    for name in (*pages, *import_module("sphinx.application").builtin_extensions):
        import_module(name)
    gc.freeze()  # an extension looks through all objects
    typesetter()
    patches.sphinx_writes_in_parallel(JOBS)
    if not (source := sys.stdin.read()):
        return
    os.chdir(source)
    try:
        jupyter_book(["build", source, *OPTIONS])
    except SystemExit as ended:  # it always ends this way
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(ended.code or 0))  # without taking that tree apart, which takes a second


if __name__ == "__main__":
    wait_and_run()
