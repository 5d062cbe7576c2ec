"""How a check reads evidence: what is not there is no evidence, by construction."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from primum.domain.evidence import Estimate, Evidence, Json
from primum.domain.norm import Finding, Verdict
from primum.domain.study import Limits
from primum.ids import Digest


class AbsentError(Exception):
    """What a claim rests on is not in the evidence; ``Claim.examine`` turns it into a finding.

    Args:
        en: What is missing, as the end of a sentence.
        zh: The same in Simplified Chinese.
    """

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


@dataclass(frozen=True, slots=True)
class Said:
    """A verdict with its sentence in English and Simplified Chinese."""

    verdict: Verdict
    en: str
    zh: str


class Reading:
    """Evidence as one claim reads it; remembers what was looked at.

    Args:
        evidence: Kind to evidence.
    """

    def __init__(self, evidence: Mapping[str, Evidence]) -> None:
        self._evidence = evidence
        self._seen: dict[Digest, None] = {}

    @property
    def seen(self) -> tuple[Digest, ...]:
        """Return the digests of the evidence read so far, in the order of reading."""
        return tuple(self._seen)

    def take(self, kind: str, *path: str) -> Json:
        """Return what stands at a path of the facts of a kind.

        Raises:
            AbsentError: There is no such evidence, or nothing at that path.
        """
        found: Json = self._facts(kind)
        for step in path:
            if not isinstance(found, Mapping) or step not in found:
                raise AbsentError(
                    f"{kind} evidence says nothing of {'.'.join(path)}", f"{kind} 证据未载 {'.'.join(path)}"
                )
            found = found[step]
        if found is None:
            raise AbsentError(f"{kind} evidence does not show {'.'.join(path)}", f"{kind} 证据未显示 {'.'.join(path)}")
        return found

    def text(self, kind: str, *path: str) -> str:
        """Return a text without white space around it; it may be empty.

        Raises:
            AbsentError: It is missing, or no text.
        """
        found = self.take(kind, *path)
        if not isinstance(found, str):
            raise AbsentError(
                f"{kind} evidence has no text in {'.'.join(path)}", f"{kind} 证据 {'.'.join(path)} 不是文字"
            )
        return found.strip()

    def number(self, kind: str, *path: str) -> float:
        """Return a number.

        Raises:
            AbsentError: It is missing, or no number.
        """
        found = self.take(kind, *path)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise AbsentError(
                f"{kind} evidence has no number in {'.'.join(path)}", f"{kind} 证据 {'.'.join(path)} 不是数值"
            )
        return float(found)

    def count(self, kind: str, *path: str) -> int:
        """Return a whole number, zero or above.

        Raises:
            AbsentError: It is missing, or not such a number.
        """
        found = self.number(kind, *path)
        if found != int(found) or found < 0:
            raise AbsentError(
                f"{kind} evidence has no count in {'.'.join(path)}", f"{kind} 证据 {'.'.join(path)} 不是计数"
            )
        return int(found)

    def items(self, kind: str, *path: str) -> list[Json]:
        """Return a list; it may be empty.

        Raises:
            AbsentError: It is missing, or no list.
        """
        found = self.take(kind, *path)
        if not isinstance(found, list | tuple):
            raise AbsentError(
                f"{kind} evidence has no list in {'.'.join(path)}", f"{kind} 证据 {'.'.join(path)} 不是列表"
            )
        return list(found)

    def table(self, kind: str, *path: str) -> dict[str, Json]:
        """Return a mapping; it may be empty.

        Raises:
            AbsentError: It is missing, or no mapping.
        """
        found = self.take(kind, *path)
        if not isinstance(found, Mapping):
            raise AbsentError(
                f"{kind} evidence has no table in {'.'.join(path)}", f"{kind} 证据 {'.'.join(path)} 不是表"
            )
        return dict(found)

    def estimate(self, kind: str, *path: str) -> Estimate:
        """Return an estimate with both ends of its interval.

        Raises:
            AbsentError: It is missing, or not shown because it rests on too few subjects.
        """
        found = as_estimate(self.take(kind, *path))
        if found is None:
            name = path[-1] if path else kind
            raise AbsentError(f"{name} rests on too few subjects to be shown", f"{name} 所依据的人数太少，不予显示")
        return found

    def _facts(self, kind: str) -> Mapping[str, Json]:
        if kind not in self._evidence:
            raise AbsentError(f"there is no {kind} evidence", f"没有 {kind} 证据")
        self._seen[self._evidence[kind].digest] = None
        return self._evidence[kind].facts


def as_estimate(document: Json) -> Estimate | None:
    """Return the estimate that ``Estimate.as_document`` wrote, or None where it is not one or not shown."""
    if not isinstance(document, Mapping) or document.get("shown") is not True:
        return None
    parts = [document.get(name) for name in ("value", "low", "high", "n")]
    if any(isinstance(one, bool) or not isinstance(one, int | float) for one in parts):
        return None
    value, low, high, n = parts
    return Estimate(value=float(value), low=float(low), high=float(high), n=int(n))  # type: ignore[arg-type]


def spell(estimate: Estimate) -> tuple[str, str]:
    """Return an estimate in words, English and Chinese: value, interval, n."""
    return (
        f"{estimate.value:.3f} (95% interval {estimate.low:.3f} to {estimate.high:.3f}, n={estimate.n})",
        f"{estimate.value:.3f}（95% 区间 {estimate.low:.3f} 至 {estimate.high:.3f}，n={estimate.n}）",
    )


class Claim(ABC):
    """A claim judged from evidence; ``judge`` may read freely, for what is absent is found to be no evidence.

    Attributes:
        id: ``area.claim-in-kebab-case``, public and never reused.
    """

    id: str

    def examine(self, evidence: Mapping[str, Evidence], limits: Limits) -> Finding:
        """Return the finding; what is not there is ``NO_EVIDENCE``, never met."""
        reading = Reading(evidence)
        try:
            said = self.judge(reading, limits)
        except AbsentError as absent:
            said = Said(Verdict.NO_EVIDENCE, f"Not shown: {absent.en}.", f"未证明：{absent.zh}。")
        return Finding(check=self.id, verdict=said.verdict, because=said.en, because_zh=said.zh, evidence=reading.seen)

    @abstractmethod
    def judge(self, reading: Reading, limits: Limits) -> Said:
        """Return the verdict with its sentences.

        Raises:
            AbsentError: What the claim rests on is not in the evidence.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A threshold fixed beforehand, and what it is about in both languages."""

    value: float
    at_least: bool
    en: str
    zh: str

    def judge(self, estimate: Estimate, undecided: Verdict = Verdict.NO_EVIDENCE) -> Said:
        """Judge an estimate by the bad end of its interval.

        Met only where even the bad end keeps the limit; unmet where even the good end breaks it; between the two the
        numbers do not decide, and the verdict is ``undecided``.
        """
        bad, good = (estimate.low, estimate.high) if self.at_least else (estimate.high, estimate.low)
        asked_en = f"{'at least' if self.at_least else 'at most'} {self.value:g} is asked"
        asked_zh = f"要求{'不低于' if self.at_least else '不高于'} {self.value:g}"
        verdict, en, zh = undecided, "the interval holds the limit, so this is not shown", "区间包含界值，因此未获证明"
        if self._keeps(bad):
            verdict, en, zh = Verdict.MET, "and even the worse end keeps it", "区间较差一端亦达到"
        elif not self._keeps(good):
            verdict, en, zh = Verdict.UNMET, "and even the better end breaks it", "区间较好一端亦未达到"
        spelled_en, spelled_zh = spell(estimate)
        return Said(
            verdict, f"{self.en} is {spelled_en}; {asked_en}, {en}.", f"{self.zh}为 {spelled_zh}；{asked_zh}，{zh}。"
        )

    def _keeps(self, value: float) -> bool:
        return value >= self.value if self.at_least else value <= self.value
