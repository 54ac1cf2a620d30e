"""What changed between editions: `:::{changes}` compares these pages with the stored records of the others."""

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from torch_program.changes import matters, record, tell
from torch_program.changes.compare import difference
from torch_program.numbers import badge_class
from torch_program.parameters import of_notebook
from torch_program.pipeline import contents, editions
from torch_program.pipeline.files import below
from torch_program.results import ResultsError
from torch_program.sphinx_ext.difference import section as of_block
from torch_program.sphinx_ext.evidence import Data, fold
from torch_program.words import sentence_case

MOST_ROWS = 25  # of one table; `make diff` shows all of them
FOLDED = ("statistics", "figures_revised", "figures_added")  # behind a fold; the rest: `make diff`
ORDER = (
    "Statistics are ordered by how far they moved: the difference of both values divided by the sum of their sizes, "
    "which is nought for the same value and one for a change of sign. Moved is the difference itself, and its share of "
    "the first value."
)


def other_records(source: Path, own: str) -> list[Path]:
    """The stored records of the editions of a source tree other than its `own`."""
    paths = [record.stored(source, name) for name in editions.names(source) if name != own]
    return [path for path in paths if path.is_file()]


class Changes(Data):
    """Editions in the order of their cut-off days, each with what moved since the one before."""

    def run(self) -> list[nodes.Node]:
        own = self.own()
        others = [record.read(self.noted(path)) for path in other_records(self.source, own["edition"])]
        ordered = sorted([own, *others], key=lambda r: (r["parameters"]["cutoff"], r["edition"]))
        if len(ordered) == 1:
            says = (
                f"These pages are edition {own['edition']}. No record of another edition is stored to compare it with."
            )
            return [nodes.paragraph("", says)]
        labels = {row["series"]: row["label"] for row in self.rows("series.csv")}
        labels |= matters.statistic_names(own, labels) | {c.id: c.called for c in self.ledger().claims}
        made: list[nodes.Node] = []
        for before, after in zip(ordered, ordered[1:], strict=False):
            made += self.between(before, after, own, labels)
        return made

    def own(self) -> dict[str, Any]:
        """The record of the pages that are made, from the notebooks and data in the source tree."""
        notebooks = contents.executed(self.source)
        data = below(self.source / "data", "data")
        data.pop("data/datapackage.json", None)
        for path in (*notebooks.values(), *data.values()):
            self.noted(path)
        executed = {name: path.read_bytes() for name, path in notebooks.items()}
        if not executed:
            raise self.error(f"the {self.name} directive compares notebooks, and _toc.yml lists none")
        parameters = of_notebook(json.loads(next(iter(executed.values()))))
        try:
            files = {name: path.read_bytes() for name, path in data.items()}
            return record.make(executed, files, self.ledger().claims, parameters)
        except ResultsError as error:
            raise self.error(
                f"notebooks without stored outputs cannot be compared: {error}. Run `make report`."
            ) from None

    def between(
        self, before: Mapping[str, Any], after: Mapping[str, Any], own: Mapping[str, Any], labels: Mapping[str, str]
    ) -> list[nodes.Node]:
        """Section of two editions that follow each other."""
        found = difference(before, after)
        names = [f"edition {side['edition']}" for side in (before, after)]
        heading, anchor = f"From {names[0]} to {names[1]}", f"changed-{before['edition']}-{after['edition']}"
        section = nodes.section("", nodes.title("", heading), ids=[anchor])
        says = matters.opening(found, before["edition"], after["edition"]) or tell.headline(found, *names)
        section += nodes.paragraph("", says)
        flips = [flip_node(flip) for flip in matters.flips(found, labels)]
        section += [nodes.bullet_list("", *flips, classes=["flips"])] if flips else []
        section += [nodes.paragraph("", sentence) for sentence in tell.firmness(found, labels)]
        for side in (before, after):
            if side is not own and (stale := older(side, own)):
                section += nodes.paragraph("", stale)
        blocks = {block.name: block for block in tell.blocks(found, labels)} if found else {}
        if tell.LOST in blocks:
            section += of_block(blocks[tell.LOST], anchor, MOST_ROWS)
        folded = [of_block(blocks[name], anchor, MOST_ROWS) for name in FOLDED if name in blocks]
        if folded:
            section += fold('class="fold"', escape(tell.headline(found, *names)), nodes.paragraph("", ORDER), *folded)
        return [section]


def flip_node(flip: matters.Flip) -> nodes.list_item:
    """A claim, its verdict then and now, and why."""
    line = nodes.paragraph("", "", nodes.strong("", sentence_case(flip.claim)), nodes.Text(": "))
    for joint, verdict in (("", flip.then), (", now ", flip.now)):
        line += [nodes.Text(joint), nodes.inline("", verdict, classes=["verdict", f"verdict-{badge_class(verdict)}"])]
    line += nodes.Text(f". {flip.why}".rstrip())
    return nodes.list_item("", line)


def older(stored: Mapping[str, Any], own: Mapping[str, Any]) -> str:
    """A sentence if a stored record was made from other data than these pages, so that part of a change is no news."""
    files = stored["files"].keys() | own["files"].keys()
    names = [n for n in sorted(files) if n.startswith("data/") and stored["files"].get(n) != own["files"].get(n)]
    if not names:
        return ""
    return (
        f"The stored record of edition {stored['edition']} was made from other data ({', '.join(names)}), so some of "
        "this comes from the data and not from the edition."
    )


def setup(app: Sphinx) -> None:
    app.add_directive("changes", Changes)
