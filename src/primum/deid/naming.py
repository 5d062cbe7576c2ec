"""Names in the folder that is written: those that identify somebody are replaced, all others stay."""

import hmac
import re
from functools import lru_cache
from pathlib import PurePosixPath

from primum.deid.desk import Desk
from primum.deid.subjects import OWN
from primum.privacy import notes
from primum.privacy.known import Known
from primum.privacy.people import is_given_name, is_surname
from primum.privacy.spans import POLICIES, Kind

ENDINGS = frozenset(
    """
    .bgz .bin .csv .dat .db .dcm .dicom .doc .docx .edf .gz .hdr .hl7 .htm .html .ima .img .jpeg .jpg .json .jsonl .log
    .markdown .md .ndjson .nifti .nii .parquet .pdf .png .pptx .rst .rtf .sqlite .tab .tar .text .tgz .tif .tiff .tsv
    .txt .vcf .wav .xls .xlsx .xml .yaml .yml .zip
    """.split()  # noqa: SIM905 - a list of words is read more easily than a list of quotes
)
"""Endings that stay; anything else after a full stop is part of the name."""
HARMLESS = frozenset(
    """
    alta anat april base batch best body bone book box case cases chain church core day days drive early field fields
    foot gold good
    grand hall hand hands head hill home house iron june king land lane law leaf left light long love main major mark
    march may moon new noble north old page pages park part parks pool power price read rich right rose run sage sharp
    short small south star stone strong student summer sweet temple tree vein ward wards water waters way west winter
    wise wood woods young zone
    """.split()  # noqa: SIM905 - a list of words is read more easily than a list of quotes
)
"""Names of people that name files and folders as well; any other name of a person in them is replaced."""
SHORTEST = 3
TELLING = POLICIES["safe-harbor"].replaced - {Kind.ORGANISATION, Kind.HOSPITAL, Kind.BED, Kind.PLACE}
"""Kinds that make a name one to be replaced."""
REPORT = "report.json"
PAGE = "report.html"
ATTESTATION = "attestation.json"
RESERVED = frozenset({REPORT, PAGE, ATTESTATION})
_NUMBER = re.compile(r"\d{5,}|\d+(?:\.\d+){3,}|(?:19|20)\d\d[-_.]\d\d[-_.]\d\d|[0-9a-f]{8}-[0-9a-f]{4}-", re.IGNORECASE)
_JOINED = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_HAN = re.compile(r"[\u3400-\u9fff]")
_PARTED = re.compile(r"[\W_]+")


class Namer:
    """Gives names.

    Args:
        desk: This run's.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._key = desk.links
        self._folder = lru_cache(maxsize=4096)(self._named)
        self._is_telling = lru_cache(maxsize=4096)(self._tells)

    def name(self, path: PurePosixPath, subject: str) -> PurePosixPath:
        """Return where a file is written, below the folder that is written.

        Args:
            path: Where it is read, below the folder that is read.
            subject: Whose it is.
        """
        endings, rest = "", path.name
        while PurePosixPath(rest).suffix.lower() in ENDINGS:
            suffix = PurePosixPath(rest).suffix
            rest, endings = rest.removesuffix(suffix), suffix + endings
        last = self._named(rest, subject)
        folders = [self._folder(one, "") for one in path.parts[:-1]]
        found = PurePosixPath(*folders, last + endings.lower())
        return found.with_name(f"input-{found.name}") if str(found) in RESERVED else found

    def _named(self, name: str, subject: str) -> str:
        """Return a name, a pseudonym where it is a subject's, or what stands for a name that identifies."""
        whole = self._desk.register.subject(name)
        if not whole and name == subject:
            whole = subject
        if whole:
            return self._desk.name(whole)
        if not self._is_telling(name):
            return name
        token = hmac.digest(self._key, f"name {name}".encode("utf-8", "surrogateescape"), "sha256")[:4].hex()
        return f"{self._desk.name(subject)}-{token}" if subject and not subject.startswith(OWN) else f"x-{token}"

    def _tells(self, name: str) -> bool:
        if _NUMBER.search(name) or not name.isprintable():
            return True
        register = self._desk.register
        parts = [one for one in _JOINED.split(name) if one]
        if any(register.subject(one) for one in _PARTED.split(name)) or register.mentioned(name):
            return True
        if any(register.is_part_of_a_name(one) or _is_name(one) for one in parts):
            return True
        words = " ".join(parts)
        return any(_identifies(one) for one in {words, words.title(), name})


def _is_name(word: str) -> bool:
    if len(word) < SHORTEST or word.casefold() in HARMLESS:
        return False
    return is_given_name(word) or is_surname(word)


def _identifies(text: str) -> bool:
    """Return whether rules find somebody in a name; the tagger is believed where it finds a name of several words."""
    return any(
        one.kind in TELLING and (not one.method.startswith("tagger") or _is_whole(text[one.start : one.end]))
        for one in notes.find(text, Known())
    )


def _is_whole(name: str) -> bool:
    words = [one for one in _PARTED.split(name) if one]
    return _HAN.search(name) is not None or (len(words) > 1 and all(one.isalpha() and len(one) > 1 for one in words))
