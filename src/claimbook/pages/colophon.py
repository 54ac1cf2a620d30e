"""The colophon: the parameters and data of this run, and how to repeat it.

It depends only on the source tree of the book, not on a clock or a machine's paths. A run with other
parameters or data than its edition says so at the top of every page.
"""

from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

from claimbook.citation import metadata
from claimbook.citation.identity import HASH_DIGITS
from claimbook.pages.data_tables import unnumbered_table
from claimbook.project import editions
from claimbook.project.csv_tables import figures_in, rows_in
from claimbook.project.files import folder_hash
from claimbook.project.parameters import CHANGED, base_of
from claimbook.say.words import counted


def changed_parameters(source: Path) -> tuple[str, list[str]]:
    """Return the edition, and the parameters that this run changes: "cutoff=2024-12-31"."""
    base, *settings = metadata.run_parameters(source)["edition"].split(CHANGED)
    return base, settings


def notice(source: Path) -> str:
    """Return a sentence if this run is not simply the edition; otherwise ""."""
    base, settings = changed_parameters(source)
    parts = [setting.replace("=", " = ") for setting in settings]
    parts += ["data that are not those of the project"] if metadata.other_data(source) else []
    return f"Not edition {base} as published, but a run of it with {' and '.join(parts)}." if parts else ""


def command(source: Path) -> str:
    """Return the command that repeats this run."""
    base, settings = changed_parameters(source)
    parts = ["make report", f"EDITION={base}"]
    parts += [f'SET="{" ".join(settings)}"'] if settings else []
    parts += ["DATA=path/to/the/data"] if metadata.other_data(source) else []
    return " ".join(parts)


class Colophon(SphinxDirective):
    """Edition, data, parameters, and the command. *How to cite* has the hash of the content."""

    def run(self) -> list[nodes.Node]:
        source, fields = Path(self.env.srcdir), editions.Parameters.model_fields
        self.env.note_reread()  # it depends on every notebook and on all data
        data, work, warning = source / "data", metadata.read_work(source), notice(source)
        title = editions.read_edition(source, base_of(work.edition)).title
        figures = counted(len(list(figures_in(data))), "published figure")
        sources = counted(len(rows_in(data / "sources.csv")), "source")
        held = f"the hash of all files of data/: {figures} from {sources}"
        facts = [("Edition", f"{work.edition} ({title})"), ("Data", f"{folder_hash(data)[:HASH_DIGITS]}, {held}")]
        parameters = [(name, str(value), fields[name].description or "") for name, value in work.parameters.items()]
        return [
            *([nodes.warning("", nodes.paragraph("", warning))] if warning else []),
            unnumbered_table(("What", "This copy"), facts),
            nodes.rubric("", "Parameters"),
            unnumbered_table(("Parameter", "Value", "What it means"), parameters),
            nodes.rubric("", "Make it again"),
            nodes.paragraph("", "In a copy of the project, with the packages of requirements.lock:"),
            nodes.literal_block("", f"$ {command(source)}", language="console"),
        ]


def announce_other_data(app: Sphinx, config: Config) -> None:
    """Put the notice at the top of every page."""
    if warning := notice(Path(app.srcdir)):
        announcement = config.html_theme_options.get("announcement", "")
        config.html_theme_options = config.html_theme_options | {"announcement": f"{warning} {announcement}".strip()}


def setup(app: Sphinx) -> None:
    app.add_directive("colophon", Colophon)
    app.connect("config-inited", announce_other_data)
