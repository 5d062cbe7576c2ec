"""Keys that are forgotten, and keys that a home keeps, do the same as long as they are there."""

import datetime as dt

import pytest

from primum.custody import bundle
from primum.custody.custodian import Act, Custodian
from primum.deid.keeping import POLICY, PURPOSE, Home, Nobody
from primum.errors import AccessDeniedError, DataError
from primum.ids import Digest, digest

KEY = b"k" * 32


def opened(folder):
    act = Act(actor="tester", purpose=PURPOSE)
    return Custodian.open(folder, "passphrase for tests", act, lambda: dt.datetime.now(dt.UTC), policy=POLICY)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    with opened(tmp_path_factory.mktemp("home") / "home") as custodian:
        yield custodian


@pytest.fixture(params=["nobody", "home"])
def keeper(request):
    if request.param == "nobody":
        return Nobody(KEY)
    return Home(request.getfixturevalue("home"))


def test_a_subject_appears_alike_each_time_and_unlike_others(keeper):
    one, again, other = keeper.persona("4711"), keeper.persona("4711"), keeper.persona("4712")
    assert one == again
    assert one.name != other.name
    assert one.key != other.key
    assert one.days
    assert abs(one.days) <= 365
    assert len(one.name) == 17


def test_another_key_gives_another_name():
    assert Nobody(KEY).persona("4711") != Nobody(b"x" * 32).persona("4711")


def test_a_name_does_not_tell_the_identifier(keeper):
    assert "4711" not in repr(keeper.persona("4711"))


def test_what_is_attested_opens_with_the_key_of_trust(keeper):
    envelope = keeper.attest(digest(b"payload"), b"payload")
    assert bundle.opened(envelope, keeper.trust["release"]) == b"payload"
    with pytest.raises(ValueError, match="another key"):
        bundle.opened(envelope, bundle.public_key(b"z" * 32))


def test_nobody_keeps_nothing():
    keeper = Nobody(KEY)
    assert not keeper.reversible
    assert keeper.admit(["a"]) == frozenset()
    keeper.seal(Digest("0" * 64), [])


def test_a_new_home_takes_originals_and_gives_none_back(home):
    keeper = Home(home)
    assert keeper.reversible
    assert keeper.admit(["4711"]) == frozenset()
    keeper.seal(Digest("1" * 64), [(keeper.persona("4711").name, b"original")])
    with pytest.raises(AccessDeniedError):
        home.read_dataset(Digest("1" * 64))


def test_erased_subjects_are_told_apart_from_others(tmp_path):
    with opened(tmp_path / "home") as custodian:
        keeper = Home(custodian)
        keeper.admit(["gone", "here"])
        custodian.erase("gone")
        assert Home(custodian).admit(["gone", "here", "new"]) == frozenset({"gone"})
        with pytest.raises(DataError):
            Home(custodian).persona("gone")
