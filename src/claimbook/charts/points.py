"""Words beside points, where they cover no mark, no line and no other word."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from claimbook.charts.labels import plain
from claimbook.charts.layout import canvas_of
from claimbook.charts.style import INK, PAD, POINT, SMALL, WIDTH, beside, wrap

# where words may stand at a point, the nearest first: offset in points, and which side of the words is there
SPOTS = (
    (7, 0, "left", "center"),
    (-7, 0, "right", "center"),
    (0, 6, "center", "bottom"),
    (0, -6, "center", "top"),
    (5, 4, "left", "bottom"),
    (-5, 4, "right", "bottom"),
    (5, -4, "left", "top"),
    (-5, -4, "right", "top"),
    *(
        (x, side * y, ha, "bottom" if side > 0 else "top")
        for y in (16, 26)
        for side in (1, -1)
        for x, ha in ((0, "center"), (5, "left"), (-5, "right"))
    ),
)
ROOM = 1.1  # inches of a line of words


def label_points(axes: Axes, data: pd.DataFrame, *, x: str, y: str, text: str, weight: str = "normal") -> None:
    """Words of the column `text` beside the points of `data`, where they cover no mark, no line and no other word."""
    plain(axes)
    labels = [
        beside(axes, "\n".join(wrap(name, ROOM, SMALL)), (across, up), linespacing=1.1, color=INK, weight=weight)
        for name, across, up in zip(data[text].astype(str), data[x], data[y], strict=True)
    ]
    canvas_of(axes).when_settled(lambda: _place_points(axes, labels))


def _place_points(axes: Axes, labels: list[Annotation]) -> None:
    drawn, frame = trace(axes), axes.get_window_extent()
    frame = Bbox([[frame.x0, frame.y0], [(WIDTH - PAD) / POINT, frame.y1]])
    taken = [t.get_window_extent() for t in axes.texts if t not in labels and t.get_visible() and t.get_text()]
    for label in labels:
        best = min(SPOTS, key=lambda spot: clash(label, spot, drawn, taken, frame))
        taken.append(put(label, best))


def trace(axes: Axes) -> np.ndarray:
    """Pixels of everything drawn in the axes, n × 2: along each line, close enough to see it pass under words."""
    share = np.linspace(0, 1, 60)[:, None]
    found = [np.empty((0, 2))]
    for line in axes.lines:
        corners = line.get_transform().transform(line.get_xydata())
        steps = zip(corners, corners[1:], strict=False) if line.get_linestyle() != "None" else ()
        found += [corners, *(a + share * (b - a) for a, b in steps)]
    for marks in axes.collections:
        if len(offsets := np.ma.filled(marks.get_offsets(), np.nan)):
            found.append(axes.transData.transform(offsets))
    pixels = np.vstack(found)
    return pixels[np.isfinite(pixels).all(axis=1)]


def put(text: Annotation, spot: tuple[float, float, str, str]) -> Bbox:
    """Move words to a spot; returns the box that they then cover, with a little air."""
    x, y, ha, va = spot
    text.set(position=(x, y), ha=ha, va=va)
    return text.get_window_extent().padded(4)


def clash(text: Annotation, spot: tuple, drawn: np.ndarray, taken: list[Bbox], frame: Bbox) -> int:
    """How badly words would sit at a spot: on other words, on what is drawn, or outside the axes."""
    box = put(text, spot)
    covered = box.padded(-3).count_contains(drawn) if len(drawn) else 0
    outside = box.x0 < frame.x0 - 3 or box.y0 < frame.y0 or box.x1 > frame.x1 + 3 or box.y1 > frame.y1 + 6
    return 1000 * sum(box.overlaps(other) for other in taken) + 1000 * outside + int(covered)
