"""What several own opens only with all of them, and the envelope that a folder is attested by opens with one key."""

import json

import pytest

from primum.custody import bundle, together


@pytest.mark.parametrize("owners", [1, 2, 5])
def test_all_shares_open_and_any_fewer_do_not(owners):
    sealed, shares = together.split(b"original", owners)
    assert len(shares) == owners
    assert together.joined(sealed, shares) == b"original"
    for at in range(owners):
        assert together.joined(sealed, shares[:at] + shares[at + 1 :]) is None


def test_nothing_is_in_the_clear():
    sealed, shares = together.split(b"original of somebody", 3)
    assert b"somebody" not in sealed + b"".join(shares)


def test_each_split_has_a_key_of_its_own():
    assert together.split(b"x", 2) != together.split(b"x", 2)


SEED = b"s" * 32


def test_an_envelope_opens_with_its_own_key_alone():
    sealed = bundle.envelope(SEED, b"payload")
    assert bundle.opened(sealed, bundle.public_key(SEED)) == b"payload"
    with pytest.raises(ValueError, match="another key"):
        bundle.opened(sealed, bundle.public_key(b"t" * 32))


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"payload": "x", "signatures": [], "payloadType": "y"}', b"\xff"]
)
def test_what_is_no_envelope_cannot_be_read(data):
    with pytest.raises(ValueError, match=r"read|another key"):
        bundle.opened(data, bundle.public_key(SEED))


@pytest.mark.parametrize("name", ["payload", "payloadType"])
def test_an_altered_envelope_does_not_open(name):
    document = json.loads(bundle.envelope(SEED, b"payload"))
    document[name] = "cGF5bG9hZHM=" if name == "payload" else "other"
    with pytest.raises(ValueError, match="signature is wrong"):
        bundle.opened(json.dumps(document).encode(), bundle.public_key(SEED))
