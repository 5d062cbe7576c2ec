"""A structured report read back: the findings, where they lie, and what a doctor decided."""

import datetime as dt
from collections.abc import Sequence

from highdicom import sr
from highdicom.sr.utils import find_content_items
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from primum.errors import DataError
from primum.imaging.boxes import Box
from primum.imaging.findings import BoxRegion, Decision, Finding, Measurement, Report, SegmentRegion, Verdict
from primum.imaging.reports import COMMENT, DECIDED_AT, DECISION, LOWER, REASON, UPPER, VERDICTS, Group
from primum.imaging.source_images import Series, series_of
from primum.privacy.dicom.elements import FAULTS

_REMEDY = "Give a report that Primum wrote, with the images that it is of."


def read_report(dataset: Dataset, sources: Sequence[Dataset]) -> Report:
    """Return the findings that a report holds, in their order.

    Args:
        dataset: The structured report.
        sources: Its source images, in the order in which findings count them.

    Raises:
        DataError: It is no report of TID 1500 that can be read, or of other images; or its flag of verification and its
            decision contradict each other.
    """
    series = series_of(sources)
    try:
        content = sr.Comprehensive3DSR.from_dataset(dataset).content
        if not isinstance(content, sr.MeasurementReport):
            raise TypeError("not of TID 1500")
        _check_evidence(dataset, series)
        findings = tuple(_finding(one, series) for one in _groups(content))
        report = Report(findings=findings, decision=_decision(content[0]))
    except FAULTS as error:
        raise DataError("This is no structured report that can be read.", remedy=_REMEDY) from error
    _check_flag(dataset, report)
    return report


def _groups(content: sr.MeasurementReport) -> list[Group]:
    """Return the groups of measurements in the order of the document."""
    every: list[Group] = [
        *content.get_planar_roi_measurement_groups(),
        *content.get_volumetric_roi_measurement_groups(),
        *content.get_image_measurement_groups(),
    ]
    by_uid = {str(one.tracking_uid): one for one in every}
    (container,) = find_content_items(content[0], name=codes.DCM.ImagingMeasurements)
    uids = [
        str(tracked.value)
        for group in find_content_items(container, name=codes.DCM.MeasurementGroup)
        for tracked in find_content_items(group, name=codes.DCM.TrackingUniqueIdentifier)
    ]
    return [by_uid[uid] for uid in uids]


def _check_evidence(dataset: Dataset, series: Series) -> None:
    named = {
        str(instance.ReferencedSOPInstanceUID)
        for study in dataset.get("CurrentRequestedProcedureEvidenceSequence") or ()
        for one in study.ReferencedSeriesSequence
        for instance in one.ReferencedSOPSequence
    }
    if not {str(one.SOPInstanceUID) for one in series.images} <= named:
        raise DataError("The report is of other images than these.", remedy=_REMEDY)


def _check_flag(dataset: Dataset, report: Report) -> None:
    verified = report.decision is not None and report.decision.verdict is not Verdict.REJECTED
    if (dataset.get("VerificationFlag") == "VERIFIED") != verified:
        raise DataError(
            "The report's flag of verification and the decision in it contradict each other.",
            remedy="Do not use it: ask the doctor who is named in it.",
        )


def _finding(group: Group, series: Series) -> Finding:
    sites = group.finding_sites
    return Finding(
        tracking=str(group.tracking_identifier),
        kind=_code(group.finding_type),
        measurements=tuple(_measurement(one) for one in group.get_measurements()),
        site=_code(sites[0].value) if sites else None,
        region=_region(group, series),
    )


def _region(group: Group, series: Series) -> BoxRegion | SegmentRegion | None:
    if isinstance(group, sr.VolumetricROIMeasurementsAndQualitativeEvaluations):
        segment = group.referenced_segment
        numbers = None if segment is None else segment.referenced_segment_numbers
        if not numbers:
            raise ValueError("a volume without a segment")
        return SegmentRegion(number=int(numbers[0]))
    if isinstance(group, sr.MeasurementsAndQualitativeEvaluations):
        return None
    outline = group.roi
    if not isinstance(outline, sr.ImageRegion):
        raise TypeError("a plane without a region of an image")
    (source,) = find_content_items(outline, value_type=sr.ValueTypeValues.IMAGE)
    reference = source.ReferencedSOPSequence[0]
    uids = [str(one.SOPInstanceUID) for one in series.images]
    (left, top), (right, bottom) = outline.value.min(axis=0).tolist(), outline.value.max(axis=0).tolist()
    return BoxRegion(
        image=uids.index(str(reference.ReferencedSOPInstanceUID)),
        frame=int(reference.get("ReferencedFrameNumber", 1)),
        box=Box(left=left, top=top, right=right, bottom=bottom, label=_code(group.finding_type).meaning),
    )


def _measurement(one: sr.Measurement) -> Measurement:
    ends: list[float | None] = [None, None]
    interval = ""
    if "ContentSequence" in one[0]:
        for at, name in enumerate((LOWER, UPPER)):
            ends[at] = next((float(item.value) for item in find_content_items(one[0], name=name)), None)
        interval = next((str(item.value) for item in find_content_items(one[0], name=COMMENT)), "")
    return Measurement(
        name=_code(one.name), value=one.value, unit=_code(one.unit), below=ends[0], above=ends[1], interval=interval
    )


def _decision(root: Dataset) -> Decision | None:
    verdicts = find_content_items(root, name=DECISION)
    if not verdicts:
        return None
    said = {str(code.value): verdict for verdict, code in VERDICTS.items()}
    (at,) = find_content_items(root, name=DECIDED_AT)
    reasons = find_content_items(root, name=REASON)
    return Decision(
        verdict=said[str(verdicts[0].value.value)],
        doctor=str(find_content_items(root, name=codes.DCM.PersonObserverName)[0].value),
        organisation=str(find_content_items(root, name=codes.DCM.PersonObserverOrganizationName)[0].value),
        at=_time(at.DateTime),
        reason=str(reasons[0].value) if reasons else "",
    )


def _time(value: object) -> dt.datetime:
    return dt.datetime.strptime(str(value), "%Y%m%d%H%M%S%z")


def _code(code: sr.CodedConcept | None) -> Code:
    if code is None:
        raise ValueError("a finding without a code")
    return Code(str(code.value), str(code.scheme_designator), str(code.meaning))
