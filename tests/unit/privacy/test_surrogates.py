import re

import phonenumbers
import pytest
from stdnum import iban, luhn
from stdnum.cn import ric
from stdnum.es import dni, nie
from stdnum.gb import nhs

from primum.privacy.people import lists
from primum.privacy.spans import Kind
from primum.privacy.surrogates import SMALL_AREAS, Identity, Writer

KEY = b"a key of the tests"


def writer(*originals, key=KEY, days=40, **how):
    return Writer(Identity(days=days, key=key), originals, **how)


def write(value, kind, language="", key=KEY):
    return writer(key=key).write(value, kind, language)


def name(value, *originals):
    return writer(*originals).write(value, Kind.NAME)


# tags
@pytest.mark.parametrize("kind", [one for one in Kind if one not in {Kind.DATE, Kind.AGE}])
def test_without_a_key_a_tag_is_written(kind):
    assert writer(key=b"").write("anything 12", kind) == f"[{kind.value}]"


def test_the_key_is_shown_to_nobody():
    assert "a key" not in repr(Identity(days=1, key=KEY))


# names
def test_spellings_of_one_person_are_spellings_of_one_other():
    given, family = name("John Smith").split()
    assert name("Smith, John") == f"{family}, {given}"
    assert name("JOHN SMITH") == f"{given.upper()} {family.upper()}"
    assert name("john smith") == f"{given.lower()} {family.lower()}"
    assert name("J. Smith") == f"{given[0]}. {family}"
    assert name("J Smith") == f"{given[0]} {family}"
    assert name("Smith") == family
    assert name("John") == given
    assert name("Dr. John Smith, MD") == f"Dr. {given} {family}, MD"
    assert name("J.S.") == f"{given[0]}.{family[0]}."
    assert name("Smith-Jones").split("-")[0] == family


def test_accents_do_not_make_another_person():
    assert name("José García") == name("Jose Garcia")


def test_a_given_name_nobody_lists_is_known_from_the_full_name():
    whole = writer("Isolde Juniperleigh").write("Isolde Juniperleigh", Kind.NAME)
    given, family = whole.split()
    assert writer("Isolde Juniperleigh").write("Isolde", Kind.NAME) == given
    assert writer("Isolde Juniperleigh").write("Juniperleigh", Kind.NAME) == family


@pytest.mark.parametrize(
    ("value", "sex"), [("Mary", "female"), ("Carmen", "female"), ("Robert", "male"), ("Pedro", "male")]
)
def test_a_given_name_keeps_its_sex(value, sex):
    for at in range(20):
        drawn = write(value, Kind.NAME, key=bytes([at]) * 8)
        assert any(drawn in getattr(one, sex) for one in lists().values())


def test_spanish_names_stay_spanish():
    assert name("Begoña") in lists()["es"].female
    assert name("García") in lists()["es"].family


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("Ana de la Torre Ruiz", r"\w+ de la \w+ \w+"),
        ("O'Neil", r"\w+"),
        ("Maria-Jose", r"\w+-\w+"),
        ("JQ Smith", r"[A-Z]{2} [A-Z]\w+"),
        ("Mr Smith", r"Mr \w+"),
        ("Smith,\r\nJohn", r"\w+,\r\n\w+"),
    ],
)
def test_the_form_of_a_name_is_kept(value, form):
    assert re.fullmatch(form, name(value))


def test_chinese_names_agree():
    whole = name("张伟民")
    assert whole[0] in lists()["zh"].family
    assert len(whole) == 3
    assert name("张先生") == f"{whole[0]}先生"
    assert name("小张") == f"小{whole[0]}"
    assert name("张") == whole[0]
    assert len(name("欧阳小红")) == 4
    assert "·" in name("玛丽·史密斯")
    assert name("张 伟民") == whole


def test_names_of_the_subject_are_not_drawn():
    drawn = name("John Smith")
    for part in drawn.split():
        assert part not in name("John Smith", drawn).split()
    chinese = name("张伟民")
    assert name("张伟民", chinese) != chinese


def test_other_keys_give_other_people():
    drawn = {write("John Smith", Kind.NAME, key=bytes([at]) * 32) for at in range(60)}
    assert len(drawn) > 50
    shared = sum("Smith" in one or "John" in one for one in drawn)
    assert shared < 5, "by chance alone"


# numbers
@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("(212) 867-5309", r"\([2-9]\d\d\) 555-01\d\d"),
        ("867-5309", r"555-01\d\d"),
        ("+1 212 867 5309", r"\+1 [2-9]\d\d 555 01\d\d"),
        ("1-800-867-5309 x12", r"1-[2-9]\d\d-555-01\d\d x\d\d"),
        ("+44 7911 123456", r"\+44 7700 900\d{3}"),
        ("07911 123456", r"07700 900\d{3}"),
        ("13812345678", r"142\d{8}"),
        ("+86 138 1234 5678", r"\+86 142 \d{4} \d{4}"),
        ("612 345 678", r"76\d \d{3} \d{3}"),
        ("+34 912345678", r"\+34 76\d{7}"),
        ("010-62345678", r"0\d\d-\d{8}"),
        ("+33 1 23 45 67 89", r"\+33 \d \d\d \d\d \d\d \d\d"),
        ("0033 1 23 45 67 89", r"0033 \d \d\d \d\d \d\d \d\d"),
    ],
)
def test_a_phone_keeps_its_national_form(value, form):
    assert re.fullmatch(form, write(value, Kind.PHONE))


@pytest.mark.parametrize(("value", "region"), [("13812345678", "CN"), ("612345678", "ES"), ("07911123456", "GB")])
def test_a_surrogate_phone_is_nobodys(value, region):
    for at in range(20):
        drawn = write(value, Kind.PHONE, key=bytes([at]) * 8)
        assert not phonenumbers.is_valid_number(phonenumbers.parse(drawn, region))


def test_one_phone_is_one_however_it_is_said():
    digits = {
        re.sub(r"\D", "", write(one, Kind.PHONE))[-7:] for one in ("(212) 867-5309", "+1 212.867.5309", "867 5309")
    }
    assert len(digits) == 1


@pytest.mark.parametrize(
    ("value", "holds", "starts"),
    [
        ("12345678-Z", lambda one: dni.is_valid(one.replace("-", "")), "99"),
        ("X1234567L", nie.is_valid, "X99"),
        ("4111 1111 1111 1111", lambda one: luhn.is_valid(one.replace(" ", "")), "9"),
        ("GB82 WEST 1234 5698 7654 32", lambda one: iban.is_valid(one, check_country=False), "GB"),
        ("943 476 5919", nhs.is_valid, "999"),
        ("123-45-6789", lambda one: re.fullmatch(r"666-\d\d-\d{4}", one), "666"),
    ],
)
def test_a_number_with_a_check_digit_keeps_one_that_is_right(value, holds, starts):
    drawn = write(value, Kind.NATIONAL_ID)
    assert holds(drawn)
    assert drawn.startswith(starts)
    assert drawn != value
    assert len(drawn) == len(value)


def test_a_resident_identity_number_keeps_check_sex_and_interval_but_names_no_division():
    drawn = write("11010519491231002X", Kind.NATIONAL_ID)
    assert drawn[:2] == "99"
    assert drawn[6:14] == "19500209", "the day of birth is shifted by 40"
    assert int(drawn[16]) % 2 == 0
    assert ric.calc_check_digit(drawn) == drawn[17]
    assert not ric.is_valid(drawn)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ("BH-633953", r"[A-Z]{2}-\d{6}"),
        ("a12/B", r"[a-z]\d\d/[A-Z]"),
        ("京A12345", r"[\u4e00-\u9fff][A-Z]\d{5}"),
        ("２３", r"\d\d"),  # noqa: RUF001 - full-width digits are meant
    ],
)
def test_any_number_keeps_its_form(value, form):
    assert re.fullmatch(form, write(value, Kind.RECORD_NUMBER))


def test_a_number_is_the_same_whatever_parts_it():
    bare = {re.sub(r"\W", "", write(one, Kind.RECORD_NUMBER)) for one in ("4432-1187", "44321187", "4432 1187")}
    assert len(bare) == 1


# the net, places, ages, postcodes, dates
@pytest.mark.parametrize(
    ("value", "kind", "form"),
    [
        ("a.b@hospital.org", Kind.EMAIL, r"[a-z]+\.\d+@example\.org"),
        ("https://a.b/c?d", Kind.URL, r"https://example\.org/[a-z]+\.\d+"),
        ("www.a.b", Kind.URL, r"www\.example\.org/[a-z]+\.\d+"),
        ("10.1.2.3", Kind.IP, r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+"),
        ("fe80::1", Kind.IP, r"2001:db8::[0-9a-f]+:[0-9a-f]+"),
        ("@joe", Kind.SOCIAL, r"@[a-z]+\.\d+"),
        ("wx_ab12", Kind.SOCIAL, r"[a-z]{2}_[a-z]{2}\d\d"),
        ("12 Baker Street", Kind.STREET, r"\d\d [A-Z]\w+ Street"),
        ("Calle Mayor 12", Kind.STREET, r"Calle [A-ZÁÉÍÓÚ]\w+ \d\d"),
        ("朝阳区建国路88号502室", Kind.STREET, r"[\u4e00-\u9fff]+区[\u4e00-\u9fff]+路\d\d号\d{3}室"),
        ("某处", Kind.STREET, r"[\u4e00-\u9fff]+"),
        ("LEEDS", Kind.PLACE, r"[A-Z ]+"),
        ("上海市", Kind.PLACE, r"[\u4e00-\u9fff]+市"),
        ("四川省", Kind.PLACE, r"[\u4e00-\u9fff]+"),
        ("St. Vincent's Hospital", Kind.HOSPITAL, r"St\. [A-Z]\w+'s Hospital"),
        ("北京大学第一医院", Kind.HOSPITAL, r"[\u4e00-\u9fff]+第一医院"),
        ("Acme", Kind.ORGANISATION, r".+"),
        ("nurse", Kind.PROFESSION, r"[^A-Z]+"),
        ("Illinois", Kind.REGION, r".+"),
        ("3床", Kind.BED, r"[1-9]床"),
        ("SW1A 1AA", Kind.POSTCODE, r"[A-Z]{2}\d[A-Z] \d[A-Z]{2}"),
        ("100020", Kind.POSTCODE, r"\d{6}"),
    ],
)
def test_the_form_of_the_rest_is_kept(value, kind, form):
    drawn = write(value, kind)
    assert re.fullmatch(form, drawn)
    assert drawn != value
    assert drawn == write(value, kind), "the same each time"
    assert drawn != write(value, kind, key=b"another") or kind in {Kind.BED, Kind.PROFESSION}


@pytest.mark.parametrize(
    ("value", "coarse"), [("02115", "021**"), ("02115-1234", "021**"), ("05901", "000**"), ("89301", "000**")]
)
def test_a_zip_code_keeps_its_area_unless_few_live_there(value, coarse):
    assert write(value, Kind.POSTCODE, "en") == coarse
    assert len(SMALL_AREAS) == 17


def test_postcodes_of_other_countries_are_other_ones():
    assert re.fullmatch(r"\d{5}", write("28013", Kind.POSTCODE, "es"))


@pytest.mark.parametrize(
    ("value", "coarse"),
    [
        ("93", "90+"),
        ("93-year-old", "90+-year-old"),
        ("95岁", "90岁以上"),
        ("九十三岁", "九十岁以上"),
        ("92 años", "90+ años"),
        ("ninety-three", "90+"),
    ],
)
def test_high_ages_are_made_coarse_in_the_words_of_the_text(value, coarse):
    assert write(value, Kind.AGE) == coarse
    assert writer(key=b"").write(value, Kind.AGE) == coarse


@pytest.mark.parametrize("kind", [Kind.SEX, Kind.FAMILY, Kind.TITLE, Kind.NATIONALITY, Kind.BIOMETRIC])
def test_what_would_be_untrue_becomes_a_tag(kind):
    assert write("male", kind) == f"[{kind.value}]"


def test_dates_move_by_the_days_of_the_subject():
    assert write("3 May 2020", Kind.DATE) == "12 June 2020"
    assert writer(month_first=True).write("3/4/2020", Kind.DATE) == "4/13/2020"
    assert writer().write("3/4/2020", Kind.DATE) == "13/5/2020"
    assert write("last Christmas", Kind.DATE) == "[DATE]"


@pytest.mark.parametrize("kind", [Kind.NAME, Kind.PHONE, Kind.RECORD_NUMBER, Kind.EMAIL, Kind.STREET, Kind.HOSPITAL])
@pytest.mark.parametrize("value", ["", " ", "?", "12", "x", "😀", "·", "张", "\x00", "a" * 1000])
def test_odd_values_are_written_without_complaint(kind, value):
    assert isinstance(write(value, kind), str)


def test_an_original_of_the_subject_is_never_a_surrogate():
    drawn = write("BH-1", Kind.BED)
    assert writer(drawn).write("BH-1", Kind.BED) != drawn


@pytest.mark.parametrize("value", ["teléfono 612 345 678", "Tel. 612345678", "phone: (415) 867-5309"])
def test_the_word_before_a_phone_stays(value):
    drawn = write(value, Kind.PHONE)
    label = re.match(r"\D+?(?=[(\d])", value)[0]
    assert drawn.startswith(label)
    assert [sign.isdigit() for sign in drawn] == [sign.isdigit() for sign in value]
    assert drawn != value


@pytest.mark.parametrize("value", ["Eva Sanz 612345678", "Eva Sanz, DNI 12345678Z", "患者王小明13812345678"])
def test_no_digit_run_that_came_with_a_name_is_let_through(value):
    for run in re.findall(r"\d{4,}", value):
        assert run not in write(value, Kind.NAME)


@pytest.mark.parametrize(
    ("value", "year", "is_tag"),
    [
        ("1931-02-01", 2026, True),
        ("01/02/1936", 2026, True),
        ("1 de febrero de 1931", 2026, True),
        ("1931年2月1日", 2026, True),
        ("1937-02-01", 2026, False),
        ("1931-02-01", 0, False),
        ("3 March", 2026, False),
    ],
)
def test_a_day_that_tells_an_age_of_ninety_becomes_a_tag(value, year, is_tag):
    drawn = Writer(Identity(days=5, key=KEY, year=year)).write(value, Kind.DATE)
    assert (drawn == "[DATE]") == is_tag
