"""All editions side by side: `2026/`, `2023/`, links between them, and a page that leads to the newest."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from torch_program.citation.metadata import Work
from torch_program.pipeline import editions
from torch_program.pipeline.publication import PDF, publish

ARTICLE = '<article class="bd-article'  # every page of the theme has one; the links to other editions stand before it
STYLE = """\
body { font-family: var(--sans, sans-serif); color: var(--ink, #1c2530); line-height: 1.5;
  max-width: 44rem; margin: 3rem auto; padding: 0 1.2rem; }
h1 { border-bottom: 2px solid var(--flame, #a8481a); padding-bottom: .4rem; line-height: 1.2; }
a { color: var(--accent, #1d4f7c); }
.newest { font-size: 1.2rem; font-weight: 600; }
small { color: var(--muted, #566370); }"""


@dataclass(frozen=True)
class Edition:
    """One edition of the site: what it is and where its pages lie."""

    edition: editions.Edition
    work: Work
    html: Path

    @property
    def name(self) -> str:
        return self.edition.name


def newest_first(made: Sequence[Edition]) -> list[Edition]:
    return sorted(made, key=lambda e: (e.work.cutoff, e.name), reverse=True)


def write(made: Sequence[Edition], target: Path) -> None:
    """Put the site in place of the old one as a whole."""
    new = target.with_name(".site.made")
    shutil.rmtree(new, ignore_errors=True)
    for edition in made:
        folder = new / edition.name
        shutil.copytree(edition.html, folder)
        if (folder / PDF).exists():
            os.link(folder / PDF, folder / "book" / PDF)  # Google Scholar looks for it beside the front page
        for page in sorted(folder.rglob("*.html")):
            name = page.relative_to(folder).as_posix()
            page.write_text(with_links(page.read_text(encoding="utf-8"), name, edition, made), encoding="utf-8")
    (new / "index.html").write_text(root_page(made), encoding="utf-8")
    (new / ".nojekyll").write_text("")  # GitHub Pages drops folders like _static otherwise
    publish(new, target)


def with_links(html: str, name: str, here: Edition, made: Sequence[Edition]) -> str:
    """A page with links to itself in the other editions, or to their front page where they have no such page."""
    before, article, after = html.partition(ARTICLE)
    if not article:
        return html
    up = "../" * (name.count("/") + 1)
    links = []
    for other in newest_first(made):
        if other.name == here.name:
            links.append(f'<span aria-current="true">Edition {escape(other.name)}</span>')
        else:
            page = name if (other.html / name).exists() else "index.html"
            links.append(f'<a href="{up}{other.name}/{page}">Edition {escape(other.name)}</a>')
    links.append(f'<a href="{up}index.html">All editions</a>')
    nav = f'<nav class="editions" aria-label="Editions">{" · ".join(links)}</nav>\n'
    return before + nav + article + after


def root_page(made: Sequence[Edition]) -> str:
    """The page at the root: leads to the newest edition and lists all."""
    ordered = newest_first(made)
    newest = ordered[0]
    work = newest.work
    rows = "\n".join(
        f'<li><a href="{e.name}/index.html">Edition {escape(e.name)}: {escape(e.edition.title)}</a>. '
        f"{escape(e.edition.note)} <small>Evidence up to {e.work.cutoff}</small></li>"
        for e in ordered
    )
    canonical = f'\n<link rel="canonical" href="{escape(work.site)}/" />' if work.site else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="default-src 'self' file: 'unsafe-inline'; base-uri 'none'" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>{escape(work.title)}</title>
<meta name="description" content="{escape(work.abstract)}" />{canonical}
<link rel="stylesheet" href="{newest.name}/_static/tokens.css" />
<style>
{STYLE}
</style>
</head>
<body>
<main>
<h1>{escape(work.title)}</h1>
<p>{escape(work.abstract)}</p>
<p class="newest"><a href="{newest.name}/index.html">Read the newest edition, {escape(newest.name)}</a></p>
<h2>All editions</h2>
<ul>
{rows}
</ul>
</main>
</body>
</html>
"""
