"""The command line of Jupyter Book, on all processors and without the collector of cycles.

The collector looks again and again through a tree of pages that lives until the end: it takes a third of the time and
frees next to nothing. Run as a program: `python -m torch_program.pipeline.jupyter_book build …`.
"""

import gc
import os
from functools import partial

from jupyter_book import sphinx
from jupyter_book.cli.main import main
from sphinx.application import Sphinx


def writing_alone(app: Sphinx, kind: str) -> bool:
    """Pages are read one after the other: extensions of Jupyter Book do not say that they may be read side by side, and
    Sphinx would warn of each, which stops the build."""
    return kind == "write" and allowed(app, kind)


allowed = Sphinx.is_parallel_allowed

if __name__ == "__main__":
    gc.disable()
    Sphinx.is_parallel_allowed = writing_alone
    sphinx.build_sphinx = partial(sphinx.build_sphinx, jobs=os.cpu_count())  # the command line has no word for it
    main()
