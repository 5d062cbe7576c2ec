"""A language in which the dossier speaks: its phrases, and how it writes numbers and days."""

import datetime as dt
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any, Self

import yaml
from babel.dates import format_date

from primum.domain.mentions import BEGIN, INSIDE, NONE

LANGUAGES = {"en": ("en", "en_GB"), "zh": ("zh-Hans", "zh_Hans_CN")}
"""Our short name of a language to its BCP 47 tag and its CLDR locale."""

BETWEEN = re.compile(r"(\S+) to < (\S+)")
"""A group of numbers as evidence names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """One language.

    Attributes:
        code: Key into texts that evidence holds in several languages: ``en`` or ``zh``.
        lang: BCP 47 tag for the ``lang`` attribute.
        phrases: Dotted key to phrase; ``{0}``, ``{1}`` mark where figures go.
        names: Dotted key to what a study calls its classes, columns and categories.
    """

    code: str
    lang: str
    phrases: Mapping[str, str] = field(repr=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __call__(self, key: str, *figures: object) -> str:
        """Return the phrase with its figures.

        Raises:
            KeyError: There is no such phrase.
        """
        return self.phrases[key].format(*figures)

    def term(self, group: str, raw: object) -> str:
        """Return the word for a name, the study's own or from a closed list; in plain form where there is none."""
        key = f"{group}.{raw}"
        return self.names.get(key) or self.phrases.get(key, str(raw).replace("_", " "))

    def group(self, column: object, name: object) -> str:
        """Return the word for a group of subjects: a category of a column, or what its edges cut."""
        known = self.names.get(f"category.{column}.{name}") or self.phrases.get(f"group.{name}")
        between = None if known else BETWEEN.fullmatch(str(name))
        return self("group_between", *between.groups()) if between else known or str(name)

    def knowing(self, declared: Mapping[str, Any]) -> Self:
        """Return the language that also knows what the study of this declaration calls classes, columns, categories."""
        labels = (declared.get("outcome") or {}).get("labels") or {}
        named = {f"class.{name}": self.words(one) for name, one in labels.items()}
        if declared.get("task") == "tag":
            named |= self._labels((declared.get("outcome") or {}).get("classes") or (), named)
        for column, one in (declared.get("columns") or {}).items():
            named[f"column.{column}"] = self.words(one.get("label"))
            labels = one.get("category_labels") or {}
            named |= {f"category.{column}.{name}": self.words(words) for name, words in labels.items()}
        return replace(self, names={key: word for key, word in named.items() if word})

    def _labels(self, kinds: Iterable[str], named: Mapping[str, str]) -> dict[str, str]:
        """Return what people call the labels of words, given the names of the kinds of mentions."""
        called = {kind: named.get(f"class.{kind}") or kind for kind in kinds}
        firsts = {f"class.{BEGIN}{kind}": self("performance.first_word", word) for kind, word in called.items()}
        others = {f"class.{INSIDE}{kind}": self("performance.later_word", word) for kind, word in called.items()}
        return {f"class.{NONE}": self("performance.no_mention"), **firsts, **others}

    def words(self, texts: object) -> str:
        """Return the text in this language of ``{"en": ..., "zh": ...}``; empty where there is none."""
        return str(texts.get(self.code, "")) if isinstance(texts, Mapping) else ""

    def part(self, document: Mapping[str, Any], name: str) -> str:
        """Return a field that a document holds as ``name`` in English and ``name_zh`` in Chinese."""
        return str(document.get(name if self.code == "en" else f"{name}_{self.code}") or document.get(name) or "")

    def day(self, moment: str) -> str:
        """Return the day of an ISO 8601 moment as people of this language write it."""
        locale = LANGUAGES[self.code][1]
        return str(format_date(dt.datetime.fromisoformat(moment).date(), format="long", locale=locale))

    def number(self, value: object, digits: int = 3) -> str:
        """Return a number rounded to so many decimals; a whole number with its thousands apart; a dash for none."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "–"
        if isinstance(value, int):
            return f"{value:,}".replace(",", "\u2009")
        return f"{value:.{digits}f}".replace("-", "\u2212")

    def share(self, value: object) -> str:
        """Return a share as a percentage with one decimal; a dash for none."""
        return f"{self.number(100.0 * value, 1)}%" if isinstance(value, int | float) else "–"


@functools.cache
def speak(code: str, package: str = "primum.dossier") -> Tongue:
    """Return the language.

    Args:
        code: ``en`` or ``zh``.
        package: Whose phrases; they lie in its folder ``locale``.
    """
    text = files(package).joinpath("locale", f"{code}.yaml").read_text(encoding="utf-8")
    return Tongue(code=code, lang=LANGUAGES[code][0], phrases=dict(_flat("", yaml.safe_load(text))))


def _flat(prefix: str, tree: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        found += _flat(f"{name}.", value) if isinstance(value, Mapping) else [(name, str(value))]
    return found
