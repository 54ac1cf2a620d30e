"""Compile the pages and the print edition from the executed notebooks, and put them in place when they are whole."""

import json
from pathlib import Path
from typing import Annotated

from pytask import PathNode, Product, task

from torch_program.pipeline import nodes, plan, publication
from torch_program.pipeline.files import digest_of, write_whole

PLAN = plan.handed_over()
NOTEBOOKS = {f"notebooks/{name}.ipynb": PLAN.staged(name) for name in PLAN.notebooks}
CODE = PLAN.root / "src"
PRODUCTS = {
    "html": nodes.Folder(folder=PLAN.html, name=f"pages {PLAN.name}"),
    **{name: PathNode(path=path, name=f"{name} {PLAN.name}") for name, path in PLAN.prints.items()},
}


@task(name=f"compile[{PLAN.name}]")
def task_compile(
    files: dict[str, Path] = nodes.SourcePaths(name="book", files=PLAN.book_files),
    library: dict[str, Path] = nodes.SourcePaths(name="library", files=PLAN.package),
    notebooks: dict[str, Path] = nodes.paths(NOTEBOOKS),
    names: list[str] = nodes.names(NOTEBOOKS),
    environment: dict[str, str] = nodes.value(PLAN.environment),
    run: dict[str, str] = nodes.value(PLAN.about_run),
    epoch: int = nodes.value(PLAN.edition.epoch),
    made: Annotated[dict[str, Path], Product] = PRODUCTS,
) -> None:
    publication.stage(files, run, notebooks, PLAN.source)
    watched = {*publication.watched(PLAN.source)}
    around = json.dumps([digest_of({name: path for name, path in files.items() if name not in watched}), run])
    pages = publication.compile_pages(PLAN.source, CODE, epoch, PLAN.means, around)
    for name in publication.PRINTS:
        write_whole(made[name], (pages / name).read_bytes())
    publication.publish(pages, made["html"])
