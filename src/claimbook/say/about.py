"""What one report says of itself and brings along, in `report.yml` of its package beside the engine in `src/`."""

import json
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from claimbook.say import project
from claimbook.say.yaml_files import YamlError, yaml_document

FILE = "report.yml"


class Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Geography(Declared):
    """How the places of the figures are called.

    `nation` and `whole` are two names of one place: of the country, and of all that the text is about in it, in the
    words of its figures. A figure of either is one of the whole; figures of one series have one of the two.
    """

    nation: str
    whole: str  # what code means that names no place; the name of the nation where there is no other
    tables: tuple[str, ...] = ()  # of data/, which list places

    @property
    def national(self) -> frozenset[str]:
        """Entities that stand for the whole country."""
        return frozenset({self.nation, self.whole})


class Licences(Declared):
    """Names that SPDX gives to the licences of what the report itself makes."""

    code: str = "MIT"  # and text
    compilation: str = "CC-BY-4.0"  # of published figures

    @property
    def statement(self) -> str:
        """What may be done with the report and its figures: the one statement that pages, print and files make."""
        return (
            f"Code and text: {self.code}. The compilation of figures: {self.compilation}. Each figure stays under the "
            "terms of its source. Where a source does not allow its figures to be passed on, only those that the "
            "report cites are given, each with its source, and no file of a series holds them."
        )

    def address(self, name: str) -> str:
        """Where the licence of a name stands in full."""
        return f"https://spdx.org/licenses/{name}"


class Hooks(Declared):
    """Code of the report that the engine calls, each as `module:name`."""

    parameters: str = "claimbook.notebook.parameters:Run"  # model of what each run is told
    evidence: str = "claimbook.evidence.evidence"  # module from whose `load` notebooks have their figures
    places: str = "claimbook.intake.places:Places"
    rules: str = ""  # functions of the data check, from the tables to the faults in them
    rules_for_new: str = ""  # the same for new rows, from the tables with them and those rows
    commands: str = ""  # of the command line
    defaults: str = ""  # function from a plan to the parameters cells of notebooks that are no sections


class About(Declared):
    """Names and sentences of one report."""

    slug: str = Field(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")  # begins the names of its files
    subject: str  # of the text, as it stands in sentences
    native: str = ""  # the subject in its own language, if that is another
    text: str  # what is under review
    picture: str = ""  # label of the figure that previews show where a page has none of its own
    geography: Geography
    first_year: int = 1900  # no parameter is of an earlier one
    # short names of producers, and names in which their own documents appear
    producers: dict[str, tuple[str, ...]] = {}
    contact: str = ""  # where readers report errors, once there is such an address
    funding: str = ""  # who pays for the report, a sentence
    interests: str = ""  # what its makers have to declare, a sentence
    licences: Licences = Licences()
    hooks: Hooks = Hooks()

    def hook(self, name: str) -> Any:
        """What the report brings under a name of `Hooks`; an empty tuple where it brings nothing."""
        module, _, attribute = getattr(self.hooks, name).partition(":")
        return getattr(import_module(module), attribute) if module else ()


@cache
def about() -> About:
    """The report that lies beside the engine.

    Raises ProjectNotFound where there is none, or more than one. One with faults ends the process with a sentence.
    """
    source = Path(__file__).parents[2]
    found = sorted(source.glob(f"*/{FILE}"))
    if len(found) != 1:
        raise project.ProjectNotFound(f"{source} has {len(found)} packages with a {FILE}, not one. Put it back.")
    where = f"src/{found[0].parent.name}/{FILE}"
    try:
        return About.model_validate_json(json.dumps(yaml_document(where, found[0].read_bytes())[1]))
    except YamlError as error:
        raise SystemExit(f"Error: {error}") from None  # every command loads it first: nobody could catch another
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}." for fault in error.errors())
        raise SystemExit("\n".join(f"Error: {where}, {fault}" for fault in faults)) from None
