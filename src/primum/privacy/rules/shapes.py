"""The shapes of numbers, addresses and ages by which strangers are found in a text, in English, Chinese and Spanish."""

import re
from collections.abc import Callable

from primum.privacy import dates
from primum.privacy.edges import AFTER, BEFORE

OLD = 90
"""Ages from here on are said as such no more (45 CFR 164.514(b)(2)(i)(C))."""
LONG = 9
"""A run of so many digits is somebody's number, whatever the text calls it."""
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_HAN = r"[\u4e00-\u9fff]"


def resident_id_is_valid(text: str) -> bool:
    """Return whether 18 characters are a resident identity number of the People's Republic of China.

    Source: GB 11643-1999, with the check character of ISO 7064:1983 MOD 11-2.
    """
    if not re.fullmatch(r"\d{17}[\dXx]", text):
        return False
    total = sum(int(one) * weight for one, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper() and dates.day(text[6:14]) is not None


def dni_is_valid(text: str) -> bool:
    """Return whether a text is a Spanish DNI or NIE, its letter being right.

    Source: Real Decreto 1553/2005, art. 11; the letter is the number modulo 23.
    """
    match = re.fullmatch(r"([XYZ]?)(\d{7,8})[\s\-]?([A-Z])", text.upper())
    if match is None or len(match[1]) + len(match[2]) != 8:  # noqa: PLR2004 - eight signs and the letter
        return False
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int({"X": "0", "Y": "1", "Z": "2"}.get(match[1], "") + match[2]) % 23] == match[3]


def _is_old(text: str) -> bool:
    digits = re.search(r"\d+", text)
    return digits is not None and int(digits.group()) >= OLD


def _always(_text: str) -> bool:
    return True


_AFTER_LABEL = r"\s*(?:no|nr|num|number|id|n[º°o]|#|号码?|號碼?|编号)?\s*[.:：#=]*\s*(?:is\s+|es\s+)?"
_MIXED = r"(?P<x>(?=[A-Z0-9\-/._]*\d)[A-Z0-9][A-Z0-9\-/._]{1,}[A-Z0-9])"
_NUMBERED = r"\d+[A-Za-z]?(?:[\-/]\d+)?"
_CAPITAL = "[A-ZÁÉÍÓÚÑ]"

_RECORD = (
    r"(?<![A-Za-z])(?:MRN|medical\s+record|health\s+record|hospital|patient\s+id|record|chart|case|accession|account|acct"
    r"|encounter|visit|policy|licen[cs]e|NHS|SSN|NHC|CIPA?|DNI|NIE|passport|pasaporte|historia(?:\s+cl[ií]nica)?"
    r"|expediente|afiliaci[oó]n|NUSS|N\.?I\.?F)" + _AFTER_LABEL + _MIXED
)
_HAN_RECORD = (
    r"(?:病历|病歷|病案|住院|门诊|門診|登记|检查|样本|标本|病理|医保|社保|身份证|身份證|护照|就诊卡|床|床位|卡|ID)"
    r"(?:号码?|號碼?|编号|号)\s*(?:为|是)?[:：]?\s*(?P<x>[A-Za-z]{0,4}\-?\d[\dA-Za-z\-]*)"
)
_PHONE_AMERICAN = (
    r"(?<![\d\-.])(?:1[\s.\-])?\(?[2-9]\d{2}\)?[\s.\-]\d{3}[\s.\-]\d{4}(?:\s*(?:x|ext\.?)\s*\d{1,6})?(?![\d\-])"
)
_PHONE_SPANISH = (
    r"(?<![A-Za-z0-9_.,\-])[6789]\d{2}[\s.\-](?:\d{3}[\s.\-]\d{3}|\d{2}[\s.\-]\d{2}[\s.\-]\d{2})(?![A-Za-z0-9_,\-])"
)
_PHONE_LABELLED = (
    rf"{BEFORE}(?:tel(?:e?phone|[eé]fono)?|phone|mobile|cell|m[oó]vil|fax|pager|bleep|ring|call|ll?amar al?)"
    r"\s*(?:no|number|n[º°])?\s*[.:：]*\s*(?P<x>\+?\(?\d[\d\s().\-]{4,}\d)"
)
_PHONE_HAN = (
    r"(?:电话|電話|手机|手機|联系方式|传真|座机)(?:号码?)?"
    r"\s*(?:为|是)?[:：]?\s*(?P<x>\+?\(?\d[\d\s()\uff08\uff09\-]{4,}\d)"
)
_STREET = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Av|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Way|Square|Sq|Terrace|Close"
    r"|Crescent|Row|Mews|Grove|Gardens|Highway|Hwy|Parkway|Pkwy)"
)
_ADDRESS_ENGLISH = (
    r"(?<![A-Za-z0-9_.])(?:(?:Flat|Apt|Apartment|Unit|Suite)\.?\s*\w{1,5},?\s+)?\d{1,5}[A-Za-z]?,?\s+(?:[A-Z][\w'\u2019\-]+\s+){1,4}"
    + _STREET
    + r"\b(?:\.?,?\s*(?:Apt|Apartment|Flat|Unit|Suite|#)\.?\s*\w{1,5})?(?:\.?,\s*[A-Z][\w\s'\u2019\-]{2,30})?"
    r"(?:,?\s*[A-Z]{2}\s+\d{5}(?:-\d{4})?)?"
)
_ADDRESS_SPANISH = (
    rf"{BEFORE}(?:Calle|C/|C\.|Avda?\.?|Avenida|Plaza|Pza\.?|Paseo|P[ºo]\.?|Camino|Carretera|Ctra\.?|Ronda|Traves[ií]a)"
    rf"\s+(?:(?:de|del|la|las|los|el|San|Santa)\s+)*{_CAPITAL}[\w\-]*(?:\s+(?:(?:de|del|la|las|los|y)\s+)*{_CAPITAL}[\w\-]*)"
    rf"{{0,4}}(?:,?\s*(?:n[º°.]*\s*|núm\.?\s*)?{_NUMBERED})?(?:,?\s*\d+[º°ª]\s*\w{{0,3}})?"
    rf"(?:,?\s*\d{{5}}(?:\s+{_CAPITAL}\w+)?)?"
)
_ADDRESS_HAN = (
    rf"(?:{_HAN}{{2,8}}?(?:省|自治区|市))?(?:{_HAN}{{1,8}}?(?:市|区|區|县|縣|旗|州))?(?:{_HAN}{{1,8}}?(?:街道|镇|乡|社区))?"
    rf"{_HAN}{{1,8}}?(?:路|街|大道|道|巷|弄|胡同|村|里)\s*{_NUMBERED}\s*(?:号|號|弄|组|栋|幢)(?:院)?"
    r"(?:[\w\-]{0,6}?(?:栋|幢|楼|号楼|单元|室|层|樓))*(?:\d{3,4}室?)?"
)
_ADDRESS_LABELLED = (
    rf"{BEFORE}(?:address|lives\s+at|resides\s+at|residing\s+at|domicilio|direcci[oó]n|vive\s+en)\s*[:：]?\s+"
    r"(?P<x>[^;\n.]{4,80})"
)
_ADDRESS_HAN_LABELLED = (
    r"(?:住址|地址|家庭住址|户籍地?|现住|籍贯|居住地|工作单位|单位)\s*[:：]\s*(?P<x>[^\uff0c,\u3002\uff1b;\n]{3,60})"
)
_POSTCODE_LABELLED = (
    rf"{BEFORE}(?:ZIP(?:\s+code)?|post\s?code|postal\s+code|c[oó]digo\s+postal|C\.?P\.?|邮编|郵編|邮政编码)"
    r"\s*[:：]?\s*(?P<x>\d{4,6})(?!\d)"
)
_AGE = (
    r"(?<![\d.])\d{2,3}"
    r"(?=[\s\-]*(?:years?[\s\-]+old|years?\s+of\s+age|y/?o\b|yrs?\b|years?\b|años|周?岁|周?歲))"
)

Rule = tuple[str, re.Pattern[str], Callable[[str], bool]]


def _rule(tag: str, pattern: str, holds: Callable[[str], bool] = _always, flags: int = re.IGNORECASE) -> Rule:
    return tag, re.compile(pattern, flags), holds


RULES: tuple[Rule, ...] = (
    _rule(
        "URL",
        r"(?:https?|ftp)://[^\s<>\"'\uff0c\u3002\uff1b\uff09]+|(?<![A-Za-z0-9_@])www\.[^\s<>\"'\uff0c\u3002\uff1b\uff09]+",
    ),
    _rule("URL", r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])"),
    _rule("EMAIL", r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)+"),
    _rule("ID", r"(?<![A-Za-z0-9])\d{17}[\dXx](?![A-Za-z0-9])", resident_id_is_valid),
    _rule("ID", r"(?<![A-Za-z0-9_\-])\d{3}-\d{2}-\d{4}(?![A-Za-z0-9_\-])"),
    _rule("ID", rf"{BEFORE}(?:[XYZ]\d{{7}}|\d{{8}})[\s\-]?[A-Z]{AFTER}", dni_is_valid),
    _rule("ID", _RECORD),
    _rule("ID", _HAN_RECORD),
    _rule("PHONE", r"(?<![A-Za-z0-9])(?:\+|00)\d{1,3}[\s.\-]?\(?\d{1,5}\)?(?:[\s.\-]?\d{2,5}){1,5}(?!\d)"),
    _rule("PHONE", r"(?<![A-Za-z0-9])1[3-9]\d(?:[\s\-]?\d{4}){2}(?!\d)"),
    _rule("PHONE", r"(?<![\d\-])\(?0\d{2,4}\)?[\s\-]\d{3,4}[\s\-]?\d{3,4}(?![\d\-])"),
    _rule("PHONE", _PHONE_AMERICAN),
    _rule("PHONE", _PHONE_SPANISH),
    _rule("PHONE", _PHONE_LABELLED),
    _rule("PHONE", _PHONE_HAN),
    _rule("ADDRESS", _ADDRESS_ENGLISH, flags=0),
    _rule("ADDRESS", _ADDRESS_SPANISH, flags=0),
    _rule("ADDRESS", _ADDRESS_HAN),
    _rule("ADDRESS", _ADDRESS_LABELLED),
    _rule("ADDRESS", _ADDRESS_HAN_LABELLED),
    _rule("ADDRESS", rf"{BEFORE}[A-Z]{{1,2}}\d[A-Z\d]?\s\d[A-Z]{{2}}{AFTER}", flags=0),
    _rule("ADDRESS", r"(?<![\d\-])\d{5}-\d{4}(?![\d\-])"),
    _rule("ADDRESS", _POSTCODE_LABELLED),
    _rule("AGE", _AGE, _is_old),
    _rule("AGE", rf"{BEFORE}(?:aged?|edad|年龄)\s*(?:de|:|：)?\s*(?P<x>\d{{2,3}})(?![\d.])", _is_old),
    _rule("ID", rf"(?<![\d.])\d{{{LONG},}}[Xx]?(?!\d|\.\d)"),
)
"""Tag, expression (its group ``x``, where there is one, is what is replaced), and what must hold of the match."""
