"""How fast text models learn and answer beside transformers' Trainer and eager torch: same model, texts and processor.

    python benchmarks/speed/text.py [--sentences 3000] [--rounds 1] [--write]

Learning: a token classifier on the offline encoder, sentences of CoNLL-2003, one pass, 32 a batch. Each way is a
process with one thread, counted in processor seconds of its training alone; beside it stands the entity F1 on the first
documents of the development part, for speed bought with quality is none. Trainer is run with padding to 128, with
dynamic padding in groups of equal length, and the same in bfloat16 where the processor can; ours with `tuning: body`
and `dropout: 0`. The bars: 10 times the first, 1.25 times the better of the others. The floor is what the matrix
products of these tokens would cost alone.

Answering: batch 1, 128 tokens, eager torch beside the ONNX graph in 8-bit integers: median and 99th percentile. The
bar: 3 times as fast; what that costs in F1 is in ../science/text_integers.py. A whole answer begins with a note's
letters and ends with its logits, as served. Data: $PRIMUM_DATA/text/conll2003.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from primum.domain.study import Column
from primum.domain.tokens import Texts
from primum.encoders.text import TextEncoder, locate
from primum.models import devices
from primum.models.running import Running
from primum.models.text.classifier import pace_of
from primum.models.text.scorer import Classifier, Shape, TextScorer
from primum.models.text.serving import Served, in_integers
from primum.models.text.tags import Document, columns, counts, f1, labels
from primum.models.text.windows import Ends, padded
from primum.models.training import Aim, Plan, train

HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data")) / "text" / "conll2003"
WAYS = ("trainer_fixed", "trainer_grouped", "trainer_grouped_bf16", "primum")
BATCH, RATE, WARMUP, IGNORED = 32, 4e-4, 0.1, -100
FIXED_SHARE = 8
"""Padding to 128 is so slow that one sentence in so many is enough to time it."""
TESTED = 60
"""Documents of the development part."""
TOKENS = 128
NOTE = Column.model_validate(
    {"name": "note", "source": "notes", "role": "feature", "label": {"en": "Note", "zh": "病历"}}
)
THREADS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def read(part: str) -> list[Document]:
    """Return the documents of a part."""
    with (DATA / f"{part}.txt").open(encoding="utf-8") as lines:
        return list(columns(lines))


class Pieces:
    """Sentences as token numbers, and the label of each word on its first piece.

    Args:
        documents: With tags.
        encoder: Whose tokeniser cuts.
        names: Of the labels.
    """

    def __init__(self, documents: Sequence[Document], encoder: TextEncoder, names: Sequence[str]) -> None:
        known = {name: at for at, name in enumerate(names)}
        self.ends = Ends.of(encoder)
        self.sentences = [one for document in documents for one in document.sentences]
        self.tags = [one for document in documents for one in document.tags]
        self.ids: list[list[int]] = []
        self.labels: list[list[int]] = []
        for words, tags in zip(self.sentences, self.tags, strict=True):
            cut = encoder.pieces(words)
            self.ids.append([piece for one in cut for piece in one][:126])
            told = [
                known[tag] if not at else IGNORED for one, tag in zip(cut, tags, strict=True) for at in range(len(one))
            ]
            self.labels.append(told[:126])

    def __len__(self) -> int:
        """Return how many sentences there are."""
        return len(self.ids)

    def sizes(self) -> Tensor:
        """Return the pieces of each sentence."""
        return torch.tensor([len(one) for one in self.ids])

    def take(self, rows: Tensor) -> tuple[Tensor, ...]:
        """Return token numbers, where there are tokens, and labels, each of shape (sentences, tokens)."""
        tokens, told = padded([self.ids[one] for one in rows.tolist()], self.ends)
        truth = torch.full_like(tokens, IGNORED)
        for at, one in enumerate(rows.tolist()):
            truth[at, 1 : len(self.labels[one]) + 1] = torch.tensor(self.labels[one])
        return tokens, told, truth


class Plain(nn.Module):
    """An encoder with a linear head on each token: what ``AutoModelForTokenClassification`` is.

    Args:
        encoder: Reads sentences.
        count: Labels.
    """

    def __init__(self, encoder: TextEncoder, count: int) -> None:
        super().__init__()
        self.encoder, self.head = encoder.net, nn.Linear(encoder.width, count)

    def forward(self, tokens: Tensor, told: Tensor) -> Tensor:
        """Return logits, shape (sentences, tokens, labels)."""
        logits: Tensor = self.head(self.encoder(input_ids=tokens, attention_mask=told).last_hidden_state)
        return logits


def quality(net: Any, pieces: Pieces, names: Sequence[str]) -> float:  # noqa: ANN401 - either kind of net
    """Return the entity F1 of a net on sentences."""
    net.eval()
    said = []
    with torch.inference_mode():
        for at in range(len(pieces)):
            tokens, told, truth = pieces.take(torch.tensor([at]))
            given = net(input_ids=tokens, attention_mask=told).logits if hasattr(net, "config") else net(tokens, told)
            called = given[0].argmax(-1)[truth[0] != IGNORED].tolist()
            tags = [names[one] for one in called]
            said.append(tags + ["O"] * (len(pieces.tags[at]) - len(tags)))
    found = counts(pieces.tags, said)
    return f1(*(sum(one[at] for one in found.values()) for at in range(3)))


def primum(pieces: Pieces, encoder: TextEncoder, names: Sequence[str]) -> tuple[float, nn.Module]:
    """Return the processor seconds of one pass of our loop, and the net."""
    torch.manual_seed(0)
    net = Plain(encoder, len(names))
    plan = Plan(
        epochs=1,
        patience=0,
        batch_size=BATCH,
        learning_rate=RATE,
        weight_decay=0.01,
        seed=0,
        warmup=WARMUP,
        falls=True,
        pace=lambda name: 0.0 if pace_of(name, "body") == 0 else 1.0,
    )

    def loss(model: nn.Module, batch: tuple[Tensor, ...], dice: torch.Generator) -> Tensor:
        del dice
        tokens, told, truth = batch
        return nn.functional.cross_entropy(model(tokens, told).flatten(0, 1), truth.flatten(), ignore_index=IGNORED)

    before = time.process_time()
    train(
        net,
        Aim(loss, lambda model, rows: 0.0),  # noqa: ARG005 - measured apart, as Trainer's is
        (pieces, pieces),
        plan,
        Running(precision=devices.precision("cpu")),
    )
    return time.process_time() - before, net


def trainer(pieces: Pieces, names: Sequence[str], way: str) -> tuple[float, Any]:
    """Return the processor seconds of one pass of ``transformers.Trainer``, and the net."""
    from transformers import AutoModelForTokenClassification, Trainer, TrainingArguments, set_seed  # noqa: PLC0415

    set_seed(0)
    net = AutoModelForTokenClassification.from_pretrained(locate(""), num_labels=len(names))
    rows = [
        {
            "input_ids": [pieces.ends.begin, *ids, pieces.ends.end],
            "labels": [IGNORED, *told, IGNORED],
            "length": len(ids),
        }
        for ids, told in zip(pieces.ids, pieces.labels, strict=True)
    ]

    def collate(batch: list[dict[str, Any]]) -> dict[str, Tensor]:
        longest = 128 if way == "trainer_fixed" else max(len(one["input_ids"]) for one in batch)
        filled = {"input_ids": pieces.ends.pad, "labels": IGNORED, "attention_mask": 0}
        given = [{**one, "attention_mask": [1] * len(one["input_ids"])} for one in batch]
        return {
            name: torch.tensor([[*one[name], *[value] * (longest - len(one[name]))] for one in given])
            for name, value in filled.items()
        }

    import tempfile  # noqa: PLC0415 - for this way alone

    with tempfile.TemporaryDirectory() as folder:
        asked = TrainingArguments(
            output_dir=folder,
            num_train_epochs=1,
            per_device_train_batch_size=BATCH,
            learning_rate=RATE,
            weight_decay=0.01,
            warmup_steps=round(WARMUP * len(rows) / BATCH),
            train_sampling_strategy="random" if way == "trainer_fixed" else "group_by_length",
            bf16=way.endswith("bf16"),
            use_cpu=True,
            report_to="none",
            save_strategy="no",
            logging_strategy="no",
            remove_unused_columns=False,
            disable_tqdm=True,
            seed=0,
        )
        run = Trainer(model=net, args=asked, train_dataset=rows, data_collator=collate)
        before = time.process_time()
        run.train()
        return time.process_time() - before, net


def one_way(way: str, sentences: int) -> dict[str, float]:
    """Return what one way of learning costs and reaches."""
    torch.set_num_threads(1)
    encoder = TextEncoder.open("", dropout=0.0)
    documents, held = read("train"), read("valid")[:TESTED]
    names = labels(documents)
    pieces = Pieces(documents, encoder, names)
    step = FIXED_SHARE if way == "trainer_fixed" else 1
    chosen = np.random.default_rng(0).permutation(len(pieces))[: sentences // step]
    for name in ("sentences", "tags", "ids", "labels"):
        whole = getattr(pieces, name)
        setattr(pieces, name, [whole[one] for one in chosen])
    warnings.simplefilter("ignore")
    seconds, net = primum(pieces, encoder, names) if way == "primum" else trainer(pieces, names, way)
    found = {"sentences_per_second": len(pieces) / seconds}
    if way == "primum":
        found["floor_per_second"] = len(pieces) / floor(pieces, encoder)
    if way != "trainer_fixed":
        found["entity_f1"] = quality(net, Pieces(held, encoder, names), names)
    return found


def floor(pieces: Pieces, encoder: TextEncoder) -> float:
    """Return the seconds of the matrix products alone: three for each matrix of the encoder and each token."""
    tokens = int(pieces.sizes().sum()) + 2 * len(pieces)
    seconds = 0.0
    for name, weight in encoder.net.named_parameters():
        if weight.ndim < 2 or "embeddings" in name:  # noqa: PLR2004 - matrices
            continue
        rows = torch.randn(640, weight.shape[1])
        rows @ weight.detach().T
        before = time.process_time()
        for _ in range(3):
            rows @ weight.detach().T
        seconds += time.process_time() - before
    return seconds * tokens / 640


def learning(sentences: int, rounds: int) -> dict[str, Any]:
    """Return the ways of learning side by side, round after round."""
    runs: dict[str, list[dict[str, float]]] = {}
    for _ in range(rounds):
        for way in WAYS:
            done = subprocess.run(
                [sys.executable, __file__, "--way", way, "--sentences", str(sentences)],
                capture_output=True,
                text=True,
                check=False,
                env={**os.environ, **THREADS},
            )
            if done.returncode == 0:
                runs.setdefault(way, []).append(json.loads(done.stdout.splitlines()[-1]))
            else:
                print(f"{way}: ended with {done.returncode} {done.stderr[-300:]}", file=sys.stderr)
    found: dict[str, Any] = {
        way: {name: round(statistics.median(one[name] for one in mine), 4) for name in mine[0]}
        for way, mine in runs.items()
    }
    mine = found["primum"]["sentences_per_second"]
    best = max(one["sentences_per_second"] for way, one in found.items() if way.startswith("trainer_grouped"))
    return found | {
        "times_fixed": {"value": round(mine / found["trainer_fixed"]["sentences_per_second"], 2), "bar": 10},
        "times_grouped": {"value": round(mine / best, 2), "bar": 1.25},
        "share_of_floor": round(mine / found["primum"]["floor_per_second"], 3),
    }


def answering(times: int = 200) -> dict[str, Any]:
    """Return latencies in milliseconds at batch 1 and 128 tokens, of the processor and as waited for, and the ratio."""
    torch.set_num_threads(1)
    encoder = TextEncoder.open("")
    graph = in_integers(encoder.net)
    net, served = encoder.net.eval(), Served(graph)
    scorer = TextScorer(Classifier(net, encoder.width, 24), encoder, Shape(classes=24, window=256), graph)
    words = [word for document in read("valid")[:TESTED] for one in document.sentences for word in one]
    note = " ".join(words[: next(at for at in range(len(words)) if tokens_of(encoder, words[:at]) == TOKENS - 2)])
    whole = Texts(values=((note,),), columns=(NOTE,))
    ids = torch.randint(1000, 20_000, (1, TOKENS), generator=torch.Generator().manual_seed(0))
    told = torch.ones_like(ids)

    def eager() -> None:
        with torch.inference_mode():
            net(input_ids=ids, attention_mask=told)

    def integers() -> None:
        served.mean(ids.numpy())

    ways = {"eager": eager, "int8": integers, "int8_whole_answer": lambda: scorer.logits(whole)}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    waited: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(times):
        for name, ask in ways.items():
            begun, before = time.perf_counter(), time.process_time()
            ask()
            spent[name].append(1000 * (time.process_time() - before))
            waited[name].append(1000 * (time.perf_counter() - begun))
    ratio = statistics.median(a / b for a, b in zip(spent["eager"], spent["int8"], strict=True))
    return {
        "milliseconds": {name: percentiles(one) for name, one in spent.items()},
        "milliseconds_waited": {name: percentiles(one) for name, one in waited.items()},
        "times_eager": {"value": round(ratio, 2), "bar": 3},
    }


def tokens_of(encoder: TextEncoder, words: Sequence[str]) -> int:
    """Return how many tokens words are."""
    return len(encoder.tokenizer.encode(" ".join(words), add_special_tokens=False).ids)


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """Return the median and the 99th percentile."""
    return {"p50": round(float(np.percentile(times, 50)), 1), "p99": round(float(np.percentile(times, 99)), 1)}


def main() -> None:
    """Print the comparison, and keep it where asked."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--sentences", type=int, default=3000)
    asked.add_argument("--rounds", type=int, default=1)
    asked.add_argument("--write", action="store_true")
    asked.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.way:
        print(json.dumps(one_way(given.way, given.sentences)))
        return
    results = {"learning": learning(given.sentences, given.rounds), "answering": answering()}
    print(json.dumps(results, indent=1))
    if given.write:
        (HERE / "text.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
