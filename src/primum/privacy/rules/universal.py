"""Numbers and addresses on the net that identify somebody, in any language."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from stdnum import iban, imei, luhn
from stdnum.gb import nhs
from stdnum.us import ein, ssn

from primum.privacy.lexicons.loader import words
from primum.privacy.rules.labels import labelled, plates
from primum.privacy.rules.scanning import Hints, Seen
from primum.privacy.spans import Kind, Span

LONGEST = 64
"""Signs of one run that are looked at."""
LONG = 7
"""A number of so many digits and more, without a unit, is no measurement."""
CARD = range(13, 20)
"""Digits of a payment card."""
VIN, TELEPHONE, SHORTEST_WALLET = 17, 10, 26
"""Signs of a vehicle's number, of a telephone number in North America, of a wallet's address at least."""
FEWEST = 4
"""Runs of fewer digits are measurements or codes of medicine."""
_VIN_VALUES = dict(
    zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", [*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], strict=True)
)
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)

_RUN = re.compile(r"\d[0-9A-Za-z]*(?:[\-/._#:*+=&][0-9A-Za-z*]+)*")
_HEAD = re.compile(r"(?:[A-Za-z]{1,12}[\-#:._]?|[X*]{3}[\- ][X*]{2}[\- ]|[A-Za-z0-9]{1,16}:)\Z")
_MASKED = re.compile(r"[Xx*\u2022]{3}[\- ][Xx*\u2022]{2}[\- ]\d{4}(?!\d)")
_UNIT = re.compile(
    r"\s?(?:%|mg|mcg|[µμ]g|ug|g\b|kg|ng|pg|lbs?\b|oz\b|mL|ml|cc\b|dL|L\b|mm|cm|m\b|km|miles?\b|ft\b"
    r"|in\b|units?\b|IU|mIU|U\b|mEq|mmol|[µμ]mol|cells|copies|"
    r"/|x\b|bpm|mmHg|Hz|kHz|kcal|cal\b|hours?|hrs?\b|min\b|minutes?|sec\b|days?|weeks?|months?|years?"
    r"|patients|women|men|people|per\b|"
    r"dollars|euros|USD|EUR|GBP|rpm|Gy|cGy|mSv|mCi|MBq|platelets|WBC|RBC)",
)
_MONEY = re.compile(r"[$€£¥]\s?\Z")
_PHONE = re.compile(
    r"(?:\+|00)\s?(?:\(?\d{1,3}\)?)(?:[ .\-/]?\(?\d{1,5}\)?){1,6}(?P<x1>(?:\s?(?:x|ext\.?|extension)\s?\d{1,6})?)(?!\d)"
    r"|(?:1[\s.\-]?)?(?:\(\s?[2-9]\d{2}\s?\)[\s.\-]?"
    r"|[2-9]\d{2}[\s.\-])[2-9]\d{2}[\s.\-]?\d{4}(?:\s?(?:x|ext\.?|extension|#)\s?\d{1,6})?(?!\d)"
    r"|1?[2-9]\d{2}[2-9]\d{6}(?:\s?(?:x|ext\.?)\s?\d{1,6})(?!\d)"
    r"|\(?0\d{1,4}\)?[ .\-/]\d{3,4}[ .\-]?\d{3,4}(?!\d)|\(?0\d{1,5}\)?[ .\-/]\d{4,8}(?!\d)"
    r"|0\d(?:[ .\-]\d{2}){4}(?!\d)|0\d{2,3}(?:[ .\-/]\d{2,3}){2,3}(?!\d)"
    r"|[6789]\d{2}(?:[ .\-]\d{3}){2}(?!\d)|[6789]\d{2}(?:[ .\-]\d{2}){3}(?!\d)|\d{5} \d{5}(?!\d)"
    r"|1[3-9]\d(?:[ \-]\d{4}){2}(?!\d)"
    r"|1\d{3}[ \-]\d{3}[ \-]\d{3}(?!\d)|[2-9]\d{3} \d{4}(?! ?\d)"
    r"|\(\d{2,3}\) ?\d{3,5}[ \-]?\d{3,4}(?!\d)|\d{3}[.\-]\d{3}[.\-]\d{4}(?:\s?x\d{1,6})?(?!\d)"
    r"|\d{2,3}[ \-]\d{3}[ \-]\d{2}[ \-]\d{2}(?!\d)"
)
"""Shapes of telephone numbers, each as written somewhere; tried only where a number begins."""
_LOCAL = re.compile(r"[2-9]\d{2}[\-.]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,6})?(?![\d\-.%])")
_START = re.compile(r"[+(\d](?:(?:(?<=\d)|(?<=[+(])\d)(?=[\d\s().\-/+]{5})|(?<=\+)(?=\(?\d))")
_DATE = re.compile(
    r"(?:19|20)\d\d[.\-/]\d{1,2}[.\-/]\d{1,2}(?!\d)|\d{1,2}[.\-/]\d{1,2}[.\-/](?:19|20)?\d\d(?!\d)"
    r"|(?:19|20)\d\d ?- ?(?:19|20)\d\d(?!\d)|(?:19|20)\d\d \d{2}:"
)
_CARD = re.compile(
    r"\d{4}(?:[ \-]\d{4}){2}[ \-]\d{1,7}(?!\d)|\d{4}[ \-]\d{6}[ \-]\d{4,5}(?!\d)|\d{4}(?:[ \-]\d{4}){3}[ \-]\d{3}(?!\d)"
)
_SSN = re.compile(r"\d{3}([\- ])\d{2}\1\d{4}(?![\d\-])")
_NHS = re.compile(r"\d{3}([\- ]?)\d{3}\1\d{4}(?!\d)")
_IBAN = re.compile(r"[A-Z](?<![A-Za-z0-9][A-Z])[A-Z]\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}(?![A-Za-z0-9])")
_SHAPED = re.compile(
    r"[A-Za-z]{1,5}[\-#]?\d{5,12}[A-Za-z]{0,2}(?:-\d{1,6})?"
    r"|[A-Za-z]{1,4}[\-#]?\d{2,4}(?:-\d{2,7}){1,4}|\d{2,4}-[A-Za-z]{1,3}-?\d{3,8}"
    r"|\d{3,6}[A-Za-z]{1,3}\d{2,6}"
    r"|[A-Z]{1,3}\d{2}-\d{3,7}|#\d{4,12}|\d{2,8}(?:-\d{2,8}){2,4}|\d{4,10}-\d{1,9}"
    r"|[A-Z]{2,3}\d{1,4}[A-Z]{2,3}\d{2,6}|\d{2}:[A-Z]{2}\d{3,7}"
)
_PUBLIC = re.compile(
    r"(?i:rs\d+|NCT\d+|ISRCTN\d+|PMC?ID:?\d+|PMID:?\d+|OMIM:?\d+|HP:\d+|GO:\d+|ORPHA:?\d+|CPT\W?\d+"
    r"|ICD\W?\d+|HCPCS\W?\w+|LOINC\W?\d+|SNOMED\W?\d+|N[MPRC]_\d+|"
    r"doi|ATC\W?\w+|EC\W?\d|CAS\W?\d|ISBN\W?\d+|ISSN\W?\d+|chr\d+|c\.\d+|p\.\w+|EN\d+|ISO\W?\d+|CHEMBL\d+)"
)
_IP = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:/\d{1,2}|:\d{2,5})?")
_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:")
_SIX = re.compile(
    r"(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}"
    r"|(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?"
)
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:\-]){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f])")
_HEX = re.compile(r"[0-9A-Fa-f:]{2,45}")
_NO_HAN = r"(?![\u3400-\u9fff])"
_HOST = rf"(?:{_NO_HAN}[\w\-]){{1,64}}(?:\.(?:{_NO_HAN}[\w\-]){{1,64}}){{1,5}}"
_MAIL = re.compile(
    rf"(?<![.+%\-'])(?<![^\W\u3400-\u9fff])(?:{_NO_HAN}[\w.+%\-']){{1,64}}@{_HOST}"
    rf"|(?<![.+%\-])(?<![^\W\u3400-\u9fff])(?:{_NO_HAN}[\w.+%\-]){{1,64}} ?(?:\(at\)|\[at\]) ?{_HOST}"
)
_HANDLE = re.compile(r"(?<![\w@./])@[A-Za-z_]\w{2,30}(?![\w@])")
_URL = re.compile(r"(?:https?|ftp|sftp|wss?)://[^\s<>\"'\u3000-\u303f\uff00-\uffef]{1,2000}", re.IGNORECASE)
_WWW = re.compile(r"(?<![\w@.])www\.[^\s<>\"'\u3000-\u303f\uff00-\uffef]{3,500}", re.IGNORECASE)
_SURE_ENDS = (
    "com org net edu gov mil info biz io uk de fr es nl ch se pl br jp cn ru au ca eu app dev ai tv "
    "cc nz ie dk fi cz hu ro gr pt tr il kr mx ar cl za"
    " health care online site xyz club shop store tech cloud page link blog news live world today "
    "life agency clinic hospital pharmacy doctor"
)
_DOUBTFUL_ENDS = "it at in is us be no me to so my am as id co hr la ly st mx do sh"
_DOMAIN = re.compile(
    rf"\.(?=[A-Za-z\u0130\u0131\u017f\u212a])(?i:(?P<sure>{'|'.join(_SURE_ENDS.split())})"
    rf"|(?P<doubtful>{'|'.join(_DOUBTFUL_ENDS.split())}))(?![\w\-]|\.\w)(?:/[^\s<>\"']{{0,500}})?"
)
_BEFORE_END = re.compile(r"(?<![\w@/.\-])(?:[\w\-]{1,63}\.){0,4}[\w\-]{2,63}\Z")
_PLAIN_ENDS = frozenset({"com", "org", "net", "edu", "gov", "info", "io", "uk", "de"})
"""Endings that are no words, whatever stands before them."""
_NET = (
    (_MAIL, Kind.EMAIL, Hints(("@", "(at)", "[at]")), LONGEST + 2),
    (_HANDLE, Kind.SOCIAL, Hints(("@",)), 0),
    (_URL, Kind.URL, Hints(("http", "ftp:", "wss:")), 1),
    (_WWW, Kind.URL, Hints(("www.",)), 0),
)
_NET_HINTS = frozenset(hints for _, _, hints, _ in _NET)
_GPS = re.compile(
    r"[+\-]?\d{1,2}\.\d{4,8}°?\s?[NS]?,\s?[+\-]?\d{1,3}\.\d{4,8}°?\s?[EW]?(?![\d.])|\d{1,2}°\s?\d{1,2}['\u2032]\s?[\d.]{1,7}[\"″]?\s?[NS],?\s?\d{1,3}°\s?\d{1,2}['\u2032]\s?[\d.]{1,7}[\"″]?\s?[EW]"
)
_COIN = re.compile(
    r"(?<![A-Za-z0-9])(?:bc1[a-z0-9]{25,59}|[13][1-9A-HJ-NP-Za-km-z]{25,34}|0x[0-9a-fA-F]{40})(?![A-Za-z0-9])"
)
_POLES = tuple(f"{pole} {digit}" for pole in "NS" for digit in range(10))
_NUMBERED = (
    (_GPS, Kind.STREET, "rule:coordinates", Hints(("\u00b0", ", -", ",-", *_POLES), exact=True), 16),
    (_MASKED, Kind.NATIONAL_ID, "rule:ssn", Hints(("xx-", "xx ", "**-", "\u2022\u2022-")), 4),
    (_COIN, Kind.ACCOUNT, "rule:wallet", Hints(("bc1", "0x")), 0),
)
_NUMBERED_HINTS = frozenset(hints for *_, hints, _ in _NUMBERED)


def find(text: str) -> list[Span]:
    """Return what identifies somebody by its form alone, or by a label before a number; spans may overlap.

    Source: ISO 13616 (IBAN), ISO/IEC 7812-1 (cards), ISO 3779 (vehicles), 3GPP TS 23.003 (IMEI), RFC 3986, 4291, 5322;
    check digits by python-stdnum.
    """
    return find_in(Seen(text))


def find_in(seen: Seen) -> list[Span]:
    """Return what ``find`` does."""
    found = list(_on_the_net(seen))
    if seen.has_digit:
        found += _numbers(seen)
        found += plates(seen)
    return found


# -- the net ----------------------------------------------------------------------------------------------------------
def _on_the_net(seen: Seen) -> Iterator[Span]:
    text = seen.text
    for pattern, kind, hints, back in _NET if seen.has_any(_NET_HINTS) else ():
        for match in seen.near(pattern, hints, before=back, after=2048):
            yield Span(match.start(), match.end() - (_tail(match.group()) if kind is Kind.URL else 0), kind, "rule:net")
    for match in _DOMAIN.finditer(text) if "." in text else ():
        before = _BEFORE_END.search(text, max(0, match.start() - LONGEST), match.start())
        if before and _is_domain(before.group(), match):
            yield Span(before.start(), match.end() - _tail(match.group()), Kind.URL, "rule:domain")
    if ":" in text:
        yield from _hexadecimal(text)


def _tail(address: str) -> int:
    """Return how many signs at the end of an address belong to the sentence around it."""
    return len(address) - len(address.rstrip(".,;:!?)]}'\""))


def _is_domain(before: str, match: re.Match[str]) -> bool:
    last = before.rsplit(".", 1)[-1]
    if last.isdigit() or not any(one.isalpha() for one in before):
        return False
    is_word = last.lower() in words("en_words")
    if match["sure"]:
        return not is_word or match["sure"].lower() in _PLAIN_ENDS
    is_marked = "-" in last or any(one.isdigit() or one.isupper() for one in last[1:])
    return (
        match["doubtful"].islower() and not last.isupper() and (is_marked or (len(last) >= FEWEST + 1 and not is_word))
    )


def _hexadecimal(text: str) -> Iterator[Span]:
    last = -1
    for colon in _COLONS.finditer(text):
        if colon.start() < last:
            continue
        start = colon.start()
        while start > 0 and colon.start() - start < LONGEST and (text[start - 1] in "0123456789abcdefABCDEF:"):
            start -= 1
        match = _HEX.match(text, start)
        if match is None or (start and text[start - 1].isalnum()):
            continue
        last = match.end()
        run = match.group().rstrip(":") if not match.group().endswith("::") else match.group()
        if text[start + len(run) : start + len(run) + 1].isalnum():
            continue
        if _MAC.fullmatch(run):
            yield Span(start, start + len(run), Kind.DEVICE, "rule:mac")
        elif _SIX.fullmatch(run) and len(run) > 3:  # noqa: PLR2004 - "::" alone parts words
            yield Span(start, start + len(run), Kind.IP, "rule:ip")


# -- numbers ----------------------------------------------------------------------------------------------------------
def _numbers(seen: Seen) -> Iterator[Span]:
    text, low = seen.text, seen.low
    yield from _dialled(text)
    last = 0
    for match in _RUN.finditer(text):
        start = _head(text, match.start())
        if start < last or _is_short(text, match):
            continue
        named = labelled(text, low, start)
        if named:
            last = named.end
            yield named
        end = match.end() - _tail(match.group())
        kind = _kind(text, start, end, match.start())
        if kind is not None:
            yield Span(start, end, *kind)
    for match in _IBAN.finditer(text):
        yield from _bank(match)
    for pattern, of, method, hints, back in _NUMBERED if seen.has_any(_NUMBERED_HINTS) else ():
        for match in seen.near(pattern, hints, before=back):
            yield Span(*match.span(), of, method)


def _is_short(text: str, match: re.Match[str]) -> bool:
    """Return whether a number is too short for any label, and no part of a longer one."""
    return match.end() - match.start() < 3 and text[match.end() : match.end() + 1] not in {" ", "-", "/", "."}  # noqa: PLR2004


def _head(text: str, start: int) -> int:
    """Return where the run begins to which a number belongs: the letters right before it."""
    if start == 0 or not (text[start - 1].isalpha() or text[start - 1] in "-#:._"):
        return start
    head = _HEAD.search(text, max(0, start - 20), start)
    return head.start() if head and not (head.start() and text[head.start() - 1].isalnum()) else start


def _dialled(text: str) -> Iterator[Span]:
    """Yield cards, social security numbers and telephone numbers, which are written in groups."""
    last = -1
    for match in _START.finditer(text):
        start = match.start()
        if (
            start < last
            or (start and (text[start - 1].isalnum() or text[start - 1] in ".,-/:$€£+("))
            or _DATE.match(text, start)
        ):
            continue
        for pattern, name in _GROUPED:
            found = pattern.match(text, start)
            kind = found and name(found)
            if found and kind:
                last = found.end()
                yield Span(start, last, *kind)
                break


def _as_card(match: re.Match[str]) -> tuple[Kind, str] | None:
    digits = _digits(match.group())
    if len(digits) not in CARD:
        return None
    return Kind.ACCOUNT, "checksum:card" if luhn.is_valid(digits) else "rule:card"


def _as_ssn(match: re.Match[str]) -> tuple[Kind, str]:
    return Kind.NATIONAL_ID, "checksum:ssn" if ssn.is_valid(match.group()) else "rule:ssn"


def _as_nhs(match: re.Match[str]) -> tuple[Kind, str] | None:
    return (Kind.NATIONAL_ID, "checksum:nhs") if match[1] == " " and nhs.is_valid(match.group()) else None


def _as_phone(match: re.Match[str]) -> tuple[Kind, str] | None:
    digits, text = _digits(match.group()), match.string
    if not 7 <= len(digits) <= 21 or (_UNIT.match(text, match.end()) and not match.group().startswith("+")):  # noqa: PLR2004 - ITU-T E.164 and an extension
        return None
    return Kind.PHONE, "rule:phone"


def _as_local(match: re.Match[str]) -> tuple[Kind, str] | None:
    if match.group().endswith("00") or _UNIT.match(match.string, match.end()):
        return None
    return Kind.PHONE, "rule:phone"


_GROUPED: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[Kind, str] | None]], ...] = (
    (_CARD, _as_card), (_SSN, _as_ssn), (_NHS, _as_nhs), (_PHONE, _as_phone), (_LOCAL, _as_local),
)  # fmt: skip


def _bank(match: re.Match[str]) -> Iterator[Span]:
    """Yield an account number; trailing words in capitals are no part of it."""
    text = match.group()
    while len(text) > 14:  # noqa: PLR2004 - the shortest IBAN has 15
        if iban.is_valid(text):
            yield Span(match.start(), match.start() + len(text), Kind.ACCOUNT, "checksum:iban")
            return
        cut = text.rfind(" ")
        text = text[:cut] if cut > 0 else ""
    whole = match.group().replace(" ", "")
    if len(whole) > 14 and sum(one.isdigit() for one in whole) > 9:  # noqa: PLR2004 - likewise, mostly digits
        yield Span(*match.span(), Kind.ACCOUNT, "rule:iban")


def _kind(text: str, start: int, end: int, number: int) -> tuple[Kind, str] | None:
    """Return what a run of signs with a digit is by its form, or None."""
    run = text[start:end]
    many = len(_digits(run))
    if many < FEWEST:
        return None
    if run.isdigit():
        return _long(text, start, end)
    if "." in run and _IP.fullmatch(text[number:end]):
        return Kind.IP, "rule:ip"
    return _checked(run) or _coded(text, end, run, is_date=_DATE.match(text, number) is not None)


def _coded(text: str, end: int, run: str, *, is_date: bool) -> tuple[Kind, str] | None:
    """Return letters and digits that are shaped like an identifier as one, but not what science numbers so."""
    if len(run) >= SHORTEST_WALLET and _COIN.fullmatch(run):
        return Kind.ACCOUNT, "rule:wallet"
    if is_date or len(_digits(run)) <= FEWEST or "." in run or _PUBLIC.match(run):
        return None
    return (Kind.OTHER_ID, "rule:code") if _SHAPED.fullmatch(run) and not _UNIT.match(text, end) else None


def _long(text: str, start: int, end: int) -> tuple[Kind, str] | None:
    """Return a number of many digits as what it may be; amounts and measurements are nothing."""
    run = text[start:end]
    is_fraction = text[start - 1 : start] in {".", ","} or re.match(r"[.,]\d", text[end : end + 2])
    is_round = run.endswith("0000") and len(run) < TELEPHONE
    if (
        len(run) < LONG
        or is_fraction
        or is_round
        or _UNIT.match(text, end)
        or _MONEY.search(text, max(0, start - 3), start)
    ):
        return None
    if len(run) in CARD and luhn.is_valid(run):
        is_device = imei.is_valid(run) and run[:2] in {"35", "86", "01"}
        return (Kind.DEVICE, "checksum:imei") if is_device else (Kind.ACCOUNT, "checksum:card")
    return _of_ten(run) or (Kind.OTHER_ID, "rule:long")


def _of_ten(run: str) -> tuple[Kind, str] | None:
    """Return a number of ten or eleven digits as a telephone number or a provider's."""
    if len(run) not in {TELEPHONE, TELEPHONE + 1}:
        return None
    if len(run) == TELEPHONE and run[0] in "12" and luhn.is_valid("80840" + run):
        return Kind.LICENCE, "checksum:npi"
    is_american = len(run) == TELEPHONE and run[0] in "23456789" and run[3] in "23456789"
    return (Kind.PHONE, "rule:phone") if is_american or run[0] == "0" else None


def _checked(run: str) -> tuple[Kind, str] | None:
    bare = run.upper()
    if len(bare) == VIN and bare.isalnum() and not set(bare) & set("IOQ"):
        total = sum(_VIN_VALUES[one] * weight for one, weight in zip(bare, _VIN_WEIGHTS, strict=True))
        return Kind.VEHICLE, "checksum:vin" if "0123456789X"[total % 11] == bare[8] else "rule:vin"
    if re.fullmatch(r"[ABCDEFGHJKLMPRSTUX][A-Z9]\d{7}", bare):
        d = [int(one) for one in bare[2:]]
        if (d[0] + d[2] + d[4] + 2 * (d[1] + d[3] + d[5])) % 10 == d[6]:
            return Kind.LICENCE, "checksum:dea"
    if re.fullmatch(r"\d{2}-\d{7}", bare) and ein.is_valid(bare):
        return Kind.OTHER_ID, "checksum:ein"
    return None


@lru_cache(maxsize=4096)
def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())
