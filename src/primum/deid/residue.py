"""What is missed, estimated: made-up identifiers are planted into copies of the texts that were read, then sought."""

from collections.abc import Mapping
from dataclasses import replace

from primum.deid.desk import Desk
from primum.deid.formats import beginning
from primum.deid.keeping import OURS
from primum.deid.nouns import Json, RefusedError
from primum.deid.survey import Survey
from primum.privacy import canaries, notes
from primum.privacy.known import Known

TEXTS = 64
"""Texts that serve the estimate, evenly drawn from all."""
SAMPLE = 3_000
SEED = 1


def estimate(found: Survey, desk: Desk) -> Mapping[str, Json]:
    """Return kind to the share that is missed, with its 95% interval; empty where no text was read.

    Tags are written here, whatever the run writes: a surrogate may by chance hold a piece of what was planted, as all
    telephone numbers of fiction begin alike.
    """
    texts = [one for number, one in sorted(found.sources.items()) if one.form == "text"]
    chosen = texts[:: max(1, len(texts) // TEXTS)][:TEXTS]
    samples = []
    for one in chosen:
        try:
            samples.append(beginning(one)[:SAMPLE])
        except RefusedError:
            continue
    if not any(one.strip() for one in samples):
        return {}
    identity = replace(desk.identity(OURS), key=b"")

    def scrub(text: str) -> str:
        return notes.scrub(text, Known(), identity, desk.policy, thorough=desk.thorough).text

    return canaries.as_documents(canaries.estimate(samples, scrub, SEED))
