"""Which rules of the theme are left out, on a few that are hand-made, and what the front page loads."""

import re

import pytest
import tinycss2
from finished import HTML

from claimbook.book.theme_styles import pruned

RULES = """@charset "UTF-8"; /* said */ a{color:red}
.used,.unused.used>a{color:red}
.unused a{color:red}
:is(.used, .sm\\:used):not(.unused){color:red}
@media print{.unused{color:red}.used{color:red}}
@media print{.unused{color:red}}
@font-face{font-family:"Font Awesome";src:url(a.woff2)}
@font-face{font-family:Own;src:url(b.woff2)}"""


def test_a_rule_stays_where_one_of_its_selectors_can_apply():
    found = "".join(pruned(tinycss2.parse_stylesheet(RULES, True, True), {"used", "sm:used"}))
    assert re.sub(r"\s+(?=\{)", "", found) == (
        '@charset "UTF-8";a{color:red}.used{color:red}:is(.used, .sm\\:used):not(.unused){color:red}'
        "@media print{.used{color:red}}@font-face{font-family:Own;src:url(b.woff2)}"
    )


@pytest.mark.book
def test_the_front_page_loads_less_than_a_fifth_of_a_megabyte_of_styles():
    front = HTML / "book" / "index.html"
    sheets = re.findall(r'<link[^>]*href="([^"?]*\.css)', front.read_text(encoding="utf-8"))
    assert len(sheets) > 5
    assert sum((front.parent / sheet).stat().st_size for sheet in sheets) < 200_000
