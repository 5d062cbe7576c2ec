"""The choice among candidates: the simplest one that nothing beats, and whether our model earned its complexity."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import log_softmax

from primum.domain.evidence import Estimate
from primum.domain.scored import Scored
from primum.domain.tokens import Floats, Ints
from primum.models.calibrated import OURS
from primum.models.calibration import Recalibration, recalibrate
from primum.models.clustered import Clusters
from primum.models.measured import area
from primum.models.metrics import bootstrap, weighted_mean
from primum.plugins import Scorer

RULE = {
    "en": "Candidates are compared by log loss on subjects of the development part that they were not fitted on, after "
    "recalibration. Taken from simple to complex, the first one is chosen that the best one does not beat: to beat it, "
    "the 95% interval of the paired difference in log loss must lie wholly above {margin:g}.",
    "zh": "各候选模型在开发部分中未参与其拟合的受试者上，经重新校准后按对数损失比较。"
    "由简到繁，选取第一个未被最优者胜过的模型：所谓胜过，指对数损失配对差值的 95% 区间完全高于 {margin:g}。",
}
CROSS_VALIDATED = ("In cross-validation", "交叉验证中")
HELD_OUT = ("On the held-out fifth of the development part", "在开发部分留出的五分之一上")
NAMES_ZH = {
    OURS: "神经网络模型",
    "majority": "多数类基线",
    "logistic_regression": "逻辑回归",
    "lightgbm": "LightGBM",
    "tfidf_svm": "TF-IDF 加线性支持向量机",
    "tfidf_logistic": "TF-IDF 加逻辑回归",
    "lexicon": "词典基线",
    "maxent": "最大熵标注器",
    "frozen_embeddings": "冻结的文本编码加逻辑回归",
    "hog": "方向梯度直方图加逻辑回归",
}
NAMES_EN = {
    OURS: "our neural model",
    "majority": "the majority baseline",
    "logistic_regression": "logistic regression",
    "lightgbm": "LightGBM",
    "tfidf_svm": "TF-IDF with a linear support vector machine",
    "tfidf_logistic": "TF-IDF with logistic regression",
    "lexicon": "the lexicon",
    "maxent": "the maximum-entropy tagger",
    "frozen_embeddings": "logistic regression on a frozen text encoder",
    "hog": "logistic regression on histograms of oriented gradients",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A fitted scorer and what its like said of subjects they had not seen.

    Attributes:
        name: ``primum`` or the baseline's.
        complexity: 0 majority, 1 linear, 2 trees, 3 neural.
        scorer: Fitted on all of the development part.
        unseen: Logits of each unit of the development part from a scorer fitted without its subject, (units, labels).
        outcome: Label index, shape (units,).
        owner: The subject in which each unit lies, shape (units,); None where a subject is one unit.
    """

    name: str
    complexity: int
    scorer: Scorer = field(repr=False)
    unseen: Floats = field(repr=False)
    outcome: Ints = field(repr=False)
    owner: Ints | None = field(default=None, repr=False)

    @property
    def recalibration(self) -> Recalibration:
        """Return the map that makes the unseen logits fit."""
        return recalibrate(self.unseen, self.outcome)

    def scored(self, positives: tuple[int, ...]) -> Scored:
        """Return the recalibrated unseen probabilities beside what happened."""
        moved = self.recalibration.apply(self.unseen)
        return Scored(
            outcome=self.outcome,
            probability=np.exp(log_softmax(moved, axis=1)),
            threshold=0.5,
            positives=positives,
            owner=self.owner,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One candidate beside the best.

    Attributes:
        candidate: Which.
        log_loss: In nats a subject.
        auroc: Of the class of interest.
        difference: Its log loss less the best one's, on the same subjects; above zero is worse.
    """

    candidate: Candidate
    log_loss: Estimate
    auroc: Estimate
    difference: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What came of the comparison.

    Attributes:
        compared: From simple to complex.
        best: Name of the candidate with the lowest log loss.
        chosen: Name of the candidate that goes on to the test part as the model.
        beaten: Whether our neural model beat every baseline.
    """

    compared: tuple[Compared, ...]
    best: str
    chosen: str
    beaten: bool

    def of(self, name: str) -> Compared:
        """Return one candidate's comparison.

        Raises:
            KeyError: There is no such candidate.
        """
        return {one.candidate.name: one for one in self.compared}[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the study says of the comparison.

    Attributes:
        margin: Log loss by which complexity must pay, in nats.
        refuse: True where our model stays the candidate even if it does not beat every baseline.
        positives: Indices of the labels of interest.
        seed: Of the resampling.
    """

    margin: float
    refuse: bool
    positives: tuple[int, ...]
    seed: int


def select(candidates: Sequence[Candidate], terms: Terms) -> Selection:
    """Return which candidate is chosen, and why.

    Source:
        Breiman et al. 1984, Classification and Regression Trees, 3.4.3 (the simplest within the noise of the best);
        Efron & Tibshirani 1993, ch. 16 (paired samples).
    """
    scored = {one.name: one.scored(terms.positives) for one in candidates}
    losses = {name: float(one.loss.mean()) for name, one in scored.items()}
    ranked = sorted(candidates, key=lambda one: (one.complexity, losses[one.name], one.name))
    best = min(ranked, key=lambda one: losses[one.name])

    def excess(name: str, of: str) -> Estimate:
        return _mean(scored[name].loss - scored[of].loss, scored[of], terms.seed)

    compared = tuple(
        Compared(
            candidate=one,
            log_loss=_log_loss(scored[one.name], terms.seed),
            auroc=area(scored[one.name], terms.seed),
            difference=excess(one.name, best.name),
        )
        for one in ranked
    )
    beaten = all(excess(one.name, OURS).low > terms.margin for one in ranked if one.name != OURS)
    adequate = [one.candidate.name for one in compared if one.difference.low <= terms.margin]
    return Selection(compared=compared, best=best.name, chosen=OURS if terms.refuse else adequate[0], beaten=beaten)


def sentence(selection: Selection, *, cross_validated: bool = True) -> dict[str, str]:
    """Return in words what came of the comparison, for the first lines of the dossier."""
    ours, chosen, best = selection.of(OURS), selection.of(selection.chosen), selection.of(selection.best)
    losses = f"{ours.log_loss.value:.3f}"
    where, where_zh = CROSS_VALIDATED if cross_validated else HELD_OUT
    if selection.beaten:
        return {
            "en": f"{where} our neural model beat every baseline (log loss {losses}).",
            "zh": f"{where_zh}，神经网络模型胜过全部基线（对数损失 {losses}）。",
        }
    found = f"{best.log_loss.value:.3f}"
    en = f"{where} our neural model did not beat every baseline: its log loss is {losses}"
    zh = f"{where_zh}，神经网络模型未胜过全部基线：其对数损失为 {losses}"
    if best is not ours:
        en += f", that of {_en(selection.best)} {found}"
        zh += f"，{_zh(selection.best)}为 {found}"
    if chosen is ours:
        return {
            "en": f"{en}. The study asks that nothing simpler be released in its place.",
            "zh": f"{zh}。研究规定此时不以更简单的模型代替发布。",
        }
    return {
        "en": f"{en}. Therefore the simplest adequate model, {_en(selection.chosen)}, is proposed instead.",
        "zh": f"{zh}。因此改为提出最简单而足够好的模型：{_zh(selection.chosen)}。",
    }


def _en(name: str) -> str:
    return NAMES_EN.get(name, name)


def _zh(name: str) -> str:
    return NAMES_ZH.get(name, name)


def _log_loss(scored: Scored, seed: int) -> Estimate:
    return _mean(scored.loss, scored, seed)


def _mean(values: Floats, scored: Scored, seed: int) -> Estimate:
    """Return the mean of what belongs to units, with its interval over the subjects they are or lie in."""
    if scored.owner is not None:
        return Clusters(scored, seed).share(values, np.ones(len(values)))
    return bootstrap(float(values.mean()), scored.outcome, seed, lambda drawn: weighted_mean(values, drawn))
