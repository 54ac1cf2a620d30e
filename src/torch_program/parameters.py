"""The parameters of each section and of each province profile, besides edition and cut-off."""

from pydantic import ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from claimbook.project.parameters import Run, year_field
from claimbook.project.yaml_files import written_as
from claimbook.say.words import suggestion
from torch_program.provinces import REGION_OF


class Parameters(Run):
    """The fields of the parameters cell in every section, in this order."""

    panel_year: int = year_field("Year that maps and tables of the provinces show")

    @field_validator("panel_year")
    @classmethod
    def _had_ended(cls, year: int, info: ValidationInfo) -> int:
        cutoff = info.data.get("cutoff")  # absent if it is itself invalid
        if cutoff and f"{year}-12-31" > cutoff:
            last = int(cutoff[:4]) - (cutoff[5:] != "12-31")
            raise PydanticCustomError(
                "sentence", f"later than the cutoff {cutoff}. Choose a year that had ended by then, such as {last}."
            )
        return year


class Profile(Run):
    """The fields of the parameters cell in a province profile."""

    province: str = written_as("a province, like Hubei", description="One of the 31 provinces, by its English name")
    year: int = year_field("Year that the profile shows")

    @field_validator("province")
    @classmethod
    def _is_one(cls, province: str) -> str:
        known = sorted(REGION_OF)
        if province not in known:
            message = f"which is not a province.{suggestion(province, known)} Known: {', '.join(known)}."
            raise PydanticCustomError("sentence", "{sentence}", {"sentence": message})
        return province
