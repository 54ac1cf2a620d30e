"""The verdicts of the rule, and what each comes to for a reader: five words, with their looks and their sentences."""

from typing import NamedTuple

OUT_OF_DATE = "right in size, out of date"  # how a miss is counted and drawn that was right a few years before
NOT_ASSESSED = "not yet assessed"
# names of colours in style sheets, and in charts
TONES = {"agree": "#00695c", "between": "#855c00", "disagree": "#a3200f", "open": "#555b66"}


class Answer(NamedTuple):
    """What a verdict comes to for a reader: one word, with a shape and a tone that it shares with no other."""

    word: str
    one: str  # of one claim: "is right"
    several: str
    tone: str  # of TONES
    marker: str  # of matplotlib
    filled: bool
    sign: str  # on pages and in print, as far as the font has the shape

    @property
    def color(self) -> str:
        return TONES[self.tone]

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
TABLE = {  # what the rule says: what it comes to
    "supported": RIGHT,
    "supported as far as tested": RIGHT,
    "confirmed": RIGHT,
    OUT_OF_DATE: AGED,
    "outdated": AGED,
    "close": PART,
    "partly": PART,
    "depends on the definition": PART,
    "overstated": WRONG,
    "understated": WRONG,
    "not supported": WRONG,
    "not supported as far as tested": WRONG,
    "contradicted": WRONG,
    "undecided": UNKNOWN,
    "source not found": UNKNOWN,
    "unverified": UNKNOWN,
    "not tested": UNKNOWN,
    "not scored": OPINION,
    NOT_ASSESSED: NOTHING_YET,
}
FORMER = {  # words of the rule in records of earlier reports
    "studies agree": RIGHT,
    "one study agrees": RIGHT,
    "studies disagree": PART,
    "studies contradict": WRONG,
    "one study contradicts": WRONG,
}


def answer_of(said: str) -> Answer:
    """What a verdict comes to, whatever is added to it: that of "unverified" for "unverified, evidence for"."""
    known = TABLE | FORMER
    return known[max((word for word in known if said.startswith(word)), key=len)]


def style_sheet() -> str:
    """Colours and signs of the five words, for pages and for print, and the edge of a claim's box."""
    rules = ["/* made of the table of verdicts */"]
    for a in (*ANSWERS, NOTHING_YET):
        color = f"color: var(--{a.tone});" if a in SCORED else "color: var(--muted); font-weight: 400;"
        rules.append(f".verdict-{a.name} {{ {color} }}")
        rules.append(f".judgement-{a.name} {{ --edge: var(--{a.tone}); }}")
        rules.append(f'.verdict-{a.name}::before {{ content: "{a.sign}"; }}')
    return "\n".join(rules) + "\n"
