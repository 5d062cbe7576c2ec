"""PDF: its text, cleaned and set anew on plain pages; pictures, forms and everything else of it are left behind."""

import io
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from typing import BinaryIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from primum.deid.desk import Desk
from primum.deid.formats import again, content
from primum.deid.nouns import Outcome, RefusedError, Source, Written
from primum.deid.texts import Reading, Record, main_language
from primum.deid.windows import CORE, windows
from primum.privacy import notes

FONT = "STSong-Light"
"""A font of the reader's own that has Chinese as well as Latin letters; nothing is embedded."""
SIZE = 10
LEADING = 14
MARGIN = 54
FEWEST = 20
"""Letters of a PDF on the average page; with fewer it is taken for a scan."""
BREAK = "\f"


@lru_cache(maxsize=4)
def text_of(source: Source) -> str:
    """Return the text of a PDF, its pages parted by form feeds.

    Raises:
        RefusedError: It is encrypted, broken, or a picture of text.
    """
    return text_in(content(source))


def reading(source: Source) -> Reading:
    """Return the text of a PDF as it is searched."""
    return Reading(number=source.number, parts=lambda: iter([text_of(source)]))


def clean(source: Source, target: BinaryIO, subject: str, record: Record, desk: Desk) -> Outcome:
    """Write the text of a PDF on plain pages, without identifiers.

    Raises:
        RefusedError: It has no text that can be read.
    """
    text = text_of(source)
    done = notes.written_by(text, record.spans[source.number], record.writer, desk.policy)
    target.write(typeset(done.text))
    return Outcome(
        marks=[
            {"start": one.start, "end": one.end, "kind": one.kind.value.lower(), "method": one.method}
            for one in done.spans
        ],
        counts=Counter(done.counts),
        kept=Counter(one.kind.value.lower() for one in done.kept),
        notes=["pdf"],
        language=main_language(text[:CORE]),
        subjects=frozenset(record.named[source.number]),
        reread=lambda draft: _reread(draft, subject, done.written),
    )


def _reread(draft: BinaryIO, subject: str, surrogates: set[str]) -> Iterator[Written]:
    for window in windows([text_in(b"".join(again(draft)))]):
        near = frozenset(one for one in surrogates if one in window.text)
        yield Written(text=window.text[window.before :], subject=subject, surrogates=near)


def text_in(data: bytes) -> str:
    """Return the text of a PDF's bytes.

    Raises:
        RefusedError: It is encrypted, broken, or a picture of text.
    """
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise RefusedError("encrypted")
        pages = [page.extract_text() for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError) as fault:
        raise RefusedError("corrupt") from fault
    letters = sum(one.isalnum() for page in pages for one in page)
    if letters < FEWEST * len(pages):
        raise RefusedError("scanned")
    return BREAK.join(pages)


def typeset(text: str) -> bytes:
    """Return a PDF of a text, lines broken where they do not fit; equal texts give equal bytes.

    Args:
        text: Pages parted by form feeds.
    """
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=True)
    width, height = A4
    for page in text.split(BREAK):
        _page(canvas, page, width - 2 * MARGIN, height - MARGIN)
    canvas.save()
    return target.getvalue()


def _page(canvas: Canvas, page: str, width: float, top: float) -> None:
    at = top
    canvas.setFont(FONT, SIZE)
    for line in page.splitlines():
        for piece in _fitted(line, width):
            if at < MARGIN:
                canvas.showPage()
                canvas.setFont(FONT, SIZE)
                at = top
            canvas.drawString(MARGIN, at, piece)
            at -= LEADING
    canvas.showPage()


def _fitted(line: str, width: float) -> Iterator[str]:
    """Yield a line in pieces that fit, broken at spaces where there are any; time is linear in its length."""
    text = line.expandtabs(4)
    start, space, at, used = 0, 0, 0, 0.0
    while at < len(text):
        used += _width(text[at])
        if text[at] == " ":
            space = at + 1
        if used > width and at > start:
            cut = space if space > start else at
            yield text[start:cut].rstrip()
            start, at, used = cut, cut, 0.0
        else:
            at += 1
    yield text[start:]


@lru_cache(maxsize=4096)
def _width(sign: str) -> float:
    return float(pdfmetrics.stringWidth(sign, FONT, SIZE))
