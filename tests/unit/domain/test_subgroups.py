import pytest

from primum.domain.study import Subgroup
from primum.domain.subgroups import group_of, groups

AGE = Subgroup(column="age", edges=(40.0, 50.0))


@pytest.mark.parametrize(
    ("value", "group"),
    [
        (39.9, "< 40"),
        (40, "40 to < 50"),
        ("49", "40 to < 50"),
        (50.0, "≥ 50"),
        (None, "unknown"),
        ("old", "unknown"),
        (float("nan"), "unknown"),
    ],
)
def test_numbers_are_cut_at_edges_which_belong_above(value, group):
    assert group_of(value, AGE) == group


def test_groups_are_named_from_low_to_high():
    assert groups(AGE) == ("< 40", "40 to < 50", "≥ 50")
    assert groups(Subgroup(column="sex")) == ()


def test_categories_are_groups_as_they_are():
    sex = Subgroup(column="sex")
    assert group_of("female", sex) == "female"
    assert group_of(1.0, sex) == "1"
    assert group_of(None, sex) == "unknown"
