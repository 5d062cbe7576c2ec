"""Numbers by which people are known in China, Taiwan and Hong Kong: proven by a check digit, shaped, or labelled."""

import re
from collections.abc import Callable, Iterator

from stdnum import luhn
from stdnum.cn import ric

from primum.privacy.spans import Kind, Span

Holds = Callable[[str], bool]
Rule = tuple[Kind, str, re.Pattern[str], Holds]

_PLATE = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_IS = r"\s*(?:\((?:ID|No\.?|[^()\d]{1,8})\))?\s*(?:是|为|系|:|=|\(|尾号|-(?=\d{4}))*\s*(?:[Nn][Oo]\.?\s*:?\s*)?"
_NUMBER = r"(?:字号|号码|编号|单号|卡号|序列号|条码号?|号|ID号?|[Nn]o\.?|NO\.?|#)"


def _always(_text: str) -> bool:
    return True


def _digits(text: str) -> str:
    return re.sub(r"[\s\-]", "", text)


def _is_old_resident_id(text: str) -> bool:
    """Return whether fifteen digits can be a resident number of before 1999: a province, a month, a day."""
    return 11 <= int(text[:2]) <= 82 and 1 <= int(text[8:10]) <= 12 and 1 <= int(text[10:12]) <= 31  # noqa: PLR2004


def _is_resident_like(text: str) -> bool:
    bare = _digits(text)
    return _is_old_resident_id(bare[:6] + bare[8:]) and bare[6:8] in {"18", "19", "20"}


def _is_card(text: str) -> bool:
    return luhn.is_valid(_digits(text))


def _is_taiwan_id(text: str) -> bool:
    letter = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0]) + 10
    signs = [letter // 10, letter % 10, *map(int, text[1:])]
    return sum(a * b for a, b in zip(signs, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0


def _rule(kind: Kind, name: str, pattern: str, holds: Holds = _always) -> Rule:
    return kind, name, re.compile(pattern), holds


RULES: tuple[Rule, ...] = (
    _rule(Kind.NATIONAL_ID, "checksum:resident-id", r"[1-9](?<![\dA-Za-z].)\d{16}[\dXx](?![\dA-Za-z])", ric.is_valid),
    _rule(
        Kind.NATIONAL_ID,
        "rule:resident-id",
        (
            r"[1-8](?<![\dA-Za-z].)\d{5}[\s\-]?(?:18|19|20)\d{2}[\s\-]?[01]\d[\s\-]?[0-3]\d[\s\-]?\d{3}[\d"
            r"Xx](?![\dA-Za-z])"
        ),
        _is_resident_like,
    ),
    _rule(Kind.NATIONAL_ID, "rule:resident-id", r"[1-8](?<![\dA-Za-z.].)\d{14}(?![\dA-Za-z])", _is_old_resident_id),
    _rule(
        Kind.NATIONAL_ID, "rule:resident-id", r"[1-8](?<![\dA-Za-z].)\d{0,13}[*xX]{4,14}\d{0,6}[\dXx]?(?![\dA-Za-z])"
    ),
    _rule(Kind.NATIONAL_ID, "rule:passport", r"[EGDSPH](?<![A-Za-z\d].)(?:\d{8}|(?<=E)[A-HJ-NP-Z]\d{7})(?![A-Za-z\d])"),
    _rule(Kind.NATIONAL_ID, "checksum:taiwan-id", r"[A-Z](?<![A-Za-z\d].)[12]\d{8}(?!\d)", _is_taiwan_id),
    _rule(Kind.NATIONAL_ID, "rule:hong-kong-id", r"[A-Z](?<![A-Za-z\d].)[A-Z]?\d{6}\([\dA]\)"),
    # telephones
    _rule(
        Kind.PHONE,
        "rule:mobile",
        r"1(?<![\d.].)[3-9]\d(?:[\s\-]?[\d*Xx]{4}[\s\-]?\d{4}|[\s\-]\d{3}[\s\-]\d{5}|\d[\s\-]\d{3}[\s\-]\d{4})(?!\d)",
    ),
    _rule(
        Kind.PHONE,
        "rule:mobile",
        r"(?:\+|\(|00)?86\)?[\s\-]{0,2}1[3-9]\d[\s\-]?[\d*]{4}[\s\-]?\d{4}(?!\d)",
    ),
    _rule(
        Kind.PHONE,
        "rule:landline",
        r"0(?<![\d.\-].)\d{2,3}\)?[\s\-]{0,2}\d{3,4}[\s\-]?\d{3,4}(?:(?:\s?转\s?|-)\d{1,6})?(?![\d])",
    ),
    _rule(Kind.PHONE, "rule:service-line", r"[48](?<!\d.)00[\s\-]?\d{3,4}[\s\-]?\d{3,4}(?!\d)"),
    _rule(Kind.PHONE, "rule:abroad", r"\+\d{1,3}[\s\-]?\(?\d{1,4}\)?(?:[\s\-]?\d{2,5}){1,4}(?!\d)"),
    _rule(Kind.PHONE, "rule:taiwan-mobile", r"0(?<![\d.].)9\d{2}[\s\-]?\d{3}[\s\-]?\d{3}(?!\d)"),
    _rule(
        Kind.PHONE,
        "rule:labelled",
        r"(?:联系电话|电话|手机|联系方式|座机|固话|热线|分机|内线|短号|小灵通|家电|宅电|"
        r"办电|来电|致电|拨打|打给|回电|呼机|总机|转|[Tt][Ee][Ll]|[Mm]obile|[Pp]hone|"
        r"本机)"
        r"\s?(?:号码?|号|是|为|改成|换成|\(\S{1,6}\))*\s*[.:]*\s*(?P<x>\+?\(?\d[\d\s()\-]{3,20}\d(?:转"
        r"\d{1,6})?)(?![\d:])(?!\s?(?:年|月|天|日|次|分|小时))",
    ),
    _rule(Kind.PHONE, "rule:spelt", r"[零\u3007一二三四五六七八九幺]{7,12}(?![十百千万])"),
    _rule(Kind.FAX, "rule:labelled", r"(?:传真|[Ff][Aa][Xx])\s?(?:号码?)?\s*[.:]*\s*(?P<x>\+?\(?\d[\d\s()\-]{4,20}\d)"),
    # social
    _rule(
        Kind.SOCIAL,
        "rule:social",
        r"(?:微信|[Ww]e[Cc]hat|WECHAT|VX|Vx|vx|WX|wx|薇信|威信|V信|v信|QQ|qq|抖音|快手|"
        r"微博|支付宝|钉钉|小红书|陌陌|飞书|LINE(?=\s?ID)|Line(?=\s?ID)|[Ss]kype)"
        r"\s?(?:公众)?(?:号码?|ID|id|账号|帐号|账户|昵称|群)?\s*(?:是|为|加|联系|搜索?|"
        r":|=|\(|-)*\s*(?P<x>@?[A-Za-z\d][A-Za-z\d_\-]{4,22})",
    ),
    # numbers named by their label
    _rule(
        Kind.VEHICLE,
        "rule:plate",
        rf"[{_PLATE}][A-Z]\s?[·.\-•・]?\s?(?:[A-Z\d]{{5,6}}|[A-Z\d]{{4}}[学警港澳挂试])(?![A-Za-z\d])",
    ),
    _rule(
        Kind.VEHICLE,
        "rule:labelled",
        (
            r"(?:车牌|车号|车架|发动机|VIN)\s?(?:号码?|码)?\s?[:为是]*\s?(?P<x>[\u4e00-\u9fff]?[A-Za-z\d]["
            r"A-Za-z\d·\-]{4,18})"
        ),
    ),
    _rule(
        Kind.RECORD_NUMBER,
        "rule:labelled",
        (
            r"(?:(?:ID|MRN|Accession(?:\s?(?:No|Number))?|Case\s?No|Patient\s?ID|PID|Acc)|"
            r"№|编号|单号|N[Oo])\s?[.:#]*\s*(?P<x>[A-Za-z]{0,6}-?\d[\dA-Za-z]{2,}(?:-[\dA-Za-z]+){0,3})"
        ),
    ),
    _rule(
        Kind.RECORD_NUMBER,
        "rule:code",
        (
            r"(?<![A-Za-z\d\-_.])(?!QQ|NCT|NM_?|NP|NC|CTR|HP|OMIM|ISRCTN|SCCAg|CYFRA|CD)[A-Z]{1,5}[-]?(?:"
            r"\d{6,}|(?:19|20)\d{2}-?\d{3,})(?:-\d{1,6})?(?![A-Za-z\d])"
        ),
    ),
    _rule(
        Kind.RECORD_NUMBER,
        "rule:code",
        r"(?<![A-Za-z\d\-_.])(?:(?:19|20)\d{2}-?[A-Z]-?\d{4,6}|[A-Z]{1,3}\d{2}-\d{4,6}|[012]\d-\d{5})(?![A-Za-z\d\-.])",
    ),
    _rule(Kind.RECORD_NUMBER, "rule:code", r"[12](?<![A-Za-z\d\-.].)[90]\d{2}[-_](?!0?\d[-_])\d{4,7}(?![A-Za-z\d\-])"),
    _rule(Kind.ACCOUNT, "rule:grouped", r"\d(?<![\dA-Za-z.].)\d{3}(?:[ \-]\d{4}){3}(?:[ \-]\d{1,4})?(?!\d)"),
    # whatever it is called
    _rule(
        Kind.ACCOUNT,
        "checksum:card",
        r"[3-6](?<![\dA-Za-z.].)\d{3}(?:[\s\-]?\d{4}){2}(?:[\s\-]?\d{1,4}){1,2}(?!\d)",
        _is_card,
    ),
    _rule(
        Kind.ACCOUNT,
        "rule:labelled",
        (
            r"(?:银行卡|信用卡|借记卡|储蓄卡|工资卡|账户)\s?[:(]?\s?(?P<x>\d{4}(?:[\s\-]?[\d*]{4}){2,3}(?:"
            r"[\s\-]?[\d*]{1,4})?)(?!\d)"
        ),
    ),
    _rule(
        Kind.RECORD_NUMBER, "rule:labelled", r"(?:ZYH|MZH|BAH|BLH|JZH|JCH|YXH|BBH)[:\s]{0,3}(?P<x>[A-Za-z]{0,3}\d{4,})"
    ),
    _rule(
        Kind.OTHER_ID,
        "rule:labelled",
        r"(?:凭证|凭据|回执|验证码|取件码|密码)(?:号码?|编号)?[:\s是为]{0,3}(?P<x>[A-Za-z]{0,3}\d{4,}[\dA-Za-z]*)",
    ),
    _rule(
        Kind.RECORD_NUMBER,
        "rule:labelled",
        r"(?:就诊卡|诊疗卡|健康卡|医保卡|社保卡|就医卡|门诊卡|病历)[:\s是为]{0,3}(?P<x>[A-Za-z]{0,3}\d{4,})",
    ),
    _rule(
        Kind.RECORD_NUMBER,
        "rule:number",
        (
            r"\d(?<![\d.A-Za-z_\-/×*^].)(?<![A-Z][A-Z]:.)\d{6,7}(?![\d.]|\s?(?:元|IU|U|u|"
            r"copies|个|万|亿|拷贝|/|cfu|%|-\d|[kKmM]?Hz))"
        ),
    ),
    _rule(Kind.PHONE, "rule:landline", r"[2-8](?<![\d.\-A-Za-z].)\d{3}-\d{4}(?![\d\-.])"),
    _rule(Kind.OTHER_ID, "rule:long", r"\d(?<![\d.A-Za-z_].)(?<!chr.:.)(?<!chr..:.)\d{8,}[Xx]?(?!\d|\.\d)"),
)
"""Kind, method, expression (its group ``x``, where there is one, is the identifier), and what must hold of it."""


_BARE = (
    (
        Kind.NATIONAL_ID,
        (
            r"(?:身份证件?|身份证明|身分证|证件|护照|居留证|居住证|军官证|士兵证|警官证|"
            r"军人证|残疾证|户口本|户口簿|通行证|台胞证|回乡证|统一编|统编|SSN|ID[ ]?[Cc]ard|"
            r"[Pp]assport)"
            rf"\s?(?:统一)?{_NUMBER}?{_IS}(?P<x>[A-Za-z\u4e00-\u9fff]{{0,3}}第?[\dA-Za-z*]*\d[\dA-Za-z*]{{"
            rf"3,}}(?:[\s\-]\d{{2,8}}[\dXx]?){{0,3}}(?:\([\dA]\))?号?)"
        ),
    ),
    (
        Kind.LICENCE,
        (
            r"(?:执业证书?|执业医师证书?|资格证书?|许可证|驾驶证|驾照|执照|毕业证书?|学位证书?|"
            r"结婚证|统一社会信用代码|组织机构代码|律师证|导游证|执业编码|医师编码)"
            rf"\s?{_NUMBER}?{_IS}(?P<x>[A-Za-z]{{0,4}}\d[\dA-Za-z\-]{{5,}})"
        ),
    ),
    (
        Kind.DEVICE,
        (
            r"(?:(?:设备|仪器|机器|装置|起搏器|支架|假体|植入物|植入体|人工耳蜗|耳蜗|晶体|"
            r"人工关节|关节|导管|除颤器|ICD|泵|呼吸机|监护仪|助听器|产品|器械|耗材|血糖仪|"
            r"主机|电极|瓣膜|机身|输液港|钢板|出厂)(?:的)?"
            r"\s?(?:序列|系列|出厂|机身|产品|植入|唯一)?(?:号码|编号|编码|条码|识别码|标识|"
            r"串号|号|ID|SN)|序列号|SN码?|S/N|UDI|IMEI|MAC地址|[Ss]erial(?:\s?[Nn]o\.?)?)"
            rf"{_IS}(?P<x>(?:\(\d{{2}}\))?(?:[A-Za-z]{{1,6}}[-:]?)?\d[\dA-Za-z]{{3,}}(?:[-:/.][\dA-Za-z]+){{0,6}})"
        ),
    ),
)
_BARE_RULES = tuple((kind, re.compile(pattern)) for kind, pattern in _BARE)
_LABELS: dict[Kind, str] = {
    Kind.INSURANCE: (
        "医保 医保卡 医疗证 医疗卡 社保 社保卡 社会保障 社会保障卡 社会保险 医疗保险 "
        "医疗保险卡 医疗保障 新农合 农合 农合卡 农合证 合作医疗 合作医疗证 居民医保 "
        "健康卡 健保 健保卡 保险 保险单 商业保险 保单 投保 投保单 理赔 赔案 报案 案件 "
        "参保 参保人 个人编 公费医疗 公费医疗证 工伤认定 电脑 分单"
    ),
    Kind.ACCOUNT: (
        "银行 银行卡 银行账 银行账户 卡 账 帐 账户 户 存折 信用卡 借记卡 储蓄卡 工资卡 "
        "开户 收款 付款 汇款 交易 一卡通 校园卡 就餐卡 饭卡 预交金 押金"
    ),
    Kind.OTHER_ID: (
        "工 学 学籍 员工 职工 教工 工作证 胸牌 准考证 学生证 订单 快递 快递单 运单 物流 "
        "合同 协议 受理 信访 单据 档 案 立案 卷宗 房产证 不动产权证 警 部队 番 工伤证 "
        "会员 客户 健康码 航班 车票 通知书 文 受理单 服务单 工单 鉴定书 判决书"
    ),
    Kind.LICENCE: "执业 资格 许可 营业执照 注册 医师 处方权",
    Kind.RECORD_NUMBER: (
        "住院 住院病历 病历 病历卡 病案 病例 门诊 门诊病历 门诊卡 门急诊 急诊 登记 就诊 "
        "就诊卡 诊疗卡 诊疗 就医 挂号 病理 病理检查 检查 检验 检测 化验 标本 样本 样品 "
        "条形 条 影像 放射 超声 彩超 B超 CT PET MR MRI DR CR X线 X光 X光片 X片 片 胃镜 "
        "肠镜 内镜 内窥镜 心电 心电图 脑电 脑电图 造影 核医学 骨密度 报告 报告单 申请 "
        "申请单 处方 医嘱 流水 发票 收据 收费 结算 档案 健康档案 个案 患者 病人 孕产妇 "
        "建档 手册 登录 受试者 筛选 随机 入组 家庭 预防接种 接种 接种证 免疫 血袋 献血 "
        "献血证 手术 手术单 麻醉 护理 转诊 转诊单 会诊 会诊单 体检 体检表 预约 预约单 "
        "取号 排队 MRN HIS PACS LIS Accession 系统 唯一 主索引 EMPI 记录 文书 死亡 死亡证 "
        "出生证 出生医学证明 准生证 腕带 蜡块 切片 玻片 冰冻 细胞 基因 测序 受检 上报 "
        "卡片 报卡 传染病 随访"
    ),
}
LABELS = {label: kind for kind, labels in _LABELS.items() for label in labels.split()}
"""What a number is called, to its kind: 住院 of 住院号."""
_SURE = frozenset({"号码", "编号", "单号", "卡号", "条码", "条码号", "流水号", "ID", "ID号"})
_CALLED = re.compile(
    rf"(?P<n>字号|号码|编号|单号|卡号|流水号|条码号?|号|ID号?|[Nn]o\.?|NO\.?|#){_IS}"
    r"(?P<x>(?:[A-Za-z]{1,6}[-_]?)?\d[\dA-Za-z*]*(?:[-_/][\dA-Za-z]+){0,4}(?:[ \-][\d*]{3,8}){0,5})"
)
_LONGEST_LABEL = max(map(len, LABELS))


def _kind_called(text: str, match: re.Match[str]) -> Kind | None:
    """Return of which kind the number is, by the words before it."""
    end = match.start() + (match["n"][0] in "单卡") - (text[match.start() - 1 : match.start()] == " ")
    for size in range(_LONGEST_LABEL, 0, -1):
        kind = LABELS.get(text[max(0, end - size) : end])
        if kind:
            return kind if size > 1 or len(match["x"]) > 2 else None  # noqa: PLR2004 - 3号 after one sign is an ordinal
    return Kind.RECORD_NUMBER if match["n"] in _SURE and len(match["x"]) > 3 else None  # noqa: PLR2004


def find(text: str) -> Iterator[Span]:
    """Yield the numbers of a text that ``chinese_text.alike`` gave."""
    for match in _CALLED.finditer(text):
        called = _kind_called(text, match)
        if called:
            yield Span(*match.span("x"), called, "rule:labelled")
    for kind, rule in _BARE_RULES:
        for match in rule.finditer(text):
            yield Span(*match.span("x"), kind, "rule:labelled")
    for kind, method, rule, holds in RULES:
        for match in rule.finditer(text):
            group = next((one for one in ("x", "y") if match.groupdict().get(one)), 0)
            if holds(match.group(group)):
                start, end = match.span(group)
                yield Span(start, end - len(match.group(group)) + len(match.group(group).rstrip(" -(")), kind, method)
