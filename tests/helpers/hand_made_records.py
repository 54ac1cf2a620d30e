"""Hand-made records of builds. Nothing in them was published or computed."""

from typing import Any

from claimbook.project.csv_tables import COLUMNS
from claimbook.project.outputs import FIGURE_MIME, IMAGE, MYST_MIME
from claimbook.results.models import ClaimRecord

FIGURES = [
    ("made_up_share", "Nowhere", "2021", "12.5", "percent", "=", "", "", "somebody_2022", "table 1"),
    ("made_up_share", "Nowhere", "2022", "13.1", "percent", "~", "", "", "somebody_2023", "table 1"),
    ("made_up_count", "Nowhere", "2022", "170", "count", ">", "", "", "somebody_2023", "para 2"),
]
CSV = "year,value\n2021,12.5\n2022,13.1\n"


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
    share: dict[str, Any] = {
        "id": "share",
        "statement": "The share is over 10 %.",
        "verdict": "supported",
        "stands_as": "supported",
    }
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
        "files": {"data/figures/made_up.csv": "aaaaaaaaaaaa", "src/claimbook/rule/verdicts.py": "bbbbbbbbbbbb"},
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
