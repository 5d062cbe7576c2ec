from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.data import get_testdata_file
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian, JPEG2000Lossless, JPEGBaseline8Bit

from primum.domain.picture import decode
from primum.domain.study import Column, Source
from primum.imaging import series
from primum.imaging.reasons import Reason
from primum.imaging.refusals import IntakeRefusedError, PictureRefusedError
from synthetic.scans import series_in, slice_of, stack

SCAN = Column(name="scan", source="mr", role="feature")


def files(folder):
    return [(file, f"file {at}") for at, file in enumerate(sorted(Path(folder).iterdir()), start=1)]


def picture(folder, **options):
    return series.picture_of(files(folder), **options)


def refused(folder, **options):
    with pytest.raises(PictureRefusedError) as told:
        picture(folder, **options)
    return told.value.reason


def flat(name, **options):
    return series.picture_of([(Path(str(get_testdata_file(name))), "file 1")], **options)


def flat_refused(name, **options):
    with pytest.raises(PictureRefusedError) as told:
        flat(name, **options)
    return told.value.reason


def test_slices_are_stacked_by_where_they_lie_and_turned_to_one_order(tmp_path):
    scan = picture(stack(tmp_path))
    assert scan.values.shape == (1, 64, 64, 6)
    assert scan.spacing == (0.75, 0.5, 3.0)
    assert scan.repairs == ("sorted", "reoriented")
    assert scan.facts["orientation"] == "SPL"
    assert scan.facts["frames"] == "6"
    first = slice_of(0).pixel_array
    # rows run to the back and columns to the left: both are turned round, then exchanged
    assert np.array_equal(scan.values[0, :, :, 0], first[::-1, ::-1].T)
    assert np.array_equal(scan.values[0, :, :, 5], first[::-1, ::-1].T + 50)


def test_a_sample_lies_where_its_file_says(tmp_path):
    scan = picture(stack(tmp_path))
    row, column, number = 5, 9, 2
    index = [63 - column, 63 - row, number, 1]
    right, front, head, _ = np.array(scan.affine) @ index
    assert (right, front, head) == pytest.approx((-(-10 + 0.75 * column), -(-20 + 0.5 * row), 3.0 * number))
    assert scan.values[0][tuple(index[:3])] == slice_of(number).pixel_array[row, column]


def test_the_order_of_names_and_of_time_do_not_matter(tmp_path):
    one = picture(series_in(tmp_path / "a", {f"{at}.dcm": slice_of(at) for at in range(4)}))
    other = picture(
        series_in(tmp_path / "b", {f"{9 - at}.dcm": slice_of(at, InstanceNumber=9 - at) for at in range(4)})
    )
    assert np.array_equal(one.values, other.values)
    assert one.affine == other.affine


def test_one_slice_is_rows_and_columns_as_shown_with_its_place(tmp_path):
    scan = picture(stack(tmp_path, 1))
    assert np.array_equal(scan.values[0], slice_of(0).pixel_array)
    assert scan.spacing == (0.5, 0.75)
    assert np.array(scan.affine) @ [2, 3, 0, 1] == pytest.approx([10 - 3 * 0.75, 20 - 2 * 0.5, 0, 1])


def test_a_missing_slice_is_told_as_that_and_uneven_ones_as_uneven(tmp_path):
    whole = {f"{at}.dcm": slice_of(at) for at in range(6)}
    assert (
        refused(series_in(tmp_path / "a", {name: one for name, one in whole.items() if name != "3.dcm"}))
        is Reason.SLICE_MISSING
    )
    moved = whole | {"3.dcm": slice_of(3, ImagePositionPatient=[-10, -20, 10.2])}
    assert refused(series_in(tmp_path / "b", moved)) is Reason.SPACING_MIXED


def test_the_same_slice_twice_is_told(tmp_path):
    whole = {f"{at}.dcm": slice_of(at) for at in range(4)}
    assert refused(series_in(tmp_path / "a", whole | {"copy.dcm": slice_of(2)})) is Reason.SLICE_TWICE
    again = slice_of(2, SOPInstanceUID="1.2.3.4")
    assert refused(series_in(tmp_path / "b", whole | {"again.dcm": again})) is Reason.SLICE_TWICE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"ImageOrientationPatient": [0, 1, 0, 0, 0, -1]}, Reason.ORIENTATION_MIXED),
        ({"PixelSpacing": [0.5, 0.8]}, Reason.ORIENTATION_MIXED),
        ({"ImagePositionPatient": [-10.0, -17.0, 9.0]}, Reason.TILTED),
        ({"PhotometricInterpretation": "MONOCHROME1"}, Reason.RESCALE_MIXED),
        ({"Modality": "CT"}, Reason.RESCALE_MIXED),
        ({"ImagePositionPatient": None}, Reason.GEOMETRY),
        ({"BitsStored": 8, "HighBit": 7}, Reason.DEPTH),
        ({"HighBit": 11}, Reason.DEPTH),
        ({"SamplesPerPixel": 3}, Reason.PHOTOMETRIC),
        ({"PixelData": None}, Reason.NO_PIXELS),
        ({"Rows": None}, Reason.NO_PIXELS),
        ({"Modality": "SEG"}, Reason.NO_PIXELS),
    ],
)
def test_one_slice_unlike_the_others_refuses_the_series_by_its_own_name(tmp_path, changes, reason):
    slices = {f"{at}.dcm": slice_of(at) for at in range(5)} | {"3.dcm": slice_of(3, **changes)}
    assert refused(series_in(tmp_path, slices)) is reason


def test_slices_of_other_sizes_are_told(tmp_path):
    small = slice_of(2)
    small.PixelData = small.pixel_array[:32].tobytes()
    small.Rows = 32
    assert (
        refused(series_in(tmp_path, {"1.dcm": slice_of(1), "2.dcm": small, "3.dcm": slice_of(3)})) is Reason.SIZE_MIXED
    )


def test_tilted_stacks_are_told(tmp_path):
    slices = {f"{at}.dcm": slice_of(at, ImagePositionPatient=[-10, -20 + 0.4 * at, 3 * at]) for at in range(5)}
    assert refused(series_in(tmp_path, slices)) is Reason.TILTED


def test_frames_without_a_place_are_told(tmp_path):
    slices = {f"{at}.dcm": slice_of(at, ImagePositionPatient=None, ImageOrientationPatient=None) for at in range(3)}
    assert refused(series_in(tmp_path, slices)) is Reason.SEVERAL_PICTURES
    assert flat_refused("examples_ybr_color.dcm", is_grey=False) is Reason.SEVERAL_PICTURES


def test_monochrome1_is_inverted_and_it_is_said(tmp_path):
    plain = picture(stack(tmp_path / "a", 3))
    inverted = picture(stack(tmp_path / "b", 3, PhotometricInterpretation="MONOCHROME1"))
    assert np.array_equal(inverted.values, -1 - plain.values.astype(int))
    assert "inverted" in inverted.repairs
    assert inverted.facts["photometric"] == "MONOCHROME1"


def test_unsigned_monochrome1_is_inverted_within_its_bits(tmp_path):
    changes = {"PixelRepresentation": 0, "BitsStored": 12, "HighBit": 11, "PhotometricInterpretation": "MONOCHROME1"}
    scan = picture(stack(tmp_path, 1, **changes))
    assert np.array_equal(scan.values[0], 4095 - slice_of(0).pixel_array)


def test_rescaling_is_applied_slice_by_slice_and_kept_whole_where_it_is_whole(tmp_path):
    whole = picture(stack(tmp_path / "a", 3, RescaleSlope=1, RescaleIntercept=-1024))
    assert whole.values.dtype == np.int16
    assert whole.values.min() == int(slice_of(0).pixel_array.min()) - 1024
    assert whole.facts["rescale"] == "1 -1024"
    slopes = {f"{at}.dcm": slice_of(at, RescaleSlope=f"{0.5 + at / 4}", RescaleIntercept=1) for at in range(3)}
    scan = picture(series_in(tmp_path / "b", slopes))
    assert scan.values.dtype == np.float32
    for at in range(3):
        wanted = slice_of(at).pixel_array[::-1, ::-1].T * (0.5 + at / 4) + 1
        assert np.allclose(scan.values[0, :, :, at], wanted)


def test_hounsfield_units_are_told_of_computed_tomography():
    scan = flat("CT_small.dcm")
    assert (scan.facts["unit"], scan.facts["dicom_modality"]) == ("HU", "CT")
    assert scan.values.min() == -896


@pytest.mark.parametrize(
    "name",
    ["MR_small_RLE.dcm", "MR_small_bigendian.dcm", "MR_small_implicit.dcm", "MR_small_jp2klossless.dcm",
     "MR_small_jpeg_ls_lossless.dcm"],
)  # fmt: skip
def test_every_lossless_syntax_gives_the_same_samples(name):
    assert np.array_equal(flat(name).values, flat("MR_small.dcm").values)


@pytest.mark.parametrize(
    "name",
    ["SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_dcmtk_+eb+cy+s4.dcm", "SC_rgb_rle.dcm", "SC_rgb_jpeg_gdcm.dcm",
     "SC_ybr_full_422_uncompressed.dcm", "examples_palette.dcm", "examples_jpeg2k.dcm", "examples_rgb_color.dcm"],
)  # fmt: skip
def test_colours_of_every_kind_are_three_channels_of_red_green_blue(name):
    scan = flat(name, is_grey=False)
    assert scan.values.shape[0] == 3
    assert scan.values.dtype == np.uint8


def test_colours_are_refused_where_greys_are_expected():
    assert flat_refused("SC_rgb_rle.dcm") is Reason.COLOUR


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("MR_truncated.dcm", Reason.TRUNCATED),
        ("rtplan.dcm", Reason.NO_PIXELS),
        ("test-SR.dcm", Reason.NO_PIXELS),
        ("liver_1frame.dcm", Reason.NO_PIXELS),
        ("rtdose.dcm", Reason.NO_PIXELS),
        ("J2K_pixelrep_mismatch.dcm", Reason.DEPTH),
        ("JPEG-lossy.dcm", Reason.CORRUPT),
        ("SC_rgb_rle_16bit.dcm", Reason.DECODERS),
        ("README.txt", Reason.NOT_AN_IMAGE),
    ],
)
def test_files_that_are_no_sound_pictures_are_told_by_what_they_are(name, reason):
    assert flat_refused(name, is_grey=False) is reason


def test_a_wrong_transfer_syntax_is_told(tmp_path):
    compressed = pydicom.dcmread(str(get_testdata_file("MR_small_jp2klossless.dcm")))
    compressed.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = Path(str(get_testdata_file("MR_small_jp2klossless.dcm"))).read_bytes()
    for wrong in (str(ExplicitVRLittleEndian), "1.2.840.113619.5.2"):
        padded = wrong.encode().ljust(len(JPEG2000Lossless) + len(JPEG2000Lossless) % 2, b"\0")
        (tmp_path / "a.dcm").write_bytes(
            data.replace(str(JPEG2000Lossless).encode(), padded[: len(JPEG2000Lossless)], 1)
        )
        assert refused(tmp_path) is Reason.SYNTAX
    plain = Path(str(get_testdata_file("MR_small.dcm"))).read_bytes()
    said = pydicom.dcmread(str(get_testdata_file("MR_small.dcm")))
    said.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    said["PixelData"].is_undefined_length = False
    (tmp_path / "a.dcm").write_bytes(plain.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0"))
    assert refused(tmp_path) is Reason.SYNTAX


def test_samples_shorter_than_said_are_cut(tmp_path):
    short = slice_of(0)
    short.PixelData = short.PixelData[:-200]
    assert refused(series_in(tmp_path, {"a.dcm": short})) is Reason.TRUNCATED


def test_a_broken_codestream_is_told(tmp_path):
    broken = pydicom.dcmread(str(get_testdata_file("MR_small_jp2klossless.dcm")))
    broken.PixelData = encapsulate([b"\xff\x4f\xff\x51" + bytes(400)])
    assert refused(series_in(tmp_path, {"a.dcm": broken})) is Reason.CORRUPT


def test_pixels_of_unknown_length_that_are_not_square_are_told(tmp_path):
    changes = {"PixelSpacing": None, "ImagePositionPatient": None, "PixelAspectRatio": [2, 1]}
    assert refused(stack(tmp_path, 1, **changes)) is Reason.ASPECT


def test_the_spacing_of_a_detector_is_not_taken_for_the_patients(tmp_path):
    changes = {"PixelSpacing": None, "ImagePositionPatient": None, "ImagerPixelSpacing": [0.2, 0.2]}
    scan = picture(stack(tmp_path, 1, **changes))
    assert (scan.spacing, scan.affine) == ((), ())


def test_a_series_that_two_decoders_read_differently_is_refused(tmp_path, monkeypatch):
    folder = stack(tmp_path)
    honest = series.second([file for file, _ in files(folder)], "GDCMImageIO")
    for change in ({"values": honest.values[::-1]}, {"values": honest.values}, {"affine": honest.affine * 1.01}):
        order = sorted(files(folder), key=lambda one: pydicom.dcmread(one[0]).InstanceNumber)
        right = series.second([file for file, _ in order], "GDCMImageIO")
        given = {"values": right.values, "affine": right.affine, "channels": 1} | change
        if np.array_equal(given["values"], right.values) and np.array_equal(given["affine"], right.affine):
            continue
        monkeypatch.setattr(series, "second", lambda *_, given=given: type(honest)(**given))
        assert refused(folder) is Reason.DECODERS
        monkeypatch.undo()


def test_nothing_of_the_header_that_could_name_anybody_comes_along(tmp_path):
    scan = picture(stack(tmp_path, StudyDescription="Zhang Wei", Modality="MR", WindowCenter=40, WindowWidth=80))
    known = "format dicom_modality photometric bits window syntax burned_in face frames orientation repairs"
    assert set(scan.facts) <= set(known.split())
    assert scan.facts["window"] == "40/80"
    assert scan.facts["burned_in"] == "unsaid"


# -- folders of subjects


def read(folder, *columns, subject="folder"):
    source = Source(name="mr", modality="image", format="dicom", path="mr", subject=subject)
    return list(series.read(source, columns or (SCAN,), folder))


def faults(folder, *columns, subject="folder"):
    with pytest.raises(IntakeRefusedError) as told:
        read(folder, *columns, subject=subject)
    return [(one.reason, one.place) for one in told.value.faults]


def test_each_folder_is_a_subject_and_each_series_a_picture(tmp_path):
    stack(tmp_path / "S1/t1")
    stack(tmp_path / "S2/deep/t1", PatientID="MADE-UP-2")
    (tmp_path / "S1/notes.txt").write_text("passed over")
    records = read(tmp_path)
    assert [one.subject for one in records] == ["S1", "S2"]
    assert decode(records[0].payload["scan"]).space == (64, 64, 6)


def test_subjects_may_be_told_by_their_files(tmp_path):
    stack(tmp_path / "x")
    stack(tmp_path / "y", PatientID="MADE-UP-2")
    assert [one.subject for one in read(tmp_path, subject="PatientID")] == ["MADE-UP-1", "MADE-UP-2"]
    stack(tmp_path / "z", 2, PatientID="")
    found = faults(tmp_path, subject="PatientID")
    assert found == [(Reason.SUBJECT, "file 13 in order of names"), (Reason.SUBJECT, "file 14 in order of names")]


def test_two_patients_in_one_folder_are_told(tmp_path):
    stack(tmp_path / "S1/x")
    stack(tmp_path / "S1/y", PatientID="MADE-UP-2", SeriesInstanceUID="1.2.3")
    assert faults(tmp_path) == [(Reason.SUBJECTS_MIXED, "subject 1 in order of names")]


def test_several_series_need_a_description_and_get_a_column_each(tmp_path):
    stack(tmp_path / "S1/t1")
    stack(tmp_path / "S1/t2", 4, SeriesDescription="T2 axial", SeriesInstanceUID="1.2.3")
    assert faults(tmp_path) == [(Reason.SERIES_SEVERAL, "subject 1 in order of names")]
    t1 = Column(name="t1", source="mr", path="t1*", role="feature")
    t2 = Column(name="t2", source="mr", path="T2 axial", role="feature")
    record = read(tmp_path, t1, t2)[0]
    assert [decode(record.payload[name]).space[2] for name in ("t1", "t2")] == [6, 4]
    none = Column(name="t3", source="mr", path="flair", role="feature")
    assert faults(tmp_path, none) == [(Reason.SERIES_NONE, "subject 1 in order of names")]


def test_reports_among_pictures_are_told_unless_a_series_is_named(tmp_path):
    stack(tmp_path / "S1")
    report = slice_of(
        7, Modality="SR", SeriesDescription="report", SeriesInstanceUID="1.2.3", Rows=None, PixelData=None
    )
    series_in(tmp_path / "S1", {"report.dcm": report})
    assert faults(tmp_path) == [(Reason.NO_PIXELS, "subject 1 in order of names")]
    assert len(read(tmp_path, Column(name="t1", source="mr", path="T1*", role="feature"))) == 1


def test_all_faults_of_all_subjects_are_told_together(tmp_path):
    stack(tmp_path / "S1")
    series_in(tmp_path / "S2", {f"{at}.dcm": slice_of(at) for at in (0, 1, 2, 4)})
    stack(tmp_path / "S3")
    (tmp_path / "S3/00.dcm").write_bytes(b"no dicom")
    stack(tmp_path / "S4", 3)
    cut = tmp_path / "S4/00.dcm"
    cut.write_bytes(cut.read_bytes()[:-5000])
    found = faults(tmp_path)
    assert (Reason.SLICE_MISSING, "subject 2 in order of names") in found
    assert (Reason.NOT_AN_IMAGE, "file 11 in order of names") in found
    assert (Reason.TRUNCATED, "subject 4 in order of names") in found


def test_labels_may_be_the_names_of_folders(tmp_path):
    stack(tmp_path / "S1/sick")
    stack(tmp_path / "S2/normal")
    finding = Column(name="finding", source="mr", path="folder", role="outcome")
    assert [one.payload["finding"] for one in read(tmp_path, SCAN, finding)] == ["sick", "normal"]


def test_a_folder_without_dicom_is_told(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing here")
    (tmp_path / "DICOMDIR").write_bytes(b"")
    assert faults(tmp_path) == [(Reason.PICTURE_NONE, "mr")]


def padded(bits, values, **changes):
    """Return a slice whose samples lie in the lower bits of two bytes."""
    given = {"BitsStored": bits, "HighBit": bits - 1} | changes
    dataset = slice_of(0, **given)
    dataset.PixelData = np.asarray(values, dtype="<u2").tobytes()
    return dataset


@pytest.mark.parametrize("is_signed", [0, 1])
def test_twelve_bit_data_said_to_have_eight_is_refused_and_not_wrapped(tmp_path, is_signed):
    values = np.arange(64 * 64).reshape(64, 64)
    said = padded(8, values, PixelRepresentation=is_signed)
    assert refused(series_in(tmp_path / "a", {"a.dcm": said})) is Reason.DEPTH
    right = padded(13, values, PixelRepresentation=is_signed)
    assert np.array_equal(picture(series_in(tmp_path / "b", {"a.dcm": right})).values[0], values)


def test_negative_numbers_may_be_filled_up_with_noughts(tmp_path):
    values = np.arange(-2048, 2048).reshape(64, 64)
    said = padded(12, values & 0xFFF, PixelRepresentation=1)
    assert np.array_equal(picture(series_in(tmp_path, {"a.dcm": said})).values[0], values)


def test_overlays_in_unused_bits_are_cleared_and_it_is_said(tmp_path):
    values = np.arange(64 * 64).reshape(64, 64)
    said = padded(12, values | 0x8000, PixelRepresentation=0)
    said.add_new((0x6000, 0x0100), "US", 16)
    said.add_new((0x6000, 0x0102), "US", 15)
    scan = picture(series_in(tmp_path, {"a.dcm": said}))
    assert np.array_equal(scan.values[0], values)
    assert scan.repairs == ("overlay_bits_cleared",)
