"""Editions: the parameters of one run of the report, validated strictly from `editions/<name>.yml`."""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from claimbook.project.folders import UserError, edition_names
from claimbook.project.parameters import CHANGED, Run, no_such_edition, of_sections
from claimbook.project.report import command_line, report_settings
from claimbook.project.yaml_files import Declared, mistakes, read_model, written_as

DEFAULT = report_settings().edition
if TYPE_CHECKING:
    Parameters = Run
else:
    Parameters = of_sections()
RUN_NOTES = "run.json"  # next to the book: notes on a run that reads another copy of the data


class Edition(Declared):
    """One edition: a title and a note for people, and the parameters of its run."""

    title: str = written_as("text", min_length=1)
    note: str = written_as("text", default="")
    parameters: Parameters = written_as("a block with " + ", ".join(Parameters.model_fields))

    @property
    def name(self) -> str:
        """Name of the edition, followed by the parameters changed for one run."""
        return self.parameters.edition

    @property
    def epoch(self) -> int:
        """Seconds from 1970 to the cut-off day, the date of all files of a build."""
        return (date.fromisoformat(self.parameters.cutoff) - date(1970, 1, 1)).days * 86400


def read_edition(root: Path, name: str, settings: Sequence[str] = ()) -> Edition:
    """Read `editions/<name>.yml`, changed by `settings` ("cutoff=2024-12-31") for one run.

    Raises UserError with a sentence for each mistake, all at once.
    """
    if name not in (known := edition_names(root)):
        make_one = command_line(f"edition new {as_name(name)}")
        raise UserError(f"{no_such_edition(name, known)} To make one with today's evidence: {make_one}")
    where = f"editions/{name}.yml"
    if name != as_name(name):
        raise UserError(
            f"{where}: a name may have letters, digits, '.', '_' and '-'. Rename it to {as_name(name)}.yml."
        )
    edition = read_model(Edition, root / where, where)
    if edition.name != name:
        raise UserError(f'{where}: edition is {edition.name}. Write edition: "{name}", or rename the file.')
    return with_settings(edition, settings)


def with_settings(edition: Edition, settings: Sequence[str]) -> Edition:
    """Return the edition with changed parameters and a name that lists them; unchanged if nothing differs."""
    before, fields = edition.parameters.model_dump(), Parameters.model_fields
    possible = [field for field in fields if field != "edition"]
    values: dict[str, Any] = {}
    found = []
    for setting in settings:
        name, _, text = (part.strip() for part in setting.partition("="))
        if not name or not text:
            fault = f"write name=value, like cutoff=2024-12-31. Names: {', '.join(possible)}."
        elif name == "edition":
            fault = f"to choose another edition, write EDITION={text}."
        elif name in values:
            fault = f"{name} is set twice. Remove one of the two."
        else:
            values[name] = int(text) if isinstance(before.get(name), int) and re.fullmatch(r"-?\d+", text) else text
            continue
        found.append(f"SET {setting}: {fault}")
    after = before | values
    try:
        Parameters.model_validate(after)
    except ValidationError as error:
        found += [f"SET {' '.join(settings)}: {mistake}" for mistake in mistakes(Parameters, error)]
    if found:
        raise UserError("\n".join(found))
    if not (changes := [f"{name}={after[name]}" for name in fields if after[name] != before[name]]):
        return edition
    parameters = Parameters(**after | {"edition": CHANGED.join([edition.name, *changes])})
    return edition.model_copy(update={"title": f"{edition.title}, with {', '.join(changes)}", "parameters": parameters})


def as_name(name: str) -> str:
    """Return the closest valid name of an edition."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.") or "name"
