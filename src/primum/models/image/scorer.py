"""The fitted neural model of pictures: what it says of each, from which samples, and what its features are."""

import json
from collections.abc import Mapping
from itertools import product
from typing import Any, Self

import numpy as np
import torch
from safetensors.torch import load
from torch import Tensor
from torch.nn import functional

from primum.domain.study import Model
from primum.domain.tokens import Floats, Pictures, Tokens, pictures_of
from primum.models.devices import one_thread
from primum.models.image.kept import WEIGHTS, files_of, undamaged
from primum.models.image.looks import MODE, Look
from primum.models.image.nets import Classifier, classifier

SHAPE = "image.json"


class ImageScorer:
    """The fitted classifier; scores on the processor in single precision, in one thread.

    Pictures are scored one by one, so that what is said of one does not depend on those beside it.

    Args:
        net: The trained classifier.
        look: How it sees pictures.
        model: Shape of the net.
    """

    def __init__(self, net: Classifier, look: Look, model: Model) -> None:
        self._net, self._look, self._model = net.float().eval(), look, model
        self._net.requires_grad_(requires_grad=False)

    @property
    def classes(self) -> int:
        """Return how many classes there are."""
        return self._net.head.out_features

    def logits(self, tokens: Tokens) -> Floats:
        """Return unnormalised log-probabilities, shape (subjects, classes), averaged over the views of the recipe."""
        found = np.zeros((len(tokens), self.classes))
        with torch.inference_mode(), one_thread():
            for row, picture in enumerate(self._shown(tokens)):
                found[row] = self._net(self._views(picture)).double().mean(dim=0).numpy()
        return found

    def features(self, tokens: Tokens) -> Floats:
        """Return the means of the last feature maps, shape (subjects, features): what the head decides by."""
        found = np.zeros((len(tokens), self._net.encoder.width))
        with torch.inference_mode(), one_thread():
            for row, picture in enumerate(self._shown(tokens)):
                found[row] = self._net.encoder(picture.unsqueeze(0))[0].flatten(1).mean(dim=1).double().numpy()
        return found

    def slopes(self, tokens: Tokens, kept: Floats, weight: Floats) -> Floats:
        """Return the gradient of weighted logits by how much of each place is there.

        Args:
            tokens: One subject.
            kept: 1 for a cell that is there, 0 for one that has the picture's mean, or between, shape (rows, places).
            weight: Of each class, shape (classes,).
        """
        pictures = pictures_of(tokens)
        own = torch.from_numpy(np.ascontiguousarray(pictures.values[0], dtype=np.float32))
        mean = own.flatten(1).mean(dim=1).reshape(-1, *(1 for _ in own.shape[1:]))
        where = owners(pictures, 0)
        found = np.zeros_like(kept)
        with one_thread():
            for row, one in enumerate(kept):
                there = torch.tensor(one, dtype=torch.float32, requires_grad=True)
                share = there[where]
                faded = self._look.shown(share * own + (1 - share) * mean, pictures.spacing[0])
                logits = self._net(self._views(faded)).mean(dim=0)
                (slope,) = torch.autograd.grad(logits @ torch.tensor(weight, dtype=torch.float32), there)
                found[row] = slope.double().numpy()
        return found

    def maps(self, tokens: Tokens, weight: Floats) -> Floats:
        """Return each place's part in weighted logits by feature maps times their gradient, shape (places,).

        Taken are the deepest maps that have a sample for every cell along each axis, so that no two cells share one.

        Args:
            tokens: One subject.
            weight: Of each class, shape (classes,).

        Source:
            Draelos & Carin 2020, arXiv:2011.08891 (HiResCAM).
        """
        pictures = pictures_of(tokens)
        space = pictures.values[0].shape[1:]
        cells = [len({one[axis].start for one in pictures.cells(0)}) for axis in range(len(space))]
        with one_thread(), torch.enable_grad():
            maps = self._net.encoder.stem(next(iter(self._shown(tokens))).unsqueeze(0))
            taken = maps
            for stage in self._net.encoder.stages:
                maps = stage(maps if maps.requires_grad else maps.requires_grad_())
                if all(size >= count for size, count in zip(maps.shape[2:], cells, strict=True)):
                    taken = maps
            told = self._net.decide(maps)[0] @ torch.tensor(weight, dtype=torch.float32)
            (slope,) = torch.autograd.grad(told, taken)
            part = (slope * taken).sum(dim=1, keepdim=True).detach()
        frame = self._look.recipe.size
        spread = functional.interpolate(part, size=frame, mode=MODE[len(frame)], align_corners=False)
        inside = self._look.inside(space, pictures.spacing[0])
        for axis, (at, size) in enumerate(zip(self._look.margins(inside), inside, strict=True)):
            spread = spread.narrow(2 + axis, at, size)
        own = functional.interpolate(spread, size=space, mode=MODE[len(frame)], align_corners=False)
        dense = own[0, 0].double().numpy()
        return np.array([dense[cell].mean() for cell in pictures.cells(0)])

    def state(self) -> Mapping[str, bytes]:
        """Return weights as safetensors, and the net's shape and its look as JSON."""
        shape = {
            "model": self._model.model_dump(mode="json"),
            "classes": self.classes,
            "look": self._look.as_document(),
        }
        return files_of(self._net, shape, SHAPE)

    @classmethod
    def load(cls, state: Mapping[str, bytes]) -> Self:
        """Return the scorer whose state this is.

        Raises:
            IntegrityError: It is not one this class wrote.
        """
        with undamaged("the neural model"):
            shape: dict[str, Any] = json.loads(state[SHAPE])
            model = Model.model_validate_json(json.dumps(shape["model"]))
            look = Look.from_document(shape["look"])
            net = classifier((look.channels, len(look.recipe.size)), shape["classes"], model)
            net.load_state_dict(load(state[WEIGHTS]))
        return cls(net, look, model)

    def _shown(self, tokens: Tokens) -> list[Tensor]:
        pictures = pictures_of(tokens)
        return [self._look.tensor(pictures.take(np.array([row])))[0] for row in range(len(pictures))]

    def _views(self, picture: Tensor) -> Tensor:
        """Return a picture as it is looked at, shape (views, channels, *size): as it is, moved, and mirrored."""
        recipe, axes = self._look.recipe, picture.ndim - 1
        seen = [picture]
        for axis, step in product(range(axes), (-recipe.views, recipe.views)):
            if recipe.views:
                size = picture.shape[1 + axis]
                seen.append(picture.index_select(1 + axis, (torch.arange(size) + step).clamp(0, size - 1)))
        if recipe.views:
            for axis in recipe.flips:
                seen += [one.flip(1 + axis) for one in seen]
        return torch.stack(seen)


def owners(pictures: Pictures, row: int) -> Tensor:
    """Return the place each sample of a picture lies in, shape (*space,)."""
    found = torch.zeros(pictures.values[row].shape[1:], dtype=torch.long)
    for place, cell in enumerate(pictures.cells(row)):
        found[cell] = place
    return found
