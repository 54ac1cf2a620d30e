"""Make `.venv` from requirements.lock; standard library only, since it runs before `.venv`.

A second run that finds everything as it left it does nothing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")


def main():
    """Exit code 0 when the report can be made."""
    if sys.version_info < OLDEST:
        return hand_over()
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sys.path.insert(0, os.path.join(root, "src"))
    from torch_program.pipeline import apt

    venv = os.path.join(root, ".venv")
    stamp = os.path.join(venv, "complete")
    wanted = fingerprint(root)
    if read(stamp) != wanted:
        try:
            install(root, venv, apt.install)
        except (subprocess.CalledProcessError, OSError) as error:
            print("Set-up stopped: %s\nMend this and start again; what is installed is kept." % error, file=sys.stderr)
            return 1
        with open(stamp, "w") as file:
            file.write(wanted)
    return 0


def hand_over():
    """Start again with a newer Python if there is one in the path."""
    for name in NEWER:
        if shutil.which(name):
            return subprocess.call([name, os.path.abspath(__file__)])
    print(
        "This report needs Python 3.11 or newer, and %s is %d.%d. Install one (apt: sudo apt-get install python3.11; "
        "others: see your system's packages) and start again." % ((sys.executable,) + tuple(sys.version_info[:2])),
        file=sys.stderr,
    )
    return 1


def fingerprint(root):
    """What the environment depends on; the folder counts too, because a moved environment is a broken one."""
    digest = hashlib.sha256(root.encode())
    for name in ("requirements.lock", "pyproject.toml"):
        with open(os.path.join(root, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def install(root, venv, apt_install):
    """Create the environment, install the lock with its hashes, then the project itself without network."""
    started = time.time()
    made = venv
    if os.path.exists(venv) and not usable(venv):
        print(".venv is not whole, or this folder was moved: .venv is made again, once.", flush=True)
        made = venv + ".new"  # beside it: what still runs from the old one is not cut off in the middle
    if not usable(made):
        create(made, apt_install)
    python = os.path.join(made, "bin", "python")
    print("Installing the locked packages into .venv (once; one to three minutes)", flush=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    subprocess.check_call([*pip, "--require-hashes", "-r", os.path.join(root, "requirements.lock")])
    subprocess.check_call([*pip, "--no-deps", "--no-build-isolation", "--editable", root])
    if made != venv:
        put_in_place(made, venv)
    # compiled once, in parallel: without bytecode every kernel starts a second later
    subprocess.call(
        [os.path.join(venv, "bin", "python"), "-m", "compileall", "-qq", "-j", "0", os.path.join(venv, "lib")]
    )
    print("Environment ready in %.0f s" % (time.time() - started), flush=True)


def put_in_place(made, venv):
    """Let a finished environment replace the old one; its scripts name the folder that they lie in."""
    scripts = os.path.join(made, "bin")
    paths = [os.path.join(scripts, name) for name in os.listdir(scripts)] + [os.path.join(made, "pyvenv.cfg")]
    for path in paths:
        if os.path.isfile(path) and not os.path.islink(path):
            with open(path, "rb+") as file:
                content = file.read().replace(os.fsencode(made), os.fsencode(venv))
                file.seek(0)
                file.write(content)
                file.truncate()
    old = venv + ".old"
    shutil.rmtree(old, ignore_errors=True)
    os.rename(venv, old)
    os.rename(made, venv)
    shutil.rmtree(old, ignore_errors=True)


def usable(venv):
    """Does an environment work, and name the folder that it lies in?"""
    return works(os.path.join(venv, "bin", "python")) and venv in read(os.path.join(venv, "pyvenv.cfg"))


def works(python):
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return os.path.exists(python) and subprocess.call([python, "-m", "pip", "--version"], **quiet) == 0


def create(venv, apt_install):
    """A new environment; Debian keeps the module for it in a package of its own."""
    command = [sys.executable, "-m", "venv", "--clear", venv]
    package = "python%d.%d-venv" % sys.version_info[:2]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode != 0 and "ensurepip" in made.stdout + made.stderr and apt_install((package,)):
        made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode != 0:
        raise OSError("%s cannot make an environment.\n%s" % (sys.executable, (made.stdout + made.stderr).strip()))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("Set-up was interrupted. Start again; what is installed is kept.", file=sys.stderr)
        sys.exit(130)
