"""The summary of findings, read back from its page."""

import json

import pytest
from finished_report import HTML, soup

pytestmark = [pytest.mark.book, pytest.mark.xdist_group("finished")]


def test_each_claim_that_can_be_checked_has_a_row_that_agrees_with_results_json():
    claims = json.loads((HTML / "results.json").read_text(encoding="utf-8"))["claims"]
    rows = [
        [cell.get_text().strip() for cell in row.find_all("td")]
        for row in soup(HTML / "book/findings.html").select("tbody tr")
    ]
    judged = [claim for claim in claims if claim["kind"] != "opinion"]
    assert [row[1] for row in rows] == [claim["answer"] for claim in judged]
    for claim, (says, _, _, origins, _, certainty, why) in zip(judged, rows, strict=True):
        deciding = {o for m in claim["measures"] if m["decides"] for o in m["origins"]}
        assert (certainty, int(origins)) == (claim["certainty"]["word"], len(deciding)), says
        assert bool(why) == (certainty != "high"), says
