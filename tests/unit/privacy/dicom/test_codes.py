import collections

import pytest
from pydicom.dataset import Dataset

from primum.privacy.dicom.codes import Codes
from primum.privacy.dicom.mentions import Mentions
from primum.privacy.dicom.texts import Texts

KEY = b"a secret of at least 16 bytes"


def cleaned(value=None, scheme=None, meaning=None, words=(), **others):
    item = Dataset()
    for name, text in {
        "CodeValue": value, "CodingSchemeDesignator": scheme, "CodeMeaning": meaning, **others
    }.items():  # fmt: skip
        if text is not None:
            setattr(item, name, text)
    done = collections.Counter()
    mentions = Mentions(frozenset(one.casefold() for one in words), frozenset(words))
    Codes(Texts(mentions), KEY).clean(item, lambda tag, action: done.update([(tag, action)]))
    return item, done


@pytest.mark.parametrize(
    ("value", "scheme", "meaning"),
    [
        ("121008", "DCM", "Person Observer Name"),
        ("T-D3000", "SRT", "Chest"),
        ("51185008", "SCT", "Thorax"),
        ("18782-3", "LN", "Study observation"),
        ("mm2/s", "UCUM", "mm2/s"),
        ("RID1243", "RADLEX", "thorax"),
        ("5.10.2-3", "SCPECG", "Lead II"),
    ],
)
def test_public_codes_stay_as_they_are(value, scheme, meaning):
    item, done = cleaned(value, scheme, meaning)
    assert (item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning) == (value, scheme, meaning)
    assert not done


def test_a_meaning_that_says_more_than_words_is_replaced_by_its_code():
    item, done = cleaned("T-D3000", "SRT", "Oyelaran")
    assert item.CodeMeaning == "T-D3000"
    assert done[0x00080104, "C"] == 1


def test_a_value_that_is_no_code_of_its_scheme_is_replaced():
    item, _ = cleaned("OYELARAN", "DCM", "Chest")
    assert item.CodeValue != "OYELARAN"
    assert len(item.CodeValue) == 10
    assert item.CodingSchemeDesignator == "DCM"


def test_local_schemes_lose_their_name_and_codes_stay_the_same_for_the_same():
    one, _ = cleaned("OYEL7", "99RIVERBANK", "CT chest Oyelaran")
    two, _ = cleaned("OYEL7", "99OTHER", "x")
    assert one.CodingSchemeDesignator == "99LOCAL"
    assert one.CodeValue == two.CodeValue != "OYEL7"
    assert one.CodeMeaning == "CT chest"


def test_schemes_of_makers_stay_unless_the_file_says_that_they_are_its_place():
    assert cleaned("CHEST", "99GEMS", "Chest")[0].CodingSchemeDesignator == "99GEMS"
    assert cleaned("CHEST", "99GEMS", "Chest", words=("99GEMS",))[0].CodingSchemeDesignator == "99LOCAL"


def test_versions_and_long_codes_that_could_say_something_go():
    item, _ = cleaned("121008", "DCM", "Chest", CodingSchemeVersion="Oyelaran")
    assert "CodingSchemeVersion" not in item
    item, _ = cleaned(None, "99X", "Chest", LongCodeValue="a code by Oyelaran of Riverbank")
    assert "LongCodeValue" not in item
    assert len(item.CodeValue) == 10


def test_units_in_braces_are_no_units():
    assert cleaned("{oyelaran}", "UCUM", "x")[0].CodeValue != "{oyelaran}"
    assert cleaned("{ratio}", "UCUM", "ratio")[0].CodeValue == "{ratio}"
