"""Where in China people live, are treated, work and learn, as Chinese texts say it."""

import re
from collections.abc import Iterable, Iterator

from primum.privacy.lexicons.loader import words
from primum.privacy.rules.chinese_text import HAN
from primum.privacy.spans import Kind, Span

_GUARDS = words("zh_not_cities")
"""Words that begin with a city's name and go on with one sign more: 长春新, 保定期."""


def _either(names: Iterable[str]) -> str:
    """Return one expression for many words, by their first sign, the longest first."""
    by_first: dict[str, list[str]] = {}
    for name in sorted(set(names), key=lambda one: (-len(one), one)):
        guard = "".join(sorted(one[-1] for one in _GUARDS if one[:-1] == name))
        by_first.setdefault(name[0], []).append(name[1:] + (f"(?![{guard}])" if guard else ""))
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in sorted(by_first.items()))


_REGION = re.compile(
    rf"(?:{_either(words('zh_regions'))})(?!白药)(?:省(?!立|人民|中医|肿瘤|妇幼)|(?:壮族|回族|维吾尔)?自治区)?"
)
_CITY = re.compile(rf"(?:{_either(words('zh_cities'))})市?")
_SUFFIX = re.compile(r"[市区县旗州盟]")
_PLACES = words("zh_places")
_COUNTIES = words("zh_counties")
_LONGEST = max(map(len, _PLACES))
_FREE = (
    r"(?:[^\W\d_A-Za-z于在至到往去从由来住我的了是为及因诊患治疗并曾后前和与或医院]"
    r"|和(?=[谐平睦顺兴美泰苑园])|前(?=[进街门营锋])|后(?=[街海营庄湖]))"
)
_ANY = r"[^\W\d_A-Za-z于在到住我的了是为及因诊患疗医院]"
_WAY = (
    r"(?:街道办?|大街|大道|北路|南路|东路|西路|中路|环路|公路|支路|路|街|巷子?|弄|胡同|"
    r"小区|花园|花苑|新村|新城|家园|公寓|山庄|别墅|广场|大厦|写字楼|宿舍|里|苑|镇|乡|村)"
)
_NAMED = (
    rf"(?:{_WAY[3:-1].replace('|里|', '|')}|社区|工业园|开发区|新区|园区|高新区|产业园|"
    rf"苏木|屯|庄子?|寨|湾|坪|塘|沟|岭|里弄|里(?=\d)|城(?=\d|[A-Z东西南北]区)|院(?=\d)|"
    rf"居委会|村委会|办事处|家属[院楼区]|生活区|[东西南北]头(?=\d)|"
    rf"[坝坡坳冲垸圩堡墩桥店集铺坊营](?=第?[\d一二三四五六七八九十]{{1,3}}(?:[组队号社]|村民)))"
)
_NUMBER = (
    r"(?:第?[\dA-Za-z一二三四五六七八九十百甲乙丙丁东西南北附之]{1,6}(?:[-—#][\dA-Za-z]{1,5}){0,4}\s?(?:号"
    r"楼|号院|号房|号|弄|栋|幢|座|单元|门|室|层|楼|村民小组|村民组|组|队|社区?|户|#|巷|"
    r"期|区|房|支弄|段|街坊))"
)
_DOOR = r"(?:\d{1,4}(?:[-—#]\d{1,4}){1,4}(?:室|号)?|\d{2,4}室?(?!\d|年|月|天|次|元|床|[mM]|岁|分|度))"
_PART = (
    rf"(?:{_NUMBER}|{_ANY}{{1,8}}?{_NAMED}|{_ANY}{{1,4}}(?:村民小组|村民组|(?<![入分各全本该])组|生产队)|{_ANY}{{2,6}}(?=\d{{"
    rf"1,3}}(?:[-#]|栋|幢|座|号楼|单元)))"
)
_CROSSING = rf"(?:[与和]{_FREE}{{1,8}}[路街道巷])?(?:交叉口|交[汇叉]处|路口)?"
_CHAIN = re.compile(
    rf"\s?(?:{_PART}[,\s]?(?=\S))*{_PART}(?:{_DOOR})?(?:{_FREE}{{0,4}}(?:对面|旁边?|附近|楼上|隔壁))?"
    rf"{_CROSSING}"
)
_BUILT = rf"(?:{_NUMBER}|{_ANY}{{1,8}}?(?:{_WAY}|家属[院楼区]|生活区)(?=[\dA-Z甲乙]))"
_STREET = re.compile(
    rf"{_WAY}\s?(?:{_BUILT}[,\s]?)+(?:{_DOOR})?{_CROSSING}|"
    rf"{_WAY}\s?\d{{1,3}}(?:-\d{{1,4}})+(?:室|号)?|"
    r"(?:[村屯庄寨湾坪塘沟岭坝坡冲堡]|社区)(?:[东西南北上下]头)?第?[\d一二三四五六七八九十]{1,3}"
    r"(?:组|队|社|号|户|村民小?组)(?:\d{1,3}号)?|"
    rf"[路街道]与{_FREE}{{1,6}}[路街道](?:交叉口|交[汇叉]处|路?口)"
)
_BUILDING = re.compile(
    r"\d{1,4}(?:号楼|栋|幢|座|#)\s?(?:[\d一二三四五六七八九A-Z]{1,2}单元)?\s?\d{2,4}室?|"
    r"\d{1,3}号楼?\d{1,2}单元\d{0,4}室?|(?<!\d)\d{1,3}弄\d{1,4}号(?:\d{1,4}室)?"
)
_HEAD = re.compile(
    rf"(?:(?![回抵返搬寄送说诉称您你他她请把被让给其名叫])(?<!地址)(?<!住址)(?<!地点)(?<!现居){_FREE}){{1,12}}$"
)
_CUE = re.compile(
    r"(?:家庭住址|现住址|常住地址|常住地|暂住地|居住地址|居住地|联系地址|通讯地址|通信地址|"
    r"邮寄地址|收货地址|寄件地址|收件地址|单位地址|户籍地址|户籍所在地|户口所在地|户口地址|"
    r"户籍地?|籍贯|出生地点?|住址|地址|住所|家住|现住|现居|居住|住在|住于|户籍|户口|"
    r"老家|祖籍|原籍|租住|暂住|寄到|寄往|送到|邮寄到|生于|生长于|位于|来自)\s?(?:于|"
    r"在|是|为|系)?\s?(?P<colon>[:]\s*)?"
)
_WRITTEN = re.compile(
    r"(?P<x>[^,。;\n\t:]{2,60}?)(?=\s{2,}|[,。;\n\t)]|\s?(?:联系|电话|邮编|民族|职业|"
    r"婚|入院|年龄|性别|工作|单位|手机|身份|病史|供史|记录|出生|户口|户籍|现住|住址|"
    r"籍贯|紧急|户主|监护|关系|建床|责任|密切)|$)"
)
_NOWHERE = re.compile(r"不详|同上|无|未|拒绝|如上|见|本[地市县]|农村|城市|城镇|原籍|当地|否|外地")
_NATIVE = re.compile(rf"(?P<x>[{HAN}]{{2}})(?=人(?![{HAN}]?[民工体员])|籍)")
POSTCODE = re.compile(
    r"(?:\(|邮编|邮政编码|邮码|邮递区号)\s?[:为是]*\s?(?P<x>(?<=\()\d{6}(?=\))|(?<!\()\d{3,6})(?![\d.])"
)

_CITY_ENDS = "".join(sorted({one[-1] for one in words("zh_cities")}))
HOSPITAL = re.compile(
    r"(?:医院|卫生院|卫生室|卫生所|诊所|卫生服务中心|卫生中心|卫生服务站|服务站|保健院|"
    r"防治院|防治所|疗养院|护理院|养老院|敬老院|福利院|急救中心|体检中心|血液中心|血站|"
    r"疾控中心|疾病预防控制中心|保健中心|透析中心|医学中心|妇产院|医疗中心|门诊部|康复中心|"
    rf"[附大医市省县区人][一二三四五六七八九]院|[一二三四五六七八九]院(?<=[{_CITY_ENDS}]..)|"
    r"省[中人]医(?!院)|保健所|医务室|影像中心|国医馆|中医馆|中医门诊(?!部)|综合门诊(?!部)|口腔门诊(?!部)|"
    r"检验所|医学检验(?:中心|实验室)|鉴定中心|鉴定所)"
)
_SITE = re.compile(
    rf"(?:\(?[{HAN}]{{0,6}}(?:院区|分院|院部)\)?|[东西南北新老总]院(?!区)|\([{HAN}]{{2,8}}\))?"
    rf"(?:第?[一二三四五六七八九十]?[{HAN}]{{0,7}}?(?:科(?!室|学)|内镜中心|病区|病房|"
    rf"重症监护室|监护室|ICU|急诊室|门诊)(?:[一二三四五六七八九十\d]{{1,2}}(?:病区|病房|"
    rf"区|组))?)?"
)
_SAFE = (
    "协和 和平 仁和 泰和 颐和 人和 和睦 复旦 复兴 中日 回民 前海 神经 兴国 为民 便民 惠民 "
    "日报 年轮 经开 太和 祥和 和谐 嘉和 中和 天和 在线 前进 向阳 经济 雍和 家和 安和 三和 "
    "同和 维和 来安 来凤 东明 月湖 西院 后湖 日月 和美 德和 医大 附属"
)
_PROTECT = {one: chr(0xE000 + at) * len(one) for at, one in enumerate(_SAFE.split())}
_PROTECTED = re.compile("|".join(_PROTECT))
_CUT = re.compile(
    r"^.*(?:来院|来我院|转来|就诊|住院|入住|送往|送入|送|返回|当地|附近|院外|外院|省外|"
    r"院内|曾经|外地|转入|转至|转到|转诊|转往|转院|急诊|推荐|联系|介绍|经过|通过|前往|"
    r"同意|要求|建议|立即|自行|考虑|已经|入院|出院|我院|来院|确诊|诊断|报告|化验|治疗|"
    r"检查|手术|怀疑|家属|患者|病人|医保|定点|医院(?=.)|中心(?=.{4})"
    r"|[于在至到往去从由转赴回向持曾后前日号月年我为是的及给请诊和与被因此次今昨即遂又再复行现已并经叫找"
    r"查看让且但先均有天以当达达:,])"
)
_PLAIN = re.compile(
    r"(?:当地|外地|外|我|本|某[某]?|县级?|市级?|区级?|省级?|镇|乡|村|上级|下级|基层|"
    r"综合性?|专科|三甲|三级甲等|三级|二级|一级|甲等|社区|附近|其他|其它|多家?|各大?|"
    r"大型?|小|该|同级|原|公立|私立|私人|民营|中心|中西?|教学|定点|住|出|儿童|肿瘤|"
    r"妇幼|妇产科?|精神病?|传染病|人民|医科?|大学|附属|进修|康复|口腔|眼科|个体|国内外|"
    r"国内|国外|著名|相关|有关|家|所|几|一|两|三|级|类|急救|体检|本地|异地|门诊|骨科|"
    r"心理|老年|护理|养老|医学|第|街道|互联网|等|和|及|\s)*"
)
_DISTINCT = re.compile(
    r"[市省县区州](?:人民|中心|中|妇幼|第?[一二三四五六七八九十])|第?[一二三四五六七八九十]+(?:人民)?$"
    r"|[附大医市省县区人][一二三四五六七八九]院|省[中人]医"
)
_SHORT_NAMES = re.compile(
    r"(?:协和|华西|湘雅[一二三]?|瑞金|同济|齐鲁|西京|安贞|阜外|积水潭|301|北医三院|"
    r"北大人民|浙[一二]|华山|中山|仁济|长海|长征)"
    r"(?=就诊|住院|手术|复查|看|做|检查|门诊|的?(?:医生|专家|主任|教授)|[,。;]|$)"
)

_EMPLOYERS = (
    "股份有限公司 有限责任公司 有限公司 集团公司 总公司 分公司 公司 集团 大学 学院 高中 中学 "
    "小学 幼儿园 幼稚园 职校 技校 附中 附小 研究院 研究所 设计院 银行 支行 分行 信用社 "
    "派出所 公安局 法院 检察院 税务局 居委会 村委会 街道办事处 事务所 工作室 超市 酒店 饭店 "
    "宾馆 商场 工地 合作社 养殖场 农场 煤矿 矿业 物业 部队 电厂 日报 日报社 电视台 书店 "
    "加工厂 服装厂 实验学校 学校 中专 出版社 供电所 监狱 看守所 消防支队 消防大队 消防救援站 "
    "支队 大队 完小 村小 码头 港务局 机务段 车务段 工务段 客运站 加油站 收费站 水电站 变电站 "
    "采石场 林场 砖厂 批发市场 菜市场 农贸市场 服装城 物流园 软件园 产业园 种植基地 建筑队 "
    "施工队 美容院 理发店 美发店 火锅店 面馆 餐馆 茶楼 药店 大药房 眼镜店 专卖店 网吧 健身房 "
    "KTV 驾校 修理部 服务部 营业部 保险代理 快递站 快递站点 家政服务部 物业服务中心 幼教中心 "
    "鞋业 服饰 实业 地产 传媒 人民政府 镇政府 乡政府 县政府 市政府 区政府 妇联 残联 总工会 "
    "武装部 司法所 环卫所 文化馆 图书馆 卫健委 供销社 规划院 旅行社 养老公寓 民政局"
)
_NUMBERED_SCHOOL = "[一二三四五六七八九十]?中(?:学)?(?![心等度午旬的年间、性药医位线型])"
_ORG = re.compile(
    rf"(?:{_either(_EMPLOYERS.split())}|厂(?![家商房区长址矿医])|局(?![部麻限灶面势内外促域])"
    rf"|{'|'.join(one + _NUMBERED_SCHOOL for one in '一二三四五六七八九十')})(?:[\u4e00-\u9fff]{{1,4}}校区)?"
)
_PLAIN_ORG = re.compile(
    r"(?:一家|某[某]?|私营|民营|国有|国营|外资|合资|外贸|保险|建筑|物流|快递|化工|食品|"
    r"服装|电子|机械|家具|纺织|印刷|玩具|皮革|油漆|制药|造纸|水泥|软件|科技|互联网|"
    r"广告|装修|家政|物业|出租车|房地产|运输|医药|商业|大型?|小型?|本|该|我|私人|乡镇|"
    r"县|市|区|省|村|镇|当地|附近|普通|重点|公立|民办|农村|城市|技工|职业|中等|高等|"
    r"本科|专科|老年|医科|医学|附属|师范|体育|艺术|驾驶|培训|寄宿|全日制|成人|夜|读|"
    r"上|初级?|高级?|个体|家|所|的|第|商务|连锁|五金|陶瓷|造船|钢铁|炼钢|鞋|砖|面粉|"
    r"电|煤|水|药|工|农|林|渔|牧|茶|果|养殖|屠宰|养鸡|养猪|武警|解放军|陆军|海军|空军|"
    r"边防|基层|建|和|在|医院|全|地下|露天|大|中|小|老|新|地方|人民|派出|公安|税务|"
    r"教育|民政|卫生|社保|医保|交警|交通|环保|水务|供电|中国|国家|公共|一般|公共|特殊|"
    r"聋哑|盲人|儿童)*"
)
_ORG_CUT = re.compile(
    r"^.*(?:开户行|现居|现住|住|转[入至到]?|就诊|家属|就职|任职|工作|毕业|就读|退休|上班|供职|"
    r"受雇|打工|现为|担任|曾为|就业|单位:|职业:|学校:|来自|转入|转到|送入|送|兹有|接收|"
    r"接种单位|单位为|[于在至到往去从由是为系的读任持:,我])"
)


def find(text: str) -> Iterator[Span]:
    """Yield the places, addresses, hospitals and employers of a text that ``chinese_text.alike`` gave."""
    yield from _addresses(text)
    yield from _institutions(text)


def _areas(text: str) -> list[tuple[int, tuple[int, ...], bool]]:
    """Return (start, ends, whether more than a region) of the divisions of a text, neighbours joined: 湖南省邵东县.

    The ends are those of each of the neighbours, the last last: in 上海中山路 a road begins after the first city.
    """
    found = [(*match.span(), True) for match in _CITY.finditer(text)]
    found += [(*match.span(), False) for match in _REGION.finditer(text)]
    for match in _SUFFIX.finditer(text):
        end = match.end()
        for size in range(min(_LONGEST, end), 2, -1):
            if text[end - size : end] in _PLACES:
                found.append((end - size, end, True))
                break
    joined: list[tuple[int, tuple[int, ...], bool]] = []
    for start, end, fine in sorted(found):
        last = joined[-1][1][-1] if joined else -1
        if joined and start <= last + (text[last : last + 1] == " "):
            before = joined.pop()
            joined.append((before[0], (*before[1], end) if end > last else before[1], fine or before[2]))
        else:
            joined.append((start, (end,), fine))
    return joined


def _with_county(text: str, end: int) -> int:
    """Return where an area ends with the county whose name follows without its suffix: 安徽岳西."""
    at = end + (text[end : end + 1] == " ")
    for size in (4, 3, 2):
        if text[at : at + size] in _COUNTIES and text[at + size : at + size + 1] not in {"医", "大", "病", "院"}:
            return at + size + (text[at + size : at + size + 1] in {"县", "市", "区"})
    return end


def _addresses(text: str) -> Iterator[Span]:
    areas = _areas(text)
    ends = {}
    for start, parts, fine in areas:
        end = _with_county(text, parts[-1])
        chains = [one.end() for at in (*parts[-2:], end) if (one := _CHAIN.match(text, at))]
        native = _NATIVE.match(text, end)
        if chains:
            yield Span(start, max(chains), Kind.STREET, "rule:address")
        elif native:
            yield Span(start, native.end("x"), Kind.PLACE, "rule:native")
        yield Span(start, end, Kind.PLACE if fine or end > parts[-1] else Kind.REGION, "lexicon:place")
        ends[start] = max([*chains, end])
    for match in _STREET.finditer(text):
        head = _HEAD.search(text, max(0, match.start() - 12), match.start())
        if head:
            yield Span(head.start(), match.end(), Kind.STREET, "rule:street")
    for match in _BUILDING.finditer(text):
        head = _HEAD.search(text, max(0, match.start() - 12), match.start())
        yield Span(head.start() if head else match.start(), match.end(), Kind.STREET, "rule:street")
    for match in POSTCODE.finditer(text):
        yield Span(*match.span("x"), Kind.POSTCODE, "rule:labelled")
    yield from _cued(text, ends)


def _cued(text: str, ends: dict[int, int]) -> Iterator[Span]:
    """Yield what stands after 住址 or 家住: all of it after a colon, else as far as it reads like an address."""
    for match in _CUE.finditer(text):
        at = match.end()
        written = _WRITTEN.match(text, at) if match["colon"] else None
        if written and not _NOWHERE.match(text, at):
            yield Span(at, at + len(written["x"].rstrip()), Kind.STREET, "rule:labelled")
        elif not match["colon"] and not _NOWHERE.match(text, at) and (chain := _CHAIN.match(text, at)):
            yield Span(at, max(chain.end(), ends.get(at, 0)), Kind.STREET, "rule:labelled")


def _institutions(text: str) -> Iterator[Span]:
    for match in HOSPITAL.finditer(text):
        start = _beginning(text, match.start(), _CUT, 24)
        if not is_any_hospital(text[start : match.start()], match.group()):
            site = _SITE.match(text, match.end())
            yield Span(start, site.end() if site else match.end(), Kind.HOSPITAL, "rule:hospital")
    for match in _SHORT_NAMES.finditer(text):
        yield Span(*match.span(), Kind.HOSPITAL, "lexicon:hospital")
    for match in _ORG.finditer(text):
        start = _beginning(text, match.start(), _ORG_CUT, 20)
        name = text[start : match.start()] + (match.group()[:-1] if match.group()[-1] in "厂局" else "")
        if not _is_any_employer(name, match.group(), text[match.end() : match.end() + 1]):
            yield Span(start, match.end(), Kind.ORGANISATION, "rule:organisation")


def is_any_hospital(name: str, word: str) -> bool:
    """Return whether a hospital is told by its sort alone: 当地医院; 市一院 and 县人民医院 are told by more."""
    if name + word in {"人一院", "大一院"}:
        return True
    return _PLAIN.fullmatch(name) is not None and not _NUMBERED.search(word) and not _DISTINCT.search(name)


def _is_any_employer(name: str, word: str, after: str) -> bool:
    """Return whether an employer or school is told by its sort alone: 化工厂, 小学文化."""
    has_city = _CITY.search(name) is not None
    if word[0] in _NUMERALS and not has_city and not re.search("[第市县区州]$", name):
        return True
    if (
        word[-1] in "学中院校"
        and word not in {"美容院", "驾校"}
        and after
        and after in "毕文肄未生老在上以"
        and not has_city
    ):
        return True
    return len(name) <= 1 or _PLAIN_ORG.fullmatch(name) is not None


_NUMERALS = frozenset("一二三四五六七八九十")
_NUMBERED = re.compile("[一二三四五六七八九]院$|省[中人]医$")


def _beginning(text: str, end: int, cut: re.Pattern[str], reach: int) -> int:
    """Return where the name begins whose last word begins at ``end``: after the last word that cannot be in a name."""
    low = max(0, end - reach)
    tail = re.search(rf"(?:[{HAN}A-Za-z\d·]|\([{HAN}]{{1,6}}\))*$", text[low:end])
    start = low + tail.start() if tail else end
    window = _PROTECTED.sub(lambda match: _PROTECT[match.group()], text[start:end])
    before = cut.match(window)
    return start + before.end() if before else start
