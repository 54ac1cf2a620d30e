"""Pango, which WeasyPrint needs and pip cannot bring; standard library only, since set-up runs before .venv."""

import ctypes
import os
import shutil
import subprocess
import sys

# what WeasyPrint cannot do without, under the names it tries
LIBRARIES = {
    "linux": ("libgobject-2.0.so.0", "libpango-1.0.so.0", "libpangoft2-1.0.so.0"),
    "darwin": ("libgobject-2.0.0.dylib", "libpango-1.0.dylib", "libpangoft2-1.0.dylib"),
    "win32": ("libgobject-2.0-0.dll", "libpango-1.0-0.dll", "libpangoft2-1.0-0.dll"),
}
# libharfbuzz-subset0 keeps the fonts in the PDF small
APT = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")

HOW = f"""\
The PDF needs Pango, which is not on this machine. One of these installs it:
  apt:    sudo apt-get install {" ".join(APT)}
  dnf:    sudo dnf install pango
  brew:   brew install pango
  conda:  conda env create -f environment.yml && conda activate torch-program   (then: make report PYTHON=python)"""


def available() -> bool:
    """Can WeasyPrint be used here?"""
    return all(_loads(name) for name in LIBRARIES.get(sys.platform, LIBRARIES["linux"]))


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def apt_install(packages: tuple[str, ...]) -> bool:
    """Install Debian packages when that needs no password; False where it cannot be done."""
    if not shutil.which("apt-get"):
        return False
    if os.geteuid() == 0:
        prefix: list[str] = []
    elif shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
        prefix = ["sudo", "-n"]
    else:
        return False
    print(f"Installing {' '.join(packages)} with apt-get", flush=True)
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        if subprocess.run([*prefix, *quiet, *step], stdout=subprocess.DEVNULL).returncode != 0:
            return False
    return True
