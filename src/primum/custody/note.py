"""Signed notes: the text form in which a log's size and root are signed and kept by witnesses."""

import base64
import binascii
import hashlib
from dataclasses import dataclass

from primum.custody import crypto

ED25519 = b"\x01"
DASH = "— "


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A state of a log.

    Attributes:
        origin: Which log.
        size: Entries.
        root: Merkle root.
    """

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the body that is signed.

        Source: C2SP tlog-checkpoint.
        """
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def from_text(cls, text: str) -> "Checkpoint":
        """Return the checkpoint of a body.

        Raises:
            ValueError: It is none.

        Source: C2SP tlog-checkpoint.
        """
        origin, size, root, *_ = [*text.split("\n"), "", ""]
        if not origin or not size.isascii() or not size.isdigit() or str(int(size)) != size:
            raise ValueError("no checkpoint")
        return cls(origin=origin, size=int(size), root=base64.b64decode(root, validate=True))


def key_hash(name: str, public: str) -> bytes:
    """Return the four bytes by which a note names a key.

    Source: C2SP signed-note.
    """
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + bytes.fromhex(public)).digest()[:4]


def verifier(name: str, public: str) -> str:
    """Return a key as people pass it on: name, key hash, and the key in base 64.

    Source: C2SP signed-note (vkey).
    """
    key = base64.b64encode(ED25519 + bytes.fromhex(public)).decode()
    return f"{name}+{key_hash(name, public).hex()}+{key}"


def read_verifier(text: str) -> tuple[str, str]:
    """Return name and public key of what ``verifier`` wrote.

    Raises:
        ValueError: It is malformed, or its parts do not fit each other.

    Source: C2SP signed-note (vkey).
    """
    name, hashed, key = text.split("+", 2)
    raw = base64.b64decode(key, validate=True)
    public = raw[1:].hex()
    if raw[:1] != ED25519 or len(raw) != 1 + crypto.KEY_BYTES or key_hash(name, public).hex() != hashed:
        raise ValueError("not a verifier key")
    return name, public


def sign(text: str, name: str, seed: bytes) -> str:
    """Return a note: the text, an empty line, and one signature line.

    Source: C2SP signed-note.
    """
    signature = bytes.fromhex(crypto.sign(seed, text.encode()))
    line = base64.b64encode(key_hash(name, crypto.public_of(seed)) + signature).decode()
    return f"{text}\n{DASH}{name} {line}\n"


def read(note: str, known: str) -> str:
    """Return the text of a note that a known key signed; signatures of other keys are passed over.

    Args:
        note: As ``sign`` returned it.
        known: A verifier key.

    Raises:
        ValueError: The known key did not sign it, or the note or the key is malformed.

    Source: C2SP signed-note.
    """
    name, public = read_verifier(known)
    body, gap, signatures = note.rpartition("\n\n")
    text = body + "\n"
    for line in signatures.splitlines():
        try:
            by, encoded = line.removeprefix(DASH).split(" ")
            raw = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            continue
        if (
            gap
            and by == name
            and raw[:4] == key_hash(name, public)
            and crypto.is_signed(public, text.encode(), raw[4:].hex())
        ):
            return text
    raise ValueError("not signed by the known key")
