"""The brief as a file of Word, made of the same sentences and the same drawing as the page."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docx import Document
from docx.document import Document as Written
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import _Row
from docx.text.paragraph import Paragraph

from torch_program import brief
from torch_program.citation.metadata import Work
from torch_program.citation.references import apa, report
from torch_program.periods import in_words
from torch_program.scores import VERDICTS, score_row, short_verdict
from torch_program.sphinx_ext.small_plots import found_in_words
from torch_program.standing import stands_as

Claim = Mapping[str, Any]
Words = Callable[[Claim], str]
HEAD = ("The text says", "Claimed", "Found", "Verdict", "How firm")
WIDTHS = (Cm(5.4), Cm(3), Cm(3.2), Cm(3.2), Cm(2.2))
MARGIN, SMALL = Cm(2), Pt(9)
HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
FIRST_DAY = 1980  # no file of a zip archive is older


def written(work: Work, claims: Sequence[Claim], name: Words, link: Words, drawing: bytes) -> bytes:
    """The brief. `name` says what a claim is about, `link` where it stands on the web, or "".

    `drawing` is a PNG of what was claimed and found, or empty.
    """
    document = Document()
    style(document, work)
    document.add_heading(work.title, 0)
    document.add_paragraph(brief.lead(claims, name))
    for answer in brief.answers(claims):
        document.add_heading(answer.heading, 1)
        for point in answer.points:
            write_point(document.add_paragraph(style="List Bullet"), point, name, link)
    document.add_paragraph(brief.firmness(claims))
    if drawing:
        document.add_heading("Claimed and found", 1)
        section = document.sections[0]
        paper, left, right = section.page_width, section.left_margin, section.right_margin
        assert paper and left and right  # the template has them
        shape = document.add_picture(io.BytesIO(drawing), width=Emu(paper - left - right))
        shape._inline.docPr.set("descr", in_full(claims))
    document.add_heading("Numbers and judgements", 1)
    write_table(document, [*brief.of_kind(claims, brief.NUMBERS), *brief.of_kind(claims, brief.JUDGEMENTS)])
    edition = f"Edition {work.edition}: evidence published up to {in_words(work.cutoff)}."
    document.add_paragraph(f"{edition} {apa(report(work))}").paragraph_format.space_before = Pt(8)
    return packed(document, work.cutoff)


def style(document: Written, work: Work) -> None:
    """Page, type and what the file says of itself."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = MARGIN
    normal = document.styles["Normal"]
    normal.font.size, normal.font.name = Pt(10.5), "Calibri"
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "SimSun")
    normal.paragraph_format.space_after = Pt(4)
    about = document.core_properties
    about.title, about.author, about.comments, about.language = f"{work.title}: the brief", work.author, "", "en"
    about.keywords = ", ".join(work.keywords)
    about.created = about.modified = dt.datetime.combine(work.cutoff, dt.time())


def write_point(paragraph: Paragraph, point: brief.Point, name: Words, link: Words) -> None:
    """One sentence, with the verdict of each claim that it names."""
    if point.after:
        (claim,) = point.claims
        says = f"“{claim['statement'].rstrip('.')}”" if point.in_full else f"{brief.sentence_case(name(claim))}."
        write_named(paragraph, claim, says, link(claim))
        paragraph.add_run(f" {point.after}")
        return
    paragraph.add_run(point.before + (": " if point.claims else ""))
    for position, claim in enumerate(point.claims):
        paragraph.add_run(", " if position else "")
        write_named(paragraph, claim, name(claim), link(claim))
    paragraph.add_run("." if point.claims else "")


def write_named(paragraph: Paragraph, claim: Claim, says: str, address: str) -> None:
    """A claim in the colour of its verdict, as a link if it has an address."""
    run = paragraph.add_run(says)
    run.bold = True
    run.font.color.rgb = RGBColor.from_string(VERDICTS[short_verdict(stands_as(claim))][0][1:])
    if address:
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), paragraph.part.relate_to(address, HYPERLINK, is_external=True))
        run._r.addprevious(link)
        link.append(run._r)


def in_full(claims: Sequence[Claim]) -> str:
    """What the drawing shows, in words."""
    numbers = [(claim, score_row(claim)) for claim in brief.of_kind(claims, brief.NUMBERS)]
    return " ".join(f"{c['statement'].rstrip('.')}: {row.note or 'no figure'}; {stands_as(c)}." for c, row in numbers)


def write_table(document: Written, claims: Sequence[Claim]) -> None:
    """Statement, claimed and found value, verdict and robustness, one claim in a row."""
    table = document.add_table(rows=1, cols=len(HEAD), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = width
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # repeated on the next page
    write_row(table.rows[0], HEAD, bold=True)
    for claim in claims:
        row = score_row(claim)
        said = found_in_words(claim, row)
        write_row(
            table.add_row(), (claim["statement"].rstrip("."), row.claimed, said, stands_as(claim), row.robustness)
        )


def write_row(row: _Row, texts: Sequence[str], bold: bool = False) -> None:
    for cell, text, width in zip(row.cells, texts, WIDTHS, strict=True):
        cell.width = width
        cell.text = text
        for run in cell.paragraphs[0].runs:
            run.font.size, run.font.bold = SMALL, bold
        cell.paragraphs[0].paragraph_format.space_after = Pt(0)


def packed(document: Written, day: dt.date) -> bytes:
    """The file, with the same bytes on whatever day it is written."""
    first, made = io.BytesIO(), io.BytesIO()
    document.save(first)
    with zipfile.ZipFile(first) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            info = zipfile.ZipInfo(name, (max(day.year, FIRST_DAY), day.month, day.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return made.getvalue()
