"""Kinds of charts: functions from frames or judgements to charts."""

from claimbook.charts.figures import describe_series, finish, listed, show
from claimbook.charts.labels import add_tooltip, label_cells, label_ends, label_parts, label_points, label_values, runs
from claimbook.charts.lines import Target, in_years, line_chart, moment, span, timeline
from claimbook.charts.rows import Line, dot_plot
from claimbook.charts.style import ACCENT, INK, MUTED, PALETTE, PAPER, SMALL, band_key, canvas, stacked
from claimbook.say.verdict_table import CLAIM_COLOUR
