"""Numbered MyST tables, made from frames of text."""

from collections.abc import Sequence
from html import escape as escape_html

import pandas as pd

from claimbook.notebook.prose import display_mime, text_bundle
from claimbook.notebook.prose import escape as escape
from claimbook.say.words import with_bound

EVIDENCE_PAGE = "../book/evidence.html"


def myst_table(frame: pd.DataFrame, caption: str, label: str, right: Sequence[str] = (), fold: str = "") -> str:
    """Return a numbered table that pages can refer to; columns in `right` are right-aligned.

    `fold` says what the table contains and makes it a folded table for reviewers, which print may move
    elsewhere. Cells are MyST, so data must go through `escape` first. Missing values print as a dash.
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
    """Display a frame as a numbered table; with `fold` it is folded."""
    display_mime(text_bundle(myst_table(frame, caption, label, right, fold)))


def values(rows: pd.DataFrame, template: str) -> list[str]:
    """Return the value of each row of evidence as text, with its bound in words."""
    pairs = zip(rows["bound"], rows["value"], strict=True)
    return [with_bound(bound, template.format(value)) for bound, value in pairs]


def links(rows: pd.DataFrame) -> list[str]:
    """Return the origin of each row of evidence as a link to that row on the evidence page."""
    return [f"[{escape(o)}]({EVIDENCE_PAGE}#{a})" for o, a in zip(rows["origin"], rows["anchor"], strict=True)]
