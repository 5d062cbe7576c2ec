"""New UIDs for old: keyed, the same in every file of a run, and none for those that the standard registers."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field

from pydicom.config import IGNORE
from pydicom.uid import UID

SHORTEST_KEY = 16
_FORM = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*))+")
_LONGEST = 64
_CODE_SYSTEMS = ("2.16.840.1.113883.6.",)
_LONGEST_SYSTEM = 28
"""Roots under which only coding systems are registered (HL7)."""


def is_registered(uid: str) -> bool:
    """Return whether a UID names something of the standard, or a coding system, and no person's data."""
    named = is_valid(uid) and UID(uid, validation_mode=IGNORE).name != uid
    return named or (uid.startswith(_CODE_SYSTEMS) and len(uid) <= _LONGEST_SYSTEM)


def is_valid(uid: str) -> bool:
    """Return whether a text has the form of a UID."""
    return len(uid) <= _LONGEST and _FORM.fullmatch(uid) is not None


@dataclass(frozen=True, slots=True)
class Uids:
    """Gives new UIDs, of the root 2.25 (ITU-T X.667), and remembers them.

    Attributes:
        key: Secret; without it nobody can tell which old UID a new one stands for.
        replaced: New UIDs by old ones.
    """

    key: bytes = field(repr=False)
    replaced: dict[str, str] = field(default_factory=dict, repr=False)

    def new(self, uid: str) -> str:
        """Return the new UID for an old one; registered ones stay as they are.

        Source: HMAC, RFC 2104; 2.25 with an integer of 128 bits, PS3.5 Annex B.2.
        """
        old = uid.strip("\0 ")
        if not old or is_registered(old):
            return old
        digest = hmac.new(self.key, b"dicom-uid\0" + old.encode("utf-8", "surrogateescape"), hashlib.sha256).digest()
        return self.replaced.setdefault(old, f"2.25.{int.from_bytes(digest[:16], 'big')}")


def token(key: bytes, kind: str, value: str, length: int = 10) -> str:
    """Return a code for a value: always the same under a key, and of letters and digits alone."""
    whole = hmac.new(key, f"dicom-{kind}\0{value.strip().casefold()}".encode(), hashlib.sha256).hexdigest()
    return whole[:length].upper()
