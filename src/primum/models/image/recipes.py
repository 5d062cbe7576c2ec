"""What a model of pictures is told beside the study's model: the size it sees, and how pictures may vary."""

from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from primum.domain.looking import Looking
from primum.errors import StudyError

SIZE = {2: 64, 3: 32}
"""Samples along each axis that a picture of so many axes is resampled to, where nothing else is declared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How pictures are prepared, varied while learning, and looked at while scoring.

    Attributes:
        size: Samples along each axis of space; empty for the pictures' own where all are alike, else ``SIZE``.
        each: Whether every picture is brought to mean 0 and standard deviation 1 by itself; else all of them are by
            the mean and deviation of the development part.
        flips: Axes of space along which a picture may be mirrored. None by default: a body has a left and a right, an
            above and a below, and a net that cannot tell them apart says nothing about an organ on the wrong side.
        shift: Share of each axis by which a picture is moved, at most.
        turn: Degrees by which it is turned in the plane of the last two axes, at most.
        zoom: Share by which it is enlarged or made smaller, at most.
        contrast: Logarithm of the factor by which it is multiplied, standard deviation.
        brightness: What is added to it, standard deviation, in its own standard deviations.
        gamma: Logarithm of the power to which it is raised between its darkest and brightest, standard deviation.
        inverted: Share of pictures whose light and dark change places.
        noise: Added to each sample, standard deviation at most, in its own standard deviations.
        erased: Share of its area that a rectangle of it is filled with nothing, at most.
        mixed: Shape of the Beta distribution from which shares of mixed pairs are drawn; 0 mixes none.
        smoothed: Share of the truth that is spread over all classes.
        views: Moves, in samples along each axis, under which a picture is looked at while scoring; logits are averaged.
            Mirror images join where ``flips`` allows them. 0 looks once.
        average: Share kept in the running average of weights at each step.
    """

    size: tuple[int, ...] = ()
    each: bool = False
    flips: tuple[int, ...] = ()
    shift: float = 0.08
    turn: float = 8.0
    zoom: float = 0.1
    contrast: float = 0.2
    brightness: float = 0.2
    gamma: float = 0.0
    inverted: float = 0.0
    noise: float = 0.0
    erased: float = 0.0
    mixed: float = 0.0
    smoothed: float = 0.0
    views: int = 0
    average: float = 0.99

    @classmethod
    def of(cls, looking: Looking) -> Self:
        """Return the recipe that a study asks for; what it does not name is as usual."""
        return cls(**dict(looking))

    def sized(self, size: tuple[int, ...]) -> Self:
        """Return the same with a size, which must have as many axes as the flips name.

        Raises:
            StudyError: A flip names an axis that pictures do not have.
        """
        if any(not 0 <= one < len(size) for one in self.flips):
            raise StudyError(
                f"Pictures have {len(size)} axes of space, and a flip is named along another.",
                remedy=f"Name axes from 0 to {len(size) - 1}.",
            )
        return replace(self, size=size)

    def as_document(self) -> dict[str, Any]:
        """Return it as JSON holds it."""
        return {name: list(one) if isinstance(one, tuple) else one for name, one in asdict(self).items()}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """Return what ``as_document`` told.

        Raises:
            TypeError: It holds something else.
        """
        plain: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in document.items()}
        return cls(**plain)
