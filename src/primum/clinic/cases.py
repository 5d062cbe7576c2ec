"""A case on the desk: which step may follow which, told by events alone, and never final without a clinician."""

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from primum.domain.record import Record
from primum.errors import IntegrityError, PrimumError
from primum.ids import SubjectId

DECIDES = "clinician"
"""The one role that may judge a case."""

LONGEST_REASON = 2000
"""Characters."""


class State(StrEnum):
    """Where a case stands; only ``DECIDED`` is final, and only a clinician's event leads there."""

    RECEIVED = "received"
    IMPRESSION = "impression"
    SUGGESTION = "suggestion"
    DECIDED = "decided"


class Confidence(StrEnum):
    """How sure the doctor is of the own impression."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Action(StrEnum):
    """What the doctor does with the suggestion; ``OWN`` where there is none to accept."""

    ACCEPT = "accept"
    CHANGE = "change"
    REJECT = "reject"
    OWN = "own"


class Withheld(StrEnum):
    """Why no suggestion is shown; empty where one is."""

    NO = ""
    SHADOW = "shadow"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    ALTERED = "altered"
    UNUSABLE = "unusable"


REFUSALS = {
    "unknown-case": "There is no such case.",
    "no-picture": "There is no such picture in this case.",
    "not-a-clinician": "Only a clinician may judge a case.",
    "choice-missing": "Choose one of the options first.",
    "no-such-class": "This is not one of the classes of this study.",
    "impression-given": "You gave your impression of this case before; it cannot be changed.",
    "impression-first": "Give your own impression first; the suggestion is shown after it.",
    "suggestion-first": "Ask for the suggestion first; the decision comes after it.",
    "suggestion-given": "The suggestion for this case was made before.",
    "decided-already": "This case is decided; amend the decision instead, with a reason.",
    "not-decided": "This case is not decided, so there is nothing to amend.",
    "nothing-to-accept": "There is no single suggested class to accept, change or reject; record your own decision.",
    "suggestion-stands": "There is a suggestion: accept, change or reject it.",
    "change-to-another": "To change the suggestion, choose a class other than the suggested one.",
    "accept-means-same": "To accept means to take the suggested class.",
    "reject-keeps-own": "To reject the suggestion means that your own impression stands.",
    "reason-needed": "Give a reason in your own words.",
    "reason-too-long": f"The reason is longer than {LONGEST_REASON} characters.",
    "changed-meanwhile": "Someone else worked on this case meanwhile; nothing of yours was saved.",
}
"""Code to English sentence; the pages say the same in the reader's language under ``refusal.<code>``."""


class OutOfTurnError(PrimumError):
    """A step that the case does not allow now.

    Args:
        code: A key of ``REFUSALS``.
    """

    exit_code = 15
    owner = "the clinician"

    def __init__(self, code: str) -> None:
        super().__init__(REFUSALS[code], remedy="Open the case again and follow the step that it shows.")
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Impression:
    """What a doctor thought before seeing any suggestion."""

    by: str
    at: dt.datetime
    chosen: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What the release said, or why nothing is shown.

    Attributes:
        at: When it was made.
        withheld: Empty where it may be shown.
        why: Plain sentence, empty where it is shown.
        prediction: ``Prediction.as_document()``; empty where none was made.
    """

    at: dt.datetime
    withheld: Withheld
    why: str
    prediction: Mapping[str, Any]

    @property
    def chosen(self) -> str:
        """Return the one class suggested, or nothing where it is withheld or the model abstained."""
        if self.withheld or self.prediction["abstained"]:
            return ""
        return str(self.prediction["prediction_set"][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A clinician's last word, or an amendment of it.

    Attributes:
        by: The clinician.
        at: When.
        action: What was done with the suggestion; ``amend`` for an amendment.
        chosen: The class decided.
        reason: In the clinician's words; empty only where an agreeing suggestion was accepted.
        seconds: Between suggestion and decision.
        agrees: Whether the decision equals the suggestion; None where there was none.
    """

    by: str
    at: dt.datetime
    action: str
    chosen: str
    reason: str
    seconds: float
    agrees: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One subject before the doctors.

    Attributes:
        id: The pseudonym.
        version: How many events made it; a step says which version it was taken on.
        classes: What may be chosen.
        record: The de-identified record.
        impressions: By doctor.
        suggestion: Once made.
        decisions: The decision, then its amendments.
    """

    id: SubjectId
    version: int
    classes: tuple[str, ...]
    received_at: dt.datetime
    record: Record = field(repr=False)
    impressions: Mapping[str, Impression] = field(default_factory=dict)
    suggestion: Suggestion | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def state(self) -> State:
        """Return where the case stands."""
        if self.decisions:
            return State.DECIDED
        if self.suggestion:
            return State.SUGGESTION
        return State.IMPRESSION if self.impressions else State.RECEIVED

    @property
    def decision(self) -> Decision | None:
        """Return what holds now."""
        return self.decisions[-1] if self.decisions else None

    def is_open_to(self, name: str) -> bool:
        """Return whether this person may see suggestion and others' impressions: after their own, or the decision."""
        return bool(self.decisions) or name in self.impressions


Event = Mapping[str, Any]
"""``kind``, ``after`` (the version it was taken on), ``at`` (ISO 8601, UTC), ``by``, ``role``, and the kind's own."""


def refuse(code: str, *, when: bool) -> None:
    """Refuse the step when the condition holds.

    Raises:
        OutOfTurnError: It holds.
    """
    if when:
        raise OutOfTurnError(code)


def _time(event: Event) -> dt.datetime:
    return dt.datetime.fromisoformat(event["at"])


def _impression(case: Case, event: Event) -> Case:
    refuse("not-a-clinician", when=event["role"] != DECIDES)
    refuse("decided-already", when=case.state is State.DECIDED)
    refuse("impression-given", when=event["by"] in case.impressions)
    refuse("no-such-class", when=event["chosen"] not in case.classes)
    one = Impression(
        by=event["by"], at=_time(event), chosen=event["chosen"], confidence=Confidence(event["confidence"])
    )
    return replace(case, impressions={**case.impressions, one.by: one})


def _suggestion(case: Case, event: Event) -> Case:
    refuse("impression-first", when=case.state is State.RECEIVED)
    refuse("decided-already", when=case.state is State.DECIDED)
    refuse("suggestion-given", when=case.suggestion is not None and not may_ask_again(case.suggestion))
    one = Suggestion(
        at=_time(event), withheld=Withheld(event["withheld"]), why=event["why"], prediction=event["prediction"]
    )
    return replace(case, suggestion=one)


def may_ask_again(suggestion: Suggestion) -> bool:
    """Return whether what kept the suggestion back may have passed."""
    return suggestion.withheld not in {Withheld.NO, Withheld.SHADOW}


def _check_reason(event: Event, *, needed: bool) -> None:
    refuse("reason-needed", when=needed and not event["reason"].strip())
    refuse("reason-too-long", when=len(event["reason"]) > LONGEST_REASON)


def _check_action(action: Action, chosen: str, suggested: str, own: str) -> None:
    if action is Action.OWN:
        refuse("suggestion-stands", when=bool(suggested))
        return
    refuse("nothing-to-accept", when=not suggested)
    refuse("accept-means-same", when=action is Action.ACCEPT and chosen != suggested)
    refuse("change-to-another", when=action is Action.CHANGE and chosen == suggested)
    refuse("reject-keeps-own", when=action is Action.REJECT and chosen != own)


def _decision(case: Case, event: Event) -> Case:
    refuse("not-a-clinician", when=event["role"] != DECIDES)
    refuse("decided-already", when=case.state is State.DECIDED)
    refuse("impression-first", when=event["by"] not in case.impressions)
    if case.suggestion is None:
        raise OutOfTurnError("suggestion-first")
    refuse("no-such-class", when=event["chosen"] not in case.classes)
    action, chosen = Action(event["action"]), event["chosen"]
    own, suggested = case.impressions[event["by"]].chosen, case.suggestion.chosen
    _check_action(action, chosen, suggested, own)
    _check_reason(event, needed=action in {Action.CHANGE, Action.REJECT} or chosen != own)
    return _decided(case, event, action.value)


def _amendment(case: Case, event: Event) -> Case:
    refuse("not-a-clinician", when=event["role"] != DECIDES)
    refuse("not-decided", when=case.state is not State.DECIDED)
    refuse("no-such-class", when=event["chosen"] not in case.classes)
    _check_reason(event, needed=True)
    return _decided(case, event, "amend")


def _decided(case: Case, event: Event, action: str) -> Case:
    suggestion = case.suggestion
    if suggestion is None:
        raise OutOfTurnError("suggestion-first")
    one = Decision(
        by=event["by"],
        at=_time(event),
        action=action,
        chosen=event["chosen"],
        reason=event["reason"].strip(),
        seconds=(_time(event) - suggestion.at).total_seconds(),
        agrees=event["chosen"] == suggestion.chosen if suggestion.chosen else None,
    )
    return replace(case, decisions=(*case.decisions, one))


STEPS: Mapping[str, Callable[[Case, Event], Case]] = {
    "impression": _impression,
    "suggestion": _suggestion,
    "decision": _decision,
    "amendment": _amendment,
}
"""Every way a case can move on."""


def step(case: Case, event: Event) -> Case:
    """Return the case after the event.

    Raises:
        OutOfTurnError: The case does not allow it now, or has moved on since the version it was taken on.
    """
    refuse("changed-meanwhile", when=event["after"] != case.version)
    return replace(STEPS[event["kind"]](case, event), version=case.version + 1)


def begin(subject: SubjectId, event: Event, classes: tuple[str, ...]) -> Case:
    """Return the new case that a ``received`` event makes."""
    record = Record.from_document(event["record"])
    return Case(id=subject, version=1, classes=classes, received_at=_time(event), record=record)


def pick(cases: Mapping[SubjectId, Case], subject: str) -> Case:
    """Return one of the cases.

    Raises:
        OutOfTurnError: It is not there.
    """
    found = cases.get(SubjectId(subject))
    if found is None:
        raise OutOfTurnError("unknown-case")
    return found


def fold(events: Iterable[tuple[int, SubjectId, bytes]], classes: tuple[str, ...]) -> dict[SubjectId, Case]:
    """Return all cases, in the order received, from their events in order.

    An event that was taken on a version the case had left already lost a race: its author was told so, and it counts
    for nothing.

    Raises:
        IntegrityError: An event is there that no case allows: it was not written by the desk.
    """
    cases: dict[SubjectId, Case] = {}
    for number, subject, data in events:
        event = json.loads(data)
        try:
            if event["kind"] == "received":
                cases.setdefault(subject, begin(subject, event, classes))
            elif event["after"] == cases[subject].version:
                cases[subject] = step(cases[subject], event)
        except (OutOfTurnError, KeyError) as fault:
            raise IntegrityError(
                f"Event {number} does not follow from those before it.",
                remedy="Verify the audit log; restore the store from a backup taken before the event was planted.",
            ) from fault
    return cases
