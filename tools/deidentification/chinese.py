"""Made-up Chinese clinical texts with made-up identifiers, for training the tagger and for choosing among rules.

Nobody in them exists. Names of people, hospitals, employers, schools and counties are parted by ``bucket``: training
draws from eight of ten, choosing (``held_out``) from one, the test from one, so that no name is seen in two of them.
Identity numbers carry the check character of GB 11643; all other numbers are dice.
"""

import hashlib
import os
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

import wordfreq

from primum.privacy.lexicons.loader import words
from primum.privacy.rules.chinese_text import SAME
from primum.privacy.spans import Example, Kind, Span
from primum.privacy.tagger.decoding import Limits

SOURCE = (
    "Made-up Chinese clinical texts from hand-written templates, phrases and sentences of this repository, with "
    "made-up identifiers; terms are the Chinese labels of the Human Phenotype Ontology (HPO licence), ordinary words "
    "those of wordfreq (CC BY-SA 4.0), names of counties those of GB/T 2260."
)
LIMITS = Limits(found=0.6, grown=0.9)
"""Chosen on the held-out examples for the tagger together with the rules and what is believed of it."""
HERE = Path(__file__).parent
DATA = Path(os.environ.get("PRIMUM_DATA", HERE.parents[2] / "shared" / "data"))
TRAIN, CHOOSE, TEST = range(2, 10), (1,), (0,)
"""The buckets of each use."""
MOST_WORDS = 40_000
WIDE, TRADITIONAL = 0.05, 0.04
"""Shares of examples in full-width digits, and in traditional characters."""
FREQUENT = 40
"""How many surnames are frequent."""
PAIRED, DOUBLED, SPACED, STRANGERS = 0.04, 0.03, 0.05, 0.02
"""Shares of given names of one sign twice, of surnames of two signs, of names with a space, of others."""
LIKE_NAMES = 0.4
"""Share of ordinary words that begin as a name does."""
LONGEST_TERM = 16
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SLOT = re.compile(r"\{([^{}]+)\}|#")
_RANGE = re.compile(r"(\d+)-(\d+)")

IDENTIFIERS: Mapping[str, tuple[str, Kind]] = {
    "n": ("person", Kind.NAME), "d": ("person", Kind.NAME), "s": ("any_surname", Kind.NAME),
    "p": ("familiar", Kind.NAME), "m": ("masked", Kind.NAME), "f": ("stranger", Kind.NAME), "py": ("pinyin", Kind.NAME),
    "nw": ("wordy", Kind.NAME),
    "D": ("full_date", Kind.DATE), "Dm": ("day", Kind.DATE), "Dn": ("date_in_digits", Kind.DATE),
    "Ym": ("year_month", Kind.DATE), "Y": ("year_alone", Kind.DATE), "Dc": ("date_in_words", Kind.DATE),
    "Dl": ("lunar_date", Kind.DATE), "Dr": ("republican_date", Kind.DATE), "a": ("age", Kind.AGE),
    "C": ("place", Kind.PLACE), "R": ("region_name", Kind.REGION), "K": ("county_name", Kind.PLACE),
    "As": ("street", Kind.STREET), "A": ("address", Kind.STREET), "V": ("hamlet", Kind.STREET),
    "Z": ("postcode", Kind.POSTCODE), "H": ("hospital", Kind.HOSPITAL), "O": ("employer", Kind.ORGANISATION),
    "E": ("school", Kind.ORGANISATION), "bkn": ("branch", Kind.ORGANISATION), "B": ("bed", Kind.BED),
    "Bn": ("bed_number", Kind.BED), "I": ("identity", Kind.NATIONAL_ID), "Ix": ("masked_identity", Kind.NATIONAL_ID),
    "tw": ("taiwan_identity", Kind.NATIONAL_ID), "P": ("passport", Kind.NATIONAL_ID), "M": ("mobile", Kind.PHONE),
    "L": ("landline", Kind.PHONE), "twm": ("taiwan_mobile", Kind.PHONE), "Fx": ("fax", Kind.FAX),
    "em": ("mail", Kind.EMAIL), "wx": ("wechat", Kind.SOCIAL), "qq": ("qq", Kind.SOCIAL), "pl": ("plate", Kind.VEHICLE),
    "bk": ("card", Kind.ACCOUNT), "r": ("record", Kind.RECORD_NUMBER), "rx": ("code", Kind.RECORD_NUMBER),
    "ins": ("insurance", Kind.INSURANCE), "lic": ("licence", Kind.LICENCE), "dev": ("device", Kind.DEVICE),
    "oid": ("other", Kind.OTHER_ID), "ip": ("internet_address", Kind.IP), "tws": ("taiwan_street", Kind.STREET),
    "twh": ("taiwan_hospital", Kind.HOSPITAL), "nat": ("nation", Kind.NATIONALITY), "job": ("job", Kind.PROFESSION),
    "sx": ("sex", Kind.SEX),
}  # fmt: skip
"""Slots of a template that identify: of what they are filled, and their kind."""
OTHERS: Mapping[str, str] = {
    "T": "time", "rel": "relative", "t": "term", "g": "drugs", "lab": "lab", "dept": "departments", "k": "1-9",
    "x": "sentences", "xs": "passage", "hn": "decoys", "w": "ordinary", "before": "before", "behind": "behind",
    "decoy": "decoy",
}  # fmt: skip
"""Slots that identify nobody."""
PARTED = frozenset({"person", "hospital", "employer", "school", "county"})
"""What is drawn from one's own buckets only, but where lists of one's own are given."""
PHRASES = frozenset({"sentences", "decoys", "decoy", "wordy", "before", "behind"})
"""Lists of which choosing has a part of its own too."""


def bucket(name: str) -> int:
    """Return 0 to 9: to which use a name, a hospital, a county belongs."""
    return hashlib.sha256(name.encode()).digest()[0] % 10


@dataclass(frozen=True, slots=True)
class Shares:
    """How often names are unusual.

    Attributes:
        seldom: Surnames and signs of given names that are drawn evenly from all.
        single: Given names of one sign.
        parted: Whether also what is ``PARTED`` and stands in lists of one's own is drawn from one's own buckets only.
    """

    seldom: float = 0.2
    single: float = 0.28
    parted: bool = False


TRAINED = Shares(seldom=0.35, single=0.4, parted=True)
"""Of what is trained on, where it is to be learned what is seldom."""


@lru_cache(maxsize=8)
def read_lists(path: Path) -> dict[str, list[str]]:
    """Return the lists of a file by their headings: under ``[name*]`` words, under ``[name]`` lines."""
    found: dict[str, list[str]] = {}
    section, are_words = "", False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section, are_words = line.strip("[]*"), line.endswith("*]")
            found[section] = []
        elif line and not line.startswith("# "):
            found[section] += line.split() if are_words else [line]
    return found


@lru_cache(maxsize=2)
def more_lists(buckets: frozenset[int]) -> dict[str, list[str]]:
    """Return the lists for training and for choosing: more forms than the test's, phrases of some buckets only."""
    files = [read_lists(HERE / f"chinese_{name}.txt") for name in ("lists", "parts", "more")]
    lists = {name: [one for file in files for one in file.get(name, ())] for name in chain.from_iterable(files)}
    for name in PHRASES:
        lists[name] = [one for one in lists[name] if bucket(one) in buckets]
    return lists


class Pools:
    """Draws what fills the slots of a template.

    Args:
        dice: What decides.
        buckets: Whose names are drawn.
        lists: Instead of those of the same headings in ``chinese_lists.txt``.
        shares: How often names are unusual.
    """

    def __init__(
        self,
        dice: random.Random,
        buckets: Sequence[int],
        lists: Mapping[str, Sequence[str]],
        shares: Shares = Shares(),
    ) -> None:
        self.dice, self._buckets, self._shares = dice, frozenset(buckets), shares
        self._lists = {**read_lists(HERE / "chinese_lists.txt"), **read_lists(HERE / "chinese_parts.txt"), **lists}
        self._parted = PARTED if shares.parted else PARTED - lists.keys()
        self._rare = [one for one in sorted(words("zh_given")) if bucket(one) in self._buckets]
        self._lists.setdefault("county", [one for one in sorted(words("zh_places")) if one[-1] in "县市区"])
        self._lists.setdefault("term", terms())
        self._made: Mapping[str, Callable[[], str]] = {
            "person": self._person, "any_surname": self._surname, "resident": self._resident, "passage": self._passage,
            "ordinary": self._ordinary,
        }  # fmt: skip

    def draw(self, name: str) -> str:
        """Return what a list, a range of numbers or a rule for making gives, itself filled."""
        while True:
            drawn = self._drawn(name)
            if name not in self._parted or bucket(drawn) in self._buckets:
                return drawn

    def _drawn(self, name: str) -> str:
        limits = _RANGE.fullmatch(name)
        if limits:
            width = len(limits[1]) if limits[1].startswith("0") else 0
            return f"{self.dice.randint(int(limits[1]), int(limits[2])):0{width}d}"
        if name in self._made:
            return self._made[name]()
        return _SLOT.sub(self._filled, self.dice.choice(self._lists[name]))

    def _filled(self, slot: re.Match[str]) -> str:
        return self.draw(OTHERS.get(slot[1], slot[1])) if slot[1] else str(self.dice.randint(0, 9))

    def _surname(self) -> str:
        chance, surnames = self.dice.random(), self._lists["surname"]
        if chance < DOUBLED:
            return self.dice.choice(self._lists["double"])
        if chance < DOUBLED + self._shares.seldom:
            return self.dice.choice(surnames)
        return surnames[min(int(self.dice.expovariate(1 / FREQUENT)), len(surnames) - 1)]

    def _sign(self) -> str:
        return self.dice.choice(self._rare if self.dice.random() < self._shares.seldom else self._lists["sign"])

    def _person(self) -> str:
        chance = self.dice.random()
        if chance < STRANGERS:
            return self.draw("stranger")
        surname, first = self._surname(), self._sign()
        if chance < STRANGERS + self._shares.single:
            is_spaced = self.dice.random() < SPACED and len(surname) == 1
            return f"{surname} {first}" if is_spaced else surname + first
        return surname + first + (first if self.dice.random() < PAIRED else self._sign())

    def _resident(self) -> str:
        body = _SLOT.sub(self._filled, "{division}{1935-2024}{01-12}{01-28}###")
        total = sum(int(one) * weight for one, weight in zip(body, _WEIGHTS, strict=True))
        return body + "10X98765432"[total % 11]

    def _passage(self) -> str:
        return "".join(self.draw("sentences") for _ in range(self.dice.randint(2, 5)))

    def _ordinary(self) -> str:
        return self.dice.choice(ordinary()[self.dice.random() < LIKE_NAMES])


def fill(template: str, pools: Pools) -> Example:
    """Return a template with its slots filled, and where the identifiers stand."""
    text, spans, size = [], [], 0
    for at, piece in enumerate(template.replace("}", "{").split("{")):
        section, kind = IDENTIFIERS.get(piece, ("", None)) if at % 2 else ("", None)
        drawn = pools.draw(section or OTHERS[piece]) if at % 2 else piece
        if kind:
            spans.append(Span(size, size + len(drawn), kind, "made"))
        text.append(drawn)
        size += len(drawn)
    return Example("".join(text), tuple(spans))


def templates(path: Path) -> tuple[list[str], list[str]]:
    """Return the templates of a file that are trained on, and those kept for choosing, which a ``=`` begins."""
    lines = [one.replace("⏎", "\n") for one in path.read_text(encoding="utf-8").splitlines()]
    kept = [one for one in lines if one and not one.startswith("#")]
    return [one for one in kept if not one.startswith("= ")], [one[2:] for one in kept if one.startswith("= ")]


@lru_cache(maxsize=1)
def terms() -> list[str]:
    """Return the Chinese labels of the Human Phenotype Ontology (hp-zh.babelon.tsv), the long ones left out."""
    text = (DATA / "phenotype" / "hp-zh.babelon.tsv").read_text(encoding="utf-8")
    labels = {one.split("\t")[5].strip('"') for one in text.splitlines()[1:] if one.count("\t") > 5}  # noqa: PLR2004
    return sorted(one for one in labels if 1 < len(one) <= LONGEST_TERM and not _SLOT.search(one))


@lru_cache(maxsize=1)
def ordinary() -> tuple[list[str], list[str]]:
    """Return frequent Chinese words that are no names, and those of them that begin as a name does.

    A word that begins with a surname is one of the latter if it is a known word, or some sign of it is in no name.
    """
    surnames, given = words("zh_surnames") | words("zh_surnames_rare"), words("zh_given")
    places = words("zh_cities") | words("zh_counties") | words("zh_places") | words("zh_regions")
    listed = [
        one
        for one in wordfreq.top_n_list("zh", MOST_WORDS, wordlist="large")
        if len(one) > 1 and all("\u4e00" <= sign <= "\u9fff" for sign in one) and one not in places
    ]
    plain = [one for one in listed if one[0] not in surnames and one[:2] not in surnames]
    named = [one for one in listed if one[0] in surnames and (len(one) > 3 or not given.issuperset(one[1:]))]  # noqa: PLR2004
    return plain, sorted({*named, *(one for one in words("zh_words") if len(one) > 1)})


def training(seed: int, count: int = 20_000) -> Iterator[Example]:
    """Yield examples to train on: equal seeds, equal examples."""
    dice = random.Random(seed)  # noqa: S311 - made-up texts, no secrets
    pools = Pools(dice, TRAIN, more_lists(frozenset({*TRAIN, *TEST})), TRAINED)
    lines = templates(HERE / "chinese_templates.txt")[0]
    makers: dict[Callable[[], str], float] = {
        lambda: dice.choice(lines): 0.3,
        lambda: "".join(_frame(dice) for _ in range(dice.randint(1, 4))): 0.32,
        lambda: _form(dice): 0.1,
        lambda: _list(dice): 0.05,
        lambda: _nobody(dice): 0.23,
    }
    for _ in range(count):
        make = dice.choices(list(makers), list(makers.values()))[0]
        yield _written(fill(make(), pools), dice)


def _frame(dice: random.Random) -> str:
    """Return a template of somebody between two phrases, however senseless: names are to be known by themselves."""
    who = ("{n}", "{d}、{n}", "{n}（{n}）", "{H}", "{O}", "{A}", "{C}", "{E}", "{s}医生", "{p}", "{f}", "{m}", "{As}")
    return "".join(
        (
            dice.choice(("", "", "{x}", "{w}，", "{Dm}", "{t}，", "{D}", "{T} ", "{B}")),
            dice.choice(("{before}", "{before}", "{before}", "{w}", "{w}{w}", "{x}", "{t}", "", "{t}，")),
            dice.choices(who, weights=(60, 5, 3, 6, 4, 4, 3, 3, 4, 3, 2, 2, 2))[0],
            dice.choice(("{behind}", "{behind}", "{behind}", "{w}", "{w}{w}", "{t}", "，{t}", "", "{x}", "{x}", "{T}")),
            dice.choice(("，{x}", "。", "{t}。", "{w}，{t}。", "\n", "，", "{k}天。", "{g}，{x}")),
        )
    )


def _form(dice: random.Random) -> str:
    """Return a template of fields in any order, parted in one way."""
    fields = read_lists(HERE / "chinese_parts.txt")["fields"]
    colon = dice.choice(("：", "：", ":", ": ", " ", "　", "\t", "", "为", "\uff5c", "】"))
    gap = dice.choice(("\n", "\n", "  ", " ", "，", "；", "　", "\t", " | ", "\uff5c", "/", "、"))
    has_labels = dice.random() < 0.8  # noqa: PLR2004 - or a row of values alone
    parts = []
    for field in dice.sample(fields, dice.randint(2, 9)):
        labels, value = field.split("=", 1)
        label = dice.choice(labels.split("|"))
        parts.append((("【" if colon == "】" else "") + label + colon if has_labels else "") + value)
    return gap.join(parts) + dice.choice(("", "\n{xs}", "。{x}", "\n{d}\n{D}", "\n{d}/{d} {Dn}", "——{d}"))


def _list(dice: random.Random) -> str:
    """Return a template of several people in a row, each with little else."""
    one = dice.choice(
        ("{n}", "{n}（{dept}）", "{n}{sx}{a}", "{B}{n}", "{n} {r}", "{d}医师", "{n}：{t}", "{n}（{rel}）")
    )
    gap = dice.choice(("、", "，", "；", "/", " ", "\n", "和", "与", "\uff0f", "　"))
    return (
        dice.choice(("", "{before}", "{x}", "{w}："))
        + gap.join([one] * dice.randint(2, 5))
        + dice.choice(("", "{behind}", "。{x}", "等{k}人", "，{x}"))
    )


def _nobody(dice: random.Random) -> str:
    pieces = ("{w}", "{w}", "{w}", "{x}", "{x}", "{x}", "{t}", "{hn}", "{decoy}", "，", "、", "{g}", "{lab}", "{k}")
    return "".join(dice.choice(pieces) for _ in range(dice.randint(4, 24)))


def held_out(seed: int, count: int = 1_500) -> Iterator[Example]:
    """Yield examples of other templates and other names, for choosing among rules, settings and thresholds."""
    dice = random.Random(seed)  # noqa: S311 - made-up texts, no secrets
    pools = Pools(dice, CHOOSE, more_lists(frozenset(CHOOSE)), TRAINED)
    lines = templates(HERE / "chinese_templates.txt")[1]
    for _ in range(count):
        yield _written(fill(dice.choice(lines), pools), dice)


def _written(example: Example, dice: random.Random) -> Example:
    """Return an example in one of the ways a text comes: seldom in full-width digits, in traditional characters."""
    chance = dice.random()
    table = _FULL if chance < WIDE else _OLD if chance < WIDE + TRADITIONAL else None
    return Example(example.text.translate(table), example.spans) if table else example


_FULL = {at: at + 0xFEE0 for at in (*range(0x30, 0x3A), *range(0x41, 0x5B))}
_OLD = {new: old for old, new in SAME.items() if "\u3400" <= chr(old) <= "\u9fff"}
