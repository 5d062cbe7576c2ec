import datetime as dt
import time

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
        ("Monday, March 4th, 2019", "Saturday, April 13th, 2019"),
        ("Mon 4 Mar 2019", "Sat 13 Apr 2019"),
        ("March 4, 2019 (Monday)", "April 13, 2019 (Saturday)"),
        ("lunes, 4 de marzo de 2019", "sábado, 13 de abril de 2019"),
        ("2021年7月17日（星期六）", "2021年8月26日（星期四）"),
        ("2021年7月17日，周六", "2021年8月26日，周四"),
        ("二〇二一年七月十七日", "二〇二一年八月二十六日"),
        ("十月二日", "十一月十一日"),
        ("21年7月17日", "21年8月26日"),
        ("7月17日至19日", "8月26日至28日"),
        ("17-19 July 2021", "26-28 August 2021"),
        ("July 17-19, 2021", "August 26-28, 2021"),
        ("Jul-17-2021", "Aug-26-2021"),
        ("July 17 '21", "August 26 '21"),
        ("July 17-2021", "August 26-2021"),
    ],
)
def test_a_date_moves_and_keeps_its_way_of_writing(old, new):
    assert dates.shift(f"Seen {old}, well.", 40) == (f"Seen {new}, well.", 1)


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/80", "ratio 3/4", "version 1.2.3", "pH 7.35", "in 2021", "Gleason 3+4=7", "1.2.840.10008",
        "grade 2 may be", "WBC 12.5", "10-15 cells", "T2N0M0", "dose 5 mg/2 ml", "0.07 mm", "12 marzipan",
        "3 days ago 3 doses", "sat 95%", "in the sun", "1-2-3", "病史10年3月", "周围", "一月余",
    ],
)  # fmt: skip
def test_numbers_that_are_no_dates_stay(text):
    assert dates.shift(text, 40) == (text, 0)


@pytest.mark.parametrize(
    "text", ["31/02/2021", "2021-13-01", "99.99.2021", "31 April 2021", "30-35 July 2021", "二〇二一年二月三十日"]
)
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


@pytest.mark.parametrize(
    ("stretch", "moved"),
    [
        ("March 4th", "April 13th"),
        ("7/17", "8/26"),
        ("3/4", "13/5"),
        ("Monday", "Saturday"),
        ("MONDAY", "SATURDAY"),
        ("Mondays", "Saturdays"),
        ("周一上午", "周六上午"),
        ("Mon morning at 10:30", "Sat morning at 10:30"),
        ("at 5pm on Tuesday", "at 5pm on Sunday"),
        ("March", "April"),
        ("Mar '19", "Apr '19"),
        ("the 4th of March", "the 13th of April"),
        ("4 March 2019 at 10:30 am", "13 April 2019 at 10:30 am"),
        ("early March 2019", "early April 2019"),
        ("from March 2019 to 2021", "from April 2019 to 2021"),
        ("2019-03", "2019-04"),
        ("07-17-21", "08-26-21"),
        ("12月", "1月"),
        ("2021-07-17T10:22:00.5+08:00", "2021-08-26T10:22:00.5+08:00"),
        ("2021年7月17日上午10时30分", "2021年8月26日上午10时30分"),
    ],
)
def test_what_is_said_to_be_a_date_is_moved_as_a_whole(stretch, moved):
    assert dates.moved(stretch, 40) == moved


@pytest.mark.parametrize(
    "stretch", ["2019", "Spring 2019", "10:30", "Christmas", "the 4th", "3 March 2019, room 5", "99/99", ""]
)
def test_what_cannot_be_read_to_the_end_is_not_moved(stretch):
    assert dates.moved(stretch, 40) is None


def test_the_other_dates_of_a_text_say_which_number_is_the_month():
    american = "seen 03/25/2021, again 04/05/2021"
    assert dates.shift(american, 1) == ("seen 03/26/2021, again 04/06/2021", 2)
    assert dates.shift("seen 25/03/2021, again 04/05/2021", 1) == ("seen 26/03/2021, again 05/05/2021", 2)
    assert dates.is_month_first([american, "01/02/2021"])
    assert not dates.is_month_first(["01/02/2021"])
    assert dates.moved("04/05/2021", 1, month_first=True) == "04/06/2021"


def test_both_ends_of_a_stretch_move():
    assert dates.shift("7/17/2021-7/19/2021", 40) == ("8/26/2021-8/28/2021", 2)
    assert dates.shift("2021-07-17 to 2021-07-19", 40) == ("2021-08-26 to 2021-08-28", 2)


def test_a_stretch_of_days_that_would_cross_a_month_is_taken_out():
    assert dates.shift("17-19 July 2021", 13) == ("[DATE]", 1)


def test_many_dates_take_linear_time():
    text = "on 2021-07-17 and on 3 May 2020, then " * 20_000
    begun = time.process_time()
    assert dates.shift(text, 3)[1] == 40_000
    assert time.process_time() - begun < 8
