"""A folder of everything about made-up people, and what must not come out of it again."""

import csv
import datetime as dt
import gzip
import json
import secrets
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pydicom
from pydicom.data import get_testdata_file
from reportlab.pdfgen.canvas import Canvas

from primum.deid import running
from primum.deid.keeping import Keeper, Nobody
from primum.deid.nouns import Choices

MRN = "77712345"
NAME = "Thaddeus Lindqvist"
PHONE = "415-555-9999"
NEEDLES = (MRN, "Thaddeus", "Lindqvist", "THADDEUS", "LINDQVIST", PHONE, "4155559999", "Whitlock", "77712346")
"""Made-up, and of names that no surrogate is drawn from; none of it may be anywhere in what a run leaves."""

NOTE = f"""Patient: {NAME}, MRN {MRN}. Phone {PHONE}.
Seen on 2024-03-05 with Parkinson disease.

Mr Lindqvist went home.
"""
CHINESE = "患者王小明，男，45岁，电话13812345678。\n2024年3月5日入院，诊断为肺炎。\n"
SPANISH = "Paciente: José García Núñez, NHC 12345678.\nIngresó el 5 de marzo de 2024.\n"


def bundle() -> dict[str, Any]:
    patient = {
        "resourceType": "Patient",
        "id": "p9",
        "name": [{"family": "Lindqvist", "given": ["Thaddeus"]}],
        "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": MRN}],
        "telecom": [{"system": "phone", "value": PHONE}],
        "birthDate": "1950-02-03",
    }
    observation = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "Blood pressure"},
        "subject": {"reference": "Patient/p9"},
        "effectiveDateTime": "2024-01-02",
        "valueString": f"{NAME} was called at {PHONE}",
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": patient}, {"resource": observation}],
    }


def write_table(place: Path) -> None:
    with place.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["mrn", "name", "birth_date", "sex", "phone", "glucose", "visit_date", "comment"])
        for at in range(30):
            name = NAME if at == 0 else "Ann Whitlock"
            told = f"{name} was called at {PHONE}" if at < 2 else "stable"
            born, seen = f"{1940 + at}-03-{1 + at % 28:02d}", f"2024-0{1 + at % 9}-11"
            rows.writerow([77712345 + at, name, born, "MF"[at % 2], f"415-555-{9999 - at}", 90 + at, seen, told])


def write_parquet(place: Path) -> None:
    table = pa.table(
        {
            "mrn": [str(77712345 + at) for at in range(30)],
            "visit": [dt.date(2024, 1, 1 + at % 28) for at in range(30)],
            "hb": [12.5 + at / 10 for at in range(30)],
            "note": [f"{NAME} called" if at % 5 == 0 else "stable" for at in range(30)],
        }
    )
    pq.write_table(table, place)


def write_volume(place: Path) -> None:
    image = nibabel.Nifti1Image(np.arange(60, dtype=np.int16).reshape(3, 4, 5), np.eye(4))
    image.header["descrip"] = f"{NAME} scan".encode()
    nibabel.save(image, place)


def write_variants(place: Path) -> None:
    place.write_text(
        "##fileformat=VCFv4.2\n##fileDate=20240102\n##source=/home/lindqvist/call.sh\n"
        '##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">\n'
        "##contig=<ID=chr1,length=1000,URL=file:///home/lindqvist/ref.fa>\n"
        f"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t{MRN}\tNA002\n"
        "chr1\t10\trs1\tA\tC\t50\tPASS\tDP=10\tGT\t0/1\t1/1\n"
    )


def write_image(place: Path) -> None:
    dataset = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    dataset.PatientName = "Lindqvist^Thaddeus"
    dataset.PatientID = MRN
    dataset.save_as(place)


def write_letter(place: Path) -> None:
    page = Canvas(str(place), invariant=True)
    page.drawString(72, 700, f"Your patient {NAME}, MRN {MRN}, was seen on March 4, 2024.")
    page.save()


def fill(folder: Path) -> Path:
    """Write one file of each format, most of them about one person."""
    (folder / "ward" / "p001").mkdir(parents=True)
    (folder / "ward" / "p002").mkdir(parents=True)
    (folder / "ward" / "p001" / "note.txt").write_text(NOTE)
    (folder / "ward" / "p002" / "zh.txt").write_bytes(CHINESE.encode("gb18030"))
    (folder / "ward" / "es.txt").write_bytes(SPANISH.encode("cp1252"))
    (folder / f"{MRN}_visit.md").write_text(f"{NAME} came.\n")
    (folder / "fhir.json").write_text(json.dumps(bundle()))
    entries = [one["resource"] for one in bundle()["entry"]]
    (folder / "fhir.ndjson").write_text("".join(json.dumps(one) + "\n" for one in entries))
    (folder / "other.json").write_text(
        json.dumps({"patientName": NAME, "mrn": int(MRN), "note": f"call {PHONE}", "hb": 12.5})
    )
    write_table(folder / "patients.csv")
    write_parquet(folder / "labs.parquet")
    write_volume(folder / "brain.nii")
    write_volume(folder / "brain.nii.gz")
    write_variants(folder / "calls.vcf")
    (folder / "calls.vcf.gz").write_bytes(gzip.compress((folder / "calls.vcf").read_bytes()))
    write_image(folder / "ct")
    write_letter(folder / "letter.pdf")
    return folder


def silent(label: str, done: int, total: int) -> None:
    """Tell nobody how far it is."""


def run(
    source: Path, out: Path, keeper: Keeper | None = None, *, thorough: Path | None = None, **choices: Any
) -> dict[str, Any]:
    """De-identify a folder in this process, and return the summary."""
    request = running.Request(
        source=source, out=out, choices=Choices(year=2026, **choices), thorough=thorough, nonce=secrets.token_hex(8)
    )
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    return running.deidentify(request, keeper or Nobody(b"k" * 32), silent, lambda: moment)


def report(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "report.json").read_text(encoding="utf-8")))


def files(out: Path) -> dict[str, dict[str, Any]]:
    """Return path as written to what the report says of each file."""
    return {one["path"]: one for one in report(out)["files"]}
