"""Results sent to a PACS and fetched back, over DICOMweb.

What is sent is first looked for, and what is there already is not sent again: a sending that broke off is simply
repeated. An instance counts as stored only where the PACS says so, in its answer or when it is asked afterwards.
Messages number the instances as they were given; they name no UID, patient or address.

Source: PS3.18, Studies Service: 10.4 retrieve (WADO-RS), 10.5 store (STOW-RS), 10.6 search (QIDO-RS).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO

import requests
from dicomweb_client import DICOMwebClient
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import UID

from primum.errors import DataError
from primum.imaging.dicomweb import (
    NO_ENTRY,
    NOT_NOW,
    Pacs,
    absent,
    attempted,
    client_of,
    retrieve,
    search,
    session_of,
    status_of,
)
from primum.imaging.provenance import bytes_of
from primum.privacy.dicom.elements import FAULTS

_DUPLICATE = 0x0111
_REASONS = {
    _DUPLICATE: "it has one of this name",
    0x0110: "it could not be processed",
    0x0122: "its kind is not supported",
    0x0124: "we may not store it",
    0xC122: "its transfer syntax is not supported",
}
_CLASSES = {0xA7: "there is no room", 0xA9: "it does not match its kind", 0xC0: "it was not understood"}
_UNCONFIRMED = "the PACS does not say that it has it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One instance that was not stored.

    Attributes:
        position: As it was given, from 1.
        uid: SOP instance UID.
        kind: Name of its SOP class.
        reason: Why, in words.
    """

    position: int
    uid: str
    kind: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a PACS has after a sending.

    Attributes:
        stored: SOP instance UIDs that it took now.
        already: Those that it had before.
    """

    stored: tuple[str, ...]
    already: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of instances, by SOP instance UID."""

    stored: frozenset[str] = frozenset()
    already: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)

    def with_(self, other: "_Outcome") -> "_Outcome":
        return _Outcome(
            stored=self.stored | other.stored,
            already=self.already | other.already,
            refused={**self.refused, **other.refused},
        )


class NotStoredError(DataError):
    """A PACS did not take all instances.

    Args:
        failures: Those that it did not take; also the attribute of that name.
        total: How many were given.
    """

    def __init__(self, failures: Sequence[Failure], total: int) -> None:
        named = "; ".join(f"{one.position} ({one.kind}): {one.reason}" for one in failures)
        super().__init__(
            f"The PACS did not store {len(failures)} of {total} instances: {named}.",
            remedy="Ask who keeps the PACS about the reason, then send the same again: what it has is not sent twice.",
        )
        self.failures = tuple(failures)


def send(instances: Iterable[Dataset], pacs: Pacs, pause: Callable[[float], None] = time.sleep) -> Receipt:
    """Store instances in a PACS; what it has already, by SOP instance UID, is not sent again.

    Args:
        instances: To be stored, of one or several studies.
        pacs: Where.
        pause: Waits so many seconds between attempts.

    Raises:
        NotStoredError: It took some or none of them: which, and why.
        AccessDeniedError: It refused us, or the way there is not encrypted.
        DataError: It does not answer, or not as a PACS does.
    """
    given = list(instances)
    outcome = _Outcome()
    with session_of(pacs) as session:
        put = partial(_put, client_of(pacs, session))
        for batch in _batches(given, pacs.batch):
            outcome = outcome.with_(attempted(partial(put, batch), pacs, pause))
    failures = [
        Failure(
            position=at,
            uid=str(one.SOPInstanceUID),
            kind=UID(one.SOPClassUID).name,
            reason=outcome.refused.get(str(one.SOPInstanceUID), _UNCONFIRMED),
        )
        for at, one in enumerate(given, 1)
        if str(one.SOPInstanceUID) not in outcome.stored | outcome.already
    ]
    if failures:
        raise NotStoredError(failures, len(given))
    return Receipt(stored=tuple(sorted(outcome.stored)), already=tuple(sorted(outcome.already)))


def fetch(pacs: Pacs, study: str, series: str = "", pause: Callable[[float], None] = time.sleep) -> list[Dataset]:
    """Return the instances of a study, or of one of its series, as they are kept, ordered by instance number.

    Raises:
        AccessDeniedError: The PACS refused us, or the way there is not encrypted.
        DataError: It does not answer, has no such study or series, or what it sends is cut off.
    """
    with session_of(pacs) as session:
        client = client_of(pacs, session)
        found = attempted(partial(retrieve, client, study, series), pacs, pause)
        expected = attempted(partial(search, client, study, series), pacs, pause)
    if not found:
        raise absent()
    if expected != {str(one.SOPInstanceUID) for one in found}:
        raise DataError("The PACS did not send all that it has of this.", remedy="Fetch it again.")
    return sorted(found, key=lambda one: (str(one.SeriesInstanceUID), int(one.get("InstanceNumber") or 0)))


def _put(client: DICOMwebClient, batch: Sequence[Dataset]) -> _Outcome:
    """Store those instances of a batch that are not there yet; asked again, it goes on where it broke off."""
    already = _present(client, batch)
    missing = [one for one in batch if str(one.SOPInstanceUID) not in already]
    if not missing:
        return _Outcome(already=already)
    try:
        said = client.store_instances(missing)
    except requests.exceptions.HTTPError as error:
        status = status_of(error)
        if status in NO_ENTRY | NOT_NOW:
            raise
        said = _body(error)
        if not said.get("FailedSOPSequence"):
            reason = f"the PACS answered with HTTP status {status}"
            return _Outcome(already=already, refused={str(one.SOPInstanceUID): reason for one in missing})
    refused = {str(one.ReferencedSOPInstanceUID): _reason(one) for one in said.get("FailedSOPSequence") or ()}
    stored = {str(one.ReferencedSOPInstanceUID) for one in said.get("ReferencedSOPSequence") or ()}
    unsaid = [one for one in missing if str(one.SOPInstanceUID) not in stored | refused.keys()]
    doubtful = [one for one in missing if refused.get(str(one.SOPInstanceUID)) == _REASONS[_DUPLICATE]]
    return _Outcome(stored=frozenset(stored) | _present(client, [*unsaid, *doubtful]), already=already, refused=refused)


def _body(error: requests.exceptions.HTTPError) -> Dataset:
    """Return what a PACS says of the instances that it did not store."""
    try:
        return Dataset() if error.response is None else Dataset.from_json(error.response.json())
    except FAULTS:
        return Dataset()


def _reason(item: Dataset) -> str:
    code = int(item.get("FailureReason") or 0)
    said = _REASONS.get(code) or _CLASSES.get(code >> 8) or "it did not say why"
    return f"{said} (status {code:04X}h)" if code not in {0, _DUPLICATE} else said


def _present(client: DICOMwebClient, instances: Sequence[Dataset]) -> frozenset[str]:
    """Return which of these the PACS has."""
    wanted = {str(one.SOPInstanceUID) for one in instances}
    series = {(str(one.StudyInstanceUID), str(one.SeriesInstanceUID)) for one in instances}
    return frozenset(uid for one in sorted(series) for uid in search(client, *one) if uid in wanted)


def _batches(instances: Sequence[Dataset], size: int) -> Iterator[list[Dataset]]:
    """Yield instances as files hold them, in groups of about so many bytes.

    Raises:
        DataError: One cannot be written as a file.
    """
    batch: list[Dataset] = []
    room = size
    for at, one in enumerate(instances, 1):
        try:
            data = bytes_of(one)
        except FAULTS as error:
            raise DataError(f"Instance {at} is no whole DICOM object.", remedy="Write or read it anew.") from error
        if batch and len(data) > room:
            yield batch
            batch, room = [], size
        batch.append(dcmread(BytesIO(data)))
        room -= len(data)
    if batch:
        yield batch
