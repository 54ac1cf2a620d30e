"""Commands that show the report in the browser, as it was made or while somebody edits it."""

import io
import os
import shlex
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

import click
import yaml

from claimbook.commands import options
from claimbook.commands.report import run_build
from claimbook.project.files import renewed
from claimbook.project.parameters import CHANGED
from claimbook.project.yaml_files import read_yaml
from claimbook.run import publication, runner
from claimbook.run.plan import Plan

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

HERE = ("localhost", "127.0.0.1")  # names under which pages are served
LEFT_OUT = ("workbook", "downloads", "pdf", "figure_files")  # slow parts that are not pages
WATCHED = ("book", "data", "editions", "notebooks", "src", "_config.yml", "_toc.yml")


@click.command()
@options.port
@options.run_options
def live(plan: Plan, port: int) -> None:
    """Watch for edits, run and render again what they affect, and reload the browser. Ends with Ctrl-C."""
    edition, *settings = plan.edition.name.split(CHANGED)
    stage = [sys.executable, "-m", "claimbook", "stage", "--edition", edition, "--data", str(plan.data)]
    stage += [word for setting in settings for word in ("--set", setting)]
    source = live_source(plan)
    pages = [str(source), str(source.parent / "html"), "-q", "-n"]
    os.chdir(plan.root)
    os.environ["SOURCE_DATE_EPOCH"] = str(plan.edition.epoch)
    click.echo("Making the pages once. `make report` makes the PDF and the other files.")
    built, now = "", plan.inputs()
    while built != now:  # edits during this time are not watched yet
        for command in (stage, [sys.executable, "-m", "sphinx", *pages]):
            if code := runner.run_command(command, plan.root):
                sys.exit(code)
        built, now = now, plan.inputs()
    # if this command failed, sphinx-autobuild would show a traceback
    again = ["sh", "-c", f"{shlex.join(stage)} || echo The pages will not change until this is corrected."]
    watching = ["--no-initial", "--pre-build", shlex.join(again), "--port", str(port), "--ignore", f"{source}/*"]
    watching += [word for name in WATCHED if os.path.exists(name) for word in ("--watch", name)]
    from sphinx_autobuild import __main__ as autobuild  # takes a fifth of a second to import

    make_app = autobuild._create_app
    autobuild._create_app = lambda *settings: for_own_pages(make_app(*settings))
    autobuild.main([*watching, *pages])


@click.command(hidden=True)
@options.run_options
def stage(plan: Plan) -> None:
    """Run the stale notebooks, and prepare the folder from which `live` makes the pages."""
    from claimbook.run import build  # takes half a second to import

    progress = runner.Progress(click.echo)
    with runner.build_lock(plan.root / "_build", click.echo):
        run_build(plan, build.up_to_prose(plan), progress, plan.html, plan.inputs())
    lay_out(plan)


def live_source(plan: Plan) -> Path:
    """Return the folder from which Sphinx makes the pages for `live`."""
    return plan.build / "live" / "source"


def lay_out(plan: Plan) -> None:
    """Prepare all files for the pages as plain Sphinx needs them. Only changed files are written."""
    from jupyter_book.cli.main import main as jupyter_book  # takes a tenth of a second to import

    source = live_source(plan)
    notebooks = {f"notebooks/{name}.ipynb": path for name, path in plan.staged_notebooks.items()}
    config = read_yaml(plan.root / "_config.yml")
    sphinx_settings = config["sphinx"]["config"]
    sphinx_settings["book_parts"] = [part for part in sphinx_settings["book_parts"] if part not in LEFT_OUT]
    config_file = source.with_name("_config.yml")
    renewed(config_file, yaml.safe_dump(config, allow_unicode=True, sort_keys=False).encode())
    with redirect_stdout(io.StringIO()):
        jupyter_book(["config", "sphinx", str(plan.root), "--config", str(config_file)], standalone_mode=False)
    settings = {"_config.yml": config_file, "conf.py": config_file.with_name("conf.py")}
    publication.stage_sources(plan.book_files | notebooks | settings, plan.about_run, {}, source)


@click.command()
@options.port
@options.run_options
def serve(plan: Plan, port: int) -> None:
    """Serve the pages of a report on localhost. Ends with Ctrl-C."""
    if not (plan.html / "index.html").exists():
        raise click.ClickException("There are no pages yet. Run `make report` first.")
    import uvicorn  # takes a tenth of a second to import

    uvicorn.run(pages_of(plan.html), port=port, access_log=False)


def pages_of(folder: Path) -> "ASGIApp":
    """Return a server of the pages in a folder."""
    from starlette.applications import Starlette  # takes a tenth of a second to import
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    return for_own_pages(Starlette(routes=[Mount("/", StaticFiles(directory=folder, html=True))]))


def for_own_pages(app: "ASGIApp") -> "ASGIApp":
    """Return the server that refuses what another site asks through the reader's browser.

    Such a request has the name of that site in its Host or in its Origin.
    """
    from starlette.datastructures import Headers  # takes a tenth of a second to import
    from starlette.responses import PlainTextResponse

    async def answered(scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "lifespan":
            headers = Headers(scope=scope)
            host = headers.get("host", "")
            if host.partition(":")[0] not in HERE or headers.get("origin", f"http://{host}") != f"http://{host}":
                refused = f"These pages are only for a browser on this machine, at http://{HERE[0]}.\n"
                return await PlainTextResponse(refused, 403)(scope, receive, send)
        await app(scope, receive, send)

    return answered


COMMANDS = (live, serve, stage)
