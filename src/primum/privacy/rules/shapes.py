"""Identity numbers that prove themselves."""

import re

from primum.privacy import dates

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def resident_id_is_valid(text: str) -> bool:
    """Return whether 18 characters are a resident identity number of the People's Republic of China.

    Source: GB 11643-1999, with the check character of ISO 7064:1983 MOD 11-2.
    """
    if not re.fullmatch(r"\d{17}[\dXx]", text):
        return False
    total = sum(int(one) * weight for one, weight in zip(text[:17], _ID_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper() and dates.day(text[6:14]) is not None


def dni_is_valid(text: str) -> bool:
    """Return whether a text is a Spanish DNI or NIE, its letter being right.

    Source: Real Decreto 1553/2005, art. 11; the letter is the number modulo 23.
    """
    match = re.fullmatch(r"([XYZ]?)(\d{7,8})[\s\-]?([A-Z])", text.upper())
    if match is None or len(match[1]) + len(match[2]) != 8:  # noqa: PLR2004 - eight signs and the letter
        return False
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int({"X": "0", "Y": "1", "Z": "2"}.get(match[1], "") + match[2]) % 23] == match[3]
