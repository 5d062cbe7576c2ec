"""Run every example study and put its figures beside the published comparator.

For each folder of examples/ with an expected.json (or those named on the command line; examples of texts need
PRIMUM_DATA, where the public data lies): makes the data, runs the study through the command line in a fresh
home, compares, prints one table, and keeps the result in benchmarks/science/<example>.json.
"""

import importlib.metadata
import json
import os
import platform
import resource
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
LIBRARIES = ("primum", "torch", "transformers", "scikit-learn", "lightgbm", "numpy", "polars")


def processor_seconds() -> float:
    """Return user and system time of all finished child processes."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def run(example: Path) -> dict[str, Any]:
    """Return what ``primum run --json`` printed for an example in a fresh home, and the processor time it took."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, example / "make_data.py", folder], check=True, stdout=subprocess.DEVNULL)
        before = processor_seconds()
        done = subprocess.run(
            [sys.executable, "-m", "primum", "run", folder, "--json"],
            env={**os.environ, "PRIMUM_PASSPHRASE": secrets.token_urlsafe(24), "OMP_WAIT_POLICY": "passive"},
            stdout=subprocess.PIPE,
            check=False,
            text=True,
        )
        return {"processor_seconds": round(processor_seconds() - before, 1), **json.loads(done.stdout)}


def compare(name: str, found: dict[str, Any], expected: dict[str, Any], table: Table) -> bool:
    """Add an example's rows to the table and return whether every bar was reached."""
    good = True
    for one in expected["metrics"]:
        got = found["metrics"].get(one["metric"], {})
        value = got.get("value")
        reached = value is not None and one.get("at_least", value) <= value <= one.get("at_most", value)
        good &= reached
        bar = f">= {one['at_least']}" if "at_least" in one else f"<= {one['at_most']}"
        shown = "none" if value is None else f"{value:.3f} [{got['low']:.3f}, {got['high']:.3f}], n {got['n']}"
        table.add_row(name, one["metric"], shown, bar, "yes" if reached else "NO", one["comparator"])
    return good


def main() -> int:
    """Run all examples, or those named on the command line; the exit code is 1 when a bar was missed."""
    wanted = set(sys.argv[1:])
    table = Table("example", "metric", "value [95% interval]", "bar", "reached", "comparator")
    good = True
    for file in sorted((ROOT / "examples").glob("*/expected.json")):
        example = file.parent
        expected = json.loads(file.read_text())
        if wanted and example.name not in wanted:
            continue
        if expected.get("needs", "PATH") not in os.environ:
            table.add_row(example.name, "not run", f"{expected['needs']} is not set", "", "", "")
            continue
        found = run(example)
        good &= compare(example.name, found, expected, table)
        kept = {
            "example": example.name,
            "command": "make examples",
            "verdict": found["verdict"],
            "grade": found["grade"],
            "sentence": found["sentence"]["en"],
            "metrics": found["metrics"],
            "expected": expected["metrics"],
            "study": found["study"],
            "seed": yaml.safe_load((example / "study.yaml").read_text())["seed"],
            "model": found["model"],
            "processor_seconds": found["processor_seconds"],
            "python": platform.python_version(),
            "versions": {one: importlib.metadata.version(one) for one in LIBRARIES},
        }
        target = ROOT / "benchmarks" / "science" / f"{example.name}.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")
    Console(width=160).print(table)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
