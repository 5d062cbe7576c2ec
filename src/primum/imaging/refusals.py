"""A picture that is not taken, and a source of pictures with all its faults told together."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from primum.errors import DataError
from primum.imaging.reasons import Reason
from primum.imaging.wording import ACTORS, SAID

SHOWN = 5
"""Places of a fault that are told; of more, their number."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fault:
    """One thing wrong with a source of pictures.

    Attributes:
        reason: Which.
        place: Where: files and pictures by number, for a name may hold an identifier.
        detail: Numbers and technical words alone.
    """

    reason: Reason
    place: str
    detail: str = ""


class PictureRefusedError(DataError):
    """A picture that is not taken.

    Args:
        reason: Why; also the attribute of that name.
        detail: Numbers and technical words, in English; also an attribute.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        what = SAID[reason].what.en.rstrip(".")
        super().__init__(f"{what} ({detail})." if detail else f"{what}.", remedy=SAID[reason].remedy.en)
        self.reason = reason
        self.detail = detail

    def as_document(self) -> dict[str, object]:
        """Return the refusal as the object that ``--json`` prints, with its code."""
        return super().as_document() | {"reason": str(self.reason)}


class IntakeRefusedError(DataError):
    """A source of pictures with faults: all of them, by kind.

    Args:
        source: Its name in the study.
        faults: What is wrong; also the attribute of that name.
    """

    def __init__(self, source: str, faults: Sequence[Fault]) -> None:
        kinds = list(dict.fromkeys(one.reason for one in faults))
        lines = [_line(kind, [one for one in faults if one.reason is kind]) for kind in kinds]
        super().__init__(
            "\n  ".join([f"Source {source} has {len(faults)} fault(s) in its pictures:", *lines]),
            remedy="\n  ".join(f"{ACTORS[SAID[kind].actor].en}: {SAID[kind].remedy.en}" for kind in kinds),
        )
        self.faults = tuple(faults)

    def as_document(self) -> dict[str, object]:
        """Return the refusal as the object that ``--json`` prints, with each kind in both languages."""
        counts = Counter(one.reason for one in self.faults)
        return super().as_document() | {
            "faults": [
                {
                    "reason": str(kind),
                    "count": count,
                    "what": SAID[kind].what.model_dump(),
                    "remedy": SAID[kind].remedy.model_dump(),
                    "actor": str(SAID[kind].actor),
                    "places": [_where(one) for one in self.faults if one.reason is kind][:SHOWN],
                }
                for kind, count in counts.items()
            ]
        }


def _line(kind: Reason, faults: Sequence[Fault]) -> str:
    places = [_where(one) for one in faults[:SHOWN]]
    more = f", and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
    return f"{kind}, {len(faults)}: {SAID[kind].what.en} ({'; '.join(places)}{more})"


def _where(fault: Fault) -> str:
    return f"{fault.place}: {fault.detail}" if fault.detail else fault.place
