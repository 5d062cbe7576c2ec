"""Ids, references and addresses under other names, the same wherever they stand."""

import hmac
import re
import uuid
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from primum.privacy.dicom.uids import Uids
from primum.privacy.fhir.elements import RESOURCES, rules

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*)){4,}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_STANDARD_URN = re.compile(r"urn:(?:ietf|iso|dicom|hl7-org|un):[\w:.\-]*", re.IGNORECASE)
_VERSION = re.compile(r"\w{1,20}")
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z_\-]{0,40}")
DEFINITIONS = frozenset(
    {
        "StructureDefinition", "ValueSet", "CodeSystem", "CapabilityStatement", "SearchParameter",
        "OperationDefinition", "ConceptMap", "NamingSystem", "ImplementationGuide",
        "Questionnaire", "Library", "Measure",
        "PlanDefinition", "ActivityDefinition", "CompartmentDefinition", "GraphDefinition",
        "StructureMap", "MessageDefinition",
    }
)  # fmt: skip
"""Resources that describe and are about nobody: at a standard's own address their ids are kept."""


class Links:
    """Replaces ids, wherever they stand: alone, in references, in addresses, in searches.

    Tokens are drawn from HMAC-SHA-256 under a key, so that equal ids stay equal across files and nobody without the key
    can try ids out. A UUID becomes a UUID, an object identifier the one that images get under the same key,
    anything else 32 hexadecimal digits.

    Source: RFC 2104 (HMAC); RFC 9562 section 5.5 (UUID of a name); X.667 (object identifiers made of a UUID, 2.25).

    Args:
        key: At least 16 bytes, secret, one for all files whose references are to hold.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < 16:  # noqa: PLR2004 - 128 bits
            raise ValueError("the key has fewer than 16 bytes")
        self._key = key
        self._uids = Uids(key)

    def token(self, text: str) -> str:
        """Return the token of an identifier, in its own form."""
        lower = text.lower()
        if lower.startswith(("urn:uuid:", "urn:oid:")):
            start = lower.index(":", 4) + 1
            rest = text[start:]
            return lower[:start] + (self._uuid(rest) if lower.startswith("urn:uuid:") else self._oid(rest))
        if _UUID.fullmatch(text):
            return self._uuid(text)
        return self._oid(text) if _OID.fullmatch(text) else self._digest("id", text)[:32]

    def link(self, text: str) -> str:
        """Return a reference or address in which ids are tokens; addresses of standards stay as they are."""
        if text.startswith("#"):
            return "#" + self.token(text[1:]) if len(text) > 1 else text
        lower = text.lower()
        if lower.startswith("urn:oid:"):
            return text if is_standard_oid(text[8:]) else self.token(text)
        if lower.startswith("urn:"):
            standard = _STANDARD_URN.fullmatch(text)
            return text if standard else self.token(text) if lower.startswith("urn:uuid:") else self._urn(text)
        if _SCHEME.match(text):
            return self._absolute(text)
        return self._relative(text)

    def query(self, text: str) -> str:
        """Return a search in which every value is a token."""
        return "&".join(self._pair(one) for one in text.split("&"))

    def _pair(self, pair: str) -> str:
        name, equals, value = pair.partition("=")
        if not equals or not _PARAMETER.match(name):
            return self.token(unquote(pair)) if pair else ""
        if name in {"_format", "_count", "_sort", "_summary", "_total"}:
            return pair if _VERSION.fullmatch(value) else f"{name}={self.token(value)}"
        system, bar, plain = unquote(value).rpartition("|")
        return f"{name}={self.link(system) if system else ''}{bar}{self._relative(plain)}"

    def _absolute(self, text: str) -> str:
        try:
            host = (urlsplit(text).hostname or "").lower()
        except ValueError:
            host = ""
        standard = is_standard_host(host)
        head, *segments = text.split("/")
        at = next((at for at, one in enumerate(segments) if one.partition("?")[0] in RESOURCES), None)
        if standard and (at is None or segments[at] in DEFINITIONS):
            return text if "?" not in text and "#" not in text and "@" not in text else self._hidden(text)
        if at is None or not host:
            return self._hidden(text)
        base = "/".join([head, *segments[:at]])
        return f"{base if standard else self._hidden(base)}/{self._relative('/'.join(segments[at:]))}"

    def _hidden(self, text: str) -> str:
        return f"https://{self._digest('host', text.rstrip('/').lower())[:16]}.invalid"

    def _urn(self, text: str) -> str:
        return f"urn:uuid:{self._uuid(text)}"

    def _relative(self, text: str) -> str:
        path, hash_, fragment = text.partition("#")
        path, question, search = path.partition("?")
        found = "/".join(self._segments(path.split("/"))) if path else ""
        found += f"?{self.query(search)}" if question else ""
        return found + (f"#{self.token(fragment)}" if hash_ and fragment else "")

    def _segments(self, segments: list[str]) -> Iterator[str]:
        before = ""
        for one in segments:
            plain = not one or one in RESOURCES or one in {"_history", "metadata"} or one.startswith("$")
            version = before == "_history" and _VERSION.fullmatch(one)
            yield one if plain or version else self.token(one)
            before = one

    def _uuid(self, text: str) -> str:
        return str(uuid.UUID(self._digest("id", text.lower())[:32], version=5))

    def _oid(self, text: str) -> str:
        return self._uids.new(text)

    def _digest(self, kind: str, text: str) -> str:
        return hmac.digest(self._key, f"fhir:{kind}:{text}".encode(), "sha256").hex()


def is_standard_host(host: str) -> bool:
    """Return whether a host belongs to a standard or a terminology."""
    labels = host.split(".")
    return any(".".join(labels[at:]) in rules().hosts for at in range(len(labels)))


def is_standard_oid(oid: str) -> bool:
    """Return whether an object identifier names a code system or a kind of identifier."""
    return any(oid == one or oid.startswith(f"{one}.") for one in rules().arcs)


def is_standard(address: str) -> bool:
    """Return whether the address of a code system or profile is a standard's own."""
    lower = address.lower()
    if lower.startswith("urn:"):
        return is_standard_oid(lower.removeprefix("urn:oid:")) or _STANDARD_URN.fullmatch(lower) is not None
    try:
        return is_standard_host((urlsplit(lower).hostname or "").lower())
    except ValueError:
        return False
