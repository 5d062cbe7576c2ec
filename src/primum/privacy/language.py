"""In which language a text is written, line by line: English, Spanish or Chinese."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

Stretch = tuple[int, int, str]
"""Start, end, and ``en``, ``es`` or ``zh``."""
SAMPLE = 2000
"""So many characters of a text, a third each from beginning, middle and end, tell its main language."""
SHORTEST = 3
"""Of fewer letters no language can be told. A short text with a small word of English and none of Spanish is English;
it is Spanish only if its words in small letters say so as well: names do not tell."""
FOREIGN = 3
"""So many words of the other language, and three times as many as of its own, make a line one of the other."""

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
_ENGLISH = """
    the of and to in is was with for on that he she his her are were has had have no not this at by from be as an or
    it patient which we there been will but they their who did does after before left right denies history year old
"""
_SPANISH = """
    de la el que y en los las del se con por una un su para al como más o pero sus es son fue era ha le lo sin sobre
    este esta entre cuando muy años paciente no se presenta desde hasta donde refiere durante tras fecha
"""
_ONLY_ENGLISH = frozenset(_ENGLISH.split()) - frozenset(_SPANISH.split())
_ONLY_SPANISH = frozenset(_SPANISH.split()) - frozenset(_ENGLISH.split())


def stretches(text: str) -> list[Stretch]:
    """Return the languages of a text in order, without gaps; neighbouring lines of one language are one stretch.

    A line is Chinese where it holds Chinese characters; else Spanish or English by its small words, and where these say
    little, as the text in all. Time is linear; a megabyte takes well under a second.
    """
    main = _main(text)
    found: list[Stretch] = []
    for start, end, language in _lines(text, main):
        if found and found[-1][2] == language:
            found[-1] = (found[-1][0], end, language)
        else:
            found.append((start, end, language))
    return found


def readings(text: str) -> list[Stretch]:
    """Return ``stretches``, and the text as English as well where only names and places say that it is Spanish.

    Such a text, an address for instance, has no words in small letters, and names do not tell a language: whoever looks
    for identifiers reads it in both.
    """
    spoken = stretches(text)
    if [one for _, _, one in spoken] == ["es"] and len(text) <= SAMPLE and len(_small(text.split())) < SHORTEST:
        return [*spoken, (0, len(text), "en")]
    return spoken


def languages(text: str, spoken: Sequence[Stretch] = ()) -> list[str]:
    """Return the languages of which a text has a stretch, and English where a Chinese text has Latin words.

    Args:
        text: The whole.
        spoken: Its ``stretches`` or ``readings``, where they are known.
    """
    found = {one for _, _, one in spoken or stretches(text)}
    if found == {"zh"} and _LATIN_WORD.search(text):
        found.add("en")
    return sorted(found) or ["en"]


def _lines(text: str, main: str) -> Iterator[Stretch]:
    if main != "zh" and not _has_han(text) and not _is_mixed(text, main):
        yield 0, len(text), main
        return
    for match in _LINE.finditer(text):
        line = match[0]
        yield *match.span(), "zh" if _HAN.search(line) else _of_line(line, "en" if main == "zh" else main)


def _has_han(text: str) -> bool:
    return not text.isascii() and _HAN.search(text) is not None


def _is_mixed(text: str, main: str) -> bool:
    other = _ONLY_SPANISH if main == "en" else _ONLY_ENGLISH
    words = text.lower().split()
    if other.isdisjoint(words):
        return False
    counted = Counter(words)
    return sum(counted[one] for one in other) >= FOREIGN


def _of_line(line: str, main: str) -> str:
    words = line.lower().split()
    english = sum(one in _ONLY_ENGLISH for one in words)
    spanish = sum(one in _ONLY_SPANISH for one in words)
    if main == "en":
        return "es" if spanish >= FOREIGN and spanish >= FOREIGN * english else "en"
    return "en" if english >= FOREIGN and english >= FOREIGN * spanish else "es"


def _main(text: str) -> str:
    third = SAMPLE // 3
    middle = max(0, len(text) // 2 - third // 2)
    sample = text if len(text) <= SAMPLE else f"{text[:third]} {text[middle : middle + third]} {text[-third:]}"
    return _told(sample)


@lru_cache(maxsize=1024)
def _told(sample: str) -> str:
    if _has_han(sample):
        han, latin = len(_HAN.findall(sample)), len(_LATIN_WORD.findall(sample))
        if han >= latin:
            return "zh"
        sample = _HAN.sub(" ", sample)
    words = sample.lower().split()
    english = sum(map(_ONLY_ENGLISH.__contains__, words))
    spanish = sum(map(_ONLY_SPANISH.__contains__, words))
    if abs(english - spanish) >= FOREIGN or (english and not spanish):
        return "en" if english > spanish else "es"
    if len(words) < FOREIGN and english == spanish:
        return "es" if re.search("[ñ¿¡áéíóú]", sample.lower()) else "en"
    read = [one for one in (_small(sample.split()), sample) if len(one) >= SHORTEST]
    return "es" if read and all(_identifier().classify(one)[0] == "es" for one in read) else "en"


def _small(written: Sequence[str]) -> str:
    """Return the words that are in small letters."""
    return " ".join(one for one in written if one.islower())


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(["en", "es"])
    return identifier
