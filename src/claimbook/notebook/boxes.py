"""What a reader sees of a judgement: what was found, its card, and tables for who wants to check it."""

from collections.abc import Callable, Iterable, Iterator

import pandas as pd

from claimbook.evidence.claims import CausalClaim, FactClaim, NumberClaim
from claimbook.evidence.findings import Finding
from claimbook.evidence.measures import FIRST_TIER, year
from claimbook.firmness.judgement import Assessed, Judgement, value_in_words
from claimbook.results.claim_records import finding_in_words
from claimbook.rule.causes import in_words
from claimbook.rule.facts import ENDED, FAILS, NOT_SHOWN, SHOWN, part_result, usable
from claimbook.say.numbers import BOUND_WORDS, Badge, interval_in_words, number_in_words
from claimbook.say.periods import parse
from claimbook.say.tables import EVIDENCE_PAGE, escape
from claimbook.say.verdict_table import HINTS, answer_of
from claimbook.say.words import sentence_case

OPINION = "an opinion, which figures cannot decide"
NO_FIGURE = "no published figure measures exactly this"
MATCHES = ("exact", "reading", "same, earlier", "same, later", "bound", "near")  # from what weighs most
PART_SAYS = {ENDED: "no longer so:", FAILS: "not so:", NOT_SHOWN: "we found no evidence that"}  # of a part of a fact
CONTEXT = ("same, earlier", "bound", "near")  # of what did not decide, what the answer may name as nearest


# what was found ------------------------------------------------------------------------------------------------


def found_in_words(judgement: Judgement, title: str = "") -> str:
    """What was found, as a clause without its stop; `title` says it of criteria."""
    by_kind: dict[str, Callable[[Judgement], str]] = {
        "number": number_found,
        "fact": fact_found,
        "causal": causal_found,
        "comparison": lambda _: title,
        "opinion": lambda _: OPINION,
    }
    found = by_kind[judgement.claim.kind](judgement).strip().rstrip(".")
    hints = [says for word, says in HINTS.items() if word in judgement.verdict]
    return "; ".join(filter(None, [found, *hints]))


def number_found(judgement: Judgement[NumberClaim]) -> str:
    """The deciding value with its year; else how the number fits other readings, or the nearest value."""
    if judgement.deciding:
        right = [f"right in size {q.of}" for q in judgement.qualifiers if q.kind == "outdated"]
        return ", ".join([f"{value_in_words(judgement.deciding, judgement.claim)} in {judgement.period}", *right])
    if readings := readings_in_words(judgement):
        return f"{NO_FIGURE}; {readings}"
    near = nearest(judgement)
    if near is None:
        return NO_FIGURE
    m = near.measure
    return f"{NO_FIGURE}; nearest: {m.label}, {f'{BOUND_WORDS[m.bound]} {number_in_words(m.value, m.unit)}'.strip()}"


def readings_in_words(judgement: Judgement) -> str:
    """What a statement comes to under other readings; "" where there is none."""
    by_answer: dict[str, list[str]] = {}
    for q in judgement.qualifiers:
        if q.kind == "reading":
            by_answer.setdefault(answer_of(q.verdict).word, []).append(q.of)
    return "; ".join(f"{word} if read as {' or '.join(readings)}" for word, readings in by_answer.items())


def nearest(judgement: Judgement) -> Assessed | None:
    """Of what may be compared but did not decide, the measure that differs least and then lies nearest in time.

    A bound that leaves the claim open is near nothing.
    """
    asked = int(judgement.period[:4])
    known = [a for a in judgement.assessed if a.outcome != "undecided" and a.measure.grade != "D"]
    open_ = [a for a in known if a.commensurable and a.match in CONTEXT]
    return min(open_, key=lambda a: (len(a.differs), abs(year(a.measure) - asked), a.measure.label), default=None)


def fact_found(judgement: Judgement[FactClaim]) -> str:
    """The document that speaks most against the sentence, or for it where none does, and the parts without one."""
    claim, day = judgement.claim, judgement.text_date
    literal = {part: [f for f in found if f.reading not in claim.readings] for part, found in judgement.findings}
    results = {p.id: part_result(p, literal.get(p.id, ()), day) for p in claim.parts}
    said = []
    for result in (FAILS, ENDED, SHOWN):
        parts = [p for p in claim.parts if results[p.id] == result]
        counted = [f for p in parts for f in usable(p, literal.get(p.id, ()), day)]
        if lead := leading(counted, day, result):
            said.append(document(lead))
            break
    said += [
        f"{PART_SAYS[got]} {p.says}"
        for p in claim.parts
        if len(claim.parts) > 1 and (got := results[p.id]) not in (SHOWN, FAILS)
    ]
    if readings := readings_in_words(judgement):
        said.append(readings)
    return "; ".join(said) or ("documents contradict each other" if any(literal.values()) else "no document was found")


def leading(counted: Iterable[Finding], day: str, result: str) -> Finding | None:
    """Of the findings that count for a result, the latest of the best tier, of before the day if there is one."""
    return max(
        (f for f in counted if f.opposes or result != FAILS or f.value is not None),
        key=lambda f: (f.grade in FIRST_TIER, f.date <= day, f.date and parse(f.date).last_day.isoformat(), f.says),
        default=None,
    )


def document(finding: Finding) -> str:
    """A finding up to its first detail, with its year unless it names one."""
    says, year = finding.says.split("; ")[0], finding.date[:4]
    return says if year in says else f"{says} ({year})"


def causal_found(judgement: Judgement[CausalClaim]) -> str:
    """Each outcome that the sentence names, with what the studies that count find, by their authors."""
    found = dict(judgement.findings)
    said = [in_words(outcome, found[outcome.group]) for outcome in judgement.claim.outcomes]
    return "; ".join(filter(None, [*said, readings_in_words(judgement)]))


# the card ------------------------------------------------------------------------------------------------------


def verdict_box(judgement: Judgement, found: str) -> str:
    """A claim with its answer, what was found and how firm that is, as a MyST box; its page tells the rest."""
    claim = judgement.claim
    said = escape(sentence_case("; ".join(filter(None, [found, judgement.firm]))))
    return f"""\
(claim-{claim.id})=
:::{{admonition}} {escape(claim.statement)}
:class: judgement judgement-{answer_of(judgement.stands_as).name}

{Badge(judgement.stands_as)._repr_html_()} · {said}.

:::
"""


# tables --------------------------------------------------------------------------------------------------------


def measures_table(judgement: Judgement[NumberClaim]) -> pd.DataFrame:
    """Every measure in the light of its claim, the deciding ones first; cells are MyST text."""
    unit = judgement.claim.test.unit

    def row(a: Assessed) -> dict[str, str]:
        m = a.measure
        how = a.reading and f"reading: {a.reading}" or a.match
        differs = f" (differs in {', '.join(a.differs)})" if a.match in {"near", "bound"} else ""
        return {
            "Measure": linked(m.label, m.anchor),
            "Value": f"{BOUND_WORDS[m.bound]} {number_in_words(m.value, unit)}".strip(),
            "Range": interval_in_words(m.interval.low, m.interval.high, m.unit),
            "Match": escape(how + differs) + (" **decides**" if a.decides else ""),
            "Outcome": a.outcome if a.commensurable else "not commensurable",
            "Grade": m.grade,
            "Status": m.status or "final",
        }

    ranked = sorted(
        judgement.assessed,
        key=lambda a: (MATCHES.index(a.match), a.reading, -int(a.measure.period[:4]), a.measure.label),
    )
    return pd.DataFrame([row(a) for a in ranked])


def linked(label: str, anchor: str) -> str:
    """Text from data, leading to its rows on the page of evidence if they are known."""
    return f"[{escape(label)}]({EVIDENCE_PAGE}#{anchor})" if anchor else escape(label)


def findings_table(judgement: Judgement) -> pd.DataFrame:
    """What was found for a fact or cause: one row a document, with all its prints and the parts or outcomes it is of.

    Cells are MyST text; columns that say nothing are left out.
    """
    parts = {p.id: p.says for p in getattr(judgement.claim, "parts", ())}
    if judgement.claim.kind == "causal":
        parts = {group: group for group, _ in judgement.findings}
    prints: dict[str, list[tuple[str, Finding]]] = {}
    for part, found in judgement.findings:
        for f in found:
            prints.setdefault(f.says, []).append((part, f))

    def row(says: str, own: list[tuple[str, Finding]]) -> dict[str, str]:
        ranked = sorted((f for _, f in own), key=lambda f: f.grade)
        return {
            "Part": escape("; ".join(distinct(parts.get(part, "") for part, _ in own))),
            "Found": linked(says, ranked[0].anchor),
            "Date": ", ".join(distinct(f.date for f in ranked)),
            "If read as": escape("; ".join(distinct(f.reading for f in ranked))),
            "Grade": ", ".join(distinct(f.grade for f in ranked)),
            "Origin": escape("; ".join(distinct(o for _, f in own for o in f.origins))),
            "Says": "; ".join(readings_said(own, judgement)),
        }

    table = pd.DataFrame([row(says, own) for says, own in prints.items()])
    spare = (["Part"] if len(parts) < 2 else []) + ([] if table["If read as"].any() else ["If read as"])
    return table.drop(columns=spare)


def distinct(items: Iterable[str]) -> list[str]:
    """Items without empty and repeated ones, in their order."""
    return list(dict.fromkeys(item for item in items if item))


def readings_said(prints: list[tuple[str, Finding]], judgement: Judgement) -> Iterator[str]:
    """How the prints of one document count; a weak print counts for nothing beside a better one.

    Where it depends on how the claim is read, each reading says its own.
    """
    ranked = sorted(prints, key=lambda print_: print_[1].grade)
    counted = [(part, f) for part, f in ranked if f.grade != "D"] or ranked
    words = {f.reading: finding_in_words(part, f, judgement) for part, f in counted}
    if len(set(words.values())) == 1:
        yield next(iter(words.values()))
    else:
        yield from (f"{word} as {escape(reading)}" if reading else word for reading, word in words.items())


def criteria_table(judgement: Judgement) -> pd.DataFrame:
    """Each criterion with its value; cells are MyST text."""
    rows = [
        {
            "Criterion": escape(r.says),
            "Value": escape(r.value_text),
            "Threshold": "" if r.threshold is None else f"{r.criterion.op} {r.threshold:g}",
            "Result": r.word,
            "Grade": r.grade,
        }
        for r in judgement.criteria
    ]
    return pd.DataFrame(rows)
