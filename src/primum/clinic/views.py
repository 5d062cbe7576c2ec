"""What the pages show of a case: rows, their place in the development range, chances in words, reasons as bars."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from primum import plugins
from primum.clinic import pictures
from primum.clinic.cases import Case, State
from primum.clinic.phrases import Phrases
from primum.domain.picture import decode, is_picture
from primum.domain.record import Record
from primum.domain.study import Study, Words
from primum.domain.tokens import Cells
from primum.errors import DataError
from primum.plugins import Modality

STRIP_FROM, STRIP_TO = 12.0, 88.0
"""Where the development range begins and ends on a strip 100 wide."""

REASONS_SHOWN = 5
TWO = 2


_MICRO = re.compile(r"(^|[/.])u(?=mol|kat|[gmlLs])")
_POWER = re.compile(r"(?<=[A-Za-zµ])-?\d+")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def printed(value: str) -> str:
    """Return a number and its UCUM unit as they are printed, ``758.6 um2`` as ``758.6 µm²``; other text as it is.

    Source:
        The Unified Code for Units of Measure, table of prefixes.
    """
    number, _, unit = value.rpartition(" ")
    try:
        float(number)
    except ValueError:
        return value
    if set(unit) & set("[]{}"):
        return value
    unit = _MICRO.sub(r"\1µ", unit)
    return f"{number} {_POWER.sub(lambda one: one[0].translate(_RAISED), unit)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Where a value lies relative to the development range.

    Attributes:
        at: Position on a strip 100 wide.
        where: ``below``, ``within`` or ``above``.
        low: Lowest development value, as people read it.
        high: Highest development value.
    """

    at: float
    where: str
    low: str
    high: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of a text: a word with its side (``pro``, ``contra``) and strength 1 to 3, or what lies between."""

    text: str
    side: str = ""
    strength: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a reader may see in the record, and asked to.

    Attributes:
        reasons: Whose words and cells are marked; none before they may be seen.
        look: How pictures are looked at.
    """

    reasons: Sequence[Mapping[str, Any]] = ()
    look: pictures.Look = pictures.CENTRE


UNMARKED = Shown()
"""As before a suggestion may be seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the record.

    ``pieces`` are those of a text of which words are marked, ``figure`` is that of a picture; else there are none.
    """

    id: str
    label: str
    value: str
    strip: Strip | None
    is_text: bool
    pieces: tuple[Piece, ...] = ()
    figure: pictures.Figure | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One class with its probability, or one reason with its weight; ``width`` is 0 to 100."""

    id: str
    label: str
    value: str
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A suggestion made ready for the page, in the reader's language but for ``chosen``, the class's name.

    ``about`` is the class that reasons speak for or against, in the reader's language.
    """

    chosen: str
    about: str
    chances: tuple[Bar, ...]
    headline: str
    abstained: str
    pro: tuple[Bar, ...]
    contra: tuple[Bar, ...]
    method: str


def strip(value: float, bounds: tuple[float, float] | None) -> Strip | None:
    """Return where a number lies between the bounds; None where it is missing (NaN) or there are no bounds."""
    low, high = bounds or (math.nan, math.nan)
    if not low < high or math.isnan(value):
        return None
    share = (value - low) / (high - low)
    at = STRIP_FROM + share * (STRIP_TO - STRIP_FROM)
    where = "below" if value < low else "above" if value > high else "within"
    return Strip(at=round(min(max(at, 3), 97), 1), where=where, low=f"{low:.4g}", high=f"{high:.4g}")


def label(study: Study, column: str, language: str) -> str:
    """Return what people call a column in their language, or its name."""
    known = {one.name: one for one in study.columns}.get(column)
    return column if known is None else _in(language, known.words)


def _in(language: str, words: Words) -> str:
    return words.zh if language == "zh" else words.en


def class_names(study: Study, language: str) -> dict[str, str]:
    """Return class to what people call it in their language."""
    return {one: _in(language, study.outcome.words(one)) for one in study.outcome.classes}


def told(study: Study, column: str, value: str, language: str) -> str:
    """Return a value of a column as people read it: a category by its label, a number with its unit as printed."""
    known = {one.name: one for one in study.columns}.get(column)
    return printed(value) if known is None or not known.categories else known.shown(value, language)


def rows(
    case: Case,
    study: Study,
    ranges: Mapping[str, tuple[float, float]],
    language: str,
    shown: Shown = UNMARKED,
) -> list[Row]:
    """Return the record line by line, in the study's order, as its modality shows it; notes last.

    Args:
        case: Whose record.
        study: Names columns and classes.
        ranges: Of the development part, by place.
        language: Of the reader.
        shown: What is marked in texts and pictures, and how pictures are looked at.
    """
    modality: Modality = plugins.load("modality", case.record.modality)
    texts = {one.name for one in study.columns if study.is_text(one)}
    values = _measured(case.record, study, modality)
    found = []
    for place, own, value in modality.render(case.record, study):
        column = place.partition(":")[2]
        known = label(study, column, language)
        found.append(
            Row(
                id=f"row-{column}",
                label=own if known == column else known,
                value=value if column in texts else told(study, column, value, language),
                strip=strip(values.get(place, math.nan), ranges.get(place)),
                is_text=column in texts,
                pieces=_marked(value, column, shown.reasons) if column in texts else (),
                figure=_figure(case, study, column, shown),
            )
        )
    return sorted(found, key=lambda row: row.is_text)


def _figure(case: Case, study: Study, column: str, shown: Shown) -> pictures.Figure | None:
    """Return a column's picture made ready for the page; None where it holds none."""
    cell = case.record.payload.get(column)
    if not is_picture(cell):
        return None
    return pictures.figure(decode(str(cell)), study.column(column), shown.look, shown.reasons)


def _marked(text: str, column: str, reasons: Sequence[Mapping[str, Any]]) -> tuple[Piece, ...]:
    """Return a text in pieces, the words that reasons point at with their side and strength."""
    marks = []
    for one in reasons:
        kind, _, place = str(one["place"]).partition(":")
        name, _, span = place.rpartition(":")
        if kind == "text" and name == column:
            first, _, last = span.partition("-")
            marks.append((int(first), int(last), float(one["weight"])))
    longest = max((abs(float(one["weight"])) for one in reasons), default=1.0) or 1.0
    pieces, at = list[Piece](), 0
    for start, end, weight in sorted(marks):
        strength = 1 + (abs(weight) > longest / 3) + (abs(weight) > longest * 2 / 3)
        pieces += [
            Piece(text=text[at:start]),
            Piece(text=text[start:end], side="pro" if weight > 0 else "contra", strength=strength),
        ]
        at = end
    return (*(one for one in pieces if one.text), Piece(text=text[at:])) if marks else ()


def _measured(record: Record, study: Study, modality: Modality) -> Mapping[str, float]:
    """Return what the model sees, by place; nothing where it sees a picture, or cannot see the record at all."""
    if study.modality == "image":
        return {}
    try:
        tokens = modality.tokenize([record], study.features())
    except DataError:
        return {}
    if not isinstance(tokens, Cells):
        return {}
    return dict(zip(tokens.places(0), tokens.values[0].tolist(), strict=True))


def reading(case: Case, study: Study, say: Phrases) -> Reading | None:
    """Return the suggestion as the page shows it; None where none was made or it is withheld."""
    if case.suggestion is None or case.suggestion.withheld:
        return None
    said = case.suggestion.prediction
    probabilities: Mapping[str, float] = said["probabilities"]
    names = class_names(study, say.language)
    likeliest = max(probabilities, key=lambda name: probabilities[name])
    about = study.outcome.positive if len(probabilities) == TWO else likeliest
    reasons = _placed(told_reasons(case), case, study)
    return Reading(
        chosen=case.suggestion.chosen,
        about=names[said["explanation"].get("explained") or about],
        chances=tuple(
            Bar(id="", label=names[name], value=_percent(value), width=round(value * 100, 1))
            for name, value in sorted(probabilities.items(), key=lambda item: -item[1])
        ),
        headline=say("suggestion.odds", {"odds": say.odds(probabilities[about]), "class": names[about]}),
        abstained=str((say.language == "zh" and said.get("why_abstained_zh")) or said["why_abstained"]),
        pro=_bars([one for one in _once(reasons) if one["weight"] > 0], reasons, study, say.language),
        contra=_bars([one for one in _once(reasons) if one["weight"] < 0], reasons, study, say.language),
        method=_method(said["explanation"]["method"], say),
    )


def _placed(reasons: Sequence[Mapping[str, Any]], case: Case, study: Study) -> Sequence[Mapping[str, Any]]:
    """Return reasons, those that lie in a picture with the name of their cell under ``cell``."""
    names: dict[str, str] = {}
    for column in {_column_of(one) for one in reasons if str(one["place"]).startswith("image:")}:
        cell = case.record.payload.get(column)
        if is_picture(cell):
            names |= pictures.cell_names(decode(str(cell)), study.column(column))
    return [{**one, "cell": names.get(str(one["place"]), "")} for one in reasons] if names else reasons


def _column_of(reason: Mapping[str, Any]) -> str:
    """Return the column that a reason's place lies in."""
    place = str(reason["place"]).partition(":")[2]
    return place.rpartition(":")[0] or place


def told_reasons(case: Case) -> list[Mapping[str, Any]]:
    """Return the reasons of a suggestion that may be shown, strongest first."""
    if case.suggestion is None or case.suggestion.withheld:
        return []
    return list(case.suggestion.prediction["explanation"]["reasons"])


def _once(reasons: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return reasons, a word that is pointed at in several places once, with its strongest weight a side."""
    found: dict[tuple[str, bool], Mapping[str, Any]] = {}
    for one in sorted(reasons, key=lambda one: -abs(one["weight"])):
        name = str(one["shown"]).casefold() if str(one["place"]).startswith("text:") else str(one["place"])
        found.setdefault((name, one["weight"] > 0), one)
    return list(found.values())


def _method(name: str, say: Phrases) -> str:
    """Return what people call an explanation method; its name where it came with an outside package."""
    return say(f"method.{name}") if say.has(f"method.{name}") else name


def _percent(probability: float) -> str:
    """Return whole per cent that never claim certainty."""
    hundredths = round(probability * 100)
    return "< 1%" if hundredths < 1 else "> 99%" if hundredths > 99 else f"{hundredths}%"  # noqa: PLR2004 - of a hundred


def _bars(
    some: Sequence[Mapping[str, object]], every: Sequence[Mapping[str, object]], study: Study, language: str
) -> tuple[Bar, ...]:
    def size(reason: Mapping[str, object]) -> float:
        return abs(float(str(reason["weight"])))

    longest = max((size(one) for one in every), default=1.0) or 1.0
    strongest = sorted(some, key=size, reverse=True)[:REASONS_SHOWN]
    return tuple(_bar(one, study, language, round(100 * size(one) / longest, 1)) for one in strongest)


def _bar(reason: Mapping[str, object], study: Study, language: str, width: float) -> Bar:
    kind, _, place = str(reason["place"]).partition(":")
    if kind == "text":
        column = place.rpartition(":")[0]
        return Bar(id=f"row-{column}", label=str(reason["shown"]), value=label(study, column, language), width=width)
    if kind == "image":
        column = place.rpartition(":")[0]
        signed = f"{float(str(reason['weight'])):+.2f}".replace("-", "\u2212")
        return Bar(id=f"row-{column}", label=str(reason.get("cell") or place), value=signed, width=width)
    return Bar(
        id=f"row-{place}",
        label=label(study, place, language),
        value=told(study, place, str(reason["shown"]), language),
        width=width,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """The cases to show, and how far the work has come.

    Attributes:
        cases: Of this page, waiting first, oldest first.
        decided: How many of all are decided.
        total: How many there are.
        page: From 1.
        pages: At least 1.
    """

    cases: tuple[Case, ...]
    decided: int
    total: int
    page: int
    pages: int


PAGE_SIZE = 50
FILTERS = ("all", "waiting", *(state.value for state in State))


def worklist(cases: Sequence[Case], only: str, page: int) -> Worklist:
    """Return one page of the cases that pass the filter."""
    chosen = [one for one in cases if _passes(one, only)]
    chosen.sort(key=lambda one: (one.state is State.DECIDED, one.received_at, one.id))
    pages = max(1, -(-len(chosen) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    return Worklist(
        cases=tuple(chosen[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]),
        decided=sum(one.state is State.DECIDED for one in cases),
        total=len(cases),
        page=page,
        pages=pages,
    )


def _passes(case: Case, only: str) -> bool:
    if only == "waiting":
        return case.state is not State.DECIDED
    return only not in FILTERS or only in {"all", case.state.value}


def next_waiting(cases: Sequence[Case], name: str, but: str) -> str:
    """Return the case this person should take next: untouched or their own, oldest first; empty where none is."""
    open_ones = [
        one
        for one in cases
        if one.id != but and one.state is not State.DECIDED and (not one.impressions or name in one.impressions)
    ]
    open_ones.sort(key=lambda one: (one.received_at, one.id))
    return open_ones[0].id if open_ones else ""
