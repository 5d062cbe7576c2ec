import numpy as np
import pytest

from primum.errors import DataError
from primum.imaging.boxes import Box
from primum.imaging.presentation import Mark, Presentation, mark_of, read_presentation, write_presentation
from primum.imaging.provenance import bytes_of
from synthetic.mr_series import enhanced, mr_series, provenance, reopened, xray

BOX = Box(left=1, top=2.5, right=7, bottom=9, label="海马", score=0.934)
OUTLINE = ((1.0, 1.0), (2.0, 5.0), (7.25, 3.0), (1.0, 1.0))
PRESENTATION = Presentation(
    marks=(
        mark_of(BOX, 3),
        Mark(image=0, points=((1.5, 1.5),), text="here"),
        Mark(image=3, points=OUTLINE),
    ),
    window=(300.5, 600.0),
)


def test_marks_and_window_come_back():
    sources = mr_series()
    made = write_presentation(sources, PRESENTATION, provenance())
    assert read_presentation(reopened(made), sources) == PRESENTATION


def test_a_box_is_its_outline_its_label_and_its_score():
    drawn = mark_of(BOX, 3)
    assert drawn.points == ((1, 2.5), (7, 2.5), (7, 9), (1, 9), (1, 2.5))
    assert drawn.text == "海马 0.93"
    assert mark_of(Box(left=0, top=0, right=1, bottom=1, label="x"), 0).text == "x"


def test_marks_on_frames_of_a_multi_frame_object_come_back():
    source = enhanced()
    given = Presentation(marks=(mark_of(BOX, 0, frame=4), mark_of(BOX, 0)), window=(10.0, 20.0))
    assert read_presentation(reopened(write_presentation([source], given, provenance())), [source]) == given


def test_an_xray_is_marked():
    given = Presentation(marks=(mark_of(BOX, 0),), window=(1000.0, 2000.0))
    assert read_presentation(reopened(write_presentation([xray()], given, provenance())), [xray()]) == given


def test_a_window_alone_is_a_presentation():
    given = Presentation(marks=(), window=(40.0, 400.0))
    assert read_presentation(write_presentation(mr_series(), given, provenance()), mr_series()) == given


def test_without_a_window_that_of_the_images_is_taken():
    made = write_presentation(mr_series(), Presentation(marks=()), provenance())
    assert read_presentation(made, mr_series()).window == (2000, 4000)
    made = write_presentation([xray()], Presentation(marks=()), provenance())
    assert read_presentation(made, [xray()]).window is None


def test_it_says_that_no_doctor_verified_it():
    made = write_presentation(mr_series(), PRESENTATION, provenance())
    assert made.SOPClassUID.name == "Grayscale Softcopy Presentation State Storage"
    assert made.ContentLabel == "SUGGESTIONS"
    assert "not verified" in made.ContentDescription
    (layer,) = made.GraphicLayerSequence
    assert layer.GraphicLayer == "SUGGESTIONS"


def test_rescaled_images_are_shown_rescaled():
    sources = mr_series()
    for one in sources:
        one.RescaleSlope, one.RescaleIntercept, one.RescaleType = "1.3526", "-10", "US"
    made = write_presentation(sources, PRESENTATION, provenance())
    assert (float(made.RescaleSlope), float(made.RescaleIntercept)) == (1.3526, -10)


def test_the_same_marks_give_the_same_bytes():
    one, other = (bytes_of(write_presentation(mr_series(), PRESENTATION, provenance())) for _ in range(2))
    assert one == other
    assert reopened(write_presentation(mr_series(), PRESENTATION, provenance())).PresentationCreationTime == "050607"


def test_deidentified_sources_are_completed():
    sources = mr_series()
    for one in sources:
        for name in ("PatientBirthDate", "PatientSex", "PatientName", "StudyDate", "StudyID", "AccessionNumber"):
            delattr(one, name)
    assert read_presentation(write_presentation(sources, PRESENTATION, provenance()), sources) == PRESENTATION


@pytest.mark.parametrize(
    "mark",
    [
        mark_of(BOX, 6),
        mark_of(BOX, -1),
        mark_of(BOX, 0, frame=2),
        Mark(image=0, points=()),
        Mark(image=0, points=((10.5, 1.0),)),
        Mark(image=0, points=((1.0, -0.5), (1.0, 1.0))),
        Mark(image=0, points=((float("nan"), 1.0),)),
    ],
)
def test_a_mark_that_is_not_on_the_images_is_refused(mark):
    with pytest.raises(DataError, match="Mark 1"):
        write_presentation(mr_series(), Presentation(marks=(mark,)), provenance())


@pytest.mark.parametrize("width", [0.0, -1.0, float("nan")])
def test_a_window_without_width_is_refused(width):
    with pytest.raises(DataError, match="window"):
        write_presentation(mr_series(), Presentation(marks=(), window=(1.0, width)), provenance())


def test_colour_is_refused():
    source = xray()
    source.SamplesPerPixel, source.PhotometricInterpretation = 3, "RGB"
    with pytest.raises(DataError, match="colour"):
        write_presentation([source], Presentation(marks=()), provenance())


def test_a_presentation_of_other_images_is_refused():
    made = write_presentation(mr_series(), Presentation(marks=(), window=(1.0, 2.0)), provenance())
    with pytest.raises(DataError, match="other images"):
        read_presentation(made, mr_series(7))


def test_an_image_is_no_presentation():
    with pytest.raises(DataError, match="no presentation"):
        read_presentation(mr_series()[0], mr_series())


def test_a_mark_without_a_line_is_refused():
    made = write_presentation(mr_series(), PRESENTATION, provenance())
    del made.GraphicAnnotationSequence[0].GraphicObjectSequence
    with pytest.raises(DataError, match="no presentation"):
        read_presentation(made, mr_series())


def test_the_images_are_not_touched():
    sources = mr_series()
    before = [bytes_of(one) for one in sources]
    write_presentation(sources, PRESENTATION, provenance())
    assert [bytes_of(one) for one in sources] == before
    assert np.array_equal(sources[0].pixel_array, mr_series()[0].pixel_array)
