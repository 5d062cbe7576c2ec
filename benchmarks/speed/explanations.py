"""How true and how fast explanations of notes are: ``python explanations.py STUDY_FOLDER [CANDIDATE] [--write]``.

The folder holds a study of texts that was run. One of its candidates (``primum`` by default) explains validation notes
by every method that it can answer, beside words in random order, in one run: the deletion test, comprehensiveness and
sufficiency (DeYoung et al. 2020), and the processor's milliseconds a note. With ``--write`` the figures are kept in
``explanations-STUDY-CANDIDATE.json`` beside this file.
"""

import json
import platform
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from primum import console, pipeline, plugins
from primum.context import Watch
from primum.domain import study_file
from primum.domain.tokens import Floats
from primum.ids import Digest
from primum.models import faithfulness
from primum.models.calibrated import Calibrated
from primum.models.erasure import erase
from primum.models.questions import Question, ask
from primum.models.samples import Sample
from primum.plugins import Case, Explainer, SlopedCase

METHODS = ("occlusion", "integrated_gradients")
NOTES = 40


class RandomOrder:
    """Weighs words by chance: what every method must beat."""

    by_slopes = False

    def weigh(self, case: Case, seed: int) -> Floats:
        """Return random weights."""
        return np.random.default_rng(seed).normal(size=case.places)


def measured(explainer: Explainer, cases: list[Question], seed: int) -> dict[str, Any]:
    """Return the figures of one method."""
    begun, before = time.process_time(), sum(one.asked for one in cases)
    weights = [explainer.weigh(one, seed) for one in cases]
    spent, asked = time.process_time() - begun, sum(one.asked for one in cases) - before
    judged = faithfulness.judge(faithfulness.change(cases, weights, seed), 1.0, seed)
    return {
        "milliseconds": round(1000 * spent / len(cases), 1),
        "asked": round(asked / len(cases), 1),
        "ratio": judged.ratio.as_document(),
        **erase(cases, weights, seed).as_document(seed),
    }


def main() -> None:
    """Measure, print, and keep the figures where that is asked."""
    words = [one for one in sys.argv[1:] if not one.startswith("--")]
    folder, candidate = Path(words[0]), words[1] if len(words) > 1 else "primum"
    study = study_file.load(folder / "study.yaml")
    with console.custodian(folder / ".primum", study.intended_use.purpose, folder / "access.yaml") as custodian:
        outputs = pipeline.run(study, folder, custodian, Watch(tell=lambda *_: None), console.now).outputs
        model = Calibrated.from_files(custodian.get_model(Digest(outputs[f"candidate.{candidate}"])))
        sample = Sample.from_rows(custodian.read_dataset(Digest(outputs["validation"]))[:NOTES], model.columns)
    cases = [ask(model, sample.tokens, row, int(of)) for row, of in enumerate(model.explained(sample.tokens))]
    usable = [one for one in METHODS if one != "integrated_gradients" or isinstance(cases[0], SlopedCase)]
    found = {"random": measured(RandomOrder(), cases, study.seed)}
    found |= {name: measured(plugins.load("explainer", name), cases, study.seed) for name in usable}
    table = Table("method", "ms a note", "rows a note", "times random", "comprehensiveness", "sufficiency")
    for name, one in found.items():
        figures = (one["ratio"]["value"], one["comprehensiveness"]["value"], one["sufficiency"]["value"])
        table.add_row(name, str(one["milliseconds"]), str(one["asked"]), *(f"{figure:.2f}" for figure in figures))
    Console(width=110).print(table)
    if "--write" in sys.argv:
        kept = {
            "study": study.name,
            "candidate": candidate,
            "notes": len(cases),
            "words_a_note": round(float(np.mean([one.places for one in cases])), 1),
            "methods": found,
            "machine": f"{platform.machine()}, one thread",
            "python": platform.python_version(),
        }
        target = Path(__file__).with_name(f"explanations-{study.name}-{candidate}.json")
        target.write_text(json.dumps(kept, indent=2) + "\n")


if __name__ == "__main__":
    main()
