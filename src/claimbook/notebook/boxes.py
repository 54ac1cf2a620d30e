"""What a reader sees of a judgement: its sentence in the answer box, its card, and tables for who wants to check it."""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import pandas as pd

from claimbook.evidence.claims import Claim, FactClaim, NumberClaim
from claimbook.evidence.findings import Finding
from claimbook.evidence.lookups import Lookups
from claimbook.evidence.measures import FIRST_TIER, year
from claimbook.firmness.judgement import Assessed, Judgement, value_in_words
from claimbook.results.claim_records import finding_in_words
from claimbook.rule.comparisons import CriterionResult
from claimbook.rule.facts import ENDED, FAILS, PART_WORDS, SHOWN, best_studies, causal_sides, part_result, usable
from claimbook.say.anchors import searches_anchor
from claimbook.say.numbers import BOUND_WORDS, Badge, inert, interval_in_words, number_in_words
from claimbook.say.periods import parse
from claimbook.say.tables import EVIDENCE_PAGE, escape
from claimbook.say.verdict_table import badge_class
from claimbook.say.words import counted

GAPS_PAGE = "../book/gaps.html"
OPINION = "an opinion, which figures cannot decide"
NO_FIGURE = "no published figure measures exactly this"
MATCHES = ("exact", "reading", "same, earlier", "same, later", "bound", "near")  # from what weighs most
CONTEXT = ("same, earlier", "bound", "near")  # of what did not decide, what the answer may name as nearest


# the answer box ------------------------------------------------------------------------------------------------


def answer_box(claims: Iterable[Claim]) -> str:
    """The answers of a section as prose, which wait for the verdicts of its later cells; each leads to its card."""
    lines = [
        f"- {{verdict-{c.id}}} [{escape(c.statement.rstrip('.'))}](#claim-{c.id}): {{answer-{c.id}}}" for c in claims
    ]
    return "\n".join(
        [":::{admonition} What the text says, and what was found", ":class: claims", "", *lines, ":::", ""]
    )


def answer_faces(judgement: Judgement, title: str = "") -> tuple[str, str]:
    """The answer with its stop and how firm it is, as text and as HTML of the book."""
    said, firm = f"{answer(judgement, title)}.", firmness(judgement)
    return (f"{said} ({firm.word})", f"{inert(said)} {firm._repr_html_()}") if firm else (said, inert(said))


def answer(judgement: Judgement, title: str = "") -> str:
    """What was found, as the second half of a sentence without its stop; `title` says it of criteria."""
    by_kind: dict[str, Callable[[Judgement], str]] = {
        "number": number_answer,
        "fact": fact_answer,
        "causal": causal_answer,
        "comparison": lambda _: title,
        "opinion": lambda _: OPINION,
    }
    return by_kind[judgement.claim.kind](judgement).strip().rstrip(".")


def number_answer(judgement: Judgement[NumberClaim]) -> str:
    """The deciding value with its year; else the verdict under other readings, or the nearest value."""
    if judgement.deciding:
        overtaken = [q.partition("(")[2].rstrip(")") for q in judgement.qualifiers if q.startswith("outdated")]
        return ", ".join([f"{value_in_words(judgement.deciding, judgement.claim)} in {judgement.period}", *overtaken])
    readings = [q for q in judgement.qualifiers if " if read as " in q]
    if readings:
        return f"{NO_FIGURE}; {', '.join(readings)}"
    near = nearest(judgement)
    if near is None:
        return NO_FIGURE
    m = near.measure
    return f"{NO_FIGURE}; nearest: {m.label}, {f'{BOUND_WORDS[m.bound]} {number_in_words(m.value, m.unit)}'.strip()}"


def nearest(judgement: Judgement) -> Assessed | None:
    """Of what may be compared but did not decide, the measure that differs least and then lies nearest in time.

    A bound that leaves the claim open is near nothing.
    """
    asked = int(judgement.period[:4])
    known = [a for a in judgement.assessed if a.outcome != "undecided" and a.measure.grade != "D"]
    open_ = [a for a in known if a.commensurable and a.match in CONTEXT]
    return min(open_, key=lambda a: (len(a.differs), abs(year(a.measure) - asked), a.measure.label), default=None)


def fact_answer(judgement: Judgement[FactClaim]) -> str:
    """The document that speaks most against the sentence, or for it where none does, and the parts without one."""
    claim, day = judgement.claim, judgement.text_date
    literal = {part: [f for f in found if f.reading not in claim.readings] for part, found in judgement.findings}
    results = {p.id: part_result(p, literal.get(p.id, ()), day) for p in claim.parts}
    said = []
    for result in (FAILS, ENDED, SHOWN):
        found = chain.from_iterable(literal[p] for p, got in results.items() if got == result)
        if lead := leading(found, day, result):
            said.append(document(lead))
            break
    said += [
        f"{PART_WORDS[got]}: {p.says}"
        for p in claim.parts
        if len(claim.parts) > 1 and (got := results[p.id]) not in (SHOWN, FAILS)
    ]
    said += [q for q in judgement.qualifiers if " if read as " in q]
    return "; ".join(said) or ("documents contradict each other" if any(literal.values()) else "no document was found")


def leading(findings: Iterable[Finding], day: str, result: str) -> Finding | None:
    """Of the findings that count for a result, the latest of the best tier, of before the day if there is one."""
    counted = [f for f in usable(findings, day) if f.opposes or result != FAILS or f.value is not None]
    return max(
        counted,
        key=lambda f: (f.grade in FIRST_TIER, f.date <= day, f.date and parse(f.date).last_day.isoformat(), f.says),
        default=None,
    )


def document(finding: Finding) -> str:
    """A finding up to its first detail, with its year unless it names one."""
    says, year = finding.says.split("; ")[0], finding.date[:4]
    return says if year in says else f"{says} ({year})"


def causal_answer(judgement: Judgement) -> str:
    """The study, or how many say what; those that find both count on both sides."""
    studies = best_studies(s for _, found in judgement.findings for s in found)
    if len({s.origins for s in studies}) == 1:
        return document(studies[0])
    sides = causal_sides(studies)
    if not sides:
        return "no published estimate was found"
    agree, against = (len(sides.get(side, ())) for side in (False, True))
    if judgement.claim.can and against:
        return f"{counted(agree, 'study finds', 'studies find')} it, {counted(against, 'finds', 'find')} the opposite"
    return f"{counted(agree, 'study agrees', 'studies agree')}, {counted(against, 'disagrees', 'disagree')}"


# the card ------------------------------------------------------------------------------------------------------


def verdict_box(judgement: Judgement, lookups: Lookups) -> str:
    """The verdict with its qualifiers, how firm it is, what would change it and what was looked for, as a MyST box."""
    claim = judgement.claim
    lines = standing_lines(judgement)
    if not drawable(judgement.criteria):  # else a chart shows them
        lines += [*(f"- {criterion_in_words(r)}" for r in judgement.criteria), ""]
    if judgement.would_change:
        lines += [f"*What would change it:* {escape(judgement.would_change)}", ""]
    searches, unseen = lookups.searches.get(claim.id, 0), lookups.not_seen.get(claim.id, ())
    if searches:
        times = "once" if searches == 1 else "twice" if searches == 2 else f"{searches} times"
        lines += [f"*Looked for and not found:* [{times}]({GAPS_PAGE}#{searches_anchor(claim.id)})", ""]
    if unseen:
        lines += [f"*Known, not seen, so no evidence:* {escape('; '.join(unseen))}", ""]
    if claim.care:
        lines += [f"*Care:* {escape(claim.care)}", ""]
    classes = f"judgement judgement-{badge_class(judgement.stands_as)}"
    title = escape(claim.statement)
    return "\n".join(
        [f"(claim-{claim.id})=", f":::{{admonition}} {title}", f":class: {classes}", "", *lines, ":::", ""]
    )


def firmness(judgement: Judgement) -> Badge | None:
    """How firm the verdict is; None for an opinion, and where the verdict itself says that there is no evidence."""
    label = judgement.robustness.label
    return None if label in {"not scored", "no evidence"} else Badge(label, "robustness")


def standing_lines(judgement: Judgement) -> list[str]:
    """Verdict and firmness, what stands beside them, and what would turn the verdict."""
    robust, firm = judgement.robustness, firmness(judgement)
    badges = [Badge(judgement.verdict, "verdict", judgement.stands_as), *([firm] if firm else [])]
    lines = [" · ".join(badge._repr_html_() for badge in badges), ""]
    beside = [escape(q) for q in judgement.qualifiers if q != robust.label]
    lines += [" · ".join(beside), ""] if beside else []
    if robust.in_words:
        lines += [f"*How firm:* {' · '.join(map(escape, robust.in_words))}", ""]
    return lines


def drawable(results: Iterable[CriterionResult]) -> bool:
    """Whether criteria are worth a chart: at least two have a value and a mark to hold it against."""
    return sum(r.value is not None and r.threshold is not None for r in results) > 1


def criterion_in_words(r: CriterionResult) -> str:
    """A criterion with its result and its value, if it has one."""
    value = f" ({escape(r.value_text)})" if r.value_text and r.value_text != r.word else ""
    return f"{escape(r.says)}: **{r.word}**{value}"


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
            "Value": f"{BOUND_WORDS[m.bound]} {number_in_words(m.value, m.unit if m.unit == unit else unit)}".strip(),
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
    """What was found for a fact or cause: one row a document, with all its prints and the parts it speaks to.

    Cells are MyST text; columns that say nothing are left out.
    """
    parts = {p.id: p.says for p in getattr(judgement.claim, "parts", ())}
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
            "Says": "; ".join(readings_said(ranked, judgement.text_date)),
        }

    table = pd.DataFrame([row(says, own) for says, own in prints.items()])
    spare = (["Part"] if len(parts) < 2 else []) + ([] if table["If read as"].any() else ["If read as"])
    return table.drop(columns=spare)


def distinct(items: Iterable[str]) -> list[str]:
    """Items without empty and repeated ones, in their order."""
    return list(dict.fromkeys(item for item in items if item))


def readings_said(prints: list[Finding], text_date: str) -> Iterator[str]:
    """How the prints of one document count; a weak print counts for nothing beside a better one.

    Where it depends on how the claim is read, each reading says its own.
    """
    counted = [f for f in prints if f.grade != "D"] or prints
    words = {f.reading: finding_in_words(f, text_date) for f in counted}
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
