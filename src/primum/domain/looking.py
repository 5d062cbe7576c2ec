"""What a study says of how its model looks at pictures."""

from typing import Annotated

from pydantic import Field

from primum.domain.part import Fraction, Part

Axis = Annotated[int, Field(ge=0, le=2)]


class Looking(Part):
    """How a model of pictures is shown them: prepared, varied while it learns, and looked at while it answers."""

    size: tuple[Annotated[int, Field(ge=8, le=4096)], ...] = Field(
        default=(),
        max_length=3,
        description="Samples along each axis of space; empty for the pictures' own where all are alike.",
    )
    each: bool = Field(
        default=False, description="Bring every picture to mean 0 and deviation 1 by itself, not by all of them."
    )
    flips: tuple[Axis, ...] = Field(
        default=(),
        max_length=3,
        description="Axes along which pictures may be mirrored; none by default, for a body has a left and a right.",
    )
    shift: Fraction = Field(default=0.08, description="Share of each axis by which pictures are moved, at most.")
    turn: Annotated[float, Field(ge=0, le=180)] = Field(default=8.0, description="Degrees, at most.")
    zoom: Fraction = Field(default=0.1, description="Share by which pictures are enlarged or made smaller, at most.")
    inverted: Fraction = Field(default=0.0, description="Share of pictures whose light and dark change places.")
    mixed: Annotated[float, Field(ge=0, le=10)] = Field(
        default=0.0,
        description="Shape of the Beta distribution of shares in which pairs are mixed; 0 for none.",
    )
    views: Annotated[int, Field(ge=0, le=8)] = Field(
        default=0, description="Moves, in samples along each axis, under which a picture is looked at once more."
    )
    average: Annotated[float, Field(ge=0, lt=1)] = Field(
        default=0.99, description="Share kept in the running average of weights at each step."
    )
