"""The steps of the report: check data, run notebooks, fill in prose, collect results, make the book.

A step is a function, the nodes that it needs and the nodes that it makes.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from claimbook.changes import record
from claimbook.evidence.claims import read_ledger
from claimbook.notebook.notebook_file import code_digest, source_digest
from claimbook.pages import drawings
from claimbook.project import outputs, products
from claimbook.project.files import write_whole
from claimbook.run import checking, kernels, nodes, publication
from claimbook.run.execution import Execute, execute_bundle
from claimbook.run.inputs import READERS
from claimbook.run.notebook_run import NotebookRun
from claimbook.run.plan import Plan
from claimbook.run.runner import NOTEBOOK_STEPS, Progress
from claimbook.run.weaving import weave

if TYPE_CHECKING:
    from pytask import TaskWithoutPath

PROSE_STEP, PAGES_STEP = "prose and pictures", "HTML and PDF"  # kinds of steps, as printed
NO_CHECK = re.compile(  # code that the check of data and settings does not use
    r"src/claimbook/(?!evidence/|intake/|notebook/|project/|rule/matching|rule/units|run/checking|run/notebook_form|say/)"
)


def of_report(plan: Plan, progress: Progress, run: Execute = execute_bundle) -> list["TaskWithoutPath"]:
    """Return all steps, which pytask sorts by their inputs. `run` runs a notebook, here or elsewhere."""
    return [*up_to_prose(plan, progress, run), collect_task(plan, progress), compile_book(plan, progress)]


def up_to_prose(plan: Plan, progress: Progress, run: Execute = execute_bundle) -> list["TaskWithoutPath"]:
    """Return the steps up to executed notebooks with their prose, from which pages are made."""
    return [
        check_task(plan, progress),
        *(execute(plan, name, progress, run) for name in plan.notebooks),
        *(weave_prose(plan, name, progress) for name in plan.notebooks),
    ]


def check_task(plan: Plan, progress: Progress) -> "TaskWithoutPath":
    """Return the step that checks data and ledger. A faulty row stops the build before any notebook runs."""

    def checked(**files: Any) -> bytes:
        kernels.start_forkserver()  # notebooks come next, and a processor is idle
        checking.check_inputs(plan)
        return b"The data pass every check.\n"  # always the same, so that new data affect only the steps that read them

    rules = {name: path for name, path in plan.package.items() if not NO_CHECK.match(name)}
    settings = {name: plan.root / name for name in ("_config.yml", "_toc.yml")}
    needs = {
        "files": nodes.SourcePaths(name="data and rules", files=plan.data_files | rules | settings),
        "notebooks": {name: code_of(plan, name) for name in plan.notebooks},
    }
    return progress.step("check", checked, needs, passed(plan), plan.name)


def passed(plan: Plan) -> nodes.Content:
    """Return the node for the file that the check writes."""
    return nodes.Content(path=plan.build / "check.txt", name=f"passed {plan.name}")


def execute(plan: Plan, name: str, progress: Progress, run: Execute) -> "TaskWithoutPath":
    """Return the step that runs a notebook in a folder with only the data and the library."""
    sections = {f"notebooks/{section}.ipynb": ran(plan, section) for section in plan.sections if name in READERS}
    by_size = sorted(plan.notebooks, key=lambda notebook: plan.committed(notebook).stat().st_size)
    long = name in by_size[len(by_size) // 2 :]  # if it started last, everything would wait for it
    needs, makes = of_run(plan.run_of(name), ran(plan, name))
    needs |= {"sections": sections, "passed": passed(plan)}
    return progress.step(NOTEBOOK_STEPS, executing(run), needs, makes, plan.name, name, early=long)


def executing(execute: Execute) -> Callable[..., dict[str, bytes]]:
    """Return the function of a step that runs a notebook; it returns the executed notebook and its reads."""

    def executed(run: NotebookRun, **state: Any) -> dict[str, bytes]:
        notebook, read = run.execute(execute)
        return {"notebook": notebook, "read": read}

    return executed


def of_run(run: NotebookRun, ran: nodes.Content) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the inputs and outputs of a step that runs a notebook; `ran` is the node of the executed one."""
    read = nodes.Content(path=run.kept, name=f"read by {ran.name}")
    return {"run": nodes.LastRun(name=f"last run of {ran.name}", run=run)}, {"return": {"notebook": ran, "read": read}}


def code_of(plan: Plan, name: str) -> nodes.Notebook:
    """Return the node of a committed notebook that ignores its prose."""
    return nodes.Notebook(path=plan.committed(name), name=f"notebooks/{name}.ipynb", digest=code_digest)


def ran(plan: Plan, name: str) -> nodes.Content:
    """Return the node of an executed notebook."""
    return nodes.Content(path=plan.executed(name), name=f"executed {plan.name} {name}")


def weave_prose(plan: Plan, name: str, progress: Progress) -> "TaskWithoutPath":
    """Return the step that combines executed code with current prose, so that a changed word reruns no code.

    It also draws the pictures of sections, while processors wait for the longest notebooks and the
    conclusion.
    """

    def woven(source: bytes, executed: bytes, library: dict[str, Path]) -> bytes:
        if name in plan.sections:
            drawings.draw_ahead(executed, publication.stored_files_folder(plan.source, plan.tools))
        return weave(name, source, executed)

    needs = {
        "source": nodes.Notebook(path=plan.committed(name), name=f"prose of {name}", digest=source_digest),
        "executed": ran(plan, name),
        "library": nodes.SourcePaths(name="library", files=plan.package),
    }
    woven_node = nodes.Content(path=plan.staged(name), name=f"woven {plan.name} {name}")
    return progress.step(PROSE_STEP, woven, needs, woven_node, plan.name, name)


def collect_task(plan: Plan, progress: Progress) -> "TaskWithoutPath":
    """Return the step that collects results.json and the record from the executed notebooks."""

    def collected(notebooks: dict[str, Path], files: dict[str, Path], **state: Any) -> dict[str, bytes]:
        claims = read_ledger(files["data/claims.yml"]).claims
        ran = {name: json.loads(path.read_bytes()) for name, path in notebooks.items()}
        deciding = {name: path.read_bytes() for name, path in files.items()}
        collected_results = outputs.collect_results(
            map(outputs.read_section_record, ran.values()), claims, plan.parameters
        )
        return {
            "results": outputs.results_as_json(collected_results),
            "record": record.record_as_json(record.make_record(ran, deciding, claims, plan.parameters)),
        }

    staged = staged_notebooks(plan)
    needs = {
        "notebooks": nodes.paths(staged),
        "names": nodes.name_list(staged),
        "files": nodes.SourcePaths(name="what decides", files=plan.deciding),
        "library": nodes.SourcePaths(name="library", files=plan.package),
        "parameters": nodes.value_node("parameters", plan.parameters),
    }
    places = {"results": plan.results, "record": plan.record}
    result_nodes = {name: nodes.Content(path=path, name=f"{name} {plan.name}") for name, path in places.items()}
    return progress.step("results", collected, needs, {"return": result_nodes}, plan.name)


def compile_book(plan: Plan, progress: Progress) -> "TaskWithoutPath":
    """Return the step that compiles pages and print edition and replaces the old ones once complete."""

    def compiled(
        files: dict[str, Path], notebooks: dict[str, Path], run: dict[str, str], targets: dict[str, Path], **state: Any
    ) -> None:
        publication.stage_sources(files, run, notebooks, plan.source)
        others = publication.unwatched(files, run, plan.source)
        pages = publication.compile_pages(plan.source, plan.python_path, plan.edition.epoch, plan.tools, others)
        for name in products.PRINTS:
            write_whole(targets[name], (pages / name).read_bytes())
        publication.publish(pages, targets["html"])

    staged = {f"notebooks/{name}.ipynb": path for name, path in staged_notebooks(plan).items()}
    needs = {
        "files": nodes.SourcePaths(name="book", files=plan.book_files),
        "library": nodes.SourcePaths(name="library", files=plan.package),
        "notebooks": nodes.paths(staged),
        "names": nodes.name_list(staged),
        "environment": nodes.value_node("environment", plan.environment),
        "run": nodes.value_node("run", plan.about_run),
        "epoch": nodes.value_node("epoch", plan.edition.epoch),
    }
    prints = nodes.paths({f"{name} {plan.name}": path for name, path in plan.prints.items()})
    pages = nodes.Folder(folder=plan.html, name=f"pages {plan.name}")
    targets = {"html": pages} | {node.path.name: node for node in prints.values()}
    return progress.step(PAGES_STEP, compiled, needs, {"targets": targets}, plan.name)


def staged_notebooks(plan: Plan) -> dict[str, Path]:
    """Return the paths of the executed notebooks with their prose."""
    return {name: plan.staged(name) for name in plan.notebooks}
