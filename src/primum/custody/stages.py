"""Which stage ran on what and what it put out, so that nothing is done twice."""

import json
from collections.abc import Mapping

import sqlalchemy as sa

from primum.custody import crypto
from primum.custody.door import Deed, Door
from primum.custody.nouns import Action, DataClass
from primum.custody.store import put, stages
from primum.errors import IntegrityError
from primum.ids import Digest, canonical


def finish(door: Door, stage: str, key: Digest, outputs: Mapping[str, str]) -> None:
    """Keep what a stage put out under the name of its run."""
    deed = Deed(action="finish stage", about=key, needs=(DataClass.AGGREGATE, Action.WRITE), detail={"stage": stage})
    with door.act(deed) as work:
        row = {"key": key, "stage": stage, "outputs": canonical(dict(outputs)).decode()}
        put(work, stages, {**row, "used": _next(work), "seal": door.seal_of("stage", row)})


def finished(door: Door, key: Digest) -> dict[str, str] | None:
    """Return what a run of a stage put out, or None if there was none; it counts as used now.

    Raises:
        IntegrityError: The row was altered.
    """
    deed = Deed(action="look up stage", about=key, needs=(DataClass.AGGREGATE, Action.READ))
    with door.look(deed) as work:
        row = work.execute(sa.select(stages).where(stages.c.key == key)).mappings().first()
        if row is None:
            return None
        newest = sa.select(sa.func.max(stages.c.used)).where(stages.c.stage == row["stage"])
        if row["used"] != work.execute(newest).scalar():
            work.execute(sa.update(stages).where(stages.c.key == key).values(used=_next(work)))
        return _outputs(door, row)


def latest_output(door: Door, name: str) -> str:
    """Return the output of this name of the stage run used last, or an empty word."""
    deed = Deed(action="look up stage", about=name, needs=(DataClass.AGGREGATE, Action.READ))
    with door.look(deed) as work:
        for row in work.execute(sa.select(stages).order_by(stages.c.used.desc())).mappings():
            found = _outputs(door, row).get(name)
            if found:
                return found
    return ""


def rests_on(door: Door, work: sa.Connection, digest: Digest) -> bool:
    """Return whether a finished stage put out this digest."""
    rows = work.execute(sa.select(stages)).mappings()
    return any(digest in _outputs(door, row).values() for row in rows)


def _next(work: sa.Connection) -> int:
    return int(work.execute(sa.select(sa.func.coalesce(sa.func.max(stages.c.used), 0))).scalar_one()) + 1


def _outputs(door: Door, row: sa.RowMapping) -> dict[str, str]:
    sealed = {name: row[name] for name in ("key", "stage", "outputs")}
    if not crypto.same(row["seal"], door.seal_of("stage", sealed)):
        raise IntegrityError(
            f"What the stage {row['stage']} put out was altered in the store.",
            remedy="Restore store.db and the audit folder from one and the same backup.",
        )
    return dict(json.loads(row["outputs"]))
