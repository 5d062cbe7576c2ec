"""Made-up evidence in which everything is as it should be, for tests that take one thing away or spoil it."""

import copy
from collections.abc import Mapping
from typing import Any

from primum.domain.evidence import Evidence
from primum.domain.study import Limits
from primum.ids import Digest, digest

LIMITS = Limits()
MODEL = digest(b"model")
PART = digest(b"test part")

STAGES = {
    "intake": "ingest",
    "privacy": "protect",
    "data": "prepare",
    "pretraining": "pretrain",
    "selection": "finetune",
    "performance": "evaluate",
    "faithfulness": "explain",
    "custody": "gate",
    "declaration": "gate",
}


def estimate(value: float | None, low: float | None, high: float | None, n: int = 200) -> dict[str, Any]:
    """Return an estimate as evidence holds it; None for the three numbers means it is not shown."""
    return {"value": value, "low": low, "high": high, "n": n, "shown": value is not None}


NOT_SHOWN = estimate(None, None, None, 3)

METRICS = {
    "accuracy": estimate(0.95, 0.92, 0.98),
    "roc_auc": estimate(0.98, 0.96, 0.99),
    "average_precision": estimate(0.97, 0.94, 0.99),
    "recall": estimate(0.95, 0.9, 0.98),
    "specificity": estimate(0.94, 0.9, 0.97),
    "precision": estimate(0.9, 0.85, 0.95),
    "f1": estimate(0.92, 0.88, 0.96),
    "brier_score_loss": estimate(0.04, 0.02, 0.06),
    "log_loss": estimate(0.14, 0.1, 0.18),
}

FACTS: dict[str, dict[str, Any]] = {
    "intake": {
        "subjects": 1000,
        "sources": [{"name": "charts", "format": "csv", "records": 1000, "files": 1, "sha256": digest(b"charts")}],
        "lawful_ground": "GDPR Art 6(1)(e)",
        "exception": "GDPR Art 9(2)(j)",
        "purpose": "diagnosis-research",
        "purpose_permitted": True,
        "consent": {"by_column": True, "by_list": True, "left_out": {"objected": None}, "kept_against": 0},
    },
    "privacy": {
        "removed": {"name": 1000, "phone": 1000},
        "direct_identifiers_left": 0,
        "canaries": {
            "planted": 1000,
            "found": 0,
            "texts": 200,
            "by_class": {"name": estimate(0.01, 0.001, 0.04, 164)},
            "overall": estimate(0.012, 0.006, 0.023, 745),
        },
        "residual": {"attested": True, "searched": 1000, "left": {}, "doubtful": {"phone": 3}},
        "dates_shifted": 1000,
        "quasi_identifiers": ["age"],
        "k_anonymity": {"k": 7, "unique_share": 0.0},
        "risk": {"prosecutor": {"highest": 0.143, "average": 0.1, "above": 0.0}},
        "diversity": {"sensitive": "diagnosis", "distinct": 2, "entropy": 1.6, "closeness": 0.314},
        "columns": [
            {"name": "full_name", "role": "identifier", "action": "removed"},
            {"name": "born", "role": "date", "action": "shifted"},
            {"name": "note", "role": "text", "action": "scrubbed"},
            {"name": "radius", "role": "feature", "action": "kept"},
        ],
    },
    "data": {
        "flow": [{"step": "in the sources", "subjects": 1000}, {"step": "analysed", "subjects": 990}],
        "excluded": [{"because": "no diagnosis", "n": 10}],
        "parts": {
            "development": {"subjects": 594, "positives": 200},
            "validation": {"subjects": 198, "positives": 66},
            "test": {"subjects": 198, "positives": 66},
        },
        "overlap": 0,
        "columns": [{"name": "radius", "missing": 0.01}, {"name": "texture", "missing": 0.1}],
        "duplicates": 0,
        "label_issues": {"suspected": 8, "share": 0.013},
    },
    "pretraining": {"ran": False},
    "selection": {
        "candidates": [
            {"name": "logistic_regression", "log_loss": estimate(0.2, 0.17, 0.23)},
            {"name": "primum", "log_loss": estimate(0.14, 0.1, 0.18)},
        ],
        "chosen": "primum",
        "beaten": True,
        "sentence": {"en": "Our model beat every baseline.", "zh": "本模型胜过全部基线。"},
    },
    "performance": {
        "sealed": {
            "limits": LIMITS.digest,
            "part": PART,
            "model": MODEL,
            "committed_before_opening": True,
            "other_models_that_opened": 0,
        },
        "released": "primum",
        "metrics": {"primum": METRICS, "logistic_regression": METRICS},
        "differences": {
            "logistic_regression": {"roc_auc": estimate(0.01, -0.01, 0.03), "log_loss": estimate(-0.06, -0.1, -0.02)}
        },
        "calibration": {
            "ece_debiased": 0.02,
            "ece_null_95": 0.03,
            "slope": estimate(1.0, 0.8, 1.2),
            "intercept": estimate(0.0, -0.2, 0.2),
        },
        "conformal": {
            "target": 0.9,
            "by_class": {"benign": estimate(0.93, 0.88, 0.97, 132), "malignant": estimate(0.93, 0.86, 0.98, 66)},
            "abstention": estimate(0.1, 0.06, 0.15),
        },
        "threshold": 0.3,
        "subgroups": [
            {"column": "age", "group": "under 50", "n": 90, "recall": estimate(0.95, 0.85, 0.99, 30)},
            {"column": "age", "group": "50 and over", "n": 108, "recall": estimate(0.94, 0.85, 0.98, 36)},
        ],
        "subgroup_gap": {"age": estimate(0.01, 0.0, 0.08)},
        "verdict": {"en": "The limits are kept.", "zh": "各界值均达到。"},
    },
    "faithfulness": {
        "chosen": "shapley",
        "methods": {"shapley": {"ratio": estimate(3.0, 2.5, 3.6, 60), "passes": True}},
        "cases": 60,
    },
    "custody": {
        "encrypted_at_rest": True,
        "cipher": "AES-256-GCM",
        "key_per_subject": True,
        "default_deny": True,
        "log": "RFC 6962",
        "log_verified": True,
    },
    "declaration": {
        "study": digest(b"study"),
        "title": {"en": "Made-up masses", "zh": "虚构肿块"},
        "question": {"en": "Benign or malignant?", "zh": "良性还是恶性？"},
        "intended_use": {
            "purpose": "diagnosis-research",
            "users": "Cytopathologists",
            "setting": "Breast clinic",
            "population": "Adults with a mass",
            "not_for": ["Screening"],
            "grade": "research",
        },
        "lawful_basis": {"ground": "GDPR Art 6(1)(e)"},
        "reference_standard": "Histology",
        "if_not_beaten": "release_simplest",
        "validity_days": 365,
    },
}


def as_evidence(kind: str, facts: Mapping[str, Any]) -> Evidence:
    """Return facts as the stage that makes this kind would have kept them."""
    return Evidence(kind=kind, stage=STAGES[kind], made_of=(Digest(MODEL),), facts=facts)


def good() -> dict[str, Evidence]:
    """Return one evidence of each kind, all of it good."""
    return {kind: as_evidence(kind, copy.deepcopy(facts)) for kind, facts in FACTS.items()}


REMOVED = object()
"""Put in place of a value, takes it away."""


def spoilt(*changes: tuple[str, object]) -> dict[str, Evidence]:
    """Return the good evidence with values changed; a place is ``kind/step/step``, a number steps into a list."""
    facts: dict[str, Any] = copy.deepcopy(FACTS)
    for place, value in changes:
        *steps, last = [int(one) if one.isdigit() else one for one in place.split("/")]
        inner: Any = facts
        for step in steps:
            inner = inner[step]
        if value is REMOVED:
            del inner[last]
        else:
            inner[last] = value
    return {kind: as_evidence(kind, one) for kind, one in facts.items()}
