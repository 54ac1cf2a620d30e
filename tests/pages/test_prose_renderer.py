"""A page that includes itself stops the build with a sentence."""

from pathlib import Path

import pytest
from small_book import build_book
from sphinx.errors import ExtensionError


def test_a_page_that_includes_itself_is_named_with_the_line_and_one_that_quotes_itself_is_built(tmp_path: Path) -> None:
    (tmp_path / "conf.py").write_text("exclude_patterns = ['part.md']\n")
    (tmp_path / "index.md").write_text("# Title\n\n```{include} part.md\n```\n")
    (tmp_path / "part.md").write_text("Text.\n\n:::{include} index.md\n:::\n")
    with pytest.raises(ExtensionError, match="^part.md, line 3: this includes a file from within itself"):
        build_book(tmp_path, "prose_renderer", "myst_nb")
    (tmp_path / "part.md").write_text("Text.\n\n```{include} index.md\n:literal:\n```\n")
    assert "{include} part.md" in build_book(tmp_path, "prose_renderer", "myst_nb").get_text()
