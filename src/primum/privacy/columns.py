"""What each column of a table is and what is done with it, by its header and, before that, by what stands in it."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources

import yaml

from primum.privacy import dates
from primum.privacy.cells import is_single_name, look

ACTIONS = {
    "subject": "subject", "name": "surrogate", "id": "token", "phone": "surrogate", "email": "surrogate",
    "url": "surrogate", "birth": "birth", "date": "shift", "age": "age", "postcode": "postcode", "street": "surrogate",
    "place": "surrogate", "hospital": "surrogate", "position": "remove", "picture": "remove", "text": "scrub",
    "unknown": "token", "quasi": "keep", "category": "keep", "measurement": "keep", "empty": "keep",
}  # fmt: skip
"""Kind of column to what is done with its cells."""
ACTION_KINDS = {"some_id": "id", "kept": "category"}
"""Kinds that only a header names, and what they are."""
QUASI = frozenset({"birth", "age", "postcode", "quasi", "place"})
"""Kinds that could single people out together."""
MOST = 0.5
"""Share of the cells that look like one kind from which on the column is of that kind, whatever its header says."""
SOME = 0.02
"""Share of cells that look like a direct identifier from which on a column of words is free text."""
FEW = 40
"""So many different values, at most, make a category."""
_DIRECT = ("email", "url", "id", "phone", "street", "name")
_WORD = re.compile(r"[a-z]+|\d+|[\u4e00-\u9fff]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SLASHED = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-]\d{2,4}")
MONTHS = 12
_SPAN_OF_BIRTHS = 75
_LONG = 5
_DIFFERENT = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRole:
    """What a column is.

    Attributes:
        name: Its header.
        kind: One of ``ACTIONS``.
        action: What is done with its cells.
        why: Why it was taken for that, in English.
        why_zh: The same in Simplified Chinese.
        is_quasi: Whether it could single people out together with others.
        month_first: Whether 3/4/2021 is in March.
        usual: The values of a category that were seen and are kept; others are scrubbed.
    """

    name: str
    kind: str
    action: str
    why: str
    why_zh: str
    is_quasi: bool = False
    month_first: bool = False
    usual: frozenset[str] = field(default=frozenset(), repr=False)


def roles(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[ColumnRole]:
    """Return what each column is.

    What the cells look like counts before the header where they are direct identifiers or dates; the header counts
    before a guess. Words that nothing explains are free text. One column names the subject: by its header, else the
    first of numbers that are all different.

    Args:
        header: Names of the columns.
        rows: A sample of rows, a thousand for instance; short rows lack their last cells.
    """
    columns = [[row[at].strip() for row in rows if at < len(row) and row[at].strip()] for at in range(len(header))]
    found = [_role(name, cells) for name, cells in zip(header, columns, strict=True)]
    days = {at: columns[at] for at, one in enumerate(found) if one.kind in {"date", "birth"}}
    usual = sum(_month_first(cells) for cells in days.values())
    for at, cells in days.items():
        found[at] = replace(found[at], month_first=(_month_first(cells) or usual) > 0)
    return _with_one_subject(found, columns)


def _month_first(cells: Sequence[str]) -> int:
    """Return how many more days of a column can only name the month first than can only name the day first."""
    read = (match for one in cells if (match := _SLASHED.match(one)))
    pairs = [(int(one[1]), int(one[2])) for one in read]
    return sum((b > MONTHS) - (a > MONTHS) for a, b in pairs)


def _with_one_subject(found: list[ColumnRole], columns: Sequence[Sequence[str]]) -> list[ColumnRole]:
    """Return the roles with at most one subject: the first by header, else the first identifier there is."""
    subjects = [at for at, one in enumerate(found) if one.kind == "subject"]
    if not subjects:
        ids = [at for at, one in enumerate(found) if one.kind == "id" and columns[at]]
        subjects = [at for at in ids if named(found[at].name) in {"id", "some_id"}][:1]
    for at, one in enumerate(found):
        if at in subjects[:1]:
            found[at] = replace(one, kind="subject", action="subject")
        elif one.kind == "subject":
            found[at] = replace(one, kind="id", action="token")
    return found


def _role(name: str, cells: Sequence[str]) -> ColumnRole:
    said = named(name)
    kind, why, why_zh = _kind(said, cells)
    category = kind in {"category", "quasi"}
    return ColumnRole(
        name=name,
        kind=kind,
        action=ACTIONS[kind],
        why=why,
        why_zh=why_zh,
        is_quasi=kind in QUASI or (kind == "category" and said in QUASI),
        usual=frozenset(cells) if category and len(set(cells)) <= FEW else frozenset(),
    )


def _kind(said: str, cells: Sequence[str]) -> tuple[str, str, str]:
    """Return the kind of a column and why, in two languages."""
    if not cells:
        return ACTION_KINDS.get(said, said) or "text", *_by_header(said)
    looks = Counter(look(one) for one in cells)
    seen, count = looks.most_common(1)[0]
    share = count / len(cells)
    if seen in _DIRECT and share >= MOST and _outweighs(seen, said, cells):
        return seen, f"{share:.0%} of its cells look like {seen}", f"{share:.0%} 的单元格形如{_ZH[seen]}"
    if seen == "date" and share >= MOST and said != "birth":
        kind = "birth" if _are_births(cells) else "date"
        return kind, f"{share:.0%} of its cells are dates", f"{share:.0%} 的单元格是日期"
    if said and not _contradicts(said, looks, cells):
        return _plain(said, looks, cells), *_by_header(said)
    return _guessed(looks, cells)


def _outweighs(seen: str, said: str, cells: Sequence[str]) -> bool:
    """Return whether what cells look like counts more than what the header says."""
    if seen == "name" and said in {"quasi", "kept"}:
        return not _are_few(cells)
    if seen == "name":
        return said not in {"place", "hospital", "street", "name"}
    return seen != said and not (seen == "id" and said in {"subject", "some_id"})


_ZH = {"email": "电子邮箱", "url": "网址", "id": "证件号", "phone": "电话号码", "street": "街道地址", "name": "人名"}


def _by_header(said: str) -> tuple[str, str]:
    if not said:
        return "it is empty, and its header tells nothing", "该列为空，列名亦无提示"
    return "its header says so", "依列名判断"


def _plain(said: str, looks: Counter[str], cells: Sequence[str]) -> str:
    """Return the kind that a header names; what is only kept is what its cells are."""
    if said != "kept":
        return ACTION_KINDS.get(said, said)
    if looks["number"] == len(cells):
        return "measurement"
    return "text" if _are_words(looks, cells) else "category"


def _contradicts(said: str, looks: Counter[str], cells: Sequence[str]) -> bool:
    """Return whether the cells cannot be what the header says, so that it is not to be believed."""
    numbers = looks["number"] / len(cells)
    if said == "some_id":
        return _are_few(cells) and max(map(len, cells)) < _LONG
    if said == "kept":
        return False
    if said == "quasi":
        return _are_words(looks, cells) or len(set(cells)) > max(FEW, len(cells) / 4)
    if said in {"name", "street", "place", "hospital", "text", "email", "url"}:
        flag = len(set(cells)) <= 2 and max(map(len, cells)) <= _LONG  # noqa: PLR2004 - yes or no
        return flag or (said not in {"street", "url"} and numbers >= _DIFFERENT)
    if said in {"date", "birth"}:
        return looks["date"] / len(cells) < MOST and not all(_is_year(one) for one in cells)
    return said == "age" and numbers < MOST


def _is_year(cell: str) -> bool:
    return cell.isdigit() and len(cell) == 4 and cell[:2] in {"18", "19", "20"}  # noqa: PLR2004 - digits of a year


def _are_words(looks: Counter[str], cells: Sequence[str]) -> bool:
    """Return whether cells are texts, or have identifiers among them."""
    direct = sum(looks[one] for one in _DIRECT if one != "name")
    return direct / len(cells) >= SOME or (looks["words"] / len(cells) >= MOST / 5 and not _are_few(cells))


def _are_few(cells: Sequence[str]) -> bool:
    """Return whether there are so few different values that each stands for many people."""
    return len(set(cells)) <= FEW and len(set(cells)) * 2 <= len(cells)


def _are_births(cells: Sequence[str]) -> bool:
    """Return whether days lie so far apart that they are days of birth."""
    years = [day.year for one in cells if (day := dates.day(one))]
    return bool(years) and max(years) - min(years) >= _SPAN_OF_BIRTHS


def _guessed(looks: Counter[str], cells: Sequence[str]) -> tuple[str, str, str]:
    """Return the kind of a column whose header tells nothing."""
    different = len(set(cells))
    if looks["number"] == len(cells):
        whole = all(one.isdigit() and len(one) >= _LONG for one in cells)
        if whole and different > 1 and different >= _DIFFERENT * len(cells):
            return "id", "its cells are long whole numbers, nearly all different", "单元格为几乎各不相同的长整数"
        if whole and any(one.startswith("0") for one in cells):
            return "id", "its cells are numbers that begin with 0, as codes do", "单元格为以 0 开头的编码"
        return "measurement", "its cells are numbers", "单元格为数字"
    if _are_words(looks, cells):
        return "text", "its cells are texts, or hold identifiers", "单元格为文本或含有标识符"
    return _guessed_of_labels(looks, cells)


def _guessed_of_labels(looks: Counter[str], cells: Sequence[str]) -> tuple[str, str, str]:
    """Return the kind of a column of short words."""
    different = set(cells)
    if sum(is_single_name(one) for one in different) >= MOST * len(different):
        return "name", "its cells are names by lists of names", "依姓名表判断单元格为人名"
    if len(different) <= FEW and len(different) * 2 <= max(len(cells), 4):
        return "category", f"it has {len(different)} different values", f"共有 {len(different)} 种取值"
    if looks["code"] >= MOST * len(cells) and len(different) >= _DIFFERENT * len(cells) and _have_digits(cells):
        return "id", "its cells are codes, nearly all different", "单元格为几乎各不相同的编码"
    if len(different) > FEW:
        return "unknown", "nothing tells what its many words are", "无法判断其众多取值的含义"
    return "text", "nothing tells what its words are", "无法判断其内容，按文本处理"


def _have_digits(cells: Sequence[str]) -> bool:
    return sum(any(sign.isdigit() for sign in one) for one in cells) >= MOST * len(cells)


@lru_cache(maxsize=1)
def _table() -> Mapping[str, str]:
    document = yaml.safe_load(resources.files("primum.privacy").joinpath("columns.yaml").read_text("utf-8"))
    return {
        " ".join(_words(phrase)): kind
        for kind, text in document.items()
        for phrase in text.split("|")
        if phrase.strip()
    }


def _words(text: str) -> list[str]:
    """Return the words of a header in lower case without accents, camelCase parted."""
    apart = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text))
    plain = "".join(one for one in apart if not unicodedata.combining(one)).lower()
    return _WORD.findall(plain)


@lru_cache(maxsize=4096)
def named(header: str) -> str:
    """Return what kind of column a header names, empty where it names none.

    The longest known words at its end decide, for they are what the others describe; else the longest anywhere.
    """
    joined = f" {' '.join(_words(header))} "
    found = []
    for phrase, kind in _table().items():
        sought = f" {phrase} " if phrase.isascii() else phrase
        if sought in joined:
            found.append((joined.rstrip().endswith(sought.rstrip()), len(phrase), kind))
    return max(found, default=(False, 0, ""))[2]
