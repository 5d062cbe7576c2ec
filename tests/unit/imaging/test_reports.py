import dataclasses
import datetime as dt

import pytest

from primum.errors import DataError
from primum.imaging.boxes import Box
from primum.imaging.findings import (
    LONG_AXIS,
    MILLILITRE,
    MILLIMETRE,
    SHORT_AXIS,
    VOLUME,
    BoxRegion,
    Decision,
    Finding,
    Measurement,
    Report,
    SegmentRegion,
    Verdict,
    probability,
    within,
)
from primum.imaging.provenance import bytes_of
from primum.imaging.report_reading import read_report
from primum.imaging.reports import SAID_BY_DOCTOR, SAID_BY_MODEL, write_report
from primum.imaging.segments import write_segments
from synthetic.mr_series import (
    HIPPOCAMPUS,
    MADE_AT,
    enhanced,
    mask,
    mr_series,
    provenance,
    reopened,
    xray,
)

WHOLE = Finding(tracking="whole", kind=HIPPOCAMPUS, measurements=(probability(0.123456789012),))
VOLUMETRIC = Finding(
    tracking="anterior",
    kind=HIPPOCAMPUS,
    site=HIPPOCAMPUS,
    region=SegmentRegion(number=1),
    measurements=(
        within(VOLUME, MILLILITRE, (3.21, 2.98, 3.4), "90% conformal interval"),
        Measurement(name=LONG_AXIS, value=31.0, unit=MILLIMETRE),
        Measurement(name=SHORT_AXIS, value=9.5, unit=MILLIMETRE),
    ),
)
PLANAR = Finding(
    tracking="box",
    kind=HIPPOCAMPUS,
    region=BoxRegion(image=2, box=Box(left=1.5, top=2, right=7, bottom=9.25, label=HIPPOCAMPUS.meaning)),
    measurements=(probability(1.0),),
)
FINDINGS = (PLANAR, WHOLE, VOLUMETRIC)


def decision(verdict=Verdict.ACCEPTED, **changes):
    told = {"verdict": verdict, "doctor": "Quill^Ada", "organisation": "Made-up hospital", "at": MADE_AT}
    return Decision(**told | changes)


@pytest.fixture
def sources():
    return mr_series()


@pytest.fixture
def segmentation(sources):
    return write_segments(sources, mask(), provenance())


@pytest.fixture
def suggestion(sources, segmentation):
    return write_report(sources, Report(findings=FINDINGS), provenance(), segmentation=segmentation)


def decided(sources, segmentation, suggestion, given, findings=FINDINGS):
    report = Report(findings=findings, decision=given)
    return write_report(sources, report, provenance(), segmentation=segmentation, previous=suggestion)


def texts(dataset):
    return [one.TextValue for one in dataset.ContentSequence if one.ConceptNameCodeSequence[0].CodeMeaning == "Comment"]


def test_findings_come_back_in_their_order(sources, suggestion):
    assert read_report(reopened(suggestion), sources) == Report(findings=FINDINGS)


def test_a_report_says_that_a_model_said_it_and_nobody_verified_it(suggestion):
    assert suggestion.VerificationFlag == "UNVERIFIED"
    assert "VerifyingObserverSequence" not in suggestion
    assert texts(suggestion) == list(SAID_BY_MODEL)
    assert "not verified" in suggestion.SeriesDescription
    assert suggestion.PreliminaryFlag == "PRELIMINARY"


def test_the_observer_is_a_device_named_by_the_release(suggestion):
    names = {
        one.ConceptNameCodeSequence[0].CodeMeaning: one.get("TextValue") or one.get("ConceptCodeSequence")
        for one in suggestion.ContentSequence
        if one.RelationshipType == "HAS OBS CONTEXT"
    }
    assert names["Device Observer Name"] == "a" * 64
    assert names["Observer Type"][0].CodeMeaning == "Device"
    assert suggestion.SoftwareVersions == "0.1.0"


def test_it_is_a_measurement_report_of_the_template(suggestion):
    assert suggestion.SOPClassUID.name == "Comprehensive 3D SR Storage"
    assert suggestion.ContentTemplateSequence[0].TemplateIdentifier == "1500"


def test_it_names_every_image_and_the_segmentation_as_evidence(sources, segmentation, suggestion):
    named = {
        instance.ReferencedSOPInstanceUID
        for study in suggestion.CurrentRequestedProcedureEvidenceSequence
        for series in study.ReferencedSeriesSequence
        for instance in series.ReferencedSOPSequence
    }
    assert named == {one.SOPInstanceUID for one in [*sources, segmentation]}


def test_a_finding_and_its_segment_share_a_tracking_uid(segmentation, suggestion):
    assert str(segmentation.SegmentSequence[0].TrackingUID) in str(suggestion)


def test_an_interval_is_an_uncertainty_in_the_unit_of_the_value(suggestion):
    said = [
        (item.ConceptNameCodeSequence[0].CodeValue, one.MeasurementUnitsCodeSequence[0].CodeValue)
        for item in items(suggestion)
        if item.get("ValueType") == "NUM"
        for one in item.MeasuredValueSequence
    ]
    assert ("371886008", "ml") in said
    assert ("371885007", "ml") in said


def items(dataset):
    for one in dataset.get("ContentSequence") or ():
        yield one
        yield from items(one)


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.CORRECTED])
def test_a_doctor_who_agrees_verifies_it(sources, segmentation, suggestion, verdict):
    made = reopened(decided(sources, segmentation, suggestion, decision(verdict, reason="与扫描一致")))
    (observer,) = made.VerifyingObserverSequence
    assert made.VerificationFlag == "VERIFIED"
    assert (str(observer.VerifyingObserverName), observer.VerifyingOrganization) == ("Quill^Ada", "Made-up hospital")
    assert observer.VerificationDateTime == "20260304050607+0000"
    assert list(SAID_BY_DOCTOR[verdict]) == texts(made)[:2]
    assert read_report(made, sources) == Report(findings=FINDINGS, decision=decision(verdict, reason="与扫描一致"))


def test_a_rejected_report_is_an_addendum_that_nobody_takes_for_a_fact(sources, segmentation, suggestion):
    made = reopened(decided(sources, segmentation, suggestion, decision(Verdict.REJECTED, reason="artefact")))
    assert made.VerificationFlag == "UNVERIFIED"
    assert "VerifyingObserverSequence" not in made
    assert "Do not act on it." in texts(made)[0]
    assert read_report(made, sources).decision == decision(Verdict.REJECTED, reason="artefact")


def test_a_decision_names_the_report_that_it_is_of(sources, segmentation, suggestion):
    made = decided(sources, segmentation, suggestion, decision())
    (study,) = made.PredecessorDocumentsSequence
    (named,) = study.ReferencedSeriesSequence[0].ReferencedSOPSequence
    assert named.ReferencedSOPInstanceUID == suggestion.SOPInstanceUID
    assert made.SOPInstanceUID != suggestion.SOPInstanceUID


def test_corrected_findings_are_those_of_the_doctor(sources, segmentation, suggestion):
    corrected = (dataclasses.replace(WHOLE, measurements=(probability(0.0),)),)
    made = decided(sources, segmentation, suggestion, decision(Verdict.CORRECTED), corrected)
    assert read_report(made, sources).findings == corrected


def test_every_group_carries_the_verdict(sources, segmentation, suggestion):
    made = decided(sources, segmentation, suggestion, decision(Verdict.REJECTED))
    verdicts = [
        item
        for item in items(made)
        if item.get("ConceptCodeSequence") and item.ConceptCodeSequence[0].CodeValue == "rejected"
    ]
    assert len(verdicts) == 1 + len(FINDINGS)


def test_the_hour_of_a_decision_keeps_its_zone(sources, segmentation, suggestion):
    at = dt.datetime(2026, 3, 4, 23, 59, 58, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    made = decided(sources, segmentation, suggestion, decision(at=at))
    back = read_report(reopened(made), sources).decision
    assert back is not None
    assert (back.at, back.at.utcoffset()) == (at, dt.timedelta(hours=8))


def test_the_same_report_gives_the_same_bytes(sources, segmentation):
    one, other = (
        bytes_of(write_report(sources, Report(findings=FINDINGS), provenance(), segmentation=segmentation))
        for _ in range(2)
    )
    assert one == other


def test_another_number_is_another_instance(sources):
    made = {
        write_report(
            sources, Report(findings=(dataclasses.replace(WHOLE, measurements=(probability(x),)),)), provenance()
        ).SOPInstanceUID
        for x in (0.1, 0.2)
    }
    assert len(made) == 2


def test_boxes_on_frames_of_a_multi_frame_object():
    source = enhanced()
    found = dataclasses.replace(PLANAR, region=dataclasses.replace(PLANAR.region, image=0, frame=5))
    made = write_report([source], Report(findings=(found,)), provenance())
    assert read_report(reopened(made), [source]).findings == (found,)


def test_an_xray_has_findings_too():
    found = dataclasses.replace(PLANAR, region=dataclasses.replace(PLANAR.region, image=0))
    made = write_report([xray()], Report(findings=(found, WHOLE)), provenance())
    assert read_report(reopened(made), [xray()]).findings == (found, WHOLE)


def test_deidentified_sources_are_completed(sources):
    for one in sources:
        for name in ("PatientBirthDate", "PatientSex", "PatientName", "StudyDate", "StudyID", "AccessionNumber"):
            delattr(one, name)
    made = write_report(sources, Report(findings=(WHOLE,)), provenance())
    assert read_report(made, sources).findings == (WHOLE,)


@pytest.mark.parametrize(
    "region",
    [
        BoxRegion(image=6, box=PLANAR.region.box),
        BoxRegion(image=-1, box=PLANAR.region.box),
        BoxRegion(image=0, frame=2, box=PLANAR.region.box),
        BoxRegion(image=0, box=Box(left=0, top=0, right=10.5, bottom=3, label="x")),
        BoxRegion(image=0, box=Box(left=5, top=0, right=5, bottom=3, label="x")),
        SegmentRegion(number=3),
        SegmentRegion(number=0),
    ],
)
def test_a_place_that_is_not_there_is_refused(sources, segmentation, region):
    report = Report(findings=(dataclasses.replace(PLANAR, region=region),))
    with pytest.raises(DataError, match="finding"):
        write_report(sources, report, provenance(), segmentation=segmentation)


def test_a_segment_without_a_segmentation_is_refused(sources):
    with pytest.raises(DataError, match="segment"):
        write_report(sources, Report(findings=(VOLUMETRIC,)), provenance())


def test_a_decision_of_no_report_is_refused(sources):
    with pytest.raises(DataError, match="no report"):
        write_report(sources, Report(findings=(WHOLE,), decision=decision()), provenance())


def test_a_report_that_follows_another_without_a_decision_is_refused(sources, suggestion):
    with pytest.raises(DataError, match="without a decision"):
        write_report(sources, Report(findings=(WHOLE,)), provenance(), previous=suggestion)


def test_a_report_of_other_images_is_refused(suggestion):
    with pytest.raises(DataError, match="other images"):
        read_report(suggestion, mr_series(7))


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_flag_that_contradicts_the_decision_is_refused(sources, segmentation, suggestion, verdict):
    made = decided(sources, segmentation, suggestion, decision(verdict))
    made.VerificationFlag = "VERIFIED" if verdict is Verdict.REJECTED else "UNVERIFIED"
    with pytest.raises(DataError, match="contradict"):
        read_report(made, sources)


def test_a_suggestion_that_claims_to_be_verified_is_refused(sources, suggestion):
    suggestion.VerificationFlag = "VERIFIED"
    with pytest.raises(DataError, match="contradict"):
        read_report(suggestion, sources)


@pytest.mark.parametrize("spoil", ["ContentSequence", "ContentTemplateSequence", "SOPClassUID"])
def test_what_is_no_whole_report_is_refused(sources, suggestion, spoil):
    delattr(suggestion, spoil)
    with pytest.raises(DataError, match=r"no structured report|other images"):
        read_report(suggestion, sources)


def test_an_image_is_no_report(sources):
    with pytest.raises(DataError, match="no structured report"):
        read_report(sources[0], sources)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_measurement_is_a_finite_number(value):
    with pytest.raises(DataError, match="finite"):
        Measurement(name=VOLUME, value=value, unit=MILLILITRE)


@pytest.mark.parametrize("ends", [(1.0, 1.1, 2.0), (3.0, 1.0, 2.0), (1.0, float("nan"), 2.0)])
def test_a_value_is_within_its_interval(ends):
    with pytest.raises(DataError):
        within(VOLUME, MILLILITRE, ends, "90% interval")


def test_an_interval_has_two_ends_and_a_name():
    for told in (
        {"below": 1.0, "interval": "i"},
        {"above": 1.0, "interval": "i"},
        {"interval": "i"},
        {"below": 1.0, "above": 1.0},
    ):
        with pytest.raises(DataError):
            Measurement(name=VOLUME, value=1.0, unit=MILLILITRE, **told)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_probability_is_of_0_to_1(value):
    with pytest.raises(DataError):
        probability(value)


@pytest.mark.parametrize("findings", [(), (WHOLE, WHOLE), (dataclasses.replace(WHOLE, tracking=""),)])
def test_findings_have_names_of_their_own(findings):
    with pytest.raises(DataError, match="name"):
        Report(findings=findings)


@pytest.mark.parametrize(
    "changes",
    [
        {"doctor": ""},
        {"organisation": ""},
        {"organisation": "x" * 65},
        {"at": MADE_AT.replace(tzinfo=None)},
        {"reason": "x" * 1025},
    ],
)
def test_a_decision_that_nobody_answers_for_is_refused(changes):
    with pytest.raises(DataError, match="decision"):
        decision(**changes)
