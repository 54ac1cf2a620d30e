"""Editions on the command line: how a command names one, and commands that begin, seal and compare them."""

import json
import os
from collections.abc import Callable
from datetime import date
from functools import partial, wraps
from pathlib import Path
from typing import Any

import click

from claimbook.changes import difference, record
from claimbook.project import editions, folders
from claimbook.project.folders import UserError, rows_in, sha256, write_all, write_whole
from claimbook.project.outputs import Document
from claimbook.project.parameters import TAG, Run, cell, of_sections
from claimbook.project.report import command_line, report_settings
from claimbook.run.plan import Plan, make_plan
from claimbook.say.words import day_in_words, published_by, some, suggestion

BASELINE = "baseline"

PATH = click.Path(path_type=Path)
edition_option = click.option("--edition", default=editions.DEFAULT, show_default=True, help="A file in editions/.")
data_option = click.option(
    "--data", metavar="FOLDER", envvar=folders.DATA_VARIABLE, help="Use this copy of data/ instead.", show_envvar=True
)


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --edition, --data and --set to a command, which then receives the plan of that run."""
    again = "Another value of a parameter, for this run only. Can be given several times."

    @edition_option
    @data_option
    @click.option("--set", "settings", metavar="NAME=VALUE", multiple=True, help=again)
    @wraps(command)
    def planned(edition: str, data: str | None, settings: tuple[str, ...], **options: Any) -> Any:
        return command(make_plan(edition, data, settings), **options)

    return planned


@click.group()
def edition() -> None:
    """Begin or seal an edition, or give the notebooks the parameters of the default edition."""


@edition.command()
def defaults() -> None:
    """Write the parameters of the default edition into the first cell of every notebook that differs."""
    plan = make_plan()
    files = {plan.committed(name): cell(plan.parameters) for name in plan.notebooks}
    if more_cells := report_settings().hook("defaults"):
        files |= more_cells(plan)
    after = {path: with_parameters_cell(path.read_bytes(), source) for path, source in files.items()}
    changed = {path: content for path, content in after.items() if content != path.read_bytes()}
    write_all(changed)
    for path in changed:
        click.echo(f"{path.relative_to(plan.root)}: parameters of edition {editions.DEFAULT} written")
    if changed:
        click.echo("\nThe stored outputs are still the old ones. Run: make report && make baseline")
    else:
        click.echo(f"Every notebook already has the parameters of edition {editions.DEFAULT}; nothing was written.")


def with_parameters_cell(content: bytes, source: str) -> bytes:
    """Return a notebook with a new parameters cell. Without such a cell, or if it is the same, nothing changes."""
    notebook = json.loads(content)
    tagged = [one for one in notebook["cells"] if TAG in one["metadata"].get("tags", ())]
    if len(tagged) != 1 or "".join(tagged[0]["source"]) == source:
        return content
    tagged[0]["source"] = source.splitlines(keepends=True)
    return (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()


@edition.command()
@click.argument("name")
def new(name: str) -> None:
    """Write editions/NAME.yml, with everything published by today."""
    from claimbook.templates import filled  # takes a tenth of a second to import

    plan, today = make_plan(), date.today()
    if name in (known := folders.edition_names(plan.root)):
        raise UserError(f"Edition {name} already exists. Known: {', '.join(known)}. Choose another name.")
    if name != (valid := editions.as_name(name)):
        raise UserError(f"{name!r} is not a valid name: use letters, digits, '.', '_', '-', like {valid}.")
    values = {key: value for key, value in plan.parameters.items() if key not in Run.model_fields}
    fields = of_sections().model_fields
    others = "".join(f"  {key}: {json.dumps(value)}  # {fields[key].description}\n" for key, value in values.items())
    text = filled("edition.yml", name=name, day=day_in_words(today), cutoff=today, others=others)
    path = f"editions/{name}.yml"
    write_whole(plan.root / path, text.encode())
    newer = f"Show newer figures:      change {' and '.join(values)} in {path} when there are figures for it\n"
    click.echo(f"""\
edition  {path}: evidence published by {today}; otherwise as {editions.DEFAULT}

Add new figures:         {command_line("data add FILE")}, or a script like those in data/intake/
{newer * bool(values)}\
Then:                    make report EDITION={name}; make diff FROM={editions.DEFAULT} TO={name}""")


@edition.command()
@click.argument("name")
def seal(name: str) -> None:
    """Write editions/NAME.seal.json, which records how every claim will be judged, before its figures exist."""
    from claimbook.evidence.claims import read_ledger  # these take a fifth of a second to import
    from claimbook.results import models, seals

    plan, today = make_plan(), date.today().isoformat()
    path = seals.seal_of(plan.root, name := editions.as_name(name))
    if path.exists():
        raise UserError(
            f"Edition {name} is already sealed: editions/{path.name}. A new seal proves nothing about earlier days. "
            f"Seal a later edition, or, if you want a new seal: rm editions/{path.name}"
        )
    if not plan.results.exists():
        raise UserError(f"A seal needs the results of the report, but {plan.results} is missing. Run: make report")
    results = models.Results.model_validate_json(plan.results.read_bytes())
    ledger = read_ledger(plan.data / "claims.yml")
    sealed = seals.make_seal(name, today, ledger, results.claims, results.parameters)
    write_whole(path, content := seals.seal_as_json(sealed))
    click.echo(f"""\
sealed  editions/{path.name}: {len(sealed.claims)} claims, with evidence up to {sealed.evidence}
sha256  {sha256(content)}

Its date comes from the clock of this computer, which proves little. Give the file, or this digest, to somebody who
dates it: commit it, then make deposit, and publish the archive.""")


# compared -----------------------------------------------------------------------------------------------------------


@click.command()
@click.argument("before", default=BASELINE, metavar="[FROM]")
@click.argument("after", required=False, metavar="[TO]")
def diff(before: str, after: str | None) -> None:
    """Show what changed: verdicts, then what is missing, then figures, statistics, prose and charts.

    FROM and TO are each an edition (its build, or else its stored record), a build folder, any record.json or
    results.json, or "baseline": the stored record of the other side's edition. By default, the build of the
    default edition is compared with its baseline.
    """
    root, names = folders.root(), (before, after or editions.DEFAULT)
    sides = {name: resolve(root, name) for name in names if name != BASELINE}
    if not sides:
        raise UserError("Both sides are the baseline. Name an edition or a file to compare it with.")
    edition = next(iter(sides.values()))[0]["edition"].partition("+")[0]  # "baseline" means the one of this edition
    (old, was), (new, is_now) = (sides.get(name) or baseline_of(root, edition) for name in names)
    print_difference(root, difference.difference_between(old, new), was, is_now)


def print_difference(root: Path, found: difference.Difference, was: str, is_now: str) -> None:
    """Print what changed from one side to the other, and write all of it to a file."""
    words = {row["series"]: row["label"] for row in rows_in(root / "data" / "series.csv")}
    sources, days = rows_in(root / "data" / "sources.csv"), [c.after for c in found.parameters if c.key == "cutoff"]
    later = {row["source_id"] for row in sources} - published_by(days[0], sources) if any(days) else frozenset[str]()
    as_text = partial(difference.difference_as_text, found, was, is_now, words, later)
    write_whole(root / difference.CHANGES_FILE, f"{as_text()}\n".encode())
    click.echo(f"{as_text(difference.MOST_LINES)}\n\nAll changes: {os.path.relpath(root / difference.CHANGES_FILE)}")


def resolve(root: Path, name: str) -> tuple[Document, str]:
    """Return the record that an argument names, and its name for messages."""
    if name in folders.edition_names(root):
        plan = make_plan(name)
        if plan.record.exists():
            stored = record.read_record(plan.record)
            if stale := older(plan, stored):
                click.echo(f"Note: {stale}", err=True)
            return stored, f"edition {name}"
        return baseline_of(root, name)[0], f"edition {name} (stored record)"
    places = Path(name), root / "_build" / name
    files = (place / file for place in places for file in ("", record.RECORD_FILE, "results.json"))
    if path := next(filter(Path.is_file, files), None):
        return record.read_record(path), os.path.relpath(path)
    if any(place.is_dir() for place in places):
        raise UserError(f"{name} has neither {record.RECORD_FILE} nor results.json: it is not a finished build.")
    known = [*folders.edition_names(root), BASELINE]
    raise UserError(
        f"There is no edition, build or file {name!r}.{suggestion(name, known)} "
        f"Known: {', '.join(known)}; or name a build folder, a record.json or a results.json."
    )


def baseline_of(root: Path, edition: str) -> tuple[Document, str]:
    """Return the stored record of an edition, and its name for messages. Raises UserError if there is none."""
    path = record.stored_record_path(root, edition)
    if not path.exists():
        raise UserError(
            f"Edition {edition} has no stored record, {path.relative_to(root)}. Make one: "
            f"`make report EDITION={edition}`, then `make baseline EDITION={edition}`."
        )
    return record.read_record(path), f"the baseline of {edition}"


def built(plan: Plan) -> None:
    """Raise an error unless the current files have been built."""
    how = f"Build it: `make report EDITION={plan.name}`."
    if not plan.record.exists():
        raise UserError(f"Edition {plan.name} has not been built. {how}")
    if stale := older(plan, record.read_record(plan.record)):
        raise UserError(f"{stale} {how}")


def older(plan: Plan, stored: Document) -> str:
    """Return a sentence if a build was made from other files or parameters than those here; otherwise ""."""
    notebooks = {name: json.loads(plan.written(name)) for name in plan.notebooks}
    now = record.digests(notebooks, {name: path.read_bytes() for name, path in plan.deciding.items()})
    names = [f"editions/{plan.name}.yml"] if stored["parameters"] != plan.parameters else []
    names += sorted({name for name, _ in now.items() ^ stored.get("files", {}).items()})
    return f"These files have changed since the build of {plan.name}: {some(names, 3)}." if names else ""
