"""Province profiles: one notebook, run for each province of a year, and the book that binds the runs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from claimbook.build import nodes, plan, publication
from claimbook.build.execution import Execute, execute_bundle, source_digest, weave
from claimbook.build.files import write_whole
from claimbook.build.run import Progress
from claimbook.notebook import parameters
from claimbook.say import recorded as results
from claimbook.say.anchors import slug
from claimbook.say.csv_tables import rows_in
from claimbook.say.periods import parse, published_by
from claimbook.say.project import REPORT
from claimbook.say.words import in_ranges, suggestion
from claimbook.steps import tasks
from torch_program.parameters import Profile
from torch_program.places import ZonesAndProvinces
from torch_program.provinces import REGION_OF, REGIONS

if TYPE_CHECKING:
    from pytask import TaskWithoutPath

NOTEBOOK = "profiles/province"
PROVINCES = tuple(REGION_OF)
ALL = "all"
PROFILES = "profiles"  # a kind of steps, as it is told

LOOK = ("book/_static/", "book/_templates/", REPORT)  # what the book of profiles takes from the report as it is
PARTS = ("prose_renderer", "figure_renderer", "figure_files", "evidence_pages", "bibliography")  # of our extension

# The columns of the overview: heading, statistic of the profiles, format.
COLUMNS = (
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
    """Name under which the notebook runs for a province, so that a failure says whose."""
    return f"profiles/{slug(province)}"


def titled(notebook: bytes, title: str) -> bytes:
    """The notebook with another title: no value can stand in a heading, and every page needs a name of its own."""
    content = json.loads(notebook)
    first = content["cells"][0]
    _, _, rest = "".join(first["source"]).partition("\n")
    first["source"] = f"# {title}\n{rest}"
    return json.dumps(content, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Profiles:
    """The profiles of one year of an edition, for all provinces or for one; nothing here writes."""

    plan: plan.Plan
    year: int
    provinces: tuple[str, ...] = PROVINCES

    @property
    def folder(self) -> Path:
        return self.plan.build / "profiles" / str(self.year)

    def executed(self, province: str) -> Path:
        """Shared by the book of all and the book of one, so that neither runs what the other has run."""
        return self.folder / "notebooks" / f"{slug(province)}.ipynb"

    @property
    def book(self) -> Path:
        return self.folder / (ALL if self.provinces == PROVINCES else "-".join(map(slug, self.provinces)))

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
        """What the book takes from the report besides the configuration, look and data, and pages of its own."""
        report = {n: p for n, p in self.plan.book_files.items() if n.startswith(LOOK)} | self.plan.data_files
        own = Path(__file__).parent
        return report | {f"book/{page.name}": page for page in (own / "evidence.md", own / "bibliography.md")}

    def generated(self, records: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
        """Contents, configuration and the pages that are written for this book, from the records of its profiles."""
        report = yaml.safe_load((self.plan.root / "_config.yml").read_text(encoding="utf-8"))
        return {
            "_toc.yml": _yaml(contents(self.provinces)),
            "_config.yml": _yaml(configuration(report, self.year)),
            "book/index.md": overview(records, self.year, self.plan.edition.title),
        }


def make(here: plan.Plan, year: int | None, province: str | None) -> Profiles:
    """The profiles that somebody asked for; raises PlanError for a year or a province that has none."""
    chosen = PROVINCES if province is None else (named(province),)
    if year is None:
        return Profiles(here, here.parameters["panel_year"], chosen)
    known = years(here)
    if year not in known:
        raise plan.PlanError(
            f"YEAR={year}: edition {here.name} has no figure of any province for that year. "
            f"Years with figures: {in_ranges(known) or 'none'}."
        )
    return Profiles(here, year, chosen)


def named(province: str) -> str:
    """The province that is meant, in Chinese or in English, in any case and with hyphens too."""
    meant = ZonesAndProvinces({"zones": (), "prefectures": ()}, ()).resolve(province.strip()) or province.strip()
    for known in PROVINCES:
        if slug(known) == slug(meant):
            return known
    near = suggestion(province.strip().title(), sorted(PROVINCES))
    raise plan.PlanError(f"PROVINCE={province}: no such province.{near} Known: {', '.join(sorted(PROVINCES))}.")


def years(here: plan.Plan) -> list[int]:
    """Years for which some province has a figure that the edition may see."""
    visible = published_by(here.edition.parameters.cutoff, rows_in(here.data / "sources.csv"))
    rows = rows_in(here.data / "figures" / "provinces.csv")
    return sorted({parse(r["period"]).year for r in rows if r["entity"] in REGION_OF and r["source_id"] in visible})


# the steps -----------------------------------------------------------------------------------------------------


def steps(profiles: Profiles, progress: Progress, run: Execute = execute_bundle) -> list["TaskWithoutPath"]:
    """Check the data, run the notebook for every province by `run`, and bind the runs into a book."""
    return [
        tasks.check(profiles.plan, progress),
        *(run_for(profiles, province, progress, run) for province in profiles.provinces),
        bind(profiles, progress),
    ]


def run_for(profiles: Profiles, province: str, progress: Progress, execute: Execute) -> "TaskWithoutPath":
    """Run the notebook of the profiles for a province, as the sections of the report are run."""
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
    """Bind the executed profiles into a book of their own, and put it in place when it is whole."""
    here = profiles.plan

    def bound(files: dict[str, Path], source: bytes, executed: dict[str, Path], made: Path, **state: Any) -> None:
        ran = {province: path.read_bytes() for province, path in executed.items()}
        staged = {province: profiles.staged(province) for province in ran}
        for province, content in ran.items():
            write_whole(staged[province], weave(NOTEBOOK, titled(source, province), content))
        records = {province: results.read(json.loads(content)) for province, content in ran.items()}
        publication.stage(files, profiles.generated(records), staged, profiles.source)
        pages = publication.compile_pages(profiles.source, here.path, here.edition.epoch)
        publication.publish(pages, made)

    executed = {province: profiles.executed(province) for province in profiles.provinces}
    needs = {
        "files": nodes.SourcePaths(name="book", files=profiles.book_files),
        "configuration": nodes.SourcePaths(name="configuration", files={"_config.yml": here.root / "_config.yml"}),
        "library": nodes.SourcePaths(name="library", files=here.package),
        "source": nodes.Notebook(path=here.committed(NOTEBOOK), name="prose of the profiles", digest=source_digest),
        "executed": nodes.paths(executed),
        "names": nodes.names(executed),
        "environment": nodes.value("environment", here.environment),
        "edition": nodes.value("edition", {"title": here.edition.title, "epoch": here.edition.epoch}),
    }
    name = f"profiles {here.name} {profiles.year} {profiles.book.name}"
    pages = nodes.Folder(folder=profiles.html, name=name)
    return progress.step("HTML", bound, needs, {"made": pages}, here.name, f"{profiles.year} {profiles.book.name}")


# the book ------------------------------------------------------------------------------------------------------


def contents(provinces: Sequence[str]) -> dict[str, Any]:
    """The table of contents: provinces by region, then the evidence."""
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
    """The report's configuration for this book: another title, no PDF, and of our extension the parts that it needs."""
    sphinx = report["sphinx"]
    return report | {
        "title": f"China’s provinces and the Torch Program, {year}",
        "sphinx": sphinx | {"config": sphinx["config"] | {"book_parts": list(PARTS)}},
    }


def overview(records: Mapping[str, Mapping[str, Any]], year: int, edition: str) -> str:
    """The first page as MyST: a table of all provinces, each leading to its profile.

    `records` has the record of each profile by its province; a statistic that a profile does not have is an empty cell.
    """
    from pandas import DataFrame

    from claimbook.say.tables import myst_table

    statistics = {province: record["statistics"] for province, record in records.items()}
    rows = [
        {"Province": f"[{province}](../notebooks/{slug(province)}.ipynb)", "Region": REGION_OF[province]}
        | {heading: form.format(own[key]["value"]) if key in own else "" for heading, key, form in COLUMNS}
        for province, own in sorted(statistics.items())
    ]
    table = myst_table(DataFrame(rows), f"Provinces in {year}", "tbl-provinces", [column[0] for column in COLUMNS])
    return f"""\
# Province profiles, {year}

One page a province: zones, research, patents, contracts and firms, rank and trend, and its peers.
Edition: {edition}. A dash stands where no figure was found.

{table}"""


def _yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def default_cells(of: plan.Plan) -> dict[Path, str]:
    """The parameters cell of the profile's notebook as the default edition has it, by its file."""
    path, values = of.committed(NOTEBOOK), of.parameters
    own = {"province": "Beijing", "year": values["panel_year"]}
    own |= {name: value for name, value in values.items() if name in Profile.model_fields}
    return {path: parameters.cell(own, Profile)} if path.exists() else {}
