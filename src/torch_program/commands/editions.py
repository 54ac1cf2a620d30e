"""List the editions, and begin the next one."""

from datetime import date

import click

from torch_program import project
from torch_program.csv_tables import figures_in, rows_in
from torch_program.parameters import Profile
from torch_program.pipeline import editions
from torch_program.pipeline.files import write_all, write_whole
from torch_program.pipeline.parameter_cells import fitted
from torch_program.pipeline.plan import make


@click.command(name="editions")
def list_editions() -> None:
    """List the editions."""
    root = project.root()
    for name in editions.names(root):
        edition = editions.read(root, name)
        click.echo(f"{name}  {edition.title}: {edition.note}")


@click.group()
def edition() -> None:
    """Begin an edition, or make the notebooks start with the parameters of the default one."""


@edition.command()
def defaults() -> None:
    """Write the parameters of the default edition into the first cell of every notebook, where they differ."""
    plan = make()
    values = editions.read(plan.root, editions.DEFAULT).parameters.model_dump()
    profile = {"edition": values["edition"], "cutoff": values["cutoff"], "year": values["panel_year"]}
    files = {path: fitted(path.read_bytes(), values) for path in map(plan.committed, plan.notebooks)}
    for path in (plan.root / "notebooks" / "profiles").glob("*.ipynb"):
        files[path] = fitted(path.read_bytes(), profile, Profile)
    changed = {path: content for path, content in files.items() if content != path.read_bytes()}
    write_all(changed)
    for path in changed:
        click.echo(f"{path.relative_to(plan.root)}: its parameters are those of edition {editions.DEFAULT} now")
    if changed:
        click.echo("\nThe stored outputs are still those of before: make report && make baseline")
    else:
        click.echo(f"Every notebook starts with the parameters of edition {editions.DEFAULT}; nothing was written.")


@edition.command()
@click.argument("name")
def new(name: str) -> None:
    """Write editions/NAME.yml with all that is published by today, and say which figures are due."""
    from torch_program.pipeline import releases

    plan, today = make(), date.today()
    sources = {row["source_id"]: row for row in rows_in(plan.data / "sources.csv")}
    figures = [row for _, row in figures_in(plan.data)]
    panel_year = releases.panel_year(figures, sources, today)
    if panel_year is None:
        raise editions.EditionError("No series in data/figures has a figure of every province. Nothing was written.")
    text = editions.begun(plan.root, name, today, panel_year)
    path = plan.root / "editions" / f"{name}.yml"
    write_whole(path, text.encode())
    click.echo(f"edition  editions/{path.name}: what was published by {today}; maps show {panel_year}\n")
    found = releases.releases(figures, sources, today)
    if said := releases.in_sentences(found, today):
        click.echo("What is due, by how long each series usually takes; no calendar of a producer was read:")
        click.echo("\n".join(f"  {sentence}" for sentence in said) + "\n")
    click.echo("Bring in what came out: torch-program data refresh worldbank; torch-program data add FILE")
    click.echo(f"Then: make report EDITION={name}; make diff FROM={editions.DEFAULT} TO={name}")
