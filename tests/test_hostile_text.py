"""Text of the data reaches pages, PDF, drawings and machine-readable parts as text, whatever it holds.

Without these a title of a source could carry a script into every page that names it.
"""

import csv
import json
import re
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
import real_project
import tiny_project
import yaml
from bs4 import BeautifulSoup
from finished import text_of

from torch_program.intake import description

pytestmark = pytest.mark.process
HOSTILE = (
    "<script>alert(1)</script><b>fat</b></title></script> {{ 7*7 }} $E=mc^2$ `code` "
    '[click](javascript:alert(1)) ![spy](http://192.0.2.1/spy.png) {glue:}`x` <!-- & " onfocus="x" \'q\''
)
MARK = "alert(1)"  # what a reader must see of it, as text


def edit_table(path: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, fields = [change(row) for row in reader], reader.fieldnames
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


CLAIMS = """\
text_date: "2023-12-31"
claims:
  - id: zones-over-170
    name: number of zones
    section: "2.1"
    kind: number
    statement: There are over 170 zones.
    test: {op: over, value: 170, unit: count}
    as_of: "2023"
    window: 3
    facets: {quantity: count of zones, numerator: national high-tech zones, mode: stock, scope: approved zones}
  - id: established-1988
    section: "2.1"
    kind: fact
    statement: The first zone is of 1988.
    parts: [{id: year, says: it is of 1988}]
  - {id: patents-over-20pct, section: "3.1", kind: opinion, statement: It is said.}
  - {id: oecd-28pct-attribution, section: "4.1", kind: opinion, statement: It is said.}
  - {id: global-citations-28pct, section: "4.1", kind: opinion, statement: It is said.}
  - {id: guidance-over-60pct-early, section: "3.2", kind: opinion, statement: It is said.}
"""
SECTION = [  # a section that shows all that a section shows of its data
    tiny_project.PARAMETERS,
    """\
from torch_program import charts, evidence
from torch_program.section import Section
section = Section("2.1", edition=edition, cutoff=cutoff)
ev = evidence.load("torch_zones", cutoff=cutoff)
counts = ev.frame("htz_count", "All zones")
section.claims_box()
""",
    'section.judge_fact("established-1988", {"year": ev.dated("zhongguancun-1988")})',
    'section.judge_number("zones-over-170", ev.measures("htz_count"), ev.credit(counts));',
    "%%prose\nThere are {zones}.",
    """\
section.stat("zones", counts.iloc[-1])
section.show(charts.line_chart(ev.annual("htz_count"), "Zones", "", ev.credit(counts)), "fig-zones", "Zones.")
""",
    "section.record()",
]


def bare(page: str) -> str:
    """A page of the book without its sentences, which name what these data do not have."""
    return "\n\n".join(re.findall(r"^#+ .*|^:::\{[a-z-]+\}\n(?:.*\n)*?:::$", page, re.MULTILINE)) + "\n"


def create(folder: Path) -> Path:
    """A book with every page that is computed and one section, made from a few rows; returns its folder."""
    root = tiny_project.ROOT
    tiny_project.create(folder)
    shutil.rmtree(folder / "data")
    real_project.sound_data(folder / "data")
    shutil.copy(root / "_config.yml", folder)
    for name in ("_static", "_templates"):
        shutil.copytree(root / "book" / name, folder / "book" / name, dirs_exist_ok=True)
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    for part in toc["parts"]:
        files = [chapter["file"] for chapter in part["chapters"]]
        part["chapters"] = [{"file": f} for f in files if f.startswith("book/") or f == "notebooks/2-1-torch-program"]
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc))
    for path in (root / "book").glob("*.md"):
        (folder / "book" / path.name).write_text(bare(path.read_text(encoding="utf-8")))
    for path in (folder / "notebooks").glob("*.ipynb"):
        path.unlink()
    (folder / "notebooks/2-1-torch-program.ipynb").write_text(tiny_project.notebook("2.1 The zones", SECTION))
    return folder


def spoil(data: Path) -> None:
    """Put the hostile text into every kind of free text, behind what stands there."""

    def behind(*columns: str) -> Callable[[dict[str, str]], dict[str, str]]:
        return lambda row: row | {c: f"{row[c]} {HOSTILE}" for c in columns if row[c]}

    edit_table(data / "sources.csv", behind("title", "title_en", "publisher", "note"))
    edit_table(data / "series.csv", behind("label", "counts", "note"))
    edit_table(data / "timeline.csv", behind("event"))
    edit_table(data / "figures" / "torch_zones.csv", behind("locator", "note"))
    claims = yaml.safe_load(CLAIMS)
    for claim in claims["claims"]:
        claim["statement"] += f" {HOSTILE}"
    (data / "claims.yml").write_text(yaml.safe_dump(claims, allow_unicode=True, sort_keys=False), encoding="utf-8")
    description.describe(data)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That book, made from spoilt data."""
    folder = create(tmp_path_factory.mktemp("hostile") / "project")
    spoil(folder / "data")
    code, said = tiny_project.run(folder, "report")
    assert code == 0, said
    return folder / "_build" / "2026"


def pages(build: Path) -> list[Path]:
    return sorted(build.glob("html/*/*.html"))


def test_pages_hold_it_as_text_and_run_nothing(build: Path) -> None:
    shown = 0
    for page in pages(build):
        soup = BeautifulSoup(page.read_bytes(), "html.parser")
        for script in soup.find_all("script"):
            kind = script.get("type", "")
            if "json" in kind:
                json.loads(script.string)
            else:
                assert MARK not in (script.string or ""), page.name
        assert not [b for b in soup.find_all("b") if "fat" in b.get_text()], page.name
        for tag in soup.find_all(True):
            for name in ("href", "src", "action", "data"):
                target = str(tag.get(name, ""))
                assert not re.match(r"\s*javascript:", target), (page.name, target)
                assert "192.0.2.1" not in target, (page.name, target)
            assert not [a for a in tag.attrs if a.startswith("on")], (page.name, tag.attrs)
        text = soup.get_text()
        shown += MARK in text
        assert "{{ 49 }}" not in text and " 49 $" not in text
    assert shown >= 10


def test_drawings_are_whole_and_hold_no_script(build: Path) -> None:
    drawings = sorted(build.glob("html/figures/*.svg"))
    assert any(MARK in drawing.read_text() for drawing in drawings)
    for drawing in drawings:
        tree = ElementTree.parse(drawing)
        assert not [e for e in tree.iter() if e.tag.endswith("}script") or any(a.startswith("on") for a in e.attrib)]


def test_tables_and_results_hold_it_as_it_was_written(build: Path) -> None:
    claims = {c["id"]: c for c in json.loads((build / "results.json").read_text())["claims"]}
    assert claims["zones-over-170"]["statement"].endswith(HOSTILE)


def test_the_pdf_shows_it(build: Path) -> None:
    text = text_of(build / "torch-program.pdf")
    assert MARK in text and "7*7" in text
