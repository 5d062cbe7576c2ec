"""Numbers that are identifiers because a label before them says so: records, policies, passports, plates, serials."""

import re
from collections.abc import Iterator

from primum.privacy.rules.scanning import Hints, Seen, before, several
from primum.privacy.spans import Kind, Span

REACH = 36
"""Signs before a number in which its label is looked for."""
_LABELS = """
    RECORD_NUMBER 3: mrn mr# medrec emr ehr chart pid empi patientid urn hospitalno ur
    RECORD_NUMBER 4:  record records unit encounter visit accession admission csn fin har patient pt patients
    RECORD_NUMBER 4: hospital hosp
    NATIONAL_ID 4:  ssn social security nhs hicn mbi sin nino passport passports pp citizen tin itin taxpayer cpf
    NATIONAL_ID 4: curp nie dni aadhaar nric fiscal
    INSURANCE 4:  policy member subscriber medicare medicaid insurance ins group payer beneficiary hic plan enrollee
    INSURANCE 4: coverage mcr
    ACCOUNT 4:  account acct accounts acc iban routing card cardholder visa mastercard amex sort bic swift checking
    ACCOUNT 4: savings bank debit credit wallet
    LICENCE 4:  license licence licenses lic dl npi dea certificate cert certification permit registration reg gmc
    LICENCE 4: nmc upin pin gdc driver drivers
    VEHICLE 4: vin chassis vehicle
    DEVICE 4: serial sn s/n udi imei device lot model implant pacemaker imsi mac equipment
    BIOMETRIC 4: fingerprint biometric
    OTHER_ID 4:  id ids ticket invoice confirmation booking reservation pnr tracking reference ref employee badge
    OTHER_ID 4: student staff username user login specimen
    OTHER_ID 4:  rx prescription job voice text report study subject barcode referral authorization auth voucher
    OTHER_ID 4: customer client transaction receipt locker
    OTHER_ID 5: case claim order file number no num nr sample request protocol incident application
"""
LABELS: dict[str, tuple[Kind, int]] = {
    word: (Kind(head.split()[0]), int(head.split()[1]))
    for head, _, labels in (line.partition(":") for line in _LABELS.strip().splitlines())
    for word in labels.split()
}
"""Last word of a label, to the kind of the number after it and the fewest letters and digits that it has."""
_FILLERS = frozenset(
    several(
        "no nr num number numbers id code is was of with ending in identifier the a his her my your our # "
        "new old this file record records"
    )
)
"""Words between a label and its number."""
_VALUE = re.compile(
    r"(?=[A-Za-z\-#/. ]{0,6}\d)#?[A-Za-z]{0,6}[\-/.]?\d[0-9A-Za-z]*(?:[\-/.:_][0-9A-Za-z]+)*"
    r"(?:\.[0-9])?(?: \d{2,6}(?![\-/.\w])){0,4}"
)
_DAY = re.compile(r"\d{1,4}[/\-.]\d{1,2}[/\-.]\d{1,4}|(?:19|20)\d\d(?!\d)(?![\-/]\d{3})|\d{1,2}[/]\d{2,4}")
_PLATE = re.compile(
    r"(?:plates?|number ?plate|license tag|registration|reg)(?:\s*(?:no|number|#))?(?:\s+(?:is|was|reads))?\s*[.:#]?\s*"
    r"(?P<x>(?=[A-Z0-9\- ]{0,8}\d)(?:[A-Z]{1,3}[\- ]?\d{1,4}[\- ]?[A-Z]{0,3}"
    r"|\d{1,4}[\- ]?[A-Z]{1,3}[\- ]?\d{0,4}|[A-Z]{1,2}-[A-Z]{1,2} ?\d{1,4})(?![A-Za-z0-9]))",
    re.IGNORECASE,
)
_PLATE_HINTS = Hints(("plate", "license tag", "registration", "reg ", "reg."))
_MEASURE = re.compile(r"\s?(?:mg|mcg|ml|mL|g\b|kg|cm|mm|%|units|patients|years|days|hours|cases|ng|mmol|mmHg|cells)")


def labelled(text: str, low: str, start: int) -> Span | None:
    """Return the number that begins at a place as what the label before it says, or None where none is."""
    named = _named(low, start)
    value = _VALUE.match(text, start) if named else None
    if named is None or value is None or _DAY.fullmatch(value.group()) or _MEASURE.match(text, value.end()):
        return None
    kind, least = named
    digits = sum(one.isdigit() for one in value.group())
    if sum(one.isalnum() for one in value.group()) < least or digits < min(3, least):
        return None
    return Span(start, value.end(), kind, "rule:label")


def _named(low: str, start: int) -> tuple[Kind, int] | None:
    weak = None
    for word in reversed(before(low, start, REACH).split()[-4:]):
        bare = word.strip(".:#'()=,-\u2019")
        bare = bare.removesuffix("'s").removesuffix("\u2019s")
        if bare in LABELS and bare not in _FILLERS:
            return LABELS[bare]
        if bare and bare not in _FILLERS:
            break
        weak = LABELS.get(bare) or weak
    return weak


def plates(seen: Seen) -> Iterator[Span]:
    """Yield the plates of vehicles that are called so."""
    for match in seen.near(_PLATE, _PLATE_HINTS, before=8, after=60):
        yield Span(*match.span("x"), Kind.VEHICLE, "rule:plate")
