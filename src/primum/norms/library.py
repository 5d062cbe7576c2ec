"""The library of norms: laws, standards and guidelines, each one YAML file beside this module, read strictly."""

import functools
import importlib.resources
from collections.abc import Sequence
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from primum.domain.norm import ROLES, Grade, Later, Norm, Requirement
from primum.errors import IntegrityError, StudyError
from primum.ids import Digest, digest_of

HOUSE = "primum"
"""The norm that every release is judged by, whatever the study names: Primum's own rules."""

Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class _Requirement(_Strict):
    id: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9-]+$")]
    citation: Text
    text: Text
    text_zh: Text
    from_grade: Annotated[Grade, Field(strict=False)]
    checks: Annotated[tuple[str, ...], Field(strict=False)] = ()
    role: str = ""
    statement: str = ""
    statement_zh: str = ""
    confidence: Literal["high", "medium", "low"] = "high"

    @model_validator(mode="after")
    def _can_be_judged(self) -> Self:
        if not self.checks and not self.role:
            raise ValueError(f"{self.id}: names neither a check nor a role, so nothing could ever meet it")
        if self.role and self.role not in ROLES:
            raise ValueError(f"{self.id}: there is no role {self.role!r}")
        if bool(self.role) != bool(self.statement and self.statement_zh):
            raise ValueError(f"{self.id}: a role needs a statement in both languages, and a statement a role")
        return self


class _Later(_Strict):
    id: Text
    citation: Text
    why: Text
    why_zh: Text


class _Norm(_Strict):
    id: Text
    title: Text
    title_zh: Text
    jurisdiction: Text
    status: Text
    status_zh: Text
    applies: dict[Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")], Text] = {}
    applies_zh: dict[str, Text] = {}
    requirements: Annotated[tuple[_Requirement, ...], Field(strict=False, min_length=1)]
    later: Annotated[tuple[_Later, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _lists_each_once(self) -> Self:
        ids = [*(one.id for one in self.requirements), *(one.id for one in self.later)]
        doubles = sorted({one for one in ids if ids.count(one) > 1})
        if doubles:
            raise ValueError(f"listed twice: {', '.join(doubles)}")
        return self

    @model_validator(mode="after")
    def _speaks_both_languages(self) -> Self:
        if set(self.applies) != set(self.applies_zh):
            raise ValueError("applies and applies_zh do not name the same days")
        return self


def names() -> list[str]:
    """Return the names of all norms, in alphabetical order."""
    folder = importlib.resources.files("primum.norms")
    return sorted(one.name.removesuffix(".yaml") for one in folder.iterdir() if one.name.endswith(".yaml"))


@functools.cache
def load(name: str) -> Norm:
    """Return the norm of this name.

    Raises:
        StudyError: There is no such norm.
        IntegrityError: Its file is not a norm, so this installation was altered.
    """
    if name not in names():
        raise StudyError(f"There is no norm named {name!r}.", remedy=f"In norms, use some of: {', '.join(names())}.")
    return parse(name, (importlib.resources.files("primum.norms") / f"{name}.yaml").read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Norm:
    """Return the norm that a YAML text declares.

    Raises:
        IntegrityError: The text is not a norm, or not the one of this name.
    """
    try:
        read = _Norm.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError) as fault:
        raise IntegrityError(
            f"The norm {name!r} is malformed: {' '.join(str(fault).split())}", remedy="Install Primum anew."
        ) from fault
    if read.id != name:
        raise IntegrityError(f"The norm in {name}.yaml calls itself {read.id!r}.", remedy="Install Primum anew.")
    return Norm(
        id=read.id,
        title=read.title,
        title_zh=read.title_zh,
        jurisdiction=read.jurisdiction,
        status=read.status,
        status_zh=read.status_zh,
        applies=read.applies,
        applies_zh=read.applies_zh,
        requirements=tuple(Requirement(**dict(one)) for one in read.requirements),
        later=tuple(Later(**dict(one)) for one in read.later),
    )


def applied(chosen: Sequence[str]) -> tuple[Norm, ...]:
    """Return the norms a study is judged by: Primum's own rules first, then the chosen ones in the study's order.

    Raises:
        StudyError: One of them does not exist.
    """
    return tuple(load(name) for name in dict.fromkeys((HOUSE, *chosen)))


def digest(chosen: Sequence[str]) -> Digest:
    """Return the digest of the text of all norms applied, by which a gate knows whether the law it read has changed.

    Raises:
        StudyError: One of them does not exist.
    """
    folder = importlib.resources.files("primum.norms")
    return digest_of({norm.id: (folder / f"{norm.id}.yaml").read_text(encoding="utf-8") for norm in applied(chosen)})
