"""Bind the executed profiles into a book of their own, and put it in place when it is whole."""

import json
from pathlib import Path
from typing import Annotated

from pytask import Product, task

from torch_program import results
from torch_program.pipeline import nodes, profiles, publication
from torch_program.pipeline.files import write_whole

PROFILES = profiles.handed_over()
PLAN = PROFILES.plan
FILES = PROFILES.book_files | {"_config.yml": PLAN.root / "_config.yml"}
NOTEBOOKS = {province: PROFILES.executed(province) for province in PROFILES.provinces}
CODE = PLAN.root / "src"
PAGES = nodes.Folder(folder=PROFILES.html, name=f"profiles {PLAN.name} {PROFILES.year} {PROFILES.book.name}")


@task(name=f"bind[{PLAN.name}|{PROFILES.year}-{PROFILES.book.name}]")
def task_bind(
    files: dict[str, Path] = nodes.paths(FILES),
    notebooks: dict[str, Path] = nodes.paths(NOTEBOOKS),
    library: dict[str, Path] = nodes.paths(PLAN.package),
    names: list[str] = nodes.names([*FILES, *NOTEBOOKS, *PLAN.package]),
    environment: dict[str, str] = nodes.value(PLAN.environment),
    edition: dict[str, str | int] = nodes.value({"title": PLAN.edition.title, "epoch": PLAN.edition.epoch}),
    pages: Annotated[Path, Product] = PAGES,
) -> None:
    staged = {f"notebooks/{profiles.slug(province)}.ipynb": path for province, path in notebooks.items()}
    publication.stage(files | staged, {}, PROFILES.source)
    records = {province: results.read(json.loads(path.read_bytes())) for province, path in notebooks.items()}
    for name, content in PROFILES.generated(records).items():
        write_whole(PROFILES.source / name, content)
    publication.publish(publication.compile_pages(PROFILES.source, CODE, edition["epoch"]), pages)
