"""List the editions."""

import click

from torch_program import project
from torch_program.pipeline import editions


@click.command(name="editions")
def list_editions() -> None:
    """List the editions."""
    root = project.root()
    for name in editions.names(root):
        edition = editions.read(root, name)
        click.echo(f"{name}  {edition.title}: {edition.note}")
