"""Who wrote a DICOM result, when, and under which UIDs: all of it given, so that the same result has the same bytes."""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import UID
from pydicom.valuerep import DA, DT, TM

from primum.errors import DataError
from primum.ids import Digest, digest
from primum.privacy.dicom.elements import FAULTS

MANUFACTURER = "Primum"
_LONG_STRING = 64
_DATES = ("InstanceCreationDate", "ContentDate", "PresentationCreationDate")
_TIMES = ("InstanceCreationTime", "ContentTime", "PresentationCreationTime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who made a result.

    Attributes:
        release: Digest of the release that spoke; the name of the algorithm in every object.
        version: Version of the software.
        device: What the installation is called, at most 64 characters.
        serial: Its serial number, at most 64 characters.
        made_at: When, with a time zone.
        seed: UIDs are made of it and of the content: the same of both give the same UID, whatever the machine.
        series_number: Where viewers list the results among the series of a study, 1 or more.
    """

    release: Digest
    version: str
    device: str
    serial: str
    made_at: dt.datetime
    seed: str
    series_number: int = 9000

    def __post_init__(self) -> None:
        """Refuse what DICOM has no room for.

        Raises:
            DataError: A name is empty or too long, the time has no zone, or the series number is not positive.
        """
        for name in ("release", "version", "device", "serial"):
            if not 0 < len(getattr(self, name)) <= _LONG_STRING:
                raise DataError(
                    f"The {name} of a result's maker has no or too many characters.", remedy="Give 1 to 64 characters."
                )
        if self.made_at.tzinfo is None:
            raise DataError("The time of a result has no time zone.", remedy="Give a time with its zone.")
        if self.series_number < 1:
            raise DataError("The series number of a result is not positive.", remedy="Give 1 or more.")

    def uid(self, *names: str) -> UID:
        """Return the UID of what has these names: of root 2.25, the same whenever seed and names are the same.

        Source: 2.25 with an integer of 128 bits, PS3.5 Annex B.2.
        """
        whole = hashlib.sha256("\0".join(("primum-result", self.seed, *names)).encode()).digest()
        return UID(f"2.25.{int.from_bytes(whole[:16], 'big')}")


def built(make: Callable[[], Dataset], what: str) -> Dataset:
    """Return what a library makes of our values.

    Raises:
        DataError: It refused them.
    """
    try:
        return make()
    except FAULTS as error:
        raise DataError(
            f"The source images do not allow a {what} to be written: {type(error).__name__} in the DICOM library.",
            remedy="Give complete, unaltered images of one series; see the chained error for the attribute.",
        ) from error


def settled(made: Dataset, provenance: Provenance) -> Dataset:
    """Return an object with its times and UIDs as the provenance has them: nothing of the clock or of chance is left.

    Its SOP instance UID is made of its content, so that two results of different content never share one, and a result
    that is sent twice is known by the PACS.
    """
    when = provenance.made_at
    for element in made.iterall():
        if element.keyword in _DATES:
            element.value = DA(when.date())
        elif element.keyword in _TIMES:
            element.value = TM(when.time().replace(microsecond=0))
        elif element.keyword == "ContributionDateTime":
            element.value = DT(when.replace(microsecond=0))
        elif element.keyword == "DimensionOrganizationUID":
            element.value = provenance.uid("dimensions", str(made.SeriesInstanceUID))
    plain = plain_of(made)
    plain.SOPInstanceUID = provenance.uid("instance", digest(bytes_of(plain)))
    plain.file_meta.MediaStorageSOPInstanceUID = plain.SOPInstanceUID
    return plain


def bytes_of(dataset: Dataset) -> bytes:
    """Return a data set as a DICOM file."""
    file = BytesIO()
    pydicom.dcmwrite(file, dataset, enforce_file_format=True)
    return file.getvalue()


def plain_of(dataset: Dataset) -> Dataset:
    """Return a data set as anybody else reads it: written and opened again."""
    return pydicom.dcmread(BytesIO(bytes_of(dataset)))
