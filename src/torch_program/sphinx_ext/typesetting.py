"""From Typst to the finished PDF: characters that no font has, heads of rows, small size."""

import re
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path

import pikepdf
import typst
from fontTools.ttLib import TTFont

from torch_program.project import Told

STANDARDS = ["a-3a", "ua-1"]
NOT_IN_FONTS = "could not be displayed"  # what Typst says of a character; these standards allow no empty box
REPLACEMENT = "\N{DOUBLE QUESTION MARK}"  # our fonts have it


class StyleFaulty(Told, ValueError):
    """Typst does not take the document or its style; the message says why and where."""


def typeset(document: Mapping[str, bytes], fonts: Path, heads: Sequence[tuple[int, bool]]) -> bytes:
    """Set a document of Typst, whose files are given by name, as a tagged file of PDF/A-3a and PDF/UA-1.

    Only the fonts of the folder `fonts` are used. `heads` says of each table how many rows are its head, and whether
    its first column heads the rows below. Raises StyleFaulty with one sentence where Typst finds a mistake.
    """

    content = compiled(document, fonts)
    with pikepdf.open(BytesIO(content)) as pdf:
        for table, (count, of_rows) in zip(elements(pdf.Root.StructTreeRoot, "/Table"), heads, strict=True):
            tag_heads(list(elements(table, "/TR"))[count:], of_rows)
        finished = BytesIO()
        packed = pikepdf.ObjectStreamMode.generate
        pdf.save(finished, object_stream_mode=packed, deterministic_id=True, fix_metadata_version=False)
    return finished.getvalue()


def compiled(document: Mapping[str, bytes], fonts: Path) -> bytes:
    """What Typst makes of a document; characters that no font has are marked. Raises StyleFaulty."""

    def made(main: bytes) -> bytes:
        files = {**document, "main.typ": main}
        return typst.compile(  # type: ignore[call-overload]  # its types know no document of several files
            files, font_paths=[str(fonts)], ignore_system_fonts=True, pdf_standards=STANDARDS
        )

    try:
        return made(document["main.typ"])
    except typst.TypstError as error:
        if NOT_IN_FONTS not in error.message:
            place = ", ".join(re.findall(r"\S+\.typ:\d+", error.diagnostic)[:1])
            raise StyleFaulty(f"the PDF cannot be set: {error.message}, {place}") from None
        return made(without_unknown(document["main.typ"].decode(), fonts).encode())


def without_unknown(text: str, fonts: Path) -> str:
    """The text with a mark in place of each character that no font has."""
    known: set[int] = set()
    for path in fonts.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            known |= font.getBestCmap().keys()
    return re.sub(r"[^\x00-\x7f]", lambda found: found[0] if ord(found[0]) in known else REPLACEMENT, text)


def elements(node: pikepdf.Object, *kinds: str) -> Iterator[pikepdf.Dictionary]:
    """The outermost elements of some kinds in a part of the structure tree, in reading order."""
    inner = node.get("/K", pikepdf.Array()) if isinstance(node, pikepdf.Dictionary) else node
    for child in inner if isinstance(inner, pikepdf.Array) else [inner]:
        if isinstance(child, pikepdf.Dictionary) and child.get("/S") in kinds:
            yield child
        elif isinstance(child, pikepdf.Dictionary | pikepdf.Array):
            yield from elements(child, *kinds)


def tag_heads(rows: Sequence[pikepdf.Dictionary], of_rows: bool) -> None:
    """Say which cells of the rows below the head of a table are heads; the scopes of heads tell what they head.

    Typst has a function for heads of rows, which its Python package leaves switched off. A line across the table is set
    as a head, so that no page ends with it, but it heads no column: here it becomes a cell.
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
