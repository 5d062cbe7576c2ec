"""The encoding of a text is told by its bytes, or the text is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.deid.encodings import detect
from primum.deid.nouns import RefusedError

CHINESE = "患者王小明，男，四十五岁，因咳嗽三天入院。"
TRADITIONAL = "病人王小明，男，五十六歲，因發熱咳嗽三天入院。電話0912345678，地址台北市大安區和平東路一段。"
SPANISH = "Paciente: José García Núñez. Ingresó con tensión alta, según su señora."


def told(data: bytes, size: int = 7) -> str:
    return detect(data[at : at + size] for at in range(0, len(data), size)).name


@pytest.mark.parametrize(
    ("text", "written", "name"),
    [
        ("plain", "ascii", "utf-8"),
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL * 40, "gb18030", "gb18030"),
        ("CT 示右肺结节, PET-CT 阴性", "gbk", "gb18030"),
        (SPANISH, "cp1252", "cp1252"),
        (SPANISH, "latin-1", "cp1252"),
        ("Señor Muñoz, 44 años, niega alergias", "cp1252", "cp1252"),
        ("“Grüße” – Müller", "cp1252", "cp1252"),
        ("🙂 emoji and 汉字 and ñ", "utf-8", "utf-8"),
        ("", "ascii", "utf-8"),
    ],
)
def test_common_encodings_are_told(text, written, name):
    assert told(text.encode(written)) == name


@pytest.mark.parametrize(
    ("written", "name"),
    [("utf-8-sig", "utf-8"), ("utf-16", "utf-16-le"), ("utf-32", "utf-32-le")],
)
def test_a_byte_order_mark_decides_and_is_remembered(written, name):
    data = SPANISH.encode(written)
    found = detect([data])
    assert found.name == name
    assert data.startswith(found.mark)
    assert found.mark
    assert data[len(found.mark) :].decode(found.name) == SPANISH


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_by_its_zero_bytes(name):
    assert told("John Smith came on Monday".encode(name), size=4096) == name


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"text \x00\x01\x02 and more", "binary"),
        (b"bell \x07 in a text", "binary"),
        ("ünï".encode() + "José Pérez Núñez".encode("cp1252") + "żółć 汉字 ñandú".encode(), "mixed-encoding"),
        (bytes(range(128, 256)) * 3, "encoding"),
        (b"\xff\xfea", "encoding"),
    ],
)
def test_what_cannot_be_told_is_refused(data, code):
    with pytest.raises(RefusedError) as refused:
        told(data, size=4096)
    assert refused.value.code == code


@pytest.mark.parametrize("times", [1, 40])
@pytest.mark.parametrize("written", ["big5", "shift_jis"])
def test_other_encodings_are_refused_rather_than_read_as_one_of_ours(written, times):
    text = "山田太郎さんは熱があります。電話は03-1234-5678です。" if written == "shift_jis" else TRADITIONAL
    with pytest.raises(RefusedError) as refused:
        told((text * times).encode(written), size=4096)
    assert refused.value.code == "encoding"


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1), st.integers(1, 9))
def test_utf_8_is_always_told_in_blocks_of_any_size(text, size):
    assert told(text.encode(), size) == "utf-8"
