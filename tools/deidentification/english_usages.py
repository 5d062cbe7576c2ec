# ruff: noqa: PLR2004 - how often each way of writing comes
"""Everyday English sentences, with people, companies, places and dates where pronouns and common nouns stood.

The sentences are the examples of use of WordNet 3.0 (Princeton University, WordNet licence), read where Debian's
package ``wordnet-base`` puts them; those with names of their own are left out.
"""

import os
import random
import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from english_names import bucket
from english_places import Piece

from primum.privacy.lexicons.loader import words

WORDNET = Path(os.environ.get("WORDNET", "/usr/share/wordnet"))
PERSON = ("n", "n", "fn", "fn", "fn", "ln", "ln", "tn")
FIRM = ("o", "o", "o", "o", "o", "org2", "bank", "sch", "h")
PLACE = ("c", "c", "c", "r", "cs")
_PEOPLE = (
    "man|woman|boy|girl|child|doctor|teacher|president|professor|manager|student|king|queen|lawyer|judge|nurse|patient|"
    "prisoner|candidate|author|artist|writer|senator|minister|mayor|officer|soldier|actor|actress|singer|director|boss|"
    "chairman|speaker|player|guest|neighbor|baby|lady|priest|captain|driver|victim|suspect|defendant|thief|winner|poet|"
    "composer|scientist|engineer|farmer|wife|husband|mother|father|son|daughter|sister|brother|friend|couple|dog"
)
_FIRMS = (
    "company|firm|corporation|bank|store|shop|school|hospital|hotel|restaurant|team|factory|newspaper|magazine|agency|"
    "organization|committee|university|college|industry|club|government|business|church|museum|library|party|clinic|"
    "union|board|court|office|press|army|police|military|airline|plant|orchestra|theater|institution"
)
_TOWNS = (
    "city|town|village|country|state|county|region|area|island|neighborhood|district|capital|nation|province|place|"
    "mountains|woods|park|harbor|street|world|valley|river"
)
SWAPS: dict[str, tuple[re.Pattern[str], Sequence[str]]] = {
    "subject": (re.compile(r"\b(?:he|she)\b(?!')"), (*PERSON, *PERSON, "o", "o")),
    "object": (re.compile(r"\bhim\b"), (*PERSON, "o")),
    "owner": (re.compile(r"\b(?:his|her(?= [a-z]))\b"), (*PERSON, "o", "c")),
    "person": (
        re.compile(rf"\b(?:the|a|an|that|this) (?:old |young )?(?:{_PEOPLE})\b(?! [a-z]*(?:er|or|ing)\b)"), PERSON,
    ),
    "firm": (re.compile(rf"\b(?:the|a|an|that|this|our) (?:{_FIRMS})\b"), FIRM),
    "town": (re.compile(rf"\b(?:the|a|this|our) (?:{_TOWNS})\b"), PLACE),
    "before": (
        re.compile("|".join(f"(?<={one} )(?=[a-z])" for one in ("the", "his", "her", "our", " my"))),
        ("o", "o", "o", "nat", "nat", "c", "ln", "r"),
    ),
}  # fmt: skip
"""What is replaced, and by which slots; of ``owner`` the possessive stays, ``before`` puts a name before a noun."""
BEHIND = (
    " in {c}| in {r}| in {cs}| near {c}| from {c}| at {o}| at {h}| at {sch}| at {org2}| for {o}| with {n}| with {fn}|"
    " by {n}| to {tn}| from {n}| for {fn}| on {d}| since {dm}| in {dm}| until {dp}| at {st}| on {st}|, {fn}|, says {n}|"
    ", {n} said|"
    " and {n}| against {o}| of {o}| (see {n}, {y})| in {y}|, according to {o}|, wrote {n} in {y}| - {n}| near {addr}|"
    " than {fn}| like {ln}| before {c}| outside {c}| across {r}| via {o}| through {o}| within {o}| under {tn}"
)
AHEAD = (
    "In {c}, |In {r}, |At {o}, |On {d}, |In {dm}, |According to {n}, |According to {o}, |{n} said |{fn}: |{n}: |{fn}, |"
    "{n}, {age}, of {c}: |Dear {fn}, |Hi {fn}, |{tn}: |{o}: |In {y}, |Since {dm}, |{cu} - |{fn} and {fn} agree: |"
    "When {fn} left, |Unlike {o}, |Like {n}, |Until {dp}, |For {o}, |To {fn}, |Outside {c}, |With {fn}, |{n} wrote: "
)
CALLED = (
    "{n} is {x}|{o} is {x}|{o} was {x}|{c} is {x}|{fn} was {x}|{n}, {x}, said so|{o}, {x}, is hiring|we call {fn} {x}|"
    "{o}: {x}|{n} - {x}|{n} became {x}|{o} became {x} in {y}|{x} named {fn}|{x} named {o}|{x} called {o}|{x} near {c}|"
    "{x} in {c}|{x} by {n}|{x} at {o}|{x} of {o}|{n} as {x}|{c}, {x}|{o} and {o}: {x}|{x} made by {o}|{x} (from {o})"
)
TITLED = (
    'the {k} "{t}"|the {k} {t}|my favorite {k} is {t}|have you seen {t}?|{t} ({y2})|"{t}" by {n}|read {t}|{t}|{t}:|'
    "I am reading {t} by {n}|{t} is a {y} {nat} {k}|{n}'s {k} {t}|the {k} {t} was released in {y}|a {k} called {t}"
)
KINDS = (
    "film",
    "movie",
    "book",
    "novel",
    "song",
    "album",
    "show",
    "series",
    "play",
    "article",
    "game",
    "poem",
    "podcast",
)
_QUOTED = re.compile(r'"([^"]+)"')
_SLOT = re.compile(r"\{(\w+)\}")
_SMALL = frozenset(["of", "the", "and", "in", "on", "a", "an", "to", "for", "with", "by", "at", "from", "or"])


def _glosses() -> Iterator[tuple[str, str]]:
    """Yield part of speech and gloss of each meaning.

    Raises:
        FileNotFoundError: WordNet is not there: install ``wordnet-base``, or say in WORDNET where it is.
    """
    for part in ("noun", "verb", "adj", "adv"):
        for line in (WORDNET / f"data.{part}").read_text(encoding="utf-8").splitlines():
            if not line.startswith("  "):
                yield part, line.split(" | ", 1)[1].strip()


def _is_nameless(text: str) -> bool:
    rest = re.sub(r"\bI\b", "i", text)
    first = rest.split()[0]
    return (
        rest.isascii()
        and rest[1:] == rest[1:].lower()
        and not re.search(r"[\d\[\]{}|`]|--", rest)
        and (first[0].islower() or (first.lower() in words("en_words") and first.lower() not in words("en_given")))
    )


@lru_cache(maxsize=1)
def _sentences() -> list[str]:
    """Return examples of use that name nobody, their first letter small."""
    found = {quoted.strip(" .;,") for _, gloss in _glosses() for quoted in _QUOTED.findall(gloss)}
    kept = [one for one in sorted(found) if 1 < len(one.split()) < 32 and _is_nameless(one)]
    return [one if one.startswith("I ") else one[0].lower() + one[1:] for one in kept]


@lru_cache(maxsize=1)
def _things() -> list[str]:
    """Return what nouns are said to mean, where it begins with an article."""
    found = (re.split(r';|\s"', gloss)[0].strip() for part, gloss in _glosses() if part == "noun")
    return [one for one in found if one.startswith(("a ", "an ", "the ")) and len(one) < 80 and _is_nameless(one)]


def written_small() -> set[str]:
    """Return words that WordNet writes in small letters, as entries or in its glosses."""
    found: set[str] = set()
    for part in ("noun", "verb", "adj", "adv"):
        for line in (WORDNET / f"data.{part}").read_text(encoding="utf-8").splitlines():
            if not line.startswith("  "):
                entry, gloss = line.split(" | ", 1)
                found.update(re.findall(r"\b[a-z]+\b", gloss))
                found.update(re.findall(r"(?<![A-Za-z\d])[a-z]{2,}(?![A-Za-z\d])", entry.replace("_", " ")))
        found.update((WORDNET / f"{part}.exc").read_text(encoding="utf-8").split())
    return found


class Usages:
    """Writes sentences of everyday English.

    Args:
        dice: What decides.
        buckets: Whose sentences are drawn.
        draw: Fills a slot.
    """

    def __init__(self, dice: random.Random, buckets: Sequence[int], draw: Callable[[str], list[Piece]]) -> None:
        self.dice, self._draw = dice, draw
        mine = [one for one in _sentences() if bucket(one) in buckets]
        self._short = [one for one in mine if len(one.split()) < 6]
        self._whole = [one for one in mine if len(one.split()) > 3]
        self._things = [one for one in _things() if bucket(one) in buckets]
        self._with = {name: [one for one in self._whole if pattern.search(one)] for name, (pattern, _) in SWAPS.items()}
        self._behind, self._ahead, self._called, self._titled = (
            [one for one in some.split("|") if bucket(one) in buckets] or some.split("|")
            for some in (BEHIND, AHEAD, CALLED, TITLED)
        )

    def pieces(self) -> list[Piece]:
        """Return one sentence, or two."""
        roll = self.dice.random()
        if roll < 0.28:
            made = self._plain()
        elif roll < 0.64:
            made = self._swapped()
        elif roll < 0.82:
            made = self._beside()
        elif roll < 0.91:
            made = self._filled(self.dice.choice(self._called))
        else:
            made = self._filled(self.dice.choice(self._titled))
        return self._punctuated(made)

    def _plain(self) -> list[Piece]:
        return [(self.dice.choice(self._whole if self.dice.random() < 0.85 else self._things), None)]

    def _swapped(self) -> list[Piece]:
        name = self.dice.choice(
            ("subject", "subject", "subject", "object", "owner", "person", "firm", "firm", "town", "before")
        )
        pattern, slots = SWAPS[name]
        text = self.dice.choice(self._with[name])
        match = self.dice.choice(list(pattern.finditer(text)))
        after = "'s" if name == "owner" else " " if name == "before" else ""
        return [
            (text[: match.start()], None),
            *self._draw(self.dice.choice(slots)),
            (after, None),
            (text[match.end() :], None),
        ]

    def _beside(self) -> list[Piece]:
        middle = self._plain() if self.dice.random() < 0.6 else self._swapped()
        if self.dice.random() < 0.6:
            return [*middle, *self._filled(self.dice.choice(self._behind))]
        ahead = self._filled(self.dice.choice(self._ahead))
        if self.dice.random() < 0.4 and middle[0][0]:
            middle = [(middle[0][0][:1].upper() + middle[0][0][1:], middle[0][1]), *middle[1:]]
        return [*ahead, *middle]

    def _filled(self, template: str) -> list[Piece]:
        pieces: list[Piece] = []
        for at, part in enumerate(_SLOT.split(template)):
            if at % 2 == 0:
                pieces.append((part, None))
            elif part == "x":
                pieces.append((self.dice.choice(self._things), None))
            elif part == "k":
                pieces.append((self.dice.choice(KINDS), None))
            elif part == "t":
                pieces.append((self._title(), None))
            else:
                pieces += self._draw("y" if part == "y2" else part)
        return pieces

    def _title(self) -> str:
        low = self.dice.choice(self._short).split()
        return " ".join(one if at and one in _SMALL else one[0].upper() + one[1:] for at, one in enumerate(low))

    def _punctuated(self, pieces: list[Piece]) -> list[Piece]:
        first = next(at for at, one in enumerate(pieces) if one[0])
        if self.dice.random() < 0.6:
            text, kind = pieces[first]
            pieces[first] = text[:1].upper() + text[1:], kind
        roll = self.dice.random()
        if roll < 0.75:
            pieces = [*pieces, (self.dice.choice((".", ".", ".", ".", "!", "?", "...", ";")), None)]
        elif roll < 0.83:
            mark = self.dice.choice(('"', "'", "\u201c"))
            pieces = [(mark, None), *pieces, (mark.replace("\u201c", "\u201d"), None)]
        return pieces
