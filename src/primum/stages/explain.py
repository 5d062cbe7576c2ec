"""Explains validation cases by every method the study names, and measures which tell what the model really used."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from primum import plugins
from primum.context import Context
from primum.domain.evidence import Estimate
from primum.domain.tokens import Cells, Floats, Pictures, Texts, Tokens
from primum.models import faithfulness, heat
from primum.models.calibrated import Calibrated
from primum.models.erasure import erase
from primum.models.faithfulness import Faithfulness
from primum.models.questions import Question, ask
from primum.models.samples import Sample
from primum.plugins import Explainer

FEWEST_PLACES = 2
"""Fewer cannot be ranked."""
ERASED = {"text", "image"}
"""Modalities of which erasing places is told, too."""
MOST_WORDS, MOST_BY_CLASS = 100, 6
"""That are told of, overall and of each side of a class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Method:
    """What one method said of every case.

    Attributes:
        weights: Of each place, one array a case.
        asked: Rows a case on which it asked the model, on average.
        judged: What the deletion test found.
        erased: What erasing words or cells of pictures found; empty for tables.
        tested: What the tests of pictures found, and whether it passed them; empty for others.
    """

    weights: Sequence[Floats]
    asked: float
    judged: Faithfulness
    erased: Mapping[str, Any]
    tested: Mapping[str, Any]

    @property
    def passes(self) -> bool:
        """Return whether it may be shown."""
        return self.judged.passes and bool(self.tested.get("passes", True))


def run(context: Context) -> dict[str, str]:
    """Write ``explainer``, the name of the method chosen or an empty word, and the evidence ``faithfulness``.

    A method whose weights have no sign is measured beside the others, and never chosen: what speaks against a class
    would seem to speak for it.

    Raises:
        StudyError: A method is not installed.
    """
    study, custodian = context.study, context.custodian
    part, name = context.input("validation"), context.input("model")
    model = Calibrated.from_files(custodian.get_model(name))
    sample = Sample.from_rows(custodian.read_dataset(part), study)
    tokens = _explainable(sample.tokens, study.explanation.cases)
    cases = [ask(model, tokens, row, int(of)) for row, of in enumerate(model.explained(tokens))]
    usable = {method: one for method in study.explanation.methods if _suits(one := _load(method), cases)}
    tests = heat.Trial.of(tokens, cases, model, study.seed) if isinstance(tokens, Pictures) else None
    found = {method: _measured(one, (method, tests), cases, context) for method, one in usable.items()}
    shown = {method: one for method, one in found.items() if one.passes and usable[method].signed}
    chosen = choose({method: (one.judged, one.asked) for method, one in shown.items()})
    facts = {
        "methods": {method: _document(one) for method, one in found.items()},
        "cases": len(cases),
        "k": max((faithfulness.places_taken(one.places) for one in cases), default=0),
        "chosen": chosen,
        "global": _overall(tokens, found[chosen].weights, context) if chosen else [],
    }
    if tests is not None:
        facts["controls"] = tests.controls()
        if chosen and isinstance(tokens, Pictures):
            facts["grid"] = heat.mean_map(tokens, found[chosen].weights)
    if chosen and isinstance(tokens, Texts):
        facts["words"] = _by_class(tokens, found[chosen].weights, model, [one.of for one in cases])
    if left := [method for method in study.explanation.methods if method not in usable]:
        facts["not_applicable"] = left
    return {"explainer": chosen, "evidence.faithfulness": context.keep("faithfulness", facts, (part, name))}


def choose(methods: Mapping[str, tuple[Faithfulness, float]]) -> str:
    """Return the cheapest method of those that are as faithful as the best one; an empty word where none passes.

    As faithful is a method whose ratio's interval reaches the best one's ratio. What a method costs is told by the rows
    it has the model score, not by a clock: equal evidence must give equal choices.

    Args:
        methods: Name to verdict and rows a case.
    """
    passing = [name for name, (judged, _) in methods.items() if judged.passes]
    best = max((methods[name][0].ratio.value for name in passing), default=0.0)
    equal = [name for name in passing if methods[name][0].ratio.high >= best]
    return min(equal, key=lambda name: (methods[name][1], -methods[name][0].ratio.value), default="")


def _load(method: str) -> Explainer:
    explainer: Explainer = plugins.load("explainer", method)
    return explainer


def _suits(explainer: Explainer, cases: Sequence[Question]) -> bool:
    """Return whether the model can answer what a method asks: not every scorer knows its gradient or has maps."""
    return all(isinstance(one, explainer.needs) for one in cases)


def _explainable(tokens: Tokens, most: int) -> Tokens:
    """Return the first subjects that have places enough to be told apart."""
    rows = [row for row in range(len(tokens)) if len(tokens.places(row)) >= FEWEST_PLACES]
    return tokens.take(np.array(rows[:most], dtype=np.int64))


def _measured(
    explainer: Explainer, named: tuple[str, heat.Trial | None], cases: Sequence[Question], context: Context
) -> _Method:
    study, (method, tests) = context.study, named
    weights, before = [], sum(one.asked for one in cases)
    for done, case in enumerate(cases, start=1):
        weights.append(explainer.weigh(case, study.seed))
        context.tell(method, done, len(cases))
    asked = (sum(one.asked for one in cases) - before) / max(1, len(cases))
    moved = faithfulness.change(cases, weights, study.seed)
    return _Method(
        weights=weights,
        asked=asked,
        judged=faithfulness.judge(moved, study.limits.faithfulness_ratio_at_least, study.seed),
        erased=erase(cases, weights, study.seed).as_document(study.seed) if study.modality in ERASED else {},
        tested=tests.of_method(explainer, weights, moved.deleted) if tests else {},
    )


def _document(method: _Method) -> dict[str, Any]:
    judged = method.judged
    erased = {**method.erased, "asked": round(method.asked, 1)} if method.erased else {}
    return {
        "ratio": judged.ratio.as_document(),
        **{order: round(one.value, 6) for order, one in _orders(judged).items()},
        "intervals": {order: one.as_document() for order, one in _orders(judged).items()},
        **erased,
        **method.tested,
        "passes": method.passes,
    }


def _orders(judged: Faithfulness) -> dict[str, Estimate]:
    return {"deleted": judged.deleted, "random": judged.random, "reversed": judged.reversed}


def _overall(tokens: Tokens, weights: Sequence[Floats], context: Context) -> list[dict[str, Any]]:
    """Return the mean size of the weight of each place or word over the cases that have it, greatest first."""
    study = context.study
    smallest = 1 if isinstance(tokens, Cells) else study.limits.small_number
    held: dict[str, list[float]] = defaultdict(list)
    for row, weight in enumerate(weights):
        for place, size in _sizes(tokens, row, weight).items():
            held[place].append(size)
    sizes = {place: faithfulness.mean(np.array(one), study.seed) for place, one in held.items() if len(one) >= smallest}
    order = sorted(sizes, key=lambda place: -sizes[place].value)
    told = order[:MOST_WORDS] if isinstance(tokens, Texts) else order
    return [{"place": one, "weight": round(sizes[one].value, 6), "estimate": sizes[one].as_document()} for one in told]


def _by_class(
    tokens: Texts, weights: Sequence[Floats], model: Calibrated, about: Sequence[int]
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return for each class explained the words that spoke for it most and against it most, on average.

    Only words are told that the model kept as those of enough development subjects.
    """
    known = set(model.card["familiar"])
    held: dict[tuple[int, str], list[float]] = defaultdict(list)
    for row, weight in enumerate(weights):
        document = tokens.documents[row]
        for (start, end), one in zip(tokens.words(row), weight.tolist(), strict=True):
            word = document[start:end].casefold()
            if word in known:
                held[about[row], word].append(one)
    means = {key: float(np.mean(one)) for key, one in held.items()}
    found = {}
    for of in sorted(set(about)):
        ranked = sorted((mean, word) for (other, word), mean in means.items() if other == of)
        against = [{"word": word, "weight": round(mean, 6)} for mean, word in ranked[:MOST_BY_CLASS] if mean < 0]
        speaking = [{"word": word, "weight": round(mean, 6)} for mean, word in ranked[::-1][:MOST_BY_CLASS] if mean > 0]
        found[model.labels[of]] = {"for": speaking, "against": against}
    return found


def _sizes(tokens: Tokens, row: int, weight: Floats) -> dict[str, float]:
    """Return the size of each place's weight in one case; a word that stands there more than once has its largest."""
    if isinstance(tokens, Pictures):
        return dict(zip(heat.cells(tokens, row), np.abs(weight).tolist(), strict=True))
    if not isinstance(tokens, Texts):
        return dict(zip(tokens.places(row), np.abs(weight).tolist(), strict=True))
    found: dict[str, float] = {}
    document = tokens.documents[row]
    for (start, end), size in zip(tokens.words(row), np.abs(weight).tolist(), strict=True):
        word = f"word:{document[start:end].casefold()}"
        found[word] = max(size, found.get(word, 0.0))
    return found
