"""The command line of Jupyter Book, on all processors and without the collector of cycles.

The collector looks again and again through a tree of pages that lives until the end: it takes a third of the time and
frees next to nothing. Run as a program: `python -m torch_program.pipeline.jupyter_book build …`.
"""

import gc
import os
import sys
from collections.abc import Sequence
from functools import partial

# Sphinx cuts the documents into as many parts, and writes one while it makes the next one ready: with few and large
# parts one processor waits.
JOBS = 3 * (os.cpu_count() or 1)


def run(arguments: Sequence[str]) -> None:
    """Run a command of Jupyter Book and end this process.

    Pages are read one after the other: extensions of Jupyter Book do not say that they may be read side by side, and
    Sphinx would warn of each, which stops the build.
    """
    from jupyter_book import sphinx
    from jupyter_book.cli.main import main
    from sphinx.application import Sphinx

    before = Sphinx.is_parallel_allowed

    def allowed(self: Sphinx, typ: str) -> bool:
        return typ == "write" and before(self, typ)

    Sphinx.is_parallel_allowed = allowed  # type: ignore[method-assign]
    sphinx.build_sphinx = partial(sphinx.build_sphinx, jobs=JOBS)  # the command line has no word for it
    gc.disable()
    try:
        main(arguments)
    except SystemExit as ended:  # it always ends so
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(int(ended.code or 0))  # to take that tree apart costs a second


if __name__ == "__main__":
    run(sys.argv[1:])
