"""The colophon: the parameters and data of this run, and how to repeat it.

It depends only on the source tree of the book, not on a clock or a machine's paths. A run with other
parameters or data than its edition says so at the top of every page.
"""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from claimbook.citation.parts import HASH_DIGITS
from claimbook.pages.book import Content, add_directives, figures_of, rows_of, work_of
from claimbook.pages.data_tables import table
from claimbook.project import editions
from claimbook.project.files import folder_hash
from claimbook.project.parameters import CHANGED, base_of
from claimbook.say.words import counted

OTHER_DATA = "other-data"


def notice(edition: str) -> str:
    """Return a sentence if this run is not simply the edition; otherwise ""."""
    base, *changes = edition.split(CHANGED)
    parts = [
        "data that are not those of the project" if change == OTHER_DATA else change.replace("=", " = ")
        for change in changes
    ]
    return f"Not edition {base} as published, but a run of it with {' and '.join(parts)}." if parts else ""


def command(edition: str) -> str:
    """Return the command that repeats this run."""
    base, *changes = edition.split(CHANGED)
    settings = " ".join(change for change in changes if change != OTHER_DATA)
    parts = ["make report", f"EDITION={base}", f'SET="{settings}"' if settings else ""]
    parts += ["DATA=path/to/the/data"] if OTHER_DATA in changes else []
    return " ".join(filter(None, parts))


def colophon(app: Sphinx) -> Content:
    """Yield edition, data, parameters, and the command. *How to cite* has the hash of the content."""
    app.env.note_reread()  # it depends on every notebook and on all data
    work, fields = work_of(app), editions.Parameters.model_fields
    if warning := notice(work.edition):
        yield nodes.warning("", nodes.paragraph("", warning))
    title = editions.read_edition(app.srcdir, base_of(work.edition)).title
    figures = counted(len(figures_of(app)), "published figure")
    sources = counted(len(rows_of(app, "sources")), "source")
    data = f"{folder_hash(app.srcdir / 'data')[:HASH_DIGITS]}, the hash of all files of data/: {figures} from {sources}"
    yield table(("What", "This copy"), [("Edition", f"{work.edition} ({title})"), ("Data", data)])
    yield nodes.rubric("", "Parameters")
    rows = ((name, str(value), fields[name].description or "") for name, value in work.parameters.items())
    yield table(("Parameter", "Value", "What it means"), rows)
    yield nodes.rubric("", "Make it again")
    yield "In a copy of the project, with the packages of requirements.lock:"
    yield nodes.literal_block("", f"$ {command(work.edition)}", language="console")


def announce_other_data(app: Sphinx, config: Config) -> None:
    """Put the notice at the top of every page."""
    if warning := notice(work_of(app).edition):
        announcement = config.html_theme_options.get("announcement", "")
        config.html_theme_options = config.html_theme_options | {"announcement": f"{warning} {announcement}".strip()}


def setup(app: Sphinx) -> None:
    add_directives(app, colophon)
    app.connect("config-inited", announce_other_data)
