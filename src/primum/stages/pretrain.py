"""Learns from records without looking at outcomes: masked values are rebuilt from the others."""

from collections.abc import Callable, Mapping
from typing import Any

from primum.context import Context
from primum.domain.study import Model
from primum.models.checkpoints import running
from primum.models.pretraining import Pretrained, pretrain
from primum.models.running import Running
from primum.models.samples import Sample
from primum.models.text import masking

Learn = Callable[[Any, Model, int, Running], Pretrained]
LEARNERS: Mapping[str, Learn] = {"table": pretrain, "text": masking.pretrain}
"""How an encoder of a kind of data learns from records alone."""


def run(context: Context) -> dict[str, str]:
    """Write the model ``encoder`` (an empty word where no epochs are asked for) and the evidence ``pretraining``."""
    study, development = context.study, context.input("development")
    asked = study.model.pretraining
    facts: dict[str, object] = {"epochs": asked.epochs, "masked": asked.masked, "ran": asked.epochs > 0}
    if not asked.epochs:
        silent = dict.fromkeys(("loss_first", "loss_last", "loss_mean_guess"))
        return {"encoder": "", "evidence.pretraining": context.keep("pretraining", facts | silent, (development,))}
    sample = Sample.from_rows(context.custodian.read_dataset(development), study.features())
    where = running(context, "pretrain", (development,))
    done = LEARNERS[study.modality](sample.tokens, study.model, study.seed, where)
    encoder = context.custodian.put_model(done.files, (development,))
    facts |= {
        "epochs": done.epochs,
        "loss_first": round(done.first, 6),
        "loss_last": round(done.last, 6),
        "loss_mean_guess": round(done.mean_guess, 6),
    }
    return {"encoder": encoder, "evidence.pretraining": context.keep("pretraining", facts, (development, encoder))}
