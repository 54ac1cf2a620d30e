"""The chart of a causal claim: its outcomes by the direction that studies find, one mark per study."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from claimbook.charts.figures import Chart, finish
from claimbook.charts.layout import Canvas, FigureSheet, band_key, marker_key, wrap_words
from claimbook.charts.style import BAND, BASE_SIZE, INK, INNER, MUTED, PAD, PALETTE, SMALL, WIDTH, line_height, wrap
from claimbook.evidence.claims import CausalClaim
from claimbook.evidence.credits import Credit
from claimbook.evidence.findings import LOWERS, MIXED, NO_EFFECT, RAISES, Estimate
from claimbook.rule.causes import FOUND, NO_STUDY, NOT_FOUND, SPLIT, by_study, outcome_results, sound
from claimbook.rule.judgement import Judgement
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import counted, listed, sentence_case

CAUSE_COLUMNS = "outcome named study authors direction counts result grade sources"
DIRECTIONS_DRAWN = (LOWERS, NO_EFFECT, MIXED, RAISES)
COLUMN = INNER / len(DIRECTIONS_DRAWN)  # inches
MARK_STEP = 0.145  # inches from a small mark to the next
OTHER_OUTCOMES = "Outcomes that the sentence does not name"
SAYS = {  # what a title says about outcomes with this result, for several studies and for one
    FOUND: ("studies find the effect on {}", "one study finds the effect on {}"),
    SPLIT: ("studies differ on {}", "the one study that counts finds a mixed effect on {}"),
    NOT_FOUND: ("studies do not find the effect on {}", "the one study that counts finds no such effect on {}"),
    NO_STUDY: ("no study that counts tests {}",) * 2,
}


class Study(NamedTuple):
    """One study of one outcome: what it finds, in which direction, and whether it counts."""

    handle: str
    authors: str
    direction: str
    counts: bool
    also: tuple[str, ...]  # the directions of its findings, if they are mixed
    says: str
    grade: str
    sources: tuple[str, ...]


class OutcomeRow(NamedTuple):
    """An outcome with its studies and, if the sentence names the outcome, the direction that it claims."""

    group: str
    way: str
    studies: tuple[Study, ...]

    def under(self, direction: str) -> tuple[list[Study], list[Study]]:
        """Return the studies that find this direction: those that count, and the others."""
        estimates = [s for s in self.studies if s.direction == direction]
        return [s for s in estimates if s.counts], [s for s in estimates if not s.counts]


def outcome_rows(judgement: Judgement[CausalClaim]) -> list[OutcomeRow]:
    """Return the outcomes that the sentence names, then the others, each with its studies."""
    ways = {outcome.group: outcome.way for outcome in judgement.claim.outcomes}
    return [
        OutcomeRow(group, ways.get(group, ""), tuple(_studies(group, found)))
        for group, found in estimates_of(judgement)
    ]


def estimates_of(judgement: Judgement[CausalClaim]) -> list[tuple[str, list[Estimate]]]:
    """Return the estimates of each outcome. The findings of a causal claim are estimates."""
    return [(group, [e for e in found if isinstance(e, Estimate)]) for group, found in judgement.findings]


def _studies(group: str, found: Sequence[Estimate]) -> Iterator[Study]:
    counted = sound(found, group)
    for study in dict.fromkeys(e.study for e in found):
        own = [e for e in counted if e.study == study] or [e for e in found if e.study == study]
        findings = "; ".join(dict.fromkeys(e.says for e in own))
        sources = tuple(dict.fromkeys(s for e in own for s in e.sources))
        way, ways = by_study(own)[study], tuple(sorted({e.direction for e in own} - {MIXED}))
        yield Study(
            study,
            own[0].authors,
            way,
            own[0] in counted,
            ways,
            findings,
            min(e.grade for e in own),
            sources,
        )


def causes_title(judgement: Judgement[CausalClaim]) -> str:
    """Return a title that says what the studies find, correct for any result."""
    claim, found = judgement.claim, [e for _, estimates in estimates_of(judgement) for e in estimates]
    usual = outcome_results(claim, found, can=False)
    clauses: dict[str, list[str]] = {}
    for group, result in outcome_results(claim, found).items():
        several, one = SAYS[result]
        clause = one if len(by_study(sound(found, group))) == 1 else several
        if result != usual[group]:  # one sound study is enough for "can"
            clause = "some studies find the effect on {}, others do not"
        clauses.setdefault(clause, []).append(group)
    return sentence_case("; ".join(clause.format(listed(groups)) for clause, groups in clauses.items()))


def causes_plot(judgement: Judgement[CausalClaim]) -> Chart:
    """Draw outcomes in rows and directions in columns. Studies that count are filled and named."""
    rows = outcome_rows(judgement)
    title, subtitle = (
        causes_title(judgement),
        "Effect on each outcome. Each mark is a study; studies that count are named.",
    )
    ids = sorted({source for row in rows for study in row.studies for source in study.sources})
    n = len({study.handle for row in rows for study in row.studies})
    source = Credit(f"Source: {counted(n, 'study', 'studies')}; the data of this chart name them all.", ids)
    keys = [
        marker_key("counts", "o", PALETTE[0]),
        marker_key("only related, or not reviewed", "o", filled=False),
        band_key("as the sentence says", BAND),
    ]
    words = wrap_words(title, subtitle, source, keys)
    named, others = [row for row in rows if row.way], [row for row in rows if not row.way and row.studies]
    gap = line_height(BASE_SIZE) + 0.16 if others else 0.0
    top = line_height(SMALL) + 0.1
    figure = Canvas(words, words.head + top + sum(map(height, [*named, *others])) + gap + 0.1 + words.foot)
    y = words.head
    for place, direction in enumerate(DIRECTIONS_DRAWN):
        figure.sheet.text(PAD + place * COLUMN + 0.06, y + 0.09, direction, color=INK, weight="semibold")
    y = draw(figure.sheet, named, y + top)
    if others:
        figure.sheet.lines(PAD, y + 0.1, [OTHER_OUTCOMES], BASE_SIZE, style="italic")
        draw(figure.sheet, others, y + gap)
    alt = " ".join([f"The claim {answer_of(judgement.stands_as).one}.", *map(row_in_words, rows)])
    return finish(figure, title, subtitle, source, _cause_table(rows), alt)


# drawing -------------------------------------------------------------------------------------------------------


def height(row: OutcomeRow) -> float:
    """Return the height of an outcome with its heading, in inches."""
    return line_height(BASE_SIZE) + 0.1 + max(_column_height(row, direction) for direction in DIRECTIONS_DRAWN) + 0.1


def _column_height(row: OutcomeRow, direction: str) -> float:
    counting, others = row.under(direction)
    lines = sum(len(name(study, row.way)) for study in counting)
    return lines * line_height(SMALL) + 0.05 * len(counting) + len(_lines_of(others)) * MARK_STEP + 0.04


def name(study: Study, way: str) -> list[str]:
    """Return the lines next to a mark: authors, and a note if a mixed study partly supports the sentence."""
    part = f" ({way} in part)" if study.direction == MIXED and way in study.also else ""
    return wrap(study.authors + part, COLUMN - 0.26, SMALL)


def _lines_of(studies: Sequence[Study]) -> list[Sequence[Study]]:
    """Break small marks into lines that fit a column."""
    per_line = int((COLUMN - 0.1) / MARK_STEP)
    return [studies[i : i + per_line] for i in range(0, len(studies), per_line)]


def draw(on: FigureSheet, rows: Iterable[OutcomeRow], y: float) -> float:
    """Draw outcomes from y downwards, and return the y below the last."""
    for row in rows:
        on.line([PAD, WIDTH - PAD], [y, y], color=MUTED, linewidth=0.6)
        on.lines(
            PAD, y + 0.05, [sentence_case(row.group)], BASE_SIZE, color=INK, weight="semibold" if row.way else "normal"
        )
        top = y + line_height(BASE_SIZE) + 0.1
        y += height(row)
        for place, direction in enumerate(DIRECTIONS_DRAWN):
            x = PAD + place * COLUMN
            if direction == row.way:
                on.box(x, top - 0.02, COLUMN - 0.04, y - top - 0.04, BAND, zorder=0.5)
            _draw_column(on, row, direction, x + 0.06, top)
        if not any(study.counts for study in row.studies) and row.way:
            on.text(WIDTH - PAD, y - height(row) + 0.14, NO_STUDY, ha="right", style="italic")
    return y


def _draw_column(on: FigureSheet, row: OutcomeRow, direction: str, x: float, y: float) -> None:
    counting, others = row.under(direction)
    for study in counting:
        lines = name(study, row.way)
        _mark(on, study, x + 0.05, y + line_height(SMALL) / 2)
        y = on.lines(x + 0.15, y, lines, color=INK) + 0.05
    for line in _lines_of(others):
        for place, study in enumerate(line):
            _mark(on, study, x + 0.05 + place * MARK_STEP, y + MARK_STEP / 2)
        y += MARK_STEP


def _mark(on: FigureSheet, study: Study, x: float, y: float) -> None:
    on.mark(x, y, "o", PALETTE[0] if study.counts else MUTED, size=6.5 if study.counts else 5.5, filled=study.counts)
    on.figure.add_tooltip(on.axes, x, y, study.says, study.authors)


# words and numbers ---------------------------------------------------------------------------------------------


def row_in_words(row: OutcomeRow) -> str:
    """Return an outcome in words: who finds what, and how many studies are only close to the sentence."""
    parts = []
    for direction in DIRECTIONS_DRAWN:
        counting, others = row.under(direction)
        near = [f"{len(others)} only related"] if others else []
        if counting or others:
            parts.append(f"{direction}: {listed([*(study.authors for study in counting), *near])}")
    return f"{sentence_case(row.group)}{'' if row.way else ', not in the sentence'}: {'; '.join(parts) or 'no study'}."


def _cause_table(rows: Iterable[OutcomeRow]) -> pd.DataFrame:
    table_rows = [
        (row.group, bool(row.way), s.handle, s.authors, s.direction, s.counts, s.says, s.grade, "; ".join(s.sources))
        for row in rows
        for s in row.studies
    ]
    return pd.DataFrame(table_rows, columns=CAUSE_COLUMNS.split())
