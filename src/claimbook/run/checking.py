"""The checks before a build: settings of the book, form of the notebooks, data and ledger."""

from claimbook.intake import ledger, validation
from claimbook.project import contents
from claimbook.project.parameters import parameters_missing
from claimbook.run import notebook_form
from claimbook.run.plan import Plan, PlanError


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
    return [
        *contents.faults_of_settings(plan.root),
        *contents.faults_of_texts(texts),
        *contents.faults_of_citation(plan.root),
        *(f"{name}{fault}" for name, content in notebooks.items() if (fault := notebook_form.fault(content))),
        *filter(None, [parameters_missing(notebooks, plan.parameters)]),
    ]
