"""FHIR JSON and NDJSON, read and written without a digit of a number lost."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from primum.errors import DataError

_NUMBER = re.compile(r'"\\u0000([\-+0-9.eE]+)\\u0000"')


def documents(data: bytes, *, ndjson: bool = False) -> Iterator[dict[str, Any]]:
    """Yield the documents of a file: the only one, or one a line; numbers keep the digits they are written with.

    Raises:
        DataError: It is not UTF-8, not JSON, or no FHIR; the message tells the line.
    """
    remedy = "Export it again as FHIR JSON in UTF-8."
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise DataError("The file is not UTF-8.", remedy=remedy) from fault
    lines = enumerate(text.split("\n"), start=1) if ndjson else [(1, text)]
    for at, line in lines:
        if ndjson and not line.strip():
            continue
        try:
            document = json.loads(line, parse_float=Decimal, parse_constant=_refused)
        except (ValueError, RecursionError) as fault:
            where = at if ndjson else getattr(fault, "lineno", at)
            raise DataError(f"The file is not JSON at line {where}.", remedy=remedy) from fault
        if not isinstance(document, dict) or not isinstance(document.get("resourceType"), str):
            raise DataError(f"Line {at} holds no FHIR resource.", remedy=remedy)
        yield document


def written(document: Mapping[str, Any], *, indent: int | None = None) -> str:
    """Return a document as JSON."""
    text = json.dumps(document, ensure_ascii=False, indent=indent, default=_number)
    return _NUMBER.sub(r"\1", text)


def _number(value: object) -> str:
    if not isinstance(value, Decimal):
        raise TypeError(type(value).__name__)
    return f"\0{value}\0"


def _refused(constant: str) -> float:
    raise ValueError(constant)
