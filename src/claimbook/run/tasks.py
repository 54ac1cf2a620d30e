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

    def checked(**state: Any) -> bytes:
        kernels.start_forkserver()  # notebooks come next, and a processor is idle
        checking.check_inputs(plan)
        return b"The data pass every check.\n"  # always the same, so that new data affect only the steps that read them

    files = {name: path for name, path in plan.package.items() if not NO_CHECK.match(name)} | plan.data_files
    files |= {name: plan.root / name for name in ("_config.yml", "_toc.yml", checking.CITATION_CFF)}
    needs = {
        "files": nodes.source_files("data and rules", files),
        "notebooks": [
            nodes.notebook_node(f"notebooks/{name}.ipynb", plan.committed(name), code_digest) for name in plan.notebooks
        ],
    }
    return progress.step("check", checked, needs, passed(plan), plan.name)


def passed(plan: Plan) -> nodes.Content:
    """Return the node for the file that the check writes."""
    return nodes.Content(path=plan.build / "check.txt", name="passed")


def execute(plan: Plan, name: str, progress: Progress, run: Execute) -> "TaskWithoutPath":
    """Return the step that runs a notebook in a folder with only the data and the library."""
    by_size = sorted(plan.notebooks, key=lambda notebook: plan.committed(notebook).stat().st_size)
    long = name in by_size[len(by_size) // 2 :]  # if it started last, everything would wait for it
    needs, makes = of_run(plan.run_of(name), ran(plan, name))
    needs |= {"sections": [ran(plan, section) for section in plan.read_by(name)], "passed": passed(plan)}
    return progress.step(NOTEBOOK_STEPS, executing(run), needs, makes, plan.name, name, early=long)


def executing(execute: Execute) -> Callable[..., tuple[bytes, bytes]]:
    """Return the function of a step that runs a notebook; it returns the executed notebook and its reads."""

    def executed(run: NotebookRun, **state: Any) -> tuple[bytes, bytes]:
        return run.execute(execute)

    return executed


def of_run(run: NotebookRun, ran: nodes.Content) -> tuple[dict[str, Any], tuple[nodes.Content, nodes.Content]]:
    """Return the inputs and outputs of a step that runs a notebook; `ran` is the node of the executed one."""
    read = nodes.Content(path=run.kept, name=f"read by {ran.name}")
    return {"run": nodes.last_run(f"last run of {ran.name}", run)}, (ran, read)


def ran(plan: Plan, name: str) -> nodes.Content:
    """Return the node of an executed notebook."""
    return nodes.Content(path=plan.executed(name), name=f"executed {name}")


def library(plan: Plan) -> nodes.Watched:
    """Return the node of all code."""
    return nodes.source_files("library", plan.package)


def weave_prose(plan: Plan, name: str, progress: Progress) -> "TaskWithoutPath":
    """Return the step that combines executed code with current prose, so that a changed word reruns no code.

    It also draws the pictures of sections, while processors wait for the longest notebooks and the
    conclusion.
    """

    def woven(source: Path, executed: bytes, **state: Any) -> bytes:
        if name in plan.sections:
            drawings.draw_ahead(executed, publication.stored_files_folder(plan.source, plan.tools))
        return weave(name, source.read_bytes(), executed)

    needs = {
        "source": nodes.notebook_node(f"prose of {name}", plan.committed(name), source_digest),
        "executed": ran(plan, name),
        "library": library(plan),
    }
    woven_node = nodes.Content(path=plan.staged(name), name=f"woven {name}")
    return progress.step(PROSE_STEP, woven, needs, woven_node, plan.name, name)


def collect_task(plan: Plan, progress: Progress) -> "TaskWithoutPath":
    """Return the step that collects results.json and the record from the executed notebooks."""

    def collected(notebooks: dict[str, Path], files: dict[str, Path], **state: Any) -> tuple[bytes, bytes]:
        claims = read_ledger(files["data/claims.yml"]).claims
        ran = {name: json.loads(path.read_bytes()) for name, path in notebooks.items()}
        deciding = {name: path.read_bytes() for name, path in files.items()}
        results = outputs.collect_results(map(outputs.read_section_record, ran.values()), claims, plan.parameters)
        made = record.make_record(ran, deciding, results)
        return outputs.results_as_json(results), record.record_as_json(made)

    needs = {
        "notebooks": nodes.path_nodes(plan.staged_notebooks),
        "files": nodes.source_files("what decides", plan.deciding),
        "library": library(plan),
        "values": nodes.value_node("names and parameters", [plan.notebooks, plan.parameters]),
    }
    makes = tuple(nodes.Content(path=path, name=path.name) for path in (plan.results, plan.record))
    return progress.step("results", collected, needs, makes, plan.name)


def compile_book(plan: Plan, progress: Progress) -> "TaskWithoutPath":
    """Return the step that compiles pages and print edition and replaces the old ones once complete."""

    def compiled(files: dict[str, Path], notebooks: dict[str, Path], targets: dict[str, Path], **state: Any) -> None:
        publication.stage_sources(files, plan.about_run, notebooks, plan.source)
        others = publication.unwatched(files, plan.about_run, plan.source)
        pages = publication.compile_pages(plan.source, plan.python_path, plan.edition.epoch, plan.tools, others)
        for name in products.PRINTS:
            write_whole(targets[name], (pages / name).read_bytes())
        publication.publish(pages, targets["html"])

    needs = {
        "files": nodes.source_files("book", plan.book_files),
        "library": library(plan),
        "notebooks": nodes.path_nodes(plan.staged_notebooks),
        "values": nodes.value_node(
            "names and values", [plan.notebooks, plan.environment, plan.about_run, plan.edition.epoch]
        ),
    }
    targets = {"html": nodes.folder_node("pages", plan.html)} | nodes.path_nodes(plan.prints)
    return progress.step(PAGES_STEP, compiled, needs, {"targets": targets}, plan.name)
