"""What documents say apart from figures: events, rules, studies."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from claimbook.evidence.measures import Provenance
from claimbook.say.words import latest_day, parse, source_anchor

WRITINGS = frozenset({"study", "literature"})  # categories of events that only say when a text appeared
ACTIVITY = "activity"  # category of a single act: an agreement, a call, a payment
SIDES = {"for": (False,), "against": (True,), "both": (False, True)}  # whether a study opposes, by its column speaks
RAISES, LOWERS, MIXED, NO_EFFECT = "raises", "lowers", "mixed", "no effect"
DIRECTIONS = {"positive": RAISES, "none": NO_EFFECT, "mixed": MIXED, "negative": LOWERS}  # by the sign in studies.csv


@dataclass(frozen=True)
class Finding(Provenance):
    """Documented evidence on a part of a fact or on a cause: an event, a rule, a count, a study.

    `began` and `ended` are the days on which a rule came into force and ceased to hold, or empty. `done` is the last
    ISO day of an activity or a count, which supports a claim for a few years only; a lasting state has none. `value` is
    a date or number for parts with a test. `reading` names the definition or wider reading under which the finding
    counts; empty means every one. `opposes` marks a document that says the opposite.
    """

    says: str
    date: str
    published: str
    began: str = ""
    ended: str = ""
    done: str = ""
    value: float | None = None
    unit: str = ""  # unit of `value`
    reading: str = ""
    opposes: bool = False
    words: tuple[str, ...] = ()  # quotes from the source, if kept

    @property
    def period(self) -> str:
        return self.date


@dataclass(frozen=True)
class Estimate(Finding):
    """What one study finds about one outcome. `direction` says whether the cause raises or lowers it.

    `group` names the outcome in words that all studies of a claim share. `counts` is False if the estimate is only
    close to the sentence: another place, another outcome, or a description. All documents of one `study` share its id.
    """

    study: str = ""
    group: str = ""
    direction: str = ""
    counts: bool = True

    @property
    def authors(self) -> str:
        """Who made the study, with the year of this document if it has one: "Tian and Xu 2022"."""
        return f"{self.origins[0].split('; ')[0]} {self.date[:4]}".strip()


def event_findings(event: Mapping[str, str], known: Mapping[str, Mapping[str, str]]) -> list[Finding]:
    """Return a finding for each source of an event that is in `known` (source: row of `sources.csv`).

    Only the first source of the row carries the quoted words. The end counts once its own source is published.
    """
    ids, writing = event["source_id"].split(";"), event["category"] in WRITINGS
    return [
        Finding(
            says=event["event"],
            date="" if writing and source["dated"] else event["date"],
            grade=source["grade"],
            origins=tuple(source["origin"].split("; ")),
            sources=(source_id,),
            published=source["published"],
            began="" if writing else event["date"],
            ended=event["ended"] if event["ended_source_id"] in known else "",
            done=latest_day(event["date"]).isoformat() if event["category"] == ACTIVITY else "",
            value=float(parse(event["date"]).year),
            unit="year",
            anchor=source_anchor(source_id),
            words=(event["quote"],) if event.get("quote") and source_id == ids[0] else (),
        )
        for source_id in ids
        if (source := known.get(source_id))
    ]


def study_findings(study: Mapping[str, str]) -> list[Finding]:
    """Return what a row of `studies.csv` finds: an estimate for a cause, else findings for or against the claim.

    A study that supports both sides makes two findings. An estimate of something else makes none.
    """
    about: dict[str, Any] = {
        "says": f"{study['origin']}, {study['outcome']}: {study['result']}",
        "date": "" if study["dated"] else study["published"],
        "grade": study["weight"],
        "origins": (study["origin"],),
        "sources": (study["source_id"],),
        "published": study["published"],
        "anchor": source_anchor(study["source_id"]),
        "words": (study["words"],) if study.get("words") else (),
    }
    if study["speaks"]:
        return [Finding(**about, opposes=opposes) for opposes in SIDES.get(study["speaks"], ())]
    if study["counts"] == "no":
        return []
    about |= {"study": study["study"], "group": study["outcome_group"], "direction": DIRECTIONS[study["sign"]]}
    return [Estimate(**about, counts=study["counts"] == "yes")]
