"""Commands that show the report in the browser, as it was made or while somebody edits it."""

import gc
import io
import logging
import os
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from claimbook.commands.editions import run_options
from claimbook.commands.report import run_build
from claimbook.project.folders import ENGINE, REPORT_FILE, UserError, made_by_people, renewed
from claimbook.project.parameters import CHANGED
from claimbook.project.yaml_files import as_yaml, read_yaml
from claimbook.run import publication, runner
from claimbook.run.plan import Plan

if TYPE_CHECKING:
    from starlette.applications import Starlette

LIVE_SOURCE, LIVE_PAGES = "live/source", "live/html"  # folders in a build, of the pages for `live`
OWN_PROCESS = (sys.executable, "-m", "claimbook")
LEFT_OUT = ("downloads", "pdf")  # slow parts that are not pages
WATCHED = "book data editions engine notebooks src _config.yml _toc.yml".split()

port_option = click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="On localhost; 0 takes a free one."
)


@click.command()
@port_option
@run_options
def live(plan: Plan, port: int) -> None:
    """Watch for edits, run and render again what they affect, and reload the browser. Ends with Ctrl-C."""
    edition, *changes = plan.edition.name.split(CHANGED)
    words = ["preview", "--edition", edition, "--data", str(plan.data)]
    words += [word for change in changes for word in ("--set", change)]
    os.chdir(plan.root)
    os.environ["SOURCE_DATE_EPOCH"] = str(plan.edition.epoch)
    click.echo("Making the pages once. `make report` makes the PDF and the other files.")
    built, now, started = "", plan.inputs(), time.time()
    while built != now:  # edits during this time are not watched yet
        if code := runner.run_command([*OWN_PROCESS, *words], plan.root):
            sys.exit(code)
        warm_up(replace(plan))
        built, now = now, plan.inputs()
    autobuild: Any = import_module("sphinx_autobuild.__main__")
    make_app = autobuild._create_app
    autobuild._create_app = lambda *settings: for_own_pages(make_app(*settings))
    autobuild.Builder = lambda *_, **about: partial(make_again, words, started)  # its own starts two processes
    source = plan.build / LIVE_SOURCE
    watching = ["--no-initial", "--port", str(port), "--ignore", f"{source}/*"]
    watching += [word for name in WATCHED if os.path.exists(name) for word in ("--watch", name)]
    autobuild.main([*watching, str(source), str(plan.build / LIVE_PAGES)])


def warm_up(plan: Plan) -> None:
    """Import modules and fill caches by making the pages once more. The process of each edit inherits them."""
    for step in import_module("claimbook.run.build").up_to_prose(plan):
        step.stale()  # runs no notebook
    import_module("claimbook.run.kernels")
    with runner.build_lock(plan.root / "_build", click.echo):
        for name in plan.notebooks[:1]:  # Sphinx reads this one again
            (plan.build / LIVE_SOURCE / f"notebooks/{name}.ipynb").touch()
        make_pages(plan)
    gc.freeze()  # an extension looks through all objects
    logging.disable(logging.INFO)  # a style of code makes all packages log what they do


def make_again(words: Sequence[str], started: float, *, changed_paths: Sequence[Path]) -> None:
    """Make the pages after an edit. The server calls this in a process of its own.

    Code that was edited since the server `started` is imported only by a new process.
    """
    began = time.time()
    code = [path for name in (str(ENGINE), "src") for path in made_by_people(Path(name)).values()]
    if any(path.stat().st_mtime > started for path in (*code, Path(REPORT_FILE))):
        failed: Any = runner.run_command([*OWN_PROCESS, *words], Path())
    else:
        from claimbook.commands import main  # which imports this module

        try:
            failed = main([*words])
        except SystemExit as ended:
            failed = ended.code
    took = f"The pages were made again in {time.time() - began:.1f} s."
    click.echo("The pages will not change until this is corrected." if failed else took)


@click.command(hidden=True)
@run_options
def preview(plan: Plan) -> None:
    """Run the stale notebooks, and make the pages that `live` shows."""
    # these take a second; steps may not import them side by side with Jupyter Book, because they import each other
    from claimbook.run import build, kernels  # noqa: F401

    gc.disable()  # as for Jupyter Book: this process ends soon
    with runner.build_lock(plan.root / "_build", click.echo):
        run_build(plan, build.up_to_prose(plan), runner.Progress(click.echo), plan.inputs())
        sys.exit(make_pages(plan))


def make_pages(plan: Plan) -> int:
    """Prepare the files for plain Sphinx, and make the pages with it. Returns its exit code."""
    from jupyter_book.cli.main import main as jupyter_book  # these two take a third of a second to import
    from sphinx.cmd.build import build_main

    source = plan.build / LIVE_SOURCE
    notebooks = {f"notebooks/{name}.ipynb": path for name, path in plan.staged_notebooks.items()}
    config = read_yaml(plan.root / "_config.yml")
    sphinx_settings = config["sphinx"]["config"]
    sphinx_settings["book_parts"] = [part for part in sphinx_settings["book_parts"] if part not in LEFT_OUT]
    sphinx_settings["templates_path"] = []  # themes add to it; else to the list of the next run too
    config_file = source.with_name("_config.yml")
    renewed(config_file, as_yaml(config).encode())
    with redirect_stdout(io.StringIO()):
        jupyter_book(["config", "sphinx", str(plan.root), "--config", str(config_file)], standalone_mode=False)
    settings = {"_config.yml": config_file, "conf.py": config_file.with_name("conf.py")}
    publication.stage_sources(plan.book_files | notebooks | settings, plan.about_run, {}, source)
    return build_main([str(source), str(plan.build / LIVE_PAGES), "-q", "-n"])


@click.command()
@port_option
@run_options
def serve(plan: Plan, port: int) -> None:
    """Serve the pages of a report on localhost. Ends with Ctrl-C."""
    if not (plan.html / "index.html").exists():
        raise UserError("There are no pages yet. Run `make report` first.")
    import uvicorn  # takes a tenth of a second to import

    uvicorn.run(pages_of(plan.html), port=port, access_log=False)


def pages_of(folder: Path) -> "Starlette":
    """Return a server of the pages in a folder."""
    from starlette.applications import Starlette  # takes a tenth of a second to import
    from starlette.staticfiles import StaticFiles

    app = Starlette()
    app.mount("/", StaticFiles(directory=folder, html=True))
    return for_own_pages(app)


def for_own_pages(app: "Starlette") -> "Starlette":
    """Let a server refuse what another site asks through the reader's browser, under the name of that site."""
    from starlette.middleware.trustedhost import TrustedHostMiddleware  # takes a tenth of a second to import

    app.add_middleware(TrustedHostMiddleware, allowed_hosts=("localhost", "127.0.0.1"))
    return app
