"""The listing explains the system: small files, docstrings, no effects of importing, every plug-in delivers."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from primum import plugins

SOURCE = Path(__file__).parents[2] / "src" / "primum"
MODULES = sorted(SOURCE.rglob("*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "common", "base", "manager", "core", "misc"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_a_file_is_small_documented_and_well_named(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= 400
    assert ast.get_docstring(ast.parse(text)), "a module says in one sentence what it is"
    assert path.stem not in VAGUE


@pytest.mark.parametrize("path", [one for one in MODULES if one.name == "__init__.py"], ids=str)
def test_a_package_face_is_a_docstring(path: Path) -> None:
    body = ast.parse(path.read_text()).body
    assert len(body) == 1


def test_importing_everything_writes_and_prints_nothing(tmp_path: Path) -> None:
    names = [
        "primum." + str(one.relative_to(SOURCE).with_suffix("")).replace("/", ".").removesuffix(".__init__")
        for one in MODULES
        if one.name != "__main__.py"
    ]
    code = f"import importlib\nfor name in {names!r}:\n    importlib.import_module(name)\n"
    result = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=tmp_path,
        env={
            "HOME": str(tmp_path),
            "PATH": "/usr/bin:/bin",
            "OMP_WAIT_POLICY": "passive",
            "MPLCONFIGDIR": str(tmp_path / "m"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert [one.name for one in tmp_path.iterdir() if one.name not in {"m", ".cache"}] == []


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in plugins.TABLE for name in plugins.TABLE[kind]])
def test_every_plugin_in_the_table_can_be_had(kind: plugins.Kind, name: str) -> None:
    plugin = plugins.load(kind, name)
    assert type(plugin).__doc__
    if kind == "check":
        assert plugin.id == name


@pytest.mark.parametrize(
    "folder", ["models/metrics", "models/uncertainty", "models/calibration", "custody/audit", "custody/crypto"]
)
def test_mathematics_and_cryptography_name_their_source(folder: str) -> None:
    module = importlib.import_module("primum." + folder.replace("/", "."))
    public = [
        node
        for node in ast.parse(Path(str(module.__file__)).read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert any("Source:" in (ast.get_docstring(node) or "") for node in public)
