"""XHTML of FHIR narratives: its text scrubbed, its addresses hidden, its structure kept."""

import difflib
import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from primum.privacy.fhir.links import Links

NAMESPACE = "http://www.w3.org/1999/xhtml"
INLINE = frozenset(
    {
        "a", "abbr", "acronym", "b", "bdo", "big", "cite", "code", "del", "dfn", "em", "i", "img", "ins",
        "kbd", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt", "u", "var",
    }
)  # fmt: skip
"""Elements that do not end a line of words."""
KNOWN = INLINE | frozenset(
    {
        "br", "hr", "div", "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "pre",
        "blockquote", "address", "table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th",
        "td",
    }
)  # fmt: skip
"""Elements that FHIR allows in a narrative; of others only the words are kept."""
VOID = frozenset({"br", "hr", "img", "col"})
UNREAD = frozenset({"script", "style", "template", "head", "title"})
"""Elements whose words nobody reads; they are dropped."""
PLAIN = frozenset(
    {
        "class", "style", "lang", "xml:lang", "dir", "align", "valign", "colspan", "rowspan", "border",
        "cellpadding", "cellspacing", "width", "height", "scope", "span",
    }
)  # fmt: skip
"""Attributes that are kept where they hold no more than a style."""
WORDS = frozenset({"title", "alt", "summary", "abbr"})
NAMES = frozenset({"id", "name"})
_LONGEST_STYLE = 200
_EMPTY = "[REMOVED]"

Scrub = Callable[[str], str]


@dataclass(slots=True)
class _Piece:
    """A piece of the narrative: markup, or words."""

    text: str
    words: bool = False
    breaks: bool = False


@dataclass(slots=True)
class _Reader(HTMLParser):
    """Takes a narrative apart and puts every end where it belongs."""

    scrub: Scrub
    links: Links
    pieces: list[_Piece] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    unread: int = 0

    def __post_init__(self) -> None:
        HTMLParser.__init__(self, convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag that FHIR knows."""
        if tag in UNREAD:
            self.unread += 1
        if tag not in KNOWN or self.unread:
            return
        ending = " /" if tag in VOID else ""
        self.pieces.append(_Piece(f"<{tag}{self._attributes(attrs)}{ending}>", breaks=tag not in INLINE))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag that ends at once."""
        if tag in UNREAD:
            return
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close a tag, and those inside it that were left open."""
        if tag in UNREAD:
            self.unread = max(0, self.unread - 1)
        if tag not in self.open or self.unread:
            return
        while self.open:
            last = self.open.pop()
            self.pieces.append(_Piece(f"</{last}>", breaks=last not in INLINE))
            if last == tag:
                break

    def handle_data(self, data: str) -> None:
        """Keep words."""
        if not self.unread:
            self.pieces.append(_Piece(data.replace("\n", " ").replace("\r", " "), words=True))

    def _attributes(self, attrs: list[tuple[str, str | None]]) -> str:
        found = {name: self._attribute(name, value or "") for name, value in attrs}
        return "".join(f' {name}="{html.escape(value)}"' for name, value in found.items() if value is not None)

    def _attribute(self, name: str, value: str) -> str | None:
        if name in WORDS:
            return self.scrub(value) if value else value
        if name in NAMES:
            return self.links.token(value)
        if name in {"href", "src"}:
            return self.links.link(value) if not value.lower().startswith(("data:", "javascript:")) else None
        if name in PLAIN and len(value) <= _LONGEST_STYLE and "url(" not in value.lower():
            return self.scrub(value) if value else value
        return None


def clean(div: str, scrub: Scrub, links: Links) -> str:
    """Return a narrative without identifiers, well-formed, in one ``div`` of the XHTML namespace.

    The words of all elements are scrubbed together, line by line, so that a label beside a value tells what it is and a
    name in two styles is one name. Comments, scripts, images from elsewhere and unknown attributes go.

    Args:
        div: XHTML; what is not well-formed is mended.
        scrub: Replaces identifiers in a text of many lines.
        links: Hides addresses.
    """
    reader = _Reader(scrub=scrub, links=links)
    reader.feed(div)
    reader.close()
    while reader.open:
        reader.handle_endtag(reader.open[-1])
    pieces = _inside(reader.pieces)
    lines = list(_lines(pieces))
    text = "\n".join("".join(one.text for one in line) for line in lines)
    safe = scrub(text) if text.strip() else text
    new = safe.split("\n")
    if len(new) == len(lines):
        for line, words in zip(lines, new, strict=True):
            _spread(line, words)
    else:
        _spread([one for line in lines for one in line], safe.replace("\n", " "))
    inner = "".join(html.escape(one.text, quote=False) if one.words else one.text for one in pieces)
    return f'<div xmlns="{NAMESPACE}">{inner if safe.strip() or "<img" in inner else _EMPTY}</div>'


def _inside(pieces: list[_Piece]) -> list[_Piece]:
    """Return the pieces without the outermost ``div``, where it holds all of them."""
    if not pieces or not pieces[0].text.startswith("<div") or pieces[-1].text != "</div>":
        return pieces
    depth = 0
    for at, one in enumerate(pieces):
        depth += not one.words and one.text.startswith("<div")
        depth -= one.text == "</div>" and not one.words
        if depth == 0:
            return pieces[1:-1] if at == len(pieces) - 1 else pieces
    return pieces


def _lines(pieces: list[_Piece]) -> Iterator[list[_Piece]]:
    """Yield the words between two breaks; markup inside a line does not part it."""
    line: list[_Piece] = []
    for one in pieces:
        if one.words:
            line.append(one)
        elif one.breaks and line:
            yield line
            line = []
    if line:
        yield line


def _spread(line: list[_Piece], words: str) -> None:
    """Put the words of a scrubbed line back into its pieces, each change where it began."""
    old = "".join(one.text for one in line)
    if old == words or not line:
        return
    if len(line) == 1:
        line[0].text = words
        return
    ends, at = [], 0
    for one in line:
        at += len(one.text)
        ends.append(at)
    new = ["" for _ in line]
    for _, start, stop, begin, end in difflib.SequenceMatcher(None, old, words, autojunk=False).get_opcodes():
        if stop - start == end - begin and old[start:stop] == words[begin:end]:
            for place in range(start, stop):
                new[_place(ends, place)] += old[place]
        else:
            new[_place(ends, start)] += words[begin:end]
    for one, text in zip(line, new, strict=True):
        one.text = text


def _place(ends: list[int], at: int) -> int:
    return next((place for place, end in enumerate(ends) if at < end), len(ends) - 1)
