import hmac

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from primum.custody import crypto
from unit.custody.homes import CHEAP

KEY = bytes(range(32))


def test_what_is_sealed_comes_back_and_looks_like_noise() -> None:
    sealed = crypto.seal(KEY, b"made-up content", ["row", 1])
    assert b"made-up" not in sealed
    assert crypto.unseal(KEY, sealed, ["row", 1]) == b"made-up content"


def test_two_sealings_of_one_thing_differ() -> None:
    assert crypto.seal(KEY, b"x", 0) != crypto.seal(KEY, b"x", 0)


@pytest.mark.parametrize("binding", [["row", 2], ["row", "1"], ["row"], None])
def test_what_is_sealed_for_one_place_does_not_open_in_another(binding: object) -> None:
    sealed = crypto.seal(KEY, b"x", ["row", 1])
    with pytest.raises(crypto.UnsealError):
        crypto.unseal(KEY, sealed, binding)


@pytest.mark.parametrize("length", [0, 1, 27])
def test_what_is_too_short_to_be_sealed_does_not_open(length: int) -> None:
    with pytest.raises(crypto.UnsealError):
        crypto.unseal(KEY, bytes(length), 0)


def test_another_key_does_not_open() -> None:
    with pytest.raises(crypto.UnsealError):
        crypto.unseal(crypto.new_key(), crypto.seal(KEY, b"x", 0), 0)


def test_derived_keys_are_those_of_rfc_5869_written_out() -> None:
    extracted = hmac.digest(bytes(32), KEY, "sha256")
    expected = hmac.digest(extracted, b"pseudonyms\x01", "sha256")
    assert crypto.derive(KEY, "pseudonyms") == expected
    assert crypto.derive(KEY, "date shifts") != expected


def test_keyed_digest_is_hmac_sha_256_of_rfc_4231_case_2() -> None:
    found = crypto.keyed_digest(b"Jefe", b"what do ya want for nothing?")
    assert found.hex() == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_signatures_are_those_of_rfc_8032_test_2() -> None:
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert crypto.public_of(seed) == public
    assert crypto.sign(seed, b"\x72") == signature
    assert crypto.is_signed(public, b"\x72", signature)


@pytest.mark.parametrize(
    ("public", "signature"),
    [("", ""), ("zz", "00"), ("00" * 32, "00" * 64), ("00" * 31, "00" * 64), ("00" * 32, "not hex")],
)
def test_a_malformed_key_or_signature_is_no_signature(public: str, signature: str) -> None:
    assert not crypto.is_signed(public, b"x", signature)


@pytest.mark.parametrize("weak", sorted(crypto.WEAK), ids=bytes.hex)
@pytest.mark.parametrize("sign_bit", [0, 0x80])
def test_a_key_of_small_order_signs_nothing(weak: bytes, sign_bit: int) -> None:
    public = weak[:-1] + bytes([weak[-1] | sign_bit])
    points = [*crypto.WEAK, public]
    for point in points:
        for message in range(16):
            forged = (point + bytes(32)).hex()
            assert not crypto.is_signed(public.hex(), bytes([message]), forged)


def test_without_that_care_a_signature_could_be_made_up() -> None:
    forged = 0
    for message in range(16):
        try:
            Ed25519PublicKey.from_public_bytes(bytes(32)).verify(bytes(64), bytes([message]))
        except InvalidSignature:
            continue
        forged += 1
    assert forged


def test_a_passphrase_stretches_to_the_same_key_under_the_same_salt_alone() -> None:
    how = crypto.new_stretching()
    assert crypto.stretch("a", how) == crypto.stretch("a", how)
    assert crypto.stretch("a", how) != crypto.stretch("b", how)
    assert crypto.stretch("a", how) != crypto.stretch("a", crypto.new_stretching())


def test_how_a_passphrase_is_stretched_is_told_in_full() -> None:
    how = crypto.new_stretching()
    assert how["kdf"] == "argon2id"
    assert (how["passes"], how["memory_kib"], how["lanes"]) == (CHEAP.passes, CHEAP.memory_kib, CHEAP.lanes)
    assert len(bytes.fromhex(str(how["salt"]))) == 16


def test_the_real_cost_is_the_one_rfc_9106_recommends() -> None:
    assert crypto.Cost() == crypto.Cost(passes=3, memory_kib=64 * 1024, lanes=4)


def test_passphrases_of_any_script_work() -> None:
    how = crypto.new_stretching()
    assert crypto.stretch("正确的马", how) != crypto.stretch("正确的牛", how)


def test_new_keys_differ_and_are_32_bytes() -> None:
    found = {crypto.new_key() for _ in range(50)}
    assert len(found) == 50
    assert {len(one) for one in found} == {32}


def test_sameness_is_that_of_bytes() -> None:
    assert crypto.same(b"ab", b"ab")
    assert not crypto.same(b"ab", b"ac")
