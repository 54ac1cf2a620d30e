"""Show the report in the browser, as it was made or while it is edited."""

import click

from torch_program.commands import options
from torch_program.pipeline.plan import make


@click.command()
@options.port
@options.run
def live(edition: str, data: str | None, settings: tuple[str, ...], port: int) -> None:
    """Watch the files, make again what an edit touches, and reload the browser. Ends with Ctrl-C."""
    from torch_program.live import server
    from torch_program.live.preview import Preview, look, watch

    plan = make(edition, data, settings)
    if not all(plan.executed(name).exists() for name in plan.notebooks):
        raise click.ClickException("There is no report to start from. Run `make report` first.")
    preview = Preview(lambda: make(edition, data, settings), click.echo)
    news = server.News()
    running = server.serve(preview.html, port, news)
    click.echo("Making the pages once …")
    before = look(plan)  # what is saved from now on is followed
    preview.start()
    address = f"http://localhost:{running.server_port}/index.html"
    click.echo(f"{address} follows your edits; Ctrl-C ends. The PDF is left to `make report`.")
    try:
        watch(preview, news, click.echo, before)
    except KeyboardInterrupt:
        click.echo("\nEnded. `make report` makes the whole report, PDF included.")
    finally:
        running.shutdown()
        preview.end()


@click.command()
@options.port
@options.run
def serve(edition: str, data: str | None, settings: tuple[str, ...], port: int) -> None:
    """Serve the pages of a report on localhost. Ends with Ctrl-C."""
    from functools import partial

    from torch_program.live.server import Files, server

    plan = make(edition, data, settings)
    if not (plan.html / "index.html").exists():
        raise click.ClickException("There are no pages yet. Run `make report` first.")
    running = server(port, partial(Files, directory=str(plan.html)), "serve")
    click.echo(f"http://localhost:{running.server_port}/index.html shows the report; Ctrl-C ends.")
    try:
        running.serve_forever()
    except KeyboardInterrupt:
        click.echo("\nEnded.")
