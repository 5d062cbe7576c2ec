"""What the pages say, in English and Simplified Chinese, from one catalogue a language."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

LANGUAGES = {"en": "English", "zh": "中文"}
"""Code to the language's own name, the fallback first."""

Values = Mapping[str, str | int | float]


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return all phrases of a language by dotted key."""
    text = (files("primum.clinic") / "locale" / f"{language}.yaml").read_text(encoding="utf-8")
    return dict(_flat("", yaml.safe_load(text)))


def _flat(prefix: str, branch: Mapping[str, object]) -> list[tuple[str, str]]:
    found = []
    for key, value in branch.items():
        if isinstance(value, Mapping):
            found += _flat(f"{prefix}{key}.", value)
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found


def choose(cookie: str, accepted: str) -> str:
    """Return the language to speak: the one chosen by link, else the first of Accept-Language that there is.

    Source:
        RFC 9110 section 12.5.4.
    """
    if cookie in LANGUAGES:
        return cookie
    ranked = []
    for position, part in enumerate(accepted.split(",")):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            weight = 0.0
        code = tag.partition("-")[0].lower()
        if code in LANGUAGES and weight > 0:
            ranked.append((-weight, position, code))
    return min(ranked)[2] if ranked else next(iter(LANGUAGES))


class Phrases:
    """Speaks one language.

    Args:
        language: A key of ``LANGUAGES``.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._phrases = catalogue(language)

    def __call__(self, key: str, values: Values | None = None) -> str:
        """Return the phrase with its values filled in.

        Raises:
            KeyError: There is no such phrase.
        """
        phrase = self._phrases[key]
        return phrase.format_map(values) if values else phrase

    def has(self, key: str) -> bool:
        """Return whether there is such a phrase."""
        return key in self._phrases

    def odds(self, probability: float) -> str:
        """Return a probability as a count of like cases: people judge counts better than percentages.

        Source:
            Gigerenzer & Hoffrage 1995, Psychol Rev 102:684 (natural frequencies).
        """
        hundredths = round(probability * 100)
        if hundredths < 1:
            return self("odds.fewer")
        if hundredths > 99:  # noqa: PLR2004 - of a hundred
            return self("odds.more")
        tenths = round(probability * 10)
        if abs(hundredths - tenths * 10) <= 2 and 0 < tenths < 10:  # noqa: PLR2004 - near enough to say in tens
            return self("odds.of_ten", {"n": tenths})
        return self("odds.of_hundred", {"n": hundredths})

    def duration(self, seconds: float) -> str:
        """Return a duration in the unit that people would use."""
        if seconds < 90:  # noqa: PLR2004 - up to a minute and a half
            return self("duration.seconds", {"n": round(seconds)})
        if seconds < 90 * 60:
            return self("duration.minutes", {"n": round(seconds / 60)})
        return self("duration.hours", {"n": round(seconds / 3600)})
