"""What is told of images: findings with measurements, their doubt and where they lie, and what a doctor decided."""

import datetime as dt
import math
from dataclasses import dataclass, field
from enum import StrEnum

from pydicom.sr.coding import Code

from primum.errors import DataError
from primum.imaging.boxes import Box

PROBABILITY = Code("122157", "DCM", "Probability")
VOLUME = Code("118565006", "SCT", "Volume")
LONG_AXIS = Code("103339001", "SCT", "Long Axis")
SHORT_AXIS = Code("103340004", "SCT", "Short Axis")
NO_UNITS = Code("1", "UCUM", "no units")
MILLILITRE = Code("ml", "UCUM", "Milliliter")
MILLIMETRE = Code("mm", "UCUM", "mm")
_TEXT = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One number with its doubt.

    Attributes:
        name: What is measured, coded.
        value: The number.
        unit: Its unit, UCUM.
        below: How far below the value the interval reaches, in the same unit; None where there is no interval.
        above: How far above.
        interval: What the interval is, for instance ``90% conformal interval``; empty where there is none.
    """

    name: Code
    value: float
    unit: Code
    below: float | None = None
    above: float | None = None
    interval: str = ""

    def __post_init__(self) -> None:
        """Refuse what is no number.

        Raises:
            DataError: A number is not finite, an interval has one end, reaches the wrong way, or is not named.
        """
        numbers = [one for one in (self.value, self.below, self.above) if one is not None]
        ends = (self.below is None) + (self.above is None)
        if not all(math.isfinite(one) for one in numbers) or ends == 1 or min(numbers[1:], default=0) < 0:
            raise DataError(
                "A measurement is no finite number, or its interval is not around it.",
                remedy="Give a number, and both ends of its interval or none.",
            )
        if (self.below is None) == bool(self.interval):
            raise DataError(
                "A measurement's interval is not named, or there is none.",
                remedy="Say what kind of interval it is, where there is one.",
            )


def within(name: Code, unit: Code, ends: tuple[float, float, float], interval: str) -> Measurement:
    """Return a measurement from its value, low and high end.

    Raises:
        DataError: The value is outside its interval.
    """
    value, low, high = ends
    return Measurement(name=name, value=value, unit=unit, below=value - low, above=high - value, interval=interval)


def probability(value: float) -> Measurement:
    """Return a probability of 0 to 1 as a measurement.

    Raises:
        DataError: It is outside 0 to 1.
    """
    if not 0 <= value <= 1:
        raise DataError("A probability is outside 0 to 1.", remedy="Give a calibrated probability.")
    return Measurement(name=PROBABILITY, value=value, unit=NO_UNITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxRegion:
    """A rectangle on one image.

    Attributes:
        image: Which of the source images, from 0.
        box: In pixel edges; its label and score are not kept here, for the finding has its own.
        frame: Of a multi-frame image, from 1.
    """

    image: int
    box: Box
    frame: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRegion:
    """A segment of the segmentation that the report goes with.

    Attributes:
        number: Of the segment, from 1.
    """

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing found.

    Attributes:
        tracking: Its name, the same in a segmentation and in a later report.
        kind: What it is, coded.
        measurements: In the order in which they are read.
        site: Where in the body, coded.
        region: Where in the images; None where the whole of them is meant.
    """

    tracking: str
    kind: Code
    measurements: tuple[Measurement, ...]
    site: Code | None = None
    region: BoxRegion | SegmentRegion | None = None


class Verdict(StrEnum):
    """What a doctor said of a report."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A doctor's last word.

    Attributes:
        verdict: Accepted as it stands, corrected (the report holds the corrected findings), or rejected.
        doctor: As DICOM writes a name, family name first: ``Quill^Ada``.
        organisation: Where he answers for it.
        at: When, with a time zone; kept to the second.
        reason: In the doctor's words; may be empty.
    """

    verdict: Verdict
    doctor: str
    organisation: str
    at: dt.datetime
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a decision that nobody answers for.

        Raises:
            DataError: There is no name, organisation or time zone, or a text is too long.
        """
        if not self.doctor or not self.organisation or len(self.organisation) > 64:  # noqa: PLR2004 - of DICOM's LO
            raise DataError("A decision has no doctor or no organisation.", remedy="Name who answers for it.")
        if self.at.tzinfo is None or len(self.reason) > _TEXT:
            raise DataError(
                f"A decision has no time zone, or a reason of more than {_TEXT} characters.", remedy="Give both so."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is told of a series.

    Attributes:
        findings: At least one; that nothing was found is a finding of low probability.
        decision: A doctor's, or None: then the report says that nobody has verified it.
    """

    findings: tuple[Finding, ...] = field(default=())
    decision: Decision | None = None

    def __post_init__(self) -> None:
        """Refuse a report of nothing, or of two things under one name.

        Raises:
            DataError: It has no finding, or two of the same tracking name.
        """
        names = [one.tracking for one in self.findings]
        if not names or not all(names) or len(set(names)) < len(names):
            raise DataError(
                "A report has no finding, or findings without a name of their own.",
                remedy="Name each finding; that nothing was found is a finding of low probability.",
            )
