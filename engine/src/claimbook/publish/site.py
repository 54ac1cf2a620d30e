"""The site of all editions: one folder each (`2026/`, `2023/`), links between them, and a start page.

Only the site has the charts as pictures for slides, because they take a build several seconds.
"""

import os
import re
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from claimbook.citation import Work
from claimbook.pages.drawings import SLIDE_PAGE, SLIDE_PPI, png
from claimbook.pages.figure_files import FIGURES_FOLDER
from claimbook.project import editions
from claimbook.project.folders import below
from claimbook.project.outputs import FEED, PDF
from claimbook.run.publication import publish
from claimbook.templates import filled

REDIRECT_PAGES = {"index.html", "search.html"}  # pages that only lead to others
PICTURE_LINK = re.compile(r'<a href="([./]*figures/)([\w-]+)\.png"[^>]*>[^<]*</a>')
ARTICLE = '<article class="bd-article'  # on every page; the links to other editions precede it


@dataclass(frozen=True)
class SiteEdition:
    """One edition of the site, and the folder with its pages."""

    edition: editions.Edition
    work: Work
    html: Path

    @property
    def name(self) -> str:
        return self.edition.name


def write_site(site_editions: Sequence[SiteEdition], target: Path) -> None:
    """Build the site and replace the old one as a whole."""
    site_editions = sorted(site_editions, key=lambda edition: (edition.work.cutoff, edition.name), reverse=True)
    newest = site_editions[0]
    new = target.with_name(".site.made")
    shutil.rmtree(new, ignore_errors=True)
    for edition in site_editions:
        folder = shutil.copytree(edition.html, new / edition.name)
        slides = draw_slides(folder, edition.work)
        if (folder / PDF).exists():
            os.link(folder / PDF, folder / "book" / PDF)  # Google Scholar looks for it next to the front page
        for page in sorted(folder.rglob("*.html")):
            name, html = page.relative_to(folder).as_posix(), page.read_text("utf-8")
            html = with_links(html, name, edition, site_editions)
            page.write_text(with_slides(html, slides), "utf-8")
    (new / "index.html").write_text(filled("site.html", editions=site_editions), "utf-8")
    if (feed := new / newest.name / FEED).exists():  # at an address that does not change between editions
        text = feed.read_text("utf-8").replace('href="book/', f'href="{newest.name}/book/')
        (new / FEED).write_text(text, "utf-8")
    if newest.work.site:
        pages = ((e, name) for e in site_editions for name in below(e.html) if name.endswith(".html"))
        places = [f"{newest.work.site}/", *(e.work.address + name for e, name in pages if name not in REDIRECT_PAGES)]
        (new / "sitemap.xml").write_text(filled("sitemap.html", places=places), "utf-8")
    (new / ".nojekyll").write_text("")  # GitHub Pages drops folders like _static otherwise
    publish(new, target)


def draw_slides(folder: Path, work: Work) -> set[str]:
    """Draw every chart of an edition for slides, with title, edition and address. Returns the labels of the charts."""
    says = " · ".join(filter(None, (work.title, work.stand, work.doi_address or work.address)))
    charts = sorted((folder / FIGURES_FOLDER).glob("*.svg"))
    for chart in charts:
        picture = png(chart.read_text("utf-8"), SLIDE_PAGE, SLIDE_PPI, says=says)
        chart.with_name(f"{chart.stem}-slide.png").write_bytes(picture)
    return {chart.stem for chart in charts}


def with_slides(html: str, slides: Collection[str]) -> str:
    """Return a page on which the link to the picture of a chart is followed by one to its picture for slides."""

    def more(link: re.Match[str]) -> str:
        up, label = link.groups()
        added = f' ·\n<a href="{up}{label}-slide.png" download title="{label}: picture for slides">PNG 16:9</a>'
        return link[0] + added * (label in slides)

    return PICTURE_LINK.sub(more, html)


def with_links(html: str, name: str, here: SiteEdition, site_editions: Sequence[SiteEdition]) -> str:
    """Return a page with links to the same page in the other editions, or to their front page."""
    before, article, after = html.partition(ARTICLE)
    if not article:
        return html
    links = {e.name: name if (e.html / name).exists() else "index.html" for e in site_editions}
    up = "../" * (name.count("/") + 1)
    for other, page in links.items():  # page one names the other editions
        after = re.sub(rf'href="[^"]*" data-edition="{other}"', f'href="{up}{other}/{page}"', after)
    return before + filled("editions.html", here=here.name, up=up, links=links.items()) + "\n" + article + after
