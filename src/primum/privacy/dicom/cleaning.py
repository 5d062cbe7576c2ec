"""The front door: a DICOM file in, the same file without identifiers out, or a refusal with its reason."""

from types import MappingProxyType

from pydicom.charset import convert_encodings
from pydicom.dataset import Dataset
from pydicom.uid import UID

from primum.errors import StudyError
from primum.privacy.dicom import mentions, pixels, reading, statements
from primum.privacy.dicom.attributes import DOCUMENT, Walker
from primum.privacy.dicom.elements import FAULTS
from primum.privacy.dicom.faces import may_show_face
from primum.privacy.dicom.mentions import Mentions
from primum.privacy.dicom.options import Cleaned, DicomIdentity, Options, Searched
from primum.privacy.dicom.profile import Profile
from primum.privacy.dicom.refusals import DicomRefusedError, Reason
from primum.privacy.dicom.texts import Texts
from primum.privacy.dicom.uids import SHORTEST_KEY, Uids, is_registered

DEFAULT = Options()
_LONGEST_SUBJECT = 64
_SHORTEST_UID = 14
"""Shorter UIDs, in characters, may stand in bytes by chance."""


def clean(data: bytes, identity: DicomIdentity, options: Options = DEFAULT) -> Cleaned:
    """Return a DICOM file without identifiers, with what was done.

    Args:
        data: The file.
        identity: Who the subject is to be; the key must be the same for all files of a run.
        options: Of the profile.

    Raises:
        DicomRefusedError: The file is not passed on; its ``reason`` says why.
        StudyError: The key is too short, or the pseudonym no value for a patient's ID.

    Source:
        DICOM PS3.15 Annex E, Table E.1-1.
    """
    _check(identity)
    with reading.quiet():
        return _clean(data, identity, options)


def _check(identity: DicomIdentity) -> None:
    if len(identity.key) < SHORTEST_KEY:
        raise StudyError(
            "The key for new UIDs is too short.", remedy=f"Give at least {SHORTEST_KEY} bytes of a secret."
        )
    if not identity.subject or len(identity.subject) > _LONGEST_SUBJECT or "\\" in identity.subject:
        raise StudyError(
            "The pseudonym cannot be a patient's ID in DICOM.",
            remedy=f"Give one of 1 to {_LONGEST_SUBJECT} characters without a backslash.",
        )


def _clean(data: bytes, identity: DicomIdentity, options: Options) -> Cleaned:
    dataset = reading.read(data)
    may_show = may_show_face(dataset)
    if may_show and options.faces == "refused":
        raise DicomRefusedError(Reason.FACE)
    profile = Profile(options, reading.class_of(dataset))
    said = mentions.gather(dataset, identity.subject, profile)
    encodings = _encodings(dataset)
    was = reading.syntax_of(dataset)
    searched = pixels.search(dataset, options)
    _clean_document(dataset, options)
    uids = Uids(identity.key)
    walker = Walker(
        identity=identity,
        profile=profile,
        texts=Texts(said, options.clean_text),
        uids=uids,
    )
    syntax = reading.syntax_of(dataset)
    walker.clean(dataset)
    codes = statements.state(
        dataset, options, has_pixels=searched.how != "none", searched=searched.how in {"frames", "projections"}
    )
    written = reading.write(dataset, syntax)
    _check_left(reading.plain(written, syntax), said, encodings, uids)
    return Cleaned(
        data=written,
        actions=walker.actions(),
        codes=codes,
        pixels=searched.how,
        frames=searched.frames,
        boxes=searched.boxes,
        warnings=_warnings(searched, may_show=may_show, changed=UID(was) != UID(syntax)),
        replaced=MappingProxyType(uids.replaced),
    )


def _encodings(dataset: Dataset) -> list[str]:
    try:
        return convert_encodings(dataset.get("SpecificCharacterSet", ""))
    except FAULTS:
        return []


def _clean_document(dataset: Dataset, options: Options) -> None:
    """Have an encapsulated document cleaned by whom the options name."""
    if DOCUMENT not in dataset:
        return
    if options.document is None:
        raise DicomRefusedError(Reason.DOCUMENT)
    try:
        media, content = str(dataset.get("MIMETypeOfEncapsulatedDocument", "")), bytes(dataset[DOCUMENT].value or b"")
        length = int(dataset.get("EncapsulatedDocumentLength") or len(content))
    except FAULTS as error:
        raise DicomRefusedError(Reason.CORRUPT) from error
    clean_document = options.document(media, content[:length])
    dataset[DOCUMENT].value = clean_document + b"\0" * (len(clean_document) % 2)
    dataset.EncapsulatedDocumentLength = len(clean_document)


def _check_left(data: bytes, said: Mentions, encodings: list[str], uids: Uids) -> None:
    """Refuse what still holds a mention of the header, or a UID that was to be replaced."""
    old = (one.encode() for one in uids.replaced if len(one) >= _SHORTEST_UID and not is_registered(one))
    if said.found_in(data, encodings) or any(one in data for one in old):
        raise DicomRefusedError(Reason.IDENTIFIER_LEFT)


def _warnings(searched: Searched, *, may_show: bool, changed: bool) -> tuple[str, ...]:
    found = {
        "face-possible": may_show,
        "pixels-unsearched": searched.how == "unsearched",
        "pixels-uncompressed": changed,
    }
    return tuple(name for name, is_so in found.items() if is_so)
