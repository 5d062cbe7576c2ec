"""Many terms as one regular expression."""

import re
from collections.abc import Iterable


def tree(terms: Iterable[str], between: str = "") -> str:
    """Return one expression for many terms that goes through their letters once.

    Args:
        terms: Plain text.
        between: An expression for what may stand between two letters.
    """
    branches: dict[str, set[str]] = {}
    for term in terms:
        branches.setdefault(term[:1], set()).add(term[1:])
    ends = "" in branches
    branches.pop("", None)
    if not branches:
        return ""
    parts = []
    for letter, rests in sorted(branches.items()):
        rest = tree(rests, between)
        parts.append(
            re.escape(letter)
            + (between + rest if rest and "" not in rests else f"(?:{between}{rest})?" if rest else "")
        )
    return parts[0] if len(parts) == 1 and not ends else f"(?:{'|'.join(parts)})"
