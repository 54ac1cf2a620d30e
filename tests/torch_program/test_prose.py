"""The prose of the notebooks types no figure: it names computed ones, which follow the data and the edition."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml
from checkout import BUILT, ROOT

from claimbook.notebook import prose as cells_of_prose
from claimbook.project.outputs import SECTIONS, read_section_record

NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
CLAIMS = {c["id"]: c for c in yaml.safe_load((ROOT / "data" / "claims.yml").read_text(encoding="utf-8"))["claims"]}

# Names that hold a number.
NAMES = ("Made in China 2025", "中国制造2025")

# Wording of a claim, quoted where the claim is discussed; the number is the claim's own and no finding.
WORDINGS = {
    "nearly 13 %": "gdp-share-nearly-13",
    "over 4 million": "skilled-workers-over-4m",
    "four million": "skilled-workers-over-4m",
    "Attracted in 2022": "skilled-workers-over-4m",
    "over 20 %": "patents-over-20pct",
    "over 60 %": "guidance-over-60pct-early",
    "as of 2021": "guidance-over-60pct-early",
    "only 28 %": "global-citations-28pct",
    "over 70 %": "public-over-70pct",
    "seventy per cent": "public-over-70pct",
}
SPELLED = {"four": "4", "seventy": "70"}

# Number words that are no figure of a series, each with the reason.
WORDS = {
    "one or two thousand characters": "how much of a source was read",
    "over a tenth of revenue": "the answer that the survey offered",
}

# Values of sentences that the default edition leaves out, each with the reason.
OTHER_EDITIONS = {
    "gdp-made": "edition 2023 works out GDP by province",
    "s5-in-part": "no problem behind the advice is partly shown",
    "s5-contrary": "no problem behind the advice is refuted",
}

LINK_TARGET = re.compile(r"\]\([^)]*\)|^\([\w-]+\)=$", re.MULTILINE)
HEADING_NUMBER = re.compile(r"\A# \d(?:\.\d)? ")
SECTION = re.compile(r"\bsections? (\d(?:\.\d)?)(?:(?:,| and|, and) (\d\.\d))*(?![\d.,]*\d)", re.IGNORECASE)
NUMBER_WORDS = re.compile(
    r"""\b(?:
    (?:about|nearly|almost|roughly|some|more\s+than|less\s+than|over|under|around|below|above|only)\s+
        (?:an?\s+|one\s+|two\s+|three\s+)?(?:half|thirds?|quarters?|fifths?|sixths?|eighths?|tenths?|twice|double)
    |(?:two|three|four|five|six|seven|eight|nine)[\s-]+(?:thirds|quarters|fifths|sixths|sevenths|eighths|tenths)
    |(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|few|several)\s+
        (?:per\s+cent|percent|hundred|thousand|million|billion|trillion|times\s+(?:as|the|its|more))
    |doubled|tripled|trebled|quadrupled|halved|\w+fold|dozens?
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


@cache
def numbered_sections() -> frozenset[str]:
    """Numbers that the titles of the notebooks carry, and the chapters they are in."""
    titles = ["".join(json.loads(n.read_text(encoding="utf-8"))["cells"][0]["source"]) for n in NOTEBOOKS]
    numbers = {number[0][2:].strip() for number in map(HEADING_NUMBER.match, titles) if number}
    return frozenset(numbers | {n.partition(".")[0] for n in numbers})


def blank(pattern: re.Pattern, text: str) -> str:
    """The text with what the pattern finds turned into blanks, so that lines and places stay."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def literally(words: str) -> re.Pattern:
    """The words in any case, broken over lines or not."""
    return re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)


def figures_in(text: str) -> Iterator[re.Match]:
    """Digits and number words of a text that nothing excuses."""
    sections = numbered_sections()
    for pattern in (
        cells_of_prose.VALUE_KEY,
        LINK_TARGET,
        HEADING_NUMBER,
        *map(literally, (*NAMES, *WORDINGS, *WORDS)),
    ):
        text = blank(pattern, text)
    for found in SECTION.finditer(text):
        if set(re.findall(r"\d(?:\.\d)?", found.group())) <= sections:
            text = text[: found.start()] + " " * len(found.group()) + text[found.end() :]
    yield from re.finditer(r"\d[\d.,]*(?:\s*%)?", text)
    yield from NUMBER_WORDS.finditer(text)


def slips(text: str) -> list[tuple[str, str]]:
    """Figures typed into a text, each with its line."""
    lines = text.splitlines()
    return [(found.group().strip(), lines[text[: found.start()].count("\n")].strip()) for found in figures_in(text)]


def prose(notebook: Path) -> Iterator[tuple[str, str]]:
    """Id and text of each cell of Markdown or prose."""
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            yield cell["id"], "".join(cell["source"])
        elif cells_of_prose.is_prose(cell):
            yield cell["id"], cells_of_prose.text_of(cell)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.stem)
def test_the_prose_types_no_figure(notebook):
    found = [(cell, *slip) for cell, text in prose(notebook) for slip in slips(text)]
    assert not found, (
        "A typed figure stays as it is when the data change. Compute it (`section.stat(key, …)` in a code cell, {key} "
        "in a cell %%prose) or say it without a number; a claim's own wording goes into WORDINGS, a name into NAMES."
    )


@pytest.mark.parametrize(
    ("text", "figures"),
    [
        ("# 4.4 State-driven models\n\nOf the funds 41 % lost money.", ["41 %"]),
        ("There were {s1-zones-2023} of them, see [the chart](#fig-2).", []),
        ("[The page](https://example.org/2023/11) of 2023.", ["2023."]),
        ("As sections 4.2 and 4.4 say, but not section 4.9.", ["4.9."]),
        ("In section 4.2 the text is\nread; in 4.2 billion cases not.", ["4.2"]),
        ("The text says over 20\n% of patents; in fact over 21 %.", ["21 %"]),
        ("It is about half of it, two thirds of that, and has doubled.", ["about half", "two thirds", "doubled"]),
        ("The two halves of a question, five things at once.", []),
    ],
)
def test_a_typed_figure_is_found_and_a_computed_or_quoted_one_is_not(text, figures):
    assert [figure for figure, _ in slips(text)] == figures


@pytest.mark.parametrize(("wording", "claim_id"), WORDINGS.items())
def test_an_excused_wording_has_the_number_of_its_claim(wording, claim_id):
    claim = CLAIMS[claim_id]
    own = " ".join([claim["statement"], claim.get("as_of", ""), claim.get("in_period", "")])
    number = re.search(r"\d[\d,]*", wording)
    expected = number.group() if number else SPELLED[wording.split()[0]]
    assert expected in re.findall(r"\d[\d,]*", own)


def test_every_excuse_is_needed():
    everything = "\n".join(text for notebook in NOTEBOOKS for _, text in prose(notebook))
    assert not [words for words in (*NAMES, *WORDINGS, *WORDS) if not literally(words).search(everything)]


def test_the_care_texts_of_the_ledger_type_no_figure_but_years_and_the_number_of_the_claim():
    def typed(claim: dict) -> list[str]:
        own = set(re.findall(r"\d+", claim["statement"]))
        said = re.findall(r"\d[\d.,]*\d|\d", claim.get("care", ""))
        return [n for n in said if n not in own and not re.fullmatch(r"(19|20)\d\d", n)]

    found = {i: typed(c) for i, c in CLAIMS.items() if typed(c)}
    assert not found, f"data/claims.yml: a care text types a figure, {found}; say it without a number."


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda n: n.stem)
def test_no_line_of_prose_begins_with_a_percent_sign(notebook):
    begun = [
        (cell, line) for cell, text in prose(notebook) for line in text.splitlines() if line.lstrip().startswith("%")
    ]
    assert not begun, "MyST takes such a line for a comment and drops it: break the line elsewhere."


@pytest.mark.book
def test_every_value_that_the_prose_names_exists_so_that_no_sentence_is_dropped_unseen():
    executed = sorted((BUILT / "executed").glob(SECTIONS))
    assert executed, "run `make report` first"
    records = {path: read_section_record(json.loads(path.read_text(encoding="utf-8")))["values"] for path in executed}
    missing = {
        key: f"{path.name}, cell {cell}"
        for path, values in records.items()
        for cell, text in prose(path)
        for key in cells_of_prose.VALUE_KEY.findall(text)
        if key not in values
    }
    assert set(missing) == set(OTHER_EDITIONS), missing
