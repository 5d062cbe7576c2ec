"""Whether images and every kind of result come back from a PACS as they were sent, on real series.

    python benchmarks/science/pacs_round_trip.py FOLDER URL [--write]

FOLDER holds DICOM images, URL is a DICOMweb service (an Orthanc of this machine); its name and password are taken from
PRIMUM_PACS_USER and PRIMUM_PACS_PASSWORD. For each series: the images are sent and fetched, pixels and geometry are
compared; then a segmentation of each type, a report and a presentation state are written on the images that came back,
sent, fetched, and compared byte for byte and value by value. dciodvfy is used where it is installed.
"""

import argparse
import datetime as dt
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from primum.ids import digest
from primum.imaging.boxes import Box
from primum.imaging.dicomweb import Pacs
from primum.imaging.findings import MILLILITRE, VOLUME, BoxRegion, Finding, Report, SegmentRegion, probability, within
from primum.imaging.pacs import fetch, send
from primum.imaging.presentation import Presentation, mark_of, read_presentation, write_presentation
from primum.imaging.provenance import Provenance, bytes_of
from primum.imaging.report_reading import read_report
from primum.imaging.reports import write_report
from primum.imaging.segments import Mask, Segment, SegmentationType, read_segments, write_segments
from primum.imaging.source_images import planes_of

HERE = Path(__file__).parent
BRAIN = Code("12738006", "SCT", "Brain")
SEGMENT = Segment(label="Bright", category=codes.SCT.AnatomicalStructure, kind=BRAIN, tracking="bright")
MOST_WRONG = 1 / 510 + 1e-6


def series_in(folder: Path) -> dict[str, list[Dataset]]:
    """Return the series of a folder by their place among the sorted folders, each in the order of its slices."""
    found: dict[str, list[Dataset]] = {}
    for file in sorted(folder.rglob("*.dcm")):
        one = pydicom.dcmread(file)
        found.setdefault(str(one.SeriesInstanceUID), []).append(one)
    for images in found.values():
        normal = np.cross(*np.array(images[0].ImageOrientationPatient, float).reshape(2, 3))
        images.sort(key=lambda one, normal=normal: float(normal @ np.array(one.ImagePositionPatient, float)))
    return {f"series {at}": images for at, images in enumerate(found.values(), 1)}


def masks(images: list[Dataset]) -> dict[SegmentationType, Mask]:
    """Return what is brightest in the middle half of the slices, as labels and as fractions."""
    values = np.stack([one.pixel_array for one in images]).astype(np.float32)
    values[: len(values) // 4] = values[-(len(values) // 4) :] = 0
    fractions = (values / values.max())[..., None]
    labels = (fractions[..., 0] > np.quantile(fractions, 0.97)).astype(np.uint8)
    return {
        kind: Mask(values=fractions if kind is SegmentationType.FRACTIONAL else labels, segments=(SEGMENT,), kind=kind)
        for kind in SegmentationType
    }


def results(images: list[Dataset], provenance: Provenance) -> dict[str, tuple[Dataset, Any]]:
    """Return each result with what it must be read back as."""
    rows, columns = int(images[0].Rows), int(images[0].Columns)
    box = Box(left=columns / 4, top=rows / 4, right=columns / 2, bottom=rows / 2, label=BRAIN.meaning)
    made: dict[str, tuple[Dataset, Any]] = {
        kind.value: (write_segments(images, mask, provenance), mask) for kind, mask in masks(images).items()
    }
    segmentation = made[SegmentationType.BINARY.value][0]
    volume = within(VOLUME, MILLILITRE, (21.5, 20.25, 22.75), "90% interval")
    report = Report(
        findings=(
            Finding(tracking="bright", kind=BRAIN, region=SegmentRegion(number=1), measurements=(volume,)),
            Finding(tracking="box", kind=BRAIN, region=BoxRegion(image=3, box=box), measurements=(probability(0.9),)),
        )
    )
    marks = Presentation(marks=(mark_of(box, 3),), window=(300.0, 600.0))
    made["REPORT"] = (write_report(images, report, provenance, segmentation=segmentation), report)
    made["PRESENTATION"] = (write_presentation(images, marks, provenance), marks)
    return made


def read_back(back: Dataset, given: Any, images: list[Dataset]) -> bool:  # noqa: ANN401 - of every kind of result
    """Return whether a result says what it said."""
    match given:
        case Report():
            return read_report(back, images) == given
        case Presentation():
            return read_presentation(back, images) == given
    values = np.asarray(read_segments(back, images).values, dtype=float)
    wrong = float(np.abs(values - given.values).max())
    return wrong <= (MOST_WRONG if given.kind is SegmentationType.FRACTIONAL else 0)


def errors_of(dataset: Dataset) -> int | None:
    """Return how many errors dciodvfy finds, None where it is not installed."""
    validator = shutil.which("dciodvfy")
    if validator is None:
        return None
    with tempfile.NamedTemporaryFile(suffix=".dcm") as file:
        Path(file.name).write_bytes(bytes_of(dataset))
        said = subprocess.run([validator, file.name], capture_output=True, text=True, check=False)
    return sum(line.startswith("Error") for line in (said.stdout + said.stderr).splitlines())


def tried(images: list[Dataset], pacs: Pacs, seed: str) -> dict[str, Any]:
    """Return what came back of one series and of the results on it."""
    provenance = Provenance(
        release=digest(b"no release"), version="0", device="Primum", serial="benchmark",
        made_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), seed=seed,
    )  # fmt: skip
    started = time.perf_counter()
    send(images, pacs)
    stored = time.perf_counter()
    fetched = {
        str(one.SOPInstanceUID): one
        for one in fetch(pacs, str(images[0].StudyInstanceUID), str(images[0].SeriesInstanceUID))
    }
    report: dict[str, Any] = {"images": len(images), "rows": int(images[0].Rows), "columns": int(images[0].Columns)}
    report["seconds"] = {"store": round(stored - started, 2), "retrieve": round(time.perf_counter() - stored, 2)}
    back = [fetched[str(one.SOPInstanceUID)] for one in images]
    pairs = list(zip(images, back, strict=True))
    report["equal_pixels"] = all(np.array_equal(one.pixel_array, two.pixel_array) for one, two in pairs)
    report["equal_geometry"] = all(planes_of(one)[0].lies_at(planes_of(two)[0]) for one, two in pairs)
    report["results"] = {}
    for name, (made, given) in results(back, provenance).items():
        send([made], pacs)
        (one,) = [
            each
            for each in fetch(pacs, str(made.StudyInstanceUID), str(made.SeriesInstanceUID))
            if each.SOPInstanceUID == made.SOPInstanceUID
        ]
        report["results"][name] = {
            "bytes": len(bytes_of(made)),
            "equal_bytes": bytes_of(one) == bytes_of(made),
            "equal_content": read_back(one, given, back),
            "errors_of_form": errors_of(made),
        }
    return report


def main() -> None:
    """Try every series, print, and with ``--write`` keep the figures beside this file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("url")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    pacs = Pacs(
        url=asked.url,
        user=os.environ.get("PRIMUM_PACS_USER", ""),
        password=os.environ.get("PRIMUM_PACS_PASSWORD", ""),
    )
    report = {name: tried(images, pacs, name) for name, images in series_in(asked.folder).items()}
    text = json.dumps(report, indent=1, sort_keys=True)
    print(text)
    if asked.write:
        (HERE / "pacs_round_trip.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
