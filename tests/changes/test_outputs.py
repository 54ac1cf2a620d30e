"""What a cell says otherwise than before, told of hand-made outputs."""

from typing import Any

import pytest
from hand_made_records import CSV, figure, output, prose, record, results

from claimbook.changes import outputs
from claimbook.say.recorded import MYST_MIME


def text(words: str) -> dict[str, Any]:
    return output({"text/markdown": words.splitlines(keepends=True)})


def flipped() -> dict[str, Any]:
    first, *rest = record()["claims"]
    return results(claims=[first | {"verdict": "overstated"}, *rest])


def table(last: str) -> dict[str, Any]:
    myst = f":::{{table}} Made up\n:name: tbl-made-up\n\n| 1 | {last} |\n"
    return output({MYST_MIME: {"myst": myst}, "text/markdown": "Table: Made up"})


def said(text: str, card: str = "") -> dict[str, Any]:
    return results(values={"a": {"text": text, "html": f"<a title='{card}'>{text}</a>"}})


DATA = "figure fig-made-up, its data"
STATISTICS = record()["statistics"]
SMALLER = STATISTICS | {"small": STATISTICS["small"] | {"value": 1.0}}
FLIPPED = "claim share: The share is over 10 %. | supported · stable → overstated · stable | other details"
VALUE = f"{DATA}, row 2 (2022, 13.1), value: 13.1 → 13.6 (+0.5, +3.82 %)"
CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "a value": (figure(), figure(csv=CSV.replace("13.1", "13.6")), [VALUE]),
    "no value": (figure(), figure(csv=CSV.replace("13.1", "")), [f"{DATA}, row 2 (2022, 13.1), value: 13.1 → nothing"]),
    "from nought": (figure(csv="a\n0\n"), figure(csv="a\n2\n"), [f"{DATA}, row 1 (0), a: 0 → 2 (+2)"]),
    "a row": (figure(), figure(csv=CSV + "2023,14\n"), [f"{DATA}, 2 rows → 3", f"{DATA}, new: 2023, 14"]),
    "a column": (figure(), figure(csv=CSV.replace("val", "m")), [f"{DATA}, columns year, [-value-]{{+mue+}}"]),
    "a title": (figure(), figure(title="Made well"), ["figure fig-made-up, title: Made up → Made well"]),
    "an alternative text": (figure(), figure(alt="B."), ["figure fig-made-up, alt: It is made up. → B."]),
    "a drawing": (figure(), figure("<svg />"), []),
    "digits": (figure(csv="a\n0.1234567891234\n"), figure(csv="a\n0.1234567891235\n"), []),
    "another figure": (figure(), figure(label="fig-other"), ["figure fig-made-up: LOST", "figure fig-other: new"]),
    "a verdict": (results(), flipped(), [FLIPPED]),
    "a statistic": (results(), results(statistics=SMALLER), ["statistic small | 2.0 % → 1.0 % | −1, −50.00 %"]),
    "a number": (prose("It is", "17"), prose("It is", "18"), ["value made-up-number: 17 → 18 (+1, +5.88 %)"]),
    "words": (prose("It was", "17"), prose("It is", "17"), ["text 1: It was 17 → It is 17"]),
    "a value in words": (said("rose"), said("fell"), ["value a: rose → fell"]),
    "a card": (said("1", "A"), said("1", "B"), ["value a, html: <a title='A'>1</a> → <a title='B'>1</a>"]),
    "a table": (
        table("2"),
        table("3"),
        ["text “tbl-made-up”: :::{table} Made up :name: tbl-made-up | 1 | [-2-]{+3+} |"],
    ),
}


@pytest.mark.parametrize(("before", "after", "told"), CASES.values(), ids=CASES)
def test_what_moved_is_told_with_old_and_new_value(
    before: dict[str, Any], after: dict[str, Any], told: list[str]
) -> None:
    assert [sentence.replace("\u202f", " ") for sentence in outputs.moved([before], [after])] == told
    assert outputs.moved([before], [before]) == outputs.moved([after], [after]) == []


def test_of_much_the_first_is_told_and_no_sentence_fills_the_screen() -> None:
    old, new = (figure(csv="value\n" + "".join(f"{n + shift}\n" for n in range(9))) for shift in (0, 1))
    told = outputs.moved([old], [new])
    assert len(told) == outputs.MOST + 1 and told[-1] == f"{DATA}: and 5 more values"
    assert [len(sentence) for sentence in outputs.moved([text("a " * 1000)], [text("b " * 1000)])] == [outputs.WIDE]
