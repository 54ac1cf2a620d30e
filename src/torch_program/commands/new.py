"""Begin a claim or a section: everything that the check wants, and what is left to a person."""

from os.path import relpath

import click

from torch_program.csv_tables import figures_in, rows_in
from torch_program.pipeline import editions
from torch_program.pipeline.files import write_all
from torch_program.pipeline.plan import make


@click.group()
def new() -> None:
    """Begin a claim or a section."""


@new.command()
@click.argument("claim")
@click.argument("statement")
@click.option("--section", required=True, help="Number of the section of the text that says it.")
@click.option("--kind", required=True, help="How it is tested: number, fact, comparison, causal or opinion.")
@click.option("--series", default="", help="For a number, the series of data/series.csv that would decide it.")
def claim(claim: str, statement: str, section: str, kind: str, series: str) -> None:
    """Write a claim into data/claims.yml, and the cell that judges it into its section's notebook.

    CLAIM is its id, such as zones-over-170, and STATEMENT what the text says, in your own words.
    """
    from torch_program.intake import description, ledger
    from torch_program.intake import skeletons as s

    plan = make()
    s.name_of_claim(claim)
    s.one_of(kind, s.KINDS, "kind")
    if series and kind != "number":
        raise s.SkeletonError(f"--series is for a claim of the kind number, not {kind}. Leave it out.")
    if not statement.strip():
        raise s.SkeletonError("The statement is empty. Say in your own words what the text says.")
    notebooks = {name: s.read(plan.committed(name)) for name in plan.notebooks}
    codes = [ledger.spelled(name, notebooks[name]["cells"]) for name in plan.notebooks]
    by_section = {code.section: code.name for code in codes if code.section}
    begin = f' Begin one with `torch-program new section {section} "Title"`.'
    s.one_of(section, sorted(by_section, key=s.order), "section", begin)
    register = {row["series"]: row for row in rows_in(plan.data / "series.csv")}
    decides = s.deciding(series, register, figures_in(plan.data)) if series else None
    name, path = by_section[section], plan.data / "claims.yml"
    text = path.read_text(encoding="utf-8")
    made = s.entry(claim, section, kind, " ".join(statement.split()), s.year_of(text), decides)
    notebook = notebooks[name]
    code = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    judging = s.judging(claim, kind, decides, code)
    s.with_cell(notebook, claim, judging, decides.topic if decides else "")
    files = {path: s.in_ledger(text, made).encode(), plan.committed(name): s.as_file(notebook)}
    write_all(files)
    description.describe(plan.data)
    line = next(n for n, said in enumerate(files[path].decode().splitlines(), 1) if said.strip() == f"- id: {claim}")
    click.echo(f"claim    {relpath(path)}, line {line}")
    click.echo(f"cell     {claim} in {relpath(plan.committed(name))}")
    if s.is_open(made):
        click.echo('\nWhat is "?" in the claim is yours to declare, before you look at the result.')


@new.command()
@click.argument("number")
@click.argument("title")
def section(number: str, title: str) -> None:
    """Write the notebook of a section of the text, and its line in _toc.yml."""
    from torch_program.intake import skeletons as s

    plan = make()
    s.order(number)
    taken = {s.number_of(name): name for name in plan.notebooks}
    if number in taken:
        raise s.SkeletonError(f"Section {number} is notebooks/{taken[number]}.ipynb. Choose another number.")
    name = s.file_of(number, title)
    path, toc = plan.committed(name), plan.root / "_toc.yml"
    if path.exists():
        raise s.SkeletonError(f"{relpath(path)} is there, but _toc.yml does not list it. List it, or remove it.")
    parameters = editions.read(plan.root, editions.DEFAULT).parameters.model_dump()
    content = s.as_file(s.section(number, " ".join(title.split()), parameters))
    files = {path: content, toc: s.in_toc(toc.read_text(encoding="utf-8"), name).encode()}
    write_all(files)
    topics = sorted(path.stem for path in (plan.data / "figures").glob("*.csv"))
    click.echo(f"notebook {relpath(path)}\nlisted   {relpath(toc)}\n")
    click.echo(f"Name the figures that it needs in its call of evidence.load: {', '.join(topics)}.")
    click.echo(f"Its claims: torch-program new claim ID STATEMENT --section {number} --kind KIND")
