"""Encoders as they are served: an ONNX graph in 8-bit integers, three times as fast on a processor as the floats."""

import io
import logging
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn
from transformers import PreTrainedModel

from primum.domain.tokens import Floats, Ints
from primum.errors import IntegrityError

OPSET = 17
GIVEN, FOUND = "tokens", "total"
ROUNDED = ("MatMul",)
"""What is done in integers: products alone, for looking words up is no faster in them and rounds every note."""
SLOWER = ("SkipLayerNormFusion",)
"""Rewritings that cost more than they save: sum and norm in one are five times as slow as one after the other."""


class _Pooled(nn.Module):
    """An encoder and the sum of its vectors; no place is empty, so nothing is masked."""

    def __init__(self, net: PreTrainedModel) -> None:
        super().__init__()
        self.net = net

    def forward(self, tokens: Tensor) -> Tensor:
        """Return sums, shape (windows, width)."""
        total: Tensor = self.net(input_ids=tokens).last_hidden_state.sum(dim=1)
        return total


def in_integers(net: PreTrainedModel) -> bytes:
    """Return an encoder and its pooling as an ONNX graph whose matrices are 8-bit integers, scaled row by row.

    Source:
        Jacob et al. 2018, CVPR (integer arithmetic); Zafrir et al. 2019, NeurIPS EMC2 (of BERT).
    """
    graph = io.BytesIO()
    example = torch.ones((2, 8), dtype=torch.long)
    with _quiet(), attending_plainly(net), torch.no_grad():
        torch.onnx.export(
            _Pooled(net).eval(),
            (example,),
            graph,  # type: ignore[arg-type]
            dynamo=False,
            opset_version=OPSET,
            input_names=[GIVEN],
            output_names=[FOUND],
            dynamic_axes={GIVEN: {0: "windows", 1: "length"}, FOUND: {0: "windows"}},
        )
        with tempfile.TemporaryDirectory() as folder:  # weights only, readable by this user alone
            path = Path(folder) / "encoder.onnx"
            quantize_dynamic(
                onnx.load_from_string(graph.getvalue()),
                path,
                op_types_to_quantize=list(ROUNDED),
                per_channel=True,
                weight_type=QuantType.QInt8,
            )
            return path.read_bytes()


class Served:
    """A graph of ``in_integers``, ready to be asked; one thread, so that equal notes get equal bits.

    Args:
        graph: Its bytes.

    Raises:
        IntegrityError: They are no such graph.
    """

    def __init__(self, graph: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(
                graph, options, providers=["CPUExecutionProvider"], disabled_optimizers=list(SLOWER)
            )
        except Exception as fault:
            raise IntegrityError(
                "The graph of the text encoder is not what was written.",
                remedy="Restore the model from a verified release.",
            ) from fault

    def mean(self, tokens: Ints) -> Floats:
        """Return the mean vector of all tokens of one note, float64, shape (width,).

        Args:
            tokens: Token numbers, int64, shape (windows, tokens); the windows of one note are equally long, so that
                there is a token everywhere.
        """
        (total,) = self._session.run([FOUND], {GIVEN: tokens})
        mean: Floats = np.asarray(total, dtype=np.float64).sum(axis=0) / tokens.size
        return mean


@contextmanager
def attending_plainly(net: PreTrainedModel) -> Iterator[None]:
    """Write attention out in its own products: so it can be seen, and in a graph it is an eighth faster."""
    usual = net.config._attn_implementation  # noqa: SLF001 - the library has no public way to ask
    net.set_attn_implementation("eager")
    try:
        yield
    finally:
        net.set_attn_implementation(usual)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep exporters from talking."""
    level = logging.root.level
    logging.root.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.root.setLevel(level)
