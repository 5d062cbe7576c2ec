"""Stretches keep to their words when names before, within and around them are replaced."""

import numpy as np
import pytest

from primum.privacy import notes
from primum.privacy.alignment import Alignment
from primum.privacy.known import Known
from primum.privacy.notes import Pair
from primum.privacy.surrogates import Identity


def replaced(text, places):
    pairs, out, at = [], "", 0
    for start, end, written in places:
        out += text[at:start]
        pairs.append(Pair(start=len(out), written=written, original=text[start:end]))
        out, at = out + written, end
    return out + text[at:], pairs


def test_what_is_behind_and_before_keeps_its_words():
    text = "Jo Li has asthma. Seen by Jo Li."
    safe, pairs = replaced(text, [(0, 5, "Maximilian Oduya"), (26, 31, "X")])
    start, end = Alignment(pairs).moved(10, 16)
    assert safe[start:end] == "asthma"


def test_a_stretch_that_is_replaced_or_reaches_into_it_takes_in_what_was_written():
    text = "Parkinson disease of Jo"
    safe, pairs = replaced(text, [(0, 9, "[NAME]")])
    alignment = Alignment(pairs)
    assert safe[slice(*alignment.moved(0, 9))] == "[NAME]"
    assert safe[slice(*alignment.moved(3, 9))] == "[NAME]"
    assert safe[slice(*alignment.moved(0, 17))] == "[NAME] disease"
    assert safe[slice(*alignment.moved(10, 17))] == "disease"


def test_what_was_replaced_by_nothing_is_empty():
    assert Alignment([Pair(start=0, written="", original="Jo")]).moved(0, 2) == (0, 0)


@pytest.mark.parametrize("seed", range(20))
def test_a_stretch_that_touches_no_replacement_reads_the_same_afterwards(seed):
    dice = np.random.default_rng(seed)
    text = "".join(chr(97 + at % 26) for at in range(60))
    cuts = sorted(dice.choice(60, size=8, replace=False).tolist())
    places = [(cuts[at], cuts[at + 1], "Z" * int(dice.integers(0, 9))) for at in range(0, 8, 2)]
    safe, pairs = replaced(text, places)
    gaps = zip([0, *(end for _, end, _ in places)], [*(start for start, _, _ in places), 60], strict=True)
    for first, last in gaps:
        if first < last:
            start, end = Alignment(pairs).moved(first, last)
            assert safe[start:end] == text[first:last]


def test_a_scrubbed_note_still_holds_the_marked_words_where_they_are_said_to_be():
    text = "Dr Ewa Kowalczyk saw him. He takes warfarin since 3 May 2019, says Mrs Kowalczyk."
    done = notes.scrub(text, Known((("name", "Ewa Kowalczyk"),)), Identity(days=11))
    assert "Kowalczyk" not in done.text
    start, end = Alignment(done.pairs).moved(text.index("warfarin"), text.index("warfarin") + 8)
    assert done.text[start:end] == "warfarin"
