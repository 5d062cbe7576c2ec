"""Learns from records without looking at outcomes: masked values are rebuilt from the others."""

from primum.context import Context
from primum.models.checkpoints import running
from primum.models.ours import ours
from primum.models.samples import Sample


def run(context: Context) -> dict[str, str]:
    """Write the model ``encoder`` (an empty word where no epochs are asked for) and the evidence ``pretraining``."""
    study, development = context.study, context.input("development")
    asked = study.model.pretraining
    facts: dict[str, object] = {"epochs": asked.epochs, "masked": asked.masked, "ran": asked.epochs > 0}
    if not asked.epochs:
        silent = dict.fromkeys(("loss_first", "loss_last", "loss_mean_guess"))
        return {"encoder": "", "evidence.pretraining": context.keep("pretraining", facts | silent, (development,))}
    sample = Sample.from_rows(context.custodian.read_dataset(development), study)
    where = running(context, "pretrain", (development,))
    done = ours("pretrain", study.modality)(sample.tokens, study.model, study.seed, where)
    encoder = context.custodian.put_model(done.files, (development,))
    facts |= {
        "epochs": done.epochs,
        "loss_first": round(done.first, 6),
        "loss_last": round(done.last, 6),
        "loss_mean_guess": round(done.mean_guess, 6),
    }
    return {"encoder": encoder, "evidence.pretraining": context.keep("pretraining", facts, (development, encoder))}
