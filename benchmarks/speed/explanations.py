"""How true and how fast explanations of notes are: ``python explanations.py [STUDY_FOLDER] [CANDIDATE] [--write]``.

The folder holds a study of texts that was run. One of its candidates (``primum`` by default) explains validation notes
by every method that it can answer, beside words in random order, in one run: the deletion test, comprehensiveness and
sufficiency (DeYoung et al. 2020), and the processor's milliseconds a note. Without a folder the offline encoder is
fine-tuned on 600 notes of Symptom2Disease ($PRIMUM_DATA/text) here and explains others. With ``--write`` the figures
are kept in ``explanations-STUDY-CANDIDATE.json`` beside this file.
"""

import csv
import json
import os
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
from primum.domain.study import Study
from primum.domain.tokens import Floats, Texts, Tokens
from primum.ids import Digest
from primum.models import faithfulness
from primum.models.calibrated import Calibrated, Doubt, to_files
from primum.models.calibration import recalibrate
from primum.models.erasure import erase
from primum.models.fitting import Teaching
from primum.models.questions import Question, ask
from primum.models.running import Running
from primum.models.samples import Sample
from primum.models.text.classifier import fit
from primum.plugins import Case, Explainer

METHODS = ("attention_rollout", "gradient_norm", "integrated_gradients", "occlusion", "shapley")
NOTES, LEARNT = 40, 600
FEWER = {"shapley": 8}
"""Notes for methods that take a quarter of a minute each."""
EXAMPLE = Path(__file__).parents[2] / "examples" / "symptom-to-disease" / "study.yaml"
DATA = Path(os.environ.get("PRIMUM_DATA", Path(__file__).parents[3] / "shared" / "data")) / "text"


class RandomOrder:
    """Weighs words by chance: what every method must beat."""

    needs, signed = Case, True

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


def of_study(folder: Path, candidate: str) -> tuple[Study, Calibrated, Tokens]:
    """Return a study that was run, one of its candidates, and validation notes."""
    study = study_file.load(folder / "study.yaml")
    with console.custodian(folder / ".primum", study.intended_use.purpose, folder / "access.yaml") as custodian:
        outputs = pipeline.run(study, folder, custodian, Watch(tell=lambda *_: None), console.now).outputs
        model = Calibrated.from_files(custodian.get_model(Digest(outputs[f"candidate.{candidate}"])))
        sample = Sample.from_rows(custodian.read_dataset(Digest(outputs["validation"]))[:NOTES], study)
    return study, model, sample.tokens


def fitted_here() -> tuple[Study, Calibrated, Tokens]:
    """Return the study of symptoms, a model of ours fine-tuned on some of its notes, and others."""
    study = study_file.load(EXAMPLE)
    with (DATA / "symptom2disease" / "Symptom2Disease.csv").open(encoding="utf-8", newline="") as lines:
        label = {row["text"]: row["label"] for row in csv.DictReader(lines)}
    order = np.random.default_rng(0).permutation(len(label))
    tokens = Texts(values=tuple((one,) for one in label), columns=tuple(study.features()))
    outcome = np.array([study.outcome.classes.index(one) for one in label.values()])
    rows, held = order[:LEARNT], order[LEARNT:]
    teaching = Teaching(model=study.model, seed=0, encoder={}, running=lambda _: Running(device="cpu"))
    scorer = fit(tokens.take(rows), outcome[rows], np.full(LEARNT, -1), teaching).scorer
    others = tokens.take(held[NOTES:])
    recalibration = recalibrate(scorer.logits(others), outcome[held[NOTES:]])
    doubt = Doubt(quantile=np.ones(len(study.outcome.classes)), threshold=0.5)
    files = to_files(study, ("primum", scorer), (tokens.take(rows), others), recalibration, doubt)
    return study, Calibrated.from_files(files), tokens.take(held[:NOTES])


def main() -> None:
    """Measure, print, and keep the figures where that is asked."""
    words = [one for one in sys.argv[1:] if not one.startswith("--")]
    candidate = words[1] if len(words) > 1 else "primum"
    study, model, tokens = of_study(Path(words[0]), candidate) if words else fitted_here()
    cases = [ask(model, tokens, row, int(of)) for row, of in enumerate(model.explained(tokens))]
    methods = {name: plugins.load("explainer", name) for name in METHODS}
    usable = {name: one for name, one in methods.items() if isinstance(cases[0], one.needs)}
    found = {"random": measured(RandomOrder(), cases, study.seed)}
    found |= {name: measured(one, cases[: FEWER.get(name, NOTES)], study.seed) for name, one in usable.items()}
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
