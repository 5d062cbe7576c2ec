import gzip

import nibabel as nib
import numpy as np
import pytest

from primum.imaging import nifti
from primum.imaging.reasons import Reason
from primum.imaging.refusals import PictureRefusedError
from synthetic.scans import body, volume


def refused(file):
    with pytest.raises(PictureRefusedError) as told:
        nifti.read(file)
    return told.value.reason


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
@pytest.mark.parametrize("kind", ["uint8", "int16", "uint16", "int32", "float32"])
def test_a_volume_in_order_is_read_as_it_is(tmp_path, suffix, kind):
    values = body(kind=kind)
    picture = nifti.read(volume(tmp_path / f"a{suffix}", values))
    assert np.array_equal(picture.values[0], values)
    assert picture.values.dtype == kind
    assert picture.spacing == (1.0, 1.5, 2.0)
    assert picture.affine == ((1.0, 0.0, 0.0, 0.0), (0.0, 1.5, 0.0, 0.0), (0.0, 0.0, 2.0, 0.0), (0.0, 0.0, 0.0, 1.0))
    assert picture.facts == {"format": "nifti", "orientation": "RAS"}


def test_a_volume_in_another_order_is_turned_and_it_is_said(tmp_path):
    values = body()
    # left, feet, back: the first axis runs to the left, the second to the feet, the third to the back
    affine = [[-1, 0, 0, 50], [0, 0, -2, 60], [0, -1.5, 0, 70], [0, 0, 0, 1]]
    picture = nifti.read(volume(tmp_path / "a.nii", values, affine))
    assert picture.facts["orientation"] == "LIP"
    assert picture.repairs == ("reoriented",)
    assert picture.spacing == (1.0, 2.0, 1.5)
    assert np.array_equal(picture.values[0], values.transpose(0, 2, 1)[::-1, ::-1, ::-1])
    place = np.array(picture.affine) @ [3, 2, 1, 1]
    i, k, j = values.shape[0] - 1 - 3, values.shape[2] - 1 - 2, values.shape[1] - 1 - 1
    assert np.allclose(place, np.array(affine) @ [i, j, k, 1])


def test_an_oblique_volume_keeps_its_angle(tmp_path):
    turn = np.radians(20)
    affine = np.eye(4)
    affine[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
    picture = nifti.read(volume(tmp_path / "a.nii", affine=affine))
    assert np.allclose(picture.affine, affine, atol=1e-6)
    assert picture.spacing == pytest.approx((1, 1, 1))


def test_slope_and_intercept_are_applied_and_it_is_said(tmp_path):
    file = volume(tmp_path / "a.nii", body())
    image = nib.load(file)
    image.header.set_slope_inter(0.5, -3)
    scaled = nib.Nifti1Image(np.asanyarray(image.dataobj), image.affine, image.header)
    scaled.header.set_slope_inter(0.5, -3)
    nib.save(scaled, tmp_path / "b.nii")
    picture = nifti.read(tmp_path / "b.nii")
    wanted = nib.load(tmp_path / "b.nii").get_fdata()
    assert picture.values.dtype == np.float32
    assert np.allclose(picture.values[0], wanted)
    assert "rescaled" in picture.repairs


def test_channels_on_a_fourth_axis_come_first_and_time_is_refused(tmp_path):
    values = body((8, 9, 10, 3))
    picture = nifti.read(volume(tmp_path / "a.nii", values))
    assert np.array_equal(picture.values, np.moveaxis(values, -1, 0))
    assert refused(volume(tmp_path / "b.nii", body((8, 9, 10, 17)))) is Reason.SEVERAL_PICTURES
    assert nifti.read(volume(tmp_path / "c.nii", body((8, 9, 10, 1)))).values.shape == (1, 8, 9, 10)


def test_a_volume_that_does_not_say_where_it_lies_is_refused(tmp_path):
    assert refused(volume(tmp_path / "a.nii", codes=(0, 0))) is Reason.GEOMETRY


def test_two_places_that_differ_are_refused_and_alike_ones_taken(tmp_path):
    file = volume(tmp_path / "a.nii")
    image = nib.load(file)
    flipped = image.affine.copy()
    flipped[0, 0] *= -1
    flipped[0, 3] = 19
    image.set_sform(flipped, code=1)
    nib.save(image, tmp_path / "b.nii")
    assert refused(tmp_path / "b.nii") is Reason.ORIENTATION
    for codes in ((1, 0), (0, 2), (1, 4)):
        nifti.read(volume(tmp_path / "c.nii", codes=codes))


def test_other_units_than_millimetres_are_refused(tmp_path):
    image = nib.load(volume(tmp_path / "a.nii"))
    for unit in ("meter", "micron"):
        image.header.set_xyzt_units(unit)
        nib.save(image, tmp_path / "b.nii")
        assert refused(tmp_path / "b.nii") is Reason.UNIT


def test_a_sheared_grid_is_refused(tmp_path):
    affine = np.eye(4)
    affine[1, 2] = 0.4
    assert refused(volume(tmp_path / "a.nii", affine=affine, codes=(0, 1))) is Reason.TILTED


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_a_cut_volume_is_refused(tmp_path, suffix):
    file = volume(tmp_path / f"a{suffix}", body((30, 30, 30)))
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2])
    assert refused(file) in {Reason.TRUNCATED, Reason.CORRUPT}


@pytest.mark.parametrize("content", [b"", b"hello" * 100, b"\x1f\x8b broken"])
def test_what_is_no_nifti_is_refused(tmp_path, content):
    for name in ("a.nii", "a.nii.gz"):
        (tmp_path / name).write_bytes(content)
        assert refused(tmp_path / name) in {Reason.NOT_AN_IMAGE, Reason.TRUNCATED, Reason.CORRUPT}


def test_other_formats_under_the_same_name_are_refused(tmp_path):
    file = tmp_path / "a.nii.gz"
    with gzip.open(file, "wb") as packed:
        packed.write(b"\x89PNG" + bytes(1000))
    assert refused(file) in {Reason.NOT_AN_IMAGE, Reason.CORRUPT}


def test_colours_and_complex_samples_are_refused(tmp_path):
    colours = np.zeros((8, 9, 10), dtype=[("R", "u1"), ("G", "u1"), ("B", "u1")])
    colours["R"] = body((8, 9, 10), kind="uint8")
    assert refused(volume(tmp_path / "a.nii", colours)) is Reason.PHOTOMETRIC
    complex_ones = body((8, 9, 10)).astype(np.complex64)
    assert refused(volume(tmp_path / "b.nii", complex_ones)) is Reason.NOT_AN_IMAGE


def test_a_volume_that_two_decoders_read_differently_is_refused(tmp_path, monkeypatch):
    file = volume(tmp_path / "a.nii")
    honest = nifti.second(file, "NiftiImageIO")
    for change in ({"values": honest.values + 1}, {"affine": honest.affine + np.diag([0.1, 0, 0, 0])}):
        given = {"values": honest.values, "affine": honest.affine, "channels": 1} | change
        monkeypatch.setattr(nifti, "second", lambda *_, given=given: type(honest)(**given))
        assert refused(file) is Reason.DECODERS
