"""How a process becomes the kernel of a notebook. It is forked from one that has imported what notebooks need."""

import gc
import os
import signal
import sys
import time
from contextlib import suppress
from importlib import import_module
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread
from typing import Any, cast

READS = "reads"  # file next to the folder of a notebook, to which its kernel writes what it reads
SILENT = "--IPKernelApp.log_level=50"  # else it warns of its transport in every log, and complains when interrupted
LAUNCHER = "ipykernel_launcher"  # the module that starts a kernel; here its arguments are used
OUR_PACKAGE = __name__.partition(".")[0]
PRELOADED = f"{__package__}.preloaded"  # the module that imports what notebooks need


def become_kernel(arguments: list[str], folder: str, variables: dict[str, str], packages: list[str]) -> None:
    """In the new process: become a kernel in its own process group, out of reach of Ctrl-C.

    `packages` are the folders of Python and its packages, from which it imports all that is not in its PYTHONPATH.
    """
    import numpy as np  # the forkserver has imported all three; other processes do not need them
    from ipykernel import kernelapp
    from IPython.core import application

    collect_less_garbage()
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # drops a pending one
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update({name: value for name, value in variables.items() if name != "JPY_PARENT_PID"})
    Thread(target=end_with_parent, daemon=True).start()
    os.chdir(folder)
    time.tzset()
    forget_other_code(code := variables["PYTHONPATH"])
    sys.path[:] = ["", *code.split(os.pathsep), *packages]
    sys.argv = [LAUNCHER, SILENT, *arguments]
    sys.modules["debugpy"] = cast(Any, None)  # nobody debugs this kernel, and the import takes a third of its start
    for folders in (application.ENV_CONFIG_DIRS, application.SYSTEM_CONFIG_DIRS):
        folders.clear()  # nor do settings and start-up files of this machine count
    with suppress(Exception):  # a notebook that needs code which cannot be imported says so
        project, copy = Path(folder).parent, code.partition(f"/src{os.pathsep}")[0]
        import_module("claimbook.evidence.reads").keep(str(project / READS), str(project), copy)
    np.random.seed()  # otherwise every kernel would draw the same numbers
    kernelapp.launch_new_instance()


def collect_less_garbage() -> None:
    """Leave out what was imported, which stays in shared memory. Frequent collection costs a sixth of the time."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def forget_other_code(code: str) -> None:
    """Forget the code of engine and report that was imported before the fork, unless PYTHONPATH, `code`, finds it."""
    folder = getattr(sys.modules.get(PRELOADED), "LIBRARY", None)
    if folder and code.startswith(f"{folder}/"):
        return
    for name, module in [*sys.modules.items()]:
        of_report = (getattr(module, "__file__", None) or "").startswith(f"{folder}/src/")
        if of_report or name.partition(".")[0] == OUR_PACKAGE:
            del sys.modules[name]


def end_with_parent() -> None:
    """In a kernel: exit when the process that requested it ends. The forkserver would keep it alive."""
    cast(Any, parent_process()).join()
    os._exit(1)
