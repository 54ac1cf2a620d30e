"""The scorecard of the front page: what the verdicts add up to, and every claim with its evidence as a small drawing.

It is a table of plain HTML that needs no script; book/_static/scorecard.js adds filters and orders.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from torch_program import results
from torch_program.citation import metadata, references
from torch_program.claims import read_ledger
from torch_program.numbers import badge_class
from torch_program.periods import in_words
from torch_program.scores import MET, REACH, VERDICTS, ScoreRow, score_row, short_verdict
from torch_program.sphinx_ext.pdf import PDF_NAME
from torch_program.standing import GROUPS, KINDS_TOLD, counted, group_of, stands_as, tally
from torch_program.tones import BAND, CLAIM, GRID, MUTED, OUTCOMES, PAPER

LEDGER = "data/claims.yml"
KINDS = ("number", "comparison", "fact", "causal", "opinion")  # from what figures settle best to what they cannot
FIRMNESS = ("stable", "one origin", "fragile", "no evidence", "")
CONTEXT = frozenset({"reading", "same, earlier", "same, later"})  # same unit and kind; near evidence is not drawn here
SHOWN = {True: MET["met"], False: (MUTED, "s", False)}  # a finding that decides, and one too weak to


@dataclass(frozen=True)
class Card:
    """Everything the scorecard shows. `claims` are in the order of the text, `documents` by section."""

    claims: tuple[Mapping[str, Any], ...]
    documents: Mapping[str, str]
    edition: str
    cutoff: dt.date
    text_date: dt.date  # assumed, because the text has none
    cite: str
    pdf: bool


def read_card(source: Path, pdf: bool) -> Card:
    """The card of the executed notebooks in a source tree."""
    records = {path: results.read_file(path) for path in metadata.executed(source).values()}
    claims = [claim for record in records.values() for claim in record["claims"]]
    work = metadata.read(source)
    ledger = read_ledger(source / LEDGER)
    return Card(
        claims=tuple(results.with_unassessed(claims, ledger.claims)),
        documents={record["section"]: f"notebooks/{path.stem}" for path, record in records.items()},
        edition=work.edition,
        cutoff=work.cutoff,
        text_date=dt.date.fromisoformat(ledger.text_date),
        cite=references.apa(references.report(work)),
        pdf=pdf,
    )


# words -------------------------------------------------------------------------------------------------------


def answer(claims: Sequence[Mapping[str, Any]]) -> str:
    """The result in a few sentences, with every number counted; kinds of claims are never added up."""
    said = [
        f"A policy text makes {len(claims)} statements about China’s Torch Program (火炬计划) and its support of deep "
        "technology."
    ]
    for nouns, kinds in KINDS_TOLD:
        own = [c for c in claims if c["kind"] in kinds and group_of(c).id != "unscored"]
        if own:
            said.append(f"Of its {counted(len(own), nouns)}, {tally(own)}.")
    in_part = sum("as far as tested" in c["verdict"] for c in claims)
    if in_part:
        said.append(f"{counted(in_part, KINDS_TOLD[1][0])} could be tested in part only.")
    unscored = sum(group_of(c).id == "unscored" for c in claims)
    if unscored:
        apart = "stands" if unscored == 1 else "stand"
        said.append(f"{counted(unscored, ('statement', 'statements'))} cannot be decided by figures and {apart} apart.")
    return " ".join(said)


def found_in_words(claim: Mapping[str, Any], row: ScoreRow) -> str:
    """What was found, in a few words."""
    if claim["kind"] == "opinion" or claim["verdict"] == results.NOT_ASSESSED:
        return ""
    if row.criteria:
        return criteria_in_words(row.criteria)
    if claim["kind"] == "causal":
        sides = Counter(bool(m["opposes"]) for m in claim["measures"] if m["decides"])
        parts = ((sides[False], "agrees", "agree"), (sides[True], "disagrees", "disagree"))
        return ", ".join(f"{n} {one if n == 1 else many}" for n, one, many in parts if n) or "no published estimate"
    if claim["kind"] == "number":
        return row.found or "no figure decides"
    dates = sorted(m["period"][:4] for m in claim["measures"] if m["decides"])
    if not dates:
        return "no document decides" if claim["measures"] else "no document found"
    return f"documented {dates[0]}" + (f"–{dates[-1]}" if dates[-1] != dates[0] else "")


def criteria_in_words(criteria: Sequence[str]) -> str:
    """What the criteria came to: "2 of 3 criteria met", "1 met, 2 without data", "no data"."""
    counts = Counter(criteria)
    met, failed, across = counts["met"], counts["not met"], counts["on the line"]
    if met + failed == len(criteria):
        return f"{met} of {len(criteria)} criteria met"
    empty = len(criteria) - met - failed - across
    if empty == len(criteria):
        return "no data"
    parts = ((met, "met"), (failed, "not met"), (across, "on the line"), (empty, "without data"))
    return ", ".join(f"{n} {word}" for n, word in parts if n)


# drawings ----------------------------------------------------------------------------------------------------

WIDE, TALL = 150, 22  # CSS pixels
EDGE = 7  # room for a mark at either end
FIRST_YEAR = 1985  # just before the programme began


def small_plot(claim: Mapping[str, Any], row: ScoreRow, last_year: int) -> str:
    """The evidence of a claim as SVG, or "" where there is nothing to draw."""
    if row.passes:
        drawn = "".join(number_plot(claim, row))
    elif row.criteria:
        drawn = "".join(criteria_plot(row.criteria))
    elif claim["kind"] == "fact" and claim["measures"]:
        drawn = "".join(dates_plot(claim["measures"], last_year))
    else:
        return ""
    title = escape(described(claim, row))
    return (
        f'<svg class="small-plot" role="img" width="{WIDE}" height="{TALL}" viewBox="0 0 {WIDE} {TALL}">'
        f"<title>{title}</title>{drawn}</svg>"
    )


def described(claim: Mapping[str, Any], row: ScoreRow) -> str:
    """What a small drawing shows."""
    found = found_in_words(claim, row)
    return f"claimed {row.claimed}, {found}" if row.claimed else found


def number_plot(claim: Mapping[str, Any], row: ScoreRow) -> Iterator[str]:
    """Values that pass as a band, the claim as a line, other years and readings open, what decides filled."""
    low, high = (place(m) for m in row.passes or (1, 1))
    wide = max(high - low, 1)
    yield f'<rect class="passes" x="{low:.1f}" y="2" width="{wide:.1f}" height="{TALL - 4}" fill="{BAND}"/>'
    yield f'<path class="claimed" d="M{place(1):.1f} 1V{TALL - 1}" stroke="{CLAIM}" stroke-width="1.5"/>'
    others = sorted({m["value"] / claim["test"]["value"] for m in claim["measures"] if m["match"] in CONTEXT})
    for x in dict.fromkeys(round(place(other), 1) for other in others):
        yield f'<circle class="context" cx="{x}" cy="{TALL / 2:g}" r="2.4" fill="none" stroke="{MUTED}"/>'
    if row.low is None or row.high is None:
        return
    look = OUTCOMES[row.outcome]
    left, right = place(row.low), place(row.high)
    yield (
        f'<path class="outcome-{row.outcome}" d="M{left:.1f} {TALL / 2:g}H{right:.1f}" stroke="{look.color}" '
        'stroke-width="4" stroke-opacity=".45"/>'
    )
    ends = [m for m in (row.low, row.high) if abs(m) != float("inf")]
    centre = sum(ends) / len(ends)
    marker = ">" if centre > 1 + REACH else "<" if centre < 1 - REACH else look.marker
    yield mark(place(centre), look.color, marker, True, f"outcome-{row.outcome}")


def place(multiple: float) -> float:
    """Pixels of a multiple of the claim, held inside the drawing: its middle is the claim."""
    share = (min(max(multiple, 1 - REACH), 1 + REACH) - 1) / REACH
    return WIDE / 2 + share * (WIDE / 2 - EDGE)


def criteria_plot(criteria: Sequence[str]) -> Iterator[str]:
    """Criteria as signs: met, not met, or without data."""
    order = [*MET]
    ranked = sorted(criteria, key=lambda c: order.index(c) if c in order else len(order))
    for position, word in enumerate(ranked):
        color, marker, filled = MET.get(word, (MUTED, "s", False))
        yield mark(EDGE + 12 * position, color, marker, filled, f"criterion-{word.replace(' ', '-')}")


def dates_plot(measures: Sequence[Mapping[str, Any]], last_year: int) -> Iterator[str]:
    """Dated documents and counts on a line of years that is the same for all facts."""
    yield f'<path class="years" d="M{EDGE} {TALL / 2:g}H{WIDE - EDGE}" stroke="{GRID}"/>'
    span = last_year + 1 - FIRST_YEAR
    for decides, period in sorted({(bool(m["decides"]), m["period"]) for m in measures}):
        year = int(period[:4]) + (int(period[5:7]) / 12 if period[4:5] == "-" and len(period) != 9 else 0.5)
        color, marker, filled = SHOWN[decides]
        x = EDGE + (max(year, FIRST_YEAR) - FIRST_YEAR) / span * (WIDE - 2 * EDGE)
        yield mark(x, color, marker, filled, f"criterion-{'met' if decides else 'no-data'}")


def mark(x: float, color: str, marker: str, filled: bool, kind: str) -> str:
    """One of the shapes of the charts, at half the height."""
    y, r = TALL / 2, 4.2
    paths = {
        "o": f"M{x - r:.1f} {y:g}a{r} {r} 0 1 0 {2 * r:g} 0a{r} {r} 0 1 0 {-2 * r:g} 0z",
        "s": f"M{x - r + 0.6:.1f} {y - r + 0.6:.1f}h{2 * r - 1.2:.1f}v{2 * r - 1.2:.1f}h{1.2 - 2 * r:.1f}z",
        "D": f"M{x:.1f} {y - r:.1f}l{r} {r} {-r} {r} {-r} {-r}z",
        "<": f"M{x - r:.1f} {y:g}l{2 * r:g} {-r}v{2 * r:g}z",
        ">": f"M{x + r:.1f} {y:g}l{-2 * r:g} {-r}v{2 * r:g}z",
        "X": f"M{x - 3.2:.1f} {y - 3.2:.1f}l6.4 6.4M{x + 3.2:.1f} {y - 3.2:.1f}l-6.4 6.4",
    }
    if marker == "X":
        return f'<path class="{kind} cross" d="{paths["X"]}" stroke="{color}" stroke-width="2.2" fill="none"/>'
    look = f'fill="{color}"' if filled else f'fill="{PAPER}" stroke="{color}" stroke-width="1.3"'
    return f'<path class="{kind}{"" if filled else " unfilled"}" d="{paths[marker]}" {look}/>'


# page --------------------------------------------------------------------------------------------------------


def badge(word: str, kind: str, says: str | None = None) -> str:
    """A word with the shape that the style sheet gives it."""
    return f'<span class="{kind} {kind}-{badge_class(word)}">{escape(word if says is None else says)}</span>'


def render(card: Card, link: Callable[[str, str], str], title: Callable[[str], str]) -> str:
    """The scorecard as HTML. `link(document, anchor)` gives an address, `title(document)` the title of a page."""
    facts = [
        f"Edition {escape(card.edition)}",
        f"evidence published up to {in_words(card.cutoff)}",
        f'the text is undated and <a href="{link("book/methods", "the-day-of-the-text")}">assumed to be of '
        f"{in_words(card.text_date)}</a>",
        f'<a href="{link("", PDF_NAME)}">PDF</a>' if card.pdf else "",
        f'<a href="{link("book/cite", "")}">how to cite</a>',
        f'<a href="{link("book/methods", "")}">how verdicts are made</a>',
    ]
    return f"""<div class="scorecard" data-claims="{len(card.claims)}">
<p class="lead">{escape(answer(card.claims))}</p>
<p class="edition">{" · ".join(fact for fact in facts if fact)}</p>
{summary(card.claims)}
{controls(card, title)}
<p class="key">{KEY}</p>
<table class="claims">
<caption>All claims of the text, what was found, and the verdict on each</caption>
<thead><tr><th scope="col">Claim</th><th scope="col">Claimed</th><th scope="col">Evidence</th>\
<th scope="col">Verdict</th><th scope="col">Robustness</th></tr></thead>
<tbody>
{"".join(table_rows(card, link))}</tbody>
</table>
<p class="none" hidden>No claim fits this choice.</p>
<p class="cite">{escape(card.cite)}</p>
</div>"""


KEY = (
    "<strong>Numbers:</strong> the band holds the values that pass, the line is the claim, a filled mark decides, "
    "rings are other years and readings. <strong>Comparisons:</strong> "
    f"{badge('supported', 'verdict', '')}met, {badge('not supported', 'verdict', '')}not met, "
    f"{badge('unverified', 'verdict', '')}no data. <strong>Facts:</strong> the dates of what documents them."
)


def summary(claims: Sequence[Mapping[str, Any]]) -> str:
    """How many claims each group has, plain facts apart, with a shape for every claim."""
    items = []
    for group in GROUPS:
        own = [c for c in claims if group_of(c) == group]
        facts = sum(c["kind"] == "fact" for c in own)
        shapes = "".join(
            badge(v, "verdict", "")
            for v in sorted((short_verdict(stands_as(c)) for c in own), key=list(VERDICTS).index)
        )
        beside = f' <span class="facts">and {counted(facts, KINDS_TOLD[2][0])}</span>' if facts else ""
        items.append(
            f'<li data-group="{group.id}"><div class="choice"><span class="count">{len(own) - facts}</span> '
            f'<span class="says">{group.says}{beside}</span>'
            f'<span class="shapes" aria-hidden="true">{shapes}</span></div></li>'
        )
    return f'<ul class="verdicts" aria-label="Verdicts">{"".join(items)}</ul>'


def controls(card: Card, title: Callable[[str], str]) -> str:
    """What a script fills with life; without one it stays hidden."""
    sections = dict.fromkeys(c["section"] for c in card.claims)
    names = {s: title(card.documents[s]) if s in card.documents else f"Section {s}" for s in sections}
    options = "".join(f'<option value="{escape(s)}">{escape(name)}</option>' for s, name in names.items())
    return (
        '<form class="controls web-only" hidden>'
        f'<label>Section <select name="section"><option value="">all</option>{options}</select></label>'
        '<label>Order <select name="order"><option value="kind">numbers first</option>'
        '<option value="place">as in the text</option><option value="verdict">by verdict</option>'
        '<option value="firmness">by robustness</option></select></label>'
        '<button type="reset">Show all</button>'
        '<output aria-live="polite"></output></form>'
    )


def table_rows(card: Card, link: Callable[[str, str], str]) -> Iterator[str]:
    """A row for each claim, numbers first; ranks for the other orders stand in attributes."""
    verdicts, placed = list(VERDICTS), list(enumerate(card.claims))
    for position, claim in sorted(placed, key=lambda p: (KINDS.index(p[1]["kind"]), p[0])):
        row = score_row(claim)
        ranks = {
            "group": group_of(claim).id,
            "section": claim["section"],
            "kind": KINDS.index(claim["kind"]),
            "place": position,
            "verdict": verdicts.index(short_verdict(stands_as(claim))),
            "firmness": FIRMNESS.index(row.robustness) if row.robustness in FIRMNESS else len(FIRMNESS),
        }
        attributes = " ".join(f'data-{name}="{escape(str(value))}"' for name, value in ranks.items())
        statement = escape(claim["statement"].rstrip("."))
        document = card.documents.get(claim["section"])
        if document:
            statement = f'<a href="{link(document, references.claim_anchor(claim["id"]))}">{statement}</a>'
        found = found_in_words(claim, row)
        robust = badge(row.robustness, "robustness") if row.robustness else ""
        plot = small_plot(claim, row, card.cutoff.year)
        yield (
            f'<tr {attributes}><th scope="row">{statement} <span class="where">{escape(claim["section"])}</span></th>'
            f'<td class="says">{escape(row.claimed or claim["kind"])}</td>'
            f'<td class="evidence">{plot}<span class="found">{escape(found)}</span></td>'
            f'<td class="verdict-of">{badge(stands_as(claim), "verdict")}</td><td class="firm">{robust}</td></tr>\n'
        )


class scorecard(nodes.General, nodes.Element):  # noqa: N801  (nodes of docutils are lower case)
    """Holds a Card until the pages are written and links are known."""


class Scorecard(SphinxDirective):
    """`:::{scorecard}`: the verdicts of the executed notebooks."""

    def run(self) -> list[nodes.Node]:
        source = Path(self.env.srcdir)
        for path in (source / LEDGER, source / metadata.FILE, *metadata.executed(source).values()):
            self.env.note_dependency(str(path))
        pdf = "torch_program.sphinx_ext.pdf" in self.env.app.extensions
        return [scorecard(card=read_card(source, pdf))]


def visit_html(self: HTML5Translator, node: scorecard) -> None:
    here, builder = self.builder.current_docname, self.builder

    def link(document: str, anchor: str) -> str:
        if not document:
            return builder.get_relative_uri(here, "index").removesuffix("index.html") + anchor
        return builder.get_relative_uri(here, document) + (f"#{anchor}" if anchor else "")

    def title(document: str) -> str:
        return builder.env.titles[document].astext()

    self.body.append(render(node["card"], link, title))
    raise nodes.SkipNode


def skip(self: Any, node: scorecard) -> None:
    raise nodes.SkipNode


def load(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Style and script of the scorecard, on the page that has one."""
    if doctree is not None and next(doctree.findall(scorecard), None) is not None:
        app.add_css_file("scorecard.css")
        app.add_js_file("scorecard.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_node(scorecard, html=(visit_html, None), text=(skip, None), latex=(skip, None))
    app.add_directive("scorecard", Scorecard)
    app.connect("html-page-context", load)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
