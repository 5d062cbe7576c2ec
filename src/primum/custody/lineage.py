"""Lineage: what was made of what, and therefore what an erased subject's data had gone into."""

from collections.abc import Iterable

import sqlalchemy as sa

from primum.custody import datakeys
from primum.custody.door import Deed, Door
from primum.custody.naming import forget
from primum.custody.nouns import Action, DataClass, Erasure
from primum.custody.store import data_sets, lineage, members, models, put, releases
from primum.errors import DataError
from primum.ids import Digest, SubjectId


def note_parents(work: sa.Connection, child: str, parents: Iterable[str]) -> None:
    """Keep what something was made of; parents noted before stay."""
    for parent in parents:
        if parent != child:
            put(work, lineage, {"child": child, "parent": parent})


def descendants(work: sa.Connection, of: Iterable[str]) -> set[str]:
    """Return all that was made of some things, of what was made of them, and so on; the things themselves too."""
    children: dict[str, list[str]] = {}
    for child, parent in work.execute(sa.select(lineage.c.child, lineage.c.parent)):
        children.setdefault(parent, []).append(child)
    found: set[str] = set()
    waiting = list(of)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += children.get(one, [])
    return found


def rested_on(work: sa.Connection, subject: SubjectId) -> Erasure:
    """Return what rested on a subject, in the order it was made."""
    held = sa.select(members.c.data_set).where(members.c.subject == subject)
    as_made = sa.literal_column("rowid", sa.Integer)
    sets = list(
        work.execute(sa.select(data_sets.c.digest).where(data_sets.c.digest.in_(held)).order_by(as_made)).scalars()
    )
    downstream = descendants(work, sets)
    made = [one for one in work.execute(sa.select(models.c.digest).order_by(as_made)).scalars() if one in downstream]
    out = [row.release for row in work.execute(sa.select(releases).order_by(as_made)) if row.model in made]
    return Erasure(
        subject=subject,
        data_sets=tuple(Digest(one) for one in sets),
        models=tuple(Digest(one) for one in made),
        releases=tuple(Digest(one) for one in out),
    )


def erase(door: Door, subject: SubjectId) -> Erasure:
    """Destroy a subject's key and the key that had wrapped it, wipe their traces, and return what had rested on it.

    All other keys are wrapped anew in the same transaction. So a wrapped key of the subject, in whatever old copy of
    the store, opens by no key of today's ring.

    Raises:
        DataError: There is no such subject, or it was erased before.
        IntegrityError: The disk does not take it, or another program holds on to traces; the message says which.
    """
    deed = Deed(action="erase subject", about=subject, needs=(DataClass.IDENTIFIED, Action.WRITE))
    with door.lock:
        with door.look(deed) as work:
            known = datakeys.find(door, work, [subject])
        if known.get(subject) is None:
            what = "was erased before" if subject in known else "is not known here"
            refusal = DataError(
                f"Subject {subject} {what}.",
                remedy="Give the hospital's own identifier, or a pseudonym as reports show it.",
            )
            raise door.refuse(deed, refusal)
        rested: list[Erasure] = []

        def destroyed() -> None:
            with door.act(deed) as work:
                rested.append(rested_on(work, subject))
                forget(work, [subject])
                datakeys.destroy(door, work, subject)
                datakeys.wrap_anew(door, work)

        door.ring.rotate(None, destroyed)
        door.store.wipe_traces()
    return rested[0]
