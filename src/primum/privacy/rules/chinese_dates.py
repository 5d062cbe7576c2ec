"""Dates and ages as Chinese texts write them: of three calendars, in digits or in words."""

import re
from collections.abc import Iterator

from primum.privacy.spans import Kind, Span

_M = r"(?:1[0-2]|0?[1-9])"
_D = r"(?:3[01]|[12]\d|0?[1-9])"
_Y = r"(?:18|19|20)\d{2}"
_MONTH_FIRST = r"\d(?<![\d.年\-/].)(?:(?<=1)[0-2]|(?<=0)[1-9])?"
"""A month where an expression begins: with a digit, which makes it fast, and after no other digit."""
_ONES = "一二三四五六七八九"
_HAN_MONTH = rf"(?:十[一二]?|[{_ONES}正元冬腊])月(?:份)?"
_HAN_DAY = rf"(?:二十[{_ONES}]?|三十一?|廿[{_ONES}]?|卅一?|十[{_ONES}]?|[{_ONES}])"
_HAN_YEAR = rf"(?:[一二][{_ONES}\u3007零○O0]{{3}}|[{_ONES}\u3007零○]{{2}})年"
_STEMS = "(?:[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年)"
_LUNAR_DAY = rf"(?:初[{_ONES}十]|[十廿卅][{_ONES}]?|二十[{_ONES}]?|三十)"
_TO = r"\s?[-~\uff5e至到—–]{1,2}\s?"
_PART = r"(?:份|初|中旬|上旬|下旬|月底|底|末)"
_LABEL = (
    r"(?:日期|时间|出生|生日|生于|入院|出院|手术|检查|报告|采样|送检|就诊|随访|复诊|复查|"
    r"会诊|签字|签名|记录|打印|末次月经|预产期|LMP|EDC|EDD)"
)

_MONTHS = (
    "Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?"
    "|Nov(?:ember)?|Dec(?:ember)?"
)

DATES = tuple(
    re.compile(one)
    for one in (
        # 2023年3月5日, 2023-3-5, 2023.03.05, 2023/3/5至3月8日, 2023年3月, 2023年3月初, 2023年3月5-8日
        (
            rf"[12](?<![\d.].)(?:8|9|0)\d{{2}}\s?年\s?{_M}\s?月(?:\s?{_D}\s?[日号]|\s?{_D}(?=\s?[-~至"
            rf"到—]+\s?{_D}[日号])|{_PART}|(?:\s?{_D}(?![\d.岁周天月年次])))?"
            rf"(?:{_TO}(?:{_M}\s?月\s?)?{_D}\s?[日号])?"
        ),
        (
            rf"[12](?<![\d.\-/].)[890]\d{{2}}(?P<s>\s?[-./]\s?){_M}(?P=s){_D}(?!%|\d(?!\d?:))(?:{_TO}{_M}["
            rf"-./]{_D}(?![\d%]))?"
        ),
        r"[12](?<![\d.\-/].)[890]\d{2}[-./](?:1[0-2]|0[1-9])(?![\d.%/\-])",
        r"[12](?<![\d.].)(?:(?<=1)9|(?<=2)0)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?![\d.])",
        # 民国112年3月5日, 112年3月5日, 112/03/05, 08年3月, 23/3/5, 23.3.5
        r"民国\s?(?:\d{1,3}|[元一二三四五六七八九十百○\u3007]+)\s?年(?:\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?[日号])?)?",
        rf"\d(?<![\d.].)\d(?:(?<=1[01])\d)?\s?年\s?{_M}\s?月(?![余前后来])(?:\s?{_D}\s?[日号]|{_PART})?",
        rf"\d(?<![\d.\-/A-Za-z].)\d(?:(?<=1[01])\d)?(?P<s>[-/.]){_M}(?P=s){_D}(?![\d.%/\-]|\s?(?:mm|cm|ml|%))",
        # 3月5日, 3月5-8日, 3月5日至8日, 3月份, 3月初, 今年3月, 本月5号
        rf"{_MONTH_FIRST}\s?月\s?{_D}(?:\s?[-~至到—]+\s?{_D})?\s?[日号](?!龄)(?:{_TO}(?:{_M}\s?月\s?)?{_D}\s?[日号])?",
        rf"{_MONTH_FIRST}\s?月{_PART}",
        rf"(?:今年|去年|前年|同年|当年|次年|本年|明年)\s?(?P<x>(?:{_M}|{_HAN_DAY})\s?月(?:{_PART})?)(?![余前后])",
        rf"(?:[本上下当同次这]个?月)\s?(?P<x>{_D}\s?[日号])",
        rf"[于在至自从到约定拟]\s?(?P<x>{_D}\s?[日号])(?![前后内余间来龄床量均线])",
        # 03-05, 3/5 10:30, 入院日期: 3.5
        (
            r"[01](?<![\d.\-/A-Za-z].)(?:(?<=0)[1-9]|(?<=1)[0-2])[-/](?:0[1-9]|[12]\d|3[01])(?![\d.%/\-]|"
            r"\s?(?:mm|cm|ml|mg|次|天|周|岁|分|级))"
        ),
        rf"{_MONTH_FIRST}[-/.]{_D}(?=,?\s?(?:[01]?\d|2[0-3])[:时点]\s?[0-5]?\d?)",
        rf"{_LABEL}(?:日期|时间)?[::]?\s?(?P<x>{_M}[-/.]{_D})(?![\d.%/\-]|\s?(?:mm|cm|ml|mg|×|x|\*))",
        # 二零二三年三月五日, 三月五日, 农历正月初八, 癸卯年二月十五
        rf"{_HAN_YEAR}{_HAN_MONTH}(?:{_HAN_DAY}[日号]?|{_PART})?(?:{_TO}(?:{_HAN_MONTH})?{_HAN_DAY}[日号])?",
        rf"[一二][{_ONES}\u3007零○O0]{{3}}年",
        rf"{_HAN_MONTH}{_HAN_DAY}[日号](?:{_TO}(?:{_HAN_MONTH})?{_HAN_DAY}[日号])?",
        (
            rf"(?:农历|阴历|旧历|古历|夏历)\s?(?:{_STEMS}|{_Y}年|{_HAN_YEAR})?(?:[鼠牛虎兔龙蛇马羊猴鸡狗猪]年)?"
            rf"(?:闰)?(?:{_HAN_MONTH}|\d{{1,2}}月)?(?:{_LUNAR_DAY}|{_D})?[日号]?"
        ),
        rf"{_STEMS}(?:闰)?{_HAN_MONTH}(?:{_LUNAR_DAY})?",
        rf"(?:[{_ONES}十]{{1,2}}|正|冬|腊|闰[{_ONES}])月(?:初[{_ONES}十]|廿[{_ONES}]?)",
        rf"(?:正|冬|腊)月(?:{_LUNAR_DAY})",
        rf"(?:十[一二]?|[{_ONES}])月(?:十[{_ONES}]|二十[{_ONES}]?|三十一?)(?![天周次个多余例岁月年分])",
        rf"(?:大年|年)(?:初[{_ONES}十]|三十)(?![岁多])",
        # Mar 5, 2023; 5 March 2023; 05-Mar-2023
        rf"(?:{_MONTHS})\.?\s{{0,2}}{_D}(?:st|nd|rd|th)?,?(?:\s{{0,2}}{_Y})?(?![\d.])",
        rf"\d(?<![\d.].)\d?(?:st|nd|rd|th)?[\s\-/.]?(?:{_MONTHS})(?![A-Za-z])\.?,?(?:[\s\-/.]?(?:{_Y}|\d{{2}}(?!\d)))?",
    )
)
_BARE_YEAR = re.compile(
    rf"[12](?<![\d.].)[890]\d{{2}}\s?年(?!\s?{_M}\s?月)|[于自从在](?P<x>(?:19|20)\d{{2}})(?=[起诊年])"
)
_AGES = tuple(
    re.compile(one)
    for one in (
        (
            r"\d(?<![\d.].)\d{0,2}(?:\.\d)?\s?(?:\+|余|多)?\s?(?:周岁|岁|虚岁)(?:\s?\d{1,2}\s?(?:个?月)(?:"
            r"\d{1,2}天)?|半)?(?!以)"
        ),
        r"(?:年龄|年纪|Age)\s?[:]?\s?(?P<x>\d{1,3}(?:\.\d)?(?:\s?(?:岁|Y|个?月|天))?)(?![\d.%])",
        r"[一二三四五六七八九十百零\u3007]{1,4}(?:周|余|多)?岁(?!以)",
        r"\d(?<![\d.].)\d?(?:\+\d)?\s?(?:个)?(?:月|天|日)龄",
        r"\d(?<![\d.A-Za-z].)\d{0,2}\s?(?:y/?o|yrs?(?:\sold)?)(?![a-z])",
    )
)
_ONES_OF = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"\u3007": 0}
_AGE_HAN = re.compile(r"(?:([一二三四五六七八九])百)?零?(?:([一二三四五六七八九])?(十))?([一二三四五六七八九])?")


def find(text: str) -> Iterator[Span]:
    """Yield dates and ages of a text that ``chinese_text.alike`` gave.

    A year alone has the method ``rule:year``, for it may stand under 45 CFR 164.514(b)(2)(i)(C).
    """
    for rule in DATES:
        group = "x" if "x" in rule.groupindex else 0
        for match in rule.finditer(text):
            if match.end(group) - match.start(group) > 2 or (match.end(group) > match.start(group) and group == "x"):  # noqa: PLR2004 - 农历 alone is no date, nor is 5日's beginning
                yield Span(*match.span(group), Kind.DATE, "rule:date")
    for match in _BARE_YEAR.finditer(text):
        yield Span(*match.span("x" if match["x"] else 0), Kind.DATE, "rule:year")
    for rule in _AGES:
        group = "x" if "x" in rule.groupindex else 0
        for match in rule.finditer(text):
            yield Span(*match.span(group), Kind.AGE, "rule:age")


def years(text: str) -> int | None:
    """Return how old an age says that somebody is in whole years, also in words (九十三岁), or None."""
    digits = re.match(r"\d+", text)
    if digits:
        return int(digits.group())
    words = _AGE_HAN.match(text)
    if words is None or not words.group():
        return None
    hundreds, tens, ten, ones = words.groups()
    return (
        100 * _ONES_OF.get(hundreds or "零", 0)
        + 10 * (_ONES_OF[tens] if tens else int(bool(ten)))
        + _ONES_OF.get(ones or "零", 0)
    )
