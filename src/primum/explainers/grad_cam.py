"""HiResCAM: where in a picture the features lie that speak for a class, at the price of one gradient."""

from primum.domain.tokens import Floats
from primum.plugins import Case, MappedCase


class GradCam:
    """Each cell's feature maps times the gradient of the log-odds by them, summed over features, mean over the cell.

    Unlike Grad-CAM, which averages gradients over the picture first and so may light up what the model did not use, no
    place is credited with the gradient of another. Nothing is cut off below zero: what speaks against a class is told.

    Source:
        Selvaraju et al. 2017, ICCV (Grad-CAM); Draelos & Carin 2020, arXiv:2011.08891 (HiResCAM).
    """

    needs = MappedCase
    signed = True

    def weigh(self, case: Case, seed: int) -> Floats:
        """Return one weight a place, shape (places,): above zero where the place's features raise the log-odds.

        Raises:
            TypeError: The model has no feature maps.
        """
        del seed
        if not isinstance(case, MappedCase):
            raise TypeError("This method asks for feature maps, and the model has none.")
        return case.maps()
