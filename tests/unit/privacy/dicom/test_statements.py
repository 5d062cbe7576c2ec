from pydicom.dataset import Dataset

from primum.privacy.dicom import statements
from primum.privacy.dicom.options import Options


def stated(*, has_pixels, searched, options=None, **before):
    dataset = Dataset()
    for name, value in before.items():
        setattr(dataset, name, value)
    codes = statements.state(dataset, options or Options(), has_pixels=has_pixels, searched=searched)
    return dataset, codes


def test_pixels_count_only_where_they_were_searched():
    dataset, codes = stated(has_pixels=True, searched=True)
    assert "113101" in codes
    assert (dataset.PatientIdentityRemoved, dataset.BurnedInAnnotation) == ("YES", "NO")


def test_unsearched_pixels_leave_the_identity_in():
    dataset, codes = stated(has_pixels=True, searched=False, BurnedInAnnotation="NO")
    assert "113101" not in codes
    assert dataset.PatientIdentityRemoved == "NO"
    assert "BurnedInAnnotation" not in dataset


def test_what_the_file_says_of_burned_in_text_is_not_made_better():
    dataset, _ = stated(has_pixels=True, searched=False, BurnedInAnnotation="YES")
    assert dataset.BurnedInAnnotation == "YES"


def test_every_option_has_its_code_and_every_code_a_meaning_that_fits():
    everything = Options(dates="full", device=True, institution=True, uids=True, safe_private=frozenset({"A|0019|0C"}))
    _, codes = stated(has_pixels=True, searched=True, options=everything)
    assert set(codes) == {
        "113100", "113101", "113103", "113104", "113105", "113106", "113108", "113109", "113110", "113111", "113112"
    }  # fmt: skip
    dataset, _ = stated(has_pixels=True, searched=True, options=everything)
    assert all(0 < len(one.CodeMeaning) <= 64 for one in dataset.DeidentificationMethodCodeSequence)
    assert all(len(one) <= 64 for one in [dataset.DeidentificationMethod])


def test_visual_features_are_never_claimed():
    _, codes = stated(has_pixels=True, searched=True)
    assert "113102" not in codes
