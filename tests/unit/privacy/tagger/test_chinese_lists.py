"""What the Chinese tagger learns from and what it is measured on are made of other words: read from the files alone."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[4]
TOOLS, TEST = ROOT / "tools" / "deidentification", ROOT / "benchmarks" / "science"
NAMED = ("estate", "village", "firm", "trade", "road")
LITERAL = 6
"""Signs outside the slots of a template that is more than a row of slots."""


def sections(path: Path) -> dict[str, set[str]]:
    """Return the words of a file of lists by their headings."""
    found: dict[str, set[str]] = {}
    section = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]*")
        elif line and not line.startswith("#") and "{" not in line:
            found.setdefault(section, set()).update(line.split())
    return found


def wordings(path: Path) -> set[str]:
    """Return what the templates of a file say, whatever their slots are called."""
    lines = path.read_text(encoding="utf-8").replace("⏎", "\n").splitlines()
    said = {re.sub(r"\{[^}]*\}", "_", one.removeprefix("= ")) for one in lines if one and not one.startswith("#")}
    return {one for one in said if len(one.replace("_", "")) >= LITERAL}


def test_no_template_is_both_learned_and_measured() -> None:
    learned, measured = (
        wordings(one) for one in (TOOLS / "chinese_templates.txt", TEST / "deid_chinese_templates.txt")
    )
    assert learned
    assert measured
    assert not learned & measured


def test_no_name_of_a_place_or_firm_is_both_learned_and_measured() -> None:
    measured = sections(TEST / "deid_chinese_lists.txt")
    for name in ("chinese_lists.txt", "chinese_more.txt"):
        learned = sections(TOOLS / name)
        for heading in NAMED:
            assert not learned.get(heading, set()) & measured.get(heading, set()), heading


def test_no_template_held_out_is_trained_on() -> None:
    lines = (TOOLS / "chinese_templates.txt").read_text(encoding="utf-8").splitlines()
    said = {one for one in lines if re.sub(r"\{[^}]*\}", "", one.removeprefix("= ")) and not one.startswith("#")}
    held_out = {one.removeprefix("= ") for one in said if one.startswith("= ")}
    assert len(held_out) > 50
    assert not said & held_out
