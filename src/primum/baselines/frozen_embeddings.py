"""A frozen text encoder and logistic regression: what a pretrained encoder gives without learning anything more."""

from collections.abc import Mapping

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import load, save
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from primum.domain.tokens import Floats, Ints, Tokens, texts_of
from primum.encoders.text import SCRATCH, TextEncoder
from primum.errors import IntegrityError, StudyError
from primum.plugins import Lesson

NUMBERS, ENCODER = "frozen_embeddings.safetensors", "encoder/"
SHAPES = {"mean": 1, "sd": 1, "coefficient": 2, "intercept": 1, "window": 1}
"""Name of each stored number, and how many axes it has."""
MOST_STEPS = 10_000


class EmbeddingScorer:
    """Scores with an encoder and stored numbers: the fitted and the loaded scorer are the same.

    Args:
        encoder: Turns notes into vectors.
        numbers: ``mean`` and ``sd`` of each direction, ``coefficient`` (classes, width), ``intercept`` (classes,), and
            ``window`` (1,), the tokens read at once.
    """

    def __init__(self, encoder: TextEncoder, numbers: Mapping[str, np.ndarray]) -> None:
        self._encoder = encoder
        self._numbers = {name: np.array(one, dtype=np.float64, order="C") for name, one in numbers.items()}

    def logits(self, tokens: Tokens) -> Floats:
        """Return unnormalised log-probabilities, shape (subjects, classes); the same bits alone as in company."""
        own = self._numbers
        vectors = embedded(self._encoder, texts_of(tokens).documents, int(own["window"][0]))
        scaled = (vectors - own["mean"]) / own["sd"]
        result: Floats = np.einsum("nw,cw->nc", scaled, own["coefficient"]) + own["intercept"]
        return result

    def state(self) -> Mapping[str, bytes]:
        """Return the numbers as safetensors, and the encoder's files: what is served needs nothing from elsewhere."""
        files = {f"{ENCODER}{name}": data for name, data in self._encoder.files().items()}
        return {NUMBERS: save(dict(self._numbers)), **files}


class FrozenEmbeddings:
    """Multinomial logistic regression on the standardised mean of a note's token vectors.

    Source:
        Reimers & Gurevych 2019, EMNLP (sentence vectors by mean pooling).
    """

    complexity = 2

    def fit(self, tokens: Tokens, outcome: Ints, lesson: Lesson) -> EmbeddingScorer:
        """Return the fitted scorer.

        Raises:
            StudyError: The study's encoder cannot be opened, or begins from scratch and so has nothing to give.
        """
        documents = texts_of(tokens).documents
        if lesson.model.encoder == SCRATCH:
            raise StudyError(
                "An encoder from scratch has nothing to give while it is frozen.",
                remedy="Take frozen_embeddings out of comparison.baselines, or name a pretrained encoder.",
            )
        encoder = TextEncoder.open(lesson.model.encoder)
        window = min(lesson.model.window, encoder.longest)
        vectors = embedded(encoder, documents, window)
        mean, sd = vectors.mean(axis=0), vectors.std(axis=0)
        sd = np.where(sd > 0, sd, 1.0)
        with threadpool_limits(limits=1):
            fitted = LogisticRegression(max_iter=MOST_STEPS, random_state=lesson.seed).fit(
                (vectors - mean) / sd, outcome
            )
        coefficient, intercept = fitted.coef_, fitted.intercept_
        if len(coefficient) == 1:
            coefficient = np.vstack([np.zeros_like(coefficient), coefficient])
            intercept = np.concatenate([[0.0], intercept])
        numbers = {"mean": mean, "sd": sd, "coefficient": coefficient, "intercept": intercept}
        return EmbeddingScorer(encoder, {**numbers, "window": np.array([window], dtype=np.float64)})

    def load(self, state: Mapping[str, bytes]) -> EmbeddingScorer:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not.
        """
        try:
            numbers = load(state[NUMBERS])
            whole = {name: one.ndim for name, one in numbers.items()} == SHAPES
        except (KeyError, SafetensorError) as fault:
            raise _damaged() from fault
        if not whole or not all(np.isfinite(one).all() for one in numbers.values()):
            raise _damaged()
        files = {name.removeprefix(ENCODER): data for name, data in state.items() if name.startswith(ENCODER)}
        return EmbeddingScorer(TextEncoder.from_files(files), numbers)


def embedded(encoder: TextEncoder, documents: tuple[str, ...], window: int) -> Floats:
    """Return the mean vector of each document's tokens, shape (documents, width).

    A document longer than a window is read window by window, and every token counts once. Documents are read one by
    one, so that a vector does not depend on those beside it.

    Args:
        encoder: Turns tokens into vectors.
        documents: One a subject; one without tokens has the vector of its ends alone.
        window: Tokens read at once, with their ends.
    """
    found = np.zeros((len(documents), encoder.width))
    net: torch.nn.Module = encoder.net
    net.train(mode=False)
    with torch.inference_mode():
        for row, read in enumerate(encoder.tokenizer.encode_batch(list(documents), add_special_tokens=False)):
            total, count = torch.zeros(encoder.width, dtype=torch.float64), 0
            for at in range(0, max(1, len(read.ids)), window - 2):
                ids = [encoder.begin, *read.ids[at : at + window - 2], encoder.end]
                vectors = net(input_ids=torch.tensor([ids])).last_hidden_state[0]
                total += vectors.double().sum(dim=0)
                count += len(ids)
            found[row] = (total / count).numpy()
    return found


def _damaged() -> IntegrityError:
    return IntegrityError(
        "The files of the frozen embeddings are not what was written.",
        remedy="Restore the model from a verified release.",
    )
