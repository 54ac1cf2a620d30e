"""The pages of a book of profiles that no notebook makes: contents, configuration, front page, pages of regions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from claimbook.say.anchors import slug
from claimbook.say.words import in_ranges
from torch_program.provinces import REGION_OF, REGIONS

PARTS = ("prose_renderer", "figure_renderer", "figure_files", "evidence_pages")  # of our extension
COMPARED = "R&D, % of GDP"  # the column of `COLUMNS` that the front page shows for several years

# Columns of a table of profiles: heading, key of the statistic, format.
COLUMNS = (
    ("Zones, year of approval known", "zones", "{:,.0f}"),
    ("GDP, CNY billion", "gdp", "{:,.0f}"),
    ("R&D, CNY billion", "rd", "{:,.1f}"),
    (COMPARED, "intensity", "{:,.2f}"),
    ("R&D staff, person-years", "staff", "{:,.0f}"),
    ("Patents in force", "patents", "{:,.0f}"),
    ("Contracts sold, CNY billion", "sold", "{:,.1f}"),
    ("High-tech firms certified", "certified", "{:,.0f}"),
)


@dataclass(frozen=True, order=True)
class ProvinceYear:
    """A province in a year, which has a page of its own."""

    province: str
    year: int

    @property
    def name(self) -> str:
        """The name of its notebook and page, like "hubei-2023"."""
        return f"{slug(self.province)}-{self.year}"

    @property
    def title(self) -> str:
        return f"{self.province}, {self.year}"

    @property
    def region(self) -> str:
        return REGION_OF[self.province]

    def link(self, text: str, folder: str = "../notebooks/") -> str:
        return f"[{text}]({folder}{self.name}.ipynb)"


Statistics = Mapping[ProvinceYear, Mapping[str, Any]]  # the statistics of each profile, by key


def years_of(profiles: Iterable[ProvinceYear]) -> list[int]:
    """Return the years of some profiles, in order."""
    return sorted({profile.year for profile in profiles})


def by_region(profiles: Sequence[ProvinceYear], year: int | None = None) -> dict[str, list[ProvinceYear]]:
    """Return the profiles of each region that has any, of one year or of all."""
    found = {r: [p for p in profiles if p.region == r and p.year in (year, year or p.year)] for r in REGIONS}
    return {region: own for region, own in found.items() if own}


def is_grid(profiles: Sequence[ProvinceYear]) -> bool:
    """Return whether there are several years of several provinces."""
    return len(years_of(profiles)) > 1 and len({profile.province for profile in profiles}) > 1


def head(profile: ProvinceYear, profiles: Sequence[ProvinceYear]) -> str:
    """Return the title of a profile as Markdown, with links to the other years of its province."""
    others = [other for other in profiles if other.province == profile.province and other != profile]
    links = ", ".join(other.link(str(other.year), "") for other in others)
    return f"# {profile.title}\n" + (f"\nOther years: {links}.\n" if links else "")


def table_of_contents(profiles: Sequence[ProvinceYear]) -> dict[str, Any]:
    """Return the table of contents: profiles by region, below each year if there are several; then the evidence."""

    def files(own: Iterable[ProvinceYear]) -> list[dict[str, Any]]:
        return [{"file": f"notebooks/{profile.name}"} for profile in own]

    parts: list[dict[str, Any]]
    if is_grid(profiles):
        parts = [
            {
                "caption": str(year),
                "chapters": [
                    {"file": f"book/{region_page(year, region)}", "sections": files(own)}
                    for region, own in by_region(profiles, year).items()
                ],
            }
            for year in years_of(profiles)
        ]
    else:
        parts = [{"caption": region, "chapters": files(own)} for region, own in by_region(profiles).items()]
    reference = {"caption": "Reference", "chapters": [{"file": "book/evidence"}, {"file": "book/bibliography"}]}
    return {"format": "jb-book", "root": "book/index", "options": {"numbered": False}, "parts": [*parts, reference]}


def region_page(year: int, region: str) -> str:
    """Return the name of the page of a region in a year."""
    return f"{year}-{slug(region)}"


def configuration(report: dict[str, Any], years: Sequence[int]) -> dict[str, Any]:
    """Return the report's configuration with this book's title and parts of the extension, without PDF."""
    sphinx = report["sphinx"]
    return report | {
        "title": f"China’s provinces and the Torch Program, {in_ranges(years)}",
        "sphinx": sphinx | {"config": sphinx["config"] | {"book_parts": list(PARTS)}},
    }


def computed_pages(statistics: Statistics, edition: str) -> dict[str, str]:
    """Return the front page as MyST, and the page of each region and year if there are several of both, by path."""
    profiles = [*statistics]
    years = in_ranges(years_of(profiles))
    grid = is_grid(profiles)
    front = f"""\
# Province profiles, {years}

One page for each province{" and year" if len(years_of(profiles)) > 1 else ""}: zones, research, patents, contracts and
firms, rank and trend, and its peers. Edition: {edition}. A dash means that no figure was found.

{comparison(statistics) if grid else table(statistics, f"Provinces in {years}", "tbl-provinces")}"""
    regions = {
        f"book/{region_page(year, region)}.md": f"# {region}, {year}\n\n"
        + table({p: statistics[p] for p in own}, f"{region}, {year}", f"tbl-{region_page(year, region)}")
        for year in years_of(profiles)
        if grid
        for region, own in by_region(profiles, year).items()
    }
    return {"book/index.md": front} | regions


def table(statistics: Statistics, caption: str, label: str) -> str:
    """Return a table with a row for each profile, as MyST. A statistic that a profile lacks is an empty cell."""
    one_year = len(years_of(statistics)) == 1
    rows = [
        {"Province" if one_year else "Year": profile.link(profile.province if one_year else str(profile.year))}
        | {"Region": profile.region}
        | {heading: form.format(own[key]["value"]) if key in own else "" for heading, key, form in COLUMNS}
        for profile, own in sorted(statistics.items())
    ]
    return _table(rows, caption, label, [heading for heading, *_ in COLUMNS])


def comparison(statistics: Statistics) -> str:
    """Return a table of provinces by years, as MyST. Each number leads to its profile."""
    (key, form) = next((key, form) for heading, key, form in COLUMNS if heading == COMPARED)
    rows: dict[str, dict[str, str]] = {}
    for profile, own in sorted(statistics.items()):
        row = rows.setdefault(profile.province, {"Province": profile.province, "Region": profile.region})
        row[str(profile.year)] = profile.link(form.format(own[key]["value"]) if key in own else "–")
    years = years_of(statistics)
    caption = f"{COMPARED}, {in_ranges(years)}. Each number leads to the profile of the province in that year"
    return _table([*rows.values()], caption, "tbl-provinces", [*map(str, years)])


def _table(rows: Sequence[Mapping[str, str]], caption: str, label: str, right: Sequence[str]) -> str:
    from pandas import DataFrame  # takes a fifth of a second to import

    from claimbook.notebook.tables import myst_table  # imports pandas

    return myst_table(DataFrame(rows), caption, label, right)


def as_yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
