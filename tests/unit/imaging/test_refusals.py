import json
import re

import pytest

from primum.errors import DataError
from primum.imaging.intake import Intake
from primum.imaging.reasons import Actor, Reason
from primum.imaging.refusals import SHOWN, Fault, IntakeRefusedError, PictureRefusedError
from primum.imaging.wording import ACTORS, SAID

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_every_refusal_is_worded_in_both_languages_with_what_to_do_and_who_can():
    assert set(SAID) == set(Reason)
    assert set(ACTORS) == set(Actor)
    for said in SAID.values():
        for words in (said.what, said.remedy):
            assert words.en.endswith(".")
            assert not HAN.search(words.en)
            assert HAN.search(words.zh)
            assert words.zh.endswith("。")


def test_no_two_refusals_say_the_same():
    assert len({said.what.en for said in SAID.values()}) == len(SAID)
    assert len({said.what.zh for said in SAID.values()}) == len(SAID)


def test_codes_are_plain_words_with_dashes():
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", reason) for reason in Reason)


def test_a_refusal_tells_reason_detail_and_remedy():
    refusal = PictureRefusedError(Reason.SLICE_MISSING, "1 of them")
    assert isinstance(refusal, DataError)
    assert str(refusal) == "A slice is missing: the gap is a multiple of the spacing (1 of them)."
    assert refusal.as_document()["reason"] == "slice-missing"
    assert str(PictureRefusedError(Reason.CONSTANT)) == "All samples of the picture are equal: it is blank."


def test_an_intake_tells_all_faults_together_counted_by_kind_with_some_places():
    intake = Intake("scans")
    for number in range(SHOWN + 3):
        with intake.at(f"file {number + 1}"):
            raise PictureRefusedError(Reason.TRUNCATED)
    with intake.at("file 40"):
        raise PictureRefusedError(Reason.SLICE_MISSING, "1 of them")
    with pytest.raises(IntakeRefusedError) as told:
        intake.close()
    text = str(told.value)
    assert "Source scans has 9 fault(s)" in text
    assert "truncated, 8:" in text
    assert "file 5, and 3 more" in text.replace("; ", ", ")
    assert "file 6" not in text
    assert "slice-missing, 1:" in text
    assert "the data steward: Fetch it anew" in told.value.remedy
    assert "the imaging department: Fetch the whole series" in told.value.remedy


def test_the_document_of_an_intake_holds_both_languages_and_can_be_written():
    told = IntakeRefusedError(
        "scans", [Fault(reason=Reason.CONSTANT, place="file 1"), Fault(reason=Reason.CONSTANT, place="file 2")]
    )
    document = json.loads(json.dumps(told.as_document()))
    assert document["exit_code"] == DataError.exit_code
    assert document["faults"] == [
        {
            "reason": "constant",
            "count": 2,
            "what": {"en": SAID[Reason.CONSTANT].what.en, "zh": SAID[Reason.CONSTANT].what.zh},
            "remedy": {"en": SAID[Reason.CONSTANT].remedy.en, "zh": SAID[Reason.CONSTANT].remedy.zh},
            "actor": "imaging department",
            "places": ["file 1", "file 2"],
        }
    ]


def test_an_intake_without_faults_closes_in_silence_and_other_errors_pass():
    intake = Intake("scans")
    with pytest.raises(ZeroDivisionError), intake.at("file 1"):
        raise ZeroDivisionError
    intake.close()
