"""A table of one page shown on another: `:::{excerpt} notebooks/5-conclusion tbl-scorecard`."""

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class excerpt(nodes.General, nodes.Element):  # noqa: N801  (nodes of docutils are lower case)
    """Stands for a table until all pages are read."""


class Excerpt(SphinxDirective):
    """Arguments: document, label of its table."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        document, label = self.arguments
        self.env.note_dependency(self.env.doc2path(document, base=False))
        placeholder = excerpt(document=document, label=label)
        self.set_source_info(placeholder)
        return [placeholder]


class FillExcerpts(SphinxPostTransform):
    """Puts in the tables, without caption and number: these belong to the page that they come from."""

    default_priority = 7  # before references are resolved, so that links lead on from this page

    def run(self, **kwargs: Any) -> None:
        for placeholder in list(self.document.findall(excerpt)):
            table = self.find(placeholder["document"], placeholder["label"])
            if table is None:
                message = "%s has no table %r to show here"
                logger.warning(message, placeholder["document"], placeholder["label"], location=placeholder)
                placeholder.parent.remove(placeholder)
            else:
                placeholder.replace_self(table)

    def find(self, document: str, label: str) -> nodes.table | None:
        """A copy of a table that links from this page and has no name of its own."""
        if document not in self.env.found_docs:
            return None
        for table in self.env.get_doctree(document).findall(nodes.table):
            if label in table["ids"]:
                copy = table.deepcopy()
                copy["ids"], copy["names"] = [], []
                copy.children = [child for child in copy.children if not isinstance(child, nodes.title)]
                for link in copy.findall(addnodes.pending_xref):
                    link["refdoc"] = self.env.docname
                return copy
        return None


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(excerpt)
    app.add_directive("excerpt", Excerpt)
    app.add_post_transform(FillExcerpts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
