"""Made-up evidence, one of every kind, in the form the stages write it. No patient and no person here exists."""

from collections.abc import Mapping
from typing import Any

from primum.domain.evidence import Evidence
from primum.domain.norm import Signature
from primum.domain.study import Limits
from primum.ids import Digest, digest_of
from synthetic.trial import TEST, THRESHOLD, bins, cases, curves, estimate, hidden, rate, scores

Json = Any

MEASURES = ("radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave_points")
UNITS = {"radius": "um", "perimeter": "um", "area": "um2"}


def name_of(what: str) -> Digest:
    """A digest that names something made up."""
    return digest_of({"made up": what})


def intake() -> dict[str, Json]:
    return {
        "subjects": 569,
        "records": 1138,
        "sources": [
            {
                "name": "laboratory",
                "format": "csv",
                "modality": "table",
                "records": 569,
                "files": 1,
                "sha256": name_of("csv"),
            },
            {
                "name": "ehr",
                "format": "fhir",
                "modality": "table",
                "records": 569,
                "files": 6,
                "sha256": name_of("fhir"),
            },
        ],
        "outcome_counts": {"benign": 357, "malignant": 212},
        "lawful_ground": "GDPR Art 6(1)(e)",
        "exception": "GDPR Art 9(2)(j)",
        "purpose": "diagnosis_research",
        "purpose_permitted": True,
        "consent": {
            "by_column": True,
            "by_list": True,
            "in_sources": None,
            "left_out": {"without_consent": 12, "objected": None},
            "kept_against": 0,
        },
    }


def privacy() -> dict[str, Json]:
    return {
        "removed": {"name": 569, "record_number": 569, "phone": 561, "address": 569},
        "direct_identifiers_left": 0,
        "canaries": {
            "planted": 1000,
            "found": 0,
            "text_columns": 1,
            "texts": 500,
            "by_class": {"name": estimate(0.012, 0.001, 0.043, 164), "hospital": estimate(0.033, 0.001, 0.172, 30)},
            "overall": estimate(0.0121, 0.0056, 0.0228, 745),
        },
        "residual": {
            "attested": True,
            "searched": 569,
            "left": {},
            "doubtful": {"phone": 7, "number": None},
            "by": {"phonenumbers": "9.0", "python-stdnum": "2.2"},
        },
        "dates_shifted": 1138,
        "notes_scrubbed": 569,
        "spans_replaced": {"name": 602, "date": 540, "phone": 117},
        "quasi_identifiers": ["age_band", "district"],
        "k_anonymity": {
            "k": 7,
            "unique_share": 0.0,
            "generalised": {"age_band": "10 years", "district": "first two digits"},
            "generalised_zh": {"age_band": "10岁一组", "district": "前两位"},
            "prosecutor_risk": 0.142857,
        },
        "risk": {
            "people": 569,
            "groups": 61,
            "smallest": 7,
            "unique_share": 0.0,
            "threshold": 0.2,
            "prosecutor": {"highest": 0.142857, "average": 0.107206, "above": 0.0},
            "journalist": {"highest": 0.002, "average": 0.0015, "above": 0.0},
            "marketer": 0.107206,
        },
        "diversity": {"sensitive": "diagnosis", "distinct": 1, "entropy": 1.0, "closeness": 0.627417},
        "columns": [
            {"name": "patient_name", "role": "identifier", "action": "removed"},
            {"name": "record_number", "role": "identifier", "action": "pseudonymised"},
            {"name": "birth_date", "role": "date", "action": "shifted"},
            {"name": "age_band", "role": "quasi_identifier", "action": "generalised"},
            {"name": "district", "role": "quasi_identifier", "action": "generalised"},
            {"name": "note", "role": "text", "action": "scrubbed"},
            *({"name": f"{one}_mean", "role": "feature", "action": "kept"} for one in MEASURES),
            {"name": "diagnosis", "role": "outcome", "action": "kept"},
        ],
    }


def data() -> dict[str, Json]:
    columns = [
        {
            "name": f"{one}_mean",
            "unit": UNITS.get(one, "1"),
            "missing": round(0.002 * place, 6),
            "outliers": place % 3,
            "converted": 41 if one == "radius" else 0,
            "mean": round(14.1 / (place + 1), 6),
            "sd": round(3.5 / (place + 1), 6),
        }
        for place, one in enumerate(MEASURES)
    ]
    grade = {"name": "stain", "unit": "", "missing": 0.01, "outliers": 0, "converted": 0}
    return {
        "flow": [
            {"step": "Subjects in the exports", "step_zh": "导出数据中的受试者", "subjects": 569},
            {"step": "With a known outcome", "step_zh": "结局已知", "subjects": 567},
            {"step": "Meeting the criteria", "step_zh": "符合入组条件", "subjects": 560},
            {"step": "After duplicates were removed", "step_zh": "去除重复后", "subjects": 558},
        ],
        "excluded": [
            {"because": "Younger than 18 years", "because_zh": "未满18岁", "n": 7},
            {"because": "Outcome missing", "because_zh": "结局缺失", "n": None},
        ],
        "parts": {
            "development": {"subjects": 333, "positives": 125},
            "validation": {"subjects": 111, "positives": 41},
            "test": {"subjects": TEST, "positives": 42},
        },
        "overlap": 0,
        "columns": [*columns, {**grade, "counts": {"papanicolaou": 201, "giemsa": 131, "other": None}}],
        "duplicates": 2,
        "label_issues": {"suspected": 6, "share": 0.018018},
        "subgroups": [
            {"column": "age_band", "group": "under 50", "n": 148},
            {"column": "age_band", "group": "50 and over", "n": 185},
            {"column": "stain", "group": "papanicolaou", "n": 201},
            {"column": "stain", "group": "giemsa", "n": 131},
            {"column": "stain", "group": "other", "n": None},
        ],
    }


def pretraining() -> dict[str, Json]:
    return {
        "epochs": 40,
        "masked": 0.3,
        "loss_first": 1.021,
        "loss_last": 0.244,
        "loss_mean_guess": 1.0,
        "ran": True,
    }


CENTRES = {"majority": 0.5, "logistic_regression": 0.985, "lightgbm": 0.978, "primum": 0.983}
"""Candidate to AUROC: the linear model is as good as ours, so it is what is released."""


def selection() -> dict[str, Json]:
    loss = {"majority": 0.661, "logistic_regression": 0.089, "lightgbm": 0.112, "primum": 0.094}
    complexity = {"majority": 0, "logistic_regression": 1, "lightgbm": 2, "primum": 3}
    candidates = [
        {
            "name": name,
            "complexity": complexity[name],
            "log_loss": estimate(value, value * 0.7, value * 1.4, 333),
            "auroc": estimate(CENTRES[name], CENTRES[name] - 0.02, min(1, CENTRES[name] + 0.01), 333),
            "difference": estimate(value - 0.089, value - 0.1, value - 0.07, 333),
        }
        for name, value in loss.items()
    ]
    return {
        "metric": "log_loss",
        "folds": 5,
        "candidates": candidates,
        "chosen": "logistic_regression",
        "rule": "simplest within one margin of the best",
        "beaten": False,
        "sentence": {
            "en": "Our neural model did not beat logistic regression, so the simpler model is the one released.",
            "zh": "本项目的神经网络模型未优于逻辑回归，因此发布的是较简单的模型。",
        },
        "calibration": {"slope": 0.94, "intercept": -0.08},
        "threshold": THRESHOLD,
        "conformal": {"benign": {"n": 70, "quantile": 0.41}, "malignant": {"n": 41, "quantile": 0.52}},
    }


def _subgroups() -> list[dict[str, Json]]:
    shown = [("age_band", "under 50", 48, 12), ("age_band", "50 and over", 66, 30), ("stain", "papanicolaou", 69, 26)]
    shown.append(("stain", "giemsa", 42, 15))
    rows = [
        {
            "column": column,
            "group": group,
            "n": n,
            "positives": sick,
            "recall": rate(sick - 1, sick),
            "specificity": rate(n - sick - 3, n - sick),
            "roc_auc": estimate(0.98, 0.93, 1.0, n),
        }
        for column, group, n, sick in shown
    ]
    few = {"column": "stain", "group": "other", "n": None, "positives": None}
    return [*rows, {**few, "recall": hidden(3), "specificity": hidden(3), "roc_auc": hidden(3)}]


def performance() -> dict[str, Json]:
    probability, outcome = cases()
    called = probability >= THRESHOLD
    table = [[int(((outcome == truth) & (called == says)).sum()) for says in (0, 1)] for truth in (0, 1)]
    calibration = {
        "ece": estimate(0.031, 0.017, 0.062),
        "ece_debiased": 0.009,
        "ece_null_95": 0.048,
        "slope": estimate(1.04, 0.79, 1.31),
        "intercept": estimate(-0.05, -0.55, 0.44),
        "bins": bins(probability, outcome),
    }
    report = {
        "benign": {"precision": 0.971, "recall": 0.944, "f1-score": 0.958, "support": 72},
        "malignant": {"precision": 0.909, "recall": 0.952, "f1-score": 0.93, "support": 42},
        "macro avg": {"precision": 0.94, "recall": 0.948, "f1-score": 0.944, "support": TEST},
        "weighted avg": {"precision": 0.948, "recall": 0.947, "f1-score": 0.947, "support": TEST},
    }
    return {
        "sealed": {
            "limits": Limits().digest,
            "part": name_of("test part"),
            "model": name_of("model"),
            "committed_before_opening": True,
            "other_models_that_opened": 0,
        },
        "released": "logistic_regression",
        "metrics": {name: scores(centre) for name, centre in CENTRES.items()},
        "report": report,
        "differences": {
            "majority": {"roc_auc": estimate(0.485, 0.44, 0.51), "log_loss": estimate(-0.57, -0.66, -0.49)},
            "lightgbm": {"roc_auc": estimate(0.007, -0.004, 0.021), "log_loss": estimate(-0.028, -0.07, 0.011)},
            "primum": {"roc_auc": estimate(0.002, -0.009, 0.013), "log_loss": estimate(-0.005, -0.03, 0.022)},
        },
        "calibration": calibration,
        "conformal": {
            "target": 0.9,
            "by_class": {"benign": rate(66, 72), "malignant": rate(38, 42)},
            "abstention": rate(9, TEST),
            "abstention_by_group": [
                {"column": "age_band", "group": "under 50", "abstention": rate(5, 48)},
                {"column": "age_band", "group": "50 and over", "abstention": rate(4, 66)},
                {"column": "stain", "group": "other", "abstention": hidden(3)},
            ],
        },
        "confusion": table,
        "threshold": THRESHOLD,
        **curves(probability, outcome),
        "subgroups": _subgroups(),
        "subgroup_gap": {"age_band": estimate(0.05, -0.09, 0.18), "stain": estimate(0.028, -0.1, 0.16)},
        "verdict": {
            "en": "On 114 sealed subjects the released model separates the classes well.",
            "zh": "在114名封存测试受试者上，发布的模型区分良好。",
        },
    }


def faithfulness() -> dict[str, Json]:
    weights = (1.9, 1.4, 1.2, 0.9, 0.5, 0.3, 0.2, 0.1)
    return {
        "methods": {
            "occlusion": {
                "ratio": estimate(4.1, 3.4, 4.9, 60),
                "random": 0.82,
                "reversed": 0.21,
                "deleted": 3.36,
                "passes": True,
            },
            "shapley": {
                "ratio": estimate(1.6, 1.1, 2.1, 60),
                "random": 0.82,
                "reversed": 0.4,
                "deleted": 1.31,
                "passes": False,
            },
        },
        "cases": 60,
        "k": 3,
        "chosen": "occlusion",
        "global": [
            {"place": f"column:{one}_mean", "weight": weight}
            for one, weight in zip(
                ("concave_points", "radius", "area", "texture", *MEASURES[4:7], "perimeter"), weights, strict=False
            )
        ],
    }


def custody() -> dict[str, Json]:
    return {
        "encrypted_at_rest": True,
        "cipher": "AES-256-GCM",
        "key_per_subject": True,
        "default_deny": True,
        "log": "RFC 6962",
        "log_verified": True,
    }


def declaration() -> dict[str, Json]:
    return {
        "intended_use": {
            "purpose": "diagnosis_research",
            "users": "cytologists and breast surgeons",
            "setting": "a breast clinic, second reading of fine-needle aspirates",
            "population": "adults with a palpable breast mass",
            "not_for": ["screening of people without symptoms", "use as the only basis of a diagnosis"],
            "grade": "research",
        },
        "title": {
            "en": "Breast masses from fine-needle aspirates (made-up data)",
            "zh": "细针穿刺细胞学诊断乳腺肿块（虚构数据）",
        },
        "question": {
            "en": "Is a palpable breast mass malignant, judged from measurements of cell nuclei?",
            "zh": "根据细胞核测量值，可触及的乳腺肿块是否为恶性？",
        },
        "outcome": {
            "classes": ["benign", "malignant"],
            "positive": "malignant",
            "labels": {"benign": {"en": "benign", "zh": "良性"}, "malignant": {"en": "malignant", "zh": "恶性"}},
        },
        "columns": {
            "age_band": {"label": {"en": "Age", "zh": "年龄"}, "category_labels": {}},
            "radius_mean": {"label": {"en": "Nuclear radius", "zh": "细胞核半径"}, "category_labels": {}},
            "stain": {
                "label": {"en": "Stain", "zh": "染色"},
                "category_labels": {"giemsa": {"en": "Giemsa", "zh": "吉姆萨"}},
            },
        },
        "norms": ["eu-ai-act", "gdpr"],
        "validity_days": 365,
        "study": name_of("study"),
        "lawful_basis": {
            "ground": "GDPR Art 6(1)(e)",
            "exception": "GDPR Art 9(2)(j)",
            "permitted_purposes": ["diagnosis_research"],
        },
        "if_not_beaten": "release_simplest",
        "limits": Limits().model_dump(mode="json"),
        "name": "breast-cytology",
        "norms_read": name_of("norms"),
        "reference_standard": "histology of the excised mass",
    }


FACTS = {
    "intake": ("ingest", intake),
    "privacy": ("protect", privacy),
    "data": ("prepare", data),
    "pretraining": ("pretrain", pretraining),
    "selection": ("finetune", selection),
    "performance": ("evaluate", performance),
    "faithfulness": ("explain", faithfulness),
    "custody": ("gate", custody),
    "declaration": ("gate", declaration),
}


def measured() -> dict[str, Evidence]:
    """Everything the stages before the gate leave behind, by kind."""
    return {
        kind: Evidence(kind=kind, stage=stage, made_of=(name_of(f"input of {stage}"),), facts=facts())
        for kind, (stage, facts) in FACTS.items()
    }


EVIDENCE_SET = digest_of(sorted(one.digest for one in measured().values()))
PERFORMANCE = measured()["performance"].digest


def signature(requirement: str, role: str, evidence: Digest = EVIDENCE_SET) -> Signature:
    """A made-up signature; its value verifies nowhere."""
    return Signature(
        requirement=requirement,
        role=role,
        name="Made-up Signer (fictitious)",
        meaning="I have seen the evidence and accept it.",
        evidence=evidence,
        signed_at="2026-03-02T09:15:00+00:00",
        key="ab" * 32,
        value="cd" * 64,
    )


def _requirement(words: tuple[str, str, str, str], grade: str, verdict: str, **more: Json) -> dict[str, Json]:
    identifier, citation, text, text_zh = words
    because = {
        "met": ("The figures are within the limits fixed beforehand.", "数值在事先确定的限值之内。"),
        "unmet": ("k is 2, at least 5 was asked.", "k为2，要求至少为5。"),
        "no evidence": ("No stage has measured this.", "尚无阶段对此进行测量。"),
        "needs a person": ("Only a person can attest this.", "只能由人确认。"),
    }[verdict]
    finding = {"check": more.pop("check", "performance.auroc-above-limit"), "verdict": verdict, "because": because[0]}
    finding |= {"because_zh": because[1], "evidence": [PERFORMANCE]}
    role = more.get("role", "")
    return {
        "id": identifier,
        "citation": citation,
        "text": text,
        "text_zh": text_zh,
        "from_grade": grade,
        "statement": "I have seen the evidence and accept it." if role else "",
        "statement_zh": "我已查看证据并接受。" if role else "",
        "confidence": "high",
        "role": "",
        "verdict": verdict,
        "because": because[0],
        "because_zh": because[1],
        "checks": [] if role else [finding],
        "signature": None,
        "stale": False,
        **more,
    }


def _norms(*, released: bool) -> list[dict[str, Json]]:
    signed = signature("EU-AIA-14-4b", "clinical-lead")
    stale = signature("EU-GDPR-35", "privacy-officer", name_of("older evidence"))
    act = [
        _requirement(
            (
                "EU-AIA-09-8",
                "Reg. (EU) 2024/1689 Art 9(8)",
                "Test against thresholds fixed beforehand.",
                "按事先确定的阈值进行测试。",
            ),
            "research",
            "met",
        ),
        _requirement(
            (
                "EU-AIA-14-4b",
                "Reg. (EU) 2024/1689 Art 14(4)(b)",
                "Overseers know automation bias.",
                "监督者了解自动化偏倚。",
            ),
            "research",
            "met" if released else "needs a person",
            role="clinical-lead",
            signature=signed.as_document() if released else None,
        ),
        _requirement(
            (
                "EU-AIA-72",
                "Reg. (EU) 2024/1689 Art 72",
                "A plan for watching the model in use.",
                "制定使用中的监测计划。",
            ),
            "shadow",
            "no evidence",
            check="oversight.monitoring-plan-exists",
        ),
    ]
    gdpr = [
        _requirement(
            ("EU-GDPR-05c", "Reg. (EU) 2016/679 Art 5(1)(c)", "No more data than needed.", "数据最小化。"),
            "research",
            "met" if released else "unmet",
            check="privacy.k-anonymity-above-limit",
        ),
        _requirement(
            ("EU-GDPR-35", "Reg. (EU) 2016/679 Art 35", "An impact assessment is signed.", "已签署影响评估。"),
            "advisory",
            "needs a person",
            role="privacy-officer",
            signature=stale.as_document(),
            stale=True,
        ),
    ]
    return [
        {
            "id": "eu-ai-act",
            "title": "EU Artificial Intelligence Act",
            "title_zh": "欧盟人工智能法",
            "jurisdiction": "EU",
            "status": "high-risk duties from 2 Aug 2028",
            "status_zh": "高风险义务自2028年8月2日起",
            "applies": {},
            "applies_zh": {},
            "later": [],
            "requirements": act,
        },
        {
            "id": "gdpr",
            "title": "General Data Protection Regulation",
            "title_zh": "通用数据保护条例",
            "jurisdiction": "EU",
            "status": "in force",
            "status_zh": "现行有效",
            "applies": {"2018-05-25": "everything"},
            "applies_zh": {"2018-05-25": "全部条款"},
            "later": [
                {
                    "id": "EU-GDPR-33",
                    "citation": "Reg. (EU) 2016/679 Art 33-34",
                    "why": "The clock of a breach is not watched.",
                    "why_zh": "尚未监测泄露通报时限。",
                }
            ],
            "requirements": gdpr,
        },
    ]


def gate(*, released: bool = True) -> dict[str, Json]:
    norms = _norms(released=released)
    verdicts = [one["verdict"] for norm in norms for one in norm["requirements"]]
    sentence = {
        "en": "All that grade research asks is met." if released else "2 requirements of grade research are not met.",
        "zh": "研究等级的全部要求均已满足。" if released else "研究等级有2项要求未满足。",
    }
    return {
        "asked": "research",
        "reached": "research" if released else "none",
        "open": released,
        "evidence_set": EVIDENCE_SET,
        "model": name_of("model"),
        "norms": norms,
        "counts": {one: verdicts.count(one) for one in sorted(set(verdicts))},
        "sentence": sentence,
    }


def full(*, released: bool = True) -> dict[str, Evidence]:
    """All kinds, the gate's report too."""
    made_of = tuple(one.digest for one in measured().values())
    return {**measured(), "gate": Evidence(kind="gate", stage="gate", made_of=made_of, facts=gate(released=released))}


def changed(kind: str, facts: Mapping[str, Json], *, released: bool = True) -> dict[str, Evidence]:
    """All kinds, with some top-level facts of one kind replaced."""
    found = full(released=released)
    old = found[kind]
    found[kind] = Evidence(kind=kind, stage=old.stage, made_of=old.made_of, facts={**old.facts, **facts})
    return found
