import pytest

from primum.privacy.known import Known
from primum.privacy.notes import scrub
from primum.privacy.rules.shapes import dni_is_valid, resident_id_is_valid

NOBODY = Known()


def text(note, known=NOBODY, days=0):
    return scrub(note, known, days).text


@pytest.mark.parametrize(
    ("note", "scrubbed"),
    [
        # names
        ("Seen by Dr. Jane Q. Smith today.", "Seen by Dr. [NAME] today."),
        ("Mrs O'Neil was told.", "Mrs [NAME] was told."),
        ("Patient: Mary Ann Brown, stable", "Patient: [NAME], stable"),
        ("Electronically signed by Robert Brown, MD", "Electronically signed by [NAME], MD"),
        ("His wife Mary called; her son came.", "His wife [NAME] called; her son came."),
        ("Discussed with Jennifer Alvarez.", "Discussed with [NAME]."),
        ("La Sra. García López acude.", "La Sra. [NAME] acude."),
        ("Paciente: Ana de la Torre Ruiz, 45 años", "Paciente: [NAME], 45 años"),
        ("患者张伟，男，65岁。", "患者[NAME]，男，65岁。"),
        ("姓名：欧阳小红 性别：女", "姓名：[NAME] 性别：女"),
        ("主治医师：李娜。", "主治医师：[NAME]。"),
        ("请王建国主任会诊", "请[NAME]主任会诊"),
        # numbers
        ("MRN: 44321-A, stable", "MRN: [ID], stable"),
        ("SSN 123-45-6789.", "SSN [ID]."),
        ("DNI 12345678Z", "DNI [ID]"),
        ("Historia clínica nº 55667", "Historia clínica nº [ID]"),
        ("身份证号11010519491231002X。", "身份证号[ID]。"),
        ("住院号：A123456，病理号2021-4567", "住院号：[ID]，病理号[ID]"),
        ("device 123456789012 seen", "device [ID] seen"),
        # phones
        ("call (555) 123-4567 x12", "call [PHONE]"),
        ("Tel. 020 7946 0123.", "Tel. [PHONE]."),
        ("+86 138 1234 5678", "[PHONE]"),
        ("电话13812345678，", "电话[PHONE]，"),
        ("Tfno: 612 345 678", "Tfno: [PHONE]"),
        # the net
        ("mail jane.d@x-y.org or see https://a.b/c?d=1 now", "mail [EMAIL] or see [URL] now"),
        ("from 10.20.30.40", "from [URL]"),
        # places
        ("Lives at 12 Baker Street, London.", "Lives at [ADDRESS]."),
        ("123 Main Street, Springfield, IL 62704. Well.", "[ADDRESS]. Well."),
        ("postcode: 28013", "postcode: [ADDRESS]"),
        ("SW1A 1AA", "[ADDRESS]"),
        ("Calle Mayor 12, 28013 Madrid", "[ADDRESS]"),
        ("家住北京市朝阳区建国路88号5楼502室，", "[ADDRESS]，"),
        ("住址：某县某村三组，电话", "住址：[ADDRESS]，电话"),
        # ages
        ("a 93-year-old woman", "a [AGE]-year-old woman"),
        ("aged 101", "aged [AGE]"),
        ("患者95岁", "患者[AGE]岁"),
        ("mujer de 92 años", "mujer de [AGE] años"),
    ],
)
def test_what_identifies_people_is_replaced_by_rule_alone(note, scrubbed):
    assert text(note) == scrubbed


@pytest.mark.parametrize(
    "note",
    [
        "BP 120/80, WBC 12.5, Gleason 3+4=7, T2N0M0, ER 95%, size 23 x 14 x 10 mm, HER2 1+.",
        "A 65-year-old woman with a mass in the left breast, upper outer quadrant.",
        "Two passes with a 23-gauge needle; smears air-dried and stained with Diff-Quik.",
        "The patient has a long history of white matter disease. Left Breast mass; Ki-67 20%.",
        "患者高血压病史10年，白细胞升高，黄疸明显。方法：常规染色。",
        "Mujer de 45 años con tumor de 3 cm en mama izquierda.",
        "CA 15-3 was 31.2 U/mL; glucose 1,234 mg/dL; SNOMED 1.2.840",
        "Patient: Female. Case discussed; record complete.",
        "MARK LEFT SIDE. May need a second biopsy.",
        "89 years old, 1003 mL, 2000 units",
    ],
)
def test_clinical_text_is_left_alone(note):
    assert text(note) == note


def test_a_note_about_a_known_patient():
    known = Known((("name", "Isolde Juniperleigh"), ("record_number", "BH-633953"), ("phone", "+44 7700 900755")))
    note = (
        "Ms Juniperleigh (born 11 July 1968) came on 2021-07-17; label BH-633953. Please ring Isolde on 07700 900755."
    )
    done = scrub(note, known, 40)
    assert done.text == (
        "Ms [NAME] (born 20 August 1968) came on 2021-08-26; label [ID]. Please ring [NAME] on [PHONE]."
    )
    assert done.spans == {"date": 2, "id": 1, "name": 2, "phone": 1}


def test_overlapping_finds_leave_no_end_standing():
    known = Known((("name", "Anna Smith"),))
    assert text("Dr. John Smith Alvarez came", known) == "Dr. [NAME] came"
    assert "Smith" not in text("smith.anna@example.org", known)


def test_scrubbing_again_changes_nothing():
    note = "Dr. Smith, MRN: 4432, 12 Baker Street, call 020 7946 0123, a 93-year-old, 张医生, 31/02/2020"
    once = text(note)
    assert once != note
    assert scrub(once, NOBODY, 17).text == once
    assert scrub(once, NOBODY, 17).spans == {}


def test_an_empty_text_stays_empty():
    assert scrub("", NOBODY, 5).text == ""


@pytest.mark.parametrize(
    ("number", "valid"),
    [
        ("11010519491231002X", True),
        ("11010519491231002x", True),
        ("110105194912310021", False),
        ("11010519491331002X", False),
        ("1101051949123100", False),
        ("X1010519491231002X", False),
    ],
)
def test_resident_identity_numbers_carry_a_check_character(number, valid):
    assert resident_id_is_valid(number) is valid


@pytest.mark.parametrize(
    ("number", "valid"),
    [("12345678Z", True), ("12345678-z", True), ("12345678A", False), ("X1234567L", True), ("1234567L", False)],
)
def test_spanish_identity_numbers_carry_a_check_letter(number, valid):
    assert dni_is_valid(number) is valid
