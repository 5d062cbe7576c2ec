"""What is needed to clean what is about one person, whatever form it comes in."""

from collections.abc import Callable
from dataclasses import dataclass

from primum.privacy.spans import Kind
from primum.privacy.surrogates import tag


def _tagged(kind: Kind, value: str) -> str:
    del value
    return tag(kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """How one person appears.

    Attributes:
        days: By how many days dates move.
        scrub: Replaces identifiers in free text; it knows this person.
        surrogate: Gives what stands for a value of a kind; tags such as ``[NAME]`` by default.
        name: The pseudonym; empty where there is none.
    """

    days: int
    scrub: Callable[[str], str]
    surrogate: Callable[[Kind, str], str] = _tagged
    name: str = ""
