"""Find or install Chromium, which the tests of finished pages need and pip cannot install."""

import shutil
import sys
from pathlib import Path

from claimbook.run.setup_environment import install_debian

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
APT = ("chromium-headless-shell", "chromium")  # the first is Chromium without windows, a fifth faster

HOW = f"""\
The tests in a browser need Chromium, which is not on this machine. One of these installs it:
  apt:    sudo apt-get install {APT[-1]}
  dnf:    sudo dnf install chromium
  brew:   brew install --cask chromium"""


def find() -> str:
    """Return the path of Chromium or Chrome, or "" if there is none."""
    known = [shutil.which(name) for name in NAMES] + [path for path in MAC if Path(path).exists()]
    return next((path for path in known if path), "")


def main() -> None:
    """Install Chromium if that needs no password; otherwise say how. Tests are then skipped, or fail with CI=true."""
    if not (find() or any(install_debian(name) and find() for name in APT)):
        print(HOW + "\nUntil then these tests are skipped.", file=sys.stderr)


if __name__ == "__main__":
    main()
