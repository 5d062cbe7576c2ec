"""What is asked of the cleaner: whose file it is, which options of the profile apply, and what came of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pydicom.dataset import Dataset

TextCleaner = Callable[[str], str]
DocumentCleaner = Callable[[str, bytes], bytes]
LARGEST_PIXELS = 4 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class DicomIdentity:
    """Who the subject is to be from now on.

    Attributes:
        subject: The pseudonym; becomes the patient's ID and name. At most 64 characters, no backslash.
        days: By how many days every date is moved.
        key: Secret of the run, at least 16 bytes: new UIDs and replacement codes follow from it, so that the same
            UID gets the same new one in every file cleaned with the same key.
    """

    subject: str
    days: int
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Which options of PS3.15 Table E.1-1 apply, and what happens where the table leaves a choice.

    Attributes:
        clean_text: Takes identifiers out of free text (the cleaner of notes). What it leaves is still held against
            the vocabulary, so it may be left out.
        dates: ``modified``: moved by the subject's days; ``full``: kept; ``removed``.
        descriptors: Clean Descriptors; otherwise descriptions go as the Basic Profile says.
        structured: Clean Structured Content.
        graphics: Clean Graphics: annotations keep their shapes, overlays and curves go.
        patient: Retain Patient Characteristics (sex, age, size, weight ...).
        device: Retain Device Identity.
        institution: Retain Institution Identity.
        uids: Retain UIDs.
        safe_private: Private elements that stay, as ``CREATOR|GGGG|EE`` with the group and the element's last two
            digits in hexadecimal; none by default.
        keep_unsearched_pixels: Pass on pixels that could not be searched; nothing is then said to be removed.
        faces: ``refused`` where images may show a face; otherwise they are ``warned`` of.
        document: Cleans what an encapsulated document holds, given its media type and bytes; without it such files
            are refused.
        largest: How many bytes decoded pixels may take.
    """

    clean_text: TextCleaner | None = None
    dates: str = "modified"
    descriptors: bool = True
    structured: bool = True
    graphics: bool = True
    patient: bool = True
    device: bool = False
    institution: bool = False
    uids: bool = False
    safe_private: frozenset[str] = frozenset()
    keep_unsearched_pixels: bool = False
    faces: str = "warned"
    document: DocumentCleaner | None = None
    largest: int = LARGEST_PIXELS

    def names(self) -> frozenset[str]:
        """Return the options that apply, by their names in the table."""
        chosen = {
            "full_dates": self.dates == "full",
            "dates": self.dates == "modified",
            "descriptors": self.descriptors,
            "structured": self.structured,
            "graphics": self.graphics,
            "patient": self.patient,
            "device": self.device,
            "institution": self.institution,
            "uids": self.uids,
            "safe_private": bool(self.safe_private),
        }
        return frozenset(name for name, applies in chosen.items() if applies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What was done with an attribute, wherever it stood.

    Attributes:
        tag: ``(gggg,eeee)``, or ``(private)``.
        name: Keyword of the standard, empty where it has none.
        action: X removed, Z emptied, D replaced, C cleaned, U new UID, K kept though the profile would not.
        count: In how many places.
    """

    tag: str
    name: str
    action: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of a frame that was blacked out, in columns and rows, right and bottom excluded."""

    frame: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """How the pixels were searched for text.

    Attributes:
        how: ``none`` (the file has no pixels), ``frames`` (each frame by itself), ``projections`` (each frame, eight
            at a time as their brightest and darkest values), ``unsearched``.
        frames: How many.
        boxes: What was blacked out.
        dataset: What is to be written, pixels changed only where there are boxes.
    """

    how: str
    frames: int = 0
    boxes: tuple[Box, ...] = ()
    dataset: Dataset = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """A cleaned file and what was done.

    Attributes:
        data: The file.
        actions: Sorted by tag.
        codes: Of CID 7050, as stamped.
        pixels: How they were searched, see ``Searched.how``.
        frames: How many frames were searched.
        boxes: What was blacked out.
        warnings: Codes of what the reader of the report must know: ``face-possible``, ``pixels-unsearched``,
            ``pixels-uncompressed``.
        replaced: New UIDs by old ones; secret, for the custodian alone.
    """

    data: bytes = field(repr=False)
    actions: tuple[Action, ...]
    codes: tuple[str, ...]
    pixels: str
    frames: int = 0
    boxes: tuple[Box, ...] = ()
    warnings: tuple[str, ...] = ()
    replaced: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
