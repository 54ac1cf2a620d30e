"""“We found no …” may be written only where `search_log.csv` says what was looked for, where and with which words.

No search can show that nobody publishes a thing. It can show that we found none, so such a sentence links to
its search: [We found no count](../book/gaps.html#searches-spin-out-collaboration).
"""

import ast
import re
from collections.abc import Iterator

import pytest
from checkout import ROOT

from claimbook.notebook.notebook_file import MARKDOWN, PYTHON, written_cells
from claimbook.notebook.prose import FINDINGS, MAGIC, findings_in
from claimbook.say.words import searches_anchor

WORLD = re.compile(
    r"""\b(?:nobody|no\s+one|no\s+(?:\w+\s+)?(?:source|body|office|survey|figure|statistic))\s+
        (?:\w+\s+){0,2}?(?:publish|print|count|measure|split|sa(?:y|id)|give)\w*
    |\bno\b[^.:;|]{0,60}?\b(?:is|are|was|were|has\s+been|have\s+been)\s+(?:ever\s+|yet\s+)?(?:published|public|printed)\b
    |\b(?:is|are|was|were|has\s+been)\s+(?:not|never)\s+(?:published|public|printed)\b""",
    re.IGNORECASE | re.VERBOSE,
)
OURS = re.compile(
    r"\bwe\s+(?:have\s+)?(?:found|find|know\s+of|saw)\s+(?:it\s+)?(?:no\b|none|nothing|neither|nowhere|in\s+no\b)"
    r"|\bwe\s+(?:did|do|could)\s+not\s+find\b|\b(?:is|are|was|were)\s+not\s+found\b",
    re.IGNORECASE,
)
LINK = re.compile(r"\]\((?:\.\./book/)?gaps\.(?:html|md)#(searches-[a-z0-9-]+)\)")
SENTENCE = re.compile(r"(?<=[.!?])\s+|\n\n+|\|\||\[\[|\]\](?!\()")
HOW_TO_FIX = (
    "Say that we found none, and link these words to the search, like [We found no count]"
    "(../book/gaps.html#searches-some-claim); add the search to data/search_log.csv, or drop the sentence."
)


def unsearched(text: str, known: set[str]) -> list[str]:
    """Yield sentences that deny that something exists, or mention a search without a link to the log."""
    anchors = {searches_anchor(claim) for claim in known}

    def wrong(sentence: str) -> bool:
        links = LINK.findall(sentence)
        ours = OURS.search(re.sub(r"\[([^\[\]]*)\]\([^)]*\)", r"\1", sentence))
        searched = ours and links and set(links) <= anchors
        return bool(ours or WORLD.search(sentence)) and not searched

    return [" ".join(s.split()) for s in SENTENCE.split(text) if wrong(s)]


def cells() -> Iterator[tuple[str, str, str]]:
    """The place, kind and text of every cell of the sections."""
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        yield from ((f"{path.name}, cell {cell}", kind, text) for cell, kind, text in written_cells(path.read_bytes()))


def pages() -> Iterator[tuple[str, str]]:
    """The Markdown of every page: of the book, and of the notebooks' cells of text."""
    for path in sorted((ROOT / "book").glob("*.md")):
        yield path.name, path.read_text("utf-8")
    for where, kind, text in cells():
        if kind in (MARKDOWN, MAGIC):
            yield where, text


def titles() -> Iterator[tuple[str, str, list[str]]]:
    """The code of every cell with the texts that it shows, and the claim of every finding with its text."""
    for where, kind, code in cells():
        if kind == FINDINGS:
            yield from ((where, f'"{claim}"', [text]) for claim, _, text, _ in findings_in(code))
        if kind == PYTHON:
            nodes = [*ast.walk(ast.parse(code))]
            docstrings = {id(n.value) for n in nodes if isinstance(n, ast.Expr)}
            texts = [n.value for n in nodes if isinstance(n, ast.Constant) and id(n) not in docstrings]
            yield where, code, [t for t in texts if isinstance(t, str)]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Nobody publishes a split by stage.", 1),
        ("No flow between partners is published. It rose.", 1),
        ("We found no count of them.", 1),
        ("[We found no count](../book/gaps.html#searches-a-claim) of them.", 0),
        ("[We found no count](../book/gaps.html#searches-never-looked-for) of them.", 1),
        ("It rose. Then [[we found none||we did not find it]].", 2),
        ("We found a count, and nobody else did.", 0),
        ("Of the text we found [neither half](gaps.md#searches-a-claim).", 0),
    ],
)
def test_a_denial_needs_a_search_that_is_logged(text, wrong):
    assert len(unsearched(text, {"a-claim"})) == wrong


def test_every_search_without_result_that_a_page_mentions_is_logged(searched):
    found = {where: wrong for where, text in pages() if (wrong := unsearched(text, searched))}
    assert not found, HOW_TO_FIX


def test_titles_and_cautions_deny_only_what_was_searched_for(ledger, searched):
    cares = {claim.id: claim.care for claim in ledger.claims}
    denied = {
        where: text
        for where, code, texts in titles()
        for text in texts
        if (WORLD.search(text) or OURS.search(text)) and not any(c in searched and f'"{c}"' in code for c in cares)
    }
    denied |= {c: text for c, text in cares.items() if c not in searched and WORLD.search(text)}
    assert not denied, HOW_TO_FIX


@pytest.mark.book
def test_every_claim_that_cannot_be_checked_and_every_part_without_evidence_was_looked_for(claims, searched):
    parts = [(c, p["id"]) for c in claims for p in c.get("parts", ())]
    parts += [(c, m["cell"]) for c in claims for m in c["measures"] if m["match"] == "criterion"]
    without = {c["id"]: part for c, part in parts if not any(m["decides"] for m in c["measures"] if m["cell"] == part)}
    open_ = {c["id"] for c in claims if c["answer"] == "cannot be checked"}
    assert open_ and without
    assert not (open_ | set(without)) - searched
