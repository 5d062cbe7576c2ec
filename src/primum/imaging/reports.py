"""Findings as DICOM structured reports (TID 1500, Comprehensive 3D SR) that say who speaks, and what a doctor said.

A report of a model is UNVERIFIED and says so in words, in English and Chinese. A doctor who accepts or corrects it
makes a VERIFIED report that names the first as its predecessor. One who rejects it makes an addendum that stays
UNVERIFIED: no reader of verified reports takes a rejected finding for a fact.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from highdicom import sr
from highdicom.coding_schemes import CodingSchemeIdentificationItem
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code
from pydicom.valuerep import DT

from primum.errors import DataError
from primum.imaging.findings import (
    BoxRegion,
    Decision,
    Finding,
    Measurement,
    Report,
    SegmentRegion,
    Verdict,
)
from primum.imaging.provenance import MANUFACTURER, Provenance, built, settled
from primum.imaging.segments import ARTIFICIAL_INTELLIGENCE
from primum.imaging.source_images import Series, series_of

SCHEME = "99PRIMUM"
"""Codes for which DICOM and SNOMED CT have none."""
DECISION = Code("decision", SCHEME, "Decision of a doctor on a model's suggestion")
DECIDED_AT = Code("decided-at", SCHEME, "Time of a doctor's decision")
REASON = Code("reason", SCHEME, "Reason of a doctor's decision")
VERDICTS = {
    Verdict.ACCEPTED: Code("accepted", SCHEME, "Accepted by a doctor"),
    Verdict.CORRECTED: Code("corrected", SCHEME, "Corrected by a doctor"),
    Verdict.REJECTED: Code("rejected", SCHEME, "Rejected by a doctor"),
}
UPPER = Code("371886008", "SCT", "+, range of upper measurement uncertainty")
LOWER = Code("371885007", "SCT", "-, range of lower measurement uncertainty")
COMMENT = codes.DCM.Comment
SAID_BY_MODEL = (
    "Suggested by a model. No doctor has verified it.",
    "本内容由模型给出，未经医生核实。",
)
SAID_BY_DOCTOR = {
    Verdict.ACCEPTED: ("Suggested by a model; a doctor accepted it.", "本内容由模型给出，医生已采纳。"),
    Verdict.CORRECTED: ("Suggested by a model; a doctor corrected it.", "本内容由模型给出，医生已更正。"),
    Verdict.REJECTED: (
        "Suggested by a model; a doctor rejected it. Do not act on it.",
        "本内容由模型给出，医生已否决，不得作为依据。",
    ),
}


def write_report(
    sources: Sequence[Dataset],
    report: Report,
    provenance: Provenance,
    *,
    segmentation: Dataset | None = None,
    previous: Dataset | None = None,
) -> Dataset:
    """Return findings as a structured report.

    Args:
        sources: The images that they rest on, of one series.
        report: What was found, and what a doctor decided.
        provenance: Who made it; the device that observed is named by the digest of the release.
        segmentation: The Segmentation whose segments findings refer to, already written.
        previous: The report that a doctor decided on.

    Raises:
        DataError: A finding refers to an image or a segment that is not there, a decision has no report that it is of,
            or the images lack what no image may lack.

    Source: PS3.16 TID 1500, 1410, 1411, 1501, 300, 1001; PS3.3 A.35.13.
    """
    if (report.decision is None) != (previous is None):
        raise DataError(
            "A decision has no report that it is of, or a report without a decision follows another.",
            remedy="Give the report that the doctor decided on together with the decision.",
        )
    series = series_of(sources)
    uid = provenance.uid("SR", str(series.images[0].SeriesInstanceUID))
    given = _Sources(series, segmentation)
    evidence = [*series.images, *([segmentation] if segmentation is not None else [])]
    verified = report.decision is not None and report.decision.verdict is not Verdict.REJECTED

    def make() -> Dataset:
        content = sr.MeasurementReport(
            observation_context=_observers(report.decision, provenance),
            procedure_reported=codes.SCT.ImagingProcedure,
            imaging_measurements=[_group(one, report, given, provenance) for one in report.findings],
            title=codes.DCM.ImagingMeasurementReport,
        )
        content[0].ContentSequence.extend(_statements(report.decision))
        made = sr.Comprehensive3DSR(
            evidence=evidence,
            content=content[0],
            series_instance_uid=uid,
            series_number=provenance.series_number + 1,
            sop_instance_uid=uid,
            instance_number=1,
            manufacturer=MANUFACTURER,
            manufacturer_model_name=provenance.device,
            software_versions=provenance.version,
            device_serial_number=provenance.serial,
            is_complete=True,
            is_verified=verified,
            verifying_observer_name=report.decision.doctor if report.decision and verified else None,
            verifying_organization=report.decision.organisation if report.decision and verified else None,
            previous_versions=[previous] if previous is not None else None,
            series_description="Findings by a model, " + _state(report.decision),
            specific_character_set="ISO_IR 192",
            coding_schemes=[
                CodingSchemeIdentificationItem(designator=SCHEME, name="Primum", responsible_organization="Primum")
            ],
        )
        if report.decision and verified:
            made.VerifyingObserverSequence[0].VerificationDateTime = _moment(report.decision)
        return made

    return settled(built(make, "report"), provenance)


Group = (
    sr.VolumetricROIMeasurementsAndQualitativeEvaluations
    | sr.PlanarROIMeasurementsAndQualitativeEvaluations
    | sr.MeasurementsAndQualitativeEvaluations
)


class _Sources:
    """The images and the segmentation that findings refer to."""

    def __init__(self, series: Series, segmentation: Dataset | None) -> None:
        self.series = series
        self.segmentation = segmentation

    def image(self, region: BoxRegion) -> Dataset:
        """Return the image of a region that lies inside it."""
        _, rows, columns = self.series.shape
        last = self.series.frames if self.series.is_multi_frame else 1
        box = region.box
        if not 0 <= region.image < len(self.series.images) or not 1 <= region.frame <= last:
            raise DataError("A finding refers to an image that was not given.", remedy="Number the images from 0.")
        if not (0 <= box.left < box.right <= columns and 0 <= box.top < box.bottom <= rows):
            raise DataError("A finding's box lies outside its image or is empty.", remedy="Give a box inside it.")
        return self.series.images[region.image]

    def segment(self, region: SegmentRegion) -> sr.ReferencedSegment:
        """Return a reference to a segment of the segmentation."""
        if self.segmentation is None or region.number not in {
            int(one.SegmentNumber) for one in self.segmentation.get("SegmentSequence") or ()
        }:
            raise DataError(
                "A finding refers to a segment that was not given.", remedy="Give the segmentation that holds it."
            )
        return sr.ReferencedSegment(
            sop_class_uid=self.segmentation.SOPClassUID,
            sop_instance_uid=self.segmentation.SOPInstanceUID,
            segment_number=region.number,
            source_series=sr.SourceSeriesForSegmentation(str(self.series.images[0].SeriesInstanceUID)),
        )


def _state(decision: Decision | None) -> str:
    return "not verified" if decision is None else f"{decision.verdict.value} by a doctor"


def _moment(decision: Decision) -> DT:
    return DT(decision.at.replace(microsecond=0).strftime("%Y%m%d%H%M%S%z"))


def _observers(decision: Decision | None, provenance: Provenance) -> sr.ObservationContext:
    device = sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
            uid=provenance.uid("release", provenance.release),
            name=provenance.release,
            manufacturer_name=MANUFACTURER,
            model_name=provenance.device,
            serial_number=provenance.serial,
        ),
    )
    if decision is None:
        return sr.ObservationContext(observer_device_context=device)
    person = sr.ObserverContext(
        observer_type=codes.DCM.Person,
        observer_identifying_attributes=sr.PersonObserverIdentifyingAttributes(
            name=decision.doctor, organization_name=decision.organisation
        ),
    )
    return sr.ObservationContext(observer_person_context=person, observer_device_context=device)


def _statements(decision: Decision | None) -> list[sr.ContentItem]:
    contains = sr.RelationshipTypeValues.CONTAINS
    said = SAID_BY_MODEL if decision is None else SAID_BY_DOCTOR[decision.verdict]
    items: list[sr.ContentItem] = [
        sr.TextContentItem(name=COMMENT, value=one, relationship_type=contains) for one in said
    ]
    if decision is not None:
        items.append(sr.CodeContentItem(name=DECISION, value=VERDICTS[decision.verdict], relationship_type=contains))
        items.append(sr.DateTimeContentItem(name=DECIDED_AT, value=_moment(decision), relationship_type=contains))
        if decision.reason:
            items.append(sr.TextContentItem(name=REASON, value=decision.reason, relationship_type=contains))
    return items


def _group(finding: Finding, report: Report, sources: _Sources, provenance: Provenance) -> Group:
    """Return a finding as a group of measurements: of a volume, of a plane, or of the images as a whole."""
    study = str(sources.series.images[0].StudyInstanceUID)
    evaluations = (
        [sr.QualitativeEvaluation(name=DECISION, value=VERDICTS[report.decision.verdict])] if report.decision else None
    )
    common: dict[str, Any] = {
        "tracking_identifier": sr.TrackingIdentifier(
            uid=provenance.uid("tracking", study, finding.tracking), identifier=finding.tracking
        ),
        "finding_type": finding.kind,
        "finding_sites": [sr.FindingSite(anatomic_location=finding.site)] if finding.site else None,
        "measurements": [_measurement(one) for one in finding.measurements] or None,
        "qualitative_evaluations": evaluations,
        "algorithm_id": sr.AlgorithmIdentification(
            name=provenance.release, version=provenance.version, family=ARTIFICIAL_INTELLIGENCE
        ),
    }
    match finding.region:
        case SegmentRegion() as region:
            return sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
                referenced_segment=sources.segment(region), **common
            )
        case BoxRegion() as region:
            return sr.PlanarROIMeasurementsAndQualitativeEvaluations(
                referenced_region=_outline(region, sources.image(region), sources.series), **common
            )
        case None:
            images = [sr.SourceImageForMeasurementGroup.from_source_image(one) for one in sources.series.images]
            return sr.MeasurementsAndQualitativeEvaluations(source_images=images, **common)


def _outline(region: BoxRegion, image: Dataset, series: Series) -> sr.ImageRegion:
    """Return a box as a closed line: SCOORD, too, counts from the upper left corner of the upper left pixel."""
    box = region.box
    corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    return sr.ImageRegion(
        graphic_type=sr.GraphicTypeValues.POLYLINE,
        graphic_data=np.array([*corners, corners[0]]),
        source_image=sr.SourceImageForRegion.from_source_image(
            image, referenced_frame_numbers=[region.frame] if series.is_multi_frame else None
        ),
    )


def _measurement(one: Measurement) -> sr.Measurement:
    made = sr.Measurement(name=one.name, value=float(one.value), unit=one.unit)
    if one.below is None or one.above is None:
        return made
    properties = sr.RelationshipTypeValues.HAS_PROPERTIES
    made[0].ContentSequence = sr.ContentSequence(
        [
            sr.NumContentItem(name=UPPER, value=float(one.above), unit=one.unit, relationship_type=properties),
            sr.NumContentItem(name=LOWER, value=float(one.below), unit=one.unit, relationship_type=properties),
            sr.TextContentItem(name=COMMENT, value=one.interval, relationship_type=properties),
        ]
    )
    return made
