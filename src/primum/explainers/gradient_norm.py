"""Gradient norm: how far the model would move if a word's vectors were nudged, at the price of one gradient."""

from primum.domain.tokens import Floats
from primum.plugins import AttentiveCase, Case


class GradientNorm:
    """The length of the gradient of the log-odds by the vectors of each word.

    It tells how strongly the model hangs on a word, not to which side: no weight is below zero. (captum's ``Saliency``
    takes the absolute value of each number of the same gradient; its length over a vector is the same.)

    Source:
        Simonyan, Vedaldi & Zisserman 2014, ICLR workshop (saliency by gradients).
    """

    needs = AttentiveCase
    signed = False

    def weigh(self, case: Case, seed: int) -> Floats:
        """Return one weight a place, shape (places,), none below zero.

        Raises:
            TypeError: The model knows no gradient by vectors.
        """
        del seed
        if not isinstance(case, AttentiveCase):
            raise TypeError("This method asks for gradients by the vectors of words, and the model has none.")
        return case.pulls()
