import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from primum.custody import crypto, verifying
from primum.custody.custodian import Custodian, Person
from primum.domain.norm import Signature
from primum.errors import AccessDeniedError, IntegrityError
from primum.ids import canonical, digest, digest_of
from unit.custody.homes import PASSWORD, Clock, named, open_home

REQUIREMENT = {"id": "EU-AIA-09-8", "citation": "Art. 9(8)", "statement": "I have read it. 我已阅读。"}
EVIDENCE = named("evidence")


@pytest.fixture
def ward(custodian: Custodian) -> Custodian:
    custodian.enrol("Made-up Ann", "clinician", PASSWORD)
    return custodian


def log(home: Path) -> list[dict[str, Any]]:
    return verifying.read_log(home / "audit")


def test_a_person_is_enrolled_and_known_by_password(ward: Custodian) -> None:
    person = ward.authenticate("Made-up Ann", PASSWORD)
    assert person == Person(name="Made-up Ann", roles=("clinician",), key=person.key)
    assert ward.people() == [person]


def test_people_are_known_in_the_next_session_and_listed_by_name(home: Path) -> None:
    with open_home(home) as one:
        one.enrol("Zoe", "clinician", PASSWORD)
        one.enrol("陈医生", "clinician", PASSWORD)
        one.enrol("Ann", "ethics-board", PASSWORD)
    with open_home(home) as one:
        assert [person.name for person in one.people()] == ["Ann", "Zoe", "陈医生"]
        assert one.authenticate("陈医生", PASSWORD).roles == ("clinician",)


def test_one_person_may_have_several_roles_under_one_key(ward: Custodian) -> None:
    before = ward.people()[0]
    after = ward.enrol("Made-up Ann", "clinical-lead", PASSWORD)
    assert after == Person(name="Made-up Ann", roles=("clinical-lead", "clinician"), key=before.key)
    assert ward.people() == [after]
    assert ward.enrol("Made-up Ann", "clinician", PASSWORD) == after


def test_nobody_takes_over_a_name(ward: Custodian) -> None:
    with pytest.raises(AccessDeniedError, match="not known here"):
        ward.enrol("Made-up Ann", "ethics-board", "another password")
    assert ward.people()[0].roles == ("clinician",)


@pytest.mark.parametrize(
    ("name", "role", "password", "words"),
    [
        ("", "clinician", PASSWORD, "no name"),
        (" Ann", "clinician", PASSWORD, "no name"),
        ("An\nn", "clinician", PASSWORD, "no name"),
        ("A" * 101, "clinician", PASSWORD, "no name"),
        ("Ann", " ", PASSWORD, "role is empty"),
        ("Ann", "clinician", "1234567", "too short"),
    ],
)
def test_what_nobody_can_be_enrolled_with(
    custodian: Custodian, name: str, role: str, password: str, words: str
) -> None:
    with pytest.raises(AccessDeniedError, match=words) as refused:
        custodian.enrol(name, role, password)
    assert refused.value.remedy
    assert custodian.people() == []


def test_enrolling_needs_a_grant(home: Path) -> None:
    with open_home(home, purpose="another") as one:
        with pytest.raises(AccessDeniedError, match="write aggregate"):
            one.enrol("Ann", "clinician", PASSWORD)
        assert one.people() == []


@pytest.mark.parametrize(
    ("name", "password"), [("Made-up Ann", "a wrong password"), ("made-up ann", PASSWORD), ("", "")]
)
def test_a_wrong_name_or_password_is_denied_in_the_same_words(ward: Custodian, name: str, password: str) -> None:
    with pytest.raises(AccessDeniedError, match=r"^Name or password is not known here\.$"):
        ward.authenticate(name, password)


def test_signing_in_and_failing_to_is_logged_without_what_was_typed(ward: Custodian, home: Path) -> None:
    key = ward.people()[0].key
    with pytest.raises(AccessDeniedError):
        ward.authenticate("Made-up Ann", "a wrong password")
    with pytest.raises(AccessDeniedError):
        ward.authenticate("my password by mistake", "x")
    ward.authenticate("Made-up Ann", PASSWORD)
    found = [(one["action"], one["about"], one["allowed"]) for one in log(home)[-3:]]
    assert found == [("sign in", key, False), ("sign in", "nobody", False), ("sign in", key, True)]
    text = (home / "audit" / "entries.jsonl").read_text()
    assert all(word not in text for word in ("mistake", "wrong password", PASSWORD, "Made-up Ann"))


def fail(custodian: Custodian, times: int) -> None:
    for _ in range(times):
        with pytest.raises(AccessDeniedError, match="not known here"):
            custodian.authenticate("Made-up Ann", "a wrong password")


def test_after_five_failures_even_the_right_password_waits(ward: Custodian, clock: Clock, home: Path) -> None:
    fail(ward, 5)
    with pytest.raises(AccessDeniedError, match="failed 5 times within 15 minutes") as refused:
        ward.authenticate("Made-up Ann", PASSWORD)
    assert "Wait" in refused.value.remedy
    assert log(home)[-1]["action"] == "shut out"
    clock.at += dt.timedelta(minutes=16)
    assert ward.authenticate("Made-up Ann", PASSWORD).name == "Made-up Ann"


def test_failures_are_remembered_by_the_log_when_the_program_starts_anew(home: Path, clock: Clock) -> None:
    with open_home(home, clock=clock) as one:
        one.enrol("Made-up Ann", "clinician", PASSWORD)
        fail(one, 3)
    with open_home(home, clock=clock) as one:
        fail(one, 2)
        with pytest.raises(AccessDeniedError, match="failed 5 times"):
            one.sign_as("Made-up Ann", PASSWORD, b"x")


def test_a_success_clears_the_failures_before_it(ward: Custodian) -> None:
    fail(ward, 4)
    ward.authenticate("Made-up Ann", PASSWORD)
    fail(ward, 4)
    ward.authenticate("Made-up Ann", PASSWORD)


def test_another_persons_failures_are_not_held_against_one(ward: Custodian) -> None:
    ward.enrol("Made-up Ben", "clinician", PASSWORD)
    fail(ward, 5)
    assert ward.authenticate("Made-up Ben", PASSWORD).name == "Made-up Ben"


def test_neither_password_nor_private_key_is_on_the_disk(ward: Custodian, home: Path) -> None:
    _, seed = ward._people._sign_in("Made-up Ann", PASSWORD)
    for file in home.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert PASSWORD.encode() not in data
            assert seed not in data
            assert seed.hex().encode() not in data


# -- signing ----------------------------------------------------------------------------------------------------------
def test_a_person_signs_with_the_own_key(ward: Custodian, home: Path) -> None:
    value = ward.sign_as("Made-up Ann", PASSWORD, b"payload")
    assert crypto.is_signed(ward.people()[0].key, b"payload", value)
    assert (log(home)[-1]["action"], log(home)[-1]["about"]) == ("sign", digest(b"payload"))


def test_without_the_password_nothing_is_signed(ward: Custodian) -> None:
    with pytest.raises(AccessDeniedError):
        ward.sign_as("Made-up Ann", "a wrong password", b"payload")


def test_an_attestation_is_a_signature_of_the_domain(ward: Custodian) -> None:
    document = ward.sign_requirement("Made-up Ann", PASSWORD, "clinician", REQUIREMENT, EVIDENCE)
    signature = Signature.from_document(document)
    assert signature.as_document() == document
    assert (signature.requirement, signature.meaning) == (REQUIREMENT["id"], REQUIREMENT["statement"])
    assert signature.evidence == EVIDENCE
    assert verifying.verify_signature(signature, ward.trust())
    assert ward.signatures() == [document]


def test_a_role_one_does_not_have_is_refused_and_logged(ward: Custodian, home: Path) -> None:
    with pytest.raises(AccessDeniedError, match="not enrolled as ethics-board"):
        ward.sign_requirement("Made-up Ann", PASSWORD, "ethics-board", REQUIREMENT, EVIDENCE)
    assert ward.signatures() == []
    assert log(home)[-1]["allowed"] is False


def test_attestations_are_listed_in_the_same_order_in_every_session(home: Path) -> None:
    with open_home(home) as one:
        one.enrol("Made-up Ann", "clinician", PASSWORD)
        for number in range(5):
            one.sign_requirement("Made-up Ann", PASSWORD, "clinician", {**REQUIREMENT, "id": str(number)}, EVIDENCE)
        before = one.signatures()
    with open_home(home) as one:
        assert one.signatures() == before
    assert len(before) == 5


@pytest.mark.parametrize("field", ["requirement", "meaning", "evidence", "role", "name", "signed_at", "key", "value"])
def test_an_attestation_altered_in_any_word_is_refused(ward: Custodian, home: Path, field: str) -> None:
    document = ward.sign_requirement("Made-up Ann", PASSWORD, "clinician", REQUIREMENT, EVIDENCE)
    (path,) = (home / "signatures").iterdir()
    path.unlink()
    forged = {**document, field: document[field][:-1] + ("0" if document[field][-1] != "0" else "1")}
    (home / "signatures" / f"{digest_of(forged)}.json").write_bytes(canonical(forged))
    with pytest.raises(IntegrityError, match="not a signature as it was given"):
        ward.signatures()


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff"])
def test_what_is_no_attestation_is_refused(ward: Custodian, home: Path, content: bytes) -> None:
    (home / "signatures" / f"{digest(content)}.json").write_bytes(content)
    with pytest.raises(IntegrityError):
        ward.signatures()


@pytest.mark.parametrize("field", ["requirement", "meaning", "evidence", "role", "name", "signed_at", "key", "value"])
def test_a_signature_that_is_not_whole_does_not_verify(ward: Custodian, field: str) -> None:
    document = ward.sign_requirement("Made-up Ann", PASSWORD, "clinician", REQUIREMENT, EVIDENCE)
    trust = ward.trust()
    assert not verifying.verify_signature(Signature.from_document({**document, field: "another"}), trust)


def test_a_signature_of_somebody_not_enrolled_does_not_verify(ward: Custodian, tmp_path: Path) -> None:
    with open_home(tmp_path / "another") as other:
        other.enrol("Made-up Ann", "clinician", PASSWORD)
        document = other.sign_requirement("Made-up Ann", PASSWORD, "clinician", REQUIREMENT, EVIDENCE)
        assert verifying.verify_signature(Signature.from_document(document), other.trust())
    assert not verifying.verify_signature(Signature.from_document(document), ward.trust())


def test_a_person_the_root_key_did_not_sign_does_not_count(ward: Custodian) -> None:
    document = ward.sign_requirement("Made-up Ann", PASSWORD, "clinician", REQUIREMENT, EVIDENCE)
    trust = ward.trust()
    trust["people"][0]["roles"].append("ethics-board")
    assert not verifying.verify_signature(Signature.from_document(document), trust)
    assert not verifying.verify_signature(Signature.from_document(document), {**ward.trust(), "people": []})


def test_trust_without_a_root_key_is_an_integrity_error(ward: Custodian) -> None:
    document = ward.sign_requirement("Made-up Ann", PASSWORD, "clinician", REQUIREMENT, EVIDENCE)
    with pytest.raises(IntegrityError, match="holds no root key"):
        verifying.verify_signature(Signature.from_document(document), {})


# -- a file that others write on --------------------------------------------------------------------------------------
def first(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda document: change(document["people"][0])


@pytest.mark.parametrize(
    "spoil",
    [
        first(lambda one: one["roles"].append("ethics-board")),
        first(lambda one: one.update(name="Mallory")),
        first(lambda one: one.update(key=crypto.public_of(bytes(32)))),
        first(lambda one: one.update(signature="00" * 64)),
        first(lambda one: one.pop("signature")),
        first(lambda one: one.pop("roles")),
        lambda document: document.pop("people"),
        lambda document: document.update(people=[1]),
    ],
)
def test_an_altered_entry_is_an_integrity_error(
    ward: Custodian, home: Path, spoil: Callable[[dict[str, Any]], object]
) -> None:
    document = json.loads((home / "people.json").read_text())
    spoil(document)
    (home / "people.json").write_text(json.dumps(document))
    for act in (ward.people, ward.trust, lambda: ward.authenticate("Made-up Ann", PASSWORD)):
        with pytest.raises(IntegrityError, match="not as it was kept"):
            act()


def test_a_private_key_put_in_place_of_anothers_signs_nothing(ward: Custodian, home: Path) -> None:
    how = crypto.new_stretching()
    sealed = crypto.seal(crypto.stretch("mallory's own", how), bytes(32), ["person", "Made-up Ann"])
    document = json.loads((home / "people.json").read_text())
    document["people"][0].update(how=how, sealed=sealed.hex())
    (home / "people.json").write_text(json.dumps(document))
    with pytest.raises(IntegrityError, match="is another"):
        ward.sign_as("Made-up Ann", "mallory's own", b"x")


@pytest.mark.parametrize("spoil", [{"sealed": "not hex"}, {"how": {}}, {"how": None}])
def test_an_entry_whose_private_half_is_spoilt_is_an_integrity_error(
    ward: Custodian, home: Path, spoil: dict[str, object]
) -> None:
    document = json.loads((home / "people.json").read_text())
    document["people"][0].update(spoil)
    (home / "people.json").write_text(json.dumps(document))
    with pytest.raises(IntegrityError, match="cannot be read"):
        ward.authenticate("Made-up Ann", PASSWORD)


def test_a_missing_file_is_an_integrity_error(ward: Custodian, home: Path) -> None:
    (home / "people.json").unlink()
    with pytest.raises(IntegrityError, match="cannot be read"):
        ward.people()
