"""The verdicts of the rule and the five answers they give readers, with their looks and words."""

from typing import NamedTuple

from claimbook.say.tones import LIGHT

# The verdicts of the rule. "close" and "undecided" are also outcomes of single values, so they have no names here.
SUPPORTED, NOT_SUPPORTED = "supported", "not supported"
SUPPORTED_SO_FAR, NOT_SUPPORTED_SO_FAR = "supported as far as tested", "not supported as far as tested"
CONFIRMED, CONTRADICTED, OUTDATED = "confirmed", "contradicted", "outdated"
PARTLY, BY_DEFINITION = "partly", "depends on the definition"
OVERSTATED, UNDERSTATED = "overstated", "understated"
UNVERIFIED, NO_SOURCE, NOT_TESTED, NOT_SCORED = "unverified", "source not found", "not tested", "not scored"
NO_EVIDENCE = f"{UNVERIFIED}, no evidence"
OUT_OF_DATE = "right in size, out of date"  # a miss that was right a few years earlier
NOT_ASSESSED = "not yet assessed"


class Answer(NamedTuple):
    """The answer that a verdict gives a reader: a word with its own combination of shape and tone."""

    word: str
    one: str  # for one claim: "is right"
    several: str
    tone: str  # key of COLOURS
    marker: str  # marker of matplotlib
    filled: bool
    sign: str  # for pages and print; the font may lack the exact shape

    @property
    def color(self) -> str:
        return LIGHT[self.tone]

    @property
    def name(self) -> str:
        """Its name in style sheets and addresses."""
        return self.word.replace(" ", "-")


RIGHT = Answer("right", "is right", "are right", "agree", "o", True, "●")
AGED = Answer("out of date", "is out of date", "are out of date", "between", ">", False, "▷")
PART = Answer("partly right", "is partly right", "are partly right", "between", "D", True, "◆")
WRONG = Answer("wrong", "is wrong", "are wrong", "disagree", "X", True, "✗")
UNKNOWN = Answer("cannot be checked", "cannot be checked", "cannot be checked", "open", "o", False, "○")
OPINION = Answer("opinion", "is an opinion", "are opinions", "open", "|", False, "–")
NOTHING_YET = Answer(NOT_ASSESSED, "is not yet assessed", "are not yet assessed", "open", ".", False, "–")
ANSWERS = (RIGHT, AGED, PART, WRONG, UNKNOWN, OPINION)
SCORED = ANSWERS[:5]
VERDICTS = {  # verdict of the rule: answer
    SUPPORTED: RIGHT,
    SUPPORTED_SO_FAR: RIGHT,
    CONFIRMED: RIGHT,
    OUT_OF_DATE: AGED,
    OUTDATED: AGED,
    "close": PART,
    PARTLY: PART,
    BY_DEFINITION: PART,
    OVERSTATED: WRONG,
    UNDERSTATED: WRONG,
    NOT_SUPPORTED: WRONG,
    NOT_SUPPORTED_SO_FAR: WRONG,
    CONTRADICTED: WRONG,
    "undecided": UNKNOWN,
    NO_SOURCE: UNKNOWN,
    UNVERIFIED: UNKNOWN,
    NOT_TESTED: UNKNOWN,
    NOT_SCORED: OPINION,
    NOT_ASSESSED: NOTHING_YET,
}
FORMER = {  # verdicts in records of earlier reports
    "studies agree": RIGHT,
    "one study agrees": RIGHT,
    "studies disagree": PART,
    "studies contradict": WRONG,
    "one study contradicts": WRONG,
}


def answer_of(verdict: str) -> Answer:
    """Return the answer for a verdict; "unverified, evidence for" counts as "unverified"."""
    known = VERDICTS | FORMER
    return known[max((word for word in known if verdict.startswith(word)), key=len)]


def in_words(verdict: str) -> str:
    """Return the answer for a verdict, with the verdict in brackets if it says more: "right (confirmed)"."""
    word = answer_of(verdict).word
    return word if word == verdict else f"{word} ({verdict})"
