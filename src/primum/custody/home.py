"""A home: the folder where a study's data is kept; made whole or not at all, opened by one program at a time."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from primum.custody import access, store
from primum.custody.access import PolicyFile
from primum.custody.audit import AuditLog
from primum.custody.blobs import Blobs
from primum.custody.door import Parts
from primum.custody.files import keeping, remove_drafts, write_whole
from primum.custody.keyring import KeyRing, PassphraseKeyRing
from primum.custody.ledger import Ledger
from primum.custody.store import Store
from primum.errors import IntegrityError

KEYRING = "keyring.json"
POLICY = "access.yaml"
PEOPLE = "people.json"
STORE = "store.db"
LOCK = "lock"
AUDIT = "audit"
FOLDERS = (AUDIT, "blobs", "evidence", "signatures", "out")
OURS = {KEYRING, POLICY, PEOPLE, LOCK, STORE, f"{STORE}-wal", f"{STORE}-shm", f"{STORE}-journal", *FOLDERS}


@contextlib.contextmanager
def locked(home: Path) -> Iterator[None]:
    """Hold the home alone; a program that dies lets go of it.

    Raises:
        IntegrityError: Another program holds it, the folder belongs to something else, or it cannot be written.
    """
    with keeping("the home"):
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        strange = sorted({one.name.removesuffix(".tmp") for one in home.iterdir()} - OURS)
        if strange and not (home / KEYRING).exists():
            raise IntegrityError(
                f"{home} is not empty and is no home: it holds {strange[0]}.", remedy="Name an empty or new folder."
            )
        handle = os.open(home / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IntegrityError(
                f"Another program holds {home}: a run, or the workbench.",
                remedy="Wait for it to end, or stop it; then run the same command. Only `verify` needs no turn.",
            ) from None
        yield
    finally:
        os.close(handle)


def prepare(home: Path, passphrase: str, policy: Path | None) -> KeyRing:
    """Return the key ring of a home, making the home first where there is none; the key ring is written last.

    Args:
        home: The folder, locked.
        passphrase: Of the home.
        policy: Copied in when the home is made.

    Raises:
        AccessDeniedError: The passphrase is not the one, or the policy is malformed.
        IntegrityError: The key ring of a home with data is missing, or the disk does not take the new home.
    """
    with keeping("the home"):
        remove_drafts(home)
    if (home / KEYRING).exists():
        return PassphraseKeyRing.load(home / KEYRING, passphrase)
    _clear(home)
    with keeping("the home"):
        for one in FOLDERS:
            (home / one).mkdir(exist_ok=True, mode=0o700)
        rules = policy.read_bytes() if policy else access.DENY_ALL
        access.read(rules, policy or home / POLICY)
        write_whole(home / POLICY, rules)
        write_whole(home / PEOPLE, b'{"people": []}\n')
    Store(home / STORE, create=True).close()
    return PassphraseKeyRing.create(home / KEYRING, passphrase)


def _clear(home: Path) -> None:
    """Remove what an unfinished making left; refuse where there is data whose key ring is lost."""
    has_data = any((home / one).is_dir() and any((home / one).iterdir()) for one in ("blobs", "evidence"))
    if not has_data and (home / STORE).exists():
        kept = Store(home / STORE, create=True)
        with contextlib.closing(kept), kept.transaction() as work:
            has_data = not store.is_empty(work, store.keys, store.stages)
    if has_data:
        raise IntegrityError(
            f"{home / KEYRING} is missing, and without it the data in this home cannot be read.",
            remedy="Restore keyring.json from a backup; or, to give the data up, remove the folder.",
        )
    with keeping("the home"):
        shutil.rmtree(home / AUDIT, ignore_errors=True)
        for name in (STORE, f"{STORE}-wal", f"{STORE}-shm"):
            (home / name).unlink(missing_ok=True)


def open_parts(home: Path, ring: KeyRing, ledger: Ledger, opened: contextlib.ExitStack) -> Parts:
    """Return what stands behind the door, the log verified from its first entry to its last.

    Args:
        home: The folder, locked and prepared.
        ring: Its keys.
        ledger: Is told every entry of the log.
        opened: What is opened here is closed by it.

    Raises:
        IntegrityError: Log or store are missing, altered, or not of the same time.
    """
    kept = Store(home / STORE)
    opened.callback(kept.close)
    with kept.transaction() as work:
        witness = store.recall(work, "witness")
        is_fresh = not witness and store.is_empty(work, store.keys, store.stages)
        named = set(work.execute(sa.select(store.data_sets.c.blob)).scalars())
        for files in work.execute(sa.select(store.models.c.files)).scalars():
            named |= store.names_in(files)
    log = AuditLog(home / AUDIT, ring.secret("log"), witness, ledger.visit)
    opened.callback(log.close)
    remembered = log.read(witness).size if witness else 0
    if log.size > remembered + 1 or (not witness and not is_fresh):
        raise IntegrityError(
            f"The store remembers {remembered} audit entries of {log.size}: it was rolled back.",
            remedy="Restore store.db and the audit folder from one and the same backup.",
        )
    blobs = Blobs(home / "blobs")
    blobs.keep_only(named)
    return Parts(home=home, ring=ring, policy=PolicyFile(home / POLICY), store=kept, blobs=blobs, log=log)
