"""Colours and fonts of the report, and the verdicts of the rule with the five answers that they give readers."""

from dataclasses import dataclass
from typing import NamedTuple


class Colour(NamedTuple):
    """A colour on a light page, its version on a dark page, and the dark version of a surface with white words."""

    light: str
    dark: str
    surface: str = ""  # empty if nothing white is written on it


FONT_FAMILIES = ("Claimbook Sans", "Claimbook Han")
COLOURS = {  # by their names in style sheets
    "ink": Colour("#1f2430", "#e4e6ea", "#616c86"),
    "muted": Colour("#555b66", "#a8aeb8", "#676c76"),
    "line": Colour("#d9dce1", "#3a404a"),
    "soft": Colour("#f5f5f3", "#1f242b"),
    "paper": Colour("#ffffff", "#171a1f"),
    "accent": Colour("#12436d", "#8fbce6", "#3270a5"),
    "flame": Colour("#a3200f", "#f08a70", "#c13e2d"),
    # answers: right, in between, wrong, open; and values below a claim
    "agree": Colour("#00695c", "#5fc4b3", "#11796c"),
    "between": Colour("#855c00", "#dcb255", "#8a6614"),
    "disagree": Colour("#a3200f", "#f0947c", "#c13e2d"),
    "open": Colour("#555b66", "#a8aeb8", "#676c76"),
    "over": Colour("#1a4f9c", "#8fb8f0", "#376cb7"),
    # pictures of claims: values that pass, values that are close, line and label of the claim
    "band": Colour("#e6d6b8", "#4b4029"),
    "band-close": Colour("#f5eedf", "#332d21"),
    "claim": Colour("#6f5320", "#d9b86a", "#836836"),
    # further series of charts
    "teal": Colour("#00857c", "#45c4b8", "#117972"),
    "ochre": Colour("#9a6b00", "#d9a72e", "#8a6614"),
    "plum": Colour("#b0409a", "#dd9ad0", "#a14d90"),
    "slate": Colour("#3a3f48", "#b4bac4", "#666c78"),
}
LIGHT = {name: colour.light for name, colour in COLOURS.items()}  # in print and in files of charts
NAMES = {light: name for name, light in reversed(LIGHT.items())}
INK, MUTED, GRID, PAPER, ACCENT = (LIGHT[name] for name in ("ink", "muted", "line", "paper", "flame"))
BAND, BAND_CLOSE, CLAIM_COLOUR = (LIGHT[name] for name in ("band", "band-close", "claim"))
# six tones, at least 13 CIELAB units apart in protan-, deuteran- and tritanopia, each 4.5 : 1 on paper
PALETTE = tuple(LIGHT[name] for name in ("accent", "flame", "teal", "ochre", "plum", "slate"))


@dataclass(frozen=True)
class Look:
    """How one outcome is drawn, and its words in the key."""

    color: str
    marker: str
    says: str


OUTCOMES = {
    "pass": Look(LIGHT["agree"], "o", "passes"),
    "close": Look(LIGHT["between"], "D", "close"),
    "low": Look(LIGHT["over"], "<", "below: claim too high"),
    "high": Look(LIGHT["disagree"], ">", "above: claim too low"),
    "undecided": Look(LIGHT["open"], "s", "cannot tell"),
}


# verdicts and answers -------------------------------------------------------------------------------------------------

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


RIGHT = Answer("right", "is right", "agree", "o", True, "●")
AGED = Answer("out of date", "is out of date", "between", ">", False, "▷")
PART = Answer("partly right", "is partly right", "between", "D", True, "◆")
WRONG = Answer("wrong", "is wrong", "disagree", "X", True, "✗")
UNKNOWN = Answer("cannot be checked", "cannot be checked", "open", "o", False, "○")
OPINION = Answer("opinion", "is an opinion", "open", "|", False, "–")
NOTHING_YET = Answer(NOT_ASSESSED, "is not yet assessed", "open", ".", False, "–")
ANSWERS = (RIGHT, AGED, PART, WRONG, UNKNOWN, OPINION)
SCORED = ANSWERS[:5]
ANSWER_WORDS = tuple(answer.word for answer in ANSWERS)
KINDER = (WRONG, UNKNOWN, AGED, PART, RIGHT)  # each answer is kinder to the text than the ones before it
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


@dataclass(frozen=True)
class Badge:
    """The word for a verdict as HTML; the style sheet gives it shape and colour."""

    verdict: str

    @property
    def word(self) -> str:
        return answer_of(self.verdict).word

    def _repr_html_(self) -> str:
        return f'<span class="verdict verdict-{answer_of(self.verdict).name}">{self.word}</span>'

    __html__ = _repr_html_  # templates do not escape it
