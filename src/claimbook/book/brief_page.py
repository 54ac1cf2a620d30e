"""The report in a minute as HTML: the answers in sentences, and one large drawing of what was claimed and found.

The drawing is a table whose middle column is drawn in SVG with places in per cent, so it is as wide as there is room.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from claimbook.book.small_plots import CONTEXT, described, mark, middle
from claimbook.results import brief
from claimbook.results.standing import stands_as
from claimbook.rule.scores import VERDICTS, ScoreRow, score_row, short_verdict
from claimbook.say.numbers import OUT_OF_DATE, Badge, badge_class, number_in_words
from claimbook.say.tones import BAND, CLAIM, GRID, INK, MUTED, OUTCOMES

Claim = Mapping[str, Any]
Link = Callable[[Claim], str]  # address of a claim, or "" where its section is not there

WIDE, TALL, BELOW = 260, 36, 11  # pixels in print; on a page the drawing is as wide as its column
MIDDLE = 24  # of the marks, from above
LEFT, REACH = 2.0, 2.0  # where nought lies in per cent of the width, and how many times the claim fits in
FONT = 'font-family="Claimbook Sans" font-size="12"'


def badge(word: str, kind: str, says: str | None = None) -> str:
    """A word with the shape that the style sheet gives it."""
    return Badge(word if says is None else says, kind, look=word)._repr_html_()


def shape(claim: Claim) -> str:
    """The shape of a verdict alone; its word is said to whoever cannot see it."""
    word = stands_as(claim)
    return f'<span class="verdict verdict-{badge_class(word)}" role="img" aria-label="{escape(word)}"></span>'


def answers(claims: Sequence[Claim], name: Callable[[Claim], str], link: Link) -> str:
    """Lead, answers and firmness, each sentence with its marks and links."""
    parts = [f'<p class="lead">{escape(brief.lead(claims, name))}</p>', '<div class="answers">']
    for answer in brief.answers(claims):
        points = "".join(f"<li>{point_html(point, name, link)}</li>" for point in answer.points)
        parts.append(
            f'<div class="answer answer-{answer.id}"><h2>{answer.heading}</h2><ul class="points">{points}</ul></div>'
        )
    parts.append(f'</div>\n<p class="firmness">{escape(brief.firmness(claims))}</p>')
    return "\n".join(parts)


def retested(claims: Sequence[Claim], changes: Sequence[Mapping[str, str]], address: str) -> str:
    """What the tests before would say, leading to the list of them."""
    said = brief.retested(claims, changes)
    return f'<p class="firmness">{escape(said)} {linked("Every change", address)}.</p>' if said else ""


def point_html(point: brief.Point, name: Callable[[Claim], str], link: Link) -> str:
    if point.after:
        (claim,) = point.claims
        says = f"“{claim['statement'].rstrip('.')}”" if point.in_full else f"{brief.sentence_case(name(claim))}."
        begun = linked(escape(says), link(claim))
        return f"{shape(claim)}\N{NO-BREAK SPACE}<strong>{begun}</strong> {escape(point.after)}"
    named = [f"{shape(c)}\N{NO-BREAK SPACE}{linked(escape(name(c)), link(c))}" for c in point.claims]
    return escape(point.before) + (f": {', '.join(named)}." if named else "")


def linked(text: str, address: str) -> str:
    return f'<a href="{escape(address)}">{text}</a>' if address else text


# claimed and found -------------------------------------------------------------------------------------------------


def chart(claims: Sequence[Claim], link: Link) -> str:
    """The numbers of the text with what was found, drawn from nought to twice what is claimed."""
    numbers = [c for c in claims if c["kind"] == "number" and c.get("test")]
    if not numbers:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{linked(escape(c["statement"].rstrip(".")), link(c))}</th>'
        f'<td class="plot">{drawing(c, score_row(c))}</td>'
        f'<td class="verdict-of">{badge(stands_as(c), "verdict")}</td></tr>\n'
        for c in numbers
    )
    return f"""<table class="found-chart" id="claimed-and-found">
<caption>Claimed and found: the numbers of the text</caption>
<thead><tr><th scope="col">The text says</th><th scope="col" class="plot">{axis()}</th>\
<th scope="col">Verdict</th></tr></thead>
<tbody>
{rows}</tbody>
</table>"""


def at(multiple: float) -> str:
    """Place of a multiple of the claim across the drawing; what lies beyond stops at its edge."""
    share = min(max(multiple, 0), REACH) / REACH
    return f"{LEFT + share * (100 - 2 * LEFT):.1f}%"


def svg(title: str, tall: int, drawn: str) -> str:
    return (
        f'<svg class="small-plot found-plot" role="img" width="{WIDE}" height="{tall}">'
        f"<title>{escape(title)}</title>{drawn}</svg>"
    )


def text(x: str, y: float, says: str, colour: str, kind: str, anchor: str = "middle", weight: int = 400) -> str:
    return (
        f'<text class="{kind}" x="{x}" y="{y:g}" text-anchor="{anchor}" fill="{colour}" font-weight="{weight}" {FONT}>'
        f"{escape(says)}</text>"
    )


def axis() -> str:
    """Names of nought, the claim and twice the claim."""
    named = (("0", 0, "start"), ("as claimed", 1, "middle"), ("twice", 2, "end"))
    drawn = "".join(text(at(m), 13, says, MUTED, "axis", anchor) for says, m, anchor in named)
    return svg("Scale: nought, as claimed, twice as much", 18, drawn)


def drawing(claim: Claim, row: ScoreRow) -> str:
    drawn = list(parts(claim, row))
    return svg(described(claim, row), TALL + BELOW * any("rings" in part for part in drawn), "".join(drawn))


def parts(claim: Claim, row: ScoreRow) -> Iterator[str]:
    """Values that pass as a band, the claim as a line, what decides as a bar from nought, other readings as rings."""
    low, high = row.passes or (1, 1)
    left, right = (float(at(m)[:-1]) for m in (low, high))
    yield f'<rect class="passes" x="{left}%" y="15" width="{max(right - left, 0.6):.1f}%" height="18" fill="{BAND}"/>'
    yield f'<line class="years" x1="{at(0)}" x2="{at(0)}" y1="15" y2="33" stroke="{GRID}"/>'
    yield f'<line class="claimed" x1="{at(1)}" x2="{at(1)}" y1="13" y2="35" stroke="{CLAIM}" stroke-width="2"/>'
    yield text(at(1), 11, row.claimed, CLAIM, "says")
    if row.low is not None or row.high is not None:
        yield from decided(row)
        return
    yield text(at(0), 11, "no figure found", MUTED, "none", "start", 600)
    rings = sorted({m["value"] for m in claim["measures"] if m["match"] in CONTEXT})
    for value in rings:
        x = at(value / claim["test"]["value"])
        yield f'<circle class="context" cx="{x}" cy="{MIDDLE}" r="3.2" fill="none" stroke="{MUTED}"/>'
    if rings:
        ends = dict.fromkeys(number_in_words(v, claim["test"]["unit"]) for v in (rings[0], rings[-1]))
        yield text(at(REACH), TALL + 8, f"other years and readings: {' to '.join(ends)}", MUTED, "rings", "end")


def decided(row: ScoreRow) -> Iterator[str]:
    """The bar from nought to the value that decides, its mark and its words."""
    look = OUTCOMES[row.outcome]
    kind = f"outcome-{'close' if row.verdict == OUT_OF_DATE else row.outcome}"
    colour = VERDICTS[short_verdict(row.verdict)][0]
    value = middle(row)
    x = at(value)
    yield (
        f'<line class="{kind} bar" x1="{at(0)}" x2="{x}" y1="{MIDDLE}" y2="{MIDDLE}" '
        f'stroke="{colour}" stroke-width="9" stroke-opacity=".45"/>'
    )
    drawn = mark(0, colour, ">" if value > REACH else look.marker, True, kind, MIDDLE)
    yield f'<svg x="{x}" y="0" overflow="visible">{drawn}</svg>'
    side = ("end", -9) if value > 1.75 else ("start", 9)
    words = text(x, MIDDLE + 4, row.found, INK, "found", side[0], 600)
    yield words.replace("<text ", f'<text dx="{side[1]}" ', 1)
