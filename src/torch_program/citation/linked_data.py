"""The report in the words of schema.org: a Report with its Dataset, and a ClaimReview for each claim that is tested.

Ratings are words. A number would say more than a verdict does, and of an unverified claim it would say something false.
Nobody is named as the author of a claim: the text that makes it is the appearance, and that is all we know.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from torch_program.citation.metadata import Work
from torch_program.citation.references import claim_anchor

CONTEXT = "https://schema.org"
REVIEWED = frozenset({"number", "fact"})  # kinds of claims that are true or not
TEXT = "Policy text on China's Torch Program and the support of deep technology, under review in this report"
FIGURES = "Published figures on China's Torch Program, with the place of each in its source"

Thing = dict[str, Any]


def described(work: Work, front: str, sections: Mapping[str, str]) -> Thing:
    """Report and Dataset, for the page `front`; `sections` maps documents to their titles."""
    maker = {"@type": "Organization", "name": work.author}
    known = {
        "license": f"https://spdx.org/licenses/{work.licence}",
        "inLanguage": "en",
        "keywords": list(work.keywords),
        "version": f"{work.version}, edition {work.edition}",
        "datePublished": work.cutoff.isoformat(),
    }
    identifiers: list[Any] = [{"@type": "PropertyValue", "propertyID": "content hash", "value": work.content}]
    dataset = {
        "@type": "Dataset",
        "@id": work.link(front, "dataset", front),
        "name": FIGURES,
        "description": f"{FIGURES}. They are the evidence of the report “{work.title}”. {work.abstract}",
        "creator": maker,
        "isAccessibleForFree": True,
        "spatialCoverage": "China",
        **known,
    }
    report = {
        "@type": "Report",
        "@id": work.link(front, "report", front),
        "name": work.title,
        "abstract": work.abstract,
        "author": maker,
        "publisher": maker,
        "identifier": [work.doi_address, *identifiers] if work.doi else identifiers,
        "isBasedOn": {"@id": dataset["@id"]},
        "hasPart": [
            {"@type": "Chapter", "name": name, "url": work.link(document, "", front)}
            for document, name in sections.items()
        ],
        **known,
    }
    if work.address:
        report["url"] = work.place(front)
    return {"@context": CONTEXT, "@graph": [report, dataset]}


def reviews(work: Work, document: str, claims: Iterable[Mapping[str, Any]]) -> list[Thing]:
    """A ClaimReview for each number and fact among the claims of one page."""
    return [claim_review(work, document, claim) for claim in claims if claim["kind"] in REVIEWED]


def claim_review(work: Work, document: str, claim: Mapping[str, Any]) -> Thing:
    rating = {"@type": "Rating", "alternateName": claim["verdict"]}
    if claim["qualifiers"]:
        rating["ratingExplanation"] = "; ".join(claim["qualifiers"])
    return {
        "@context": CONTEXT,
        "@type": "ClaimReview",
        "url": work.link(document, claim_anchor(claim["id"]), document),
        "claimReviewed": claim["statement"],
        "datePublished": work.cutoff.isoformat(),
        "author": {"@type": "Organization", "name": work.author},
        "reviewRating": rating,
        "itemReviewed": {
            "@type": "Claim",
            "name": claim["statement"],
            "appearance": {"@type": "CreativeWork", "name": TEXT},
        },
    }


def script(things: Any, attributes: str = 'type="application/ld+json"') -> str:
    """Things as JSON in an element of a page; `<` is written so that no text can end it."""
    text = json.dumps(things, ensure_ascii=False, sort_keys=True, separators=(",", ":")).replace("<", "\\u003c")
    return f"<script {attributes}>{text}</script>"
