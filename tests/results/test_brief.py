"""What the front page says about all claims together, on invented claims."""

from hand_made_records import changed

from claimbook.results.brief import retested
from tests.pages.test_front_page import COMPARISON, NUMBER


def test_the_front_page_says_how_many_judgements_an_earlier_test_would_not_rate_right():
    right = changed(COMPARISON, verdict="supported")
    before = [{"claim_id": right.id, "verdict_today": v} for v in ("supported", "partly")]
    assert retested([right, NUMBER], before).endswith("1 of the 1 judgement rated right would not be right.")
    assert " 0 of the 1" in retested([right], [{"claim_id": right.id, "verdict_today": "not known"}])
    assert retested([right], []) == ""
