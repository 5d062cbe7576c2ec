"""Who is in a folder: people met in different files made one, and each file given to whom it is about."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from primum.deid.nouns import Introduced, Source

OWN = "file:"
"""Stands before the path of a file that is about nobody else's files: it is a subject of its own."""
SHORTEST = 4
"""Letters and digits of a part of a file's name that may name a subject."""
LONGEST = 6
"""Words of a name or number that is looked for in everybody's texts."""
DISTINCTIVE = 6
"""Letters and digits of a number that is looked for in everybody's texts."""
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"[A-Za-z0-9\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_DAY = re.compile(r"(?:19|20)\d\d(?:[-_.]?\d\d){0,2}")
_HAN_LONGEST = 4

Pair = tuple[str, str]


def plain(text: str) -> str:
    """Return a text in one spelling: compatible forms made one, without case, accents and what has no width."""
    if text.isascii():
        return text.casefold()
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(one for one in parts if unicodedata.category(one) not in {"Mn", "Cf"})


class Register:
    """Everybody who is introduced by some file.

    Two introductions that share a name are of one person. The person goes by the most telling name: one that stood
    first in an introduction, and of several the first in alphabetical order, so that later runs choose it again.
    """

    def __init__(self) -> None:
        self._met: dict[Introduced, None] = {}
        self._subjects: dict[str, str] = {}
        self._known: dict[str, tuple[Pair, ...]] = {}
        self._index: dict[str, set[Pair]] = {}
        self._firsts: set[str] = set()
        self._words: set[str] = set()
        self._owners: dict[Pair, set[str]] = {}
        self._everybody: tuple[Pair, ...] = ()

    def meet(self, one: Introduced) -> None:
        """Take an introduction; one without a name, as of staff, is of people whom everybody's record may name."""
        self._met[one] = None

    def settle(self) -> None:
        """Make people of the introductions."""
        met = [one for one in self._met if one.names]
        of_name: dict[str, list[int]] = defaultdict(list)
        for at, one in enumerate(met):
            for name in one.names:
                of_name[name].append(at)
        done: set[int] = set()
        for at in range(len(met)):
            if at not in done:
                group = _group(at, met, of_name)
                done |= group
                self._person([met[each] for each in sorted(group)])
        self._everybody = tuple(sorted({pair for one in self._met if not one.names for pair in one.known}))
        self._look_up()

    def _look_up(self) -> None:
        """Prepare the search for everybody in a text."""
        for subject, pairs in self._known.items():
            for pair in pairs:
                self._owners.setdefault(pair, set()).add(subject)
        for kind, value in {*self._owners, *self._everybody}:
            for form in _forms(kind, value):
                self._index.setdefault(form, set()).add((kind, value))
        self._firsts = {form.partition(" ")[0] for form in self._index if " " in form}
        names = (value for kind, value in {*self._owners, *self._everybody} if kind == "name")
        self._words = {word for name in names for word in _WORD.findall(plain(name)) if len(word) >= SHORTEST}

    def is_part_of_a_name(self, word: str) -> bool:
        """Return whether a word of some letters is a part of anybody's name."""
        return plain(word) in self._words

    def _person(self, introductions: Sequence[Introduced]) -> None:
        subject = min(one.names[0] for one in introductions)
        self._subjects |= {name: subject for one in introductions for name in one.names}
        self._known[subject] = tuple(sorted({pair for one in introductions for pair in one.known}))

    def subject(self, name: str) -> str:
        """Return the subject that goes by a name, or an empty one."""
        return self._subjects.get(name, "")

    def subjects(self) -> list[str]:
        """Return everybody, in order."""
        return sorted(self._known)

    def known(self, subject: str) -> tuple[Pair, ...]:
        """Return what identifies a subject, and those whom everybody's record may name."""
        return tuple(sorted({*self._known.get(subject, ()), *self._everybody}))

    def about(self, text: str) -> str:
        """Return the one subject a text names: by numbers, else by whole names; an empty one where it is not one."""
        pairs = self.mentioned(text) - set(self._everybody)
        numbers = {pair for pair in pairs if pair[0] != "name"}
        subjects = self.owners(numbers or pairs)
        return subjects.pop() if len(subjects) == 1 else ""

    def owners(self, pairs: Iterable[Pair]) -> set[str]:
        """Return the subjects who are identified by any of some identifiers."""
        return {subject for pair in pairs for subject in self._owners.get(pair, ())}

    def mentioned(self, text: str) -> set[Pair]:
        """Return identifiers of whomever that a text names: whole names, and numbers long enough to be told."""
        found: set[Pair] = set()
        if self._index:
            for form in _phrases(plain(text), self._firsts):
                found |= self._index.get(form, set())
        return found


def _group(start: int, met: Sequence[Introduced], of_name: Mapping[str, list[int]]) -> set[int]:
    waiting, group = [start], set[int]()
    while waiting:
        at = waiting.pop()
        if at not in group:
            group.add(at)
            waiting += [each for name in met[at].names for each in of_name[name]]
    return group


def _forms(kind: str, value: str) -> Iterator[str]:
    """Yield how an identifier is looked for in everybody's texts."""
    words = _WORD.findall(plain(value))
    joined = "".join(words)
    if kind == "name":
        if _HAN.search(joined):
            yield from ([joined] if 1 < len(joined) <= _HAN_LONGEST else [])
        elif 1 < len(words) <= LONGEST:
            yield from {" ".join(words), " ".join([words[-1], *words[:-1]])}
    elif kind != "address" and len(joined) >= DISTINCTIVE and any(one.isdigit() for one in joined):
        yield joined


def _phrases(text: str, firsts: Collection[str]) -> Iterator[str]:
    """Yield runs of words that may be names, runs with digits joined as numbers, and runs of Chinese signs."""
    words = _WORD.findall(text)
    for start, word in enumerate(words):
        if word in firsts:
            yield from (" ".join(words[start : start + length]) for length in range(2, LONGEST + 1))
        if any(one.isdigit() for one in word):
            joined = ""
            for piece in words[start : start + LONGEST]:
                joined += piece
                yield joined
    for match in _HAN.finditer(text):
        signs = match.group()
        for start in range(len(signs)):
            yield from (signs[start : start + length] for length in range(2, _HAN_LONGEST + 1))


# -- whose a file is ---------------------------------------------------------------------------------------------------
def assigned(sources: Iterable[Source], told: Mapping[int, str], register: Register) -> dict[int, str]:
    """Return number of each file to the subject it is about.

    What a file itself tells decides, or the one subject that its text names; else its name, or a folder's, if a subject
    goes by it; else a folder's name that is a number with others like it beside; else a number that several files
    bear as their name. What remains is a subject of its own.

    Args:
        sources: All files.
        told: Number of a file to the one subject it introduces.
        register: Everybody who is known.
    """
    listed = list(sources)
    shared = _shared(one.path for one in listed)
    found = {}
    for one in listed:
        found[one.number] = told.get(one.number) or _by_path(one.path, register) or _by_share(one.path, shared)
    return found


def stem(path: PurePosixPath) -> str:
    """Return a file's name without its endings, of which ``.nii.gz`` has two."""
    name = path.name
    while (cut := PurePosixPath(name).suffix) and not any(one.isdigit() for one in cut[1:]):
        name = name.removesuffix(cut)
    return name


def _by_path(path: PurePosixPath, register: Register) -> str:
    for name in [stem(path), *reversed(path.parts[:-1])]:
        whole = register.subject(name)
        if whole:
            return whole
        parts = [one for one in _PART.findall(name) if len(one) >= SHORTEST and any(sign.isdigit() for sign in one)]
        for part in parts:
            if register.subject(part):
                return register.subject(part)
    return ""


def _shared(paths: Iterable[PurePosixPath]) -> set[str]:
    """Return names of folders, and of files, that stand for a subject because of how several of them look."""
    stems, files_in = Counter[str](), Counter[PurePosixPath]()
    for path in paths:
        if _is_number(stem(path)):
            stems[stem(path)] += 1
        for folder in list(path.parents)[:-1]:
            files_in[folder] += 1
    shapes: dict[tuple[PurePosixPath, str], set[str]] = defaultdict(set)
    for folder in files_in:
        if _is_number(folder.name):
            shapes[folder.parent, re.sub(r"\d+", "0", folder.name)].add(folder.name)
    folders = {name for alike in shapes.values() if len(alike) > 1 for name in alike}
    return folders | {name for name, count in stems.items() if count > 1}


def _is_number(name: str) -> bool:
    return any(one.isdigit() for one in name) and not _DAY.fullmatch(name)


def _by_share(path: PurePosixPath, shared: set[str]) -> str:
    for name in [*reversed(path.parts[:-1]), stem(path)]:
        if name in shared:
            return name
    return OWN + path.as_posix()
