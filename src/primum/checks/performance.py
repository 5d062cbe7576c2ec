"""Checks of performance on the sealed test part, judged by the bad end of each interval.

Source: Reg. (EU) 2024/1689 Art 9(8), 15(1); TRIPOD+AI (BMJ 2024;385:e078378).
"""

from primum.domain.claim import AbsentError, Claim, Limit, Reading, Said, as_estimate, spell
from primum.domain.norm import Verdict
from primum.domain.study import Limits

OURS = "primum"
"""The name of our neural candidate among the scorers."""
FIGURES = {"roc_auc": "AUROC", "f1": "F1"}


class PrecommittedThresholds(Claim):
    """The limits were written into the log before the test part was opened.

    Source: Reg. (EU) 2024/1689 Art 9(8).
    """

    id = "performance.precommitted-thresholds"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the log shows it, for these very limits."""
        sealed = reading.table("performance", "sealed")
        if sealed.get("committed_before_opening") is not True:
            return Said(
                Verdict.UNMET,
                "The limits were not in the log before the test part was opened.",
                "测试部分开封之前，界值未记入日志。",
            )
        committed = reading.text("performance", "sealed", "limits")
        if committed != limits.digest:
            return Said(
                Verdict.UNMET,
                f"The limits committed ({committed[:12]}) are not those judged by ({limits.digest[:12]}).",
                f"记入日志的界值（{committed[:12]}）与评判所用界值（{limits.digest[:12]}）不同。",
            )
        others = reading.count("performance", "sealed", "other_models_that_opened")
        return Said(
            Verdict.MET,
            f"The limits ({committed[:12]}) were in the log before the test part was opened; "
            f"{others} other models have opened the same part.",
            f"测试部分开封之前，界值（{committed[:12]}）已记入日志；另有 {others} 个模型开封过同一部分。",
        )


class SealedOnce(Claim):
    """The test part was opened for this model alone: nobody chose among models by looking at it.

    Source: Dwork et al. 2015, Science 349:636 (reuse of a holdout).
    """

    id = "performance.sealed-once"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where no other model opened it."""
        del limits
        others = reading.count("performance", "sealed", "other_models_that_opened")
        if others:
            return Said(
                Verdict.UNMET,
                f"{others} other models opened the same test part; its figures may flatter.",
                f"另有 {others} 个模型开封过同一测试部分；其数字可能偏于乐观。",
            )
        return Said(Verdict.MET, "No other model opened the test part.", "测试部分未被其他模型开封。")


class BetterThanChance(Claim):
    """The released model tells the classes apart as well as was asked beforehand.

    Source: Hanley & McNeil 1982, Radiology 143:29 (area under the ROC curve).
    """

    id = "performance.better-than-chance"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the low end of the AUROC is above one half and reaches ``auroc_at_least``."""
        estimate = reading.estimate("performance", "metrics", reading.text("performance", "released"), "roc_auc")
        said = Limit(value=limits.auroc_at_least, at_least=True, en="The AUROC", zh="AUROC ").judge(estimate)
        if said.verdict is Verdict.MET and estimate.low <= 0.5:  # noqa: PLR2004 - a coin's AUROC
            return Said(Verdict.UNMET, f"{said.en} But it is no better than a coin.", f"{said.zh}但不优于抛硬币。")
        return said


class Sensitivity(Claim):
    """Of the sick, enough are found.

    Source: Altman & Bland 1994, BMJ 308:1552.
    """

    id = "performance.sensitivity"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the low end reaches ``sensitivity_at_least``."""
        estimate = reading.estimate("performance", "metrics", reading.text("performance", "released"), "recall")
        return Limit(value=limits.sensitivity_at_least, at_least=True, en="Sensitivity", zh="灵敏度").judge(estimate)


class Specificity(Claim):
    """Of the healthy, enough are spared.

    Source: Altman & Bland 1994, BMJ 308:1552.
    """

    id = "performance.specificity"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the low end reaches ``specificity_at_least``."""
        estimate = reading.estimate("performance", "metrics", reading.text("performance", "released"), "specificity")
        return Limit(value=limits.specificity_at_least, at_least=True, en="Specificity", zh="特异度").judge(estimate)


class NotWorseThanBaselines(Claim):
    """What is released is no worse than the baselines, and no more complex than it has earned to be.

    Source: Christodoulou et al. 2019, J Clin Epidemiol 110:12 (machine learning against logistic regression).
    """

    id = "performance.not-worse-than-baselines"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where our model beat every baseline, or gave way to the simplest adequate one, and the test agrees."""
        del limits
        beaten, released = reading.take("selection", "beaten") is True, reading.text("performance", "released")
        en, zh = _losses(reading)
        if not beaten and reading.text("declaration", "if_not_beaten") == "refuse":
            return Said(
                Verdict.UNMET,
                f"Our model did not beat every baseline, and the study refuses a release then.{en}",
                f"本模型未胜过全部基线，而研究规定此时拒绝发布。{zh}",
            )
        if not beaten and released == OURS:
            return Said(
                Verdict.UNMET,
                f"Our model did not beat every baseline, yet it is the one released.{en}",
                f"本模型未胜过全部基线，却仍被选为发布模型。{zh}",
            )
        worse = self._worse_on_test(reading, released)
        if worse:
            return Said(
                Verdict.UNMET,
                f"On the test part {released} is shown to be worse than {', '.join(worse)}.",
                f"在测试部分，{released} 被证明劣于{'、'.join(worse)}。",
            )
        if beaten:
            return Said(Verdict.MET, f"{released} beat every baseline.{en}", f"{released} 胜过全部基线。{zh}")
        return Said(
            Verdict.MET,
            f"Our model did not beat every baseline, so the simplest adequate one is released: {released}.{en}",
            f"本模型未胜过全部基线，因此改为发布最简单而足够好的 {released}。{zh}",
        )

    def _worse_on_test(self, reading: Reading, released: str) -> list[str]:
        """Return the baselines that the released model is shown to be worse than, by either paired difference."""
        differences = reading.table("performance", "differences")
        found = []
        for name, by_metric in sorted(differences.items()):
            if name == released or not isinstance(by_metric, dict):
                continue
            figure = "f1" if "f1" in by_metric else "roc_auc"
            loss, other = as_estimate(by_metric.get("log_loss")), as_estimate(by_metric.get(figure))
            if loss is None or other is None:
                raise AbsentError(f"the difference from {name} is not shown", f"与 {name} 的差异未予显示")
            if loss.low > 0 or other.high < 0:
                found.append(f"{name} (log loss {spell(loss)[0]}, {FIGURES[figure]} {spell(other)[0]})")
        if not [name for name in differences if name != released]:
            raise AbsentError("no baseline was compared on the test part", "测试部分未与任何基线比较")
        return found


class FiguresReported(Claim):
    """Discrimination and calibration of the released model are both reported, with intervals.

    Source: TRIPOD+AI item 23a; Van Calster et al. 2019, BMC Med 17:230.
    """

    id = "performance.figures-reported"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where AUROC, average precision, Brier score, log loss, calibration slope and intercept are shown."""
        del limits
        released = reading.text("performance", "released")
        shown = [
            *(
                reading.estimate("performance", "metrics", released, name)
                for name in ("roc_auc", "average_precision", "brier_score_loss", "log_loss")
            ),
            reading.estimate("performance", "calibration", "slope"),
            reading.estimate("performance", "calibration", "intercept"),
        ]
        return Said(
            Verdict.MET,
            f"Discrimination and calibration of {released} are reported with intervals, {shown[0].n} test subjects.",
            f"{released} 的区分度与校准度均附区间报告，测试受试者 {shown[0].n} 人。",
        )


def _losses(reading: Reading) -> tuple[str, str]:
    """Return the candidates' cross-validated log loss in words, ours first; empty where none is shown."""
    candidates = [one for one in reading.items("selection", "candidates") if isinstance(one, dict)]
    known = {str(one.get("name")): as_estimate(one.get("log_loss")) for one in candidates}
    ordered = sorted(known.items(), key=lambda pair: (pair[0] != OURS, pair[0]))
    words = [(name, *spell(estimate)) for name, estimate in ordered if estimate is not None]
    if not words:
        return "", ""
    return (
        " Log loss: " + "; ".join(f"{name} {en}" for name, en, _ in words) + ".",
        "对数损失：" + "；".join(f"{name} {zh}" for name, _, zh in words) + "。",
    )
