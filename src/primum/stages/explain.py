"""Explains validation cases by every method the study names, and measures which tell what the model really used."""

from typing import Any

import numpy as np

from primum import plugins
from primum.context import Context
from primum.domain.evidence import Estimate
from primum.models import faithfulness
from primum.models.calibrated import Calibrated
from primum.models.faithfulness import Faithfulness
from primum.models.samples import Sample
from primum.plugins import Explainer, Floats


def run(context: Context) -> dict[str, str]:
    """Write ``explainer``, the most faithful method that passes or an empty word, and the evidence ``faithfulness``.

    Raises:
        StudyError: A method is not installed.
    """
    study, custodian = context.study, context.custodian
    part, name = context.input("validation"), context.input("model")
    model = Calibrated.from_files(custodian.get_model(name))
    sample = Sample.from_rows(custodian.read_dataset(part), model.columns)
    cases = sample.tokens.values[: study.explanation.cases]
    weights = {method: _weigh(method, model, cases, context) for method in study.explanation.methods}
    judged = {
        method: faithfulness.judge(
            faithfulness.change(model.log_odds, cases, model.reference, weight, study.seed),
            study.limits.faithfulness_ratio_at_least,
            study.seed,
        )
        for method, weight in weights.items()
    }
    passing = [method for method, one in judged.items() if one.passes]
    chosen = max(passing, key=lambda method: judged[method].ratio.value, default="")
    facts = {
        "methods": {method: _document(one) for method, one in judged.items()},
        "cases": len(cases),
        "k": faithfulness.places_taken(cases.shape[1]),
        "chosen": chosen,
        "global": _overall(sample.tokens.places, weights[chosen], study.seed) if chosen else [],
    }
    return {"explainer": chosen, "evidence.faithfulness": context.keep("faithfulness", facts, (part, name))}


def _weigh(method: str, model: Calibrated, cases: Floats, context: Context) -> Floats:
    """Return the weights of each place in each case, shape (cases, places)."""
    explainer: Explainer = plugins.load("explainer", method)
    found = np.zeros_like(cases)
    for row, case in enumerate(cases):
        found[row] = explainer.weigh(model.log_odds, case, model.reference, context.study.seed)
        context.tell(method, row + 1, len(cases))
    return found


def _document(judged: Faithfulness) -> dict[str, Any]:
    return {
        "ratio": judged.ratio.as_document(),
        **{order: round(one.value, 6) for order, one in _orders(judged).items()},
        "intervals": {order: one.as_document() for order, one in _orders(judged).items()},
        "passes": judged.passes,
    }


def _orders(judged: Faithfulness) -> dict[str, Estimate]:
    return {"deleted": judged.deleted, "random": judged.random, "reversed": judged.reversed}


def _overall(places: tuple[str, ...], weights: Floats, seed: int) -> list[dict[str, Any]]:
    """Return the mean size of each place's weight over cases, greatest first."""
    sizes = [faithfulness.mean(one, seed) for one in np.abs(weights).T]
    order = sorted(range(len(places)), key=lambda place: (-sizes[place].value, place))
    return [
        {"place": places[one], "weight": round(sizes[one].value, 6), "estimate": sizes[one].as_document()}
        for one in order
    ]
