"""What documents say apart from figures: events, rules, studies."""

from dataclasses import dataclass

RAISES, LOWERS, MIXED, NO_EFFECT = "raises", "lowers", "mixed", "no effect"
DIRECTIONS = {"positive": RAISES, "none": NO_EFFECT, "mixed": MIXED, "negative": LOWERS}  # by the sign in studies.csv


@dataclass(frozen=True)
class Finding:
    """Something documented that bears on a part of a fact or on a cause: an event, a rule, a count, a study.

    `began` and `ended` are the days on which a rule came into force and ceased to hold, or empty. `done` is
    the last ISO day of an activity or a count, which supports a claim for a few years only; a lasting state
    has none. `value` is a date or number for parts with a test. `reading` names the definition or wider
    reading under which the finding counts; empty means every one. `opposes` marks a document that says the
    opposite.
    """

    says: str
    date: str
    grade: str
    origins: tuple[str, ...]
    sources: tuple[str, ...]
    published: str
    began: str = ""
    ended: str = ""
    done: str = ""
    value: float | None = None
    unit: str = ""  # unit of `value`
    reading: str = ""
    opposes: bool = False
    anchor: str = ""
    words: tuple[str, ...] = ()  # quotes from the source, if kept

    @property
    def period(self) -> str:
        return self.date


@dataclass(frozen=True)
class Estimate(Finding):
    """What one study finds about one outcome. `direction` says whether the cause raises or lowers it.

    `group` names the outcome in words that all studies of a claim share. `counts` is False if the estimate is
    only close to the sentence: another place, another outcome, or a description. All documents of one `study`
    share its id.
    """

    study: str = ""
    group: str = ""
    direction: str = ""
    counts: bool = True

    @property
    def authors(self) -> str:
        """Who made the study, with the year of this document if it has one: "Tian and Xu 2022"."""
        return f"{self.origins[0].split('; ')[0]} {self.date[:4]}".strip()
