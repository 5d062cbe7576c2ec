"""Finds what identifies people with a small trained network: fast on one processor core, one model a language."""

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from primum.errors import DataError
from primum.privacy.spans import Kind, Span
from primum.privacy.tagger.decoding import Limits, Marks, spans
from primum.privacy.tagger.features import features
from primum.privacy.tagger.network import Network, Shape
from primum.privacy.tagger.tokens import tokens

WEIGHTS = Path(__file__).parent / "weights"
LANGUAGES = ("en", "es", "zh")
PIECE = 60_000
"""Characters read at a time, so that memory stays bounded."""
MARGIN = 3_000
"""Characters around a piece that are read with it, so that its edges have a context as well."""
MOST_WORDS = 1 << 16
"""Words whose vectors are kept; then they are forgotten and learned anew."""
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

    def __init__(self, network: Network, model: Model) -> None:
        self._network, self._model = network.eval(), model
        self._kinds = tuple(Kind(one[2:]) for one in model.labels[1::2])
        self._lock = threading.Lock()
        self._known: dict[str, int] = {}
        self._looks = torch.empty(0, network.shape.width)
        with torch.inference_mode():
            self._placed = network.placed()

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
            shape = Shape(features=len(keys) + 1, labels=len(labels), width=int(facts["width"]), dilations=dilations)
            with torch.device("meta"):  # no numbers are drawn: those of the file take their place
                network = Network(shape)
            weights = {name: torch.from_numpy(one.astype(np.float32)) for name, one in arrays.items()}
            network.load_state_dict(weights, assign=True)
            model = Model(
                language=language,
                labels=labels,
                limits=Limits(**facts["limits"]),
                numbers={key: at for at, key in enumerate(keys.tolist(), 1)},
            )
        except (OSError, KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as fault:
            raise DataError(
                f"There is no tagger for the language {language!r} that can be read.",
                remedy=f"Use one of those that are shipped ({', '.join(LANGUAGES)}); if it is, install Primum anew.",
            ) from fault
        return cls(network, model)

    def find(self, text: str) -> list[Span]:
        """Return what the network takes for identifiers, as ``find`` of this module does."""
        marks = self.marks(text)
        return [
            Span(start, end, kind, f"tagger:{self._model.language}")
            for start, end, kind in spans(text, marks, self._kinds, self._model.limits)
        ]

    def marks(self, text: str) -> Marks:
        """Return what the network says of each token."""
        if len(text) > PIECE:
            return Marks.joined([self._piece(text, at) for at in range(0, len(text), PIECE)])
        read = tokens(text)
        if not read.words:
            return Marks.nothing()
        return Marks.made(read.starts, read.ends, self.chances(read.words, read.settings))

    def _piece(self, text: str, at: int) -> Marks:
        """Return the marks of the tokens that begin in one piece of a text."""
        first, last = _to_space(text, max(0, at - MARGIN), -1), _to_space(text, min(len(text), at + PIECE + MARGIN), 1)
        read = tokens(text, first, last)
        own = slice(*np.searchsorted(read.starts, [at, at + PIECE]).tolist())
        if own.start == own.stop:
            return Marks.nothing()
        reach = self._network.shape.reach
        seen = slice(max(0, own.start - reach), own.stop + reach)
        chances = self.chances(read.words[seen], read.settings[seen])[own.start - seen.start :][: own.stop - own.start]
        return Marks.made(read.starts[own], read.ends[own], chances)

    def chances(self, words: Sequence[str], settings: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the probability of each label for each token, float32, shape (tokens, labels)."""
        with torch.inference_mode():
            state = self._looked(words) + self._placed[torch.from_numpy(settings)]
            chances: NDArray[np.float32] = self._network.forward(state).softmax(-1).numpy()
            return chances

    def _looked(self, words: Sequence[str]) -> torch.Tensor:
        """Return how words look; each is worked out once."""
        with self._lock:
            known = self._known
            new = [one for one in dict.fromkeys(words) if one not in known]
            if new:
                if len(known) + len(new) > MOST_WORDS:
                    known.clear()
                    new = list(dict.fromkeys(words))
                self._learn(new)
            return self._looks[torch.tensor([known[one] for one in words])]

    def _learn(self, new: Sequence[str]) -> None:
        number = self._model.numbers.get
        numbers: list[int] = []
        offsets: list[int] = []
        for word in new:
            offsets.append(len(numbers))
            for key in chain.from_iterable(features(word, self._model.language)):
                at = number(key)
                if at is not None:
                    numbers.append(at)
        sums = self._network.norm(self._network.words(torch.tensor(numbers, dtype=torch.int64), torch.tensor(offsets)))
        first, last = len(self._known), len(self._known) + len(new)
        if last > len(self._looks):
            room = torch.empty(max(last - len(self._looks), len(self._looks), FEWEST_WORDS), self._looks.shape[1])
            self._looks = torch.cat([self._looks, room])
        self._looks[first:last] = sums
        self._known.update(zip(new, range(first, last), strict=True))


def _to_space(text: str, at: int, step: int) -> int:
    """Return the next place in a direction where no token can be cut, the same one where none is near."""
    for one in range(at, max(0, min(len(text), at + step * 64)), step):
        if text[one].isspace():
            return one
    return at
