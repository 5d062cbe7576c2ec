import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primum.privacy.folding import fold
from primum.privacy.rules import spanish
from primum.privacy.spans import Kind


def found(text):
    return {(text[one.start : one.end], one.kind) for one in spanish.find(text)}


def found_folded(text):
    folded = fold(text)
    return {(text[one.start : one.end], one.kind) for one in map(folded.original, spanish.find(folded.text))}


def covered(text):
    marks = [False] * len(text)
    for one in spanish.find(text):
        marks[one.start : one.end] = [True] * (one.end - one.start)
    return "".join(sign if marks[at] else " " for at, sign in enumerate(text)).split()


# people, numbers and addresses here are made up
@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("Nombre:  Pedro.\n", "Pedro", Kind.NAME),
        ("Nombre y apellidos: Eva Sanz Ruiz\n", "Eva Sanz Ruiz", Kind.NAME),
        ("Apellidos: de la Fuente Mas.\n", "de la Fuente Mas", Kind.NAME),
        ("APELLIDOS: SANZ RUIZ\n", "SANZ RUIZ", Kind.NAME),
        ("NHC: 368503.", "368503", Kind.RECORD_NUMBER),
        ("CIPA: nhc-150679.", "150679", Kind.RECORD_NUMBER),
        ("Nº Historia: 12/3456", "12/3456", Kind.RECORD_NUMBER),
        ("Episodio: 7436544.", "7436544", Kind.RECORD_NUMBER),
        ("NASS: 26 63514095.", "26 63514095", Kind.INSURANCE),
        ("NASS: 26 37482910 04.", "26 37482910 04", Kind.INSURANCE),
        ("Nº Seguridad Social 28/12345678/40", "28/12345678/40", Kind.INSURANCE),
        ("Domicilio: Calle Losada Martí 23, 5 B..\n", "Calle Losada Martí 23, 5 B", Kind.STREET),
        ("Domicilio: 91 28065072 33.\n", "91 28065072 33", Kind.STREET),
        ("Localidad/ Provincia: Vigo, Pontevedra.\n", "Vigo, Pontevedra", Kind.PLACE),
        ("CP: 28016.", "28016", Kind.POSTCODE),
        ("CP:28029.", "28029", Kind.POSTCODE),
        ("CP: X500.", "X500", Kind.POSTCODE),
        ("País: España.\n", "España", Kind.REGION),
        ("País de nacimiento: Costa de Marfil.\n", "Costa de Marfil", Kind.REGION),
        ("Edad: 70 años Sexo: H.", "70 años", Kind.AGE),
        ("Edad: 22  Sexo: M.", "22", Kind.AGE),
        ("Edad: 70 años Sexo: H.", "H", Kind.SEX),
        ("Sexo: femenino.", "femenino", Kind.SEX),
        ("Médico: Ignacio Navas Cuenca NºCol: 28 28 70973.", "Ignacio Navas Cuenca", Kind.NAME),
        ("Médico:Mª Pilar Cano Roca  NºCol: 15", "Mª Pilar Cano Roca", Kind.NAME),
        ("Médico: Ignacio Navas NºCol: 28 28 70973.", "28 28 70973", Kind.LICENCE),
        ("Remitido por: Dr. J. Vela Ortiz. Servicio de Urología.", "J. Vela Ortiz", Kind.NAME),
        ("Responsable clínico: Dra. Sonia Oliva. Hospital", "Sonia Oliva", Kind.NAME),
        ("Fdo.: Dr. Juan de la Rosa\n", "Juan de la Rosa", Kind.NAME),
        ("DNI 12345678Z", "12345678Z", Kind.NATIONAL_ID),
        ("DNI: 12.345.678-Z", "12.345.678-Z", Kind.NATIONAL_ID),
        ("NIE X1234567L", "X1234567L", Kind.NATIONAL_ID),
        ("CIP BBBB1234567890", "BBBB1234567890", Kind.RECORD_NUMBER),
        ("Tfno: 91 555 12 34.", "91 555 12 34", Kind.PHONE),
        ("Tel.: +34 (91) 555-1234", "+34 (91) 555-1234", Kind.PHONE),
        ("Fax: (598) 2487 3048", "(598) 2487 3048", Kind.FAX),
        ("escriba a urología.centro@salud.example.es", "urología.centro@salud.example.es", Kind.EMAIL),
    ],
)
def test_fields_of_forms(text, value, kind):
    assert (value, kind) in found(text)
    assert (value, kind) in found_folded(text)


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("vive en la C/ Mayor, 12, 3º B de Soria", "C/ Mayor, 12, 3º B", Kind.STREET),
        ("Avda. de los Olmos s/n 39770", "Avda. de los Olmos s/n", Kind.STREET),
        ("Carretera de Toledo km 12,500 28905", "Carretera de Toledo km 12,500", Kind.STREET),
        ("vive en la calle embajadores, 23, 2 A de Madrid", "calle embajadores, 23, 2 A", Kind.STREET),
        ("28905 Getafe - Madrid (España)", "Getafe", Kind.PLACE),
        ("trasladado a Ponferrada", "Ponferrada", Kind.PLACE),
        ("es natural de Casablanca", "Casablanca", Kind.PLACE),
        ("viajó a Sierra Leona hace un mes", "Sierra Leona", Kind.REGION),
        ("de nacionalidad búlgara", "búlgara", Kind.NATIONALITY),
        ("de origen marroquí, que", "marroquí", Kind.NATIONALITY),
        ("varón de 37 años con", "varón", Kind.SEX),
        ("varón de 37 años con", "37 años", Kind.AGE),
        ("un lactante de 5 meses de vida", "5 meses", Kind.AGE),
        ("a los dos días de vida", "dos días", Kind.AGE),
        ("menarquia a los 13 años, sin", "13 años", Kind.AGE),
        ("fumador desde los 14 años (10)", "14 años", Kind.AGE),
        ("escolarizada hasta los veinte años.", "veinte años", Kind.AGE),
        ("de 42 años, casada, con", "casada", Kind.FAMILY),
        ("escala desde 1998, y en el 2006", "2006", Kind.DATE),
        ("El 15-02-07 acude", "15-02-07", Kind.DATE),
        ("mujer de sesenta y tres años,", "sesenta y tres años", Kind.AGE),
        ("Varón de 49 años, peruano con", "peruano", Kind.NATIONALITY),
        ("es la mayor de tres hermanos.", "mayor de tres hermanos", Kind.FAMILY),
        ("los bomberos cortaron", "bomberos", Kind.PROFESSION),
        ("cercana a la Ciudad de Guatemala,", "Ciudad de Guatemala", Kind.PLACE),
        ("BioGide® (Geistlich, Wolhusen, Suiza)", "Geistlich, Wolhusen, Suiza", Kind.ORGANISATION),
        ("comunicado al Juzgado, se", "Juzgado", Kind.ORGANISATION),
        ("en el mes de octubre ingresó", "octubre", Kind.DATE),
        ("del H. U. La Princesa.", "H. U. La Princesa", Kind.HOSPITAL),
        ("un paciente de 77, acudió", "77", Kind.AGE),
        ("su madre refiere", "madre", Kind.FAMILY),
        ("tiene dos primos hermanos sanos", "dos primos hermanos", Kind.FAMILY),
        ("un tío paterno sano", "tío paterno", Kind.FAMILY),
        ("el hijo de 27 años expresa", "hijo de 27 años", Kind.FAMILY),
        ("según informan los familiares,", "familiares", Kind.FAMILY),
        ("por rama materna", "materna", Kind.FAMILY),
        ("mujer de 40 años, enfermera, que", "enfermera", Kind.PROFESSION),
        ("trabaja como cocinero", "cocinero", Kind.PROFESSION),
        ("de profesión trabajaba colocando paneles", "colocando", Kind.PROFESSION),
        ("Mecánico de profesión", "Mecánico", Kind.PROFESSION),
        ("el Hospital Clínico San Carlos de Madrid", "Hospital Clínico San Carlos de Madrid", Kind.HOSPITAL),
        ("Centro de Salud Las Calesas.", "Centro de Salud Las Calesas", Kind.HOSPITAL),
        (
            'Hospital Universitario "Marqués de Valdecilla" Avda',
            'Hospital Universitario "Marqués de Valdecilla"',
            Kind.HOSPITAL,
        ),
        ("Hospital Virgen del Camino Irunlarrea", "Hospital Virgen del Camino Irunlarrea", Kind.HOSPITAL),
        ("Servicio Médico, Centro Penitenciario de Logroño", "Centro Penitenciario de Logroño", Kind.HOSPITAL),
        ("la Universidad de Talca.", "Universidad de Talca", Kind.HOSPITAL),
        ("(Zovirax®, Glaxo Smith Kline)", "Glaxo Smith Kline", Kind.ORGANISATION),
        ("(OCT 3000, Zeiss Instruments, Dublin, CA)", "Zeiss Instruments, Dublin, CA", Kind.ORGANISATION),
    ],
)
def test_words_that_tell_of_people(text, value, kind):
    assert (value, kind) in found(text)
    assert (value, kind) in found_folded(text)


@pytest.mark.parametrize(
    "text",
    [
        "tratamiento durante 6 semanas, y alta a los 3 meses de la intervención",
        "a los 2 años del trasplante presentó rechazo",
        "cefalea de 16 años de evolución",
        "en su domicilio un episodio brusco de cefalea intensa",
        "dirección rectilínea de derecha a izquierda",
        "fiebre de hasta 38º C. Llevaba tratamiento con levofloxacino 5 días",
        "Posteriormente se realizó una laminectomía desde L1 a L4",
        "hepatitis C. Medicado con ribavirina",
        "se prepara la solución madre del fármaco y las células madre",
        "antecedentes familiares sin interés",
        "el médico de familia pautó ibuprofeno",
        "plaquetas 501.000/μl (125.000-350.000)",
        "PSA de 1.16 ng/ml, TA 109/68, glucosa 117 mg/dl",
        "rojo Parkinson, signo de Babinski y síndrome de Down",
        "acude al Servicio de Urgencias de nuestro hospital",
        "2000 ml de suero, 1950 kcal y 2010 U/l",
        "la Clínica de Heridas y la Unidad de Nutrición Clínica y Dietética",
        "serie blanca normal y pulso de 60 lpm",
        "ingesta de alcohol y tabaco; edad gestacional de término",
        "El hospital dispone de TAC",
    ],
)
def test_medicine_stays(text):
    assert covered(text) == []


@pytest.mark.parametrize("number", ["12345678Z", "12.345.678-Z", "12345678 Z", "12345678\tZ", "X1234567L", "Y1234567X"])
def test_an_identity_number_is_known_by_its_letter_without_a_label(number):
    assert ("checksum:dni", number) in {
        (one.method, f"{number} y nada"[one.start : one.end]) for one in spanish.find(f"{number} y nada")
    }


@pytest.mark.parametrize("number", ["12345678A", "X1234567A"])
def test_an_identity_number_with_a_wrong_letter_is_none(number):
    assert "checksum:dni" not in {one.method for one in spanish.find(f"{number} y nada")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Paciente: Eva Sanz, DNI 12345678Z, teléfono 612 345 678.\n", "Eva Sanz"),
        ("Paciente: Eva Sanz Ruiz NHC 36850\n", "Eva Sanz Ruiz"),
        ("Paciente: Sanz Ruiz, Eva, 45 años\n", "Sanz Ruiz, Eva"),
        ("Paciente: Eva Sanz, tel. 612345678\n", "Eva Sanz"),
        ("Nombre: EVA SANZ.\n", "EVA SANZ"),
    ],
)
def test_a_name_ends_where_another_field_of_the_line_begins(text, name):
    assert (name, Kind.NAME) in found(text)
    assert not [value for value, kind in found(text) if kind is Kind.NAME and any(sign.isdigit() for sign in value)]


@pytest.mark.parametrize("text", ["Paciente: mujer de 45 años.\n", "Paciente: Varón, 34 años.\n"])
def test_a_patient_without_a_name_has_none(text):
    assert Kind.NAME not in {kind for _, kind in found(text)}


def test_the_label_of_a_field_stays():
    text = "Nombre: Ana.\nApellidos: Ruiz Sanz.\nNHC: 36850.\nDomicilio: Calle Sol 9.\nCP: 28016.\nPaís: España.\n"
    gone = {at for one in spanish.find(text) for at in range(one.start, one.end)}
    assert (
        "".join(sign for at, sign in enumerate(text) if at not in gone)
        == "Nombre: .\nApellidos: .\nNHC: .\nDomicilio: .\nCP: .\nPaís: .\n"
    )


def test_a_title_stays_and_the_name_after_it_goes():
    assert covered("visto por el Dr. Gómez Peña en consulta") == ["Gómez", "Peña"]
    assert covered("la Dra. Ana Mª Ríos, su médico") == ["Ana", "Mª", "Ríos"]


def test_a_door_is_no_title():
    text = "C/ Pavones, 27, 3 D.\nLocalidad: Madrid.\n"
    assert not any("Localidad" in value for value, _ in found(text))


def test_a_name_ends_where_the_department_begins():
    assert ("Rafael Cañas", Kind.NAME) in found("Remitido por: Dr. Rafael Cañas. Servicio de Cirugía Plástica")
    assert ("Luis Mora", Kind.NAME) in found("Remitido por: Dr. Luis Mora Hospital San Eloy")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.text(alphabet="Nombre:Dr. Calle 12,ñáº/\n\x00€", max_size=200))
def test_spans_lie_within_the_text_and_hold_something(text):
    for one in spanish.find(text):
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end].strip()


@pytest.mark.parametrize(
    ("first", "piece"),
    [
        ("", "a"),
        ("", "A"),
        ("", "1"),
        ("", " "),
        ("", "Nombre: "),
        ("", "Dr. A "),
        ("", "C/ Ab "),
        ("", "de la "),
        ("Hospital ", "de la "),
        ("", "Hospital De "),
        ("Hospital ", "San San "),
        ("", "(A, B, "),
        ("(", "A.B."),
        ("(", "Ab cd "),
        ("®(", "Ab, "),
        ("", "calle a "),
        ("en la calle ", "a "),
        ("C/ Ab ", "abc "),
        ("", "12 "),
        ("", "1-1-"),
        ("", "a@"),
        ("a@", "a."),
        ("", "Ab\n"),
        ("", "dos hijos "),
        ("paciente ", "a a "),
        ("NHC: ", "1 "),
        ("Médico: ", "A. "),
        ("Tel ", "1-"),
    ],
)
def test_time_is_linear(first, piece):
    def seconds(size):
        text = first + piece * (size // len(piece))
        before = time.process_time()
        spanish.find(text)
        return time.process_time() - before

    small = min(seconds(3_000) for _ in range(2))
    assert seconds(12_000) < 10 * small + 0.25
