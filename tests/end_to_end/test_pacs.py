"""Results in a real PACS: Orthanc on a port of this machine takes them, gives them back, and they line up."""

import json
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest

from primum.errors import AccessDeniedError
from primum.imaging.boxes import Box
from primum.imaging.dicomweb import Pacs
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
from primum.imaging.pacs import fetch, send
from primum.imaging.presentation import Presentation, mark_of, read_presentation, write_presentation
from primum.imaging.provenance import bytes_of
from primum.imaging.report_reading import read_report
from primum.imaging.reports import write_report
from primum.imaging.segments import SegmentationType, read_segments, write_segments
from primum.imaging.source_images import planes_of
from synthetic.mr_series import HIPPOCAMPUS, MADE_AT, enhanced, labels, mask, mr_series, provenance

ORTHANC = shutil.which("Orthanc", path="/usr/sbin:/usr/bin")
PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
pytestmark = pytest.mark.skipif(
    ORTHANC is None or not PLUGIN.exists(), reason="Orthanc is not installed (apt: orthanc orthanc-dicomweb)"
)
PASSWORD = "a made-up password"
BOX = Box(left=1, top=2.5, right=7, bottom=9, label=HIPPOCAMPUS.meaning)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/dicom-web/studies", timeout=1)
    except urllib.error.HTTPError as error:
        return error.code == 401
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def orthanc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pacs]:
    folder, port = tmp_path_factory.mktemp("orthanc"), free_port()
    settings = {
        "StorageDirectory": str(folder / "kept"),
        "IndexDirectory": str(folder / "kept"),
        "HttpPort": port,
        "HttpBindAddresses": ["127.0.0.1"],
        "RemoteAccessAllowed": False,
        "DicomServerEnabled": False,
        "AuthenticationEnabled": True,
        "RegisteredUsers": {"primum": PASSWORD},
        "Plugins": [str(PLUGIN)],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    (folder / "settings.json").write_text(json.dumps(settings))
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([str(ORTHANC), str(folder / "settings.json")], stdout=log, stderr=log)
    try:
        for _ in range(200):
            if process.poll() is not None or answers(port):
                break
            time.sleep(0.05)
        assert process.poll() is None, (folder / "log").read_text()
        yield Pacs(url=f"http://127.0.0.1:{port}/dicom-web", user="primum", password=PASSWORD)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def sent(orthanc: Pacs) -> dict[str, pydicom.Dataset]:
    """The images of a study and all results on them, as they were sent."""
    sources = mr_series()
    segmentation = write_segments(sources, mask(), provenance())
    region = BoxRegion(image=2, box=BOX)
    findings = (
        Finding(tracking="box", kind=HIPPOCAMPUS, region=region, measurements=(probability(0.87),)),
        Finding(
            tracking="anterior",
            kind=HIPPOCAMPUS,
            region=SegmentRegion(number=1),
            measurements=(within(VOLUME, MILLILITRE, (3.21, 2.98, 3.4), "90% conformal interval"),),
        ),
    )
    suggested = write_report(sources, Report(findings=findings), provenance(), segmentation=segmentation)
    decision = Decision(
        verdict=Verdict.ACCEPTED, doctor="Quill^Ada", organisation="Made-up hospital", at=MADE_AT, reason="与扫描一致"
    )
    results = {
        "segmentation": segmentation,
        "labels": write_segments(sources, mask(kind=SegmentationType.LABELMAP), provenance(seed="labels")),
        "suggested": suggested,
        "decided": write_report(
            sources,
            Report(findings=findings, decision=decision),
            provenance(seed="decided"),
            segmentation=segmentation,
            previous=suggested,
        ),
        "presentation": write_presentation(
            sources, Presentation(marks=(mark_of(BOX, 2),), window=(300.5, 600.0)), provenance()
        ),
    }
    receipt = send([*sources, *results.values()], orthanc)
    assert len(receipt.stored) == len(sources) + len(results)
    return results


@pytest.fixture(scope="module")
def images(orthanc: Pacs, sent: dict[str, pydicom.Dataset]) -> list[pydicom.Dataset]:
    """The images as they came back."""
    return fetch(orthanc, mr_series()[0].StudyInstanceUID, mr_series()[0].SeriesInstanceUID)


def back(orthanc: Pacs, one: pydicom.Dataset) -> pydicom.Dataset:
    (found,) = fetch(orthanc, one.StudyInstanceUID, one.SeriesInstanceUID)
    return found


def test_images_come_back_with_the_same_pixels_in_the_same_place(images):
    for one, two in zip(images, mr_series(), strict=True):
        assert np.array_equal(one.pixel_array, two.pixel_array)
        assert planes_of(one)[0].lies_at(planes_of(two)[0])


@pytest.mark.parametrize("name", ["segmentation", "labels", "suggested", "decided", "presentation"])
def test_every_result_comes_back_byte_for_byte(orthanc, sent, name):
    assert bytes_of(back(orthanc, sent[name])) == bytes_of(sent[name])


@pytest.mark.parametrize("name", ["segmentation", "labels"])
def test_masks_line_up_with_the_images_that_came_back(orthanc, sent, images, name):
    assert np.array_equal(read_segments(back(orthanc, sent[name]), images).values, labels())


@pytest.mark.parametrize("name", ["suggested", "decided"])
def test_findings_are_read_on_the_images_that_came_back(orthanc, sent, images, name):
    assert read_report(back(orthanc, sent[name]), images) == read_report(sent[name], mr_series())


def test_marks_are_read_on_the_images_that_came_back(orthanc, sent, images):
    assert read_presentation(back(orthanc, sent["presentation"]), images).marks == (mark_of(BOX, 2),)


def test_a_multi_frame_object_and_its_mask_come_back(orthanc):
    source = enhanced()
    made = write_segments([source], mask(), provenance(seed="multi-frame"))
    send([source, made], orthanc)
    image = back(orthanc, source)
    assert np.array_equal(image.pixel_array, source.pixel_array)
    assert np.array_equal(read_segments(back(orthanc, made), [image]).values, labels())


def test_sending_again_sends_nothing(orthanc, sent):
    receipt = send([*mr_series(), *sent.values()], orthanc)
    assert receipt.stored == ()
    assert len(receipt.already) == 11


def test_a_stranger_is_refused(orthanc):
    with pytest.raises(AccessDeniedError, match="401"):
        fetch(Pacs(url=orthanc.url), mr_series()[0].StudyInstanceUID)
