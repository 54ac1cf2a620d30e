"""Kinds of charts: functions from frames or judgements to charts."""

from claimbook.charts.figures import describe_series, finish, listed
from claimbook.charts.labels import add_tooltip, label_cells, label_ends, label_parts, label_points, label_values, runs
from claimbook.charts.layout import band_key, canvas
from claimbook.charts.lines import Target, in_years, line_chart, moment, span, timeline
from claimbook.charts.own import show
from claimbook.charts.rows import Line, dot_plot
from claimbook.charts.style import ACCENT, CLAIM_COLOUR, INK, MUTED, PALETTE, PAPER, SMALL, stacked
