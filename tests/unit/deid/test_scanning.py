"""The last look: what is known of the subject, what proves itself, everybody else in the folder; and the estimate."""

import pytest

from primum.deid import residue
from primum.deid.nouns import Introduced, Written
from primum.deid.scanning import scan
from primum.deid.survey import survey
from primum.privacy import notes
from synthetic.deid_jobs import desk

ANN = Introduced(names=("4711001",), known=(("name", "Zora Quillmark"), ("record_number", "4711001")))
BOB = Introduced(names=("4711002",), known=(("name", "Bruno Achterberg"), ("record_number", "4711002")))


def left(*texts: Written):
    return scan(texts, desk(ANN, BOB)).left


def text(said: str, subject: str = "4711001", **more) -> Written:
    return Written(text=said, subject=subject, **more)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("seen with QUILLMARK", "name"),
        ("no. 471-10-01", "record_number"),
        ("mail left@example.org", "email"),
        ("Bruno Achterberg waits", "name"),
        ("see 4711002", "record_number"),
    ],
)
def test_what_identifies_the_subject_or_anybody_else_is_found(said, kind):
    assert left(text(said)).certain == {kind: 1}


def test_a_part_of_somebody_elses_name_is_a_word():
    assert not left(text("the bruno sign")).certain


def test_a_measurement_that_resembles_somebody_elses_number_is_doubtful():
    found = left(text("47.11002"), text("-4711002.00 "))
    assert not found.certain
    assert found.doubtful["record_number"] == 2
    assert left(text("4711002")).certain == {"record_number": 1}
    assert left(text("see 4711002.")).certain == {"record_number": 1}


def test_surrogates_are_not_what_was_left():
    said = "Ann Smith wrote from ann@example.org."
    assert not left(text(said, surrogates=frozenset({"Ann Smith", "ann@example.org"}))).certain


def test_a_surrogate_that_is_somebody_else_in_the_folder_is_no_leak():
    assert not left(text("Bruno Achterberg came", surrogates=frozenset({"Bruno Achterberg"}))).certain


def test_kinds_that_are_none_here_do_not_count():
    said = "http://loinc.org left@example.org"
    assert left(text(said, lenient=frozenset({"url"}))).certain == {"email": 1}


def test_texts_are_counted_and_finds_added_up():
    found = scan([text("left@example.org"), text("other@example.org"), text("well"), text("612345678")], desk(ANN))
    assert found.texts == 4
    assert found.left.certain == {"email": 2}
    assert found.left.doubtful == {"phone": 1}


def test_no_text_leaves_nothing():
    found = scan([], desk(ANN))
    assert (found.texts, found.left.certain.total()) == (0, 0)


# -- the estimate ------------------------------------------------------------------------------------------------------
def surveyed(tmp_path, *texts: str):
    for at, one in enumerate(texts):
        (tmp_path / f"note{at:03d}.txt").write_text(one)
    return survey(tmp_path, lambda *_: None)


def test_what_is_missed_is_estimated_on_copies_and_has_an_interval(tmp_path):
    found = surveyed(tmp_path, "Seen today. The chest is clear and the patient feels well. " * 5)
    told = residue.estimate(found, desk())
    assert told["overall"]["n"] > 100
    assert told["overall"]["low"] <= told["overall"]["value"] <= told["overall"]["high"]
    assert {"name", "phone", "email"} <= set(told)
    assert (tmp_path / "note000.txt").read_text().count("Seen today") == 5


def test_surrogates_that_begin_like_what_was_planted_do_not_count_as_missed(tmp_path):
    told = residue.estimate(surveyed(tmp_path, "Seen today. The chest is clear and he feels well. " * 5), desk())
    assert told["phone"]["n"] >= 30
    assert told["phone"]["value"] < 0.1
    assert told["fax"]["value"] < 0.1


def test_a_remover_that_finds_nothing_misses_everything(tmp_path, monkeypatch):
    monkeypatch.setattr(notes, "find_all", lambda listed, *_known, **_more: [[] for _ in listed])
    found = surveyed(tmp_path, "Seen today. The chest is clear. " * 5)
    assert residue.estimate(found, desk())["overall"]["value"] > 0.95


@pytest.mark.parametrize("texts", [(), ("",), ("  \n\n ",)])
def test_without_a_text_nothing_is_estimated(tmp_path, texts):
    (tmp_path / "a.json").write_text("{}")
    assert residue.estimate(surveyed(tmp_path, *texts), desk()) == {}


def test_of_many_texts_some_are_drawn_evenly(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr("primum.privacy.canaries.estimate", lambda texts, _scrub, _seed: drawn.extend(texts) or {})
    residue.estimate(surveyed(tmp_path, *(f"text {at}" for at in range(200))), desk())
    assert 1 < len(drawn) <= residue.TEXTS
    assert drawn[0] == "text 0"
    assert int(drawn[-1].split()[1]) > 150


def test_of_a_long_text_the_beginning_serves(tmp_path, monkeypatch):
    drawn = []
    monkeypatch.setattr("primum.privacy.canaries.estimate", lambda texts, _scrub, _seed: drawn.extend(texts) or {})
    residue.estimate(surveyed(tmp_path, "x" * 10_000), desk())
    assert [len(one) for one in drawn] == [residue.SAMPLE]
