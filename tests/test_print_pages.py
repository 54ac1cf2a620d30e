"""Pages as they are cut for print: tables, drawings, links. Everything here is hand-made."""

import pytest
from bs4 import BeautifulSoup

from torch_program.sphinx_ext import pdf


def cells(*rows: tuple[str, ...]) -> list:
    html = "".join("<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>" for row in rows)
    return [row.find_all("td") for row in BeautifulSoup(f"<table>{html}</table>", "html.parser").find_all("tr")]


def test_widths_fill_the_line():
    assert sum(pdf.column_widths_of(cells(("a", "b c d"), ("long text " * 20, "x")))) == pytest.approx(100)


def test_a_word_is_never_wider_than_its_column():
    rows = cells(("comparison", "word " * 80, "unverified"), ("x", "word " * 60, "criteria met"))
    widths = pdf.column_widths_of(rows)
    for column, width in zip(zip(*rows, strict=True), widths, strict=True):
        assert max(map(pdf.unbroken, column)) <= width / 100 * pdf.LINE


def test_the_longer_text_has_the_wider_column():
    short, long = pdf.column_widths_of(cells(("word " * 10, "word " * 90)))
    assert short < long < 90


def test_a_table_of_short_texts_gives_each_column_what_it_needs():
    narrow, wide = pdf.column_widths_of(cells(("x", "ten letters"), ("y", "ten letters")))
    assert wide > 2 * narrow


def test_a_number_with_its_word_stays_on_one_line():
    assert pdf.unbroken(cells(("over\u00a0100,000",))[0][0]) > pdf.unbroken(cells(("over 100,000",))[0][0])


def test_a_date_stays_on_one_line_and_a_hyphen_between_words_does_not():
    day, word = cells(("2024-11-05", "state-owned"))[0]
    assert pdf.unbroken(day) == pdf.wide("2024-11-05")
    assert pdf.unbroken(word) == max(pdf.wide("state-"), pdf.wide("owned"))


def test_an_ideograph_is_as_wide_as_it_is_high():
    assert pdf.wide("火炬") == 2


def test_a_row_that_spans_columns_does_not_count():
    soup = BeautifulSoup("<table><tr><td colspan=2>A very long heading of a band</td></tr></table>", "html.parser")
    band = soup.find_all("td")
    rows = cells(("a", "b"))
    assert pdf.column_widths_of([band, *rows]) == pdf.column_widths_of(rows)


@pytest.mark.parametrize(("rows", "whole"), [(3, True), (pdf.WHOLE_ROWS + 5, False)])
def test_a_short_table_stays_on_one_page_with_its_caption(rows, whole):
    body = "<tr><td>a</td></tr>" * rows
    soup = BeautifulSoup(
        f"<table><caption>Table</caption><thead><tr><th>A</th></tr></thead>{body}</table>", "html.parser"
    )
    pdf.prepare_table(soup.table, soup)
    assert (soup.find(class_="keep") is not None) == whole
    assert [each.name for each in soup.table.find_all(recursive=False)][:3] == ["caption", "colgroup", "thead"]
    assert soup.th["scope"] == "col"


def test_what_heads_a_column_of_heads_is_a_cell():
    row = "<tr><th>Claim</th><td>Value</td></tr>"
    html = f"<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody>{row * 2}</tbody></table>"
    soup = BeautifulSoup(html, "html.parser")
    pdf.prepare_table(soup.table, soup)
    assert [cell.name for cell in soup.thead.find_all(["td", "th"])] == ["td", "th"]
    assert [head["scope"] for head in soup.find_all("th")] == ["col", "row", "row"]


def test_a_drawing_becomes_a_picture_with_a_description_and_an_icon_goes():
    html = '<p><svg width="9" viewBox="0 0 9 9"><title>3 of 4 criteria met</title></svg><svg><path d="M0 0"/></svg></p>'
    soup = BeautifulSoup(html, "html.parser")
    pdf.place_drawings(soup.p, soup)
    (image,) = soup.p.find_all(recursive=False)
    assert (image.name, image["width"]) == ("img", "9")
    assert image["alt"].endswith("3 of 4 criteria met")
    assert image["src"].startswith("data:image/svg+xml;")


def test_a_link_to_nowhere_is_found():
    assert pdf.dangling('<a href="#there">x</a><a href="#gone">y</a><p id="there">z</p>') == ["gone"]
