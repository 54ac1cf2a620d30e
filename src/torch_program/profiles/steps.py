"""Profiles of provinces: one notebook, run for each province and year, and the book of these runs."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader

from claimbook import templates
from claimbook.project import outputs, parameters
from claimbook.project.folders import REPORT_FILE, Paths, rows_in
from claimbook.project.yaml_files import as_yaml, read_yaml
from claimbook.run import build
from claimbook.run.execution import Execute
from claimbook.run.notebook_run import NotebookRun
from claimbook.run.plan import Plan, PlanError
from claimbook.run.runner import Step
from claimbook.say.words import in_ranges, parse, published_by, slug, suggestion
from torch_program.parameters import Profile
from torch_program.places import ZonesAndProvinces
from torch_program.provinces import REGION_OF, REGIONS

PARTS = "displays figure_files evidence_pages".split()  # of our extension
FILLED = templates.FILLED.overlay(loader=FileSystemLoader(Path(__file__).parent))


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
    def region(self) -> str:
        return REGION_OF[self.province]

    def link(self, text: object, folder: str = "../notebooks/") -> str:
        return f"[{text}]({folder}{self.name}.ipynb)"


Statistics = Mapping[ProvinceYear, Mapping[str, Any]]  # the statistics of each profile, by key


def years_of(profiles: Iterable[ProvinceYear]) -> list[int]:
    """Return the years of some profiles, in order."""
    return sorted({profile.year for profile in profiles})


def by_region(profiles: Collection[ProvinceYear]) -> dict[str, list[ProvinceYear]]:
    """Return the profiles of each region that has any."""
    return {region: own for region in REGIONS if (own := [profile for profile in profiles if profile.region == region])}


def is_grid(profiles: Iterable[ProvinceYear]) -> bool:
    """Return whether there are several years of several provinces."""
    return len(years_of(profiles)) > 1 and len({profile.province for profile in profiles}) > 1


def head(profile: ProvinceYear, profiles: Sequence[ProvinceYear]) -> str:
    """Return the title of a profile as Markdown, with links to the other years of its province."""
    others = [other for other in profiles if other.province == profile.province and other != profile]
    links = ", ".join(other.link(other.year, "") for other in others)
    return f"# {profile.province}, {profile.year}\n" + (f"\nOther years: {links}.\n" if links else "")


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


def filled(name: str, statistics: Statistics, **gaps: Any) -> str:
    """Return a template of this folder for these profiles, with its gaps filled."""
    years = years_of(statistics)
    gaps |= {"statistics": statistics, "grid": is_grid(statistics), "years": years, "when": in_ranges(years)}
    return FILLED.get_template(name).render(gaps, by_region=by_region, region_page=region_page)


def computed_pages(statistics: Statistics, edition: str) -> dict[str, str]:
    """Return the front page as MyST, and the page of each region and year if there are several of both, by path."""
    pages = {"book/index.md": filled("page.jinja", statistics, region="", edition=edition)}
    for year in years_of(statistics) if is_grid(statistics) else ():
        for region, own in by_region([profile for profile in statistics if profile.year == year]).items():
            page = filled("page.jinja", {profile: statistics[profile] for profile in own}, region=region)
            pages[f"book/{region_page(year, region)}.md"] = page
    return pages


NOTEBOOK = "profiles/province"
PROFILED = tuple(REGION_OF)
PROFILES = "profiles"  # name of the kind of steps, as printed

LOOK_FILES = ("book/_static/", "book/_templates/", REPORT_FILE)  # files that the book copies from the report


@dataclass(frozen=True)
class Profiles(Plan):
    """The build of a book of its own: the profiles of some years of an edition, for all provinces or for one."""

    years: tuple[int, ...] = ()
    provinces: tuple[str, ...] = PROFILED

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
        return ()  # no page has a preview

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
        """Return the common notebook with the title of one profile, because headings cannot hold values."""
        content = json.loads(super().written(NOTEBOOK))
        first = content["cells"][0]
        title = head(self.profiles[notebook], [*self.profiles.values()])
        first["source"] = title + "".join(first["source"]).partition("\n")[2]
        return json.dumps(content, ensure_ascii=False).encode()

    def profile_run(self, notebook: str) -> NotebookRun:
        """Return the run of the common notebook for one profile. Raises PlanError if its file is not a notebook."""
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
        statistics = {
            profile: outputs.read_section_record(outputs.read_notebook(self.executed(name)))["statistics"]
            for name, profile in self.profiles.items()
        }
        report = read_yaml(self.root / "_config.yml")
        return {
            "_toc.yml": filled("contents.jinja", statistics),
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
    names, tools = profiles.notebooks, profiles.tools
    runs = [build.notebook_step(PROFILES, name, profiles.profile_run(name), run, []) for name in names]
    prose = [build.prose_step(profiles, name, tools, f"{PROFILES} {name}") for name in names]
    return [build.check_step(profiles.report), *runs, *prose, build.pages_step(profiles, "HTML")]


def default_cells(of: Plan) -> dict[Path, str]:
    """Return the parameters cell of the profile notebook for the default edition, by path."""
    path, default = of.committed(NOTEBOOK), ProvinceYear("Beijing", of.parameters["panel_year"])
    return {path: parameters.cell(values_of(default, of.parameters), Profile)} if path.exists() else {}


def values_of(profile: ProvinceYear, of_run: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a profile, from those of the run of its edition."""
    return vars(profile) | {name: of_run[name] for name in ("edition", "cutoff")}
