"""Pages as print sets them: text, links, tables, drawings, and the resulting file. All content is hand-made."""

import io
from collections.abc import Callable
from itertools import pairwise
from math import sqrt
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from checkout import ROOT
from finished_report import pdf as read_pdf
from finished_report import text_of, texts_of
from hand_made_records import WORK

from claimbook.pages import pdf, print_pages
from claimbook.pages.pdf import REPLACEMENT, PrintFaulty, elements, typeset, typeset_there
from claimbook.pages.print_pages import Page, read_page
from claimbook.project.folders import write_whole

Make = Callable[..., Page]
KEPT: list[pikepdf.Pdf] = []


@pytest.fixture
def paged(tmp_path: Path) -> Make:
    """Make a page with this content, which may leave out the title. `others` are further pages of the book."""

    def make(inside: str, document: str = "book/here", **others: str) -> Page:
        names = {document: inside} | {f"book/{name}": text for name, text in others.items()}
        for name, text in names.items():
            title = "" if "<h1>" in text else "<h1>Head</h1>"
            html = f'<html><body><h1>Menu</h1><article class="bd-article">{title}{text}</article></body></html>'
            write_whole(tmp_path / f"{name}.html", html.encode())
        pages = [read_page(tmp_path, name, frozenset(names)) for name in names]
        places = {place for each in pages for place in each.ids()} & {link for each in pages for link in each.links()}
        for each in pages:
            each.places = frozenset(places)
        return pages[0]

    return make


def printed(*pages: Page) -> bytes:
    """The pages as a finished file."""
    about = pdf.about_work(WORK) | {"title": "Hand-made", "cover": {}}
    files = pdf.typst_files(pages, about | {"files": [], "parts": []})
    return typeset(files | pdf.style(ROOT))


def tagged(content: bytes, *kinds: str) -> list[Any]:
    """Elements of the structure tree, which live as long as the file that is opened here."""
    document = pikepdf.open(io.BytesIO(content))
    KEPT.append(document)
    return list(elements(document.Root.StructTreeRoot, *kinds))


# text -------------------------------------------------------------------------------------------------------------


SIGNS = ("1. #let x = $a_b$ @c <d> *e* `f`", "// -- ... ~ \\n \\ \" ' [g] {h} = i", "- + / j")
PRINTED = {f"<p>{words.replace('<', '&lt;')}</p>": words for words in SIGNS}
PRINTED['<p>One <em>and</em> <b>two</b> <img src="https://example.org/a.png" alt="threes"></p>'] = "One and two threes"
PRINTED |= {f"<{tag}>\n<span>a</span> = 1\n</{tag}>": "a = 1" for tag in ("code", "pre")}
PRINTED["<p>One ꙮ and two.</p>"] = f"One {REPLACEMENT} and two."
EMPTY = ("p", "em", "strong", "sub", "sup", "code", "pre", "blockquote", "ul", "ol", "dl")
PRINTED |= {f"<p>Before</p><{tag}></{tag}><p>after</p>": "Before" for tag in EMPTY}


@pytest.mark.parametrize(("html", "says"), PRINTED.items())
def test_every_character_is_printed_as_itself_or_marked_with_the_blanks_between_elements(paged, html, says):
    assert says in text_of(printed(paged(html)))


def test_chinese_has_its_language(paged):
    content = printed(paged("<p>The Library Plan (图书计划) began.</p>"))
    assert "(图书计划)" in text_of(content)
    assert b"zh-CN" in read_pdf(content)[0].read_contents()


def test_a_fold_for_reviewers_is_printed_open_and_without_its_handle(paged):
    html = '<details class="reviewer"><summary>All 9</summary><p>Measured</p></details>'
    source = paged(html).xml()
    assert "Measured" in source and "All 9" not in source


def test_a_footnote_is_printed_at_its_mark(paged):
    note = '<aside class="footnote-list"><aside class="footnote" id="n1"><p>The note.</p></aside></aside>'
    here = paged(f'<p>Text<a class="footnote-reference" href="#n1">1</a>.</p>{note}')
    content = printed(*pdf.join_pages([here], "file.pdf"))
    assert text_of(content).count("The note.") == 1
    assert tagged(content, "/Note")


def test_a_number_before_a_title_is_set_apart_and_levels_follow_each_other(paged):
    links = '<p><a href="#s">here</a> <a href="#t">there</a></p>'
    deep = '<section id="t"><h4>Deep</h4></section>'
    content = printed(paged(f'<section id="s"><h1>2.1 The towns</h1>{links}{deep}</section>'))
    assert len(tagged(content, "/Link")) == 2
    assert "Section 2.1" in text_of(content)
    assert [title for level, title, _ in read_pdf(content).get_toc() if level == 1] == ["2.1 The towns"]
    assert tagged(content, "/H2") and not tagged(content, "/H4")


# links ------------------------------------------------------------------------------------------------------------


def test_links_lead_to_places_of_the_book(paged):
    here = paged(
        '<p><a href="#a">own</a> <a href="there.html#b">other</a> <a href="there.html">page</a></p><p id="a">A</p>',
        there='<h1>There</h1><p id="b">B</p>',
    )
    assert set(here.links()) == {"page-book-here--a", "page-book-there--b", "page-book-there"}


@pytest.mark.parametrize(
    "there", ['<h1>There</h1><p id="b">B</p>', '<section id="b"><h1>There</h1><p>Text.</p></section>']
)
def test_a_link_to_another_chapter_or_a_place_in_it_gives_its_page_in_a_table_alone(paged, there):
    link = '<a href="there.html#b">B</a>'
    row = f"<tr><td>{link}</td><td>x</td></tr>"
    here = paged(f"<p>See {link}.</p>{table(row)}", there=there)
    other = read_page(here.pages, "book/there", here.known)
    other.places = here.places
    text = text_of(printed(here, other))
    assert "See B." in text and "B (p. 2)" in text.replace("\xa0", " ")


def test_a_file_next_to_the_pages_is_not_linked_to_and_an_address_is(paged):
    here = paged('<p><a href="../x.csv">data</a> <a href="https://example.org/?a=1&amp;b=2">site</a></p>')
    assert not set(here.links())
    links = [link.get("uri") for each in read_pdf(printed(here)) for link in each.get_links()]
    assert links == ["https://example.org/?a=1&b=2"]


def test_a_broken_link_is_reported_and_a_link_to_a_page_that_is_left_out_is_printed_as_text(paged):
    here = paged('<p><a href="#gone">somewhere</a></p>')
    with pytest.raises(pdf.PrintFaulty, match="^file.pdf: a link leads to page-book-here--gone, which none of"):
        pdf.join_pages([here], "file.pdf")
    here = paged('<p><a href="#left">else</a></p><p id="left">Left.</p>')
    print_pages.leave_out(here, [e for e in here.article.iter("p") if e.get("id") == "left"])
    pdf.join_pages([here], "file.pdf")
    text = text_of(printed(here))
    assert "else" in text and "Left." not in text


def test_a_number_leads_to_its_source_where_the_register_is_not_printed(paged):
    here = paged('<p><a href="evidence.html#source-one--series">5</a></p>', bibliography="<h1>List</h1>")
    assert list(here.links()) == ["page-book-bibliography--source-one"]


def test_what_is_not_printed_is_linked_to_on_the_web_if_it_is_there(paged):
    here = paged('<p><a href="../notebooks/a.html#claim-b">claim</a></p>')
    address = next(here.article.iter("a")).get("href")
    assert here.target(address) == ""
    here.site = "https://example.org/2026/"
    assert here.target(address) == "https://example.org/2026/notebooks/a.html#claim-b"


# tables -----------------------------------------------------------------------------------------------------------


def table(rows: str) -> str:
    return f"<table><caption>Table 1</caption><thead><tr><th>A</th><th>B</th></tr></thead><tbody>{rows}</tbody></table>"


def test_heads_of_columns_and_of_rows_are_tagged_as_what_they_are(paged):
    content = printed(paged(table("<tr><th>Claim</th><td><p>Value</p></td></tr>" * 2)))
    about = [cell.A if isinstance(cell.A, pikepdf.Dictionary) else cell.A[0] for cell in tagged(content, "/TH")]
    assert [str(each.Scope) for each in about] == ["/Column", "/Column", "/Row", "/Row"]
    assert len(tagged(content, "/TD")) == 2 and not tagged(content, "/P"), "a cell of one paragraph has none"


def test_a_line_across_a_table_is_a_cell_of_it(paged):
    content = printed(paged(table('<tr><td class="band" colspan="2">Band</td></tr><tr><td>x</td><td>y</td></tr>')))
    assert len(tagged(content, "/TH")) == 2 and tagged(content, "/TD")[0].A.ColSpan == 2


@pytest.mark.parametrize(("rows", "pages"), [(8, 1), (30, 2)])
def test_a_short_table_stays_on_one_page_with_its_caption(paged, rows, pages):
    before = "<p>Text before.</p>" * 26
    content = printed(paged(f"{before}{table('<tr><td>cell</td><td>x</td></tr>' * rows)}"))
    shown = texts_of(content)
    assert sum("cell" in text for text in shown) == pages
    assert "cell" in next(text for text in shown if "Table 1" in text)


@pytest.fixture
def widths(paged) -> Callable[..., list[float]]:
    """Return the widths of the columns of a table with one row of these cells, in points."""

    def measured(*cells: str) -> list[float]:
        head, row = "<th>Aaa</th><th>Bbb</th><th>Ccc</th>", "".join(f"<td>{cell}</td>" for cell in cells)
        html = f"<table><thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></tbody></table>"
        sheet = read_pdf(printed(paged(html)))[0]
        edges = [sheet.search_for(word)[0].x0 for word in ("Aaa", "Bbb", "Ccc")]
        return [right - left for left, right in pairwise([*edges, sheet.rect.width - edges[0]])]

    return measured


def test_a_table_is_as_wide_as_its_texts(widths):
    first, second, _ = widths("word", "word", "word")
    assert first == pytest.approx(second) and first < 30


# Chinese letters are as wide as two: as many others would fit on the line
@pytest.mark.parametrize(("long", "longer"), [("long " * 30, "long " * 120), ("字" * 25, "字" * 90)])
def test_long_texts_share_the_line_that_short_ones_leave(widths, long, longer):
    first, second, third = widths("word", long, longer)
    assert first == widths("word", "word", "word")[0]
    assert third / second == pytest.approx(sqrt(len(longer) / len(long)), rel=0.05)


def test_no_column_is_narrower_than_its_longest_word(widths, paged):
    first, second, _ = widths("contradicted so far", "long " * 900, "word")
    word = read_pdf(printed(paged(table("<tr><td>contradicted</td><td>x</td></tr>"))))[0]
    (box,) = word.search_for("contradicted")
    assert box.width < first < second / 5


def test_the_figures_of_a_source_are_a_paragraph_for_each_series(paged):
    rows = [("X", "2019", "5", "count", "p. 1", "estimate"), ("X", "2020", "6", "percent", "", ""), ("Y", "2020", "7")]
    cells = ["".join(f"<td>{cell}</td>" for cell in (*row, *[""] * 6)[:6]) for row in rows]
    body = '<tr id="s"><td class="band" colspan="6">Made things</td></tr>' + "".join(f"<tr>{row}</tr>" for row in cells)
    here = paged(f'<p><a href="#s">there</a></p><table class="figures"><tbody>{body}</tbody></table>')
    content = printed(here)
    assert "Made things. X 2019: 5 (p. 1; estimate); 2020: 6 percent; Y 2020: 7" in text_of(content)
    assert not tagged(content, "/Table") and tagged(content, "/Link")


def test_long_registers_are_in_the_annex_under_the_heading_that_they_had(paged):
    rows = "<tr><td>x</td></tr>" * (print_pages.MOST_ROWS + 1)
    long, short = (f'<table class="register">{some}</table>' for some in (rows, "<tr><td>x</td></tr>"))
    here = paged(f"<section><h1>Gaps</h1><section><h2>Not seen</h2>{long}</section><h2>Seen</h2>{short}</section>")
    (section,) = print_pages.lists_of(here, under_title=False)
    assert section[0].text == "Not seen" and len(list(section[1].iter("tr"))) > print_pages.MOST_ROWS


# drawings ---------------------------------------------------------------------------------------------------------


FIGURE = '<figure id="fig-a"><svg aria-label="What it shows"></svg><figcaption><p>Its caption</p></figcaption></figure>'


def drawing(height: int) -> dict[str, str]:
    words = f'<text x="9" y="20">first</text><text x="9" y="{height - 9}">last</text>'
    return {"fig-a": f'<svg xmlns="http://www.w3.org/2000/svg" width="600" height="{height}">{words}</svg>'}


@pytest.mark.parametrize("height", [400, 3000])
def test_a_chart_of_any_height_stays_on_the_page_of_its_caption(paged, height):
    shows = paged(f"{'<p>Text</p>' * 20}{FIGURE}")
    shows.drawings = drawing(height)
    content = printed(shows)
    assert [str(figure.Alt) for figure in tagged(content, "/Figure")] == ["What it shows"]
    with_caption = next(text for text in texts_of(content) if "Its caption" in text)
    assert "first" in with_caption and "last" in with_caption


@pytest.mark.parametrize("lines", range(2, 26, 4))
def test_a_chart_stays_below_the_title_of_its_section(paged, lines):
    before = paged(f"<h1>2. One</h1>{'<p>Text</p>' * lines}", "book/one")
    shows = paged(f"<h1>3. Other</h1><p>Text</p>{FIGURE}{'<p>Text</p>' * 30}", "book/two")
    shows.drawings = drawing(300)
    sheets = list(read_pdf(printed(before, shows)))
    title, chart = (min((s.number, at.y0) for s in sheets for at in s.search_for(word)) for word in ("Other", "first"))
    assert title < chart


# the file ---------------------------------------------------------------------------------------------------------


def test_a_mistake_in_the_style_is_reported_with_its_place_here_or_if_the_process_for_it_is_gone(monkeypatch):
    monkeypatch.setattr(pdf, "typesetter", lambda: Pipe()[0])  # the other end is closed
    files = {"main.typ": b'#import "print.typ" as h\n#h.a', "print.typ": b"#let a = 1\n#nothing"}
    for make in (typeset, typeset_there):
        with pytest.raises(PrintFaulty, match="cannot be set: unknown variable: nothing, print.typ:2$"):
            make(files)
