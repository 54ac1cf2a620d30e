"""Written findings: the sentences that answer each claim, and the lead that sums them up.

A finding declares the answers that it fits. A finding that does not fit is never printed, so new figures
cannot leave a finding that contradicts its answer.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from claimbook.evidence.measures import Measure
from claimbook.notebook.prose import OPTIONAL_SENTENCE, OR_ELSE, VALUE_KEY
from claimbook.project.folders import UserError
from claimbook.say.verdict_table import ANSWER_WORDS
from claimbook.say.words import Place, counted, listed, suggestion, with_unit

MOST_WORDS, MOST_OF_LEAD = 40, 110
UNWRITTEN = "The finding for this answer has not been written yet."

Fits = str | tuple[str, ...]
LeadSentence = tuple[str, Mapping[str, Fits], *tuple[str, ...]]  # its claims, and perhaps the same in another language


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


def twin(name: str, text: str, also: str, is_wanted: bool) -> str:
    """Check that a sentence in the other language names the numbers of its English twin, and return it.

    Numbers in optional sentences `[[…]]` are in the same ones, which appear only if their numbers exist. Raises
    FindingError if the sentence differs, or is missing in a report that wants it.
    """
    if is_wanted and not also:
        raise FindingError(f"{name} has no twin in the language that report.yml asks for. Write one for “{text}”")
    ours, theirs = ({*VALUE_KEY.findall(one)} for one in (text, also))
    if also and (differs := sorted(ours ^ theirs)):
        which = listed(f"only {'English' if key in ours else 'the other'} has {{{key}}}" for key in differs)
        raise FindingError(f"{name} does not have the same numbers in both languages: {which}. See “{also}”")
    if also and optional(text) != optional(also):
        raise FindingError(f"{name} has other numbers in [[…]] in the other language. Put the same there: “{also}”")
    return also


def optional(text: str) -> Counter[tuple[frozenset[str], ...]]:
    """Return the numbers in each version of each optional sentence."""
    options = (found[2].split(OR_ELSE) for found in OPTIONAL_SENTENCE.finditer(text))
    return Counter(tuple(frozenset(VALUE_KEY.findall(version)) for version in option) for option in options)


def another_value(deciding: Iterable[Measure], printed: Mapping[str, Iterable[Place]]) -> str:
    """Say that a finding prints values of the deciding series, but not one that decides; return "" if it is not so.

    `printed` has the places of each number in the finding, by key.
    """
    deciding = [*deciding]
    behind = {place for measure in deciding for place in measure.behind}
    series = {place.series for place in behind}
    same = {key: {*places} for key, places in printed.items() if {place.series for place in places} <= series}
    if not any(same.values()) or any(places & behind for places in same.values()):
        return ""
    rests_on = listed(f"{m.label}: {with_unit(m.value, m.unit)}" for m in deciding)
    keys = listed(f"{{{key}}}" for key in same)
    return (
        f"The finding prints another value of the same series, {keys}. The answer rests on {rests_on}. Take the number "
        "from the judgement: section.stat(key, judged.deciding)."
    )


def lead_of(
    sentences: Iterable[LeadSentence], answers: Mapping[str, str], other: bool = False
) -> list[tuple[str, tuple[str, ...], str]]:
    """Return the sentences that fit the answers, each with the ids of the claims that it rests on, and with its twin.

    Sentences that rest on the same claims are alternatives. An empty one declares that the lead says nothing under
    its answers. With `other` none may lack its twin. Raises FindingError for a sentence without a claim, for an unknown
    claim, and if no alternative fits the answers of its claims.
    """
    fitted: dict[frozenset[str], list[tuple[str, tuple[str, ...], str]]] = {}
    for text, needs, *also in sentences:
        name = f"The lead's sentence “{text}”"
        if not needs:
            raise FindingError(f"{name} rests on no claim. Name each claim with its answers: (…, {{claim: answers}}).")
        for claim in (claim for claim in needs if claim not in answers):
            raise FindingError(f"The lead names the claim {claim!r}, which does not exist.{suggestion(claim, answers)}")
        same = twin(name, text, "".join(also), other and bool(text))
        alternatives = fitted.setdefault(frozenset(needs), [])
        if all(answers[claim] in fitting(name, fits) for claim, fits in needs.items()):
            alternatives.append((text, tuple(needs), same))
    for claims in (claims for claims, alternatives in fitted.items() if not alternatives):
        stand = listed(f"{claim} is {answers[claim]!r}" for claim in sorted(claims))
        raise FindingError(
            f"The lead has no sentence for these answers: {stand}. Write one that fits them. If it has to say nothing "
            'there, add ("", {claim: answers}) with the same claims.'
        )
    return [each for alternatives in fitted.values() for each in alternatives if each[0]]
