"""The chart grammar: pure functions from frames or judgements to charts."""

from torch_program.charts.bars import stacked, stacked_bars
from torch_program.charts.claim_plot import claim_plot
from torch_program.charts.criteria import criteria_plot
from torch_program.charts.dots import dot_plot, dumbbell
from torch_program.charts.firmness import firmness
from torch_program.charts.labels import (
    label_cells,
    label_ends,
    label_parts,
    label_values,
    plain,
    runs,
    tell,
)
from torch_program.charts.layout import canvas, finish
from torch_program.charts.lines import Target, line_chart, panel_lines, parse_breaks
from torch_program.charts.lorenz import lorenz_chart
from torch_program.charts.points import label_points
from torch_program.charts.row_parts import Line
from torch_program.charts.scorecard import scorecard
from torch_program.charts.steps import step_chart
from torch_program.charts.tile_map import TILES, tile_map
from torch_program.charts.timeline import moment, span, timeline
from torch_program.scores import ScoreRow, score_row
