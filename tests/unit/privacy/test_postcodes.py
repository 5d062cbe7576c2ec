import pytest

from primum.privacy.postcodes import truncated


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("02115", "021"),
        ("02115-1234", "021"),
        ("021151234", "021"),
        (" 02115 ", "021"),
        ("03601", "000"),
        ("2115", None),
        ("SW1A 1AA", None),
        ("100084", None),
        ("", None),
    ],
)
def test_postcodes_keep_three_digits_of_large_areas(code, kept):
    assert truncated(code) == kept
