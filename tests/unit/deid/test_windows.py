"""Windows are the text: nothing is lost, nothing is twice, and each has what stands beside it."""

from hypothesis import given
from hypothesis import strategies as st

from primum.deid.nouns import Encoding
from primum.deid.windows import decoded, lines, windows


def cores(found):
    return [one.text[one.before : one.before + one.core] for one in found]


@given(
    st.lists(st.text(alphabet="ab \n.。", max_size=40), max_size=12),
    st.integers(1, 25),
    st.integers(0, 12),
)
def test_cores_are_the_text_and_windows_lie_where_they_say(parts, size, beside):
    whole = "".join(parts)
    found = list(windows(parts, size=size, beside=beside))
    assert "".join(cores(found)) == whole
    for one in found:
        assert one.core <= size
        assert whole[one.origin : one.origin + len(one.text)] == one.text
        assert one.before <= beside
        assert len(one.text) <= size + 2 * beside


def test_a_window_ends_where_a_paragraph_ends():
    text = "one two\n\nthree four five\n\nsix"
    first = cores(windows([text], size=26, beside=3))[0]
    assert first == "one two\n\nthree four five\n\n"


def test_a_window_has_what_stands_beside_it():
    found = list(windows(["aaaa\nbbbb\ncccc\n"], size=5, beside=3))
    assert [one.text for one in found] == ["aaaa\nbbb", "aa\n"[-3:] + "bbbb\nccc", "bb\ncccc\n"]


def test_a_stretch_without_borders_is_cut_anyway():
    assert cores(windows(["x" * 25], size=10, beside=2)) == ["x" * 10, "x" * 10, "x" * 5]


@given(st.lists(st.text(alphabet="ab\r\n\u2028\x0b", max_size=9)))
def test_lines_end_at_line_feeds_alone(parts):
    found = list(lines(parts))
    assert "".join(found) == "".join(parts)
    assert all("\n" not in one[:-1] for one in found)


def test_characters_that_blocks_cut_are_put_together_and_the_mark_is_left_out():
    data = "\ufeffñ汉🙂".encode()
    blocks = [data[:4], data[4:6], data[6:8], data[8:]]
    assert "".join(decoded(blocks, Encoding(name="utf-8", mark=b"\xef\xbb\xbf"))) == "ñ汉🙂"
