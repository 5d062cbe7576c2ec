import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import EnhancedMRImageStorage

from primum.imaging import series
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError
from synthetic.scans import series_in, slice_of, stack


def picture(folder):
    return series.picture_of([(file, f"file {at}") for at, file in enumerate(sorted(folder.iterdir()), start=1)])


def refused(folder):
    with pytest.raises(PictureRefusedError) as told:
        picture(folder)
    return told.value.reason


def enhanced(count=5, **frame):
    """Return a made-up Enhanced MR object: the same slices as frames of one file."""
    slices = [slice_of(at) for at in range(count)]
    whole = slices[0]
    whole.SOPClassUID = whole.file_meta.MediaStorageSOPClassUID = EnhancedMRImageStorage
    whole.NumberOfFrames = count
    whole.PixelData = b"".join(one.PixelData for one in slices)
    shared, measures, orientation = Dataset(), Dataset(), Dataset()
    measures.PixelSpacing, measures.SliceThickness, measures.SpacingBetweenSlices = [0.5, 0.75], 3, 3
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    shared.PixelMeasuresSequence, shared.PlaneOrientationSequence = [measures], [orientation]
    whole.SharedFunctionalGroupsSequence = [shared]
    groups = []
    for at in range(count):
        group, position, content, line = Dataset(), Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = frame.get("positions", {}).get(at, [-10.0, -20.0, 3.0 * at])
        content.DimensionIndexValues, content.StackID, content.InStackPositionNumber = [1, at + 1], "1", at + 1
        group.PlanePositionSequence, group.FrameContentSequence = [position], [content]
        if "slopes" in frame:
            line.RescaleSlope, line.RescaleIntercept, line.RescaleType = frame["slopes"][at], 0, "US"
            group.PixelValueTransformationSequence = [line]
        groups.append(group)
    whole.PerFrameFunctionalGroupsSequence = groups
    for name in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness"):
        delattr(whole, name)
    return whole


def test_frames_of_one_file_are_the_same_volume_as_slices_in_many(tmp_path):
    many = picture(stack(tmp_path / "a", 5))
    one = picture(series_in(tmp_path / "b", {"a.dcm": enhanced()}))
    assert np.array_equal(one.values, many.values)
    assert (one.spacing, one.affine) == (many.spacing, many.affine)


def test_faults_among_frames_are_told_as_among_slices(tmp_path):
    gap = series_in(tmp_path / "a", {"a.dcm": enhanced(positions={3: [-10, -20, 12], 4: [-10, -20, 15]})})
    assert refused(gap) is Reason.SLICE_MISSING
    twice = series_in(tmp_path / "b", {"a.dcm": enhanced(positions={3: [-10, -20, 6]})})
    assert refused(twice) is Reason.SLICE_TWICE


def test_frames_without_any_place_are_several_pictures(tmp_path):
    placeless = enhanced()
    del placeless.PerFrameFunctionalGroupsSequence, placeless.SharedFunctionalGroupsSequence
    assert refused(series_in(tmp_path, {"a.dcm": placeless})) is Reason.SEVERAL_PICTURES


def test_frames_from_head_to_feet_are_turned_round(tmp_path):
    up = picture(series_in(tmp_path / "a", {"a.dcm": enhanced()}))
    whole = enhanced(positions={at: [-10, -20, 3 * (4 - at)] for at in range(5)})
    down = picture(series_in(tmp_path / "b", {"a.dcm": whole}))
    assert np.array_equal(down.values, up.values[..., ::-1])
    assert down.affine == up.affine
    assert "sorted" in down.repairs


def test_frames_in_no_order_or_of_many_slopes_are_read_differently_by_others_and_refused(tmp_path):
    shuffled = enhanced(positions={0: [-10, -20, 3], 1: [-10, -20, 0]})
    assert refused(series_in(tmp_path / "a", {"a.dcm": shuffled})) is Reason.DECODERS
    assert refused(series_in(tmp_path / "b", {"a.dcm": enhanced(slopes=[1, 2, 3, 4, 5])})) is Reason.DECODERS


def test_one_slope_of_all_frames_is_applied(tmp_path):
    plain = picture(series_in(tmp_path / "a", {"a.dcm": enhanced()}))
    scaled = picture(series_in(tmp_path / "b", {"a.dcm": enhanced(slopes=[2] * 5)}))
    assert np.array_equal(scaled.values, plain.values * 2.0)
