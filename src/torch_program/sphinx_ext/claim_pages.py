"""A page for each claim, `claims/<id>.html`, with JSON and a picture, and a card to embed elsewhere, `embed/<id>.html`.

The theme frames the pages as it does those of documents, but nothing is parsed for them.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from torch_program import results, what_if
from torch_program.changes import record
from torch_program.citation import head, parts, references
from torch_program.citation.preview import Preview, picture
from torch_program.claim_page import Account, card, card_facts, conclusion, found_in_words, page
from torch_program.claims import read_ledger
from torch_program.csv_tables import rows_in
from torch_program.lookups import claims_of, read_lookups
from torch_program.numbers import badge_class
from torch_program.pipeline.files import write_whole
from torch_program.pipeline.publication import made_once
from torch_program.scores import VERDICTS, short_verdict
from torch_program.sphinx_ext import beside
from torch_program.sphinx_ext.changes import other_records
from torch_program.sphinx_ext.citation import notebooks_of, work_of
from torch_program.sphinx_ext.drawings import on_page
from torch_program.standing import stands_as

FOLDER, EMBEDDED = "claims", "embed"
Standing = tuple[str, str, Mapping[str, Any]]  # edition, cut-off day, record of the claim


@cache
def accounts(app: Sphinx) -> tuple[Account, ...]:
    """Every judged claim with what stands on its page, in the order of the book."""
    source = Path(app.srcdir)
    work, unseen, searches = work_of(app), read_lookups(source / "data").not_seen, searches_of(source / "data")
    stored = stored_claims(source, work.edition)
    sources = {row["source_id"]: row for row in rows_in(source / "data" / "sources.csv")}
    care = {claim.id: claim.care for claim in read_ledger(source / "data" / "claims.yml").claims}
    made = []
    for document, notebook in notebooks_of(app).items():
        values = results.read(notebook)["values"] if parts.claims(notebook) else {}
        figures = {figure["label"]: figure for figure in results.figures(notebook)}
        for claim in parts.claims(notebook):
            own = (work.edition, work.cutoff.isoformat(), claim)
            made.append(
                Account(
                    claim=claim,
                    answer=answer_of(values, claim),
                    section=f"../{document}.html",
                    section_title=parts.title(notebook),
                    edition=work.edition,
                    cutoff=work.cutoff.isoformat(),
                    cite=references.apa(references.claim(work, claim, document)),
                    history=sorted((own, *stored.get(claim["id"], ())), key=lambda s: s[1], reverse=True),
                    searches=searches.get(claim["id"], ()),
                    unseen=unseen.get(claim["id"], ()),
                    care=care.get(claim["id"], ""),
                    sources=sources,
                    **chart_of(figures.get(f"fig-{claim['id']}")),
                )
            )
    return tuple(made)


def answer_of(values: Mapping[str, Any], claim: Mapping[str, Any]) -> str:
    """The answer of the section to a claim, without stop and firmness, which have a place of their own."""
    said = values.get(f"answer-{claim['id']}", {}).get("text", "")
    return said.removesuffix(f" ({claim['robustness']['label']})").removesuffix(".")


def chart_of(figure: Mapping[str, Any] | None) -> dict[str, str]:
    """The drawing of a claim in its section, if there is one."""
    if not figure:
        return {}
    return {"chart": on_page(figure), "figure": figure["label"]}


def searches_of(data: Path) -> dict[str, list[Mapping[str, str]]]:
    """By claim, what was looked for in vain."""
    found: dict[str, list[Mapping[str, str]]] = {}
    path = data / "search_log.csv"
    for row in rows_in(path) if path.is_file() else ():
        for claim_id in claims_of(row):
            found.setdefault(claim_id, []).append(row)
    return found


def stored_claims(source: Path, own: str) -> dict[str, list[Standing]]:
    """How each claim stood in the stored records of the other editions."""
    found: dict[str, list[Standing]] = {}
    for kept in map(record.read, other_records(source, own)):
        for claim in kept["claims"]:
            if claim["verdict"] != results.NOT_ASSESSED:
                found.setdefault(claim["id"], []).append((kept["edition"], kept["parameters"]["cutoff"], claim))
    return found


# into the book -------------------------------------------------------------------------------------------------


def tags(app: Sphinx, account: Account, folder: str) -> str:
    """What previews of links show."""
    claim = account.claim
    says = conclusion(claim, account.answer)
    image = f"{FOLDER}/{account.id}.png", f"{claim['statement']} {claim['verdict']}"
    own = head.open_graph(work_of(app), f"{folder}/{account.id}", claim["statement"], says, image)
    return f'<meta name="description" content="{escape(says)}" />\n{head.as_html(own)}'


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Name, context and template of every page."""
    for account in accounts(app):
        context = {
            "title": account.claim["statement"],
            "body": page(account),
            "metatags": tags(app, account, FOLDER),
            "what_if": bool(what_if.table(account.claim)),
        }
        yield f"{FOLDER}/{account.id}", context, "page.html"


def load(app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Styles of these pages, and the script where there is something to choose."""
    if "what_if" in context:
        app.add_css_file("claim.css")
        if context["what_if"]:
            app.add_js_file("what_if.js", loading_method="defer")


@cache
def contents_beside(app: Sphinx) -> dict[str, Callable[..., str]]:
    """By folder, what gives the contents of the book as its pages show them."""
    return {}


def share_contents(
    app: Sphinx, name: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Resolve the contents for the first of these pages alone: all lie in one folder, and none is in the contents."""
    if "what_if" in context:
        context["toctree"] = contents_beside(app).setdefault(FOLDER, cache(context["toctree"]))


def look(claim: Mapping[str, Any], signs: Mapping[str, str]) -> tuple[str, str]:
    """Sign and colour of a verdict."""
    verdict = stands_as(claim)
    return signs[badge_class(verdict)], VERDICTS[short_verdict(verdict)][0]


def preview(account: Account, title: str, sign: str, color: str) -> Preview:
    """What the picture of a claim says."""
    return Preview(
        title=title,
        statement=account.claim["statement"],
        verdict=stands_as(account.claim),
        sign=sign,
        color=color,
        found=found_in_words(account.answer),
        foot=" · ".join([f"Edition {account.edition}", f"evidence up to {account.cutoff}", *card_facts(account.claim)]),
    )


def signs_of(styles: Path) -> dict[str, str]:
    """By class, the sign of each verdict, which the style sheet of badges has."""
    found: dict[str, str] = {}
    for names, sign in re.findall(r'^([^{}]+?) \{ content: "(.)"', styles.read_text("utf-8"), re.MULTILINE):
        found |= dict.fromkeys(re.findall(r"\.verdict-([\w-]+)::before", names), sign)
    return found


def write_cards(app: Sphinx) -> None:
    """The cards and the pictures."""
    out, signs = Path(app.outdir), signs_of(Path(app.srcdir) / "book" / "_static" / "badges.css")
    for account in accounts(app):
        own = look(account.claim, signs)
        embedded = card(account, *own, head=tags(app, account, EMBEDDED))
        write_whole(out / EMBEDDED / f"{account.id}.html", embedded.encode())
        shown = preview(account, work_of(app).title, *own)
        content = made_once(f"claim-{account.id}.png", partial(picture, shown), repr(shown).encode())
        write_whole(out / FOLDER / f"{account.id}.png", content)


def setup(app: Sphinx) -> None:
    app.connect("html-collect-pages", pages)
    app.connect("html-page-context", load)
    app.connect("html-page-context", share_contents, priority=400)  # before the theme asks for them
    app.connect(beside.FILES, write_cards)
