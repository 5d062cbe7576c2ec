"""Write the breast cytology example as a hospital would hold it: ``python make_data.py FOLDER``.

The measurements and diagnoses are real: 569 fine-needle aspirates of breast masses (Wisconsin Diagnostic Breast Cancer,
UCI, CC BY 4.0) as scikit-learn bundles them. EVERYTHING ELSE IS MADE UP by this script from a fixed seed: names, record
numbers, birth dates, ages, phones, addresses, days of collection and notes belong to nobody. The untidiness (lengths
in two units, missing cells) is made up too; the study file declares and handles it.

Written are ``data/cytology.csv`` (a laboratory export), ``data/fhir/`` (one FHIR R4 bundle a patient), ``incoming/``
(bundles of 19 patients kept back: tomorrow's cases, measurements without diagnosis), and, where the folder has none,
copies of ``study.yaml`` and ``access.yaml``.

Source: W. N. Street, W. H. Wolberg, O. L. Mangasarian (1993), SPIE 1905:861-870; https://doi.org/10.24432/C5DW2B.
"""

import csv
import datetime as dt
import json
import shutil
import sys
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer

SEED = 1993
HERE = Path(__file__).parent
KEPT_BACK = {"malignant": 7, "benign": 12}
SHARE_IN_MILLIMETRES = 0.1
MISSING_CELLS = 40

GIVEN = (
    "Adela Agnes Amara Anneke Aoife Beatriz Bronwen Camila Celeste Chiara Dalia Edith Elif Elena Esme Farida Fiona "
    "Greta Hanna Ines Ingrid Isolde Jadwiga Jun Katya Lakshmi Leila Ling Lucia Mairead Marta Mei Mirela Nadia Ngozi "
    "Noor Odile Paloma Priya Rosa Ruth Saoirse Sigrid Tamsin Thandi Ulrike Yasmin Yuki Zofia"
)
FAMILY_FIRST = (
    "Alder Amber Ashen Brindle Bramble Cinder Copper Dapple Ember Feather Gorse Hazel Juniper Larken Linnet Marrow "
    "Nettle Otter Pebble Quill Russet Sorrel Thistle Willow"
)
FAMILY_LAST = (
    "bank beck bourne brook burn cliff combe cote croft dale fell field garth gate holm hurst leigh mere moor shaw "
    "stead thwaite wick worth"
)
STREETS = (
    "Fernwhistle Lane",
    "Gallowglen Road",
    "Harrowmint Row",
    "Kestrelby Lane",
    "Mosslantern Road",
    "Owlpenny Row",
    "Pippinhay Lane",
    "Rookfeather Road",
    "Saltmarrow Row",
    "Tumblewell Lane",
)
SITES = ("upper outer quadrant", "upper inner quadrant", "lower outer quadrant", "lower inner quadrant", "retroareolar")
HANDLING = (
    "Two passes with a 23-gauge needle; smears air-dried and stained with Diff-Quik.",
    "Three passes under ultrasound; smears fixed in alcohol and stained after Papanicolaou.",
    "One pass on palpation; direct smears, haematoxylin and eosin.",
)
QUALITY = (
    "Cellular aspirate, adequate for morphometry.",
    "Adequate material; some crush artefact at the edge of the slide, avoided when nuclei were outlined.",
    "Moderately cellular; background of blood. Enough intact nuclei were outlined.",
)
MENTIONS = (
    "{title} {family} (born {born}) attended on {collected}.",
    "Patient: {name}, record {mrn}, DOB {birth_date}.",
    "Please ring {given} on {phone} to arrange the follow-up visit.",
    "Copy of this report by post to {address}.",
    "Sample drawn {collected_on}; label checked against {mrn} with {title} {family}.",
)
CLOSING = (
    "Reading by the pathologist is reported separately.",
    "To be discussed at the multidisciplinary meeting together with imaging.",
    "Nuclear outlines digitised; measurements sent to the laboratory system.",
)
LENGTHS = tuple(f"{what}_{of}" for what in ("radius", "perimeter") for of in ("mean", "se", "worst"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A made-up person around one real aspirate."""

    given: str
    family: str
    mrn: str
    phone: str
    address: str
    postcode: str
    birth_date: dt.date
    collected_on: dt.date
    note: str

    @property
    def name(self) -> str:
        """Return the full name as written."""
        return f"{self.given} {self.family}"

    @property
    def age(self) -> int:
        """Return completed years at collection."""
        before = (self.collected_on.month, self.collected_on.day) < (self.birth_date.month, self.birth_date.day)
        return self.collected_on.year - self.birth_date.year - before


def long(day: dt.date) -> str:
    """Return a date as people write it: 7 March 1961."""
    return f"{day.day} {day:%B} {day.year}"


def column_name(feature: str) -> str:
    """Return the laboratory's header for a feature of scikit-learn: ``mean concave points`` is concave_points_mean."""
    for word, suffix in (("mean ", "mean"), ("worst ", "worst")):
        if feature.startswith(word):
            return f"{feature.removeprefix(word).replace(' ', '_')}_{suffix}"
    return f"{feature.removesuffix(' error').replace(' ', '_')}_se"


def unit_of(column: str) -> str:
    """Return the UCUM unit in which a column is measured. UCI names none; micrometres are assumed here."""
    if column in LENGTHS:
        return "um"
    return "um2" if column.startswith("area") else "1"


def make_patients(count: int, generator: np.random.Generator) -> list[Patient]:
    """Return made-up people, each with a family name, record number and phone of its own."""
    families = [first + last for first in FAMILY_FIRST.split() for last in FAMILY_LAST.split()]
    families = [families[at] for at in generator.permutation(len(families))[:count]]
    records = generator.choice(900_000, size=count, replace=False) + 100_000
    phones = generator.choice(1000, size=count, replace=False)
    return [
        _make_patient((families[number], f"BH-{records[number]}", f"+44 7700 900{phones[number]:03d}"), generator)
        for number in range(count)
    ]


def _make_patient(unique: tuple[str, str, str], generator: np.random.Generator) -> Patient:
    family, mrn, phone = unique
    collected_on = dt.date(2021, 1, 4) + dt.timedelta(days=int(generator.integers(0, 1080)))
    lived = int(np.clip(generator.normal(54, 13), 24, 84) * 365.25)
    known: dict[str, Any] = {
        "given": str(generator.choice(GIVEN.split())),
        "family": family,
        "mrn": mrn,
        "phone": phone,
        "address": f"{generator.integers(1, 200)} {generator.choice(STREETS)}",
        "birth_date": collected_on - dt.timedelta(days=lived),
        "collected_on": collected_on,
    }
    postcode = f"ZZ{generator.integers(1, 10)} {generator.integers(1, 10)}QX"
    return Patient(postcode=postcode, note=_make_note(known, generator), **known)


def _make_note(known: dict[str, Any], generator: np.random.Generator) -> str:
    """Return a note that mentions its patient here and there, and says nothing of the diagnosis."""
    words = {
        **known,
        "name": f"{known['given']} {known['family']}",
        "title": str(generator.choice(["Ms", "Mrs"])),
        "born": long(known["birth_date"]),
        "collected": long(known["collected_on"]),
    }
    side, site = generator.choice(["left", "right"]), generator.choice(SITES)
    mentions = generator.permutation(len(MENTIONS))[: generator.integers(1, 4)]
    sentences = [
        f"Fine-needle aspirate of a palpable mass, {side} breast, {site}.",
        str(generator.choice(HANDLING)),
        *(MENTIONS[at].format(**words) for at in mentions),
        str(generator.choice(QUALITY)),
        str(generator.choice(CLOSING)),
    ]
    return " ".join(sentences)


def make_rows(values: np.ndarray, columns: list[str], generator: np.random.Generator) -> list[dict[str, float | str]]:
    """Return one row a patient with its ``size_unit``: some rows have their lengths in millimetres."""
    rows = []
    for measured in values:
        millimetres = generator.random() < SHARE_IN_MILLIMETRES
        row: dict[str, float | str] = {"size_unit": "mm" if millimetres else "um"}
        for column, value in zip(columns, measured.tolist(), strict=True):
            row[column] = round(value / 1000, 9) if millimetres and column in LENGTHS else value
        rows.append(row)
    return rows


def make_bundle(patient: Patient, row: dict[str, float | str] | None, generator: np.random.Generator) -> dict[str, Any]:
    """Return a FHIR R4 bundle: the patient, the cytology report, and for incoming cases the measurements."""
    made_up = {
        "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
        "code": "HTEST",
        "display": "test health data",
    }
    reference = f"urn:uuid:{uuid.UUID(bytes=generator.bytes(16), version=4)}"
    resources = [_patient_resource(patient), _report_resource(patient, reference)]
    if row is not None:
        measured = [column for column in row if column != "size_unit"]
        resources += [_observation_resource(column, row, patient, reference) for column in measured]
    entries = []
    for resource in resources:
        tagged = {"resourceType": resource["resourceType"], "meta": {"tag": [made_up]}, **resource}
        new = f"urn:uuid:{uuid.UUID(bytes=generator.bytes(16), version=4)}"
        entries.append({"fullUrl": reference if resource["resourceType"] == "Patient" else new, "resource": tagged})
    return {"resourceType": "Bundle", "meta": {"tag": [made_up]}, "type": "collection", "entry": entries}


def _patient_resource(patient: Patient) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "identifier": [{"use": "usual", "system": "urn:example:hospital:mrn", "value": patient.mrn}],
        "name": [{"use": "official", "text": patient.name, "family": patient.family, "given": [patient.given]}],
        "telecom": [{"system": "phone", "value": patient.phone, "use": "mobile"}],
        "gender": "female",
        "birthDate": patient.birth_date.isoformat(),
        "address": [{"line": [patient.address], "city": "Exampleton", "postalCode": patient.postcode, "country": "GB"}],
    }


def _report_resource(patient: Patient, reference: str) -> dict[str, Any]:
    cytopathology = {
        "system": "http://terminology.hl7.org/CodeSystem/v2-0074",
        "code": "CP",
        "display": "Cytopathology",
    }
    return {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "category": [{"coding": [cytopathology]}],
        "code": {"text": "Fine-needle aspirate of the breast, cytology note"},
        "subject": {"reference": reference},
        "effectiveDateTime": patient.collected_on.isoformat(),
        "conclusion": patient.note,
    }


def _observation_resource(column: str, row: dict[str, float | str], patient: Patient, reference: str) -> dict[str, Any]:
    unit = unit_of(column)
    code = str(row["size_unit"]) if unit == "um" else unit
    shown = {"um": "µm", "um2": "µm²", "mm": "mm", "1": "1"}[code]
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": column},
        "subject": {"reference": reference},
        "effectiveDateTime": patient.collected_on.isoformat(),
        "valueQuantity": {"value": row[column], "unit": shown, "system": "http://unitsofmeasure.org", "code": code},
    }


def write_export(folder: Path) -> tuple[int, int]:
    """Write data and incoming cases into a folder and return how many subjects each holds."""
    generator = np.random.default_rng(SEED)
    real = load_breast_cancer()
    columns = [column_name(str(one)) for one in real.feature_names]
    diagnosis = [str(real.target_names[at]) for at in real.target]
    patients = make_patients(len(diagnosis), generator)
    rows = make_rows(real.data, columns, generator)
    kept_back: set[int] = set()
    for label, count in KEPT_BACK.items():
        of_class = [number for number, one in enumerate(diagnosis) if one == label]
        kept_back |= {int(number) for number in generator.choice(of_class, size=count, replace=False)}
    order = [int(number) for number in generator.permutation(len(patients))]
    studied = [number for number in order if number not in kept_back]
    incoming = [number for number in order if number in kept_back]
    for name, numbers in (("data/fhir", studied), ("incoming", incoming)):
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        for place, number in enumerate(numbers, start=1):
            bundle = make_bundle(patients[number], rows[number] if name == "incoming" else None, generator)
            text = json.dumps(bundle, indent=1, ensure_ascii=False)
            (target / f"bundle-{place:04d}.json").write_text(text + "\n", encoding="utf-8")
    for _ in range(MISSING_CELLS):
        rows[int(generator.choice(studied))][str(generator.choice(columns))] = "NA"
    with (folder / "data" / "cytology.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["mrn", "collected_on", "age", "size_unit", *columns, "diagnosis"])
        for number in studied:
            one, row = patients[number], rows[number]
            measured = [row[column] for column in columns]
            writer.writerow([one.mrn, one.collected_on, one.age, row["size_unit"], *measured, diagnosis[number]])
    return len(studied), len(incoming)


def identifiers(folder: Path) -> list[str]:
    """Return every made-up identifier in a folder this script wrote, as written: what must leak nowhere."""
    found: set[str] = set()
    for file in sorted([*folder.glob("data/fhir/*.json"), *folder.glob("incoming/*.json")]):
        resources = [entry["resource"] for entry in json.loads(file.read_text(encoding="utf-8"))["entry"]]
        patient, report = resources[0], resources[1]
        born = dt.date.fromisoformat(patient["birthDate"])
        found |= {
            patient["name"][0]["text"],
            patient["name"][0]["family"],
            patient["identifier"][0]["value"],
            patient["telecom"][0]["value"],
            patient["address"][0]["line"][0],
            patient["birthDate"],
        }
        found |= {long(born)} if long(born) in report["conclusion"] else set()
    return sorted(found)


def main(folder: Path) -> None:
    """Write the export, and the study beside it where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    studied, incoming = write_export(folder)
    for name in ("study.yaml", "access.yaml"):
        if not (folder / name).exists():
            shutil.copyfile(HERE / name, folder / name)
    print(f"Wrote {studied} subjects to {folder / 'data'} and {incoming} incoming cases to {folder / 'incoming'}.")
    print("Measurements and diagnoses are real (UCI WDBC, CC BY 4.0); the people around them are made up.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
