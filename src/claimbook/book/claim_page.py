"""One claim on a page of its own: the same HTML for every claim.

Everything comes from the record of the claim in results.json; whatever it says is text, never markup.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from claimbook.firmness.multiverse import OPEN, SAME, TURNS, agreement
from claimbook.publish.references import Reference, apa, claim_anchor
from claimbook.results import what_if
from claimbook.results.standing import stands_as
from claimbook.rule.scores import score_row
from claimbook.say.about import about
from claimbook.say.anchors import searches_anchor, source_anchor
from claimbook.say.numbers import Badge, interval_in_words, number_in_words
from claimbook.say.words import counted, listed

Claim = Mapping[str, Any]

TEXT = f"A policy text on {about().subject}"
SAID = {  # verdicts that do not follow "this is"
    "studies": "{verdict}",
    "one study": "{verdict}",
    "partly": "this is right in part",
    "outdated": "this was so, but no more",
    "close": "this is close to what was found",
    "right in size": "this is right in size but out of date",
    "depends on": "this {verdict}",
    "source not found": "the source of this was not found",
    "unverified": "no published evidence decides this",
    "undecided": "published figures leave this undecided",
    "not tested": "this could not be tested",
    "not scored": "this is not scored",
    "not yet assessed": "this is not yet assessed",
}
HEADS = {  # of the table of what decides, by kind of claim
    "number": ("Measure", "Value", "How it counts"),
    "comparison": ("Criterion", "Value and mark", "Result"),
    "fact": ("Document", "Day", "Says"),
    "causal": ("Study", "Day", "Says"),
}
MATCH_WORDS = {  # from what weighs most
    "exact": "exactly this, but a better figure of it decides",
    "reading": "another reading",
    "bound": "a bound",
    "same, later": "the same, of a later year",
    "same, earlier": "the same, of an earlier year",
    "near": "something near",
}
FACET_WORDS = {
    "quantity": "kind of quantity",
    "numerator": "what is counted",
    "base": "of what",
    "mode": "flow or stock",
}
OUTCOME_WORDS = {
    "pass": "as the text says",
    "close": "close to it",
    "low": "less than the text says",
    "high": "more than the text says",
    "undecided": "too vague to tell",
    "so": "it is so",
}
MOST = 8  # rows of the table of measures; the section has all
OTHER_SENTENCE = "Had the text said otherwise (another sentence: it does not count in the firmness)"
NOT_COUNTED = "Word, number and year of the text make another sentence: they count neither above nor in the pairs."
SQUARES = {SAME: '<i class="same"></i>', TURNS: '<i class="turns">×</i>', OPEN: '<i class="open">?</i>'}
PARTS = (  # id, heading; those without content are left out
    ("what-decides", "What decides, and what is near"),
    ("what-if", "What if"),
    ("sought", "Looked for in vain"),
    ("editions", "In each edition"),
    ("would-change", "What would change it"),
    ("cite", "Cite and reuse"),
)


@dataclass(frozen=True)
class Account:
    """A claim, and what stands around it on its page. Addresses are seen from the folder of the page.

    `history` has edition, cut-off day and record of each edition in which the claim was judged; `searches` and `unseen`
    say what was looked for in vain and what is known but was not read.
    """

    claim: Claim
    answer: str  # what was found, as the second half of a sentence
    section: str  # address of the page of its section
    section_title: str
    edition: str
    reference: Reference
    history: Sequence[tuple[str, str, Claim]] = ()
    searches: Sequence[Mapping[str, str]] = ()
    unseen: Sequence[str] = ()
    care: str = ""  # what its words do not say
    chart: str = ""  # its drawing, as SVG with its alternative text
    figure: str = ""  # label of the drawing, under which its files are published
    sources: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # by id, what data/sources.csv says

    @property
    def id(self) -> str:
        return self.claim["id"]

    @property
    def place(self) -> str:
        """Address of the claim in its section."""
        return f"{self.section}#{claim_anchor(self.id)}"

    def source(self, source_id: str) -> str:
        """A source by its publisher and year, leading to what is known of it."""
        known = self.sources.get(source_id, {"publisher": source_id, "published": "", "title": "", "title_en": ""})
        name = f"{known['publisher'].split(',')[0]} {known['published'][:4]}".strip()
        return (
            f'<a href="../book/evidence.html#{source_anchor(source_id)}" '
            f'title="{escape(known["title_en"] or known["title"])}">{escape(name)}</a>'
        )


def conclusion(claim: Claim, answer: str) -> str:
    """What was claimed and what became of it, in one sentence that stands alone."""
    verdict = stands_as(claim)
    begun = next((says for begins, says in SAID.items() if verdict.startswith(begins)), "this is {verdict}")
    found = f": {answer}" if answer else ""
    return f"{TEXT} says “{claim['statement'].rstrip('.')}”; {begun.format(verdict=verdict)}{found}."


# the page ------------------------------------------------------------------------------------------------------


def page(account: Account) -> str:
    """The article of the page."""
    contents = {
        "what-decides": decides(account),
        "what-if": choose(account.claim),
        "sought": sought(account),
        "editions": editions(account),
        "would-change": paragraph(account.claim["would_change"]),
        "cite": reuse(account),
    }
    sections = "\n".join(
        f'<section id="{name}"><h2>{heading}</h2>\n{contents[name]}</section>'
        for name, heading in PARTS
        if contents[name]
    )
    return f"""<div class="claim-page">
<p class="where"><a href="../book/claims.html">All claims</a> · \
<a href="{escape(account.place)}">{escape(account.section_title)}</a></p>
<h1>{escape(account.claim["statement"])}</h1>
<p class="lead">{escape(conclusion(account.claim, account.answer))}</p>
{standing(account)}
{drawing(account)}
{sections}
</div>"""


def paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>" if text else ""


def standing(account: Account) -> str:
    """Verdict, firmness and certainty, each with its reasons, and what to take care of."""
    claim = account.claim
    robust, certain = claim["robustness"], claim.get("certainty") or {}
    verdict = Badge(claim["verdict"], "verdict", stands_as(claim))._repr_html_()
    rows = [("Verdict", verdict, [q for q in claim["qualifiers"] if q != robust["label"]])]
    if robust["label"] not in {"", "not scored"}:
        rows.append(("Firmness", Badge(robust["label"], "robustness")._repr_html_(), list(firmness_reasons(robust))))
    if certain.get("word"):
        word = f"<strong>{escape(certain['word'])}</strong>"
        rows.append(("Certainty", word, [r["says"] for r in certain["reasons"]]))
    if account.care:
        rows.append(("Care", "", [account.care]))
    return f'<dl class="standing">{"".join(standing_row(*row) for row in rows)}</dl>'


def firmness_reasons(robust: Mapping[str, Any]) -> Iterator[str]:
    """Sentences on how firm a verdict is: the line, how many choices agree, and the smallest that turn it."""
    if robust.get("on_the_line"):
        yield "A value lies so near its mark that little would carry it over."
    if n := robust.get("choices", {}).get("of"):
        yield f"The verdict is {agreement(robust['choices']['agree'], n)}."
    for choice, _, verdict in (flip.rpartition(": ") for flip in robust["flips"]):
        yield f"It would be “{verdict}” {choice}."


def standing_row(name: str, word: str, reasons: Sequence[str]) -> str:
    said = escape((" " if name == "Firmness" else " · ").join(reasons))
    return f"<div><dt>{name}</dt><dd>{word} <span>{said}</span></dd></div>"


def drawing(account: Account) -> str:
    """The chart of the claim, and its files."""
    if not account.chart:
        return ""
    kinds = (("svg", "SVG"), ("png", "PNG"), ("csv", "data (CSV)"))
    files = " · ".join(f'<a href="../figures/{escape(account.figure)}.{ext}">{says}</a>' for ext, says in kinds)
    caption = f'<figcaption class="downloads web-only">Chart: {files}</figcaption>'
    return f'<figure class="chart">{account.chart}{caption}</figure>'


def rows_of(table: Sequence[Sequence[str]], head: Sequence[str], caption: str) -> str:
    """A table of HTML cells, the first of each row its heading."""
    heads = "".join(f'<th scope="col">{name}</th>' for name in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>\n'
        for first, *rest in table
    )
    return (
        f'<div class="pst-scrollable-table-container" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><thead><tr>{heads}</tr></thead>\n<tbody>\n{body}</tbody></table></div>\n"
    )


def decides(account: Account) -> str:
    """What decides first, then what is near, the best match first."""
    measures = account.claim["measures"]
    if not measures:
        return paragraph("" if account.claim["kind"] == "opinion" else "No figure and no document was found.")
    latest = sorted(measures, key=lambda m: m["period"], reverse=True)
    ranked = sorted(latest, key=rank)  # which keeps that order among equals
    table = [measure_row(account, m) for m in ranked[:MOST]]
    left = len(ranked) - len(table)
    others = f'{counted(left, "other")}: <a href="{escape(account.place)}">in the section</a>.'
    more = f'<p class="more">{others}</p>' if left else ""
    heads = (*HEADS[account.claim["kind"]], "Grade", "Sources")
    return rows_of(table, heads, "What decides, and what is near") + more


def rank(m: Mapping[str, Any]) -> tuple:
    kind = [*MATCH_WORDS].index(m["match"]) if m["match"] in MATCH_WORDS else 0
    return not m["decides"], not m.get("commensurable", True), kind, m["grade"] or "Z"


def measure_row(account: Account, m: Mapping[str, Any]) -> list[str]:
    sources = ", ".join(account.source(s) for s in dict.fromkeys(m["sources"]))
    sources += "".join(f"<br><q>{escape(words)}</q>" for words in m.get("words", ()))
    return [escape(m["label"]), value(m), how_it_counts(m), escape(m["grade"]), sources]


def how_it_counts(m: Mapping[str, Any]) -> str:
    """What a measure says of the claim, and whether it decides it."""
    said = OUTCOME_WORDS.get(m["outcome"], m["outcome"].removeprefix("so "))
    if m["match"] not in MATCH_WORDS:
        return escape(said)
    if m["decides"]:
        return f"<strong>decides</strong>: {escape(said)}"
    facets = listed(FACET_WORDS.get(facet, facet) for facet in m["differs"])
    differs = f" (differs in {facets})" if m["match"] in {"near", "bound"} else ""
    return escape(f"{MATCH_WORDS[m['match']]}{differs}: {said if m['commensurable'] else 'not comparable'}")


def value(m: Mapping[str, Any]) -> str:
    """A measure with the range that its digits admit, a criterion with its mark, a document with its day."""
    if m["match"] == "part":
        return f"<time>{escape(m['period'] or 'no date')}</time>"
    if m["value"] is None:
        return "no data"
    said = number_in_words(m["value"], m["unit"])
    if m["match"] == "criterion":
        return escape(f"{said} (mark: {m['op']} {m['threshold']:g})" if m.get("threshold") is not None else said)
    low, high = (end if m[name] is None else m[name] for name, end in (("low", -float("inf")), ("high", float("inf"))))
    return escape(f"{said} ({interval_in_words(low, high, m['unit'])})")


def choose(claim: Claim) -> str:
    """Lists to choose from, which a script brings to life, and the table of what every single choice gives."""
    found = what_if.table(claim)
    if not found:
        return ""
    selects = [(select(n, each), each.counts) for n, each in enumerate(what_if.lists(claim))]
    ours, of_the_text = ("".join(html for html, counts in selects if counts is ours) for ours in (True, False))
    other = f'<fieldset><legend>{OTHER_SENTENCE}</legend><div class="lists">{of_the_text}</div></fieldset>'
    rows = [
        (
            escape(name),
            escape(chosen),
            Badge(verdict, "verdict", what_if.look(claim, verdict))._repr_html_(),
            escape(what_if.BECOMES[becomes]),
        )
        for name, chosen, verdict, becomes in what_if.grouped_verdicts(claim)
    ]
    return f"""{squares(claim)}
<form class="what-if web-only" hidden aria-labelledby="what-if-title">
<p id="what-if-title">\
Choose otherwise, in one list or in two: the verdict is what the rule gave when the report was made.</p>
<div class="lists">{ours}</div>
{other if of_the_text else ""}
<output role="status" aria-live="polite"><span class="verdict"></span> <span class="said"></span>\
<ul class="because"></ul></output>
<p class="strange" role="alert"></p>
<p><button type="button">As declared</button> The address of this page holds the choice.</p>
</form>
<script type="application/json" id="what-if-table">{what_if.data(claim)}</script>
<details class="every-choice" open><summary>Every single choice</summary>
{rows_of(rows, ("Varied", "Chosen", "Verdict", "That is"), "What every single choice gives")}\
{paragraph(what_if.pairs_in_words(claim))}{paragraph(NOT_COUNTED if of_the_text else "")}
</details>
"""


def squares(claim: Claim) -> str:
    """Every choice that counts as a square, a row for each kind: what becomes of the verdict under it."""
    choices, found = claim["robustness"]["choices"], what_if.table(claim)
    rows = [
        f"<div>{escape(each.label)}</div><div>{''.join(square(found, o.place) for o in each.options)}</div>"
        for each in what_if.lists(claim)
        if each.counts
    ]
    if not rows:
        return ""
    alt = f"The verdict is {agreement(choices['agree'], choices['of'])}; the table below has each of them."
    key = ", ".join(f"{SQUARES[word]} {says}" for word, says in what_if.BECOMES.items())
    return (
        f'<figure class="squares"><div role="img" aria-label="{escape(alt)}">{"".join(rows)}</div>'
        f"<figcaption>A square for each other choice: {key}.</figcaption></figure>"
    )


def square(found: Mapping[str, Any], place: int) -> str:
    return SQUARES[found["becomes"][found["cases"][found["choices"][place]["case"]][0]]]


def select(n: int, choices: what_if.ChoiceList) -> str:
    options = "".join(
        f'<option value="{o.place}" data-at="{escape(o.at)}">{escape(o.words)}</option>' for o in choices.options
    )
    declared = f'<option value="" selected>{escape(choices.declared)}</option>'
    return (
        f'<p><label for="choice-{n}">{escape(choices.label)}</label> '
        f'<select id="choice-{n}" autocomplete="off">{declared}{options}</select></p>'
    )


def sought(account: Account) -> str:
    """What was looked for, where and when; then what is known but was not read."""
    found = "".join(
        f"<li>{escape(s['looked_for'])}: {escape(s['outcome'])} ({escape(s['date'])}).</li>" for s in account.searches
    )
    if found:
        how = f'<a href="../book/gaps.html#{searches_anchor(account.id)}">Where, and with which words</a>'
        found = f"<ul>{found}</ul><p>{how}.</p>"
    known = "; ".join(account.unseen)
    return found + (f"<p>Known, not seen, so no evidence: {escape(known)}.</p>" if known else "")


def editions(account: Account) -> str:
    """How the claim stood in each edition, the newest first."""
    if len(account.history) < 2:
        return ""
    rows = []
    for name, cutoff, claim in account.history:
        found, verdict = score_row(claim).found, Badge(claim["verdict"], "verdict", stands_as(claim))
        now = " (these pages)" if name == account.edition else ""
        rows.append(
            (
                escape(name) + now,
                escape(cutoff),
                verdict._repr_html_() + escape(f" ({found})" if found else ""),
                escape((claim.get("certainty") or {}).get("word") or "–"),
            )
        )
    return rows_of(rows, ("Edition", "Evidence up to", "Verdict", "Certainty"), "The claim in each edition")


def reuse(account: Account) -> str:
    """The reference, and the record for programs."""
    formats = f"../book/cite.html#cite-{account.reference.key}"
    return f"""<p>{escape(apa(account.reference))}</p>
<p class="downloads"><a href="{escape(formats)}">BibTeX, RIS and CSL-JSON</a> · \
<a href="{escape(account.id)}.json">JSON</a> · <a href="{escape(account.place)}">in the section, with everything</a></p>
"""
