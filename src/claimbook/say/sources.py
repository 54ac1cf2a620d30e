"""What the report calls a source, and whether its original was read."""

import re
from collections.abc import Mapping

COPIES = {  # values of the column `seen` for copies, and their words
    "file in a public repository": "a public repository",
    "file in a published package": "a published package",
    "opening, in a repost": "a repost",
}


def is_copy(source: Mapping[str, str]) -> bool:
    """Return whether a copy was read instead of the original."""
    return source.get("seen") in COPIES


def how_read(source: Mapping[str, str]) -> str:
    """Return "read in a repost, original not seen", or "" if the original was read."""
    return f"read in {COPIES[source['seen']]}, original not seen" if is_copy(source) else ""


def title_of(source: Mapping[str, str]) -> str:
    """Return the English title, followed by how it was read if we read a copy."""
    title = source["title_en"] or source["title"]
    return f"{title} ({how_read(source)})" if is_copy(source) else title


def short_name(source: Mapping[str, str]) -> str:
    """Return "Daily News 2011" for "Daily News (an agency)", without repeating a year that ends the name."""
    name, year = re.split(r", | \(", source["publisher"])[0], source["published"][:4]
    return name if name.endswith(f" {year}") else f"{name} {year}"
