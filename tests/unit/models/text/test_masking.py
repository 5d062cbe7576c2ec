"""Masked pretraining on notes: it learns, hides what it should, and can be taken up by fine-tuning."""

import numpy as np
import torch

from primum.domain.study import Pretraining
from primum.encoders.text import TextEncoder
from primum.models.fitting import Teaching
from primum.models.running import Running
from primum.models.text.classifier import fit
from primum.models.text.masking import Teller, Windows, _Telling, pretrain
from primum.models.text.windows import Ends
from synthetic.small_notes import SMALL, encoder, notes

MODEL = SMALL.model_copy(update={"pretraining": Pretraining(epochs=15, masked=0.2), "patience": 15})


def test_hidden_words_are_told_better_than_by_their_shares():
    done = pretrain(notes(200)[0], MODEL, 0, Running())
    assert done.last < done.first
    assert done.last < done.mean_guess
    coder = TextEncoder.from_files(done.files)
    assert coder.width == MODEL.width


def test_equal_seeds_give_equal_encoders():
    short = MODEL.model_copy(update={"pretraining": Pretraining(epochs=2, masked=0.2)})
    tokens = notes(60)[0]
    first, second, other = (pretrain(tokens, short, seed, Running()) for seed in (0, 0, 1))
    assert first == second
    assert first.files != other.files


def test_ends_and_filling_are_never_asked_for_and_the_share_is_kept():
    coder = encoder()
    dice = torch.Generator().manual_seed(0)
    pieces = [one.ids for one in coder.tokenizer.encode_batch(list(notes(200)[0].documents), add_special_tokens=False)]
    tokens, told = Windows(pieces, Ends.of(coder), 64).take(torch.arange(200))
    hidden, asked = _Telling(coder, 0.2)._hide(tokens, told, dice)
    assert not torch.isin(tokens[asked], torch.tensor([coder.begin, coder.end, coder.pad])).any()
    free = int(told.sum()) - 2 * 200
    assert 0.17 < int(asked.sum()) / free < 0.23
    assert torch.equal(hidden[~asked], tokens[~asked])
    masked = float((hidden[asked] == coder.mask).float().mean())
    assert 0.72 < masked < 0.88


def test_one_piece_is_asked_for_even_where_chance_would_ask_for_none():
    coder = encoder()
    tokens, told = Windows([[7]], Ends.of(coder), 64).take(torch.tensor([0]))
    _, asked = _Telling(coder, 0.0)._hide(tokens, told, torch.Generator().manual_seed(0))
    assert asked.tolist() == [[False, True, False]]


def test_long_notes_are_read_in_windows_and_empty_ones_left_out():
    rows = Windows([list(range(5, 105)), [], [5]], Ends.of(encoder()), 34)
    assert len(rows) == 5
    assert int(rows.sizes().max()) == 32
    assert set(rows.pieces().tolist()) >= set(range(5, 105))


def test_logits_are_asked_for_hidden_pieces_only():
    coder = encoder()
    net = Teller(coder)
    tokens = torch.tensor([[coder.begin, 7, 8, coder.end]])
    asked = torch.tensor([[False, True, False, False]])
    assert net(tokens, torch.ones_like(tokens), asked).shape == (1, coder.vectors.num_embeddings)


def test_a_pretrained_encoder_is_taken_up_by_fine_tuning():
    done = pretrain(notes(60)[0], MODEL.model_copy(update={"pretraining": Pretraining(epochs=1)}), 0, Running())
    tokens, outcome = notes(40)
    one = MODEL.model_copy(update={"epochs": 1, "tuning": "head"})
    teaching = Teaching(model=one, seed=0, encoder=done.files, running=lambda _: Running())
    state = fit(tokens, outcome, np.full(40, -1), teaching).scorer.state()
    assert state["encoder/encoder.safetensors"] == done.files["encoder.safetensors"]
