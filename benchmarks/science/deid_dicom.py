"""How much that identifies is removed from DICOM files, and how much that does not is kept, beside other tools.

    python benchmarks/science/deid_dicom.py [--peers PYTHON] [--write]

Into each of pydicom's own test files that takes them, 57 made-up identifiers are planted: 48 in standard attributes, 4
nested in sequences, 1 code meaning, 2 private (one in a private sequence), 2 dates. Each tool cleans the files at its
defaults; what is left is looked for in the raw bytes (inflated) and in the decoded values. ``--peers`` names a Python
that has dicom-anonymizer, and whichever of dicognito, deid and openmed it has. dciodvfy is used where it is installed.
"""

import argparse
import io
import json
import random
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from deid_dicom_pixels import burned_in
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from primum.privacy.dicom.cleaning import clean
from primum.privacy.dicom.elements import FAULTS
from primum.privacy.dicom.options import DicomIdentity
from primum.privacy.dicom.reading import read
from primum.privacy.dicom.refusals import DicomRefusedError

HERE = Path(__file__).parent
FILES = Path(pydicom.__file__).parent / "data"
IDENTITY = DicomIdentity(subject="SUBJECT-0001", days=-211, key=bytes(range(32)))
_STANDARD = (
    "PatientName PatientID IssuerOfPatientID OtherPatientIDs OtherPatientNames PatientBirthName PatientMotherBirthName "
    "PatientAddress PatientTelephoneNumbers MilitaryRank BranchOfService MedicalRecordLocator EthnicGroup Occupation "
    "AdditionalPatientHistory PatientComments PatientReligiousPreference RegionOfResidence CountryOfResidence "
    "MedicalAlerts Allergies AccessionNumber StudyID StudyDescription SeriesDescription InstitutionName "
    "InstitutionAddress InstitutionalDepartmentName StationName ReferringPhysicianName ReferringPhysicianAddress "
    "ReferringPhysicianTelephoneNumbers PhysiciansOfRecord PerformingPhysicianName NameOfPhysiciansReadingStudy "
    "OperatorsName AdmittingDiagnosesDescription DerivationDescription ImageComments ProtocolName DeviceSerialNumber "
    "AcquisitionComments RequestingPhysician RequestedProcedureDescription PerformedProcedureStepDescription "
    "PerformedProcedureStepID CurrentPatientLocation VisitComments"
)
DATES = ("PatientBirthDate", "StudyDate")
PLANTED = 57
_SYLLABLES = "ba ce di fo gu ha ki lo mu ne pi ra so tu va we xi yo zu kra ble stro"


def markers(seed: int) -> Iterator[str]:
    """Yield made-up names, each once; they look like names and are nobody's."""
    dice = random.Random(seed)  # noqa: S311 - a benchmark
    seen: set[str] = set()
    while True:
        name = "".join(dice.choice(_SYLLABLES.split()) for _ in range(5)).capitalize()
        if name not in seen:
            seen.add(name)
            yield name


def plant(dataset: Dataset, seed: int) -> dict[str, str]:
    """Plant the identifiers into a data set and return them by where they stand."""
    source, planted = markers(seed), {}

    def put(where: Dataset, keyword: str) -> None:
        value = next(source)
        setattr(where, keyword, f"{value}^{value}" if dictionary_VR(keyword) == "PN" else value[:16])
        planted[f"{len(planted)}:{keyword}"] = value[:16]

    for keyword in _STANDARD.split():
        put(dataset, keyword)
    request, graphic, text, region, other = (Dataset() for _ in range(5))
    put(request, "ScheduledProcedureStepDescription")
    put(text, "UnformattedTextValue")
    put(other, "PatientID")
    put(request, "RequestedProcedureID")
    graphic.TextObjectSequence = Sequence([text])
    region.CodeValue, region.CodingSchemeDesignator = "T-D1100", "SRT"
    put(region, "CodeMeaning")
    dataset.RequestAttributesSequence = Sequence([request])
    dataset.GraphicAnnotationSequence = Sequence([graphic])
    dataset.OtherPatientIDsSequence = Sequence([other])
    dataset.AnatomicRegionSequence = Sequence([region])
    nested = Dataset()
    put(nested, "PatientName")
    block = dataset.private_block(0x0099, "MADE UP", create=True)
    block.add_new(0x01, "LO", next(source))
    planted["private"] = block[0x01].value
    block.add_new(0x02, "SQ", Sequence([nested]))
    for at, keyword in enumerate(DATES):
        value = f"19{13 + seed % 60 + at:02d}{1 + seed % 12:02d}{11 + seed % 17:02d}"
        setattr(dataset, keyword, value)
        planted[keyword] = value
    return planted


def inputs(folder: Path) -> dict[str, dict[str, str]]:
    """Write the planted files into a folder and return what was planted in each."""
    planted = {}
    for seed, path in enumerate(sorted((FILES / "test_files").glob("*.dcm"))):
        try:
            dataset = pydicom.dcmread(path)
            if len(dataset) < 3 or "DirectoryRecordSequence" in dataset:  # noqa: PLR2004 - an empty shell
                continue
            found = plant(dataset, seed)
            name = f"{seed:03d}_{path.name.replace('+', '_')}"
            dataset.save_as(folder / name)
            read((folder / name).read_bytes())
        except (*FAULTS, pydicom.errors.InvalidDicomError, DicomRefusedError):
            (folder / f"{seed:03d}_{path.name}").unlink(missing_ok=True)
            continue
        planted[name] = found
    return planted


def left_in(path: Path, planted: dict[str, str]) -> list[str]:
    """Return where planted values are still found: in the bytes, inflated where deflated, or in what they decode to."""
    data = path.read_bytes()
    dataset = pydicom.dcmread(io.BytesIO(data), force=True)
    dump = str(dataset)
    if str(getattr(dataset, "file_meta", {}).get("TransferSyntaxUID", "")) == "1.2.840.10008.1.2.1.99":
        body = 144 + int.from_bytes(data[140:144], "little")
        data += zlib.decompress(data[body:], -zlib.MAX_WBITS)
    return [where for where, value in planted.items() if value.encode() in data or value in dump]


def standard_elements(dataset: Dataset, before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of the standard elements that have a value, nested ones too."""
    for element in dataset:
        if element.tag.is_private or element.is_empty or element.tag.elem == 0:
            continue
        path = f"{before}/{element.tag}"
        if element.VR == "SQ":
            for at, item in enumerate(element.value):
                yield from standard_elements(item, f"{path}[{at}]")
        else:
            yield path, element.value


def kept(old: Path, new: Path) -> Counter[str]:
    """Return how many standard elements that were not planted had a value, and have one, or the same one, still."""
    was, now = (dict(standard_elements(pydicom.dcmread(one, force=True))) for one in (old, new))
    fresh = Dataset()
    plant(fresh, 0)
    planted = {path for path, _ in standard_elements(fresh)}
    asked = [path for path in was if path not in planted]
    same = sum(str(now.get(path)) == str(was[path]) for path in asked)
    return Counter(asked=len(asked), kept=sum(path in now and now[path] != "REMOVED" for path in asked), same=same)


def measured(given: Path, cleaned: Path, planted: dict[str, dict[str, str]]) -> dict[str, Any]:
    """Return what a tool removed and kept; of files that it did not write, all counts as removed."""
    total, where, stamped, unwritten = Counter[str](), Counter[str](), 0, 0
    shares: list[float] = []
    for name, values in planted.items():
        path = cleaned / name
        if not path.exists():
            unwritten += 1
            continue
        found = left_in(path, values)
        where.update(one.split(":")[-1] for one in found)
        mine = kept(given / name, path)
        total, shares = total + mine, [*shares, mine["kept"] / mine["asked"]]
        stamped += pydicom.dcmread(path, force=True).get("PatientIdentityRemoved") == "YES"
    asked = sum(map(len, planted.values()))
    return {
        "removed": asked - sum(where.values()),
        "of": asked,
        "left": dict(where.most_common(8)),
        "elements_kept": round(total["kept"] / total["asked"], 4),
        "elements_kept_mean_of_files": round(sum(shares) / len(shares), 4),
        "elements_same": round(total["same"] / total["asked"], 4),
        "elements": total["asked"],
        "says_identity_removed": stamped,
        "files_not_written": unwritten,
    }


def ours(given: Path, cleaned: Path) -> None:
    """Clean a folder with our own code."""
    for path in sorted(given.iterdir()):
        try:
            (cleaned / path.name).write_bytes(clean(path.read_bytes(), IDENTITY).data)
        except DicomRefusedError as refusal:
            print("refused", path.name, refusal.reason)


PEERS = {
    "dicom-anonymizer": "from dicomanonymizer import anonymize_dicom_file as run\ndef do(a, b): run(a, b, {})",
    "dicognito": (
        "from dicognito.anonymizer import Anonymizer; import pydicom; tool = Anonymizer()\n"
        "def do(a, b):\n    d = pydicom.dcmread(a); tool.anonymize(d); d.save_as(b)"
    ),
    "deid": (
        "from deid.dicom import replace_identifiers as run, get_identifiers; import pydicom\n"
        "def do(a, b):\n    out = run(dicom_files=[a], ids=get_identifiers([a]), save=False)\n    out[0].save_as(b)"
    ),
    "openmed": (
        "from openmed.multimodal.dicom import deidentify_dicom_headers as run\n"
        "def do(a, b): run(a, policy={'output_path': b})"
    ),
}
_LOOP = """
import pathlib, sys, warnings
warnings.simplefilter("ignore")
for one in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        do(str(one), str(pathlib.Path(sys.argv[2]) / one.name))
    except Exception as error:
        print(one.name, type(error).__name__, file=sys.stderr)
"""


def peer(python: str, code: str) -> Callable[[Path, Path], None]:
    """Return a tool that another Python runs."""

    def run(given: Path, cleaned: Path) -> None:
        subprocess.run([python, "-c", code + "\n" + _LOOP, str(given), str(cleaned)], check=True, capture_output=True)

    return run


def checked(given: Path, cleaned: Path) -> dict[str, int] | str:
    """Return how many errors of form dciodvfy finds before and after, and how many are new."""
    if not shutil.which("dciodvfy"):
        return "dciodvfy is not installed"
    before, after, new = 0, 0, Counter[str]()
    for path in sorted(cleaned.iterdir()):
        old, now = (_errors(one / path.name) for one in (given, cleaned))
        before, after = before + sum(old.values()), after + sum(now.values())
        new += now - old
    print("new errors of form:", new.most_common(8))
    return {"errors_before": before, "errors_after": after, "new": sum(new.values())}


def _errors(path: Path) -> Counter[str]:
    run = subprocess.run(["dciodvfy", str(path)], capture_output=True, check=False)  # noqa: S607 - where it is found
    lines = run.stderr.decode("latin-1").splitlines()
    return Counter(re.sub(r"[0-9][0-9.]*", "N", line) for line in lines if line.startswith("Error"))


def same_pixels(given: Path, cleaned: Path) -> dict[str, int]:
    """Return in how many files the pixels decode to the same values, and in how many text was blacked out."""
    counts = Counter[str]()
    for path in sorted(cleaned.iterdir()):
        old, new = (pydicom.dcmread(one / path.name, force=True) for one in (given, cleaned))
        if "PixelData" in old:
            try:
                same = np.array_equal(old.pixel_array, new.pixel_array)
            except FAULTS:
                same = False
            counts["same" if same else "changed"] += 1
    return dict(counts)


def outcomes() -> dict[str, int]:
    """Return what becomes of every file of pydicom's test data, whether DICOM or not: cleaned, or refused and why."""
    counts = Counter[str]()
    for path in sorted(one for one in FILES.rglob("*") if one.is_file() and not one.name.endswith((".py", ".pyc"))):
        try:
            clean(path.read_bytes(), IDENTITY)
            counts["cleaned"] += 1
        except DicomRefusedError as refusal:
            counts[f"refused: {refusal.reason}"] += 1
    return dict(sorted(counts.items()))


def main() -> None:
    """Measure, print, and with ``--write`` keep the figures beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="a Python that has the other tools")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    report: dict[str, Any] = {"pydicom": pydicom.__version__, "python": sys.version.split()[0], "tools": {}}
    tools: dict[str, Callable[[Path, Path], None]] = {"primum": ours}
    if asked.peers:
        tools |= {name: peer(asked.peers, code) for name, code in PEERS.items()}
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "given"
        given.mkdir()
        planted = inputs(given)
        report["files"], report["planted"] = len(planted), sum(map(len, planted.values()))
        for name, tool in tools.items():
            cleaned = Path(folder) / name
            cleaned.mkdir()
            try:
                tool(given, cleaned)
            except subprocess.CalledProcessError:
                print(name, "cannot be run")
                continue
            report["tools"][name] = measured(given, cleaned, planted)
            print(name, report["tools"][name])
        report["form"] = checked(given, Path(folder) / "primum")
        report["pixels"] = same_pixels(given, Path(folder) / "primum")
    report["outcomes"] = outcomes()
    report["burned_in"] = burned_in()
    text = json.dumps(report, indent=1, sort_keys=True)
    print(text)
    if asked.write:
        (HERE / "deid_dicom.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
