"""A second coder: the blind sheet, and what it says beside the first coding."""

import os
from pathlib import Path

import click

from torch_program.csv_tables import figures_in, rows_in
from torch_program.pipeline.files import write_whole
from torch_program.pipeline.plan import make

ROWS, SEED = 60, 1


@click.group()
def code() -> None:
    """A second coding of claims and figures, blind, and how far it agrees with the first."""


def _items(seed: int, rows: int):
    from torch_program.claims import read_ledger
    from torch_program.coding import items

    data = make().data
    figures = [row for _, row in figures_in(data)]
    tables = (rows_in(data / "sources.csv"), rows_in(data / "series.csv"))
    return items(read_ledger(data / "claims.yml"), figures, *tables, seed, rows)


def _sample(command):
    command = click.option("--seed", default=SEED, show_default=True, help="Which rows are drawn.")(command)
    return click.option("--rows", default=ROWS, show_default=True, help="How many rows of figures are drawn.")(command)


@code.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("coding.csv"), show_default=True)
@_sample
def sheet(out: Path, rows: int, seed: int) -> None:
    """Write a blind sheet: what each claim and a sample of figures is to be coded as, without what was coded."""
    from torch_program.coding import sheet as written

    if out.exists():
        raise click.ClickException(f"{out} is there already, and may hold answers. Name another file with --out.")
    found = _items(seed, rows)
    write_whole(out, written(found).encode())
    click.echo(
        f"{os.path.relpath(out)}: {len(found)} items. Fill in the column answer; leave open what you cannot tell."
    )
    click.echo(f"Then: torch-program code compare {os.path.relpath(out)} --rows {rows} --seed {seed}")


@code.command()
@click.argument("file", type=click.Path(path_type=Path))
@_sample
def compare(file: Path, rows: int, seed: int) -> None:
    """Print how far a filled sheet agrees with the first coding, and every disagreement."""
    from torch_program.coding import agreements, answers, compared

    try:
        given = answers(file.read_text(encoding="utf-8-sig"), file.name)
        pairs = compared(_items(seed, rows), given, file.name)
    except FileNotFoundError:
        raise click.ClickException(f"There is no file {file}. `torch-program code sheet` writes one.") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{file} is not UTF-8. Save it in the encoding UTF-8.") from None
    if not pairs:
        raise click.ClickException(f"{file} has no answers yet. Fill in the column answer.")
    click.echo(f"{'question':28}{'n':>5}{'agree':>9}  kappa (95 %)")
    for a in agreements(pairs):
        k = "" if a.kappa is None else "{:.2f} ({:.2f} to {:.2f})".format(*a.kappa)
        click.echo(f"{a.question:28}{a.n:5}{a.percent:7.1f} %  {k}")
    apart = [(item, answer) for item, answer, agrees in pairs if not agrees]
    click.echo(f"\n{len(apart)} of {len(pairs)} answers differ.")
    for item, answer in apart:
        click.echo(f"  {item.id}: first {item.coded!r}, second {answer!r}")
