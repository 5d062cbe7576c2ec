"""The cohort in three parts: enough of every class in each, twins together, an official split as it is."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from primum.domain.mentions import Mention
from primum.domain.picture import decode, is_picture
from primum.domain.record import Record, Value
from primum.domain.study import Limits, Study
from primum.errors import DataError
from primum.ids import Digest, SubjectId, canonical, digest
from primum.imaging.duplicates import near_duplicates
from primum.models.labels import FOLDS
from primum.models.partition import PARTS, needed, partition


@dataclass(slots=True)
class Subject:
    """One subject on the way into the cohort."""

    name: SubjectId
    records: list[Record]
    record: Record
    traits: dict[str, frozenset[str]] = field(default_factory=dict)
    outcome: int = -1
    part: str = ""
    marks: tuple[Mention, ...] | None = None

    @property
    def told(self) -> int | list[list[int | str]]:
        """Return what is known of the subject: its class, or what is marked in its text."""
        return self.outcome if self.marks is None else [[one.start, one.end, one.kind] for one in self.marks]


def holding(cohort: Sequence[Subject], study: Study) -> list[Counter[int]]:
    """Return for each subject the classes it holds: its own, or those of the mentions in its text."""
    known = {name: at for at, name in enumerate(study.outcome.classes)}
    if study.task == "tag":
        return [Counter({known[mark.kind] for mark in one.marks or ()}) for one in cohort]
    return [Counter([one.outcome]) for one in cohort]


def refuse_too_few(cohort: Sequence[Subject], study: Study) -> None:
    """Refuse a cohort of one class, or with too few subjects of a class for every part.

    Raises:
        DataError: It is one.
    """
    counts = sum(holding(cohort, study), Counter[int]())
    if len(counts) < min(2, len(study.outcome.classes)):
        raise DataError(
            f"{study.outcome.column}: the cohort holds {len(counts) or 'no'} class, two are needed to tell apart.",
            remedy="Check the outcome column and the cohort criteria.",
        )
    split, needs = study.cohort.split, _needs(study)
    if split.column:
        _refuse_in_parts(cohort, study)
        return
    least = max(needed(getattr(split, name), count) for name, count in needs.items())
    few = [study.outcome.classes[at] for at in range(len(study.outcome.classes)) if counts[at] < least]
    if few:
        raise DataError(
            f"Too few subjects of class {', '.join(few)}: at least {least} of each class are needed, "
            f"for prediction sets at {study.limits.coverage:.0%} coverage and a test part worth the name.",
            remedy="Collect more subjects, or give validation and test larger shares.",
        )


def _refuse_in_parts(cohort: Sequence[Subject], study: Study) -> None:
    """Refuse an official split of which a part holds too few subjects of a class."""
    counts = Counter((one.part, at) for one, held in zip(cohort, holding(cohort, study), strict=True) for at in held)
    few = [
        f"{name} of class {title} (needed: {needs})"
        for name, needs in _needs(study).items()
        for at, title in enumerate(study.outcome.classes)
        if counts[name, at] < needs
    ]
    if few:
        raise DataError(
            f"The official split holds too few subjects in {'; '.join(few)}.",
            remedy="Lower limits.coverage or limits.small_number, merge rare classes, or leave the official split.",
        )


def _needs(study: Study) -> dict[str, int]:
    """Return how many subjects each part must hold of each class; of mentions a text holds several."""
    small = study.limits.small_number
    calibrating = small if study.task == "tag" else conformal_needs(study.limits)
    return {"development": 2 * FOLDS, "validation": calibrating, "test": small}


def conformal_needs(limits: Limits) -> int:
    """Return how many validation subjects a class needs for its prediction sets to be other than everything.

    Source: Angelopoulos, Bates 2023, Found Trends Mach Learn 16:494, eq. 1: the quantile's rank must not exceed n.
    """
    return math.ceil(limits.coverage / (1 - limits.coverage) - 1e-9)


def twins_of(cohort: Sequence[Subject], study: Study) -> list[int]:
    """Return a number a subject; subjects of equal feature values, or whose pictures show nearly the same, share it."""
    features = study.features()
    values = {one.name: [subject.record.payload.get(one.name) for subject in cohort] for one in features}
    shown = [_alike(values[one.name]) if study.is_picture(one) else values[one.name] for one in features]
    seen: dict[Digest, int] = {}
    found = []
    for at, cells in enumerate(zip(*shown, strict=True)):
        name = digest(canonical(list(cells) if any(one is not None for one in cells) else at))
        found.append(seen.setdefault(name, at))
    return found


def _alike(cells: Sequence[Value]) -> Sequence[Value]:
    """Return for each picture the number of the first that shows nearly the same; None where there is none."""
    rows = [at for at, cell in enumerate(cells) if is_picture(cell)]
    first = {row: row for row in rows}
    for group in near_duplicates(decode(str(cells[row])) for row in rows):
        first |= {rows[at]: rows[group[0]] for at in group}
    return [first.get(at) for at in range(len(cells))]


def once(cohort: Sequence[Subject], study: Study) -> list[Subject]:
    """Return an official split's subjects without those whose picture is shown again in a later part.

    The test part stays whole, so that figures stay comparable with those of others: what is left out is learnt from,
    or calibrated with. Texts and measurements may well be equal in two people; pictures are not.
    """
    if not study.cohort.split.column or not any(study.is_picture(one) for one in study.features()):
        return list(cohort)
    rank = {name: at for at, name in enumerate(PARTS)}
    twins = twins_of(cohort, study)
    latest: dict[int, int] = {}
    for twin, one in zip(twins, cohort, strict=True):
        latest[twin] = max(latest.get(twin, 0), rank[one.part])
    return [one for twin, one in zip(twins, cohort, strict=True) if rank[one.part] == latest[twin]]


def parted(cohort: Sequence[Subject], study: Study) -> dict[str, list[int]]:
    """Return the indices of the subjects of each part, by the official split or by chance, twins together.

    Raises:
        DataError: The subjects are too few different ones to be parted.
    """
    if study.cohort.split.column:
        return {name: [at for at, one in enumerate(cohort) if one.part == name] for name in PARTS}
    twins = twins_of(cohort, study)
    try:
        chosen = partition(twins, [one.outcome for one in cohort], study.cohort.split, study.seed)
    except ValueError as fault:
        raise DataError(
            f"The {len(cohort)} subjects are {len(set(twins))} different ones by their features, too few to be parted.",
            remedy="Look for features that say the same of everybody, or nothing; add measurements that differ.",
        ) from fault
    return {name: [int(at) for at in rows] for name, rows in chosen.items()}


def overlap_of(cohort: Sequence[Subject], parts: Mapping[str, Sequence[int]]) -> int:
    """Return how many subjects are in more than one part: none, for what follows rests on it."""
    counts = Counter(cohort[at].name for rows in parts.values() for at in rows)
    return sum(count > 1 for count in counts.values())


def known_twins(cohort: Sequence[Subject], parts: Mapping[str, Sequence[int]], study: Study) -> dict[str, int]:
    """Return how many subjects of the test and validation parts have the very features of one in development."""
    twins = twins_of(cohort, study)
    known = {twins[at] for at in parts["development"]}
    return {name: sum(twins[at] in known for at in parts[name]) for name in PARTS if name != "development"}
