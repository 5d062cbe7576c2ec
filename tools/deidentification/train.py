"""Trains the tagger of a language and writes its weights and facts where the package ships them.

    python tools/deidentification/train.py {en,es,zh} [--seed 7] [--epochs 12] [--whole] [--into FOLDER]
        [--width 64 --dilations 1 3 9 --dropout 0.1 --teacher FOLDER]

The examples come from english.py, spanish.py or chinese.py beside this file. Each offers

* ``training(seed) -> Iterator[Example]``, asked once an epoch with another seed, and
* ``held_out(seed) -> Iterator[Example]``, of other templates and lists of names than ``training``,
* ``SOURCE``: what the examples are made of and under which licences, one sentence for the card,
* ``PRECISION``: what share of what is masked must be right when the limits are chosen on the held-out examples; or
  ``LIMITS``, where they were chosen otherwise.

A narrower network reads faster, and learns better when it is taught: with ``--teacher`` it imitates what a larger one,
trained before on the same examples, says of each token, besides learning the labels.

With ``--whole`` the held-out examples choose the limits and give the figures; then the weights that are shipped are
trained anew on them as well. The same seed gives the same weights on one machine. Needs the extra ``training``.
"""

import argparse
import importlib
import json
import platform
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from torch import Tensor
from torch.nn import functional

from primum.privacy.spans import Example, Kind
from primum.privacy.tagger import decoding
from primum.privacy.tagger.decoding import Limits, Marks
from primum.privacy.tagger.features import GROUPS, known_features
from primum.privacy.tagger.network import Network, Shape, grouped_looks
from primum.privacy.tagger.tagger import WEIGHTS, Model, Tagger
from primum.privacy.tagger.tokens import NEWLINE, Tokens, tokens

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks" / "science"))

from deid_scoring import Document, Scores, score

MODULES = {"en": "english", "es": "spanish", "zh": "chinese"}
LOOKS, WIDTH = 96, 96
DILATIONS = (1, 2, 4, 8)
MOST_FEATURES = 30_000
"""Feature vectors that are kept, the most frequent ones."""
SELDOM = 2
"""Features of fewer words are not learned: they would tell words, not how words look."""
DROPOUT = 0.25
TAUGHT = 0.7
"""Weight of what a teacher says beside the labels."""
LEFT_OUT = (0.35, 0.15, 0.15, 0.1, 0.2)
"""How often each of ``GROUPS`` of a token is left out in training."""
BATCH = 6_000
"""Tokens a step."""
RATE = 4e-3
DECAY = 0.01
WARM_UP = 0.1
AVERAGED = 0.6
"""From this share of the steps on the weights are averaged; the average is what is shipped."""
SHOUTED, WHISPERED, MISSPELT = 0.06, 0.06, 0.01
"""Share of examples all in capitals, all in small letters, and of words with a slip of the pen."""
FOUND = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
GROWN = (0.5, 0.8, 0.9, 0.95, 0.98)


@dataclass(frozen=True, slots=True)
class Read:
    """An example as the network reads it: tokens, and a label for each."""

    tokens: Tokens
    labels: NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How training goes."""

    language: str
    seed: int
    epochs: int
    labels: tuple[str, ...]
    numbers: dict[int, int]
    width: int
    dilations: tuple[int, ...]
    dropout: float
    teacher: Tagger | None


def labels_of(kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Return ``O`` and ``B-``, ``I-`` of each kind."""
    return ("O", *chain.from_iterable((f"B-{one}", f"I-{one}") for one in sorted(kinds)))


def read(example: Example, labels: Sequence[str]) -> Read:
    """Return an example's tokens with their labels; the end of a line has none."""
    found = tokens(example.text)
    marks = np.zeros(len(found.words), dtype=np.int64)
    for span in example.spans:
        first, last = np.searchsorted(found.ends, span.start, "right"), np.searchsorted(found.starts, span.end)
        marks[first:last] = labels.index(f"I-{span.kind}")
        marks[first : min(first + 1, last)] = labels.index(f"B-{span.kind}")
    is_newline = np.array([one == NEWLINE for one in found.words], dtype=bool)
    marks[is_newline] = 0
    return Read(found, marks)


def altered(words: Sequence[str], dice: np.random.Generator) -> list[str]:
    """Return the words of an example as somebody else would write them: capitals, small letters, slips."""
    chance = dice.random()
    if chance < SHOUTED:
        words = [one.upper() for one in words]
    elif chance < SHOUTED + WHISPERED:
        words = [one.lower() for one in words]
    slips = np.flatnonzero(dice.random(len(words)) < MISSPELT)
    new = list(words)
    for at in slips.tolist():
        new[at] = slipped(new[at], dice)
    return new


def slipped(word: str, dice: np.random.Generator) -> str:
    """Return a word with two letters changed about, one doubled or one left out."""
    if len(word) < 4 or not word.isalpha() or word[0] >= "\u3007":  # noqa: PLR2004 - shorter ones become other words
        return word
    at = int(dice.integers(1, len(word) - 1))
    way = int(dice.integers(3))
    if way == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at] * way * (way - 1) + word[at + 1 :]


def vocabulary(texts: Iterable[Read], language: str) -> dict[int, int]:
    """Return the features worth learning and their numbers from 1 on."""
    words = Counter(chain.from_iterable(one.tokens.words for one in texts))
    tokens_of: Counter[int] = Counter()
    words_of: Counter[int] = Counter()
    for word, count in words.items():
        for key in set(chain.from_iterable(known_features(word, language))):
            tokens_of[key] += count
            words_of[key] += 1
    often = [key for key, count in tokens_of.items() if count > SELDOM]
    often.sort(key=lambda key: (-tokens_of[key], key))
    return {key: at for at, key in enumerate(sorted(often[:MOST_FEATURES]), 1)}


def batches(texts: Sequence[Read], dice: np.random.Generator) -> Iterator[list[Read]]:
    """Yield the examples in random order, as many at a time as make a step."""
    some: list[Read] = []
    size = 0
    for at in dice.permutation(len(texts)).tolist():
        some.append(texts[at])
        size += len(texts[at].labels)
        if size >= BATCH:
            yield some
            some, size = [], 0
    if some:
        yield some


def step_loss(network: Network, some: Sequence[Read], plan: Plan, dice: np.random.Generator) -> Tensor:
    """Return the mean loss of one step."""
    gap = max(network.shape.dilations)
    words: list[str] = []
    seen: list[list[str]] = []
    settings, labels = [], []
    for one in some:
        seen.append(altered(one.tokens.words, dice))
        words += seen[-1] + [NEWLINE] * gap
        settings += [one.tokens.settings, np.zeros(gap, dtype=np.int64)]
        labels += [one.labels, np.full(gap, -1)]
    target = torch.from_numpy(np.concatenate(labels))
    unique = {word: at for at, word in enumerate(dict.fromkeys(words))}
    looked = [known_features(word, plan.language) for word in unique]
    grouped = [numbered([one[at] for one in looked], plan.numbers) for at in range(len(GROUPS))]
    left_out = np.array(LEFT_OUT, dtype=np.float32)
    kept = (dice.random((len(words), len(GROUPS))) >= left_out) / (1 - left_out)
    looks = grouped_looks(
        network, grouped, torch.tensor([unique[one] for one in words]), torch.from_numpy(kept.astype(np.float32))
    )
    is_text = (target >= 0).float()[:, None]
    logits = network(looks + network.placed()[torch.from_numpy(np.concatenate(settings))], is_text)
    loss = functional.cross_entropy(logits, target, ignore_index=-1)
    if plan.teacher is None:
        return loss
    said = torch.from_numpy(taught(plan.teacher, seen, [one.tokens for one in some]))
    imitated = functional.cross_entropy(logits[target >= 0], said)
    return (1 - TAUGHT) * loss + TAUGHT * imitated


def taught(teacher: Tagger, read: Sequence[Sequence[str]], some: Sequence[Tokens]) -> NDArray[np.float32]:
    """Return what a teacher says of the words of several texts: the probability of each label, (tokens, labels)."""
    words = list(chain.from_iterable(read))
    starts, ends, settings, places = (
        np.concatenate([getattr(one, name) for one in some]) for name in ("starts", "ends", "settings", "places")
    )
    firsts = list(accumulate((len(one) for one in read[:-1]), initial=0))
    odds = teacher.odds(Tokens(words, starts, ends, settings, places), firsts)
    whole = np.concatenate([np.ones((len(words), 1), dtype=np.float32), odds], axis=1)
    chances: NDArray[np.float32] = whole / whole.sum(axis=1, keepdims=True)
    return chances


def numbered(keys: Sequence[Sequence[int]], numbers: dict[int, int]) -> tuple[Tensor, Tensor]:
    """Return the numbers of the features of words, one word after the other, and where each begins."""
    known = [[at for key in some if (at := numbers.get(key)) is not None] for some in keys]
    lengths = np.cumsum([0] + [len(one) for one in known[:-1]])
    return torch.tensor(list(chain.from_iterable(known)), dtype=torch.int64), torch.from_numpy(lengths)


def rate_at(share: float) -> float:
    """Return the learning rate's factor after a share of the steps."""
    return share / WARM_UP if share < WARM_UP else max(0.02, (1 - share) / (1 - WARM_UP))


def train(texts_of: Sequence[Sequence[Read]], plan: Plan) -> Network:
    """Return a trained network.

    Args:
        texts_of: The examples of each epoch; the last again where there are more epochs.
        plan: Labels, features, seed, epochs.
    """
    torch.manual_seed(plan.seed)
    dice = np.random.default_rng(plan.seed)
    shape = Shape(
        features=len(plan.numbers) + 1,
        labels=len(plan.labels),
        looks=LOOKS,
        width=plan.width,
        dilations=plan.dilations,
    )
    network = Network(shape, plan.dropout)
    optimiser = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=DECAY, betas=(0.9, 0.98))
    sizes = [sum(len(one.labels) for one in texts_of[min(at, len(texts_of) - 1)]) for at in range(plan.epochs)]
    steps, done, averaged = max(1, sum(sizes) // BATCH), 0, 0
    mean: dict[str, Tensor] = {}
    for epoch in range(plan.epochs):
        losses = []
        for some in batches(texts_of[min(epoch, len(texts_of) - 1)], dice):
            for group in optimiser.param_groups:
                group["lr"] = RATE * rate_at(min(1.0, (done + 1) / steps))
            optimiser.zero_grad()
            loss = step_loss(network, some, plan, dice)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            losses.append(loss.item())
            done += 1
            if done >= AVERAGED * steps:
                averaged += 1
                for name, one in network.state_dict().items():
                    mean[name] = one.clone() if averaged == 1 else mean[name] + (one - mean[name]) / averaged
        print(f"epoch {epoch + 1} of {plan.epochs}: loss {np.mean(losses):.4f}", flush=True)
    network.load_state_dict(mean or network.state_dict())
    return network


def tagger_of(network: Network, plan: Plan, limits: Limits) -> Tagger:
    """Return a tagger with a network; its weights rounded as they are shipped."""
    with torch.no_grad():
        for one in network.parameters():
            one.copy_(one.half().float())
    model = Model(language=plan.language, labels=plan.labels, limits=limits, numbers=plan.numbers)
    return Tagger(network.weights(), model)


def measured(examples: Sequence[Example], marks: Sequence[Marks], kinds: Sequence[Kind], limits: Limits) -> Scores:
    """Return the scores over examples of what is found within limits."""
    return score(
        Document(
            text=one.text,
            gold=[(span.start, span.end) for span in one.spans],
            found=[(start, end) for start, end, _ in decoding.spans(one.text, mark, kinds, limits)],
        )
        for one, mark in zip(examples, marks, strict=True)
    )


def chosen(examples: Sequence[Example], marks: Sequence[Marks], kinds: Sequence[Kind], precision: float) -> Limits:
    """Return the limits that leave the fewest documents leaking at a precision, or the most precise ones."""
    tried = [
        (limits, measured(examples, marks, kinds, limits))
        for limits in (Limits(found=one, grown=more) for one in FOUND for more in GROWN if more >= one)
    ]
    good = [one for one in tried if (one[1].character_precision.value or 0) >= precision]
    if not good:
        return max(tried, key=lambda one: one[1].character_precision.value or 0)[0]
    return min(good, key=lambda one: (one[1].leaking.value or 0, -(one[1].character_recall.value or 0)))[0]


def by_kind(examples: Sequence[Example], marks: Sequence[Marks], kinds: Sequence[Kind], limits: Limits) -> None:
    """Print how much of each kind is wholly covered."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for one, mark in zip(examples, marks, strict=True):
        found = [(start, end) for start, end, _ in decoding.spans(one.text, mark, kinds, limits)]
        for span in one.spans:
            alone = score([Document(text=one.text, gold=[(span.start, span.end)], found=found)])
            counts[span.kind].update(of=1, cover=int(alone.cover.value or 0), hit=int(alone.entity_recall.value or 0))
    for kind, one in sorted(counts.items()):
        print(f"  {kind:14} of {one['of']:6}  hit {one['hit'] / one['of']:.3f}  cover {one['cover'] / one['of']:.3f}")


def write(folder: Path, network: Network, plan: Plan, facts: dict[str, object]) -> None:
    """Write the weights, half as exact as they were trained, and what is to be known of them."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {name: one.detach().numpy().astype(np.float16) for name, one in network.state_dict().items()}
    keys = np.array(sorted(plan.numbers, key=plan.numbers.__getitem__), dtype=np.uint32)
    save_file(arrays | {"keys": keys}, folder / f"{plan.language}.safetensors")
    (folder / f"{plan.language}.safetensors").chmod(0o644)
    (folder / f"{plan.language}.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")


def trained(examples: Sequence[Sequence[Example]], asked: argparse.Namespace) -> tuple[Network, Plan]:
    """Return a network for the examples of each epoch, and how it was trained."""
    kinds = sorted({span.kind for one in chain.from_iterable(examples) for span in one.spans})
    labels = labels_of(kinds)
    texts = [[read(one, labels) for one in some] for some in examples]
    numbers = vocabulary(chain.from_iterable(texts), asked.language)
    plan = Plan(
        language=asked.language,
        seed=asked.seed,
        epochs=asked.epochs,
        labels=labels,
        numbers=numbers,
        width=asked.width,
        dilations=tuple(asked.dilations),
        dropout=asked.dropout,
        teacher=Tagger.open(asked.teacher, asked.language) if asked.teacher else None,
    )
    print(f"{sum(map(len, examples))} examples, {len(numbers)} features, {len(kinds)} kinds", flush=True)
    return train(texts, plan), plan


def main() -> None:
    """Train, measure, write."""
    asked = argparse.ArgumentParser()
    asked.add_argument("language", choices=sorted(MODULES))
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--epochs", type=int, default=12)
    asked.add_argument("--whole", action="store_true", help="train anew on the held-out examples as well")
    asked.add_argument("--width", type=int, default=WIDTH, help="numbers a token in its context is told by")
    asked.add_argument("--dilations", type=int, nargs="+", default=list(DILATIONS))
    asked.add_argument("--dropout", type=float, default=DROPOUT)
    asked.add_argument("--teacher", type=Path, help="folder with the weights of a larger network to imitate")
    asked.add_argument("--into", type=Path, default=WEIGHTS)
    given = asked.parse_args()
    torch.set_num_threads(1)
    module = importlib.import_module(MODULES[given.language])
    examples = [list(module.training(given.seed + 1000 * epoch)) for epoch in range(given.epochs)]
    held_out = list(module.held_out(given.seed))
    network, plan = trained(examples, given)
    tagger = tagger_of(network, plan, Limits(found=0.5, grown=0.5))
    marks = [tagger.marks(one.text) for one in held_out]
    kinds = [Kind(one[2:]) for one in plan.labels[1::2]]
    limits = getattr(module, "LIMITS", None) or chosen(held_out, marks, kinds, module.PRECISION)
    scores = measured(held_out, marks, kinds, limits)
    print(limits)
    print(scores.line())
    by_kind(held_out, marks, kinds, limits)
    if given.whole:
        examples = [[*some, *held_out] for some in examples]
        network, plan = trained(examples, given)
    facts: dict[str, object] = {
        "language": given.language,
        "labels": plan.labels,
        "looks": LOOKS,
        "width": given.width,
        "dilations": given.dilations,
        "limits": asdict(limits),
        "training": {
            "source": module.SOURCE,
            "examples": sum(map(len, examples)),
            "characters": sum(len(one.text) for one in chain.from_iterable(examples)),
            "epochs": given.epochs,
            "seed": given.seed,
            "held_out_as_well": given.whole,
            "taught": given.teacher is not None,
            "torch": torch.__version__,
            "python": platform.python_version(),
        },
        "held_out": {"examples": len(held_out)} | scores.as_document(),
    }
    write(given.into, network, plan, facts)


if __name__ == "__main__":
    main()
