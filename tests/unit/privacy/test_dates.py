import datetime as dt

import pytest

from primum.privacy import dates


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2021-07-17", "2021-08-26"),
        ("2021-07-17T10:22:00Z", "2021-08-26T10:22:00Z"),
        ("2021/7/17", "2021/8/26"),
        ("2021.12.30", "2022.02.08"),
        ("17/07/2021", "26/08/2021"),
        ("17.07.2021", "26.08.2021"),
        ("07/17/2021", "08/26/2021"),
        ("5-6-2021", "15-7-2021"),
        ("17/07/21", "26/08/21"),
        ("20210717", "20210826"),
        ("17 July 2021", "26 August 2021"),
        ("17th of July, 2021", "26th of August, 2021"),
        ("July 17, 2021", "August 26, 2021"),
        ("JUL 17 2021", "AUG 26 2021"),
        ("Jul. 17th, 2021", "Aug. 26th, 2021"),
        ("17-Jul-2021", "26-Aug-2021"),
        ("17-Jul-21", "26-Aug-21"),
        ("22nd July 2021", "31st August 2021"),
        ("1 July", "10 August"),
        ("July 2021", "August 2021"),
        ("07/2021", "08/2021"),
        ("17 de julio de 2021", "26 de agosto de 2021"),
        ("17 julio 2021", "26 agosto 2021"),
        ("enero de 2021", "febrero de 2021"),
        ("2021年7月17日", "2021年8月26日"),
        ("2021年07月", "2021年08月"),
        ("7月17日", "8月26日"),
        ("民国110年7月17日", "民国110年8月26日"),
        ("29 February 2024", "9 April 2024"),
    ],
)
def test_a_date_moves_and_keeps_its_way_of_writing(old, new):
    assert dates.shift(f"Seen {old}, well.", 40) == (f"Seen {new}, well.", 1)


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/80", "ratio 3/4", "version 1.2.3", "pH 7.35", "in 2021", "Gleason 3+4=7", "1.2.840.10008",
        "grade 2 may be", "WBC 12.5", "10-15 cells", "T2N0M0", "dose 5 mg/2 ml", "0.07 mm", "12 marzipan",
    ],
)  # fmt: skip
def test_numbers_that_are_no_dates_stay(text):
    assert dates.shift(text, 40) == (text, 0)


@pytest.mark.parametrize("text", ["31/02/2021", "2021-13-01", "99.99.2021", "31 April 2021"])
def test_a_day_that_does_not_exist_is_taken_out(text):
    moved, _ = dates.shift(f"on {text}.", 40)
    assert text not in moved
    assert "[DATE]" in moved


def test_a_day_beyond_the_calendar_is_taken_out():
    assert dates.moved_day(dt.date(9999, 12, 31), 1) is None
    assert dates.shift("2021-07-17", 10**8) == ("[DATE]", 1)


def test_intervals_are_kept_within_a_text():
    text, count = dates.shift("Biopsy 2020-02-27, surgery 3 March 2020.", -100)
    assert count == 2
    first, second = dates.find(text)
    assert second.day - first.day == dt.date(2020, 3, 3) - dt.date(2020, 2, 27)


def test_two_digit_years_turn_at_thirty():
    (young,), (old,) = dates.find("01/02/30"), dates.find("01/02/31")
    assert young.day == dt.date(2030, 2, 1)
    assert old.day == dt.date(1931, 2, 1)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-07-17", dt.date(2021, 7, 17)),
        (" 17.07.2021 ", dt.date(2021, 7, 17)),
        ("2021-07-17T23:59:00+08:00", dt.date(2021, 7, 17)),
        ("2021-07-17 10:00", dt.date(2021, 7, 17)),
        ("on 2021-07-17", None),
        ("2021-07-17 and later", None),
        ("2021-02-30", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_whole_text_as_a_day(text, day):
    assert dates.day(text) == day
