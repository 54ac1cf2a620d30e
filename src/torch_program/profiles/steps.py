"""Province profiles: one notebook, run for each province and year, and the book of these runs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from claimbook.notebook.notebook_file import source_digest
from claimbook.project import outputs as results
from claimbook.project import parameters
from claimbook.project.csv_tables import rows_in
from claimbook.project.files import write_whole
from claimbook.project.folders import REPORT_FILE
from claimbook.run import nodes, plan, publication, tasks
from claimbook.run.execution import Execute, execute_bundle
from claimbook.run.inputs import PlanError
from claimbook.run.runner import Progress
from claimbook.run.weaving import weave
from claimbook.say.anchors import slug
from claimbook.say.periods import parse, published_by
from claimbook.say.words import in_ranges, suggestion
from torch_program.parameters import Profile
from torch_program.places import ZonesAndProvinces
from torch_program.provinces import REGION_OF, REGIONS

if TYPE_CHECKING:
    from pytask import TaskWithoutPath

NOTEBOOK = "profiles/province"
PROFILED = tuple(REGION_OF)
ALL = "all"
PROFILES = "profiles"  # name of the kind of steps, as printed

LOOK_FILES = ("book/_static/", "book/_templates/", REPORT_FILE)  # files that the book copies from the report
PARTS = ("prose_renderer", "figure_renderer", "figure_files", "evidence_pages", "bibliography")  # of our extension

# Columns of the overview: heading, key of the statistic, format.
PROFILE_COLUMNS = (
    ("Zones, year of approval known", "zones", "{:,.0f}"),
    ("GDP, CNY billion", "gdp", "{:,.0f}"),
    ("R&D, CNY billion", "rd", "{:,.1f}"),
    ("R&D, % of GDP", "intensity", "{:,.2f}"),
    ("R&D staff, person-years", "staff", "{:,.0f}"),
    ("Patents in force", "patents", "{:,.0f}"),
    ("Contracts sold, CNY billion", "sold", "{:,.1f}"),
    ("High-tech firms certified", "certified", "{:,.0f}"),
)


def run_as(province: str) -> str:
    """Return the name of a province's run, so that an error message names the province."""
    return f"profiles/{slug(province)}"


def titled(notebook: bytes, title: str) -> bytes:
    """Return the notebook with another title. Every page needs its own, and headings cannot hold values."""
    content = json.loads(notebook)
    first = content["cells"][0]
    _, _, rest = "".join(first["source"]).partition("\n")
    first["source"] = f"# {title}\n{rest}"
    return json.dumps(content, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Profiles:
    """The profiles of one year of an edition, for all provinces or for one; nothing here writes files."""

    plan: plan.Plan
    year: int
    provinces: tuple[str, ...] = PROFILED

    @property
    def folder(self) -> Path:
        return self.plan.build / "profiles" / str(self.year)

    def executed(self, province: str) -> Path:
        """Return the path of an executed profile. The book of all provinces and the book of one share it."""
        return self.folder / "notebooks" / f"{slug(province)}.ipynb"

    @property
    def book(self) -> Path:
        return self.folder / (ALL if self.provinces == PROFILED else "-".join(map(slug, self.provinces)))

    @property
    def source(self) -> Path:
        return self.book / "source"

    @property
    def html(self) -> Path:
        return self.book / "html"

    def staged(self, province: str) -> Path:
        return self.source / "notebooks" / f"{slug(province)}.ipynb"

    def parameters(self, province: str) -> dict[str, Any]:
        given = self.plan.parameters
        return {"province": province, "year": self.year, "edition": given["edition"], "cutoff": given["cutoff"]}

    @cached_property
    def book_files(self) -> dict[str, Path]:
        """Files that the book takes from the report (look and data), and its own pages."""
        report = {n: p for n, p in self.plan.book_files.items() if n.startswith(LOOK_FILES)} | self.plan.data_files
        own = Path(__file__).parent
        return report | {f"book/{page.name}": page for page in (own / "evidence.md", own / "bibliography.md")}

    def generated(self, records: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        """Return contents, configuration and front page of this book, from the records of its profiles."""
        report = yaml.safe_load((self.plan.root / "_config.yml").read_text(encoding="utf-8"))
        return {
            "_toc.yml": _yaml(table_of_contents(self.provinces)),
            "_config.yml": _yaml(configuration(report, self.year)),
            "book/index.md": overview(records, self.year, self.plan.edition.title),
        }


def make_profiles(here: plan.Plan, year: int | None, province: str | None) -> Profiles:
    """Return the requested profiles. Raises PlanError if the year or province has none."""
    chosen = PROFILED if province is None else (province_named(province),)
    if year is None:
        return Profiles(here, here.parameters["panel_year"], chosen)
    known = years(here)
    if year not in known:
        raise PlanError(
            f"YEAR={year}: edition {here.name} has no figure of any province for that year. "
            f"Years with figures: {in_ranges(known) or 'none'}."
        )
    return Profiles(here, year, chosen)


def province_named(province: str) -> str:
    """Return the province for a Chinese or English name in any case. Raises PlanError if unknown."""
    meant = ZonesAndProvinces({"zones": (), "prefectures": ()}, ()).resolve(province.strip()) or province.strip()
    for known in PROFILED:
        if slug(known) == slug(meant):
            return known
    near = suggestion(province.strip().title(), sorted(PROFILED))
    raise PlanError(f"PROVINCE={province}: there is no such province.{near} Known: {', '.join(sorted(PROFILED))}.")


def years(here: plan.Plan) -> list[int]:
    """Return the years for which some province has a figure that the edition may see."""
    visible = published_by(here.edition.parameters.cutoff, rows_in(here.data / "sources.csv"))
    rows = rows_in(here.data / "figures" / "provinces.csv")
    return sorted({parse(r["period"]).year for r in rows if r["entity"] in REGION_OF and r["source_id"] in visible})


# the steps -----------------------------------------------------------------------------------------------------


def steps(profiles: Profiles, progress: Progress, run: Execute = execute_bundle) -> list["TaskWithoutPath"]:
    """Return the steps that check the data, run the notebook for every province, and make the book."""
    return [
        tasks.check_task(profiles.plan, progress),
        *(run_for(profiles, province, progress, run) for province in profiles.provinces),
        bind(profiles, progress),
    ]


def run_for(profiles: Profiles, province: str, progress: Progress, execute: Execute) -> "TaskWithoutPath":
    """Return the step that runs the profile notebook for a province."""
    run = replace(
        profiles.plan.run_of(NOTEBOOK),
        name=run_as(province),
        kept=profiles.executed(province).with_suffix(".json"),
        parameters=profiles.parameters(province),
    )
    ran = nodes.Content(path=profiles.executed(province), name=f"executed {profiles.year} {province}")
    needs, makes = tasks.of_run(run, ran)
    needs |= {"passed": tasks.passed(profiles.plan)}
    called = f"{profiles.year} {slug(province)}"
    return progress.step(PROFILES, tasks.executing(execute), needs, makes, profiles.plan.name, called)


def bind(profiles: Profiles, progress: Progress) -> "TaskWithoutPath":
    """Return the step that makes a book from the executed profiles and replaces the old one when done."""
    here = profiles.plan

    def bound(files: dict[str, Path], source: bytes, executed: dict[str, Path], made: Path, **state: Any) -> None:
        ran = {province: path.read_bytes() for province, path in executed.items()}
        staged = {province: profiles.staged(province) for province in ran}
        for province, content in ran.items():
            write_whole(staged[province], weave(NOTEBOOK, titled(source, province), content))
        records = {province: results.read_section_record(json.loads(content)) for province, content in ran.items()}
        publication.stage_sources(files, profiles.generated(records), staged, profiles.source)
        pages = publication.compile_pages(profiles.source, here.path, here.edition.epoch)
        publication.publish(pages, made)

    executed = {province: profiles.executed(province) for province in profiles.provinces}
    needs = {
        "files": nodes.SourcePaths(name="book", files=profiles.book_files),
        "configuration": nodes.SourcePaths(name="configuration", files={"_config.yml": here.root / "_config.yml"}),
        "library": nodes.SourcePaths(name="library", files=here.package),
        "source": nodes.Notebook(path=here.committed(NOTEBOOK), name="prose of the profiles", digest=source_digest),
        "executed": nodes.paths(executed),
        "names": nodes.name_list(executed),
        "environment": nodes.value_node("environment", here.environment),
        "edition": nodes.value_node("edition", {"title": here.edition.title, "epoch": here.edition.epoch}),
    }
    name = f"profiles {here.name} {profiles.year} {profiles.book.name}"
    pages = nodes.Folder(folder=profiles.html, name=name)
    return progress.step("HTML", bound, needs, {"made": pages}, here.name, f"{profiles.year} {profiles.book.name}")


# the book ------------------------------------------------------------------------------------------------------


def table_of_contents(provinces: Sequence[str]) -> dict[str, Any]:
    """Return the table of contents: provinces by region, then the evidence."""
    parts = [
        {"caption": region, "chapters": [{"file": f"notebooks/{slug(p)}"} for p in provinces if REGION_OF[p] == region]}
        for region in REGIONS
    ]
    reference = {"caption": "Reference", "chapters": [{"file": "book/evidence"}, {"file": "book/bibliography"}]}
    return {
        "format": "jb-book",
        "root": "book/index",
        "options": {"numbered": False},
        "parts": [*(part for part in parts if part["chapters"]), reference],
    }


def configuration(report: dict[str, Any], year: int) -> dict[str, Any]:
    """Return the report's configuration with this book's title and parts of the extension, without PDF."""
    sphinx = report["sphinx"]
    return report | {
        "title": f"China’s provinces and the Torch Program, {year}",
        "sphinx": sphinx | {"config": sphinx["config"] | {"book_parts": list(PARTS)}},
    }


def overview(records: Mapping[str, Mapping[str, Any]], year: int, edition: str) -> str:
    """Return the front page as MyST: a table of all provinces, each linked to its profile.

    `records` maps each province to the record of its profile. A statistic that a profile lacks is an empty
    cell.
    """
    from pandas import DataFrame

    from claimbook.notebook.tables import myst_table

    statistics = {province: record["statistics"] for province, record in records.items()}
    rows = [
        {"Province": f"[{province}](../notebooks/{slug(province)}.ipynb)", "Region": REGION_OF[province]}
        | {heading: form.format(own[key]["value"]) if key in own else "" for heading, key, form in PROFILE_COLUMNS}
        for province, own in sorted(statistics.items())
    ]
    table = myst_table(
        DataFrame(rows), f"Provinces in {year}", "tbl-provinces", [column[0] for column in PROFILE_COLUMNS]
    )
    return f"""\
# Province profiles, {year}

One page for each province: zones, research, patents, contracts and firms, rank and trend, and its peers.
Edition: {edition}. A dash means that no figure was found.

{table}"""


def _yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def default_cells(of: plan.Plan) -> dict[Path, str]:
    """Return the parameters cell of the profile notebook for the default edition, by path."""
    path, values = of.committed(NOTEBOOK), of.parameters
    own = {"province": "Beijing", "year": values["panel_year"]}
    own |= {name: value for name, value in values.items() if name in Profile.model_fields}
    return {path: parameters.cell(own, Profile)} if path.exists() else {}
