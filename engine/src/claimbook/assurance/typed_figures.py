"""Finds figures that somebody typed into prose. They would stay as they are when the data or the edition change."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from claimbook.notebook import notebook_file, prose
from claimbook.project.folders import made_by_people
from claimbook.project.yaml_files import read_yaml

ALLOWED = "notebooks/allowed_figures.yml"  # words with a figure that prose may type: a claim's id, or the reason
ADVICE = (
    'Compute a typed figure (section.stat("key", …) in a code cell, {key} in a cell %%prose), or say it without a '
    f"number. If it is part of a name or quotes a claim, list the words in {ALLOWED}, with a reason or the claim's id."
)
ASCII_WORD = re.compile(r"[!-~]*")  # a key or id: no sentence, which has blanks or Chinese
SENTENCES = {"finding", "lead"}  # methods of a section that take sentences for readers
FROM_THE_ROW = 'Take it from the row that it is about: f"…, {m.period}".'
LINK_TARGET = re.compile(r"\]\([^)]*\)|^\([\w-]+\)=$", re.MULTILINE)
HEADING_NUMBER = re.compile(r"\A# (\d+(?:\.\d+)?) ")
SECTION_WORDS = re.compile(r"\bsections? (\d+(?:\.\d+)?)(?:(?:,| and|, and) (\d+\.\d+))*(?![\d.,]*\d)", re.IGNORECASE)
ONES = "one two three four five six seven eight nine ten eleven twelve".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMERALS = {word: n for n, word in enumerate(ONES, 1)} | {word: 10 * n for n, word in enumerate(TENS, 2)}
NUMBER_WORDS = re.compile(
    r"""\b(?:
    (?:about|nearly|almost|roughly|some|more\s+than|less\s+than|over|under|around|below|above|only)\s+
        (?:an?\s+|one\s+|two\s+|three\s+)?(?:half|thirds?|quarters?|fifths?|sixths?|eighths?|tenths?|twice|double)
    |(?:two|three|four|five|six|seven|eight|nine)[\s-]+(?:thirds|quarters|fifths|sixths|sevenths|eighths|tenths)
    |(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|few|several)\s+
        (?:per\s+cent|percent|hundred|thousand|million|billion|trillion|times\s+(?:as|the|its|more))
    |[两二三四五六七八九十]+(?:成|倍|分之|千|百|万|亿)|doubled|tripled|trebled|quadrupled|halved|\w+fold|dozens?
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def typed(text: str, sections: Iterable[str] = (), allowed: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Return each figure that a text types, in digits or words, with its line.

    Keys in braces, targets of links, the number in the title, numbers of `sections` and `allowed` words do not count.
    """
    lines, numbered = text.splitlines(), {*sections, *(number.partition(".")[0] for number in sections)}
    for pattern in (prose.VALUE_KEY, LINK_TARGET, HEADING_NUMBER, *map(_literally, allowed)):
        text = pattern.sub(_blank, text)
    text = SECTION_WORDS.sub(
        lambda found: _blank(found) if {*re.findall(r"\d+(?:\.\d+)?", found[0])} <= numbered else found[0], text
    )
    figures = [*re.finditer(r"\d[\d.,]*(?:\s*%)?", text), *NUMBER_WORDS.finditer(text)]
    return [(found[0].rstrip(" .,"), lines[text[: found.start()].count("\n")].strip()) for found in figures]


def _blank(found: re.Match[str]) -> str:
    """Return blanks of the same length, so that lines and places stay."""
    return re.sub(r"[^\n]", " ", found[0])


def _literally(words: str) -> re.Pattern[str]:
    """Return a pattern that matches these words in any case, also across a line break."""
    return re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)


def typed_figure_faults(root: Path, data: Path) -> list[str]:
    """Return a sentence for each typed figure in notebooks and ledger, and for each allowed wording that nothing uses.

    Notebooks and ledger must be readable, as the other checks make sure.
    """
    claims = {claim["id"]: claim for claim in read_yaml(data / "claims.yml")["claims"]}
    allowed = read_yaml(root / ALLOWED) if (root / ALLOWED).exists() else {}
    if not isinstance(allowed, dict) or not all(isinstance(part, str) for pair in allowed.items() for part in pair):
        return [f'{ALLOWED}: each line has words and why prose may type them, like "Made in 2025": a name.']
    texts: dict[str, str] = {}
    labels: list[tuple[str, str]] = []
    for name, path in made_by_people(root / "notebooks").items():
        for cell, kind, text in notebook_file.written_cells(path.read_bytes()) if path.suffix == ".ipynb" else ():
            sentences, other = words_of(kind, text)
            texts |= {f"notebooks/{name}, cell {cell}": sentences}
            labels += [(f"notebooks/{name}, cell {cell}", label) for label in other]
    sections = {number[1] for number in map(HEADING_NUMBER.match, texts.values()) if number}
    slips = [
        f'{where}: the prose types "{figure}": {line}'
        for where, text in texts.items()
        for figure, line in typed(text, sections, allowed)
    ]
    slips += [
        f'{where}: the label "{line}" types the year {figure}. {FROM_THE_ROW}'
        for where, text in labels
        for figure, line in typed(text, (), allowed)
        if re.fullmatch(r"(19|20)\d\d", figure)
    ]
    slips += [f'data/claims.yml, claim {i}: "care" types {n}.' for i, claim in claims.items() for n in _in_care(claim)]
    comments = [
        f'{where}: a line begins with "%", so the book drops it as a comment: {line.strip()} Break the line elsewhere.'
        for where, text in texts.items()
        for line in text.splitlines()
        if line.lstrip().startswith("%")
    ]
    if slips:
        slips[-1] += f"\n{ADVICE}"
    every = "\n".join([*texts.values(), *(text for _, text in labels)])
    return [*slips, *comments, *_allowance_faults(allowed, claims, every)]


def words_of(kind: str, text: str) -> tuple[str, list[str]]:
    """Return what a cell of a kind, as in `written_cells`, says in sentences, and the labels in it."""
    match kind:
        case notebook_file.MARKDOWN | prose.MAGIC:
            return text, []
        case prose.FINDINGS:
            return "\n".join(line for *_, found, also in prose.findings_in(text) for line in (found, also)), []
        case prose.WORDS:
            return "", [re.sub(r"\{[^}]*\}", "", text)]
        case notebook_file.PYTHON:
            tree = ast.parse(text)
            return "\n".join(_sentences(tree)), [*_labels_in(tree)]
    return "", []


def _labels_in(tree: ast.AST) -> Iterator[str]:
    """Yield the texts in code that have a blank, as labels do, but no docstrings and no conditions of a query."""
    others: set[ast.AST] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as docstring):
                others.add(docstring)
            case ast.Call(func=ast.Attribute(attr="query")):
                others |= {*ast.walk(node)}
            case ast.Constant(value=str(text)) if " " in text and node not in others:
                yield text


def _sentences(tree: ast.AST) -> Iterator[str]:
    """Yield the sentences in a cell that calls `finding` or `lead`: in the call, or with a full stop before it."""
    nodes = list(ast.walk(tree))
    calls = [n for n in nodes if isinstance(n, ast.Call) and getattr(n.func, "attr", "") in SENTENCES]
    inside = {part for call in calls for part in ast.walk(call)}
    for node in nodes if calls else ():
        if isinstance(node, ast.Constant) and isinstance(text := node.value, str) and not ASCII_WORD.fullmatch(text):
            if node in inside or text.endswith("."):
                yield text


def _in_care(claim: Mapping[str, Any]) -> list[str]:
    """Return the figures in a claim's `care` that are neither years nor in its statement."""
    in_statement = re.findall(r"\d+", claim["statement"])
    in_care = re.findall(r"\d[\d.,]*\d|\d", claim.get("care", ""))
    return [n for n in in_care if n not in in_statement and not re.fullmatch(r"(19|20)\d\d", n)]


def _allowance_faults(allowed: Mapping[str, str], claims: Mapping[str, Any], text: str) -> Iterator[str]:
    """Yield a sentence for each allowed wording that nothing uses, or whose number its claim does not have."""
    for words, why in allowed.items():
        if not _literally(words).search(text):
            yield f'{ALLOWED}: no prose has the words "{words}". Delete the line.'
        elif claim := claims.get(why):
            claim_texts = " ".join(str(claim.get(field, "")) for field in ("statement", "as_of", "in_period"))
            digits = re.search(r"\d[\d,]*", words)
            spelled = (str(NUMERALS[word]) for word in words.lower().split() if word in NUMERALS)
            if (digits[0] if digits else next(spelled, "")) not in re.findall(r"\d[\d,]*", claim_texts):
                yield f'{ALLOWED}: "{words}" has another number than the claim {why}. Quote the claim, or compute it.'
