"""People: enrolled under the home's root key; what they sign takes their own password, which is kept nowhere."""

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from primum.custody import crypto
from primum.custody.door import Deed, Door
from primum.custody.files import keeping, write_whole
from primum.custody.ledger import MOST_FAILURES, SIGN_IN, WINDOW, Ledger
from primum.custody.nouns import Action, DataClass, Person, person_payload
from primum.errors import AccessDeniedError, IntegrityError
from primum.ids import canonical, digest, digest_of

SHORTEST_PASSWORD = 8
LONGEST_NAME = 100
NOBODY = "nobody"
"""What the log says of a name that is not enrolled: somebody may have typed a password there."""


class People:
    """The enrolled people of a home.

    A person's private key is sealed under the password, so that the password is right exactly if the key opens and
    belongs to the public key that the home's root key signed.

    Args:
        door: The way in.
        ledger: Knows who failed to sign in of late.
        path: Of ``people.json``.
        signatures: The folder of what people signed.
    """

    def __init__(self, door: Door, ledger: Ledger, path: Path, signatures: Path) -> None:
        self._door = door
        self._ledger = ledger
        self._path = path
        self._signatures = signatures
        self._root = crypto.public_of(door.ring.secret("root"))

    def entries(self) -> list[dict[str, Any]]:
        """Return what is kept of everyone, after checking that the root key signed it.

        Raises:
            IntegrityError: The file is missing or was altered.
        """
        try:
            entries: list[dict[str, Any]] = json.loads(self._path.read_bytes())["people"]
            wrong = [
                one["name"]
                for one in entries
                if not crypto.is_signed(
                    self._root, person_payload(one["name"], one["roles"], one["key"]), one["signature"]
                )
            ]
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise self._altered("it cannot be read") from fault
        if wrong:
            raise self._altered(f"the entry of {wrong[0]} is not signed by the home's root key")
        return entries

    def _altered(self, how: str) -> IntegrityError:
        return IntegrityError(
            f"{self._path} is not as it was kept: {how}.",
            remedy="Restore it from a backup, and look for who altered it.",
        )

    def listed(self) -> list[Person]:
        """Return everyone, by name."""
        people = [_person(one) for one in self.entries()]
        return sorted(people, key=lambda one: one.name)

    def enrol(self, name: str, role: str, password: str) -> Person:
        """Return the person, enrolled in a role; one who is known already takes the role on with the same password.

        Raises:
            AccessDeniedError: The password is too short, or not that of the person of this name.
        """
        _check(name, role, password)
        entries = self.entries()
        known = next((one for one in entries if one["name"] == name), None)
        if known is None:
            seed, how = crypto.new_key(), crypto.new_stretching()
            sealed = crypto.seal(crypto.stretch(password, how), seed, ["person", name])
            roles = [role]
            new = {"name": name, "key": crypto.public_of(seed), "how": how, "sealed": sealed.hex()}
        else:
            self._seed(known, password)
            roles = sorted({*known["roles"], role})
            new = dict(known)
        payload = person_payload(name, roles, str(new["key"]))
        new |= {"roles": roles, "signature": crypto.sign(self._door.ring.secret("root"), payload)}
        deed = Deed(
            action="enrol person",
            about=str(new["key"]),
            needs=(DataClass.AGGREGATE, Action.WRITE),
            detail={"role": role},
        )
        with self._door.act(deed), keeping("the person"):
            others = [one for one in entries if one["name"] != name]
            write_whole(self._path, json.dumps({"people": [*others, new]}, indent=1, ensure_ascii=False).encode())
        return _person(new)

    def authenticate(self, name: str, password: str) -> Person:
        """Return the person whose password this is.

        Raises:
            AccessDeniedError: It is not, or sign-in failed too often of late.
        """
        entry, _ = self._sign_in(name, password)
        return _person(entry)

    def _sign_in(self, name: str, password: str) -> tuple[dict[str, Any], bytes]:
        entry = next((one for one in self.entries() if one["name"] == name), None)
        if entry is None:
            crypto.stretch(password, crypto.new_stretching())  # as long as for a name that is enrolled
            raise self._door.refuse(Deed(action=SIGN_IN, about=NOBODY), _not_known())
        seed = self._seed(entry, password)
        self._door.note(Deed(action=SIGN_IN, about=entry["key"], why="the person's own password"))
        return entry, seed

    def _seed(self, entry: Mapping[str, Any], password: str) -> bytes:
        """Return a person's private key."""
        deed = Deed(action=SIGN_IN, about=entry["key"])
        if self._ledger.is_shut_out(entry["key"], self._door.now()):
            minutes = int(WINDOW.total_seconds() // 60)
            refusal = AccessDeniedError(
                f"Sign-in failed {MOST_FAILURES} times within {minutes} minutes.",
                remedy=f"Wait {minutes} minutes. If it was not you, tell the security officer.",
            )
            raise self._door.refuse(Deed(action="shut out", about=entry["key"]), refusal)
        try:
            key = crypto.stretch(password, entry["how"])
            seed = crypto.unseal(key, bytes.fromhex(entry["sealed"]), ["person", entry["name"]])
        except crypto.UnsealError:
            raise self._door.refuse(deed, _not_known()) from None
        except (KeyError, TypeError, ValueError) as fault:
            raise self._altered(f"the entry of {entry['name']} cannot be read") from fault
        if crypto.public_of(seed) != entry["key"]:
            raise self._altered(f"the key of {entry['name']} is another")
        return seed

    def sign(self, name: str, password: str, payload: bytes) -> str:
        """Return a person's signature over bytes, 128 hexadecimal characters.

        Raises:
            AccessDeniedError: The password is not the person's.
        """
        entry, seed = self._sign_in(name, password)
        return self._signed(entry, seed, payload)

    def _signed(self, entry: Mapping[str, Any], seed: bytes, payload: bytes) -> str:
        detail: dict[str, str | int] = {"key": entry["key"]}
        self._door.note(
            Deed(action="sign", about=digest(payload), detail=detail, why="the person's own password"),
        )
        return crypto.sign(seed, payload)

    def attest(self, name: str, password: str, role: str, stated: Mapping[str, str]) -> dict[str, str]:
        """Keep and return a person's attestation.

        Args:
            name: The person.
            password: The person's own.
            role: In which the person signs.
            stated: ``requirement``, ``meaning`` and ``evidence``.

        Raises:
            AccessDeniedError: The password is not the person's, or the person does not have the role.
            IntegrityError: The disk does not take it.
        """
        entry, seed = self._sign_in(name, password)
        at = self._door.now().astimezone(dt.UTC).isoformat()
        document = {**stated, "role": role, "name": name, "signed_at": at, "key": entry["key"]}
        if role not in entry["roles"]:
            refusal = AccessDeniedError(
                f"{name} is not enrolled as {role}.", remedy=f"Enrol {name} in that role, or let another person sign."
            )
            raise self._door.refuse(Deed(action="sign", about=stated["evidence"], detail={"role": role}), refusal)
        document["value"] = self._signed(entry, seed, canonical(document))
        with keeping("the signature"):
            write_whole(self._signatures / f"{digest_of(document)}.json", canonical(document))
        return document

    def attestations(self) -> list[dict[str, str]]:
        """Return what people signed, in the order of file names; whether it still holds is for the gate to say.

        Raises:
            IntegrityError: A file cannot be read as a signature.
        """
        found = []
        for path in sorted(self._signatures.glob("*.json")):
            try:
                document = json.loads(path.read_bytes())
            except (OSError, ValueError) as fault:
                raise _forged(path) from fault
            if not isinstance(document, dict) or digest_of(document) != path.stem or not _is_genuine(document):
                raise _forged(path)
            found.append(document)
        return found


def _is_genuine(document: Mapping[str, Any]) -> bool:
    stated = {name: value for name, value in document.items() if name != "value"}
    return crypto.is_signed(str(document.get("key")), canonical(stated), str(document.get("value")))


def _person(entry: Mapping[str, Any]) -> Person:
    return Person(name=entry["name"], roles=tuple(entry["roles"]), key=entry["key"])


def _not_known() -> AccessDeniedError:
    return AccessDeniedError("Name or password is not known here.", remedy="Try again, or ask to be enrolled anew.")


def _forged(path: Path) -> IntegrityError:
    return IntegrityError(
        f"{path} is not a signature as it was given.", remedy="Restore it from a backup, or remove it and sign again."
    )


def _check(name: str, role: str, password: str) -> None:
    if not name.strip() or name != name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        raise AccessDeniedError(
            "This is no name to sign with.",
            remedy=f"Give one of 1 to {LONGEST_NAME} characters without spaces around it.",
        )
    if not role.strip():
        raise AccessDeniedError("The role is empty.", remedy="Name the role, for instance clinician or ethics-board.")
    if len(password) < SHORTEST_PASSWORD:
        raise AccessDeniedError(
            "The password is too short.", remedy=f"Choose one of at least {SHORTEST_PASSWORD} characters."
        )
