"""Names and settings of one report, from `report.yml` at the top of its folder."""

import os
import shlex
import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from claimbook.project import folders
from claimbook.project.yaml_files import Declared, place_in_file, read_model, written_as

NonEmpty = Annotated[str, Field(min_length=1)]
Year = Annotated[int, Field(ge=1, le=2100)]
Module = Annotated[str, written_as("like package.module", pattern=r"^\w+(\.\w+)+$")]
Licence = Annotated[str, written_as("like CC-BY-4.0", pattern=r"^[\w.+-]+$")]  # its SPDX name


class Geography(Declared):
    """The names of places in the figures.

    `nation` and `whole` name one place: the country, and everything in it that the text is about, in the words of its
    figures. A figure for either is a figure for the whole; the figures of one series use one of the two.
    """

    nation: NonEmpty
    whole: NonEmpty  #: the default place of code; equals the nation if there is no other name
    tables: tuple[str, ...] = ()  #: tables of data/ that list places

    @property
    def national(self) -> frozenset[str]:
        """Entities that stand for the whole country."""
        return frozenset({self.nation, self.whole})


class Licences(Declared):
    """SPDX names of the licences of what the report itself makes."""

    code: Licence = "MIT"  #: licence of code and text
    compilation: Licence = "CC-BY-4.0"  #: licence of the compiled figures

    @property
    def statement(self) -> str:
        """What readers may do with the report and its figures: the words for pages, print and files."""
        return (
            f"Code and text: {self.code}. The compilation of figures and the charts: {self.compilation}. Each figure "
            "stays under the terms of its source. If a source does not allow others to pass its figures on, we give "
            "only those that the report cites, each with its source, and leave them out of the files of series."
        )

    def address(self, name: str) -> str:
        """Return the address of the full text of a licence."""
        return f"https://spdx.org/licenses/{name}"


class Hooks(Declared):
    """Code of the report that the engine calls, each as `module:name`."""

    parameters: str = "claimbook.project.parameters:Run"  #: model of the parameters of each run
    evidence: Module = "claimbook.evidence.evidence"  #: module whose `load` gives notebooks their figures
    places: str = "claimbook.intake.tables:Places"
    rules: str = ""  #: functions of the data check, from tables to faults
    rules_for_new: str = ""  #: the same for new rows, from the merged tables and those rows
    commands: str = ""  #: commands of the command line
    defaults: str = ""  #: function from a plan to the parameters cells of other notebooks
    movable: str = ""  #: tables besides data/figures/ whose rows move numbers, each with its Movable


def _every(item: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """Return a function that says whether a value is a list of things for which `item` is true."""
    return lambda value: isinstance(value, list | tuple) and all(map(item, value))


KINDS_OF_HOOKS: Mapping[str, tuple[str, Callable[[Any], bool]]] = {  # what each hook has to be, in words and as a test
    "parameters": (
        "a class made from claimbook.project.parameters.Run",
        lambda value: isinstance(value, type) and {"edition", "cutoff"} <= {*getattr(value, "model_fields", ())},
    ),
    "evidence": ("a module with a function load", callable),
    "places": ("a class made from claimbook.intake.tables.Places", lambda value: isinstance(value, type)),
    "rules": ("a list of functions", _every(callable)),
    "rules_for_new": ("a list of functions", _every(callable)),
    "commands": ("a list of commands of click", _every(lambda command: hasattr(command, "params"))),
    "defaults": ("a function", callable),
    "movable": ("a dictionary of tables by name", lambda value: isinstance(value, Mapping)),
}


class About(Declared):
    """What one report calls itself, and its sentences for pages."""

    #: prefix of its file names
    slug: str = written_as("like my-report", pattern="^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    subject: NonEmpty  #: of the text, as used in sentences
    kind: str = "a text"  #: what was written, with its article: a policy text, an adopted budget
    dated: bool = True  #: whether the text has a date; if not, text_date of claims.yml is an assumption
    author: str = ""  #: who wrote the text, if that is known
    native: str = ""  #: the subject in its own language, if not English
    also: Literal["", "zh"] = ""  #: in which other language page one and the brief are made too
    language: Literal["en", "en-GB", "en-US"] = "en"  #: of pages and print: the engine writes no other
    languages: tuple[Literal["zh"], ...] = ()  #: of printed tables and quotes besides English, as in intake/languages
    text: NonEmpty  #: the text under review
    edition: str = ""  #: the default one, a file in editions/; if empty, the last of them by name
    conclusion: str = ""  # notebook that reads all other sections, if there is one
    picture: str = ""  #: label of the figure for previews of pages without a figure
    geography: Geography
    first_year: Year = 1900  #: no parameter may be earlier
    oldest_year: Year = 1900  #: no figure may be older
    #: short names of producers, and the names under which they publish
    producers: dict[str, tuple[str, ...]] = {}
    licences: Licences = Licences()
    hooks: Hooks = Hooks()

    def hook(self, name: str) -> Any:
        """Return the object that the report names for a field of `Hooks`, or an empty tuple."""
        named = getattr(self.hooks, name) + ":load" * (name == "evidence")
        module, _, attribute = named.partition(":")
        if not module:
            return ()
        try:
            found, (kind, is_one) = getattr(import_module(module), attribute), KINDS_OF_HOOKS[name]
            fault = "" if is_one(found) else f"{named} is not {kind}. Name one"
        except Exception as error:  # the report's own code may raise anything
            fault = f"{named} cannot be imported ({type(error).__name__}: {error}). Write it as module:name"
        if fault:
            where = place_in_file(folders.root() / folders.REPORT_FILE, ("hooks", name))
            raise SystemExit(f"Error: {where}: {fault}.")
        return found


NO_REPORT = About(
    slug="no-report", subject="its subject", text="A text", geography=Geography(nation="Nation", whole="Nation")
)


@cache
def report_settings() -> About:
    """Return the settings of the report around the working directory, or outside any report those of none.

    A missing or faulty `report.yml` ends the process with sentences.
    """
    where = folders.REPORT_FILE
    try:
        folder = folders.root()
    except folders.ProjectNotFound:
        return NO_REPORT
    if not (folder / where).is_file():
        raise SystemExit(f"Error: {folder} has no {where}. Restore it, or change to the folder of a report.")
    try:
        about = read_model(About, folder / where)
        newest = ["", *folders.edition_names(folder)][-1]
        return about if about.edition else about.model_copy(update={"edition": newest})
    except folders.UserError as error:  # every command loads it first: nobody could catch it
        raise SystemExit("\n".join(f"Error: {fault}" for fault in str(error).splitlines())) from None


def command_line(words: str) -> str:
    """Return what one types here to run a command: `claimbook …` if the report is installed, else a longer line."""
    if report_settings() is NO_REPORT or (folders.root() / "pyproject.toml").exists():
        return f"{folders.ENGINE.name} {words}".strip()
    python = Path(sys.executable)
    nearest = min(os.path.relpath(python), str(python), key=len)
    own_code = "PYTHONPATH=src " if Path("src").is_dir() else ""
    return f"{own_code}{shlex.quote(nearest)} -m claimbook {words}".strip()
