"""What several people own together: it opens only as long as the key of none of them is destroyed."""

import secrets
from collections.abc import Sequence

from primum.custody import crypto

BINDING = ["together"]


def split(data: bytes, owners: int) -> tuple[bytes, list[bytes]]:
    """Return data sealed under a new key, and that key in as many shares as there are owners.

    Law: ``joined(*split(x, n)) == x``; fewer than all shares tell nothing of the key.

    Args:
        data: What they own.
        owners: At least 1.

    Source: Karnin, Greene, Hellman 1983, IEEE Trans Inf Theory 29:35 (n out of n shares by exclusive or).
    """
    key = crypto.new_key()
    shares = [secrets.token_bytes(len(key)) for _ in range(owners - 1)]
    return crypto.seal(key, data, BINDING), [*shares, _combined([key, *shares])]


def joined(sealed: bytes, shares: Sequence[bytes]) -> bytes | None:
    """Return what was split, or None where a share is missing or wrong."""
    if not shares:
        return None
    try:
        return crypto.unseal(_combined(shares), sealed, BINDING)
    except (crypto.UnsealError, ValueError):
        return None


def _combined(parts: Sequence[bytes]) -> bytes:
    found = bytes(len(parts[0]))
    for one in parts:
        found = bytes(a ^ b for a, b in zip(found, one, strict=True))
    return found
