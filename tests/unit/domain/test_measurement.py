import pytest

from primum.domain.measurement import class_of, comma_use, conversion, is_missing, is_unit, measure, number, text_of
from primum.domain.study import Column

NAN = float("nan")


def column(**changes):
    return Column(**{"name": "x", "source": "s", "role": "feature", **changes})


@pytest.mark.parametrize(
    ("text", "value", "traits"),
    [
        ("12.5", 12.5, set()),
        (" 12 ", 12.0, set()),
        ("-3", -3.0, set()),
        ("\u22123", -3.0, set()),
        ("1e-3", 0.001, set()),
        (".5", 0.5, set()),
        ("1,234.5", 1234.5, set()),
        ("1,234", 1234.0, set()),
        ("12,345,678", 12345678.0, set()),
        ("0,118", 0.118, {"decimal_comma"}),
        ("1.234,5", 1234.5, {"decimal_comma"}),
        ("<0.1", 0.1, {"censored"}),
        ("≥ 90", 90.0, {"censored"}),
        ("<=0,5", 0.5, {"censored", "decimal_comma"}),
        ("\uff11\uff12\uff0e\uff15", 12.5, set()),
    ],
)
def test_numbers_as_people_write_them(text, value, traits):
    assert number(text) == (value, frozenset(traits))


@pytest.mark.parametrize("text", ["", "wide", "1.2.3", "nan", "inf", "1e999", "12 mm", "1,23,4", "--3", "<", "0x10"])
def test_what_is_no_number_is_none(text):
    assert number(text) is None


def test_a_comma_that_could_be_either_follows_its_column():
    assert number("1,234") == (1234.0, frozenset())
    assert number("1,234", decimal_comma=True) == (1.234, frozenset({"decimal_comma"}))
    assert number("1,234.5", decimal_comma=True) is None


@pytest.mark.parametrize(
    ("text", "use"),
    [("1,234", "either"), ("1,234.5", "thousands"), ("0,5", "decimal"), ("12", ""), ("a,b", ""), ("<1,5", "decimal")],
)
def test_what_a_comma_is(text, use):
    assert comma_use(text) == use


@pytest.mark.parametrize(
    ("given", "wanted", "value", "expected"),
    [
        ("mm", "um", 0.02029, 20.29),
        ("cm", "mm", 2.0, 20.0),
        ("[lb_av]", "kg", 10.0, 4.5359237),
        ("Cel", "[degF]", 37.0, 98.6),
        ("K", "Cel", 310.15, 37.0),
        ("g/L", "mg/dL", 1.26, 126.0),
        ("10*3/uL", "10*9/L", 5.2, 5.2),
        ("%", "1", 5.0, 0.05),
        ("mm[Hg]", "kPa", 120.0, 15.9986842),
        ("{beats}/min", "/min", 60.0, 60.0),
    ],
)
def test_units_are_brought_to_the_study_s(given, wanted, value, expected):
    measured = measure(value, given, column(unit=wanted))
    assert measured.value == pytest.approx(expected, rel=1e-6)
    assert "converted" in measured.traits


def test_mass_is_not_amount_of_substance():
    assert conversion("mg/dL", "mmol/L") is None
    assert measure("126", "mg/dL", column(unit="mmol/L")).fault == "other_unit"


def test_a_micro_sign_is_the_letter_u_and_conversion_leaves_equal_units_alone():
    assert measure("3.3", "µm", column(unit="um")) == measure("3.3", "um", column(unit="um"))
    assert measure("3.3", "um", column(unit="um")).traits == frozenset()
    assert measure("3.3", "µm²", column(unit="um2")).value == 3.3


def test_an_unknown_unit_and_a_unit_where_the_study_names_none():
    assert measure("3", "furlongs", column(unit="m")).fault == "unknown_unit"
    assert measure("3", "m", column()).value == 3.0
    assert not is_unit("furlongs")
    assert is_unit("m[IU]/L")


@pytest.mark.parametrize("value", [None, "", "  ", "NA", "null", float("nan"), float("inf")])
def test_missing_values(value):
    assert is_missing(value, column())
    assert measure(value, "mm", column(unit="um")).value is None


def test_a_study_names_its_own_spellings_of_missing():
    assert measure("-9", "", column(missing=("-9",))).value is None
    assert measure("NA", "", column(missing=("-9",))).fault == "number"


def test_impossible_values_are_set_missing_and_said():
    ranged = column(low=2, high=60)
    for value in ("1.9", 61, "<1"):
        measured = measure(value, "", ranged)
        assert measured.value is None
        assert "outlier" in measured.traits
    assert measure("2", "", ranged).value == 2.0
    assert measure("60", "", ranged).value == 60.0


def test_the_range_is_judged_after_conversion():
    assert measure("0.02", "mm", column(unit="um", low=2, high=60)).value == 20.0


def test_categories_take_the_study_s_spelling():
    sex = column(categories=("female", "male", "1"))
    assert measure("Female ", "", sex).value == "female"
    assert measure(1, "", sex).value == "1"
    assert measure(1.0, "", sex).value == "1"
    assert measure("f", "", sex).fault == "category"


def test_flags_are_numbers_and_words_are_not():
    assert measure(True, "", column()).value == 1.0  # noqa: FBT003 - a cell
    assert measure("wide", "", column()).fault == "number"
    assert measure("wide", "", column(role="text")).value == "wide"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (1234567.0, "1234567"), (0.5, "0.5"), (3, "3"), (True, "True"), (" b ", "b"), (None, ""), (NAN, "")],
)
def test_a_cell_is_written_the_same_whatever_kind_of_file_it_came_from(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize(("value", "at"), [("Ill", 1), (" well ", 0), ("0", -1), (1.0, 2), (None, -1), ("perhaps", -1)])
def test_an_outcome_is_the_class_that_is_spelt_so_in_any_case(value, at):
    assert class_of(value, ("well", "ill", "1")) == at


def test_a_category_that_parquet_keeps_as_a_fraction_is_the_category():
    assert measure(1.0, "", column(categories=("0", "1"))).value == "1"
