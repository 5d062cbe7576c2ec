"""Finds what identifies people with a small trained network: fast on one processor core, one model a language."""

import json
import math
import threading
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from primum.errors import DataError
from primum.privacy.spans import Kind, Span
from primum.privacy.tagger.decoding import Limits, Marks, spans
from primum.privacy.tagger.features import key, names
from primum.privacy.tagger.inference import Floats, Shape, Weights
from primum.privacy.tagger.tokens import PARTING, Tokens, tokens, tokens_of

WEIGHTS = Path(__file__).parent / "weights"
LANGUAGES = ("en", "es", "zh")
PIECE = 30_000
"""Characters read at a time, so that memory stays bounded."""
MARGIN = 3_000
"""Characters around a piece that are read with it, so that its edges have a context as well."""
MOST_WORDS = MOST_FEATURES = 1 << 16
"""Words whose vectors, and features whose numbers are kept; then they are forgotten and learned anew."""
FEWEST_WORDS = 1 << 10
"""Words for which there is room from the beginning; then the room doubles."""


def find(text: str, language: str) -> list[Span]:
    """Return what the tagger of a language takes for identifiers, in order, not overlapping, never over a line's end.

    Args:
        text: Any text; time is linear in its length, memory beyond the text itself bounded.
        language: ``en``, ``es`` or ``zh``.

    Raises:
        DataError: There is no tagger for the language, or its files cannot be read.
    """
    return opened(language).find(text)


def find_each(texts: Sequence[str], language: str) -> list[list[Span]]:
    """Return what ``find`` gives for each of several texts, faster than one after the other.

    Raises:
        DataError: As ``find``.
    """
    return opened(language).find_each(texts)


@lru_cache(maxsize=16)
def is_there(language: str) -> bool:
    """Return whether a tagger for a language is shipped."""
    return (WEIGHTS / f"{language}.safetensors").is_file() and (WEIGHTS / f"{language}.json").is_file()


@lru_cache(maxsize=len(LANGUAGES))
def opened(language: str) -> "Tagger":
    """Return the shipped tagger of a language, opened once.

    Raises:
        DataError: As ``find``.
    """
    return Tagger.open(WEIGHTS, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What a tagger is made of.

    Attributes:
        language: Whose lists are asked.
        labels: What each place of the logits means: ``O``, ``B-NAME``, ``I-NAME``, ...
        limits: How sure it must be that a token is no identifier.
        numbers: Feature to its number in the network.
    """

    language: str
    labels: tuple[str, ...]
    limits: Limits
    numbers: Mapping[int, int]


class Tagger:
    """Marks what identifies people in texts of one language; safe to share between threads."""

    def __init__(self, weights: Weights, model: Model) -> None:
        self._weights, self._model = weights, model
        self._kinds = tuple(Kind(one[2:]) for one in model.labels[1::2])
        self._method = f"tagger:{model.language}"
        self._lock = threading.Lock()
        self._known: dict[str, int] = {}
        self._numbers = _Numbers(model.numbers)
        self._looks = np.empty((0, weights.shape.width), dtype=np.float32)

    @classmethod
    def open(cls, folder: Path, language: str) -> "Tagger":
        """Return the tagger of a language from a folder with ``<language>.safetensors`` and ``<language>.json``.

        Raises:
            DataError: The files are not there or not what they should be.
        """
        try:
            facts = json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
            arrays = load_file(folder / f"{language}.safetensors")
            keys = arrays.pop("keys")
            dilations = tuple(int(one) for one in facts["dilations"])
            labels = tuple(str(one) for one in facts["labels"])
            shape = Shape(
                features=len(keys) + 1,
                labels=len(labels),
                looks=int(facts.get("looks", facts["width"])),
                width=int(facts["width"]),
                dilations=dilations,
            )
            weights = Weights(shape, {name: one.astype(np.float32) for name, one in arrays.items()})
            model = Model(
                language=language,
                labels=labels,
                limits=Limits(**facts["limits"]),
                numbers={key: at for at, key in enumerate(keys.tolist(), 1)},
            )
        except (OSError, KeyError, TypeError, ValueError, SafetensorError) as fault:
            raise DataError(
                f"There is no tagger for the language {language!r} that can be read.",
                remedy=f"Use one of those that are shipped ({', '.join(LANGUAGES)}); if it is, install Primum anew.",
            ) from fault
        return cls(weights, model)

    def find(self, text: str) -> list[Span]:
        """Return what the network takes for identifiers, as ``find`` of this module does."""
        limits = self._model.limits
        marks = self.marks(text, limits.grown)
        return [Span(*one, self._method) for one in spans(text, marks, self._kinds, limits)]

    def find_each(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return what ``find`` gives for each of several texts."""
        found: list[list[Span]] = []
        for some in _packed(texts):
            found += self._find_together(some) if len(some) > 1 else [self.find(some[0])]
        return found

    def _find_together(self, texts: Sequence[str]) -> list[list[Span]]:
        read, firsts, begins = tokens_of(texts)
        found: list[list[Span]] = [[] for _ in texts]
        if read.words:
            limits = self._model.limits
            marks = Marks.made(read, self.odds(read, firsts), limits.grown)
            for start, end, kind in spans(PARTING.join(texts), marks, self._kinds, limits):
                at = bisect_right(begins, start) - 1
                found[at].append(Span(start - begins[at], end - begins[at], kind, self._method))
        return found

    def marks(self, text: str, below: float = math.inf) -> Marks:
        """Return what the network says of each token, or of those with a lower chance to be no identifier."""
        if len(text) <= PIECE:
            read = tokens(text)
            return Marks.made(read, self.odds(read), below)
        pieces, done = [], 0
        for at in range(0, len(text), PIECE):
            read, odds = self._piece(text, at, done)
            pieces.append(Marks.made(read, odds, below))
            done += len(read.words)
        return Marks.joined(pieces)

    def _piece(self, text: str, at: int, done: int) -> tuple[Tokens, Floats]:
        """Return the tokens that begin in one piece of a text, after so many before it, and their odds."""
        first, last = _to_space(text, max(0, at - MARGIN), -1), _to_space(text, min(len(text), at + PIECE + MARGIN), 1)
        read = tokens(text, first, last)
        own = slice(*np.searchsorted(read.starts, [at, at + PIECE]).tolist())
        reach = self._weights.shape.reach
        seen = slice(max(0, own.start - reach), own.stop + reach)
        odds = self.odds(read.part(seen))[own.start - seen.start :][: own.stop - own.start]
        return read.part(own, done), odds

    def odds(self, read: Tokens, firsts: Sequence[int] = (0,)) -> Floats:
        """Return how much likelier than none each other label is, float32, shape (tokens, labels - 1).

        Args:
            read: The tokens.
            firsts: Which of them begin a text, where there are several.
        """
        with self._lock:
            looks = self._looked(read.words)
        return self._weights.odds(looks, read.settings, firsts)

    def _looked(self, words: list[str]) -> Floats:
        """Return how words look; each is worked out once."""
        known = self._known
        try:
            at = [*map(known.__getitem__, words)]
        except KeyError:
            new = [one for one in dict.fromkeys(words) if one not in known]
            if len(known) + len(new) > MOST_WORDS:
                known.clear()
                new = [*dict.fromkeys(words)]
            self._learn(new)
            at = [*map(known.__getitem__, words)]
        looks: Floats = self._looks[at]
        return looks

    def _learn(self, new: Sequence[str]) -> None:
        number, language = self._numbers.__getitem__, self._model.language
        numbers = [[*filter(None, map(number, chain.from_iterable(names(word, language))))] for word in new]
        if len(self._numbers) > MOST_FEATURES:
            self._numbers.clear()
        first, last = len(self._known), len(self._known) + len(new)
        if last > len(self._looks):
            room = np.empty((max(last, 2 * len(self._looks), FEWEST_WORDS), self._looks.shape[1]), dtype=np.float32)
            room[:first] = self._looks[:first]
            self._looks = room
        self._looks[first:last] = self._weights.looks(numbers)
        self._known.update(zip(new, range(first, last), strict=True))


class _Numbers(dict[str, int]):
    """The numbers of features by name, 0 where the network knows none; each is looked up once."""

    def __init__(self, numbers: Mapping[int, int]) -> None:
        super().__init__()
        self._by_key = numbers

    def __missing__(self, name: str) -> int:
        number = self[name] = self._by_key.get(key(name), 0)
        return number


def _packed(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield texts in order, as many together as are read at a time."""
    first = size = 0
    for at, text in enumerate(texts):
        if at > first and size + len(text) > PIECE:
            yield texts[first:at]
            first, size = at, 0
        size += len(text) + len(PARTING)
    if first < len(texts):
        yield texts[first:]


def _to_space(text: str, at: int, step: int) -> int:
    """Return the next place in a direction where no token can be cut, the same one where none is near."""
    for one in range(at, max(0, min(len(text), at + step * 64)), step):
        if text[one].isspace():
            return one
    return at
