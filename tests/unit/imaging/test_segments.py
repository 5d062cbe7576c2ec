import numpy as np
import pydicom
import pytest
from pydicom.sr.codedict import codes

from primum.errors import DataError, IntegrityError
from primum.imaging import segments as module
from primum.imaging.provenance import bytes_of
from primum.imaging.segments import Mask, SegmentationType, read_segments, write_segments
from primum.imaging.source_images import planes_of
from synthetic.mr_series import SEGMENTS, enhanced, labels, mask, mr_series, provenance, reopened, xray

KINDS = [SegmentationType.BINARY, SegmentationType.LABELMAP]


def fractions():
    values = np.random.default_rng(1).random((6, 12, 10, 2)).astype(np.float32)
    values[0] = values[4] = 0
    return values


def overlapping():
    values = labels()
    return np.stack([values > 0, values == 2], axis=-1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("every_frame", [False, True])
def test_labels_come_back_slice_by_slice(kind, every_frame):
    sources = mr_series()
    made = write_segments(sources, mask(kind=kind), provenance(), every_frame=every_frame)
    back = read_segments(reopened(made), sources)
    assert np.array_equal(back.values, labels())
    assert (back.segments, back.kind) == (SEGMENTS, kind)


@pytest.mark.parametrize("kind", KINDS)
def test_frames_that_hold_nothing_are_left_out_and_come_back_empty(kind):
    sources = mr_series()
    made = write_segments(sources, mask(kind=kind), provenance())
    assert made.NumberOfFrames == {SegmentationType.BINARY: 6, SegmentationType.LABELMAP: 4}[kind]
    back = read_segments(made, sources)
    assert not back.values[0].any()
    assert not back.values[5].any()


def test_every_frame_can_be_kept():
    made = write_segments(mr_series(), mask(), provenance(), every_frame=True)
    assert made.NumberOfFrames == 12


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_of_nothing_is_written_and_comes_back(kind):
    sources = mr_series()
    made = write_segments(sources, mask(np.zeros((6, 12, 10), np.uint8), kind), provenance())
    back = read_segments(made, sources)
    assert back.values.shape == (6, 12, 10)
    assert not back.values.any()


def test_fractions_come_back_within_one_part_of_510():
    sources = mr_series()
    made = write_segments(sources, mask(fractions(), SegmentationType.FRACTIONAL), provenance())
    assert (made.SegmentationFractionalType, made.MaximumFractionalValue) == ("PROBABILITY", 255)
    back = read_segments(made, sources)
    assert back.values.dtype == np.float32
    assert np.abs(back.values - fractions()).max() <= 1 / 510 + 1e-6


def test_fractions_that_were_read_are_written_without_further_loss():
    sources = mr_series()
    first = read_segments(
        write_segments(sources, mask(fractions(), SegmentationType.FRACTIONAL), provenance()), sources
    )
    second = read_segments(write_segments(sources, first, provenance()), sources)
    assert np.array_equal(first.values, second.values)


def test_fractions_of_one_segment_need_no_fourth_axis():
    sources = mr_series()
    one = Mask(values=fractions()[..., 0], segments=SEGMENTS[:1], kind=SegmentationType.FRACTIONAL)
    assert read_segments(write_segments(sources, one, provenance()), sources).values.shape == (6, 12, 10, 1)


def test_segments_that_overlap_come_back_as_layers():
    sources = mr_series()
    made = write_segments(sources, mask(overlapping()), provenance())
    assert made.SegmentsOverlap == "YES"
    back = read_segments(made, sources)
    assert back.values.dtype == np.bool_
    assert np.array_equal(back.values, overlapping())


def test_layers_that_do_not_overlap_are_labels():
    sources = mr_series()
    layers = np.stack([labels() == 1, labels() == 2], axis=-1)
    assert np.array_equal(read_segments(write_segments(sources, mask(layers), provenance()), sources).values, labels())


def test_a_boolean_mask_is_one_segment():
    sources = mr_series()
    one = Mask(values=labels() == 1, segments=SEGMENTS[:1])
    back = read_segments(write_segments(sources, one, provenance()), sources)
    assert np.array_equal(back.values == 1, labels() == 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_multi_frame_source_is_one_series(kind):
    source = enhanced()
    made = write_segments([source], mask(kind=kind), provenance())
    back = read_segments(reopened(made), [source])
    assert np.array_equal(back.values, labels())


def test_an_image_without_a_place_in_space_can_be_segmented():
    source = xray()
    values = np.zeros((1, 16, 14), np.uint8)
    values[0, 3:9, 2:5] = 1
    made = write_segments([source], mask(values), provenance())
    assert np.array_equal(read_segments(reopened(made), [source]).values, values)


@pytest.mark.parametrize("kind", list(SegmentationType))
@pytest.mark.parametrize("said", [1, None, ""])
def test_a_single_frame_may_say_that_it_is_one(kind, said):
    source = xray()
    source.NumberOfFrames = said
    values = np.zeros((1, 16, 14), np.uint8)
    values[0, 3:9, 2:5] = 2
    layers = np.stack([values == 1, values == 2], axis=-1).astype(np.float32)
    given = layers if kind is SegmentationType.FRACTIONAL else values
    back = read_segments(reopened(write_segments([source], mask(given, kind), provenance())), [source])
    assert np.array_equal(back.values, given)


def test_a_multi_frame_object_may_have_one_frame():
    source = enhanced(1)
    back = read_segments(write_segments([source], mask(labels()[1:2]), provenance()), [source])
    assert np.array_equal(back.values, labels()[1:2])


def test_orientation_and_spacing_may_be_told_with_each_frame():
    source = enhanced()
    (shared,) = source.SharedFunctionalGroupsSequence
    for name in ("PlaneOrientationSequence", "PixelMeasuresSequence"):
        for frame in source.PerFrameFunctionalGroupsSequence:
            setattr(frame, name, shared[name].value)
        delattr(shared, name)
    back = read_segments(write_segments([reopened(source)], mask(), provenance()), [reopened(source)])
    assert np.array_equal(back.values, labels())


def test_a_colour_image_can_be_segmented():
    source = xray()
    source.SOPClassUID, source.SamplesPerPixel = pydicom.uid.SecondaryCaptureImageStorage, 3
    values = np.ones((1, 16, 14), np.uint8)
    assert np.array_equal(read_segments(write_segments([source], mask(values), provenance()), [source]).values, values)


def test_a_cine_series_is_refused():
    source = xray()
    source.SOPClassUID, source.NumberOfFrames = pydicom.uid.UltrasoundMultiFrameImageStorage, 4
    with pytest.raises(DataError, match="do not allow a segmentation"):
        write_segments([source], mask(np.ones((4, 16, 14), np.uint8)), provenance())


def test_what_does_not_read_back_as_it_was_given_is_never_handed_out(monkeypatch):
    given = mask()

    def shifted(dataset, sources):
        return mask(np.roll(labels(), 1, axis=0))

    monkeypatch.setattr(module, "read_segments", shifted)
    with pytest.raises(IntegrityError, match="does not read back"):
        write_segments(mr_series(), given, provenance())


def test_a_frame_that_names_no_frame_of_the_images_is_refused():
    source = enhanced()
    for change in (
        lambda one: setattr(one, "ReferencedFrameNumber", 7),
        lambda one: delattr(one, "ReferencedFrameNumber"),
    ):
        made = write_segments([source], mask(), provenance())
        change(made.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence[0])
        with pytest.raises(DataError, match="frames"):
            read_segments(made, [source])


def test_the_order_of_the_images_is_the_order_of_the_frames():
    sources = mr_series()
    made = write_segments(sources, mask(), provenance())
    back = read_segments(made, sources[::-1])
    assert np.array_equal(back.values, labels()[::-1])


def test_frames_lie_where_their_images_lie():
    sources = mr_series()
    made = write_segments(sources, mask(), provenance(), every_frame=True)
    corners = {tuple(np.round(one.corner, 4)) for one in planes_of(made)}
    assert corners == {tuple(np.round(planes_of(one)[0].corner, 4)) for one in sources}
    assert made.FrameOfReferenceUID == sources[0].FrameOfReferenceUID
    measures = made.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    assert list(measures.PixelSpacing) == [1.5, 0.75]


def test_another_reader_sees_the_same_pixels_on_the_same_images():
    sources = mr_series()
    made = reopened(write_segments(sources, mask(), provenance()))
    seen = np.zeros_like(labels())
    uids = [str(one.SOPInstanceUID) for one in sources]
    for frame, group in zip(made.pixel_array, made.PerFrameFunctionalGroupsSequence, strict=True):
        named = group.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID
        position = group.PlanePositionSequence[0].ImagePositionPatient
        at = uids.index(named)
        assert np.allclose(np.array(position, float), np.array(sources[at].ImagePositionPatient, float), atol=1e-4)
        seen[at][frame == 1] = group.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    assert np.array_equal(seen, labels())


def test_segments_are_coded_and_name_the_release():
    made = write_segments(mr_series(), mask(), provenance())
    first, second = made.SegmentSequence
    assert first.SegmentedPropertyTypeCodeSequence[0].CodeValue == codes.SCT.Hippocampus.value
    assert first.SegmentAlgorithmType == "AUTOMATIC"
    algorithm = first.SegmentationAlgorithmIdentificationSequence[0]
    assert (algorithm.AlgorithmName, algorithm.AlgorithmVersion) == ("a" * 64, "0.1.0")
    assert second.SegmentLabel == "海马后部"
    assert first.TrackingUID != second.TrackingUID


def test_patient_and_study_are_those_of_the_images():
    made = write_segments(mr_series(), mask(), provenance())
    assert (made.PatientID, str(made.PatientName)) == ("MADE-UP-1", "Made^Up")
    assert made.StudyInstanceUID == mr_series()[0].StudyInstanceUID
    assert made.SeriesInstanceUID != mr_series()[0].SeriesInstanceUID
    assert "DERIVED" in made.ImageType


def test_the_same_mask_gives_the_same_bytes():
    one, other = (bytes_of(write_segments(mr_series(), mask(), provenance())) for _ in range(2))
    assert one == other


def test_another_mask_another_seed_or_another_time_is_another_instance():
    changed = labels()
    changed[0, 0, 0] = 1
    made = [
        write_segments(mr_series(), mask(), provenance()),
        write_segments(mr_series(), mask(changed), provenance()),
        write_segments(mr_series(), mask(), provenance(seed="another")),
        write_segments(mr_series(), mask(), provenance(version="0.2.0")),
    ]
    assert len({one.SOPInstanceUID for one in made}) == 4
    assert made[0].SeriesInstanceUID == made[1].SeriesInstanceUID


def test_nothing_is_left_of_the_clock():
    made = write_segments(mr_series(), mask(), provenance())
    assert (made.ContentDate, made.ContentTime) == ("20260304", "050607")
    assert (made.InstanceCreationDate, made.InstanceCreationTime) == ("20260304", "050607")


@pytest.mark.parametrize(
    "name", ["PatientBirthDate", "PatientSex", "PatientName", "PatientID", "PatientPosition", "StudyID", "StudyDate",
             "StudyTime", "AccessionNumber", "PositionReferenceIndicator"],
)  # fmt: skip
def test_a_deidentified_source_lacking_a_type_2_attribute_is_completed(name):
    sources = mr_series()
    for one in sources:
        delattr(one, name)
    made = write_segments(sources, mask(), provenance())
    assert np.array_equal(read_segments(made, sources).values, labels())
    assert all(name not in one for one in sources)


def test_all_of_them_may_be_missing_at_once():
    sources = mr_series()
    for one in sources:
        for name in ("PatientBirthDate", "PatientSex", "PatientName", "PatientID", "StudyDate", "StudyTime", "StudyID"):
            delattr(one, name)
        one.PatientIdentityRemoved = "YES"
    made = reopened(write_segments(sources, mask(), provenance()))
    assert (made.PatientBirthDate, made.PatientSex, made.PatientName) == ("", "", "")


@pytest.mark.parametrize("charset", ["GB18030", "ISO_IR 192"])
def test_a_name_in_chinese_stays_that_name(charset):
    sources = mr_series()
    for one in sources:
        one.SpecificCharacterSet, one.PatientName = charset, "王^小东"
    made = reopened(write_segments([reopened(one) for one in sources], mask(), provenance()))
    assert str(made.PatientName) == "王^小东"
    assert made.SpecificCharacterSet == "ISO_IR 192"


@pytest.mark.parametrize("shape", [(5, 12, 10), (6, 10, 12), (6, 12), (6, 12, 10, 3), (1, 6, 12, 10)])
def test_a_mask_of_another_shape_is_refused(shape):
    with pytest.raises(DataError):
        write_segments(mr_series(), mask(np.zeros(shape, bool)), provenance())


def grid(sources):
    planes = [planes_of(one)[0] for one in sources]
    affine = np.eye(4)
    affine[:3, 0] = planes[1].corner - planes[0].corner
    affine[:3, 1], affine[:3, 2], affine[:3, 3] = planes[0].down, planes[0].across, planes[0].corner
    return affine


def test_a_mask_that_knows_its_place_is_taken_there():
    sources = mr_series()
    placed = mask(affine=grid(sources), frame_of_reference=sources[0].FrameOfReferenceUID)
    assert np.array_equal(read_segments(write_segments(sources, placed, provenance()), sources).values, labels())


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_flipped_mask_is_refused(axis):
    affine = grid(mr_series())
    affine[:3, axis] *= -1
    with pytest.raises(DataError, match="turned or flipped"):
        write_segments(mr_series(), mask(affine=affine), provenance())


@pytest.mark.parametrize("shift", [0.1, 1.0, 4.0])
def test_a_shifted_mask_is_refused(shift):
    affine = grid(mr_series())
    affine[0, 3] += shift
    with pytest.raises(DataError, match="elsewhere"):
        write_segments(mr_series(), mask(affine=affine), provenance())


def test_a_mask_of_another_spacing_is_refused():
    affine = grid(mr_series())
    affine[:3, 1] *= 1.05
    with pytest.raises(DataError, match="elsewhere"):
        write_segments(mr_series(), mask(affine=affine), provenance())


def test_a_mask_with_a_slice_missing_is_refused():
    sources = mr_series(7)
    with pytest.raises(DataError, match=r"frame 4"):
        write_segments(sources[:3] + sources[4:], mask(affine=grid(sources)), provenance())


def test_a_mask_with_a_place_on_images_without_one_is_refused():
    with pytest.raises(DataError, match="no"):
        write_segments([xray()], mask(np.zeros((1, 16, 14), np.uint8), affine=np.eye(4)), provenance())


def test_a_mask_of_another_frame_of_reference_is_refused():
    with pytest.raises(DataError, match="frame of reference"):
        write_segments(mr_series(), mask(frame_of_reference="1.2.3"), provenance())


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (labels() + 1, SegmentationType.BINARY),
        (labels().astype(np.int16) - 1, SegmentationType.LABELMAP),
        (labels().astype(np.float32), SegmentationType.BINARY),
        (labels(), SegmentationType.FRACTIONAL),
        (fractions() + 0.5, SegmentationType.FRACTIONAL),
        (np.full((6, 12, 10, 2), np.nan), SegmentationType.FRACTIONAL),
        (fractions()[..., 0], SegmentationType.FRACTIONAL),
        (np.zeros((6, 12, 10), dtype=str), SegmentationType.BINARY),
    ],
)
def test_values_that_are_not_those_of_the_segments_are_refused(values, kind):
    with pytest.raises(DataError):
        write_segments(mr_series(), mask(values, kind), provenance())


def test_a_mask_without_segments_is_refused():
    with pytest.raises(DataError, match="as many segments"):
        write_segments(mr_series(), Mask(values=labels(), segments=()), provenance())


def test_a_label_map_cannot_hold_segments_that_overlap():
    with pytest.raises(DataError, match="segmentation"):
        write_segments(mr_series(), mask(overlapping(), SegmentationType.LABELMAP), provenance())


def test_a_segmentation_of_other_images_is_refused():
    made = write_segments(mr_series(), mask(), provenance())
    others = mr_series()
    others[2].SOPInstanceUID = "1.2.3.4"
    for some in (others, mr_series(5), mr_series(7)):
        with pytest.raises(DataError, match="other images"):
            read_segments(made, some)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_segmentation_that_is_shifted_is_refused(axis):
    sources = mr_series()
    made = write_segments(sources, mask(), provenance())
    position = made.PerFrameFunctionalGroupsSequence[3].PlanePositionSequence[0].ImagePositionPatient
    position[axis] += 2
    with pytest.raises(DataError, match="elsewhere"):
        read_segments(made, sources)


def test_a_segmentation_that_is_flipped_is_refused():
    sources = mr_series()
    made = write_segments(sources, mask(), provenance())
    orientation = made.SharedFunctionalGroupsSequence[0].PlaneOrientationSequence[0]
    orientation.ImageOrientationPatient = [-one for one in orientation.ImageOrientationPatient]
    with pytest.raises(DataError, match="elsewhere"):
        read_segments(made, sources)


def test_a_segmentation_whose_frame_names_another_image_is_refused():
    sources = mr_series()
    made = write_segments(sources, mask(), provenance())
    frame = made.PerFrameFunctionalGroupsSequence[0].DerivationImageSequence[0].SourceImageSequence[0]
    frame.ReferencedSOPInstanceUID = sources[5].SOPInstanceUID
    with pytest.raises(DataError, match="elsewhere"):
        read_segments(made, sources)


def test_a_segmentation_of_another_frame_of_reference_is_refused():
    made = write_segments(mr_series(), mask(), provenance())
    made.FrameOfReferenceUID = "1.2.3"
    with pytest.raises(DataError, match="frame of reference"):
        read_segments(made, mr_series())


@pytest.mark.parametrize("spoil", ["PixelData", "SegmentSequence", "PerFrameFunctionalGroupsSequence", "SOPClassUID"])
def test_what_is_no_whole_segmentation_is_refused(spoil):
    made = write_segments(mr_series(), mask(), provenance())
    delattr(made, spoil)
    with pytest.raises(DataError):
        read_segments(made, mr_series())


def test_an_image_is_no_segmentation():
    with pytest.raises(DataError, match="no DICOM segmentation"):
        read_segments(mr_series()[0], mr_series())


def test_truncated_pixels_are_refused():
    made = write_segments(mr_series(), mask(), provenance())
    made.PixelData = made.PixelData[:10]
    with pytest.raises(DataError, match="frames"):
        read_segments(made, mr_series())


def test_messages_hold_nothing_of_the_patient():
    sources = mr_series()
    with pytest.raises(DataError) as refused:
        write_segments(sources, mask(frame_of_reference="1.2.3"), provenance())
    said = f"{refused.value.what} {refused.value.remedy}"
    assert not any(one in said for one in ("MADE-UP-1", "Made", sources[0].StudyInstanceUID, "1.2.3"))


def test_compressed_sources_need_not_be_decoded():
    sources = mr_series()
    for one in sources:
        one.file_meta.TransferSyntaxUID = pydicom.uid.JPEG2000Lossless
        del one.PixelData
    assert write_segments(sources, mask(), provenance()).NumberOfFrames == 6
