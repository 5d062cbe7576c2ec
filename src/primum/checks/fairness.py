"""Checks of fairness: groups are looked at one by one, and a gap is judged with three answers, not two.

Source: Reg. (EU) 2024/1689 Art 10(2)(f)-(g); 45 CFR 92.210; WHO 2021 principle 5.
"""

from statistics import NormalDist

from primum.domain.claim import AbsentError, Claim, Reading, Said, as_estimate, spell
from primum.domain.evidence import Estimate
from primum.domain.norm import Verdict
from primum.domain.study import Limits

LEVEL = 0.025
"""One-sided error allowed for the whole family of groups: the tail beyond one end of a 95% interval."""


class SubgroupsExamined(Claim):
    """Performance is reported for each group the study names, and groups too small to show are named as such.

    Source: TRIPOD+AI item 23a; Reg. (EU) 2024/1689 Annex IV(3).
    """

    id = "fairness.subgroups-examined"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where at least two groups of some column are reported."""
        del limits
        rows = [one for one in reading.items("performance", "subgroups") if isinstance(one, dict)]
        columns = sorted({str(one.get("column")) for one in rows})
        if len(rows) < 2:  # noqa: PLR2004 - one group is no comparison
            raise AbsentError("the study compares no groups", "研究未比较任何分组")
        shown = sum(as_estimate(one.get("recall")) is not None for one in rows)
        return Said(
            Verdict.MET,
            f"{len(rows)} groups by {', '.join(columns)} were examined; sensitivity is shown for {shown}, "
            f"the others are too small.",
            f"按{'、'.join(columns)}检查了 {len(rows)} 个分组；其中 {shown} 组显示灵敏度，其余人数太少。",
        )


class SubgroupGap(Claim):
    """The difference in sensitivity between groups is within the limit.

    Within the limit in every column needs no correction (all must hold); beyond it in some column is claimed only where
    Holm's procedure rejects "within the limit" at the 2.5% level over all columns. Between the two a person must judge.

    Source: Holm 1979, Scand J Stat 6:65; Berger 1982, Technometrics 24:295 (intersection-union tests).
    """

    id = "fairness.subgroup-gap"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met, unmet, or for a person to judge where the groups are too small to tell."""
        gaps = reading.table("performance", "subgroup_gap")
        if not gaps:
            raise AbsentError("the study compares no groups", "研究未比较任何分组")
        shown = {name: one for name in sorted(gaps) if (one := as_estimate(gaps[name])) is not None}
        most = limits.subgroup_gap_at_most
        beyond = _beyond(shown, most)
        hidden = sorted(set(gaps) - set(shown))
        spelled = [(name, *spell(one)) for name, one in shown.items()] + [
            (name, "not shown", "未予显示") for name in hidden
        ]
        listed, listed_zh = "; ".join(f"{a}: {b}" for a, b, _ in spelled), "；".join(f"{a}：{c}" for a, _, c in spelled)
        en = f"Gap in sensitivity by {listed}. At most {most:g} is asked"
        zh = f"灵敏度差距：{listed_zh}。要求不超过 {most:g}"
        if beyond:
            return Said(
                Verdict.UNMET,
                f"{en}, and it is shown to be larger by {', '.join(beyond)}.",
                f"{zh}，而{'、'.join(beyond)}的差距被证明更大。",
            )
        if hidden or any(_worst(one) > most for one in shown.values()):
            return Said(
                Verdict.NEEDS_A_PERSON,
                f"{en}; the groups are too small to show it, so a person must judge.",
                f"{zh}；分组人数太少，无法证明，须由人判断。",
            )
        return Said(Verdict.MET, f"{en}, and even the worse end keeps it.", f"{zh}，区间较差一端亦达到。")


def _worst(gap: Estimate) -> float:
    """Return the larger of the interval's ends in size."""
    return max(abs(gap.low), abs(gap.high))


def _beyond(gaps: dict[str, Estimate], most: float) -> list[str]:
    """Return the columns in which Holm's procedure rejects that the gap is within the limit."""
    tail = {name: _tail(gap, most) for name, gap in gaps.items()}
    found = []
    for place, name in enumerate(sorted(tail, key=lambda name: (tail[name], name))):
        if tail[name] > LEVEL / (len(tail) - place):
            break
        found.append(name)
    return sorted(found)


def _tail(gap: Estimate, most: float) -> float:
    """Return the one-sided p-value of "the gap is within the limit", the interval taken for a normal one."""
    width = (gap.high - gap.low) / (2 * NormalDist().inv_cdf(1 - LEVEL))
    distance = abs(gap.value) - most
    if width <= 0:
        return 0.0 if distance > 0 else 1.0
    return 1 - NormalDist().cdf(distance / width)
