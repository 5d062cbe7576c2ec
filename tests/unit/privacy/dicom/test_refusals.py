import io
from dataclasses import replace

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian

from primum.errors import DataError, StudyError
from primum.privacy.dicom import reading
from primum.privacy.dicom.cleaning import clean
from primum.privacy.dicom.options import Options
from primum.privacy.dicom.refusals import DicomRefusedError, Reason


def opened(data):
    return pydicom.dcmread(io.BytesIO(data))


def item(**values):
    dataset = Dataset()
    for name, value in values.items():
        setattr(dataset, name, value)
    return dataset


def outcome(data, identity):
    """Return what was cleaned, or why it was refused; any other error is one."""
    try:
        return clean(data, identity)
    except DicomRefusedError as refusal:
        return refusal.reason


def reason_of(data, identity, options=None):
    with pytest.raises(DicomRefusedError) as caught:
        clean(data, identity, options or Options())
    return caught.value.reason


@pytest.mark.parametrize("data", [b"", b"not DICOM at all", b"\x89PNG\r\n" + b"\0" * 300, b"\0" * 400])
def test_other_files_are_refused(identity, data):
    assert reason_of(data, identity) == Reason.NOT_DICOM


def test_a_file_cut_off_is_refused_wherever_it_is_cut(image, as_file, identity):
    data = as_file(image)
    for end in range(140, len(data) - 1, 97):
        done = outcome(data[:end], identity)
        if isinstance(done, Reason):
            assert done in {Reason.TRUNCATED, Reason.CORRUPT, Reason.PIXELS_UNREADABLE, Reason.NOT_DICOM}
        else:
            assert "PixelData" not in opened(done.data)  # cut between two elements


def test_an_unknown_representation_in_the_header_of_the_file_is_no_other_error(image, as_file, identity):
    data = as_file(image)
    damaged = data.replace(b"\x02\x00\x02\x00UI", b"\x02\x00\x02\x00U\0", 1)
    assert damaged != data
    assert outcome(damaged, identity)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.lists(st.tuples(st.integers(128, 1200), st.integers(0, 255)), min_size=1, max_size=12))
def test_damaged_files_are_cleaned_or_refused_and_nothing_else(image, as_file, identity, places):
    data = bytearray(as_file(image))
    for at, value in places:
        data[at % len(data)] = value
    assert outcome(bytes(data), identity)


def test_a_deflated_file_that_grows_without_end_is_refused(image, as_file, identity, monkeypatch):
    image.PixelData = b"\0" * (64 * 48 * 2)
    data = as_file(image, DeflatedExplicitVRLittleEndian)
    assert not isinstance(outcome(data, identity), Reason)
    monkeypatch.setattr(reading, "LARGEST_INFLATED", 2000)
    assert reason_of(data, identity) == Reason.TOO_LARGE


def test_a_directory_a_voice_an_unknown_class_and_a_document_are_refused(image, as_file, identity):
    del image.PixelData
    image.SOPClassUID = "1.2.840.10008.5.1.4.1.1.9.4.1"
    assert reason_of(as_file(image), identity) == Reason.VOICE
    image.SOPClassUID = "1.3.12.2.1107.5.9.1"
    assert reason_of(as_file(image), identity) == Reason.UNKNOWN_CLASS
    image.SOPClassUID = "1.2.840.10008.5.1.4.1.1.104.1"
    image.EncapsulatedDocument, image.MIMETypeOfEncapsulatedDocument = b"%PDF-1.4 Oyelaran", "application/pdf"
    assert reason_of(as_file(image), identity) == Reason.DOCUMENT
    image.DirectoryRecordSequence = Sequence([item(PatientName="Oyelaran^Ib")])
    assert reason_of(as_file(image), identity) == Reason.DIRECTORY


def test_a_document_goes_through_whom_the_options_name(image, as_file, identity):
    del image.PixelData
    image.SOPClassUID, image.MIMETypeOfEncapsulatedDocument = "1.2.840.10008.5.1.4.1.1.104.1", "application/pdf"
    image.EncapsulatedDocument, image.EncapsulatedDocumentLength = b"%PDF of Oyelaran!\0", 17
    asked = []

    def cleaner(media, content):
        asked.append((media, content))
        return b"%PDF!"

    done = clean(as_file(image), identity, Options(document=cleaner))
    found = opened(done.data)
    assert asked == [("application/pdf", b"%PDF of Oyelaran!")]
    assert (found.EncapsulatedDocument, found.EncapsulatedDocumentLength) == (b"%PDF!\0", 5)


def test_a_mention_that_would_be_written_is_refused(image, as_file, identity):
    image.PixelData = b"Dreyfuss".ljust(64 * 48 * 2, b"\0")
    image["PixelData"].VR = "OW"
    image.BitsStored, image.HighBit = 16, 15
    assert reason_of(as_file(image), identity) == Reason.IDENTIFIER_LEFT


def test_faces_are_warned_of_or_refused(image, as_file, identity):
    assert "face-possible" not in clean(as_file(image), identity).warnings
    image.BodyPartExamined = "HEAD"
    assert "face-possible" in clean(as_file(image), identity).warnings
    assert reason_of(as_file(image), identity, Options(faces="refused")) == Reason.FACE


@pytest.mark.parametrize("change", [{"key": b"short"}, {"subject": ""}, {"subject": "A\\B"}, {"subject": "A" * 65}])
def test_an_identity_that_cannot_serve_is_refused(image, as_file, identity, change):
    with pytest.raises(StudyError) as caught:
        clean(as_file(image), replace(identity, **change))
    assert caught.value.remedy


def test_refusals_are_for_the_data_steward_and_carry_their_code(identity):
    with pytest.raises(DataError) as caught:
        clean(b"no", identity)
    document = caught.value.as_document()
    assert document["reason"] == "not-dicom"
    assert document["remedy"]


def test_every_reason_says_what_and_remedy():
    for reason in Reason:
        refusal = DicomRefusedError(reason)
        assert refusal.what
        assert refusal.remedy
