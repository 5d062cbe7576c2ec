"""Checks of faithfulness: an explanation shown to a doctor names what the model really used.

Source: Samek et al. 2017, IEEE Trans Neural Netw Learn Syst 28:2660 (perturbation against random order).
"""

from primum.domain.claim import AbsentError, Claim, Limit, Reading, Said
from primum.domain.study import Limits


class BeatsRandom(Claim):
    """Taking away what the explanation names moves the model more than taking away as much at random.

    Source: Samek et al. 2017, IEEE Trans Neural Netw Learn Syst 28:2660.
    """

    id = "faithfulness.beats-random"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where a method was chosen and the low end of its ratio reaches ``faithfulness_ratio_at_least``."""
        chosen = reading.text("faithfulness", "chosen")
        if not chosen:
            raise AbsentError(
                "no explanation method passed its own test, so none is shown", "没有解释方法通过检验，因此不予展示"
            )
        estimate = reading.estimate("faithfulness", "methods", chosen, "ratio")
        return Limit(
            value=limits.faithfulness_ratio_at_least,
            at_least=True,
            en=f"The effect of removing what {chosen} names, as a multiple of random removal,",
            zh=f"移除 {chosen} 所指因素的效应与随机移除之比",
        ).judge(estimate)
