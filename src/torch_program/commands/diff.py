"""What moved between two editions, or between the working copy and what is stored."""

import json
import os
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import click

from torch_program import project, results
from torch_program.changes import record
from torch_program.csv_tables import rows_in
from torch_program.pipeline import editions
from torch_program.pipeline.files import write_whole
from torch_program.pipeline.plan import Plan, make
from torch_program.words import some, suggestion

BASELINE = "baseline"


@click.command()
@click.argument("before", default=BASELINE, metavar="[FROM]")
@click.argument("after", required=False, metavar="[TO]")
@click.option("--check", is_flag=True, help="Compare a build with its stored record; exit 1 if it moved.")
def diff(before: str, after: str | None, check: bool) -> None:
    """Show what moved: figures, verdicts, statistics, prose and charts, what is lost first.

    FROM and TO are each an edition (its build, else its stored record), a build folder, a record.json or results.json
    from anywhere, or "baseline", the stored record of the other one's edition. Without them the build of the default
    edition is compared with its baseline.

    With --check, a single name is the edition to check.
    """
    if check:
        if after:
            raise click.ClickException("--check takes one edition: it compares its build with its stored record.")
        edition = editions.DEFAULT if before == BASELINE else before
        built(make(edition))
        before, after = BASELINE, edition
    root = project.root()
    names = {"before": before, "after": after or editions.DEFAULT}
    if set(names.values()) == {BASELINE}:
        raise click.ClickException("A baseline is the same as itself. Name an edition or a file to compare it with.")
    sides: dict[str, dict[str, Any]] = {}
    for side in sorted(names, key=lambda side: names[side] == BASELINE):  # a baseline is one of the other's edition
        edition = next(iter(sides.values()))["edition"] if sides else ""
        sides[side], names[side] = resolve(root, names[side], edition)
    from torch_program.changes import compare, tell

    found = compare.difference(sides["before"], sides["after"])
    words = labels(root)
    click.echo(tell.as_text(found, names["before"], names["after"], words))
    edition = sides["after"]["edition"]
    if check and not found.results_moved:
        click.echo(f"Edition {edition} says what its stored record says.")
        return
    if check:
        for sentence in _behind_charts(make(edition), [c.key for c in found.charts if c.both]):
            click.echo(f"  {sentence}")
    click.echo("\n" + _written(root, found, names["before"], names["after"], words))
    if check:
        click.echo(f"\nIf this is meant, accept it: {_verb('report', edition)}, then {_verb('baseline', edition)}")
        sys.exit(1)


def resolve(root: Path, name: str, edition: str) -> tuple[dict[str, Any], str]:
    """The record that a word names, and what it is called; `edition` is the one that "baseline" speaks of."""
    if name == BASELINE:
        return stored(root, edition), f"the baseline of {edition}"
    if name in editions.names(root):
        plan = make(name)
        if plan.record.exists():
            kept = record.read(plan.record)
            for sentence in older(plan, kept):
                click.echo(f"Note: {sentence}", err=True)
            return kept, f"edition {name}"
        if record.stored(root, name).exists():
            return stored(root, name), f"edition {name} (stored record)"
        raise click.ClickException(
            f"Edition {name} was not built and has no stored record. Build it: {_verb('report', name)}"
        )
    path = next((p for p in (Path(name), root / "_build" / name) if p.exists()), Path(name))
    if path.is_dir():
        found = [path / file for file in (record.FILE, "results.json") if (path / file).exists()]
        if not found:
            raise click.ClickException(f"{name} holds neither {record.FILE} nor results.json: it is no finished build.")
        path = found[0]
    if path.exists():
        return record.read(path), os.path.relpath(path)
    known = [*editions.names(root), BASELINE]
    raise click.ClickException(
        f"There is no edition, build or file {name!r}.{suggestion(name, known)} "
        f"Known: {', '.join(known)}; or name a build folder, a record.json or a results.json."
    )


def stored(root: Path, edition: str) -> dict[str, Any]:
    """The stored record of an edition."""
    path = record.stored(root, edition)
    if not path.exists():
        raise click.ClickException(
            f"Edition {edition} has no stored record, {path.relative_to(root)}. Make one: "
            f"{_verb('report', edition)}, then {_verb('baseline', edition)}"
        )
    return record.read(path)


def built(plan: Plan) -> dict[str, Any]:
    """The record of a build that was made from the files as they lie here."""
    if not plan.record.exists():
        raise click.ClickException(f"Edition {plan.name} was not built. Build it: {_verb('report', plan.name)}")
    kept = record.read(plan.record)
    if sentences := older(plan, kept):
        raise click.ClickException(f"{sentences[0]} Build it anew: {_verb('report', plan.name)}")
    return kept


def older(plan: Plan, kept: Mapping[str, Any]) -> list[str]:
    """A sentence if a build was made from other files or parameters than those here."""
    now = record.digests(
        {name: json.loads(plan.committed(name).read_bytes()) for name in plan.notebooks},
        {name: path.read_bytes() for name, path in plan.deciding.items()},
    )
    then = kept.get("files", {})
    names = sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
    if kept["parameters"] != plan.parameters:
        names.insert(0, f"editions/{plan.name}.yml")
    said = f"The build of {plan.name} was made from other files than the ones here: {some(names, 3)}."
    return [said] if names else []


def labels(root: Path) -> dict[str, str]:
    """Series in words."""
    path = root / "data" / "series.csv"
    return {row["series"]: row["label"] for row in rows_in(path)} if path.exists() else {}


def _behind_charts(plan: Plan, charts: Collection[str]) -> list[str]:
    """Which values behind some charts moved: a record has their hashes alone, the stored notebooks have them whole."""
    from torch_program.changes import outputs

    if plan.name != editions.DEFAULT:
        return []
    found = []
    for name in plan.notebooks:
        notebooks = (json.loads(path.read_bytes()) for path in (plan.committed(name), plan.staged(name)))
        then, now = ({f["label"]: f["csv"] for f in results.figures(notebook)} for notebook in notebooks)
        for label in charts:
            if label in then and label in now:
                found += outputs.data_moved(label, then[label], now[label])
    return found


def _written(root: Path, found: Any, before: str, after: str, words: dict[str, str]) -> str:
    """Write the page and the JSON; returns where they lie."""
    from torch_program.changes import tell
    from torch_program.sphinx_ext import difference

    told = tell.document(found, before, after, words)
    page, document = (root / "_build" / name for name in ("changes.html", "changes.json"))
    write_whole(page, difference.html(found, before, after, words))
    write_whole(document, (json.dumps(told, ensure_ascii=False) + "\n").encode())
    return f"page  {os.path.relpath(page)}\nJSON  {os.path.relpath(document)}"


def _verb(verb: str, edition: str) -> str:
    return f"`make {verb}`" if edition == editions.DEFAULT else f"`make {verb} EDITION={edition}`"
