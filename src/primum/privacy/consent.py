"""Who may be used: what subjects consented to, and who objected; asked before anything is kept of anybody."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from primum.domain.grounds import Consent
from primum.domain.record import Record
from primum.errors import DataError
from primum.privacy.known import characters

SEVERAL = "; "
"""Parts several answers of one subject, each of which must mean consent."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """Subjects by whether they may be used, each by the hospital's own identifier.

    Attributes:
        kept: May be used.
        without: Gave no consent.
        objecting: Objected.
    """

    kept: frozenset[str]
    without: frozenset[str]
    objecting: frozenset[str]


def objections(consent: Consent | None, folder: Path) -> list[str]:
    """Return the identifiers of those who objected, as the study's list writes them.

    Args:
        consent: What the study declares.
        folder: Where the study file lies.

    Raises:
        DataError: The list cannot be read; nobody's objection may be lost.
    """
    if consent is None or not consent.opt_out:
        return []
    try:
        text = (folder / consent.opt_out).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise DataError(
            f"The list of those who objected cannot be read at {consent.opt_out}.",
            remedy="Put it there, UTF-8, one identifier a line; an empty file says that nobody objected.",
        ) from fault
    return sorted({one.strip() for one in text.splitlines() if one.strip()})


def sorted_out(records: Mapping[str, Iterable[Record]], consent: Consent | None, objecting: Collection[str]) -> Sorted:
    """Return who may be used.

    Who objected is left out whatever else is known of him; an identifier counts as listed if its letters and digits
    are, for a dash must not cost anybody his objection.

    Args:
        records: Identifier to all records of a subject.
        consent: What the study declares.
        objecting: As ``objections`` returns them.
    """
    listed = {characters(one) or one for one in objecting}
    objected = {one for one in records if (characters(one) or one) in listed}
    without = {one for one, some in records.items() if one not in objected and not has_consented(some, consent)}
    return Sorted(
        kept=frozenset(records) - objected - without, without=frozenset(without), objecting=frozenset(objected)
    )


def has_consented(records: Iterable[Record], consent: Consent | None) -> bool:
    """Return whether every answer a subject gave is one that the study lists as consent, and there is one."""
    if consent is None or not consent.column:
        return True
    cells = [record.payload.get(consent.column) for record in records]
    answers = [one.strip() for cell in cells if cell is not None for one in str(cell).split(SEVERAL)]
    return bool(answers) and all(one in consent.granted for one in answers)


Line = tuple[str, str, int | None]
"""A line of the flow of subjects: English, Chinese, how many; None where that is withheld."""


def in_flow(told: Mapping[str, Any]) -> tuple[list[Line], list[Line]]:
    """Return the steps before the first of a flow of subjects, and why subjects were left out there.

    Args:
        told: ``consent`` of the intake evidence; nothing is returned where neither consent nor objections were asked.
    """
    asked = bool(told["by_column"] or told["by_list"])
    left = told["left_out"]
    reasons = [("No consent was given.", "未获知情同意。", left["without_consent"])] if told["by_column"] else []
    reasons += [("Objected to the use.", "受试者提出反对。", left["objected"])] if told["by_list"] else []
    return [("In the sources", "来源中的受试者", told["in_sources"])] if asked else [], reasons
