"""The network of the tagger, to train it: sums of feature vectors, dilated convolutions, one label a token."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from primum.privacy.tagger.features import GROUPS
from primum.privacy.tagger.inference import Shape, Weights
from primum.privacy.tagger.tokens import FLAGS, SETTINGS


class Network(nn.Module):
    """Labels tokens in their context.

    Args:
        shape: Its size.
        dropout: Share of the numbers left out between layers in training.
    """

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape, self.dropout = shape, dropout
        width = shape.width
        self.table = nn.Parameter(torch.randn(shape.features, shape.looks) * 0.1)
        self.norm = nn.LayerNorm(shape.looks)
        self.narrow = nn.Identity() if shape.looks == width else nn.Linear(shape.looks, width, bias=False)
        self.flags = nn.Parameter(torch.randn(FLAGS, width) * 0.1)
        self.mixes = nn.ModuleList(nn.Linear(3 * width, width) for _ in shape.dilations)
        self.out = nn.Linear(width, shape.labels)

    def words(self, numbers: Tensor, offsets: Tensor) -> Tensor:
        """Return the sums of feature vectors, float, shape (words, width).

        Args:
            numbers: Feature numbers of all words, one word after the other, int64.
            offsets: Where each word begins in them, int64, shape (words,).
        """
        return functional.embedding_bag(numbers, self.table, offsets, mode="sum", padding_idx=0)

    def placed(self) -> Tensor:
        """Return what each way to stand in a line adds to a token, float, shape (ways, width)."""
        return self.flags[torch.from_numpy(SETTINGS)].sum(dim=1)

    def weights(self) -> Weights:
        """Return what is needed to use the network as it is now."""
        arrays = {name: one.detach().numpy().copy() for name, one in self.state_dict().items()}
        return Weights(self.shape, arrays)

    def forward(self, state: Tensor, is_text: Tensor | None = None) -> Tensor:
        """Return logits, float, shape (tokens, labels).

        Args:
            state: ``norm`` of ``words`` and ``placed`` of each token, added, shape (tokens, width).
            is_text: 1 for tokens, 0 for what parts two texts of a batch, float, shape (tokens, 1); all text by default.
                Texts are parted by at least the largest dilation.
        """
        state = self._thinned(state)
        count = state.shape[0]
        for mix, dilation in zip(self.mixes, self.shape.dilations, strict=True):
            if is_text is not None:
                state = state * is_text
            padded = functional.pad(state, (0, 0, dilation, dilation))
            around = torch.cat([padded[:count], state, padded[2 * dilation :]], dim=1)
            state = state + self._thinned(mix(around).relu_())
        return functional.linear(state, self.out.weight, self.out.bias)

    def _thinned(self, state: Tensor) -> Tensor:
        return functional.dropout(state, self.dropout) if self.training else state


def grouped_looks(network: Network, grouped: Sequence[tuple[Tensor, Tensor]], words: Tensor, kept: Tensor) -> Tensor:
    """Return how tokens look in training, some groups of features left out, shape (tokens, width).

    Args:
        network: Gives the vectors.
        grouped: Numbers and offsets of the words, as ``Network.words`` takes them, for each of ``GROUPS``.
        words: Which word each token is, int64, shape (tokens,).
        kept: What each group of each token is multiplied by, float, shape (tokens, groups).
    """
    total = torch.zeros(len(words), network.shape.looks)
    for at in range(len(GROUPS)):
        total = total + network.words(*grouped[at])[words] * kept[:, at : at + 1]
    looks: Tensor = network.narrow(network.norm(total))
    return looks
