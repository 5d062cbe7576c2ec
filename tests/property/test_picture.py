import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from primum.domain.picture import TYPES, Picture, decode, encode
from primum.imaging.duplicates import near_duplicates
from primum.imaging.geometry import canonical, lengths, letters

ARRAYS = st.sampled_from(TYPES).flatmap(
    lambda kind: npst.arrays(
        kind,
        npst.array_shapes(min_dims=3, max_dims=4, max_side=6),
        elements=({"allow_nan": False, "allow_infinity": False} if kind == "float32" else None),
    )
)


@given(ARRAYS)
def test_whatever_the_samples_a_picture_comes_back(values):
    picture = Picture(values=values)
    back = decode(encode(picture))
    assert back.values.tobytes() == values.tobytes()
    assert back.values.shape == values.shape
    assert encode(back) == encode(picture)


@given(st.permutations([0, 1, 2]), st.lists(st.sampled_from([-1.0, 1.0]), min_size=3, max_size=3))
def test_canonical_order_moves_samples_and_never_changes_where_they_lie(order, signs):
    affine = np.zeros((4, 4))
    for axis, (at, sign) in enumerate(zip(order, signs, strict=True)):
        affine[at, axis] = sign * (axis + 1.5)
    affine[:, 3] = [5, -7, 11, 1]
    values = np.arange(2 * 3 * 4).reshape(2, 3, 4)
    moved, own, is_turned = canonical(values, affine)
    assert letters(own) == "RAS"
    assert is_turned == (letters(affine) != "RAS")
    assert sorted(lengths(own)) == sorted(lengths(affine))
    index = np.array(np.meshgrid(*map(np.arange, values.shape), indexing="ij")).reshape(3, -1)
    places = affine @ np.vstack([index, np.ones(index.shape[1])])
    again = np.linalg.solve(own, places)[:3].round().astype(int)
    assert np.array_equal(moved[tuple(again)], values[tuple(index)])


@given(st.integers(0, 2**16), st.integers(2, 6))
def test_a_picture_that_is_there_twice_is_found(seed, count):
    rng = np.random.default_rng(seed)
    pictures = [Picture(values=rng.integers(0, 255, (1, 20, 20), dtype=np.uint8)) for _ in range(count)]
    near = near_duplicates([*pictures, *pictures[:2]])
    assert all(any({at, count + at} <= set(group) for group in near) for at in range(2))
