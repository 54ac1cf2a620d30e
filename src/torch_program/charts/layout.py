"""A canvas to draw on with plain matplotlib or seaborn, and the finish that turns it into a chart."""

from collections.abc import Callable, Iterable

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from torch_program.charts.style import GRID, PAD, WIDTH, Key, Sheet, short, use, words
from torch_program.figures import Chart


class Canvas(Figure):
    """A figure on which words can wait for the layout before they find their places."""

    def __init__(self, **how) -> None:
        super().__init__(**how)
        self.waiting: list[Callable[[], object]] = []

    def when_settled(self, place: Callable[[], object]) -> None:
        """Call `place` once the layout stands."""
        self.waiting.append(place)


def canvas(
    title: str,
    subtitle: str = "",
    source: str = "",
    size: tuple[float, float] = (WIDTH, 3.9),
    panels: tuple[int, int] | int = 1,
    keys: Iterable[Key] = (),
    sharex: bool = False,
    sharey: bool = False,
):
    """A figure with its words set, and axes to draw on (one, or an array of rows × columns).

    `size` is that with one line each of title, subtitle and source, in inches; more lines make the figure taller and
    take nothing from the axes. The layout makes room for whatever is written beside the axes.
    """
    use()
    keys = list(keys)
    said = words(title, subtitle, source, keys, size[0])
    usual = words("x", "x", "x")
    height = size[1] + said.head + said.foot - usual.head - usual.foot
    figure = Canvas(figsize=(size[0], height))
    plane = figure.add_axes((0, 0, 1, 1), label="words", zorder=-1)
    plane.set_xlim(0, size[0])
    plane.set_ylim(height, 0)
    plane.axis("off")
    plane.set_in_layout(False)
    said.draw(Sheet(figure, plane))
    pad = PAD / size[0]
    body = (pad, said.foot / height, 1 - 2 * pad, 1 - (said.foot + said.head) / height)
    figure.set_layout_engine("constrained", rect=body, w_pad=0.0, h_pad=0.0, wspace=0.06, hspace=0.09)
    rows, columns = (1, panels) if isinstance(panels, int) else panels
    axes = figure.subplots(rows, columns, sharex=sharex, sharey=sharey, squeeze=False)
    for one in axes.flat:
        tidy(one)
    return figure, axes[0, 0] if rows * columns == 1 else axes


def tidy(axes: Axes) -> None:
    """Horizontal grid only, large numbers short, labels light."""
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.tick_params(axis="y", length=0)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: short(v)))
    axes.yaxis.isDefault_majloc = axes.yaxis.isDefault_majfmt = True  # words take the place of numbers, as by default


def settle(figure: Canvas) -> None:
    """Compute the layout once and keep it; then the words that waited for it find their places."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    while figure.waiting:
        figure.waiting.pop(0)()


def finish(figure: Canvas, title: str, subtitle: str, source: str, data: pd.DataFrame, alt: str) -> Chart:
    """Turn a drawing on a canvas, with plain matplotlib or seaborn, into a Chart."""
    settle(figure)
    return Chart(figure, title, subtitle, source, alt, data.reset_index(drop=True))
