"""Our candidate for mentions in notes: the tagger, fitted within a study, telling how likely each label is."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Self

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor
from torchcrf import CRF

from primum.domain.tokens import Floats, Ints, Texts, Tokens, texts_of
from primum.encoders.text import TextEncoder
from primum.errors import IntegrityError
from primum.models.asked import units_of
from primum.models.devices import one_thread
from primum.models.fitting import Fitted, Teaching
from primum.models.samples import deal
from primum.models.text.classifier import begun
from primum.models.text.sentences import documents, plain
from primum.models.text.tagger import Tagger, TagModel, Windows, learn
from primum.models.text.tags import Document
from primum.models.text.windows import Ends

ENCODER, NET, SHAPE = "encoder/", "tagger.safetensors", "tagger.json"
PARTS = 6
"""Within a fold, one part in so many tells when to stop, so that the fold itself stays unseen."""


def fit(tokens: Texts, outcome: Ints, fold: Ints, teaching: Teaching) -> Fitted:
    """Return our candidate, fitted for the median number of epochs that the folds stopped at, where there are folds.

    Args:
        tokens: Of the development part.
        outcome: Label index of each word, shape (units,).
        fold: Which fold a subject is in, shape (subjects,); below 0 for those in none, who are never held out.
        teaching: What is the same in every fold; its labels are those of words.
    """
    owner = np.repeat(np.arange(len(tokens)), [len(tokens.units(row)) for row in range(len(tokens))])
    read = documents(tokens, outcome, owner, teaching.labels)
    unseen = np.full((len(outcome), len(teaching.labels)), np.nan)
    stopped = []
    for one in np.unique(fold[fold >= 0]):
        rows, left = np.flatnonzero(fold != one), np.flatnonzero(fold == one)
        stopping = deal(np.zeros(len(rows), dtype=np.int64), PARTS, teaching.seed) == 0
        parts = [[read[row] for row in rows[some]] for some in (~stopping, stopping)]
        scorer, epochs = _learn((parts[0], parts[1]), begun(tokens.take(rows), teaching), teaching, f"fold-{one}")
        unseen[units_of(owner, left)] = scorer.logits(tokens.take(left))
        stopped.append(epochs)
    epochs = max(1, int(np.median(stopped))) if stopped else teaching.model.epochs
    final = replace(teaching, model=teaching.model.model_copy(update={"epochs": epochs, "patience": 1}))
    scorer, _ = _learn((read, []), begun(tokens, teaching), final, "all")
    return Fitted(scorer=scorer, unseen=unseen, epochs=epochs)


def _learn(
    parts: tuple[Sequence[Document], Sequence[Document]], encoder: TextEncoder, teaching: Teaching, work: str
) -> tuple["TagScorer", int]:
    reader, done = learn(parts, teaching.model, (teaching.seed, teaching.labels, encoder), teaching.running(work))
    return TagScorer(reader), done.epochs


class TagScorer:
    """Says of each word of a note how likely each label is.

    Args:
        reader: The tagger.
    """

    def __init__(self, reader: TagModel) -> None:
        self._reader = reader
        reader.net.eval()

    def logits(self, tokens: Tokens) -> Floats:
        """Return log-probabilities, shape (units, labels): of each word, over all paths of labels through its window.

        Source:
            Rabiner 1989, Proc IEEE 77:257, III.A (forward and backward variables); Lafferty et al. 2001, ICML.
        """
        texts = texts_of(tokens)
        with one_thread(), torch.inference_mode():
            found = [self._of_text(plain(texts, row)) for row in range(len(texts))]
        return np.concatenate([np.zeros((0, len(self._reader.names))), *found])

    def _of_text(self, document: Document) -> Floats:
        reader = self._reader
        said: list[Floats] = [np.zeros((0, len(reader.names)))] * len(document.sentences)
        rows = Windows(reader.windows([document], learning=False), Ends.of(reader.encoder))
        for row, window in enumerate(rows.rows):
            *given, _, _ = rows.take(torch.tensor([row]))
            likely = marginals(reader.net.paths, reader.net(*given)[0])
            for at in window.told:
                first, last = window.starts[at], [*window.starts, len(window.words)][at + 1]
                said[window.first + at] = likely[first:last].double().numpy()
        return np.concatenate([np.zeros((0, len(reader.names))), *said])

    def state(self) -> Mapping[str, bytes]:
        """Return the encoder's files, the rest of the net as safetensors, and the shape as JSON."""
        reader = self._reader
        rest = {
            name: one.detach().contiguous()
            for name, one in reader.net.state_dict().items()
            if not name.startswith("encoder.")
        }
        shape = {"labels": list(reader.names), "window": reader.window}
        return {
            **{f"{ENCODER}{name}": data for name, data in reader.encoder.files().items()},
            NET: save(rest),
            SHAPE: json.dumps(shape, sort_keys=True, ensure_ascii=False).encode(),
        }

    @classmethod
    def load(cls, state: Mapping[str, bytes]) -> Self:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not one this class wrote.
        """
        encoder = TextEncoder.from_files(
            {name.removeprefix(ENCODER): data for name, data in state.items() if name.startswith(ENCODER)}
        )
        try:
            shape = json.loads(state[SHAPE])
            names, window = [str(one) for one in shape["labels"]], int(shape["window"])
            net = Tagger(encoder, len(names))
            left = net.load_state_dict(load(state[NET]), strict=False)
            if left.unexpected_keys or any(not one.startswith("encoder.") for one in left.missing_keys):
                raise ValueError("other weights")  # noqa: TRY301 - told to the caller as any other damage
        except (KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as fault:
            raise IntegrityError(
                "The files of the tagger are not what it wrote.", remedy="Restore the model from a verified release."
            ) from fault
        return cls(TagModel(net, encoder, names, window))


def marginals(paths: CRF, fits: Tensor) -> Tensor:
    """Return how likely each label of each word is over all paths, as logarithms, shape (words, labels).

    Args:
        paths: Weights of paths.
        fits: How well each label fits each word, shape (words, labels).

    Source:
        Rabiner 1989, Proc IEEE 77:257, III.A (forward and backward variables).
    """
    forward, backward = [paths.start_transitions + fits[0]], [paths.end_transitions]
    for one in fits[1:]:
        forward.append(torch.logsumexp(forward[-1].unsqueeze(1) + paths.transitions, dim=0) + one)
    for one in reversed(fits[1:]):
        backward.append(torch.logsumexp(paths.transitions + (one + backward[-1]).unsqueeze(0), dim=1))
    together = torch.stack(forward) + torch.stack(backward[::-1])
    return together.log_softmax(dim=1)
