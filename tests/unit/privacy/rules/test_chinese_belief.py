"""What is believed of a tagger in Chinese texts: names in all their forms, how much of a find. Nobody here is real."""

import pytest

from primum.privacy.rules import chinese_belief
from primum.privacy.spans import Kind, Span


def believed(text: str, word: str, kind: Kind = Kind.NAME) -> str | None:
    """Return what is believed of a word that a tagger found, or None."""
    start = text.index(word)
    spans = chinese_belief.believed(text, [Span(start, start + len(word), kind, "tagger:zh")])
    return text[spans[0].start : spans[0].end] if spans else None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("沈可拟行手术", "沈可"),
        ("二线：汤非；", "汤非"),
        ("付款人白以，卡号", "白以"),
        ("习牧牧与配偶", "习牧牧"),
        ("问诊对象于诚媚自报", "于诚媚"),
        ("由淑芬陪同，和桥超已到", "和桥超"),
        ("患者时可，女", "时可"),
        ("患者高兴，男，45岁", "高兴"),
        ("家属张力 签字", "张力"),
        ("斯琴护士长调解", "斯琴"),
        ("其父亲贡布，", "贡布"),
        ("陈方安生女士", "陈方安生"),
        ("已通知家长那日苏。", "那日苏"),
        ("中心把车某会的片子", "车某会"),
        ("文〇〇，女", "文〇〇"),
        ("我家余姨，30岁", "余姨"),
        ("依明·木拉提女", "依明·木拉提"),
    ],
)
def test_seldom_names_are_believed(text: str, name: str) -> None:
    assert believed(text, name) == name


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("肌张力增高", "张力"),
        ("患者高兴地说", "高兴"),
        ("患者高血压病史", "高血压"),
        ("于术后出院", "于术后"),
        ("由低到高", "由低"),
        ("病情和平时一样", "和平"),
        ("白带增多", "白带"),
        ("万能手术床", "万能"),
        ("时有心悸", "时有"),
        ("安静时心率", "安静"),
        ("取得信任和协作", "任和"),
        ("表达要简洁明了", "简洁"),
        ("对患者热情，", "热情"),
        ("如车工、钳工", "车工"),
        ("到达瓦片厂", "达瓦"),
    ],
)
def test_words_that_are_no_names_here_are_not(text: str, word: str) -> None:
    assert believed(text, word) is None


@pytest.mark.parametrize(
    ("text", "found", "name"),
    [
        ("骨折时洪珲在家", "时洪珲", "时洪珲"),
        ("龚滨虞拄拐搀扶", "龚滨虞拄拐", "龚滨虞"),
        ("中心把康**的片子", "把康**", "康**"),
        ("昨请周海涛看", "请周海涛看", "周海涛"),
    ],
)
def test_of_a_find_that_is_too_long_the_name_is_believed(text: str, found: str, name: str) -> None:
    assert name in (believed(text, found) or "")


@pytest.mark.parametrize(
    ("text", "name"),
    [("姓名：高峰", "高峰"), ("患者简洁，女", "简洁"), ("由于敏陪同", "于敏"), ("高山医生查房", "高山")],
)
def test_names_that_are_words_are_believed_where_somebody_is_announced(text: str, name: str) -> None:
    assert believed(text, name) == name


@pytest.mark.parametrize("word", ["城市", "农村", "乡镇、街道", "门牌号码"])
def test_what_any_place_is_called_is_not_believed(word: str) -> None:
    assert believed(f"写到{word}即可", word, Kind.PLACE) is None
    assert believed(f"写到{word}即可", word, Kind.STREET) is None


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("王芳 内科 12 阑尾炎", Kind.BED, "12"),
        ("外科 加3 李明", Kind.BED, "加3"),
        ("内科 16-2，", Kind.BED, "16-2"),
        ("王芳 012345 内科", Kind.RECORD_NUMBER, "012345"),
    ],
)
def test_numbers_without_a_label_are_believed(text: str, kind: Kind, word: str) -> None:
    assert believed(text, word, kind) == word


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("体温38.5℃", Kind.BED, "38"),
        ("观察12小时", Kind.BED, "12"),
        ("呼吸<20次", Kind.BED, "20"),
        ("阿司匹林 100mg", Kind.BED, "100"),
        ("计数123456个", Kind.RECORD_NUMBER, "123456"),
        ("滴度>12800", Kind.RECORD_NUMBER, "12800"),
        ("第3版", Kind.RECORD_NUMBER, "3"),
    ],
)
def test_measurements_are_not(text: str, kind: Kind, word: str) -> None:
    assert believed(text, word, kind) is None
