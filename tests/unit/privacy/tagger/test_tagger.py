import json
import shutil
import threading
import zlib
from dataclasses import fields

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from primum.errors import DataError
from primum.privacy.spans import Kind, Span
from primum.privacy.tagger import tagger as module
from primum.privacy.tagger.decoding import Limits
from primum.privacy.tagger.features import features
from primum.privacy.tagger.network import Network, Shape
from primum.privacy.tagger.tagger import LANGUAGES, Model, Tagger, find, find_each, is_there
from primum.privacy.tagger.tokens import tokens

LABELS = ("O", "B-NAME", "I-NAME", "B-DATE", "I-DATE")
SAMPLE = "Paciente: Ana Ruiz, 45 años. Ingresó el 3/4/2019.\nDra. Luz 王小明 refiere\tdolor"
ANY = st.text(alphabet=st.characters(), max_size=300) | st.text(alphabet="aB9 \n\r张三.-é\x00😀", max_size=300)
SHIPPED = [one for one in LANGUAGES if is_there(one)]


def known():
    keys = sorted({key for word in tokens(SAMPLE).words for group in features(word, "es") for key in group})
    return {key: at for at, key in enumerate(keys, 1)}


def made(seed=0, limits=None):
    torch.manual_seed(seed)
    numbers = known()
    network = Network(Shape(features=len(numbers) + 1, labels=len(LABELS), looks=16, width=16, dilations=(1, 2, 4)))
    with torch.no_grad():
        network.out.weight.mul_(4)
    limits = limits or Limits(found=0.4, grown=0.6)
    return Tagger(network.weights(), Model(language="es", labels=LABELS, limits=limits, numbers=numbers))


@pytest.fixture(scope="module")
def tagger():
    return made()


@pytest.fixture
def folder(tmp_path):
    torch.manual_seed(0)
    numbers = known()
    network = Network(Shape(features=len(numbers) + 1, labels=len(LABELS), looks=16, width=16, dilations=(1, 2)))
    arrays = {name: one.numpy().astype(np.float16) for name, one in network.state_dict().items()}
    save_file(arrays | {"keys": np.array(sorted(numbers), dtype=np.uint32)}, tmp_path / "es.safetensors")
    facts = {"labels": LABELS, "width": 16, "dilations": [1, 2], "limits": {"found": 0.5, "grown": 0.9}}
    (tmp_path / "es.json").write_text(json.dumps(facts))
    return tmp_path


@settings(max_examples=60, deadline=None)
@given(text=ANY)
def test_spans_are_in_order_apart_within_the_text_and_on_one_line(tagger, text):
    found = tagger.find(text)
    edges = [edge for one in found for edge in (one.start, one.end)]
    assert edges == sorted(edges)
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    for one in found:
        assert one.method == "tagger:es"
        assert one.kind in {Kind.NAME, Kind.DATE}
        assert not set(text[one.start : one.end]) & set("\r\n")
        assert any(sign.isalnum() for sign in text[one.start : one.end])


@settings(max_examples=30, deadline=None)
@given(text=ANY)
def test_edges_of_spans_are_edges_of_tokens(tagger, text):
    read = tokens(text)
    starts, ends = set(read.starts.tolist()), set(read.ends.tolist())
    assert all(one.start in starts and one.end in ends for one in tagger.find(text))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\x00", "😀😀", "\ufeff", "\ud800", "a" * 10_000, "- " * 500])
def test_odd_texts_are_no_obstacle(tagger, text):
    assert isinstance(tagger.find(text), list)


def test_the_same_text_gives_the_same_spans(tagger):
    assert tagger.find(SAMPLE) == tagger.find(SAMPLE) == made().find(SAMPLE) != []


def test_what_was_read_before_does_not_matter(tagger):
    fresh = made()
    fresh.find("otras palabras\nantes " * 50)
    assert fresh.find(SAMPLE) == tagger.find(SAMPLE)


@settings(max_examples=20, deadline=None)
@given(piece=st.integers(40, 900), text=st.lists(st.sampled_from(SAMPLE.split(" ")), max_size=200).map(" ".join))
def test_how_a_text_is_cut_does_not_matter(tagger, piece, text):
    whole = tagger.marks(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PIECE", piece)
        cut = tagger.marks(text)
    assert cut.starts.tolist() == whole.starts.tolist()
    assert np.allclose(cut.outside, whole.outside, atol=1e-5)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(ANY | st.just(SAMPLE), max_size=8), piece=st.sampled_from([50, 300, 60_000]))
def test_texts_read_together_do_not_see_each_other(tagger, texts, piece):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "PIECE", piece)
        assert tagger.find_each(texts) == [tagger.find(one) for one in texts]


@pytest.mark.parametrize("language", SHIPPED)
def test_texts_read_together_are_read_as_one_by_one(language):
    parts = [SAMPLE[at : at + size] for size in (7, 20, 60) for at in range(0, len(SAMPLE), 5)]
    texts = ["", *parts, "\n", SAMPLE, "Seen by John Smith of 12 Baker Street, 王小明医生"]
    assert find_each(texts, language) == [find(one, language) for one in texts]


def test_words_are_forgotten_when_there_are_too_many(tagger, monkeypatch):
    fresh = made()
    monkeypatch.setattr(module, "MOST_WORDS", 30)
    for at in range(20):
        fresh.find(" ".join(f"palabra{chr(97 + at)}{chr(97 + one)}" for one in range(20)))
    assert len(fresh._known) <= 30
    assert max(fresh._known.values()) < len(fresh._looks)
    assert fresh.find(SAMPLE) == tagger.find(SAMPLE)


def test_several_threads_may_ask_at_once(tagger):
    fresh, expected, wrong = made(), tagger.find(SAMPLE), []

    def ask(at):
        for one in range(20):
            fresh.find(f"hilo{at} palabra{one} " * 5)
            if fresh.find(SAMPLE) != expected:
                wrong.append(at)

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []


def test_a_long_text_is_read_in_pieces_so_that_memory_stays_bounded(monkeypatch):
    fresh, sizes = made(), []
    ask = fresh.odds
    monkeypatch.setattr(fresh, "odds", lambda read: sizes.append(len(read.words)) or ask(read))
    text = (SAMPLE + "\n") * (1_000_000 // (len(SAMPLE) + 1))
    found = fresh.marks(text)
    assert len(found.starts) == len(tokens(SAMPLE + "\n").words) * text.count(SAMPLE)
    assert len(sizes) == -(-len(text) // module.PIECE)
    assert max(sizes) < module.PIECE
    assert sum(getattr(found, one.name).nbytes for one in fields(found)) < 40 * len(found.starts)
    assert len(fresh.marks(text, 0.01).starts) < len(found.starts)


def test_lower_limits_find_less():
    few, many = (made(limits=Limits(found=one, grown=one)).find(SAMPLE) for one in (0.05, 0.95))
    covered = [sum(one.end - one.start for one in some) for some in (few, many)]
    assert covered[0] < covered[1]


def test_weights_are_read_from_a_folder(folder):
    opened = Tagger.open(folder, "es")
    assert opened.find("") == []
    assert all(isinstance(one, Span) for one in opened.find(SAMPLE))


@pytest.mark.parametrize("missing", ["es.json", "es.safetensors"])
def test_a_missing_file_is_told(folder, missing):
    (folder / missing).unlink()
    with pytest.raises(DataError, match="no tagger for the language 'es'") as told:
        Tagger.open(folder, "es")
    assert "shipped" in told.value.remedy


@pytest.mark.parametrize(
    "facts",
    [
        "{}",
        "no json",
        "[]",
        json.dumps({"labels": LABELS, "width": 17, "dilations": [1, 2], "limits": {"found": 0.5, "grown": 0.9}}),
        json.dumps({"labels": LABELS[:3], "width": 16, "dilations": [1, 2], "limits": {"found": 0.5, "grown": 0.9}}),
        json.dumps({"labels": LABELS, "width": 16, "dilations": [1], "limits": {"found": 0.5, "grown": 0.9}}),
        json.dumps({"labels": LABELS, "width": 16, "dilations": [1, 2], "limits": {"wrong": 0.5}}),
    ],
)
def test_facts_that_do_not_fit_are_told(folder, facts):
    (folder / "es.json").write_text(facts)
    with pytest.raises(DataError):
        Tagger.open(folder, "es")


@pytest.mark.parametrize("size", [0, 7, 100, 2000])
def test_cut_off_weights_are_told(folder, size):
    path = folder / "es.safetensors"
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(DataError):
        Tagger.open(folder, "es")


def test_a_language_without_a_tagger_is_told():
    assert not is_there("xx")
    with pytest.raises(DataError, match="'xx'"):
        find("text", "xx")


@pytest.mark.parametrize("language", SHIPPED)
def test_shipped_weights_are_small_and_say_what_they_are(language):
    facts = json.loads((module.WEIGHTS / f"{language}.json").read_text())
    assert (module.WEIGHTS / f"{language}.safetensors").stat().st_size < 6_500_000
    assert facts["language"] == language
    assert facts["training"]["source"]
    assert facts["held_out"]["character_recall"]["value"] > 0.9


@pytest.mark.parametrize("language", SHIPPED)
def test_shipped_weights_are_what_is_opened(language, tmp_path):
    for suffix in ("json", "safetensors"):
        shutil.copy(module.WEIGHTS / f"{language}.{suffix}", tmp_path)
    assert Tagger.open(tmp_path, language).find(SAMPLE) == find(SAMPLE, language)


@pytest.mark.skipif("es" not in SHIPPED, reason="no Spanish weights")
def test_the_shipped_spanish_tagger_finds_people_it_never_saw():
    text = "Nombre: Zacarías.\nApellidos: Urquijo Lasheras.\nInforme: mujer de 45 años que acude por dolor abdominal."
    found = {text[one.start : one.end]: one.kind for one in find(text, "es")}
    assert found["Zacarías"] is Kind.NAME
    assert found["Urquijo Lasheras"] is Kind.NAME
    assert found["45 años"] is Kind.AGE
    assert not any("dolor" in one or "Informe" in one for one in found)


def test_checksums_of_features_do_not_depend_on_the_process():
    assert features("ruiz", "es")[0] == (zlib.crc32(b"wruiz"),)
