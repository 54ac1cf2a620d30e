"""Makes `.venv` for the report in this folder; standard library only, because it runs before `.venv` exists.

It holds the locked packages, and the engine of which this file is a part. Any argument adds the packages for tests.
The new environment replaces an old one once it is complete. If nothing has changed, nothing is done.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

OLDEST = (3, 11)
NEWER = "python3.14 python3.13 python3.12 python3.11".split()
ENGINE = Path(__file__).resolve().parents[1]
LOCK, TEST_LOCK, UV_LOCK = "requirements.lock", "requirements-test.lock", "requirements-uv.lock"
REASONS = (  # what uv, pip and venv print, and what it means
    ("No space left on device", "the disk is full"),
    ("ensurepip.* returned non-zero", "Python cannot make an environment here; check the space on the disk"),
    ("connection broken by|Failed to fetch", "the packages cannot be downloaded; set-up needs a network"),
    (
        r"Hash mismatch for `(.*?)`|NOT MATCH THE HASHES.*\n +(\S+)",
        r"the downloaded \1\2 does not have the locked hash",
    ),
)


def set_up():
    """Make the environment if needed, and return an exit code."""
    if sys.version_info < OLDEST:
        return hand_over()
    root = Path.cwd()
    if "$" in str(root):
        raise OSError("the path of this folder, %s, has a $, which make and shells expand. Rename that folder" % root)
    tests = sys.argv[1:] or list(root.glob(".venv/%s-*" % TEST_LOCK))  # an environment with tests keeps them
    stamps = {lock: fingerprint(root, lock) for lock in ((LOCK, TEST_LOCK) if tests else (LOCK,))}
    there = all((root / ".venv" / name).exists() for name in [*stamps.values(), "bin/python"])
    if not (there and made_by_its_python(root / ".venv")):
        threading.Thread(target=print_time, args=(time.time(),), daemon=True).start()
        make_environment(root, stamps)
    return 0


def hand_over():
    """Start again with a newer Python if PATH has one, and return its exit code."""
    for name in NEWER:
        if shutil.which(name):
            return subprocess.call([name, os.path.abspath(__file__)] + sys.argv[1:])
    print(
        "This report needs Python 3.11 or newer, but %s is %d.%d. Install one (apt: sudo apt-get install python3.11; "
        "others: see your system's packages) and start again." % ((sys.executable,) + tuple(sys.version_info[:2])),
        file=sys.stderr,
    )
    return 1


def fingerprint(root, lock):
    """Return a digest of what an environment depends on, including its folder, since it cannot be moved."""
    described = [*projects(root), *(folder / "METADATA" for folder in description())]
    parts = [os.fsencode(root), Path(path_of(root, lock)).read_bytes(), *(path.read_bytes() for path in described)]
    return "%s-%s" % (lock, hashlib.sha256(b"\0".join(parts)).hexdigest())


def path_of(root, lock):
    """Return the path of a lock: the report's own or, if it has none, the engine's."""
    return str(root / lock if (root / lock).exists() else ENGINE / "run" / "locks" / lock)


def checkout():
    """Return the pyproject.toml of the engine in a list, which is empty if the engine is no checkout."""
    return [*ENGINE.parents[1].glob("pyproject.toml")]


def projects(root):
    """Return the pyproject.toml of the engine if its code is a checkout, and that of the report if it has code."""
    return [*checkout(), *root.glob("pyproject.toml")]


def description():
    """Return the folder that describes the engine as an installed package, which a checkout does not have."""
    return [*ENGINE.parent.glob("claimbook-*.dist-info")]


def made_by_its_python(venv):
    """Return whether the packages of an environment are for its Python, which an upgrade of the system may replace."""
    python = (venv / "bin" / "python").resolve().name  # like python3.13
    return not re.match(r"python\d+\.\d+$", python) or (venv / "lib" / python).is_dir()


def print_time(started):
    """Print a line every half minute, for people with a slow network."""
    while True:
        time.sleep(30)
        print("Still installing after %.0f s" % (time.time() - started), flush=True)


def make_environment(root, stamps):
    """Make an environment with the locked packages and the project, and put it in place."""
    started, venv, folder = time.time(), root / ".venv", root / ".venv.new"
    why = ", because the locks, the folder or its Python changed, or tests need packages" if venv.exists() else ""
    print("Making .venv from %s%s" % (" and ".join(stamps), why), flush=True)
    try:
        create(folder)
        fill(root, folder, ["--require-hashes"] + [word for lock in stamps for word in ("-r", path_of(root, lock))])
        for stamp in stamps.values():
            (folder / stamp).touch()
        inside = next(folder.glob("lib/python*/site-packages/claimbook"), None)
        (folder / "engine").symlink_to(inside.relative_to(folder) if inside else ENGINE)  # where a Makefile finds verbs
        put_in_place(folder, venv)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("Environment ready in %.0f s" % (time.time() - started), flush=True)


def create(venv):
    """Create an empty environment. On Debian, install the package that venv needs."""
    command = [sys.executable, *"-m venv --clear --prompt .venv".split(), str(venv)]
    try:
        run_silently(command)
    except OSError as error:
        if "ensurepip is not" not in str(error) or not install_debian("python%d.%d-venv" % sys.version_info[:2]):
            raise
        run_silently(command)


def install_debian(package):
    """Install a Debian package, which pip cannot do, unless that needs a password. Returns whether it is there now."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    there = all(map(shutil.which, ["apt-get", *sudo[:1]]))
    if not there or subprocess.call([*sudo, "true"], stderr=subprocess.DEVNULL):
        return False
    print("Installing %s with apt-get" % package, flush=True)
    quiet = [*sudo, *"env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0".split()]
    steps = (["update"], ["install", "-y", "--no-install-recommends", package])
    return not any(subprocess.call([*quiet, *step], stdout=subprocess.DEVNULL) for step in steps)


def fill(root, venv, locked):
    """Install the locked packages, then the project without network: by uv or, if that fails, by pip."""
    python, uv, cache = (str(venv / name) for name in ("bin/python", "bin/uv", "cache"))
    pip = [python, *"-m pip install --quiet --disable-pip-version-check --no-compile".split()]
    home = os.access(os.path.expanduser("~"), os.W_OK)  # else use a temporary cache
    installer = [uv, "pip", "install", "--quiet", "--python", python, *([] if home else ["--cache-dir", cache])]
    try:
        run_silently([*pip, "--only-binary", ":all:", "--require-hashes", "-r", path_of(root, UV_LOCK)])
        run_silently([*installer, *locked])
    except OSError as error:
        print("uv does not work here (%s), so pip installs the packages, which takes minutes" % error, flush=True)
        installer = pip
        run_silently([*installer, *locked])
    ours = [word for path in projects(root) for word in ("--editable", str(path.parent))]
    if ours:
        run_silently([*installer, "--no-deps", "--no-build-isolation", *ours])
    packages = next(venv.glob("lib/python*/site-packages"))
    for folder in [] if checkout() else [ENGINE, *description()]:
        shutil.copytree(folder, packages / folder.name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.rmtree(cache, ignore_errors=True)


def run_silently(command):
    """Run a command silently. Raises OSError with the reason if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise OSError(reason(done.stdout.decode(errors="replace")))


def reason(output):
    """Return why a step failed: in our words if known, else its first error, else all of its output."""
    known = [found.expand(meaning) for pattern, meaning in REASONS for found in re.finditer(pattern, output)]
    errors = [line for line in output.splitlines() if line.lower().startswith("error")]
    return (known or errors or [output.strip()])[0]


def put_in_place(folder, venv):
    """Replace the old environment with a finished one, and correct the folder named in its scripts."""
    for path in [folder / "pyvenv.cfg", *(folder / "bin").iterdir()]:
        content = path.read_bytes()
        if os.fsencode(folder) in content:
            path.write_bytes(content.replace(os.fsencode(folder), os.fsencode(venv)))
    old = venv.with_name(".venv.old")
    shutil.rmtree(old, ignore_errors=True)
    if venv.exists():
        venv.rename(old)
    folder.rename(venv)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    try:
        sys.exit(set_up())
    except OSError as error:
        sys.exit("Set-up stopped: %s.\nCorrect this and start again." % str(error).rstrip("."))
    except KeyboardInterrupt:
        print("Set-up was interrupted; start again.", file=sys.stderr)
        sys.exit(130)
