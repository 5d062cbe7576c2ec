"""The model card: what a release is, what it is for and not for, how well it does and where it stops, in two languages.

Source: Mitchell et al. 2019, FAT* (model cards); headings after the Applied Model Card of the Coalition for Health AI.
"""

from collections.abc import Mapping
from typing import Any

from primum.domain.evidence import Evidence, Json
from primum.ids import Digest

NOT_KNOWN = {"en": "Not known.", "zh": "未知。"}


def make(evidence: Mapping[str, Evidence], model: Digest) -> dict[str, Any]:
    """Return the card of a model as plain JSON; it says nothing that is not in the evidence.

    Every heading holds ``en`` and ``zh`` for people, and ``facts`` for programs; ``evidence`` names their sources.

    Args:
        evidence: Kind to evidence, the gate's report under ``gate``.
        model: The model's digest.
    """
    read = {kind: one.facts for kind, one in evidence.items()}
    return {
        "card": 1,
        "model": model,
        "evidence": {kind: one.digest for kind, one in sorted(evidence.items())},
        "what": _what(read),
        "intended_use": _intended_use(read.get("declaration", {})),
        "not_for": _not_for(read.get("declaration", {})),
        "data": _data(read),
        "performance": _performance(read),
        "limits": _limits(read),
        "explanation": _explanation(read.get("faithfulness", {})),
        "ethics": _ethics(read),
        "upkeep": _upkeep(read.get("declaration", {})),
    }


def _what(read: Mapping[str, Mapping[str, Json]]) -> dict[str, Any]:
    declared, selection, gate = (read.get(kind, {}) for kind in ("declaration", "selection", "gate"))
    title, question = declared.get("title", NOT_KNOWN), declared.get("question", NOT_KNOWN)
    chosen = str(selection.get("chosen", ""))
    said = gate.get("sentence", NOT_KNOWN)
    return {
        "en": f"{title['en']}. {question['en']} Method released: {chosen or 'not known'}. {said['en']}",
        "zh": f"{title['zh']}。{question['zh']}所发布方法：{chosen or '未知'}。{said['zh']}",
        "facts": {
            "method": chosen,
            "grade": gate.get("asked", ""),
            "outcome": declared.get("outcome", {}),
            "beats_baselines": selection.get("beaten"),
        },
    }


def _intended_use(declared: Mapping[str, Json]) -> dict[str, Any]:
    use = declared.get("intended_use", {})
    users, setting, population = (str(use.get(name, "")) for name in ("users", "setting", "population"))
    return {
        "en": f"Users: {users}. Setting: {setting}. Population: {population}. A doctor decides; the model advises.",
        "zh": f"使用者：{users}。场所：{setting}。人群：{population}。由医生决定，模型仅供参考。",
        "facts": {"purpose": use.get("purpose", ""), "users": users, "setting": setting, "population": population},
    }


def _not_for(declared: Mapping[str, Json]) -> dict[str, Any]:
    listed = [str(one) for one in declared.get("intended_use", {}).get("not_for", [])]
    return {
        "en": f"Not for: {'; '.join(listed)}.",
        "zh": f"不得用于：{'；'.join(listed)}。",
        "facts": listed,
    }


def _data(read: Mapping[str, Mapping[str, Json]]) -> dict[str, Any]:
    declared, intake, data, privacy = (read.get(kind, {}) for kind in ("declaration", "intake", "data", "privacy"))
    parts = {name: part.get("subjects") for name, part in data.get("parts", {}).items()}
    spelled = ", ".join(f"{name} {n}" for name, n in parts.items())
    standard = str(declared.get("reference_standard", ""))
    return {
        "en": f"{intake.get('subjects', 'An unknown number of')} subjects; parts: {spelled}. Truth: {standard}.",
        "zh": f"受试者 {intake.get('subjects', '未知')} 人；各部分：{spelled}。真实结果依据：{standard}。",
        "facts": {
            "subjects": intake.get("subjects"),
            "sources": intake.get("sources", []),
            "parts": data.get("parts", {}),
            "excluded": data.get("excluded", []),
            "reference_standard": standard,
            "lawful_basis": declared.get("lawful_basis", {}),
            "k_anonymity": privacy.get("k_anonymity", {}),
        },
    }


def _performance(read: Mapping[str, Mapping[str, Json]]) -> dict[str, Any]:
    performance = read.get("performance", {})
    metrics = performance.get("metrics", {}).get(performance.get("released"), {})
    said = performance.get("verdict", NOT_KNOWN)
    shown = [
        (name, one)
        for name, one in sorted(metrics.items())
        if one.get("shown") and name in {"roc_auc", "recall", "specificity", "precision", "f1", "brier_score_loss"}
    ]
    en = "; ".join(f"{name} {one['value']:.3f} ({one['low']:.3f} to {one['high']:.3f})" for name, one in shown)
    zh = "；".join(f"{name} {one['value']:.3f}（{one['low']:.3f} 至 {one['high']:.3f}）" for name, one in shown)
    return {
        "en": f"{said['en']} On the sealed test part, with 95% intervals: {en or 'nothing shown'}.",
        "zh": f"{said['zh']}密封测试部分（95% 区间）：{zh or '无可显示'}。",
        "facts": {
            "metrics": metrics,
            "threshold": performance.get("threshold"),
            "calibration": performance.get("calibration", {}),
            "conformal": performance.get("conformal", {}),
            "differences": performance.get("differences", {}),
            "subgroups": performance.get("subgroups", []),
            "subgroup_gap": performance.get("subgroup_gap", {}),
        },
    }


def _limits(read: Mapping[str, Mapping[str, Json]]) -> dict[str, Any]:
    """Return where the model stops: what was not shown, when it abstains."""
    gate = read.get("gate", {})
    open_ = [
        {"id": one["id"], "verdict": one["verdict"], "because": one["because"], "because_zh": one["because_zh"]}
        for norm in gate.get("norms", [])
        for one in norm["requirements"]
        if one["verdict"] != "met"
    ]
    later = [one["id"] for norm in gate.get("norms", []) for one in norm.get("later", [])]
    return {
        "en": f"{len(open_)} requirements of higher grades are not met, {len(later)} are not judged yet. "
        "The model abstains where its prediction set does not hold exactly one class, or the input lies outside what "
        "it learned from.",
        "zh": f"较高等级的要求中有 {len(open_)} 条未满足，另有 {len(later)} 条尚未评判。"
        "预测集不恰含一个类别，或输入超出学习范围时，模型弃权。",
        "facts": {"open": open_, "not_judged": later},
    }


def _explanation(faithfulness: Mapping[str, Json]) -> dict[str, Any]:
    chosen = str(faithfulness.get("chosen", ""))
    return {
        "en": f"Reasons are given by {chosen}, which passed its test against random order."
        if chosen
        else "No explanation method passed its test, so no reasons are shown.",
        "zh": f"理由由 {chosen} 给出，该方法通过了与随机顺序的对照检验。"
        if chosen
        else "没有解释方法通过检验，因此不展示理由。",
        "facts": {"method": chosen, "methods": faithfulness.get("methods", {})},
    }


def _ethics(read: Mapping[str, Mapping[str, Json]]) -> dict[str, Any]:
    gate = read.get("gate", {})
    signed = [
        {
            "requirement": one["id"],
            **{name: one["signature"][name] for name in ("name", "role", "meaning", "signed_at")},
        }
        for norm in gate.get("norms", [])
        for one in norm["requirements"]
        if one.get("signature") and not one.get("stale")
    ]
    names = [norm["title"] for norm in gate.get("norms", [])]
    names_zh = [norm["title_zh"] for norm in gate.get("norms", [])]
    return {
        "en": f"Judged against: {'; '.join(names)}. Attestations of people: {len(signed)}.",
        "zh": f"评判依据：{'；'.join(names_zh)}。人员签署：{len(signed)} 份。",
        "facts": {"norms": [norm["id"] for norm in gate.get("norms", [])], "signed": signed},
    }


def _upkeep(declared: Mapping[str, Json]) -> dict[str, Any]:
    days = declared.get("validity_days")
    return {
        "en": f"Valid for {days} days from release; then it must be judged anew.",
        "zh": f"自发布起 {days} 天内有效；其后须重新评判。",
        "facts": {"validity_days": days},
    }
