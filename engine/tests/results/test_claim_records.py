"""The record of a judged claim in results.json, without a finished report."""

from hand_made_evidence import FACETS, claim, judged, measure

from claimbook.results.models import claim_record


def test_a_range_without_an_end_has_null_there():
    more = measure("60.0", "2023", FACETS, bound=">")
    (output,) = claim_record(judged(claim("over", 50, "percent"), [more]))["measures"]
    assert (output["low"], output["high"]) == (60.0, None)
