from pathlib import Path

import pytest
import yaml

from primum.custody import access
from primum.custody.access import PolicyFile
from primum.custody.custodian import Act, Action, DataClass
from primum.errors import AccessDeniedError
from unit.custody.homes import POLICY, PURPOSE

PATH = Path("/home-of-a-test/access.yaml")
READ = (DataClass.PSEUDONYMISED, Action.READ)


def decide(policy: str, actor: str, purpose: str, needs: tuple[DataClass, Action] = READ) -> access.Answer:
    return access.decide(access.read(policy.encode(), PATH), Act(actor=actor, purpose=purpose), needs, PATH)


def test_a_grant_allows_and_says_on_what_ground() -> None:
    answer = decide(POLICY, "ann", PURPOSE)
    assert answer.allowed
    assert answer.why == "as researcher: decision 7 of the made-up committee"


@pytest.mark.parametrize("data_class", DataClass)
@pytest.mark.parametrize("action", Action)
def test_without_a_policy_nothing_is_allowed(data_class: DataClass, action: Action) -> None:
    answer = decide(access.DENY_ALL.decode(), "ann", PURPOSE, (data_class, action))
    assert not answer.allowed
    assert "has no role" in answer.why


def test_the_deny_all_policy_shows_how_a_grant_is_written() -> None:
    shown = "\n".join(
        line[2:]
        for line in access.DENY_ALL.decode().splitlines()
        if (line.startswith("# ") and ":" in line) or line.startswith("#   ")
    )
    policy = access.read(shown.encode(), PATH)
    assert policy.grants[0].classes == tuple(DataClass)


def test_another_purpose_is_refused_and_named() -> None:
    answer = decide(POLICY, "ann", "insurance-rating")
    assert not answer.allowed
    assert "insurance-rating" in answer.why
    assert "no grant of the role researcher is for this purpose" in answer.why


def test_a_class_beyond_the_grant_is_refused_and_named() -> None:
    policy = POLICY.replace("[identified, pseudonymised, sealed,", "[sealed,")
    answer = decide(policy, "ann", PURPOSE)
    assert not answer.allowed
    assert "covers pseudonymised: [read]" in answer.why


def test_an_action_beyond_the_grant_is_refused() -> None:
    policy = POLICY.replace("actions: [read, write, identify]", "actions: [read]")
    assert decide(policy, "ann", PURPOSE).allowed
    answer = decide(policy, "ann", PURPOSE, (DataClass.PSEUDONYMISED, Action.WRITE))
    assert not answer.allowed
    assert "[write]" in answer.why


def test_a_role_of_ones_own_adds_to_everyones() -> None:
    assert decide(POLICY, "eve", "audit", (DataClass.AGGREGATE, Action.READ)).allowed
    assert decide(POLICY, "eve", PURPOSE).allowed
    assert not decide(POLICY, "ann", "audit", (DataClass.AGGREGATE, Action.READ)).allowed


def test_a_role_without_any_grant_is_told_so() -> None:
    policy = POLICY.replace('"*": [researcher]', "ann: [guest]")
    answer = decide(policy, "ann", PURPOSE)
    assert "there is no grant for the role guest" in answer.why


def test_grants_are_not_pieced_together() -> None:
    policy = """
actors: {ann: [a]}
grants:
  - {role: a, purpose: p, classes: [model], actions: [read], because: x}
  - {role: a, purpose: p, classes: [aggregate], actions: [write], because: x}
"""
    assert not decide(policy, "ann", "p", (DataClass.MODEL, Action.WRITE)).allowed
    assert not decide(policy, "ann", "p", (DataClass.AGGREGATE, Action.READ)).allowed


@pytest.mark.parametrize(("actor", "purpose"), [("ann", "another"), ("eve", "another"), ("mallory", "another")])
@pytest.mark.parametrize("start", [POLICY, "actors: {}\ngrants: []\n"])
def test_the_lines_of_a_refusal_would_lift_it(start: str, actor: str, purpose: str) -> None:
    answer = decide(start, actor, purpose)
    assert not answer.allowed
    assert str(PATH) in answer.remedy
    assert "the data access committee" in answer.remedy
    lines = answer.remedy.split(":\n", 1)[1]
    added, policy = yaml.safe_load(lines), yaml.safe_load(start)
    policy["grants"] += added["grants"]
    policy["actors"] |= added.get("actors", {})
    assert decide(yaml.safe_dump(policy), actor, purpose).allowed


def test_a_policy_may_say_whom_to_ask() -> None:
    answer = decide(POLICY + "ask: the made-up board, room 12\n", "ann", "another")
    assert "Ask the made-up board, room 12." in answer.remedy


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("", "Policy"),
        ("actors: [", "not YAML at line"),
        ("actors: {}\n", "grants"),
        ("grants: []\n", "actors"),
        ("actors: {}\ngrants: []\nmore: 1\n", "more"),
        ("actors: {}\nactors: {}\ngrants: []\n", "actors stands twice"),
        ("actors: {a: [b], a: [c]}\ngrants: []\n", "a stands twice"),
        (POLICY.replace("identified, pseudonymised", "identified, everything"), "grants.0.classes.1"),
        (POLICY.replace("[read, write, identify]", "[read, erase]"), "grants.0.actions.1"),
        (POLICY.replace("because: decision 7 of the made-up committee", "because: ''"), "grants.0.because"),
        (POLICY.replace("    because: decision 7 of the made-up committee\n", ""), "grants.0.because"),
        (POLICY.replace("[read, write, identify]", "[]"), "grants.0.actions"),
        ("actors: !!python/object:os.system {}\ngrants: []\n", "not YAML"),
        ("\x00", "not YAML"),
    ],
)
def test_a_malformed_policy_allows_nothing_and_says_where(policy: str, words: str) -> None:
    with pytest.raises(AccessDeniedError) as refused:
        access.read(policy.encode(), PATH)
    assert words in refused.value.what
    assert str(PATH) in refused.value.what
    assert refused.value.remedy


def test_a_policy_file_is_read_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "access.yaml"
    path.write_text(POLICY)
    file = PolicyFile(path)
    act = Act(actor="ann", purpose=PURPOSE)
    first = file.refresh()
    assert file.refresh() == first
    assert file.decide(act, READ).allowed
    path.write_text("actors: {}\ngrants: []\n")
    assert file.refresh() != first
    assert not file.decide(act, READ).allowed


def test_a_policy_file_allows_nothing_before_it_is_read(tmp_path: Path) -> None:
    assert not PolicyFile(tmp_path / "access.yaml").decide(Act(actor="ann", purpose=PURPOSE), READ).allowed


def test_a_missing_policy_file_is_denied(tmp_path: Path) -> None:
    with pytest.raises(AccessDeniedError, match="cannot be read, so nothing is allowed"):
        PolicyFile(tmp_path / "access.yaml").refresh()
