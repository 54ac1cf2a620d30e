"""The checks before a build: settings of the book, form of the notebooks, data and ledger."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from claimbook.intake import ledger, validation
from claimbook.project.folders import MARKER
from claimbook.project.parameters import parameters_missing
from claimbook.project.yaml_files import YamlError, read_yaml
from claimbook.run import notebook_files
from claimbook.run.plan import CITATION_CFF, CONFIG_FILE, Plan, PlanError
from claimbook.say.words import suggestion, unseen

CITED = ("title", "abstract", "authors", "version", "keywords")  # fields of CITATION.cff that the report uses


class DataFaulty(ValueError):
    """The data break a rule; the message has one problem per line."""


def check_inputs(plan: Plan) -> None:
    """Raise PlanError for faults of settings and notebooks, and DataFaulty for errors in data and ledger."""
    if faults := setting_faults(plan):
        raise PlanError("\n".join(faults))
    problems = validation.find_faults(plan.data)
    if (declared := ledger.ledger_faults(plan.data)).model:  # find_faults reports faults of the ledger itself
        problems += ledger.unknown_facets(declared, plan.data, ledger.read_codes(plan.root / "notebooks"))
    if errors := [problem for problem in problems if problem.severity == "error"]:
        raise DataFaulty(validation.render(errors))


def setting_faults(plan: Plan) -> list[str]:
    """Return the faults in the settings of the book and in the form of notebooks, one sentence each."""
    notebooks = {f"notebooks/{name}.ipynb": plan.committed(name).read_bytes() for name in plan.notebooks}
    texts = {name: path for name, path in plan.book_files.items() if name.endswith(".md")}
    pages = {name.rpartition(".")[0] for name in (*plan.book_files, *notebooks)}
    return [
        *unless_unreadable(partial(faults_of_contents, pages), plan.root / MARKER),
        *unless_unreadable(faults_of_config, plan.root / CONFIG_FILE),
        *faults_of_texts(texts),
        *unless_unreadable(faults_of_citation, plan.root / CITATION_CFF),
        *(f"{name}{fault}" for name, content in notebooks.items() if (fault := notebook_files.fault(content))),
        *filter(None, [parameters_missing(notebooks, plan.parameters)]),
    ]


def unless_unreadable(faults: Callable[[Any], list[str]], path: Path) -> list[str]:
    """Return the faults in the content of a YAML file, or else why it cannot be read."""
    try:
        return faults(read_yaml(path))
    except YamlError as error:
        return [str(error)]


def faults_of_contents(pages: Collection[str], contents: Any) -> list[str]:
    """Return faults of the table of contents, and the pages that it lists and that are not there."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data  # takes a tenth of a second to import

    try:
        listed = parse_toc_data(contents)
    except MalformedError as error:
        return [f"{MARKER} is no table of contents: {error}. Correct it."]
    missing = [name for name in listed if name.removesuffix(".ipynb").removesuffix(".md") not in pages]
    return [f"{MARKER} lists {name}, but there is no {name}.md. Correct the line, or add the page." for name in missing]


def faults_of_config(settings: Any) -> list[str]:
    """Return faults in the settings, which Jupyter Book would report only after all notebooks have run."""
    from jupyter_book.config import PATH_YAML_DEFAULT, get_validator  # takes a tenth of a second to import

    validator = get_validator()
    places = [(".".join(map(str, e.path)) or "the file", e.message[:200]) for e in validator.iter_errors(settings)]
    known = {*validator.schema["properties"], *read_yaml(Path(PATH_YAML_DEFAULT))}
    unknown = [key for key in settings if key not in known] if isinstance(settings, dict) else []
    faults = [f"{CONFIG_FILE}, {place}: {fault}. Correct it." for place, fault in places]
    return faults + [f"{CONFIG_FILE}: there is no setting {key}.{suggestion(key, known)}" for key in unknown]


def faults_of_citation(cff: Any) -> list[str]:
    """Return the fields that pages and deposits need and CITATION.cff lacks."""
    fields = cff if isinstance(cff, dict) else {}
    return [f"{CITATION_CFF}: {name} is missing. Add it." for name in CITED if not fields.get(name)]


def faults_of_texts(files: Mapping[str, Path]) -> list[str]:
    """Return faults for texts with invisible characters. YAML and notebooks are checked elsewhere."""
    found = {name: unseen(path.read_text(encoding="utf-8", errors="replace")) for name, path in files.items()}
    what = "there is an invisible character. Delete"
    return [f"{name}, line {hidden[0]}: {what} {hidden[1]}." for name, hidden in found.items() if hidden]
