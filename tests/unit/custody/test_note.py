import pytest

from primum.custody import crypto, note
from primum.custody.note import Checkpoint

KNOWN = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = (
    f"{TEXT}\n— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
"""The example of the signed-note specification, made by its authors."""

SEED = bytes(range(32))
MINE = note.verifier("a/log", crypto.public_of(SEED))


def test_the_published_note_is_read() -> None:
    assert note.read(NOTE, KNOWN) == TEXT


def test_the_published_key_is_read_and_written_alike() -> None:
    name, public = note.read_verifier(KNOWN)
    assert name == "PeterNeumann"
    assert note.verifier(name, public) == KNOWN


def test_what_is_signed_is_read_by_its_own_key_alone() -> None:
    signed = note.sign("a text\n", "a/log", SEED)
    assert note.read(signed, MINE) == "a text\n"
    with pytest.raises(ValueError, match="not signed"):
        note.read(signed, KNOWN)
    with pytest.raises(ValueError, match="not signed"):
        note.read(signed, note.verifier("another/log", crypto.public_of(SEED)))


def test_other_peoples_signatures_are_passed_over() -> None:
    signed = note.sign("a text\n", "a/log", SEED)
    body, line = signed.split("\n\n")
    stranger = note.sign("a text\n", "a/witness", bytes(32)).split("\n\n")[1]
    assert note.read(f"{body}\n\n{stranger}{line}", MINE) == "a text\n"
    assert note.read(f"{body}\n\n{line}{stranger}— nonsense\nmore of it\n— a/log %%%\n", MINE) == "a text\n"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda one: one.replace("a text", "b text"),
        lambda one: one.replace("\n\n", "\n"),
        lambda one: one.replace("a/log", "b/log"),
        lambda one: one[:-5] + "\n",
        lambda one: one.split("\n\n")[0] + "\n\n",
        lambda _: "",
    ],
)
def test_a_spoilt_note_is_not_read(spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(ValueError, match="not signed"):
        note.read(spoil(note.sign("a text\n", "a/log", SEED)), MINE)


@pytest.mark.parametrize(
    "spoilt",
    ["", "a", "a+b", "a+b+c", KNOWN.replace("c74f20a3", "c74f20a4"), KNOWN[:-4], KNOWN.replace("Peter", "Paul")],
)
def test_a_spoilt_key_is_not_read(spoilt: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        note.read_verifier(spoilt)


def test_a_checkpoint_is_three_lines() -> None:
    state = Checkpoint(origin="a/log", size=7, root=bytes(32))
    assert state.text == "a/log\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    assert Checkpoint.from_text(state.text) == state


def test_extension_lines_are_allowed() -> None:
    text = Checkpoint(origin="a/log", size=7, root=bytes(32)).text
    assert Checkpoint.from_text(text + "more\n").size == 7


@pytest.mark.parametrize(
    "spoilt",
    [
        "",
        "a/log\n",
        "a/log\n07\nAA==\n",
        "a/log\n-1\nAA==\n",
        "a/log\nx\nAA==\n",
        "\n7\nAA==\n",
        "a\n٣\nAA==\n",
        "a\n1\n%\n",
    ],
)
def test_what_is_no_checkpoint_is_not_read(spoilt: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Checkpoint.from_text(spoilt)
