"""Checks of oversight: a person decides, and it is said which person.

Source: Reg. (EU) 2024/1689 Art 14(4)(d)-(e); Reg. (EU) 2016/679 Art 22; WHO 2021 principle 1.
"""

from primum.domain.claim import AbsentError, Claim, Reading, Said
from primum.domain.norm import Grade, Verdict
from primum.domain.study import Limits


class DoctorDecides(Claim):
    """The release is asked for a grade at which a doctor decides, and its users are named.

    There is no grade above advisory: the workbench keeps no case final without a clinician's own decision.

    Source: Reg. (EU) 2024/1689 Art 14(4)(d); Reg. (EU) 2016/679 Art 22(1).
    """

    id = "oversight.doctor-decides"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the declared grade is one of research, shadow and advisory, and users are named."""
        del limits
        grade, users = (
            reading.text("declaration", "intended_use", "grade"),
            reading.text("declaration", "intended_use", "users"),
        )
        if grade not in set(Grade):
            return Said(
                Verdict.UNMET,
                f"The declared grade {grade} is not one at which a doctor decides.",
                f"所声明的等级 {grade} 并非由医生决定的等级。",
            )
        if not users:
            raise AbsentError("the study names no users", "研究未载明使用者")
        return Said(
            Verdict.MET,
            f"At grade {grade} nothing is final without a clinician's decision; users: {users}.",
            f"在 {grade} 等级下，未经临床医生决定，任何结果均不生效；使用者：{users}。",
        )
