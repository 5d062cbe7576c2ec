"""Beds and rooms of wards in Chinese texts: 12床, 加3床, 三十五号床, 541房1床, 床号：36."""

import re
from collections.abc import Iterator

from primum.privacy.spans import Kind, Span

REACH = 16
"""Signs before 床 that may be its number."""
_WARD = r"(?:监护|抢救|重症|特需|留?观察?|隔离|走廊|过道|临时|日间|母婴|急诊|透析|[产婴儿内外东西南北新加第])"
_NUMBERED = re.compile(
    rf"(?:(?<![\d.A-Za-z])\d{{1,4}}\s?[房室区F]-?\s?|第)?{_WARD}?"
    r"[\dA-Za-z东西南北加新+](?<![\d.A-EG-Za-z].)[A-Za-z]{0,3}-?\s?(?:加|\+)?\d{0,4}(?:-\d{1,3})?(?<=[\dA-Z])[A-Z]?"
    r"\s?号?病?床\Z"
)
_COUNTED = re.compile(
    rf"(?<![一二三四五六七八九十百两几同这那数每各张]){_WARD}?"
    r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])号?病?床\Z"
)
_NO_BED = re.compile(r"[旁边]?[次日]")
_BEDDING = re.compile(r"[被棉位单铺边旁上头旁次日]")
_UNIT = r"(?!\s?(?:天|周|月|年|日|小时|h|位|张|个|次|cm|mm|分))"
_LABELLED = tuple(
    re.compile(one)
    for one in (
        rf"(?:科|ICU|病区|病房)\s?[-/|\s]\s?(?P<x>{_WARD}?[A-Z]{{0,4}}\d{{1,3}}(?:-\d{{1,2}})?)(?=\s*[|/,;、\s]|$)",
        rf"床\d{{1,3}}(?![\d.,、]){_UNIT}",
        (
            r"(?:床\s?(?:号|位号?)?|(?<![A-Za-z])[Bb](?:ed|ED)\s?(?:[Nn][Oo]\.?)?)\s?[:]?\s?(?:为|是|-)?\s?"
            r"(?P<x>(?:[A-Za-z东西南北加新]|\+)?-?\d{1,4}(?:-\d{1,3})?[A-Z]?(?:床)?)"
            rf"(?![\d.]){_UNIT}"
        ),
        (
            r"(?:病房|病室|病房号|房间号?|房号|诊室|病区)\s?[:为是]\s?(?P<x>[A-Za-z\d东西南北\-]{1,8}\d)(?![\d.])"
            r"|(?<![\d.])(?P<y>\d{1,4})\s?(?:号)?病[房室](?!\d)"
        ),
    )
)


def find(text: str) -> Iterator[Span]:
    """Yield the beds and rooms of a text that ``chinese_text.alike`` gave."""
    at = text.find("床")
    while at >= 0:
        for pattern, nothing in ((_NUMBERED, _NO_BED), (_COUNTED, _BEDDING)):
            match = pattern.search(text, max(0, at - REACH), at + 1)
            if match and not nothing.match(text, at + 1):
                yield Span(*match.span(), Kind.BED, "rule:bed")
        at = text.find("床", at + 1)
    for pattern in _LABELLED:
        for match in pattern.finditer(text):
            group = next((one for one in ("x", "y") if match.groupdict().get(one)), 0)
            yield Span(*match.span(group), Kind.BED, "rule:bed")
