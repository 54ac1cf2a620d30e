"""What a build may depend on besides files: the environment of its processes, and the packages that are installed."""

import os
import re
import site
import sys
import sysconfig
from functools import cache
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]  # has the locks of the engine

PASSED = (  # variables of the user that processes of a build receive; no result may depend on them
    *("PATH", "LD_LIBRARY_PATH", "TMPDIR", "XDG_CACHE_HOME"),
    *("GLIBC_TUNABLES", "NPY_DISABLE_CPU_FEATURES", "OPENBLAS_CORETYPE"),  # which processor to compute as
)
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
    other_locks = {path for folder in (lock.parent, CHECKOUT) for path in folder.glob("requirements-*.lock")}
    others = {name for path in other_locks for name in names_in(path)} - {*names_in(lock)}
    return {name: version for name, version in found.items() if name not in others}


def names_in(lock: Path) -> list[str]:
    """Return the names of the packages in a lock."""
    return [name.lower().replace("_", "-") for name in re.findall(r"^([\w.-]+)==", lock.read_text("utf-8"), re.M)]
