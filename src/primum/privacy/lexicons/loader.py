"""Reads the lists of words that are shipped with the package."""

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=64)
def words(name: str) -> frozenset[str]:
    """Return the words of a list, ``zh_places`` for ``zh_places.txt``: one a line, ``#`` lines left out."""
    text = files(__package__).joinpath(f"{name}.txt").read_text(encoding="utf-8")
    lines = (one.strip() for one in text.splitlines())
    return frozenset(one for one in lines if one and not one.startswith("#"))
