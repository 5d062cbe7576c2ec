"""Checks of calibration: a probability means what it says, and a prediction set holds the truth as often as promised.

Source: Van Calster et al. 2019, BMC Med 17:230; Vovk, Gammerman, Shafer 2005, Algorithmic Learning in a Random World.
"""

from primum.domain.claim import AbsentError, Claim, Limit, Reading, Said, as_estimate
from primum.domain.norm import Verdict
from primum.domain.study import Limits

RANK = (Verdict.MET, Verdict.NEEDS_A_PERSON, Verdict.UNMET)


class WithinNoise(Claim):
    """The calibration error is not above what a perfect model would show by chance on as many subjects.

    Source: Roelofs et al. 2022, AISTATS (debiased expected calibration error); Broecker & Smith 2007, Weather Forecast
    22:651 (consistency under a perfect model).
    """

    id = "calibration.within-noise"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where debiased ECE less a perfect model's 95th percentile is at most ``calibration_excess_at_most``."""
        debiased = reading.number("performance", "calibration", "ece_debiased")
        floor = reading.number("performance", "calibration", "ece_null_95")
        excess, most = debiased - floor, limits.calibration_excess_at_most
        return Said(
            Verdict.MET if excess <= most else Verdict.UNMET,
            f"The debiased calibration error is {debiased:.3f}; a perfect model would show up to {floor:.3f} by chance "
            f"in 95 of 100 samples of this size. The excess of {excess:+.3f} may be at most {most:g}.",
            f"去偏校准误差为 {debiased:.3f}；完美模型在同样人数下 95% 的样本中误差不超过 {floor:.3f}。"
            f"超出 {excess:+.3f}，允许不超过 {most:g}。",
        )


class ClassCoverage(Claim):
    """In each class, the sick above all, prediction sets hold the truth as often as promised.

    Source: Vovk 2012, ACML (conditional validity of conformal predictors); Clopper & Pearson 1934, Biometrika 26:404.
    """

    id = "calibration.class-coverage"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Judge each class; where the numbers do not decide and none is shown to fail, a person must."""
        by_class = reading.table("performance", "conformal", "by_class")
        if not by_class:
            raise AbsentError("no class's coverage was measured", "未测量任何类别的覆盖率")
        floor = limits.coverage - limits.coverage_shortfall_at_most
        said = []
        for name in sorted(by_class):
            estimate = as_estimate(by_class[name])
            if estimate is None:
                raise AbsentError(f"coverage of {name} rests on too few subjects", f"{name} 类人数太少，覆盖率不予显示")
            limit = Limit(value=round(floor, 6), at_least=True, en=f"Coverage of {name}", zh=f"{name} 类覆盖率")
            said.append(limit.judge(estimate, undecided=Verdict.NEEDS_A_PERSON))
        worst = max((one.verdict for one in said), key=RANK.index)
        return Said(worst, " ".join(one.en for one in said), "".join(one.zh for one in said))


class Abstention(Claim):
    """The model does not hold its tongue more often than is useful.

    Source: Geifman & El-Yaniv 2017, NeurIPS 30 (selective classification).
    """

    id = "calibration.abstention"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where even the high end of the share of abstentions is at most ``abstention_at_most``."""
        estimate = reading.estimate("performance", "conformal", "abstention")
        limit = Limit(value=limits.abstention_at_most, at_least=False, en="The share of abstentions", zh="弃权比例")
        return limit.judge(estimate)
