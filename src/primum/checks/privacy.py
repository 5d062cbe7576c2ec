"""Checks of privacy: what identified a patient is gone, and what could still single one out is counted.

Source: 45 CFR 164.514(b); Reg. (EU) 2016/679 Art 5(1)(c), 25; GB/T 37964-2019.
"""

from primum.domain.claim import AbsentError, Claim, Limit, Reading, Said, spell
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


class IndependentlySearched(Claim):
    """A second search, which shares no code with what removes identifiers, found none either.

    Source: 45 CFR 164.514(b)(2)(ii) (no actual knowledge of what is left); GB/T 42460-2023 (evaluation of the effect).
    """

    id = "privacy.independently-searched"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where something was searched and the search attests that nothing is left."""
        del limits
        searched, attested = (
            reading.count("privacy", "residual", "searched"),
            reading.take("privacy", "residual", "attested"),
        )
        left = {name: one for name, one in reading.table("privacy", "residual", "left").items() if one}
        if not searched:
            raise AbsentError("nothing was searched", "未检索任何记录")
        if attested is not True or left:
            kinds = ", ".join(sorted(left)) or "unnamed"
            return Said(
                Verdict.UNMET,
                f"An independent search still finds identifiers ({kinds}) in {searched} subjects' records.",
                f"独立检索在 {searched} 名受试者的记录中仍发现标识符（{kinds}）。",
            )
        return Said(
            Verdict.MET,
            f"An independent search of {searched} subjects' records finds no identifier.",
            f"对 {searched} 名受试者记录的独立检索未发现标识符。",
        )


NO_TEXT = Said(Verdict.MET, "The study reads no free text.", "研究未使用自由文本。")


class ResidualRiskReported(Claim):
    """The share of identifiers that protection misses in free text was measured on planted ones of every class.

    Source: GB/T 42460-2023 (evaluation of the effect); Clopper and Pearson 1934, Biometrika 26:404.
    """

    id = "privacy.residual-risk-reported"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the share is known with its interval, overall and by class, or there is no free text."""
        del limits
        if reading.count("privacy", "canaries", "texts") == 0:
            return NO_TEXT
        classes = reading.table("privacy", "canaries", "by_class")
        if not classes:
            raise AbsentError("it is not told by class what was missed", "未按类别说明漏检情况")
        en, zh = spell(reading.estimate("privacy", "canaries", "overall"))
        return Said(
            Verdict.MET,
            f"Of identifiers of {len(classes)} classes planted in free text, {en} are missed; "
            "this is reported, not judged, here.",
            f"植入自由文本的 {len(classes)} 类标识符，漏检比例为 {zh}；此处仅报告，不作评判。",
        )


class ResidualRisk(Claim):
    """The share of identifiers that protection misses in free text is small, as planted ones of every class tell.

    Source: 45 CFR 164.514(b)(1) (very small risk, documented); Clopper and Pearson 1934, Biometrika 26:404.
    """

    id = "privacy.residual-risk"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the interval's upper end is at most ``residual_risk_at_most``, or there is no free text."""
        if reading.count("privacy", "canaries", "texts") == 0:
            return NO_TEXT
        return Limit(
            value=limits.residual_risk_at_most,
            at_least=False,
            en="The share of planted identifiers missed in free text",
            zh="自由文本中植入标识符的漏检比例",
        ).judge(reading.estimate("privacy", "canaries", "overall"))


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


class LDiversity(Claim):
    """No group alike in quasi-identifiers tells the outcome of all its members.

    Source: Machanavajjhala et al. 2007, ACM Trans Knowl Discov Data 1:3 (l-diversity, distinct).
    """

    id = "privacy.l-diversity"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the least diverse group holds ``l_diversity_at_least`` different outcomes; 1 asks nothing."""
        found, least = reading.count("privacy", "diversity", "distinct"), limits.l_diversity_at_least
        return Said(
            Verdict.MET if found >= least else Verdict.UNMET,
            f"The least diverse group holds {found} different outcomes; at least {least} are asked.",
            f"结局最单一的组中有 {found} 种结局；要求不少于 {least} 种。",
        )


class TCloseness(Claim):
    """What a group alike in quasi-identifiers says of its members is near what is known of all.

    Source: Li, Li, Venkatasubramanian 2007, ICDE 23:106 (t-closeness).
    """

    id = "privacy.t-closeness"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where no group is farther from the whole than ``t_closeness_at_most``; 1 asks nothing."""
        found, most = reading.number("privacy", "diversity", "closeness"), limits.t_closeness_at_most
        return Said(
            Verdict.MET if found <= most else Verdict.UNMET,
            f"The outcomes of the farthest group differ from those of all by {found:.3f}; at most {most:g} is allowed.",
            f"与总体结局分布相差最远的组，其距离为 {found:.3f}；允许不高于 {most:g}。",
        )


class ReidentificationRisk(Claim):
    """Whoever knows the quasi-identifiers of a patient finds him with a small probability at most.

    Source: El Emam and Dankar 2008, J Am Med Inform Assoc 15:627 (prosecutor risk); ISO/IEC 27559:2022.
    """

    id = "privacy.reidentification-risk"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the prosecutor risk of the worst group is at most ``reidentification_risk_at_most``."""
        if not reading.items("privacy", "quasi_identifiers"):
            return Said(Verdict.MET, "The study declares no quasi-identifier.", "研究未声明任何准标识符。")
        measured, most = reading.table("privacy", "risk", "prosecutor"), limits.reidentification_risk_at_most
        withheld = 1 / limits.small_number
        if "highest" in measured and measured["highest"] is None and withheld >= most:
            return Said(
                Verdict.UNMET,
                f"The highest risk of re-identification is above {withheld:.3f}; at most {most:g} is allowed.",
                f"最高再识别风险高于 {withheld:.3f}；允许不高于 {most:g}。",
            )
        risk = reading.number("privacy", "risk", "prosecutor", "highest")
        return Said(
            Verdict.MET if risk <= most else Verdict.UNMET,
            f"The highest risk of re-identification is {risk:.3f}; at most {most:g} is allowed.",
            f"最高再识别风险为 {risk:.3f}；允许不高于 {most:g}。",
        )
