"""The dossier: one self-contained page in English and Chinese, from evidence alone, without scripts, fit for print."""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import ChainableUndefined, Environment, PackageLoader
from markupsafe import Markup

from primum.domain.evidence import Evidence
from primum.dossier import figures, heat
from primum.dossier.decision import Signed, decide
from primum.dossier.drawing import Caption
from primum.dossier.tongue import LANGUAGES, Tongue, speak

Json = Any
Facts = Mapping[str, Json]

KINDS = (
    "declaration", "intake", "privacy", "data", "pretraining", "selection", "performance", "faithfulness", "custody",
    "gate",
)  # fmt: skip
"""Kinds of evidence in the order in which the page lists them."""

METRICS = (
    "roc_auc", "average_precision", "recall", "specificity", "precision", "f1", "accuracy", "balanced_accuracy",
    "brier_score_loss", "log_loss",
)  # fmt: skip
MOST = 40
"""Rows that a table or figure shows at most; the rest is in the evidence."""


def render(evidence: Mapping[str, Evidence], signed: Signed) -> str:
    """Return the page as HTML, equal for equal arguments.

    Args:
        evidence: Kind to evidence, the gate's report under ``gate``. What is missing is said to be missing.
        signed: When it was decided, until when it holds, and who signed.
    """
    facts = {kind: one.facts for kind, one in evidence.items()}
    page = _templates().get_template("page.html")
    text = page.render(
        tongues=[_view(speak(code).knowing(facts.get("declaration", {})), facts) for code in LANGUAGES],
        facts=facts,
        evidence=_listed(evidence),
        digests={kind: one.digest for kind, one in evidence.items()},
        decision=decide(facts.get("gate", {}), signed),
        signed=signed,
        metrics=METRICS,
        most=MOST,
        report_rows=_report(facts.get("performance", {})),
        is_shown=figures.is_shown,
        told=figures.told,
    )
    return _tidy(text)


def _tidy(page: str) -> str:
    """Return the page without indentation, and without spaces between Chinese sentences."""
    lines = re.sub(r"\s*\n\s*", "\n", page).strip()
    return re.sub(r"([。；：！？](?:</[a-z]+>)?) +", r"\1", lines) + "\n"


@functools.cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("primum.dossier", "templates"),
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["cited"] = _cited
    return made


def _cited(requirement: Facts) -> list[str]:
    """Return the short digests of the evidence a requirement's findings rest on, each once."""
    return list(dict.fromkeys(digest[:12] for check in requirement["checks"] for digest in check["evidence"]))


def _report(facts: Facts) -> list[tuple[str, Facts]]:
    """Return the classification report, classes before averages."""
    rows = [(name, row) for name, row in (facts.get("report") or {}).items() if isinstance(row, Mapping)]
    return sorted(rows, key=lambda row: (row[0].endswith(" avg"), row[0]))


def _listed(evidence: Mapping[str, Evidence]) -> list[Evidence]:
    known = [evidence[kind] for kind in KINDS if kind in evidence]
    return [*known, *(one for kind, one in sorted(evidence.items()) if kind not in KINDS)]


def _view(say: Tongue, facts: Mapping[str, Facts]) -> dict[str, object]:
    """Return one language with its figures."""
    drawn = {
        **_data_figures(say, facts),
        **_performance_figures(say, facts.get("performance", {}), facts.get("declaration", {})),
        **_comparison_figures(say, facts.get("performance", {})),
        **_explanation_figures(say, facts.get("faithfulness", {})),
    }
    return {"say": say, "figures": drawn}


def _name(say: Tongue, figure: str) -> str:
    return f"{say.code}-{figure}"


def _data_figures(say: Tongue, facts: Mapping[str, Facts]) -> dict[str, Markup]:
    data = facts.get("data", {})
    return {"flow": figures.flow(_name(say, "flow"), data, say)} if data.get("flow") else {}


def _performance_figures(say: Tongue, facts: Facts, declared: Facts) -> dict[str, Markup]:
    """Return the figures of the released model alone, those for which there are facts."""
    scores = (facts.get("metrics") or {}).get(facts.get("released"), {})
    drawn = {}
    if bins := (facts.get("calibration") or {}).get("bins"):
        drawn["reliability"] = figures.reliability(_name(say, "reliability"), bins, say)
    if points := facts.get("roc"):
        drawn["roc"] = figures.roc(_name(say, "roc"), points, scores.get("roc_auc", {}), say)
    if points := facts.get("pr"):
        area = scores.get("average_precision", {})
        drawn["pr"] = figures.precision_recall(_name(say, "pr"), points, area, say)
    if rows := facts.get("decision_curve"):
        drawn["decision"] = figures.decision_curve(_name(say, "decision"), rows, say)
    if table := facts.get("confusion"):
        labels = _classes(facts, declared, len(table))
        classes = labels if facts.get("mentions") else [say.term("class", one) for one in labels]
        drawn["confusion"] = figures.confusion(_name(say, "confusion"), table, classes, say)
    if by_class := (facts.get("conformal") or {}).get("by_class"):
        rows = [
            figures.Row(label=say.term("class", one), estimate=estimate) for one, estimate in sorted(by_class.items())
        ]
        text = say("performance.conformal_desc", say.share(facts["conformal"].get("target")), _read(rows, say))
        caption = Caption(name=_name(say, "conformal"), title=say("performance.conformal"), text=text)
        drawn["conformal"] = figures.intervals(caption, rows, say, facts["conformal"].get("target"))
    return drawn


def _classes(facts: Facts, declared: Facts, wanted: int) -> list[str]:
    """Return the names of the classes in the order of the confusion matrix: the study's own."""
    named = (
        facts.get("labels")
        or (declared.get("outcome") or {}).get("classes")
        or sorted(one for one in facts.get("report") or {} if not one.endswith(" avg"))
    )
    return list(named) if len(named) == wanted else [str(place) for place in range(wanted)]


def _comparison_figures(say: Tongue, facts: Facts) -> dict[str, Markup]:
    """Return the forests of subgroups and the comparison of candidates."""
    metrics, released = facts.get("metrics") or {}, facts.get("released")
    drawn = {}
    for metric in ("recall", "specificity", "roc_auc") if facts.get("subgroups") else ():
        word, whole = say.term("metric", metric), metrics.get(released, {}).get(metric, {})
        rows = [figures.Row(label=say("performance.overall"), estimate=whole, strong=True)]
        rows += [
            figures.Row(label=_group(say, one), estimate=one.get(metric) or {}) for one in facts["subgroups"][:MOST]
        ]
        text = say("performance.forest_desc", word, _read(rows, say))
        caption = Caption(name=_name(say, f"forest-{metric}"), title=say("performance.forest", word), text=text)
        drawn[f"forest_{metric}"] = figures.intervals(caption, rows, say, whole.get("value"))
    for metric in ("roc_auc", "log_loss") if metrics else ():
        word = say.term("metric", metric)
        rows = [_rival(say, name, scores.get(metric, {}), released) for name, scores in sorted(metrics.items())]
        rows.sort(key=lambda row: row.strong, reverse=True)
        text = say("performance.rivals_desc", word, _read(rows, say))
        caption = Caption(name=_name(say, f"rivals-{metric}"), title=say("performance.rivals", word), text=text)
        drawn[f"rivals_{metric}"] = figures.intervals(caption, rows, say, rows[0].estimate.get("value"))
    return drawn


def _rival(say: Tongue, name: str, estimate: Facts, released: Json) -> figures.Row:
    label = say.term("candidate", name)
    label = say("performance.released_mark", label) if name == released else label
    return figures.Row(label=label, estimate=estimate, strong=name == released)


def _explanation_figures(say: Tongue, facts: Facts) -> dict[str, Markup]:
    drawn = {}
    if facts.get("grid"):
        drawn["global"] = heat.grid(_name(say, "global"), facts["grid"], say)
    elif weights := (facts.get("global") or [])[:15]:
        rows = [
            figures.Row(
                label=say.term("column", one["place"].split(":", 1)[-1]),
                estimate=one.get("estimate") or {"value": one["weight"]},
            )
            for one in weights
        ]
        listed = "; ".join(f"{row.label} {say.number(row.estimate['value'], 2)}" for row in rows)
        text = say("explanations.global_desc", listed)
        caption = Caption(name=_name(say, "global"), title=say("explanations.global"), text=text)
        drawn["global"] = _sizes(caption, rows, say, say("explanations.weight"))
    if methods := facts.get("methods"):
        rows = [
            figures.Row(
                label=f"{say.term('method', name)}: {say(f'explanations.{order}')}",
                estimate=(one.get("intervals") or {}).get(order) or {"value": one.get(order)},
                strong=order == "deleted",
            )
            for name, one in sorted(methods.items())
            for order in ("deleted", "random", "reversed")
        ]
        listed = "; ".join(f"{row.label} {say.number(row.estimate['value'], 2)}" for row in rows)
        title, text = say("explanations.faithfulness"), say("explanations.faithfulness_desc", listed)
        caption = Caption(name=_name(say, "faithfulness"), title=title, text=text)
        drawn["faithfulness"] = _sizes(caption, rows, say, say("explanations.effect"))
    return drawn


def _sizes(caption: Caption, rows: list[figures.Row], say: Tongue, axis: str) -> Markup:
    """Return sizes as dots with intervals, or as bars where the evidence holds no intervals."""
    if all(figures.is_shown(row.estimate) for row in rows):
        return figures.intervals(caption, rows, say, 0.0)
    return figures.bars(caption, rows, axis)


def _group(say: Tongue, one: Facts) -> str:
    return f"{say.term('column', one['column'])}: {say.group(one['column'], one['group'])}"


def _read(rows: Sequence[figures.Row], say: Tongue) -> str:
    return "; ".join(f"{row.label}: {figures.told(row.estimate, say)}" for row in rows)
