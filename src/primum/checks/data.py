"""Checks of the data: lawful, complete, from named sources, parts without a common subject, truth by a stated standard.

Source: Reg. (EU) 2024/1689 Art 10; IMDRF/AIML WG/N88 FINAL:2025 principles 3-5; TRIPOD+AI (BMJ 2024;385:e078378).
"""

from primum.domain.claim import AbsentError, Claim, Reading, Said
from primum.domain.norm import Verdict
from primum.domain.study import Limits

PARTS = ("development", "validation", "test")


class LawfulPurpose(Claim):
    """The data is used for a purpose it was collected or approved for, on a named legal ground.

    Source: Reg. (EU) 2016/679 Art 5(1)(a)-(b), 6, 9(2).
    """

    id = "data.lawful-purpose"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where ground and exception are named and the purpose is among those permitted."""
        del limits
        ground, exception = reading.text("intake", "lawful_ground"), reading.text("intake", "exception")
        purpose, permitted = reading.text("intake", "purpose"), reading.take("intake", "purpose_permitted")
        if not ground or not exception:
            raise AbsentError("no legal ground or no exception is named", "未载明法律依据或例外情形")
        if permitted is not True:
            return Said(
                Verdict.UNMET,
                f"The purpose {purpose} is not among those the data was approved for.",
                f"用途 {purpose} 不在数据获准用途之列。",
            )
        return Said(
            Verdict.MET,
            f"Used for {purpose}, a permitted purpose, on {ground} with {exception}.",
            f"用于获准用途 {purpose}，依据 {ground} 及 {exception}。",
        )


class ConsentRespected(Claim):
    """Nobody is in the data who gave no consent where it is asked for, or who objected.

    Source: Reg. (EU) 2016/679 Art 7(1), 7(3), 21; PIPL Art 14, 15, 29; 45 CFR 46.116.
    """

    id = "data.consent-respected"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where nobody was kept against consent; a study that rests on consent must say how it is asked."""
        del limits
        against = reading.count("intake", "consent", "kept_against")
        asked = [reading.take("intake", "consent", one) is True for one in ("by_column", "by_list")]
        basis = f"{reading.text('intake', 'lawful_ground')} {reading.text('intake', 'exception')}"
        if against:
            return Said(
                Verdict.UNMET,
                f"{against} subjects are used without consent or against their objection.",
                f"{against} 名受试者未经同意或违反其反对意见而被使用。",
            )
        if not asked[0] and _rests_on_consent(basis):
            raise AbsentError(
                f"the study rests on consent ({basis}) and names no column that tells it",
                f"研究以同意为依据（{basis}），但未指明记录同意的列",
            )
        if not any(asked):
            return Said(
                Verdict.MET,
                f"The study rests on {basis}, not on consent, and names no list of objections.",
                f"研究依据为 {basis}，并非同意，且未列出反对名单。",
            )
        ways = [[("consent by column", "按列核对同意")], [("objections by list", "按名单核对反对")]]
        named = [one for is_asked, way in zip(asked, ways, strict=True) if is_asked for one in way]
        return Said(
            Verdict.MET,
            f"Asked before anything was kept: {', '.join(en for en, _ in named)}; nobody is kept against it.",
            f"在保存任何数据之前已核对：{'、'.join(zh for _, zh in named)}；无人被违反意愿保留。",
        )


class SourcesPinned(Claim):
    """Every source file is known by its hash, so that nothing can be exchanged unseen.

    Source: Reg. (EU) 2024/1689 Art 10(2)(b), 15(5); 45 CFR 164.312(c).
    """

    id = "data.sources-pinned"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where each source names a SHA-256."""
        del limits
        sources = [one for one in reading.items("intake", "sources") if isinstance(one, dict)]
        if not sources:
            raise AbsentError("no source is listed", "未列出数据来源")
        loose = sorted(str(one.get("name")) for one in sources if not _is_sha256(one.get("sha256")))
        if loose:
            return Said(
                Verdict.UNMET, f"Sources without a hash: {', '.join(loose)}.", f"缺少哈希值的来源：{'、'.join(loose)}。"
            )
        return Said(
            Verdict.MET,
            f"All {len(sources)} sources are named by their SHA-256.",
            f"全部 {len(sources)} 个来源均以 SHA-256 标明。",
        )


class PartsDisjoint(Claim):
    """No subject is in two of the development, validation and test parts.

    Source: IMDRF/AIML WG/N88 FINAL:2025 principle 4.
    """

    id = "data.parts-disjoint"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where all three parts hold subjects and share none."""
        del limits
        overlap = reading.count("data", "overlap")
        sizes = [reading.count("data", "parts", part, "subjects") for part in PARTS]
        if overlap:
            return Said(
                Verdict.UNMET, f"{overlap} subjects are in more than one part.", f"{overlap} 名受试者出现在多个部分。"
            )
        if not all(sizes):
            return Said(Verdict.UNMET, "A part holds no subject.", "有一部分不含任何受试者。")
        shown = " + ".join(str(one) for one in sizes)
        return Said(
            Verdict.MET,
            f"Development, validation and test ({shown} subjects) share nobody.",
            f"开发、验证与测试部分（{shown} 人）互无重叠。",
        )


class ColumnsComplete(Claim):
    """No feature lacks more values than the study allows.

    Source: Reg. (EU) 2024/1689 Art 10(3); TRIPOD+AI item 11.
    """

    id = "data.columns-complete"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the worst column's missing share is at most ``missing_at_most``."""
        columns = [one for one in reading.items("data", "columns") if isinstance(one, dict)]
        shares = [(float(one["missing"]), str(one.get("name"))) for one in columns if _is_share(one.get("missing"))]
        if not columns or len(shares) < len(columns):
            raise AbsentError("the missing share of every column is not known", "并非每列的缺失比例均已知")
        worst, name = max(shares)
        most = limits.missing_at_most
        return Said(
            Verdict.MET if worst <= most else Verdict.UNMET,
            f"Of {len(columns)} columns, {name} lacks the most values ({worst:.1%}); at most {most:.1%} is allowed.",
            f"共 {len(columns)} 列，{name} 缺失最多（{worst:.1%}）；允许不超过 {most:.1%}。",
        )


class LabelsExamined(Claim):
    """Duplicates and doubtful labels were searched for, and how many there are is known.

    Source: Northcutt, Jiang, Chuang 2021, J Artif Intell Res 70:1373 (confident learning).
    """

    id = "data.labels-examined"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where both searches report a figure."""
        del limits
        share = reading.number("data", "label_issues", "share")
        duplicates = reading.take("data", "duplicates")
        return Said(
            Verdict.MET,
            f"Labels were examined: {share:.1%} are doubtful; duplicates: {duplicates}.",
            f"标签已检查：存疑 {share:.1%}；重复：{duplicates}。",
        )


class ReferenceStandardStated(Claim):
    """How the truth was established is stated.

    Source: IMDRF/AIML WG/N88 FINAL:2025 principle 5; STARD 2015 item 10b.
    """

    id = "data.reference-standard-stated"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the declaration names it."""
        del limits
        standard = reading.text("declaration", "reference_standard")
        if not standard:
            raise AbsentError("the study names no reference standard", "研究未载明参考标准")
        return Said(Verdict.MET, f"Truth was established by: {standard}.", f"真实结果的确立方式：{standard}。")


class FlowStated(Claim):
    """How many subjects were in the sources, left out and why, and analysed is stated step by step.

    Source: TRIPOD+AI item 20a; Reg. (EU) 2024/1689 Art 10(2)(b)-(d).
    """

    id = "data.flow-stated"

    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Met where the flow has a first and a last step with figures, and exclusions are listed."""
        del limits
        steps = [
            one for one in reading.items("data", "flow") if isinstance(one, dict) and one.get("subjects") is not None
        ]
        excluded = reading.items("data", "excluded")
        if len(steps) < 2:  # noqa: PLR2004 - a flow has a beginning and an end
            raise AbsentError("the flow of subjects has no beginning and end", "受试者流程缺少起点与终点")
        first, last = steps[0]["subjects"], steps[-1]["subjects"]
        return Said(
            Verdict.MET,
            f"From {first} subjects to {last} in {len(steps)} steps; {len(excluded)} reasons of exclusion are listed.",
            f"由 {first} 人至 {last} 人，共 {len(steps)} 步；列出排除原因 {len(excluded)} 项。",
        )


def _rests_on_consent(basis: str) -> bool:
    """Return whether a legal ground is consent, by its name or article."""
    said = basis.casefold().replace(" ", "")
    return any(one in said for one in ("consent", "同意", "6(1)(a)", "9(2)(a)"))


def _is_share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and len(value) == 64 and not set(value) - set("0123456789abcdef")  # noqa: PLR2004 - hex digits of SHA-256
