"""The chart of a causal claim: its outcomes by the direction that studies find, one mark per study."""

from typing import Any

import pandas as pd

from claimbook.charts.figures import Chart, finish
from claimbook.charts.layout import Canvas, Sheet, band_key, marker_key
from claimbook.charts.style import BAND, BASE_SIZE, INK, INNER, MUTED, PAD, PALETTE, SMALL, WIDTH, line_height, wrap
from claimbook.evidence.claims import CausalClaim
from claimbook.evidence.evidence import Credit
from claimbook.evidence.findings import LOWERS, MIXED, NO_EFFECT, RAISES, Estimate
from claimbook.rule.causes import FOUND, NO_STUDY, NOT_FOUND, SPLIT, by_study, outcome_results, sound
from claimbook.rule.judgement import Judgement
from claimbook.say.verdict_table import answer_of
from claimbook.say.words import counted, listed, sentence_case

CAUSE_COLUMNS = "outcome named study authors direction counts result grade sources".split()
DIRECTIONS_DRAWN = (LOWERS, NO_EFFECT, MIXED, RAISES)
COLUMN = INNER / len(DIRECTIONS_DRAWN)  # inches
OTHER_OUTCOMES = "Outcomes that the sentence does not name"
SAYS = {  # what a title says about outcomes with this result, for several studies and for one
    FOUND: ("studies find the effect on {}", "one study finds the effect on {}"),
    SPLIT: ("studies differ on {}", "the one study that counts finds a mixed effect on {}"),
    NOT_FOUND: ("studies do not find the effect on {}", "the one study that counts finds no such effect on {}"),
    NO_STUDY: ("no study that counts tests {}",) * 2,
}


def causes_plot(judgement: Judgement[CausalClaim]) -> Chart:
    """Draw outcomes in rows and directions in columns. Studies that count are named, the others are counted."""
    studies = studies_of(judgement)
    subtitle = "Effect on each outcome. Studies that count are named; related or unreviewed ones are counted."
    sheet = Sheet(causes_title(judgement), subtitle)
    for place, direction in enumerate(DIRECTIONS_DRAWN):
        sheet.text(PAD + place * COLUMN + 0.06, sheet.y + 0.09, direction, color=INK, weight="semibold")
    sheet.y += line_height(SMALL) + 0.1
    ways = {outcome.group: outcome.way for outcome in judgement.claim.outcomes}
    alt = [f"The claim {answer_of(judgement.stands_as).one}."]
    for place, (group, _) in enumerate(judgement.findings):  # the outcomes that the sentence names come first
        if place == len(ways):
            sheet.y = sheet.lines(PAD, sheet.y + 0.1, [OTHER_OUTCOMES], BASE_SIZE, style="italic") + 0.06
        own = studies[studies["outcome"] == group]
        _draw_outcome(sheet, group, ways.get(group, ""), own)
        alt.append(outcome_in_words(group, group in ways, own))
    sheet.y += 0.1
    ids = sorted(set(studies["sources"].str.split("; ").explode()))
    n = counted(studies["study"].nunique(), "study", "studies")
    keys = [marker_key("counts", "o", PALETTE[0]), band_key("as the sentence says", BAND)]
    sheet.foot(Credit(f"Source: {n}; the data of this chart name them all.", ids), keys)
    return finish(Canvas(sheet), studies[CAUSE_COLUMNS], " ".join(alt))


# studies -------------------------------------------------------------------------------------------------------


def studies_of(judgement: Judgement[CausalClaim]) -> pd.DataFrame:
    """Return a row for each study of an outcome: what it finds, in which direction, and whether it counts.

    `part` says that a study with mixed findings partly supports the sentence.
    """
    ways = {outcome.group: outcome.way for outcome in judgement.claim.outcomes}
    rows: list[dict[str, Any]] = []
    for group, found in estimates_of(judgement):
        counting = sound(found, group)
        for study in dict.fromkeys(e.study for e in found):
            own = [e for e in counting if e.study == study] or [e for e in found if e.study == study]
            direction = by_study(own)[study]
            rows.append(
                {
                    "outcome": group,
                    "named": group in ways,
                    "study": study,
                    "authors": own[0].authors,
                    "direction": direction,
                    "counts": own[0] in counting,
                    "result": "; ".join(dict.fromkeys(e.says for e in own)),
                    "grade": min(e.grade for e in own),
                    "sources": "; ".join(dict.fromkeys(s for e in own for s in e.sources)),
                    "part": direction == MIXED and ways.get(group) in {e.direction for e in own},
                }
            )
    return pd.DataFrame(rows, columns=[*CAUSE_COLUMNS, "part"])


def estimates_of(judgement: Judgement[CausalClaim]) -> list[tuple[str, list[Estimate]]]:
    """Return the estimates of each outcome. The findings of a causal claim are estimates."""
    return [(group, [e for e in found if isinstance(e, Estimate)]) for group, found in judgement.findings]


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


def outcome_in_words(group: str, named: bool, studies: pd.DataFrame) -> str:
    """Return an outcome in words: who finds what, and how many studies are only close to the sentence."""
    parts = []
    for direction in DIRECTIONS_DRAWN:
        own = studies[studies["direction"] == direction]
        near = f"{(~own['counts']).sum()} only related"
        if len(own):
            parts.append(
                f"{direction}: {listed([*own.loc[own['counts'], 'authors'], *[near] * (not own['counts'].all())])}"
            )
    return f"{sentence_case(group)}{'' if named else ', not in the sentence'}: {'; '.join(parts) or 'no study'}."


# drawing -------------------------------------------------------------------------------------------------------


def _draw_outcome(on: Sheet, group: str, way: str, studies: pd.DataFrame) -> None:
    """Draw the studies of an outcome in columns, with a band behind the direction that the sentence names, if any."""
    on.line([PAD, WIDTH - PAD], [on.y, on.y], color=MUTED, linewidth=0.6)
    if way and not studies["counts"].any():
        on.text(WIDTH - PAD, on.y + 0.14, NO_STUDY, ha="right", style="italic")
    weight = "semibold" if way else "normal"
    top = on.lines(PAD, on.y + 0.05, [sentence_case(group)], BASE_SIZE, color=INK, weight=weight) + 0.05
    columns = {direction: PAD + place * COLUMN for place, direction in enumerate(DIRECTIONS_DRAWN)}
    ends = [_draw_column(on, studies[studies["direction"] == way_], x + 0.06, top, way) for way_, x in columns.items()]
    on.y = max(ends) + 0.14
    if way:
        on.box(columns[way], top - 0.02, COLUMN - 0.04, on.y - top - 0.04, BAND, zorder=0.5)


def _draw_column(on: Sheet, studies: pd.DataFrame, x: float, y: float, way: str) -> float:
    """Draw studies from y downwards, those that count with their authors. Returns the y below the last."""
    for study in studies[studies["counts"]].itertuples():
        _draw_mark(on, study, x + 0.05, y + line_height(SMALL) / 2)
        authors = wrap(study.authors + f" ({way} in part)" * study.part, COLUMN - 0.26, SMALL)
        y = on.lines(x + 0.15, y, authors, color=INK) + 0.05
    others = studies[~studies["counts"]]
    if len(others):
        results = "; ".join(others["result"])
        on.tooltips.append((x + 0.15, y + line_height(SMALL) / 2, results, listed(others["authors"])))
        y = on.lines(x, y, [f"{len(others)} related"], color=MUTED) + 0.05
    return y


def _draw_mark(on: Sheet, study: Any, x: float, y: float) -> None:
    on.mark(x, y, "o", PALETTE[0], 6.5)
    on.tooltips.append((x, y, study.result, study.authors))
