"""Bind the executed profiles into a book of their own, and put it in place when it is whole."""

import json
from pathlib import Path
from typing import Annotated

from pytask import Product, task

from torch_program import results
from torch_program.pipeline import nodes, profiles, publication
from torch_program.pipeline.execution import weave
from torch_program.pipeline.files import write_whole

PROFILES = profiles.handed_over()
PLAN = PROFILES.plan
FILES = PROFILES.book_files
CONFIGURATION = {"_config.yml": PLAN.root / "_config.yml"}
EXECUTED = {province: PROFILES.executed(province) for province in PROFILES.provinces}
SOURCE = nodes.NotebookSource(path=PLAN.committed(profiles.NOTEBOOK), name="prose of the profiles")
PAGES = nodes.Folder(folder=PROFILES.html, name=f"profiles {PLAN.name} {PROFILES.year} {PROFILES.book.name}")


@task(name=f"bind[{PLAN.name}|{PROFILES.year}-{PROFILES.book.name}]")
def task_bind(
    files: dict[str, Path] = nodes.SourcePaths(name="book", files=FILES),
    configuration: dict[str, Path] = nodes.SourcePaths(name="configuration", files=CONFIGURATION),
    library: dict[str, Path] = nodes.SourcePaths(name="library", files=PLAN.package),
    source: bytes = SOURCE,
    executed: dict[str, Path] = nodes.paths(EXECUTED),
    names: list[str] = nodes.names(EXECUTED),
    environment: dict[str, str] = nodes.value(PLAN.environment),
    edition: dict[str, str | int] = nodes.value({"title": PLAN.edition.title, "epoch": PLAN.edition.epoch}),
    pages: Annotated[Path, Product] = PAGES,
) -> None:
    ran = {province: path.read_bytes() for province, path in executed.items()}
    staged = {province: PROFILES.staged(province) for province in ran}
    for province, content in ran.items():
        write_whole(staged[province], weave(profiles.NOTEBOOK, profiles.titled(source, province), content))
    records = {province: results.read(json.loads(content)) for province, content in ran.items()}
    publication.stage(files, PROFILES.generated(records), staged, PROFILES.source)
    publication.publish(publication.compile_pages(PROFILES.source, PLAN.root / "src", edition["epoch"]), pages)
