"""The colophon: which run this is, of which parameters, data and packages, and how it is made again.

Everything is read from the source tree of the book: no clock, no path of a machine. A run whose parameters or data are
not those of its edition says so at the top of every page.
"""

from importlib.metadata import version
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.docutils import SphinxDirective

from claimbook.book.evidence_pages import table
from claimbook.build import editions
from claimbook.build.files import folder_hash
from claimbook.publish import metadata
from claimbook.publish.identity import SHORT
from claimbook.say.csv_tables import figures_in, rows_in
from claimbook.say.words import counted

LOCK = Path(__file__).parents[3] / "requirements.lock"
MADE_WITH = (  # what decides numbers, drawings and pages; requirements.lock has all of them
    "papermill",
    "nbclient",
    "pandas",
    "numpy",
    "matplotlib",
    "seaborn",
    "pydantic",
    "jupyter-book",
    "sphinx",
    "myst-nb",
    "typst",
)
FACT_HEAD = ("What", "This copy")
PARAMETER_HEAD = ("Parameter", "Value", "What it means")
PACKAGE_HEAD = ("Package", "Version")


def differences(source: Path) -> dict[str, Any]:
    """Parameters of this run that are not those of the edition's file, with their values in this run."""
    run = metadata.run_parameters(source)
    kept = editions.read(source, editions.base_of(run["edition"])).parameters.model_dump()
    return {name: value for name, value in run.items() if name != "edition" and value != kept.get(name)}


def notice(source: Path) -> str:
    """One sentence where this run is not simply the edition; else ""."""
    base = editions.base_of(metadata.run_parameters(source)["edition"])
    parts = [f"{name} = {value}" for name, value in differences(source).items()]
    parts += ["data that are not those of the project"] if metadata.other_data(source) else []
    return f"Not edition {base} as published, but a run of it with {' and '.join(parts)}." if parts else ""


def commands(source: Path) -> str:
    """What has to be typed to make this run again."""
    base = editions.base_of(metadata.run_parameters(source)["edition"])
    settings = " ".join(f"{name}={value}" for name, value in differences(source).items())
    parts = ["make report", f"EDITION={base}"]
    parts += [f'SET="{settings}"'] if settings else []
    parts += ["DATA=path/to/the/data"] if metadata.other_data(source) else []
    return " ".join(parts)


def in_use(package: str, lock: str) -> str:
    """The version of a package, and of one that is not the locked one, that it is no such."""
    here = version(package)
    return here if f"\n{package}=={here} " in f"\n{lock}" else f"{here}, which requirements.lock does not ask for"


class Colophon(SphinxDirective):
    """Facts, parameters, packages and the command, each under its heading."""

    def run(self) -> list[nodes.Node]:
        source = Path(self.env.srcdir)
        self.env.note_reread()  # it depends on every notebook and on all data
        return [
            *self.facts(source),
            nodes.rubric("", "Parameters"),
            self.parameters(source),
            nodes.rubric("", "Made with"),
            self.packages(),
            nodes.rubric("", "Make it again"),
            *self.again(source),
        ]

    def facts(self, source: Path) -> list[nodes.Node]:
        work, folder = metadata.read(source), source / "data"
        edition = editions.read(source, editions.base_of(work.edition))
        figures = counted(len(list(figures_in(folder))), "published figure")
        sources = counted(len(rows_in(folder / "sources.csv")), "source")
        same = "the hash of every verdict, statistic and chart: two builds that share it say the same"
        held = f"the hash of all files of data/: {figures} from {sources}"
        facts = {
            "Edition": f"{work.edition} ({edition.title})",
            "Version": work.version,
            "Content": f"{work.hash}, {same}",
            "Data": f"{folder_hash(folder)[:SHORT]}, {held}",
        }
        said = notice(source)
        warning = [nodes.warning("", nodes.paragraph("", said))] if said else []
        return [*warning, table(FACT_HEAD, facts.items())]

    def parameters(self, source: Path) -> nodes.table:
        fields = editions.Parameters.model_fields
        rows = [
            (name, str(value), fields[name].description or "")
            for name, value in metadata.run_parameters(source).items()
        ]
        return table(PARAMETER_HEAD, rows)

    def packages(self) -> nodes.table:
        lock = LOCK.read_text(encoding="utf-8")
        return table(PACKAGE_HEAD, [(name, in_use(name, lock)) for name in MADE_WITH])

    def again(self, source: Path) -> list[nodes.Node]:
        line = "In a copy of the project, with the packages of requirements.lock:"
        block = nodes.literal_block("", f"$ {commands(source)}", language="console")
        return [nodes.paragraph("", line), block]


def announce(app: Sphinx, config: Config) -> None:
    """The notice at the top of every page."""
    if said := notice(Path(app.srcdir)):
        own = config.html_theme_options.get("announcement", "")
        config.html_theme_options = config.html_theme_options | {"announcement": f"{said} {own}".strip()}


def setup(app: Sphinx) -> None:
    app.add_directive("colophon", Colophon)
    app.connect("config-inited", announce)
