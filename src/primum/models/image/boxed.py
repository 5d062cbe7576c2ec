"""Pictures with boxes as rows, moved together; what a locator must tell of them, and what a wrong answer costs."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from monai.losses.giou_loss import BoxGIoULoss
from torch import Tensor, nn
from torch.nn import functional

from primum.domain.tokens import Floats, Ints, Pictures
from primum.errors import DataError
from primum.models.image.looks import Look
from primum.models.image.recipes import Recipe
from primum.models.image.varying import lit, matrices

STRIDE = 4
"""Samples along each axis of a cell."""
NONE = -1
SPREAD, NARROWEST = 0.12, 0.6
"""Deviation of the bump on a middle, as a share of the box's side; cells, at least."""
INNER = 0.3
"""Height of the bump from which on a cell must tell the edges."""
SMALLEST = 1.0
"""Samples of the frame; what is left of a smaller box is not looked for."""
BOXES_COUNT = 2.0
"""Weight of edges beside middles."""
SURE = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is in one picture.

    Attributes:
        boxes: (top, left, bottom, right) as edges of samples, shape (things, 4).
        kinds: Shape (things,).
    """

    boxes: Floats
    kinds: Ints


class Boxed:
    """Pictures in the frame, and their boxes, as rows.

    Args:
        tokens: Pictures.
        truth: What is in each.
        look: The frame.

    Raises:
        DataError: There is not one finding for each picture.
    """

    def __init__(self, tokens: Pictures, truth: Sequence[Finding], look: Look) -> None:
        if len(tokens) != len(truth):
            raise DataError(
                "There is not one list of boxes for each picture.",
                remedy="Bring a list for every picture, empty where nothing is in it.",
            )
        self._pictures = look.tensor(tokens)
        most = max((len(one.kinds) for one in truth), default=0)
        self._boxes = torch.zeros(len(truth), most, 4)
        self._kinds = torch.full((len(truth), most), NONE)
        for row, (one, picture, spacing) in enumerate(zip(truth, tokens.values, tokens.spacing, strict=True)):
            inside = look.inside(picture.shape[1:], spacing)
            scale = torch.tensor([new / own for own, new in zip(picture.shape[1:], inside, strict=True)] * 2)
            shift = torch.tensor(look.margins(inside) * 2)
            count = len(one.kinds)
            self._boxes[row, :count] = torch.from_numpy(one.boxes).float().reshape(-1, 4) * scale + shift
            self._kinds[row, :count] = torch.from_numpy(one.kinds)

    def __len__(self) -> int:
        """Return how many pictures there are."""
        return len(self._pictures)

    def sizes(self) -> Tensor:
        """Return one for each picture."""
        return torch.ones(len(self), dtype=torch.long)

    def take(self, rows: Tensor) -> tuple[Tensor, ...]:
        """Return pictures (n, channels, *size), boxes (n, most, 4) in the frame and kinds (n, most), -1 for none."""
        return self._pictures[rows], self._boxes[rows], self._kinds[rows]

    def task(self, kinds: int, recipe: Recipe) -> "Task":
        """Return what is to be learnt from these rows."""
        return Task(kinds, recipe)


class Task:
    """The cost of middles and edges told wrongly.

    Args:
        kinds: How many.
        recipe: How pictures and boxes vary together.

    Source:
        Law & Deng 2018, ECCV (focal loss with bumps); Rezatofighi et al. 2019, CVPR (generalised overlap);
        Liu et al. 2020, AAAI (TTFNet: edges told by all cells near a middle).
    """

    def __init__(self, kinds: int, recipe: Recipe) -> None:
        self.kinds, self.recipe = kinds, recipe
        self._overlap = BoxGIoULoss(reduction="none")

    def __call__(self, net: nn.Module, batch: tuple[Tensor, ...], dice: torch.Generator) -> Tensor:
        """Return the loss of a batch."""
        pictures, boxes, kinds = batch
        seen, moved = moved_together(pictures, boxes.cpu(), self.recipe, dice)
        told, edges = net(seen)
        asked = targets(moved, kinds.cpu(), (self.kinds, *told.shape[2:]))
        moved, heat, owner, weight = (one.to(told.device) for one in (moved, *asked))
        chance = told.float().sigmoid().clamp(SURE, 1 - SURE)
        middle = heat == 1
        right = -((1 - chance) ** 2) * chance.log() * middle
        wrong = -((1 - heat) ** 4) * chance**2 * (1 - chance).log() * ~middle
        cost: Tensor = (right.sum() + wrong.sum()) / middle.sum().clamp(min=1)
        where = weight > 0
        if not bool(where.any()):
            return cost  # nothing but background
        row, down, right_of = where.nonzero(as_tuple=True)
        at = torch.stack([down, right_of], dim=1) + 0.5
        reach = edges.float()[row, :, down, right_of]
        said = torch.cat([at - reach[:, :2], at + reach[:, 2:]], dim=1)
        true = moved[row, owner[where]] / STRIDE
        apart = self._overlap(said, true)
        edge: Tensor = (apart * weight[where]).sum() / weight.sum()
        return cost + BOXES_COUNT * edge


def targets(boxes: Tensor, kinds: Tensor, shape: tuple[int, int, int]) -> tuple[Tensor, Tensor, Tensor]:
    """Return what a net must tell of each cell.

    Args:
        boxes: In the frame, shape (n, most, 4).
        kinds: Shape (n, most), -1 for none.
        shape: Kinds, rows and columns of the cells.

    Returns:
        Bumps on middles, 1 at their tops, (n, kinds, rows, columns); which box a cell is near, the smallest first,
        (n, rows, columns); and how much its edges count there, 0 where no box is near, (n, rows, columns).
    """
    count, (many, rows, columns) = len(boxes), shape
    heat, owner = torch.zeros(count, many, rows, columns), torch.zeros(count, rows, columns, dtype=torch.long)
    weight = torch.zeros(count, rows, columns)
    down, across = torch.arange(rows).unsqueeze(1) + 0.5, torch.arange(columns).unsqueeze(0) + 0.5
    for row in range(count):
        there = (kinds[row] >= 0).nonzero().flatten()
        own = boxes[row, there] / STRIDE
        area = (own[:, 2] - own[:, 0]) * (own[:, 3] - own[:, 1])
        for one in area.argsort(descending=True, stable=True).tolist():
            top, left, bottom, right = own[one].tolist()
            height, width = bottom - top, right - left
            if min(height, width) * STRIDE < SMALLEST:
                continue
            middle = int((top + bottom) / 2), int((left + right) / 2)
            if not (0 <= middle[0] < rows and 0 <= middle[1] < columns):
                continue
            deviation = max(NARROWEST, SPREAD * height), max(NARROWEST, SPREAD * width)
            bump = torch.exp(
                -(((down - middle[0] - 0.5) / deviation[0]) ** 2 + ((across - middle[1] - 0.5) / deviation[1]) ** 2) / 2
            )
            kind = int(kinds[row, there[one]])
            heat[row, kind] = torch.maximum(heat[row, kind], bump)
            near = bump > INNER
            owner[row][near] = there[one]
            weight[row][near] = (bump / bump[near].sum())[near]
    return heat, owner, weight


def moved_together(pictures: Tensor, boxes: Tensor, recipe: Recipe, dice: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return pictures that vary, and their boxes moved alike and cut off at the frame.

    Args:
        pictures: Shape (n, channels, rows, columns).
        boxes: Shape (n, most, 4).
        recipe: How far; nothing is turned, mixed or erased.
        dice: On the processor.
    """
    matrix = matrices(len(pictures), 2, recipe, dice)
    grid = functional.affine_grid(matrix.to(pictures.device), list(pictures.shape), align_corners=False)
    seen = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    size = torch.tensor(pictures.shape[2:], dtype=boxes.dtype)
    scale = torch.stack([matrix[:, 1, 1], matrix[:, 0, 0]], dim=1).unsqueeze(1)
    shift = torch.stack([matrix[:, 1, 2], matrix[:, 0, 2]], dim=1).unsqueeze(1)
    ends = [((one / size * 2 - 1 - shift) / scale + 1) / 2 * size for one in (boxes[..., :2], boxes[..., 2:])]
    low, high = torch.minimum(*ends), torch.maximum(*ends)
    cut = [torch.minimum(one.clamp(min=0), size) for one in (low, high)]
    return lit(seen, recipe, dice), torch.cat(cut, dim=-1)
