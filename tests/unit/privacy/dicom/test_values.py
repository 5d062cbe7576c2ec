"""Dates, ages, UIDs and tokens."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.privacy.dicom import moments
from primum.privacy.dicom.uids import Uids, is_registered, is_valid, token

KEY = b"a secret of at least 16 bytes"


@pytest.mark.parametrize(
    ("text", "days", "moved"),
    [
        ("20240301", -1, "20240229"),
        ("2024.03.01", 1, "2024.03.02"),
        ("20241231 ", 1, "20250101"),
        ("20240230", 1, None),
        ("March", 1, None),
        ("", 1, None),
        ("99991231", 1, None),
    ],
)
def test_dates(text, days, moved):
    assert moments.moved_date(text, days) == moved


@pytest.mark.parametrize(
    ("text", "days", "moved"),
    [
        ("20240301101500.123456+0100", -1, "20240229101500.123456+0100"),
        ("202403", 31, "202404"),
        ("2024", 10, "2024"),
        ("20240301", 1, "20240302"),
        ("2024030110", 1, "2024030210"),
        ("20241345", 1, None),
        ("Oyelaran", 1, None),
    ],
)
def test_moments(text, days, moved):
    assert moments.moved_moment(text, days) == moved


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(-365, 365))
def test_a_move_and_its_opposite_give_the_date_again(day, days):
    text = f"{day:%Y%m%d}"
    assert moments.moved_date(moments.moved_date(text, days), -days) == text


@pytest.mark.parametrize(
    ("text", "coarse"),
    [
        ("045Y", "045Y"), ("089Y", "089Y"), ("090Y", "090Y"), ("101Y", "090Y"), ("999M", "999M"), ("999D", "999D"),
        ("45", None), ("old", None), ("", None),
    ],
)  # fmt: skip
def test_ages(text, coarse):
    assert moments.coarse_age(text) == coarse


def test_times():
    assert all(map(moments.is_time, ["10", "1015", "101530", "101530.25", "10:15:30"]))
    assert not any(map(moments.is_time, ["noon", "1", "10153", ""]))


def test_new_uids_are_valid_keyed_and_stable():
    one, two = Uids(KEY), Uids(b"another secret of a run")
    old = "1.2.826.0.1.3680043.9.100.3"
    assert is_valid(one.new(old))
    assert one.new(old).startswith("2.25.")
    assert one.new(old) == one.new(old + "\0") == Uids(KEY).new(old)
    assert one.new(old) != two.new(old)
    assert one.replaced == {old: one.new(old)}
    assert one.new("") == ""


def test_registered_uids_stay():
    for uid in ("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.4.50", "2.16.840.1.113883.6.96"):
        assert is_registered(uid)
        assert Uids(KEY).new(uid) == uid
    assert not is_registered("1.2.840.10008.5.1.4.1.1.2.99999.4711")
    assert not is_registered("2.16.840.1.113883.6.96.19430217.4711")


@given(st.text(min_size=1, max_size=80))
def test_whatever_stands_as_a_uid_becomes_one(text):
    new = Uids(KEY).new(text)
    assert new == "" or is_valid(new)


def test_tokens_are_the_same_for_the_same_and_differ_by_key_and_kind():
    assert token(KEY, "code", "Abc ") == token(KEY, "code", "abC")
    assert token(KEY, "code", "abc") != token(KEY, "value", "abc")
    assert token(KEY, "code", "abc") != token(b"another secret of a run", "code", "abc")
    assert token(KEY, "code", "abc").isalnum()
