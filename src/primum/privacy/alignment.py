"""Where stretches of a text lie after what identifies people was replaced in it."""

from collections.abc import Sequence

from primum.privacy.notes import Pair


class Alignment:
    """The way from the characters of a text to those of the text without identifiers.

    Args:
        pairs: What was replaced, as ``notes.scrub`` tells it.
    """

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._replaced: list[tuple[int, int, int]] = []
        shift = 0
        for one in sorted(pairs, key=lambda pair: pair.start):
            begin = one.start - shift
            self._replaced.append((begin, begin + len(one.original), len(one.written)))
            shift += len(one.written) - len(one.original)

    def moved(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch lies; one that begins or ends within what was replaced takes in all of that.

        It is empty where it was replaced by nothing.
        """
        return self._start(start), self._end(end)

    def _start(self, place: int) -> int:
        shift = 0
        for begin, past, length in self._replaced:
            if past > place:
                return begin + shift if begin <= place else place + shift
            shift += length - (past - begin)
        return place + shift

    def _end(self, place: int) -> int:
        shift = 0
        for begin, past, length in self._replaced:
            if past >= place:
                return begin + shift + length if begin < place else place + shift
            shift += length - (past - begin)
        return place + shift
