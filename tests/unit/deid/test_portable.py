"""PDF: text is cleaned and set anew; what has no text, or hides it, is refused."""

import io
from pathlib import Path, PurePosixPath

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from primum.deid import portable, texts
from primum.deid.nouns import RefusedError, Source
from primum.deid.scanning import scan
from synthetic.deid_jobs import desk


def source(tmp_path: Path, data: bytes) -> Source:
    place = tmp_path / "x.pdf"
    place.write_bytes(data)
    return Source(number=1, path=PurePosixPath("x.pdf"), place=place, digest="", form="pdf")


def pdf(*pages: str) -> bytes:
    target = io.BytesIO()
    canvas = Canvas(target, invariant=True)
    for page in pages:
        for at, line in enumerate(page.splitlines()):
            canvas.drawString(72, 700 - 14 * at, line)
        canvas.showPage()
    canvas.setAuthor("Thaddeus Lindqvist")
    canvas.setTitle("Letter about Thaddeus Lindqvist")
    canvas.save()
    return target.getvalue()


def cleaned(one: Source, at=None):
    at = at or desk(tags=True)
    record = texts.search([portable.reading(one)], "s", at, lambda _: None)
    target = io.BytesIO()
    outcome = portable.clean(one, target, "s", record, at)
    return target.getvalue(), outcome


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def test_text_is_cleaned_and_set_anew_without_metadata(tmp_path):
    one = source(
        tmp_path, pdf("Please write to ann@example.org about the result.", "Second page, nothing else to say.")
    )
    data, outcome = cleaned(one)
    assert "[EMAIL]" in text_of(data)
    assert "Second page" in text_of(data)
    assert len(PdfReader(io.BytesIO(data)).pages) == 2
    assert b"Lindqvist" not in data
    assert PdfReader(io.BytesIO(data)).metadata.author in {None, "anonymous"}
    assert outcome.notes == ["pdf"]
    assert outcome.counts["email"] == 1


def test_chinese_text_is_set_as_it_is():
    data = portable.typeset("患者睡眠良好，无发热。\nThe patient slept well.")
    assert "患者睡眠良好" in text_of(data)
    assert "slept well" in text_of(data)


def test_equal_texts_give_equal_bytes():
    assert portable.typeset("a\fb") == portable.typeset("a\fb")


def test_long_lines_and_long_pages_are_broken_and_nothing_is_lost():
    words = [f"word{number}" for number in range(3000)]
    found = text_of(portable.typeset(" ".join(words) + "\n" + "x" * 500))
    assert found.split()[: len(words)] == words
    assert found.replace("\n", "").count("x" * 10) > 0


@pytest.mark.parametrize(
    ("data", "code"),
    [(pdf("", ""), "scanned"), (b"%PDF-1.4 nothing", "corrupt"), (pdf("text enough to read here")[:300], "corrupt")],
)
def test_what_has_no_text_is_refused(tmp_path, data, code):
    with pytest.raises(RefusedError) as refused:
        portable.text_of(source(tmp_path, data))
    assert refused.value.code == code


def test_an_encrypted_file_is_refused(tmp_path):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("secret text about somebody here"))))
    writer.encrypt("password", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    with pytest.raises(RefusedError) as refused:
        portable.text_of(source(tmp_path, target.getvalue()))
    assert refused.value.code == "encrypted"


def test_the_scan_reads_the_pdf_that_was_written(tmp_path):
    at = desk(tags=True)
    data, outcome = cleaned(source(tmp_path, pdf("Please write to ann@example.org about the result.")), at)
    assert not scan(outcome.reread(io.BytesIO(data)), at).left.certain
    other = io.BytesIO(pdf("Please write to left@example.org about the result."))
    assert scan(outcome.reread(other), at).left.certain["email"] == 1
