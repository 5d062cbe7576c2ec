import pytest

from primum.privacy import notes
from primum.privacy.rules.english_belief import believed
from primum.privacy.spans import Kind, Span


def is_believed(text, value, kind=Kind.NAME):
    start = text.index(value)
    return bool(believed(text, [Span(start, start + len(value), kind, "tagger:en")]))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("is it safe to combine Zoloft and tramadol", "Zoloft"),
        ("take one p.o. b.i.d. and come back", "o. b"),
        ("Seen in Clinic today, the inpatient unit agrees with Humira", "inpatient unit"),
        ("The Report says swelling and itching", "swelling and itching"),
    ],
)
def test_words_of_medicine_and_small_words_are_no_names(text, value):
    assert not is_believed(text, value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("saw Zorvath today", "Zorvath"),
        ("saw zorvath in Berlin", "zorvath"),
        ("and Grace came", "Grace"),
        ("results for grace rose please", "grace rose"),
        ("results for Will, brown", "Will"),
        ("seen by Edward Apgar", "Edward Apgar"),
        ("ask J. about it", "J"),
        ("on the 王 ward", "王"),
    ],
)
def test_what_can_be_a_name_is_believed(text, value):
    assert is_believed(text, value)


def test_other_kinds_are_believed_whatever_they_say():
    assert is_believed("The Report of may", "may", Kind.DATE)
    assert is_believed("Bob is a nurse", "nurse", Kind.PROFESSION)


def test_notes_ask_for_belief():
    assert notes.BELIEFS["en"] is believed
