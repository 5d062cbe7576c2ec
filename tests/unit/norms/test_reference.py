"""The reference pages made from checks and norms are current."""

import importlib.util
import re
from pathlib import Path

import pytest

from primum import console, plugins
from primum.clinic.cases import OutOfTurnError
from primum.errors import PrimumError
from primum.imaging.reasons import Reason
from primum.norms import library

ROOT = Path(__file__).parents[3]
REFERENCE = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("make_reference", ROOT / "tools" / "make_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_current(tool):
    for name, text in tool.pages().items():
        assert (REFERENCE / name).read_text() == text, f"run: python tools/make_reference.py ({name})"


def test_the_pages_are_written_where_they_are_asked(tool, tmp_path):
    tool.write(tmp_path, tool.pages())
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "checks.md",
        "deid-report.schema.json",
        "norms.md",
        "picture-refusals.md",
        "study.schema.json",
    ]


def test_every_check_and_every_requirement_has_its_place(tool):
    pages = tool.pages()
    for check in plugins.names("check"):
        assert f"### `{check}`" in pages["checks.md"]
    for name in library.names():
        assert f"\n## {name}\n" in pages["norms.md"]
        for one in (*library.load(name).requirements, *library.load(name).later):
            assert one.id in pages["norms.md"]


def test_every_refusal_of_a_picture_has_its_row(tool):
    rows = [line for line in tool.pages()["picture-refusals.md"].splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == [str(one) for one in Reason]
    assert {row.count("|") for row in rows} == {7}


def test_tables_are_whole(tool):
    rows = [line for line in tool.pages()["norms.md"].splitlines() if line.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {7, 8}


def test_every_kind_of_evidence_is_described():
    text = (REFERENCE / "evidence.md").read_text()
    for kind in ("intake", "privacy", "data", "pretraining", "selection", "performance", "faithfulness", "custody",
                 "declaration", "gate"):  # fmt: skip
        assert f"| `{kind}` |" in text


def test_every_error_is_listed_with_its_exit_code_and_owner():
    text = (REFERENCE / "errors.md").read_text()
    own = [one for one in PrimumError.__subclasses__() if one.__module__ == PrimumError.__module__]
    assert len(own) == 5
    for one in (*own, OutOfTurnError):
        assert f"| `{one.__name__}` | {one.exit_code} | {one.owner}" in text
    assert f"| {console.INTERNAL} | {PrimumError.owner} |" in text
    assert f"{console.INTERRUPTED} after an interrupt" in text
