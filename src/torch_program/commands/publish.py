"""Give the report away: a site with all editions, a deposit, and the proof that it is what its sources give."""

import os
import sys
import tempfile
from pathlib import Path

import click

from torch_program import project
from torch_program.commands import options
from torch_program.commands.report import ran_as_it_is
from torch_program.pipeline import editions, run
from torch_program.pipeline.plan import Plan, make

MOST = 10  # differences of one product that are listed


def finished(plan: Plan) -> None:
    """Raises unless the report of a plan is there and its notebooks and data are those of the project."""
    name = plan.edition.name
    if not (plan.results.exists() and (plan.html / "index.html").exists()):
        raise click.ClickException(f"There is no report of edition {name}. Run `make report EDITION={name}` first.")
    changed = [f"notebooks/{n}.ipynb" for n in plan.notebooks if not ran_as_it_is(plan, n)]
    for file, path in plan.book_files.items():
        staged = plan.source / file
        if not staged.exists() or staged.read_bytes() != path.read_bytes():
            changed.append(file)
    if changed:
        named = ", ".join(changed[:3]) + (" …" if len(changed) > 3 else "")
        raise click.ClickException(
            f"{named}: changed since the report of edition {name} was made. Run `make report EDITION={name}` first."
        )


@click.command()
@options.edition
def deposit(edition: str) -> None:
    """Pack the report of an edition with its sources into one archive, ready for a repository like Zenodo."""
    from torch_program.citation import deposit as d
    from torch_program.citation import metadata

    plan = make(edition)
    finished(plan)
    work = metadata.read(plan.source)
    files = d.contents(plan, work)
    target = plan.build / f"{d.name_of(work)}.zip"
    click.echo(f"Packing {len(files):,} files, {sum(map(len, files.values())) / 1e6:.0f} MB …")
    for old in plan.build.glob(f"torch-program-{edition}-*.zip"):
        if old != target:
            old.unlink()
    d.write(files, d.name_of(work), work.cutoff, target)
    click.echo(f"deposit  {os.path.relpath(target)}  {target.stat().st_size / 1e6:.0f} MB")
    if not work.doi:
        click.echo("As soon as it has a DOI, write it into CITATION.cff (doi: 10.…/…): every page and tag follows.")


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
def verify(path: Path) -> None:
    """Build a deposit or a build folder again, and say whether it is what its sources give."""
    from torch_program.citation import deposit as d
    from torch_program.citation import verification as v

    with tempfile.TemporaryDirectory(prefix="torch-program-verify-") as scratch:
        claimed = v.opened(path, Path(scratch) / "deposit")
        v.same_environment(claimed)
        click.echo(f"{path}: edition {claimed.edition}, {len(claimed.products):,} files.")
        click.echo("Building it again runs the code that it holds, with your rights …")
        built = v.rebuilt(claimed, Path(scratch) / "project")
        click.echo("\nComparing …")
        differ = False
        for product in d.PRODUCTS:
            said = v.differences(claimed.products, built, product)
            differ = differ or bool(said)
            click.echo(f"  {product:20} {f'{len(said)} differ' if said else 'the same'}")
            for sentence in said[:MOST]:
                click.echo(f"    {sentence}")
            if len(said) > MOST:
                click.echo(f"    and {len(said) - MOST} more")
    click.echo("FAIL" if differ else "PASS")
    sys.exit(differ)


@click.command()
def site() -> None:
    """Make every edition and lay them side by side in _build/site, with a page that leads to each."""
    from torch_program.citation import metadata
    from torch_program.citation import site as s

    root = project.root()
    plans = [make(name) for name in editions.names(root)]
    for plan in plans:
        click.echo(f"Edition {plan.edition.name}")
        command = [sys.executable, "-m", "torch_program", "report", "--edition", plan.edition.name]
        if code := run.call(command, root):
            click.echo(f"The site was not made, because edition {plan.edition.name} is not finished.", err=True)
            sys.exit(code)
    made = [s.Edition(plan.edition, metadata.read(plan.source), plan.html) for plan in plans]
    target = root / "_build" / "site"
    s.write(made, target)
    click.echo(f"site     {os.path.relpath(target / 'index.html')}")
