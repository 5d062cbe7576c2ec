"""What identifies people in Chinese texts, found by rule: every kind, policy aside."""

import re
from collections.abc import Iterator

from primum.privacy.rules import chinese_beds, chinese_dates, chinese_names, chinese_numbers, chinese_places
from primum.privacy.rules.chinese_text import alike
from primum.privacy.spans import Kind, Span

_PEOPLES = (
    "汉|蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|"
    "佤|畲|高山|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔"
    "|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯|鄂温克|德昂|"
    "保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
_WORK = (
    "农民工?|工人|教师|老师|会计|司机|驾驶员|退休(?:人员|工人|教师|干部|职工)?|职员|"
    "公务员|干部|学生|军人|民警|警察|律师|工程师|厨师|护士|医生|医师|个体户|个体经营者?|"
    "自由职业者?|无业|待业|家务|家庭主妇|渔民|牧民|矿工"
    "|保安|保洁员?|快递员|外卖员|程序员|销售员?|营业员|理发师|电工|焊工|木工|瓦工|泥瓦工|"
    "油漆工|建筑工人?|装修工人?|保姆|记者|编辑|演员|画家|商人|经商|技术员|离休干部|"
    "裁缝|船员|飞行员|美容师|设计师|翻译|银行职员|服务员"
)
_RULES = tuple(
    (kind, method, re.compile(pattern))
    for kind, method, pattern in (
        (
            Kind.NATIONALITY,
            "lexicon:people",
            rf"(?<![\u4e00-\u9fff])(?:{_PEOPLES})族|(?:民族|族别)\s?[:为是]?\s?(?P<x>(?:{_PEOPLES})族?)",
        ),
        (
            Kind.NATIONALITY,
            "rule:labelled",
            (
                r"国籍\s?[:为是]?\s?(?P<x>[\u4e00-\u9fff]{2,6}?)(?=[,。;\s]|$|民族|性别|职业)|"
                r"(?P<y>(?:美|英|法|德|俄罗斯|日本|韩|加拿大|澳大利亚|印度|巴基斯坦|越南|"
                r"缅甸|泰|菲律宾|尼日利亚)(?:国|籍|国籍))"
            ),
        ),
        (
            Kind.SEX,
            "rule:sex",
            r"性别\s?[:为是]?\s?(?P<x>男|女)性?|(?<![\u4e00-\u9fff])(?P<y>[男女])性?(?=[,、;\s/|)(]|\d|$)",
        ),
        (
            Kind.PROFESSION,
            "rule:labelled",
            (
                r"(?:职业|工种|从事)(?!暴露|病|性|接触|史|防护|健康|倦怠|中毒|危害|规划|道德|"
                r"技)\s?[:为是]?\s?(?P<x>[\u4e00-\u9fff]{2,10}?)(?=[,。;、\s()]|$|工作(?!人|"
                r"单)|民族|婚|住址|单位|籍贯)"
            ),
        ),
        (Kind.PROFESSION, "lexicon:profession", rf"(?<=[,、;\s(系为是])(?P<x>{_WORK})(?=[,、;。\s)])"),
        (
            Kind.FAMILY,
            "lexicon:family",
            (
                r"父亲|母亲|爸爸|妈妈|丈夫|妻子|配偶|儿子|女儿|哥哥|弟弟|姐姐|妹妹|爷爷|奶奶|"
                r"外公|外婆|祖父|祖母|外祖[父母]|岳[父母]|儿媳|女婿|孙子|孙女|外甥女?|侄子|"
                r"侄女|老伴|爱人|父母|子女|家属|其[父母妻夫子女兄弟姐妹](?![\u4e00-\u9fff])"
            ),
        ),
    )
)


def find(text: str) -> list[Span]:
    """Return what identifies people in a Chinese text, in order, possibly overlapping.

    Args:
        text: Simplified or traditional characters, full or half width, mixed with English or not.
    """
    plain = alike(text)
    found = {
        *chinese_dates.find(plain),
        *chinese_numbers.find(plain),
        *chinese_beds.find(plain),
        *chinese_places.find(plain),
        *chinese_names.find(plain),
        *_others(plain),
    }
    return sorted(found)


def _others(text: str) -> Iterator[Span]:
    for kind, method, rule in _RULES:
        for match in rule.finditer(text):
            group = next((one for one in ("x", "y") if match.groupdict().get(one)), 0)
            yield Span(*match.span(group), kind, method)
