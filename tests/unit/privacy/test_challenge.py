"""The whole of finding and replacing, on made-up clinical queries that nothing was trained on."""

import json
import re
from pathlib import Path

import pytest

from primum.privacy import notes
from primum.privacy.known import Known
from primum.privacy.spans import Kind
from primum.privacy.surrogates import Identity

CHALLENGE = Path(__file__).parent / "challenge_en.json"
"""Made-up queries with marks, ``[[John Doe|NAME]]``; the tagger never trains on them."""


@pytest.mark.parametrize(
    "title", ["", r"(?:\b(?:Mr|Mrs|Ms|Dr|Miss|Prof|[Nn]urse)\.? )?"], ids=["names", "titles and names"]
)
def test_made_up_queries_are_freed_of_names_and_others_left_alone(title: str) -> None:
    """Return to the bars: nearly all identifiers of queries nobody trained on, few finds where there are none."""
    hit = of = leaking = naming = touched = harmless = 0
    mark = re.compile(rf"({title})\[\[(.*?)\|(?!REGION)\w+\]\]")
    for marked in json.loads(CHALLENGE.read_text(encoding="utf-8")):
        gold = ["".join(one) for one in mark.findall(marked)]
        text = re.sub(r"\[\[(.*?)\|\w+\]\]", r"\1", marked)
        done = notes.scrub(text, Known(), Identity(days=3))
        found = [*done.spans, *(one for one in done.kept if one.kind in {Kind.AGE, Kind.DATE})]
        places = {at for one in found for at in range(one.start, one.end)}
        missing = 0
        for value in gold:
            wanted = [at for at in range(text.index(value), text.index(value) + len(value)) if text[at].isalnum()]
            hit += any(at in places for at in wanted)
            missing += not all(at in places for at in wanted)
        of, naming, leaking = of + len(gold), naming + bool(gold), leaking + bool(missing)
        harmless += not gold
        touched += not gold and bool(done.spans)
    assert hit / of >= 0.986
    assert leaking / naming <= 0.12
    assert touched / harmless <= 0.08
