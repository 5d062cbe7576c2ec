from typing import Any

import pytest

from primum.domain.norm import Grade
from primum.dossier.decision import Decision, Signed, decide
from synthetic.evidence import EVIDENCE_SET, gate, name_of, signature

NOW = "2026-03-02T10:00:00+00:00"


def requirement(identifier: str, grade: str, verdict: str, role: str = "") -> dict[str, Any]:
    return {"id": identifier, "from_grade": grade, "verdict": verdict, "role": role}


def judged(asked: str, reached: str, *requirements: dict[str, Any]) -> Decision:
    order = [one.value for one in Grade]
    is_open = reached in order and order.index(reached) >= order.index(asked)
    facts = {"asked": asked, "reached": reached, "open": is_open, "norms": [{"requirements": list(requirements)}]}
    return decide(facts, Signed(decided_at=NOW))


def test_released_and_refused() -> None:
    released, refused = (decide(gate(released=one), Signed(decided_at=NOW)) for one in (True, False))
    assert (released.outcome, released.ladder["research"]) == ("released", "reached")
    assert (refused.outcome, refused.ladder["research"]) == ("refused", "asked")


def test_without_a_report_nothing_is_released() -> None:
    decision = decide({}, Signed(decided_at=NOW, expires_at=NOW, release=name_of("release")))
    assert (decision.outcome, decision.asked, decision.missing) == ("undecided", "", ())
    assert set(decision.ladder.values()) == {"open"}


def test_only_the_word_open_releases() -> None:
    facts = {**gate(), "open": "yes"}
    assert decide(facts, Signed(decided_at=NOW)).outcome == "refused"


def test_what_is_missing_for_the_next_grade_is_told() -> None:
    decision = judged(
        "research", "research", requirement("A", "shadow", "unmet"), requirement("B", "advisory", "no evidence")
    )
    assert [(one.grade, [req["id"] for req in one.requirements]) for one in decision.missing] == [(Grade.SHADOW, ["A"])]


def test_a_refusal_tells_what_every_grade_up_to_the_one_asked_wants() -> None:
    decision = judged(
        "advisory",
        "none",
        requirement("A", "research", "no evidence"),
        requirement("B", "research", "unmet"),
        requirement("C", "research", "met"),
        requirement("D", "advisory", "needs a person", "clinical-lead"),
    )
    told = {one.grade: [req["id"] for req in one.requirements] for one in decision.missing}
    assert told == {Grade.RESEARCH: ["B", "A"], Grade.SHADOW: [], Grade.ADVISORY: []}
    assert list(decision.missing[2].roles) == ["clinical-lead"]
    assert decision.ladder == {"research": "asked", "shadow": "asked", "advisory": "asked"}


def test_above_the_highest_grade_there_is_nothing() -> None:
    assert judged("research", "advisory", requirement("A", "advisory", "met")).missing == []


@pytest.mark.parametrize(("grade", "needed"), [("research", True), ("shadow", False)])
def test_a_signature_is_needed_only_up_to_the_grade_asked(grade: str, needed: bool) -> None:  # noqa: FBT001 - a table
    decision = judged("research", "research", requirement("A", grade, "met", "privacy-officer"))
    assert decision.needs_signature is needed


def test_a_signature_over_other_evidence_is_stale() -> None:
    fresh, old = signature("A", "clinical-lead"), signature("B", "clinical-lead", name_of("older evidence"))
    assert fresh.evidence == EVIDENCE_SET
    decision = decide(gate(), Signed(decided_at=NOW, signers=(fresh, old)))
    assert decision.signers == [(fresh, False), (old, True)]
