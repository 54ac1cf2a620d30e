"""What a reader can take along of a figure: pictures, data and their description."""

import json
from pathlib import Path

import pytest

from torch_program import results

ROOT = Path(__file__).resolve().parents[1]
EXECUTED = sorted((ROOT / "_build" / "2026" / "source" / "notebooks").glob("*.ipynb"))
HEAVIEST = 150_000  # bytes of a drawing


@pytest.mark.parametrize("path", EXECUTED, ids=lambda path: path.stem)
def test_no_drawing_is_heavy(path):
    weights = {f["label"]: len(f["svg"].encode()) for f in results.figures(json.loads(path.read_text("utf-8")))}
    assert not {label: weight for label, weight in weights.items() if weight >= HEAVIEST}
