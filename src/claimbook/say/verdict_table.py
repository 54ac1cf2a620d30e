"""The verdicts: their words, and how they are counted, shown and said, in charts, style sheets and sentences."""

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from claimbook.say.words import listed

OUT_OF_DATE = "right in size, out of date"  # how a miss is counted and drawn that was right a few years before
NOT_ASSESSED = "not yet assessed"
# names of colours in style sheets, and in charts
TONES = {"agree": "#00695c", "between": "#855c00", "over": "#1a4f9c", "disagree": "#a3200f", "open": "#555b66"}
SIGNS_APART = "±+×"  # which are too thin at the weight of the others


class Group(NamedTuple):
    """Verdicts that come to the same for a reader in a hurry."""

    id: str
    says: str
    one: str  # sentence for one claim
    several: str
    answer: str  # part of the front page; empty for what is not scored


class Verdict(NamedTuple):
    """A verdict. Those that say the same of a claim share a tone, never a shape."""

    word: str
    group: Group
    tone: str  # of TONES
    marker: str  # of matplotlib
    filled: bool
    sign: str  # on pages and in print, as far as the font has the shape
    clause: str = "this is {verdict}"
    css: str = ""  # name of its class, where its words are too many

    @property
    def color(self) -> str:
        return TONES[self.tone]

    @property
    def name(self) -> str:
        """Its name in style sheets."""
        return self.css or self.word.replace(" ", "-")


KINDS_TOLD = (  # counted apart: a plain fact is no match for a number
    (("number", "numbers"), ("number",)),
    (("judgement", "judgements"), ("comparison", "causal")),
    (("plain fact", "plain facts"), ("fact",)),
)
RIGHT = Group("borne-out", "borne out", "is borne out as written", "are borne out as written", "right")
AGED = Group("aged", "out of date", "is out of date", "are out of date", "aged")
PART = Group("in-part", "right in part", "is right in part", "are right in part", "part")
WRONG = Group("not-as-written", "not as written", "does not hold as written", "do not hold as written", "wrong")
OPEN = Group(
    "open",
    "no evidence decides",
    "has no published evidence that decides",
    "have no published evidence that decides",
    "unknown",
)
UNSCORED = Group("unscored", "not scored", "is not scored", "are not scored", "")
GROUPS = (RIGHT, AGED, PART, WRONG, OPEN, UNSCORED)
STUDIES = "{verdict}"
TABLE = (
    Verdict("supported", RIGHT, "agree", "o", True, "●"),
    Verdict("supported as far as tested", RIGHT, "agree", "^", False, "△"),
    Verdict("studies agree", RIGHT, "agree", "*", True, "✓", STUDIES),
    Verdict("one study agrees", RIGHT, "agree", "*", False, "✓", STUDIES),
    Verdict("confirmed", RIGHT, "agree", "p", True, "✔"),
    Verdict("close", PART, "between", "D", True, "◆", "this is close to what was found"),
    Verdict(OUT_OF_DATE, AGED, "between", ">", False, "▷", "this is right in size but out of date", "out-of-date"),
    Verdict("partly", PART, "between", "D", False, "◊", "this is right in part"),
    Verdict("outdated", AGED, "between", "h", False, "◌", "this was so, but no more"),
    Verdict("depends on the definition", PART, "between", "P", True, "+", "this {verdict}", "depends"),
    Verdict("studies disagree", PART, "between", "P", False, "±", STUDIES),
    Verdict("overstated", WRONG, "over", "<", True, "◀"),
    Verdict("understated", WRONG, "disagree", ">", True, "▶"),
    Verdict("not supported", WRONG, "disagree", "X", True, "✗"),
    Verdict("not supported as far as tested", WRONG, "disagree", "v", False, "▽"),
    Verdict("contradicted", WRONG, "disagree", "s", True, "■"),
    Verdict("studies contradict", WRONG, "disagree", "8", True, "×", STUDIES),
    Verdict("one study contradicts", WRONG, "disagree", "8", False, "×", STUDIES),
    Verdict("undecided", OPEN, "open", "d", False, "▿", "published figures leave this undecided"),
    Verdict("source not found", OPEN, "open", "o", False, "○", "the source of this was not found"),
    Verdict("unverified", OPEN, "open", "s", False, "□", "no published evidence decides this"),
    Verdict("not tested", UNSCORED, "open", "_", False, "–", "this could not be tested"),
    Verdict("not scored", UNSCORED, "open", "|", False, "–", "this is not scored"),
    Verdict(NOT_ASSESSED, UNSCORED, "open", ".", False, "–", "this is not yet assessed"),
)
VERDICTS = {verdict.word: verdict for verdict in TABLE}


def verdict_of(said: str) -> Verdict:
    """The verdict that a record says, whatever is added to it: "unverified" of "unverified, evidence for"."""
    return max((verdict for verdict in TABLE if said.startswith(verdict.word)), key=lambda v: len(v.word))


def is_verdict(said: str) -> bool:
    return said.startswith((*VERDICTS,))


def badge_class(word: str) -> str:
    """Name of a verdict or another badge in style sheets: its words joined."""
    return verdict_of(word).name if is_verdict(word) else word.replace(" ", "-")


def tally(verdicts: Iterable[str]) -> str:
    """How many claims came out in which way: "2 are borne out as written and 1 is right in part"."""
    counts = Counter(verdict_of(said).group for said in verdicts)
    return listed(f"{counts[g]} {g.one if counts[g] == 1 else g.several}" for g in GROUPS if counts[g])


def style_sheet() -> str:
    """Colours and signs of the verdicts, for pages and for print, and the edge of a claim's box."""
    rules = ["/* made of the table of verdicts */"]
    for (tone, scored), own in groupby(TABLE, key=lambda v: (v.tone, v.group is not UNSCORED)):
        names = [verdict.name for verdict in own]
        color = f"color: var(--{tone});" if scored else "color: var(--muted); font-weight: 400;"
        rules.append(f"{', '.join(f'.verdict-{name}' for name in names)} {{ {color} }}")
        rules.append(f"{', '.join(f'.judgement-{name}' for name in names)} {{ --edge: var(--{tone}); }}")
    for verdict in TABLE:
        weight = " font-weight: 600;" * (verdict.sign in SIGNS_APART)
        rules.append(f'.verdict-{verdict.name}::before {{ content: "{verdict.sign}";{weight} }}')
    return "\n".join(rules) + "\n"
