"""Cryptography in a few words: seal, unseal, stretch, derive, sign; all of it from ``cryptography`` and argon2."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from primum.ids import canonical

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
SALT_BYTES = 16


class UnsealError(Exception):
    """The key, the binding or the bytes are not those of the sealing; which of them cannot be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one guess at a passphrase costs.

    Attributes:
        passes: Over the memory.
        memory_kib: Kibibytes.
        lanes: Threads.

    Source: RFC 9106, section 4, second recommended option.
    """

    passes: int = 3
    memory_kib: int = 65536
    lanes: int = 4


COST = Cost()
"""What new passphrases and passwords are stretched with; about 0.2 seconds."""


def new_key() -> bytes:
    """Return 32 random bytes of the operating system."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, data: bytes, binding: object) -> bytes:
    """Return nonce, ciphertext and tag of data.

    Law: ``unseal(key, seal(key, x, b), b) == x``.

    The nonce is random, which is safe for 2^32 sealings under one key; a data key lives for one subject.

    Args:
        key: 32 bytes.
        data: What is to be kept secret.
        binding: A JSON document bound in: the same must be said to unseal, so that what is sealed for one place cannot
            be moved to another.

    Source: NIST SP 800-38D (AES-256-GCM).
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, data, canonical(binding))


def unseal(key: bytes, sealed: bytes, binding: object) -> bytes:
    """Return what was sealed.

    Raises:
        UnsealError: One bit of key, binding or sealed bytes is another.

    Source: NIST SP 800-38D (AES-256-GCM).
    """
    if len(sealed) < NONCE_BYTES + TAG_BYTES:
        raise UnsealError
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], canonical(binding))
    except InvalidTag:
        raise UnsealError from None


def derive(secret: bytes, use: str) -> bytes:
    """Return the 32-byte key of one use, from which neither the secret nor another use's key can be found.

    Source: RFC 5869 (HKDF-SHA-256).
    """
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=use.encode()).derive(secret)


def keyed_digest(key: bytes, data: bytes) -> bytes:
    """Return 32 bytes that only a holder of the key can compute.

    Source: RFC 2104 (HMAC-SHA-256).
    """
    return hmac.digest(key, data, "sha256")


def same(one: bytes, other: bytes) -> bool:
    """Return whether two secrets are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(one, other)


# -- passphrases ------------------------------------------------------------------------------------------------------
def new_stretching() -> dict[str, str | int]:
    """Return how a new passphrase is stretched: a fresh salt, and ``COST``."""
    return {
        "kdf": "argon2id",
        "salt": secrets.token_bytes(SALT_BYTES).hex(),
        "passes": COST.passes,
        "memory_kib": COST.memory_kib,
        "lanes": COST.lanes,
    }


def stretch(passphrase: str, how: Mapping[str, Any]) -> bytes:
    """Return the 32-byte key of a passphrase.

    Args:
        passphrase: What a person remembers.
        how: As ``new_stretching`` returned it.

    Source: RFC 9106 (Argon2id).
    """
    return hash_secret_raw(
        secret=passphrase.encode(),
        salt=bytes.fromhex(how["salt"]),
        time_cost=how["passes"],
        memory_cost=how["memory_kib"],
        parallelism=how["lanes"],
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


# -- signatures -------------------------------------------------------------------------------------------------------
def public_of(seed: bytes) -> str:
    """Return the public key of a 32-byte Ed25519 seed, 64 hexadecimal characters."""
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key()
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def sign(seed: bytes, payload: bytes) -> str:
    """Return the signature of a payload, 128 hexadecimal characters.

    Law: ``is_signed(public_of(seed), p, sign(seed, p))``.

    Source: RFC 8032 (Ed25519).
    """
    return Ed25519PrivateKey.from_private_bytes(seed).sign(payload).hex()


WEAK = frozenset(
    bytes.fromhex(one)
    for one in (
        "00" * 32,
        "01" + "00" * 31,
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
    )
)
"""Public keys of small order, sign bit cleared: under them a signature can be made up without any private key."""


def is_signed(public: str, payload: bytes, signature: str) -> bool:
    """Return whether the holder of a key signed this payload; False, too, where key or signature is malformed or weak.

    Source: RFC 8032 (Ed25519); Chalkias, Garillot & Nikolaenko 2020, Taming the many EdDSAs (keys of small order).
    """
    try:
        key = bytes.fromhex(public)
        Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(signature), payload)
    except (InvalidSignature, ValueError):
        return False
    return (key[:-1] + bytes([key[-1] & 0x7F])) not in WEAK
