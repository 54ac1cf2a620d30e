"""A canvas to draw on with plain matplotlib or seaborn, and the finish that turns it into a chart."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from claimbook.charts.figures import Chart, Drawing
from claimbook.charts.style import GRID, PAD, WIDTH, Key, Sheet, Words, short, use, whole, words


class Canvas(Drawing):
    """A figure with the words of its chart set, whose axes get the room that these leave."""

    def __init__(self, said: Words, height: float) -> None:
        """`height` is that of a figure with one line each of title, subtitle and source."""
        usual = words("x", "x", "x")
        height = whole(height + said.head + said.foot - usual.head - usual.foot)
        super().__init__(figsize=(WIDTH, height))
        plane = self.add_axes((0, 0, 1, 1), label="words", zorder=-1, xlim=(0, WIDTH), ylim=(height, 0))
        plane.axis("off")
        plane.set_in_layout(False)
        said.draw(Sheet(self, plane))
        self._waiting: list[Callable[[], object]] = []
        pad = PAD / WIDTH
        body = (pad, said.foot / height, 1 - 2 * pad, 1 - (said.foot + said.head) / height)
        # the figure itself has no such engine: with one, matplotlib draws each figure twice
        self._engine = ConstrainedLayoutEngine(rect=body, w_pad=0.0, h_pad=0.0, wspace=0.06, hspace=0.09)

    def when_settled(self, place: Callable[[], object]) -> None:
        """Call `place` once the layout stands."""
        self._waiting.append(place)

    def settle(self) -> None:
        """Compute the layout and keep it; then the words that waited for it find their places."""
        self.measure()
        for place in self._waiting:
            place()

    def measure(self) -> None:
        """Lay out what is drawn so far, so that it can be asked for its place."""
        self._engine.execute(self)


def canvas(
    title: str,
    subtitle: str = "",
    source: str = "",
    height: float = 3.5,
    panels: tuple[int, int] | int = 1,
    keys: Iterable[Key] = (),
    sharex: bool = False,
    sharey: bool = False,
) -> tuple[Canvas, Any]:
    """A figure with its words set, and axes to draw on (one, or an array of rows × columns).

    `height` is that with one line each of title, subtitle and source, in inches; more lines make the figure taller and
    take nothing from the axes. The layout makes room for whatever is written beside the axes.
    """
    use()
    figure = Canvas(words(title, subtitle, source, keys), height)
    rows, columns = (1, panels) if isinstance(panels, int) else panels
    axes = figure.subplots(rows, columns, sharex=sharex, sharey=sharey, squeeze=False)
    for one in axes.flat:
        tidy(one)
    return figure, axes[0, 0] if rows * columns == 1 else axes


def canvas_of(axes: Axes) -> Canvas:
    """The canvas that axes are part of."""
    figure = axes.get_figure()
    assert isinstance(figure, Canvas), "these axes are not of charts.canvas"
    return figure


def tidy(axes: Axes) -> None:
    """Horizontal grid only, large numbers short, labels light."""
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.tick_params(axis="y", length=0)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: short(v)))
    axes.yaxis.isDefault_majloc = axes.yaxis.isDefault_majfmt = True  # words take the place of numbers, as by default


def finish(figure: Canvas, title: str, subtitle: str, source: str, data: pd.DataFrame, alt: str) -> Chart:
    """Turn a drawing on a canvas, with plain matplotlib or seaborn, into a Chart."""
    figure.settle()
    return Chart(figure, title, subtitle, source, alt, data.reset_index(drop=True))
