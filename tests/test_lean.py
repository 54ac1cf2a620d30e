"""Style sheets of finished pages: rules that can match stay, the others go."""

from torch_program.sphinx_ext.lean import names_in_use, without_unused

NAMES = frozenset({"card", "main", "open"})


def test_a_rule_stays_when_one_of_its_selectors_can_match():
    assert without_unused(".card, .carousel { color: red }", NAMES) == ".card{color: red}\n"


def test_a_rule_goes_when_a_class_or_an_id_of_its_selector_is_nowhere():
    assert without_unused(".card .carousel {a: b} #other {a: b} .card.shut {a: b}", NAMES) == ""


def test_elements_and_negations_ask_for_no_name():
    css = "p, ul > li {a: b} .card:not(.carousel) {a: b} #main:is(.x, .y) {a: b} [data-x=y] {a: b}"
    assert without_unused(css, NAMES).count("{") == 4


def test_rules_inside_a_medium_are_cut_too():
    css = "@media print { .card { a: b } .carousel { a: b } } @media screen { .carousel { a: b } }"
    assert without_unused(css, NAMES) == "@media print {.card{a: b}\n}\n"


def test_key_frames_and_fonts_stay_and_fonts_of_icons_go():
    font = "@font-face {{ src: url({}) }}"
    css = "@keyframes x { to { a: b } }" + font.format("fonts/a.woff2") + font.format("../vendor/fontawesome/b.woff2")
    kept = without_unused(css, NAMES)
    assert "@keyframes x" in kept and "a.woff2" in kept and "b.woff2" not in kept


def test_names_come_from_pages_and_scripts_but_not_from_the_words_of_the_report(tmp_path):
    (tmp_path / "a.html").write_text('<p class="card wide" id="main">carousel</p>')
    (tmp_path / "a.js").write_text("x.classList.add('is-open')")
    (tmp_path / "searchindex.js").write_text("carousel")
    found = names_in_use(tmp_path)
    assert {"card", "wide", "main", "is-open"} <= found
    assert "carousel" not in found
