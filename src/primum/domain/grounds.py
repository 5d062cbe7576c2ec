"""Why a study may be done: what its model is for, the lawful basis, and who consented."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from primum.domain.norm import Grade
from primum.domain.part import Name, Part


class IntendedUse(Part):
    """What the model is for, by whom, and what it must not be used for."""

    purpose: Name = Field(description="The purpose under which data is opened; access grants name it.")
    users: str = Field(min_length=1, description="Who meets what the model says.")
    setting: str = Field(min_length=1, description="Where, and at which point of care.")
    population: str = Field(min_length=1, description="The people it may be used for.")
    not_for: tuple[str, ...] = Field(min_length=1, description="Uses that are ruled out, one a line.")
    grade: Annotated[Grade, Field(strict=False)] = Field(description="The grade asked of the gate.")


class LawfulBasis(Part):
    """The ground on which health data may be processed at all."""

    ground: str = Field(min_length=1, description="For instance GDPR Art 6(1)(e).")
    exception: str = Field(min_length=1, description="For instance GDPR Art 9(2)(j).")
    permitted_purposes: tuple[Name, ...] = Field(
        min_length=1, description="Purposes the data was collected or approved for."
    )


class Consent(Part):
    """Who may be used at all: asked before anything is kept of a subject."""

    column: str = Field(
        default="", description="Column that tells what a subject consented to; who gave no answer is left out."
    )
    granted: tuple[str, ...] = Field(default=(), description="Values of it that mean consent; any other means none.")
    opt_out: str = Field(
        default="",
        description="File of those who objected, one identifier a line, relative to the study file; "
        "they are left out, and what was kept of them before is erased.",
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if bool(self.column) != bool(self.granted):
            raise ValueError("consent: column and granted belong together")
        if not self.column and not self.opt_out:
            raise ValueError("consent: needs column and granted, or opt_out, or both")
        return self
