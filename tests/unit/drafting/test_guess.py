"""What a column seems to be: identifiers are found by header and by content, in three languages."""

import pytest

from primum.drafting.guess import guess, identifier, looks_like_outcome, plausible, tells_units, unit_of, words_of

NUMBERS = [f"{at / 7:.3f}" for at in range(60)]


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("Patient_ID", "patient id"),
        ("PatientName", "patient name"),
        ("Teléfono móvil", "telefono movil"),
        ("radius (mm)", "radius"),
        ("患者姓名", "患者姓名"),
        ("大小（毫米）", "大小"),
        ("  E-Mail  ", "e mail"),
        ("Patient.address.postalCode", "patient address postal code"),
    ],
)
def test_headers_are_reduced_to_words(header, words):
    assert words_of(header) == words


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("mrn", "record_number"),
        ("MRN", "record_number"),
        ("patient_id", "record_number"),
        ("Subject No", "record_number"),
        ("病历号", "record_number"),
        ("住院号", "record_number"),
        ("Historia clínica", "record_number"),
        ("name", "name"),
        ("Last Name", "name"),
        ("姓名", "name"),
        ("Apellidos", "name"),
        ("Nombre", "name"),
        ("phone", "phone"),
        ("联系电话", "phone"),
        ("手机号", "phone"),
        ("Teléfono", "phone"),
        ("e-mail", "email"),
        ("Correo electrónico", "email"),
        ("邮箱", "email"),
        ("Home Address", "address"),
        ("家庭住址", "address"),
        ("Dirección", "address"),
        ("SSN", "national_id"),
        ("身份证号", "national_id"),
        ("DNI", "national_id"),
        ("ip_address", "other"),
    ],
)
def test_identifiers_are_known_by_their_headers(header, kind):
    found = guess(header, [f"x{at % 3}" for at in range(30)])
    assert (found.role, found.identifier) == ("identifier", kind)


@pytest.mark.parametrize(
    "header", ["drug_name", "test name", "address_changed_times", "phoneme", "renamed", "nationality"]
)
def test_a_header_that_only_holds_such_a_word_is_not_taken_for_one(header):
    assert identifier(header, NUMBERS)[0] == ""


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([f"made.up{at}@example.org" for at in range(30)], "email"),
        ([f"+44 7700 900{at:03d}" for at in range(30)], "phone"),
        ([f"(212) 555-01{at:02d}" for at in range(30)], "phone"),
        ([f"138{at:08d}" for at in range(30)], "phone"),
        ([f"900-55-{at:04d}" for at in range(30)], "national_id"),
        ([f"11010119900307{at:03d}X" for at in range(30)], "national_id"),
        ([f"{at:08d}Z" for at in range(30)], "national_id"),
        ([f"BH-{200000 + 7 * at}" for at in range(30)], "record_number"),
    ],
)
def test_identifiers_are_known_by_their_cells_whatever_the_header(cells, kind):
    assert identifier("column_7", cells)[0] == kind


def test_measurements_are_not_taken_for_phones_or_record_numbers():
    for cells in (NUMBERS, [str(1000 + at) for at in range(60)], [f"{at}.5" for at in range(60)]):
        assert guess("size", cells).role == "feature"


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("date of birth", ["1961-03-07", "1958-11-30", "1971-01-02"] * 5),
        ("collected_on", ["7 March 2021", "8 March 2021", "9 April 2021"] * 5),
        ("检查日期", ["2021年3月7日", "2021年3月8日", "2021年4月9日"] * 5),
        ("Fecha", ["07/03/2021", "08/03/2021", "09/04/2021"] * 5),
    ],
)
def test_dates_are_known(header, cells):
    assert guess(header, cells).role == "date"


@pytest.mark.parametrize(
    "header", ["sex", "Gender", "性别", "Sexo", "age", "Age at visit", "年龄", "Edad", "Postcode", "邮编", "民族"]
)
def test_quasi_identifiers_are_known(header):
    assert guess(header, ["a", "b"] * 20).role == "quasi_identifier"


def test_ages_have_no_categories_and_sexes_have():
    assert guess("age", [str(at) for at in range(20, 80)]).categories == ()
    assert guess("sex", ["F", "M"] * 20).categories == ("F", "M")


def test_what_says_nothing_or_the_same_of_everybody_is_ignored():
    assert guess("a", ["", "NA", "null"]).role == "ignored"
    assert guess("a", ["same"] * 30).role == "ignored"


def test_few_values_are_categories_and_many_are_not_guessed():
    assert guess("grade", ["low", "mid", "high"] * 10).categories == ("high", "low", "mid")
    assert guess("remark", [f"word{at}" for at in range(60)]).role == "ignored"
    assert guess("flag", ["0", "1"] * 20).categories == ("0", "1")


def test_what_somebody_wrote_is_text():
    assert (
        guess("note", [f"Seen in clinic, mass of {at} mm, to be discussed again." for at in range(30)]).role == "text"
    )


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("radius (mm)", "mm"),
        ("Glucose [mg/dL]", "mg/dL"),
        ("size（um）", "um"),
        ("size (µm)", "um"),
        ("radius", ""),
        ("radius (see note)", ""),
        ("radius ()", ""),
        ("(mm) radius", ""),
    ],
)
def test_units_are_read_from_headers(header, unit):
    assert unit_of(header) == unit


def test_a_column_that_tells_units_is_no_feature():
    assert tells_units("size_unit", ["mm", "um"])
    assert tells_units("单位", ["mg/dL"])
    assert not tells_units("unit", ["Ward 1", "Ward 2"])
    assert not tells_units("size", ["mm"])
    assert not tells_units("unit", [])
    assert guess("size_unit", ["mm", "um"] * 20).role == "ignored"


@pytest.mark.parametrize("header", ["diagnosis", "Outcome", "final_diagnosis", "诊断", "结局", "Diagnóstico", "target"])
def test_outcomes_are_known_by_header_and_few_values(header):
    assert looks_like_outcome(header, ["a", "b", "", "NA"] * 5)
    assert not looks_like_outcome(header, ["a"] * 20)
    assert not looks_like_outcome(header, [str(at) for at in range(100)])
    assert not looks_like_outcome("size", ["a", "b"])


@pytest.mark.parametrize(
    "numbers", [[1.0, 2.0, 3.0], [0.0, 0.001], [-5.0, 5.0], [36.5, 41.2], [7.0], [1e6, 3e6], [0.0]]
)
def test_a_plausible_range_holds_every_number_and_tells_no_extreme(numbers):
    low, high = plausible(numbers)
    assert low < high
    assert low <= min(numbers) <= max(numbers) <= high
    assert high != max(numbers)
    assert low != min(numbers) or low == 0.0
    assert low >= 0 or min(numbers) < 0


@pytest.mark.parametrize(
    ("header", "unit"),
    [("静息血压 (mm[Hg])", "mm[Hg]"), ("size [mm]", "mm"), ("大小（mm）", "mm"), ("size (big) (mm)", "mm")],
)
def test_a_unit_in_brackets_may_hold_brackets_itself(header, unit):
    assert unit_of(header) == unit
