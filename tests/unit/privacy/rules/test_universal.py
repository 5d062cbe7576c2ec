# ruff: noqa: RUF001 - primes and digits of other scripts are what is tested
"""Numbers and net addresses found by form, and what looks like them and is none. Everything here is made up."""

import time

import pytest

from primum.privacy.rules import universal
from primum.privacy.spans import Kind


def covered(text: str, value: str) -> set[Kind]:
    """Return the kinds of the finds that together cover a value."""
    start = text.index(value)
    found = [one for one in universal.find(text) if one.start < start + len(value) and one.end > start]
    places = {at for one in found for at in range(one.start, one.end)}
    is_whole = all(at in places for at in range(start, start + len(value)) if text[at].isalnum())
    return {one.kind for one in found} if is_whole else set()


FOUND = {
    Kind.EMAIL: [
        ("write to john.q+lab@mail-host.co.uk soon", "john.q+lab@mail-host.co.uk"),
        ("<a_b@c.org>", "a_b@c.org"),
        ("x.o'neil@clinic.example", "x.o'neil@clinic.example"),
        ("UPPER@CASE.COM", "UPPER@CASE.COM"),
        ("jane(at)mail.org", "jane(at)mail.org"),
    ],
    Kind.URL: [
        ("see https://a.example/b?c=1.", "https://a.example/b?c=1"),
        ("www.some-site.org/x!", "www.some-site.org/x"),
        ("go to oilycarrots.fr now", "oilycarrots.fr"),
        ("CyberForum.it is down", "CyberForum.it"),
        ("ftp://files.example/z", "ftp://files.example/z"),
    ],
    Kind.IP: [
        ("host 192.168.1.17 down", "192.168.1.17"),
        ("10.0.0.1:8080", "10.0.0.1"),
        ("fe80::1ff:fe23:4567:890a", "fe80::1ff:fe23:4567:890a"),
        ("2001:db8:85a3:0:0:8a2e:370:7334", "2001:db8:85a3:0:0:8a2e:370:7334"),
        ("from 8.8.4.4, ok", "8.8.4.4"),
    ],
    Kind.SOCIAL: [
        ("follow @jane_doe", "@jane_doe"),
        ("@x9_y said", "@x9_y"),
        ("(@HandleMe)", "@HandleMe"),
        ("cc @a_b_c!", "@a_b_c"),
        ("by @Zoe1999.", "@Zoe1999"),
    ],
    Kind.PHONE: [
        ("call (555) 223-4567", "(555) 223-4567"),
        ("555-223-4567 x12", "555-223-4567 x12"),
        ("+44 20 7946 0958", "+44 20 7946 0958"),
        ("ring 07700 900123", "07700 900123"),
        ("01 23 45 67 89", "01 23 45 67 89"),
        ("+49 30 1234567", "+49 30 1234567"),
        ("555-1234 please", "555-1234"),
        ("612 345 678", "612 345 678"),
        ("2125552368", "2125552368"),
    ],
    Kind.ACCOUNT: [
        ("card 4111 1111 1111 1111", "4111 1111 1111 1111"),
        ("378282246310005", "378282246310005"),
        ("IBAN GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 32"),
        ("DE89370400440532013000", "DE89370400440532013000"),
        ("acct # 00-123456", "00-123456"),
        ("bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"),
    ],
    Kind.NATIONAL_ID: [
        ("ssn 123-45-6789", "123-45-6789"),
        ("XXX-XX-1234", "XXX-XX-1234"),
        ("passport no. X1234567", "X1234567"),
        ("NHS 943 476 5919", "943 476 5919"),
        ("SSN: 219 09 9999", "219 09 9999"),
    ],
    Kind.RECORD_NUMBER: [
        ("MRN: 12345", "12345"),
        ("mrn 777 594 111", "777 594 111"),
        ("Medical record number 00-4421", "00-4421"),
        ("encounter #A88123", "A88123"),
        ("patient id is 4455667", "4455667"),
    ],
    Kind.INSURANCE: [
        ("policy ABC12345", "ABC12345"),
        ("member ID: W1234 56789", "W1234 56789"),
        ("Medicaid 99887766", "99887766"),
        ("group no. 55120", "55120"),
        ("subscriber #K5566-01", "K5566-01"),
    ],
    Kind.LICENCE: [
        ("NPI 1234567893", "1234567893"),
        ("DEA AB1234563", "AB1234563"),
        ("driver's license D123-4567", "D123-4567"),
        ("certificate no 44-7781", "44-7781"),
        ("GMC 7012345", "7012345"),
    ],
    Kind.VEHICLE: [
        ("VIN 1HGCM82633A004352", "1HGCM82633A004352"),
        ("plate KJH 2231", "KJH 2231"),
        ("license plate: AB12 CDE", "AB12 CDE"),
        ("number plate ABC-123", "ABC-123"),
        ("chassis 5566778899", "5566778899"),
    ],
    Kind.DEVICE: [
        ("mac 00:1B:44:11:3A:B7", "00:1B:44:11:3A:B7"),
        ("serial SN998812", "SN998812"),
        ("lot 12AB34", "12AB34"),
        ("IMEI 490154203237518", "490154203237518"),
        ("pacemaker PJN402817", "PJN402817"),
    ],
    Kind.OTHER_ID: [
        ("rx #1234567", "1234567"),
        ("ticket 778812", "778812"),
        ("number 99812345 on it", "99812345"),
        ("ref. AB-2291-77", "AB-2291-77"),
        ("employee 4471", "4471"),
    ],
    Kind.STREET: [
        ("at 37.7749, -122.4194", "37.7749, -122.4194"),
        ("40° 26′ 46″ N 79° 58′ 56″ W", "40° 26′ 46″ N 79° 58′ 56″ W"),
    ],
}


@pytest.mark.parametrize(("kind", "text", "value"), [(kind, *one) for kind, some in FOUND.items() for one in some])
def test_is_found_as_its_kind(kind: Kind, text: str, value: str) -> None:
    assert kind in covered(text, value)


@pytest.mark.parametrize(
    "text",
    [
        "platelets 245000, 1200 mg twice",
        "BP 120/80, HR 88, SpO2 97%",
        "100-1000 mg and 250-1200 mg",
        "2019-2020 season",
        "rs1234567 and NCT01234567",
        "ICD-10 E11.9, T2N1M0, CA-125, HLA-B27, CD20",
        "KEYNOTE-189, BRCA1, IL-6",
        "95% CI 1.2-3.4, p<0.05, OR 1.8",
        "2.5 mg/kg q4-6h, 10-20 mg",
        "at 12:30:45 or 8:15",
        "ratio 1:10:100",
        "version 2.3.1",
        "e.g.in such a case",
        "the study is finished.it was long",
        "3 x 4 x 5 cm, pH 7.32",
        "visit 3 of 5, case 12, order 2 tests",
        "lot of 3 patients",
        "1,234,567 people",
        "$12345678",
        "20000000 units",
        "2 @ 5 dollars",
        "mail @ noon",
        "grade 2/6 murmur, strength 5/5",
        "Figure 12, Table 3, page 44",
    ],
)
def test_measurements_and_codes_of_science_are_nothing(text: str) -> None:
    assert universal.find(text) == []


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("4111 1111 1111 1111", "checksum:card"),
        ("4111 1111 1111 1112", "rule:card"),
        ("DE89370400440532013000", "checksum:iban"),
        ("1HGCM82633A004352", "checksum:vin"),
        ("1HGCM82633A004353", "rule:vin"),
        ("1234567893", "checksum:npi"),
        ("490154203237518", "checksum:card"),
        ("354921050432912", "checksum:imei"),
    ],
)
def test_a_right_check_digit_is_said(text: str, method: str) -> None:
    assert method in {one.method for one in universal.find(f"no {text}.")}


def test_a_day_in_numbers_is_no_telephone_number() -> None:
    assert not [one for one in universal.find("on 2021-03-04 and 03/04/2021 14:30") if one.kind is Kind.PHONE]


@pytest.mark.parametrize(
    "sign", ["1", "a", "a1", "1-", "@", "a@", ".", "a.", ":", "a:", "(1", "1 ", "https://", "X", "é", "١"]
)
def test_time_is_linear_whatever_is_repeated(sign: str) -> None:
    long = sign * (60_000 // len(sign))
    before = time.process_time()
    universal.find(long)
    assert time.process_time() - before < 3.0


@pytest.mark.parametrize("text", ["请发到邮箱wang12@163.com收", "我邮箱wang12@163.com谢谢", "邮箱：wang12@163.com。"])
def test_an_address_of_mail_ends_where_chinese_begins(text: str) -> None:
    assert {text[one.start : one.end] for one in universal.find(text) if one.kind is Kind.EMAIL} == {"wang12@163.com"}
