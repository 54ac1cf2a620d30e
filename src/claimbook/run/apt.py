"""Installs Debian packages that pip cannot; standard library only, because set-up runs before .venv."""

import os
import shutil
import subprocess


def install_debian(packages: tuple[str, ...]) -> bool:
    """Install Debian packages if that needs no password. Returns False if it is not possible."""
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
