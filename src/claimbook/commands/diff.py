"""The command that shows what changed between two editions, or since the stored record."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from claimbook.changes import difference, record
from claimbook.project import editions, folders
from claimbook.project.csv_tables import rows_in
from claimbook.project.files import write_whole
from claimbook.run.plan import Plan, make_plan
from claimbook.say.periods import published_by
from claimbook.say.words import some, suggestion

BASELINE = "baseline"


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
        raise click.ClickException("Both sides are the baseline. Name an edition or a file to compare it with.")
    edition = next(iter(sides.values()))[0]["edition"]  # "baseline" means the one of this edition
    (old, was), (new, is_now) = (sides.get(name) or baseline_of(root, edition) for name in names)
    print_difference(root, difference.difference_between(old, new), was, is_now)


def print_difference(root: Path, found: difference.Difference, was: str, is_now: str) -> None:
    """Print what changed from one side to the other, and write all of it to a file."""
    words = {row["series"]: row["label"] for row in rows_in(root / "data" / "series.csv")}
    sources = rows_in(root / "data" / "sources.csv")
    later = frozenset[str]()
    for days in (change for change in found.parameters if change.key == "cutoff" and change.after):
        later = frozenset({row["source_id"] for row in sources} - published_by(days.after, sources))
    click.echo(difference.difference_as_text(found, was, is_now, words, difference.MOST_LINES, later))
    write_whole(
        root / difference.CHANGES_FILE,
        (difference.difference_as_text(found, was, is_now, words, later=later) + "\n").encode(),
    )
    click.echo(f"\nAll changes: {os.path.relpath(root / difference.CHANGES_FILE)}")


def resolve(root: Path, name: str) -> tuple[dict[str, Any], str]:
    """Return the record that an argument names, and its name for messages."""
    if name in folders.edition_names(root):
        plan = make_plan(name)
        if plan.record.exists():
            stored = record.read_record(plan.record)
            if stale := older(plan, stored):
                click.echo(f"Note: {stale}", err=True)
            return stored, f"edition {name}"
        return baseline_of(root, name)[0], f"edition {name} (stored record)"
    path = next((p for p in (Path(name), root / "_build" / name) if p.exists()), Path(name))
    if path.is_dir():
        found = [path / file for file in (record.RECORD_FILE, "results.json") if (path / file).exists()]
        if not found:
            raise click.ClickException(
                f"{name} has neither {record.RECORD_FILE} nor results.json, so it is not a finished build."
            )
        path = found[0]
    if path.exists():
        return record.read_record(path), os.path.relpath(path)
    known = [*folders.edition_names(root), BASELINE]
    raise click.ClickException(
        f"There is no edition, build or file {name!r}.{suggestion(name, known)} "
        f"Known: {', '.join(known)}; or name a build folder, a record.json or a results.json."
    )


def baseline_of(root: Path, edition: str) -> tuple[dict[str, Any], str]:
    """Return the stored record of an edition, and its name for messages. Raises ClickException if there is none."""
    path = record.stored_record_path(root, edition)
    if not path.exists():
        raise click.ClickException(
            f"Edition {edition} has no stored record, {path.relative_to(root)}. Make one: "
            f"`make report EDITION={edition}`, then `make baseline EDITION={edition}`."
        )
    return record.read_record(path), f"the baseline of {edition}"


def built(plan: Plan) -> None:
    """Raise an error unless the current files have been built."""
    how = f"Build it: `make report EDITION={plan.name}`."
    if not plan.record.exists():
        raise click.ClickException(f"Edition {plan.name} has not been built. {how}")
    if stale := older(plan, record.read_record(plan.record)):
        raise click.ClickException(f"{stale} {how}")


def older(plan: Plan, stored: Mapping[str, Any]) -> str:
    """Return a sentence if a build was made from other files or parameters than those here; otherwise ""."""
    now = record.digests(
        {name: json.loads(plan.committed(name).read_bytes()) for name in plan.notebooks},
        {name: path.read_bytes() for name, path in plan.deciding.items()},
    )
    names = [f"editions/{plan.name}.yml"] if stored["parameters"] != plan.parameters else []
    names += sorted({name for name, _ in now.items() ^ stored.get("files", {}).items()})
    sentence = f"These files have changed since the build of {plan.name}: {some(names, 3)}."
    return sentence if names else ""


COMMANDS = (diff,)
