"""Checks of documentation: what the model is for, what it is not for, and until when that holds.

Source: Reg. (EU) 2024/1689 Annex IV; 45 CFR 170.315(b)(11)(iv); Sendak et al. 2020, npj Digit Med 3:41 (Model Facts).
"""

from primum.domain.claim import AbsentError, Claim, Reading, Said
from primum.domain.norm import Verdict
from primum.domain.study import Limits

USE = (
    ("purpose", "用途"),
    ("users", "使用者"),
    ("setting", "场所"),
    ("population", "人群"),
)


class IntendedUseStated(Claim):
    """Purpose, users, setting and population are stated.

    Source: Reg. (EU) 2024/1689 Annex IV(1)(a); 45 CFR 170.315(b)(11)(iv)(B)(2).
    """

    id = "documentation.intended-use-stated"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where none of the four is empty."""
        del limits
        blank = [(en, zh) for en, zh in USE if not reading.text("declaration", "intended_use", en)]
        if blank:
            raise AbsentError(
                f"the intended use leaves out {', '.join(en for en, _ in blank)}",
                f"预期用途缺少{'、'.join(zh for _, zh in blank)}",
            )
        users, population = (reading.text("declaration", "intended_use", one) for one in ("users", "population"))
        return Said(Verdict.MET, f"For {users}, about {population}.", f"使用者：{users}；适用人群：{population}。")


class NotForStated(Claim):
    """What the model must not be used for is stated.

    Source: Reg. (EU) 2024/1689 Annex IV(3); 45 CFR 170.315(b)(11)(iv)(B)(3).
    """

    id = "documentation.not-for-stated"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where at least one such use is named."""
        del limits
        listed = [str(one).strip() for one in reading.items("declaration", "intended_use", "not_for")]
        if not any(listed):
            raise AbsentError("no use is ruled out", "未排除任何用途")
        shown = [one for one in listed if one]
        return Said(Verdict.MET, f"Not for: {'; '.join(shown)}.", f"不得用于：{'；'.join(shown)}。")


class ValidityStated(Claim):
    """How long a release may be used before it must be looked at anew is stated.

    Source: Sendak et al. 2020, npj Digit Med 3:41.
    """

    id = "documentation.validity-stated"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the number of days is at least one."""
        del limits
        days = reading.count("declaration", "validity_days")
        if not days:
            raise AbsentError("no time of validity is declared", "未声明有效期")
        return Said(Verdict.MET, f"A release is valid for {days} days.", f"发布有效期为 {days} 天。")
