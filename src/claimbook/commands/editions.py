"""Commands that begin an edition, seal its tests, and keep the notebooks' parameters up to date."""

import hashlib
import json
from datetime import date

import click

from claimbook.evidence.claims import read_ledger
from claimbook.project import editions, folders
from claimbook.project.files import write_all, write_whole
from claimbook.project.parameters import TAG, Run, cell, of_sections
from claimbook.project.report import command_line, report_settings
from claimbook.results import models, seals
from claimbook.run.plan import make_plan
from claimbook.say.periods import day_in_words
from claimbook.templates import filled


@click.group()
def edition() -> None:
    """Begin or seal an edition, or give the notebooks the parameters of the default edition."""


@edition.command()
def defaults() -> None:
    """Write the parameters of the default edition into the first cell of every notebook that differs."""
    plan = make_plan()
    values = plan.parameters
    files = {plan.committed(name): cell(values) for name in plan.notebooks}
    if more_cells := report_settings().hook("defaults"):
        files |= more_cells(plan)
    before = {path: path.read_bytes() for path in files}
    after = {path: with_parameters_cell(before[path], source) for path, source in files.items()}
    changed = {path: content for path, content in after.items() if content != before[path]}
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
    plan, today = make_plan(), date.today()
    if name in (known := folders.edition_names(plan.root)):
        raise editions.EditionError(f"Edition {name} already exists. Known: {', '.join(known)}. Choose another name.")
    if name != editions.as_name(name):
        raise editions.EditionError(
            f"{name!r} is not a valid name: use letters, digits, '.', '_', '-', like {editions.as_name(name)}."
        )
    values = {key: value for key, value in plan.parameters.items() if key not in Run.model_fields}
    descriptions = {key: of_sections().model_fields[key].description for key in values}
    others = "".join(f"  {key}: {json.dumps(value)}  # {descriptions[key]}\n" for key, value in values.items())
    text = filled("edition.yml", name=name, day=day_in_words(today), cutoff=today, others=others)
    path = plan.root / "editions" / f"{name}.yml"
    write_whole(path, text.encode())
    shows = " and ".join(values)
    newer = f"Show newer figures:      change {shows} in editions/{path.name} when there are figures for it\n"
    click.echo(f"""\
edition  editions/{path.name}: evidence published by {today}; otherwise as {editions.DEFAULT}

Add new figures:         {command_line("data add FILE")}, or a script like those in data/intake/
{newer * bool(values)}\
Then:                    make report EDITION={name}; make diff FROM={editions.DEFAULT} TO={name}""")


@edition.command()
@click.argument("name")
def seal(name: str) -> None:
    """Write editions/NAME.seal.json, which records how every claim will be judged, before its figures exist."""
    plan, today = make_plan(), date.today().isoformat()
    path = seals.seal_of(plan.root, name := editions.as_name(name))
    if path.exists():
        raise editions.EditionError(
            f"Edition {name} is already sealed: editions/{path.name}. A new seal proves nothing about earlier days. "
            f"Seal a later edition, or, if you want a new seal: rm editions/{path.name}"
        )
    if not plan.results.exists():
        raise editions.EditionError(
            f"A seal needs the results of the report, but {plan.results} is missing. Run: make report"
        )
    results = json.loads(plan.results.read_bytes())
    records = [models.ClaimRecord.model_validate(claim) for claim in results["claims"]]
    ledger = read_ledger(plan.data / "claims.yml")
    sealed = seals.make_seal(name, today, ledger, records, results["parameters"])
    content = seals.seal_as_json(sealed)
    write_whole(path, content)
    click.echo(f"""\
sealed  editions/{path.name}: {len(sealed.claims)} claims, with evidence up to {sealed.evidence}
sha256  {hashlib.sha256(content).hexdigest()}

Its date comes from the clock of this computer, which proves little. Give the file, or this digest, to somebody who
dates it: commit it, then make deposit, and publish the archive.""")


COMMANDS = (edition,)
