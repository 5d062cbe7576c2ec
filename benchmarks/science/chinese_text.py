"""Chinese text from nothing, beside counting: ``python benchmarks/science/chinese_text.py FOLDER``.

The folder holds ``examples/trial-criteria-zh`` after ``primum run``. Taken from its evidence and kept in
``chinese_text.json`` are what pretraining on the criteria reached (beside telling characters by their shares alone) and
the figures of every candidate on the sealed test part, with 95% intervals.
"""

import argparse
import json
from pathlib import Path
from typing import Any

METRICS = ("accuracy", "balanced_accuracy", "log_loss", "roc_auc")
BESIDE = {
    "tfidf_svm": {"accuracy": 0.908, "balanced_accuracy": 0.928, "macro_f1": 0.911},
    "tfidf_logistic": {"accuracy": 0.906, "balanced_accuracy": 0.924, "macro_f1": 0.909},
}
"""scikit-learn's TfidfVectorizer (characters and pairs, sublinear, twice at least) with LinearSVC and with
LogisticRegression(C=10), on the same 4,000 and 1,164 criteria."""


def evidence(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the facts of each kind of evidence that a run left."""
    documents = [
        json.loads(one.read_text(encoding="utf-8")) for one in (folder / ".primum" / "evidence").glob("*.json")
    ]
    return {one["kind"]: one["facts"] for one in documents}


def main() -> None:
    """Print and keep the figures."""
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path)
    facts = evidence(asked.parse_args().folder)
    found = {
        "study": "trial-criteria-zh",
        "pretraining": facts["pretraining"],
        "candidates": {
            name: {metric: figures[metric] for metric in METRICS}
            for name, figures in facts["performance"]["metrics"].items()
        },
        "differences": facts["performance"]["differences"],
        "chosen": facts["selection"]["chosen"],
        "sentence": facts["selection"]["sentence"]["en"],
        "scikit_learn": BESIDE,
    }
    print(json.dumps(found, indent=1))
    Path(__file__).with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
