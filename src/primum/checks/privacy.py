"""Checks of privacy: what identified a patient is gone, and what could still single one out is counted.

Source: 45 CFR 164.514(b); Reg. (EU) 2016/679 Art 5(1)(c), 25; GB/T 37964-2019.
"""

from primum.domain.claim import AbsentError, Claim, Reading, Said
from primum.domain.norm import Verdict
from primum.domain.study import Limits

TREATED = frozenset({"identifier", "date", "text"})
"""Roles of columns that may not be kept as they came."""


class NoDirectIdentifiers(Claim):
    """No direct identifier is left in the protected records.

    Source: 45 CFR 164.514(b)(2)(i)(A)-(R).
    """

    id = "privacy.no-direct-identifiers"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the search after protection found none."""
        del limits
        left = reading.count("privacy", "direct_identifiers_left")
        removed = reading.table("privacy", "removed")
        total = sum(one for one in removed.values() if isinstance(one, int))
        if left:
            return Said(
                Verdict.UNMET,
                f"{left} direct identifiers are still in the protected records.",
                f"受保护记录中仍有 {left} 个直接标识符。",
            )
        return Said(
            Verdict.MET,
            f"No direct identifier is left; {total} of {len(removed)} kinds were removed.",
            f"未留下直接标识符；共移除 {len(removed)} 类 {total} 个。",
        )


class CanariesFoundNone(Claim):
    """Identifiers planted on purpose do not come out again.

    Source: Carlini et al. 2019, The Secret Sharer, USENIX Security 28 (planted canaries as a test of leakage).
    """

    id = "privacy.canaries-found-none"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where some were planted and none was found."""
        del limits
        planted, found = reading.count("privacy", "canaries", "planted"), reading.count("privacy", "canaries", "found")
        if not planted:
            raise AbsentError(
                "no identifier was planted, so the search was not put to the test", "未植入测试标识符，搜索未经检验"
            )
        if found:
            return Said(
                Verdict.UNMET,
                f"{found} of {planted} planted identifiers came through protection.",
                f"植入的 {planted} 个标识符中有 {found} 个未被移除。",
            )
        return Said(
            Verdict.MET,
            f"None of {planted} planted identifiers came through protection.",
            f"植入的 {planted} 个标识符无一遗留。",
        )


class ColumnsTreated(Claim):
    """Every identifier, date and text column was removed, shifted or scrubbed: only declared columns pass.

    Source: Reg. (EU) 2016/679 Art 5(1)(c), 25(2).
    """

    id = "privacy.columns-treated"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where no column of such a role was kept as it came."""
        del limits
        columns = [one for one in reading.items("privacy", "columns") if isinstance(one, dict)]
        if not columns:
            raise AbsentError("no column is listed", "未列出任何列")
        risky = [one for one in columns if one.get("role") in TREATED]
        kept = sorted(str(one.get("name")) for one in risky if one.get("action") in {None, "", "kept"})
        if kept:
            return Said(
                Verdict.UNMET,
                f"These columns passed protection as they came: {', '.join(kept)}.",
                f"下列各列未经处理：{'、'.join(kept)}。",
            )
        return Said(
            Verdict.MET,
            f"All {len(risky)} identifying, date and text columns of {len(columns)} were treated.",
            f"共 {len(columns)} 列，其中标识、日期及文本 {len(risky)} 列均已处理。",
        )


class KAnonymityReported(Claim):
    """What could single out a patient together with other knowledge is named and measured.

    Source: Sweeney 2002, Int J Uncertain Fuzz 10:557 (k-anonymity).
    """

    id = "privacy.k-anonymity-reported"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the quasi-identifiers are listed and the smallest group they form was counted."""
        names = reading.items("privacy", "quasi_identifiers")
        if not names:
            return Said(Verdict.MET, "The study declares no quasi-identifier.", "研究未声明任何准标识符。")
        listed = [str(one) for one in names]
        if reading.table("privacy", "k_anonymity").get("k", 0) is None:
            few = limits.small_number
            return Said(
                Verdict.MET,
                f"By {', '.join(listed)} some subjects share a group of fewer than {few}; "
                "this is reported, not judged, here.",
                f"按{'、'.join(listed)}分组，有受试者所在组不足 {few} 人；此处仅报告，不作评判。",
            )
        k = _smallest(reading, limits)
        return Said(
            Verdict.MET,
            f"By {', '.join(listed)} every subject shares a group of at least {k}; this is reported, not judged, here.",
            f"按{'、'.join(listed)}分组，每名受试者所在组至少 {k} 人；此处仅报告，不作评判。",
        )


class KAnonymity(Claim):
    """Nobody stands out by quasi-identifiers: every group has at least the declared size.

    Source: Sweeney 2002, Int J Uncertain Fuzz 10:557 (k-anonymity).
    """

    id = "privacy.k-anonymity"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the smallest group reaches ``k_anonymity_at_least``."""
        if not reading.items("privacy", "quasi_identifiers"):
            return Said(Verdict.MET, "The study declares no quasi-identifier.", "研究未声明任何准标识符。")
        k, least = _smallest(reading, limits), limits.k_anonymity_at_least
        return Said(
            Verdict.MET if k >= least else Verdict.UNMET,
            f"The smallest group that quasi-identifiers form holds {k} subjects; at least {least} are asked.",
            f"准标识符形成的最小组有 {k} 人；要求不少于 {least} 人。",
        )


def _smallest(reading: Reading, limits: Limits) -> int:
    """Return the smallest group; one too small to be published counts as 1.

    Raises:
        AbsentError: It was not measured.
    """
    measured = reading.table("privacy", "k_anonymity")
    if "k" in measured and measured["k"] is None and limits.small_number <= limits.k_anonymity_at_least:
        return 1
    return reading.count("privacy", "k_anonymity", "k")
