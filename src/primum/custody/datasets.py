"""Data sets: rows sealed under their subjects' own keys, bound to their place in a container, whole or refused."""

import json
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from primum.custody import crypto, datakeys
from primum.custody.door import Deed, Door
from primum.custody.lineage import note_parents
from primum.custody.nouns import Action, DataClass, DataSet, Row, Rows
from primum.custody.stages import rests_on
from primum.custody.store import data_sets, members, put
from primum.errors import AccessDeniedError, DataError, IntegrityError
from primum.ids import Digest, SubjectId

SCHEMA = pa.schema([("subject", pa.string()), ("sealed", pa.binary())])


def write(door: Door, dataset: DataSet, rows: Rows, *, is_opened: bool) -> None:
    """Keep a data set; one that something rests on already must be the same as before.

    Args:
        door: The way in.
        dataset: What it is.
        rows: In the order to be kept.
        is_opened: Whether it is a sealed part that a model has looked into.

    Raises:
        DataError: An erased subject is in it.
        IntegrityError: Something rests on a data set of this name that holds something else.
    """
    listed = list(rows)
    deed = Deed(
        action="write data set",
        about=dataset.digest,
        needs=(dataset.data_class, Action.WRITE),
        detail={"name": dataset.name, "class": dataset.data_class.value, "rows": len(listed)},
    )
    with door.act(deed) as work:
        if _row(work, dataset.digest) is not None:
            if _is_same(door, work, dataset, listed):
                return
            if is_opened or rests_on(door, work, dataset.digest):
                raise IntegrityError(
                    f"The data set {dataset.name} ({dataset.digest[:12]}) exists with other content.",
                    remedy="A stage whose results change must raise its version; then run the study again.",
                )
        _keep(door, work, dataset, listed)


def _keep(door: Door, work: sa.Connection, dataset: DataSet, rows: Sequence[Row]) -> None:
    keys = datakeys.ensure(door, work, (subject for subject, _ in rows))
    sealed = [
        crypto.seal(keys[subject], data, _binding(dataset.digest, subject, ordinal))
        for ordinal, (subject, data) in enumerate(rows)
    ]
    subjects = [subject for subject, _ in rows]
    blob = door.blobs.put(_pack(subjects, sealed))
    made_of = json.dumps(list(dataset.made_of))
    work.execute(sa.delete(data_sets).where(data_sets.c.digest == dataset.digest))
    row = {
        "digest": dataset.digest,
        "name": dataset.name,
        "data_class": dataset.data_class.value,
        "made_of": made_of,
        "blob": blob,
    }
    put(work, data_sets, {**row, "seal": door.seal_of("data set", row, subjects)})
    if subjects:
        listed = [{"data_set": dataset.digest, "ordinal": at, "subject": one} for at, one in enumerate(subjects)]
        work.execute(sa.insert(members), listed)
    note_parents(work, dataset.digest, dataset.made_of)


def _is_same(door: Door, work: sa.Connection, dataset: DataSet, rows: Sequence[Row]) -> bool:
    known = _describe(door, work, dataset.digest)
    before = (known.name, known.data_class, known.made_of, _rows(door, work, dataset.digest))
    return before == (dataset.name, dataset.data_class, tuple(dataset.made_of), list(rows))


def read(door: Door, digest: Digest) -> list[Row]:
    """Return the rows of a data set in the order written, those of erased subjects left out.

    Raises:
        AccessDeniedError: It is sealed.
        DataError: There is none of this name.
        IntegrityError: It was altered.
    """
    known = describe(door, digest)
    deed = Deed(
        action="read data set",
        about=digest,
        needs=(known.data_class, Action.READ),
        detail={"name": known.name, "class": known.data_class.value, "subjects": known.subjects},
    )
    if known.data_class is DataClass.SEALED:
        refusal = AccessDeniedError(
            f"The part {known.name} is sealed.",
            remedy="It opens once for each model, by open_sealed, after the limits were committed.",
        )
        raise door.refuse(deed, refusal)
    with door.act(deed) as work:
        return _rows(door, work, digest)


def read_sealed(door: Door, deed: Deed, model: Digest) -> list[Row]:
    """Return the rows of a sealed part, on which the model rests from now on; that it may open was decided before."""
    with door.act(deed) as work:
        note_parents(work, model, [deed.about])
        return _rows(door, work, Digest(deed.about))


def describe(door: Door, digest: Digest) -> DataSet:
    """Return what is known of a data set without opening it.

    Raises:
        DataError: There is none of this name.
        IntegrityError: What is known was altered.
    """
    with door.look(Deed(action="describe data set", about=digest)) as work:
        return _describe(door, work, digest)


def _row(work: sa.Connection, digest: Digest) -> sa.RowMapping | None:
    return work.execute(sa.select(data_sets).where(data_sets.c.digest == digest)).mappings().first()


def _subjects(door: Door, work: sa.Connection, digest: Digest) -> tuple[sa.RowMapping, list[str]]:
    """Return the row of a data set and its subjects in order, after checking that both are as they were kept."""
    found = _row(work, digest)
    if found is None:
        raise DataError(f"There is no data set {digest[:12]}.", remedy="Run the study; the stage before makes it.")
    query = sa.select(members.c.subject).where(members.c.data_set == digest).order_by(members.c.ordinal)
    subjects = list(work.execute(query).scalars())
    row = {name: value for name, value in found.items() if name != "seal"}
    if not crypto.same(found["seal"], door.seal_of("data set", row, subjects)):
        raise _altered(found["name"], digest)
    return found, subjects


def _describe(door: Door, work: sa.Connection, digest: Digest) -> DataSet:
    row, subjects = _subjects(door, work, digest)
    keys = datakeys.find(door, work, subjects)
    return DataSet(
        digest=digest,
        name=row["name"],
        data_class=DataClass(row["data_class"]),
        made_of=tuple(Digest(one) for one in json.loads(row["made_of"])),
        subjects=sum(key is not None for key in keys.values()),
    )


def _rows(door: Door, work: sa.Connection, digest: Digest) -> list[Row]:
    row, subjects = _subjects(door, work, digest)
    packed, sealed = _unpack(door.blobs.get(row["blob"]))
    if packed != subjects:
        raise _altered(row["name"], digest)
    keys = datakeys.find(door, work, subjects)
    rows: list[Row] = []
    try:
        for ordinal, (subject, data) in enumerate(zip(subjects, sealed, strict=True)):
            key = keys[subject]
            if key is not None:
                rows.append((SubjectId(subject), crypto.unseal(key, data, _binding(digest, subject, ordinal))))
    except (crypto.UnsealError, KeyError) as fault:
        raise _altered(row["name"], digest) from fault
    return rows


def _binding(digest: str, subject: str, ordinal: int) -> list[str | int]:
    return ["row", digest, subject, ordinal]


def _pack(subjects: Sequence[str], sealed: Sequence[bytes]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table({"subject": subjects, "sealed": sealed}, schema=SCHEMA), sink, compression="NONE")
    return bytes(sink.getvalue().to_pybytes())


def _unpack(data: bytes) -> tuple[list[str], list[bytes]]:
    table = pq.read_table(pa.BufferReader(data), schema=SCHEMA)
    return table.column("subject").to_pylist(), table.column("sealed").to_pylist()


def _altered(name: str, digest: str) -> IntegrityError:
    return IntegrityError(
        f"The data set {name} ({digest[:12]}) is not as it was kept: rows or their order were altered.",
        remedy="Restore the home from a backup of one time, and look for who altered it.",
    )


def sealed_kin(door: Door, part: Digest) -> list[Digest]:
    """Return the sealed parts that share a subject with a part, itself among them, in the order of their names."""
    here = sa.select(members.c.subject).where(members.c.data_set == part)
    shared = (
        sa.select(members.c.data_set)
        .join(data_sets, data_sets.c.digest == members.c.data_set)
        .where(data_sets.c.data_class == DataClass.SEALED.value, members.c.subject.in_(here))
        .distinct()
        .order_by(members.c.data_set)
    )
    with door.look(Deed(action="describe data set", about=part)) as work:
        return [Digest(one) for one in work.execute(shared).scalars()]
