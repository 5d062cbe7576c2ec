"""Addresses, beds, hospitals and employers in the forms in which Chinese notes write them. Nobody here is real."""

import pytest

from primum.privacy.rules import chinese
from primum.privacy.spans import Kind

KEPT = {Kind.AGE, Kind.SEX, Kind.FAMILY, Kind.PROFESSION, Kind.NATIONALITY, Kind.TITLE, Kind.REGION}


def masked(text: str) -> str:
    """Return a text with every sign of what is replaced as an underscore."""
    signs = list(text)
    for span in chinese.find(text):
        if span.kind not in KEPT and span.method != "rule:year":
            signs[span.start : span.end] = "_" * (span.end - span.start)
    return "".join(signs)


def is_masked(text: str, value: str) -> bool:
    """Return whether all of a value is found."""
    at = text.index(value)
    return masked(text)[at : at + len(value)] == "_" * len(value)


@pytest.mark.parametrize(
    "value",
    [
        "和谐家园3栋501室",
        "前进路12号",
        "后街村三组",
        "黄浦社区和谐家园3栋",
        "胜利西路三中家属院A座889",
        "云锦府5栋2单元301室",
        "翠竹小区1-2-301",
        "白水乡官庄村3组",
        "西赵屯1队",
        "大庙屯东头65号",
        "文昌办事处双塔社区14组",
        "罗坪镇石榜坝第1村民小组",
        "小河沟61号",
        "朝阳路与钟楼街交叉口",
        "长江路12号与黄河路交汇处",
        "机床厂宿舍甲栋3楼",
    ],
)
def test_addresses_without_a_city_are_found_to_the_door(value: str) -> None:
    assert is_masked(f"现住：{value}，", value)
    assert is_masked(f"今晨在{value}摔倒", value)


@pytest.mark.parametrize(
    "text",
    [
        "多中心入组，分中心入组3例，各组无差异",
        "尿路感染3期",
        "腹股沟3处结节，鼻唇沟变浅",
        "里急后重，路径入组，一路上无不适",
        "与前片对照，与路人无关",
    ],
)
def test_what_reads_like_an_address_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    "value",
    [
        "十二床", "三十五号床", "廿三床", "六号病床", "抢救2床", "监护1床", "VIP3床", "EICU5床", "日间12床", "第13床",
        "541房1床", "2区13床", "3F-12床", "床18", "隔离2床", "产5床",
    ],
)  # fmt: skip
def test_beds_are_found_however_they_are_numbered(value: str) -> None:
    assert is_masked(f"今晨{value}发热", value)


@pytest.mark.parametrize(
    "text", ["一床被子", "两床被褥", "起床后头晕，卧床3天", "每床位费", "三张床位", "病床旁心电图", "床3天", "下床1次"]
)
def test_what_is_no_bed_of_anybody_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize("value", ["03-96706", "2023K38243", "RC07-6051", "2020-S-4126"])
def test_numbers_of_specimens_are_found(value: str) -> None:
    assert is_masked(f"{value}号标本", value)


@pytest.mark.parametrize("text", ["T1-12345之间", "10-20天", "2.5-3.0cm", "CD20-", "PM2.5-10"])
def test_ranges_are_no_numbers_of_specimens(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("就诊于金华五院", "金华五院"),
        ("转入南宁一院治疗", "南宁一院"),
        ("在芜湖万福中医门诊针灸", "芜湖万福中医门诊"),
        ("持刘集镇卫生院介绍信", "刘集镇卫生院"),
        ("于康宁国医馆服药", "康宁国医馆"),
        ("入南通齐鲁医院分院", "南通齐鲁医院分院"),
    ],
)
def test_hospitals_are_found_in_short(text: str, value: str) -> None:
    assert is_masked(text, value)


@pytest.mark.parametrize(
    "value",
    [
        "江河码头",
        "永兴美容院",
        "蓝天KTV",
        "龙腾理发店",
        "泰兴加油站",
        "白水镇妇联",
        "双江完小",
        "杭州理工大学和平校区",
        "锦程驾校",
        "罗坪镇武装部",
        "德力健身房",
    ],
)
def test_small_employers_are_found(value: str) -> None:
    assert is_masked(f"患者在{value}上班", value)


@pytest.mark.parametrize("text", ["当地政府补助", "在理发店工作", "菜市场买菜", "去药店买药", "民政局登记"])
def test_small_employers_without_a_name_stay(text: str) -> None:
    assert masked(text) == text
