"""A canvas to draw on with plain matplotlib or seaborn, and the finish that turns it into a chart."""

from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from torch_program.charts import phone
from torch_program.charts.style import GRID, NARROW, PAD, WIDTH, Key, Sheet, Words, short, use, words
from torch_program.figures import Chart, Drawing

LOWER = 0.85  # height of a panel of many under each other, against those side by side


class Canvas(Drawing):
    """A figure of which all that depends on its width is drawn anew for another one."""

    def __init__(self, said: Callable[[float], Words], height: float, width: float) -> None:
        self.words, self.height, self.taller = said, height, 1.0
        super().__init__(figsize=(width, self._whole_height(width)))
        self.plane = self.add_axes((0, 0, 1, 1), label="words", zorder=-1)
        self.plane.axis("off")
        self.plane.set_in_layout(False)
        self._waiting: list[Callable[[], object]] = []
        self._redrawn: list[Callable[[], object]] = []
        self._made: list[Artist] = []
        self._room: ConstrainedLayoutEngine | None
        self._write(width)
        self._make_room(width)

    @property
    def is_narrow(self) -> bool:
        return bool(self.get_size_inches()[0] <= NARROW)

    @property
    def panels(self) -> list[Axes]:
        return [axes for axes in self.axes if axes is not self.plane]

    def when_settled(self, place: Callable[[], object]) -> None:
        """Call `place` once the layout stands."""
        self._waiting.append(place)

    def each_width(self, draw: Callable[[], object]) -> None:
        """Call `draw` now, and again once the figure is narrow; what it drew before is then gone."""
        self._redrawn.append(draw)
        self._note(draw)

    def settle(self) -> None:
        """Compute the layout once and keep it; then the words that waited for it find their places."""
        self.measure()
        self._room = None
        while self._waiting:
            self._note(self._waiting.pop(0))

    def measure(self) -> None:
        """Lay out what is drawn so far, so that it can be asked for its place."""
        if self._room:
            self._room.execute(self)

    def to_phone(self) -> "Canvas":
        """Become as narrow as a telephone, for good: words broken anew, panels under each other, no tick on another."""
        if self.is_narrow:
            return self
        for artist in self._made:
            if artist.axes is not None:
                artist.remove()
        self._made = []
        self.height *= self.taller
        self._stack()
        self._make_room(NARROW)
        for draw in self._redrawn:
            self._note(draw)
        for axes in self.panels:
            self.height = max(self.height, phone.names_above(axes)) + phone.break_words(axes)
        for artist in [*self.plane.texts, *self.plane.lines, *self.plane.patches]:
            artist.remove()
        self._write(NARROW)
        self._make_room(NARROW)  # what is drawn may have asked for another height
        self.settle()
        for axes in self.panels:
            phone.part_words(axes)
        return self

    def _stack(self) -> None:
        """Put panels that stand side by side under each other."""
        panels = self.panels
        grid = panels[0].get_gridspec()
        if grid is None or len(panels) == grid.nrows:
            return
        self.height *= LOWER * len(panels) / grid.nrows
        column = self.add_gridspec(len(panels), 1)
        for row, axes in enumerate(panels):
            axes.set_subplotspec(column[row, 0])
            axes.tick_params(labelbottom=True, labelleft=True)

    def _note(self, draw: Callable[[], object]) -> None:
        """Draw, and note what was drawn."""
        before = {id(child) for axes in self.axes for child in axes.get_children()}
        draw()
        self._made += [child for axes in self.axes for child in axes.get_children() if id(child) not in before]

    def _whole_height(self, width: float) -> float:
        """Inches of the figure at a width: what is drawn keeps its own, whatever the words around it need."""
        said, usual = self.words(width), words("x", "x", "x")
        return self.height + said.head + said.foot - usual.head - usual.foot

    def _write(self, width: float) -> None:
        """Set the words around the drawing."""
        height = self._whole_height(width)
        self.set_size_inches(width, height)
        self.plane.set_xlim(0, width)
        self.plane.set_ylim(height, 0)
        self.words(width).draw(Sheet(self, self.plane))

    def _make_room(self, width: float) -> None:
        """Leave to the drawing what the words do not need."""
        said, height = self.words(width), self._whole_height(width)
        self.set_size_inches(width, height)
        pad = PAD / width
        body = (pad, said.foot / height, 1 - 2 * pad, 1 - (said.foot + said.head) / height)
        # the figure itself has no such engine: with one, matplotlib draws each figure twice
        self._room = ConstrainedLayoutEngine(rect=body, w_pad=0.0, h_pad=0.0, wspace=0.06, hspace=0.09)


def canvas(
    title: str,
    subtitle: str = "",
    source: str = "",
    size: tuple[float, float] = (WIDTH, 3.9),
    panels: tuple[int, int] | int = 1,
    keys: Iterable[Key] = (),
    sharex: bool = False,
    sharey: bool = False,
    taller: float = 1.0,
) -> tuple[Canvas, Any]:
    """A figure with its words set, and axes to draw on (one, or an array of rows × columns).

    `size` is that with one line each of title, subtitle and source, in inches; more lines make the figure taller and
    take nothing from the axes. The layout makes room for whatever is written beside the axes. On a telephone the axes
    keep their height, or are `taller` by a factor.
    """
    use()
    keys = list(keys)
    figure = Canvas(lambda width: words(title, subtitle, source, keys, width), size[1], size[0])
    figure.taller = taller
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
    return Chart(figure, title, subtitle, source, alt, data.reset_index(drop=True), figure.to_phone)
