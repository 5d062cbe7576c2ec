"""The strokes figures are made of: inline SVG, escaped, described in words, styled by classes of ``figures.css``."""

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What a figure is called, and what it shows to who cannot see it.

    Attributes:
        name: Unique in the page; becomes the prefix of the ids of title and description.
        title: A few words.
        text: Sentences that give the figure's message and numbers.
    """

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A plotting area: margins in units of the drawing, and the ranges its axes span.

    Attributes:
        width: Of the whole drawing.
        height: Of the whole drawing.
        left: Margin; so are ``right``, ``top`` and ``bottom``.
        x: Values at the left and right edge of the area.
        y: Values at the bottom and top edge of the area.
    """

    width: float
    height: float
    left: float = 52
    right: float = 14
    top: float = 12
    bottom: float = 46
    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)

    def across(self, value: float) -> float:
        """Return where a value lies from the left, kept inside the area."""
        low, high = self.x
        share = min(1.0, max(0.0, (value - low) / (high - low)))
        return self.left + share * (self.width - self.left - self.right)

    def down(self, value: float) -> float:
        """Return where a value lies from the top, kept inside the area."""
        low, high = self.y
        share = min(1.0, max(0.0, (value - low) / (high - low)))
        return self.height - self.bottom - share * (self.height - self.top - self.bottom)

    def at(self, point: Point) -> Point:
        """Return where a pair of values lies."""
        return self.across(point[0]), self.down(point[1])


def _spot(value: float) -> str:
    """Return a coordinate to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")


def short(value: float) -> str:
    """Return a tick with at most two decimals and no empty ones."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def svg(caption: Caption, size: tuple[float, float], parts: Iterable[Markup]) -> Markup:
    """Return a drawing with title and description, readable by people who do not see it."""
    return Markup(
        '<svg class="fig" role="img" viewBox="0 0 {w} {h}" style="max-width:{w}px" aria-labelledby="{id}-t {id}-d">'
        '<title id="{id}-t">{title}</title><desc id="{id}-d">{text}</desc>{body}</svg>'
    ).format(
        w=short(size[0]),
        h=short(size[1]),
        id=caption.name,
        title=caption.title,
        text=caption.text,
        body=Markup().join(parts),
    )


def words(at: Point, content: str, kind: str = "", anchor: str = "start") -> Markup:
    """Return text at a point; ``anchor`` is ``start``, ``middle`` or ``end``."""
    looks = Markup(' class="{}"').format(kind) if kind else Markup()
    looks += Markup(' text-anchor="{}"').format(anchor) if anchor != "start" else Markup()
    return Markup('<text x="{}" y="{}"{}>{}</text>').format(*map(_spot, at), looks, content)


def line(start: Point, end: Point, kind: str) -> Markup:
    """Return a straight stroke."""
    return Markup('<line x1="{}" y1="{}" x2="{}" y2="{}" class="{}"/>').format(*map(_spot, (*start, *end)), kind)


def path(points: Sequence[Point], kind: str, *, closed: bool = False) -> Markup:
    """Return a stroke through points, or an area where it is closed."""
    steps = " ".join(f"{_spot(x)} {_spot(y)}" for x, y in points)
    return Markup('<path d="M{}{}" class="{}"/>').format(steps, "Z" if closed else "", kind)


def box(corner: Point, size: Point, kind: str) -> Markup:
    """Return a rectangle from its upper left corner."""
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>').format(*map(_spot, (*corner, *size)), kind)


def dot(at: Point, kind: str, radius: float = 4) -> Markup:
    """Return a filled circle."""
    return Markup('<circle cx="{}" cy="{}" r="{}" class="{}"/>').format(*map(_spot, (*at, radius)), kind)


def ticks(span: tuple[float, float], wanted: int = 5) -> list[float]:
    """Return round numbers inside a span, about as many as wanted.

    Source: Heckbert 1990, Nice numbers for graph labels, Graphics Gems.
    """
    low, high = span
    rough = (high - low) / wanted
    scale = 10 ** math.floor(math.log10(rough))
    step = next(one * scale for one in (1, 2, 2.5, 5, 10) if one * scale >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(place * step, 10) for place in range(first, math.floor(high / step + 1e-9) + 1)]


def axes(frame: Frame, labels: tuple[str, str]) -> list[Markup]:
    """Return grid, ticks and the names of both axes."""
    bottom, left, right = frame.height - frame.bottom, frame.left, frame.width - frame.right
    parts = []
    for value in ticks(frame.x):
        x = frame.across(value)
        parts += [
            line((x, frame.top), (x, bottom), "grid"),
            words((x, bottom + 16), short(value).replace("-", "\u2212"), "tick", "middle"),
        ]
    for value in ticks(frame.y):
        y = frame.down(value)
        parts += [
            line((left, y), (right, y), "grid"),
            words((left - 7, y + 4), short(value).replace("-", "\u2212"), "tick", "end"),
        ]
    middle = (frame.top + bottom) / 2
    parts += [
        line((left, bottom), (right, bottom), "axis"),
        line((left, frame.top), (left, bottom), "axis"),
        words(((left + right) / 2, frame.height - 8), labels[0], "label", "middle"),
        Markup('<text transform="translate(13 {}) rotate(-90)" class="label" text-anchor="middle">{}</text>').format(
            short(middle), labels[1]
        ),
    ]
    return parts


def breadth(text: str) -> int:
    """Return how wide a text is in narrow letters; a Chinese character counts for two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrap(text: str, width: int) -> list[str]:
    """Return the text in lines of at most ``width`` narrow letters, broken at spaces or between Chinese characters."""
    lines, current = [], ""
    for piece in _pieces(text):
        if current and breadth(current) + breadth(piece.rstrip()) > width:
            lines.append(current.rstrip())
            current = ""
        current += piece
    return [*lines, current.rstrip()]


def _pieces(text: str) -> list[str]:
    """Return what must not be broken: words with the space after them, single Chinese characters."""
    pieces, word = [], ""
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        if wide and word:
            pieces.append(word)
            word = ""
        word += letter
        if wide or letter == " ":
            pieces.append(word)
            word = ""
    return [*pieces, word] if word else pieces


def clipped(text: str, width: int) -> str:
    """Return the text, cut in its middle where it is wider than ``width`` narrow letters: names differ at ends."""
    if breadth(text) <= width:
        return text
    head, tail = text[: len(text) // 2], text[len(text) // 2 :]
    while breadth(head) + breadth(tail) > width - 1:
        head, tail = (head[:-1], tail) if breadth(head) > breadth(tail) else (head, tail[1:])
    return f"{head.rstrip()}…{tail.lstrip()}"
