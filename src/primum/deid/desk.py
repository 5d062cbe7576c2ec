"""What handlers of formats ask while they clean: who somebody is, what is known of him, what is written instead."""

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache

from primum.deid.keeping import OURS, Keeper, Persona
from primum.deid.nouns import Choices, RefusedError
from primum.deid.subjects import Register, plain
from primum.errors import DataError
from primum.privacy import notes
from primum.privacy.known import Known
from primum.privacy.notes import Finder
from primum.privacy.person import Person
from primum.privacy.spans import POLICIES, Kind, Policy, Span
from primum.privacy.surrogates import Identity, Writer

SHORT = 200
"""Characters of a text up to which it is remembered what was found in it: cells of a table repeat."""
_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(slots=True)
class Recorder:
    """What was done for one person while a piece of a file was cleaned.

    Attributes:
        written: What was written instead of identifiers.
        counts: Kind, in small letters, to how often.
        kept: Likewise of what may stay.
        scrubbed: Each text that was scrubbed, with the spans replaced in it, where that is wanted.
        named: Subjects whom the texts name.
        keeps_texts: Whether ``scrubbed`` is wanted.
    """

    written: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    scrubbed: list[tuple[str, tuple[Span, ...]]] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    keeps_texts: bool = False

    def clear(self) -> None:
        """Begin with the next piece."""
        self.written.clear()
        self.scrubbed.clear()


class Desk:
    """One run's answers.

    Args:
        register: Who is in the folder.
        keeper: Who holds the keys.
        choices: What the person who runs it chose.
        thorough: Asked as well where texts are read.
    """

    def __init__(self, register: Register, keeper: Keeper, choices: Choices, thorough: Finder | None) -> None:
        self.register = register
        self.choices = choices
        self.policy: Policy = POLICIES[choices.policy]
        self.thorough = thorough
        self.keeper = keeper
        self.links = keeper.persona(OURS).key
        self._known = lru_cache(maxsize=256)(self._gathered)
        self._writer = lru_cache(maxsize=256)(self._made)
        self._remembered = lru_cache(maxsize=4096)(self._found)

    def identity(self, subject: str) -> Identity:
        """Return days and key of a subject; no key where tags are wanted."""
        persona = self.persona(subject)
        key = b"" if self.choices.tags else persona.key
        return Identity(days=persona.days, key=key, year=self.choices.year)

    def persona(self, subject: str) -> Persona:
        """Return under which a subject appears.

        Raises:
            RefusedError: The subject was erased.
        """
        try:
            return self.keeper.persona(subject)
        except DataError as fault:
            raise RefusedError("erased") from fault

    def name(self, subject: str) -> str:
        """Return the pseudonym of a subject."""
        return self.keeper.name(subject)

    def known(self, subject: str, mentioned: Iterable[tuple[str, str]] = ()) -> Known:
        """Return what identifies a subject, and others whom a text names."""
        more = frozenset(mentioned)
        own = self._known(subject)
        return Known(tuple(sorted({*own.pairs, *more}))) if more else own

    def known_in(self, text: str, subject: str, more: Iterable[tuple[str, str]] = ()) -> Known:
        """Return of what ``known`` gives the part that could stand in a text, in whatever spelling.

        A short text holds next to nothing of it, and next to nothing is found faster.
        """
        spelt = plain(text)
        words = set(_WORD.findall(spelt))
        has_number = any(one.isdigit() for one in spelt)
        pairs = self.known(subject, more).pairs
        return Known(tuple(one for one in pairs if _could_stand(one[1], words, has_number=has_number)))

    def _gathered(self, subject: str) -> Known:
        return Known(self.register.known(subject))

    def writer(self, subject: str, originals: Iterable[str] = ()) -> Writer:
        """Return who writes a subject's surrogates, none of which is one of the originals."""
        return Writer(self.identity(subject), {*originals, *(value for _, value in self._known(subject).pairs)})

    def _found(self, text: str, known: Known) -> list[Span]:
        return notes.find(text, known, thorough=self.thorough)

    def _made(self, subject: str) -> Writer:
        return self.writer(subject)

    def person(self, subject: str, recorder: Recorder) -> Person:
        """Return how a subject appears in resources, tables and headers; what is done is noted by the recorder."""
        writer = self._writer(subject)

        def scrub(text: str) -> str:
            return self.scrubbed(text, subject, recorder)

        def surrogate(kind: Kind, value: str) -> str:
            written = writer.write(value, kind)
            recorder.written.add(written)
            recorder.counts[kind.value.lower()] += 1
            return written

        persona = self.persona(subject)
        return Person(days=persona.days, scrub=scrub, surrogate=surrogate, name=persona.name)

    def scrubbed(self, text: str, subject: str, recorder: Recorder, known: Iterable[tuple[str, str]] = ()) -> str:
        """Return a text of a subject without identifiers.

        Args:
            text: The original.
            subject: Whose it is.
            recorder: Notes what is done.
            known: What else identifies people in it.
        """
        mentioned = self.register.mentioned(text)
        recorder.named |= self.register.owners(mentioned)
        known_here = self.known_in(text, subject, {*known, *mentioned})
        spans = (self._remembered if len(text) <= SHORT else self._found)(text, known_here)
        done = notes.written_by(text, spans, self._writer(subject), self.policy)
        recorder.written |= done.written
        recorder.counts.update(done.counts)
        recorder.kept.update(one.kind.value.lower() for one in done.kept)
        if recorder.keeps_texts:
            recorder.scrubbed.append((text, done.spans))
        return done.text


def _could_stand(value: str, words: AbstractSet[str], *, has_number: bool) -> bool:
    """Return whether anything of an identifier could be among the words of a text; of Chinese names it always could."""
    if _HAN.search(value) or any(one in words for one in _parts(value)):
        return True
    return has_number and any(one.isdigit() for one in value)


@lru_cache(maxsize=65536)
def _parts(value: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(plain(value)))
