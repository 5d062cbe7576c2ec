"""Every kind of DICOM result is valid to a reader that nobody here wrote: dciodvfy, by the standard's own tables."""

import shutil
import subprocess

import numpy as np
import pytest

from primum.imaging.boxes import Box
from primum.imaging.findings import (
    MILLILITRE,
    VOLUME,
    BoxRegion,
    Decision,
    Finding,
    Report,
    SegmentRegion,
    Verdict,
    probability,
    within,
)
from primum.imaging.presentation import Presentation, mark_of, write_presentation
from primum.imaging.provenance import bytes_of
from primum.imaging.reports import write_report
from primum.imaging.segments import SegmentationType, write_segments
from synthetic.mr_series import HIPPOCAMPUS, MADE_AT, enhanced, mask, mr_series, provenance, xray

VALIDATOR = shutil.which("dciodvfy")
pytestmark = pytest.mark.skipif(VALIDATOR is None, reason="dciodvfy is not installed (apt: dicom3tools)")
TYPE_2 = ("PatientBirthDate", "PatientSex", "PatientName", "PatientID", "StudyDate", "StudyTime", "StudyID")
SOURCES = {"series": mr_series, "multi-frame": lambda: [enhanced()], "deidentified": lambda: without(mr_series())}
BOX = Box(left=1, top=2, right=7, bottom=9, label="x", score=0.5)


def without(sources):
    for one in sources:
        for name in TYPE_2:
            delattr(one, name)
    return sources


def errors(dataset, tmp_path):
    """Return what the validator holds to be wrong, and the name that it has for the object."""
    file = tmp_path / "one.dcm"
    file.write_bytes(bytes_of(dataset))
    said = subprocess.run([str(VALIDATOR), str(file)], capture_output=True, text=True, check=False)
    lines = (said.stdout + said.stderr).splitlines()
    assert lines
    return [one for one in lines if not one.startswith("Warning")]


def findings(segment):
    regions = [BoxRegion(image=0, box=BOX), None, *([SegmentRegion(number=1)] if segment else [])]
    volume = within(VOLUME, MILLILITRE, (3.21, 2.98, 3.4), "90% conformal interval")
    return tuple(
        Finding(tracking=str(at), kind=HIPPOCAMPUS, region=one, measurements=(probability(0.5), volume))
        for at, one in enumerate(regions)
    )


@pytest.mark.parametrize("source", list(SOURCES))
@pytest.mark.parametrize("kind", [SegmentationType.BINARY, SegmentationType.FRACTIONAL])
def test_segmentations(source, kind, tmp_path):
    values = np.random.default_rng(0).random((6, 12, 10, 2)) if kind is SegmentationType.FRACTIONAL else None
    assert errors(write_segments(SOURCES[source](), mask(values, kind), provenance()), tmp_path) == ["Segmentation"]


@pytest.mark.parametrize("source", list(SOURCES))
@pytest.mark.parametrize("verdict", [None, *Verdict])
def test_reports(source, verdict, tmp_path):
    sources = SOURCES[source]()
    segmentation = write_segments(sources, mask(), provenance())
    told = {"segmentation": segmentation}
    made = write_report(sources, Report(findings=findings(segment=True)), provenance(), **told)
    if verdict is not None:
        decision = Decision(
            verdict=verdict, doctor="Quill^Ada", organisation="Made-up hospital", at=MADE_AT, reason="x"
        )
        report = Report(findings=findings(segment=True), decision=decision)
        made = write_report(sources, report, provenance(), previous=made, **told)
    assert errors(made, tmp_path) == ["Comprehensive3DSR"]


def test_a_report_of_an_xray(tmp_path):
    made = write_report([xray()], Report(findings=findings(segment=False)), provenance())
    assert errors(made, tmp_path) == ["Comprehensive3DSR"]


@pytest.mark.parametrize("source", [*SOURCES, "xray"])
def test_presentations(source, tmp_path):
    sources = {**SOURCES, "xray": lambda: [xray()]}[source]()
    made = write_presentation(sources, Presentation(marks=(mark_of(BOX, 0),), window=(40.0, 400.0)), provenance())
    assert errors(made, tmp_path) == ["GrayscaleSoftcopyPresentationState"]
