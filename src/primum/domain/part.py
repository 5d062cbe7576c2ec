"""A piece of a study file: frozen, hashed, and refusing what it does not know."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from primum.ids import Digest, digest_of

Fraction = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]


class Part(BaseModel):
    """A piece of a study: frozen, and refusing what it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, protected_namespaces=())

    @property
    def digest(self) -> Digest:
        """Return the digest of this piece, by which a stage knows whether it is up to date."""
        return digest_of(self.model_dump(mode="json"))

    def __hash__(self) -> int:
        """Return a number that is equal for equal parts, also of those that hold a mapping."""
        return hash(self.digest)
