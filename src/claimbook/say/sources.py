"""What a source is called wherever the report names it, and whether its original was read."""

from collections.abc import Mapping

COPIES = {  # how a source was seen, in the words of sources.csv, where that was not the original
    "file in a public repository": "a public repository",
    "file in a published package": "a published package",
    "opening, in a repost": "a repost",
}


def is_copy(source: Mapping[str, str]) -> bool:
    """Was a copy read, and not the original?"""
    return source.get("seen") in COPIES


def how_read(source: Mapping[str, str]) -> str:
    """ "read in a repost, original not seen"; nothing where the original was read."""
    return f"read in {COPIES[source['seen']]}, original not seen" if is_copy(source) else ""


def title_of(source: Mapping[str, str]) -> str:
    """The title in English, and behind it where a copy was read."""
    title = source["title_en"] or source["title"]
    return f"{title} ({how_read(source)})" if is_copy(source) else title
