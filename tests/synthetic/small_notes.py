"""Made-up notes of two classes, told apart by one word each, and a tiny encoder for them."""

import numpy as np

from primum.domain.study import Column, Model
from primum.domain.tokens import Texts
from primum.encoders.text import TextEncoder

SMALL = Model(encoder="scratch", width=16, depth=1, heads=2, epochs=12, patience=4, batch_size=8, learning_rate=1e-2)
FILLER = ("the", "patient", "comes", "today", "with", "some", "trouble", "since", "monday", "and", "sleeps", "well")
WORDS = ("fever", "fracture")
COLUMN = Column(name="note", source="notes", role="feature")


def notes(count=64, seed=0, longest=14):
    dice = np.random.default_rng(seed)
    outcome = np.arange(count) % 2
    texts = []
    for one in outcome:
        words = list(dice.choice(FILLER, size=int(dice.integers(4, longest))))
        words.insert(int(dice.integers(0, len(words))), WORDS[one])
        texts.append((" ".join(words) + ".",))
    return Texts(values=tuple(texts), columns=(COLUMN,)), outcome.astype(np.int64)


def encoder(seed=0):
    return TextEncoder.scratch(notes(200, seed=9)[0].documents, SMALL, 2, seed)
