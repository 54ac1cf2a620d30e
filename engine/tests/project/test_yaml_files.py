"""YAML that is hostile, or not what it looks like, is refused in a sentence before anything is made of it."""

from pathlib import Path

import pytest

from claimbook.project.yaml_files import LONGEST_TEXT, YamlError, read_yaml

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
CHAIN = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 2000))
REPEATED = "Aliases (*) repeat this part without end, or too often."
# a text, the place that the message names, and what it says
ODD = [
    (BOMB, "line 6, f", REPEATED),
    (CHAIN, "line 1", REPEATED),
    ("a: &a [*a]", "line 1, a", REPEATED),
    ("x: &x {y: *x}", "line 1, x", REPEATED),
    ("&x ? *x\n: 1", "line 1", ""),
    ("a: *x", "line 1", "undefined alias"),
    (r'b: ["\u202e"]', "line 1, b.1", "Delete <U+202E> (right-to-left override)."),
    (r'b: "\x1b[31m"', "line 1, b", "Delete <U+001B> (a control character)."),
    (r'b: "\0"', "line 1, b", "Delete <U+0000>"),
    (r'b: "\x85"', "line 1, b", "Delete <U+0085>"),
    (r'b: "\u2028"', "line 1, b", "Delete <U+2028> (line separator)."),
    (r'b: "a\u3164"', "line 1, b", "Delete <U+3164> (hangul filler)."),
    (r'b: "a\u034f"', "line 1, b", "Delete <U+034F> (combining grapheme joiner)."),
    (r'b: "a\u2800"', "line 1, b", "Delete <U+2800> (braille pattern blank)."),
    (r'b: "a\U000e0101"', "line 1, b", "Delete <U+E0101> (variation selector-18)."),
    (r'"\u200b": 1', "line 1: ", "Delete <U+200B> (zero width space)."),
    (r'b: "\ud800"', "line 1", "invalid Unicode character escape code"),
    ("b: 1 # \u202e", "line 1", "Delete <U+202E>"),
    ("a: 1\nb: \u2800", "line 2", "Delete <U+2800>"),
    ("a: " + "x" * (LONGEST_TEXT + 1), "line 1, a", "This has 20,001 characters, and at most 20,000 are allowed."),
    ("a: 0x" + "f" * 5000, "line 1, a", "This has 5,002 characters, and at most 40 are allowed."),
    ("a: " + "9" * 5000, "line 1, a", "This has 5,000 characters"),
    ("[" * 5000, "line 1", "nesting depth"),
    ("[" * 30 + "]" * 30, "line 1, 1.1.", "Blocks are nested more than 20 deep."),
    ("a: no", "line 1, a", 'not read no as a text. Put it in quotes: "no". If it is none, write true or false.'),
    ("a: On", "line 1, a", 'Put it in quotes: "On".'),
    ("a: 010", "line 1, a", 'Put it in quotes: "010". If it is none, write plain digits.'),
    ("a: 1:30", "line 1, a", 'Put it in quotes: "1:30".'),
    ("a: 0x10", "line 1, a", 'Put it in quotes: "0x10".'),
    ("a: 0b11", "line 1, a", 'Put it in quotes: "0b11".'),
    ("a: 1_000", "line 1, a", 'Put it in quotes: "1_000".'),
    ("a: 12:30:45.5", "line 1, a", "plain digits"),
    ("a: !!binary aGVq", "line 1, a", "This has the tag binary. Delete it"),
    ("a: !!set {x, y}", "line 1, a", "This has the tag set."),
    ("a: !!python/name:os.system", "line 1, a", "Delete it: tags (!!)"),
    ("a: !own x", "line 1, a", "This has the tag !own."),
    ("<<: {a: 1}", "line 1: ", "merge keys (<<) are not allowed"),
    ("a: 1\nb: {c: 1, c: 2}", "line 2, b.c", "The same entry occurs twice. The first is in line 2."),
    ("a: 1\na: 2", "line 2, a", "The first is in line 1. Delete or rename one of the two."),
    ("? {a: b}\n: c", "line 1", "unhashable key"),
    ("a: 1\n---\nb: 2", "line 2", "another document"),
    ("a: 2023-02-30", "", "day is out of range for month"),
    ("a: b: c", "line 1", "in quotes"),
    ("a: 'x", "line 1", "quotes and brackets are closed"),
    ("\ta: 1", "line 1", "indent with spaces"),
]


@pytest.mark.parametrize(("text", "place", "says"), ODD, ids=range(len(ODD)))
def test_odd_yaml_is_refused_with_its_place_and_the_edit(tmp_path: Path, text: str, place: str, says: str) -> None:
    (tmp_path / "f.yml").write_text(text, encoding="utf-8")
    with pytest.raises(YamlError) as refused:
        read_yaml(tmp_path / "f.yml")
    assert str(refused.value).startswith(f"f.yml{', ' * bool(place)}{place}") and says in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-16", "gb18030", "latin-1"])
def test_other_encodings_are_refused(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "f.yml").write_text("a: é中"[: 4 if encoding == "latin-1" else 5], encoding=encoding)
    with pytest.raises(YamlError, match="line 1: The file is not UTF-8. Save it as UTF-8"):
        read_yaml(tmp_path / "f.yml")


def test_plain_yaml_is_read_as_written(tmp_path: Path) -> None:
    text = 'a: 1.5\nb: -3\nc: 1.0e+3\nd: true\ne: ~\nf: "no"\ng: &g [1]\nh: *g\ni: 2023\nj: 1e5\n1: k\n'
    (tmp_path / "f.yml").write_text("\ufeff" + text, encoding="utf-8")
    values = [1.5, -3, 1000.0, True, None, "no", [1], [1], 2023, "1e5"]
    assert read_yaml(tmp_path / "f.yml") == dict(zip("abcdefghij", values, strict=True)) | {1: "k"}
