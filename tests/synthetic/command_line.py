"""A study folder and the command line on it, as a person would use them."""

import dataclasses
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parents[2] / "examples" / "breast-cytology"
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
