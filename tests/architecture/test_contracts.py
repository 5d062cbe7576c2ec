"""The import contracts hold, and each is seen to fail: a contract that has never caught anything proves nothing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAZY = "def late() -> None:\n    import {module}  # a lazy import is an import\n"

PLANTS = {
    "a stage opens the store itself": ("stages/planted_door.py", "import primum.custody.store", "One door"),
    "a stage appends to the audit log itself": ("stages/planted_log.py", "import primum.custody.audit", "One door"),
    "a stage imports another stage": ("stages/planted_friend.py", "import primum.stages.gate", "Stages speak"),
    "evaluate imports an explainer": ("stages/planted_why.py", "import primum.explainers.occlusion", "by name"),
    "the pipeline imports a modality": ("pipeline.py", "import primum.modalities.table", "by name"),
    "the registry imports a modality": ("plugins.py", "import primum.modalities.table", "by name"),
    "a model imports a modality": ("models/planted_kind.py", "import primum.modalities.table", "by name"),
    "a check reads the store": ("checks/planted_records.py", "import primum.custody.custodian", "Checks see evidence"),
    "a check reads records": ("checks/planted_reading.py", "import primum.domain.record", "Checks see evidence"),
    "a check computes with tensors": ("checks/planted_tensor.py", "import torch", "no tensor library"),
    "a check borrows from a check": ("checks/planted_neighbour.py", "import primum.checks.privacy", "A check borrows"),
    "the clinic trains": ("clinic/planted_teacher.py", "import primum.models.training", "neither train nor gate"),
    "the clinic runs the pipeline": ("clinic/planted_runner.py", "import primum.pipeline", "neither train nor gate"),
    "release unpickles": ("stages/planted_pickle.py", "import pickle", "serialiser"),
    "a model is dumped with joblib": ("models/planted_joblib.py", "import joblib", "serialiser"),
    "the domain imports models": ("domain/planted_up.py", "import primum.models.metrics", "floors below"),
    "custody knows medicine": ("custody/planted_medicine.py", "import primum.domain.study", "floors below"),
    "models borrow from tasks": ("models/planted_task.py", "import primum.tasks.classify", "by name"),
    "a baseline borrows from a baseline": (
        "baselines/planted_twin.py",
        "import primum.baselines.majority",
        "A baseline",
    ),
    "an explainer borrows from one": (
        "explainers/planted_twin.py",
        "import primum.explainers.occlusion",
        "An explainer",
    ),
    "a lazy upward import": ("domain/planted_lazy.py", LAZY.format(module="primum.stages.gate"), "floors below"),
    "custody imports a web framework": ("custody/planted_web.py", "import fastapi", "no tensor library"),
}


def lint(source: Path) -> subprocess.CompletedProcess[str]:
    """Run the import linter over a copy of the package, with the project's own contracts."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--config", "pyproject.toml"],
        cwd=source.parent,
        env={"PYTHONPATH": str(source), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the sources and contracts in which anything may be planted."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path / "src"


def test_the_house_keeps_its_contracts(copy: Path) -> None:
    result = lint(copy)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


def test_every_planted_violation_is_caught_by_its_contract(copy: Path) -> None:
    for where, code, _ in PLANTS.values():
        with (copy / "primum" / where).open("a") as file:
            file.write(f"\n{code}\n")
    result = lint(copy)
    assert result.returncode == 1
    sections = broken_sections(result.stdout)
    for claim, (where, _, contract) in PLANTS.items():
        importer = "primum." + where.removesuffix(".py").replace("/", ".")
        caught = [name for name, text in sections.items() if importer in text]
        assert any(contract in name for name in caught), f"{claim}: {importer} was caught only by {caught}"


def test_a_new_top_level_file_must_choose_its_floor(copy: Path) -> None:
    (copy / "primum" / "miscellany.py").write_text('"""Planted."""\n')
    result = lint(copy)
    assert result.returncode == 1
    assert "miscellany" in result.stdout


def test_a_circle_is_caught(copy: Path) -> None:
    (copy / "primum" / "models" / "planted_one.py").write_text("import primum.models.planted_two\n")
    (copy / "primum" / "models" / "planted_two.py").write_text("import primum.models.planted_one\n")
    result = lint(copy)
    assert result.returncode == 1
    assert "No circles" in broken_sections(result.stdout)


def broken_sections(report: str) -> dict[str, str]:
    """Return contract name to the text below its heading, of the linter's report of broken contracts."""
    _, _, text = report.partition("Broken contracts")
    sections: dict[str, str] = {}
    lines = text.splitlines()
    name = ""
    for index, line in enumerate(lines):
        if index and line and set(line) == {"-"}:
            name = lines[index - 1].strip()
            sections[name] = ""
        elif name:
            sections[name] += line + "\n"
    return sections
