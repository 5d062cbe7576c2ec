"""Our neural model of each kind of data: what loads, fits and pretrains it, imported when it is asked for.

Libraries of text take seconds to import, and nobody who studies tables should wait for them.
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any, Literal

Verb = Literal["load", "fit", "pretrain"]
TABLE: dict[tuple[Verb, str], str] = {
    ("load", "table"): "primum.models.tabular:TabularScorer.load",
    ("load", "text"): "primum.models.text.scorer:TextScorer.load",
    ("fit", "table"): "primum.models.fitting:fit",
    ("fit", "text"): "primum.models.text.classifier:fit",
    ("pretrain", "table"): "primum.models.pretraining:pretrain",
    ("pretrain", "text"): "primum.models.text.masking:pretrain",
}
"""Dotted places, by what they do and the modality."""


def ours(verb: Verb, modality: str) -> Callable[..., Any]:
    """Return what loads, fits or pretrains our model of a modality.

    Raises:
        KeyError: We have no model of that modality.
    """
    place = EntryPoint(name=modality, value=TABLE[verb, modality], group=f"primum.ours.{verb}")
    found: Callable[..., Any] = place.load()
    return found
