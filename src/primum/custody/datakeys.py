"""Data keys: one for each subject and model, wrapped by the key ring, destroyed to erase what it sealed."""

from collections.abc import Iterable

import sqlalchemy as sa

from primum.custody import crypto
from primum.custody.door import Deed, Door
from primum.custody.keyring import Wrapped
from primum.custody.store import keys, put
from primum.errors import DataError, IntegrityError

CHUNK = 1000
"""Owners asked for at a time; SQLite takes at most some thousand parameters."""


def find(door: Door, work: sa.Connection, owners: Iterable[str]) -> dict[str, bytes | None]:
    """Return owner to data key; None for an erased one, unknown ones left out.

    Raises:
        IntegrityError: A key was altered, or is gone without our having erased it.
    """
    wanted = sorted(set(owners))
    found: dict[str, bytes | None] = {}
    for start in range(0, len(wanted), CHUNK):
        query = sa.select(keys).where(keys.c.owner.in_(wanted[start : start + CHUNK]))
        for row in work.execute(query).mappings():
            found[row["owner"]] = _open(door, row)
    return found


def _open(door: Door, row: sa.RowMapping) -> bytes | None:
    owner, data, gone = str(row["owner"]), row["wrapped"], row["gone"]
    if isinstance(data, bytes) and gone is None:
        return door.ring.unwrap(Wrapped(by=str(row["wrapped_by"]), data=data), owner)
    if data is None and isinstance(gone, bytes) and crypto.same(gone, door.seal_of("gone", owner)):
        return None
    raise IntegrityError(
        f"The key of {owner} is gone, and it was not erased by us.",
        remedy="Restore store.db and the audit folder from one and the same backup.",
    )


def ensure(door: Door, work: sa.Connection, owners: Iterable[str]) -> dict[str, bytes]:
    """Return owner to data key, making those that are new.

    Raises:
        DataError: An owner was erased; it may not come back.
    """
    wanted = sorted(set(owners))
    found = find(door, work, wanted)
    made = {}
    for owner in wanted:
        known = found.get(owner)
        if known is None:
            if owner in found:
                raise DataError(
                    f"Subject {owner} was erased, and its data is here again.",
                    remedy="Remove the subject from the sources, or list it under consent.opt_out in the study: "
                    "what is erased is not taken in again.",
                )
            known = crypto.new_key()
            _keep(door, work, owner, known)
        made[owner] = known
    return made


def _keep(door: Door, work: sa.Connection, owner: str, key: bytes) -> None:
    wrapped = door.ring.wrap(key, owner)
    put(work, keys, {"owner": owner, "wrapped_by": wrapped.by, "wrapped": wrapped.data, "gone": None})


def destroy(door: Door, work: sa.Connection, owner: str) -> None:
    """Destroy a data key for good; what it sealed is noise from now on."""
    gone = {"wrapped_by": None, "wrapped": None, "gone": door.seal_of("gone", owner)}
    work.execute(sa.update(keys).where(keys.c.owner == owner).values(**gone))


def wrap_anew(door: Door, work: sa.Connection) -> int:
    """Wrap every data key by the newest key of the ring, and return how many there are."""
    rows = work.execute(sa.select(keys).where(keys.c.wrapped.is_not(None))).mappings().all()
    anew = []
    for row in rows:
        key = _open(door, row)
        if key is not None:
            wrapped = door.ring.wrap(key, row["owner"])
            anew.append({"of": row["owner"], "by": wrapped.by, "data": wrapped.data})
    if anew:
        change = sa.update(keys).where(keys.c.owner == sa.bindparam("of"))
        work.execute(change.values(wrapped_by=sa.bindparam("by"), wrapped=sa.bindparam("data")), anew)
    return len(rows)


def rotate(door: Door, new_passphrase: str | None, deed: Deed) -> None:
    """Replace the key-encryption key and wipe the traces of the old wraps.

    Args:
        door: The way in.
        new_passphrase: Opens the ring from now on; None keeps the passphrase.
        deed: What is written into the log before.
    """

    def wrapped() -> None:
        with door.store.transaction() as work:
            wrap_anew(door, work)

    with door.lock:
        door.note(deed)
        door.ring.rotate(new_passphrase, wrapped)
        door.store.wipe_traces()
