"""A difference as document nodes: for a page of its own, and for the book."""

from collections.abc import Mapping
from pathlib import Path

from docutils import nodes
from docutils.core import publish_from_doctree
from docutils.frontend import get_default_settings
from docutils.utils import new_document

from torch_program.changes import tell
from torch_program.changes.compare import GONE, NEW, Difference
from torch_program.sphinx_ext.evidence import table

STYLE = Path(__file__).with_name("difference.css")
TAGS = {GONE: ["del"], NEW: ["ins"]}  # docutils writes an inline of this class as the element of that name


def section(block: tell.Block, anchor: str = "changed", most: int = 0) -> nodes.section:
    """Heading and table of one block; `most` cuts it after so many rows, and says so."""
    rows = block.rows[:most] if most else block.rows
    title, name = nodes.title("", block.title), block.name
    made = nodes.section("", title, ids=[f"{anchor}-{name}"], classes=[f"changed-{name}"])
    shown = table(block.head, [[_cell(c) for c in row] for row in rows], "changes", right=block.right)
    shown["classes"] += ["then-now"] if block.head[1:3] == tell.THEN_NOW else []
    made += shown
    if len(rows) < len(block.rows):
        made += nodes.paragraph("", f"{len(block.rows) - len(rows):,} further rows are not shown here.")
    return made


def _cell(cell: tell.Cell) -> str | list[nodes.Node]:
    if isinstance(cell, str):
        return cell
    return [nodes.inline("", text, classes=TAGS[kind]) if kind in TAGS else nodes.Text(text) for text, kind in cell]


def html(difference: Difference, before: str, after: str, labels: Mapping[str, str]) -> bytes:
    """A page that stands alone: readable without network, in print and in the dark."""
    document = new_document("changes", get_default_settings())
    document["title"] = f"What changed from {before} to {after}"
    document += nodes.title("", document["title"])
    said = [
        tell.headline(difference, before, after),
        *tell.story(difference, before, after, labels),
        tell.causes(difference),
        tell.not_compared(difference),
    ]
    document += [nodes.paragraph("", sentence) for sentence in said if sentence]
    if difference:
        document += [section(block) for block in tell.blocks(difference, labels)]
    settings = {
        "output_encoding": "utf-8",
        "stylesheet_path": str(STYLE),
        "embed_stylesheet": True,
        "math_output": "mathml",
        "language_code": "en",
        "_disable_config": True,
    }
    return publish_from_doctree(document, writer_name="html5", settings_overrides=settings)
