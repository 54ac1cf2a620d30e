"""Hand-made records of builds. Nothing in them was published or computed."""

import datetime as dt
from typing import Any

from hand_made_evidence import claim

from claimbook.citation import Work
from claimbook.project.folders import COLUMNS
from claimbook.project.outputs import FIGURE_MIME, IMAGE, MYST_MIME
from claimbook.results.models import ClaimRecord

FIGURES = [
    ("made_up_share", "Nowhere", "2021", "12.5", "percent", "=", "", "", "somebody_2022", "table 1"),
    ("made_up_share", "Nowhere", "2022", "13.1", "percent", "~", "", "", "somebody_2023", "table 1"),
    ("made_up_count", "Nowhere", "2022", "170", "count", ">", "", "", "somebody_2023", "para 2"),
]
CSV = "year,value\n2021,12.5\n2022,13.1\n"
WORK = Work(
    title="Threeland's libraries, claim by claim",
    abstract="What a text says.",
    authors=("Three Towns maintainers",),
    version="1.0.0",
    keywords=("Library Plan", "图书计划"),
    edition="2023",
    cutoff=dt.date(2023, 12, 31),
    parameters={"edition": "2023", "cutoff": "2023-12-31"},
    content="0123456789abcdef" * 4,
)


def measure(label: str, value: float, outcome: str = "pass") -> dict[str, Any]:
    return {"label": label, "value": value, "unit": "percent", "outcome": outcome, "decides": True, "match": "exact"}


def judged_claim(**said: Any) -> ClaimRecord:
    """Return the record of a claim; fields that are not given are empty."""
    blank: dict[str, Any] = {"id": "a-claim", "section": "1", "kind": "fact", "statement": "It is so."}
    blank |= {"test": None, "text_date": None}
    blank |= {"verdict": "confirmed", "qualifiers": (), "would_change": "", "measures": ()}
    blank |= {"robustness": {"label": "stable", "grid": (), "flips": ()}, "certainty": {"word": "", "reasons": ()}}
    return ClaimRecord.model_validate({"stands_as": said.get("verdict", "confirmed")} | blank | said)


def changed(claim: ClaimRecord, **said: Any) -> ClaimRecord:
    """Return a changed record of a claim. The claim is counted under its new verdict."""
    stands = {"stands_as": said["verdict"]} if "verdict" in said else {}
    return ClaimRecord.model_validate(claim.model_dump(exclude_unset=True) | stands | said)


def witness(match: str, **said: Any) -> dict[str, Any]:
    """Return the record of a measure, a criterion or a finding; fields that are not given are empty."""
    blank = {"match": match, "label": "", "value": 1, "low": 1, "high": 1, "unit": "count", "period": "", "differs": ()}
    blank |= {"cell": "", "outcome": "", "decides": True, "grade": "A", "origins": (), "sources": ()}
    of_kind = {
        "criterion": {"op": "at least", "threshold": None, "found": True, "essential": False},
        "part": {"began": "", "ended": "", "reading": "", "opposes": False, "published": ""},
    }
    number = {"year": 2023, "complete": True, "facets": {}, "holds": "", "commensurable": True, "status": ""}
    return blank | of_kind.get(match, number | {"published": ""}) | said


def columns(rows: list[tuple[str, ...]]) -> dict[str, list[str]]:
    return {name: [row[i] for row in sorted(rows)] for i, name in enumerate(COLUMNS)}


def record() -> dict[str, Any]:
    """Return a record with at least one item of each kind."""
    robustness = {"label": "stable", "flips": [], "break_even": 0.2}
    blank = {"qualifiers": [], "certainty": {"word": ""}, "measures": []}
    share: dict[str, Any] = {"id": "share", "statement": "The share is over 10 %."}
    share |= dict.fromkeys(("verdict", "stands_as"), "supported")
    other: dict[str, Any] = {"id": "other", "statement": "Other.", "verdict": "unverified", "stands_as": "unverified"}
    share |= blank | {"measures": [measure("Share, 2022, Somebody", 13.1)], "robustness": robustness}
    other |= blank | {"robustness": {**robustness}}
    statistic = {"period": "2022", "bound": "=", "made": "published", "sources": ["somebody_2023"], "places": []}
    return {
        "edition": "2026",
        "parameters": {"edition": "2026", "cutoff": "2026-11-25", "panel_year": 2023},
        "claims": [share, other],
        "statistics": {
            "big": statistic | {"value": 1000.0, "unit": "count"},
            "small": statistic | {"value": 2.0, "unit": "percent"},
        },
        "prose": {"2-1-made-up, title": ["# 2.1 Made up"], "2-1-made-up, after": ["There were 170 of them in 2022."]},
        "charts": {"fig-made-up": {"notebook": "2-1-made-up", "csv": CSV}},
        "evidence": columns(FIGURES),
        "files": {"data/figures/made_up.csv": "aaaaaaaaaaaa", "engine/src/claimbook/rule/verdicts.py": "bbbbbbbbbbbb"},
    }


def figure(drawing: str = "<svg/>", **changed: str) -> dict[str, Any]:
    """The output of a figure."""
    words = {"label": "fig-made-up", "title": "Made up", "alt": "It is made up.", "csv": CSV} | changed
    return output({FIGURE_MIME: words, "text/html": f'<img {IMAGE}{drawing}">'})


def prose(text: str, number: str) -> dict[str, Any]:
    """The output of prose with one number."""
    content = {"myst": f"{text} <b>{number}</b>", "values": {"made-up-number": number}}
    return output({MYST_MIME: content, "text/markdown": f"{text} {number}"})


def output(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data, "metadata": {}}


# a claim of each kind, as the front page lists it ----------------------------------------------------------------


def answered(claim_id, kind="fact", verdict="confirmed", section="2.1", measures=(), test=None, firm="stable"):
    return judged_claim(
        id=claim_id,
        section=section,
        kind=kind,
        statement=f"The statement <{claim_id}>.",
        test=test,
        verdict=verdict,
        robustness={"label": firm, "grid": (), "flips": ()},
        measures=measures,
    )


def weighed(value, low, high, outcome, decides=True, match="exact", period="2023"):
    return witness(match, value=value, low=low, high=high, outcome=outcome, decides=decides, period=period)


OVER_100 = claim().test.model_dump() | {"says": "over 100", "period": "2023"}
NUMBER = answered(
    "big",
    "number",
    "supported",
    "3.1",
    [
        weighed(120, 115, 125, "pass"),
        weighed(90, 90, 90, "low", False, "reading"),
        weighed(7, 7, 7, "low", False, "near"),
    ],
    OVER_100,
    "one origin",
)
FACT = answered("began", measures=[weighed(1988, 1988, 1988, "found", match="part", period="1988-08-05")])
COMPARISON = answered(
    "strong",
    "comparison",
    "partly",
    measures=[weighed(2, 2, 2, "met", match="criterion"), weighed(1, 1, 1, "no data", False, "criterion")],
    firm="fragile",
)
OPINION = answered("nice", "opinion", "not scored", "5", firm="not scored")
OPEN = answered(
    "open", "number", "unverified, evidence against (one origin)", "3.1", test=OVER_100, firm="nothing decides"
)
