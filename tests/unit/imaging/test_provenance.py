import datetime as dt

import pytest
from pydicom.dataset import Dataset

from primum.errors import DataError
from primum.imaging.provenance import built
from synthetic.mr_series import provenance


@pytest.mark.parametrize("name", ["release", "version", "device", "serial"])
@pytest.mark.parametrize("value", ["", "x" * 65])
def test_a_name_that_dicom_has_no_room_for_is_refused(name, value):
    with pytest.raises(DataError, match=name):
        provenance(**{name: value})


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(DataError, match="time zone"):
        provenance(made_at=dt.datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


def test_a_series_number_is_positive():
    with pytest.raises(DataError, match="series number"):
        provenance(series_number=0)


def test_uids_are_of_the_standard_and_of_seed_and_names_alone():
    one = provenance().uid("SEG", "1.2")
    assert one.is_valid
    assert one.startswith("2.25.")
    assert one == provenance(version="9").uid("SEG", "1.2")
    assert one != provenance(seed="other").uid("SEG", "1.2")
    assert provenance().uid("a", "b") != provenance().uid("ab")


def test_what_a_library_refuses_is_told_without_its_words():
    def make() -> Dataset:
        raise ValueError("Made^Up is no name")

    with pytest.raises(DataError, match="ValueError in the DICOM library") as refused:
        built(make, "report")
    assert "Made" not in refused.value.what


def test_a_refusal_of_ours_stays_ours():
    def make() -> Dataset:
        raise DataError("no.", remedy="none.")

    with pytest.raises(DataError, match=r"^no\.$"):
        built(make, "report")
