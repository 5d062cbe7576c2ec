"""The sealed test part: opens once for each model, after the limits were committed; the log knows whether it did.

What counts is the people in it, not its name: a part that shares a subject with one that was opened was looked into.
"""

from primum.custody import datasets
from primum.custody.door import Deed, Door
from primum.custody.ledger import CLOSE, COMMIT, OPEN, Ledger
from primum.custody.nouns import Action, DataClass, Row
from primum.errors import AccessDeniedError
from primum.ids import Digest


def commit(door: Door, limits: Digest) -> None:
    """Write into the log by which thresholds a model will be judged, before anyone has seen how it does."""
    door.note(Deed(action=COMMIT, about=limits, needs=(DataClass.AGGREGATE, Action.WRITE)))


def open_part(door: Door, ledger: Ledger, part: Digest, model: Digest, limits: Digest) -> list[Row]:
    """Return the rows of a sealed part for one model.

    An opening whose evidence was not kept, because the run was killed, goes on with the same limits and is logged as
    resumed.

    Raises:
        AccessDeniedError: The limits were not committed before, the model has had its look, or the limits were changed.
        DataError: There is no such part.
    """
    known = datasets.describe(door, part)
    before = ledger.look(part, datasets.sealed_kin(door, part), model)
    how = {"how": "resumed" if before else "first"}
    deed = Deed(
        action=OPEN,
        about=part,
        needs=(DataClass.SEALED, Action.READ),
        detail={"model": model, "limits": limits, "subjects": known.subjects, **how},
    )
    if known.data_class is not DataClass.SEALED:
        raise door.refuse(deed, AccessDeniedError(f"{known.name} is no sealed part.", remedy="Use read_dataset."))
    if limits not in ledger.committed:
        refusal = AccessDeniedError(
            "The sealed part does not open: these limits were not committed before.",
            remedy="Commit the limits first; what counts as good is said before it is known how good it is.",
        )
        raise door.refuse(deed, refusal)
    if before and before.evidence:
        refusal = AccessDeniedError(
            f"The model {model[:12]} has opened this sealed part, or one with the same subjects, before; "
            "a second opening is refused.",
            remedy=f"Use its evidence {before.evidence[:12]}, with the limits and columns it was judged by; "
            "or bring a new model, or subjects nobody has looked at.",
        )
        raise door.refuse(deed, refusal)
    if before and before.limits != limits:
        refusal = AccessDeniedError(
            "The sealed part was opened under other limits; they cannot be changed after a look.",
            remedy="Go on with the limits committed before the opening.",
        )
        raise door.refuse(deed, refusal)
    return datasets.read_sealed(door, deed, model)


def close_part(door: Door, ledger: Ledger, part: Digest, model: Digest, evidence: Digest) -> None:
    """Write into the log that a model has had its look, and what came of it.

    Raises:
        AccessDeniedError: It has not opened the part, or its look is over already.
    """
    deed = Deed(
        action=CLOSE,
        about=part,
        needs=(DataClass.SEALED, Action.READ),
        detail={"model": model, "evidence": evidence},
    )
    before = ledger.openings.get(part, {}).get(model)
    if before and before.evidence == evidence:
        return
    if before is None or before.evidence:
        refusal = AccessDeniedError(
            f"The model {model[:12]} has no open look into this sealed part.",
            remedy="Open the part first; the evidence of an earlier look cannot be exchanged.",
        )
        raise door.refuse(deed, refusal)
    door.note(deed)


def openings(door: Door, ledger: Ledger, part: Digest) -> list[dict[str, str]]:
    """Return who looked at subjects of a sealed part, in order: model, limits, evidence (empty while open) and time."""
    looks = [one for kin in datasets.sealed_kin(door, part) for one in ledger.openings.get(kin, {}).values()]
    return [
        {"model": one.model, "limits": one.limits, "evidence": one.evidence or "", "opened_at": one.opened_at}
        for one in sorted(looks, key=lambda one: one.opened_at)
    ]
