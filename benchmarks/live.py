"""Seconds from a save to the page that shows it, while `make live` follows: part of `make bench`.

Each edit is made three times in a temporary copy of the project with its finished report, and looked for through the
server, as a browser does.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, cast

from copies import MACHINE, add_to_cell, copy

from torch_program import project
from torch_program.pipeline import plan

TIMES = 3
PATIENCE = 120  # seconds until an edit counts as lost
NOTEBOOK = "2-1-torch-program"


def shown(address: str, words: str) -> float:
    """Wait until a page holds the words; returns the time."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        with urllib.request.urlopen(address) as page:
            if words in page.read().decode():
                return time.monotonic()
        time.sleep(0.05)
    sys.exit(f"{address} did not show {words!r} within {PATIENCE} s")


def edits(folder: Path) -> list[tuple[str, str, int, Callable[[str], None]]]:
    """What is edited, the page that shows it, how many lines say so until all is made, and how words get there."""
    notebook, page = folder / "notebooks" / f"{NOTEBOOK}.ipynb", folder / "book" / "methods.md"
    in_notebook = f"notebooks/{NOTEBOOK}.html"

    def prose(words: str) -> None:
        add_to_cell(notebook, "markdown", -1, f"\n\n{words}")

    def code(words: str) -> None:
        add_to_cell(
            notebook, "code", -1, f'\nfrom IPython.display import Markdown, display\ndisplay(Markdown("{words}"))'
        )

    def book(words: str) -> None:
        page.write_text(page.read_text(encoding="utf-8") + f"\n{words}\n", encoding="utf-8")

    return [
        ("a word of the book", "book/methods.html", 1, book),
        ("a notebook's prose", in_notebook, 1, prose),
        ("a notebook's code", in_notebook, 2, code),
    ]


def main() -> None:
    root = project.root(Path(__file__).parent)
    if not plan.of(root).record.exists():
        sys.exit("There is no report to copy. Run `make report` first.")
    with tempfile.TemporaryDirectory(prefix="torch-program-live-") as work:
        folder = copy(root, Path(work) / "project", "site", "bench", "profiles", "*.zip")
        live = subprocess.Popen(
            [sys.executable, "-m", "torch_program", "live", "--port", "0"],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder / "src")},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            said = cast(IO[str], live.stdout)
            for line in said:
                if "follows your edits" in line:
                    address = line.partition("/index.html")[0]
                    break
            print(f"{MACHINE}; seconds from save to seen\n")
            for label, page, lines, edit in edits(folder):
                took = []
                for turn in range(TIMES):
                    words = f"Words {label[-5:]} number {turn}."
                    saved = time.monotonic()
                    edit(words)
                    took.append(shown(f"{address}/{page}", words) - saved)
                    for _ in range(lines):
                        said.readline()
                print(f"{label:<22}" + "".join(f"{seconds:>8.1f}" for seconds in took), flush=True)
        finally:
            live.terminate()  # where this runs in the background, nothing that it starts hears Ctrl-C
            live.wait()


if __name__ == "__main__":
    main()
