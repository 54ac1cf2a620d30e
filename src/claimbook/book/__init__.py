"""The Sphinx extension of the book: figures with their data, computed pages, the print edition.

`book_parts` in `_config.yml` lists the modules of this package that a book uses, in order.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claimbook.build.files import renewed
from claimbook.say.verdict_table import style_sheet

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def show_verdicts(app: "Sphinx") -> None:
    """Write the colours and signs of verdicts to a style sheet, which pages and print use."""
    renewed(Path(app.srcdir) / "book" / "_static" / "verdicts.css", style_sheet().encode())


def setup(app: "Sphinx") -> dict[str, Any]:
    app.add_config_value("book_parts", [], "env")
    for always in ("beside", "finishing"):  # events for the parts, and the last step of every page
        app.setup_extension(f"{__name__}.{always}")
    app.connect("builder-inited", show_verdicts)
    for part in app.config.book_parts:
        import_module(f"{__name__}.{part}").setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
