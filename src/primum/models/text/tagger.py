"""Our candidate for tagging: an encoder reads sentences in their document, letters and lists add what it cannot see."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torchcrf import CRF

from primum.domain.study import Model
from primum.encoders.text import TextEncoder
from primum.models.running import Running
from primum.models.text.classifier import mixed
from primum.models.text.looks import CHARACTERS, LOOKS, characters, look
from primum.models.text.tags import Document, counts, f1, labels
from primum.models.text.windows import Ends, padded
from primum.models.training import Aim, Plan, Trained, train

MOST_PIECES = 12
"""Pieces of a word that are read; longer words are told by their beginning and their letters."""
LETTERS, NARROW, BROAD = 32, 96, 64
"""Numbers a letter is told by, and filters over three and five of them."""
MEMORY = 192
"""Numbers that pass along the words in each direction."""
DROPOUT = 0.3
LAYER_PACE = 0.85
"""Each layer of the encoder learns so much slower than the one above it."""
HEAD_PACE = 5.0
WARMUP = 0.06
AVERAGE = 0.998
"""Share of the running average kept at each step; less in short runs, so that it reaches back over half of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Sentences of one document that are read together.

    Attributes:
        document: Number of the document.
        first: Number of its first sentence here.
        told: Which of these sentences are tagged here; the rest are their surroundings.
        words: All words.
        starts: Number of the first word of each sentence.
        pieces: Token numbers of each word.
        tags: Number of each word's label; empty where they are not known.
    """

    document: int
    first: int
    told: range
    words: tuple[str, ...]
    starts: tuple[int, ...]
    pieces: tuple[tuple[int, ...], ...]
    tags: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """Return how many tokens it is, with an end after each sentence."""
        return sum(len(one) for one in self.pieces) + len(self.starts) + 1


class Windows:
    """Windows as rows of tensors.

    Args:
        rows: The windows.
        ends: Of the encoder.
    """

    def __init__(self, rows: Sequence[Window], ends: Ends) -> None:
        self.rows, self._ends = list(rows), ends

    def __len__(self) -> int:
        """Return how many windows there are."""
        return len(self.rows)

    def sizes(self) -> Tensor:
        """Return the tokens of each window."""
        return torch.tensor([one.size for one in self.rows], dtype=torch.long)

    def take(self, rows: Tensor) -> tuple[Tensor, ...]:
        """Return what ``Tagger.forward`` takes, and the tags, all int64 with windows first.

        Token numbers and where there is a token (windows, tokens); of each word its first token and the one past its
        last (windows, words, 2), looks (windows, words, looks), characters (windows, words, 16), where there is a word
        (windows, words); tags (windows, words), 0 where there is none.
        """
        chosen = [self.rows[row] for row in rows.tolist()]
        longest = max(len(one.words) for one in chosen)
        tokens, spans = zip(*(self._laid(one) for one in chosen), strict=True)
        ids, told = padded(tokens, self._ends)
        return (
            ids,
            told,
            _filled(spans, longest, (0, 1)),
            _filled([_looks(one) for one in chosen], longest, (0,) * (LOOKS + 1)),
            _filled([[characters(word) for word in one.words] for one in chosen], longest, characters("")),
            _filled([[(1,)] * len(one.words) for one in chosen], longest, (0,))[..., 0],
            _filled([[(tag,) for tag in one.tags] for one in chosen], longest, (0,))[..., 0],
        )

    def _laid(self, window: Window) -> tuple[list[int], list[tuple[int, int]]]:
        """Return tokens without outer ends, sentences parted by the end token, and where each word's tokens are."""
        tokens: list[int] = []
        spans = []
        for at, pieces in enumerate(window.pieces):
            if at and at in window.starts:
                tokens.append(self._ends.end)
            spans.append((len(tokens) + 1, len(tokens) + 1 + len(pieces)))
            tokens += pieces
        return tokens, spans


class Tagger(nn.Module):
    """Labels words in their document.

    The layers of the encoder are mixed, pieces averaged to words, letters read by filters; what a word looks like and
    where a sentence begins is added; memories run along the words both ways; the likeliest path of labels is chosen.

    Args:
        encoder: Reads windows.
        count: Labels.

    Source:
        Peters et al. 2018, NAACL (mixed layers); Ma & Hovy 2016, ACL (letters, memories, paths of labels); Luoma &
        Pyysalo 2020, COLING (neighbouring sentences).
    """

    def __init__(self, encoder: TextEncoder, count: int) -> None:
        super().__init__()
        self.encoder = encoder.net
        self.mix = nn.Parameter(torch.zeros(int(encoder.net.config.num_hidden_layers) + 1))
        self.letters = nn.Embedding(CHARACTERS, LETTERS, padding_idx=0)
        self.narrow = nn.Conv1d(LETTERS, NARROW, 3, padding=1)
        self.broad = nn.Conv1d(LETTERS, BROAD, 5, padding=2)
        self.looks = nn.Linear(LOOKS + 1, LETTERS)
        self.dropout = nn.Dropout(DROPOUT)
        width = encoder.width + NARROW + BROAD + LETTERS
        self.memory = nn.LSTM(width, MEMORY, batch_first=True, bidirectional=True)
        self.out = nn.Linear(2 * MEMORY, count)
        self.paths = CRF(count, batch_first=True)
        with torch.no_grad():
            self.mix[-1] = 3.0

    def forward(self, tokens: Tensor, told: Tensor, spans: Tensor, looks: Tensor, letters: Tensor) -> Tensor:
        """Return how well each label fits each word, float32, shape (windows, words, labels)."""
        layers = self.encoder(input_ids=tokens, attention_mask=told, output_hidden_states=True).hidden_states
        mixed_layers = sum(share * one for share, one in zip(self.mix.softmax(0), layers, strict=True))
        state = torch.cat([_averaged(mixed_layers, spans), self._read(letters), self.looks(looks.float())], dim=-1)
        passed, _ = self.memory(self.dropout(state.float()))
        fits: Tensor = self.out(self.dropout(passed)).float()
        return fits

    def _read(self, letters: Tensor) -> Tensor:
        """Return what letters say of words, shape (windows, words, filters)."""
        flat = letters.flatten(0, 1)
        vectors = nn.functional.dropout(self.letters(flat), 0.1, self.training).transpose(1, 2)
        found = torch.cat([self.narrow(vectors), self.broad(vectors)], dim=1)
        kept = found.masked_fill((flat == 0).unsqueeze(1), -1e4).amax(dim=-1).relu()
        return kept.view(*letters.shape[:2], -1)


def fit(
    documents: tuple[Sequence[Document], Sequence[Document]], model: Model, seed: int, running: Running
) -> tuple["TagModel", Trained]:
    """Return a tagger fitted on the first documents, stopped where entities of the second are found best.

    Args:
        documents: To learn from, and held out.
        model: ``window`` tokens are read together.
        seed: Of weights and order.
        running: Where and under whose eyes.
    """
    encoder = TextEncoder.open(model.encoder, model.dropout)
    return learn(documents, model, (seed, labels([*documents[0], *documents[1]]), encoder), running)


def learn(
    documents: tuple[Sequence[Document], Sequence[Document]],
    model: Model,
    begun: tuple[int, Sequence[str], TextEncoder],
    running: Running,
) -> tuple["TagModel", Trained]:
    """Return a tagger fitted on the first documents, stopped where entities of the second are found best.

    Args:
        documents: To learn from, and held out; where none is, it learns for all epochs.
        model: ``window`` tokens are read together.
        begun: Seed of weights and order, names of the labels, and the encoder that it begins with.
        running: Where and under whose eyes.
    """
    seed, names, encoder = begun
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        net = Tagger(encoder, len(names))
    reader = TagModel(net, encoder, names, min(model.window, encoder.longest))
    rows, held_out = (Windows(reader.windows(part, learning=True), Ends.of(encoder)) for part in documents)
    depth = int(encoder.net.config.num_hidden_layers)
    steps = math.ceil(len(rows) / model.batch_size) * model.epochs
    plan = replace(
        Plan.of(model, seed, epochs=model.epochs, patience=model.patience if documents[1] else 0),
        accumulate=model.accumulate,
        warmup=WARMUP,
        falls=True,
        average=min(AVERAGE, max(0.0, 1 - 2 / steps)),
        pace=lambda name: _pace(name, depth),
    )

    def judge(current: nn.Module, held: object) -> float:
        del held
        said = TagModel(current, encoder, names, reader.window).tag(documents[1])  # type: ignore[arg-type]
        found = counts(
            [one for document in documents[1] for one in document.tags], [one for document in said for one in document]
        )
        return -f1(*(sum(one[at] for one in found.values()) for at in range(3)))

    done = train(net, Aim(_loss, judge if documents[1] else None), (rows, held_out), plan, mixed(running))
    return reader, done


class TagModel:
    """A tagger that reads documents.

    Args:
        net: Labels words.
        encoder: Whose tokeniser cuts words.
        names: Of the labels, in the order of the net's.
        window: Tokens read together.
    """

    def __init__(self, net: Tagger, encoder: TextEncoder, names: Sequence[str], window: int) -> None:
        self.net, self.encoder, self.names, self.window = net, encoder, tuple(names), window

    def tag(self, documents: Sequence[Document]) -> list[list[list[str]]]:
        """Return tags, document by document, sentence by sentence, a label a word."""
        self.net.eval()
        found: list[list[list[str]]] = [[[] for _ in one.sentences] for one in documents]
        rows = Windows(self.windows(documents, learning=False), Ends.of(self.encoder))
        with torch.inference_mode():
            for row, window in enumerate(rows.rows):  # one by one: what is said does not depend on what is beside it
                *given, there, _ = rows.take(torch.tensor([row]))
                (path,) = self.net.paths.decode(self.net(*given), there.bool())
                for at in window.told:
                    first, last = window.starts[at], [*window.starts, len(window.words)][at + 1]
                    found[window.document][window.first + at] = [self.names[one] for one in path[first:last]]
        return found

    def windows(self, documents: Sequence[Document], *, learning: bool) -> list[Window]:
        """Return documents as windows of whole sentences.

        Args:
            documents: With tags to learn from, with or without to be tagged.
            learning: Whether every sentence is in one window only; else each is tagged where it has most around it.
        """
        found: list[Window] = []
        for number, document in enumerate(documents):
            pieces = [self._pieces(sentence) for sentence in document.sentences]
            sizes = [sum(len(word) for word in sentence) + 1 for sentence in pieces]
            runs = _apart(sizes, self.window - 1) if learning else _around(sizes, self.window - 1)
            found += [self._window(number, document, pieces, run) for run in runs]
        return found

    def _window(
        self, number: int, document: Document, pieces: Sequence[tuple[tuple[int, ...], ...]], run: tuple[range, range]
    ) -> Window:
        sentences, told = run
        starts, count = [], 0
        for at in sentences:
            starts.append(count)
            count += len(document.sentences[at])
        known = {name: at for at, name in enumerate(self.names)}
        tags = [known.get(one, 0) for at in sentences for one in document.tags[at]] if document.tags else []
        return Window(
            document=number,
            first=sentences.start,
            told=told,
            words=tuple(word for at in sentences for word in document.sentences[at]),
            starts=tuple(starts),
            pieces=tuple(word for at in sentences for word in pieces[at]),
            tags=tuple(tags),
        )

    def _pieces(self, sentence: Sequence[str]) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(one[:MOST_PIECES]) for one in self.encoder.pieces(sentence))


def _apart(sizes: Sequence[int], most: int) -> list[tuple[range, range]]:
    """Return runs of sentences that fit together, each sentence in one run."""
    runs, first, total = [], 0, 0
    for at, size in enumerate(sizes):
        if at > first and total + size > most:
            runs.append(range(first, at))
            first, total = at, 0
        total += size
    if sizes:
        runs.append(range(first, len(sizes)))
    return [(one, range(len(one))) for one in runs]


def _around(sizes: Sequence[int], most: int) -> list[tuple[range, range]]:
    """Return runs that overlap by half, each sentence told in the run in which it has most around it."""
    runs: list[range] = []
    first = 0
    while not runs or runs[-1].stop < len(sizes):
        last, total = first, 0
        while last < len(sizes) and (last == first or total + sizes[last] <= most):
            total, last = total + sizes[last], last + 1
        runs.append(range(first, last))
        half = 0
        while first < last - 1 and half < total / 2:
            half, first = half + sizes[first], first + 1
        first = max(first, runs[-1].start + 1)
    best = [max(range(len(runs)), key=lambda run: _margin(runs[run], at, sizes)) for at in range(len(sizes))]
    return [
        (run, range(min(told) - run.start, max(told) + 1 - run.start))
        for number, run in enumerate(runs)
        if (told := [at for at in run if best[at] == number])
    ]


def _margin(run: range, at: int, sizes: Sequence[int]) -> int:
    """Return how much of a run is around a sentence on its poorer side, -1 where the sentence is not in it.

    The ends of the document are no poverty: nothing is beyond them.
    """
    if at not in run:
        return -1
    before = sum(sizes[run.start : at]) if run.start else sum(sizes)
    after = sum(sizes[at + 1 : run.stop]) if run.stop < len(sizes) else sum(sizes)
    return min(before, after)


def _pace(name: str, depth: int) -> float:
    """Return how fast a parameter learns: the lower a layer, the slower."""
    if not name.startswith("encoder."):
        return HEAD_PACE
    parts = name.split(".")
    layer = next((int(one) for one in parts if one.isdigit()), -1)
    return float(LAYER_PACE ** (depth - 1 - layer))


def _looks(window: Window) -> list[tuple[int, ...]]:
    starts = set(window.starts)
    return [(int(at in starts), *look(word)) for at, word in enumerate(window.words)]


def _filled(rows: Sequence[Sequence[Sequence[int]]], longest: int, nothing: Sequence[int]) -> Tensor:
    """Return rows of equal length, filled up with what stands for nothing, int64."""
    return torch.tensor([[*row, *[nothing] * (longest - len(row))] for row in rows], dtype=torch.long)


def _averaged(vectors: Tensor, spans: Tensor) -> Tensor:
    """Return the mean vector of each word's tokens, shape (windows, words, width)."""
    total = nn.functional.pad(vectors.float().cumsum(dim=1), (0, 0, 1, 0))
    first, last = (spans[..., at : at + 1].expand(-1, -1, vectors.shape[-1]) for at in (0, 1))
    count = (spans[..., 1:] - spans[..., :1]).clamp(min=1)
    return (total.gather(1, last) - total.gather(1, first)) / count


def _loss(net: nn.Module, batch: tuple[Tensor, ...], dice: torch.Generator) -> Tensor:
    """Return the mean over words of how unlikely the true path of labels is."""
    del dice
    *given, there, tags = batch
    paths: CRF = net.paths
    loss: Tensor = -paths(net(*given), tags, mask=there.bool(), reduction="token_mean")
    return loss
