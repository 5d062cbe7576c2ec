"""The independent search: the known is found however it is spelt, what proves itself too; medicine stays."""

import ast
from pathlib import Path

import pytest

from primum.privacy import residual
from primum.privacy.residual import Left, attestation, equals, holds_any, numerals, scan

PERSON = (
    ("name", "María-José García López"),
    ("record_number", "W-400712"),
    ("phone", "+44 7700 900123"),
    ("email", "mj.garcia@example.org"),
    ("address", "12 Sycamore Hollow, Todmorden"),
)


def certain(text, known=(), written=()):
    return dict(scan(text, known, written).certain)


def test_the_search_shares_no_code_with_what_removes():
    tree = ast.parse(Path(residual.__file__).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    assert not [one for one in imported if one and one.startswith("primum")]


# -- what is known ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ms GARCIA LOPEZ came", "name"),
        ("garcía, maría josé", "name"),
        ("Garci\u0301a Lo\u0301pez", "name"),
        ("\uff27\uff21\uff32\uff23\uff29\uff21 LOPEZ", "name"),
        ("Gar\u200bcía said", "name"),
        ("M. López agreed", "name"),
        ("record w 400 712 shown", "record_number"),
        ("(400712)", "record_number"),
        ("W\uff14\uff10\uff10712", "record_number"),
        ("ring 07700-900-123", "phone"),
        ("0044 7700 900123", "phone"),
        ("MJ.GARCIA@EXAMPLE.ORG", "email"),
        ("lives at 12, sycamore hollow", "address"),
    ],
)
def test_what_is_known_is_found_in_other_spellings(text, kind):
    assert kind in certain(text, PERSON)


@pytest.mark.parametrize(
    "text",
    [
        "Garciandia syndrome",
        "400713 cells",
        "a value of 14007125 units",
        "W, 400, 712",
        "the hollow sycamore, 12 of them",
    ],
)
def test_what_only_resembles_is_not_certain(text):
    assert certain(text, PERSON) == {}


def test_chinese_names_and_addresses_are_found_with_spaces_in_them():
    known = (("name", "欧阳雨桐"), ("address", "江苏省宜兴市湖滨路23号4栋502室"))
    assert certain("患者 欧阳 雨桐 入院，住江苏省宜兴市湖滨路 23 号 4 栋 502 室", known) == {"name": 1, "address": 1}
    assert certain("患者入院，住宜兴市", known) == {}
    assert certain("王某", (("name", "王"),)) == {}, "one sign is any word"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("seen in May", "May Li"),
        ("Parkinson disease", "Ann Parkinson"),
        ("a long stay", "Long Wu"),
        ("Eva was", "Eva Bo"),
    ],
)
def test_parts_of_names_that_are_words_are_doubted_not_certain(text, name):
    left = scan(text, (("name", name),))
    assert left.certain.total() == 0
    assert left.doubtful == {"name": 1}


@pytest.mark.parametrize("text", ["May Li came", "LI, MAY", "Li May"])
def test_the_whole_of_such_a_name_is_certain(text):
    assert certain(text, (("name", "May Li"),)) == {"name": 1}


def test_short_numbers_count_as_words_of_their_own_only():
    known = (("record_number", "4711"), ("other", "12"))
    assert certain("chart 4711.", known) == {"record_number": 1}
    assert certain("47 11 and 47110 and 12", known) == {}


# -- surrogates and tags ----------------------------------------------------------------------------------------------
def test_tags_are_nothing_and_nothing_crosses_them():
    assert certain("[NAME] came, [PHONE], [RECORD_NUMBER], W-400[ID]712", PERSON) == {}


def test_surrogates_that_were_written_do_not_count():
    text = "Ms Laura Pérez, 020 7946 0123, lp@example.com, DNI 12345678Z"
    assert certain(text)
    assert certain(text, written={"Laura Pérez", "020 7946 0123", "lp@example.com", "12345678Z"}) == {}


def test_a_surrogate_that_holds_a_part_by_chance_does_not_count_but_one_that_holds_the_whole_does():
    known = (("name", "María García"),)
    assert certain("Ms Laura García", known, {"Laura García"}) == {}
    assert certain("Ms María García", known, {"María García"}) == {"name": 1}


def test_a_surrogate_is_blanked_only_where_it_stands_alone():
    assert certain("Garcíandia García", (("name", "Ana García"),), {"Garcí"}) == {"name": 1}
    assert residual.blanked("王芳和王芳华", {"王芳"}).count("\uffff") == 2


# -- what proves itself -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to a.b@example.org", "email"),
        ("see https://example.org/x?y=1", "url"),
        ("www.example.org/x", "url"),
        ("身份证11010519491231002X", "resident_id"),
        ("SSN 536-90-4399", "social_security"),
        ("DNI 12345678Z", "identity_card"),
        ("NIE X1234567L", "identity_card"),
        ("IBAN GB82 WEST 1234 5698 7654 32", "iban"),
        ("card 4111 1111 1111 1111", "card"),
        ("手机138 1234 5678", "mobile"),
        ("+34 612 34 56 78", "phone"),
        ("(212) 555-0187", "phone"),
        ("020-7946-0958", "phone"),
    ],
)
def test_what_proves_itself_is_certain(text, kind):
    assert certain(text) == {kind: 1}


@pytest.mark.parametrize(
    "text",
    [
        "BP 120/80, 118/76; HR 98; SpO2 97%; temp 37.2",
        "Na 140 K 4.2 Cl 102 CO2 24 BUN 12 Cr 0.9 glucose 104",
        "WBC 12,300; platelets 212,000; CD4 1,204",
        "on 2019-05-04 at 10:20, again 04/05/2019 and 4.5.2019",
        "20190504 to 20190612",
        "ICD-10 C50.9, SNOMED 254837009x, LOINC 2160-0",
        "1234 5678 steps, 3 4 5 6 7 8 9 10 11",
        "v1.2.3, section 4.1.2",
        "身份证号已核对，体温36.5℃，血压120/80mmHg",
        "110105194912310021 has a wrong check digit",
        "12345678A is no DNI",
        "4111 1111 1111 1112",
        "ratio 1:2:3 a@b",
    ],
)
def test_medicine_is_left_alone(text):
    assert certain(text) == {}


def test_what_may_be_a_number_of_somebody_is_doubted():
    assert scan("ref 612345678, host 10.1.2.3, id 99887766554").doubtful == {"phone": 1, "ip": 1, "number": 1}


@pytest.mark.parametrize("cell", ["0.7908935550", " 706577.000", "10.39843750", "-0.0851234567890", "1.5"])
def test_a_number_with_its_fraction_is_a_measurement(cell):
    left = scan(cell)
    assert not left.certain
    assert not left.doubtful


def test_a_number_parted_by_one_dot_as_telephone_numbers_are_is_doubtful():
    assert scan("415.5551234").doubtful == {"phone": 1}
    assert scan("415.555.1234").certain == {"phone": 1}


def test_an_address_that_was_written_is_none_that_was_left_wherever_it_stands():
    assert not scan("key_ann@example.org_2", written={"ann@example.org"}).certain
    assert scan("key_ann@example.org_2").certain == {"email": 1}
    assert scan("Jonesy came", [("name", "Jonesy")], written={"Jones"}).certain == {"name": 1}


def test_one_place_is_counted_once():
    assert certain("mail www.a@example.org") == {"email": 1}
    left = scan("卡号6222021234567890128")
    assert left.certain.total() + left.doubtful.total() <= 1


@pytest.mark.parametrize("text", ["", "\x00\ufffd\ud83d", "🙂" * 50, "[" * 500, "9" * 5000, "a" * 5000, "\uffff" * 10])
def test_any_text_can_be_searched(text):
    assert isinstance(scan(text, PERSON, {"x"}), Left)


# -- others, measurements ---------------------------------------------------------------------------------------------
OTHERS = numerals([*PERSON, ("record_number", "123"), ("national_id", "11010519491231002X")])


def test_only_telling_numbers_of_others_are_looked_for():
    assert sorted(OTHERS) == ["11010519491231002x", "447700900123", "w400712"]


@pytest.mark.parametrize("text", ["sister of w-400-712", "W400712", "(w 400 712)", "447700 900123", "mrn w400712"])
def test_the_number_of_another_is_found(text):
    assert holds_any(text, OTHERS)


@pytest.mark.parametrize("text", ["", "W400713", "400712 w", "1w400712", "44, 7700 and 900123"])
def test_what_resembles_the_number_of_another_is_not(text):
    assert not holds_any(text, OTHERS)


def test_a_measurement_counts_only_where_it_equals_a_telling_number():
    known = (("record_number", "203400"), ("other", "2034"))
    assert equals("203400", known)
    assert equals("2034.00", known)
    assert not equals("20.34", known)
    assert not equals("2034001", known)


# -- attestation ------------------------------------------------------------------------------------------------------
def test_an_attestation_says_what_was_searched_by_what_and_refuses_where_anything_is_left():
    left = Left()
    left.add(scan("fine"))
    clean = attestation(left, 1)
    assert clean["attested"] is True
    assert clean["left"] == {}
    assert set(clean["by"]) == {"phonenumbers", "python-stdnum"}
    left.add(scan("ref 612345678"))
    assert attestation(left, 2)["attested"] is True, "a doubt is told beside"
    assert attestation(left, 2)["doubtful"] == {"phone": 1}
    left.add(scan("a@example.org"))
    assert attestation(left, 3) == {
        **clean,
        "attested": False,
        "searched": 3,
        "left": {"email": 1},
        "doubtful": {"phone": 1},
    }
