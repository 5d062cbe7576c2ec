"""The key ring: keys that wrap keys, in a file under a passphrase; a key management service can take its place."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, Self

from primum.custody import crypto
from primum.custody.files import keeping, write_whole
from primum.errors import AccessDeniedError, IntegrityError

FORMAT = 1

SECRETS = ("root", "log", "release", "names")
"""Signing keys of people's entries, of the audit log and of releases; what pseudonyms, shifts and seals come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """A key that only a key ring can open.

    Attributes:
        by: Which key of the ring wrapped it.
        data: The key, sealed.
    """

    by: str
    data: bytes


class KeyRing(Protocol):
    """Where key-encryption keys live: this file, or a hardware or network service that never hands them out."""

    def wrap(self, key: bytes, owner: str) -> Wrapped:
        """Return a data key wrapped by the newest key, bound to its owner."""
        ...

    def unwrap(self, wrapped: Wrapped, owner: str) -> bytes:
        """Return the data key.

        Raises:
            IntegrityError: It was altered, moved to another owner, or wrapped by a key that is gone.
        """
        ...

    def secret(self, name: str) -> bytes:
        """Return one of ``SECRETS``."""
        ...

    def rotate(self, new_passphrase: str | None, wrap_anew: Callable[[], None]) -> None:
        """Add a new key, have everything wrapped by it, then throw the older keys away."""
        ...

    @property
    def is_rotating(self) -> bool:
        """Return whether a rotation was begun and not ended: older keys are still there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """What the file holds, opened."""

    how: Mapping[str, Any]
    top: bytes = field(repr=False)
    active: str
    keys: Mapping[str, bytes] = field(repr=False)
    secrets: Mapping[str, bytes] = field(repr=False)


class PassphraseKeyRing:
    """A key ring in a file, under a passphrase.

    The passphrase opens the key-encryption keys; the newest of them opens the home's secrets. Rotation adds a key and
    keeps the old one until all is wrapped anew, so that a crash in between loses nothing; rotating again ends it.

    Args:
        path: Of ``keyring.json``.
        held: What it holds, opened.

    Source: NIST SP 800-57 part 1 (key-encryption keys, cryptoperiods); RFC 9106 (the passphrase).
    """

    def __init__(self, path: Path, held: _Held) -> None:
        self._path = path
        self._held = held

    @classmethod
    def create(cls, path: Path, passphrase: str) -> Self:
        """Keep a new key ring and return it.

        Raises:
            AccessDeniedError: The passphrase is empty.
            IntegrityError: The disk does not take it.
        """
        how, top = _stretched(passphrase)
        name = _name()
        secrets = {one: crypto.new_key() for one in SECRETS}
        ring = cls(path, _Held(how=how, top=top, active=name, keys={name: crypto.new_key()}, secrets=secrets))
        ring._keep(ring._held)
        return ring

    @classmethod
    def load(cls, path: Path, passphrase: str) -> Self:
        """Return the key ring of a file.

        Raises:
            AccessDeniedError: The passphrase is not the one.
            IntegrityError: The file cannot be read as a key ring, or was altered.
        """
        try:
            document = json.loads(path.read_bytes())
            if document["format"] != FORMAT:
                raise _unreadable(path)
            return cls(path, _opened(path, passphrase, document))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
            raise _unreadable(path) from fault

    def wrap(self, key: bytes, owner: str) -> Wrapped:
        """Return a data key wrapped by the newest key, bound to its owner."""
        return _wrap(self._held, key, owner)

    def unwrap(self, wrapped: Wrapped, owner: str) -> bytes:
        """Return the data key.

        Raises:
            IntegrityError: It was altered, moved to another owner, or wrapped by a key that is gone.
        """
        return _unwrap(self._held.keys, wrapped, owner)

    def secret(self, name: str) -> bytes:
        """Return one of ``SECRETS``."""
        return self._held.secrets[name]

    def rotate(self, new_passphrase: str | None, wrap_anew: Callable[[], None]) -> None:
        """Add a new key, have everything wrapped by it, then throw the older keys away.

        Args:
            new_passphrase: Opens the ring from now on; None keeps the passphrase.
            wrap_anew: Unwraps every data key and wraps it again; what it leaves out is lost.

        Raises:
            AccessDeniedError: The new passphrase is empty.
            IntegrityError: The disk does not take it; what was readable still is, under the passphrase given last.
        """
        how, top = (self._held.how, self._held.top) if new_passphrase is None else _stretched(new_passphrase)
        name = _name()
        keys = {**self._held.keys, name: crypto.new_key()}
        self._keep(replace(self._held, how=how, top=top, active=name, keys=keys))
        wrap_anew()
        self._keep(replace(self._held, keys={name: keys[name]}))

    @property
    def is_rotating(self) -> bool:
        """Return whether a rotation was begun and not ended: older keys are still there."""
        return len(self._held.keys) > 1

    def _keep(self, held: _Held) -> None:
        secrets = {name: _wrap(held, one, f"secret {name}") for name, one in held.secrets.items()}
        document = {
            "format": FORMAT,
            "passphrase": held.how,
            "active": held.active,
            "keys": {name: crypto.seal(held.top, one, ["key", name]).hex() for name, one in held.keys.items()},
            "secrets": {name: {"by": one.by, "data": one.data.hex()} for name, one in secrets.items()},
        }
        with keeping("the key ring"):
            write_whole(self._path, json.dumps(document, indent=1).encode())
        self._held = held


def _name() -> str:
    return crypto.new_key()[:4].hex()


def _stretched(passphrase: str) -> tuple[Mapping[str, Any], bytes]:
    if not passphrase:
        raise AccessDeniedError("The passphrase is empty.", remedy="Choose one that cannot be guessed.")
    how = crypto.new_stretching()
    return how, crypto.stretch(passphrase, how)


def _opened(path: Path, passphrase: str, document: Mapping[str, Any]) -> _Held:
    top = crypto.stretch(passphrase, document["passphrase"])
    try:
        keys = {name: crypto.unseal(top, bytes.fromhex(one), ["key", name]) for name, one in document["keys"].items()}
    except crypto.UnsealError:
        raise AccessDeniedError(
            f"This passphrase does not open {path}.",
            remedy="Give the home's passphrase. It is kept nowhere: ask the person in charge of it.",
        ) from None
    secrets = {
        name: _unwrap(keys, Wrapped(by=one["by"], data=bytes.fromhex(one["data"])), f"secret {name}")
        for name, one in document["secrets"].items()
    }
    if document["active"] not in keys or set(secrets) != set(SECRETS):
        raise _unreadable(path)
    return _Held(how=document["passphrase"], top=top, active=document["active"], keys=keys, secrets=secrets)


def _wrap(held: _Held, key: bytes, owner: str) -> Wrapped:
    return Wrapped(by=held.active, data=crypto.seal(held.keys[held.active], key, ["wrapped", owner]))


def _unwrap(keys: Mapping[str, bytes], wrapped: Wrapped, owner: str) -> bytes:
    try:
        return crypto.unseal(keys[wrapped.by], wrapped.data, ["wrapped", owner])
    except (KeyError, crypto.UnsealError):
        raise IntegrityError(
            "A key does not open: keyring.json or store.db was altered, or they are not of the same time.",
            remedy="Restore keyring.json and store.db from one and the same backup.",
        ) from None


def _unreadable(path: Path) -> IntegrityError:
    return IntegrityError(
        f"{path} cannot be read as a key ring.",
        remedy="Restore keyring.json from a backup; without it the home's data cannot be opened.",
    )
