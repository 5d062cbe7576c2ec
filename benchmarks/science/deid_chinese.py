"""How well made-up identifiers in real Chinese medical sentences are found, and what else is taken for one.

    PRIMUM_DATA=.../data python benchmarks/science/deid_chinese.py [--seed 20] [--documents 2000] [--write]

The sentences are those of cEHRNER and cMedTC (ChineseBLUE; no licence stated: measured on, never trained on, nothing
of them is shipped). ``deid_chinese_templates.txt`` says how identifiers are put between, before and into them; its
phrasing, and the names, hospitals, employers, schools and places, are others than those of
``tools/deidentification/chinese.py``. Nobody in it exists. Rules, examples and limits are chosen on the held-out
examples of that file; of the made documents only figures are read, by kind and by the shape of what is missed. What
is wrongly taken in the real texts was read while the first rules were written.
"""

import argparse
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tools" / "deidentification")]

from chinese import TEST, Pools, fill, read_lists, templates  # noqa: E402 - what it makes of names never trained on
from deid_scoring import Document, Scores, score, share  # noqa: E402 - the one way everything is measured

from primum.privacy import ages, notes  # noqa: E402
from primum.privacy.rules import chinese as rules  # noqa: E402
from primum.privacy.rules.chinese_belief import believed  # noqa: E402
from primum.privacy.spans import POLICIES, Example, Kind, Span  # noqa: E402
from primum.privacy.tagger import tagger  # noqa: E402

DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data")) / "text" / "zh"
POLICY = POLICIES["safe-harbor"]
SHORT, LONG = 6, 120
"""Signs of a real sentence that carries somebody."""
RECORD = 150
"""A real text from here on is a record; shorter ones are criteria of trials."""
TEMPLATED = 0.75
"""Share of the documents that templates make; in the others somebody is put into a real sentence itself."""
MARKUP = re.compile(r"[叒\s]+|&[a-z]+;")
NOT_FREE = re.compile(
    r"\d{2,4}\s?[年.\-/]\s?\d{1,2}\s?[月.\-/]|\d{1,2}\s?月\s?\d{1,2}|(?:19|20)\d{2}|\d{1,2}\s?月[份初底中]"
    r"|[今去前同]年\d|\d{1,2}[日号](?!龄)"
    r"|[一-鿿]{2}(?:省|市|县|区人民|医院|大学|诊所|卫生院)|\d{6,}|某|[{}]"
)
"""A text with any of these may identify somebody itself, or nearly: it carries nobody and does not count as free."""
PLACES = (
    ("患者", ("患者{n}", "患者{n}，{sx}，{a}，", "病人{n}", "{B}{n}")),
    ("我院", ("{H}", "我院（{H}）")),
    ("当地医院", ("{H}", "当地{H}")),
    ("家属", ("家属{n}", "其{rel}{n}")),
    ("今日", ("{Dm}", "今日（{D}）")),
    ("入院后", ("{D}入院后", "{H}入院后")),
    ("行手术", ("由{d}主刀行手术",)),
    ("查房", ("{d}查房", "{s}主任查房")),
    ("术后", ("{Ym}术后", "术后（{D}）")),
)
"""Words of a real sentence, and what may stand in their place."""


def texts() -> list[str]:
    """Return the real texts: records, then criteria of trials, one after another."""
    found = []
    for part in ("train", "dev", "test"):
        lines = (DATA / "cEHRNER" / f"{part}.json").read_text(encoding="utf-8").splitlines()
        found += [json.loads(one)["text"] for one in lines]
    for part in ("train", "dev", "test"):
        lines = (DATA / "cMedTC" / f"{part}.txt").read_text(encoding="utf-8").splitlines()
        found += [one.split("\t")[1].rstrip("。") + "。" for one in lines if "\t" in one]
    return [MARKUP.sub("", one).strip(",，") for one in found]


def documents(seed: int, count: int) -> tuple[list[Example], list[Example]]:
    """Return made test documents, and the real texts in which nobody is identified."""
    real = texts()
    pieces = {one for text in real for one in re.findall(r"[^。]+。", text)}
    sentences = sorted(one for one in pieces if SHORT <= len(one) <= LONG and not NOT_FREE.search(one))
    dice = random.Random(seed)  # noqa: S311 - made-up people, no secrets
    own = read_lists(HERE / "deid_chinese_lists.txt")
    pools = Pools(dice, TEST, own | {"sentences": sentences})
    lines = templates(HERE / "deid_chinese_templates.txt")[0]
    made = []
    while len(made) < count:
        template = dice.choice(lines) if dice.random() < TEMPLATED else _put_into(dice.choice(sentences), dice)
        if template:
            made.append(fill(template, pools))
    free = sorted({one for one in real if len(one) >= SHORT and not NOT_FREE.search(one)})
    return made, [Example(one, ()) for one in free]


def _put_into(sentence: str, dice: random.Random) -> str | None:
    """Return a template made of a real sentence, or None where it speaks of no patient, hospital or time."""
    able = [(old, new) for old, new in PLACES if old in sentence]
    if not able:
        return None
    old, new = dice.choice(able)
    return sentence.replace(old, dice.choice(new), 1)


def is_replaced(text: str, span: Span) -> bool:
    """Return whether a stretch goes under Safe Harbor: bare years and ages below 90 stay."""
    said = text[span.start : span.end]
    if span.kind is Kind.AGE:
        return ages.is_old(said, POLICY.oldest)
    if span.kind is Kind.DATE and re.fullmatch(r"(?:18|19|20)\d\d年?", said):
        return False
    return span.kind in POLICY.replaced


@dataclass(kw_only=True)
class Measured:
    """What a system scores on some documents.

    Attributes:
        scores: As everything is measured.
        needless: Documents without identifiers in which something of a kind is replaced, by kind.
        cover: Identifiers wholly covered and identifiers, by kind.
        megabytes: Read in a processor second.
    """

    scores: Scores
    needless: Counter[str] = field(default_factory=Counter)
    cover: dict[str, list[int]] = field(default_factory=dict)
    megabytes: float


def measured(find: Callable[[str], Iterable[Span]], some: Sequence[Example]) -> Measured:
    """Return what a system scores."""
    begun = time.process_time()
    finds = [[one for one in find(example.text) if is_replaced(example.text, one)] for example in some]
    seconds = time.process_time() - begun
    golds = [[one for one in example.spans if is_replaced(example.text, one)] for example in some]
    scores = score(
        Document(
            text=example.text,
            gold=[(one.start, one.end) for one in gold],
            found=[(one.start, one.end) for one in found],
        )
        for example, gold, found in zip(some, golds, finds, strict=True)
    )
    size = sum(len(one.text.encode()) for one in some)
    result = Measured(scores=scores, megabytes=round(size / 1e6 / max(seconds, 1e-9), 3))
    for example, gold, found in zip(some, golds, finds, strict=True):
        if not gold:
            result.needless.update({str(one.kind) for one in found})
        covered = {at for one in found for at in range(one.start, one.end)}
        for one in gold:
            counts = result.cover.setdefault(str(one.kind), [0, 0])
            counts[0] += all(at in covered for at in range(one.start, one.end) if example.text[at].isalnum())
            counts[1] += 1
    return result


def facts(found: Measured, free: Measured, records: Measured, sizes: tuple[int, int]) -> dict[str, object]:
    """Return what is kept of a system: recall on the made documents, needless finds on the real ones."""
    made, nothing = found.scores.as_document(), free.scores.as_document()
    false = {
        name: share(one.needless["NAME"], size)
        for name, one, size in zip(("false_names", "false_names_in_records"), (free, records), sizes, strict=True)
    }
    return made | {
        "touched": nothing["touched"],
        "touched_records": records.scores.as_document()["touched"],
        **{name: {"value": one.value, "low": one.low, "high": one.high, "of": one.of} for name, one in false.items()},
        "needless": dict(free.needless.most_common()),
        "cover_by_kind": {kind: {"covered": a, "of": b} for kind, (a, b) in sorted(found.cover.items())},
        "megabytes_per_cpu_second": found.megabytes,
    }


def main() -> None:
    """Build, measure, print; keep the result where asked."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--seed", type=int, default=20)
    asked.add_argument("--documents", type=int, default=2000)
    asked.add_argument("--every", type=int, default=6, help="of the criteria of trials only every so manieth is read")
    asked.add_argument("--write", action="store_true", help="keep the result beside this file")
    given = asked.parse_args()
    made, free = documents(given.seed, given.documents)
    records = [one for one in free if len(one.text) >= RECORD]
    some = records + [one for one in free if len(one.text) < RECORD][:: given.every]
    systems: dict[str, Callable[[str], Iterable[Span]]] = {"rules": rules.find}
    if tagger.is_there("zh"):
        systems["rules and tagger"] = lambda text: [*rules.find(text), *believed(text, tagger.find(text, "zh"))]
    systems["notes.find"] = notes.find
    results: dict[str, object] = {
        "seed": given.seed,
        "documents": len(made),
        "real": len(some),
        "records": len(records),
    }
    for name, find in systems.items():
        found, nothing, in_records = measured(find, made), measured(find, some), measured(find, records)
        results[name] = facts(found, nothing, in_records, (len(some), len(records)))
        print(f"{name}: {found.scores.line()}  {found.megabytes} MB/s")
        print(f"  real: {nothing.scores.line()} {dict(nothing.needless)}")
        print(f"  records: {in_records.scores.line()} {dict(in_records.needless)}")
        print("  ", {kind: f"{a}/{b}" for kind, (a, b) in sorted(found.cover.items()) if a < b})
    if given.write:
        text = json.dumps(results, indent=1, ensure_ascii=False)
        (HERE / "deid_chinese.json").write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
