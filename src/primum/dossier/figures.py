"""The dossier's figures as functions from evidence facts to SVG; the clinic may use them too (with ``figures.css``).

Every function takes plain facts and a language, and draws what is there: a number that is not shown leaves its row
with the words "not shown", never a guess.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from primum.dossier.drawing import (
    Caption,
    Frame,
    Point,
    axes,
    box,
    clipped,
    dot,
    line,
    path,
    short,
    svg,
    ticks,
    words,
    wrap,
)
from primum.dossier.tongue import Tongue

Json = Any
Facts = Mapping[str, Json]

SQUARE = Frame(width=400, height=340)
ROW = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a plot of intervals or bars.

    Attributes:
        label: What it is.
        estimate: An estimate as evidence holds it; for bars only ``value`` is read.
        strong: Drawn heavier, for instance the released model.
    """

    label: str
    estimate: Facts
    strong: bool = False


def is_number(value: object) -> bool:
    """Return whether this is a finite number, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_shown(estimate: object) -> bool:
    """Return whether an estimate may be shown, and has a value and both ends to draw."""
    if not isinstance(estimate, Mapping) or estimate.get("shown") is False:
        return False
    return all(is_number(estimate.get(one)) for one in ("value", "low", "high"))


def told(estimate: Facts, say: Tongue) -> str:
    """Return an estimate as words: value, interval and n, or that it is not shown."""
    if not is_shown(estimate):
        return say("not_shown")
    ends = say("interval", say.number(float(estimate["low"])), say.number(float(estimate["high"])))
    return f"{say.number(float(estimate['value']))} ({ends}), {say('n_is', estimate['n'])}"


def noise(predicted: float, n: int) -> tuple[float, float]:
    """Return the range in which the observed share of n subjects of equal risk lies in 95 of 100 samples.

    Source: Wilson 1927, J Am Stat Assoc 22:209, score interval; Broecker and Smith 2007, Weather Forecast 22:651,
    consistency bars of reliability diagrams.
    """
    z = 1.959964
    middle = (predicted + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(predicted * (1 - predicted) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def _is_bin(one: Facts) -> bool:
    return all(is_number(one.get(key)) for key in ("predicted", "observed", "n")) and one["n"] > 0


def reliability(name: str, bins: Sequence[Facts], say: Tongue) -> Markup:
    """Return the reliability diagram with the noise band of a perfect model and a strip of bin sizes."""
    frame, seen = SQUARE, [one for one in bins if _is_bin(one)]
    bands = [noise(one["predicted"], one["n"]) for one in seen]
    inside = sum(low <= one["observed"] <= high for one, (low, high) in zip(seen, bands, strict=True))
    upper = [frame.at((one["predicted"], high)) for one, (_, high) in zip(seen, bands, strict=True)]
    lower = [frame.at((one["predicted"], low)) for one, (low, _) in zip(seen, bands, strict=True)]
    parts = axes(frame, (say("performance.predicted"), say("performance.observed")))
    parts.insert(0, path([*upper, *reversed(lower)], "band", closed=True) if seen else Markup())
    parts.append(line(frame.at((0, 0)), frame.at((1, 1)), "ideal"))
    for one in seen:
        x, y = frame.at((one["predicted"], one["observed"]))
        if is_shown({**one, "value": one["observed"]}):
            parts.append(line((x, frame.down(one["low"])), (x, frame.down(one["high"])), "whisker"))
        parts.append(dot((x, y), "mark"))
    right = frame.width - frame.right - 6
    parts += [
        box((right - 16, frame.down(0.1) - 10), (16, 12), "band"),
        words((right - 22, frame.down(0.1)), say("performance.band"), "note", "end"),
        line((right - 16, frame.down(0.03) - 4), (right, frame.down(0.03) - 4), "ideal"),
        words((right - 22, frame.down(0.03)), say("performance.ideal"), "note", "end"),
    ]
    text = say("performance.reliability_desc", len(seen), inside)
    title = say("performance.reliability")
    return svg(Caption(name=name, title=title, text=text), (frame.width, frame.height), parts)


def roc(name: str, points: Sequence[Point], area: Facts, say: Tongue) -> Markup:
    """Return the receiver operating characteristic; ``points`` are (false positive rate, true positive rate)."""
    caption = Caption(name=name, title=say("performance.roc"), text=say("performance.roc_desc", told(area, say)))
    parts = axes(SQUARE, (say("performance.fpr"), say("performance.tpr")))
    parts += [
        line(SQUARE.at((0, 0)), SQUARE.at((1, 1)), "ideal"),
        words((SQUARE.across(0.6), SQUARE.down(0.52)), say("performance.chance"), "note"),
    ]
    return _curve(caption, parts, points)


def precision_recall(name: str, points: Sequence[Point], area: Facts, say: Tongue) -> Markup:
    """Return the precision-recall curve; ``points`` are (recall, precision)."""
    caption = Caption(name=name, title=say("performance.pr"), text=say("performance.pr_desc", told(area, say)))
    return _curve(caption, axes(SQUARE, (say("performance.tpr"), say("performance.precision"))), points)


def _curve(caption: Caption, parts: list[Markup], points: Sequence[Point]) -> Markup:
    drawn = path([SQUARE.at((one[0], one[1])) for one in points], "curve") if points else Markup()
    return svg(caption, (SQUARE.width, SQUARE.height), [*parts, drawn])


def decision_curve(name: str, rows: Sequence[Facts], say: Tongue) -> Markup:
    """Return net benefit by threshold of action, for the model, for acting on all and on none.

    Source: Vickers and Elkin 2006, Med Decis Making 26:565.
    """
    top = max((float(one["model"]) for one in rows), default=0.0)
    frame = Frame(width=400, height=340, y=(-0.25 * max(top, 0.1), 1.25 * max(top, 0.1)))
    parts = axes(frame, (say("performance.at"), say("performance.benefit")))
    for key, kind in (("treat_none", "none"), ("treat_all", "all"), ("model", "curve")):
        visible = [(one["threshold"], one[key]) for one in rows if one[key] >= frame.y[0]]
        parts.append(path([frame.at(one) for one in visible], kind) if visible else Markup())
    for place, (key, kind) in enumerate((("model", "curve"), ("treat_all", "all"), ("treat_none", "none"))):
        y = frame.top + 14 + 17 * place
        parts += [line((270, y - 4), (294, y - 4), kind), words((300, y), say(f"performance.{key}"), "note")]
    best = sum(one["model"] >= max(one["treat_all"], one["treat_none"]) for one in rows)
    span = [short(one["threshold"]) for one in (rows[0], rows[-1])] if rows else ["–", "–"]
    text = say("performance.decision_desc", *span, best, len(rows))
    return svg(Caption(name=name, title=say("performance.decision"), text=text), (frame.width, frame.height), parts)


def confusion(name: str, table: Sequence[Sequence[int | None]], classes: Sequence[str], say: Tongue) -> Markup:
    """Return the confusion matrix, truth in rows; a count too small to show stays empty of ink and says so."""
    side, left, top = min(96.0, 300 / max(1, len(table))), 92, 44
    largest = max((count or 0 for row in table for count in row), default=0) or 1
    parts = [
        words((left + side * len(table) / 2, 14), say("performance.called"), "label", "middle"),
        words((0, top + 2), say("performance.truth"), "label"),
    ]
    cells = []
    for down, row in enumerate(table):
        middle = top + side * down + side / 2 + 5
        parts.append(words((left - 10, middle), clipped(classes[down], 13), "tick", "end"))
        parts.append(words((left + side * (down + 0.5), top - 10), clipped(classes[down], 13), "tick", "middle"))
        for across, count in enumerate(row):
            shade = 0 if count is None else math.ceil(4 * count / largest)
            corner = (left + side * across, top + side * down)
            content = say("few") if count is None else say.number(count)
            cells.append(say("performance.confusion_cell", classes[down], classes[across], content))
            kind = ("count" if count is not None else "note") + (" light" if shade > 2 else "")  # noqa: PLR2004 - dark ink
            parts.append(box(corner, (side - 3, side - 3), f"cell shade{shade}"))
            parts.append(words((corner[0] + side / 2 - 1.5, middle), "–" if count is None else content, kind, "middle"))
    caption = Caption(name=name, title=say("performance.confusion"), text="; ".join(cells))
    return svg(caption, (left + side * len(table) + 4, top + side * len(table) + 4), parts)


def intervals(caption: Caption, rows: Sequence[Row], say: Tongue, reference: float | None = None) -> Markup:
    """Return dots with 95% intervals, one row an estimate, its numbers above it, and a dashed line at a reference."""
    height = 34 + ROW * len(rows)
    frame = Frame(width=460, height=height, left=8, right=8, top=4, bottom=26, x=_span(rows, reference))
    bottom = frame.height - frame.bottom
    parts = []
    for value in ticks(frame.x):
        x = frame.across(value)
        parts += [
            line((x, frame.top), (x, bottom), "grid"),
            words((x, bottom + 17), short(value).replace("-", "\u2212"), "tick", "middle"),
        ]
    for place, row in enumerate(rows):
        y = frame.top + ROW * place + 29
        if reference is not None:
            parts.append(line((frame.across(reference), y - 9), (frame.across(reference), y + 9), "ideal"))
        parts.append(words((0, y - 12), clipped(row.label, 33), "halo strong" if row.strong else "halo"))
        if is_shown(row.estimate):
            low, high = frame.across(row.estimate["low"]), frame.across(row.estimate["high"])
            parts.append(line((low, y), (high, y), "whisker"))
            parts.append(_marker((frame.across(row.estimate["value"]), y), strong=row.strong))
            parts.append(words((frame.width, y - 12), told(row.estimate, say), "halo figure", "end"))
        else:
            parts.append(words((frame.width, y - 12), say("not_shown"), "halo note", "end"))
    parts.append(line((frame.left, bottom), (frame.width - frame.right, bottom), "axis"))
    return svg(caption, (frame.width, frame.height), parts)


def _marker(at: Point, *, strong: bool) -> Markup:
    return box((at[0] - 5, at[1] - 5), (10, 10), "mark") if strong else dot(at, "mark", 4.5)


def _span(rows: Sequence[Row], reference: float | None) -> tuple[float, float]:
    ends = [float(row.estimate[end]) for row in rows if is_shown(row.estimate) for end in ("low", "high")]
    ends += [reference] if reference is not None else []
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    room = max(high - low, 0.02) * 0.05
    return low - room, high + room


def bars(caption: Caption, rows: Sequence[Row], axis: str = "", digits: int = 2) -> Markup:
    """Return horizontal bars from zero, one a row: what speaks for goes right, what speaks against goes left.

    Args:
        caption: Title and description.
        rows: Strongest first; ``estimate["value"]`` is the length.
        axis: What the length means.
        digits: Decimals of the numbers beside the bars.
    """
    values = [float(row.estimate["value"]) for row in rows if is_number(row.estimate.get("value"))]
    low, high = min([*values, 0.0]), max([*values, 0.0])
    high = high if high > low else low + 1.0
    shown = rows if len(values) == len(rows) else [row for row in rows if is_number(row.estimate.get("value"))]
    below = 20 if axis else 4
    spread = 46 if low < 0 else 4
    frame = Frame(
        width=460, height=8 + 24 * len(shown) + below, left=214 + spread, right=54, top=4, bottom=below, x=(low, high)
    )
    zero, parts = frame.across(0.0), []
    for place, row in enumerate(shown):
        value, y = float(row.estimate["value"]), frame.top + 24 * place
        end = frame.across(value)
        number = f"{value:+.{digits}f}" if low < 0 else f"{value:.{digits}f}"
        parts += [
            words((0, y + 16), clipped(row.label, 27), "strong" if row.strong else ""),
            box((min(zero, end), y + 4), (max(abs(end - zero), 0.5), 16), "bar against" if value < 0 else "bar for"),
            words(
                (end + (6 if value >= 0 else -6), y + 16),
                number.replace("-", "\u2212"),
                "figure",
                "start" if value >= 0 else "end",
            ),
        ]
    parts.append(line((zero, 2), (zero, frame.height - below), "axis"))
    if axis:
        parts.append(words((zero, frame.height - 4), axis, "note"))
    return svg(caption, (frame.width, frame.height), parts)


def flow(name: str, facts: Facts, say: Tongue) -> Markup:
    """Return how subjects came from the exports into the parts, boxes from top to bottom, the left-out beside them."""
    steps = [(say.part(one, "step"), _count(one.get("subjects"), say)) for one in facts.get("flow") or []]
    parts_of = [(say.term("part", part), one) for part, one in _ordered(facts.get("parts") or {})]
    left_out = [
        line_
        for one in (facts.get("excluded") or [])[:6]
        for line_ in wrap(
            say("data.excluded_line", say.part(one, "because").rstrip(".。"), _count(one.get("n"), say)), 36
        )
    ]
    parts, y = [], 2.0
    for step, count in steps:
        lines = wrap(step, 32)[:2]
        parts += [box((1, y), (330, 44), "step"), words((316, y + 27), count, "count", "end")]
        parts += [words((16, y + 36 - 9 * len(lines) + 17 * row), text) for row, text in enumerate(lines)]
        y += 44
        parts += [line((166, y), (166, y + 18), "arrow"), path([(162, y + 13), (166, y + 19), (170, y + 13)], "arrow")]
        y += 20
    if left_out:
        parts += [line((166, 55), (388, 55), "aside"), box((388, 2), (290, 34 + 18 * len(left_out)), "step out")]
        parts.append(words((402, 24), say("data.excluded"), "label"))
        parts += [words((402, 46 + 18 * place), text, "note") for place, text in enumerate(left_out)]
    y = max(y, 44 + 18 * len(left_out)) if left_out else y
    width = 678 / max(1, len(parts_of))
    for place, (label, one) in enumerate(parts_of):
        x = 1 + width * place
        parts += [
            box((x, y), (width - 10, 66), "step part"),
            words((x + 14, y + 22), label, "label"),
            words((x + 14, y + 45), _count(one.get("subjects"), say), "count"),
            words((x + width - 24, y + 45), say("data.positives", _count(one.get("positives"), say)), "note", "end"),
        ]
    told_steps = "; ".join(f"{step}: {count}" for step, count in steps)
    told_parts = "; ".join(f"{label}: {_count(one.get('subjects'), say)}" for label, one in parts_of)
    caption = Caption(name=name, title=say("data.flow"), text=say("data.flow_desc", told_steps, told_parts))
    return svg(caption, (680, y + 70), parts)


def _count(value: object, say: Tongue) -> str:
    return say("few") if value is None else say.number(value)


def _ordered(parts: Mapping[str, Facts]) -> list[tuple[str, Facts]]:
    order = ["development", "validation", "test"]
    return sorted(parts.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order))
