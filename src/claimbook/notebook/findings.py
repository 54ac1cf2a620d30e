"""Written findings: the sentences that answer each claim, and the lead that sums them up.

A finding declares the answers that it fits. A finding that does not fit is never printed, so new figures
cannot leave a finding that contradicts its answer.
"""

from collections.abc import Iterable, Mapping

from claimbook.project.folders import UserError
from claimbook.say.verdict_table import ANSWERS
from claimbook.say.words import counted, listed, suggestion

MOST_WORDS, MOST_OF_LEAD = 40, 110
UNWRITTEN = "The finding for this answer has not been written yet."
ANSWER_WORDS = tuple(answer.word for answer in ANSWERS)

Fits = str | tuple[str, ...]


class FindingError(UserError, ValueError):
    """A finding or lead that cannot be printed; the message says why and how to change it."""


def fitting(name: str, fits: Fits) -> tuple[str, ...]:
    """Return the answers that a text fits. Raises FindingError for a word that is not an answer."""
    fits = (fits,) if isinstance(fits, str) else fits
    for word in fits:
        if word not in ANSWER_WORDS:
            raise FindingError(
                f"{name} is for {word!r}, which is not an answer.{suggestion(word, ANSWER_WORDS)} "
                f"Answers: {listed(ANSWER_WORDS)}."
            )
    return fits


def of_length(name: str, text: str, most: int) -> str:
    """Return the text. Raises FindingError if it has more than `most` words."""
    if (words := len(text.split())) > most:
        raise FindingError(f"{name} has {counted(words, 'word')}. Shorten it to {most}: “{text}”")
    return text


def lead_of(sentences: Iterable[tuple[str, Mapping[str, Fits]]], answers: Mapping[str, str]) -> str:
    """Return the sentences whose claims have the answers that they need, as one paragraph.

    `answers` gives the answer of each claim by its id. Raises FindingError for a claim that is not among
    them.
    """
    chosen = []
    for text, needs in sentences:
        for claim in needs:
            if claim not in answers:
                raise FindingError(
                    f"The lead names the claim {claim!r}, which does not exist.{suggestion(claim, answers)}"
                )
        if all(answers[claim] in fitting(f"The lead's sentence “{text}”", fits) for claim, fits in needs.items()):
            chosen.append(text)
    return " ".join(chosen)
