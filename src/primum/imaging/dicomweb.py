"""The line to a PACS: DICOMweb over HTTP, encrypted wherever it leaves this machine, asked again where it is busy.

Messages name no UID, patient or address. Nothing is taken from the environment: no proxy, no name, no password.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from dicomweb_client import DICOMwebClient
from dicomweb_client.session_utils import add_certs_to_session
from pydicom.dataset import Dataset
from requests.auth import HTTPBasicAuth

from primum.errors import AccessDeniedError, DataError
from primum.privacy.dicom.elements import FAULTS

NOT_NOW = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
}
NO_ENTRY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacs:
    """Where a PACS answers, and as whom we speak.

    Attributes:
        url: Of its DICOMweb service; ``https``, or ``http`` on this very machine.
        user: Name for basic authentication; empty for none.
        password: Its password.
        token: Bearer token, instead of a name; empty for none.
        authorities: File of certificate authorities (PEM); empty trusts those that Python ships.
        certificate: File of our own certificate and key (PEM), where the PACS asks for one; empty for none.
        timeout: Seconds to wait for an answer.
        attempts: How often a sending is tried where the PACS does not answer or is busy.
        batch: Bytes sent in one request, at least one instance.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    authorities: str = ""
    certificate: str = ""
    timeout: float = 60.0
    attempts: int = 3
    batch: int = 32 << 20


class _NotNowError(Exception):
    """The PACS did not answer, or asked to be left alone for a while."""

    def __init__(self, said: DataError) -> None:
        super().__init__()
        self.said = said


def session_of(pacs: Pacs) -> requests.Session:
    """Return a line to this PACS alone, which takes nothing from the environment.

    Raises:
        AccessDeniedError: The way there is not encrypted, or we have two ways to say who we are.
        DataError: The address is none, or a certificate is not there.
    """
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    address = urlsplit(pacs.url)
    if address.scheme not in {"http", "https"} or not address.hostname or address.username is not None:
        raise DataError(
            "The address of the PACS is no http or https address, or holds a name.",
            remedy="Give the address of its DICOMweb service; name and password apart.",
        )
    if address.scheme == "http" and not _is_here(address.hostname):
        raise AccessDeniedError(
            "The way to the PACS is not encrypted, and patients' images would travel on it.", remedy="Use https."
        )
    if pacs.user and pacs.token:
        raise AccessDeniedError("Both a name and a token were given for the PACS.", remedy="Give one of them.")
    if pacs.user:
        session.auth = HTTPBasicAuth(pacs.user.encode(), pacs.password.encode())
    if pacs.token:
        session.headers["Authorization"] = f"Bearer {pacs.token}"
    try:
        add_certs_to_session(session, pacs.authorities or None, pacs.certificate or None)
    except OSError as error:
        raise DataError("A certificate for the PACS is not where it should be.", remedy="Give its file.") from error
    return session


def client_of(pacs: Pacs, session: requests.Session) -> DICOMwebClient:
    """Return a client on a line; the log of the library that it repeats requests with would name what is asked for."""
    logging.getLogger("retrying").disabled = True
    client = DICOMwebClient(pacs.url, session=session, timeout=pacs.timeout)
    client.set_http_retry_params(retry=False)
    return client


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def attempted(ask: Callable[[], _Answer], pacs: Pacs, pause: Callable[[float], None]) -> _Answer:
    """Return an answer, asked for again where there was none for now."""
    attempt = 1
    while True:
        try:
            return _told(ask)
        except _NotNowError as busy:
            if attempt >= pacs.attempts:
                raise busy.said from busy
        pause(2.0 ** (attempt - 1))
        attempt += 1


def _told(ask: Callable[[], _Answer]) -> _Answer:
    """Return an answer, or say in our words why there is none."""
    try:
        return ask()
    except requests.exceptions.SSLError as error:
        raise AccessDeniedError(
            "The certificate of the PACS is not trusted, or it does not trust ours.",
            remedy="Give the hospital's certificate authorities and our own certificate.",
        ) from error
    except (
        requests.exceptions.ConnectionError,
        requests.exceptions.Timeout,
        requests.exceptions.ChunkedEncodingError,
    ) as error:
        raise _NotNowError(
            DataError("The PACS does not answer.", remedy="See that it runs and that its address and port are right.")
        ) from error
    except requests.exceptions.HTTPError as error:
        raise _refusal(status_of(error)) from error
    except FAULTS as error:
        raise DataError(
            "What answers there does not speak DICOMweb.", remedy="Give the address of the PACS's DICOMweb service."
        ) from error


def status_of(error: requests.exceptions.HTTPError) -> int:
    """Return the status of an answer, 0 where there was none."""
    return 0 if error.response is None else int(error.response.status_code)


def _refusal(status: int) -> Exception:
    if status in NO_ENTRY:
        return AccessDeniedError(
            f"The PACS refused us (HTTP status {status}).", remedy="Ask who keeps it for a name that may do this."
        )
    if status in NOT_NOW:
        return _NotNowError(DataError(f"The PACS is busy (HTTP status {status}).", remedy="Try again later."))
    if status == HTTPStatus.NOT_FOUND:
        return absent()
    return DataError(f"The PACS refused the request (HTTP status {status}).", remedy="Ask who keeps it for its log.")


def absent() -> DataError:
    """Return that what was asked for is not there."""
    return DataError("The PACS has no such study or series.", remedy="Send it first, or ask for another.")


def retrieve(client: DICOMwebClient, study: str, series: str) -> list[Dataset]:
    """Return instances in the transfer syntax in which they are kept."""
    as_kept = (("application/dicom", "*"),)
    found: list[Dataset] = (
        client.retrieve_series(study, series, media_types=as_kept)
        if series
        else client.retrieve_study(study, media_types=as_kept)
    )
    return found


def search(client: DICOMwebClient, study: str, series: str) -> set[str]:
    """Return the SOP instance UIDs of a study, or of a series; none where there is no such."""
    found: set[str] = set()
    while True:
        try:
            page = client.search_for_instances(study, series or None, offset=len(found))
        except requests.exceptions.HTTPError as error:
            if status_of(error) == HTTPStatus.NOT_FOUND:
                return found
            raise
        uids = {str(Dataset.from_json(one).SOPInstanceUID) for one in page}
        if uids <= found:
            return found
        found |= uids
