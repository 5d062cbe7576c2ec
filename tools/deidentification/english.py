# ruff: noqa: PLR2004 - how often each way of writing comes
"""Made-up English texts with made-up identifiers, and real medical sentences that identify nobody, for the tagger.

Nobody in them exists. Templates, names, towns, hospitals and words are parted by ``bucket``: training draws from 36 of
40, ``held_out`` from the other four, so that neither a template nor a name is seen in both. Between the templates stand
sentences of Medical-Abstracts-TC-Corpus (CC BY-SA 3.0), of which those are left out that may name a person or a place,
and labels of the Human Phenotype Ontology.
"""

import csv
import os
import random
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from english_names import bucket
from english_places import Piece
from english_slots import MONTHS, Slots
from english_usages import Usages

from primum.privacy.spans import Example, Kind, Span
from primum.privacy.tagger.decoding import Limits

HERE = Path(__file__).parent / "english_templates"
DATA = Path(os.environ.get("PRIMUM_DATA", Path(__file__).parents[3] / "shared" / "data"))
TRAIN, HELD_OUT = range(4, 40), range(4)
"""The buckets of each use."""
MANY, FEW = 28_000, 3_000
"""Examples for an epoch of training, and held out."""
SOURCE = (
    "Made-up English texts from hand-written templates, filled with made-up identifiers (names: Faker,"
    " MIT; towns: GeoNames, "
    "CC BY 4.0), between sentences of Medical-Abstracts-TC-Corpus (CC BY-SA 3.0), labels of the "
    "Human Phenotype Ontology and examples of use of WordNet 3.0 (WordNet licence, Princeton University)."
)
LIMITS = Limits(found=0.6, grown=0.8)
"""Chosen on held-out examples of each register: with stricter ones more documents leak, with laxer ones everyday words
are masked."""
FILES = ("queries", "notes", "general", "negative")
"""Files of templates."""
REGISTERS = {"queries": 8, "notes": 5, "general": 6, "negative": 6, "usages": 8}
"""Files of templates, and everyday sentences, and how often each is drawn from."""
_CHOICE = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)\}")
_NAMING = re.compile(
    r"\b(?:"
    + "|".join(MONTHS)
    + r"|University|Hospital|Institute|Clinic|Center|Centre|College|School|Department|Association|County|"
    r"North|South|East|West|[A-Z][a-z]+(?:ia|land|stan|istan)|Japan|China|France|Italy|Spain|Germany"
    r"|Israel|Brazil|Mexico|Canada|U\.?S\.?|"
    r"United|York|Los|San|Boston|Chicago|London|Paris|19\d\d|20\d\d|American|British|European|Japanese"
    r"|Chinese|French|German|Italian|Indian|Swedish|"
    r"Danish|Norwegian|Finnish|Dutch|Spanish|African|Asian|Hispanic|Caucasian|Caucasians|Jewish|black"
    r"|white|years? old|aged?)\b"
)
_QWERTY = dict(zip("qwertyuiopasdfghjklzxcvbnm", "wertyuiopqsdfghjklaxcvbnmz", strict=True))


@lru_cache(maxsize=1)
def _written() -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    for line in (HERE / "words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            sections[line.strip("[]")] = entries = []
        elif line and not line.startswith("#"):
            entries += [one.strip() for one in line.split(", ")]
    return sections


@lru_cache(maxsize=1)
def _words() -> dict[str, list[str]]:
    sections = {name: list(some) for name, some in _written().items()}
    with (DATA / "phenotype" / "hp-zh.babelon.tsv").open(encoding="utf-8", newline="") as file:
        labels = [
            row["source_value"] for row in csv.DictReader(file, delimiter="\t") if row["predicate_id"] == "rdfs:label"
        ]
    sections["disease"] += [one for one in sections["disease"] for _ in range(3)] + labels[::12]
    return sections


def words_of_templates() -> list[str]:
    """Return the medical words that fill templates."""
    sections = (
        "drug",
        "disease",
        "test",
        "symptom",
        "procedure",
        "score",
        "specialty",
        "anatomy",
        "lab",
        "gene",
        "trial",
        "eponym",
        "jargon",
    )
    return sorted({one for name in sections for one in _written()[name]})


@lru_cache(maxsize=1)
def _templates() -> dict[str, list[str]]:
    return {
        name: [
            one.replace("\\n", "\n").replace("\\t", "\t")
            for one in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
            if one and not one.startswith("#")
        ]
        for name in FILES
    }


@lru_cache(maxsize=1)
def _sentences() -> list[str]:
    """Return sentences of real abstracts that are taken to identify nobody."""
    found = []
    for name in ("train", "val"):
        with (DATA / "text" / "medical_abstracts" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found += re.split(r"(?<=[.?!]) (?=[A-Z])", row["text"])
    return [one for one in found if 20 < len(one) < 260 and not _NAMING.search(one)]


class Writer:
    """Writes examples of one use.

    Args:
        dice: What decides.
        buckets: Whose templates and names are drawn.
    """

    def __init__(self, dice: random.Random, buckets: Sequence[int]) -> None:
        self.dice = dice
        self._slots = Slots(dice, buckets, _words())
        self._templates = {name: [one for one in some if bucket(one) in buckets] for name, some in _templates().items()}
        self._sentences = [one for one in _sentences() if bucket(one) in buckets]
        self._usages = Usages(dice, buckets, self._slots.draw)

    def example(self) -> Example:
        """Return one example: a template or several, sometimes between real sentences, sometimes written in haste."""
        roll = self.dice.random()
        if roll < 0.05:
            return _joined([(self.dice.choice(self._sentences), None)])
        register = self.dice.choices(list(REGISTERS), weights=list(REGISTERS.values()))[0]
        if roll < 0.55:
            pieces = self._filled(register)
        else:
            pieces = []
            for at in range(self.dice.randint(2, 4)):
                gap = self.dice.choice(("\n", "\n\n") if register == "notes" else (" ", " ", "\n"))
                pieces += [(gap, None)] if at else []
                kind = "negative" if self.dice.random() < 0.25 and register in {"queries", "notes"} else register
                carried = self.dice.random() < 0.3 and register in {"notes", "negative"}
                pieces += [(self.dice.choice(self._sentences), None)] if carried else self._filled(kind)
        return _joined(self._hasty(pieces))

    def _filled(self, register: str) -> list[Piece]:
        if register == "usages":
            return self._usages.pieces()
        template = self.dice.choice(self._templates[register])
        while (made := _CHOICE.sub(lambda match: self.dice.choice(match[1].split("|")), template)) != template:
            template = made
        template = re.sub(r"(?<=\S) {2,3}(?=[a-z])", " ", template)
        pieces: list[Piece] = []
        for at, part in enumerate(_SLOT.split(template)):
            pieces += self._slots.draw(part) if at % 2 else [(part, None)]
        return self._opened(pieces)

    def _opened(self, pieces: list[Piece]) -> list[Piece]:
        """Return pieces with a capital at the beginning, or none."""
        first = next((at for at, one in enumerate(pieces) if one[0]), None)
        if first is not None and self.dice.random() < 0.5:
            text, kind = pieces[first]
            pieces[first] = text[:1].upper() + text[1:], kind
        return pieces

    def _hasty(self, pieces: list[Piece]) -> list[Piece]:
        roll = self.dice.random()
        if roll < 0.14:
            pieces = [(text.lower(), kind) for text, kind in pieces]
        elif roll < 0.15:
            pieces = [(text.title(), kind) for text, kind in pieces]
        elif roll < 0.19:
            pieces = [
                (text.lower() if kind is Kind.NAME or kind is Kind.PLACE else text, kind) for text, kind in pieces
            ]
        if self.dice.random() < 0.12:
            pieces = [(re.sub(r"[.,?!](?=\s|$)", "", text) if kind is None else text, kind) for text, kind in pieces]
        if self.dice.random() < 0.08:
            pieces = [(self._mistyped(text) if kind in {None, Kind.NAME} else text, kind) for text, kind in pieces]
        if self.dice.random() < 0.05:
            pieces = [(text.replace("'", "\u2019"), kind) for text, kind in pieces]
        return pieces

    def _mistyped(self, text: str) -> str:
        if len(text) < 5 or self.dice.random() < 0.4:
            return text
        at = self.dice.randrange(1, len(text) - 1)
        if not text[at].isalpha():
            return text
        return text[:at] + self.dice.choice(("", text[at] * 2, _QWERTY.get(text[at], text[at]))) + text[at + 1 :]


def _joined(pieces: Sequence[Piece]) -> Example:
    """Return pieces as one text with its spans; the possessive after a name is no part of it."""
    text, spans, at = [], [], 0
    for part, kind in pieces:
        text.append(part)
        if kind is not None and part.strip():
            spans.append(Span(at, at + len(part), kind, "gold"))
        at += len(part)
    return Example("".join(text), tuple(spans))


def _examples(seed: int, buckets: Sequence[int], many: int) -> Iterator[Example]:
    writer = Writer(random.Random(seed), buckets)  # noqa: S311 - made-up texts, repeatable
    for _ in range(many):
        yield writer.example()


def training(seed: int) -> Iterator[Example]:
    """Yield examples for training."""
    yield from _examples(seed, TRAIN, MANY)


def held_out(seed: int) -> Iterator[Example]:
    """Yield examples of other templates, names, towns and words, for choosing and measuring."""
    yield from _examples(seed + 1, HELD_OUT, FEW)
