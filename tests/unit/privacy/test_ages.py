import pytest

from primum.privacy.ages import coarse, is_old


@pytest.mark.parametrize(
    "text",
    [
        "90",
        "93-year-old",
        "aged 101",
        "ninety-three",
        "one hundred",
        "noventa y dos años",
        "95岁",
        "九十三岁",
        "98周岁",
    ],
)
def test_ninety_and_over_is_old(text):
    assert is_old(text)


@pytest.mark.parametrize(
    "text",
    [
        "89",
        "65-year-old",
        "sixty",
        "六十五岁",
        "92 months",
        "95 days old",
        "100天",
        "98周",
        "93 meses",
        "nine",
        "nineteen",
    ],
)
def test_all_else_is_not(text):
    assert not is_old(text)


def test_a_stricter_policy_counts_all():
    assert is_old("3 days", 0)
    assert is_old("70", 65)


@pytest.mark.parametrize("text", ["90+", "90+-year-old", "90岁以上"])
def test_what_is_coarse_stays_so(text):
    assert coarse(text).count("90") == 1
