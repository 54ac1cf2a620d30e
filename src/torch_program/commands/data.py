"""Look after the data."""

import shlex
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from torch_program.csv_tables import rows_in
from torch_program.periods import published_by
from torch_program.pipeline import editions
from torch_program.pipeline.files import scratch, write_whole
from torch_program.pipeline.plan import Plan, make
from torch_program.words import counted, some

if TYPE_CHECKING:
    from torch_program.intake.adding import Offer
    from torch_program.intake.effects import Effects

LARGE = 5  # MB from which a command says that it takes its time
SHOWN = 8  # series, rows or measures listed under one heading before "and n more"


@click.group()
def data() -> None:
    """New figures: their form, what they would change, and their way into data/."""


@click.command()
@click.option("--data", help="Another copy of data/, checked in its place.")
@click.option("--refresh-datapackage", "refresh", is_flag=True, help="First bring datapackage.json in step.")
def check(data: str | None, refresh: bool) -> None:
    """Check the data, the settings of the book and the notebooks, and say in plain words what is wrong."""
    from torch_program.intake import description, validation

    plan = make(data=data)
    if refresh:
        for name in description.describe(plan.data):
            click.echo(f"datapackage.json: {name} brought in step")
    announce("data", plan.data_files.values())
    problems = validation.check(plan.data, notebooks=plan.root / "notebooks")
    click.echo(validation.render(problems))
    faults = plan.faults()
    click.echo("\n".join(faults), err=True, nl=bool(faults))
    sys.exit(bool(faults) or any(problem.severity == "error" for problem in problems))


@data.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--data", "folder", help="Another copy of data/, to which the rows are added.")
@click.option("--sources", type=click.Path(path_type=Path), help="A table of new sources, series, units or zones.")
@click.option("--edition", default=editions.DEFAULT, show_default=True, help="Edition whose claims are compared.")
@click.option("--conflict", default="", metavar="NAME", help="Mark values that contradict stored ones, and those.")
@click.option("--supersede", is_flag=True, help="Where a producer revised itself, the old value is an earlier vintage.")
@click.option("--write", is_flag=True, help="Add the rows; without it nothing is written.")
def add(
    file: Path, folder: str | None, sources: Path | None, edition: str, conflict: str, supersede: bool, write: bool
) -> None:
    """Add new figures from a CSV file or a workbook: say what they would change, or with --write, add them.

    A table of another form is read by a script (.py), which is run and leaves its rows in a frame called figures, and
    perhaps their sources in one called so. A workbook may hold sheets named sources, series, units and zones; --sources
    names a file with one of them.
    """
    from torch_program.intake import adding

    plan = make(edition, folder)
    announce(file.name, [file])
    offer = adding.offer(plan.data, file, sources, conflict, supersede)
    refuse(offer)
    click.echo(told(offer))
    if not offer.rows:
        return
    known = [*rows_in(plan.data / "sources.csv"), *offer.rows.get("sources.csv", ())]
    visible = published_by(plan.parameters["cutoff"], known)
    late = [row for row in offer.figures if row["source_id"] not in visible]
    if late:
        click.echo(
            f"\n{counted(len(late), 'row')} of sources published after {plan.parameters['cutoff']}, the last day of "
            f"edition {edition}, which will not show them. Copy editions/{edition}.yml, give it a later cutoff, and "
            "name it by --edition."
        )
    finish(plan, offer, write, "add the rows")


def announce(what: str, files: Iterable[Path]) -> None:
    """Say that reading takes a while, where it does."""
    size = sum(path.stat().st_size for path in files if path.is_file()) / 2**20
    if size > LARGE:
        click.echo(f"Reading {size:,.0f} MB of {what}, which takes a while …")


def refuse(offer: "Offer") -> None:
    """Say what there is to know of an offer, and end here, with every problem told, when its rows break a rule."""
    from torch_program.intake import validation

    for line in offer.said:
        click.echo(line)
    if offer.problems:
        click.echo(validation.render(offer.problems))
        click.echo("Nothing was written.")
        sys.exit(1)


def finish(plan: Plan, offer: "Offer", write: bool, what: str) -> None:
    """Write all of the offer or nothing, or say what it would do to the claims; and how to go on and back."""
    from torch_program.intake import adding, description

    back = way_back([plan.data / name for name in offer.files])
    if not write:
        click.echo(f"\n{preview(plan, offer)}\n\nNothing is written yet. Run again with --write to {what}.")
        click.echo(f"The way back would be {back}.")
        return
    adding.write(plan.data, offer.files)
    place = description.as_typed(plan.data)
    own = plan.data == plan.root / "data"
    click.echo(f"\nWritten to {place}: {', '.join(sorted(offer.files))}.")
    click.echo(f"Go on: make report EDITION={plan.edition.name}" + ("" if own else f" DATA={place}"))
    click.echo(f"Go back: {back}")


def way_back(files: list[Path]) -> str:
    """How to have files again as they are before they are written: by git, where it keeps them so."""
    from torch_program.intake.description import as_typed

    def is_so(*words: str) -> bool:
        asked = ["git", "-C", str(files[0].parent), *words, "--", *map(str, files)]
        try:
            return subprocess.run(asked, capture_output=True).returncode == 0
        except OSError:  # there is no git
            return False

    if not is_so("ls-files", "--error-unmatch"):
        return "a copy of yours, made before you write, since no git keeps these files"
    other = " (which takes back your other changes to them too, unless you git add them before)"
    return f"git restore {shlex.join(map(as_typed, files))}{other * (not is_so('diff', '--quiet'))}"


def told(offer: "Offer") -> str:
    """What would be added, by series, and what is stored already."""
    lines = []
    if offer.repeated:
        names = Counter(row.get("series") or next(iter(row.values())) for row in offer.repeated)
        lines.append(f"Stored already: {counted(len(offer.repeated), 'row')} ({some(sorted(names), SHOWN)}).")
    if not offer.rows:
        return "\n".join([*lines, "Nothing new: there is nothing to add."])
    lines.append("New:")
    for name in sorted(offer.rows):
        rows = offer.rows[name]
        lines.append(f"  {name}: {counted(len(rows), 'row')}")
        if not name.startswith("figures/"):
            lines.append(f"    {some([next(iter(row.values())) for row in rows], SHOWN)}")
            continue
        for series in sorted({row["series"] for row in rows}):
            own = [row for row in rows if row["series"] == series]
            entities = list(dict.fromkeys(row["entity"] for row in own))
            periods = sorted({row["period"] for row in own})
            lines.append(f"    {series}: {some(entities, 3)}; {some(periods, SHOWN)}; {counted(len(own), 'row')}")
    return "\n".join(lines)


def preview(plan: Plan, offer: "Offer") -> str:
    """Which claims would move, found by running the notebooks that read the changed files."""
    from torch_program.intake import effects
    from torch_program.intake.placing import staged

    names = effects.readers(plan, offer.files)
    if not names:
        return "No notebook reads what would change."
    built, why = effects.last_build(plan)
    both = "" if built else f" {why}, so they are run on the data as they are, too."
    click.echo(
        f"\nRunning {len(names)} of {len(plan.sections)} notebooks with the new rows, in temporary folders.{both}"
    )
    with scratch() as temporary:
        merged = staged(plan.data, offer.files, temporary)
        found = effects.effects(plan, built, merged, offer.files, click.echo)
    return moved(found, plan.edition.name)


def moved(found: "Effects", edition: str) -> str:
    """The claims that move, flips first."""
    lines = [f"Stops with the changed rows: {sentence}" for sentence in found.stopped]
    flips = sum(move.flips for move in found.moves)
    if not found.moves:
        rest = "In the others no claim" if found.stopped else f"No claim of edition {edition}"
        return "\n".join([*lines, f"{rest} gains or loses a measure, and no verdict changes."])
    lines.append(f"Claims of edition {edition} that move: {len(found.moves)}; verdicts that change: {flips}.")
    for move in found.moves:
        verdict = f"{move.before} → {move.after}" if move.flips else f"stays {move.after}"
        lines.append(f"  {move.claim}: {verdict}")
        for sign, measures in (("+", move.gained), ("-", move.lost)):
            lines += [f"    {sign} {measure}" for measure in measures[:SHOWN]]
            lines += [f"    {sign} {len(measures) - SHOWN} more"] * (len(measures) > SHOWN)
    return "\n".join(lines)


@data.command()
@click.argument("series", nargs=-1, required=True)
@click.option("--data", "folder", help="Another copy of data/, from which the examples are taken.")
@click.option("--out", type=click.Path(path_type=Path), help="File to write, .csv or .xlsx; by default CSV is printed.")
def template(series: tuple[str, ...], folder: str | None, out: Path | None) -> None:
    """Write a table to start from: the columns, and the last stored rows of SERIES to write over."""
    from torch_program.intake import description, tables
    from torch_program.intake import template as t

    if out and out.suffix.lower() not in {".csv", ".xlsx"}:
        raise click.ClickException(f'A template is a .csv or an .xlsx file, not "{out.name}": change its ending.')
    if out and out.exists():
        raise click.ClickException(f"{out} is there already. Choose another name, or remove it first.")
    stored, package = tables.stored(make(data=folder).data)
    examples = t.rows(stored, series)
    columns = description.columns(description.schemas(package)["figures"])
    if out is None:
        click.echo(t.as_csv(stored, examples, columns).decode("utf-8-sig"), nl=False)
        return
    workbook = out.suffix.lower() == ".xlsx"
    write_whole(out, (t.as_workbook if workbook else t.as_csv)(stored, examples, columns))
    click.echo(f"{out}: {counted(len(examples), 'row')} to write over. Then: torch-program data add {out}")


@data.command()
@click.argument("sources", nargs=-1, required=True)
@click.option("--data", "folder", help="Another copy of data/.")
@click.option("--edition", default=editions.DEFAULT, show_default=True, help="Edition whose claims are compared.")
@click.option("--write", is_flag=True, help="Take them out; without it nothing is written.")
def remove(sources: tuple[str, ...], folder: str | None, edition: str, write: bool) -> None:
    """Take sources, by their id, out of the data with all of their figures: say what would change, or do it."""
    from torch_program.intake import adding

    plan = make(edition, folder)
    offer = adding.removal(plan.data, sources)
    refuse(offer)
    finish(plan, offer, write, "take them out")
