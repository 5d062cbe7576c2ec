import pytest

from primum.privacy.dicom.faces import may_show_face


@pytest.mark.parametrize(
    ("change", "may"),
    [
        ({}, False),
        ({"BodyPartExamined": "HEAD"}, True),
        ({"BodyPartExamined": "", "StudyDescription": ""}, True),
        ({"SeriesDescription": "AX BRAIN"}, True),
        ({"StudyDescription": "头颅平扫"}, True),
        ({"Modality": "US", "BodyPartExamined": "HEAD"}, False),
        ({"BodyPartExamined": "HEAD", "RecognizableVisualFeatures": "NO"}, False),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.77.1.4", "Modality": "XC"}, True),
    ],
)
def test_which_images_may_show_a_face(image, change, may):
    for name, value in change.items():
        setattr(image, name, value)
    assert may_show_face(image) is may


def test_a_file_without_pixels_shows_none(image):
    image.BodyPartExamined = "HEAD"
    del image.Rows
    assert not may_show_face(image)
