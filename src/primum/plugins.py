"""The small interfaces on one page, and the one registry through which plug-ins are reached by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from primum.custody.nouns import SubjectKey
from primum.domain.evidence import Evidence
from primum.domain.norm import Finding
from primum.domain.record import Record
from primum.domain.scored import Scored
from primum.domain.study import Column, Limits, Model, Source, Study
from primum.domain.tokens import Floats, Ints, Tokens
from primum.errors import StudyError

Kind = Literal["modality", "task", "baseline", "explainer", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a baseline is told beside the data.

    Attributes:
        model: Shape and pace of learning models.
        seed: Of everything that is drawn.
        small_number: What fewer subjects share must not be kept in a model.
        labels: How many labels there are, whether or not all of them are met.
        owner: The row of the subject in which each unit of the outcome lies, shape (units,); None where a subject is
            one unit.
    """

    model: Model
    seed: int
    small_number: int
    labels: int
    owner: Ints | None = None


class Modality(Protocol):
    """A kind of clinical data: how it is read, de-identified, tokenised and shown."""

    def read(self, source: Source, study: Study, folder: Path) -> Iterator[Record]:
        """Yield the records of a source, subjects under the hospital's own identifiers.

        Raises:
            DataError: The source is missing, unreadable, or not what the study declares.
        """
        ...

    def deidentify(
        self, records: Sequence[Record], study: Study, identity: SubjectKey
    ) -> tuple[list[Record], Mapping[str, int]]:
        """Return a subject's records without identifiers, and how many of each kind were removed.

        What is found once in any of them is replaced in all of them.

        Args:
            records: All of one subject in this modality, with what is known to identify him among their payload.
            study: Says which columns identify.
            identity: The subject's: by how many days its dates are shifted, and from which key surrogates are drawn;
                the same in every modality.
        """
        ...

    def tokenize(self, records: Sequence[Record], columns: Sequence[Column]) -> Tokens:
        """Return what a model sees, one row a record, in the order given."""
        ...

    def render(self, record: Record, study: Study) -> Sequence[tuple[str, str, str]]:
        """Return (place, label, value with unit) for people, in the study's column order; plain text, not escaped."""
        ...


class Scorer(Protocol):
    """Anything that scores subjects: our model and every baseline pass through the same evaluation."""

    def logits(self, tokens: Tokens) -> Floats:
        """Return unnormalised log-probabilities, shape (units, labels) or (subjects, labels), finite.

        What is said of a subject holds of all its units.
        """
        ...

    def state(self) -> Mapping[str, bytes]:
        """Return file name to content: safetensors, JSON or LightGBM text, never an executable format."""
        ...


@runtime_checkable
class Sloped(Protocol):
    """A scorer that also tells how its logits change as words or cells fade; asked of a scorer with ``isinstance``."""

    def slopes(self, tokens: Tokens, kept: Floats, towards: Floats) -> Floats:
        """Return the gradient of ``logits @ towards`` by ``kept``, shape (n, places).

        Args:
            tokens: One subject.
            kept: How much of each place is its own: 1 all, 0 typical or left out; shape (n, places).
            towards: The weight of each class, shape (classes,).
        """
        ...


@runtime_checkable
class Mapped(Protocol):
    """A scorer that also tells where in a picture its features lie that speak for a class."""

    def maps(self, tokens: Tokens, towards: Floats) -> Floats:
        """Return each place's part in ``logits @ towards`` by feature maps times their gradient, shape (places,).

        Args:
            tokens: One subject.
            towards: The weight of each class, shape (classes,).
        """
        ...


@runtime_checkable
class Attentive(Protocol):
    """A scorer of notes that also tells whereto its tokens attend, and how its logits hang on their vectors."""

    def attention(self, tokens: Tokens) -> list[tuple[Floats, Ints]]:
        """Return for each window of a note what ``AttentiveCase.attention`` tells.

        Args:
            tokens: One subject.
        """
        ...

    def pulls(self, tokens: Tokens, towards: Floats) -> Floats:
        """Return the length of the gradient of ``logits @ towards`` by the vectors of each place, shape (places,).

        Args:
            tokens: One subject.
            towards: The weight of each class, shape (classes,).
        """
        ...


@runtime_checkable
class Featured(Protocol):
    """A scorer that also tells what it makes of a picture before it decides: by that, strange pictures are known."""

    def features(self, tokens: Tokens) -> Floats:
        """Return numbers that describe each picture to the scorer, shape (subjects, features), finite."""
        ...


class Baseline(Protocol):
    """A way to fit a scorer on development data, and to load one that was fitted.

    ``complexity`` orders candidates from simple to complex: 0 majority, 1 linear, 2 trees or frozen encoders, 3 neural.
    """

    complexity: int

    def fit(self, tokens: Tokens, outcome: Ints, lesson: Lesson) -> Scorer:
        """Return a fitted scorer; ``outcome`` holds label indices, shape (units,). Equal input, equal scorer.

        Raises:
            StudyError: It does not read this kind of tokens.
        """
        ...

    def load(self, state: Mapping[str, bytes]) -> Scorer:
        """Return the scorer whose ``state`` this is.

        Raises:
            IntegrityError: The state is not one this baseline wrote.
        """
        ...


class Task(Protocol):
    """A kind of question: of what units of a subject it is asked, what a unit may be, and how good answers are."""

    def labels(self, classes: Sequence[str]) -> tuple[str, ...]:
        """Return what a unit may be told to be, in the order of logits."""
        ...

    def owners(self, tokens: Tokens) -> Ints:
        """Return the row of the subject in which each unit lies, rising, shape (units,)."""
        ...

    def truth(self, tokens: Tokens, told: Sequence[Any], classes: Sequence[str]) -> Ints:
        """Return the true label of each unit as an index, shape (units,).

        Args:
            tokens: The subjects.
            told: What is known of each, as the data set holds it.
            classes: The study's.
        """
        ...

    def measure(self, scored: Scored) -> Mapping[str, float]:
        """Return point metrics under scikit-learn's names; NaN where a metric is not defined for this sample."""
        ...


@runtime_checkable
class Case(Protocol):
    """One subject put to a model again and again, each time with some of its places only."""

    @property
    def places(self) -> int:
        """Return how many places the subject has."""
        ...

    def log_odds(self, kept: Floats) -> Floats:
        """Return log-odds of the class explained, shape (n,).

        Args:
            kept: Shape (n, places), 1 where a place is the subject's own and 0 where it is typical or left out.
        """
        ...


@runtime_checkable
class SlopedCase(Case, Protocol):
    """A case of a scorer that knows its gradient."""

    def slopes(self, kept: Floats) -> Floats:
        """Return the gradient of ``log_odds`` by ``kept``, shape (n, places); ``kept`` may lie between 0 and 1."""
        ...


@runtime_checkable
class MappedCase(Case, Protocol):
    """A case of a scorer that knows where its features lie."""

    def maps(self) -> Floats:
        """Return each place's part in ``log_odds`` by feature maps times their gradient, shape (places,)."""
        ...


@runtime_checkable
class AttentiveCase(Case, Protocol):
    """A case of a scorer of notes that knows whereto its tokens attend, and how it hangs on their vectors."""

    def attention(self) -> list[tuple[Floats, Ints]]:
        """Return for each window the attention of each layer, mean of its heads, and the place of each token.

        Attention has the shape (layers, tokens, tokens), from whom it goes first, rows summing to 1; places have the
        shape (tokens,), -1 for a token that lies in none.
        """
        ...

    def pulls(self) -> Floats:
        """Return the length of the gradient of ``log_odds`` by the vectors of each place, shape (places,)."""
        ...


class Explainer(Protocol):
    """Why a scorer says what it says of one case.

    ``needs`` is the kind of case it asks: ``Case``, or one that knows more, which not every scorer does. ``signed``
    tells whether weights below zero speak against the class; a method without signs ranks places and is for measuring.
    """

    needs: type[Case]
    signed: bool

    def weigh(self, case: Case, seed: int) -> Floats:
        """Return one weight a place, in log-odds of the class explained.

        Args:
            case: What may be asked of the model.
            seed: For methods that sample.
        """
        ...


class Check(Protocol):
    """A claim judged from evidence alone. ``id`` is ``area.claim-in-kebab-case`` and public API."""

    id: str

    def examine(self, evidence: Mapping[str, Evidence], limits: Limits) -> Finding:
        """Return the finding; ``evidence`` maps kind to evidence. What is not there is ``NO_EVIDENCE``, never met."""
        ...


TABLE: dict[Kind, dict[str, str]] = {
    "modality": {
        "table": "primum.modalities.table.modality:TableModality",
        "text": "primum.modalities.text.modality:TextModality",
        "image": "primum.modalities.image.modality:ImageModality",
    },
    "task": {
        "classify": "primum.tasks.classify:Classify",
        "tag": "primum.tasks.tag:Tag",
    },
    "baseline": {
        "majority": "primum.baselines.majority:Majority",
        "logistic_regression": "primum.baselines.logistic_regression:LogisticRegressionBaseline",
        "lightgbm": "primum.baselines.lightgbm:LightGbm",
        "tfidf_svm": "primum.baselines.tfidf:TfidfSvm",
        "tfidf_logistic": "primum.baselines.tfidf:TfidfLogistic",
        "lexicon": "primum.baselines.lexicon:Lexicon",
        "maxent": "primum.baselines.maxent:Maxent",
        "frozen_embeddings": "primum.baselines.frozen_embeddings:FrozenEmbeddings",
        "hog": "primum.baselines.hog:Hog",
    },
    "explainer": {
        "occlusion": "primum.explainers.occlusion:Occlusion",
        "shapley": "primum.explainers.shapley:Shapley",
        "integrated_gradients": "primum.explainers.integrated_gradients:IntegratedGradients",
        "attention_rollout": "primum.explainers.attention_rollout:AttentionRollout",
        "gradient_norm": "primum.explainers.gradient_norm:GradientNorm",
        "grad_cam": "primum.explainers.grad_cam:GradCam",
    },
    "check": {
        "privacy.no-direct-identifiers": "primum.checks.privacy:NoDirectIdentifiers",
        "privacy.canaries-found-none": "primum.checks.privacy:CanariesFoundNone",
        "privacy.independently-searched": "primum.checks.privacy:IndependentlySearched",
        "privacy.residual-risk-reported": "primum.checks.privacy:ResidualRiskReported",
        "privacy.residual-risk": "primum.checks.privacy:ResidualRisk",
        "privacy.columns-treated": "primum.checks.privacy:ColumnsTreated",
        "privacy.k-anonymity-reported": "primum.checks.privacy:KAnonymityReported",
        "privacy.k-anonymity": "primum.checks.privacy:KAnonymity",
        "privacy.l-diversity": "primum.checks.privacy:LDiversity",
        "privacy.t-closeness": "primum.checks.privacy:TCloseness",
        "privacy.reidentification-risk": "primum.checks.privacy:ReidentificationRisk",
        "data.lawful-purpose": "primum.checks.data:LawfulPurpose",
        "data.consent-respected": "primum.checks.data:ConsentRespected",
        "data.sources-pinned": "primum.checks.data:SourcesPinned",
        "data.parts-disjoint": "primum.checks.data:PartsDisjoint",
        "data.columns-complete": "primum.checks.data:ColumnsComplete",
        "data.labels-examined": "primum.checks.data:LabelsExamined",
        "data.reference-standard-stated": "primum.checks.data:ReferenceStandardStated",
        "data.flow-stated": "primum.checks.data:FlowStated",
        "performance.precommitted-thresholds": "primum.checks.performance:PrecommittedThresholds",
        "performance.sealed-once": "primum.checks.performance:SealedOnce",
        "performance.better-than-chance": "primum.checks.performance:BetterThanChance",
        "performance.sensitivity": "primum.checks.performance:Sensitivity",
        "performance.specificity": "primum.checks.performance:Specificity",
        "performance.not-worse-than-baselines": "primum.checks.performance:NotWorseThanBaselines",
        "performance.figures-reported": "primum.checks.performance:FiguresReported",
        "calibration.within-noise": "primum.checks.calibration:WithinNoise",
        "calibration.class-coverage": "primum.checks.calibration:ClassCoverage",
        "calibration.abstention": "primum.checks.calibration:Abstention",
        "fairness.subgroups-examined": "primum.checks.fairness:SubgroupsExamined",
        "fairness.subgroup-gap": "primum.checks.fairness:SubgroupGap",
        "faithfulness.beats-random": "primum.checks.faithfulness:BeatsRandom",
        "oversight.doctor-decides": "primum.checks.oversight:DoctorDecides",
        "custody.encrypted-and-logged": "primum.checks.custody:EncryptedAndLogged",
        "custody.default-deny": "primum.checks.custody:DefaultDeny",
        "documentation.intended-use-stated": "primum.checks.documentation:IntendedUseStated",
        "documentation.not-for-stated": "primum.checks.documentation:NotForStated",
        "documentation.validity-stated": "primum.checks.documentation:ValidityStated",
    },
}
"""Dotted places of the plug-ins in this package, read only when one is asked for."""


def names(kind: Kind) -> list[str]:
    """Return the names of a kind, ours first, then those of installed packages (entry points ``primum.<kind>``)."""
    outside = sorted(point.name for point in entry_points(group=f"primum.{kind}"))
    return [*TABLE[kind], *(name for name in outside if name not in TABLE[kind])]


def find(kind: Kind, name: str) -> EntryPoint:
    """Return where the named plug-in is, without importing it.

    Raises:
        StudyError: No plug-in of this name is installed.
    """
    group = f"primum.{kind}"
    if name in TABLE[kind]:
        return EntryPoint(name=name, value=TABLE[kind][name], group=group)
    for point in entry_points(group=group, name=name):
        return point
    raise StudyError(
        f"There is no {kind} named {name!r}.",
        remedy=f"Use one of: {', '.join(names(kind))}; or install the package that brings it.",
    )


def load(kind: Kind, name: str) -> Any:  # noqa: ANN401 - the caller states which Protocol it asked for
    """Return a new instance of the named plug-in.

    Raises:
        StudyError: No plug-in of this name is installed.
    """
    return find(kind, name).load()()
