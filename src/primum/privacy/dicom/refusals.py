"""Why a DICOM file is not cleaned: the refusals, each with a code for the report."""

from enum import StrEnum

from primum.errors import DataError


class Reason(StrEnum):
    """A code for the report; public and never reused."""

    NOT_DICOM = "not-dicom"
    CORRUPT = "corrupt"
    TRUNCATED = "truncated"
    DIRECTORY = "directory"
    UNKNOWN_CLASS = "unknown-class"
    DOCUMENT = "document"
    VOICE = "voice"
    PIXELS_UNREADABLE = "pixels-unreadable"
    PIXELS_ELSEWHERE = "pixels-elsewhere"
    READER_MISSING = "reader-missing"
    TEXT_LEFT = "text-left-in-pixels"
    IDENTIFIER_LEFT = "identifier-left"
    FACE = "face"
    TOO_LARGE = "too-large"


_SAID: dict[Reason, tuple[str, str]] = {
    Reason.NOT_DICOM: (
        "The file is not DICOM.",
        "Leave it out, or hand it over in its own format.",
    ),
    Reason.CORRUPT: (
        "The file cannot be read as DICOM from beginning to end.",
        "Fetch it anew from the archive; what cannot be read cannot be cleaned.",
    ),
    Reason.TRUNCATED: (
        "The file ends before what it announces.",
        "Fetch it anew from the archive.",
    ),
    Reason.DIRECTORY: (
        "The file is a DICOMDIR: it lists patients and file offsets, and is made anew rather than cleaned.",
        "Leave it out and write a new one over the cleaned files.",
    ),
    Reason.UNKNOWN_CLASS: (
        "The file is of a class that the standard does not know, so what its parts mean is not known either.",
        "Leave it out, or export the series in a standard class.",
    ),
    Reason.DOCUMENT: (
        "The file holds a document (PDF, CDA, model) that no cleaner was named for.",
        "Name a cleaner for documents, have the document dropped, or leave the file out.",
    ),
    Reason.VOICE: (
        "The file holds a voice recording, which identifies by itself.",
        "Leave it out.",
    ),
    Reason.PIXELS_UNREADABLE: (
        "The pixels cannot be decoded, so nobody looked for text in them.",
        "Install a decoder for this transfer syntax, or convert the file to an uncompressed one.",
    ),
    Reason.PIXELS_ELSEWHERE: (
        "The pixels are not in the file but at an address.",
        "Export the images with their pixels.",
    ),
    Reason.READER_MISSING: (
        "The reader of text in pictures cannot be loaded, so nobody looked for text in the pixels.",
        "Install rapidocr-onnxruntime with its dependencies.",
    ),
    Reason.TEXT_LEFT: (
        "Text can still be read in the pixels after it was blacked out.",
        "Blacken the image by hand, or leave it out.",
    ),
    Reason.IDENTIFIER_LEFT: (
        "An identifier of the file could still be found in what was to be written.",
        "Leave the file out and report the fault: the cleaner has a gap.",
    ),
    Reason.FACE: (
        "The images may show a face, and none was removed.",
        "Deface the series first, or accept faces by the option and the agreement that allows it.",
    ),
    Reason.TOO_LARGE: (
        "The pixels would need more memory than allowed.",
        "Raise the limit, or split the file.",
    ),
}


class DicomRefusedError(DataError):
    """A DICOM file that is not passed on.

    Args:
        reason: Why; also the attribute of that name.
    """

    def __init__(self, reason: Reason) -> None:
        what, remedy = _SAID[reason]
        super().__init__(what, remedy=remedy)
        self.reason = reason

    def as_document(self) -> dict[str, object]:
        """Return the refusal as the object that ``--json`` prints, with its code."""
        return super().as_document() | {"reason": str(self.reason)}
