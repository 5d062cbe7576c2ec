"""Texts are cleaned window by window as if they were read at once, in their own encoding."""

import io
from pathlib import Path, PurePosixPath

import pytest

from primum.deid import sealing, texts
from primum.deid.desk import Desk
from primum.deid.keeping import Nobody
from primum.deid.nouns import Choices, Encoding, Introduced, Source
from primum.deid.scanning import scan
from primum.deid.subjects import Register
from primum.privacy.spans import Kind, Span

UTF_8 = Encoding(name="utf-8")


def desk(*introductions: Introduced, tags: bool = True) -> Desk:
    register = Register()
    for one in introductions:
        register.meet(one)
    register.settle()
    return Desk(register, Nobody(b"k" * 32), Choices(year=2026, tags=tags), None)


def source(tmp_path: Path, data: bytes, encoding: Encoding = UTF_8, number: int = 1) -> Source:
    place = tmp_path / f"{number}.txt"
    place.write_bytes(data)
    return Source(
        number=number,
        path=PurePosixPath(place.name),
        place=place,
        digest=sealing.hashlib.sha256(data).hexdigest(),
        form="text",
        encoding=encoding,
    )


def cleaned(one: Source, at: Desk, record=None, subject: str = "s"):
    record = record or texts.search([texts.reading(one)], subject, at, lambda _: None)
    target = io.BytesIO()
    outcome = texts.clean(one, target, subject, record, at)
    return target.getvalue(), outcome


def test_identifiers_become_tags_and_the_report_says_where(tmp_path):
    text = "Mail ann@example.org on 2024-03-05.\n"
    data, outcome = cleaned(source(tmp_path, text.encode()), desk())
    assert b"ann@example.org" not in data
    assert b"[EMAIL]" in data
    mark = next(one for one in outcome.marks if one["kind"] == "email")
    assert text[mark["start"] : mark["end"]] == "ann@example.org"
    assert outcome.counts["email"] == 1


def test_offsets_are_those_of_the_whole_text_in_characters(tmp_path, monkeypatch):
    monkeypatch.setattr("primum.deid.windows.CORE", 200)
    lines = [f"🙂 Zeile {at} ñ: write to user{at}@example.org today.\n" for at in range(60)]
    text = "".join(lines)
    _, outcome = cleaned(source(tmp_path, text.encode()), desk())
    found = [text[one["start"] : one["end"]] for one in outcome.marks if one["kind"] == "email"]
    assert found == [f"user{at}@example.org" for at in range(60)]


def small_windows(monkeypatch, size: int) -> None:
    original = texts.windows
    monkeypatch.setattr("primum.deid.texts.windows", lambda parts: original(parts, size=size, beside=120))


@pytest.mark.parametrize("size", [60, 150, 1000])
def test_windows_of_any_size_give_the_same_text(tmp_path, monkeypatch, size):
    text = "".join(f"Line {at}: mail user{at}@example.org, phone +1 415 555 {1000 + at}, well.\n" for at in range(40))
    whole, _ = cleaned(source(tmp_path, text.encode()), desk())
    small_windows(monkeypatch, size)
    parts, outcome = cleaned(source(tmp_path, text.encode(), number=2), desk())
    assert parts == whole
    assert outcome.counts["email"] == 40


def test_what_stands_across_a_border_is_replaced_once_and_wholly(tmp_path, monkeypatch):
    small_windows(monkeypatch, 40)
    text = "x" * 30 + " somebody.with.a.long.name@hospital.example.org " + "y" * 30
    data, outcome = cleaned(source(tmp_path, text.encode()), desk())
    assert data.decode() == "x" * 30 + " [EMAIL] " + "y" * 30
    assert outcome.counts == {"email": 1}


@pytest.mark.parametrize(
    ("name", "mark", "text"),
    [
        ("gb18030", b"", "患者王小明，电话13812345678，邮箱 wang@example.org。\n"),
        ("cp1252", b"", "José, correo jose@example.org, señal.\r\n"),
        ("utf-16-le", b"\xff\xfe", "Mail ann@example.org\r\n"),
        ("utf-8", b"\xef\xbb\xbf", "Mail ann@example.org — ñ\n"),
    ],
)
def test_texts_are_written_in_their_own_encoding_with_their_mark(tmp_path, name, mark, text):
    original = mark + text.encode(name)
    one = source(tmp_path, original, Encoding(name=name, mark=mark))
    data, outcome = cleaned(one, desk())
    assert data.startswith(mark)
    assert "[EMAIL]" in data[len(mark) :].decode(name)
    (tmp_path / "out").write_bytes(data)
    assert b"".join(sealing._restored(io.BytesIO(data), outcome.pieces)) == original


def test_an_encoding_that_lacks_letters_gives_way_to_utf_8(tmp_path, monkeypatch):
    class Han:
        def write(self, *_value):
            return "王"

    one = source(tmp_path, b"Mail ann@example.org", Encoding(name="cp1252"))
    at = desk()
    record = texts.search([texts.reading(one)], "s", at, lambda _: None)
    record.writer = Han()
    data, outcome = cleaned(one, at, record)
    assert data.decode() == "Mail 王"
    assert outcome.notes == ["encoding-changed"]
    assert not outcome.pieces


def test_what_one_text_of_a_subject_says_of_others_of_his_is_used(tmp_path):
    first = source(tmp_path, b"Patient: Quentin Farrow, seen today.\n", number=1)
    second = source(tmp_path, b"Farrow slept well.\n", number=2)
    at = desk()
    record = texts.search([texts.reading(first), texts.reading(second)], "s", at, lambda _: None)
    data, _ = cleaned(second, at, record)
    assert b"Farrow" not in data


def test_a_long_record_is_consistent_from_its_end_to_its_beginning(tmp_path, monkeypatch):
    monkeypatch.setattr("primum.deid.texts.TOGETHER", 300)
    small_windows(monkeypatch, 100)
    filler = "The patient slept well and ate well that day.\n\n"
    text = "Farrow slept well.\n\n" + filler * 40 + "Patient: Quentin Farrow, seen today by nobody.\n"
    data, _ = cleaned(source(tmp_path, text.encode()), desk())
    assert b"farrow" not in data.lower()


def test_known_people_are_found_in_the_texts_of_others_and_noted(tmp_path):
    ann = Introduced(names=("4711001",), known=(("name", "Zora Quillmark"), ("record_number", "4711001")))
    data, outcome = cleaned(source(tmp_path, b"asked about zora quillmark (4711001).\n"), desk(ann))
    assert b"quillmark" not in data
    assert b"4711001" not in data
    assert outcome.subjects == {"4711001"}


def test_the_residual_scan_reads_all_that_was_written_and_knows_the_surrogates(tmp_path, monkeypatch):
    small_windows(monkeypatch, 80)
    text = "".join(f"Line {at}: mail user{at}@example.org, well.\n" for at in range(30))
    at = desk(tags=False)
    data, outcome = cleaned(source(tmp_path, text.encode()), at)
    found = scan(outcome.reread(io.BytesIO(data)), at)
    assert not found.left.certain
    assert found.texts > 5
    more = io.BytesIO(data + b"and mail left@example.org\n")
    assert scan(outcome.reread(more), at).left.certain.keys() == {"email"}


def test_an_empty_text_stays_empty(tmp_path):
    data, outcome = cleaned(source(tmp_path, b""), desk())
    assert data == b""
    assert outcome.language == ""
    assert not outcome.marks


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("The patient slept well.", "en"),
        ("患者睡眠良好。", "zh"),
        ("La paciente durmió muy bien y no refiere dolor.", "es"),
    ],
)
def test_the_language_is_told(tmp_path, text, spoken):
    assert cleaned(source(tmp_path, text.encode()), desk())[1].language == spoken


def test_the_policy_says_what_stays_and_the_report_lists_it(tmp_path, monkeypatch):
    age = [Span(2, 4, Kind.AGE, "rule:age")]
    monkeypatch.setattr(texts.notes, "find_all", lambda listed, *_known, **_more: [age for _ in listed])
    one = source(tmp_path, b"A 45 year old man.\n")
    loose, strict = desk(), desk()
    strict.policy = texts.notes.POLICIES["everything"]
    kept, outcome = cleaned(one, loose)
    assert kept == b"A 45 year old man.\n"
    assert outcome.kept == {"age": 1}
    assert not outcome.counts
    gone, outcome = cleaned(one, strict)
    assert b"45" not in gone
    assert outcome.counts == {"age": 1}
