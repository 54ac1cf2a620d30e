"""Tags in the head of pages: for Google Scholar and Zotero on the front page, for previews of links on every page.

Google Scholar wants title, author and date, and the PDF in the folder of the page that bears the tags. Zotero makes a
report of it by `citation_technical_report_institution`; an `og:type` of "website" would overrule that.
"""

from html import escape

from torch_program.citation.metadata import Work
from torch_program.words import sentence_case

CARD = "_static/card.png"
CARD_SIZE = (1200, 630)
PDF = "book/torch-program.pdf"  # where `make site` puts it beside the front page
CARD_ALT = "Title and edition of the report, how many claims got which verdict, and the top of its scorecard"


def highwire(work: Work) -> list[tuple[str, str]]:
    """Tags of Highwire Press."""
    tags = [("citation_title", work.title)]
    tags += [("citation_author", author) for author in work.authors]
    tags += [
        ("citation_publication_date", f"{work.cutoff:%Y/%m/%d}"),
        ("citation_technical_report_institution", work.author),
        ("citation_technical_report_number", sentence_case(work.stand)),
        ("citation_language", "en"),
        ("citation_abstract", work.abstract),
        ("citation_keywords", "; ".join(work.keywords)),
        ("citation_doi", work.doi),
    ]
    if work.address:
        tags += [("citation_public_url", work.place("book/index")), ("citation_pdf_url", work.address + PDF)]
    return [(name, value) for name, value in tags if value]


def dublin_core(work: Work) -> list[tuple[str, str]]:
    """Tags of Dublin Core."""
    tags = [("DC.title", work.title), *(("DC.creator", author) for author in work.authors)]
    tags += [
        ("DC.date", work.cutoff.isoformat()),
        ("DC.publisher", work.author),
        ("DC.description", work.abstract),
        ("DC.language", "en"),
        ("DC.type", "Report"),
        ("DC.rights", work.licence),
        ("DC.identifier", work.doi_address or work.address or f"sha256:{work.content}"),
    ]
    return tags + [("DC.subject", keyword) for keyword in work.keywords]


def open_graph(
    work: Work, document: str, title: str, says: str = "", image: tuple[str, str] = (CARD, CARD_ALT)
) -> list[tuple[str, str]]:
    """Tags of the Open Graph protocol, and what X wants beside them.

    `says` and `image`, a file beside the pages with its alternative text, are those of a page of its own kind.
    """
    width, height = CARD_SIZE
    up = "../" * document.count("/")
    tags = [
        ("og:title", title),
        ("og:type", "article"),
        ("og:site_name", work.title),
        ("og:description", says or work.abstract),
        ("og:locale", "en"),
        ("og:url", work.place(document) if work.address else ""),
        ("og:image", (work.address or up) + image[0]),
        ("og:image:width", str(width)),
        ("og:image:height", str(height)),
        ("og:image:alt", image[1]),
        ("twitter:card", "summary_large_image"),
    ]
    return [(name, value) for name, value in tags if value]


def as_html(tags: list[tuple[str, str]]) -> str:
    """The elements, one a line; Open Graph alone calls its names properties."""
    kind = {True: "property", False: "name"}
    return "\n".join(
        f'<meta {kind[name.startswith("og:")]}="{name}" content="{escape(value)}" />' for name, value in tags
    )
