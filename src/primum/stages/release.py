"""Write the dossier, and where the gate is open seal the release: without leave from the gate nothing can be sealed."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from primum.context import Context
from primum.custody.bundle import manifest_of
from primum.custody.files import keeping, write_whole
from primum.domain.evidence import Evidence
from primum.domain.gate import OpenGate, admit
from primum.domain.norm import Signature
from primum.dossier import card, page, sbom
from primum.dossier.decision import Signed
from primum.errors import GateClosedError, IntegrityError
from primum.ids import digest

BUNDLE = "out/release"
DOSSIER = "out/dossier.html"
"""Where the sealed release and the dossier lie, below the home."""


def run(context: Context) -> dict[str, str]:
    """Write the dossier in any case, and the signed bundle where the gate is open for this very model and evidence.

    Returns:
        ``release``, the digest of the bundle's manifest, and ``path`` of the bundle below the home.

    Raises:
        GateClosedError: The gate is closed; the dossier says why, the error who must act.
        IntegrityError: The gate's report is missing, or about another model or other evidence; or something kept was
            altered, or cannot be written.
    """
    evidence = context.evidence()
    report = evidence.get("gate")
    if report is None:
        raise IntegrityError("There is no report of the gate.", remedy="Run the study again; do not take a stage out.")
    try:
        leave = admit(report, context.input("model"), evidence)
    except GateClosedError:
        refused = Signed(decided_at=_spell(context.now), signers=signers(report))
        _publish(context, page.render(evidence, refused))
        raise
    files = _files(context, leave, evidence)
    released = Signed(
        decided_at=_spell(context.now),
        expires_at=_spell(context.now + dt.timedelta(days=context.study.validity_days)),
        release=digest(manifest_of(files)),
        signers=signers(report),
    )
    text = page.render(evidence, released)
    statement = {
        "released_at": released.decided_at,
        "expires_at": released.expires_at,
        "grade": leave.grade.value,
        "model": leave.model,
        "evidence": leave.evidence_set,
        "dossier": digest(text.encode()),
    }
    release = context.custodian.seal_bundle(context.custodian.home / BUNDLE, files, statement)
    context.custodian.note_release(release, leave.model)
    _publish(context, text)
    return {"release": release, "path": BUNDLE}


def signers(report: Evidence) -> tuple[Signature, ...]:
    """Return the signatures a gate report rests on, stale ones too, in the order of its requirements."""
    requirements = [one for norm in report.facts["norms"] for one in norm["requirements"]]
    return tuple(Signature.from_document(one["signature"]) for one in requirements if one["signature"])


def _files(context: Context, leave: OpenGate, evidence: Mapping[str, Evidence]) -> dict[str, bytes]:
    """Return what goes into the bundle the gate gave leave for: path to content.

    Nothing in it tells the time or a key of ours, so that equal evidence gives an equal manifest.
    """
    files = {f"model/{name}": data for name, data in context.custodian.get_model(leave.model).items()}
    files |= {f"evidence/{kind}.json": _json(one.as_document()) for kind, one in evidence.items() if kind != "gate"}
    return files | {
        "study.json": _json(context.study.model_dump(mode="json")),
        "gate.json": _json(evidence["gate"].as_document()),
        "card.json": _json(card.make(evidence, leave.model)),
        "sbom.json": sbom.make().encode(),
    }


def _json(document: Mapping[str, Any]) -> bytes:
    """Return JSON that people can read too: sorted, indented, UTF-8."""
    return (json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _spell(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).isoformat(timespec="seconds")


def _publish(context: Context, text: str) -> None:
    """Write the dossier whole or not at all.

    Raises:
        IntegrityError: The disk does not take it.
    """
    with keeping("the dossier"):
        write_whole(context.custodian.home / DOSSIER, text.encode())
