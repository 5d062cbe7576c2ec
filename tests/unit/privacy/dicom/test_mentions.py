from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from primum.privacy.dicom.mentions import gather
from primum.privacy.dicom.options import Options
from primum.privacy.dicom.profile import Profile

PROFILE = Profile(Options(), "1.2.840.10008.5.1.4.1.1.2")


def gathered(profile=PROFILE, ours="SUBJECT-7", **values):
    dataset = Dataset()
    for name, value in values.items():
        setattr(dataset, name, value)
    return gather(dataset, ours, profile)


def test_names_numbers_and_places_are_gathered():
    found = gathered(PatientName="Dreyfuss^Quentina", PatientID="QX-4471-93", InstitutionName="Riverbank Infirmary")
    assert {"dreyfuss", "quentina", "qx-4471-93", "riverbank"} <= found.words
    assert {"Dreyfuss", "Riverbank"} <= found.rare


def test_names_inside_sequences_and_private_elements_count():
    inner = Dataset()
    inner.OperatorsName = "Oyelaran^Ib"
    dataset = Dataset()
    dataset.ReferencedStudySequence = Sequence([inner])
    dataset.private_block(0x29, "X", create=True).add_new(1, "PN", "Bartolomeu")
    found = gather(dataset, "S", PROFILE)
    assert {"oyelaran", "bartolomeu"} <= found.words


def test_ordinary_words_are_no_rare_mentions():
    found = gathered(PatientName="Long^Peter", InstitutionName="Chest Center")
    assert "long" in found.words
    assert "long" not in {one.casefold() for one in found.rare}
    assert "chest" not in found.words


def test_what_is_ours_or_kept_is_no_mention():
    assert gathered(PatientID="SUBJECT-7").words == frozenset()
    keeping = Profile(Options(institution=True), "1.2.840.10008.5.1.4.1.1.2")
    assert gathered(keeping, InstitutionName="Riverbank").words == frozenset()


def test_long_mentions_are_struck_anywhere_and_short_ones_as_words():
    found = gathered(PatientName="Dreyfuss^Ib", PatientID="X1Y2")
    assert "dreyfuss" not in found.strike("MRDREYFUSS_1").casefold()
    assert found.strike("IB-gold Ibid") == "\0-gold Ibid"
    assert "X1Y2" not in found.strike("at X1Y2")


def test_mentions_are_found_in_bytes_of_any_encoding():
    found = gathered(PatientName="欧阳^修远")
    assert found.found_in("..欧阳修远..".encode("gb18030"), ["gb18030"])
    assert found.found_in("..欧阳修远..".encode(), [])
    assert not found.found_in(b"nothing", ["gb18030"])
    assert gathered(PatientName="Dreyfuss").found_in(b"\0Dreyfuss\0", [])


def test_an_empty_data_set_mentions_nobody():
    assert gathered().words == frozenset()
    assert gathered(PatientName="").words == frozenset()
