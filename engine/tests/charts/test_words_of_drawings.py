"""The check of words in drawings finds what is wrong."""

import pytest
from words_of_drawings import untidy

WRONG = {
    "<text x='90' y='30' font-size='10' textLength='20'>cut</text>": "'cut' leaves the drawing",
    "<text x='20' y='22' font-size='10' textLength='20'>over</text>": "'words' and 'over' overlap",
    "<text x='10' y='40' font-size='9.4' textLength='20'>tiny</text>": "'tiny' has only 11.9 pixels",
    "<g transform='translate(60 20) rotate(-90)'><text font-size='10' textLength='30'>u</text></g>": "'u' leaves",
}


@pytest.mark.parametrize(("more", "wrong"), WRONG.items())
def test_the_check_sees_words_that_are_cut_overlap_or_are_tiny(more, wrong):
    words = "<text x='10' y='20' font-size='10' textLength='30'>words</text>"
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' width='100pt' height='50pt'>{words}{more}</svg>"
    (found,) = untidy(svg)
    assert found.startswith(wrong)
