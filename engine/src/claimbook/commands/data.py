"""Commands that check the data and add new figures."""

import json
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from claimbook.assurance.typed_figures import typed_figure_faults
from claimbook.changes import difference
from claimbook.commands.editions import PATH, data_option, edition_option, print_difference
from claimbook.commands.report import unfinished
from claimbook.project.folders import Row, as_typed, figures_in, rows_in, scratch
from claimbook.project.report import command_line
from claimbook.run.plan import Plan, make_plan
from claimbook.say.words import counted, parse, published_by, some

if TYPE_CHECKING:
    from claimbook.intake.adding import Offer

PANEL = 5  # a table with values for so many places has its own year in the parameters
SLOW_SIZE = 1  # MB of a table that takes more than a few seconds
SECONDS = 5  # to read and check a MB
ROWS_LISTED = 8  # rows listed under one heading before "and n more"


@click.group()
def data() -> None:
    """Check new figures, see what they would change, and add them to data/."""


@click.command()
@data_option
@click.option("--refresh-datapackage", "refresh", is_flag=True, help="First update datapackage.json.")
def check(data: str | None, refresh: bool) -> None:
    """Check the data, the settings of the book and the notebooks, and say in plain words what is wrong."""
    from claimbook.intake import description, validation  # with these at the top every command starts a tenth later
    from claimbook.run.checking import setting_faults

    plan = make_plan(data=data)
    if refresh:
        for name in description.describe(plan.data):
            click.echo(f"datapackage.json: {name} {'updated' if (plan.data / name).exists() else 'removed'}")
    problems = validation.find_faults(plan.data, notebooks=plan.root / "notebooks")
    click.echo(validation.render(problems))
    faults = setting_faults(plan, every_hook=True)
    errors = any(problem.severity == "error" for problem in problems)
    if not faults and not errors:  # it reads the notebooks and the ledger
        faults = typed_figure_faults(plan.root, plan.data)
    click.echo("\n".join(faults), err=True, nl=bool(faults))
    if plan.results.exists():
        results = json.loads(plan.results.read_bytes())  # of the last build
        for note in filter(None, [*unfinished(results), "" if errors else late_figures(plan, results)]):
            click.echo(note)
    sys.exit(bool(faults) or errors)


def late_figures(plan: Plan, results: Mapping[str, Any]) -> str:
    """Say how many series that decide an answer are overdue today; "" if no series decides any."""
    from claimbook.results import due  # takes a tenth of a second to import
    from claimbook.results.models import ClaimRecord

    claims = [*map(ClaimRecord.model_validate, results["claims"])]
    series, sources = (rows_in(plan.data / f"{name}.csv") for name in ("series", "sources"))
    figures = (row for _, row in figures_in(plan.data))
    dues = due.what_is_due(claims, series, figures, sources, plan.parameters["cutoff"])
    return f"{due.overdue_in_words(dues, date.today())} The page “What is due” lists them." if dues else ""


@data.command()
@click.argument("file", type=PATH)
@data_option
@click.option("--sources", type=PATH, help="A table of new sources, series, units or places.")
@edition_option
@click.option("--write", is_flag=True, help="Add the rows; without it nothing is written.")
@click.option(
    "--series", multiple=True, help="Printed table: the series of its numbers, or COLUMN=SERIES for a column."
)
@click.option("--place", default="", help="Printed table: the place of all its numbers, if it has no places.")
@click.option("--period", default="", help="Printed table: the year or period of its numbers.")
@click.option("--unit", default="", help="Printed table: the unit, if the table does not print it.")
@click.option("--source", default="", help="Printed table: the source_id of its numbers.")
@click.option("--without", multiple=True, help="Printed table: the label of a row that is left out.")
def add(file: Path, data: str | None, sources: Path | None, edition: str, write: bool, **about: Any) -> None:
    """Say what new figures from a CSV file or a workbook would change. With --write, add them.

    A printed table, such as a page of a yearbook with a place in each row, is read too. The options for printed
    tables add what it does not say. Without them, the command asks for all of it at once.

    A script (.py) reads a table of any other form. The command runs the script, which leaves its rows in a
    frame called figures, and new sources in one called sources. A workbook may have sheets named sources,
    series, units or like a table of places; --sources names a file with one of these.
    """
    from claimbook.intake import adding, validation  # takes a third of a second to import
    from claimbook.intake.printed import Stated

    plan = make_plan(edition, data)
    if file.is_file() and (size := file.stat().st_size / 2**20) > SLOW_SIZE:
        takes = f"{size:,.0f} MB, which takes about {size * SECONDS:,.0f} seconds"
        click.echo(f"Reading {file.name} and checking its rows against the stored ones: {takes}.")
    words = ["data", "add", str(file), *(["--data", data] if data else [])]
    command = command_line(shlex.join([*words, *(["--sources", str(sources)] if sources else [])]))
    offer = adding.offer(plan.data, file, sources, Stated(**about, command=command))
    for line in offer.said:
        click.echo(line)
    if offer.problems:
        click.echo(f"{validation.render(offer.problems)}\nNothing was written.")
        sys.exit(1)
    click.echo(offer_in_words(offer), nl=False)
    if not offer.rows:
        return
    known = [*rows_in(plan.data / "sources.csv"), *offer.rows.get("sources.csv", ())]
    visible = published_by(plan.parameters["cutoff"], known)
    if late := [row for row in offer.figures if row["source_id"] not in visible]:
        day = f"published after {plan.parameters['cutoff']}, the last day of edition {edition}"
        click.echo(
            f"\n{counted(len(late), 'row')} from sources {day}: the edition will not show them. Name a later --edition."
        )
    if hint := newer(plan, offer.figures):
        click.echo(f"\n{hint}")
    write_offer(plan, offer, write)


def write_offer(plan: Plan, offer: "Offer", write: bool) -> None:
    """Write the new rows, or say how they would change the claims. Then print what to do next, and how to undo."""
    back = way_back([plan.data / name for name in offer.files])
    if not write:
        preview_effects(plan, offer)
        click.echo("\nNothing has been written yet. Run again with --write to add the rows.")
        click.echo(f"To undo it later: {back}")
        return
    offer.write(plan.data)
    place = as_typed(plan.data)
    other = f" DATA={place}" * (plan.data != plan.root / "data")
    click.echo(f"\nWritten to {place}: {', '.join(sorted(offer.files))}.")
    click.echo(f"Next: make report EDITION={plan.edition.name}{other}\nUndo: {back}")


def way_back(files: list[Path]) -> str:
    """Say how to restore files after they are written: by git, if it tracks them."""

    def is_so(*words: str) -> bool:
        command = ["git", "-C", str(files[0].parent), *words, "--", *map(str, files)]
        try:
            return subprocess.run(command, capture_output=True).returncode == 0
        except OSError:  # git is not installed
            return False

    if not is_so("ls-files", "--error-unmatch"):
        return "restore your own copy of these files, because git does not track them"
    other = " (this also undoes your other changes to these files, unless you git add them first)"
    return f"git restore {shlex.join(map(as_typed, files))}{other * (not is_so('diff', '--quiet'))}"


def offer_in_words(offer: "Offer") -> str:
    """Say what would be added (figures by series and source), and what is already stored."""
    from claimbook.templates import filled  # takes a tenth of a second to import

    def named(rows: Iterable[Row]) -> list[str]:
        return [row.get("series") or next(iter(row.values())) for row in rows]

    gaps = {"named": named, "grouped": difference.group_figures, "some": partial(some, most=ROWS_LISTED)}
    return filled("offer.txt", repeated=offer.repeated, new=offer.rows, **gaps)


def preview_effects(plan: Plan, offer: "Offer") -> None:
    """Run the notebooks that read the changed rows, and say what would change."""
    from claimbook.run import build  # takes half a second to import

    built, why = build.last_build(plan)
    if not built:
        click.echo(f"\n{why}. Run make report, then run this command again to see what would change.")
        return
    with scratch() as temporary:
        merged = shutil.copytree(plan.data, temporary / "data", ignore=shutil.ignore_patterns(".*"))
        offer.write(merged)
        if not (read := build.readers(built, merged)):
            click.echo("\nNo notebook reads the rows that would change.")
            return
        click.echo(f"\nRunning {len(read)} of {len(plan.sections)} sections with the new rows, in temporary folders:")
        for name, differences in read.items():
            click.echo(f"  {name} reads changed data: {some(differences, ROWS_LISTED)}")
        found, stopped = build.effects(built, merged, [*read], click.echo)
    for sentence in stopped:
        click.echo(f"With the new rows, a notebook fails: {sentence}")
    click.echo()
    print_difference(plan.root, found, f"edition {plan.edition.name}", "the same with the new rows")


def newer(plan: Plan, figures: list[Row]) -> str:
    """Say how to show new rows that are later than the year set in the edition's parameters."""
    last = max(panels(figures).values(), default=0)
    shown = {name: value for name, value in plan.parameters.items() if type(value) is int and value < last}
    stored = panels([*(row for _, row in figures_in(plan.data)), *figures]) if shown else {}
    sentences = []
    for name, value in shown.items():
        see = f'To see them once they are written: make report SET="{name}={last}"'
        sentences.append(f"There are rows for {last}, but the edition shows {name} = {value}. {see}")
        if earlier := [f"{series} ({year})" for series, year in stored.items() if value <= year < last]:
            sentences.append(f"Series that end earlier are shown for their last year: {some(earlier, ROWS_LISTED)}.")
    return "\n".join(sentences)


def panels(figures: Iterable[Row]) -> dict[str, int]:
    """Return the last year in which a series has figures for at least PANEL places, by series in alphabetical order."""
    places = {(row["series"], parse(row["period"]).year, row["entity"]) for row in figures}
    counts = Counter((series, year) for series, year, _ in places)
    return {series: year for (series, year), number in sorted(counts.items()) if number >= PANEL}
