"""A second coder: a blind sheet of what was decided by hand, and how far two codings agree.

The sheet is made from the ledger and the tables alone and holds what a coder needs, never what was coded: no test, no
value, and nothing that a notebook found, so no verdict.
"""

import csv
import io
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from torch_program.claims import Facets, Ledger, NumberClaim
from torch_program.csv_tables import written
from torch_program.project import Told

COLUMNS = ("item", "about", "question", "allowed", "answer", "note")
NOTHING = "none"
KINDS = ("number", "fact", "comparison", "causal", "opinion")
WORDS = ("over", "nearly", "about", "equals", NOTHING)
FACETS = tuple(name for name in Facets.model_fields if name not in {"place", "period"})
Z = 1.959964  # of 95 %

Row = Mapping[str, str]


class CodingError(Told, ValueError):
    """A sheet that cannot be compared; the message says why and what to do."""


@dataclass(frozen=True)
class Item:
    """One question: what it is about, the answers allowed (none for a free one), and what was coded."""

    id: str
    about: str
    question: str
    allowed: tuple[str, ...]
    coded: str


@dataclass(frozen=True)
class Agreement:
    """How far two codings agree on one question; kappa with its interval of 95 %, None where it has no meaning."""

    question: str
    n: int
    agree: int
    kappa: tuple[float, float, float] | None

    @property
    def percent(self) -> float:
        return 100 * self.agree / self.n


# the sheet -------------------------------------------------------------------------------------------------------


def items(ledger: Ledger, figures: Sequence[Row], sources: Iterable[Row], series: Iterable[Row], seed: int, n: int):
    """All questions: on every claim, on the marks of criteria, and on a sample of `n` figures drawn with `seed`."""
    own_words = vocabulary(ledger)
    found = [item for claim in ledger.claims for item in claim_items(claim, own_words)]
    found += [item for claim in ledger.claims for item in criterion_items(claim)]
    by_id, labels = {s["source_id"]: s for s in sources}, {s["series"]: s["label"] for s in series}
    return [*found, *drawn(figures, by_id, labels, seed, n)]


def vocabulary(ledger: Ledger) -> dict[str, tuple[str, ...]]:
    """The words of each facet, as the claims and their readings use them."""
    used: dict[str, set[str]] = defaultdict(set)
    for claim in (c for c in ledger.claims if isinstance(c, NumberClaim)):
        for facets in (claim.facets.model_dump(), *(r.facets for r in claim.readings)):
            for name, word in facets.items():
                used[name].add(word or NOTHING)
    return {name: tuple(sorted(used[name] | {NOTHING})) for name in FACETS}


def claim_items(claim, own_words: Mapping[str, tuple[str, ...]]) -> list[Item]:
    """Kind, word, number and year of a statement; its facets too where the statement has a number in it."""
    is_number = isinstance(claim, NumberClaim)
    time = ("in" if claim.in_period else "as of") if is_number else NOTHING
    asked = [
        ("kind of the claim", KINDS, claim.kind),
        ("word before the number", WORDS, claim.test.op if is_number else NOTHING),
        ("number", (), f"{claim.test.value:.10g}" if is_number else NOTHING),
        ("time", ("in", "as of", NOTHING), time),
    ]
    if any(letter.isdigit() for letter in claim.statement):
        facets = claim.facets.model_dump() if is_number else {}
        asked += [(f"facet {name}", own_words[name], facets.get(name) or NOTHING) for name in FACETS]
    return [Item(f"{claim.id} / {q}", claim.statement, q, allowed, coded) for q, allowed, coded in asked]


def criterion_items(claim) -> list[Item]:
    """Side and mark of each criterion of a comparison, which is named by its id alone."""
    found = []
    for c in getattr(claim, "criteria", ()):
        about = f"{claim.statement} Criterion: {c.id.replace('-', ' ')}" + (f", in {c.unit}" if c.unit else "")
        mark = NOTHING if c.threshold is None else f"{c.threshold:.10g}"
        for question, allowed, coded in (
            ("side of the mark", ("at least", "below", "documented"), c.op),
            ("mark", (), mark),
        ):
            found.append(Item(f"{claim.id} / {c.id} / {question}", about, question, allowed, coded))
    return found


def drawn(figures: Sequence[Row], sources: Mapping[str, Row], labels: Mapping[str, str], seed: int, n: int):
    """Questions on a sample of figures; one whose description gives its value away is not drawn."""

    def about(row: Row) -> str:
        s = sources[row["source_id"]]
        where = "; ".join(t for t in (s["title"], s["publisher"], s["published"], s["address"], row["locator"]) if t)
        return f"{labels[row['series']]}, {row['entity']}, {row['period']}. In: {where}"

    blind = [row for row in figures if row["value"] not in about(row)]
    sample = random.Random(seed).sample(blind, min(n, len(blind)))
    for row in sample:
        name = f"{row['source_id']} / {row['series']} / {row['entity']} / {row['period']}"
        asked = (("value", (), row["value"]), ("unit", (), row["unit"]), ("bound", ("=", "~", ">", "<"), row["bound"]))
        yield from (Item(f"{name} / {q}", about(row), q, allowed, coded or "=") for q, allowed, coded in asked)


def sheet(found: Iterable[Item]) -> str:
    """The blind sheet as CSV: answer and note are empty."""
    rows = ((i.id, i.about, i.question, " | ".join(i.allowed), "", "") for i in found)
    return written((dict(zip(COLUMNS, row, strict=True)) for row in rows), COLUMNS).decode()


# comparing -------------------------------------------------------------------------------------------------------


def answers(text: str, name: str) -> dict[str, str]:
    """What a coder answered, by item; unanswered items are left out. Raises CodingError for another table."""
    reader = csv.DictReader(io.StringIO(text))
    if not {"item", "answer"} <= set(reader.fieldnames or ()):
        raise CodingError(f"{name} has no columns item and answer. Fill in a sheet of `torch-program code sheet`.")
    found = {row["item"]: (row["answer"] or "").strip() for row in reader}
    return {item: answer for item, answer in found.items() if answer}


def compared(found: Iterable[Item], given: Mapping[str, str], name: str) -> list[tuple[Item, str, bool]]:
    """Each answered item with the answer and whether it agrees. Raises CodingError for what no sheet asks."""
    asked = {item.id: item for item in found}
    if strange := sorted(set(given) - set(asked)):
        raise CodingError(
            f"{name}: {strange[0]!r} is no item of the sheet ({len(strange)} such). The claims or figures have "
            "changed since it was made, or it was made with other --rows or --seed: name the same ones."
        )
    pairs = [(asked[i], answer) for i, answer in given.items()]
    for item, answer in pairs:
        if item.allowed and answer not in item.allowed:
            raise CodingError(f"{name}: {item.id}: {answer!r} is not allowed. Write one of: {', '.join(item.allowed)}.")
    return [(item, answer, same(item.coded, answer)) for item, answer in pairs]


def same(coded: str, answer: str) -> bool:
    """Whether two answers are one: equal as numbers, or as words without regard to case."""
    try:
        return Decimal(coded.replace(",", "")) == Decimal(answer.replace(",", ""))
    except InvalidOperation:
        return coded.casefold() == answer.casefold()


def agreements(pairs: Iterable[tuple[Item, str, bool]]) -> list[Agreement]:
    """Agreement on each question; kappa only where the answers allowed were given, so that chance has a meaning."""
    groups: dict[str, list[tuple[Item, str, bool]]] = defaultdict(list)
    for pair in pairs:
        groups[pair[0].question].append(pair)
    return [
        Agreement(
            question,
            len(own),
            sum(agrees for _, _, agrees in own),
            kappa([(item.coded, answer) for item, answer, _ in own]) if own[0][0].allowed else None,
        )
        for question, own in groups.items()
    ]


def kappa(pairs: Sequence[tuple[str, str]]) -> tuple[float, float, float] | None:
    """Cohen's kappa with its interval of 95 % by the variance of Fleiss, Cohen and Everitt (1969).

    None where both coders used one answer throughout: agreement by chance is then certain.
    """
    n = len(pairs)
    names = sorted({name for pair in pairs for name in pair})
    share = {(a, b): sum(pair == (a, b) for pair in pairs) / n for a in names for b in names}
    one = {a: sum(share[a, b] for b in names) for a in names}
    other = {b: sum(share[a, b] for a in names) for b in names}
    observed, chance = sum(share[a, a] for a in names), sum(one[a] * other[a] for a in names)
    if math.isclose(chance, 1):
        return None
    k = (observed - chance) / (1 - chance)
    agreed = sum(share[a, a] * (1 - (one[a] + other[a]) * (1 - k)) ** 2 for a in names)
    apart = (1 - k) ** 2 * sum(share[a, b] * (other[a] + one[b]) ** 2 for a in names for b in names if a != b)
    variance = (agreed + apart - (k - chance * (1 - k)) ** 2) / (n * (1 - chance) ** 2)
    reach = Z * math.sqrt(max(variance, 0))
    return k, max(k - reach, -1), min(k + reach, 1)
