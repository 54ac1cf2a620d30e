"""Province profiles: one notebook, run for each province and year, and the book of these runs."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from claimbook.notebook.notebook_file import source_digest
from claimbook.project import outputs as results
from claimbook.project import parameters
from claimbook.project.csv_tables import rows_in
from claimbook.project.files import below, write_whole
from claimbook.project.folders import REPORT_FILE
from claimbook.project.yaml_files import read_yaml
from claimbook.run import build, plan, publication
from claimbook.run.execution import Execute, execute_bundle
from claimbook.run.notebook_files import weave
from claimbook.run.plan import PlanError
from claimbook.run.runner import State, Step, kept_step
from claimbook.say.anchors import slug
from claimbook.say.periods import parse, published_by
from claimbook.say.words import in_ranges, suggestion
from torch_program.parameters import Profile
from torch_program.places import ZonesAndProvinces
from torch_program.profiles import pages
from torch_program.profiles.pages import ProvinceYear
from torch_program.provinces import REGION_OF

NOTEBOOK = "profiles/province"
PROFILED = tuple(REGION_OF)
PROFILES = "profiles"  # name of the kind of steps, as printed

LOOK_FILES = ("book/_static/", "book/_templates/", REPORT_FILE)  # files that the book copies from the report


def titled(notebook: bytes, title: str) -> bytes:
    """Return the notebook with another title. Every page needs its own, and headings cannot hold values."""
    content = json.loads(notebook)
    first = content["cells"][0]
    _, _, rest = "".join(first["source"]).partition("\n")
    first["source"] = title + rest
    return json.dumps(content, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Profiles:
    """The profiles of some years of an edition, for all provinces or for one; nothing here writes files."""

    plan: plan.Plan
    years: tuple[int, ...]
    provinces: tuple[str, ...] = PROFILED

    @cached_property
    def profiles(self) -> list[ProvinceYear]:
        return [ProvinceYear(province, year) for year in self.years for province in self.provinces]

    @property
    def folder(self) -> Path:
        return self.plan.build / "profiles"

    def executed(self, profile: ProvinceYear) -> Path:
        """Return the path of an executed profile. All books that contain the profile share it."""
        return self.folder / "notebooks" / f"{profile.name}.ipynb"

    @property
    def book(self) -> Path:
        provinces = "all" if self.provinces == PROFILED else "-".join(map(slug, self.provinces))
        return self.folder / years_as_range(self.years) / provinces

    @property
    def source(self) -> Path:
        return self.book / "source"

    @property
    def html(self) -> Path:
        return self.book / "html"

    def staged(self, profile: ProvinceYear) -> Path:
        return self.source / "notebooks" / f"{profile.name}.ipynb"

    def parameters(self, profile: ProvinceYear) -> dict[str, Any]:
        of_edition = {name: self.plan.parameters[name] for name in ("edition", "cutoff")}
        return {"province": profile.province, "year": profile.year} | of_edition

    @cached_property
    def book_files(self) -> dict[str, Path]:
        """Files that the book takes from the report (look and data), and its own pages."""
        look = {name: path for name, path in self.plan.book_files.items() if name.startswith(LOOK_FILES)}
        own = {f"book/{page.name}": page for page in Path(__file__).parent.glob("*.md")}
        return look | self.plan.data_files | own

    def generated(self, statistics: pages.Statistics) -> dict[str, str]:
        """Return contents, configuration and computed pages of this book, from the statistics of its profiles."""
        report = read_yaml(self.plan.root / "_config.yml")
        return {
            "_toc.yml": pages.as_yaml(pages.table_of_contents(self.profiles)),
            "_config.yml": pages.as_yaml(pages.configuration(report, self.years)),
            **pages.computed_pages(statistics, self.plan.edition.title),
        }


def make_profiles(here: plan.Plan, years: str | None, province: str | None) -> Profiles:
    """Return the requested profiles. Raises PlanError if a year or the province has none."""
    chosen = PROFILED if province is None else (province_named(province),)
    if years is None:
        return Profiles(here, (here.parameters["panel_year"],), chosen)
    meant, known = years_meant(years), years_with_figures(here)
    if missing := sorted({*meant} - {*known}):
        raise PlanError(
            f"YEAR={years}: edition {here.name} has no figure of any province for {in_ranges(missing)}. "
            f"Years with figures: {in_ranges(known) or 'none'}."
        )
    return Profiles(here, tuple(meant), chosen)


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


def years_with_figures(here: plan.Plan) -> list[int]:
    """Return the years for which some province has a figure that the edition may see."""
    visible = published_by(here.edition.parameters.cutoff, rows_in(here.data / "sources.csv"))
    rows = rows_in(here.data / "figures" / "provinces.csv")
    return sorted({parse(r["period"]).year for r in rows if r["entity"] in REGION_OF and r["source_id"] in visible})


# the steps -----------------------------------------------------------------------------------------------------


def steps(profiles: Profiles, run: Execute = execute_bundle) -> list[Step]:
    """Return the steps that check the data, run the notebook for every province and year, and make the book."""
    runs = [run_for(profiles, profile, run) for profile in profiles.profiles]
    return [build.check_step(profiles.plan), *runs, bind(profiles, [step.title for step in runs])]


def run_for(profiles: Profiles, profile: ProvinceYear, execute: Execute) -> Step:
    """Return the step that runs the profile notebook for a province and year."""
    run = replace(
        profiles.plan.run_of(NOTEBOOK),
        name=f"profiles/{profile.name}",  # so that an error message names province and year
        executed=profiles.executed(profile),
        parameters=profiles.parameters(profile),
    )
    return build.notebook_step(PROFILES, profile.name, run, execute, [])


def bind(profiles: Profiles, after: Sequence[str]) -> Step:
    """Return the step that makes a book from the executed profiles and replaces the old one when done."""
    here = profiles.plan

    def make_book() -> None:
        source = here.committed(NOTEBOOK).read_bytes()
        staged, statistics = {}, {}
        for profile in profiles.profiles:
            ran, staged[profile.name] = profiles.executed(profile).read_bytes(), profiles.staged(profile)
            title = pages.head(profile, profiles.profiles)
            write_whole(staged[profile.name], weave(NOTEBOOK, titled(source, title), ran))
            statistics[profile] = results.read_section_record(json.loads(ran))["statistics"]
        publication.stage_sources(profiles.book_files, profiles.generated(statistics), staged, profiles.source)
        html = publication.compile_pages(profiles.source, here.python_path, here.edition.epoch)
        publication.publish(html, profiles.html)

    executed = {profile.name: profiles.executed(profile) for profile in profiles.profiles}
    prose = here.committed(NOTEBOOK)
    state = State(
        stored=profiles.book / "step.json",
        inputs=profiles.book_files | here.package | executed | {"_config.yml": here.root / "_config.yml"},
        others=lambda: [source_digest(prose.read_bytes()), here.environment, here.edition.title, here.edition.epoch],
        makes=lambda: below(profiles.html),
    )
    return kept_step("HTML", profiles.book.relative_to(profiles.folder).as_posix(), state, make_book, after)


def default_cells(of: plan.Plan) -> dict[Path, str]:
    """Return the parameters cell of the profile notebook for the default edition, by path."""
    path, default = of.committed(NOTEBOOK), ProvinceYear("Beijing", of.parameters["panel_year"])
    values = Profiles(of, (default.year,)).parameters(default)
    return {path: parameters.cell(values, Profile)} if path.exists() else {}
