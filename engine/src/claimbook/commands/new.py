"""Commands that begin a report or a part of it, and say what remains to be written."""

import json
import os
import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from itertools import takewhile
from pathlib import Path
from string import ascii_lowercase

import click

from claimbook.commands.editions import PATH, with_parameters_cell
from claimbook.evidence.claims import Facets, column_of
from claimbook.intake.description import forms
from claimbook.project import folders
from claimbook.project.folders import ENGINE, Row, UserError, below, csv_text, rows_in, write_whole
from claimbook.project.parameters import cell
from claimbook.project.report import command_line, report_settings
from claimbook.run.plan import Plan, make_plan
from claimbook.run.runner import run_command
from claimbook.say.verdict_table import ANSWER_WORDS
from claimbook.say.words import counted, slug, suggestion
from claimbook.templates import filled

EXAMPLE = ENGINE / "templates" / "report"  # the files of a new report
ASKED = "quantity numerator mode scope".split()  # that most numbers have
CLAIM_KINDS = "number fact comparison causal opinion".split()  # kinds of claims
HEADING = re.compile(r"^#*[^\S\n]*(\d+(?:\.\d+)*)\.?[^\S\n]+(\S.*?)[^\S\n]*$", re.M)  # of a section: 2.1 Title
LISTED = re.compile(r"\s*- file: notebooks/(\S+)")  # in _toc.yml
SENTENCE_ENDS = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=\W?[A-Z0-9])|\n\s*\n|\n(?=\s*[-*•])")
CLAUSES = re.compile(r"[;:]\s+|,\s+(?=(?:but|while|whereas)\b)")

cells_argument = click.argument("cells", nargs=-1, metavar="[COLUMN=VALUE]...")


@click.group()
def new() -> None:
    """Begin a report, the list of what its text says, a source, a series, a claim or a section."""


@new.command()
@click.argument("folder", type=PATH)
@click.option("--title", required=True, help="Title of the report.")
def report(folder: Path, title: str) -> None:
    """Write a small report on INVENTED evidence into FOLDER, to be replaced step by step by your own."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(f"{folder} is not empty. Choose another folder.")
    if not (name := slug(title)):
        raise UserError('A report has a title with Latin letters, like --title "What the budget says".')
    today, engine = date.today(), version(ENGINE.name)
    gaps = {"title": title, "slug": name, "engine": engine, "edition": str(today.year), "cutoff": today.isoformat()}
    texts = {path: filled(f"report/{path}", **gaps).encode() for path in below(EXAMPLE)}
    texts[folders.LOCK_FILE] = (folders.LOCKS / folders.LOCK_FILE).read_bytes()
    texts[f"editions/{today.year}.yml"] = texts.pop("editions/edition.yml")
    folders.write_all({folder / path: text for path, text in texts.items()})
    check = [sys.executable, *"-m claimbook check --refresh-datapackage".split()]
    code = run_command(check, folder, os.environ | {"PYTHONPATH": str(ENGINE.parent)})
    click.echo(f"""\
Written to {folder}: {len(below(folder))} files. Next: cd {shlex.quote(str(folder))}; make report
README.md there has the next five steps.""")
    sys.exit(code)


@new.command()
@click.argument("claim")
@click.argument("statement")
@click.option("--section", required=True, help="Number of the section of the text that says it.")
@click.option("--kind", required=True, type=click.Choice(CLAIM_KINDS), help="How it is tested.")
@click.option("--series", help="A series that measures it: its unit and facets are filled in (kind number).")
def claim(claim: str, statement: str, section: str, kind: str, series: str | None) -> None:
    """Print what a claim needs: its entry for data/claims.yml, the cell that judges it, a finding, its clause.

    CLAIM is its id, such as share-over-half. STATEMENT is what the text says, in your own words.
    """
    if slug(claim) != claim or not claim:
        raise UserError(f"{claim!r} is no id. Use a-z, digits and hyphens, as in share-over-half.")
    plan = make_plan()
    notebook = by_section(plan).get(section)
    if notebook is None:
        make_one = command_line(f'new section {section} "Title"')
        raise UserError(f"There is no notebook for section {section}. Make one: {make_one}.")
    if series and kind != "number":
        raise UserError("--series fills in the facets of a number. Leave it out, or use --kind number.")
    row = row_of_series(plan, series) if series else {}
    words = {facet: row.get(column_of(facet)) for facet in Facets.model_fields if row} or dict.fromkeys(ASKED, "?")
    facets = {facet: quoted(word) for facet, word in words.items() if word}
    answers = [word for word in ANSWER_WORDS if (word == "opinion") == (kind == "opinion")]
    gaps = {"id": claim, "section": section, "notebook": notebook, "series": row, "facets": facets, "answers": answers}
    clauses = clauses_for(plan, section, claim, statement)
    click.echo(filled(f"claims/{kind}.txt", **gaps, statement=quoted(statement), clauses=clauses), nl=False)


def quoted(text: str) -> str:
    """Return a text in quotes, as YAML reads it."""
    return json.dumps(text, ensure_ascii=False)


def row_of_series(plan: Plan, name: str) -> Row:
    """Return the row of a series in series.csv. If there is none, raises UserError with the most similar name."""
    rows = {row["series"]: row for row in rows_in(plan.data / "series.csv")}
    if name not in rows:
        known = suggestion(name, rows) or " Write the name of a series in data/series.csv."
        raise UserError(f"There is no series {name!r}.{known}")
    return rows[name]


def clauses_for(plan: Plan, section: str, claim: str, statement: str) -> str:
    """Return the rows of text.csv in a section that nothing tests, or else a new row at its end; "" without a table."""
    rows = rows_in(plan.data / "text.csv")
    own = [row for row in rows if row["sentence"].rpartition("-")[0] == section]
    found = [row for row in own if not row["claim_ids"] and not row["why_none"]]
    if rows and not found:
        last = max((int(row["sentence"].rpartition("-")[2]) for row in own), default=0)
        row = {"sentence": f"{section}-{last + 1}", "clause": "a", "says": statement.rstrip("."), "claim_ids": claim}
        found = [row]
    return csv_text(found, list(rows[0]), header=False).decode().rstrip("\n") if rows else ""


@new.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def text(file: Path) -> None:
    """Write data/text.csv from the text in FILE, clause by clause, and print commands for its sections.

    A heading begins with the number of its section: 2.1 Title. Join or split clauses where that reads better.
    """
    plan = make_plan()
    if (plan.data / "text.csv").exists():
        raise UserError("There is a data/text.csv. Move it away first; this command writes a new one.")
    sections = sections_of(file.read_text("utf-8"))
    rows = [row for number, _, says in sections for row in rows_of_clauses(number, says)]
    write_whole(plan.data / "text.csv", csv_text(rows, list(forms()["text"]["columns"])))
    found = f"{counted(len(rows), 'clause')} in {counted(len(sections), 'section')}"
    click.echo(f"data/text.csv: {found}. Next: make check REFRESH=1")
    for number, title, _ in sections:
        if number not in by_section(plan):
            click.echo(command_line(f"new section {number} {shlex.quote(title)}"))


def sections_of(text: str) -> list[tuple[str, str, str]]:
    """Return number, title and text of each section. A text without a heading is section 1."""
    before, *found = HEADING.split(text)  # a title comes before the first heading
    sections = zip(found[::3], found[1::3], found[2::3], strict=True) if found else [("1", "Text", before)]
    return [section for section in sections if section[2].strip()]


def rows_of_clauses(section: str, says: str) -> list[Row]:
    """Return a row of text.csv for each clause of a section."""
    sentences = [" ".join(sentence.split()).lstrip("-*• ") for sentence in SENTENCE_ENDS.split(says)]
    clauses = [CLAUSES.split(sentence.rstrip(".:")) for sentence in sentences if sentence]
    return [
        {"sentence": f"{section}-{number}", "clause": letter, "says": clause}
        for number, parts in enumerate(clauses, 1)
        for letter, clause in zip(ascii_lowercase, parts, strict=False)
    ]


@new.command()
@click.argument("name")
@cells_argument
def source(name: str, cells: tuple[str, ...]) -> None:
    """Add the document NAME to data/sources.csv, or say which columns it needs."""
    add_row("sources", name, cells)


@new.command()
@click.argument("name")
@cells_argument
def series(name: str, cells: tuple[str, ...]) -> None:
    """Add the kind of number NAME to data/series.csv, or say which columns it needs."""
    add_row("series", name, cells)


def add_row(table: str, name: str, cells: Sequence[str]) -> None:
    """Add a row to a table. Raises UserError with a line for each column that needs a value, or is unknown."""
    path, form = folders.data_folder() / f"{table}.csv", forms()[table]
    columns = form["columns"]
    if wrong := [cell for cell in cells if cell.partition("=")[0] not in columns or "=" not in cell]:
        raise UserError(f"{wrong[0]} is no COLUMN=VALUE of data/{path.name}: {', '.join(columns)}.")
    row = {form["key"][0]: name} | dict(cell.split("=", 1) for cell in cells)
    if missing := [column for column, of in columns.items() if of.get("required") and not row.get(column)]:
        says = [f"  {each}=  {columns[each]['says']} {'; '.join(columns[each].get('enum', ''))}" for each in missing]
        raise UserError("\n".join([f"Nothing was written. {name} also needs:", *says]))
    rows = rows_in(path)
    asked = [column for column, of in columns.items() if not of.get("optional") or column in row]
    write_whole(path, csv_text([*rows, row], list(rows[0]) if rows else asked))
    click.echo(f"data/{path.name}: {name} added. Next: make check REFRESH=1")


@new.command()
@click.argument("number")
@click.argument("title")
def section(number: str, title: str) -> None:
    """Write the notebook for a section of the text, and its line in _toc.yml."""
    plan, name = make_plan(), slug(title)
    if not re.fullmatch(r"[1-9]\d*(\.[1-9]\d*)?", number) or not name:
        raise UserError('A section needs a number and a title with Latin letters, like 4.5 "Spin-outs".')
    path = plan.committed(f"{number.replace('.', '-')}-{name}")
    if taken := by_section(plan).get(number) or path.stem * path.exists():
        raise UserError(f"Section {number} is notebooks/{taken}.ipynb. Choose another number, or delete it.")
    written = filled("section.ipynb", number=number, title=json.dumps(title)[1:-1])
    written = written.replace("claimbook.evidence", report_settings().hooks.evidence.rpartition(".")[0])
    write_whole(path, with_parameters_cell(written.encode(), cell(plan.parameters)))
    toc = plan.root / folders.MARKER
    write_whole(toc, with_notebook(toc.read_text("utf-8"), path.stem, [*plan.root.glob("notebooks/*.ipynb")]).encode())
    topics = ", ".join(sorted(topic.stem for topic in (plan.data / "figures").glob("*.csv")))
    make_one = command_line(f'new claim ID "What it says." --section {number} --kind KIND')
    click.echo(f"""\
notebook notebooks/{path.name}, listed in _toc.yml
Name the files of data/figures/ that it reads in its call of evidence.load: {topics or "none yet"}.
Its claims: {make_one}""")


def with_notebook(toc: str, name: str, there: Iterable[Path]) -> str:
    """Return _toc.yml with a notebook after those of earlier sections, and without notebooks that are not there."""
    lines, names = toc.splitlines(keepends=True), {path.stem for path in there}
    listed = {n: found[1] for n, line in enumerate(lines) if (found := LISTED.match(line))}
    first = min(listed, default=lines.index("    chapters:\n") + 1)
    at = max((n + 1 for n, other in listed.items() if number_of(other) < number_of(name)), default=first)
    for n, other in listed.items():
        if other not in names:
            lines[n] = ""
    lines.insert(at, f"      - file: notebooks/{name}\n")
    return "".join(lines)


def number_of(notebook: str) -> list[int]:
    """Return the number of the section with which the name of a notebook begins: [3, 1] of 3-1-scale."""
    return [int(part) for part in takewhile(str.isdecimal, notebook.split("-"))]


@click.command()
def where() -> None:
    """Print the path of the verbs that the Makefile of a report includes."""
    click.echo(ENGINE / "run" / "report.mk")


def by_section(plan: Plan) -> dict[str | None, str]:
    """Return the names of notebooks by the number of their section."""
    from claimbook.intake.ledger import read_codes  # with this at the top every command starts a tenth later

    return {code.section: code.name for code in read_codes(plan.root / "notebooks")}
