"""Checkpoints kept by the custodian: encrypted like any model, found again by the run that left them."""

from collections.abc import Mapping

from primum.context import Context
from primum.ids import Digest, digest_of
from primum.models.running import Running


class KeptCheckpoints:
    """The checkpoints of one piece of work within one run of a stage.

    Args:
        context: Of the stage; its key names the run.
        work: Name of the piece of work, for instance ``fold-2``.
        made_of: What the weights rest on.
    """

    def __init__(self, context: Context, work: str, made_of: tuple[Digest, ...]) -> None:
        self._context, self._work, self._made_of = context, work, made_of
        self._count = 0

    def latest(self) -> Mapping[str, bytes] | None:
        """Return the files kept last, or None."""
        found = None
        while (known := self._context.custodian.finished(self._key(self._count))) is not None:
            found, self._count = known, self._count + 1
        return None if found is None else self._context.custodian.get_model(Digest(found["checkpoint"]))

    def keep(self, files: Mapping[str, bytes]) -> None:
        """Keep files as the newest."""
        kept = self._context.custodian.put_model(files, self._made_of)
        self._context.custodian.finish(
            f"{self._context.stage}.checkpoint", self._key(self._count), {"checkpoint": kept}
        )
        self._count += 1

    def _key(self, number: int) -> Digest:
        return digest_of({"key": self._context.key, "work": self._work, "checkpoint": number})


def running(context: Context, work: str, made_of: tuple[Digest, ...]) -> Running:
    """Return where a piece of work runs: progress to the stage's listener, checkpoints to the custodian."""
    return Running(
        tell=lambda done, total: context.tell(work, done, total),
        track=context.track(f"{context.stage}/{work}"),
        checkpoints=KeptCheckpoints(context, work, made_of),
    )
