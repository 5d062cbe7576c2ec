"""Draws that are the same each time for the same key and subject of the draw, and say nothing without the key."""

import hashlib
import hmac
import unicodedata
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
_SHORT = 1 << 64


def plain(text: str) -> str:
    """Return a word in small letters, without accents: how two spellings of one value are told to be one."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


class Dice:
    """Numbers drawn from HMAC-SHA-256 over what they are about.

    Source: RFC 2104; the output is read as one long number in a changing base, and prolonged by its own counter.
    """

    def __init__(self, key: bytes, *about: str) -> None:
        self._hmac = hmac.new(key, "|".join(about).encode("utf-8", "surrogatepass"), hashlib.sha256)
        self._count = 0
        self._left = int.from_bytes(self._hmac.digest())

    def below(self, limit: int) -> int:
        """Return a number from 0 up to, and without, a limit far below 2**64."""
        if self._left < _SHORT:
            self._count += 1
            more = self._hmac.copy()
            more.update(self._count.to_bytes(4))
            self._left = int.from_bytes(more.digest())
        self._left, drawn = divmod(self._left, limit)
        return drawn

    def one_of(self, choices: Sequence[T]) -> T:
        """Return one of several."""
        return choices[self.below(len(choices))]

    def digits(self, count: int) -> str:
        """Return so many digits."""
        return "".join(str(self.below(10)) for _ in range(count))
