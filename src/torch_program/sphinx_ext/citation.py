"""How the book is cited: the page of references, tags in the head of pages, the picture of shared links.

Everything comes from `citation.metadata`; without an address in CITATION.cff no page claims to have one.
"""

import json
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from torch_program.citation import card, head, linked_data, metadata, parts, references
from torch_program.citation.references import Reference
from torch_program.pipeline import contents
from torch_program.pipeline.files import write_whole
from torch_program.pipeline.publication import made_once
from torch_program.results import drawn, figures
from torch_program.sphinx_ext import beside
from torch_program.sphinx_ext.drawings import picture
from torch_program.sphinx_ext.evidence import Data, fold


@cache
def work_of(app: Sphinx) -> metadata.Work:
    """The edition that is being built."""
    return metadata.read(Path(app.srcdir))


def notebooks_of(app: Sphinx) -> dict[str, parts.Notebook]:
    """The executed notebooks by document name, in the order of the book."""
    return {f"notebooks/{name}": notebook for name, notebook in contents.notebooks(Path(app.srcdir)).items()}


# the page of references --------------------------------------------------------------------------------------


class Cite(Data):
    """The report as a reference, in every format."""

    def run(self) -> list[nodes.Node]:
        self.note_report()
        return in_every_format(references.report(work_of(self.env.app)))


class CiteParts(Data):
    """Every section, claim and figure as a reference, each folded into its title."""

    def run(self) -> list[nodes.Node]:
        self.note_report()
        box = nodes.container("", classes=["web-only", "parts"])
        for document, notebook in notebooks_of(self.env.app).items():
            box += nodes.rubric("", parts.title(notebook))
            for reference in references_of(work_of(self.env.app), document, notebook):
                box += folded(reference)
        return [box]


def references_of(work: metadata.Work, document: str, notebook: parts.Notebook) -> list[Reference]:
    """The section itself, then its claims, then its figures."""
    found = [references.section(work, parts.title(notebook), document)]
    found += [references.claim(work, claim, document) for claim in parts.claims(notebook)]
    return found + [references.figure(work, figure, document) for figure in figures(notebook)]


def in_every_format(reference: Reference) -> list[nodes.Node]:
    made: list[nodes.Node] = []
    for name, write in references.FORMATS.items():
        made.append(nodes.paragraph("", name, classes=["format"]))
        made.append(nodes.literal_block("", write(reference), language="text", classes=["citation"]))
    return made


def folded(reference: Reference) -> list[nodes.Node]:
    """One reference under its title."""
    kind = {"section": "Section"}.get(reference.kind, reference.anchor)
    summary = f"{escape(reference.title)} <span>{escape(kind)}</span>"
    return fold(f'class="cite" id="cite-{reference.key}"', summary, *in_every_format(reference))


# the head of pages -------------------------------------------------------------------------------------------


def set_address(app: Sphinx, config: Config) -> None:
    """Canonical addresses, as soon as CITATION.cff names the place where editions are published."""
    address = work_of(app).address
    if address:
        config.html_baseurl = address


def add_tags(
    app: Sphinx, document: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None:  # search and index
        return
    work, notebooks = work_of(app), notebooks_of(app)
    found = [head.as_html(head.open_graph(work, document, nodes.document.astext(app.env.titles[document])))]
    if document == app.config.root_doc:
        found.append(f'<meta name="description" content="{escape(work.abstract)}" />')
        found.append(head.as_html(head.highwire(work) + head.dublin_core(work)))
        titles = {name: parts.title(notebook) for name, notebook in notebooks.items()}
        found.append(linked_data.script(linked_data.described(work, document, titles)))
    if document in notebooks:
        reviews = linked_data.reviews(work, document, parts.claims(notebooks[document]))
        if reviews:
            found.append(linked_data.script(reviews))
    context["metatags"] = context.get("metatags", "") + "\n" + "\n".join(found) + "\n"


def draw_card(app: Sphinx) -> None:
    """Put the picture beside the style sheets."""
    notebooks, label = notebooks_of(app).values(), "fig-scorecard"
    scorecards = (picture(label, drawing) for notebook in notebooks if (drawing := drawn(notebook, label)))
    verdicts = [claim["verdict"] for notebook in notebooks for claim in parts.claims(notebook)]
    work, scorecard = work_of(app), next(scorecards, b"")
    of = json.dumps([work.title, work.edition, verdicts]).encode(), scorecard
    content = made_once(Path(head.CARD).name, lambda: card.card(work.title, work.edition, verdicts, scorecard), *of)
    write_whole(Path(app.outdir) / head.CARD, content)


def setup(app: Sphinx) -> None:
    app.add_directive("cite-report", Cite)
    app.add_directive("cite-parts", CiteParts)
    app.connect("config-inited", set_address)
    app.connect("html-page-context", add_tags)
    app.connect(beside.FILES, draw_card)
