"""Where names of people stand in a clinical text: after a title or label, or by what they are made of."""

import re

from primum.privacy.edges import AFTER, BEFORE, LETTER

_GIVEN = (
    "james john robert michael david william richard joseph thomas charles christopher daniel matthew anthony "
    "mark donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan "
    "jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory frank "
    "alexander raymond patrick jack dennis mary patricia jennifer linda elizabeth barbara susan jessica sarah "
    "karen lisa nancy betty margaret sandra ashley kimberly emily donna michelle carol amanda dorothy melissa "
    "deborah stephanie rebecca sharon laura cynthia kathleen amy angela shirley anna brenda pamela emma nicole "
    "helen samantha katherine christine debra rachel carolyn janet catherine maria heather diane ruth julie "
    "olivia joyce virginia alice judith hannah fiona jose juan antonio francisco manuel pedro jesus carlos luis "
    "miguel javier rafael pablo sergio fernando jorge alberto alvaro diego adrian raul enrique ramon vicente "
    "andres joaquin santiago eduardo victor roberto jaime mario ignacio carmen josefa isabel ana dolores pilar "
    "teresa cristina francisca lucia mercedes elena rosario raquel manuela beatriz nuria silvia rocio irene "
    "montserrat alicia sonia concepcion sofia esther paula marta consuelo"
)
GIVEN = frozenset(_GIVEN.split())
"""Given names common in English and Spanish, lower case, without accents."""

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴"
    "夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟"
    "安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹關張劉陳楊趙黃吳孫馬羅"
    "鄭謝韓馮鄧許呂蘇盧蔣賈葉閻鍾譚鄒陸顧龍萬錢湯龐顏嚴蘆魯韋畢聶叢齊莊"
)
"""Chinese surnames of one character, simplified and traditional."""
DOUBLE_SURNAMES = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "司徒",
    "令狐",
    "端木",
    "夏侯",
    "歐陽",
    "司馬",
)

_CLINICAL = (
    "高血压 高血脂 高血糖 高热 高危 高脂 高度 高分化 白细胞 白带 白斑 白癜风 黄疸 黄色 金黄色 安静 平安 石膏 "
    "石头 文献 常规 常见 常年 时间 时有 任何 何时 何处 方法 方案 方面 万分 明显 温度 温和 严重 严密 施行 钟情 "
    "向心 路径 段落 左侧 左乳 左肺 左肾 左心 左下 左上 左手 左足 左腿 毛发 毛细 易感 易怒 康复 江苏 于我 于今 "
    "于昨 余无 余未 余正 常有 时伴 万一 马上 单位 段性 雷同 汤药 殷红 陶土 季节 章节 管腔 管理 谷丙 谷草 谷氨 "
    "齐全 辛辣 金属 石化 龙胆 牛奶 牛肉 牛皮 熊去氧 田间 林区 方可 夏季 白昼 白天 白蛋白 白球 安排 安慰 毕业 "
    "路上 于术 于外 于当"
)
CLINICAL = frozenset(_CLINICAL.split())
"""Beginnings of clinical words that look like a name: the surname is one, the person is not."""

_CAPITAL = "A-ZÀ-ÖØ-ÞŁŚŠŽ"
_NAME_WORD = rf"(?:[{_CAPITAL}]['\u2019](?=[{_CAPITAL}]))?[{_CAPITAL}](?:[{LETTER}'\u2019\-]*[{LETTER}])?"
_INITIAL = rf"(?:[{_CAPITAL}]\.\s*)"
_PARTICLE = (
    r"(?:(?:de\s+la|de\s+los|de\s+las|de|del|la|las|los|van\s+der|van|von|der|den|bin|ibn|al|el|y|da|dos|di)\s+)"
)
_FULL = rf"{_INITIAL}{{0,2}}{_NAME_WORD}(?:[ \t]+{_PARTICLE}?(?:{_INITIAL}|{_NAME_WORD})){{0,3}}"
_UPTO_TWO = rf"{_INITIAL}{{0,2}}{_NAME_WORD}(?:[ \t]+{_PARTICLE}?(?:{_INITIAL}\s*)?{_NAME_WORD}){{0,2}}"

_HAN_SURNAME = f"(?:{'|'.join(DOUBLE_SURNAMES)}|[{SURNAMES}])"
_HAN = r"[\u4e00-\u9fff]"
_HAN_TITLE = (
    "(?:先生|女士|小姐|太太|夫人|医生|醫生|医师|醫師|大夫|教授|主任|护士长|护士|護士|护师|老师|同志|阿姨|院长|博士)"
)
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Drs|Prof|Professor|Doctor|Nurse|Sister|Sir|Sr|Sra|Srta|Dra|Doña|Dña|Don|D\.ª|Dª|Doctora"
    r"|Enfermera|Enfermero)"
)
_NOT_NAME = (
    rf"(?:{_TITLE}|Female|Male|Unknown|None|Not|No|Yes|The|A|An|Is|Was|Has|Had|With|Presented|Presents|Reports|Denies|Came|Left"
    r"|Right|History|Breast|Patient|Doctor|Mujer|Varón|Hombre|Ninguno|Sin|Con|El|La|Los|Las|Se)\b"
)
_LABEL = (
    r"(?:patient(?:\s+name)?|pt|name|full\s+name|surname|first\s+name|given\s+name|next\s+of\s+kin|contact|relative|guardian"
    r"|attending|consultant|referrer|reporter|author|nombre(?:\s+y\s+apellidos)?|apellidos|paciente|médico|firmado|familiar)"
)
_DEED = (
    r"(?:signed|dictated|reported|reviewed|seen|examined|referred|requested|transcribed|authori[sz]ed|firmado|remitido"
    r"|revisado|solicitado)"
)
_RELATION = (
    r"(?:wife|husband|mother|father|son|daughter|sister|brother|partner|aunt|uncle|neighbou?r|friend|esposa|esposo|marido"
    r"|mujer|madre|padre|hijo|hija|hermano|hermana|vecina|vecino)"
)
_HAN_LABEL = (
    r"(?:姓名|患者姓名|病人姓名|家属|家屬|联系人|聯繫人|医师|醫師|医生|医生签名|签名|簽名|签字|护士|检查者|报告者|审核者|送检者|记录者"
    r"|主刀|术者|代诉者?|陪同者?)"
)
_HAN_PERSON = r"(?:患者|病人|病患|家属|其妻|其夫|其子|其女|其母|其父|妻子|丈夫|儿子|女儿|母亲|父亲)"
_HAN_AFTER = r"(?=[，,。；;、：:\s（(]|男|女|$|今|昨|因|于|自|诉|代|系|[0-9])"

PATTERNS = (
    # Dr. Jane Q. Smith, Mrs O'Neil, Sra. García López, Don Pedro
    re.compile(rf"{BEFORE}{_TITLE}\.?[ \t]+(?!{_NOT_NAME})(?P<name>{_UPTO_TWO})"),
    # Smith, John, M.D.
    re.compile(
        rf"{BEFORE}(?P<name>{_NAME_WORD},?[ \t]+{_FULL}),?\s+"
        rf"(?:M\.?D\.?|R\.?N\.?|Ph\.?D\.?|D\.?O\.?|FRCS|FRCPath|MBBS){AFTER}"
    ),
    # Patient: X, Name: X
    re.compile(
        rf"(?i:{BEFORE}{_LABEL}\s*[:：=]\s*)(?!{_NOT_NAME})"
        rf"(?P<name>{_FULL}(?:,[ \t]*(?![{_CAPITAL}]{{2,5}}\b){_FULL})?)"
    ),
    # signed by X, firmado por X
    re.compile(
        rf"(?i:{BEFORE}{_DEED}\s+(?:electronically\s+)?(?:by|por)\s*:?\s+(?:(?:el|la)\s+)?)"
        rf"(?!{_NOT_NAME})(?P<name>{_FULL})"
    ),
    # his wife Mary, hija Carmen
    re.compile(rf"(?i:{BEFORE}{_RELATION},?[ \t]+)(?!{_NOT_NAME})(?P<name>{_FULL})"),
    # 姓名：张伟, 主治医师: 李娜
    re.compile(rf"{_HAN_LABEL}\s*[:：]\s*(?P<name>{_HAN}{{2,4}}(?:·{_HAN}{{1,6}})?)"),
    # 患者张伟，男 (not 患者高血压)
    re.compile(rf"{_HAN_PERSON}\s*(?P<name>{_HAN_SURNAME}{_HAN}{{1,2}}){_HAN_AFTER}"),
    # 张医生, 王建国主任
    re.compile(rf"(?P<name>{_HAN_SURNAME}{_HAN}{{0,2}}?)(?={_HAN_TITLE})"),
)
"""Each has a group ``name``."""

PAIR = re.compile(
    rf"{BEFORE}(?P<given>{_NAME_WORD})(?:[ \t]+{_INITIAL})?[ \t]+{_PARTICLE}?(?P<family>{_NAME_WORD}){AFTER}"
)
"""A given name of the list before a capitalised word."""

_ORDINARY = (
    "may will mark grace hope joy faith rose iris ivy dawn june april august summer young old long short small "
    "little brown black white green gray grey gold silver field wood woods stone hill bank banks bush forest "
    "brook marsh moor ford bridge church park hall king queen bishop pope prince knight page cook baker butler "
    "carter fisher gardener hunter mason miller parker porter potter shepherd smith taylor turner walker weaver "
    "west east north south best good goodman power rich sharp strong swift wise head hand foot hands arm legge "
    "back bone bones blood heart lung pain ache burns cold cough flow case cases day days knee mass cancer sex "
    "male female node cell cells bell ball bird fox wolf lamb lee ray rice root rush sands sky snow star story "
    "street sun temple tower town vale wall walls ward water waters wells winter worth do an so to he she in is "
    "on or as at be by go if it me my no of up us we la el de los las y"
)
ORDINARY = frozenset(_ORDINARY.split())
"""Words that are also names: in a text they count as a name only when written with a capital."""


def spans(text: str) -> list[tuple[int, int]]:
    """Return where the rules see names: (start, end), possibly overlapping."""
    found = [match.span("name") for pattern in PATTERNS for match in pattern.finditer(text) if not _is_clinical(match)]
    return found + [
        match.span() for match in PAIR.finditer(text) if plain(match["given"]) in GIVEN and not _is_shouting(match)
    ]


def plain(word: str) -> str:
    """Return a word in lower case without the accents of Spanish."""
    return word.casefold().translate(str.maketrans("áéíóúüñ", "aeiouun"))


def _is_clinical(match: re.Match[str]) -> bool:
    after = match.string[match.start("name") : match.start("name") + 4]
    return any(after.startswith(one) for one in CLINICAL)


def _is_shouting(match: re.Match[str]) -> bool:
    """Return whether a heading in capitals is no name: MARK LEFT SIDE."""
    return match["given"].isupper() and plain(match["given"]) in ORDINARY
