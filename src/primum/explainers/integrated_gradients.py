"""Integrated gradients: slopes gathered on the way from nothing to the case, place by place."""

from typing import Any

import torch
from captum.attr import IntegratedGradients as Captum

from primum.domain.tokens import Floats
from primum.plugins import Case, SlopedCase

STEPS = 8
"""Points on the way; more hardly change the order of words."""


class IntegratedGradients:
    """Each place's share of the rise in log-odds along the straight way from all typical to all its own.

    Source:
        Sundararajan, Taly & Yan 2017, ICML; captum ``IntegratedGradients``.
    """

    needs = SlopedCase
    signed = True

    def weigh(self, case: Case, seed: int) -> Floats:
        """Return one weight a place, shape (places,): above zero where the case's own raises the log-odds.

        Raises:
            TypeError: The case knows no slopes.
        """
        del seed
        if not isinstance(case, SlopedCase):
            raise TypeError("This method asks for slopes, and the model knows none.")
        ones = torch.ones((1, case.places), dtype=torch.float64)
        weights = Captum(lambda kept: _LogOdds.apply(kept, case), multiply_by_inputs=True).attribute(  # type: ignore[no-untyped-call]
            ones, baselines=torch.zeros_like(ones), n_steps=STEPS
        )
        found: Floats = weights[0].detach().numpy().astype("float64")
        return found


class _LogOdds(torch.autograd.Function):
    """A case's log-odds as captum wants them: a function of what is kept, with its own gradient."""

    @staticmethod
    def forward(ctx: Any, kept: torch.Tensor, case: SlopedCase) -> torch.Tensor:  # noqa: ANN401 - torch's context
        """Return a number a row; captum uses nothing of it but its gradient."""
        ctx.kept, ctx.case = kept.detach(), case
        return kept.sum(dim=1) * 0.0

    @staticmethod
    def backward(ctx: Any, *pulled: torch.Tensor) -> tuple[torch.Tensor, None]:  # noqa: ANN401 - torch's context
        """Return the gradient by what is kept."""
        with torch.enable_grad():  # the scorer may take gradients of its own
            slopes = torch.from_numpy(ctx.case.slopes(ctx.kept.numpy()))
        return pulled[0].unsqueeze(1) * slopes, None
