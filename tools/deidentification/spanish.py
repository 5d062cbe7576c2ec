"""Spanish examples: MEDDOCAN's train part (CC BY 4.0), real case reports with identifiers put in by documentalists."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from faker.providers.person.es_ES import Provider as Names

from primum.privacy.lexicons.loader import words
from primum.privacy.spans import Example, Kind, Span
from primum.privacy.tagger.decoding import Limits

SOURCE = (
    "MEDDOCAN 2019, train part, 500 Spanish case reports with identifiers put in by documentalists "
    "(Marimon et al., CEUR-WS 2421, CC BY 4.0)."
)
LIMITS = Limits(found=0.7, grown=0.95)
"""Chosen by cross-validation within the train part, the rules for Spanish joined."""
DATA = Path(os.environ.get("PRIMUM_DATA", Path(__file__).parents[3] / "shared" / "data"))
FOLDS = 5
VARIED = 0.4
"""Share of the documents of an epoch that get other names, numbers and layouts."""
LABELS = {
    "Nombre": ("Nombre del paciente", "Paciente", "NOMBRE", "Nombre y apellidos", "Nom."),
    "Apellidos": ("APELLIDOS", "Primer apellido", "Apellido(s)"),
    "NHC": ("Nº Historia", "Historia clínica", "N.H.C.", "Nº HC", "Número de historia", "HC"),
    "NASS": ("Nº Seg. Social", "N.A.S.S.", "NUSS", "Nº afiliación", "Tarjeta sanitaria"),
    "Domicilio": ("Dirección", "DOMICILIO", "Dirección postal", "Residencia"),
    "Localidad/ Provincia": ("Localidad", "Población", "Municipio", "Ciudad", "Provincia"),
    "CP": ("C.P.", "Código postal", "Cód. postal"),
    "Fecha de nacimiento": ("F. Nac.", "F. nacimiento", "Nacimiento", "FECHA NACIMIENTO", "Nacido el"),
    "País de nacimiento": ("Nacionalidad", "País de origen", "Nacido en"),
    "Fecha de Ingreso": ("F. Ingreso", "Ingreso", "FECHA DE INGRESO", "Fecha", "Fecha de consulta", "Fecha de alta"),
    "Médico": ("Facultativo", "Dr./Dra.", "Médico responsable", "Atendido por", "MÉDICO", "Firmado"),
    "Remitido por": ("Enviado por", "Solicitado por", "Fdo.", "Firma", "Derivado por"),
    "Responsable clínico": ("Médico responsable", "Firmado por", "Fdo.", "Informe de"),
    "Episodio": ("Nº episodio", "Proceso", "Nº de registro"),
}
"""Other names for the fields of the corpus's forms."""
HEADED = 18
"""Lines at the beginning of a document in which its form stands."""
KINDS = {
    "NOMBRE_SUJETO_ASISTENCIA": Kind.NAME,
    "NOMBRE_PERSONAL_SANITARIO": Kind.NAME,
    "TERRITORIO": Kind.PLACE,
    "PAIS": Kind.REGION,
    "CALLE": Kind.STREET,
    "FECHAS": Kind.DATE,
    "EDAD_SUJETO_ASISTENCIA": Kind.AGE,
    "SEXO_SUJETO_ASISTENCIA": Kind.SEX,
    "FAMILIARES_SUJETO_ASISTENCIA": Kind.FAMILY,
    "PROFESION": Kind.PROFESSION,
    "CORREO_ELECTRONICO": Kind.EMAIL,
    "NUMERO_TELEFONO": Kind.PHONE,
    "NUMERO_FAX": Kind.FAX,
    "URL_WEB": Kind.URL,
    "ID_SUJETO_ASISTENCIA": Kind.RECORD_NUMBER,
    "ID_CONTACTO_ASISTENCIAL": Kind.RECORD_NUMBER,
    "ID_ASEGURAMIENTO": Kind.INSURANCE,
    "ID_TITULACION_PERSONAL_SANITARIO": Kind.LICENCE,
    "ID_EMPLEO_PERSONAL_SANITARIO": Kind.LICENCE,
    "IDENTIF_VEHICULOS_NRSERIE_PLACAS": Kind.VEHICLE,
    "IDENTIF_DISPOSITIVOS_NRSERIE": Kind.DEVICE,
    "HOSPITAL": Kind.HOSPITAL,
    "CENTRO_SALUD": Kind.HOSPITAL,
    "INSTITUCION": Kind.ORGANISATION,
    "NUMERO_BENEF_PLAN_SALUD": Kind.INSURANCE,
    "OTROS_SUJETO_ASISTENCIA": Kind.OTHER_ID,
    "OTRO_NUMERO_IDENTIF": Kind.OTHER_ID,
}
"""What the corpus's classes are here; a place that is all digits is a postcode."""


def corpus(part: str) -> list[Example]:
    """Return the documents of a part of the corpus in the order of their names, offsets as annotated."""
    found = []
    for path in sorted((DATA / "deid" / "meddocan" / part).glob("*.txt")):
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read()
        found.append(Example(text, tuple(sorted(_spans(path.with_suffix(".ann"), text)))))
    return found


def training(seed: int) -> Iterator[Example]:
    """Yield the documents to train on, some of them with other names, numbers and layouts."""
    yield from varied(fold(corpus("train"), 0, held_out=False), seed)


def varied(documents: Iterable[Example], seed: int) -> Iterator[Example]:
    """Yield documents, some of them changed so that neither a name nor a layout is learned by heart."""
    dice = np.random.default_rng(seed)
    for one in documents:
        yield _changed(one, dice) if dice.random() < VARIED else one


def _changed(example: Example, dice: np.random.Generator) -> Example:
    names: dict[str, str] = {}
    changes = [
        (one.start, one.end, new)
        for one in example.spans
        if (new := _other(example.text[one.start : one.end], one.kind, names, dice))
    ]
    inside = [(one.start, one.end) for one in example.spans]
    lines = [match.span() for match in re.finditer(r"[^\n]*\n", example.text)][:HEADED]
    joiner = str(dice.choice(["\n", "\n", " ", "  ", " | ", ", ", "\t", "; "]))
    for start, end in lines:
        label = re.match(r"[ \t]*([A-ZÁÉÍÓÚ][^:\n]{1,24}):", example.text[start:end])
        if label and label[1] in LABELS and dice.random() < 0.6:  # noqa: PLR2004 - a share
            changes.append((start + label.start(1), start + label.end(1), str(dice.choice(LABELS[label[1]]))))
        if end - start < 80 and joiner != "\n" and dice.random() < 0.5:  # noqa: PLR2004 - a short line
            stop = 2 if example.text[end - 2] == "." and dice.random() < 0.6 else 1  # noqa: PLR2004 - a share
            changes.append((end - stop, end, joiner))
    free = [one for one in changes if not any(a < one[1] and one[0] < b and (a, b) != one[:2] for a, b in inside)]
    return _edited(example, sorted(free))


def _edited(example: Example, changes: list[tuple[int, int, str]]) -> Example:
    """Return an example with stretches of its text replaced; a stretch is a whole span or in none."""
    parts: list[str] = []
    moved: dict[int, int] = {}
    at = length = 0
    edges = {one.start for one in example.spans} | {one.end for one in example.spans}
    for start, end, new in [*changes, (len(example.text), len(example.text), "")]:
        if start < at:
            continue
        moved |= {edge: length + edge - at for edge in edges if at <= edge <= start}
        parts += [example.text[at:start], new]
        length += start - at + len(new)
        moved[end] = length
        at = end
    spans = tuple(Span(moved[one.start], moved[one.end], one.kind, one.method) for one in example.spans)
    return Example("".join(parts), spans)


def _other(value: str, kind: Kind, names: dict[str, str], dice: np.random.Generator) -> str:
    """Return another value of a kind, or an empty text where the value stays."""
    if kind is Kind.NAME:
        lists = (Names.first_names_male, Names.first_names_female, Names.last_names)
        return re.sub(
            r"[^\W\d_]{3,}",
            lambda match: (
                names.setdefault(match[0].lower(), str(dice.choice(lists[int(dice.integers(3))])))
                if match[0][0].isupper()
                else match[0]
            ),
            value,
        )
    if kind is Kind.PLACE:
        return str(dice.choice(sorted(words("es_places")))).title() if dice.random() < 0.5 else ""  # noqa: PLR2004 - a share
    if kind in {Kind.RECORD_NUMBER, Kind.INSURANCE, Kind.LICENCE, Kind.PHONE, Kind.FAX, Kind.POSTCODE}:
        return re.sub(r"\d", lambda _: str(dice.integers(10)), value)
    return ""


def held_out(seed: int) -> Iterator[Example]:
    """Yield every fifth document of the train part: of other patients and doctors."""
    del seed
    yield from fold(corpus("train"), 0, held_out=True)


def fold(documents: list[Example], number: int, *, held_out: bool) -> list[Example]:
    """Return what is trained on, or held out, in one of ``FOLDS`` folds."""
    order = np.random.default_rng(0).permutation(len(documents)).tolist()
    return [documents[at] for place, at in enumerate(order) if (place % FOLDS == number) is held_out]


def _spans(path: Path, text: str) -> Iterator[Span]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("T"):
            continue
        row = line.split("\t")[1].split()
        start, end = int(row[1]), int(row[-1])
        kind = KINDS[row[0]]
        if kind is Kind.PLACE and text[start:end].isdigit():
            kind = Kind.POSTCODE
        if kind is Kind.RECORD_NUMBER and not any(sign.isdigit() for sign in text[start:end]):
            kind = Kind.OTHER_ID
        yield Span(start, end, kind, "gold")
