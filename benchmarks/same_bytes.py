"""Make the report twice from scratch, under conditions as different as one machine allows, and compare: `make same`.

The two builds differ in folder, user (where we may become another one), time zone, locale, hash seed and mask of file
modes. Every product and the deposit must have the same bytes.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from claimbook.assurance.same_digits import OTHER_PROCESSOR
from claimbook.project import folders
from claimbook.project.folders import write_below
from claimbook.publish import deposit, verification
from claimbook.publish.deposit import project_files
from claimbook.run import plan

NOBODY = 65534  # the user without rights, on Linux and macOS alike
HERE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
THERE = {"TZ": "Asia/Shanghai", "LC_ALL": "C", "LANG": "zh_CN.GB18030", "PYTHONHASHSEED": "4711", "PYTHONUTF8": "1"}


def as_nobody() -> None:
    """Become another user, for the process that is about to start."""
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def may_be_nobody() -> bool:
    """Return whether we may become another user, which only root may, and whether that user can start this Python."""
    if os.getuid() != 0:
        return False
    try:
        return subprocess.run([sys.executable, "-c", "import pandas"], cwd="/", preexec_fn=as_nobody).returncode == 0
    except PermissionError:
        return False


def build(folder: Path, variables: dict[str, str], umask: int, become: Callable[[], None] | None) -> None:
    """Build the report and its deposit in a fresh copy of the project."""
    home = folder.with_name(f"home of {folder.name}")
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": folders.python_path(folder)} | variables
    for verb in ("report", "deposit"):
        command = [sys.executable, "-m", "claimbook", verb]
        done = subprocess.run(command, cwd=folder, env=environment, umask=umask, preexec_fn=become)
        if done.returncode:
            sys.exit(f"{verb} failed in {folder}")


def fresh(root: Path, folder: Path, owner: int | None) -> Path:
    """Return a copy of the project, owned by the user `owner` if one is given."""
    write_below(folder, {name: path.read_bytes() for name, path in project_files(root).items()})
    if owner is not None:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, owner, owner)
    return folder


def products(folder: Path) -> dict[str, bytes]:
    here = plan.plan_of(folder)
    packed = {path.name: path for path in here.build.glob("torch-program-*.zip")}
    return {name: path.read_bytes() for name, path in (deposit.products(here) | packed).items()}


def main() -> int:
    root = folders.root(Path(__file__).parent)
    with tempfile.TemporaryDirectory(prefix="torch-program-same-") as work:
        Path(work).chmod(0o755)
        may_change = may_be_nobody()
        started = time.monotonic()
        one = fresh(root, Path(work) / "one", None)
        other = fresh(root, Path(work) / "另一个 folder", NOBODY if may_change else None)
        build(one, HERE, 0o022, None)
        build(other, OTHER_PROCESSOR | THERE, 0o077, as_nobody if may_change else None)
        made, again = products(one), products(other)
        packed = next(name for name in made if name.endswith(".zip"))
        differing = [f"{name}, {says}" for name, says in verification.differing_files(made, again).items()]
        size = sum(map(len, made.values()))
        print(
            f"\n{len(made):,} files, {size / 1e6:.0f} MB, made twice in {time.monotonic() - started:.0f} s "
            f"by {'two users' if may_change else 'one user (another one may not start this Python)'}; "
            f"sha256 of the deposit {hashlib.sha256(made[packed]).hexdigest()[:16]}…"
        )
        print("\n".join(differing) or "Every byte is the same.")
    return bool(differing)


if __name__ == "__main__":
    sys.exit(main())
