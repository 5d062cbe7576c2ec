"""Where names of people stand in Chinese texts: by label, title, kinship, by what stands after, by their signs."""

import re
from collections.abc import Callable, Iterator, Mapping

from primum.privacy.lexicons.loader import words
from primum.privacy.rules import chinese_strangers
from primum.privacy.rules.chinese_strangers import ENDS_HARD
from primum.privacy.rules.chinese_text import HAN
from primum.privacy.spans import Kind, Span

Stretch = tuple[int, int]
GIVEN = words("zh_given")
ORDINARY = words("zh_words")
"""Beginnings of words that look like a name and are none: 高血压, 白细胞."""
AFTER = frozenset(one[:2] for one in words("zh_after"))
"""Words of two signs that stand after a name and whose first sign could belong to it: 明显, 发热."""
DOUBLE = tuple(sorted(one for one in words("zh_surnames") if len(one) > 1))
COMMON = frozenset(one for one in words("zh_surnames") if len(one) == 1)
"""Surnames that are rarely another word."""
RARE = words("zh_surnames_rare")
"""Surnames that are mostly another word: 高, 时, 左."""

_SIGN = f"[{HAN}]"
_ONE = f"[{''.join(sorted(COMMON))}]"
_ANY = f"[{''.join(sorted(COMMON | RARE))}]"
_GIVEN = f"[{''.join(sorted(GIVEN))}]"
_SURNAME = f"(?:{'|'.join(DOUBLE)}|{_ANY})"

_TITLE = (
    r"(?:先生|女士|小姐|太太|夫人|同志|老师|师傅|阿姨|叔叔|大爷|大妈|大叔|大娘|大嫂|"
    r"嫂子|奶奶|爷爷|伯伯|婆婆|大姐|大哥|姐姐|哥哥|妹妹|弟弟|姐(?!妹)|哥|婶|伯(?![氏])|"
    r"爷爷"
    r"|副?主任(?!药|护|技|医师查|医师[:]|检)|主任|医生|医师|大夫|副?教授|护士长?|护师|"
    r"护长|药师|技师|副?院长|副?科长|处长|博士|法医|检验师|营养师|治疗师|康复师|麻醉师|"
    r"心理师|咨询师|助理|医助|主治|住院医|总住院|专家|队长|经理|警官|书记|村长|校长|"
    r"班长|律师|老板|局长|所长|厂长|站长|组长|董事长|总经理|总监|主管(?!医|护)|教练|"
    r"保姆|护工|家长|妈妈|爸爸|女儿|儿子|家属|宝宝|小朋友|同学|同学|医|总(?![胆蛋结量共数体肝能之长是"
    r"会有在]))"
)
LABELS = words("zh_labels")
"""After which, and a colon, a name is written."""
_LONGEST_LABEL = max(map(len, LABELS))
_NOBODY = re.compile(
    r"(?:不详|同上|无|见|本人|患者|病人|家属|待|拒|未|其[父母妻夫子女]|父|母|儿子|女儿|"
    r"配偶|丈夫|妻子|夫妻|夫妇|子女|主任|医师|医生|护士|男|女|详|可靠|签|日期|时间|"
    r"联系|电话|年|月|如下|及|或|与|名称|已|是|否|有|神|意识|建议|目前|一般|正常|阴|"
    r"阳|请|请问|先生|姓名|性别|单位|科|本|情况|于|因|现|主诉|自|既往|诊断|全麻|局麻|"
    r"静脉|腰麻|硬膜|气管|插管|成功|满意|平稳|顺利|同意|知情|病情|其他|其余|良好|注意|"
    r"血|尿|心|肺|腹|左|右|双|白细胞|治疗|检查|报告|手术|术|生命|体温|脉搏|呼吸|拟|"
    r"行|予|给|遵|嘱|您|你|我|他|她|这|那|各|多|入|出|送|来|住|已婚|未婚|亲属|亲戚|"
    r"直系|朋友|同事|上述|以上|共|能|可|不|没|突|曾|近|今|昨|当|第|平素|否认|发|出现|"
    r"诉|一|二|三|四|五|六|七|八|九|十)"
)
_COLON = re.compile(r"\s?:\s*(?=\S)")
_BEFORE_COLON = re.compile(r"\s?(?:\([^()\n]{1,12}\)|(?:签名|签字|签章|姓名|甲|乙|(?<![A-Za-z\d])[A-Z\d]))$")
_SPACED = re.compile(
    r"(?:姓\s?名|患者姓名|联系人|监护人|签名|签字|签章|主刀|术者|经治医师|主治医师|"
    r"住院医师|主管医师|主任医师|责任护士|报告医师|审核医师|检验者|审核者|检查者|记录者|"
    r"供史者|床位医生|管床医生|值班医师|值班护士|接诊医生|申请医生|申请医师|送检医师|"
    r"被保险人|投保人|曾用名)[ \t|]*(?=\S)"
)
_FULL = rf"(?:(?:{'|'.join(DOUBLE)}){_SIGN}{{1,2}}|{_ANY}{_SIGN}{{1,2}})"
_LIST = re.compile(rf"\s?(?:[、/,&+;]|和|及|与|以及|\s)\s?(?P<x>{_FULL}){ENDS_HARD}")
_LATIN = re.compile(r"[A-Z][A-Za-z'\-]+(?:[ ,.·]{1,2}(?!(?:MRN|ID|CT|MRI|DOB|Sex|Age)\b)[A-Z][A-Za-z'\-]*\.?){0,3}")
_LOOSE = re.compile(
    rf"(?P<x>{_ANY} {{1,3}}{_SIGN}(?:\s?{_SIGN})?){ENDS_HARD}|(?P<y>{_SIGN}{{2,4}}?){ENDS_HARD}|"
    rf"(?P<z>{_SIGN}{{1,8}}(?:[·•・‧.]{_SIGN}{{1,8}}?){{1,3}}){ENDS_HARD}"
)


TITLE = re.compile(_TITLE)
"""What stands after a name and says who somebody is."""
_TITLED = re.compile(rf"(?P<x>(?:{'|'.join(DOUBLE)}){_SIGN}{{0,2}}?|{_ANY}{_SIGN}{{0,2}}?)(?={_TITLE})")
_SOME = re.compile(
    rf"某(?<={_ANY}.)(?:某|(?![些种个日一天月年院医科处地人时])(?:{_GIVEN}(?=[,。;:、\s()]|$))?)"
    rf"|[*✕×](?<={_ONE}.)[*✕×]?(?![\d\s*×.])(?:{_GIVEN}(?=[,。;:、\s()]|$))?"
    rf"|X(?<={_ONE}.)(?:X(?![A-Za-z\d])|(?=[,。;:、\s()]|$))|[○\u3007](?<={_ONE}.)[○\u3007]?"
)
_PET = re.compile(
    rf"(?<![大最较缩变从细短弱减很些])(?P<x>[小老阿]{_ONE})(?=[,。;:!?、)\s]|$|[说讲问让叫和跟的也都就"
    rf"在是来去今昨明家同想要给帮把又还已这那我你您他她]|因|于|反映|表示|住|患|确|查|"
    rf"自|诉|有|打|发|经|你|啊|呀|吧|呢|吗)|(?P<y>{_ANY}老(?=[,。;:!?\s]|的|说|您|是|"
    rf"请|今|于|因|住))|(?P<z>{_ONE}(?:总|工|导|局|处|院|主|姨|婶|姐|哥|叔|伯|爷|奶)(?=[,。;:!?\s]|"
    rf"说|您|好|的|请|你|我|会|让|查|同))"
)
CUES = words("zh_cues")
"""After which a name often follows at once: 患者, 其妻, 医师."""
WEAK_CUES = words("zh_weak_cues")
"""After which a name may follow, but mostly does not: 由, 请, 与."""
_LONGEST_CUE = max(map(len, CUES))
_SURNAMED = re.compile(rf"(?:{'|'.join(DOUBLE)}|{_ANY})(?={_GIVEN})")
ENDS = re.compile(
    r"\s|$|[,.。;;、:/()\[\]|<>\"'“”\u2018\u2019!?…+=*\-—~]|\d|[A-Za-z]|因|于|男|女|"
    r"诉|系|今|昨|自述|自诉|自行|自觉|现|主动|入院|出院|来|已|拟|将|要求|同意|签|陪|"
    r"送|代|会诊|查房|主刀|主持|主诊|手术|在|的|,|突|近|反复|确诊|既往|亦|拒|表示|认为|"
    r"指示|建议|看|为|是|及|与|和|等|从|按|到|曾|并|行|住|说|称|述|处|把|被|让|对|向|"
    r"有|无|未|不|所|下|完成|负责|执|记录|审|报告|诊|接|交|联系|商|沟通|告|讨论|教|"
    r"指|参|医|主任|护士|大夫|教授|药|先生|老师|同志|家|本人|身|电|手机|随|复|转|办|"
    r"前|后|上|取|打|您|你|我|,|也|都|就|一|两|妻|夫|父|母|儿|女"
)
_NOT_CUED = re.compile(
    r"(?:[大中小手]|同|不|温|柔|缓|平|饱|中|调|总|暖|并|缓)和$|[参涉普以未遍累波危]及$|"
    r"[方趋内外倾定转背双反单流朝去]向$|[神月已曾历未多常痛闭绝停通]经$|[自理缘事来原]由$|"
    r"[申聘]请$|[补供赋予输]给$|[针相绝反应配面校核]对$|[参赠给赋]与$"
)
_LEADING = re.compile(
    rf"(?:(?<=^)|(?<=[\n,。;:!?\s(、|/\"“\[>*+\-~]))(?P<x>{_FULL})(?=\s*[,、(/|\s]*\s*(?:(?:男|"
    rf"女)(?:性|士)?(?=[,、。;\s/|()\d]|$)|性别|[男女]\s?\d|\d{{1,3}}\s?(?:周?岁|y|Y)|"
    rf"(?:\d|\+)+-?\d*号?床|已婚|未婚|[汉回满苗壮]族|年龄|身份证|住院号|病案号|门诊号|"
    rf"1[3-9]\d[\d\s\-]{{8}}))"
)
_AFTER_BED = re.compile(r"\d\s?号?(?:病?床|房)\s?(?:患者|病人|的)?\s?[,:、(]?\s?$")
_SIGNED = re.compile(
    rf"(?m)(?:^[ \t]*|[—\-]{{1,2}}\s?|[。;,]\s?|\s{{2,}}|\))(?P<x>{_FULL}(?:\s?[/、,]\s?{_FULL}){{0,4"
    rf"}})[ \t]*[,]?[ \t]*(?=(?:\d{{4}}[-./年]|\d{{1,2}}[月:]|$|\n|(?:签名|签字|签)|"
    rf"敬上|谨上|[一二]\u3007|[一二]零))"
)
_ACTED = re.compile(
    rf"(?:(?<=^)|(?<=[\n,。;:!?\s(、|/\"“\[>今昨日午晨晚时经由请]))(?P<x>{_SURNAME}{_GIVEN}{{1,2}}?)(?"
    rf"=(?:副?主任医师|主治医师|住院医师|主管护师|护士长|主任|教授|医师|医生)?(?:查房|"
    rf"会诊后?|主刀|签字|签名|陪同|来电|致电|来院|代诉|书写|审核|报告|复核|接诊|值班|"
    rf"交班|接班|分析|指示|指出|补充|表示理解|的家属|的父亲|的母亲|的妻子|的丈夫|的儿子|"
    rf"的女儿|的[CTBMRX]|的病|的化验|的检查|的报告|的手术|的片子|之[妻夫子女父母]))"
)
_ALONE = re.compile(
    rf"(?:(?<=^)|(?<=[\n,。;:、(/\s\"“\[|]))(?P<x>(?:{'|'.join(DOUBLE)}){_GIVEN}{{1,2}}|"
    rf"{_ONE}{_GIVEN}{{2}}|(?<![,。;、]){_ONE}{_GIVEN}(?![,。;]))(?=[\n,。;、)/(\s\"”\]|"
    rf"]|$)"
)
"""Nothing but a name between two signs of punctuation."""


def find(text: str) -> Iterator[Span]:
    """Yield the names of people in a text that ``chinese_text.alike`` gave."""
    for how, look in _LOOKS.items():
        for start, end in look(text):
            yield Span(start, end, Kind.NAME, f"rule:name-{how}")


def _masked(text: str) -> Iterator[Stretch]:
    """Yield names of which a part is hidden: 王某, 李**."""
    for match in _SOME.finditer(text):
        start = match.start() - (2 if text[max(0, match.start() - 2) : match.start()] in DOUBLE else 1)
        if not (match[0][0] == "某" and text[start] in "于时常由与"):
            yield start, match.end()


def _familiar(text: str) -> Iterator[Stretch]:
    """Yield what people are called among themselves: 老王, 李姐."""
    for match in _PET.finditer(text):
        span = match.span(match.lastgroup or 0)
        if text[slice(*span)] not in ORDINARY:
            yield span


def _placed(text: str) -> Iterator[Stretch]:
    """Yield names that their place makes known, also in lists such as 王芳/李明."""
    for pattern in (_LEADING, _SIGNED, _ACTED, _ALONE):
        for match in pattern.finditer(text):
            for one in re.finditer(_FULL, match["x"]):
                if is_word(one.group()) or (pattern is not _LEADING and not _is_likely(one.group())):
                    continue
                if pattern is not _ALONE or not _is_listed(text, *match.span("x")):
                    yield match.start("x") + one.start(), match.start("x") + one.end()


def _is_listed(text: str, start: int, end: int) -> bool:
    """Return whether something stands in a list of things rather than of people: 白术、吴茱萸、甘草."""
    before, after = _ITEM_BEFORE.search(text, max(0, start - 6), start), _ITEM_AFTER.match(text, end)
    return any(one is not None and not (_is_surnamed(one[1]) and not is_word(one[1])) for one in (before, after))


def _is_surnamed(word: str) -> bool:
    return word[:1] in COMMON or word[:1] in RARE or word.startswith(DOUBLE)


_ITEM_BEFORE = re.compile(rf"({_SIGN}+)、$")
_ITEM_AFTER = re.compile(rf"、({_SIGN}{{1,4}})")


def is_word(name: str) -> bool:
    """Return whether what looks like a name is the beginning of an ordinary word."""
    return any(name[:size] in ORDINARY for size in (2, 3, 4))


def _is_likely(name: str) -> bool:
    """Return whether a name is made of signs that names are made of, and of two signs at least."""
    size = 2 if name.startswith(DOUBLE) else 1
    return len(name) > size and all(one in GIVEN for one in name[size:])


def _labelled(text: str) -> Iterator[Stretch]:
    for match in _COLON.finditer(text):
        if not _is_label(text, match.start()):
            continue
        span = _behind(text, match.end(), loose=True)
        if span:
            yield span
            at = span[1]
            while more := _LIST.match(text, at):
                if is_word(more["x"]) or _NOBODY.match(more["x"]):
                    break
                yield more.span("x")
                at = more.end("x")
    for match in _SPACED.finditer(text):
        span = _behind(text, match.end(), loose=False)
        if span:
            yield span


def _is_label(text: str, end: int) -> bool:
    """Return whether what ends at ``end`` announces a name: 主治医师, 家属(妻子), 患者签名."""
    more = _BEFORE_COLON.search(text, max(0, end - 14), end)
    return any(
        text[max(0, stop - size) : stop] in LABELS
        for stop in ((end, more.start()) if more else (end,))
        for size in range(2, _LONGEST_LABEL + 1)
    )


def _behind(text: str, at: int, *, loose: bool) -> tuple[int, int] | None:
    """Return where the name behind a label is."""
    latin = _LATIN.match(text, at)
    if latin and loose:
        return latin.span()
    wide = _LOOSE.match(text, at)
    if wide and wide["z"]:
        return wide.span("z")
    if wide and not _NOBODY.match(text, at) and not is_word(text[at : at + 4]):
        name = wide["x"] or wide["y"]
        if wide["x"] or (name[0] in COMMON or name[0] in RARE or name.startswith(DOUBLE)):
            size = _length(text, at) if len(name) > 3 and not name.startswith(DOUBLE) else len(name)  # noqa: PLR2004
            return at, at + size
        if loose and all(one in GIVEN for one in name):
            return at, at + len(name)
    if re.match(_SURNAME, text[at : at + 2]) and not _NOBODY.match(text, at):
        size = _length(text, at)
        if size:
            return at, at + size
    return None


def _titled(text: str) -> Iterator[Stretch]:
    """Yield names before a title: 张主任, 王建国医生."""
    for match in _TITLED.finditer(text):
        if not _is_rank(text, match) and _is_nameable(match["x"]) and _fits(text, match):
            yield match.span("x")


def _is_rank(text: str, match: re.Match[str]) -> bool:
    """Return whether what stands before a title belongs to it or to the word before: 主任医师, 病史."""
    start, name = match.start("x"), match["x"]
    before = text[max(0, start - 1) : start]
    if is_word(text[start : start + 4]) or before + name[0] in JOINED or _NOBODY_TITLED.match(name):
        return True
    return name in RARE and _is_han(before) and not _SPOKEN_OF.search(text, max(0, start - 2), start)


def _is_nameable(name: str) -> bool:
    return all(one in GIVEN for one in name[2 if name.startswith(DOUBLE) else 1 :])


def _fits(text: str, match: re.Match[str]) -> bool:
    """Return whether a title of one sign is one: 李姐, 张医; not 王姐姐, 李医嘱."""
    start, end = match.span("x")
    title = text[end : end + 1]
    if title == "医" and text[end : end + 2] not in {"医生", "医师", "医助"}:
        return end > start + 1 and re.match(r"医(?=[,。;:\s]|您|好|说)", text[end:]) is not None
    if title in _SHORT_TITLES:
        before = text[max(0, start - 1) : start]
        return end == start + 1 and (not _is_han(before) or before in "请找叫和跟给问的是让你我")
    return True


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


_SHORT_TITLES = frozenset("姐哥婶伯总")
_SPOKEN_OF = re.compile(r"(?:请|经|由|和|与|找|见|叫|是|让|给|问|的|科|跟|及|向|到|于|院)$")
JOINED = words("zh_joined")
"""Words of two signs that end in what could be a surname: 主任, 病史, 体温."""
_NOBODY_TITLED = re.compile(
    r"(?:任|管|主|高年|高年资|常规|时间|单位|全科|全院|史|向上级|向主|和主|温馨|连续|"
    r"左右|公共|安全)$|(?:全科|高年资|管床|管理|值班|任职)"
)


def _cued(text: str) -> Iterator[Stretch]:
    for match in _SURNAMED.finditer(text):
        at = match.start()
        strength = cue(text, at)
        if not strength or _NOBODY.match(text, at) or is_word(text[at : at + 4]):
            continue
        size, rare = _length(text, at), text[at] in RARE
        if not size or ((strength == 1 or rare) and not ENDS.match(text, at + size)):
            continue
        if rare and size == 2 and not _STOPS.match(text, at + size):  # noqa: PLR2004 - surname and one sign
            continue
        yield at, at + size


_STOPS = re.compile(r"\s|$|[,.。;、:()/]|[男女因于]")


_DOERS = frozenset("人者员师的系")
_NO_DOERS = frozenset(
    [
        "成人",
        "有人",
        "别人",
        "他人",
        "本人",
        "旁人",
        "家人",
        "老人",
        "目的",
        "别的",
        "有的",
        "真的",
        "是的",
        "关系",
        "联系",
        "体系",
        "干系",
        "腰系",
        "直系",
        "母系",
        "父系",
        "旁系",
        "粒系",
        "红系",
        "巨系",
        "等系",
    ]
)


def cue(text: str, at: int) -> int:
    """Return how strongly what stands before announces a name: 2 surely, 1 perhaps, 0 not."""
    bare = at
    while bare and text[bare - 1] in " :(\"“'\u2018,":
        bare -= 1
    if bare < at - 2:
        return 0
    for end in (bare, bare - 1) if text[bare - 1 : bare] in {"为", "是", "叫"} else (bare,):
        for size in range(_LONGEST_CUE, 1, -1):
            if text[max(0, end - size) : end] in CUES:
                return 2 if text[max(0, end - size) : end] not in WEAK_CUES else 1
    if bare == at and text[at - 1 : at] in _DOERS and text[at - 2 : at] not in _NO_DOERS:
        return 1
    if bare == at and any(text[max(0, at - size) : at] in WEAK_CUES for size in (1, 2)):
        return int(not _NOT_CUED.search(text, max(0, at - 3), at))
    return 2 if _AFTER_BED.search(text, max(0, at - 14), at) else 0


def _length(text: str, at: int) -> int:
    """Return how many signs the name has that begins with a surname at ``at``; 0 where none does."""
    size = 2 if text.startswith(DOUBLE, at) else 1
    first, second = text[at + size : at + size + 1], text[at + size + 1 : at + size + 2]
    if size == 1 and first in COMMON and second in GIVEN and first not in GIVEN:
        third = text[at + 3 : at + 4]
        return 4 if third in GIVEN and third and text[at + 3 : at + 5] not in AFTER else 3
    if not first or first not in GIVEN or text[at + size : at + size + 2] in AFTER:
        return 0
    if not second or second not in GIVEN or text[at + size + 1 : at + size + 3] in AFTER:
        return size + 1
    return size + 2


_LOOKS: Mapping[str, Callable[[str], Iterator[Stretch]]] = {
    "labelled": _labelled,
    "titled": _titled,
    "near": _cued,
    "masked": _masked,
    "familiar": _familiar,
    "placed": _placed,
    "foreign": chinese_strangers.find,
}
