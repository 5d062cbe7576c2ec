"""The last look at a file before it gets its name: by other code than what cleaned it."""

import re
from collections.abc import Iterable

from primum.deid.desk import Desk
from primum.deid.nouns import Found, Written
from primum.privacy import residual

_FRACTION = re.compile(r"\s*-?\d+\.\d+\s*")


def scan(texts: Iterable[Written], desk: Desk) -> Found:
    """Return what identifies somebody in a file that was cleaned.

    Each text is searched for what is known of its subject and for what proves itself; and for the names and numbers of
    everybody else in the folder, which a number with its fraction resembles by chance: that is doubtful.

    Args:
        texts: Everything that can be read in the file.
        desk: This run's.
    """
    found = Found()
    for one in texts:
        found.texts += 1
        left = residual.scan(one.text, desk.known(one.subject).pairs, one.surrogates)
        for kind in one.lenient:
            left.certain.pop(kind, None)
            left.doubtful.pop(kind, None)
        others = desk.register.mentioned(residual.blanked(one.text, one.surrogates))
        told = left.doubtful if _FRACTION.fullmatch(one.text) else left.certain
        told.update(kind for kind in {kind for kind, _ in others} if kind not in told)
        if left.certain or left.doubtful:
            found.left.add(left)
    return found
