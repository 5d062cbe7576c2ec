import numpy as np
import pytest
from pydicom.dataset import Dataset

from primum.errors import DataError
from primum.imaging.source_images import completed, planes_of, series_of
from synthetic.mr_series import OBLIQUE, enhanced, mr_series, reopened, xray


def test_a_series_knows_its_shape():
    assert series_of(mr_series()).shape == (6, 12, 10)
    assert series_of([enhanced()]).shape == (6, 12, 10)
    assert series_of([xray()]).shape == (1, 16, 14)


def test_a_plane_lies_in_right_anterior_superior():
    source = mr_series()[0]
    (plane,) = planes_of(source)
    assert np.allclose(plane.corner, np.array(source.ImagePositionPatient, float) * [-1, -1, 1])
    assert np.allclose(plane.across, np.array(OBLIQUE[:3]) * 0.75 * [-1, -1, 1])
    assert np.allclose(plane.down, np.array(OBLIQUE[3:]) * 1.5 * [-1, -1, 1])


def test_planes_of_a_multi_frame_object_are_those_of_the_slices():
    single = [planes_of(one)[0] for one in mr_series()]
    assert all(one.lies_at(other) for one, other in zip(planes_of(enhanced()), single[::-1], strict=True))
    assert not any(one.lies_at(other) for one, other in zip(planes_of(enhanced()), single, strict=True))


def test_an_xray_has_no_plane():
    assert planes_of(xray()) == ()


def test_no_image_is_refused():
    with pytest.raises(DataError, match="No source image"):
        series_of([])


@pytest.mark.parametrize("name", ["SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Rows"])
def test_an_image_that_lacks_what_none_may_lack_is_named(name):
    sources = mr_series()
    delattr(sources[2], name)
    with pytest.raises(DataError, match=f"Source image 3 of 6 lacks {name}"):
        series_of(sources)


@pytest.mark.parametrize(
    ("name", "value"),
    [("StudyInstanceUID", "1.2"), ("SeriesInstanceUID", "1.2"), ("FrameOfReferenceUID", "1.2"), ("Rows", 11)],
)
def test_images_of_two_series_are_refused(name, value):
    sources = mr_series()
    setattr(sources[1], name, value)
    with pytest.raises(DataError, match=f"differ in {name}"):
        series_of(sources)


def test_an_image_given_twice_is_refused():
    sources = mr_series()
    with pytest.raises(DataError, match="twice"):
        series_of([*sources, sources[0]])


def test_two_multi_frame_objects_are_refused():
    sources = [enhanced(), enhanced()]
    sources[1].SOPInstanceUID = "1.2.3"
    with pytest.raises(DataError, match="multi-frame"):
        series_of(sources)


def test_an_image_of_one_frame_that_says_it_has_more_is_refused():
    source = xray()
    source.NumberOfFrames = 2
    with pytest.raises(DataError, match="says that it has more"):
        series_of([source])


@pytest.mark.parametrize("said", ["x", "-1"])
def test_a_number_of_frames_that_is_none_is_refused(said):
    source = xray()
    source.add_new("NumberOfFrames", "LO", said)
    with pytest.raises(DataError, match="number of frames"):
        series_of([source])


def test_images_that_are_not_parallel_are_refused():
    sources = mr_series()
    sources[4].ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    with pytest.raises(DataError, match="orientation"):
        series_of(sources)


def test_images_of_two_spacings_are_refused():
    sources = mr_series()
    sources[4].PixelSpacing = [1.5, 0.8]
    with pytest.raises(DataError, match="spacing"):
        series_of(sources)


@pytest.mark.parametrize("value", [["a", "b"], "1.5"])
def test_a_geometry_that_cannot_be_read_is_refused(value):
    source = xray()
    source.ImagePositionPatient, source.ImageOrientationPatient = [0, 0, 0], [1, 0, 0, 0, 1, 0]
    source.add_new("PixelSpacing", "LO", value)
    with pytest.raises(DataError, match="geometry"):
        series_of([source])


def test_a_copy_is_completed_and_the_source_is_not_touched():
    source = mr_series()[0]
    del source.PatientBirthDate
    copy = completed(source)
    assert (copy.PatientBirthDate, copy.Laterality) == ("", "")
    assert "PixelData" not in copy
    assert "PixelData" in source
    assert "PatientBirthDate" not in source
    assert "SpecificCharacterSet" not in source


@pytest.mark.parametrize(
    ("charset", "name"),
    [("GB18030", "王^小东"), ("ISO_IR 100", "Müller^Zoë"), (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동")],
)
def test_text_is_brought_to_utf_8(charset, name):
    source = mr_series()[0]
    source.SpecificCharacterSet, source.PatientName = charset, name
    requested = Dataset()
    requested.RequestingPhysician = name
    source.RequestAttributesSequence = [requested]
    for one in (source, reopened(source)):
        copy = completed(one)
        copy.file_meta = source.file_meta
        copy = reopened(copy)
        assert (str(copy.PatientName), copy.SpecificCharacterSet) == (name, "ISO_IR 192")
        assert str(copy.RequestAttributesSequence[0].RequestingPhysician) == name
