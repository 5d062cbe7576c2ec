"""The desk: receives cases, takes a doctor's impression, only then asks the release, and keeps the doctor's decision.

It knows nothing of the web. Every step is an event of the case, encrypted under the subject's own key, in the audit log
first; what is not there as an event did not happen.
"""

import datetime as dt
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from primum import plugins
from primum.clinic import intake, similar, switch
from primum.clinic.cases import (
    DECIDES,
    LONGEST_REASON,
    Action,
    Case,
    Confidence,
    State,
    Withheld,
    fold,
    pick,
    refuse,
    step,
)
from primum.clinic.served import Served
from primum.clinic.similar import Neighbour
from primum.clinic.switch import MAY_SWITCH, Turn
from primum.custody.custodian import Custodian, Person
from primum.domain.norm import Grade
from primum.domain.record import Record
from primum.domain.study import Study
from primum.errors import AccessDeniedError, DataError, GateClosedError, IntegrityError
from primum.ids import Digest, SubjectId, canonical
from primum.plugins import Modality

STREAM = "cases"

MACHINE = "primum"
"""Who suspends a release that was altered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """How many cases were new, and how many were there before."""

    received: int
    known: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a doctor decides.

    Attributes:
        action: What is done with the suggestion.
        chosen: The class; empty to take the one that the action implies (accept: the suggested, reject: the own).
        reason: In the doctor's words.
        version: The version of the case that was on the screen.
    """

    action: Action
    chosen: str
    reason: str
    version: int


class Desk:
    """The doctor's side of a release.

    Args:
        custodian: The one door to cases; one thread at a time goes through it.
        study: What the release was made for.
        served: The verified release.
        clock: Tells the time, UTC.
        development: The data set in which similar past cases are looked for; None shows none.

    Raises:
        IntegrityError: The release is altered.
        GateClosedError: Its validity is over.
    """

    def __init__(
        self,
        custodian: Custodian,
        study: Study,
        served: Served,
        clock: Callable[[], dt.datetime],
        development: Digest | None = None,
    ) -> None:
        served.verify()
        if served.is_expired(clock()):
            raise GateClosedError(
                f"The release was valid until {served.expires_at:%Y-%m-%d}.",
                remedy="Run the study again for a new release; an expired one is not served.",
            )
        self.study = study
        self.served = served
        self.classes = study.outcome.classes
        self._custodian = custodian
        self._clock = clock
        self._development = development
        self._turn = threading.RLock()

    def now(self) -> dt.datetime:
        """Return the time."""
        return self._clock()

    # -- people -------------------------------------------------------------------------------------------------
    def sign_in(self, name: str, password: str) -> Person:
        """Return the person whose password this is.

        Raises:
            AccessDeniedError: It is not.
        """
        with self._turn:
            return self._custodian.authenticate(name, password)

    # -- cases --------------------------------------------------------------------------------------------------
    def cases(self) -> dict[SubjectId, Case]:
        """Return all cases in the order received; erased subjects are gone."""
        with self._turn:
            return fold(self._custodian.events(STREAM), self.classes)

    def case(self, subject: str) -> Case:
        """Return one case.

        Raises:
            OutOfTurnError: There is none.
        """
        return pick(self.cases(), subject)

    def look(self, subject: str, person: Person) -> Case:
        """Return one case to a person, after writing down who looked.

        Raises:
            OutOfTurnError: There is none.
        """
        with self._turn:
            case = self.case(subject)
            self._custodian.record("case opened at the desk", case.id, {"by": person.key})
            return case

    def find(self, identifier: str) -> Case:
        """Return the case of a patient under the hospital's own number, which is not kept.

        Raises:
            OutOfTurnError: There is none.
        """
        with self._turn:
            return self.case(self._custodian.pseudonym(identifier.strip()))

    def receive(self, path: Path) -> Intake:
        """Take in the cases of a file or folder.

        Raises:
            DataError: It cannot be read, or is not what the study declares.
        """
        return self.receive_records(self.served.predictor.read(path))

    def receive_records(self, records: Iterable[Record]) -> Intake:
        """Take in records under the hospital's identifiers: pseudonymised, de-identified, the outcome left out.

        Several records of one subject are one case. A subject received before is not received again.

        Raises:
            DataError: An identifier is left in a record after de-identification.
        """
        with self._turn:
            protected = intake.protected(records, self.study, self._custodian)
            known = self.cases()
            fresh = [one for one in protected if one.subject not in known]
            for one in fresh:
                event = {**self._event("received", 0, MACHINE, ""), "record": one.as_document()}
                self._custodian.append_event(STREAM, one.subject, canonical(event))
            return Intake(received=len(fresh), known=len(protected) - len(fresh))

    # -- steps --------------------------------------------------------------------------------------------------
    def give_impression(self, subject: str, person: Person, chosen: str, confidence: Confidence, version: int) -> Case:
        """Keep what the doctor thinks, then make the suggestion if there is none yet; return the case after both.

        Raises:
            OutOfTurnError: Not now, not this person, or the case has changed meanwhile.
        """
        with self._turn:
            event = self._event("impression", version, person.name, _role(person))
            case = self._append(self.case(subject), {**event, "chosen": chosen, "confidence": confidence.value})
            return self.suggest(subject) if case.suggestion is None else case

    def suggest(self, subject: str) -> Case:
        """Ask the release for its suggestion, or write down why there is none; return the case after it.

        Raises:
            OutOfTurnError: No doctor has given an impression, or the suggestion was made before.
        """
        with self._turn:
            case = self.case(subject)
            refuse("impression-first", when=case.state is State.RECEIVED)
            refuse("decided-already", when=case.state is State.DECIDED)
            withheld, why, prediction = self._ask(case)
            event = self._event("suggestion", case.version, MACHINE, "")
            said = {"withheld": withheld.value, "why": why, "prediction": prediction}
            return self._append(case, {**event, **said})

    def decide(self, subject: str, person: Person, verdict: Verdict) -> Case:
        """Keep a clinician's decision: the only way to a final state.

        Raises:
            OutOfTurnError: Not now, not this person, without a needed reason, or the case has changed meanwhile.
        """
        with self._turn:
            case = self.case(subject)
            event = self._event("decision", verdict.version, person.name, _role(person))
            chosen = verdict.chosen or _implied(case, person.name, verdict.action)
            told = {"action": verdict.action.value, "chosen": chosen, "reason": verdict.reason}
            return self._append(case, {**event, **told})

    def amend(self, subject: str, person: Person, chosen: str, reason: str, version: int) -> Case:
        """Keep an amendment of a decision; the decision before it stays readable.

        Raises:
            OutOfTurnError: The case is not decided, the person no clinician, or the reason missing.
        """
        with self._turn:
            event = self._event("amendment", version, person.name, _role(person))
            return self._append(self.case(subject), {**event, "chosen": chosen, "reason": reason})

    def _event(self, kind: str, after: int, by: str, role: str) -> dict[str, Any]:
        return {"kind": kind, "after": after, "at": self.now().isoformat(), "by": by, "role": role}

    def _append(self, case: Case, event: Mapping[str, Any]) -> Case:
        """Check the step, keep its event, and see that no other process took a step on the same version before."""
        step(case, event)
        mine = canonical(event)
        self._custodian.append_event(STREAM, case.id, mine)
        rivals = [data for _, subject, data in self._custodian.events(STREAM) if subject == case.id]
        first = next(data for data in rivals if json.loads(data)["after"] == case.version)
        refuse("changed-meanwhile", when=first != mine)
        return self.case(case.id)

    def _ask(self, case: Case) -> tuple[Withheld, str, Mapping[str, Any]]:
        """Return why the suggestion is withheld, if it is, a sentence, and the prediction where one was made."""
        if self.served.is_expired(self.now()):
            return Withheld.EXPIRED, "", {}
        if self.suspension():
            return Withheld.SUSPENDED, "", {}
        try:
            self.served.verify()
        except IntegrityError as fault:
            self._switch(Turn(suspended=True, by=MACHINE, at=self.now(), reason=fault.what), MACHINE)
            return Withheld.ALTERED, fault.what, {}
        try:
            [prediction] = self.served.predictor.predict([case.record])
        except DataError as fault:
            return Withheld.UNUSABLE, fault.what, {}
        withheld = Withheld.SHADOW if self.served.grade is Grade.SHADOW else Withheld.NO
        return withheld, "", prediction.as_document()

    def similar_cases(self, case: Case) -> tuple[Neighbour, ...]:
        """Return the development subjects nearest to the case, erased ones left out; none where no grant opens them."""
        if self._development is None:
            return ()
        with self._turn:
            try:
                rows = self._custodian.read_dataset(self._development)
            except AccessDeniedError:
                return ()
        modality: Modality = plugins.load("modality", case.record.modality)
        return similar.nearest(case.record, rows, self.study, modality)

    # -- the kill switch ----------------------------------------------------------------------------------------
    def turns(self) -> tuple[Turn, ...]:
        """Return all uses of the switch for this release, oldest first."""
        with self._turn:
            return switch.turns(self._custodian.events(switch.STREAM), self.served.release)

    def suspension(self) -> Turn | None:
        """Return who suspended the release and why, or None where it is not suspended."""
        turns = self.turns()
        return turns[-1] if turns and turns[-1].suspended else None

    def turn_switch(self, person: Person, reason: str, *, suspended: bool) -> None:
        """Suspend or resume the release.

        Raises:
            AccessDeniedError: The person has no role that may.
            OutOfTurnError: The reason is missing or too long.
        """
        if MAY_SWITCH.isdisjoint(person.roles):
            raise AccessDeniedError(
                "Only a clinician, the clinical lead or the safety officer may turn the switch.",
                remedy="Ask one of them, or ask the committee for the role.",
            )
        refuse("reason-needed", when=not reason.strip())
        refuse("reason-too-long", when=len(reason) > LONGEST_REASON)
        turn = Turn(suspended=suspended, by=person.name, at=self.now(), reason=reason.strip())
        self._switch(turn, person.key)

    def _switch(self, turn: Turn, key: str) -> None:
        """Keep a turn; the log names its person by public key."""
        with self._turn:
            release = self.served.release
            self._custodian.record("model suspended" if turn.suspended else "model resumed", release, {"by": key})
            self._custodian.append_event(switch.STREAM, switch.key_of(release), turn.to_bytes(release))


def _role(person: Person) -> str:
    return DECIDES if DECIDES in person.roles else ""


def _implied(case: Case, name: str, action: Action) -> str:
    if action is Action.ACCEPT and case.suggestion:
        return case.suggestion.chosen
    own = case.impressions.get(name)
    return own.chosen if own and action in {Action.REJECT, Action.OWN} else ""
