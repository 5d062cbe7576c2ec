"""What was found once in a subject's texts is found everywhere in them: other spellings, parts, other separators."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from primum.privacy.dice import plain
from primum.privacy.edges import AFTER, BEFORE, LETTER
from primum.privacy.folding import unaccented
from primum.privacy.lexicons.loader import words
from primum.privacy.merging import NUMBERS
from primum.privacy.names import DOUBLE_SURNAMES, is_stopped, is_the_disease
from primum.privacy.people import HAN_TITLES, is_beside_a_name, is_given_name, is_surname
from primum.privacy.spans import Kind, Span
from primum.privacy.trees import tree

METHOD = "consistency"
SHORTEST_NUMBER = 6
"""Numbers of fewer letters and digits are looked for by nobody: they are measurements as well."""
SHORTEST_WORD = 3
"""Parts of a name of fewer letters are not looked for by themselves."""
LONGEST_ABBREVIATION = 4
"""A word of so many capitals is rather an abbreviation."""
LONGEST = 100
"""What is longer is no name and no number, but something a rule took for one; it is not looked for elsewhere."""
SEPARATORS = r"[\s.\-/_()]{0,2}"
"""What may stand between the letters and digits of one number."""
WHOLE = frozenset({Kind.HOSPITAL, Kind.STREET, Kind.ORGANISATION, Kind.PLACE})
"""Kinds that are looked for as a whole."""
_LEARNED = WHOLE | NUMBERS | {Kind.NAME}
_HAN = re.compile(r"[\u3400-\u9fff]")
_NO_SIGN = re.compile("[^0-9a-z]+")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_RUN = re.compile(f"[{LETTER}]+")
_DOTTED = re.compile(r"\.[ \-]")
MOST_INITIALS = 3
_INITIALS = rf"(?:[A-Z]\.?[ \-]?){{0,{MOST_INITIALS}}}"
_ABBREVIATIONS = frozenset(
    {"pt", "iv", "or", "er", "md", "bp", "us", "rn", "po", "do", "im", "np", "ct", "mr", "am", "pm"}
)


@dataclass(slots=True)
class _Terms:
    """What is looked for: words of names, dotted initials, whole phrases, Chinese names, numbers.

    Attributes:
        rest: The texts without names, numbers and dates, in small letters and without accents: what stands not there
            stands nowhere else, and is not taken up.
    """

    rest: str
    words: set[str] = field(default_factory=set)
    initials: set[str] = field(default_factory=set)
    phrases: dict[str, Kind] = field(default_factory=dict)
    han: set[str] = field(default_factory=set)
    surnames: set[str] = field(default_factory=set)
    numbers: dict[str, Kind] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)
    learned: set[tuple[str, Kind, str]] = field(default_factory=set)
    times: Counter[str] = field(default_factory=Counter)

    def learn(self, value: str, span: Span) -> None:
        """Take up what was found."""
        if span.kind in WHOLE:
            self._learn_phrase(value, span.kind)
            return
        asked = (value, span.kind, span.method)
        if asked in self.learned:
            return
        self.learned.add(asked)
        if span.kind is Kind.NAME:
            self._learn_name(value, span)
        elif span.kind in NUMBERS:
            self._learn_number(value, span.kind)

    def keep(self, texts: Sequence[str]) -> None:
        """Forget what stands nowhere else, so that little is searched for.

        A number or a place that was found under two names is kept, so that it gets the better one.

        Args:
            texts: All of them.
        """
        rest = self.rest
        self.words = _written(self.words, rest)
        if self.initials:
            dotted = _DOTTED.sub(".", rest)
            self.initials = {one for one in self.initials if ".".join(one) + "." in dotted}
        if self.phrases:
            whole = " ".join(_plain("\n".join(texts)).replace(",", " ").split())
            self.phrases = {
                one: kind
                for one, kind in self.phrases.items()
                if one in self.doubled or whole.count(one) > self.times[one]
            }
        self.han = {one for one in self.han if one in rest}
        self.surnames = {one for one in self.surnames if one in rest}
        if self.numbers:
            signs = _NO_SIGN.sub("", rest)
            self.numbers = {one: kind for one, kind in self.numbers.items() if one in self.doubled or one in signs}

    def _learn_phrase(self, value: str, kind: Kind) -> None:
        if len(value) > LONGEST or not _is_telling(value):
            return
        phrase = _phrase(value)
        if self.phrases.setdefault(phrase, kind) is not kind:
            self.doubled.add(phrase)
        self.times[phrase] += 1

    def _learn_number(self, value: str, kind: Kind) -> None:
        bare = numeral(value)
        if not SHORTEST_NUMBER <= len(bare) <= LONGEST or sum(one.isdigit() for one in bare) < SHORTEST_NUMBER - 2:
            return
        before = self.numbers.get(bare, kind)
        if before is not kind:
            self.doubled.add(bare)
        self.numbers[bare] = kind if before is Kind.OTHER_ID else before

    def _learn_name(self, value: str, span: Span) -> None:
        if _HAN.search(value):
            self._learn_han("".join(value.split()))
            return
        parts = [one for one in _WORD.findall(value) if not is_beside_a_name(one)]
        method = span.method.split(":")[0]
        bare = [plain(one) for one in parts]
        for word, low in zip(parts, bare, strict=True):
            is_told = SHORTEST_WORD <= len(word) <= LONGEST and low in self.rest
            if is_told and _is_believed(word, method, is_alone=len(parts) == 1):
                self.words.add(low)
        letters = [one[0] for one in bare]
        if len(letters) > 1 and "".join(letters) not in _ABBREVIATIONS:
            self.initials.add("".join(letters))

    def _learn_han(self, name: str) -> None:
        bare = name
        for title in HAN_TITLES:
            bare = bare.removesuffix(title)
        if 2 <= len(bare) <= 4 or "·" in bare:  # noqa: PLR2004 - Chinese names have two to four characters
            self.han.add(bare)
        if bare:
            self.surnames.add(bare[:2] if bare.startswith(DOUBLE_SURNAMES) else bare[:1])


def _is_believed(word: str, method: str, *, is_alone: bool) -> bool:
    """Return whether a word of a name is looked for by itself.

    What is known is; else a word of the dictionary or an abbreviation only if it is a name of the lists as well, and
    any other word unless nothing but a tagger said so.
    """
    bare = plain(word)
    if is_stopped(bare):
        return False
    if method == "known" or bare in words("en_family") or is_given_name(bare) or is_surname(bare):
        return True
    if bare in words("en_words") or (word.isupper() and len(word) <= LONGEST_ABBREVIATION):
        return False
    return method in {"rule", "checksum"} or not is_alone


def again(texts: Sequence[str], found: Sequence[Sequence[Span]]) -> list[list[Span]]:
    """Return for each text where else stands what was found in any of them.

    Words of a name count wherever they begin with a capital, whatever their accents, and numbers whatever parts them;
    ordinary words (May, Long) by themselves do not count, and an eponym (Parkinson's disease) stays one. Time is linear
    in the texts: all terms of a kind are one expression, a tree of their letters.

    Args:
        texts: Of one subject, folded.
        found: Spans of each, in its characters.
    """
    terms = _Terms(_without(texts, found))
    for text, spans in zip(texts, found, strict=True):
        for one in spans:
            if one.kind in _LEARNED:
                terms.learn(text[one.start : one.end], one)
    if not (terms.learned or terms.phrases):
        return [[] for _ in texts]
    terms.keep(texts)
    searches = list(_searches(terms))
    return [_search(text, searches) for text in texts] if searches else [[] for _ in texts]


def numeral(text: str) -> str:
    """Return the letters and digits of a number, as they are compared."""
    return "".join(one for one in plain(text) if one.isalnum())


def _without(texts: Sequence[str], found: Sequence[Sequence[Span]]) -> str:
    """Return texts without all that was found but what is looked for as a whole, as ``_plain``."""
    rest = []
    for text, spans in zip(texts, found, strict=True):
        at = 0
        for one in spans:
            if one.kind not in WHOLE:
                rest.append(text[at : one.start])
                at = one.end
        rest.append(text[at:])
    return _plain("\n".join(rest))


def _plain(text: str) -> str:
    return unaccented(text).lower()


def _written(terms: Iterable[str], text: str) -> set[str]:
    """Return those of words that may stand in a text as words, initials right before them or not."""
    some = {one for one in terms if one in text}
    if not some:
        return some
    ends = {run[at:] for run in set(_RUN.findall(text)) for at in range(MOST_INITIALS + 1)}
    return {one for one in some if one in ends or not _RUN.fullmatch(one)}


@dataclass(frozen=True, slots=True)
class _Searched:
    """One expression, and what its matches are."""

    pattern: re.Pattern[str]
    kind: Callable[[str], Kind]
    holds: Callable[[str, int, int], bool]


def _searches(terms: _Terms) -> Iterator[_Searched]:
    if terms.words or terms.initials:
        yield from _name_searches(terms)
    if terms.phrases:
        phrase = tree(terms.phrases).replace(r"\ ", r"[\s,]+")
        yield _Searched(
            re.compile(rf"{BEFORE}(?i:{phrase}){AFTER}"), lambda one: _kind_of(one, terms.phrases), _is_capital
        )
    if terms.surnames:
        titled = rf"[小老]?{tree(terms.surnames)}(?:{'|'.join(HAN_TITLES)})"
        yield _Searched(re.compile(f"{tree(terms.han)}|{titled}" if terms.han else titled), _name, _always)
    if terms.numbers:
        pattern = rf"(?<![0-9A-Za-z])(?i:{tree(terms.numbers, SEPARATORS)})(?![0-9A-Za-z])"
        yield _Searched(re.compile(pattern), lambda one: terms.numbers.get(numeral(one), Kind.OTHER_ID), _always)


def _name_searches(terms: _Terms) -> Iterator[_Searched]:
    if terms.words:
        one = tree(terms.words)
        yield _Searched(re.compile(rf"{BEFORE}{_INITIALS}(?i:{one}(?:-{one})*){AFTER}"), _name, _is_name)
    if terms.initials:
        dotted = "|".join(r"\.[ \-]?".join(one.upper()) + r"\." for one in sorted(terms.initials))
        yield _Searched(re.compile(rf"{BEFORE}(?:{dotted})"), _name, _is_capital)


def _always(_text: str, _start: int, _end: int) -> bool:
    return True


def _is_name(text: str, start: int, end: int) -> bool:
    return _is_capital(text, start, end) and not is_the_disease(text, start, end)


def _name(_value: str) -> Kind:
    return Kind.NAME


def _search(text: str, searches: Iterable[_Searched]) -> list[Span]:
    based = unaccented(text)
    return [
        Span(*match.span(), search.kind(match[0]), METHOD)
        for search in searches
        for match in search.pattern.finditer(based)
        if search.holds(text, *match.span())
    ]


def _kind_of(value: str, phrases: dict[str, Kind]) -> Kind:
    return phrases.get(_phrase(value), Kind.PLACE)


def _phrase(value: str) -> str:
    """Return the words of a place as they are compared."""
    return " ".join(plain(value).replace(",", " ").split())


def _is_capital(text: str, start: int, end: int) -> bool:
    """Return whether the words of a stretch begin with a capital; Chinese has none."""
    return all(word[0].isupper() or not word[0].islower() for word in _WORD.findall(text[start:end])[-1:])


def _is_telling(value: str) -> bool:
    bare = [one for one in value if one.isalnum()]
    if _HAN.search(value):
        return len(bare) >= 4  # noqa: PLR2004 - shorter ones are words
    words = _WORD.findall(value)
    return len(bare) >= 4 and bool(words) and words[0][0].isupper() and (len(words) > 1 or not is_stopped(words[0]))  # noqa: PLR2004 - likewise
