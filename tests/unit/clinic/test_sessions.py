"""Sessions and the slowing of guesses, by the clock alone."""

import datetime as dt

import pytest

from primum.clinic.sessions import Sessions, Throttle, TooManyAttemptsError
from synthetic.clinic_room import ADA, MONDAY


class Clock:
    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> dt.datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += dt.timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(clock, dt.timedelta(minutes=15), dt.timedelta(hours=10))


def test_a_session_is_found_by_its_token_alone(sessions: Sessions) -> None:
    token, session = sessions.begin(ADA)
    assert sessions.find(token) == session
    assert sessions.find(token + "x") is None
    assert sessions.find("") is None
    assert token not in repr(vars(sessions))
    assert session.csrf not in repr(session)


def test_tokens_differ(sessions: Sessions) -> None:
    (one, first), (two, second) = sessions.begin(ADA), sessions.begin(ADA)
    assert len({one, two, first.csrf, second.csrf}) == 4
    assert min(map(len, (one, first.csrf))) >= 43


def test_a_pause_ends_it_and_work_keeps_it(sessions: Sessions, clock: Clock) -> None:
    token, _ = sessions.begin(ADA)
    for _ in range(3):
        clock.wait(minutes=15)
        assert sessions.find(token) is not None
    clock.wait(minutes=15, seconds=1)
    assert sessions.find(token) is None
    clock.now = MONDAY
    assert sessions.find(token) is None


def test_even_work_ends_after_the_longest_time(sessions: Sessions, clock: Clock) -> None:
    token, _ = sessions.begin(ADA)
    for _ in range(60):
        clock.wait(minutes=10)
        assert sessions.find(token) is not None
    clock.wait(minutes=1)
    assert sessions.find(token) is None


def test_an_ended_session_is_gone_and_old_ones_are_forgotten(sessions: Sessions, clock: Clock) -> None:
    token, _ = sessions.begin(ADA)
    sessions.end(token)
    sessions.end(token)
    assert sessions.find(token) is None
    sessions.begin(ADA)
    clock.wait(hours=1)
    sessions.begin(ADA)
    assert len(vars(sessions)["_open"]) == 1


def test_failures_count_by_name_and_by_address_for_a_while(clock: Clock) -> None:
    throttle = Throttle(clock, dt.timedelta(minutes=5))
    for number in range(4):
        throttle.failed("Ada", f"10.0.0.{number}")
    throttle.check("Ada", "10.0.0.9")
    throttle.failed("ADA", "10.0.0.4")
    with pytest.raises(TooManyAttemptsError, match="too often"):
        throttle.check("ada", "10.0.0.9")
    throttle.check("Ben", "10.0.0.9")
    clock.wait(minutes=5)
    throttle.check("ada", "10.0.0.9")


def test_one_address_may_not_try_many_names(clock: Clock) -> None:
    throttle = Throttle(clock, dt.timedelta(minutes=5))
    for number in range(20):
        throttle.failed(f"name {number}", "10.0.0.1")
    with pytest.raises(TooManyAttemptsError):
        throttle.check("a new name", "10.0.0.1")
    throttle.check("a new name", "10.0.0.2")
