"""Names of things: digests of content, and pseudonyms of people."""

import hashlib
import json
from typing import NewType

Digest = NewType("Digest", str)
"""The SHA-256 of content, 64 hexadecimal characters."""

SubjectId = NewType("SubjectId", str)
"""A pseudonym, ``P`` and 16 hexadecimal characters; never the hospital's own number."""


def digest(data: bytes) -> Digest:
    """Return the SHA-256 of bytes in hexadecimal.

    Source: FIPS 180-4.
    """
    return Digest(hashlib.sha256(data).hexdigest())


def canonical(document: object) -> bytes:
    """Return JSON with sorted keys, no white space, UTF-8: equal documents give equal bytes.

    Raises:
        ValueError: The document holds NaN or infinity, for which JSON has no name.
        TypeError: The document holds something JSON cannot.
    """
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def digest_of(document: object) -> Digest:
    """Return the digest of a JSON document's canonical form."""
    return digest(canonical(document))
