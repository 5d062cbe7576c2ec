import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from primum.custody import files, keyring
from primum.custody.keyring import SECRETS, PassphraseKeyRing, Wrapped
from primum.errors import AccessDeniedError, IntegrityError

KEY = bytes(range(32))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keyring.json"


@pytest.fixture
def ring(path: Path) -> PassphraseKeyRing:
    return PassphraseKeyRing.create(path, "secret")


def nothing_to_wrap() -> None:
    """A home without data."""


def test_a_ring_opens_again_with_its_passphrase(path: Path, ring: PassphraseKeyRing) -> None:
    wrapped = ring.wrap(KEY, "P1")
    again = PassphraseKeyRing.load(path, "secret")
    assert again.unwrap(wrapped, "P1") == KEY
    assert [again.secret(name) for name in SECRETS] == [ring.secret(name) for name in SECRETS]


@pytest.mark.usefixtures("ring")
@pytest.mark.parametrize("guess", ["", "Secret", "secret ", "something else"])
def test_a_wrong_passphrase_is_denied_with_a_remedy(path: Path, guess: str) -> None:
    with pytest.raises(AccessDeniedError, match="passphrase does not open") as refused:
        PassphraseKeyRing.load(path, guess)
    assert "keeper" in refused.value.remedy or "in charge" in refused.value.remedy


def test_an_empty_passphrase_is_no_passphrase(path: Path) -> None:
    with pytest.raises(AccessDeniedError, match="empty"):
        PassphraseKeyRing.create(path, "")
    assert not path.exists()


def test_the_file_holds_no_key_in_the_clear(path: Path, ring: PassphraseKeyRing) -> None:
    text = path.read_text()
    assert all(ring.secret(name).hex() not in text for name in SECRETS)
    assert "secret" not in json.loads(text)["passphrase"]


def test_secrets_are_many_and_apart(ring: PassphraseKeyRing) -> None:
    assert len({ring.secret(name) for name in SECRETS}) == len(SECRETS)


def test_a_wrapped_key_opens_for_its_owner_alone(ring: PassphraseKeyRing) -> None:
    with pytest.raises(IntegrityError, match="does not open"):
        ring.unwrap(ring.wrap(KEY, "P1"), "P2")


def test_a_wrapped_key_that_was_altered_does_not_open(ring: PassphraseKeyRing) -> None:
    wrapped = ring.wrap(KEY, "P1")
    for data in (wrapped.data[:-1], wrapped.data[:-1] + bytes([wrapped.data[-1] ^ 1]), b""):
        with pytest.raises(IntegrityError):
            ring.unwrap(Wrapped(by=wrapped.by, data=data), "P1")


def test_a_key_wrapped_by_another_ring_does_not_open(ring: PassphraseKeyRing, tmp_path: Path) -> None:
    stranger = PassphraseKeyRing.create(tmp_path / "other.json", "secret").wrap(KEY, "P1")
    with pytest.raises(IntegrityError):
        ring.unwrap(stranger, "P1")


def test_rotation_under_a_new_passphrase_shuts_the_old_one_out(path: Path, ring: PassphraseKeyRing) -> None:
    secrets = [ring.secret(name) for name in SECRETS]
    ring.rotate("another", nothing_to_wrap)
    with pytest.raises(AccessDeniedError):
        PassphraseKeyRing.load(path, "secret")
    again = PassphraseKeyRing.load(path, "another")
    assert [again.secret(name) for name in SECRETS] == secrets


def test_rotation_keeps_the_passphrase_where_none_is_given(path: Path, ring: PassphraseKeyRing) -> None:
    before = set(json.loads(path.read_text())["keys"])
    ring.rotate(None, nothing_to_wrap)
    after = set(json.loads(path.read_text())["keys"])
    assert len(after) == 1
    assert not before & after
    PassphraseKeyRing.load(path, "secret")


def test_while_rotating_both_keys_open_and_new_wraps_take_the_new_one(path: Path, ring: PassphraseKeyRing) -> None:
    old = ring.wrap(KEY, "P1")
    seen: list[Wrapped] = []

    def wrap_anew() -> None:
        seen.append(ring.wrap(ring.unwrap(old, "P1"), "P1"))
        assert len(json.loads(path.read_text())["keys"]) == 2

    ring.rotate(None, wrap_anew)
    assert seen[0].by != old.by
    assert ring.unwrap(seen[0], "P1") == KEY
    with pytest.raises(IntegrityError):
        ring.unwrap(old, "P1")


def test_a_rotation_killed_in_the_middle_loses_nothing_and_is_ended_by_the_next(
    path: Path, ring: PassphraseKeyRing
) -> None:
    old = ring.wrap(KEY, "P1")

    def killed() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ring.rotate("another", killed)
    again = PassphraseKeyRing.load(path, "another")
    assert again.unwrap(old, "P1") == KEY
    again.rotate(None, nothing_to_wrap)
    assert len(json.loads(path.read_text())["keys"]) == 1


def test_an_empty_new_passphrase_leaves_the_ring_as_it_was(path: Path, ring: PassphraseKeyRing) -> None:
    before = path.read_bytes()
    with pytest.raises(AccessDeniedError):
        ring.rotate("", nothing_to_wrap)
    assert path.read_bytes() == before


def test_a_full_disk_leaves_the_ring_as_it_was(
    path: Path, ring: PassphraseKeyRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, wrapped = path.read_bytes(), ring.wrap(KEY, "P1")

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keyring, "write_whole", full)
    with pytest.raises(IntegrityError, match="full"):
        ring.rotate("another", nothing_to_wrap)
    monkeypatch.setattr(keyring, "write_whole", files.write_whole)
    assert path.read_bytes() == before
    assert ring.unwrap(wrapped, "P1") == KEY


def without(name: str) -> Callable[[dict[str, Any]], object]:
    return lambda document: document.pop(name)


@pytest.mark.usefixtures("ring")
@pytest.mark.parametrize(
    "spoil",
    [
        without("passphrase"),
        without("keys"),
        without("secrets"),
        without("active"),
        without("format"),
        lambda document: document.update(format=2),
        lambda document: document.update(active="00000000"),
        lambda document: document["secrets"].popitem(),
        lambda document: document.update(keys=[]),
        lambda document: document["passphrase"].update(salt="not hex"),
        lambda document: document["passphrase"].update(passes="three"),
        lambda document: document["secrets"]["log"].update(by="00000000"),
        lambda document: document["secrets"].update(log=document["secrets"]["root"]),
    ],
)
def test_a_spoilt_file_is_an_integrity_error(path: Path, spoil: Callable[[dict[str, Any]], object]) -> None:
    document = json.loads(path.read_text())
    spoil(document)
    path.write_text(json.dumps(document))
    with pytest.raises(IntegrityError) as refused:
        PassphraseKeyRing.load(path, "secret")
    assert "backup" in refused.value.remedy


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe"])
def test_what_is_no_key_ring_is_an_integrity_error(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(IntegrityError, match="cannot be read as a key ring"):
        PassphraseKeyRing.load(path, "secret")


def test_a_missing_file_is_an_integrity_error(path: Path) -> None:
    with pytest.raises(IntegrityError):
        PassphraseKeyRing.load(path, "secret")
