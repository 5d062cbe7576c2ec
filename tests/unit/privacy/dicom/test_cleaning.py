import io
import zlib
from dataclasses import replace

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from primum.privacy.dicom.cleaning import clean
from primum.privacy.dicom.options import Options

SECRETS = (b"Dreyfuss", b"Quentina", b"QX-4471-93", b"19430217", b"20240310", b"1.2.826.0.1.3680043.9.100")


def opened(data):
    return pydicom.dcmread(io.BytesIO(data))


def item(**values):
    dataset = Dataset()
    for name, value in values.items():
        setattr(dataset, name, value)
    return dataset


@pytest.mark.parametrize(
    "syntax", ["1.2.840.10008.1.2.1", ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]
)
def test_identifiers_are_gone_in_every_encoding_and_pixels_are_the_same(image, as_file, identity, syntax):
    data = as_file(image, syntax)
    done = clean(data, identity)
    found = opened(done.data)
    assert found.file_meta.TransferSyntaxUID == syntax
    assert np.array_equal(found.pixel_array, opened(data).pixel_array)
    raw = done.data
    if syntax == DeflatedExplicitVRLittleEndian:
        raw += zlib.decompress(raw[144 + int.from_bytes(raw[140:144], "little") :], -zlib.MAX_WBITS)
    assert not any(secret in raw or secret.decode() in str(found) for secret in SECRETS)


def test_the_subject_is_who_the_identity_says(image, as_file, identity):
    found = opened(clean(as_file(image), identity).data)
    assert found.PatientID == "SUBJECT-7"
    assert str(found.PatientName) == "SUBJECT-7"
    assert found.PatientBirthDate == ""


def test_dates_move_by_the_days_and_times_stay(image, as_file, identity):
    image.AcquisitionDateTime, image.ContentDate, image.ContentTime = "20240310101500.250+0100", "20240311", "0830"
    found = opened(clean(as_file(image), identity).data)
    assert found.StudyDate == "20240130"
    assert found.StudyTime == "101500"
    assert found.AcquisitionDateTime == "20240130101500.250+0100"
    assert (found.ContentDate, found.ContentTime) == ("20240131", "0830")
    assert found.LongitudinalTemporalInformationModified == "MODIFIED"


def test_what_says_nothing_about_people_is_kept(image, as_file, identity):
    image.KVP, image.ImageType, image.SliceThickness = "120", ["ORIGINAL", "PRIMARY", "AXIAL"], "0.75"
    image.ConvolutionKernel, image.SeriesDescription, image.ProtocolName = "B30f", "Thorax 0.75 lung", "chest low dose"
    found = opened(clean(as_file(image), identity).data)
    for name in (
        *("KVP", "ImageType", "SliceThickness", "ConvolutionKernel", "SeriesDescription", "ProtocolName", "Rows"),
        *("Manufacturer", "Modality", "PatientSex", "PatientAge", "StudyDescription", "BitsStored", "BodyPartExamined"),
    ):
        assert found[name].value == image[name].value, name


def test_uids_are_new_the_same_everywhere_and_keyed(image, as_file, identity):
    image.ReferencedImageSequence = Sequence(
        [item(ReferencedSOPClassUID=image.SOPClassUID, ReferencedSOPInstanceUID=image.SOPInstanceUID)]
    )
    done = clean(as_file(image), identity)
    found = opened(done.data)
    assert found.SOPInstanceUID.startswith("2.25.")
    assert found.file_meta.MediaStorageSOPInstanceUID == found.SOPInstanceUID
    assert found.ReferencedImageSequence[0].ReferencedSOPInstanceUID == found.SOPInstanceUID
    assert found.ReferencedImageSequence[0].ReferencedSOPClassUID == image.SOPClassUID
    assert found.SOPClassUID == image.SOPClassUID
    assert done.replaced[image.SOPInstanceUID] == found.SOPInstanceUID
    again = opened(clean(as_file(image), identity).data)
    other = opened(clean(as_file(image), replace(identity, key=b"another secret of a run")).data)
    assert again.StudyInstanceUID == found.StudyInstanceUID
    assert other.StudyInstanceUID != found.StudyInstanceUID


def test_the_file_states_what_was_done_and_no_more(image, as_file, identity):
    done = clean(as_file(image), identity)
    found = opened(done.data)
    stated = [one.CodeValue for one in found.DeidentificationMethodCodeSequence]
    assert tuple(stated) == done.codes == ("113100", "113101", "113103", "113104", "113105", "113107", "113108")
    assert all(one.CodingSchemeDesignator == "DCM" for one in found.DeidentificationMethodCodeSequence)
    assert found.PatientIdentityRemoved == "YES"
    assert found.BurnedInAnnotation == "NO"
    assert "PS3.15" in found.DeidentificationMethod
    assert (done.pixels, done.frames, done.boxes) == ("frames", 1, ())


def test_a_file_without_pixels_claims_no_search_of_pixels(image, as_file, identity):
    del image.PixelData
    done = clean(as_file(image), identity)
    found = opened(done.data)
    assert "113101" not in done.codes
    assert "BurnedInAnnotation" not in found
    assert found.PatientIdentityRemoved == "YES"


def test_older_statements_are_replaced(image, as_file, identity):
    image.PatientIdentityRemoved, image.DeidentificationMethod = "YES", "by Dr Quentina Dreyfuss"
    image.DeidentificationMethodCodeSequence = Sequence([item(CodeValue="113109", CodingSchemeDesignator="DCM")])
    found = opened(clean(as_file(image), identity).data)
    assert "Dreyfuss" not in str(found)
    assert "113109" not in [one.CodeValue for one in found.DeidentificationMethodCodeSequence]


def test_options_change_what_stays_and_what_is_stated(image, as_file, identity):
    image.StationName, image.InstitutionName, image.DeviceSerialNumber = "CT2", "Riverbank Infirmary", "SN-553"
    plain = opened(clean(as_file(image), identity).data)
    assert "StationName" not in plain
    assert "InstitutionName" not in plain
    options = Options(device=True, institution=True, uids=True, patient=False, dates="full", descriptors=False)
    done = clean(as_file(image), identity, options)
    found = opened(done.data)
    assert (found.StationName, found.InstitutionName, found.DeviceSerialNumber) == (
        "CT2",
        "Riverbank Infirmary",
        "SN-553",
    )
    assert found.SOPInstanceUID == image.SOPInstanceUID
    assert found.StudyDate == "20240310"
    assert found.LongitudinalTemporalInformationModified == "UNMODIFIED"
    assert not found.get("PatientAge")
    assert "StudyDescription" not in found
    assert {"113106", "113109", "113110", "113112"} <= set(done.codes)
    assert not {"113105", "113107", "113108"} & set(done.codes)


def test_removed_dates_leave_none(image, as_file, identity):
    image.StructureSetDate = "20240310"
    found = opened(clean(as_file(image), identity, Options(dates="removed")).data)
    assert b"20240310" not in clean(as_file(image), identity, Options(dates="removed")).data
    assert found.LongitudinalTemporalInformationModified == "REMOVED"


@pytest.mark.parametrize(("age", "kept"), [("089Y", "089Y"), ("090Y", "090Y"), ("104Y", "090Y"), ("011M", "011M")])
def test_ages_over_89_are_said_as_90(image, as_file, identity, age, kept):
    image.PatientAge = age
    assert opened(clean(as_file(image), identity).data).PatientAge == kept


def test_names_in_other_texts_of_the_file_are_found_from_its_header(image, as_file, identity):
    image.SeriesDescription, image.ImageComments = "DREYFUSS lung", "for QX-4471-93, quentina"
    image.ImageType = ["ORIGINAL", "PRIMARY", "DREYFUSS"]
    image.Manufacturer = "Maker for Dreyfuss"
    found = opened(clean(as_file(image), identity).data)
    assert found.SeriesDescription == "lung"
    assert "dreyfuss" not in str(found).casefold()
    assert "quentina" not in str(found).casefold()
    assert "4471" not in str(found)


def test_a_name_nobody_foresaw_does_not_stay_in_descriptions(image, as_file, identity):
    image.StudyDescription, image.PatientComments = "CT chest Oyelaran", "call Bartholomew on 020 7946 0958"
    image.AdditionalPatientHistory, image.EthnicGroup = "cough since June, seen by zqvexil", "Zqvexil"
    found = opened(clean(as_file(image), identity).data)
    text = str(found)
    assert found.StudyDescription == "CT chest"
    for name in ("Oyelaran", "Bartholomew", "7946", "0958", "zqvexil", "Zqvexil"):
        assert name not in text


def test_the_cleaner_of_notes_is_asked_and_its_surrogates_stay(image, as_file, identity):
    image.ImageComments = "seen by Oyelaran on 2024-03-10, cough"
    options = Options(
        clean_text=lambda text: text.replace("Oyelaran", "Tarkington").replace("2024-03-10", "2024-01-30")
    )
    found = opened(clean(as_file(image), identity, options).data)
    assert "Tarkington" in found.ImageComments
    assert "2024-01-30" in found.ImageComments
    assert "cough" in found.ImageComments
    assert "Oyelaran" not in found.ImageComments


def test_private_elements_go_with_their_sequences(image, as_file, identity):
    block = image.private_block(0x0029, "SOMEBODY 1.0", create=True)
    block.add_new(0x01, "LO", "Oyelaran")
    block.add_new(0x02, "SQ", Sequence([item(PatientName="Oyelaran^Ib")]))
    block.add_new(0x03, "OB", b"Oyelaran")
    done = clean(as_file(image), identity)
    assert b"Oyelaran" not in done.data
    assert b"SOMEBODY" not in done.data
    assert not any(one.tag.is_private for one in opened(done.data))
    assert any(one.tag == "(private)" and one.action == "X" for one in done.actions)


def test_safe_private_elements_stay_when_listed_and_are_cleaned(image, as_file, identity):
    block = image.private_block(0x0019, "MAKER 9", create=True)
    block.add_new(0x0C, "IS", "1000")
    block.add_new(0x0D, "LO", "diffusion Oyelaran")
    block.add_new(0x0E, "LO", "unlisted")
    options = Options(safe_private=frozenset({"MAKER 9|0019|0C", "MAKER 9|0019|0D"}))
    done = clean(as_file(image), identity, options)
    found = opened(done.data).private_block(0x0019, "MAKER 9")
    assert found[0x0C].value == 1000
    assert found[0x0D].value == "diffusion"
    assert 0x0E not in found
    assert "113111" in done.codes


def test_sequences_are_cleaned_at_any_depth(image, as_file, identity):
    deepest = item(PatientName="Oyelaran^Ib", StudyDate="20240310", SliceThickness="1")
    image.SharedFunctionalGroupsSequence = Sequence(
        [item(PixelMeasuresSequence=Sequence([item(ReferencedSeriesSequence=Sequence([deepest]))]))]
    )
    found = opened(clean(as_file(image), identity).data)
    inner = found.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].ReferencedSeriesSequence[0]
    assert str(inner.PatientName) == "SUBJECT-7"
    assert inner.StudyDate == "20240130"
    assert inner.SliceThickness == 1


def test_pixels_and_statements_inside_sequences_are_not_passed_on(image, as_file, identity):
    inner = item(DeidentificationMethod="by Oyelaran", Rows=2, SliceThickness="1")
    inner.add_new(0x7FE00010, "OW", b"Oyelaran")
    image.ReferencedStudySequence = Sequence([item(ReferencedSeriesSequence=Sequence([inner]))])
    image.SourceImageSequence = Sequence([inner])
    image.add_new(0x7FE00020, "OW", b"Oyelaran")
    done = clean(as_file(image), identity)
    assert b"Oyelaran" not in done.data
    assert opened(done.data).SourceImageSequence[0].SliceThickness == 1


def test_patient_characteristics_stay_only_as_what_they_are(image, as_file, identity):
    image.SmokingStatus, image.PatientWeight, image.PregnancyStatus = "YES", "61.5", 1
    found = opened(clean(as_file(image), identity).data)
    assert (found.SmokingStatus, found.PatientWeight, found.PregnancyStatus) == ("YES", 61.5, 1)
    found = opened(clean(as_file(image).replace(b"DS\x04\x0061.5", b"DS\x04\x00OYEL"), identity).data)
    assert "OYEL" not in str(found)


def test_structured_content_is_cleaned_by_value(image, as_file, identity):
    del image.PixelData
    image.SOPClassUID, image.Modality = "1.2.840.10008.5.1.4.1.1.88.22", "SR"
    name = item(CodeValue="121008", CodingSchemeDesignator="DCM", CodeMeaning="Person Observer Name")
    image.ContentSequence = Sequence(
        [
            item(ValueType="PNAME", ConceptNameCodeSequence=Sequence([name]), PersonName="Oyelaran^Ib"),
            item(ValueType="TEXT", TextValue="No nodule. Call Oyelaran."),
            item(ValueType="UIDREF", UID=image.StudyInstanceUID),
            item(ValueType="DATE", Date="20240310"),
            item(ValueType="DATETIME", DateTime="202403101015"),
            item(ValueType="NUM", MeasuredValueSequence=Sequence([item(NumericValue="12.5")])),
        ]
    )
    done = clean(as_file(image), identity)
    content = opened(done.data).ContentSequence
    assert b"Oyelaran" not in done.data
    assert content[0].ConceptNameCodeSequence[0].CodeMeaning == "Person Observer Name"
    assert content[1].TextValue == "No nodule. Call"
    assert opened(done.data).StudyInstanceUID == content[2].UID
    assert content[3].Date == "20240130"
    assert content[4].DateTime == "202401301015"
    assert content[5].MeasuredValueSequence[0].NumericValue == 12.5


def test_structured_content_without_the_option_is_a_shape_of_dummies(image, as_file, identity):
    del image.PixelData
    image.ContentSequence = Sequence([item(ValueType="TEXT", TextValue="No nodule", Date="20240310")])
    content = opened(clean(as_file(image), identity, Options(structured=False)).data).ContentSequence
    assert (content[0].TextValue, content[0].Date) == ("REMOVED", "19000101")


@pytest.mark.parametrize("name", ["OverlayData", "CurveData"])
def test_overlays_and_curves_go(image, as_file, identity, name):
    group = 0x6000 if name == "OverlayData" else 0x5000
    image.add_new((group, 0x0022), "LO", "drawn by Oyelaran") if group == 0x6000 else None
    image.add_new((group, 0x3000), "OW", b"Oyelaran")
    done = clean(as_file(image), identity)
    assert b"Oyelaran" not in done.data


def test_graphics_keep_shapes_and_lose_names(image, as_file, identity):
    text = item(UnformattedTextValue="nodule Oyelaran", AnchorPoint=[3.0, 4.0])
    image.GraphicAnnotationSequence = Sequence([item(GraphicLayer="ONE", TextObjectSequence=Sequence([text]))])
    found = opened(clean(as_file(image), identity).data).GraphicAnnotationSequence[0].TextObjectSequence[0]
    assert found.UnformattedTextValue == "nodule"
    assert found.AnchorPoint == [3.0, 4.0]


def test_preamble_and_titles_of_the_file_header_go(image, as_file, identity):
    data = as_file(image, preamble=b"Oyelaran was here".ljust(128, b"\0"))
    parsed = opened(data)
    parsed.file_meta.SourceApplicationEntityTitle = "OYELARAN_CT"
    parsed.file_meta.PrivateInformationCreatorUID, parsed.file_meta.PrivateInformation = "1.2.3", b"Oyelaran"
    buffer = io.BytesIO()
    parsed.save_as(buffer)
    done = clean(buffer.getvalue(), identity)
    assert b"oyelaran" not in done.data.lower()
    assert done.data[:128] == b"\0" * 128


def test_names_in_bytes_of_unknown_kind_go(image, as_file, identity):
    image.add_new((0x0008, 0x9999), "UN", b"Oyelaran")
    image.add_new((0x0028, 0x2000), "OB", b"no colour profile: Oyelaran")
    image.add_new((0x0012, 0x4444), "OB", b"Oyelaran")
    assert b"Oyelaran" not in clean(as_file(image), identity).data


def test_a_known_element_said_to_be_unknown_is_read_and_cleaned(image, as_file, identity):
    data = as_file(image)
    name = b"\x10\x00\x10\x00PN"
    assert name in data
    at = data.index(name)
    length = int.from_bytes(data[at + 6 : at + 8], "little")
    unknown = data[at : at + 4] + b"UN\0\0" + length.to_bytes(4, "little") + data[at + 8 :]
    done = clean(data[:at] + unknown, identity)
    assert str(opened(done.data).PatientName) == "SUBJECT-7"


def test_words_in_numbers_and_codes_do_not_pass(image, as_file, identity):
    image.KVP, image.ScanOptions = "120", "HELIX"
    data = as_file(image)
    with_words = data.replace(b"DS\x04\x00120 ", b"DS\x04\x00OYEL").replace(b"HELIX ", b"oyel^a")
    assert with_words != data
    found = opened(clean(with_words, identity).data)
    assert "KVP" not in found
    assert "oyel" not in str(found).casefold()


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("ISO_IR 192", "王^小明"),
        ("GB18030", "王^小明"),
        ("GBK", "王^小明"),
        ("ISO_IR 100", "Müller^Jörg"),
        (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎"),
        (["", "ISO 2022 IR 58"], "Wang^XiaoDong=王^小东"),
        (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞"),
    ],
)
def test_names_in_other_scripts_go_in_every_character_set(image, as_file, identity, charset, name):
    image.SpecificCharacterSet, image.PatientName = charset, name
    image.StudyDescription = "CT " + name.split("=")[-1].replace("^", "")
    data = as_file(image)
    family = str(opened(data).PatientName.family_name)
    done = clean(data, identity)
    found = opened(done.data)
    assert str(found.PatientName) == "SUBJECT-7"
    assert found.StudyDescription == "CT"
    for part in (*name.replace("=", "^").split("^"), family):
        assert part not in str(found)


def test_a_chinese_description_keeps_its_terms(image, as_file, identity):
    image.SpecificCharacterSet = "ISO_IR 192"
    image.PatientName, image.SeriesDescription = "欧阳^修远", "欧阳修远 胸部CT平扫 李"
    found = opened(clean(as_file(image), identity).data)
    assert "欧" not in found.SeriesDescription
    assert "李" not in found.SeriesDescription
    assert "胸部CT平扫" in found.SeriesDescription


def test_bytes_after_the_pixels_and_in_unused_bits_go(image, as_file, identity):
    values = np.frombuffer(image.PixelData, dtype="<u2").copy()
    image.PixelData = (values | 0x8000).astype("<u2").tobytes() + b"Oyelaran"
    image["PixelData"].VR = "OW"
    done = clean(as_file(image), identity)
    assert b"Oyelaran" not in done.data
    assert np.array_equal(opened(done.data).pixel_array.ravel(), values)


def test_bytes_after_the_data_set_are_not_written(image, as_file, identity):
    image.add_new((0xFFFC, 0xFFFC), "OB", b"Oyelaran")
    assert b"Oyelaran" not in clean(as_file(image), identity).data


def test_cleaning_twice_changes_nothing_more(image, as_file, identity):
    once = clean(as_file(image), replace(identity, days=0), Options(uids=True))
    twice = clean(once.data, replace(identity, days=0), Options(uids=True))
    assert twice.data == once.data


def test_a_bare_data_set_without_file_header_is_cleaned(image, as_file, identity):
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, image, implicit_vr=True, little_endian=True)
    found = opened(clean(buffer.getvalue(), identity).data)
    assert str(found.PatientName) == "SUBJECT-7"
    assert found.file_meta.TransferSyntaxUID == ImplicitVRLittleEndian


def test_secrets_are_in_no_representation(image, as_file, identity):
    done = clean(as_file(image), identity)
    assert "secret" not in repr(identity)
    assert "3680043" not in repr(done)


def test_actions_name_tags_and_counts(image, as_file, identity):
    done = clean(as_file(image), identity)
    by_tag = {(one.tag, one.action): one for one in done.actions}
    assert by_tag["(0010,0010)", "D"].name == "PatientName"
    assert by_tag["(0010,0030)", "Z"].count == 1
    assert by_tag["(0020,000D)", "U"].count == 1
    assert by_tag["(0008,0020)", "C"].name == "StudyDate"
