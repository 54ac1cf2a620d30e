"""Anchors on the evidence page and in the bibliography, for each source and each (source, series)."""

import re
from typing import NamedTuple

EVIDENCE_DOCUMENT = "book/evidence"  # document name of the evidence page
BIBLIOGRAPHY = "book/bibliography"  # document name of the list of sources


class Place(NamedTuple):
    """Where a value was published: its source, its series, and the place in the source."""

    source: str
    series: str
    locator: str


def slug(text: str) -> str:
    """Return text in lower case, with "-" for every run of other characters than letters and digits."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def source_anchor(source_id: str) -> str:
    """Return the anchor of a source: `source-<id>`."""
    return f"source-{slug(source_id)}"


def figure_anchor(source_id: str, series: str) -> str:
    """Return the anchor of all figures of one series from a source: `source-<id>--<series>`."""
    return f"{source_anchor(source_id)}--{slug(series)}"


def conflict_anchor(conflict: str) -> str:
    """Return the anchor of a conflict on the page that lists them: `conflict-<slug>`."""
    return f"conflict-{slug(conflict)}"


def searches_anchor(claim_id: str) -> str:
    """Return the anchor of a claim's searches that found nothing, on the page of gaps: `searches-<id>`."""
    return f"searches-{slug(claim_id)}"
