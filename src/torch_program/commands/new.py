"""Begin a claim or a section: the entry, the cells and the notebook, with what is left to say marked by "?"."""

import click

from torch_program.commands.data import shown
from torch_program.pipeline import editions
from torch_program.pipeline.files import write_whole
from torch_program.pipeline.plan import Plan, make
from torch_program.words import suggestion

KINDS = ("number", "fact", "comparison", "opinion")


@click.group()
def new() -> None:
    """Begin a claim or a section; what is left to say is marked by "?", and `make check` names it."""


@new.command()
@click.argument("name")
@click.option("--section", required=True, help="Number of the section of the text, such as 2.1.")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="How it can be tested.")
@click.option("--series", default="", help="A series of series.csv that would decide a number.")
def claim(name: str, section: str, kind: str, series: str) -> None:
    """Write the entry of a claim into data/claims.yml, and the cells that judge it into its section's notebook."""
    from torch_program.intake import ledger, skeleton, validation

    plan = make()
    path = plan.data / ledger.FILE
    declared = ledger.structure(plan.data)
    if declared.document is None:
        raise click.ClickException("\n".join(map(str, declared.problems)))
    content = path.read_text(encoding="utf-8")
    known = skeleton.register(plan.data)
    codes = {code.section: code for code in map(ledger.read_code, map(plan.committed, plan.notebooks)) if code.section}
    if not skeleton.is_name(name):
        raise click.ClickException(f"{name}: the id of a claim has small letters, digits and hyphens: zones-over-170.")
    if name in skeleton.ids(content):
        raise click.ClickException(f"data/claims.yml has a claim {name} already. Choose another id.")
    if section not in codes:
        raise click.ClickException(
            f"No notebook has the section {section}. There are {', '.join(sorted(codes))}; "
            f"`torch-program new section {section} NAME` begins another."
        )
    if series and series not in known:
        raise click.ClickException(f"series.csv has no series {series}.{suggestion(series, known)}")
    text = skeleton.entry(name, section, kind, str(plan.parameters["panel_year"]), known.get(series))
    notebook = plan.committed(codes[section].name)
    cells = skeleton.judging(name, kind, series)
    write_whole(path, skeleton.with_entry(content, section, text).encode())
    write_whole(notebook, skeleton.with_cells(notebook.read_bytes(), cells))
    validation.describe(plan.data)
    click.echo(f"Written: {', '.join(map(shown, (path, notebook, plan.data / validation.PACKAGE)))}")
    if series and (topic := _topic(plan, series)) and not skeleton.loads(notebook.read_bytes(), topic):
        click.echo(f'Add "{topic}" to the call of evidence.load in {shown(notebook)}: {series} stands there.')
    click.echo('Fill in what is marked "?": `make check` names each place. Then: make report')


@new.command()
@click.argument("number")
@click.argument("name")
@click.option("--title", default="?", help="Heading of the section.")
@click.option("--topic", "topics", multiple=True, required=True, help="File in data/figures that it reads; repeatable.")
def section(number: str, name: str, title: str, topics: tuple[str, ...]) -> None:
    """Write the notebook of a section, and list it in _toc.yml."""
    from torch_program.intake import skeleton

    plan = make()
    if not skeleton.is_number(number) or not skeleton.is_name(name):
        raise click.ClickException(f"{number} {name}: write a number and a name, such as 4.5 incubators.")
    known = sorted(path.stem for path in (plan.data / "figures").glob("*.csv"))
    for topic in topics:
        if topic not in known:
            raise click.ClickException(
                f"There is no data/figures/{topic}.csv.{suggestion(topic, known)} Known: {', '.join(known)}."
            )
    notebook = f"{number.replace('.', '-')}-{name}"
    if taken := [other for other in plan.notebooks if skeleton.number_of(other) == number]:
        raise click.ClickException(f"Section {number} has a notebook already: notebooks/{taken[0]}.ipynb")
    if plan.committed(notebook).exists():
        raise click.ClickException(f"{shown(plan.committed(notebook))} is there already. Choose another name.")
    parameters = editions.read(plan.root, editions.DEFAULT).parameters.model_dump()
    toc = plan.root / "_toc.yml"
    write_whole(plan.committed(notebook), skeleton.section(number, title, topics, parameters))
    write_whole(toc, skeleton.with_chapter(toc.read_text(encoding="utf-8"), notebook).encode())
    click.echo(f"Written: {shown(plan.committed(notebook))}, {shown(toc)}")
    click.echo(f"Then: torch-program new claim ID --section {number} --kind number --series SERIES")


def _topic(plan: Plan, series: str) -> str:
    """The file in data/figures that has a series."""
    for path in sorted((plan.data / "figures").glob("*.csv")):
        if any(line.startswith(f"{series},") for line in path.read_text(encoding="utf-8").splitlines()):
            return path.stem
    return ""
