"""Words by which the headers of columns are known, in English, Spanish and Chinese; small letters, no accents."""

import re
from typing import Literal

from primum.domain.study import Column

Identifier = Literal["", "name", "record_number", "phone", "address", "email", "national_id", "other"]

Words = frozenset[str]


def _words(text: str) -> Words:
    return frozenset(re.split(r"\s*;\s*", text.strip()))


IDENTIFIERS: dict[Identifier, Words] = {
    "record_number": _words("""
        mrn; nhc; record; record number; hospital number; case number; chart number; visit number; accession number;
        historia clinica; numero de historia; expediente; numero de expediente; patient identifier value;
        病历号; 病案号; 住院号; 门诊号; 患者编号; 病人编号; 患者id; 登记号; 就诊号; 就诊卡号; 标本号
    """),
    "national_id": _words("""
        ssn; social security; social security number; national id; national identifier; passport; passport number; nhs;
        nhs number; nhs no; dni; nie; curp; cpf; cedula; pasaporte;
        身份证; 身份证号; 身份证号码; 证件号; 证件号码; 护照; 护照号; 社保号; 医保号; 医保卡号
    """),
    "email": _words("email; e mail; mail; email address; correo; correo electronico; 邮箱; 电子邮箱; 电子邮件"),
    "phone": _words("""
        phone; phone number; telephone; telephone number; tel; mobile; mobile phone; mobile number; cell phone;
        cellphone; fax; fax number; telefono; movil; celular;
        patient telecom value;
        电话; 电话号码; 联系电话; 手机; 手机号; 手机号码; 联系方式
    """),
    "address": _words("""
        address; home address; street; street address; postal address; address line; addr; direccion; domicilio; calle;
        patient address line; patient address city; 住址; 地址; 家庭住址; 联系地址; 现住址; 户籍地址
    """),
    "name": _words("""
        name; names; patient name; full name; first name; last name; given name; family name; middle name; maiden name;
        surname; forename; firstname; lastname; fullname; patientname; nombre; nombres; apellido; apellidos;
        nombre completo; nombre del paciente; patient name text; patient name family; patient name given;
        姓名; 患者姓名; 病人姓名; 名字; 联系人
    """),
    "other": _words("""
        ip; ip address; insurance id; insurance number; policy number; account number; license plate; licence plate;
        serial number; device serial number; url; cuenta; numero de seguro; 车牌号; 银行卡号; 账号
    """),
}
"""Kind of identifier to the headers that name it."""

OWNER = _words("""
    patient; subject; person; pat; participant; case; chart; hospital; paciente; sujeto; note; document; report; letter
""")
NUMBER = _words("id; no; nr; num; number; identifier; code; key")
"""A header of one word of OWNER and one of NUMBER, as ``patient_id``, is a record number."""

DATE = _words("date; dob; timestamp; datetime; day; birthdate; birthday; born; fecha; nacimiento; start; time")
DATE_PARTS = ("日期", "时间", "生日", "出生")
QUASI = _words("""
    sex; gender; sexo; genero; age; edad; zip; zipcode; zip code; postcode; post code; postal code; codigo postal;
    ethnicity; race; etnia; occupation; ocupacion; marital status; estado civil; patient gender;
    patient address postalcode; patient address postal code; 性别; 年龄; 邮编; 邮政编码; 民族; 职业; 婚姻; 婚姻状况
""")
QUASI_FIRST = _words("age; edad; sex; gender")
OUTCOME = _words("""
    diagnosis; outcome; label; target; class; disease; malignant; malignancy; died; death; dead; mortality; readmitted;
    readmission; survived; diagnostico; resultado; desenlace; condition code text; category; specialty; condition
""")
OUTCOME_PARTS = ("诊断", "结局", "标签", "死亡", "类别", "科室")
UNIT = _words("unit; units; uom; unidad; unidades")
UNIT_PARTS = ("单位",)

MISSING: Words = frozenset(Column.model_fields["missing"].default)


def has(words: str, wanted: Words, parts: tuple[str, ...] = ()) -> bool:
    """Return whether a header is one of the phrases, holds one of them as a word, or a part in Chinese."""
    return words in wanted or bool(wanted & set(words.split())) or any(one in words for one in parts)
