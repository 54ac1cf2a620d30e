"""Begin a claim or a section from the files in `templates/`, and say what is left to a person."""

import json
import re
from pathlib import Path
from string import Template

import click

from torch_program.anchors import slug
from torch_program.parameters import TAG, cell
from torch_program.pipeline.files import write_whole
from torch_program.pipeline.plan import Plan, make

TEMPLATES = Path(__file__).parents[1] / "templates"
KINDS = ("number", "fact", "comparison", "causal", "opinion")  # of claims


@click.group()
def new() -> None:
    """Begin a claim or a section."""


@new.command()
@click.argument("claim")
@click.argument("statement")
@click.option("--section", required=True, help="Number of the section of the text that says it.")
@click.option("--kind", required=True, type=click.Choice(KINDS), help="How it is tested.")
def claim(claim: str, statement: str, section: str, kind: str) -> None:
    """Print the entry of a claim for data/claims.yml, and the cell that judges it for the notebook of its section.

    CLAIM is its id, such as zones-over-170, and STATEMENT what the text says, in your own words.
    """
    notebook = of_section(make(), section)
    if not notebook:
        raise click.ClickException(f'No notebook is of section {section}: torch-program new section {section} "Title".')
    words = {"id": claim, "section": section, "statement": json.dumps(statement, ensure_ascii=False)}
    entry, _, code = filled(f"claims/{kind}.txt", words).partition("---\n")
    click.echo(f"In data/claims.yml, behind the last claim of section {section}:\n\n{entry}")
    click.echo(f"In notebooks/{notebook}.ipynb, a cell above section.record():\n\n{code}")
    click.echo('What is "?" is yours to declare before you look at the result; make check REFRESH=1 names each.')


@new.command()
@click.argument("number")
@click.argument("title")
def section(number: str, title: str) -> None:
    """Write the notebook of a section of the text, and print its line for _toc.yml."""
    plan = make()
    name = slug(title)
    if not re.fullmatch(r"[1-9]\d*(\.[1-9]\d*)?", number) or not name:
        raise click.ClickException('A section has a number and a title with Latin letters, like 4.5 "Spin-outs".')
    path = plan.committed(f"{number.replace('.', '-')}-{name}")
    if taken := of_section(plan, number) or path.stem * path.exists():
        raise click.ClickException(f"Section {number} is notebooks/{taken}.ipynb. Choose another number.")
    notebook = json.loads(filled("section.ipynb", {"number": number, "title": json.dumps(title)[1:-1]}))
    for one in notebook["cells"]:
        if TAG in one["metadata"].get("tags", ()):
            one["source"] = cell(plan.parameters).splitlines(keepends=True)
    write_whole(path, (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode())
    topics = ", ".join(sorted(topic.stem for topic in (plan.data / "figures").glob("*.csv")))
    click.echo(f"notebook notebooks/{path.name}\n\nIn _toc.yml, where it belongs:\n")
    click.echo(f"      - file: notebooks/{path.stem}\n")
    click.echo(f"Name the figures that it needs in its call of evidence.load: {topics}.")
    click.echo(f'Its claims: torch-program new claim ID "What it says." --section {number} --kind KIND')


def of_section(plan: Plan, number: str) -> str:
    """The name of the notebook of a section; empty where there is none, listed or not."""
    begins = f"{number.replace('.', '-')}-"
    own = (path.stem for path in plan.committed("").parent.glob("*.ipynb") if path.stem.startswith(begins))
    return next((name for name in own if not re.match(r"\d-", name.removeprefix(begins))), "")


def filled(template: str, words: dict[str, str]) -> str:
    """A file of `templates/` with words in its places."""
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(words)
