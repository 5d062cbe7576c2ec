# ruff: noqa: RUF001 - full-width digits and letters are what is tested
"""Identifiers in Chinese texts, each kind in its forms and beside what only looks like it. Nobody here is real."""

import time

import pytest

from primum.privacy.rules import chinese, chinese_belief, chinese_dates
from primum.privacy.rules.chinese_text import alike
from primum.privacy.spans import Kind, Span

KEPT = {Kind.AGE, Kind.SEX, Kind.FAMILY, Kind.PROFESSION, Kind.NATIONALITY, Kind.TITLE, Kind.REGION}
RIC = "11010519491231002X"
"""The example of GB 11643 itself."""


def masked(text: str, kind: Kind | None = None) -> str:
    """Return a text with every sign that is found, of a kind or of all that are replaced, as an underscore."""
    signs = list(text)
    for span in chinese.find(text):
        if span.kind is kind or (kind is None and span.kind not in KEPT and span.method != "rule:year"):
            signs[span.start : span.end] = "_" * (span.end - span.start)
    return "".join(signs)


def found(text: str) -> dict[Kind, set[str]]:
    """Return what is found of each kind."""
    kinds: dict[Kind, set[str]] = {}
    for span in chinese.find(text):
        kinds.setdefault(span.kind, set()).add(text[span.start : span.end])
    return kinds


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("姓名：王建国  性别：男", "王建国"),
        ("姓名:张伟 年龄:45岁", "张伟"),
        ("姓 名：李 娜   科 别：内科", "李 娜"),
        ("患者姓名：欧阳静怡，女", "欧阳静怡"),
        ("患者王建国因咳嗽3天入院", "王建国"),
        ("患者赵敏，女，34岁", "赵敏"),
        ("患者陈丽华明显消瘦", "陈丽华"),
        ("患者刘洋发热3天", "刘洋"),
        ("患者姓名：司马光远", "司马光远"),
        ("家属（妻子）刘秀英签字", "刘秀英"),
        ("其女张晓梅诉患者昨夜烦躁", "张晓梅"),
        ("由儿子孙志强陪同就诊", "孙志强"),
        ("经治医师：周海涛", "周海涛"),
        ("医师签名：何静", "何静"),
        ("主刀：张伟、李强/王芳", "李强"),
        ("报告医师：吴桐  审核医师：郑浩", "郑浩"),
        ("请心内科张主任会诊", "张"),
        ("王建国主任医师查房", "王建国"),
        ("李护士长来看过", "李"),
        ("陈女士昨日来电", "陈"),
        ("老王今早又不肯吃药", "老王"),
        ("小李，明天复查", "小李"),
        ("王某某，男，45岁", "王某某"),
        ("张×，女，30岁", "张×"),
        ("李**要求出院", "李**"),
        ("阿依古丽·买买提，女，32岁", "阿依古丽·买买提"),
        ("患者扎西次仁诉腹痛", "扎西次仁"),
        ("约翰·史密斯于今日入院", "约翰·史密斯"),
        ("联系人：王芳（女儿）", "王芳"),
        ("5床李桂花今晨体温38.5℃", "李桂花"),
        ("姓名：Zhang Wei", "Zhang Wei"),
        ("患者 WANG JIANGUO 于", "WANG JIANGUO"),
        ("患者張偉因發熱入院", "張偉"),
        ("主治醫師：陳麗華", "陳麗華"),
        ("值班护士：马晓燕 记录", "马晓燕"),
        ("受益人：许文博", "许文博"),
        ("我叫陈思，今年28岁", "陈思"),
        ("王芳、李明两名家属在场", "王芳"),
        ("术者：高建平", "高建平"),
        ("\n                刘明\n", "刘明"),
    ],
)
def test_names_are_found(text: str, name: str) -> None:
    at = text.index(name)
    assert set(masked(text, Kind.NAME)[at : at + len(name)].replace(" ", "_")) == {"_"}


@pytest.mark.parametrize(
    "text",
    [
        "子宫前位，大小便正常，小便色黄。",
        "霍奇金淋巴瘤予伊立替康治疗。",
        "患者高血压病史10年，白细胞升高。",
        "黄疸消退，金黄色葡萄球菌阳性。",
        "马来酸依那普利10mg，常规剂量。",
        "患者何时出现症状不详，时间约3小时。",
        "向主任医师汇报病情，科主任同意。",
        "主治医师、住院医师、全科医生均可开具。",
        "帕金森病、阿尔茨海默病、桥本甲状腺炎。",
        "方案：FOLFOX，周期21天。",
        "患者左侧肢体乏力，于今日入院。",
        "家属高度重视，予安静休息。",
        "患者时有心悸，常于夜间发作。",
        "唐氏综合征，马凡综合征，杜氏肌营养不良。",
        "小叶增生，小时候患麻疹，老年性白内障。",
        "由于病情变化，请相关科室会诊。",
        "石膏固定，毛细支气管炎，孟鲁司特。",
        "患者易疲劳，全身乏力，平素体健。",
        "阿莫西林·克拉维酸钾口服。",
        "和平时相比，任何治疗均有风险。",
        "医师：已告知。患者：拒绝。签名：同上",
        "管床医生交班，高年资护士带教。",
    ],
)
def test_words_that_look_like_names_stay(text: str) -> None:
    assert masked(text, Kind.NAME) == text


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        (f"身份证号：{RIC}", Kind.NATIONAL_ID, RIC),
        (f"持{RIC}代领", Kind.NATIONAL_ID, RIC),
        ("证件号１１０１０５１９４９１２３１００２Ｘ", Kind.NATIONAL_ID, "１１０１０５１９４９１２３１００２Ｘ"),
        ("110105 19491231 002X", Kind.NATIONAL_ID, "110105 19491231 002X"),
        ("身份证110105491231002，", Kind.NATIONAL_ID, "110105491231002"),
        ("身份证110105********002X", Kind.NATIONAL_ID, "110105********002X"),
        ("护照号码E12345678", Kind.NATIONAL_ID, "E12345678"),
        ("持EA1234567入境", Kind.NATIONAL_ID, "EA1234567"),
        ("香港身份证A123456(7)", Kind.NATIONAL_ID, "A123456(7)"),
        ("身分證字號A123456789", Kind.NATIONAL_ID, "A123456789"),
        ("电话13812345678", Kind.PHONE, "13812345678"),
        ("138 1234 5678联系", Kind.PHONE, "138 1234 5678"),
        ("138-1234-5678", Kind.PHONE, "138-1234-5678"),
        ("+86 13812345678", Kind.PHONE, "13812345678"),
        ("138****5678", Kind.PHONE, "138****5678"),
        ("座机010-62345678转305", Kind.PHONE, "010-62345678转305"),
        ("（027）87654321", Kind.PHONE, "027）87654321"),
        ("联系电话：62345678", Kind.PHONE, "62345678"),
        ("服务热线400-810-1234", Kind.PHONE, "400-810-1234"),
        ("手机一三八〇〇一二三四五六", Kind.PHONE, "一三八〇〇一二三四五六"),
        ("传真：010-62345679", Kind.FAX, "010-62345679"),
        ("微信号：wxid_abc123", Kind.SOCIAL, "wxid_abc123"),
        ("加我微信 lily_2020", Kind.SOCIAL, "lily_2020"),
        ("QQ：123456789", Kind.SOCIAL, "123456789"),
        ("vx: doctor-zhao", Kind.SOCIAL, "doctor-zhao"),
        ("抖音号abc12345", Kind.SOCIAL, "abc12345"),
        ("住院号：0012345", Kind.RECORD_NUMBER, "0012345"),
        ("病案号 123456", Kind.RECORD_NUMBER, "123456"),
        ("门诊号为20230512", Kind.RECORD_NUMBER, "20230512"),
        ("病理号：B2023-01234", Kind.RECORD_NUMBER, "B2023-01234"),
        ("CT号：CT0012345", Kind.RECORD_NUMBER, "CT0012345"),
        ("检验编号:20230305-118", Kind.RECORD_NUMBER, "20230305-118"),
        ("就诊卡1735409", Kind.RECORD_NUMBER, "1735409"),
        ("医保卡号：A12345678", Kind.INSURANCE, "A12345678"),
        ("社保号 1100123456", Kind.INSURANCE, "1100123456"),
        ("保单号：PDAA202311000012", Kind.INSURANCE, "PDAA202311000012"),
        ("新农合证号420100123", Kind.INSURANCE, "420100123"),
        ("报案号：Y20230001", Kind.INSURANCE, "Y20230001"),
        ("银行卡号6222 0212 3456 7890 123", Kind.ACCOUNT, "6222 0212 3456 7890 123"),
        ("账号：622848001234567", Kind.ACCOUNT, "622848001234567"),
        ("卡号 6217001234567890", Kind.ACCOUNT, "6217001234567890"),
        ("汇款账户号：11001234", Kind.ACCOUNT, "11001234"),
        ("4111 1111 1111 1111", Kind.ACCOUNT, "4111 1111 1111 1111"),
        ("执业证书编号：110420000012345", Kind.LICENCE, "110420000012345"),
        ("医师资格证书号201242110", Kind.LICENCE, "201242110"),
        ("驾驶证号420106198001011234", Kind.LICENCE, "420106198001011234"),
        ("营业执照号：914201001234", Kind.LICENCE, "914201001234"),
        ("许可证编号 12345678", Kind.LICENCE, "12345678"),
        ("车牌号粤B12345", Kind.VEHICLE, "粤B12345"),
        ("肇事车辆京A·12345", Kind.VEHICLE, "京A·12345"),
        ("鄂AD12345新能源", Kind.VEHICLE, "鄂AD12345"),
        ("沪C 88888", Kind.VEHICLE, "沪C 88888"),
        ("京A1234警", Kind.VEHICLE, "京A1234警"),
        ("起搏器序列号：PJN123456", Kind.DEVICE, "PJN123456"),
        ("SN：LZ12345H", Kind.DEVICE, "LZ12345H"),
        ("呼吸机设备编号 20190012", Kind.DEVICE, "20190012"),
        ("人工耳蜗编号 1234567", Kind.DEVICE, "1234567"),
        ("UDI：(01)06901234567892", Kind.DEVICE, "(01)06901234567892"),
        ("12床患者", Kind.BED, "12床"),
        ("床号：36", Kind.BED, "36"),
        ("加3床今日出院", Kind.BED, "加3床"),
        ("+5床", Kind.BED, "+5床"),
        ("16-2床", Kind.BED, "16-2床"),
        ("病房：1205", Kind.BED, "1205"),
        ("邮编：430030", Kind.POSTCODE, "430030"),
        ("邮政编码100084", Kind.POSTCODE, "100084"),
        ("珞喻路100号（430070）", Kind.POSTCODE, "430070"),
        ("邮编 200 邮编200032", Kind.POSTCODE, "200032"),
        ("邮递区号：10617", Kind.POSTCODE, "10617"),
        ("工号：10086", Kind.OTHER_ID, "10086"),
        ("学号 2020123456", Kind.OTHER_ID, "2020123456"),
        ("快递单号SF1234567890123", Kind.OTHER_ID, "SF1234567890123"),
        ("合同编号：HT-20230012", Kind.OTHER_ID, "HT-20230012"),
        ("警号012345", Kind.OTHER_ID, "012345"),
    ],
)
def test_numbers_are_found_whole(text: str, kind: Kind, value: str) -> None:
    assert value in found(text).get(kind, set())


@pytest.mark.parametrize(
    "text",
    [
        "血压120/80mmHg，心率72次/分，体温36.8℃。",
        "白细胞12.5×10^9/L，血小板235×10^9/L。",
        "HBV-DNA 1234567IU/ml，AFP 20000ng/ml。",
        "卧床3天，4人病床，床旁心电图。",
        "3张床位，起床活动，床位紧张。",
        "p53(+)，Ki-67约30%，CD20(+)。",
        "NCT01234567入组标准，第3版指南。",
        "2.5×3.0cm，50mg/m2，1000ml。",
        "第12胸椎，L4/5，T1N0M0，G2P1。",
        "1:1000稀释，5%葡萄糖500ml。",
        "HP:0001250，c.35delG，chr7:117559590处。",
        "每日3次，每次2片，共7天。",
        "6号手术间，3号缝线，10号刀片。",
        "微信随访，电话回访，号码未留。",
        "住院号不详，身份证未带，医保病人。",
        "Ⅲ级护理，II度烧伤，5/6级杂音。",
        "京剧演员，沪语区，川崎病，青霉素。",
        "24小时尿蛋白1200mg，肌酐88.5μmol/L。",
    ],
)
def test_measurements_are_no_numbers_of_anybody(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("于2023年3月5日入院", "2023年3月5日"),
        ("2023-03-05 10:30", "2023-03-05"),
        ("2023.3.5查", "2023.3.5"),
        ("2023/3/5", "2023/3/5"),
        ("20230305采样", "20230305"),
        ("2023年3月复查", "2023年3月"),
        ("2023年3月底", "2023年3月底"),
        ("2023年3月5日至3月8日", "2023年3月5日至3月8日"),
        ("3月5日手术", "3月5日"),
        ("3月5号来的", "3月5号"),
        ("3月5-8日", "3月5-8日"),
        ("去年11月发病", "11月"),
        ("3月份开始", "3月份"),
        ("本月5号", "5号"),
        ("08年5月确诊", "08年5月"),
        ("23-03-05", "23-03-05"),
        ("03-05 换药", "03-05"),
        ("3/5 14:30 诉头痛", "3/5"),
        ("末次月经：3.12", "3.12"),
        ("民国112年3月5日", "民国112年3月5日"),
        ("112年3月5日", "112年3月5日"),
        ("112/03/05", "112/03/05"),
        ("二〇二三年三月五日", "二〇二三年三月五日"),
        ("二零二三年三月", "二零二三年三月"),
        ("三月五日", "三月五日"),
        ("农历正月初八", "农历正月初八"),
        ("腊月廿三", "腊月廿三"),
        ("癸卯年二月十五", "癸卯年二月十五"),
        ("２０２３年３月５日", "２０２３年３月５日"),
        ("5 March 2023", "5 March 2023"),
        ("Mar 5, 2023", "Mar 5, 2023"),
    ],
)
def test_dates_are_found(text: str, value: str) -> None:
    at = text.index(value)
    assert set(masked(text, Kind.DATE)[at : at + len(value)]) == {"_"}


@pytest.mark.parametrize(
    "text",
    [
        "上周三复查，前天、昨日、今晨",
        "病程3年6个月，2月余，10余天",
        "术后5日，5日前，共3日",
        "孕38周，月经第5天，周期28天",
        "每日2次，每月1次，3/6级杂音",
        "体温38.5℃，血红蛋白12.5g/dL",
        "2.5×3.1cm，1.5-3.5mmol/L",
        "三个月前，十月怀胎，一日三次",
        "3月龄婴儿，5日龄",
        "分期T2.3，评分15-20分",
    ],
)
def test_durations_are_no_dates(text: str) -> None:
    assert masked(text, Kind.DATE) == text


@pytest.mark.parametrize("text", ["2019年行手术", "自1998年起", "2008年确诊", "于2015年诊断", "1975年分娩"])
def test_a_year_alone_is_marked_as_such(text: str) -> None:
    spans = [span for span in chinese.find(text) if span.kind is Kind.DATE]
    assert spans
    assert {span.method for span in spans} == {"rule:year"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("家住武汉市洪山区珞喻路1037号3栋2单元501室。", "武汉市洪山区珞喻路1037号3栋2单元501室"),
        ("现住湖南省邵东县野鸡坪镇双江村5组", "湖南省邵东县野鸡坪镇双江村5组"),
        ("地址：上海市浦东新区张杨路500弄12号602室，", "上海市浦东新区张杨路500弄12号602室"),
        ("住址：幸福里小区3-2-501；", "幸福里小区3-2-501"),
        ("户籍：河南省固始县陈淋子镇", "河南省固始县陈淋子镇"),
        ("租住在朝阳路88号院4号楼", "朝阳路88号院4号楼"),
        ("送到解放大道1277号", "解放大道1277号"),
        ("臺北市大安區復興路12號3樓", "臺北市大安區復興路12號3樓"),
        ("現住址：高雄市三民區建國路100號", "高雄市三民區建國路100號"),
    ],
)
def test_addresses_are_found_to_the_door(text: str, value: str) -> None:
    at = text.index(value)
    assert "_" * len(value) == masked(text)[at : at + len(value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("在武汉打工", "武汉"),
        ("籍贯湖南邵东", "湖南邵东"),
        ("海淀区疾控", "海淀区"),
        ("乘火车至成都市", "成都市"),
        ("安徽岳西人", "安徽岳西"),
        ("自香港返回", "香港"),
    ],
)
def test_places_are_found(text: str, value: str) -> None:
    at = text.index(value)
    assert "_" * len(value) == masked(text)[at : at + len(value)]


@pytest.mark.parametrize(
    "text",
    [
        "长春新碱化疗，云南白药外用",
        "尿路感染，气道通畅，消化道出血",
        "传导通路，旁路消融，双侧对称",
        "患者住院12天，来自农村",
        "口周麻木，最大连续剂量，延长治疗",
        "四川人，湖南省，广西壮族自治区",
        "普洱茶，适合肥胖者，每日照射一次",
    ],
)
def test_words_that_look_like_places_stay(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("于武汉同济医院神经内科就诊", "武汉同济医院神经内科"),
        ("转至北京协和医院", "北京协和医院"),
        ("在当地镇卫生院及市第一人民医院治疗", "市第一人民医院"),
        ("湖北省荣军医院检查", "湖北省荣军医院"),
        ("就诊于中国人民解放军总医院", "中国人民解放军总医院"),
        ("社区：关山街社区卫生服务中心", "关山街社区卫生服务中心"),
        ("浙二就诊", "浙二"),
        ("市一院复查", "市一院"),
        ("廣州中山醫院", "廣州中山醫院"),
    ],
)
def test_hospitals_are_found_with_their_departments(text: str, value: str) -> None:
    at = text.index(value)
    assert "_" * len(value) == masked(text)[at : at + len(value)]


@pytest.mark.parametrize(
    "text",
    [
        "于当地医院就诊",
        "转上级医院，外院CT示",
        "我院神经内科，本院住院",
        "某三甲医院，县医院及社区医院",
        "综合医院、专科医院均可",
        "门诊部、急诊科、体检中心",
    ],
)
def test_hospitals_without_a_name_stay(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("就读于武汉市第二中学", "武汉市第二中学"),
        ("工作单位：宏达机械厂", "宏达机械厂"),
        ("在鑫源电子科技有限公司上班", "鑫源电子科技有限公司"),
        ("清华大学教授", "清华大学"),
        ("阳光幼儿园晨检", "阳光幼儿园"),
        ("海口二中学生", "海口二中"),
    ],
)
def test_employers_and_schools_are_found(text: str, value: str) -> None:
    at = text.index(value)
    assert "_" * len(value) == masked(text)[at : at + len(value)]


@pytest.mark.parametrize(
    "text",
    ["小学文化，大学本科", "某公司职员", "化工厂工人", "私营企业，外资公司", "初中毕业，上小学", "在学校食堂进餐"],
)
def test_employers_without_a_name_stay(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("患者，58岁", Kind.AGE, "58岁"),
        ("年龄：91", Kind.AGE, "91"),
        ("享年九十三岁", Kind.AGE, "九十三岁"),
        ("3岁6个月", Kind.AGE, "3岁6个月"),
        ("8月龄", Kind.AGE, "8月龄"),
        ("65周岁", Kind.AGE, "65周岁"),
        ("民族：维吾尔族", Kind.NATIONALITY, "维吾尔族"),
        ("，汉族，", Kind.NATIONALITY, "汉族"),
        ("国籍：加拿大 ", Kind.NATIONALITY, "加拿大"),
        ("美国籍", Kind.NATIONALITY, "美国"),
        ("民族:壮", Kind.NATIONALITY, "壮"),
        ("职业：农民 婚姻", Kind.PROFESSION, "农民"),
        ("，退休工人，", Kind.PROFESSION, "退休工人"),
        ("职业：会计师，", Kind.PROFESSION, "会计师"),
        ("，教师，", Kind.PROFESSION, "教师"),
        ("系司机，", Kind.PROFESSION, "司机"),
        ("性别：女", Kind.SEX, "女"),
        ("，男，", Kind.SEX, "男"),
        ("性别 男", Kind.SEX, "男"),
        ("(女)", Kind.SEX, "女"),
        ("男性，45岁", Kind.SEX, "男"),
        ("其父亲", Kind.FAMILY, "父亲"),
        ("家属要求", Kind.FAMILY, "家属"),
        ("女儿陪同", Kind.FAMILY, "女儿"),
        ("岳母", Kind.FAMILY, "岳母"),
        ("老伴", Kind.FAMILY, "老伴"),
    ],
)
def test_what_somebody_is_is_told_too(text: str, kind: Kind, value: str) -> None:
    assert value in found(text).get(kind, set())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("18岁以上者入组", Kind.AGE),
        ("病程58天", Kind.AGE),
        ("种族与民族差异", Kind.NATIONALITY),
        ("家族史阴性", Kind.NATIONALITY),
        ("男科门诊", Kind.SEX),
        ("女性激素水平", Kind.SEX),
        ("职业暴露", Kind.PROFESSION),
        ("教师节", Kind.PROFESSION),
        ("子女均分", Kind.SEX),
    ],
)
def test_what_nobody_is_is_not_told(text: str, kind: Kind) -> None:
    assert kind not in found(text)


@pytest.mark.parametrize(
    ("text", "old"),
    [
        ("93岁", 93),
        ("九十三岁", 93),
        ("九十岁", 90),
        ("一百零二岁", 102),
        ("十岁", 10),
        ("八岁", 8),
        ("8月龄", 8),
        ("岁", None),
    ],
)
def test_ages_are_read_in_words_too(text: str, old: int | None) -> None:
    assert chinese_dates.years(text) == old


def test_a_text_made_alike_keeps_its_length() -> None:
    text = "姓名：張偉　ＩＤ１２３，😀龍\n"
    assert len(alike(text)) == len(text)
    assert alike(text) == "姓名:张伟 ID123,😀龙\n"


def test_spans_are_ordered_inside_the_text_and_name_their_method() -> None:
    text = f"姓名：王芳，身份证{RIC}，2023年3月5日由北京协和医院转入，电话13812345678。"
    spans = chinese.find(text)
    assert spans == sorted(spans)
    assert all(0 <= one.start < one.end <= len(text) and ":" in one.method for one in spans)
    assert {"checksum:resident-id", "rule:name-labelled"} <= {one.method for one in spans}


@pytest.mark.parametrize("text", ["", " ", "\n", "。", "\x00", "abc", "😀", "·", "姓名：", "号" * 5, "1" * 40])
def test_odd_texts_do_no_harm(text: str) -> None:
    assert isinstance(chinese.find(text), list)


@pytest.mark.parametrize(
    "piece", ["王", "号1", "1-", "路1号", "（", "年1月", "省市县", "患者王", "，，", "阿·", "住院号：A-", "五月"]
)
def test_time_grows_with_length_alone(piece: str) -> None:
    def seconds(times: int) -> float:
        text = piece * times
        begun = time.process_time()
        chinese.find(text)
        return time.process_time() - begun

    seconds(10)
    short, long = seconds(300), seconds(2_400)
    assert long < 30 * max(short, 0.01)


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("查艳宽随访", Kind.NAME, "查艳宽"),
        ("阿依古丽·买买提", Kind.NAME, "阿依古丽·买买提"),
        ("老余说", Kind.NAME, "老余"),
        ("王某入院", Kind.NAME, "王"),
        ("由 Smith 翻译", Kind.NAME, "Smith"),
        ("盛京医院", Kind.HOSPITAL, "盛京医院"),
        ("环城路小学", Kind.ORGANISATION, "环城路小学"),
        ("纺织西路582号", Kind.STREET, "纺织西路582号"),
    ],
)
def test_what_can_be_somebody_is_believed_of_a_tagger(text: str, kind: Kind, word: str) -> None:
    start = text.index(word)
    span = Span(start, start + len(word), kind, "tagger:zh")
    assert chinese_belief.believed(text, [span]) == [span]


@pytest.mark.parametrize(
    ("text", "kind", "word"),
    [
        ("子宫前位", Kind.NAME, "子宫"),
        ("高血压病", Kind.NAME, "高血压"),
        ("黄疸消退", Kind.NAME, "黄疸"),
        ("石膏固定", Kind.NAME, "石膏"),
        ("张力增高", Kind.NAME, "张"),
        ("明确诊断", Kind.NAME, "明确"),
        ("我院就诊", Kind.HOSPITAL, "我院"),
        ("当地医院", Kind.HOSPITAL, "当地"),
        ("体温38.5", Kind.RECORD_NUMBER, "38.5"),
        ("术后3天", Kind.DATE, "3天"),
        ("阴道", Kind.ORGANISATION, "阴道"),
    ],
)
def test_what_cannot_be_somebody_is_not(text: str, kind: Kind, word: str) -> None:
    start = text.index(word)
    assert not chinese_belief.believed(text, [Span(start, start + len(word), kind, "tagger:zh")])
