"""Profiles of provinces: one notebook, run for each province and year, and the book of these runs."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from claimbook.project import outputs, parameters
from claimbook.project.files import Paths, rows_in
from claimbook.project.folders import REPORT_FILE
from claimbook.project.yaml_files import as_yaml, read_yaml
from claimbook.run import build
from claimbook.run.execution import Execute
from claimbook.run.notebook_run import NotebookRun
from claimbook.run.plan import Plan, PlanError
from claimbook.run.runner import Step
from claimbook.say.periods import parse, published_by
from claimbook.say.words import in_ranges, slug, suggestion
from torch_program.parameters import Profile
from torch_program.places import ZonesAndProvinces
from torch_program.provinces import REGION_OF, REGIONS

PARTS = "prose_renderer figure_renderer figure_files evidence_pages".split()  # of our extension
COMPARED = "R&D, % of GDP"  # the column of `COLUMNS` that the front page shows for several years

# Columns of a table of profiles: heading, key of the statistic, format.
SHOWN_STATISTICS = (
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
        "sphinx": sphinx | {"config": sphinx["config"] | {"book_parts": PARTS}},
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
        | {heading: form.format(own[key]["value"]) if key in own else "" for heading, key, form in SHOWN_STATISTICS}
        for profile, own in sorted(statistics.items())
    ]
    return _table(rows, caption, label, [heading for heading, *_ in SHOWN_STATISTICS])


def comparison(statistics: Statistics) -> str:
    """Return a table of provinces by years, as MyST. Each number leads to its profile."""
    (key, form) = next((key, form) for heading, key, form in SHOWN_STATISTICS if heading == COMPARED)
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


NOTEBOOK = "profiles/province"
PROFILED = tuple(REGION_OF)
PROFILES = "profiles"  # name of the kind of steps, as printed

LOOK_FILES = ("book/_static/", "book/_templates/", REPORT_FILE)  # files that the book copies from the report


def titled(notebook: bytes, title: str) -> bytes:
    """Return the notebook with another title. Every page needs its own, and headings cannot hold values."""
    content = json.loads(notebook)
    first = content["cells"][0]
    first["source"] = title + "".join(first["source"]).partition("\n")[2]
    return json.dumps(content, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Profiles(Plan):
    """The build of a book of its own: the profiles of some years of an edition, for all provinces or for one."""

    years: tuple[int, ...] = ()
    provinces: tuple[str, ...] = PROFILED
    previews: ClassVar[bool] = False

    @property
    def report(self) -> Plan:
        """The plan of the report from the same data."""
        return Plan(self.root, self.edition, self.data)

    @cached_property
    def profiles(self) -> dict[str, ProvinceYear]:
        """The profiles by name."""
        every = (ProvinceYear(province, year) for year in self.years for province in self.provinces)
        return {profile.name: profile for profile in every}

    @cached_property
    def notebooks(self) -> tuple[str, ...]:
        return tuple(self.profiles)

    @property
    def sections(self) -> tuple[str, ...]:
        return ()  # none has a preview, whose picture would be drawn ahead

    @property
    def folder(self) -> Path:
        return self.report.build / "profiles"

    @property
    def build(self) -> Path:
        provinces = "all" if self.provinces == PROFILED else "-".join(map(slug, self.provinces))
        return self.folder / years_as_range(self.years) / provinces

    @property
    def prints(self) -> Paths:
        return {}

    def executed(self, notebook: str) -> Path:
        """Return the path of an executed profile. All books that contain the profile share it."""
        return self.folder / "notebooks" / f"{notebook}.ipynb"

    def written(self, notebook: str) -> bytes:
        """Return the notebook of all profiles with the title of this one."""
        title = head(self.profiles[notebook], [*self.profiles.values()])
        return titled(self.report.written(NOTEBOOK), title)

    def run_of(self, notebook: str) -> NotebookRun:
        return replace(
            self.report.run_of(NOTEBOOK),
            name=f"profiles/{notebook}",  # so that an error message names province and year
            executed=self.executed(notebook),
            parameters=values_of(self.profiles[notebook], self.parameters),
        )

    @cached_property
    def book_files(self) -> Paths:
        """Files that the book takes from the report (look and data), and its own pages."""
        look = {name: path for name, path in self.report.book_files.items() if name.startswith(LOOK_FILES)}
        own = {f"book/{page.name}": page for page in Path(__file__).parent.glob("*.md")}
        return look | self.data_files | own

    @property
    def about_run(self) -> dict[str, str]:
        """Contents, configuration and computed pages of this book, from the statistics of its executed profiles."""
        ran = {profile: outputs.read_notebook(self.executed(name)) for name, profile in self.profiles.items()}
        statistics = {profile: outputs.read_section_record(one)["statistics"] for profile, one in ran.items()}
        report = read_yaml(self.root / "_config.yml")
        return {
            "_toc.yml": as_yaml(table_of_contents([*ran])),
            "_config.yml": as_yaml(configuration(report, self.years)),
            **computed_pages(statistics, self.edition.title),
        }


def make_profiles(here: Plan, years: str | None, province: str | None) -> Profiles:
    """Return the requested profiles. Raises PlanError if a year or the province has none."""
    provinces = PROFILED if province is None else (province_named(province),)
    meant = [here.parameters["panel_year"]] if years is None else years_meant(years)
    known = meant if years is None else years_with_figures(here)
    if missing := sorted({*meant} - {*known}):
        raise PlanError(
            f"YEAR={years}: edition {here.name} has no figure of any province for {in_ranges(missing)}. "
            f"Years with figures: {in_ranges(known) or 'none'}."
        )
    return Profiles(here.root, here.edition, here.data, years=tuple(meant), provinces=provinces)


def years_as_range(years: Sequence[int]) -> str:
    """Return years as YEAR= takes them, and as a folder is named: "2014-2019,2021"."""
    return in_ranges(years).replace("–", "-").replace(" ", "")


def years_meant(text: str) -> list[int]:
    """Read years from a text like "2014-2023" or "2019 2020". Raises PlanError if it has another form."""
    found: set[int] = set()
    for part in re.sub(r"\s*[-–]\s*", "-", text).replace(",", " ").split() or [""]:
        if not re.fullmatch(r"[0-9]{4}(-[0-9]{4})?", part):
            raise PlanError(f"YEAR={text}: write years in four digits, like 2023, 2014-2023 or “2019 2020”.")
        first, last = int(part[:4]), int(part[-4:])
        if first > last:
            raise PlanError(f"YEAR={text}: {part} ends before it begins. Write {last}-{first}.")
        found.update(range(first, last + 1))
    return sorted(found)


def province_named(province: str) -> str:
    """Return the province for a Chinese or English name in any case. Raises PlanError if unknown."""
    name = province.strip()
    name = ZonesAndProvinces({"zones": (), "prefectures": ()}, ()).resolve(name) or name
    for known in PROFILED:
        if slug(known) == slug(name):
            return known
    near = suggestion(name.title(), sorted(PROFILED))
    raise PlanError(f"PROVINCE={province}: there is no such province.{near} Known: {', '.join(sorted(PROFILED))}.")


def years_with_figures(here: Plan) -> list[int]:
    """Return the years for which some province has a figure that the edition may see."""
    visible = published_by(here.edition.parameters.cutoff, rows_in(here.data / "sources.csv"))
    rows = rows_in(here.data / "figures" / "provinces.csv")
    return sorted({parse(r["period"]).year for r in rows if r["entity"] in REGION_OF and r["source_id"] in visible})


# the steps -----------------------------------------------------------------------------------------------------


def steps(profiles: Profiles, run: Execute) -> list[Step]:
    """Return the steps that check the data, run the notebook for every province and year, and make the book."""
    names = profiles.notebooks
    runs = [build.notebook_step(PROFILES, name, profiles.run_of(name), run, []) for name in names]
    prose = [build.prose_step(profiles, name, ran.title) for name, ran in zip(names, runs, strict=True)]
    return [build.check_step(profiles.report), *runs, *prose, build.pages_step(profiles, "HTML")]


def default_cells(of: Plan) -> dict[Path, str]:
    """Return the parameters cell of the profile notebook for the default edition, by path."""
    path, default = of.committed(NOTEBOOK), ProvinceYear("Beijing", of.parameters["panel_year"])
    return {path: parameters.cell(values_of(default, of.parameters), Profile)} if path.exists() else {}


def values_of(profile: ProvinceYear, of_run: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a profile, from those of the run of its edition."""
    return vars(profile) | {name: of_run[name] for name in ("edition", "cutoff")}
