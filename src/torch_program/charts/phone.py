"""Words that a notebook wrote for a wide drawing, broken, turned or moved so that they fit a narrow one."""

from itertools import pairwise
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.text import Annotation, Text

from torch_program.charts.style import NARROW, PAD, PAPER, POINT, SMALL, beside, text_width, wrap

BESIDE = 1.05  # inches at most for names at the left of the axes
BELOW = NARROW - 1.5  # inches for all names under the axes
LONG = 0.6 * NARROW  # inches of words that need too much room at both sides of a spot
FLOOR = 0.62  # inches of a row under its name
EDGE = 1.5  # points between words and the edge of the drawing


def break_words(axes: Axes) -> float:
    """Break what is longer than there is room for; returns the inches that the axes then need besides their height."""
    side = _side(axes)
    axes.set_xlabel("\n".join(wrap(axes.get_xlabel(), NARROW - 0.6 if side == "left" else BELOW, SMALL)), loc=side)
    for text in axes.texts:
        if "\n" not in text.get_text():
            lines = wrap(text.get_text(), NARROW - 2 * PAD, float(text.get_fontsize()), text.get_fontweight())
            text.set_text("\n".join(lines))
            if isinstance(text, Annotation) and text_width(lines[0], float(text.get_fontsize())) > LONG:
                text.set_horizontalalignment("left")
    return _names_below(axes)


def _side(axes: Axes) -> Literal["left", "center", "right"]:
    """Where the name of the level axis stands."""
    return "left" if axes.xaxis.label.get_position()[0] == 0 else "center"


def names_above(axes: Axes) -> float:
    """Long names at the left stand over their rows instead; returns the inches that a figure then needs."""
    at, names = axes.get_yticks(), [label.get_text() for label in axes.get_yticklabels()]
    if not any(_is_words(name) and text_width(name, SMALL) > BESIDE for name in names):
        return 0.0
    for place, name in zip(at, names, strict=True):
        paper = {"facecolor": PAPER, "edgecolor": "none", "pad": 0.5}
        level = axes.get_yaxis_transform()
        beside(axes, " ".join(name.split()), (0, place), (0, 13), xycoords=level, va="bottom", bbox=paper)
    axes.set_yticks([])
    return FLOOR * len(names) + 1.4


def _names_below(axes: Axes) -> float:
    """Long names under the axes are turned."""
    labels = [label for label in axes.get_xticklabels() if label.get_text()]
    widths = [text_width(label.get_text(), SMALL) for label in labels if _is_words(label.get_text())]
    if not widths or max(widths) < BELOW / len(labels) or labels[0].get_rotation():
        return 0.0
    axes.tick_params(axis="x", rotation=90)
    return max(widths)


def _is_words(text: str) -> bool:
    return any(character.isalpha() for character in text)


def part_words(axes: Axes) -> None:
    """Once the layout stands: no tick on another, and no words beyond the edge."""
    thin(axes)
    for text in axes.texts:
        if text.get_visible() and text.get_text():
            _pull_in(axes, text)


def thin(axes: Axes) -> None:
    """Leave out every second label of the level axis until none touches the next; the last one stays."""
    labels = [label for label in axes.get_xticklabels() if label.get_visible() and label.get_text()]
    while len(labels) > 1:
        boxes = [label.get_window_extent() for label in labels]
        if not any(one.overlaps(other) for one, other in pairwise(boxes)):
            break
        for label in labels[-2::-2]:
            label.set_visible(False)
        labels = [label for label in labels if label.get_visible()]


def _pull_in(axes: Axes, text: Text) -> None:
    """Move words that would be cut at a side."""
    box = text.get_window_extent()
    beyond = max(0.0, box.x1 - NARROW / POINT + EDGE) or min(0.0, box.x0 - EDGE)
    if not beyond:
        return
    x, y = text.get_position()
    if isinstance(text, Annotation) and text.anncoords == "offset points":
        text.set_position((x - beyond, y))
    else:
        put = axes.transData if isinstance(text, Annotation) else text.get_transform()
        spot = put.transform((x, y)) - (beyond, 0)
        left, level = put.inverted().transform(spot)
        text.set_position((left, level))
