"""Whatever is broken in a file, it is read or refused by name: no other error leaves the reader."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from primum.domain.picture import Picture
from primum.imaging import nifti, raster, series
from primum.imaging.refusals import PictureRefusedError
from synthetic.scans import photograph, slice_of, volume

DAMAGE = st.lists(st.tuples(st.integers(0, 1400), st.integers(0, 255)), min_size=1, max_size=8)
CUT = st.integers(0, 100)
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def damaged(data, places, percent):
    """Return bytes with some set to others, and the end cut off after a share of them."""
    found = bytearray(data)
    for at, value in places:
        found[at % len(found)] = value
    return bytes(found[: len(found) * percent // 100])


def outcome(read, file, data):
    file.write_bytes(data)
    try:
        return isinstance(read(file), Picture)
    except PictureRefusedError:
        return True


@SETTINGS
@given(places=DAMAGE, percent=CUT)
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.bmp"])
def test_photographs(tmp_path, name, places, percent):
    whole = photograph(tmp_path / f"whole_{name}").read_bytes()
    assert outcome(raster.read, tmp_path / name, damaged(whole, places, percent))


@SETTINGS
@given(places=DAMAGE, percent=CUT)
@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_volumes(tmp_path, name, places, percent):
    whole = volume(tmp_path / f"whole_{name}").read_bytes()
    assert outcome(nifti.read, tmp_path / name, damaged(whole, places, percent))


@SETTINGS
@given(places=DAMAGE, percent=CUT)
@example(places=[(482, 0)], percent=100).via("a unique identifier that begins with zero")
def test_slices(tmp_path, caplog, places, percent):
    slice_of(0).save_as(tmp_path / "whole.dcm")
    whole = (tmp_path / "whole.dcm").read_bytes()

    def read(file: Path) -> Picture:
        return series.picture_of([(file, "file 1")])

    assert outcome(read, tmp_path / "a.dcm", damaged(whole, places, percent))
    assert not caplog.records, "pydicom tells the values that it warns of"
