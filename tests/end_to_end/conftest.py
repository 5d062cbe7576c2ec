"""The main job, run once through the command line; each attack gets its own copy of what it left."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "breast-cytology"
PASSPHRASE = "correct horse battery staple, for tests"
PASSWORD = "a password for tests 7"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Desk:
    """A study folder and the command line on it."""

    folder: Path

    @property
    def home(self) -> Path:
        return self.folder / ".primum"

    @property
    def out(self) -> Path:
        return self.home / "out"

    @property
    def study(self) -> Path:
        return self.folder / "study.yaml"

    def primum(self, *words: str | Path, code: int | None = 0, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run ``primum`` in a process of its own and expect an exit code."""
        done = subprocess.run(
            [sys.executable, "-m", "primum", *map(str, words)],
            cwd=self.folder,
            env=environment(self.folder, **settings),
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert code is None or done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def run(self, *, code: int | None = 0, **settings: str) -> dict[str, Any]:
        """Run the study and return the object that ``--json`` prints."""
        return dict(json.loads(self.primum("run", self.folder, "--json", code=code, **settings).stdout))

    def edit(self, pattern: str, replacement: str) -> None:
        """Change the study file by a regular expression that must match."""
        text, count = re.subn(pattern, replacement, self.study.read_text(), flags=re.MULTILINE)
        assert count, f"{pattern} does not occur in the study file"
        self.study.write_text(text)

    def copy(self, target: Path) -> "Desk":
        """Return a copy to be tampered with."""
        shutil.copytree(self.folder, target)
        return Desk(folder=target)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return what the command line is given: secrets for tests, and a searchable place for temporary files."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "MPLCONFIGDIR": str(scratch),
        "OMP_WAIT_POLICY": "passive",
        "PRIMUM_PASSPHRASE": PASSPHRASE,
        "PRIMUM_PASSWORD": PASSWORD,
        **settings,
    }


@dataclasses.dataclass(frozen=True, kw_only=True)
class Released(Desk):
    """The desk after the main job, with what the run printed."""

    result: dict[str, Any]
    spoken: str


def make_study(folder: Path) -> Desk:
    """Write the example's study and made-up hospital export into a folder."""
    subprocess.run([sys.executable, EXAMPLE / "make_data.py", folder], check=True, stdout=subprocess.DEVNULL)
    return Desk(folder=folder)


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Released:
    """The main job as the demo runs it. Tests that change anything take a copy."""
    desk = make_study(tmp_path_factory.mktemp("demo") / "breast-cytology")
    spoken = desk.primum("run", desk.folder)
    return Released(folder=desk.folder, result=desk.run(), spoken=spoken.stdout + spoken.stderr)


@pytest.fixture
def desk(released: Released, tmp_path: Path) -> Desk:
    """A copy of the desk after the main job."""
    return released.copy(tmp_path / "copy")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The example's study made quick: fewer epochs and folds. Not run yet; tests take copies."""
    desk = make_study(tmp_path_factory.mktemp("small") / "study")
    desk.edit(r"^( +)epochs: \d+", r"\1epochs: 3")
    desk.edit(r"^( +)folds: \d+", r"\1folds: 2")
    return desk
