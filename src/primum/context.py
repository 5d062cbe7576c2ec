"""What every stage is handed: the study, the custodian, the outputs of the stages before it, and the time."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from primum.custody.custodian import Custodian
from primum.domain.evidence import Evidence
from primum.domain.study import Study
from primum.ids import Digest, digest_of

Tell = Callable[[str, int, int], None]
"""Progress: label, done, total."""
Track = Callable[[str], Callable[[int, Mapping[str, float]], None]]
"""Where the figures of training go: name of the piece of work to what takes steps done and figures by name."""


def untracked(work: str) -> Callable[[int, Mapping[str, float]], None]:
    """Return what takes figures and forgets them."""
    del work
    return lambda step, figures: None  # noqa: ARG005 - forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who looks on while stages run; none of it changes a result.

    Attributes:
        tell: Where progress goes.
        track: Where the figures of training go.
    """

    tell: Tell
    track: Track = untracked


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The arguments of a stage.

    Attributes:
        stage: The stage's own name.
        study: The declaration.
        folder: Where the study file lies; sources are relative to it.
        custodian: The one door to data, bound to an actor and the study's purpose.
        inputs: Output name to digest (or word), of all stages before.
        key: The name of this very run of the stage: stage, version, settings and inputs, hashed.
        tell: Where progress goes.
        now: The time, UTC.
        track: Where the figures of training go.
    """

    stage: str
    study: Study
    folder: Path
    custodian: Custodian
    inputs: Mapping[str, str]
    key: Digest
    tell: Tell
    now: dt.datetime
    track: Track = untracked

    def input(self, name: str) -> Digest:
        """Return the digest that an earlier stage put out under this name.

        Raises:
            KeyError: No stage before this one writes it; the pipeline's order is wrong.
        """
        return Digest(self.inputs[name])

    def name_for(self, output: str) -> Digest:
        """Return the name of a data set this stage makes: derived from how it is made, equal under every key ring."""
        return digest_of({"key": self.key, "output": output})

    def keep(self, kind: str, facts: Mapping[str, object], made_of: tuple[Digest, ...]) -> Digest:
        """Keep facts as evidence and return its digest."""
        evidence = Evidence(kind=kind, stage=self.stage, made_of=made_of, facts=facts)
        return self.custodian.put_evidence(evidence.as_document())

    def evidence(self) -> dict[str, Evidence]:
        """Return all evidence put out by the stages before, by kind."""
        found = {}
        for name, value in self.inputs.items():
            if name.startswith("evidence.") and value:
                one = Evidence.from_document(self.custodian.get_evidence(Digest(value)))
                found[one.kind] = one
        return found
