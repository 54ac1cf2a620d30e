"""Turn a Typst document into the final PDF: replace characters without a font, tag row heads, compress."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from io import BytesIO

import pikepdf
import typst
from fontTools.ttLib import TTFont

from claimbook.project.folders import FONTS, UserError

STANDARDS = ["a-3a", "ua-1"]
REPLACEMENT = "\N{DOUBLE QUESTION MARK}"  # our fonts have it


class StyleFaulty(UserError, ValueError):
    """Raised if Typst rejects the document or its style. The message says why and where."""


def typeset(document: Mapping[str, bytes], heads: Sequence[tuple[int, bool]]) -> bytes:
    """Typeset a Typst document, given as files by name, as a tagged PDF/A-3a and PDF/UA-1 file.

    `heads` gives for each table the number of rows in its head, and whether its first column holds heads of
    rows. Raises StyleFaulty with one sentence.
    """
    settings = {"font_paths": [str(FONTS)], "ignore_system_fonts": True, "pdf_standards": STANDARDS}
    try:
        content = typst.compile(dict(document), **settings)  # type: ignore[call-overload]  # its types lack several files
    except typst.TypstError as error:
        place = ", ".join(re.findall(r"\S+\.typ:\d+", error.diagnostic)[:1])
        raise StyleFaulty(f"the PDF cannot be set: {error.message}, {place}") from None
    with pikepdf.open(BytesIO(content)) as pdf:
        for table, (count, of_rows) in zip(elements(pdf.Root.StructTreeRoot, "/Table"), heads, strict=True):
            tag_heads(list(elements(table, "/TR"))[count:], of_rows)
        finished = BytesIO()
        packed = pikepdf.ObjectStreamMode.generate
        pdf.save(finished, object_stream_mode=packed, deterministic_id=True, fix_metadata_version=False)
    return finished.getvalue()


@cache
def letters_in_fonts() -> frozenset[str]:
    """Return every character that one of our fonts has. The standards forbid the boxes that stand for others."""
    known: set[int] = set()
    for path in FONTS.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            known |= font.getBestCmap().keys()
    return frozenset(map(chr, known))


def in_our_fonts(text: str) -> str:
    """Return the text with a mark for each visible character that no font has."""
    unknown = {letter for letter in set(text) - letters_in_fonts() if letter.isprintable()}
    return text.translate(dict.fromkeys(map(ord, unknown), REPLACEMENT))


def elements(node: pikepdf.Object, *kinds: str) -> Iterator[pikepdf.Dictionary]:
    """Yield the outermost elements of some kinds in a part of the structure tree, in reading order."""
    inner = node.get("/K", pikepdf.Array()) if isinstance(node, pikepdf.Dictionary) else node
    for child in inner if isinstance(inner, pikepdf.Array) else [inner]:
        if isinstance(child, pikepdf.Dictionary) and child.get("/S") in kinds:
            yield child
        elif isinstance(child, pikepdf.Dictionary | pikepdf.Array):
            yield from elements(child, *kinds)


def tag_heads(rows: Sequence[pikepdf.Dictionary], of_rows: bool) -> None:
    """Tag which cells in the rows below a table's head are heads, and add scopes that say what they head.

    Typst has a function for row heads, but its Python package has it switched off. A line across the table is
    set as a head, so that no page ends with it. It does not head a column, so here it becomes a plain cell.
    """
    cells = [list(elements(row, "/TD", "/TH")) for row in rows]
    if not of_rows and not any(cell.S == "/TH" for row in cells for cell in row):
        return
    for row in cells:
        for place, cell in enumerate(row):
            is_head = of_rows and place == 0
            cell.S = pikepdf.Name.TH if is_head else pikepdf.Name.TD
            spans = [each.ColSpan for each in cell.get("/A", []) if "/ColSpan" in each]
            about = {"/Scope": pikepdf.Name.Row} if is_head else {"/ColSpan": spans[0]} if spans else {}
            cell.A = pikepdf.Dictionary(about | {"/O": pikepdf.Name.Table})
