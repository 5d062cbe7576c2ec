import re

import pytest
from pydicom.tag import Tag

from primum.privacy.dicom.options import Options
from primum.privacy.dicom.profile import Profile, Rule, tables

CT, ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1"
BARE = Options(dates="removed", descriptors=False, structured=False, graphics=False, patient=False)
ACTIONS = {"D", "Z", "X", "U", "Z/D", "X/Z", "X/D", "X/Z/D", "X/Z/U*"}
COLUMNS = {
    "full_dates", "dates", "descriptors", "structured", "graphics", "patient", "device", "institution", "uids",
    "safe_private",
}  # fmt: skip


def action(tag, options=BARE, sop_class=CT, **how):
    rule = Profile(options, sop_class).rule(Tag(tag), **how)
    return None if rule is None else rule.action


def test_the_table_is_whole_and_well_formed():
    attributes = tables().attributes
    assert tables().edition == "2026c"
    assert len(attributes) == 656
    for tag, row in attributes.items():
        assert re.fullmatch(r"[0-9A-F]{8}|50XXXXXX|60XX[34]000|PRIVATE", tag)
        assert row["basic"] in ACTIONS, tag
        assert set(row) - {"name", "basic"} <= COLUMNS, tag
        assert {row[one] for one in set(row) - {"name", "basic"}} <= {"K", "C"}, tag


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("PatientName", "Z"),
        ("PatientBirthDate", "Z"),
        ("AccessionNumber", "Z"),
        ("ReferringPhysicianName", "Z"),
        ("InstitutionAddress", "X"),
        ("PatientAge", "X"),
        ("SOPInstanceUID", "U"),
        ("UnformattedTextValue", "D"),
        ("IconImageSequence", "X"),
        ("OriginalAttributesSequence", "X"),
        (0x00091001, "X"),
        (0x60103000, "X"),
        (0x50042000, "X"),
        ("Modality", None),
        ("Rows", None),
    ],
)
def test_actions_of_the_basic_profile(tag, expected):
    assert action(tag) == expected


def test_compound_actions_follow_the_type_in_the_class():
    assert action("DeviceSerialNumber", sop_class=CT) == "X"
    assert action("DeviceSerialNumber", sop_class=ENHANCED_CT) == "D"
    assert action("ContrastBolusAgent", sop_class=CT) == "Z"
    assert action("StudyID", sop_class=CT) == "Z"
    assert action("InstitutionName", sop_class=CT) == "X"


def test_where_the_class_is_unknown_or_the_attribute_nested_the_strictest_type_counts():
    assert action("DeviceSerialNumber", sop_class="1.2.3") == "D"
    assert action("DeviceSerialNumber", sop_class=CT, nested=True) == "D"
    assert action("AcquisitionDate", sop_class="") == "Z"


def test_references_keep_new_uids():
    assert action("ReferencedImageSequence") == "U"
    assert action("ReferencedImageSequence", Options(uids=True)) == "K"


@pytest.mark.parametrize(
    ("tag", "options", "expected"),
    [
        ("StudyDate", Options(), "C"),
        ("StudyDate", Options(dates="full"), "K"),
        ("StudyDescription", Options(), "C"),
        ("PatientSex", Options(), "K"),
        ("ContentSequence", Options(), "C"),
        ("GraphicAnnotationSequence", Options(), "C"),
        ("StationName", Options(device=True), "K"),
        ("InstitutionName", Options(institution=True), "K"),
        ("SOPInstanceUID", Options(uids=True), "K"),
        ("PatientName", Options(institution=True, device=True, uids=True), "Z"),
    ],
)
def test_options_override(tag, options, expected):
    assert action(tag, options) == expected


def test_a_rule_says_what_happens_where_cleaning_leaves_nothing():
    assert Profile(Options(), CT).rule(Tag("StudyDescription")) == Rule(action="C", otherwise="X", option="descriptors")
    assert Profile(Options(), CT).rule(Tag("StudyDate")).otherwise == "Z"
