"""The custodian: the one door to data. It decides, writes the decision down, then acts, or refuses."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from primum.custody import artefacts, bundle, casebook, crypto, datakeys, datasets, disclosure, lineage, nouns, sealed
from primum.custody import stages as ran
from primum.custody.door import Deed, Door
from primum.custody.files import keeping, write_whole
from primum.custody.home import locked, open_parts, prepare
from primum.custody.ledger import Ledger
from primum.custody.naming import Names
from primum.custody.nouns import Act, Action, Clock, DataClass, DataSet, Erasure, Person, Row, Rows, SubjectKey
from primum.custody.people import People
from primum.errors import StudyError
from primum.ids import Digest, SubjectId, digest

__all__ = ["Act", "Action", "Clock", "Custodian", "DataClass", "DataSet", "Erasure", "Person", "Row", "Rows"]

OPENED = "by the passphrase of the home"


class Custodian:
    """Opens data for one actor and one purpose; made by ``Custodian.open``, used as a context manager.

    What a method does is answered by a grant, written to the audit log, and only then carried out. All raise
    AccessDeniedError when no grant covers the act, and IntegrityError when log or store cannot be written, or what is
    read was altered. What opens no data of a subject (names, descriptions, evidence, stages) is decided, but not logged
    unless refused. Methods may be called from several threads; one at a time is served.

    Attributes:
        home: The folder.
    """

    def __init__(self, door: Door, ledger: Ledger, opened: contextlib.ExitStack) -> None:
        self.home = door.home
        self._door = door
        self._ledger = ledger
        self._opened = opened
        self._people = People(door, ledger, self.home / "people.json", self.home / "signatures")
        self._names = Names(door)

    @classmethod
    def open(cls, home: Path, passphrase: str, act: Act, clock: Clock, *, policy: Path | None = None) -> "Custodian":
        """Open a home, creating it (keys, log, store) where the folder is missing or empty.

        Args:
            home: The folder.
            passphrase: Opens its key ring; what a new home is given.
            act: Who opens it, and what for.
            clock: Tells the time.
            policy: The committee's grants, copied into a new home; without them a new home allows nothing.

        Raises:
            AccessDeniedError: The passphrase is not the one, or the policy is missing or malformed.
            IntegrityError: Another program holds the home, the log was tampered with, or the disk cannot be written.
        """
        with contextlib.ExitStack() as opened:
            opened.enter_context(locked(home))
            ring = prepare(home, passphrase, policy)
            ledger = Ledger()
            parts = open_parts(home, ring, ledger, opened)
            door = Door(parts, act, clock)
            if parts.log.recovered:
                why = "what was never signed was cut off"
                door.note(Deed(action="recover log", detail=parts.log.recovered, why=why))
            door.notice_policy()
            door.note(Deed(action="open home", why=OPENED))
            if ring.is_rotating:
                datakeys.rotate(door, None, Deed(action="end rotation of keys", why="it was cut short"))
            custodian = cls(door, ledger, opened)
            custodian._export_trust()
            custodian._opened = opened.pop_all()
        return custodian

    def close(self) -> None:
        """Let go of the home."""
        with self._door.lock:
            self._door.shut()
            self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # -- names --------------------------------------------------------------------------------------------------
    def pseudonym(self, identifier: str) -> SubjectId:
        """Return the name of a subject in this home; another home gives another."""
        return self._names.pseudonym(identifier)

    def identity(self, subject: SubjectId) -> SubjectKey:
        """Return date shift and surrogate key of a subject: always the same, until it is erased.

        Raises:
            DataError: The subject was erased.
        """
        return self._names.identity(subject)

    def admit(self, identifiers: Sequence[str]) -> list[SubjectId]:
        """Return the pseudonyms of identifiers in their order, and keep each identifier under its subject's own key.

        Raises:
            DataError: A subject was erased.
        """
        return self._names.admit(identifiers)

    def knows(self, identifier: str) -> bool:
        """Return whether there is a subject of this identifier or pseudonym that was not erased."""
        return self._names.knows(identifier)

    def identify(self, subject: SubjectId, because: str) -> str:
        """Return the hospital's identifier of a pseudonym, for a reason that goes into the log.

        Raises:
            AccessDeniedError: No grant of ``identify`` covers it; the refusal is in the log.
            DataError: It is not known here, or was erased; or no reason is given.
        """
        return self._names.identify(subject, because)

    # -- data sets ----------------------------------------------------------------------------------------------
    def write_dataset(self, dataset: DataSet, rows: Rows) -> None:
        """Keep a data set, each row sealed under its subject's own key.

        Raises:
            DataError: A subject in it was erased.
            IntegrityError: A finished stage rests on a data set of this name with other content.
        """
        is_opened = bool(self._ledger.openings.get(dataset.digest))
        datasets.write(self._door, dataset, rows, is_opened=is_opened)

    def read_dataset(self, digest: Digest) -> list[Row]:
        """Return subject and bytes of each row in the order written, erased subjects left out.

        Raises:
            AccessDeniedError: It is sealed.
            DataError: There is none.
        """
        return datasets.read(self._door, digest)

    def describe(self, digest: Digest) -> DataSet:
        """Return what is known of a data set without opening it.

        Raises:
            DataError: There is none.
        """
        return datasets.describe(self._door, digest)

    # -- the sealed test part -----------------------------------------------------------------------------------
    def commit(self, limits: Digest) -> None:
        """Write the digest of the thresholds into the log, before anyone knows whether they will be met."""
        sealed.commit(self._door, limits)

    def open_sealed(self, part: Digest, model: Digest, limits: Digest) -> list[Row]:
        """Return the rows of a sealed part, once for each model; an opening that was killed goes on.

        Raises:
            AccessDeniedError: The limits were not committed before, or the model has had its look.
        """
        with self._door.lock:
            return sealed.open_part(self._door, self._ledger, part, model, limits)

    def close_sealed(self, part: Digest, model: Digest, evidence: Digest) -> None:
        """Write into the log what came of an opening; there is no second one.

        Raises:
            AccessDeniedError: There is no open opening.
        """
        with self._door.lock:
            sealed.close_part(self._door, self._ledger, part, model, evidence)

    def openings(self, part: Digest) -> list[dict[str, str]]:
        """Return model, limits, evidence (empty while open) and opened_at of each look at subjects of a part."""
        with self._door.lock:
            return sealed.openings(self._door, self._ledger, part)

    # -- artefacts ----------------------------------------------------------------------------------------------
    def put_model(self, files: Mapping[str, bytes], made_of: Sequence[Digest]) -> Digest:
        """Keep a model's files and return their digest: that of the document {path: SHA-256}."""
        return artefacts.put_model(self._door, files, made_of)

    def get_model(self, digest: Digest) -> dict[str, bytes]:
        """Return a model's files.

        Raises:
            DataError: There is none.
        """
        return artefacts.get_model(self._door, digest)

    def put_evidence(self, document: Mapping[str, Any]) -> Digest:
        """Keep a document in the clear and return the digest of its canonical JSON."""
        return artefacts.put_evidence(self._door, document)

    def get_evidence(self, digest: Digest) -> dict[str, Any]:
        """Return a document that was kept.

        Raises:
            IntegrityError: It is missing or was altered.
        """
        return artefacts.get_evidence(self._door, digest)

    def latest(self, kind: str) -> dict[str, Any]:
        """Return the evidence of a kind that the newest run of its stage put out.

        Raises:
            StudyError: No stage has put out any.
        """
        found = ran.latest_output(self._door, f"evidence.{kind}")
        if not found:
            raise StudyError(f"There is no {kind} evidence yet.", remedy="Run the study first: primum run STUDY")
        return self.get_evidence(Digest(found))

    def finished(self, key: Digest) -> dict[str, str] | None:
        """Return what a run of a stage put out, or None if there was none."""
        return ran.finished(self._door, key)

    def finish(self, stage: str, key: Digest, outputs: Mapping[str, str]) -> None:
        """Keep what a stage put out under the name of its run."""
        ran.finish(self._door, stage, key, outputs)

    def note_release(self, release: Digest, model: Digest) -> None:
        """Keep which model a release holds."""
        artefacts.note_release(self._door, release, model)

    # -- the clinic ---------------------------------------------------------------------------------------------
    def append_event(self, stream: str, subject: SubjectId, event: bytes) -> None:
        """Keep an event of a subject, sealed under its own key.

        Raises:
            DataError: The subject was erased.
        """
        casebook.append(self._door, stream, subject, event)

    def events(self, stream: str) -> list[tuple[int, SubjectId, bytes]]:
        """Return number, subject and bytes of the events of a stream, oldest first, erased subjects left out."""
        return casebook.read(self._door, stream)

    # -- erasure and keys ---------------------------------------------------------------------------------------
    def erase(self, identifier: str) -> Erasure:
        """Destroy the key of a subject, given by the hospital's identifier or the pseudonym; return what rested on it.

        The key-encryption key is replaced with it, so that no older copy of the store opens by today's key ring.

        Raises:
            DataError: It is not known here, or was erased before.
        """
        return lineage.erase(self._door, self._names.meant(identifier))

    def rotate(self, new_passphrase: str | None = None) -> None:
        """Replace the key-encryption key, wrap all data keys anew, and set a new passphrase where one is given.

        Raises:
            AccessDeniedError: The new passphrase is empty.
        """
        needs = (DataClass.IDENTIFIED, Action.WRITE)
        datakeys.rotate(self._door, new_passphrase, Deed(action="rotate keys", needs=needs))

    # -- people -------------------------------------------------------------------------------------------------
    def enrol(self, name: str, role: str, password: str) -> Person:
        """Enrol a person in a role; a known one takes a further role on with the same password.

        Raises:
            AccessDeniedError: The password is too short, or not that person's.
        """
        with self._door.lock:
            person = self._people.enrol(name, role, password)
            self._export_trust()
        return person

    def authenticate(self, name: str, password: str) -> Person:
        """Return the person whose password this is.

        Raises:
            AccessDeniedError: It is not, or sign-in failed too often of late.
        """
        with self._door.lock:
            return self._people.authenticate(name, password)

    def sign_as(self, name: str, password: str, payload: bytes) -> str:
        """Return a person's Ed25519 signature over bytes, 128 hexadecimal characters.

        Raises:
            AccessDeniedError: The password is not the person's.
        """
        with self._door.lock:
            return self._people.sign(name, password, payload)

    def sign_requirement(
        self, name: str, password: str, role: str, requirement: Mapping[str, Any], evidence: str
    ) -> dict[str, str]:
        """Keep and return a person's attestation of a requirement, bound to the evidence at hand.

        Args:
            name: The person.
            password: The person's own.
            role: In which the person signs.
            requirement: Its ``id`` and ``statement``.
            evidence: Digest over the set of evidence.

        Raises:
            AccessDeniedError: The password is not the person's, or the person does not have the role.
        """
        stated = {"requirement": str(requirement["id"]), "meaning": str(requirement["statement"]), "evidence": evidence}
        with self._door.lock:
            return self._people.attest(name, password, role, stated)

    def signatures(self) -> list[dict[str, str]]:
        """Return all attestations, as ``Signature.as_document`` writes them, in a fixed order.

        Raises:
            IntegrityError: One was altered, or does not fit its own key.
        """
        return self._people.attestations()

    def people(self) -> list[Person]:
        """Return everyone enrolled, by name."""
        return self._people.listed()

    # -- what leaves the house ----------------------------------------------------------------------------------
    def seal_bundle(self, folder: Path, files: Mapping[str, bytes], statement: Mapping[str, Any]) -> Digest:
        """Write a signed bundle and return the digest of its manifest, which is the release's name.

        Added to the statement are ``release`` (that digest) and ``checkpoint`` (the log's signed state).
        """
        name = digest(bundle.manifest_of(files))
        needs = (DataClass.MODEL, Action.WRITE)
        deed = Deed(action="seal release", about=name, needs=needs, detail={"files": len(files)})
        with self._door.lock:
            self._door.note(deed)
            full = {**statement, "release": name, "checkpoint": self._door.log.note}
            bundle.write(folder, files, full, self._door.ring.secret("release"))
        return name

    def attest(self, about: Digest, payload: bytes) -> bytes:
        """Return a signed envelope of what is said of data that leaves the house."""
        self._door.note(Deed(action="attest", about=about, needs=(DataClass.AGGREGATE, Action.WRITE)))
        return bundle.envelope(self._door.ring.secret("release"), payload)

    def record(self, action: str, about: str, detail: Mapping[str, str | int]) -> None:
        """Write into the log what a stage or the clinic did: digests, pseudonyms, counts and words, never content.

        Raises:
            ValueError: A word is longer than 200 characters.
        """
        needs = (DataClass.AGGREGATE, Action.WRITE)
        self._door.note(Deed(action=action, about=about, needs=needs, detail=dict(detail)))

    def posture(self) -> dict[str, Any]:
        """Return how data is kept, as facts for evidence; equal for every home."""
        return dict(nouns.POSTURE)

    def checkpoint(self) -> str:
        """Return the signed state of the log, to be kept by somebody else as a witness."""
        return self._door.log.note

    def trust(self) -> dict[str, Any]:
        """Return the public keys by which releases, the log and people's signatures are checked."""
        people = [{name: one[name] for name in ("name", "roles", "key", "signature")} for one in self._people.entries()]
        ring = self._door.ring
        return {
            "log": self._door.log.verifier,
            "release": crypto.public_of(ring.secret("release")),
            "root": crypto.public_of(ring.secret("root")),
            "people": people,
        }

    def _export_trust(self) -> None:
        path, data = self.home / "out" / "trust.json", json.dumps(self.trust(), indent=1, ensure_ascii=False).encode()
        with keeping("the public keys"):
            if not path.exists() or path.read_bytes() != data:
                write_whole(path, data)

    @staticmethod
    def suppressed(table: Mapping[str, Mapping[str, int]], smallest: int) -> dict[str, Any]:
        """Return a table as it may be published: ``cells``, ``rows``, ``columns``, ``total``; None is withheld.

        Args:
            table: Row to column to count of people; every row has the same columns.
            smallest: The smallest count that may be shown.
        """
        return disclosure.suppress_table(table, smallest)

    @staticmethod
    def suppressed_counts(counts: Mapping[str, int], smallest: int) -> dict[str, int | None]:
        """Return counts whose sum is public as they may be published; None is withheld."""
        return disclosure.suppress_counts(counts, smallest)
