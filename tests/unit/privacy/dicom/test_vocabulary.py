import pytest
from hypothesis import given
from hypothesis import strategies as st

from primum.privacy.dicom.vocabulary import Sieve, pieces, words, written_in


def keep(text, **how):
    return Sieve(**how).keep(text)


@pytest.mark.parametrize(
    "text",
    [
        "CT CHEST", "Thorax 0.75 lung", "t1_mpr_sag_p2_iso", "AX T2 FLAIR", "*se2d1", "b1000 ADC",
        "Abdomen w/o contrast",        "Axial 3.0 mm", "胸部CT平扫", "R/O nodule", "TE 90 ms", "C5 spine", "AxT2", "",
    ],
)  # fmt: skip
def test_ordinary_descriptions_stay_as_they_are(text):
    assert keep(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("CT chest Oyelaran", "CT chest"),
        ("OYELARAN^IB", ""),
        ("Smith brain MR", "brain MR"),
        ("BrainOyelaran", "Brain"),
        ("brain 20240310", "brain"),
        ("brain 12/04/61", "brain"),
        ("brain 2024", "brain"),
        ("call 020 7946 0958", "call"),
        ("555-12-34 chest", "chest"),
        ("id 4711-0815 chest", "chest"),
        ("ib@oyelaran.zqv liver", "liver"),
        ("胸部 王小明 平扫", "胸部 平扫"),
        ("brain (Oyelaran)", "brain"),
        ("Müller Abdomen", "Abdomen"),
        ("\u041eyelaran chest", "chest"),
        ("chest ¡¶«", "chest"),
    ],
)
def test_what_is_unknown_goes(text, left):
    assert keep(text) == left


def test_the_subject_goes_even_where_the_name_is_a_word():
    assert keep("long axis Peter", forbidden=frozenset({"long", "peter"})) == "axis"


def test_what_a_cleaner_wrote_stays():
    allowed = written_in("seen by Oyelaran on 2024-03-10", "seen by Tarkington on 2024-01-30")
    assert keep("seen by Tarkington on 2024-01-30", allowed=allowed) == "seen by Tarkington on 2024-01-30"
    assert written_in("same", "same") == frozenset()


def test_loose_keeps_small_letters_and_chinese_but_no_names_or_numbers():
    kept = keep("paciente refiere dolor torácico, Oyelaran 4711081, 胸痛三天", loose=True)
    assert "refiere dolor torácico" in kept
    assert "胸痛三天" in kept
    assert "Oyelaran" not in kept
    assert "4711081" not in kept


def test_the_vocabulary_holds_anatomy_and_no_names():
    assert {"chest", "flair", "liver", "head", "long", "colon", "胸部", "平扫"} <= words()
    assert not {"smith", "wang", "garcia", "oyelaran", "boston", "miller", "will", "parkinson"} & words()
    assert not any(one.startswith("#") for one in words())


@given(st.text(max_size=60))
def test_nothing_new_is_written_and_a_second_time_changes_nothing(text):
    once = keep(text)
    assert keep(once) == once
    assert pieces(once) <= pieces(text) | {part for word in pieces(text) for part in _parts(word)}


def _parts(word):
    return {word[a:b] for a in range(len(word)) for b in range(a + 1, len(word) + 1)} if len(word) < 30 else {word}


@given(st.lists(st.sampled_from(["Oyelaran", "zqvexil", "Bartolomeu", "4711081", "Kowalczyk"]), min_size=1, max_size=4))
def test_unknown_words_never_pass_whatever_joins_them(names):
    for joint in (" ", "_", "-", "^", "", ", "):
        kept = keep("brain" + joint + joint.join(names))
        assert not any(name.casefold() in kept.casefold() for name in names)
