"""Where names that are no Chinese ones stand in Chinese texts: in sounds with a dot, of other peoples, in pinyin."""

import re
from collections.abc import Iterator
from itertools import chain

from primum.privacy.lexicons.loader import words
from primum.privacy.rules.chinese_text import HAN

SHORTEST_DOTTED = 3
"""Shorter names with a dot are formulas."""
_SIGN = f"[{HAN}]"
_SOUND = (
    "约密鲍简珀蒂斐莱迦阿巴贝本比伯布查达德迪尔丁杜恩法菲费芬弗福盖戈格古哈海赫亨霍基吉加贾杰金卡凯科克肯"
    "库拉莱兰朗劳勒雷里利丽莉列林琳鲁路伦罗洛马玛迈麦曼梅蒙米莫穆娜纳南内尼妮涅宁纽努诺欧帕佩皮普奇齐切琼"
    "让热日荣瑞萨塞桑森沙莎山舍什圣史斯思苏索塔泰坦汤陶特提廷托瓦万旺威维韦文沃乌吾武西希夏谢辛雅亚延扬耶"
    "叶伊依因英尤约扎詹珍芝朱卓宗佐丹大卫安娅黛露茜琪艾奥翰逊顿买合木江吐孜别克孜肉则穆图玉甫色拜苦仁其次"
    "央措姆珠多旦增平顿晋曲白德格桑普布登吾守苏来提帕古再努热汗江子木铁巴雅尔萨如拉胡牧仁高娃斯琴祖力皮"
)
_SOUNDS = f"[{''.join(sorted(set(_SOUND) - set('让子卫可大朱宗万')))}]"
ENDS_HARD = (
    r"(?=\s|[,.。;;、:/()\[\]|<>\"'“”\u2018\u2019!?…+=*\-—~]|\d|$|[A-Za-z]|(?:男|女)(?:性|"
    r",|\s|$|\d|[,;。/|])|性别|年龄|职业|民族|科室|床号|床位|电话|联系|身份|签名|签字|日期|"
    r"时间|住院号|门诊号|病案|病历|关系|与患者|手机|住址|出生|籍贯|婚|医师|医生|护士|主任|"
    r"已|于|先生|女士)"
)
_DOTTED = re.compile(
    rf"(?:{_SOUNDS}{{1,8}}|[A-Z]\.?)(?:[·•・‧]\s?(?:{_SOUNDS}{{2,8}}|{_SIGN}{{1,7}}?(?={ENDS_HARD[3:-1]}"
    rf"|(?!{_SOUNDS}){_SIGN})|[A-Z]\.?(?![A-Za-z]))){{1,3}}"
)
IS_DRUG = re.compile(r"[林酸素钠钾酯胺醇星啶唑韦类肽菌症征病型]$|[林酸素钠钾酯胺醇唑韦]$")
_PARTED = re.compile(rf"(?<![{HAN}·•・‧]){_SIGN}{{2,6}}(?:[·•・‧]{_SIGN}{{2,9}}?){{1,3}}{ENDS_HARD}")
_PINYIN = re.compile(
    rf"(?:{'|'.join(sorted(words('zh_pinyin_surnames'), key=len, reverse=True))})[ ,]{{1,2}}"
    r"(?:[A-Z][a-z]{1,6}(?:-?[a-z]{2,6})?|[A-Z]{2,12})(?:[ \-][A-Z][a-z]{1,5})?(?![a-z])"
)
_CUES = words("zh_cues") | words("zh_weak_cues")
_DOTS = frozenset("·•・‧")
OTHER_PEOPLES = words("zh_other_peoples")
_EITHER = "|".join(sorted(OTHER_PEOPLES, key=len, reverse=True))
OTHER_PEOPLE = re.compile(rf"(?:{_EITHER})(?:{_EITHER}|{_SOUNDS}){{1,8}}")


def find(text: str) -> Iterator[tuple[int, int]]:
    """Yield names that are no Chinese ones: 阿依古丽·买买提, 扎西次仁, WANG Fang."""
    for match in chain(_DOTTED.finditer(text), _PARTED.finditer(text)):
        start = _behind_cue(text, match.start())
        parts = re.split("[·•・‧]", text[start : match.end()])
        if match.end() > start + SHORTEST_DOTTED and not any(IS_DRUG.search(one) for one in parts):
            yield start, match.end()
    for match in _PINYIN.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if not (before.isascii() and before.isalpha()):
            yield match.span()
    for match in OTHER_PEOPLE.finditer(text):
        yield match.span()


def _behind_cue(text: str, start: int) -> int:
    """Return where a name begins of which what announces it was taken for a part: 患者阿依古丽·买买提."""
    for size in (4, 3, 2, 1):
        if text[start : start + size] in _CUES and not _DOTS.intersection(text[start : start + size + 2]):
            return start + size
    return start
