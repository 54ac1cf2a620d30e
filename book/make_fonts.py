"""Make the fonts of the book from open font packages: WOFF2 for the pages, TrueType for the print edition.

    npm pack @fontsource/noto-sans-sc && tar xzf fontsource-noto-sans-sc-*.tgz        (makes the folder `package`)
    uv run --no-project --with fonttools,brotli,fontpkg-source-sans-3,fontpkg-source-serif-4 \
        python book/make_fonts.py package

Latin fonts become one file a style, cut from the variable fonts. The Chinese font holds the characters that the project
uses and those that it held before; a test says when one is missing.
"""

import re
import sys
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "book" / "_static" / "fonts"
PRINT = ROOT / "book" / "print" / "fonts"  # Typst reads no WOFF2; its sans serif is that of the charts
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
CHINESE_WEIGHTS = (400, 600)
SANS, SERIF = "fontpkg_source_sans_3", "fontpkg_source_serif_4"
# file name in the book -> package, file, axes
LATIN = {
    "torch-sans-400": (SANS, "SourceSans3[wght].ttf", {"wght": 400}),
    "torch-sans-600": (SANS, "SourceSans3[wght].ttf", {"wght": 600}),
    "torch-sans-400-italic": (SANS, "SourceSans3-Italic[wght].ttf", {"wght": 400}),
    "torch-serif-400": (SERIF, "SourceSerif4[opsz,wght].ttf", {"wght": 400, "opsz": 14}),
    "torch-serif-600": (SERIF, "SourceSerif4[opsz,wght].ttf", {"wght": 600, "opsz": 14}),
    "torch-serif-400-italic": (SERIF, "SourceSerif4-Italic[opsz,wght].ttf", {"wght": 400, "opsz": 14}),
}
IN_PRINT = ("torch-serif-400", "torch-serif-600", "torch-serif-400-italic", "noto-sans-sc-400", "noto-sans-sc-600")
# Latin with pinyin, Greek, punctuation, indices, currencies, fractions, arrows, mathematics, shapes, check marks
LATIN_RANGES = (
    (0x20, 0x24F),
    (0x2B0, 0x36F),
    (0x370, 0x3FF),
    (0x1E00, 0x1EFF),
    (0x2000, 0x209F),
    (0x20A0, 0x20BF),
    (0x2100, 0x215F),
    (0x2190, 0x21FF),
    (0x2200, 0x22FF),
    (0x25A0, 0x25FF),
    (0x2713, 0x2717),
)
FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "lnum", "tnum", "pnum", "sups", "frac"]
TITLE = "火炬计划"  # the front page has no other Chinese, and need not load a font of hundreds of characters
CHINESE_RANGES = ((0x3000, 0x303F), (0x3400, 0x9FFF), (0xFF00, 0xFFEF))


def is_chinese(character: str) -> bool:
    """Whether a character is set in the Chinese font: ideographs, their punctuation, full-width forms."""
    return any(low <= ord(character) <= high for low, high in CHINESE_RANGES)


def project_text(root: Path) -> Iterable[str]:
    """Every text that can reach a page: data, prose, notebooks."""
    for folder, endings in (("data", {".csv", ".yml", ".json"}), ("book", {".md", ".html"}), ("notebooks", {".ipynb"})):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in endings:
                text = path.read_text(encoding="utf-8")
                yield _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)  # JSON may hold escapes


def chinese_characters(root: Path) -> set[str]:
    """Chinese characters of the project."""
    return {c for text in project_text(root) for c in text if is_chinese(c)}


def characters_of(font: Path) -> set[str]:
    """Characters that a font file holds."""
    with TTFont(font) as opened:
        return {chr(code) for code in opened.getBestCmap()}


def rename(font: TTFont) -> None:
    """Give a cut the family name of the style sheets: the licence of Source reserves that name for unchanged files."""
    for record in font["name"].names:
        if record.nameID in {1, 3, 4, 6, 16}:
            own = re.sub(r"Source ?(Sans|Serif) ?[34]", r"Torch \1", record.toUnicode())
            own = re.sub(r"Noto ?Sans ?SC( ?Thin)?", "Torch Chinese", own)  # every weight calls itself thin
            record.string = own.replace(" ", "") if record.nameID == 6 else own


def cut(font: TTFont, characters: Iterable[str], target: Path) -> None:
    """Write the part of a font that sets `characters`, as WOFF2, and for print as TrueType."""
    options = Options()
    options.flavor = "woff2"
    options.layout_features = FEATURES
    options.name_IDs = ["*"]
    options.recalc_timestamp = False
    rename(font)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[ord(c) for c in characters])
    subsetter.subset(font)
    for file, flavor in ((target, "woff2"), (PRINT / f"{target.stem}.ttf", None)):
        if flavor or target.stem in IN_PRINT:
            font.flavor = flavor
            font.save(file)
    print(f"{target.relative_to(ROOT)}: {len(font.getBestCmap())} characters, {target.stat().st_size // 1024} KB")


def make_title() -> None:
    """Cut the characters of the programme's name once more, from the Chinese font of the book."""
    cut(TTFont(FONTS / "noto-sans-sc-400.woff2", recalcTimestamp=False), TITLE, FONTS / "noto-sans-sc-title.woff2")


def main(noto: Path) -> None:
    """Make all fonts; `noto` is the unpacked package @fontsource/noto-sans-sc."""
    for folder in (FONTS, PRINT):
        folder.mkdir(parents=True, exist_ok=True)
    latin = [chr(code) for low, high in LATIN_RANGES for code in range(low, high + 1)]
    for name, (package, file, axes) in LATIN.items():
        variable = TTFont(str(files(package) / "files" / file), recalcTimestamp=False)
        cut(instantiateVariableFont(variable, axes), latin, FONTS / f"{name}.woff2")
    wanted = chinese_characters(ROOT)
    for weight in CHINESE_WEIGHTS:
        target = FONTS / f"noto-sans-sc-{weight}.woff2"
        kept = {c for c in characters_of(target) if is_chinese(c)} if target.exists() else set()
        whole = TTFont(noto / "files" / f"noto-sans-sc-chinese-simplified-{weight}-normal.woff2", recalcTimestamp=False)
        cut(whole, wanted | kept | {" "}, target)  # a blank between Chinese words is set in their font
    make_title()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
