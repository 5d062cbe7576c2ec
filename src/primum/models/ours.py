"""Our neural model of each kind of data: what loads, fits and pretrains it, imported when it is asked for.

Libraries of text take seconds to import, and nobody who studies tables should wait for them.
"""

from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any, Literal

from primum.errors import StudyError

Verb = Literal["load", "fit", "pretrain"]
TABLE: dict[tuple[Verb, str, str], str] = {
    ("load", "table", "classify"): "primum.models.tabular:TabularScorer.load",
    ("load", "text", "classify"): "primum.models.text.scorer:TextScorer.load",
    ("load", "image", "classify"): "primum.models.image.scorer:ImageScorer.load",
    ("fit", "table", "classify"): "primum.models.fitting:fit",
    ("fit", "text", "classify"): "primum.models.text.classifier:fit",
    ("fit", "image", "classify"): "primum.models.image.classifier:fit",
    ("load", "text", "tag"): "primum.models.text.tagging:TagScorer.load",
    ("fit", "text", "tag"): "primum.models.text.tagging:fit",
    ("pretrain", "table", ""): "primum.models.pretraining:pretrain",
    ("pretrain", "text", ""): "primum.models.text.masking:pretrain",
    ("pretrain", "image", ""): "primum.models.image.masking:pretrain",
}
"""Dotted places, by what they do, the modality, and the task where they serve one only."""


def ours(verb: Verb, modality: str, task: str = "") -> Callable[..., Any]:
    """Return what loads, fits or pretrains our model of a modality for a task; pretraining serves every task.

    Raises:
        StudyError: We have no such model.
    """
    if (verb, modality, task) not in TABLE:
        known = sorted({f"{kind}: {what}" for done, kind, what in TABLE if done == verb})
        raise StudyError(
            f"There is no model for the task {task or verb} on {modality} data.",
            remedy=f"Use one of: {', '.join(known)}.",
        )
    place = EntryPoint(name=modality, value=TABLE[verb, modality, task], group=f"primum.ours.{verb}")
    found: Callable[..., Any] = place.load()
    return found
