"""How well identifiers are found, whatever they are called: the one way every tool here is measured.

Only letters and digits count, so that no tool is charged for a comma. A document is leaking when one of its identifiers
is not wholly covered: the figure that matters to the person in it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from scipy.stats import binomtest

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text, what identifies somebody in it, and what a tool would replace; stretches in characters of the text."""

    text: str
    gold: Sequence[Stretch]
    found: Sequence[Stretch]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A share with its exact 95% interval (Clopper and Pearson 1934); all None where there was nothing to count."""

    value: float | None
    low: float | None
    high: float | None
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What a tool scores.

    Attributes:
        character_recall: Share of the identifiers' letters and digits that are replaced.
        character_precision: Share of replaced letters and digits that belong to an identifier.
        entity_recall: Share of identifiers with at least one letter or digit replaced.
        cover: Share of identifiers with all letters and digits replaced.
        leaking: Share of documents with identifiers in which one is not wholly replaced.
        touched: Share of documents without identifiers in which anything is replaced.
    """

    character_recall: Share
    character_precision: Share
    entity_recall: Share
    cover: Share
    leaking: Share
    touched: Share

    def as_document(self) -> dict[str, dict[str, float | int | None]]:
        """Return the scores as they stand in a results file."""
        return asdict(self)

    def line(self) -> str:
        """Return the scores in one line."""
        return "  ".join(
            f"{name} {one['value']:.4f} [{one['low']:.3f}, {one['high']:.3f}]"
            for name, one in self.as_document().items()
            if one["value"] is not None
        )


def share(part: int, whole: int) -> Share:
    """Return a share with its exact interval."""
    if not whole:
        return Share(value=None, low=None, high=None, of=0)
    interval = binomtest(part, whole).proportion_ci(method="exact")
    rounded = (round(part / whole, 6), round(float(interval.low), 6), round(float(interval.high), 6))
    return Share(value=rounded[0], low=rounded[1], high=rounded[2], of=whole)


def score(documents: Iterable[Document]) -> Scores:
    """Return the scores over documents."""
    hit = missed = needless = entities = touched_entities = covered = 0
    naming = leaking = nameless = touched = 0
    for one in documents:
        counts = [sign.isalnum() for sign in one.text]
        gold, found = _mask(one.gold, counts), _mask(one.found, counts)
        hit += sum(a and b for a, b in zip(gold, found, strict=True))
        missed += sum(a and not b for a, b in zip(gold, found, strict=True))
        needless += sum(b and not a for a, b in zip(gold, found, strict=True))
        leaks = False
        for start, end in one.gold:
            wanted = [found[at] for at in range(start, end) if counts[at]]
            entities += 1
            touched_entities += any(wanted)
            covered += all(wanted)
            leaks = leaks or not all(wanted)
        naming += bool(one.gold)
        leaking += leaks
        nameless += not one.gold
        touched += not one.gold and any(found)
    return Scores(
        character_recall=share(hit, hit + missed),
        character_precision=share(hit, hit + needless),
        entity_recall=share(touched_entities, entities),
        cover=share(covered, entities),
        leaking=share(leaking, naming),
        touched=share(touched, nameless),
    )


def _mask(stretches: Iterable[Stretch], counts: Sequence[bool]) -> list[bool]:
    mask = [False] * len(counts)
    for start, end in stretches:
        mask[start:end] = counts[start:end]
    return mask
