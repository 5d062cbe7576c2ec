"""Who may do what with which data and why: the committee's grants, default deny, every answer with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from primum.custody.nouns import Act, Action, DataClass
from primum.errors import AccessDeniedError
from primum.ids import Digest, digest

EVERYONE = "*"

DENY_ALL = b"""\
# Who may do what with which data, and why. What no grant allows is refused.
#
# actors:
#   "*": [researcher]            # a name, or "*" for everyone who has the passphrase
# grants:
#   - role: researcher
#     purpose: diagnosis-research   # as the study declares it
#     classes: [identified, pseudonymised, sealed, model, aggregate, clinical]
#     actions: [read, write]
#     because: The committee's decision and its date.
actors: {}
grants: []
"""


class Grant(BaseModel):
    """One decision of the committee.

    Attributes:
        role: Who.
        purpose: What for.
        classes: Which data.
        actions: What may be done with it.
        because: On what ground; it goes into the audit log with every act that rests on it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: str = Field(min_length=1)
    purpose: str = Field(min_length=1)
    classes: tuple[DataClass, ...] = Field(min_length=1)
    actions: tuple[Action, ...] = Field(min_length=1)
    because: str = Field(min_length=1, max_length=200)


class Policy(BaseModel):
    """All decisions of the committee.

    Attributes:
        actors: Name, or ``*`` for everyone, to roles.
        grants: What each role may do.
        ask: Whom to ask for more.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    actors: Mapping[str, tuple[str, ...]]
    grants: tuple[Grant, ...]
    ask: str = "the data access committee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Whether an act is allowed, why, and what would change a refusal."""

    allowed: bool
    why: str
    remedy: str = ""


class _Loader(yaml.SafeLoader):
    """Refuses a key that stands twice, of which YAML would silently keep one."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen = [loader.construct_object(key, deep=True) for key, _ in node.value]
    for one in seen:
        if seen.count(one) > 1:
            raise yaml.MarkedYAMLError(problem=f"{one} stands twice", problem_mark=node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(data: bytes, path: Path) -> Policy:
    """Return the policy that a file tells.

    Args:
        data: What the file holds.
        path: For messages.

    Raises:
        AccessDeniedError: It is malformed; then nothing is allowed.
    """
    try:
        return Policy.model_validate(yaml.load(data, Loader=_Loader))  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        found = f"it is not YAML{where} ({getattr(fault, 'problem', None) or 'unreadable'})"
    except ValidationError as fault:
        found = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in fault.errors())
    raise AccessDeniedError(
        f"{path} is not a policy, so nothing is allowed: {found}.",
        remedy="Correct it: actors maps names to roles, grants lists role, purpose, classes, actions and because.",
    )


def decide(policy: Policy, act: Act, needs: tuple[DataClass, Action], path: Path) -> Answer:
    """Return whether an actor may do this, with the reason.

    Args:
        policy: The committee's decisions.
        act: Who, and what for.
        needs: Which data, and what with it.
        path: Of the policy, for the remedy.
    """
    data_class, action = needs
    roles = (*policy.actors.get(act.actor, ()), *policy.actors.get(EVERYONE, ()))
    mine = [one for one in policy.grants if one.role in roles]
    fitting = [one for one in mine if one.purpose == act.purpose]
    for one in fitting:
        if data_class in one.classes and action in one.actions:
            return Answer(allowed=True, why=f"as {one.role}: {one.because}")
    missing = _missing(act, needs, roles, [bool(mine), bool(fitting)])
    return Answer(
        allowed=False,
        why=f"{act.actor!r} may not {action} {data_class} data for the purpose {act.purpose!r}: {missing}",
        remedy=f"Ask {policy.ask}. If it agrees, it adds to {path}:\n{_lines(act, needs, roles)}",
    )


def _missing(act: Act, needs: tuple[DataClass, Action], roles: tuple[str, ...], found: list[bool]) -> str:
    has_grant, has_purpose = found
    if not roles:
        return f"{act.actor!r} has no role"
    named = " and ".join(sorted(set(roles)))
    if not has_grant:
        return f"there is no grant for the role {named}"
    if not has_purpose:
        return f"no grant of the role {named} is for this purpose"
    return f"no grant of the role {named} for this purpose covers {needs[0]}: [{needs[1]}]"


def _lines(act: Act, needs: tuple[DataClass, Action], roles: tuple[str, ...]) -> str:
    role = roles[0] if roles else "researcher"
    actor = "" if roles else f"actors:\n  {act.actor}: [{role}]\n"
    return (
        f"{actor}grants:\n"
        f"  - role: {role}\n"
        f"    purpose: {act.purpose}\n"
        f"    classes: [{needs[0]}]\n"
        f"    actions: [{needs[1]}]\n"
        f"    because: the decision and its date"
    )


class PolicyFile:
    """The home's policy, read again as soon as the committee changes it.

    Args:
        path: Of ``access.yaml``.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._digest = Digest("")
        self._policy = Policy(actors={}, grants=())

    def refresh(self) -> Digest:
        """Read the file if it has changed, and return its digest.

        Raises:
            AccessDeniedError: It is missing or malformed.
        """
        try:
            data = self.path.read_bytes()
        except OSError as fault:
            raise AccessDeniedError(
                f"{self.path} cannot be read, so nothing is allowed.",
                remedy="Restore the policy; the audit log holds the digest of each version that was in force.",
            ) from fault
        if digest(data) != self._digest:
            self._policy = read(data, self.path)
            self._digest = digest(data)
        return self._digest

    def decide(self, act: Act, needs: tuple[DataClass, Action]) -> Answer:
        """Return whether an actor may do this, with the reason."""
        return decide(self._policy, act, needs, self.path)
