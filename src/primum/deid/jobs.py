"""One file to be cleaned, as handlers of formats are given it."""

from dataclasses import dataclass, field
from typing import BinaryIO

from primum.deid.desk import Desk
from primum.deid.nouns import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One file to be cleaned.

    Attributes:
        source: The file.
        target: Takes what is written.
        subject: Whose the file is.
        desk: This run's.
    """

    source: Source
    target: BinaryIO
    subject: str = field(repr=False)
    desk: Desk
