"""A study of pictures through the stages: read, described, compared, explained; strange ones told at the desk."""

import datetime as dt
import json

import numpy as np
import pytest
from PIL import Image

from primum.custody import bundle, crypto
from primum.domain.study import Study
from primum.errors import DataError
from primum.ids import digest, digest_of
from primum.models.predictor import Predictor
from primum.stages import evaluate, explain, finetune, ingest, prepare, pretrain, protect
from synthetic import notes
from synthetic.memory_custodian import MemoryCustodian, context_for
from synthetic.small_pictures import blobs

STAGES = (
    (ingest, "ingest"),
    (protect, "protect"),
    (prepare, "prepare"),
    (pretrain, "pretrain"),
    (finetune, "finetune"),
    (evaluate, "evaluate"),
    (explain, "explain"),
)
SEED = bytes(range(32))
AGAIN = [1, 3, 5, 7, 9]
"""Pictures to learn from that validation shows again."""
PARTS = {"train": 120, "val": 60, "test": 40}


def study():
    document = json.loads(notes.study().model_dump_json())
    return Study.model_validate_json(
        json.dumps(
            document
            | {
                "name": "blobs",
                "sources": [
                    {
                        "name": "films",
                        "modality": "image",
                        "format": "npz",
                        "path": "films.npz",
                        "subject": "number",
                        "burned_in": "absent",
                    }
                ],
                "columns": [
                    {"name": "scan", "source": "films", "path": "image", "role": "feature"},
                    {"name": "half", "source": "films", "path": "label", "role": "outcome"},
                    {"name": "part", "source": "films", "role": "part"},
                ],
                "outcome": {
                    "column": "half",
                    "classes": ["upper", "lower"],
                    "positive": "lower",
                    "reference_standard": "made up",
                },
                "cohort": {"split": {"column": "part"}},
                "model": {
                    "width": 8,
                    "depth": 2,
                    "heads": 1,
                    "epochs": 8,
                    "patience": 8,
                    "batch_size": 16,
                    "learning_rate": 0.01,
                },
                "comparison": {"baselines": ["majority", "hog"], "folds": 1, "if_not_beaten": "refuse"},
                "limits": {"coverage": 0.8, "small_number": 4, "faithfulness_ratio_at_least": 1.2},
                "explanation": {"methods": ["occlusion", "grad_cam", "integrated_gradients"], "cases": 12},
            }
        )
    )


def bytes_of(tokens):
    """Return made-up pictures as bytes, as they lie in files."""
    return np.array([np.clip(one[0] * 40 + 60, 0, 255) for one in tokens.values]).astype(np.uint8)


def write(folder):
    arrays = {}
    for at, (part, count) in enumerate(PARTS.items()):
        tokens, outcome = blobs(count, seed=at)
        arrays[f"{part}_images"] = bytes_of(tokens)
        arrays[f"{part}_labels"] = np.array(["upper", "lower"])[outcome]
    arrays["val_images"][: len(AGAIN)] = arrays["train_images"][AGAIN]
    np.savez(folder / "films.npz", **arrays)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder, custodian, outputs = tmp_path_factory.mktemp("films"), MemoryCustodian("one home"), {}
    write(folder)
    for stage, name in STAGES:
        outputs |= stage.run(context_for(name, study(), custodian, outputs, folder))
    return custodian, outputs


def facts(whole, kind):
    custodian, outputs = whole
    return custodian.get_evidence(outputs[f"evidence.{kind}"])["facts"]


def test_pictures_are_described_and_those_that_a_later_part_shows_again_are_left_out(whole):
    told = facts(whole, "data")
    (column,) = told["columns"]
    assert (column["pictures"]["size"], column["pictures"]["channels"]) == ("16 × 16", 1)
    assert column["missing"] == 0
    assert told["official_split"]["twins"] == {"validation": 0, "test": 0}
    assert told["duplicates"] == 0
    assert {one["because"]: one["n"] for one in told["excluded"]}[prepare.AGAIN[0]] == len(AGAIN)
    assert told["parts"]["development"]["subjects"] == PARTS["train"] - len(AGAIN)
    assert told["parts"]["validation"]["subjects"] == PARTS["val"]
    assert told["label_issues"]["share"] < 0.2


def test_our_model_and_counted_edges_are_compared(whole):
    names = {one["name"] for one in facts(whole, "selection")["candidates"]}
    assert names == {"majority", "hog", "primum"}
    assert facts(whole, "performance")["metrics"]["primum"]["roc_auc"]["value"] > 0.8


def test_every_method_is_put_beside_controls_and_itself_on_a_model_in_disorder(whole):
    told = facts(whole, "faithfulness")
    assert set(told["methods"]) == {"occlusion", "grad_cam", "integrated_gradients"}
    assert set(told["controls"]) == {"centre", "edges"}
    for one in told["methods"].values():
        assert set(one["beside"]) == {"centre", "edges"}
        assert -1 <= one["likeness"]["value"] <= 1
        assert one["passes"] in {True, False}
        assert one["comprehensiveness"]["n"] == 12
    if told["chosen"]:
        assert told["methods"][told["chosen"]]["passes"] is True
        assert np.prod(told["grid"]["shape"]) == len(told["grid"]["sizes"]) == 49
        assert told["global"][0]["place"].startswith("cell:")


def test_the_model_keeps_its_gate_and_nobodys_picture(whole):
    custodian, outputs = whole
    for name in ("candidate.primum", "candidate.hog"):
        files = custodian.get_model(outputs[name])
        assert "gate.safetensors" in files
        assert b"picture/1:" not in b"".join(files.values())


@pytest.fixture(scope="module")
def predictor(whole, tmp_path_factory):
    custodian, outputs = whole
    kept = custodian.get_model(outputs["candidate.primum"])
    files = {f"model/{name}": data for name, data in kept.items()} | {
        "evidence/faithfulness.json": json.dumps({"facts": {"chosen": "occlusion"}}).encode(),
        "card.json": b"{}",
        "study.json": study().model_dump_json().encode(),
    }
    statement = {
        "released_at": "2030-01-01T00:00:00+00:00",
        "expires_at": "2031-01-01T00:00:00+00:00",
        "model": digest_of({name: digest(data) for name, data in kept.items()}),
        "grade": "research",
    }
    folder = tmp_path_factory.mktemp("release") / "bundle"
    bundle.write(folder, files, statement, SEED)
    return Predictor.open(folder, {"release": crypto.public_of(SEED)}, dt.datetime(2030, 6, 1, tzinfo=dt.UTC))


def test_new_pictures_are_read_in_every_format_and_explained_by_cells(predictor, tmp_path):
    fresh = bytes_of(blobs(6, seed=9)[0])
    for at, one in enumerate(fresh[:4]):
        Image.fromarray(one).save(tmp_path / f"n-{at}.png")
    np.savez(tmp_path / "more.npz", image=fresh[4:])
    records = predictor.read(tmp_path)
    assert sorted(one.subject for one in records) == ["00001", "00002", "n-0", "n-1", "n-2", "n-3"]
    said = predictor.predict(records)
    assert [one.explained for one in said if one.reasons] == ["lower" for one in said if one.reasons]
    for one in said:
        for reason in one.reasons:
            assert reason.place.startswith("image:scan:")
            assert float(reason.shown) >= 0
    assert predictor.predict(records[:1]) == said[:1], "the same bits however records are grouped"
    (alone,) = predictor.read(tmp_path / "n-0.png")
    assert alone.subject == "n-0"


def test_strange_pictures_are_not_answered_and_not_explained(predictor, tmp_path):
    fresh = bytes_of(blobs(2, seed=9)[0])
    Image.fromarray(255 - fresh[0]).save(tmp_path / "inverted.png")
    Image.fromarray(np.kron(fresh[0], np.ones((2, 2), dtype=np.uint8))).save(tmp_path / "large.png")
    records = predictor.read(tmp_path)
    said = dict(zip([one.subject for one in records], predictor.predict(records), strict=True))
    assert "unlike those the model learned from" in said["inverted"].why_abstained
    assert said["large"].why_abstained.startswith("The picture has 32 × 32 samples")
    for one in said.values():
        assert one.abstained
        assert (one.reasons, one.method, one.explained) == ((), "", "")


def test_a_picture_in_colour_cannot_be_read_by_a_model_of_grey(predictor, tmp_path):
    colours = np.random.default_rng(0).integers(0, 256, (16, 16, 3), dtype=np.uint8)
    Image.fromarray(colours).save(tmp_path / "colour.png")
    with pytest.raises(DataError, match="3 channel"):
        predictor.predict(predictor.read(tmp_path))


def test_a_damaged_picture_is_told_without_its_name(predictor, tmp_path):
    (tmp_path / "Quartermain.png").write_bytes(b"\x89PNG\r\n\x1a\n but no more")
    with pytest.raises(DataError) as refusal:
        predictor.read(tmp_path)
    assert "Quartermain" not in refusal.value.what + refusal.value.remedy
