"""Commands that publish: a site with all editions, a deposit, and the verification of a deposit."""

import os
import shlex
import sys
from pathlib import Path

import click

from claimbook import citation
from claimbook.commands.editions import PATH, edition_option
from claimbook.project import editions, folders
from claimbook.project.folders import disk_fault, scratch, write_whole
from claimbook.project.outputs import ANNEX_VARIABLE
from claimbook.project.report import report_settings
from claimbook.publish import deposit as d
from claimbook.publish import verification as v
from claimbook.run import runner
from claimbook.run.plan import Plan, make_plan
from claimbook.say.words import some
from claimbook.templates import filled

MOST_LISTED = 10  # differences listed for one product at most


def make_report_first(plan: Plan) -> None:
    """Make the stale parts of an edition's report, with its annex if the environment allows. Exit if this fails."""
    click.echo(f"Edition {plan.edition.name}")
    if code := runner.run_command(
        [sys.executable, "-m", "claimbook", "report", "--edition", plan.edition.name, "--data", str(plan.data)],
        plan.root,
        {ANNEX_VARIABLE: "1"} | os.environ,
    ):
        click.echo(f"Nothing was published, because edition {plan.edition.name} is not finished.", err=True)
        sys.exit(code)


@click.command()
@edition_option
@click.option("--wheels", is_flag=True, help="Also pack the locked packages for this system, into a second archive.")
def deposit(edition: str, wheels: bool) -> None:
    """Make the report of an edition, and pack it with its sources for a repository like Zenodo."""
    plan = make_plan(edition)
    needed = {*plan.book_files.values(), *plan.package.values(), *map(plan.committed, plan.notebooks)}
    names = {path.relative_to(plan.root).as_posix() for path in needed if path.is_relative_to(plan.root)}
    if left := sorted(name for name in names - d.project_files(plan.root).keys() if not d.is_made(name)):
        raise folders.UserError(
            f"git does not track {some(left, MOST_LISTED)}, which the report needs. Run: git add {shlex.join(left)}"
        )
    status = "status --porcelain --untracked-files=no --no-renames".split()
    if changed := [line[3:] for line in d.in_git(plan.root, *status)] if (plan.root / d.GIT).exists() else []:
        click.echo(f"Not as in the last commit, and packed as they are now: {some(changed, MOST_LISTED)}.")
    make_report_first(plan)
    work = citation.read_work(plan.source)
    files = d.archive_contents(plan, work)
    target = plan.build / f"{d.name_of(work, files)}.zip"
    written, maker = [target], plan.build / d.MACHINE_FILE
    click.echo(f"Packing {len(files):,} files, {sum(map(len, files.values())) / 1e6:.0f} MB …")
    d.write_archive(((f"{target.stem}/{name}", content) for name, content in files.items()), work.cutoff, target)
    if maker.exists():
        written.append(d.path_next_to(target, d.MACHINE))
        write_whole(written[-1], maker.read_bytes())
    if wheels:
        click.echo("Fetching the locked packages …")
        with scratch() as folder:
            fetched = d.fetch_wheels(plan.root, folder)
            written.append(d.path_next_to(target, d.WHEELS))
            d.write_archive(((name, path.read_bytes()) for name, path in fetched.items()), work.cutoff, written[-1])
    for kind in (".zip", d.MACHINE):
        for old in set(plan.build.glob(f"{report_settings().slug}-{edition}-*{kind}")) - set(written):
            old.unlink()
    for path in written:
        click.echo(f"deposit  {os.path.relpath(path)}  {path.stat().st_size / 1e6:.0f} MB")
    if not work.doi:
        click.echo("When it has a DOI, write it in CITATION.cff (doi: 10.…/…). All pages will then show it.")


@click.command()
@click.argument("path", default=f"_build/{editions.DEFAULT}", type=PATH)
@click.option("--wheels", type=PATH, help="Take the packages from this archive instead of an index.")
def verify(path: Path, wheels: Path | None) -> None:
    """Build a deposit or a build folder again, and say whether its sources give the same report.

    Exit code 0: the same, in all bytes or, as the last line says, to nine digits; 1: it differs; 2: it cannot be
    verified.
    """
    with scratch() as folder:
        try:
            sys.exit(_verified(path, wheels, folder))
        except folders.UserError as error:
            fault = str(error)
        except OSError as error:
            fault = disk_fault(error) or f"{error.filename or path} cannot be read: {error.strerror}."
        click.echo(f"Error: {fault}", err=True)
        sys.exit(v.CANNOT_VERIFY)


def _verified(path: Path, wheels: Path | None, folder: Path) -> int:
    claimed = v.opened(path)
    click.echo(f"{path}: edition {claimed.edition}, {len(claimed.files):,} files.")
    if claimed.made:
        click.echo(f"Set-up and builds made these folders, so nothing in them is compared: {', '.join(claimed.made)}.")
    if not wheels and (default_wheels := d.path_next_to(path, d.WHEELS)).exists():
        wheels = default_wheels
    if wheels:
        click.echo(f"Its packages come from {wheels}, not from the network.")
    else:
        v.same_environment(claimed)
    click.echo(v.code_in_words(claimed, path))
    click.echo("Building it again. This runs the code in it with your permissions …")
    place = v.workplace(claimed, folder / "project", wheels)
    found, nearly = v.compare_files(claimed, lambda notebooks: v.made_again(claimed, place, notebooks))
    differing: dict[str, list[str]] = {name.partition("/")[0]: [] for name in sorted({*claimed.files, *found})}
    for name, says in found.items():
        differing[name.partition("/")[0]].append(f"{name}, {says}")
    click.echo(filled("compared.txt", differing=differing, most=MOST_LISTED), nl=False)
    code, answer = v.exit_code_and_answer(found, nearly)
    click.echo(f"Made on   {v.maker(path)}\nAgain on  {d.this_machine()}\n{answer}")
    return code


@click.command()
@click.option("--url", metavar="ADDRESS", help="Where the site will be published: it is written into CITATION.cff.")
def site(url: str | None) -> None:
    """Make every edition and put them all into _build/site, with a page that leads to each.

    With an address, pages name their own (canonical links, previews, references), and sitemap.xml lists all pages.
    """
    from claimbook.publish import site as s  # takes a fifth of a second to import

    root = folders.root()
    if url and citation.write_address(root, url):
        click.echo(f"{citation.CITATION_FILE} now has the address {url}. Commit it: a deposit is rebuilt with it.")
    plans = [make_plan(name) for name in folders.edition_names(root)]
    for plan in plans:
        make_report_first(plan)
    site_editions = [s.SiteEdition(plan.edition, citation.read_work(plan.source), plan.html) for plan in plans]
    target = root / "_build" / "site"
    s.write_site(site_editions, target)
    click.echo(f"site     {os.path.relpath(target / 'index.html')}")
