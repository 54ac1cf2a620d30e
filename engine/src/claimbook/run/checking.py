"""The checks before a build: settings of the book, form of the notebooks, data and ledger."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from claimbook.citation import CITATION_FILE, Citation
from claimbook.intake import ledger, validation
from claimbook.project.folders import ENGINE, MARKER, REPORT_FILE, Paths, UserError
from claimbook.project.outputs import figures, read_notebook
from claimbook.project.parameters import parameters_missing
from claimbook.project.report import KINDS_OF_HOOKS, report_settings
from claimbook.project.yaml_files import (
    Location,
    entries,
    in_words,
    place_in_file,
    read_model,
    read_yaml,
    yaml_document,
)
from claimbook.run import execution
from claimbook.run.plan import CONFIG_FILE, Plan, PlanError
from claimbook.say.words import some, suggestion, unseen

PARTS_OF_PAGES = tuple(module.name for module in iter_modules([str(ENGINE / "pages")]))


def check_inputs(plan: Plan) -> None:
    """Raise PlanError for faults of settings and notebooks, and UserError for errors in data and ledger."""
    if faults := setting_faults(plan):
        raise PlanError("\n".join(faults))
    problems = validation.find_faults(plan.data)
    if (declared := ledger.ledger_faults(plan.data)).model:  # find_faults reports faults of the ledger itself
        problems += ledger.unknown_facets(declared, plan.data, ledger.read_codes(plan.root / "notebooks"))
    if errors := [problem for problem in problems if problem.severity == "error"]:
        raise UserError(validation.render(errors))


def setting_faults(plan: Plan, every_hook: bool = False) -> list[str]:
    """Return the faults in the settings of the book and in the form of notebooks, one sentence each.

    Only with `every_hook` are those hooks looked at that import what notebooks use, which takes a second.
    """
    notebooks = {f"notebooks/{name}.ipynb": plan.written(name) for name in plan.notebooks}
    texts = {name: path for name, path in plan.book_files.items() if name.endswith(".md")}
    pages = {name.rpartition(".")[0] for name in (*plan.book_files, *notebooks)}
    for name in KINDS_OF_HOOKS if every_hook else KINDS_OF_HOOKS.keys() - {"evidence", "movable"}:
        report_settings().hook(name)  # ends with a sentence if the report names something else
    return [
        *unless_unreadable(faults_of_contents, plan.root / MARKER, pages),
        *unless_unreadable(faults_of_config, plan.root / CONFIG_FILE),
        *unless_unreadable(faults_of_citation, plan.root / CITATION_FILE),
        *unknown_name(plan, "conclusion", plan.notebooks, f"{MARKER} lists no notebook"),
        *faults_of_texts(texts),
        *untranslated(plan),
        *(f"{name}{fault}" for name, content in notebooks.items() if (fault := execution.fault(content))),
        *filter(None, [parameters_missing(notebooks, plan.parameters)]),
    ]


def unless_unreadable(faults: Callable[..., list[str]], path: Path, *others: Any) -> list[str]:
    """Return what `faults` finds wrong with a file and the `others`, or else why the file cannot be read."""
    try:
        return faults(path, *others)
    except UserError as error:
        return str(error).splitlines()


def faults_of_contents(path: Path, pages: Collection[str]) -> list[str]:
    """Check the table of contents: its faults, pages that it lists twice, and pages that do not exist."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data  # takes a tenth of a second to import

    try:
        listed = parse_toc_data(read_yaml(path))
    except (MalformedError, TypeError) as error:  # a TypeError for a name that is a list
        return [f"{MARKER} is no table of contents: {str(error).rstrip('.')}. Correct it."]
    document = yaml_document(path.name, path.read_bytes())[0]
    if patterns := [f"line {line}, {in_words(place)}" for place, line, _ in entries(document) if place[-1] == "glob"]:
        return [f"{path.name}, {pattern}: patterns are not followed. List each file." for pattern in patterns]
    missing = [name for name in listed if name.removesuffix(".ipynb").removesuffix(".md") not in pages]
    return [f"{MARKER} lists {name}, but there is no {name}.md. Correct the line, or add the page." for name in missing]


def faults_of_config(path: Path) -> list[str]:
    """Return faults in the settings, which Jupyter Book would report only after all notebooks have run."""
    from jupyter_book.config import PATH_YAML_DEFAULT, get_validator  # takes a tenth of a second to import

    settings, validator = read_yaml(path), get_validator()
    wrong = [(e.path, f"{e.message[:200]}. Correct it.") for e in validator.iter_errors(settings)]
    known = {*validator.schema["properties"], *read_yaml(Path(PATH_YAML_DEFAULT))}
    wrong = wrong or [*unknown_settings(settings, known)]
    return [f"{place_in_file(path, place)}: {fault}" for place, fault in wrong]


def unknown_settings(settings: Mapping[str, Any], known: Collection[str]) -> Iterator[tuple[Location, str]]:
    """Yield place and fault of each setting that nothing reads, and of those that would lead to other pages."""
    for key in settings:
        if key not in known:
            yield (str(key),), f"there is no such setting.{suggestion(str(key), known)}"
    if settings.get("execute", {}).get("execute_notebooks") != "off":
        yield ("execute", "execute_notebooks"), 'Jupyter Book must run no notebook. Write "off", in quotes.'
    own = settings.get("sphinx", {}).get("config")
    parts = own.get("book_parts") if isinstance(own, dict) else None
    for number, part in enumerate(parts if isinstance(parts, list) else ()):
        if part not in PARTS_OF_PAGES:
            fault = f"there is no part {part}.{suggestion(str(part), PARTS_OF_PAGES)}"
            yield ("sphinx", "config", "book_parts", number), fault


def faults_of_citation(path: Path) -> list[str]:
    """Return nothing, because reading CITATION.cff raises what is wrong with the fields that the report uses."""
    read_model(Citation, path)
    return []


def unknown_name(plan: Plan, setting: str, known: Iterable[str], fault: str) -> list[str]:
    """Return a sentence if report.yml names something that is not among the known."""
    name = getattr(report_settings(), setting)
    if not name or name in (known := [*known]):
        return []
    where = place_in_file(plan.root / REPORT_FILE, (setting,))
    return [f"{where}: {fault} {name}.{suggestion(name, known)} Correct the line, or delete it."]


def untranslated(plan: Plan) -> list[str]:
    """Return a sentence if claims lack their words in the other language that report.yml names."""
    declared = ledger.ledger_faults(plan.data).model if report_settings().also else None
    if not declared or not (names := [claim.id for claim in declared.claims if not claim.also]):
        return []
    where = place_in_file(plan.root / REPORT_FILE, ("also",))
    what = f"claims.yml has no words in that language for {some(names, 3)}. Add `also: {{statement: …, name: …}}`."
    return [f"{where}: {what}"]


def check_picture(plan: Plan) -> None:
    """Raise PlanError unless an executed notebook draws the figure that report.yml names for previews."""
    labels = (figure["label"] for path in plan.staged_notebooks.values() for figure in figures(read_notebook(path)))
    if faults := unknown_name(plan, "picture", labels, "no notebook draws a figure"):
        raise PlanError("\n".join(faults))


def faults_of_texts(files: Paths) -> list[str]:
    """Return faults for texts with invisible characters. YAML and notebooks are checked elsewhere."""
    return [
        f"{name}, line {hidden[0]}: there is an invisible character. Delete {hidden[1]}."
        for name, path in files.items()
        if (hidden := unseen(path.read_text(encoding="utf-8", errors="replace")))
    ]
