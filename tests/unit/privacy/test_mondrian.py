import numpy as np
import pytest

from primum.privacy.diversity import Diversity
from primum.privacy.mondrian import MISSING, Axis, hierarchy, parted


def test_groups_are_halved_where_they_are_widest():
    wide, narrow = np.array([0, 0.1, 0.9, 1.0]), np.array([0.5, 0.6, 0.5, 0.6])
    assert parted([Axis(narrow), Axis(wide)], 2).tolist() in ([0, 0, 1, 1], [1, 1, 0, 0])
    assert parted([Axis(wide)], 3).tolist() == [0] * 4


def test_missing_is_parted_from_the_rest_first():
    axis = Axis(np.array([MISSING, MISSING, 0.0, 1.0]))
    assert len(set(parted([axis], 2)[:2].tolist())) == 1
    assert axis.width(MISSING, 0.4) == 1
    assert axis.width(MISSING, MISSING) == 0


TREE = hierarchy(
    {
        "Leeds": ["North", "England"],
        "York": ["North", "England"],
        "Bath": ["South", "England"],
        "Cardiff": ["Wales", "Wales"],
    }
)


def test_a_tree_puts_neighbours_together():
    assert set(TREE.order) == {"Leeds", "York", "Bath", "Cardiff"}
    assert abs(TREE.order.index("Leeds") - TREE.order.index("York")) == 1
    assert TREE.names[-1] == ("*",)


def test_the_smallest_node_above_two_leaves_is_found():
    at = {name: TREE.order.index(name) for name in TREE.order}
    for pair, name in (
        (("Leeds", "Leeds"), "Leeds"),
        (("Leeds", "York"), "North"),
        (("Bath", "York"), "England"),
        (("Bath", "Cardiff"), "*"),
    ):
        level, node = TREE.node(*(at[one] for one in pair))
        assert TREE.names[level][node] == name


def test_groups_are_parted_between_the_children_of_a_node():
    last = len(TREE.order) - 1
    assert Axis(np.array([0.0]), TREE).width(0, 1) == 1
    cuts = {TREE.order[at] for at in TREE.cuts(0, last)}
    assert len(cuts) == 1, "the root has two children"
    places = np.array([TREE.order.index(one) / last for one in ("Leeds", "York", "Bath", "Bath", "Cardiff", "Cardiff")])
    groups = parted([Axis(places, TREE)], 2)
    assert groups[0] == groups[1]
    assert len(set(groups.tolist())) == 3


@pytest.mark.parametrize(
    ("asked", "groups"), [(Diversity(), 4), (Diversity(distinct=2), 2), (Diversity(distinct=3), 1)]
)
def test_groups_are_parted_only_as_far_as_they_stay_diverse(asked, groups):
    axis = Axis(np.repeat([0.0, 0.3, 0.6, 1.0], 5))
    sensitive = np.repeat([0, 1, 0, 1], 5)
    found = parted([axis], 5, asked, sensitive)
    assert len(set(found.tolist())) == groups
