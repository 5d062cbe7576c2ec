"""What an erasure reaches: no old copy of the store opens the erased subject by today's keys."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from primum.custody import crypto, store
from primum.custody.custodian import Custodian
from primum.custody.keyring import PassphraseKeyRing, Wrapped
from primum.errors import IntegrityError
from unit.custody.homes import PASSPHRASE, a_set, named, open_home, rows, subject

GONE = subject(1)
SECRET = b"made-up row 1"


@pytest.fixture
def erased(home: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A home after an erasure, and the whole of it copied before."""
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(4))
        one.append_event("cases", GONE, b"made-up event")
    before = tmp_path / "before"
    shutil.copytree(home, before)
    with open_home(home) as one:
        one.erase(GONE)
    return home, before


def wrapped_keys(home: Path) -> dict[str, Wrapped]:
    with closing(store.Store(home / "store.db")) as kept, kept.transaction() as work:
        query = sa.select(store.keys).where(store.keys.c.wrapped.is_not(None))
        return {
            one["owner"]: Wrapped(by=one["wrapped_by"], data=one["wrapped"]) for one in work.execute(query).mappings()
        }


def mixed(target: Path, base: Path, **taken: Path) -> Path:
    """Return a home put together of two: what is named comes from elsewhere, the rest from the base."""
    shutil.copytree(base, target)
    for name, source in taken.items():
        file = {"store": "store.db", "keyring": "keyring.json", "audit": "audit", "blobs": "blobs"}[name]
        for one in target.glob(f"{file}*"):
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        for one in source.glob(f"{file}*"):
            (shutil.copytree if one.is_dir() else shutil.copy)(one, target / one.name)
    return target


def test_the_others_are_read_as_before(erased: tuple[Path, Path]) -> None:
    with open_home(erased[0]) as one:
        assert one.read_dataset(named("identified")) == [row for row in rows(4) if row[0] != GONE]
        assert one.events("cases") == []


def test_no_key_of_todays_ring_opens_a_wrapped_key_of_before(erased: tuple[Path, Path]) -> None:
    home, before = erased
    ring = PassphraseKeyRing.load(home / "keyring.json", PASSPHRASE)
    old = wrapped_keys(before)
    assert GONE in old
    for owner, wrapped in old.items():
        with pytest.raises(IntegrityError, match="does not open"):
            ring.unwrap(wrapped, owner)
        for key in ring._held.keys.values():
            with pytest.raises(crypto.UnsealError):
                crypto.unseal(key, wrapped.data, ["wrapped", owner])
    assert GONE not in wrapped_keys(home)
    assert all(ring.unwrap(wrapped, owner) for owner, wrapped in wrapped_keys(home).items())


def test_the_old_key_ring_would_have_opened_it(erased: tuple[Path, Path]) -> None:
    ring = PassphraseKeyRing.load(erased[1] / "keyring.json", PASSPHRASE)
    assert len(ring.unwrap(wrapped_keys(erased[1])[GONE], GONE)) == 32, "so the test above can fail"


def test_todays_folder_with_yesterdays_store_is_refused_as_a_rollback(
    erased: tuple[Path, Path], tmp_path: Path
) -> None:
    home, before = erased
    with pytest.raises(IntegrityError, match="rolled back"):
        open_home(mixed(tmp_path / "mixed", home, store=before))


def test_a_backup_of_everything_but_the_key_ring_opens_no_row_by_todays(
    erased: tuple[Path, Path], tmp_path: Path
) -> None:
    home, before = erased
    with open_home(mixed(tmp_path / "mixed", before, keyring=home)) as one:
        for read in (lambda: one.read_dataset(named("identified")), lambda: one.events("cases")):
            with pytest.raises(IntegrityError, match="does not open"):
                read()
        with pytest.raises(IntegrityError, match="does not open"):
            one.identity(GONE)


def test_store_and_log_of_yesterday_in_todays_folder_open_no_row(erased: tuple[Path, Path], tmp_path: Path) -> None:
    home, before = erased
    with (
        open_home(mixed(tmp_path / "mixed", home, store=before, audit=before)) as one,
        pytest.raises(IntegrityError, match="does not open"),
    ):
        one.read_dataset(named("identified"))


def test_the_limit_a_whole_backup_with_its_own_key_ring_still_opens(erased: tuple[Path, Path]) -> None:
    """Stated in docs/explanation/custody.md: this is why copies of an old keyring.json must not outlive an erasure."""
    with open_home(erased[1]) as one:
        assert (GONE, SECRET) in one.read_dataset(named("identified"))


@pytest.mark.parametrize("step", ["destroy", "wrap_anew", "rested_on"])
def test_an_erasure_that_is_killed_is_whole_or_not_begun(
    home: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with open_home(home) as one:
        one.write_dataset(a_set(), rows(3))
        place = "primum.custody.lineage" if step == "rested_on" else "primum.custody.datakeys"
        monkeypatch.setattr(f"{place}.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            one.erase(GONE)
        monkeypatch.undo()
    with open_home(home) as one:
        assert one.read_dataset(named("identified")) == rows(3)
        assert one.erase(GONE).data_sets == (named("identified"),)


def test_an_erasure_killed_before_the_old_key_was_thrown_away_is_ended_at_the_next_opening(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(3))
    before = tmp_path / "before"
    shutil.copytree(home, before)
    kept = PassphraseKeyRing._keep

    def killed(self: PassphraseKeyRing, held: object) -> None:
        if len(held.keys) == 1:
            raise KeyboardInterrupt
        kept(self, held)

    with open_home(home) as one:
        monkeypatch.setattr(PassphraseKeyRing, "_keep", killed)
        with pytest.raises(KeyboardInterrupt):
            one.erase(GONE)
        monkeypatch.undo()
    assert PassphraseKeyRing.load(home / "keyring.json", PASSPHRASE).is_rotating
    with open_home(home) as one:
        assert one.read_dataset(named("identified")) == [row for row in rows(3) if row[0] != GONE]
    ring = PassphraseKeyRing.load(home / "keyring.json", PASSPHRASE)
    assert not ring.is_rotating
    with pytest.raises(IntegrityError, match="does not open"):
        ring.unwrap(wrapped_keys(before)[GONE], GONE)


def test_erasing_one_after_another_leaves_every_older_copy_shut(home: Path, tmp_path: Path) -> None:
    copies = []
    with open_home(home) as one:
        one.write_dataset(a_set(), rows(4))
    for number in range(3):
        copies.append(tmp_path / f"copy {number}")
        shutil.copytree(home, copies[-1])
        with open_home(home) as one:
            one.erase(subject(number))
    ring = PassphraseKeyRing.load(home / "keyring.json", PASSPHRASE)
    for copy in copies:
        for owner, wrapped in wrapped_keys(copy).items():
            with pytest.raises(IntegrityError, match="does not open"):
                ring.unwrap(wrapped, owner)
    with open_home(home) as one:
        assert one.read_dataset(named("identified")) == rows(4)[3:]


def test_erasing_from_a_home_of_two_thousand_takes_seconds_not_minutes(custodian: Custodian) -> None:
    custodian.admit([f"MRN-MADE-UP-{number}" for number in range(2000)])
    custodian.erase("MRN-MADE-UP-7")
    assert custodian.identify(custodian.pseudonym("MRN-MADE-UP-8"), "a finding") == "MRN-MADE-UP-8"
