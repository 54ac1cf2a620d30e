"""The Sphinx extension of the book: figures with their data, computed pages, the print edition.

`book_parts` in `_config.yml` lists the modules of this package that a book uses, in order. The look comes from the
engine; a file in a report's own `book/` replaces the engine's file of the same name.
"""

import json
import os
import shutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemBytecodeCache

from claimbook.project.folders import ENGINE, digest_of, lock, made_by_people, renewed, rows_in
from claimbook.project.outputs import STORED_FILES_VARIABLE, annex_is_wanted
from claimbook.project.report import report_settings
from claimbook.templates import FILLED, filled

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

LOOK_FOLDER = ENGINE / "look"
STYLE_SHEETS = ("colours.css", "tokens.css", "badges.css", "verdicts.css", "icons.css", "pages.css", "citation.css")
MADE_SHEETS = ("colours.css", "verdicts.css")  # from tables of `say`
INVENTED = "INVENTED: this report has sources that do not exist. Replace them with your own."


def look_file(source: Path, name: str) -> Path:
    """Return a file or folder of the look: the report's own in `book/` of its source tree, else the engine's."""
    own = source / "book" / name
    return own if own.exists() else LOOK_FOLDER / name


def put_on(app: "Sphinx", config: "Config") -> None:
    """Give the pages their language, style sheets, scripts, fonts and templates. Write MADE_SHEETS."""
    source, styles = Path(app.srcdir), Path(app.outdir).parent / ".verdicts"
    for name in MADE_SHEETS:
        renewed(styles / name, filled(name).encode())
    own = source / "book"
    static = (folder for folder in (LOOK_FOLDER / "_static", styles, own / "_static") if folder.exists())
    config.html_static_path = [*map(str, static), *config.html_static_path]
    config.templates_path = [str(own / "_templates"), str(LOOK_FOLDER / "_templates"), *config.templates_path]
    config.html_css_files = [*STYLE_SHEETS, *config.html_css_files]
    config.html_favicon = config.html_favicon or str(look_file(source, "_static/icon.svg"))
    config.language = report_settings().language
    config.html_use_index = False  # nothing is indexed
    if any(row.get("seen") == "invented" for row in rows_in(source / "data" / "sources.csv")):
        config.html_theme_options = {"announcement": INVENTED, **config.html_theme_options}
    config.template_bridge = f"{__name__}.writing.Pages"


DOCUMENTS = (".ipynb", ".md", ".rst")  # their endings
SETTINGS = "CITATION.cff _config.yml _toc.yml conf.py report.yml run.json".split()


def keep_what_is_unchanged(app: "Sphinx", config: "Config") -> None:
    """Note all but documents and data from which pages are made: Sphinx reads every document again if it changes.

    Jupyter Book by itself keeps products here, as `make report` does in the folder that it names.
    """
    source = Path(app.srcdir)
    files = made_by_people(ENGINE, "engine") | {name: source / name for name in SETTINGS} | {"lock": lock(source)}
    for name in ("book", "editions", "src"):
        files |= made_by_people(source / name, name)
    digest = digest_of({name: path for name, path in files.items() if path.suffix not in DOCUMENTS})
    tables, epoch = [*made_by_people(source / "data")], os.environ.get("SOURCE_DATE_EPOCH")
    config.made_with = json.dumps([digest, tables, annex_is_wanted(), epoch])
    if STORED_FILES_VARIABLE not in os.environ:
        own = Path(app.outdir).with_name(".kept") / digest[:12]
        for other in {*own.parent.glob("*")} - {own}:
            shutil.rmtree(other, ignore_errors=True)
        os.environ[STORED_FILES_VARIABLE] = str(own)
    os.makedirs(kept := os.environ[STORED_FILES_VARIABLE], exist_ok=True)
    FILLED.bytecode_cache = FileSystemBytecodeCache(kept)  # of compiled templates


def setup(app: "Sphinx") -> dict[str, Any]:
    app.add_config_value("book_parts", [], "env")
    app.add_config_value("made_with", "", "env")
    for listener in (put_on, keep_what_is_unchanged):
        app.connect("config-inited", listener)
    for part in ("writing", *app.config.book_parts):  # first how all files are written
        import_module(f"{__name__}.{part}").setup(app)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
