"""A made-up desk for pictures: a film or a volume a case, and a predictor that points at its brightest cells."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from primum.clinic.desk import Desk
from primum.clinic.served import Served
from primum.domain.picture import Picture, decode, encode
from primum.domain.prediction import Prediction, Reason
from primum.domain.record import Record
from primum.domain.study import Study
from primum.domain.tokens import Pictures
from primum.ids import SubjectId
from synthetic.clinic_room import MODEL, RELEASE, MadeUpPredictor, MadeUpRoom, study


def film(seed: int = 0, size: int = 28) -> Picture:
    """Return a made-up grey film: two dark fields, a bright middle, a cloud in one of them."""
    down, across = np.mgrid[0:size, 0:size] / size
    lungs = sum(np.exp(-(((down - 0.5) / 0.28) ** 2 + ((across - at) / 0.13) ** 2)) for at in (0.28, 0.72))
    cloud = np.exp(-(((down - 0.65) / 0.12) ** 2 + ((across - 0.28) / 0.1) ** 2))
    noise = np.random.default_rng(seed).normal(0, 6, (size, size))
    values = np.clip(190 - 130 * lungs + 70 * cloud + noise, 0, 255)
    return Picture(values=values.astype(np.uint8)[None], facts={"format": "png"})


def volume(space: tuple[int, int, int] = (20, 24, 12)) -> Picture:
    """Return a made-up volume with a bright ball to the right, front and head of the middle; slices 3 mm apart."""
    at = np.indices(space)
    middle = np.array([0.7, 0.65, 0.7]).reshape(3, 1, 1, 1) * np.array(space).reshape(3, 1, 1, 1)
    ball = np.linalg.norm((at - middle) * np.array([1, 1, 3]).reshape(3, 1, 1, 1), axis=0) < 6
    values = (100 + 5 * at.sum(axis=0) % 40 + 900 * ball).astype(np.int16)
    affine = ((1.0, 0, 0, 0), (0, 1.0, 0, 0), (0, 0, 3.0, 0), (0, 0, 0, 1.0))
    return Picture(values=values[None], spacing=(1.0, 1.0, 3.0), affine=affine, facts={"format": "nifti"})


def film_study() -> Study:
    """Return a small made-up study of films."""
    document = json.loads(study().model_dump_json())
    document["name"] = "films"
    document["title"] = {"en": "Chest films", "zh": "胸片"}
    document["question"] = {"en": "Does the film show a cloud?", "zh": "胸片是否显示阴影？"}
    document["sources"] = [{"name": "films", "modality": "image", "format": "image", "path": "x", "subject": "file"}]
    document["columns"] = [
        {"name": "film", "source": "films", "role": "feature", "label": {"en": "Chest film", "zh": "胸片"}},
        {"name": "diagnosis", "source": "films", "role": "outcome", "path": "folder"},
    ]
    document["comparison"]["baselines"] = ["majority", "hog"]
    return Study.model_validate_json(json.dumps(document))


def film_record(number: str, picture: Picture | None = None) -> Record:
    """Return a case of one picture."""
    cell = encode(film() if picture is None else picture)
    return Record(subject=SubjectId(number), modality="image", source="films", payload={"film": cell})


@dataclass
class FilmPredictor(MadeUpPredictor):
    """Says malignant; the brightest cells speak for it, the darkest against; a dark picture is unlike any."""

    def read(self, path: Path) -> Sequence[Record]:
        self.read_from.append(path)
        return self.reading

    def predict(self, records: Sequence[Record]) -> Sequence[Prediction]:
        self.asked += len(records)
        return [self._said(one) for one in records]

    def _said(self, one: Record) -> Prediction:
        picture = decode(str(one.payload["film"]))
        tokens = Pictures(values=(picture.values,), columns=film_study().features(), spacing=(picture.spacing,))
        means = np.array([picture.values[(slice(None), *cell)].mean() for cell in tokens.cells(0)])
        strange = bool(picture.values.max() < 20)
        order = np.argsort(-np.abs(means - means.mean()))[:8]
        weights = {int(at): float((means[at] - means.mean()) / 50) for at in order}
        return Prediction(
            release=RELEASE,
            model=MODEL,
            probabilities={"benign": 0.1, "malignant": 0.9},
            prediction_set=["malignant"],
            abstained=strange,
            why_abstained="The picture is unlike those the model learned from." if strange else "",
            why_abstained_zh="本图像与模型学习过的图像不相似。" if strange else "",
            reasons=()
            if strange
            else [
                Reason(place=tokens.places(0)[at], shown=f"{means[at]:.4g}", weight=one) for at, one in weights.items()
            ],
            method="" if strange else "occlusion",
            explained="" if strange else "malignant",
        )


@dataclass
class FilmRoom(MadeUpRoom):
    """A desk of films."""

    predictor: FilmPredictor = field(default_factory=FilmPredictor)

    def served(self) -> Served:
        return replace(super().served(), ranges={}, version="films hog")

    def desk(self) -> Desk:
        return Desk(self.custodian, film_study(), self.served(), self.clock, None)  # type: ignore[arg-type]
