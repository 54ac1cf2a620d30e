"""Show the report in the browser while it is edited."""

import errno
import threading

import click

from torch_program.commands import options
from torch_program.pipeline.plan import make


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port on localhost; 0 takes a free one.")
@options.run
def live(edition: str, data: str | None, settings: tuple[str, ...], port: int) -> None:
    """Watch the files, make again what an edit touches, and reload the browser. Ends with Ctrl-C."""
    from torch_program.pipeline import live

    plan = make(edition, data, settings)
    if not all(plan.executed(name).exists() for name in plan.notebooks):
        raise click.ClickException("There is no report to start from. Run `make report` first.")
    preview = live.Preview(lambda: make(edition, data, settings), click.echo)
    news = live.News()
    try:
        server = live.serve(preview, port, news)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise click.ClickException(f"Port {port} is taken. Choose another one: --port {port + 1}.") from None
    click.echo("Making the pages once …")
    before = live.look(plan)  # what is saved from now on is followed
    preview.start()
    address = f"http://localhost:{server.server_port}/index.html"
    click.echo(f"{address} follows your edits; Ctrl-C ends. The PDF is left to `make report`.")
    stop = threading.Event()
    try:
        live.watch(preview, news, click.echo, stop, before)
    except KeyboardInterrupt:
        click.echo("\nEnded. `make report` makes the whole report, PDF included.")
    finally:
        server.shutdown()
