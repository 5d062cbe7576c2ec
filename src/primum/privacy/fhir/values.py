"""What becomes of single values of FHIR: one method for each action of ``elements.yaml``."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from primum.privacy.fhir import dates, narrative
from primum.privacy.fhir.links import Links
from primum.privacy.person import Person
from primum.privacy.postcodes import truncated
from primum.privacy.spans import Kind

GONE = object()
"""Stands for a value that is taken out."""
REMOVED = "[REMOVED]"
"""What is written where a text is required and nothing of it is left."""
_REGION = re.compile(r"[^\W\d_]+(?:[ .'\-][^\W\d_]+){0,4}\.?")
_LONGEST_REGION = 40
_VERSION = re.compile(r"\d{1,9}")
_ETAG = re.compile(r'\*|(?:W/)?"\d{1,9}"')
_NUMBERS = re.compile(
    r"(?:[\-+]?\d+(?:\.\d+)?(?:[eE][\-+]?\d+)?|[EUL])(?: (?:[\-+]?\d+(?:\.\d+)?(?:[eE][\-+]?\d+)?|[EUL]))*"
)
_TIME = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d+)?)?")
_CODE = re.compile(r"[^\s@]{1,64}(?: [^\s@]{1,64}){0,8}")
_CONTACTS = {
    "phone": Kind.PHONE,
    "sms": Kind.PHONE,
    "pager": Kind.PHONE,
    "fax": Kind.FAX,
    "email": Kind.EMAIL,
    "url": Kind.URL,
}
_TEXTS = ("text/plain", "text/markdown")
_MARKUP = ("text/html", "application/xhtml")
_MOST_CACHED = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Vault:
    """How dates and attachments are treated.

    Attributes:
        shift: Dates move; else they are cut to the year.
        birth: Days of birth move too; else they are cut to the year.
        last: The year in which the person's age counts.
        attached: Cleans attachments that are no text.
    """

    shift: bool
    birth: bool
    last: int
    attached: Callable[[str, bytes], bytes | None] | None


@dataclass(slots=True, kw_only=True)
class Values:
    """Treats values of one person."""

    person: Person
    links: Links
    vault: Vault
    _seen: dict[str, str] = field(default_factory=dict)

    def treated(self, action: str, value: object, beside: Mapping[str, Any]) -> object:
        """Return what becomes of a value, ``GONE`` where it is taken out.

        Args:
            action: One of ``elements.yaml``.
            value: A JSON value that is no structure.
            beside: The structure it stands in, for the system of a telephone number or the type of an attachment.
        """
        if value is None or isinstance(value, bool) or (action in {"number", "code"} and not isinstance(value, str)):
            return value
        text = value if isinstance(value, str) else str(value)
        return self._text(action, text, beside)

    def _text(self, action: str, text: str, beside: Mapping[str, Any]) -> object:
        plain: dict[str, Callable[[str], object]] = {
            "scrub": self.scrubbed,
            "token": self.links.token,
            "link": self.links.link,
            "query": self.links.query,
            "number": lambda one: one if _TIME.fullmatch(one) else self.scrubbed(one),
            "code": self._code,
            "shift": self._shifted,
            "instant": lambda one: self._shifted(one, instant=True),
            "birth": self._born,
            "region": self._region,
            "postcode": self._postcode,
            "name": lambda one: self.person.surrogate(Kind.NAME, one),
            "organisation": lambda one: self.person.surrogate(Kind.HOSPITAL, one),
            "numbers": lambda one: one if _NUMBERS.fullmatch(one) else self.scrubbed(one),
            "version": lambda one: one if _VERSION.fullmatch(one) else self.links.token(one),
            "etag": lambda one: one if _ETAG.fullmatch(one) else GONE,
            "narrative": lambda one: narrative.clean(one, self.scrubbed, self.links),
        }
        if action in plain:
            return plain[action](text)
        if action == "contact":
            return self.person.surrogate(_CONTACTS.get(str(beside.get("system")), Kind.OTHER_ID), text)
        return self._blob(text, str(beside.get("contentType", "")))

    def scrubbed(self, text: str) -> str:
        """Return free text without identifiers; never empty where it was not."""
        if not text.strip():
            return text
        if text not in self._seen:
            if len(self._seen) >= _MOST_CACHED:
                self._seen.clear()
            self._seen[text] = self.person.scrub(text) or REMOVED
        return self._seen[text]

    def _code(self, text: str) -> object:
        if "://" in text:
            return self.links.link(text)
        return text if _CODE.fullmatch(text) else self.scrubbed(text)

    def _shifted(self, text: str, *, instant: bool = False) -> object:
        new = dates.shifted(text, self.person.days) if self.vault.shift else dates.year(text, instant=instant)
        return new or (GONE if dates.is_date(text) else self.scrubbed(text))

    def _born(self, text: str) -> object:
        return dates.born(text, self.person.days if self.vault.birth else None, self.vault.last) or GONE

    def _region(self, text: str) -> object:
        plain = len(text) <= _LONGEST_REGION and _REGION.fullmatch(text)
        return self.scrubbed(text) if plain else GONE

    def _postcode(self, text: str) -> object:
        return truncated(text) or GONE

    def _blob(self, text: str, kind: str) -> object:
        """Return attached data in which text is scrubbed; what cannot be read is taken out."""
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            return GONE
        new = self._content(data, kind.lower())
        return GONE if new is None else base64.b64encode(new).decode()

    def _content(self, data: bytes, kind: str) -> bytes | None:
        if kind.startswith((*_TEXTS, *_MARKUP)):
            charset = kind.partition("charset=")[2].strip(' "') or "utf-8"
            try:
                words = data.decode(charset)
            except (LookupError, UnicodeDecodeError):
                return None
            markup = kind.startswith(_MARKUP)
            safe = narrative.clean(words, self.scrubbed, self.links) if markup else self.scrubbed(words)
            return safe.encode(charset, errors="replace")
        return self.vault.attached(kind, data) if self.vault.attached else None
