"""Numbered MyST tables, made from frames whose cells are already text."""

from collections.abc import Sequence
from html import escape as escape_html

import pandas as pd

from claimbook.say import prose
from claimbook.say.prose import escape as escape

EVIDENCE_PAGE = "../book/evidence.html"


def myst_table(frame: pd.DataFrame, caption: str, label: str, right: Sequence[str] = (), fold: str = "") -> str:
    """A numbered table that other pages can refer to; columns in `right` are right-aligned.

    With `fold`, which says what is inside, it opens on demand: it is for reviewers, and print may put it elsewhere.

    Cells are MyST: what comes from data has to go through `escape` first. Missing values print as a dash.
    """
    filled = frame.astype(object).where(frame.notna() & (frame != ""), "–")
    cells = (filled.columns, *filled.itertuples(index=False))
    head, *rows = ("| " + " | ".join(map(str, r)) + " |" for r in cells)
    rule = "|" + "|".join("--:" if c in right else ":--" for c in frame.columns) + "|"
    classes = "data reviewer" if fold else "data"
    lines = [f":::{{table}} {caption}", f":name: {label}", f":class: {classes}", "", head, rule, *rows, ":::", ""]
    if fold:
        lines = ['<details class="reviewer">', f"<summary>{escape_html(fold)}</summary>", "", *lines, "</details>", ""]
    return "\n".join(lines)


def show(frame: pd.DataFrame, caption: str, label: str, right: Sequence[str] = (), fold: str = "") -> None:
    """Display a frame as a numbered table, folded if `fold` says what is inside."""
    prose.show(myst_table(frame, caption, label, right, fold))


def links(rows: pd.DataFrame) -> list[str]:
    """Origin of each row of evidence, as a link to where the evidence page has the row."""
    return [f"[{escape(o)}]({EVIDENCE_PAGE}#{a})" for o, a in zip(rows["origin"], rows["anchor"], strict=True)]
