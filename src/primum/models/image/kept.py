"""How models of pictures are kept: weights as safetensors, shape as JSON; and what damaged files are told as."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import save
from torch import nn

from primum.errors import IntegrityError

WEIGHTS = "weights.safetensors"


def files_of(net: nn.Module, shape: Mapping[str, Any], name: str) -> dict[str, bytes]:
    """Return the files of a model.

    Args:
        net: Its weights are kept.
        shape: What else is needed to build it, plain JSON.
        name: Of the file that holds the shape.
    """
    weights = {key: one.detach().contiguous() for key, one in net.state_dict().items()}
    return {WEIGHTS: save(weights), name: json.dumps(shape, sort_keys=True).encode()}


@contextmanager
def undamaged(what: str) -> Iterator[None]:
    """Tell files that are not what was written as what they are.

    Args:
        what: Whose files, in a sentence.

    Raises:
        IntegrityError: Whatever reading them within this raises.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, RuntimeError, SafetensorError) as fault:
        raise IntegrityError(
            f"The files of {what} are not what it wrote.", remedy="Restore the model from a verified release."
        ) from fault
