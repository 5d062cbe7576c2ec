"""What the custodian speaks of: acts, classes of data, data sets, people, erasures."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from primum.ids import Digest, SubjectId, canonical

Clock = Callable[[], dt.datetime]
"""Tells the time, UTC, time zone included."""

Row = tuple[SubjectId, bytes]
"""A subject, and what one data set holds of it."""

Rows = Iterable[Row]

Detail = dict[str, str | int]
"""What an audit entry adds: digests, pseudonyms, counts and words of ours; never content."""


POSTURE: Mapping[str, str | bool] = {
    "encrypted_at_rest": True,
    "cipher": "AES-256-GCM",
    "key_per_subject": True,
    "key_derivation": "argon2id",
    "default_deny": True,
    "append_before_act": True,
    "log": "RFC 6962",
    "log_checkpoint": "C2SP signed note, Ed25519",
    "log_verified": True,
}
"""How data is kept, as facts for evidence; equal for every home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Who opens the home, and what for.

    Attributes:
        actor: The name the access policy knows.
        purpose: The purpose declared by the study.
    """

    actor: str
    purpose: str


class DataClass(StrEnum):
    """Kinds of data by what a leak would do; grants are given by class."""

    IDENTIFIED = "identified"
    PSEUDONYMISED = "pseudonymised"
    SEALED = "sealed"
    MODEL = "model"
    AGGREGATE = "aggregate"
    CLINICAL = "clinical"


class Action(StrEnum):
    """What a grant lets be done with a class of data; ``identify`` turns a pseudonym back into the person."""

    READ = "read"
    WRITE = "write"
    IDENTIFY = "identify"


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """What is known of a data set without opening it.

    Attributes:
        digest: Its name, derived from how it was made (stage, settings, inputs), equal under every key ring.
        name: What people call it, for instance ``pseudonymised``.
        data_class: Decides which grant opens it.
        made_of: Digests of what it was made from.
        subjects: How many subjects it holds, the erased ones left out; counted by the custodian, not by who writes it.
    """

    digest: Digest
    name: str
    data_class: DataClass
    made_of: tuple[Digest, ...]
    subjects: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What rested on an erased subject, by digest.

    Attributes:
        subject: The pseudonym.
        data_sets: Those that held the subject; its rows in them can no longer be read.
        models: Those made from, or judged on, a data set that held it.
        releases: Those of such models.
    """

    subject: SubjectId
    data_sets: tuple[Digest, ...]
    models: tuple[Digest, ...]
    releases: tuple[Digest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKey:
    """What is derived for a subject from its own data key, so that it is gone when the subject is erased.

    Attributes:
        days: By how many days all its dates are moved: -365 to 365, never 0.
        key: 32 bytes from which its surrogates are drawn, in notes, tables, FHIR and DICOM alike.
    """

    days: int
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An enrolled person.

    Attributes:
        name: As signatures show it.
        roles: In which the person may sign or decide.
        key: Ed25519 public key, 64 hexadecimal characters.
    """

    name: str
    roles: tuple[str, ...]
    key: str


def person_payload(name: str, roles: Sequence[str], key: str) -> bytes:
    """Return what the home's root key signs of a person."""
    return canonical({"person": name, "roles": list(roles), "key": key})
