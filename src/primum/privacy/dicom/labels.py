"""Which lines read in a picture are mere technical labels: sides, scales, units, settings."""

import re
from functools import lru_cache

from primum.privacy.ocr import Line

SURE = {2: 0.75, 3: 0.7, 4: 0.55}
"""How sure a reading of so many characters must be to count as text: anatomy is read as short words now and then."""
SURE_OF_MANY = 0.35
"""Enough for a line of more characters."""
_LABELS = (
    "l r a p h f s i rl rp ra rh rf la lp lh lf ap pa lat lao rao ax cor sag tra left right ant post sup "
    "inf head feet cc mlo ml lm rcc lcc rmlo lmlo supine prone erect portable mm cm m ml ms s sec hz khz "
    "mhz fps kv kvp ma mas uas db hu bpm deg c f tr te ti fa fov nex st sl sp thk im se img ser frame "
    "zoom ww wl w l wc mi tis tib tic pwr gn gain dr map persist low med high gen thi 2d 3d m3 p r s1 "
    "cine freeze depth freq res fr rs dyn rng "
)
_NUMBER = re.compile(r"[<>=~±+\-#:*]?\d{1,3}(?:\.\d{1,3})?%?")
_SPLIT = re.compile(r"[\s,;:/|=x×*()\[\]]+")
_MIXED = re.compile(r"([<>~±+\-]?\d{1,3}(?:\.\d{1,3})?)([a-zA-Z]{1,3})")
_TIME = re.compile(r"\d{1,2}\s*[:.\-/]\s*\d{1,2}\s*[:.\-/]\s*\d{1,4}|\d{4}|[12]\d?:\d{2}")


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    return frozenset(_LABELS.split())


def is_text(line: Line) -> bool:
    """Return whether a line is writing, and not anatomy that resembles it."""
    letters = sum(one.isalnum() for one in line.text)
    return letters > 1 and line.score >= SURE.get(letters, SURE_OF_MANY)


def is_label(text: str) -> bool:
    """Return whether a line says nothing but sides, scale numbers, units and settings."""
    if _TIME.search(text):
        return False
    parts = [one for one in _SPLIT.split(text.strip()) if one]
    return all(_is_part(one) for one in parts)


def _is_part(part: str) -> bool:
    bare = part.strip(".'\"_-").casefold()
    if not any(one.isalnum() for one in bare) or bare in _labels() or _NUMBER.fullmatch(bare):
        return True
    mixed = _MIXED.fullmatch(bare)
    return mixed is not None and mixed[2] in _labels()
