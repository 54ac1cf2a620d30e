"""What a document says that is no figure: an event, a rule, a study."""

from dataclasses import dataclass

RAISES, LOWERS, MIXED, NO_EFFECT = "raises", "lowers", "mixed", "no effect"
DIRECTIONS = {"positive": RAISES, "none": NO_EFFECT, "mixed": MIXED, "negative": LOWERS}  # by the word of studies.csv


@dataclass(frozen=True)
class Finding:
    """A documented thing that bears on a part of a fact or on a cause: an event, a rule, a count, a study.

    `began` and `ended` are the days on which a rule came into force and ceased to hold, or empty. `done` is the last
    ISO day of an activity or a count, which shows what is so for a few years only; what lasts has none. `value` is a
    date or number for parts with a test. `reading` names the definition or the wider reading under which it counts,
    empty for every one. `opposes` marks a document that says the opposite.
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
    unit: str = ""  # of the value
    reading: str = ""
    opposes: bool = False
    anchor: str = ""
    words: tuple[str, ...] = ()  # of the source, where they were kept

    @property
    def period(self) -> str:
        return self.date


@dataclass(frozen=True)
class Estimate(Finding):
    """What one study finds of one outcome: `direction` says whether the cause raises it, and is a word of DIRECTIONS.

    `group` is the outcome in the words that all studies of a claim share. `counts` is False where the estimate is near
    the sentence only: of another place or outcome, or by description. All documents of a `study` share its handle.
    """

    study: str = ""
    group: str = ""
    direction: str = ""
    counts: bool = True

    @property
    def authors(self) -> str:
        """Who made the study, with the year of this document if it has one: "Tian and Xu 2022"."""
        return f"{self.origins[0].split('; ')[0]} {self.date[:4]}".strip()
