"""The study: the versioned declaration of one question, from which all else follows. Its hash is its identity."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, PlainSerializer, model_validator

from primum.domain.grounds import Consent, IntendedUse, LawfulBasis
from primum.domain.looking import Looking
from primum.domain.loose_ends import loose_ends
from primum.domain.part import Fraction, Name, Part

ROUNDING = 1e-9
"""How far shares may be from summing to 1."""


class Words(Part):
    """A text for people in English and Simplified Chinese."""

    en: str = Field(min_length=1, description="English.")
    zh: str = Field(min_length=1, description="Simplified Chinese.")


def _plain(labels: Mapping[str, Words]) -> dict[str, dict[str, str]]:
    return {name: words.model_dump() for name, words in labels.items()}


Labels = Annotated[
    Mapping[str, Words],
    AfterValidator(MappingProxyType),
    PlainSerializer(_plain),
    Field(validate_default=True),
]
"""Name to what people read in its place; what is kept and sent stays the name. Cannot be changed."""


class Source(Part):
    """One export of a hospital system."""

    name: Name
    modality: Name = "table"
    format: Literal["csv", "parquet", "fhir", "txt", "ndjson", "brat", "dicom", "nifti", "image", "npz"] = Field(
        description="txt: a folder of notes, each file named by its subject; ndjson: one JSON object a line; brat: a "
        "folder of notes and of what is marked in them; dicom, nifti, image (PNG, JPEG, TIFF): folders of pictures; "
        "npz: arrays of pictures, a row a subject."
    )
    path: str = Field(min_length=1, description="File or folder, relative to the study file.")
    subject: str = Field(
        min_length=1,
        description="Column (or FHIRPath) that holds the subject's identifier. Of pictures: file (its name), folder "
        "(the first one below `path`), PatientID (of DICOM), or number (of npz).",
    )
    time: str = Field(default="", description="Column (or FHIRPath) that holds the day of observation.")
    burned_in: Literal["search", "absent"] = Field(
        default="search",
        description="Of pictures: text in the pixels is looked for and blacked out; or the author states that there "
        "can be none, as in microscope fields of a public corpus, and nobody looks.",
    )

    @model_validator(mode="after")
    def _can_be_there(self) -> Self:
        if not self.path.isprintable():
            raise ValueError(f"source {self.name}: path holds a character that no file's name has")
        return self


class Column(Part):
    """One column of the joined record: what it is, and what may be done with it."""

    name: Name
    source: Name
    path: str = Field(default="", description="Column header or FHIRPath in the source; the column's name if empty.")
    role: Literal["feature", "outcome", "identifier", "quasi_identifier", "date", "text", "part", "ignored"]
    identifier: Literal["", "name", "record_number", "phone", "address", "email", "national_id", "other"] = ""
    label: Words | None = None
    unit: str = Field(default="", description="UCUM code in which the model sees it.")
    unit_column: str = Field(
        default="", description="Column (or FHIRPath) that tells each value's unit, where they vary."
    )
    low: float | None = Field(default=None, description="Below this a value is physically impossible, in `unit`.")
    high: float | None = Field(default=None, description="Above this a value is physically impossible, in `unit`.")
    categories: tuple[str, ...] = ()
    category_labels: Labels = Field(default={}, description="What people read in place of a category.")
    missing: tuple[str, ...] = Field(default=("", "NA", "NaN", "null"), description="Spellings of a missing value.")

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.role == "identifier" and not self.identifier:
            raise ValueError(f"column {self.name}: an identifier needs its kind (identifier: name, phone, ...)")
        if self.role != "identifier" and self.identifier:
            raise ValueError(f"column {self.name}: only a column of role identifier has a kind of identifier")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError(f"column {self.name}: low must be below high")
        if len(set(self.categories)) != len(self.categories):
            raise ValueError(f"column {self.name}: a category is listed twice")
        for name in self.category_labels:
            if name not in self.categories:
                raise ValueError(f"column {self.name}: category_labels: {name!r} is not among categories")
        return self

    @property
    def words(self) -> Words:
        """Return what people call the column; its name where it has no label."""
        return self.label or Words(en=self.name, zh=self.name)

    def shown(self, value: str, language: str) -> str:
        """Return what people read in place of a value: a category's label in ``en`` or ``zh``, else the value."""
        words = self.category_labels.get(value)
        return value if words is None else words.zh if language == "zh" else words.en

    def unworded(self) -> Self:
        """Return the column without the names people read."""
        return self.model_copy(update={"label": None, "category_labels": {}})


class Outcome(Part):
    """What is to be foretold, and how it became known."""

    column: Name
    classes: tuple[str, ...] = Field(min_length=1, description="Of subjects; or the kinds of what is marked in texts.")
    positive: str = Field(
        default="", description="The class of interest, usually the disease. Empty where kinds of mentions are told."
    )
    reference_standard: str = Field(min_length=1, description="How the truth was established, for instance histology.")
    labels: Labels = Field(default={}, description="What people read in place of a class.")

    @model_validator(mode="after")
    def _holds_positive(self) -> Self:
        if self.positive and self.positive not in self.classes:
            raise ValueError(f"positive: {self.positive!r} is not among classes")
        if len(set(self.classes)) != len(self.classes):
            raise ValueError("classes: a class is listed twice")
        for name in self.labels:
            if name not in self.classes:
                raise ValueError(f"labels: {name!r} is not among classes")
        return self

    def words(self, name: str) -> Words:
        """Return what people call a class; its name where it has no label."""
        return self.labels.get(name) or Words(en=name, zh=name)


class Criterion(Part):
    """One condition of being in the cohort."""

    column: Name
    at_least: float | None = None
    at_most: float | None = None
    one_of: tuple[str, ...] = ()
    because: str = Field(min_length=1, description="Why; shown in the flow of subjects.")
    because_zh: str = Field(default="", description="The same in Simplified Chinese.")

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if self.at_least is None and self.at_most is None and not self.one_of:
            raise ValueError(f"criterion on {self.column}: needs at_least, at_most or one_of")
        return self


class Split(Part):
    """How subjects are divided; always by subject: stratified by outcome, or as an official split has it."""

    column: str = Field(
        default="",
        description="Column that says development, validation or test of each subject, where a corpus has an official "
        "split; the shares are then not used.",
    )
    development: Fraction = 0.6
    validation: Fraction = 0.2
    test: Fraction = 0.2

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        parts = (self.development, self.validation, self.test)
        if abs(sum(parts) - 1) > ROUNDING or min(parts) <= 0:
            raise ValueError("split: development, validation and test must each be above 0 and sum to 1")
        return self


class Cohort(Part):
    """Who is in the study, and in which part."""

    criteria: tuple[Criterion, ...] = ()
    population: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="People from whom the subjects were drawn, where known; for the journalist's risk."
    )
    split: Split = Split()


class Pretraining(Part):
    """Self-supervision: columns are masked and rebuilt from the others."""

    epochs: Annotated[int, Field(ge=0, le=10_000)] = 0
    masked: Fraction = 0.3


class Model(Part):
    """Our neural candidate."""

    width: Annotated[int, Field(ge=4, le=1024)] = 32
    depth: Annotated[int, Field(ge=1, le=24)] = 2
    heads: Annotated[int, Field(ge=1, le=32)] = 4
    dropout: Fraction = 0.1
    epochs: Annotated[int, Field(ge=1, le=10_000)] = 60
    patience: Annotated[int, Field(ge=1)] = 10
    batch_size: Annotated[int, Field(ge=1)] = 64
    learning_rate: Annotated[float, Field(gt=0, lt=1)] = 1e-3
    weight_decay: Annotated[float, Field(ge=0, lt=1)] = 1e-2
    encoder: str = Field(
        default="",
        description="Of text: the offline default where empty; a local folder or a checkpoint of the hub; or scratch, "
        "which begins with random weights of this width, depth and heads.",
    )
    tuning: Literal["full", "body", "lora", "head"] = Field(
        default="full",
        description="What learns of a pretrained encoder: all of it, all but its word vectors (a seventh faster), "
        "additions of low rank, or the head.",
    )
    window: Annotated[int, Field(ge=16, le=8192)] = Field(
        default=256, description="Tokens read at once; longer notes are read in overlapping windows, never cut."
    )
    served: Literal["float32", "int8"] = Field(
        default="float32",
        description="Arithmetic of the text encoder where it is evaluated and served: 8-bit integers are three times "
        "as fast on a processor.",
    )
    accumulate: Annotated[int, Field(ge=1)] = Field(
        default=1, description="Parts in which a batch goes through the net, where memory is short."
    )
    pretraining: Pretraining = Pretraining()
    pictures: Looking = Field(default=Looking(), description="Of models of pictures: how they are shown them.")

    @model_validator(mode="after")
    def _heads_fit(self) -> Self:
        if self.width % self.heads:
            raise ValueError(f"heads: {self.heads} must divide width, {self.width}")
        return self


class Comparison(Part):
    """What must be beaten, and what happens otherwise."""

    baselines: tuple[Name, ...] = ("majority", "logistic_regression", "lightgbm")
    margin: Annotated[float, Field(ge=0)] = Field(
        default=0.0, description="Log-loss by which complexity must pay, in nats."
    )
    if_not_beaten: Literal["release_simplest", "refuse"] = "release_simplest"
    folds: Annotated[int, Field(ge=1, le=20)] = Field(
        default=5, description="Of cross-validation; 1 holds one fifth of the development part out instead."
    )


class Limits(Part):
    """Thresholds fixed before the test part opens; the gate judges by the interval's bad end unless told otherwise."""

    sensitivity_target: Fraction = Field(
        default=0.95, description="Sensitivity at which the operating threshold is set on validation data."
    )
    auroc_at_least: Fraction = 0.8
    sensitivity_at_least: Fraction = 0.8
    specificity_at_least: Fraction = 0.5
    calibration_excess_at_most: Fraction = Field(
        default=0.03, description="Debiased ECE beyond the 95th percentile of a perfect model."
    )
    coverage: Annotated[float, Field(gt=0.5, lt=1)] = Field(
        default=0.9, description="Of prediction sets, within each class."
    )
    coverage_shortfall_at_most: Fraction = 0.05
    abstention_at_most: Fraction = 0.5
    subgroup_gap_at_most: Fraction = Field(default=0.1, description="Difference in sensitivity between subgroups.")
    k_anonymity_at_least: Annotated[int, Field(ge=1)] = 5
    residual_risk_at_most: Fraction = Field(
        default=0.05, description="Share of planted identifiers that protection misses in free text."
    )
    reidentification_risk_at_most: Fraction = Field(
        default=0.2, description="Of the subject who is found most easily by quasi-identifiers."
    )
    l_diversity_at_least: Annotated[int, Field(ge=1)] = Field(
        default=1, description="Different outcomes in every group alike in quasi-identifiers; 1 asks nothing."
    )
    t_closeness_at_most: Fraction = Field(
        default=1.0, description="Distance of outcomes in such a group from those of all; 1 asks nothing."
    )
    small_number: Annotated[int, Field(ge=2)] = Field(default=5, description="Counts below this are not shown.")
    faithfulness_ratio_at_least: Annotated[float, Field(ge=1)] = Field(default=2.0, description="Against random order.")
    missing_at_most: Fraction = Field(default=0.2, description="Share of a feature's values.")


class Explanation(Part):
    """Which explanation methods compete; the most faithful one is shown."""

    methods: tuple[Name, ...] = Field(default=("occlusion", "shapley"), min_length=1)
    cases: Annotated[int, Field(ge=10)] = Field(
        default=60, description="Validation cases on which faithfulness is measured."
    )


class Subgroup(Part):
    """A column by which performance is also reported: categories as they are, numbers cut at edges."""

    column: Name
    edges: tuple[float, ...] = ()

    @model_validator(mode="after")
    def _edges_rise(self) -> Self:
        if list(self.edges) != sorted(set(self.edges)):
            raise ValueError(f"subgroup {self.column}: edges must rise")
        return self


class Study(Part):
    """One question put to one body of records. Read it with ``primum.domain.study_file.load``."""

    primum: Literal[1] = Field(description="Version of this format.")
    name: Name
    title: Words
    question: Words
    intended_use: IntendedUse
    lawful_basis: LawfulBasis
    consent: Consent | None = None
    sources: tuple[Source, ...] = Field(min_length=1)
    columns: tuple[Column, ...] = Field(min_length=2)
    outcome: Outcome
    cohort: Cohort = Cohort()
    task: Name = "classify"
    model: Model = Model()
    comparison: Comparison = Comparison()
    limits: Limits = Limits()
    explanation: Explanation = Explanation()
    subgroups: tuple[Subgroup, ...] = ()
    norms: tuple[Name, ...] = Field(min_length=1)
    validity_days: Annotated[int, Field(ge=1, le=3650)] = 365
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        loose = loose_ends(self.model_dump(mode="json"))
        if loose:
            raise ValueError("; ".join(what for _, what in loose))
        return self

    def features(self) -> tuple[Column, ...]:
        """Return the columns the model may see, in the study's order."""
        return tuple(one for one in self.columns if one.role == "feature")

    @property
    def modality(self) -> str:
        """Return the kind of data the model sees: that of the sources of its features."""
        sources = {one.name: one for one in self.sources}
        return sources[self.features()[0].source].modality

    def is_text(self, column: Column) -> bool:
        """Return whether a column holds what somebody wrote: it is scrubbed of identifiers word by word."""
        sources = {one.name: one.modality for one in self.sources}
        return column.role == "text" or (column.role == "feature" and sources[column.source] == "text")

    def is_marks(self, column: Column) -> bool:
        """Return whether a column holds what people marked in the text: a list of mentions."""
        return column.role == "outcome" and self.task == "tag"

    def is_picture(self, column: Column) -> bool:
        """Return whether a column holds pictures that the model sees."""
        sources = {one.name: one.modality for one in self.sources}
        return column.role == "feature" and sources[column.source] == "image"

    def column(self, name: str) -> Column:
        """Return the column of this name.

        Raises:
            KeyError: There is none.
        """
        return {one.name: one for one in self.columns}[name]

    def unworded(self) -> Self:
        """Return the study without the names people read: what figures depend on, so that rewording repeats nothing."""
        columns = tuple(one.unworded() for one in self.columns)
        return self.model_copy(update={"columns": columns, "outcome": self.outcome.model_copy(update={"labels": {}})})

    def pieces(self, *names: str) -> Mapping[str, Any]:
        """Return the named fields as plain JSON, dotted for a field of a field: what a stage depends on."""
        document = self.model_dump(mode="json")
        found: dict[str, Any] = {}
        for name in names:
            piece: Any = document
            for step in name.split("."):
                piece = piece[step]
            found[name] = piece
        return found
