"""A source whose original nobody saw says so wherever it is named."""

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from claimbook.evidence.evidence import Evidence
from claimbook.say.words import how_read, title_of

READ = {"title": "年鉴", "title_en": "Yearbook", "seen": "opening of the page"}
COPY = READ | {"seen": "file in a public repository"}


@pytest.mark.parametrize(
    ("source", "title"), [(READ, "Yearbook"), (COPY, "Yearbook (read in a public repository, original not seen)")]
)
def test_a_title_says_where_a_copy_was_read(source, title):
    assert title_of(source) == title
    assert how_read(source) == title[10:-1]


@pytest.mark.parametrize(
    ("seen", "ends"), [([READ, READ], "producer."), ([READ, COPY], "producer; 1 original not seen.")]
)
def test_the_source_line_of_a_chart_counts_the_originals_that_nobody_saw(seen, ends):
    ids = ["one", "two"]
    sources = pd.DataFrame([source | {"origin": "Bureau", "publisher": "Bureau"} for source in seen], index=ids)
    figures = pd.DataFrame({"source_id": ids, "origin": "Bureau"})
    evidence: Any = SimpleNamespace(of_sources=lambda *asked: sources.loc[list(asked)])
    assert Evidence.credit(evidence, figures).endswith(f" 2 documents, all from one {ends}")
