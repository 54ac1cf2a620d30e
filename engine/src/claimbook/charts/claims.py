"""Charts of judgements: a number with its measures, a comparison with its criteria, a cause with its studies."""

import math
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

import pandas as pd

from claimbook.charts.figures import Chart, finish
from claimbook.charts.rows import Line, Mark, Panel, PlotRow, bound_sign, rows_sheet
from claimbook.charts.style import (
    BASE_SIZE,
    INK,
    INNER,
    MUTED,
    PAD,
    PALETTE,
    PAPER,
    SMALL,
    WIDTH,
    Canvas,
    Drawn,
    KeyEntry,
    Sheet,
    band_key,
    line_height,
    marker_key,
    short_number,
    text_width,
    wrap,
)
from claimbook.evidence.claims import CausalClaim, NumberClaim
from claimbook.evidence.evidence import Credit
from claimbook.evidence.findings import LOWERS, MIXED, NO_EFFECT, RAISES
from claimbook.evidence.measures import Measure
from claimbook.rule.causes import FOUND, NO_STUDY, NOT_FOUND, SPLIT, by_study, outcome_results, sound
from claimbook.rule.comparisons import CEILING, FLOOR, CriterionResult
from claimbook.rule.judgement import Judgement
from claimbook.rule.matching import Assessed
from claimbook.rule.verdicts import band
from claimbook.say.verdict_table import BAND, BAND_CLOSE, LIGHT, OUTCOMES, answer_of
from claimbook.say.words import THIN, counted, edge_in_words, listed, number_in_words, sentence_case, with_minus

PLOT_COLUMNS = (
    "group measure period value low high unit dimension match differs outcome decides grade status origins sources"
)
CRITERIA = "criterion value value_text requirement threshold unit result grade origins sources"
UNITS_WITHOUT_WORD = {"count", "ratio", ""}
HIGHEST = 9.5  # inches; a printed page has room for such a chart
GRADES = {"A": "original", "B": "official, in a repost", "C": "secondary", "D": "standing unknown"}
CRITERION_OUTCOMES = {
    "met": (LIGHT["agree"], "o", True),
    "not met": (LIGHT["disagree"], "X", True),
    "on the line": (LIGHT["between"], "D", False),
    FLOOR: (MUTED, ">", False),
    CEILING: (MUTED, "<", False),
    "no data": (MUTED, "s", False),
}
END_SIGNS = {FLOOR: "> ", CEILING: "< "}  # of a criterion's value
CAUSE_COLUMNS = "outcome named study authors direction counts result grade sources".split()
COLUMN = INNER / 4  # inches, of the studies that find one of these directions
COLUMN_PLACES = {direction: PAD + place * COLUMN for place, direction in enumerate((LOWERS, NO_EFFECT, MIXED, RAISES))}
OTHER_OUTCOMES = "Outcomes that the sentence does not name"
SAYS = {  # what a title says about outcomes with this result, for several studies and for one
    FOUND: ("studies find the effect on {}", "one study finds the effect on {}"),
    SPLIT: ("studies differ on {}", "the one study that counts finds a mixed effect on {}"),
    NOT_FOUND: ("studies do not find the effect on {}", "the one study that counts finds no such effect on {}"),
    NO_STUDY: ("no study that counts tests {}",) * 2,
}
Grouped = tuple[str, list[Assessed], str]  # heading, measures, and axis: "" if they cannot be compared with the claim
HEADINGS = {  # weight and heading of the group by match; other matches depend on more
    "exact": (1, "The same, replaced or too weak to decide"),
    "same, earlier": (3, "Other years, same definition"),
    "same, later": (3, "Other years, same definition"),
    "bound": (4, "Bounds that follow by logic"),
}


def claim_plot(judgement: Judgement[NumberClaim], title: str, subtitle: str, source: str) -> Chart:
    """Draw the claim as a band and its measures as rows, as many as fit on a page. The data have them all.

    Filled marks decide the verdict. Readings are compared with the band too, because they give the claim
    another meaning. Measures that cannot affect the verdict come last, except the newest; a note counts those left out.
    """
    groups, ranked = groups_of_measures(judgement), by_weight(judgement)
    for most in range(len(ranked), -1, -1):
        panels = _panels(judgement, groups, ranked[:most])
        sheet = rows_sheet(panels, title, subtitle, source, _keys(ranked[:most]))
        if sheet.height <= HIGHEST:
            break
    return finish(Canvas(sheet), _measure_table(groups), _alt(judgement, groups))


# grouping ------------------------------------------------------------------------------------------------------


def groups_of_measures(judgement: Judgement[NumberClaim]) -> list[Grouped]:
    """Return the groups of measures in order of weight.

    The deciding group is always there, even if it is empty. Within a group, measures that can vote come
    first, then those that differ in fewer facets, then those of nearer years, then the later year.
    """
    claim, unit = judgement.claim, judgement.claim.test.unit

    def axis_of(dimension: str) -> str:
        named = unit in UNITS_WITHOUT_WORD or unit.rstrip("s") in dimension
        return dimension if named else f"{dimension}, {unit}"

    claimed, deciding = axis_of(claim.facets.quantity), f"Decides: literal reading, {judgement.period}"

    def place(a: Assessed) -> tuple[int, str, str]:
        comparable = a.measure.unit == unit and (a.commensurable or a.match == "reading")
        axis = axis_of(a.measure.dimension) if comparable else ""
        if a.decides:
            return 0, deciding, claimed
        if a.match == "reading":
            return 2, f"If read as {a.reading}", axis
        near = 5, "Related, but not the same: closest first"
        return *HEADINGS.get(a.match, near if axis else (6, f"Another quantity: {a.measure.dimension}")), axis

    def rank(a: Assessed) -> tuple:
        weight, heading, axis = place(a)
        differs = len(a.differs) if a.match in {"near", "bound"} else 0
        far = not votes(judgement, a), differs, years_apart(judgement, a)
        return axis != claimed, weight, heading, axis, *far, -a.measure.year, a.measure.label

    placed = sorted(judgement.assessed, key=rank)
    groups = [(k[1], list(rows), k[2]) for k, rows in groupby(placed, key=place)]
    if not any(a.decides for a in judgement.assessed):
        groups.insert(0, (deciding, [], claimed))
    return groups


def votes(judgement: Judgement[NumberClaim], a: Assessed) -> bool:
    """Return whether a measure decides the verdict, gives it a leaning, or decides it under another reading."""
    near = a.match == "near" and a.commensurable and a.measure.grade != "D"
    within = near and years_apart(judgement, a) <= judgement.claim.window
    return a.match in {"reading", "bound"} or a.decides or within


def years_apart(judgement: Judgement, a: Assessed) -> int:
    """Return how many years lie between a measure and the year of the judgement."""
    return abs(a.measure.year - int(judgement.period[:4]))


def by_weight(judgement: Judgement[NumberClaim]) -> list[Assessed]:
    """Return the comparable measures, those that can vote and the newest first, sorted by their place in their group.

    The list is empty if a chart of the claim would have no mark.
    """
    groups = [rows for _, rows, axis in groups_of_measures(judgement) if axis]
    placed = [(place, a) for rows in groups for place, a in enumerate(rows)]
    newest = min((a for _, a in placed if a.match == "same, later"), key=_age, default=None)
    return [a for _, a in sorted(placed, key=lambda p: (p[1] is not newest and not votes(judgement, p[1]), p[0]))]


def _age(a: Assessed) -> tuple:
    """Return what puts the newest measure first, and of one year the one that `results.quote` quotes."""
    m = a.measure
    return -m.year, bound_sign(m.interval.low, m.interval.high), m.grade, len(m.origins)


# drawing -------------------------------------------------------------------------------------------------------


def _panels(judgement: Judgement[NumberClaim], groups: list[Grouped], shown: list[Assessed]) -> list[Panel]:
    """Return a panel for each axis with the measures to show; the last row counts those that are left out."""
    ids, axes = {id(a) for a in shown}, dict[str, list[PlotRow]]()
    for heading, measures, axis in groups:
        members = [a for a in measures if id(a) in ids]
        if axis and (members or not measures):
            rows = axes.setdefault(axis, [])
            rows += _group_rows(heading, members)
    if more := len(judgement.assessed) - len(shown):
        rows += [PlotRow("", heading=True), PlotRow("", note=f"and {more} more, not drawn")]
    test = judgement.claim.test
    low, high, close_low, close_high = band(test)
    line = Line(test.value, f"claim: “{test.in_words()}”")
    bands = ((close_low, close_high, BAND_CLOSE), (low, high, BAND))
    return [Panel(rows, axis, (line,), bands, "grade", (low, high)) for axis, rows in axes.items()]


def _group_rows(heading: str, rows: list[Assessed]) -> list[PlotRow]:
    """Return a heading and its measures. Words that all their labels share move next to the heading."""
    if not rows:
        return [PlotRow(heading, heading=True), PlotRow("no published figure", empty="none found")]
    stems = {stem(a.measure) for a in rows}
    shared = stems.pop() if len(stems) == 1 else ""
    return [PlotRow(heading, shared, heading=True), *(_measure_row(a, shared) for a in rows)]


def stem(measure: Measure) -> str:
    """Return the label of a measure without its period and origin."""
    known = {measure.period, *measure.origins, "; ".join(measure.origins)}
    return ", ".join(p for p in measure.label.split(", ") if p not in known)


def _measure_row(a: Assessed, shared: str) -> PlotRow:
    m, look, span = a.measure, OUTCOMES[a.outcome], a.measure.limits
    origins = "; ".join(m.origins)
    when = ", ".join(filter(None, (m.period, origins, m.status, "" if m.made == "published" else "computed")))
    differs = ""
    if a.match in {"near", "bound"} and a.differs:  # if there are many, the table names them
        differs = f"differs in {listed(a.differs) if len(a.differs) < 3 else f'{len(a.differs)} ways'}"
    label, notes = (when, [differs]) if shared else (stem(m), [when, differs])
    text = value_text(m, limits=True)
    tooltip = f"{m.label}: {text}"
    mark = Mark(m.value, span.low, span.high, look.color, look.marker, a.decides, text, tooltip, origins)
    return PlotRow(label, "; ".join(filter(None, notes)), (mark,), (0.22, grade_sign(m.grade)), strong=a.decides)


def value_text(measure: Measure, limits: bool) -> str:
    """Return the value as printed next to its mark, with ">" or "<" if it is only a bound."""
    span = measure.limits if limits else measure.interval
    value, sign = measure.value, bound_sign(span.low, span.high)
    if measure.unit != "percent":
        return sign + short_number(value)
    if measure.made != "published":
        return sign + number_in_words(value, "percent")
    width = measure.interval.high - measure.interval.low
    if not 0 < width < math.inf:
        return sign + edge_in_words(value, "percent")
    digits = 0 if float(value).is_integer() else 1
    digits = max(digits, min(2, -math.floor(math.log10(width) + 1e-9)))  # as printed: 13, 13.0, 13.45
    return sign + with_minus(f"{value:,.{digits}f}{THIN}%")


def grade_sign(grade: str) -> Drawn:
    """Return a drawing of the letter of a grade: in a dark disc for A and B, in a ring for C, bare for D."""

    def draw(on: Sheet, x: float, y: float) -> None:
        dark = grade in "AB"
        if grade != "D":
            on.mark(x + 0.11, y, "o", INK if dark else MUTED, 13, dark, markeredgewidth=0.9)
        color = PAPER if dark else MUTED
        on.text(x + 0.11, y + 0.003, grade, color=color, ha="center", weight="semibold", zorder=6)

    return draw


def _keys(shown: list[Assessed]) -> list[KeyEntry]:
    keys = [band_key("counts as right", BAND), band_key("counts as close", BAND_CLOSE)]
    outcomes = {a.outcome for a in shown}
    keys += [marker_key(look.says, look.marker, look.color) for o, look in OUTCOMES.items() if o in outcomes]
    for filled in sorted({a.decides for a in shown}, reverse=True):
        keys.append(marker_key("decides" if filled else "does not decide", "o", filled=filled))
    return keys + [KeyEntry(GRADES[g], grade_sign(g)) for g in sorted({a.measure.grade for a in shown})]


# words and numbers ---------------------------------------------------------------------------------------------


def _alt(judgement: Judgement[NumberClaim], groups: list[Grouped]) -> str:
    sentences = [f"Claim: {judgement.claim.test.in_words()}. This {answer_of(judgement.stands_as).one}."]
    for heading, rows, axis in groups:
        if len(rows) > 3:
            heading += f", {len(rows)} values, highest and lowest"
            low, *_, high = sorted(rows, key=lambda a: (a.measure.value, a.measure.label))
            rows = [high, low]
        items = listed(_measure_in_words(a, bool(axis)) for a in rows)
        sentences.append(f"{heading}: {items or 'no published figure'}.")
    return " ".join(sentences)


def _measure_in_words(a: Assessed, comparable: bool) -> str:
    result = f", {OUTCOMES[a.outcome].says.split(':')[0]}" if comparable else ""
    return f"{value_text(a.measure, comparable)} ({a.measure.label}{result})"


def _measure_table(groups: Iterable[Grouped]) -> pd.DataFrame:
    rows = [
        (heading, m.label, m.period, m.value, m.limits.low, m.limits.high, m.unit, m.dimension, a.match)
        + ("; ".join(a.differs), a.outcome if axis else "not comparable", a.decides, m.grade, m.status)
        + ("; ".join(m.origins), "; ".join(m.sources))
        for heading, members, axis in groups
        for a, m in ((a, a.measure) for a in members)
    ]
    return pd.DataFrame(rows, columns=PLOT_COLUMNS.split())


# comparisons ---------------------------------------------------------------------------------------------------


def criteria_plot(judgement: Judgement, title: str, subtitle: str, source: str) -> Chart:
    """Draw each criterion with its threshold. Criteria with the same unit and threshold share an axis.

    The shaded side of a threshold is the one on which the criterion is met. A shape and a word show each result.
    """
    axes = defaultdict[tuple[str, float | None, str], list[CriterionResult]](list)
    for r in judgement.criteria:
        axes[r.criterion.op, r.threshold, r.criterion.unit].append(r)
    words = [r.word for r in judgement.criteria]
    tally = listed(f"{words.count(w)} {w}" for w in CRITERION_OUTCOMES if w in words)
    sentences = [f"The claim {answer_of(judgement.stands_as).one}. {tally}, of {len(words)} criteria."]
    sentences += [f"{r.says}: {_against(r) or 'no value'}, {r.word}." for r in judgement.criteria]
    panels = [_criteria_panel(*axis, members) for axis, members in axes.items()]
    sheet = rows_sheet(panels, title, subtitle, source, [band_key("criterion is met here", BAND)])
    return finish(Canvas(sheet), _criteria_data(judgement), " ".join(sentences))


def _criteria_panel(op: str, threshold: float | None, unit: str, results: list[CriterionResult]) -> Panel:
    rows = [PlotRow("", heading=True), *map(_criterion_row, results)]
    if threshold is None or all(r.value is None for r in results):
        return Panel(rows, axis="")
    met = (threshold, math.inf, BAND) if op == "at least" else (-math.inf, threshold, BAND)
    line = Line(threshold, f"{op} {_with_percent(threshold, unit)}")
    reach = (1.0, threshold + 1) if unit == "rank" else (0.0,)
    return Panel(rows, "ratio" if unit == "quotient" else unit, (line,), (met,), reach=reach)


def _against(r: CriterionResult) -> str:
    """Return value and threshold in words: "6.2, at least 1.25"."""
    value = r.value_text or ("" if r.value is None else short_number(r.value))
    if r.threshold is None or not value:
        return value
    return f"{value}, {r.criterion.op} {short_number(r.threshold)}"


def _criterion_row(r: CriterionResult) -> PlotRow:
    color, marker, filled = CRITERION_OUTCOMES[r.word]
    marks: tuple[Mark, ...] = ()
    if r.value is not None and r.threshold is not None:
        text = END_SIGNS.get(r.word, "") + _with_percent(r.value, r.criterion.unit, r.threshold)
        tooltip, origins = f"{r.says}: {text}, {r.word}", "; ".join(r.origins)
        marks = (Mark(r.value, r.value, r.value, color, marker, filled, text, tooltip, origins),)

    def draw(on: Sheet, x: float, y: float) -> None:
        on.mark(x + 0.08, y, marker, color, filled=filled, markeredgewidth=1.0 if marker == "X" else 1.4)
        on.text(x + 0.2, y, r.word, color=color, weight="semibold")

    sign = 0.2 + text_width(r.word, SMALL, "semibold"), draw
    empty = "" if marks else "no figure" if r.value is None else "documented"
    return PlotRow(r.says, "" if r.value is None else r.value_text, marks, sign, empty=empty)


def _with_percent(value: float, unit: str, threshold: float | None = None) -> str:
    """Return a value with its per cent sign; the axis names other units.

    A quotient has two decimals, as in the words beside it, unless these would print the threshold.
    """
    text = with_minus(f"{value:.2f}")
    if unit != "quotient" or threshold is None or (float(f"{value:.2f}") == threshold != value):
        text = short_number(value)
    return f"{text}{THIN}%" if unit == "percent" else text


def _criteria_data(judgement: Judgement) -> pd.DataFrame:
    rows = [
        (r.says, r.value, r.value_text, r.criterion.op, r.threshold, r.criterion.unit, r.word, r.grade)
        + ("; ".join(r.origins), "; ".join(r.sources))
        for r in judgement.criteria
    ]
    return pd.DataFrame(rows, columns=CRITERIA.split())


# causes -------------------------------------------------------------------------------------------------------


def causes_plot(judgement: Judgement[CausalClaim]) -> Chart:
    """Draw a row for each outcome and a column for each direction. Name the studies that count, count the others."""
    studies = studies_of(judgement)
    subtitle = "Effect on each outcome. Studies that count are named; related or unreviewed ones are counted."
    sheet = Sheet(causes_title(judgement), subtitle)
    for direction, x in COLUMN_PLACES.items():
        sheet.text(x + 0.06, sheet.y + 0.09, direction, color=INK, weight="semibold")
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
    ways, rows = {outcome.group: outcome.way for outcome in judgement.claim.outcomes}, []
    for group, _ in judgement.findings:
        found = [e for e in judgement.evidence if e.group == group]
        counting = sound(found, group)
        for study in dict.fromkeys(e.study for e in found):
            own = [e for e in counting if e.study == study] or [e for e in found if e.study == study]
            direction = by_study(own)[study]
            result, sources = {e.says: None for e in own}, {source: None for e in own for source in e.sources}
            in_part = direction == MIXED and ways.get(group) in {e.direction for e in own}
            rows.append(
                (group, group in ways, study, own[0].authors, direction, own[0] in counting)
                + ("; ".join(result), min(e.grade for e in own), "; ".join(sources), in_part)
            )
    return pd.DataFrame(rows, columns=[*CAUSE_COLUMNS, "part"])


def causes_title(judgement: Judgement[CausalClaim]) -> str:
    """Return a title that says what the studies find, correct for any result."""
    claim, found = judgement.claim, judgement.evidence
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
    for direction in COLUMN_PLACES:
        own = studies[studies["direction"] == direction]
        near = (~own["counts"]).sum()
        who = [*own.loc[own["counts"], "authors"], *[f"{near} only related"] * bool(near)]
        parts += [f"{direction}: {listed(who)}"] if who else []
    return f"{sentence_case(group)}{'' if named else ', not in the sentence'}: {'; '.join(parts) or 'no study'}."


# drawing -------------------------------------------------------------------------------------------------------


def _draw_outcome(on: Sheet, group: str, way: str, studies: pd.DataFrame) -> None:
    """Draw the studies of an outcome in columns, with a band behind the direction that the sentence names, if any."""
    on.line([PAD, WIDTH - PAD], [on.y, on.y], linewidth=0.6)
    if way and not studies["counts"].any():
        on.text(WIDTH - PAD, on.y + 0.14, NO_STUDY, ha="right", style="italic")
    weight = "semibold" if way else "normal"
    top = on.lines(PAD, on.y + 0.05, [sentence_case(group)], BASE_SIZE, color=INK, weight=weight) + 0.05
    found = {direction: studies[studies["direction"] == direction] for direction in COLUMN_PLACES}
    ends = [_draw_column(on, own, COLUMN_PLACES[direction] + 0.06, top, way) for direction, own in found.items()]
    on.y = max(ends) + 0.14
    if way:
        on.box(COLUMN_PLACES[way], top - 0.02, COLUMN - 0.04, on.y - top - 0.04, BAND, zorder=0.5)


def _draw_column(on: Sheet, studies: pd.DataFrame, x: float, y: float, way: str) -> float:
    """Draw studies from y downwards, those that count with their authors. Returns the y below the last."""
    for study in studies[studies["counts"]].itertuples():
        middle = y + line_height(SMALL) / 2
        on.mark(x + 0.05, middle, "o", PALETTE[0], 6.5)
        on.tooltip(x + 0.05, middle, study.result, study.authors)
        authors = wrap(study.authors + f" ({way} in part)" * study.part, COLUMN - 0.26, SMALL)
        y = on.lines(x + 0.15, y, authors, color=INK) + 0.05
    others = studies[~studies["counts"]]
    if len(others):
        results = "; ".join(others["result"])
        on.tooltip(x + 0.15, y + line_height(SMALL) / 2, results, listed(others["authors"]))
        y = on.lines(x, y, [f"{len(others)} related"]) + 0.05
    return y
